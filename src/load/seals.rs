//! Joint digests over the files of a folder: computed anew in every defined way, and told apart from changed line endings.

use super::digests::with_crlf;
use crate::bundle::digest::Digest;
use crate::model::governance::FileState;
use crate::model::governance::Seal;

/// The most members whose line endings are tried in every combination.
const MAX_TRIED: usize = 12;
/// The most bytes that are hashed for one diagnosis.
const MAX_WORK_BYTES: usize = 256 << 20;

/// A file below the flag's folder: its path inside it, its bytes.
pub(super) struct Member {
    /// Path relative to the folder.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Compares a flag with the members of its folder, the flag itself taken out.
pub(super) fn compare(seal: &mut Seal, mut members: Vec<Member>) {
    members.sort_by(|a, b| a.path.cmp(&b.path));
    seal.members = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let Some(stated) = Digest::parse(&seal.sha256) else {
        seal.state = FileState::Mismatch;
        "what it states is no SHA-256 digest".clone_into(&mut seal.why);
        return;
    };
    if members.is_empty() {
        "no file lies beside it".clone_into(&mut seal.why);
        return;
    }
    let orders = orders(&members);
    for (name, order) in &orders {
        let parts: Vec<&[u8]> =
            order.iter().filter_map(|at| members.get(*at)).map(|one| one.bytes.as_slice()).collect();
        if joint(&parts) == stated || of_digests(&parts) == stated {
            seal.state = FileState::Match;
            seal.why = format!("the files {name}");
            return;
        }
    }
    for (name, order) in &orders {
        if let Some(changed) = endings(&stated, order, &members) {
            seal.state = FileState::LineEndings;
            seal.why = format!("the files {name}, with other line endings in {}", changed.join(", "));
            return;
        }
    }
    seal.state = FileState::Mismatch;
    let found: Vec<&[u8]> = members.iter().map(|member| member.bytes.as_slice()).collect();
    seal.why =
        format!("the files in order of their paths give {}: something was changed afterwards", joint(&found));
}

/// The orders in which members may be joined, as indices.
fn orders(members: &[Member]) -> Vec<(String, Vec<usize>)> {
    let all: Vec<usize> = (0..members.len()).collect();
    let mut out = vec![("in order of their paths".to_owned(), all.clone())];
    let Some(index) = members.iter().position(|member| member.path == "index.json") else { return out };
    let without: Vec<usize> = all.into_iter().filter(|at| *at != index).collect();
    out.push(("in order of their paths, without `index.json`".to_owned(), without));
    // an index that lists what is not here covers more than can be joined
    let listed: Option<Vec<usize>> = members
        .get(index)
        .map(|member| paths_in(&member.bytes))
        .unwrap_or_default()
        .iter()
        .map(|path| members.iter().position(|member| member.path == *path))
        .collect();
    let listed = listed.unwrap_or_default();
    if !listed.is_empty() {
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        sorted.dedup();
        out.push(("that `index.json` lists, in order of their paths".to_owned(), sorted));
        out.push(("in the order of `index.json`".to_owned(), listed));
    }
    out
}

/// The paths an index lists, in its order.
fn paths_in(index: &[u8]) -> Vec<String> {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(index) else { return Vec::new() };
    let list = value.as_array().or_else(|| {
        ["items", "files", "artifacts", "entries", "members"]
            .iter()
            .find_map(|key| value.get(key)?.as_array())
    });
    list.into_iter()
        .flatten()
        .filter_map(|item| {
            let path = item.as_str().or_else(|| {
                ["path", "relative_path", "name", "file"].iter().find_map(|key| item.get(key)?.as_str())
            })?;
            Some(path.trim_start_matches("./").to_owned())
        })
        .collect()
}

fn joint(parts: &[&[u8]]) -> Digest {
    let mut hasher = crate::bundle::digest::Hasher::default();
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

fn of_digests(parts: &[&[u8]]) -> Digest {
    let text: String = parts.iter().map(|part| Digest::of(part).to_string()).collect();
    Digest::of(text.as_bytes())
}

/// The members whose line endings have to be Windows' for the stated digest, by trying few at a time first.
fn endings(stated: &Digest, order: &[usize], members: &[Member]) -> Option<Vec<String>> {
    let mut variants: Vec<(usize, Vec<u8>)> = Vec::new();
    for at in order {
        if let Some(other) = members.get(*at).and_then(|member| with_crlf(&member.bytes)) {
            variants.push((*at, other));
        }
    }
    let total: usize = order.iter().filter_map(|at| members.get(*at)).map(|member| member.bytes.len()).sum();
    // beyond the limits: only all of them at once
    let count = variants.len().min(MAX_TRIED);
    let mut masks: Vec<u32> =
        if variants.len() <= MAX_TRIED { (1..1_u32 << count).collect() } else { Vec::new() };
    masks.sort_by_key(|mask| (mask.count_ones(), *mask));
    let affordable = MAX_WORK_BYTES / total.max(1);
    masks.truncate(affordable);
    let everything = (!variants.is_empty()).then_some(u32::MAX);
    for mask in masks.into_iter().chain(everything) {
        let chosen = |at: usize| {
            variants.iter().enumerate().find_map(|(bit, (member, bytes))| {
                let set = mask == u32::MAX || u32::try_from(bit).is_ok_and(|bit| mask >> bit & 1 == 1);
                (*member == at && set).then_some(bytes.as_slice())
            })
        };
        let parts: Vec<&[u8]> = order
            .iter()
            .filter_map(|at| Some(chosen(*at).unwrap_or(members.get(*at)?.bytes.as_slice())))
            .collect();
        if joint(&parts) == *stated {
            let changed = order
                .iter()
                .filter(|at| chosen(**at).is_some())
                .filter_map(|at| members.get(*at))
                .map(|member| format!("`{}`", member.path))
                .collect();
            return Some(changed);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(path: &str, text: &str) -> Member {
        Member { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn seal(sha256: Digest) -> Seal {
        Seal { sha256: sha256.to_string(), members: 0, state: FileState::NotCheckable, why: String::new() }
    }

    #[test]
    fn a_folder_is_joined_in_order_of_its_paths() {
        let mut one = seal(Digest::of(b"firstsecond"));
        compare(&mut one, vec![member("b.txt", "second"), member("a.txt", "first")]);
        assert_eq!((one.state, one.members), (FileState::Match, 2));
    }

    #[test]
    fn an_index_gives_another_order_and_may_stay_out_itself() {
        let index = r#"{"items": [{"path": "z.txt"}, {"path": "a.txt"}]}"#;
        let members = || vec![member("index.json", index), member("a.txt", "A"), member("z.txt", "Z")];
        let mut one = seal(Digest::of(b"ZA"));
        compare(&mut one, members());
        assert_eq!(
            (one.state, one.why.as_str()),
            (FileState::Match, "the files in the order of `index.json`")
        );
        let both: String = ["A", "Z"].iter().map(|text| Digest::of(text.as_bytes()).to_string()).collect();
        let mut one = seal(Digest::of(both.as_bytes()));
        compare(&mut one, members());
        assert_eq!(one.state, FileState::Match);
    }

    #[test]
    fn the_very_members_whose_line_endings_changed_are_named() {
        let mut one = seal(Digest::of(b"x\ny\r\nz\n"));
        compare(&mut one, vec![member("a.csv", "x\n"), member("b.csv", "y\n"), member("c.json", "z\n")]);
        assert_eq!(one.state, FileState::LineEndings);
        assert_eq!(one.why, "the files in order of their paths, with other line endings in `b.csv`");
    }

    #[test]
    fn a_changed_member_is_a_mismatch_and_an_empty_folder_is_not_checkable() {
        let mut one = seal(Digest::of(b"before\n"));
        compare(&mut one, vec![member("a.txt", "after\n")]);
        assert_eq!(one.state, FileState::Mismatch);
        let mut one = seal(Digest::of(b""));
        compare(&mut one, Vec::new());
        assert_eq!(one.state, FileState::NotCheckable);
    }
}
