//! Readers of the group `drill`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read(data, &["a.json", "a.yaml", "a.jsonl", "a.txt"]));
