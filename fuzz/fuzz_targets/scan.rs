//! Readers of the group `scan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read(data, &["a.json", "a.sarif"]));
