//! The statement's envelope.
#![no_main]

use trustbook::bundle::dsse::Envelope;
use trustbook_fuzz::same;

libfuzzer_sys::fuzz_target!(|data: &[u8]| same(data, Envelope::parse(data).ok().map(|envelope| envelope.print())));
