//! A whole archive under a signature that is right, so that everything behind the signature is reached.
#![no_main]

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use trustbook::bundle::json::Json;
use trustbook::bundle::time::Timestamp;
use trustbook::pack::Signer as _;
use trustbook::sign::SigningKey;
use trustbook::verify::Pins;
use trustbook::verify::Terms;
use trustbook::verify::verify_archive;

/// Another one in each run: nothing depends on which.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let made = trustbook::sign::generate(None).unwrap();
    trustbook::sign::parse(&made.secret_text, None).unwrap()
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let signature = trustbook_fuzz::sign(&KEY, data);
    let as_of = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    let terms = Terms { key: Some(KEY.public_key()), as_of, threads: NonZeroUsize::MIN };
    let report =
        verify_archive("acme-0042.zip", &data.to_vec(), Some(signature.as_bytes()), &terms, &Pins::none());
    assert!(!report.is_verified(), "nobody signed what is inside");
    assert!(Json::parse(report.to_json().trim_end().as_bytes()).is_ok(), "{}", report.to_json());
    assert!(!report.to_text().contains(|char: char| char.is_control() && char != '\n'));
});
