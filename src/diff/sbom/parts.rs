//! Components by key: versions as sets, then what else differs.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diff::sbom::bill::Part;
use crate::diff::sbom::key;
use crate::diff::sbom::licence;
use crate::diff::sbom::side::Side;
use crate::diff::versions;
use crate::model::interner::Names;
use crate::model::sbom_changes::PartChange;
use crate::model::sbom_changes::PartClass;
use crate::model::sbom_changes::SbomChanges;

/// A key with more versions than this is paired in the order of their text: ordering them would take longer than it is worth.
const MOST_ORDERED: usize = 64;

/// Components of one version, in one of the bills.
type Group<'g, 'a> = [&'g Part<'a>];

/// What compares.
pub(super) struct Parts<'n, 'b, 'a> {
    names: &'n Names<'a>,
    before: &'n Side<'b, 'a>,
    after: &'n Side<'b, 'a>,
}

impl<'n, 'b, 'a> Parts<'n, 'b, 'a> {
    pub(super) fn new(names: &'n Names<'a>, before: &'n Side<'b, 'a>, after: &'n Side<'b, 'a>) -> Self {
        Self { names, before, after }
    }

    /// Fills in keys, versions and changes.
    pub(super) fn compare(&self, out: &mut SbomChanges) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let (mut was, mut now): (Vec<&Part<'a>>, Vec<&Part<'a>>) = (Vec::new(), Vec::new());
        for key in 0..self.names.len() {
            let key = u32::try_from(key).unwrap_or(u32::MAX);
            was.clear();
            was.extend(self.before.of(key));
            now.clear();
            now.extend(self.after.of(key));
            match (was.is_empty(), now.is_empty()) {
                (true, true) => {}
                (false, true) => {
                    gone.push(key);
                    out.removed.entry(self.shown(key)).or_default().extend(versions_of(&was));
                }
                (true, false) => {
                    come.push(key);
                    out.added.entry(self.shown(key)).or_default().extend(versions_of(&now));
                }
                (false, false) => self.both(key, &mut was, &mut now, out),
            }
        }
        self.one_sided(gone, come, out);
    }

    /// A key as the newer document writes it, else as the older one does.
    fn shown(&self, key: u32) -> String {
        let written = self.after.written(key).or_else(|| self.before.written(key));
        written.map_or_else(|| self.names.text(key).to_owned(), |written| written.into_owned())
    }

    /// A key that both have.
    fn both(
        &self,
        key: u32,
        was: &mut Vec<&'b Part<'a>>,
        now: &mut Vec<&'b Part<'a>>,
        out: &mut SbomChanges,
    ) {
        was.sort_by_key(|part| part.version);
        now.sort_by_key(|part| part.version);
        let (was, now) = (by_version(was), by_version(now));
        let same =
            was.len() == now.len() && was.iter().zip(&now).all(|(was, now)| version(was) == version(now));
        let mut found = Found { parts: Vec::new(), key: None, of: self, number: key };
        if same {
            out.unchanged += 1;
        } else {
            let list = |groups: &[&Group<'_, 'a>]| {
                groups.iter().map(|group| version(group).to_owned()).collect::<Vec<_>>()
            };
            out.changed.insert(self.shown(key), (list(&was), list(&now)));
        }
        // versions on both sides cancel out first
        let (mut old, mut new) = (Vec::new(), Vec::new());
        let mut rest = now.iter().peekable();
        for group in &was {
            while let Some(next) = rest.next_if(|next| version(next) < version(group)) {
                new.push(*next);
            }
            match rest.next_if(|next| version(next) == version(group)) {
                Some(next) => found.same_version(group, next),
                None => old.push(*group),
            }
        }
        new.extend(rest);
        let ecosystem = key::ecosystem(self.names.text(key));
        sort(ecosystem, &mut old);
        sort(ecosystem, &mut new);
        for (was, now) in old.iter().zip(&new) {
            found.other_version(ecosystem, was, now);
        }
        for group in old.iter().skip(new.len()) {
            found.add(PartClass::Removed, group, "version", version(group).to_owned(), String::new());
        }
        for group in new.iter().skip(old.len()) {
            found.add(PartClass::Added, group, "version", String::new(), version(group).to_owned());
        }
        if same && found.parts.is_empty() {
            for (was, now) in was.iter().zip(&now) {
                found.variants(was, now);
            }
        }
        out.parts.append(&mut found.parts);
    }

    /// Keys that only one has: the same name or CPE on the other side is the same thing under another identity, where
    /// there is no doubt which.
    fn one_sided(&self, gone: Vec<u32>, come: Vec<u32>, out: &mut SbomChanges) {
        let mut paired: BTreeSet<(bool, u32)> = BTreeSet::new();
        for identity in [Self::name_of, Self::product_of] {
            let index = |keys: &[u32], side: &Side<'b, 'a>, new: bool| {
                let mut out: BTreeMap<String, Vec<u32>> = BTreeMap::new();
                for key in keys.iter().filter(|key| !paired.contains(&(new, **key))) {
                    if let Some(identity) = identity(self, side, *key) {
                        out.entry(identity).or_default().push(*key);
                    }
                }
                out
            };
            let (old, new) = (index(&gone, self.before, false), index(&come, self.after, true));
            for (identity, keys) in &old {
                if let ([was], Some([now])) = (keys.as_slice(), new.get(identity).map(Vec::as_slice)) {
                    paired.extend([(false, *was), (true, *now)]);
                    out.parts.push(self.moved(*was, *now));
                }
            }
        }
        for (keys, side, new) in [(gone, self.before, false), (come, self.after, true)] {
            for key in keys.into_iter().filter(|key| !paired.contains(&(new, *key))) {
                let shown = self.shown(key);
                let mut seen = BTreeSet::new();
                for part in side.of(key).filter(|part| seen.insert(part.version)) {
                    let version = part.version.to_owned();
                    let (class, was, now) = match new {
                        true => (PartClass::Added, String::new(), version),
                        false => (PartClass::Removed, version, String::new()),
                    };
                    let (name, field) = (part.name.to_owned(), "version".to_owned());
                    out.parts.push(PartChange { class, key: shown.clone(), name, field, was, now });
                }
            }
        }
    }

    fn name_of(&self, _: &Side<'b, 'a>, key: u32) -> Option<String> {
        Some(key::bare_name(self.names.text(key)).to_lowercase()).filter(|name| !name.is_empty())
    }

    fn product_of(&self, side: &Side<'b, 'a>, key: u32) -> Option<String> {
        let (vendor, product) = side.of(key).find_map(|part| key::cpe(part.cpe))?;
        Some(format!("{vendor}:{product}"))
    }

    fn moved(&self, was: u32, now: u32) -> PartChange {
        let words = |side: &Side<'b, 'a>, key: u32| {
            let versions: BTreeSet<&str> = side.of(key).map(|part| part.version).collect();
            let versions: Vec<&str> = versions.into_iter().filter(|version| !version.is_empty()).collect();
            let key = side.written(key).unwrap_or_default();
            if versions.is_empty() { key.into_owned() } else { format!("{key} {}", versions.join(", ")) }
        };
        PartChange {
            class: PartClass::IdentityChanged,
            key: self.shown(now),
            name: self.after.of(now).next().map_or("", |part| part.name).to_owned(),
            field: "identity".to_owned(),
            was: words(self.before, was),
            now: words(self.after, now),
        }
    }
}

