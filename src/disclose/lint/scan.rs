//! One pass over the bytes with one automaton for all needles; only where a needle lies is a rule asked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::io;
use std::io::Read;
use std::sync::LazyLock;

use crate::disclose::lint::Level;
use crate::disclose::lint::rules::Class;
use crate::disclose::lint::rules::LINT_RULES;

/// Bytes read at a time.
const BLOCK: usize = 64 * 1024;
/// Bytes a rule may look back from its needle.
const BEFORE: usize = 256;
/// Bytes a rule may look ahead from the start of its needle.
const AHEAD: usize = 2048;

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
}

/// Looks at a stream of bytes, in constant memory.
///
/// # Errors
/// When reading fails.
pub fn scan(mut reader: impl Read, level: Level) -> io::Result<Vec<Hit>> {
    let automaton = &*AUTOMATON;
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
        automaton.each(&buffer, |at, rule_at| {
            let start = base + at as u64;
            if start < done || start >= until {
                return;
            }
            let Some(rule) = LINT_RULES.get(rule_at) else { return };
            if level == Level::Restricted && rule.class == Class::Personal {
                return;
            }
            let from = at.saturating_sub(BEFORE);
            let ahead = if rule.class == Class::Personal { BEFORE } else { AHEAD };
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
        Ok(_) | Err(_) => Cow::Owned(
            bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{7f}' }).collect(),
        ),
    }
}

fn fill(reader: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        let Some(rest) = block.get_mut(filled..) else { break };
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
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
        for byte in slice(buffer, from, to) {
            if *byte == b'\n' {
                place.line = place.line.saturating_add(1);
                place.column = 1;
            } else if !is_continuation(*byte) {
                place.column = place.column.saturating_add(1);
            }
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

static AUTOMATON: LazyLock<Automaton> = LazyLock::new(|| {
    let needles: Vec<(&str, usize)> = LINT_RULES
        .iter()
        .enumerate()
        .flat_map(|(at, rule)| rule.needles.iter().map(move |needle| (*needle, at)))
        .collect();
    Automaton::new(&needles)
});

/// Finds many needles in one pass (Aho and Corasick), upper and lower case alike.
struct Automaton {
    /// State after a byte, 256 a state.
    next: Vec<u16>,
    /// Needles that end in a state: length and rule.
    ends: Vec<Vec<(usize, usize)>>,
}

impl Automaton {
    fn new(needles: &[(&str, usize)]) -> Self {
        const NONE: u16 = u16::MAX;
        let mut next = vec![NONE; 256];
        let mut ends: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        for (needle, rule) in needles {
            let mut state = 0_usize;
            for byte in needle.bytes().map(|byte| byte.to_ascii_lowercase()) {
                let slot = state * 256 + usize::from(byte);
                if next.get(slot).copied().unwrap_or(NONE) == NONE {
                    let new = u16::try_from(ends.len()).unwrap_or(NONE);
                    if let Some(slot) = next.get_mut(slot) {
                        *slot = new;
                    }
                    ends.push(Vec::new());
                    next.resize(ends.len() * 256, NONE);
                }
                state = usize::from(next.get(slot).copied().unwrap_or(0));
            }
            if let Some(list) = ends.get_mut(state) {
                list.push((needle.len(), *rule));
            }
        }
        // Breadth first: where a state has no edge, the state of its longest proper suffix has it.
        let mut fail = vec![0_u16; ends.len()];
        let mut queue = VecDeque::new();
        for slot in next.iter_mut().take(256) {
            if *slot == NONE {
                *slot = 0;
            } else {
                queue.push_back(usize::from(*slot));
            }
        }
        while let Some(state) = queue.pop_front() {
            let back = usize::from(fail.get(state).copied().unwrap_or(0));
            let inherited = ends.get(back).cloned().unwrap_or_default();
            if let Some(list) = ends.get_mut(state) {
                list.extend(inherited);
            }
            for byte in 0..256 {
                let to_back = next.get(back * 256 + byte).copied().unwrap_or(0);
                let Some(slot) = next.get_mut(state * 256 + byte) else { continue };
                if *slot == NONE {
                    *slot = to_back;
                } else {
                    let child = usize::from(*slot);
                    if let Some(fail) = fail.get_mut(child) {
                        *fail = to_back;
                    }
                    queue.push_back(child);
                }
            }
        }
        // Upper case goes where lower case goes.
        for state in 0..ends.len() {
            for upper in b'A'..=b'Z' {
                let lower =
                    next.get(state * 256 + usize::from(upper.to_ascii_lowercase())).copied().unwrap_or(0);
                if let Some(slot) = next.get_mut(state * 256 + usize::from(upper)) {
                    *slot = lower;
                }
            }
        }
        Self { next, ends }
    }

    /// Calls `found` with the start and the rule of every needle.
    fn each(&self, bytes: &[u8], mut found: impl FnMut(usize, usize)) {
        let mut state = 0_usize;
        for (at, byte) in bytes.iter().enumerate() {
            state = usize::from(self.next.get(state * 256 + usize::from(*byte)).copied().unwrap_or(0));
            if let Some(ends) = self.ends.get(state).filter(|ends| !ends.is_empty()) {
                for (length, rule) in ends {
                    found(at + 1 - length, *rule);
                }
            }
        }
    }
}
