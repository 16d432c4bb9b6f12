//! Readers of the group `tests_and_coverage`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read(data, &["a.xml", "lcov.info", "a.json"]));
