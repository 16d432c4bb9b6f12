//! One of the two bills with its components grouped by key.

use std::borrow::Cow;

use crate::diff::sbom::bill::Bill;
use crate::diff::sbom::bill::Part;
use crate::diff::sbom::key;
use crate::model::interner::Names;

/// A bill, its components numbered by key.
pub(super) struct Side<'b, 'a> {
    pub(super) bill: &'b Bill<'a>,
    /// The key of each component.
    keys: Vec<u32>,
    /// Key of the subject that is not among the components.
    subject: Option<u32>,
    /// Components in order of key.
    order: Vec<u32>,
    /// Where each key begins in `order`; one more at the end.
    starts: Vec<u32>,
}

impl<'b, 'a> Side<'b, 'a> {
    /// Numbers the keys.
    pub(super) fn new(bill: &'b Bill<'a>, names: &mut Names<'a>) -> Self {
        names.reserve(bill.parts.len() / 2);
        let keys = bill.parts.iter().map(|part| names.put(key::canonical(part))).collect();
        let subject = bill.subject.as_ref().map(|part| names.put(key::canonical(part)));
        Self { bill, keys, subject, order: Vec::new(), starts: Vec::new() }
    }

    /// Groups the components, once all keys are known.
    pub(super) fn group(&mut self, names: usize) {
        let mut starts = vec![0_u32; names + 1];
        for key in &self.keys {
            if let Some(count) = starts.get_mut(*key as usize + 1) {
                *count += 1;
            }
        }
        for at in 1..starts.len() {
            let before = starts.get(at - 1).copied().unwrap_or(0);
            if let Some(start) = starts.get_mut(at) {
                *start += before;
            }
        }
        let mut next = starts.clone();
        let mut order = vec![0_u32; self.keys.len()];
        for (index, key) in self.keys.iter().enumerate() {
            if let Some(place) = next.get_mut(*key as usize) {
                if let Some(slot) = order.get_mut(*place as usize) {
                    *slot = u32::try_from(index).unwrap_or(u32::MAX);
                }
                *place += 1;
            }
        }
        (self.order, self.starts) = (order, starts);
    }

    /// The components of a key, in the order of the document.
    pub(super) fn of(&self, key: u32) -> impl ExactSizeIterator<Item = &'b Part<'a>> + Clone {
        let at = |key: usize| self.starts.get(key).copied().unwrap_or(0) as usize;
        let list = self.order.get(at(key as usize)..at(key as usize + 1)).unwrap_or_default();
        let parts = &self.bill.parts;
        list.iter().map(move |index| &parts[*index as usize])
    }

    /// How many keys there are.
    pub(super) fn keys(&self) -> usize {
        self.starts.windows(2).filter(|pair| pair[0] < pair[1]).count()
    }

    /// The first component of a key, as the document writes its key.
    pub(super) fn written(&self, key: u32) -> Option<Cow<'a, str>> {
        self.of(key).next().map(key::written)
    }

    /// Keys of all references.
    pub(super) fn references(&self) -> (Names<'a>, Vec<u32>) {
        let mut references = Names::default();
        references.reserve(self.keys.len());
        let mut keys: Vec<u32> = Vec::with_capacity(self.keys.len() + 1);
        let subject = self.bill.subject.iter().map(|part| part.reference).zip(self.subject);
        let parts = self.bill.parts.iter().map(|part| part.reference).zip(self.keys.iter().copied());
        for (reference, key) in parts.chain(subject) {
            if references.put(Cow::Borrowed(reference)) as usize == keys.len() {
                keys.push(key);
            }
        }
        (references, keys)
    }
}
