//! Compiles the schema without protoc.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = ["signalbook/v1/event.proto", "signalbook/v1/manifest.proto"];
    let descriptors = protox::compile(files, ["."])?;
    prost_build::Config::new().compile_fds(descriptors)?;
    for file in files {
        println!("cargo:rerun-if-changed={file}");
    }
    Ok(())
}
