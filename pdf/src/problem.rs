//! What typst has to say about a document, placed in a file where it can be.

use std::fmt;

use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::syntax::DiagSpan;

use crate::world::PureWorld;

/// An error or a warning; both stop the export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File the problem stands in, by the name it was given under; `None` where typst names no place.
    pub file: Option<String>,
    /// Line, counted from 1.
    pub line: Option<usize>,
    /// Column in characters, counted from 1.
    pub column: Option<usize>,
    /// What is wrong, in typst's words.
    pub message: String,
    /// What to do about it, in typst's words; may be empty.
    pub help: Vec<String>,
}

impl Problem {
    pub(crate) fn general(message: &str) -> Self {
        Self { file: None, line: None, column: None, message: message.to_string(), help: Vec::new() }
    }

    /// A diagnostic with its own place, or that of the nearest call in the given files.
    pub(crate) fn locate(diagnostic: &SourceDiagnostic, world: &PureWorld) -> Self {
        let own = std::iter::once(diagnostic.span);
        let calls = diagnostic.trace.iter().map(|point| DiagSpan::from(point.span));
        let (file, line, column) = own
            .chain(calls)
            .find_map(|span| place(span, world))
            .map_or((None, None, None), |(file, line, column)| (Some(file), Some(line), Some(column)));
        let help = diagnostic.hints.iter().map(|hint| hint.v.to_string()).collect();
        Self { file, line, column, message: diagnostic.message.to_string(), help }
    }
}

/// Name, line and column of a span; `None` for the wrapper, which is not the user's.
fn place(span: DiagSpan, world: &PureWorld) -> Option<(String, usize, usize)> {
    let id = span.id()?;
    let name = world.display_name(id)?;
    let range = world.range(span)?;
    let bytes = typst::World::file(world, id).ok()?;
    let before = bytes.as_slice().get(..range.start)?;
    let text = String::from_utf8_lossy(before);
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some((name, line, column))
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}:")?;
        }
        if self.file.is_some() {
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        for help in &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
