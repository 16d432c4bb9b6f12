//! Readers of the group `sbom`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read(data, &["a.json", "a.xml", "a.spdx", "a.rdf", "a.yaml"]));
