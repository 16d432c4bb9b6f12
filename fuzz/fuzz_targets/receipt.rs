//! Readers of the group `receipt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read(data, &["a.json", "a.yaml"]));
