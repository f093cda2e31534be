#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signalbook_fuzz_targets::configuration(bytes));
