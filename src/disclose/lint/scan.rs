//! One pass over the bytes for all needles; only where a needle lies is a rule asked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::io::Read;
use std::sync::LazyLock;

use crate::disclose::lint::Level;
use crate::disclose::lint::rules::Class;
use crate::disclose::lint::rules::LINT_RULES;
use crate::model::tree::fill;

/// Bytes read at a time.
const BLOCK: usize = 64 * 1024;
/// Bytes a rule may look back from its needle.
const BEFORE: usize = 256;
/// Bytes a rule may look ahead from the start of its needle: for keys and web tokens, and for all others.
const AHEAD: usize = 2048;
const SHORT: usize = 400;

/// Something a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule.
    pub code: &'static str,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// How many characters it is long on its line.
    pub width: u32,
    /// What was found, masked.
    pub masked: String,
    /// What was found.
    pub(super) matched: Matched,
    /// RFC 6901 pointer of the value, where a record was looked at instead of a file: line and column are inside it.
    pub pointer: Option<String>,
}

/// What a rule found, to be compared and never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Matched(String);

impl Matched {
    /// The same whether it stands in a text or, with its backslashes doubled, in JSON.
    fn of(text: &str) -> Self {
        Self(text.replace("\\\\", "\\"))
    }
}

impl fmt::Debug for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Looks at a stream of bytes, in constant memory.
///
/// # Errors
/// When reading fails.
pub fn scan(mut reader: impl Read, level: Level) -> io::Result<Vec<Hit>> {
    let prefilter = &*PREFILTER;
    let mut hits = Vec::new();
    let mut seen: BTreeSet<(u64, usize)> = BTreeSet::new();
    let mut position = Position { line: 1, column: 1, offset: 0 };
    // `buffer[0]` is byte `base` of the stream; needles that start before `done` were asked.
    let mut buffer: Vec<u8> = Vec::new();
    let (mut base, mut done) = (0_u64, 0_u64);
    let mut block = vec![0; BLOCK];
    loop {
        let read = fill(&mut reader, &mut block)?;
        let end = read < block.len();
        buffer.extend_from_slice(block.get(..read).unwrap_or_default());
        let whole = base + buffer.len() as u64;
        let until = if end { whole } else { whole.saturating_sub(AHEAD as u64) };
        prefilter.each(&buffer, |at, rule_at| {
            let start = base + at as u64;
            if start < done || start >= until {
                return;
            }
            let Some(rule) = LINT_RULES.get(rule_at) else { return };
            if level == Level::Restricted && rule.class == Class::Personal {
                return;
            }
            let from = at.saturating_sub(BEFORE);
            let long = rule.code == "jwt" || rule.code.starts_with("private-key");
            let ahead = if long { AHEAD } else { SHORT };
            let window = window(buffer.get(from..(at + ahead).min(buffer.len())).unwrap_or_default());
            let Some(found) = (rule.find)(&window, at - from) else { return };
            let first = base + (from + found.start) as u64;
            if !seen.insert((first, rule_at)) {
                return;
            }
            let matched = window.get(found).unwrap_or_default();
            let place = position.seek(&buffer, base, first);
            let first_line = matched.split(['\n', '\r']).next().unwrap_or_default();
            hits.push(Hit {
                code: rule.code,
                line: place.line,
                column: place.column,
                width: u32::try_from(first_line.len()).unwrap_or(1).max(1),
                masked: (rule.mask)(matched),
                matched: Matched::of(matched),
                pointer: None,
            });
        });
        if end {
            break;
        }
        done = until;
        // Keep what a rule may still look back to.
        let keep_from = until.saturating_sub(BEFORE as u64).saturating_sub(base);
        let keep_from = usize::try_from(keep_from).unwrap_or_default().min(buffer.len());
        position.seek(&buffer, base, base + keep_from as u64);
        buffer.drain(..keep_from);
        base += keep_from as u64;
    }
    hits.sort_by(|a, b| (a.line, a.column, a.code).cmp(&(b.line, b.column, b.code)));
    Ok(hits)
}

/// The bytes as text, one character a byte, so that offsets stay.
fn window(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => Cow::Borrowed(text),
        Ok(_) | Err(_) => {
            let ascii = bytes.iter().map(|byte| if byte.is_ascii() { *byte } else { 0x7f }).collect();
            Cow::Owned(String::from_utf8(ascii).unwrap_or_default())
        }
    }
}

/// Where in the text a byte lies. Only ever moves ahead, or a little back inside the buffer.
#[derive(Clone, Copy)]
struct Position {
    line: u32,
    column: u32,
    offset: u64,
}

