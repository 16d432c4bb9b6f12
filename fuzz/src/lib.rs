//! What every target does with its input: read it as evidence under one of a few names, and hold the reader to its word.

use trustbook::load;

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
