//! The whole world a template can see: the given files and the embedded fonts.
//!
//! Packages, today's date and every path that was not given are refused.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use typst::Library;
use typst::LibraryExt;
use typst::World;
use typst::diag::FileError;
use typst::diag::FileResult;
use typst::foundations::Bytes;
use typst::foundations::Datetime;
use typst::foundations::Dict;
use typst::foundations::Duration;
use typst::foundations::Value;
use typst::syntax::FileId;
use typst::syntax::RootedPath;
use typst::syntax::Source;
use typst::syntax::VirtualPath;
use typst::syntax::VirtualRoot;
use typst::text::Font;
use typst::text::FontBook;
use typst::utils::LazyHash;

use crate::Input;
use crate::Problem;

/// Sets title and language before the template starts, so that no template can forget what PDF/UA-1 demands.
const WRAPPER: &str = "#{
  set document(title: sys.inputs.title)
  set text(lang: sys.inputs.language, region: if sys.inputs.region == \"\" { none } else { sys.inputs.region })
  include \"/main.typ\"
}";
const WRAPPER_PATH: &str = "/wrapper";
const MAIN_PATH: &str = "/main.typ";

/// The embedded fonts, parsed once.
pub(crate) static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect());

static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));

/// A world of nothing but its input.
pub(crate) struct PureWorld {
    library: LazyHash<Library>,
    wrapper: FileId,
    main_name: String,
    files: BTreeMap<String, Bytes>,
}

impl PureWorld {
    pub(crate) fn new(input: Input) -> Result<Self, Vec<Problem>> {
        let (language, region) = match input.language.split_once('-') {
            Some((language, region)) => (language.to_string(), region.to_string()),
            None => (input.language.clone(), String::new()),
        };
        let mut inputs = Dict::new();
        for (key, value) in [("title", input.title), ("language", language), ("region", region)] {
            inputs.insert(key.into(), Value::Str(value.into()));
        }
        let mut files = BTreeMap::new();
        for (path, bytes) in input.files {
            let id = file_id(&path)?;
            files.insert(id.vpath().get_with_slash().to_string(), Bytes::new(bytes));
        }
        for (path, text) in [(WRAPPER_PATH, WRAPPER.to_string()), (MAIN_PATH, input.main)] {
            if files.insert(path.to_string(), Bytes::from_string(text)).is_some() {
                return Err(vec![Problem::general(&format!("the file name `{path}` is reserved"))]);
            }
        }
        Ok(Self {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            wrapper: file_id(WRAPPER_PATH)?,
            main_name: input.main_name,
            files,
        })
    }

    /// The name a file was given under; `None` for the wrapper and for packages.
    pub(crate) fn display_name(&self, id: FileId) -> Option<String> {
        match id.root() {
            VirtualRoot::Package(_) => None,
            VirtualRoot::Project => match id.vpath().get_with_slash() {
                WRAPPER_PATH => None,
                MAIN_PATH => Some(self.main_name.clone()),
                other => Some(other.trim_start_matches('/').to_string()),
            },
        }
    }
}

fn file_id(path: &str) -> Result<FileId, Vec<Problem>> {
    let path = VirtualPath::new(path).map_err(|error| {
        vec![Problem::general(&format!("the file name `{path}` cannot be used: {error:?}"))]
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for PureWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.wrapper
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let bytes = self.file(id)?;
        let text = std::str::from_utf8(bytes.as_slice()).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_string()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.root() {
            VirtualRoot::Package(_) => Err(FileError::AccessDenied),
            VirtualRoot::Project => self
                .files
                .get(id.vpath().get_with_slash())
                .cloned()
                .ok_or_else(|| FileError::NotFound(id.vpath().get_without_slash().into())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
