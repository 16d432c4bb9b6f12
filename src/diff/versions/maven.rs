//! Maven versions: tokens parted by dots, hyphens and the change between digits and letters; known qualifiers around the release.

use std::cmp::Ordering;

use super::parts::is_number;
use super::parts::numbers;
use super::parts::run;

/// How two versions compare. Every text is a version to Maven.
pub(super) fn order(a: &str, b: &str) -> Option<Ordering> {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let fine = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte));
    // placeholders and ranges are no versions
    if !fine(&a) || !fine(&b) {
        return None;
    }
    let (a, b) = (tokens(&a), tokens(&b));
    for at in 0..a.len().max(b.len()) {
        let order = match (a.get(at), b.get(at)) {
            (Some(a), Some(b)) => a.compare(b),
            (Some(a), None) => a.compare(&a.nothing()),
            (None, Some(b)) => b.nothing().compare(b),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

struct Token<'a> {
    /// A hyphen stands before it, or digits met letters.
    hyphen: bool,
    text: &'a str,
}

impl Token<'_> {
    /// What a shorter version has in this place.
    fn nothing(&self) -> Token<'static> {
        Token { hyphen: self.hyphen, text: if is_number(self.text) { "0" } else { "" } }
    }

    fn is_null(&self) -> bool {
        match is_number(self.text) {
            true => self.text.bytes().all(|byte| byte == b'0'),
            false => matches!(self.text, "" | "final" | "ga" | "release"),
        }
    }

    /// Words below `-1` below `.1`.
    fn class(&self) -> u8 {
        match (is_number(self.text), self.hyphen) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        }
    }

    fn compare(&self, other: &Token<'_>) -> Ordering {
        let order = self.class().cmp(&other.class());
        match self.class() {
            _ if order != Ordering::Equal => order,
            0 => rank(self.text).cmp(&rank(other.text)).then_with(|| match rank(self.text) {
                UNKNOWN => self.text.cmp(other.text),
                _ => Ordering::Equal,
            }),
            _ => numbers(self.text, other.text),
        }
    }
}

const UNKNOWN: u8 = 7;

fn rank(word: &str) -> u8 {
    match word {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" | "cr" => 3,
        "snapshot" => 4,
        "" | "final" | "ga" | "release" => 5,
        "sp" => 6,
        _ => UNKNOWN,
    }
}

fn tokens(version: &str) -> Vec<Token<'_>> {
    let mut out: Vec<Token<'_>> = Vec::new();
    let mut rest = version;
    let mut hyphen = false;
    loop {
        let digits = rest.starts_with(|ch: char| ch.is_ascii_digit());
        let (text, after) = run(rest, |byte| match digits {
            true => byte.is_ascii_digit(),
            false => byte.is_ascii_alphabetic() || b"_+".contains(&byte),
        });
        let followed = after.starts_with(|ch: char| ch.is_ascii_digit());
        let text = match text {
            "" => "0",
            "a" if followed => "alpha",
            "b" if followed => "beta",
            "m" if followed => "milestone",
            text => text,
        };
        out.push(Token { hyphen, text });
        let Some(next) = after.chars().next() else { break };
        hyphen = next != '.';
        rest = after.strip_prefix(['.', '-']).unwrap_or(after);
    }
    trim(&mut out);
    out
}

/// Takes away zeros and words for the release at the end, and before every hyphen or word.
fn trim(tokens: &mut Vec<Token<'_>>) {
    let mut end = tokens.len();
    while end > 0 {
        let mut from = end;
        while from > 1 && tokens.get(from - 1).is_some_and(Token::is_null) {
            from -= 1;
        }
        tokens.drain(from..end);
        // to where the next section of the version begins
        end = from;
        while end > 0 {
            end -= 1;
            if tokens.get(end).is_some_and(|token| token.hyphen || !is_number(token.text)) {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualifiers_stand_around_the_release() {
        let list = [
            "1-alpha2snapshot",
            "1-alpha2",
            "1-alpha-123",
            "1-beta-2",
            "1-beta123",
            "1-m2",
            "1-m11",
            "1-rc",
            "1-cr2",
            "1-rc123",
            "1-snapshot",
            "1",
            "1-sp",
            "1-sp2",
            "1-sp123",
            "1-abc",
            "1-def",
            "1-pom-1",
            "1-1-snapshot",
            "1-1",
            "1-2",
            "1-123",
        ];
        for (at, low) in list.iter().enumerate() {
            for high in &list[at + 1..] {
                assert_eq!(order(low, high), Some(Ordering::Less), "{low} {high}");
            }
        }
        let list = ["2.0", "2-1", "2.0.a", "2.0.0.a"];
        assert_eq!(order(list[0], list[1]), Some(Ordering::Less));
        assert_eq!(order(list[2], list[3]), Some(Ordering::Equal));
        assert_eq!(order("1.74.0.redhat-00002", "1.74.0.redhat-00003"), Some(Ordering::Less));
        assert_eq!(order("4.1.100.Final-redhat-00001", "4.1.108.Final"), Some(Ordering::Less));
    }

    #[test]
    fn different_spellings_of_one_version_are_equal() {
        for (a, b) in [
            ("1", "1.0.0"),
            ("1.0-ga", "1.0"),
            ("1.0.Final", "1"),
            ("1.RELEASE", "1-ga"),
            ("1a1", "1-alpha-1"),
            ("1-cr1", "1rc1"),
            ("1.0.0-0.0", "1"),
            ("1.0.0X1", "1.X1"),
        ] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
        assert_eq!(order("${project.version}", "1"), None);
        assert_eq!(order("[1,2)", "1"), None);
    }
}