impl Position {
    /// Moves to `target`. Where it lies behind, the answer is counted from the start of the buffer's known line.
    fn seek(&mut self, buffer: &[u8], base: u64, target: u64) -> Self {
        let mut place = *self;
        if target < self.offset {
            // A match that begins before its needle: go back over the bytes between.
            let (from, to) = (target.saturating_sub(base), self.offset.saturating_sub(base));
            let between = slice(buffer, from, to);
            let lines = between.iter().filter(|byte| **byte == b'\n').count();
            place.line = self.line.saturating_sub(u32::try_from(lines).unwrap_or(u32::MAX));
            let before = slice(buffer, 0, from);
            let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            if lines > 0 || line_start > 0 {
                place.column = 1 + characters(before.get(line_start..).unwrap_or_default());
            } else {
                place.column = self.column.saturating_sub(characters(between));
            }
            place.offset = target;
            return place;
        }
        let (from, to) = (self.offset.saturating_sub(base), target.saturating_sub(base));
        let passed = slice(buffer, from, to);
        match passed.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => {
                let lines = passed.iter().filter(|byte| **byte == b'\n').count();
                place.line = place.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
                place.column = 1 + characters(passed.get(last + 1..).unwrap_or_default());
            }
            None => place.column = place.column.saturating_add(characters(passed)),
        }
        place.offset = target;
        *self = place;
        place
    }
}

fn slice(buffer: &[u8], from: u64, to: u64) -> &[u8] {
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let to = usize::try_from(to).unwrap_or(usize::MAX);
    buffer.get(from..to).unwrap_or_default()
}

fn characters(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.iter().filter(|byte| !is_continuation(**byte)).count()).unwrap_or(u32::MAX)
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

static PREFILTER: LazyLock<Prefilter> = LazyLock::new(|| {
    let needles = LINT_RULES.iter().enumerate();
    Prefilter::new(needles.flat_map(|(at, rule)| rule.needles.iter().map(move |needle| (*needle, at))))
});

/// Finds where needles lie, upper and lower case alike: a bit for every pair of bytes that begins one, then a compare.
/// An automaton over all needles was three times slower: each of its steps waits for the one before.
struct Prefilter {
    /// A bit for every pair of bytes.
    begins: Vec<u64>,
    /// By pair: one more than the place in `needles`, 0 for none.
    bucket: Vec<u16>,
    /// Needles that begin with one pair, with their rules.
    needles: Vec<Vec<(&'static str, usize)>>,
}

impl Prefilter {
    fn new(needles: impl Iterator<Item = (&'static str, usize)>) -> Self {
        let mut filter = Self { begins: vec![0; 1024], bucket: vec![0; 65_536], needles: Vec::new() };
        let cases = |byte: u8| [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
        for (needle, rule) in needles {
            let mut bytes = needle.bytes();
            let Some(first) = bytes.next() else { continue };
            let seconds: Vec<u8> = match bytes.next() {
                Some(second) => cases(second).to_vec(),
                None => (0..=u8::MAX).collect(),
            };
            for first in cases(first) {
                for second in &seconds {
                    filter.add(usize::from(first) << 8 | usize::from(*second), needle, rule);
                }
            }
        }
        filter
    }

    fn add(&mut self, pair: usize, needle: &'static str, rule: usize) {
        if let Some(bits) = self.begins.get_mut(pair >> 6) {
            *bits |= 1 << (pair & 63);
        }
        let Some(bucket) = self.bucket.get_mut(pair) else { return };
        if *bucket == 0 {
            self.needles.push(Vec::new());
            *bucket = u16::try_from(self.needles.len()).unwrap_or(u16::MAX);
        }
        if let Some(list) = self.needles.get_mut(usize::from(*bucket) - 1) {
            if !list.contains(&(needle, rule)) {
                list.push((needle, rule));
            }
        }
    }

    /// Calls `found` with the start and the rule of every needle.
    fn each(&self, bytes: &[u8], mut found: impl FnMut(usize, usize)) {
        let begins = self.begins.as_slice();
        for (at, two) in bytes.windows(2).enumerate() {
            let [first, second] = two else { continue };
            let pair = usize::from(*first) << 8 | usize::from(*second);
            if begins.get(pair >> 6).is_some_and(|bits| bits >> (pair & 63) & 1 == 1) {
                self.compare(bytes, at, pair, &mut found);
            }
        }
    }

    #[inline(never)]
    fn compare(&self, bytes: &[u8], at: usize, pair: usize, found: &mut impl FnMut(usize, usize)) {
        let bucket = usize::from(self.bucket.get(pair).copied().unwrap_or(0));
        for (needle, rule) in bucket.checked_sub(1).and_then(|at| self.needles.get(at)).into_iter().flatten()
        {
            let there = bytes
                .get(at..at + needle.len())
                .is_some_and(|there| there.eq_ignore_ascii_case(needle.as_bytes()));
            if there {
                found(at, *rule);
            }
        }
    }
}
