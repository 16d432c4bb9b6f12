//! Texts to small numbers, in the order of their first coming: what is large is compared and looked up by number then.

use std::borrow::Cow;

/// The numbers of texts. Own, because the order of the standard one differs from run to run.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// One more than a number; 0 is free. A power of two of them, at least twice as many as there are names.
    slots: Vec<u32>,
    names: Vec<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.names.reserve(more);
        let size = (2 * (self.names.len() + more + 1)).next_power_of_two();
        if size > self.slots.len() {
            self.resize(size);
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", Cow::as_ref)
    }

    /// The number of a text; a new one when it has none.
    pub fn put(&mut self, name: Cow<'a, str>) -> u32 {
        if self.slots.len() < 2 * (self.names.len() + 1) {
            self.resize((self.slots.len() * 2).max(64));
        }
        match self.find(&name) {
            Ok(number) => number,
            Err(slot) => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX - 1);
                if let Some(free) = self.slots.get_mut(slot) {
                    *free = number + 1;
                }
                self.names.push(name);
                number
            }
        }
    }

    /// The number of a text that has one.
    pub fn get(&self, name: &str) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.find(name).ok() }
    }

    /// Numbers in the order of their texts.
    pub fn sorted(&self) -> Vec<u32> {
        let first = self.names.first().map_or(&[][..], |name| name.as_bytes());
        // what all of them begin with says nothing of their order
        let shared = self.names.iter().fold(first.len(), |shared, name| {
            let same = first.iter().zip(name.as_bytes()).take(shared);
            same.take_while(|(a, b)| a == b).count()
        });
        let mut order: Vec<(u128, u32)> = Vec::with_capacity(self.names.len());
        for (number, name) in (0_u32..).zip(&self.names) {
            order.push((head(name.as_bytes().get(shared..).unwrap_or_default()), number));
        }
        order.sort_unstable_by(|(a, left), (b, right)| {
            a.cmp(b).then_with(|| self.text(*left).cmp(self.text(*right)))
        });
        order.into_iter().map(|(_, number)| number).collect()
    }

    /// Its number, or the slot that is free for it.
    fn find(&self, name: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash(name) & mask;
        loop {
            match self.slots.get(at).copied().unwrap_or(0) {
                0 => return Err(at),
                taken if self.text(taken - 1) == name => return Ok(taken - 1),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn resize(&mut self, size: usize) {
        self.slots = vec![0; size];
        for number in 0..self.names.len() {
            let mut at = hash(self.names.get(number).map_or("", Cow::as_ref)) & (size - 1);
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (size - 1);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = u32::try_from(number + 1).unwrap_or(u32::MAX);
            }
        }
    }
}

/// The first bytes as a number that is ordered as they are; zeros behind the end.
fn head(bytes: &[u8]) -> u128 {
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_be_bytes(out)
}

/// Eight bytes at a time, mixed by multiplication.
fn hash(text: &str) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    let mut state = text.len() as u64;
    for chunk in chunks {
        state = (state ^ u64::from_le_bytes(*chunk)).wrapping_mul(MIX);
        state ^= state >> 29;
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    state = (state ^ u64::from_le_bytes(last)).wrapping_mul(MIX);
    (state ^ (state >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number_however_many_come_after_it() {
        let mut names = Names::default();
        assert_eq!(names.get("a"), None);
        for number in 0..5_000_u32 {
            assert_eq!(names.put(Cow::Owned(format!("pkg:npm/{number}"))), number);
        }
        for number in 0..5_000_u32 {
            let name = format!("pkg:npm/{number}");
            assert_eq!((names.put(Cow::Borrowed("pkg:npm/7")), names.get(&name)), (7, Some(number)));
            assert_eq!(names.text(number), name);
        }
        assert_eq!((names.len(), names.get("pkg:npm/5000")), (5_000, None));
    }

    #[test]
    fn numbers_are_sorted_by_their_texts() {
        let mut names = Names::default();
        names.reserve(3);
        for name in
            ["pkg:b", "pkg:", "pkg:a\0", "pkg:a", "pkg:aaaaaaaaaaaaaaaaab", "pkg:aaaaaaaaaaaaaaaaaa", "pkg:é"]
        {
            names.put(Cow::Borrowed(name));
        }
        let sorted: Vec<u32> = names.sorted();
        assert_eq!(sorted, [1, 3, 2, 5, 4, 0, 6]);
        assert_eq!(Names::default().sorted(), [0; 0]);
    }
}
