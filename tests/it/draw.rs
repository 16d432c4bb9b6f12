//! Numbers that look drawn and are the same on every machine, so that a failure happens again (splitmix64).

/// The generator; what it begins with decides everything it gives.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// Below `end`; 0 when that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// True `chance` times of a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// The seconds of whole days, from `from` days on, below `to`.
    pub(crate) fn days(&mut self, from: i64, to: i64) -> i64 {
        (from + i64::try_from(self.below(usize::try_from(to - from).unwrap())).unwrap()) * 86_400
    }
}
