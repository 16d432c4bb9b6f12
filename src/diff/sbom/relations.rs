//! Relations that came and went, by key, and what the subject names itself.

use crate::diff::sbom::side::Side;
use crate::model::interner::Names;
use crate::model::sbom_changes::Relation;
use crate::model::sbom_changes::SbomChanges;

/// From, to, type.
type Edge = (u32, u32, u32);

/// Compares them, unless one of the two lists none: silence is no change.
pub(super) fn compare<'a>(
    names: &Names<'a>,
    before: &Side<'_, 'a>,
    after: &Side<'_, 'a>,
    out: &mut SbomChanges,
) {
    if before.bill.edges.is_empty() || after.bill.edges.is_empty() {
        return;
    }
    let mut kinds = Names::default();
    let (old, old_direct) = edges(before, &mut kinds);
    let (new, new_direct) = edges(after, &mut kinds);
    let shown = |key: u32| {
        let written = after.written(key).or_else(|| before.written(key));
        written.map_or_else(|| names.text(key).to_owned(), |written| written.into_owned())
    };
    let relations = |only: Vec<Edge>| {
        let mut list: Vec<Relation> = only
            .into_iter()
            .map(|(from, to, kind)| Relation {
                from: shown(from),
                to: shown(to),
                kind: kinds.text(kind).to_owned(),
            })
            .collect();
        list.sort();
        list
    };
    out.relations_added = relations(missing(&new, &old));
    out.relations_removed = relations(missing(&old, &new));
    // without a subject that names something, nothing is direct or not
    if old_direct.is_empty() || new_direct.is_empty() {
        return;
    }
    let both = |key: &u32| before.of(*key).len() > 0 && after.of(*key).len() > 0;
    let moved = |list: Vec<u32>| {
        let mut list: Vec<String> = list.into_iter().filter(both).map(shown).collect();
        list.sort();
        list
    };
    out.now_direct = moved(missing(&new_direct, &old_direct));
    out.now_transitive = moved(missing(&old_direct, &new_direct));
}

/// Relations by key, and what the subject names, both sorted. What leads to nothing is left out.
fn edges<'a>(side: &Side<'_, 'a>, kinds: &mut Names<'a>) -> (Vec<Edge>, Vec<u32>) {
    let (references, keys) = side.references();
    let root = side.bill.root.and_then(|root| references.get(root));
    let mut out: Vec<Edge> = Vec::with_capacity(side.bill.edges.len());
    let mut direct = Vec::new();
    let (mut last, mut last_number) = ("", None);
    for [from, to, kind] in &side.bill.edges {
        // they come sorted, many from one
        if last_number.is_none() || last != *from {
            (last, last_number) = (from, references.get(from));
        }
        let (Some(from), Some(to)) = (last_number, references.get(to)) else { continue };
        let key = |number: u32| keys.get(number as usize).copied();
        let (Some(from_key), Some(to_key)) = (key(from), key(to)) else { continue };
        if Some(from) == root {
            direct.push(to_key);
        }
        out.push((from_key, to_key, kinds.put((*kind).into())));
    }
    out.sort_unstable();
    out.dedup();
    direct.sort_unstable();
    direct.dedup();
    (out, direct)
}

/// What `list` has and `other` has not; both sorted.
fn missing<T: Ord + Copy>(list: &[T], other: &[T]) -> Vec<T> {
    let mut rest = other.iter().peekable();
    list.iter()
        .filter(|item| {
            while rest.peek().is_some_and(|next| next < item) {
                rest.next();
            }
            rest.peek() != Some(item)
        })
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_from_a_sorted_list_is_found() {
        assert_eq!(missing(&[1, 3, 5, 9], &[0, 3, 4, 5]), [1, 9]);
        assert_eq!(missing(&[1, 2], &[]), [1, 2]);
        assert_eq!(missing(&[], &[1]), [0; 0]);
    }
}
