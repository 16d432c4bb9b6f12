//! Checkpoints of the log, and what a reader remembers of one.
#![no_main]

use trustbook::bundle::log::Checkpoint;
use trustbook::bundle::minisig::PublicKey;
use trustbook::verify::State;
use trustbook_fuzz::same;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    same(data, State::parse(data).ok().map(|state| state.print()));
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = Checkpoint::parse(text).ok();
    same(data, read.as_ref().map(|(read, signatures)| format!("{}\n{signatures}", read.text())));
    let key = PublicKey { id: [1; 8], key: [1; 32] };
    let opened = Checkpoint::open(text, "trust.example", &[key]);
    assert!(opened.is_err(), "nobody has that key");
});
