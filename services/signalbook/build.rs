//! Tells the program on which day it was built: no clock that shows an earlier one is right.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_PER_DAY: u64 = 86_400;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    // Whoever wants the same bytes of the same sources says when they are of.
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let built_at = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds.parse()?,
        Err(_) => now()?,
    };
    println!(
        "cargo:rustc-env=SIGNALBOOK_BUILT_ON={}",
        built_at / SECONDS_PER_DAY * SECONDS_PER_DAY
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "nobody can hand a clock to a build script")]
fn now() -> Result<u64, std::time::SystemTimeError> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}
