//! What targets do with their input: read it as evidence under one of a few names, or as a file of the archive, and hold the reader to its word.

use blake2::Blake2b512;
use blake2::Digest as _;
use trustbook::load;
use trustbook::pack::Signer as _;
use trustbook::sign::SigningKey;

/// Reads the rest of `data` under the name that its first byte picks.
///
/// A reader that refuses a file says why; a finding about a file is about that file. Panics where that does not hold.
pub fn read(data: &[u8], names: &[&str]) {
    let Some((first, bytes)) = data.split_first() else { return };
    let name = names[usize::from(*first) % names.len()];
    let (is_usable, findings) = load::probe(name, bytes);
    assert!(is_usable || !findings.is_empty(), "refused without a word");
    for finding in &findings {
        let place = finding.place.as_ref();
        assert!(place.is_some_and(|place| place.path == name), "{}: {}", finding.code, finding.message);
    }
}

/// What is read is written again to the same bytes. Panics where that does not hold.
pub fn same(data: &[u8], printed: Option<String>) {
    if let Some(printed) = printed {
        assert!(printed.as_bytes() == data, "read, and would be written as {printed:?}");
    }
}

/// The signature file that would lie beside these bytes if they were an archive.
pub fn sign(key: &SigningKey, data: &[u8]) -> String {
    let comment = "trustbook v1 origin=trust.example seq=42 created=2026-11-21T09:00:00Z \
                   expires=2027-02-21T09:00:00Z file=acme-0042.zip";
    key.sign_prehashed(&Blake2b512::digest(data).into(), comment).unwrap().print()
}
