//! What a preview shows at this moment: the newest good build, and the findings of a newer bad one.

use std::collections::BTreeMap;
use std::io;
use std::io::Read;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::model::tree::Content;
use crate::model::tree::TreeFile;
use crate::serve::Built;
use crate::serve::Now;

/// A good build, by the paths it is asked for.
#[derive(Debug)]
pub(crate) struct Site {
    /// `index.html` and so on, without a leading slash.
    pub(crate) files: BTreeMap<String, TreeFile>,
    /// How the overlay names it.
    pub(crate) name: String,
}

/// One moment.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// Another text for every other thing that is shown, also after a restart.
    pub(crate) generation: String,
    /// The newest good build.
    pub(crate) site: Option<Arc<Site>>,
    /// The findings of a newer build that was refused.
    pub(crate) refused: Option<String>,
}

/// The moment, changing.
#[derive(Debug, Default)]
pub(crate) struct State {
    inner: Mutex<(u64, Arc<Shown>)>,
}

impl State {
    /// What is shown now.
    pub(crate) fn now(&self) -> Now {
        Arc::clone(&self.inner.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// Shows a good build. `false` when nobody can see a difference.
    pub(crate) fn show_built(&self, built: Built, number: u64) -> bool {
        let files: BTreeMap<String, TreeFile> = built
            .tree
            .files
            .into_iter()
            .map(|(name, file)| {
                let path = match name.strip_prefix("well-known") {
                    Some(rest) => format!(".well-known/{rest}"),
                    None => name.to_string(),
                };
                (path, file)
            })
            .collect();
        let now = self.now();
        let same = now.site.as_ref().is_some_and(|site| same_files(&site.files, &files));
        let name = if built.label.is_empty() {
            format!("build {number}")
        } else {
            format!("build {number}, {}", built.label)
        };
        let changed = !same || now.refused.is_some();
        self.show(changed, Some(Arc::new(Site { files, name })), None);
        changed
    }

    /// Shows findings over the last good build. `false` when the same ones are shown already.
    pub(crate) fn show_refused(&self, text: &str) -> bool {
        let now = self.now();
        let changed = now.refused.as_deref() != Some(text);
        self.show(changed, now.site.clone(), Some(text.to_owned()));
        changed
    }

    fn show(&self, changed: bool, site: Option<Arc<Site>>, refused: Option<String>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.0 += u64::from(changed);
        let generation = format!("{}-{}", std::process::id(), inner.0);
        inner.1 = Arc::new(Shown { generation, site, refused });
    }
}

fn same_files(one: &BTreeMap<String, TreeFile>, other: &BTreeMap<String, TreeFile>) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|((path, file), (other_path, other_file))| {
            path == other_path && same_content(&file.content, &other_file.content).unwrap_or(false)
        })
}

fn same_content(one: &Content, other: &Content) -> io::Result<bool> {
    match (one, other) {
        (Content::Bytes(one), Content::Bytes(other)) => Ok(one == other),
        // Read on demand, and by now both read the same file: only what is known of it can still tell them apart.
        (Content::Source(one), Content::Source(other)) => {
            Ok(one.size_bytes() == other.size_bytes() && one.sha256() == other.sha256())
        }
        (Content::Bytes(bytes), Content::Source(source))
        | (Content::Source(source), Content::Bytes(bytes)) => {
            let mut read = Vec::new();
            source.open()?.take(bytes.len() as u64 + 1).read_to_end(&mut read)?;
            Ok(read[..] == bytes[..])
        }
    }
}
