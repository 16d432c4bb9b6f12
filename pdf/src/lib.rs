//! Typst documents to archivable, accessible PDF: PDF/A-2a and PDF/UA-1, the same bytes for the same input.
//!
//! It never reads a disk, a clock or the network: a template sees the files it was given and the embedded fonts, nothing
//! else; `datetime.today()` is an error in it, and so is a package. A warning is an error: an unknown font, a layout that
//! does not settle or a skipped heading level would otherwise reach a customer.
//! Standards: ISO 19005-2 level A, ISO 14289-1.

mod glyphs;
mod problem;
mod world;

pub use crate::glyphs::FONT_FAMILIES;
pub use crate::glyphs::MissingGlyph;
pub use crate::glyphs::REPLACEMENT;
pub use crate::glyphs::substitute_missing_glyphs;
pub use crate::problem::Problem;

use std::collections::BTreeMap;

use typst::foundations::Datetime;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use typst_pdf::PdfStandard;
use typst_pdf::PdfStandards;
use typst_pdf::Timestamp;

use crate::world::PureWorld;

/// One document: a template, the files it may read, and what goes into the metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Typst source of the document. Problems in it are reported under the name in `main_name`.
    pub main: String,
    /// The name of the main source in problems, for example `templates/pdf/summary.typ`.
    pub main_name: String,
    /// Virtual files by path (`data.json`, `look.typ`); a template that reads anything else fails.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Document title, shown by readers in the window title; PDF/UA-1 demands one.
    pub title: String,
    /// BCP 47 language of the text, for example `en` or `pt-BR`.
    pub language: String,
    /// Creation date in seconds since 1970-01-01 UTC, from 0 to the end of the year 9999.
    pub timestamp: i64,
    /// A stable identifier of the document; its hash becomes the PDF document id.
    pub identifier: String,
    /// The producing program, for example `trustbook 0.1.0`.
    pub creator: String,
}

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The PDF file.
    pub bytes: Vec<u8>,
    /// Number of pages, at least 1.
    pub pages: usize,
}

/// Lays the document out and exports it as PDF/A-2a and PDF/UA-1.
///
/// # Errors
/// Everything typst has to say, warnings included, with file, line and column where it knows them.
pub fn compile(input: Input) -> Result<Output, Vec<Problem>> {
    let options = PdfOptions {
        ident: Smart::Custom(input.identifier.clone()),
        creator: Smart::Custom(Some(input.creator.clone())),
        timestamp: Some(timestamp(input.timestamp)?),
        standards: PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|error| vec![Problem::general(error.message().as_str())])?,
        ..PdfOptions::default()
    };
    let world = PureWorld::new(input)?;
    let result = export(&world, &options);
    // Memoized layouts of this document help no later one; without this a long-running preview grows for ever.
    typst::comemo::evict(0);
    result
}

fn export(world: &PureWorld, options: &PdfOptions) -> Result<Output, Vec<Problem>> {
    let compiled = typst::compile::<PagedDocument>(world);
    let mut problems: Vec<Problem> = Vec::new();
    let document = match compiled.output {
        Ok(document) => Some(document),
        Err(errors) => {
            problems.extend(errors.iter().map(|error| Problem::locate(error, world)));
            None
        }
    };
    problems.extend(compiled.warnings.iter().map(|warning| Problem::locate(warning, world)));
    match document {
        Some(document) if problems.is_empty() => match typst_pdf::pdf(&document, options) {
            Ok(bytes) => Ok(Output { bytes, pages: document.pages().len() }),
            Err(errors) => Err(errors.iter().map(|error| Problem::locate(error, world)).collect()),
        },
        Some(_) | None => Err(problems),
    }
}

/// Seconds since the epoch as a UTC date and time. Days are counted in 400-year eras that start on 1 March.
fn timestamp(seconds: i64) -> Result<Timestamp, Vec<Problem>> {
    const END_OF_9999: i64 = 253_402_300_799;
    let refuse = || {
        vec![Problem::general(&format!(
            "the document date `{seconds}` is outside 0..={END_OF_9999} seconds since 1970-01-01"
        ))]
    };
    if !(0..=END_OF_9999).contains(&seconds) {
        return Err(refuse());
    }
    let (days, second_of_day) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let part = |value: i64| u8::try_from(value).map_err(|_| refuse());
    let datetime = Datetime::from_ymd_hms(
        i32::try_from(year).map_err(|_| refuse())?,
        part(month)?,
        part(day)?,
        part(second_of_day / 3_600)?,
        part(second_of_day / 60 % 60)?,
        part(second_of_day % 60)?,
    )
    .ok_or_else(refuse)?;
    Ok(Timestamp::new_utc(datetime))
}

#[cfg(test)]
mod tests;