/// Sorted; components of one version together.
fn by_version<'g, 'p, 'a>(parts: &'g [&'p Part<'a>]) -> Vec<&'g Group<'p, 'a>> {
    parts.chunk_by(|a, b| a.version == b.version).collect()
}

fn version<'a>(group: &Group<'_, 'a>) -> &'a str {
    group.first().map_or("", |part| part.version)
}

fn versions_of(parts: &[&Part<'_>]) -> Vec<String> {
    let versions: BTreeSet<&str> = parts.iter().map(|part| part.version).collect();
    versions.into_iter().map(str::to_owned).collect()
}

/// Oldest first, where all of them have an order; else they stay in the order of their text.
fn sort(ecosystem: Option<&str>, groups: &mut [&Group<'_, '_>]) {
    let comparable = |group: &&Group<'_, '_>| {
        versions::order(ecosystem, version(group), version(group)) == Some(Ordering::Equal)
    };
    if groups.len() < 2 || groups.len() > MOST_ORDERED || !groups.iter().all(comparable) {
        return;
    }
    // by insertion: no order of anybody's versions can make it fail
    for end in 1..groups.len() {
        let mut at = end;
        while at > 0
            && versions::order(ecosystem, version(groups[at - 1]), version(groups[at]))
                == Some(Ordering::Greater)
        {
            groups.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// Changes of one key.
struct Found<'f, 'n, 'b, 'a> {
    parts: Vec<PartChange>,
    key: Option<String>,
    of: &'f Parts<'n, 'b, 'a>,
    number: u32,
}

impl<'a> Found<'_, '_, '_, 'a> {
    fn add(&mut self, class: PartClass, group: &Group<'_, 'a>, field: &str, was: String, now: String) {
        let key = self.key.get_or_insert_with(|| self.of.shown(self.number)).clone();
        let name = group.first().map_or("", |part| part.name).to_owned();
        self.parts.push(PartChange { class, key, name, field: field.to_owned(), was, now });
    }

    /// The same version on both sides.
    fn same_version(&mut self, was: &Group<'_, 'a>, now: &Group<'_, 'a>) {
        let hashes = |group: &Group<'_, 'a>| {
            let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for (algorithm, value) in group.iter().flat_map(|part| part.hashes.each()) {
                let algorithm = algorithm.to_ascii_uppercase().replace(['-', '_'], "");
                out.entry(algorithm).or_default().insert(value.to_ascii_lowercase());
            }
            out
        };
        let as_written =
            |group: &Group<'_, 'a>| group.iter().flat_map(|part| part.hashes.each()).collect::<Vec<_>>();
        if as_written(was) != as_written(now) {
            let (before, after) = (hashes(was), hashes(now));
            for (algorithm, values) in &after {
                let Some(others) = before.get(algorithm) else { continue };
                // one more file of the same version is no other file
                let (only_was, only_now) = (others.difference(values), values.difference(others));
                let words = |list: Vec<&String>| list.into_iter().cloned().collect::<Vec<_>>().join(", ");
                let (was, shown) = (words(only_was.collect()), words(only_now.collect()));
                if !was.is_empty() && !shown.is_empty() {
                    let field = match version(now) {
                        "" => algorithm.clone(),
                        version => format!("{algorithm} of version {version}"),
                    };
                    self.add(PartClass::HashChanged, now, &field, was, shown);
                }
            }
        }
        self.fields(was, now);
    }

    /// Another version on each side.
    fn other_version(&mut self, ecosystem: Option<&str>, was: &Group<'_, 'a>, now: &Group<'_, 'a>) {
        let (old, new) = (version(was), version(now));
        let class = match versions::order(ecosystem, old, new) {
            Some(Ordering::Less) => PartClass::Upgraded,
            Some(Ordering::Greater) => PartClass::Downgraded,
            Some(Ordering::Equal) | None => PartClass::VersionChanged,
        };
        self.add(class, now, "version", old.to_owned(), new.to_owned());
        self.fields(was, now);
    }

    fn fields(&mut self, was: &Group<'_, 'a>, now: &Group<'_, 'a>) {
        let words = |list: &BTreeSet<&str>| list.iter().copied().collect::<Vec<_>>().join(", ");
        if let Some((before, after)) = differ(was, now, |part| part.licence) {
            let choices = |list: &BTreeSet<&str>| {
                list.iter().map(|text| licence::choices(text)).collect::<BTreeSet<_>>()
            };
            if choices(&before) != choices(&after) {
                let class = match (before.is_empty(), after.is_empty()) {
                    (true, _) => PartClass::LicenceDeclared,
                    (false, true) => PartClass::LicenceUndeclared,
                    (false, false) => PartClass::LicenceChanged,
                };
                self.add(class, now, "licence", words(&before), words(&after));
            }
        }
        if let Some((before, after)) = differ(was, now, |part| part.supplier)
            && !before.is_empty()
            && !after.is_empty()
        {
            self.add(PartClass::SupplierChanged, now, "supplier", words(&before), words(&after));
        }
        // silence is `required`
        let scope = |part: &Part<'a>| if part.scope.is_empty() { "required" } else { part.scope };
        if let Some((before, after)) = differ(was, now, scope) {
            self.add(PartClass::ScopeChanged, now, "scope", words(&before), words(&after));
        }
    }

    /// Architecture and distribution, which are no part of the key.
    fn variants(&mut self, was: &Group<'_, 'a>, now: &Group<'_, 'a>) {
        if let ([was], [now]) = (was, now)
            && was.purl == now.purl
        {
            return;
        }
        let qualifiers = |part: &Part<'a>| part.purl.and_then(key::purl).map_or("", |purl| purl.qualifiers);
        if let Some((before, after)) = differ(was, now, qualifiers) {
            let words = |list: BTreeSet<&str>| list.into_iter().collect::<Vec<_>>().join(", ");
            self.add(PartClass::VariantChanged, now, "qualifiers", words(before), words(after));
        }
    }
}

/// What the components of two groups say, where it differs; silence is left out.
fn differ<'a>(
    was: &Group<'_, 'a>,
    now: &Group<'_, 'a>,
    of: impl Fn(&Part<'a>) -> &'a str,
) -> Option<(BTreeSet<&'a str>, BTreeSet<&'a str>)> {
    if let ([was], [now]) = (was, now)
        && of(was) == of(now)
    {
        return None;
    }
    let said = |group: &Group<'_, 'a>| {
        group.iter().map(|part| of(part)).filter(|text| !text.is_empty()).collect::<BTreeSet<_>>()
    };
    let (before, after) = (said(was), said(now));
    (before != after).then_some((before, after))
}
