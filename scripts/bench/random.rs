//! Numbers and words that look random and are the same every time (SplitMix64).

/// A sequence.
pub(crate) struct Random(u64);

const WORDS: &[&str] = &[
    "access",
    "approval",
    "archive",
    "audit",
    "availability",
    "backup",
    "baseline",
    "boundary",
    "certificate",
    "change",
    "claim",
    "component",
    "control",
    "deviation",
    "digest",
    "drill",
    "encryption",
    "escalation",
    "evidence",
    "exception",
    "expiry",
    "finding",
    "hardening",
    "incident",
    "inventory",
    "isolation",
    "key",
    "ledger",
    "measure",
    "monitoring",
    "notice",
    "objective",
    "owner",
    "patch",
    "policy",
    "record",
    "recovery",
    "region",
    "release",
    "remedy",
    "report",
    "restore",
    "retention",
    "review",
    "risk",
    "rotation",
    "scope",
    "severity",
    "signature",
    "subprocessor",
    "tenant",
    "threshold",
    "transfer",
    "vendor",
    "verdict",
    "waiver",
    "window",
];

impl Random {
    /// A sequence of its own for each seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    /// A word.
    pub(crate) fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    /// So many words, with blanks between.
    pub(crate) fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    /// A sentence of 8 to 16 words.
    pub(crate) fn sentence(&mut self) -> String {
        let count = 8 + self.below(9);
        let words = self.words(count);
        let (first, rest) = words.split_at(1);
        format!("{}{rest}.", first.to_uppercase())
    }

    /// So many sentences.
    pub(crate) fn paragraph(&mut self, sentences: usize) -> String {
        let sentences: Vec<String> = (0..sentences).map(|_| self.sentence()).collect();
        sentences.join(" ")
    }

    /// So many hex digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }
}
