//! Markdown (CommonMark with tables, footnotes, strikethrough) to checked markup.
//!
//! Raw HTML becomes text. Links lead to `https:`, `http:`, `mailto:`, to pages of this site or to records
//! (`claims:ID`); anything else is text and a finding. Nothing is loaded from elsewhere, nothing carries a style; an image is its
//! words and a finding.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::Alignment;
use pulldown_cmark::CowStr;
use pulldown_cmark::Event;
use pulldown_cmark::HeadingLevel;
use pulldown_cmark::Options as Syntax;
use pulldown_cmark::Parser;
use pulldown_cmark::Tag;
use pulldown_cmark::TagEnd;

use crate::model::finding::Finding;
use crate::model::id::Id;
use crate::render::book::Book;
use crate::render::links;
use crate::render::links::Written;
use crate::render::view;

/// Deepest nesting of blocks and spans.
const MAX_DEPTH: usize = 64;
/// Most markup one text may become, in bytes.
const MAX_OUTPUT_BYTES: usize = 8 << 20;
/// Stands for the way to the site's root in links; replaced per page. Cannot come from input: control characters do not
/// pass [`escape`].
pub(crate) const ROOT: &str = "\u{1}/";

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    /// Put before every anchor.
    pub(crate) prefix: &'a str,
    /// Level of its highest heading, 2 to 6.
    pub(crate) level: u8,
    /// Where links to records lead.
    pub(crate) book: &'a Book<'a>,
    /// Where it was written.
    pub(crate) written: Written<'a>,
}

/// Renders `source`; addresses inside the site start with [`ROOT`].
pub(crate) fn render(source: &str, options: &Options) -> Result<String, Finding> {
    let syntax = Syntax::ENABLE_TABLES | Syntax::ENABLE_FOOTNOTES | Syntax::ENABLE_STRIKETHROUGH;
    let (events, places): (Vec<Event>, Vec<Range<usize>>) =
        Parser::new_ext(source, syntax).into_offset_iter().unzip();
    check_depth(&events, options)?;
    let levels = heading_levels(&events, options.level);
    let ids = heading_ids(&events, options.prefix);
    let mut writer = Writer {
        options,
        levels: levels.into_iter(),
        ids: ids.clone().into_iter(),
        alignments: Vec::new(),
        column: 0,
        place: 0..0,
        in_head: false,
        links: Vec::new(),
        open_heading: Vec::new(),
        anchors: anchors(&events, &ids, options.prefix),
    };
    let mut html = String::with_capacity(source.len() * 3 / 2);
    pulldown_cmark::html::push_html(
        &mut html,
        events.into_iter().zip(places).map(|(event, place)| {
            writer.place = place;
            writer.turn(event)
        }),
    );
    if html.len() > MAX_OUTPUT_BYTES {
        return Err(Finding::error(
            "markdown-too-large",
            format!("the text becomes {} bytes of markup, at most {MAX_OUTPUT_BYTES} are taken", html.len()),
        )
        .at(options.written.whole())
        .help("split the text; wide tables with many rows grow the most"));
    }
    Ok(html)
}

fn check_depth(events: &[Event], options: &Options) -> Result<(), Finding> {
    let mut depth = 0_usize;
    for event in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Finding::error(
                "markdown-too-deep",
                format!("the text nests deeper than {MAX_DEPTH} levels"),
            )
            .at(options.written.whole())
            .help("use fewer quotes or lists inside each other"));
        }
    }
    Ok(())
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// The level of every heading in order: the highest becomes `top`, and none is skipped.
fn heading_levels(events: &[Event], top: u8) -> Vec<u8> {
    let found: Vec<u8> = events
        .iter()
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(number(*level)),
            _ => None,
        })
        .collect();
    let highest = found.iter().copied().min().unwrap_or(1);
    let mut last = top.saturating_sub(1);
    found
        .into_iter()
        .map(|level| {
            last = (level - highest + top).min(last + 1).min(6);
            last
        })
        .collect()
}

/// An anchor for every heading in order, made from its words.
fn heading_ids(events: &[Event], prefix: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut words: Option<String> = None;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => words = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let slug = Id::slug(&words.take().unwrap_or_default()).as_str().to_owned();
                let count = seen.entry(slug.clone()).or_default();
                *count += 1;
                let slug = if *count == 1 { slug } else { format!("{slug}--{count}") };
                out.push(format!("{prefix}{slug}"));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(words) = &mut words {
                    words.push_str(text);
                }
            }
            _ => {}
        }
    }
    out
}

/// Text for markup, without control characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            ch if ch.is_control() && !matches!(ch, '\n' | '\t') => out.push('\u{fffd}'),
            ch => out.push(ch),
        }
    }
    out
}

struct Writer<'a, L: Iterator<Item = u8>, I: Iterator<Item = String>> {
    options: &'a Options<'a>,
    levels: L,
    ids: I,
    alignments: Vec<Alignment>,
    column: usize,
    /// The bytes of the event at hand.
    place: Range<usize>,
    in_head: bool,
    /// What ends each open link.
    links: Vec<&'static str>,
    open_heading: Vec<u8>,
    /// The anchors of the text, without what stands before each.
    anchors: Vec<String>,
}

fn html<'e>(text: impl Into<String>) -> Event<'e> {
    Event::Html(CowStr::from(text.into()))
}

fn inline<'e>(text: impl Into<String>) -> Event<'e> {
    Event::InlineHtml(CowStr::from(text.into()))
}

impl<L: Iterator<Item = u8>, I: Iterator<Item = String>> Writer<'_, L, I> {
    /// One event in, one event out: what is raw becomes text, what would carry a style or a foreign address is written anew.
    fn turn<'e>(&mut self, event: Event<'e>) -> Event<'e> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(clean(text)),
            Event::Text(text) => Event::Text(clean(text)),
            Event::Code(text) => Event::Code(clean(text)),
            Event::InlineMath(text) | Event::DisplayMath(text) => Event::Code(clean(text)),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::FootnoteReference(name) => {
                let id = Id::slug(&name);
                inline(format!(
                    "<sup><a href=\"#{prefix}note-{id}\">{}</a></sup>",
                    escape(&name),
                    prefix = self.options.prefix
                ))
            }
            Event::TaskListMarker(done) => Event::Text(CowStr::from(if done { "[x] " } else { "[ ] " })),
            Event::SoftBreak | Event::HardBreak | Event::Rule => event,
        }
    }

    fn start<'e>(&mut self, tag: Tag<'e>) -> Event<'e> {
        match tag {
            Tag::Heading { .. } => {
                let level = self.levels.next().unwrap_or(6);
                self.open_heading.push(level);
                match self.ids.next() {
                    Some(id) => html(format!("<h{level} id=\"{}\">", escape(&id))),
                    None => html(format!("<h{level}>")),
                }
            }
            Tag::Table(alignments) => {
                self.alignments = alignments;
                html(
                    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table\"><table class=\"tbl\">",
                )
            }
            Tag::TableHead => {
                self.in_head = true;
                self.column = 0;
                html("<thead><tr>")
            }
            Tag::TableRow => {
                self.column = 0;
                html("<tr>")
            }
            Tag::TableCell => {
                let class = match self.alignments.get(self.column) {
                    Some(Alignment::Right) => " class=\"num\"",
                    Some(Alignment::Center) => " class=\"mid\"",
                    Some(Alignment::Left | Alignment::None) | None => "",
                };
                let scope = if self.in_head { "th scope=\"col\"" } else { "td" };
                self.column += 1;
                html(format!("<{scope}{class}>"))
            }
            Tag::FootnoteDefinition(name) => html(format!(
                "<div class=\"note\" id=\"{}note-{}\"><sup>{}</sup> ",
                escape(self.options.prefix),
                Id::slug(&name),
                escape(&name)
            )),
            Tag::Link { dest_url, .. } => {
                let (open, close) = self.link(&dest_url);
                self.links.push(close);
                inline(open)
            }
            // nothing is loaded: the words of an image stand for it
            Tag::Image { dest_url, .. } => {
                let finding = links::image(&dest_url, self.options.written, &self.place);
                self.options.book.notice(finding);
                inline("<span class=\"image\">")
            }
            Tag::HtmlBlock => Event::Start(Tag::Paragraph),
            tag => Event::Start(tag),
        }
    }

    fn end<'e>(&mut self, tag: TagEnd) -> Event<'e> {
        match tag {
            TagEnd::Heading(_) => html(format!("</h{}>\n", self.open_heading.pop().unwrap_or(6))),
            TagEnd::Table => html("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                html("</tr></thead><tbody>\n")
            }
            TagEnd::TableRow => html("</tr>\n"),
            TagEnd::TableCell => html(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::FootnoteDefinition => html("</div>\n"),
            TagEnd::Link => inline(self.links.pop().unwrap_or("")),
            TagEnd::Image => inline("</span>"),
            TagEnd::HtmlBlock => Event::End(TagEnd::Paragraph),
            tag => Event::End(tag),
        }
    }

    /// What opens and closes a link to `address`.
    fn link(&self, address: &str) -> (String, &'static str) {
        if view::is_outside_address(address) {
            return (format!("<a href=\"{}\" rel=\"external noreferrer\">", escape(address)), "</a>");
        }
        let Options { book, written, prefix, .. } = self.options;
        if let Some(fragment) = address.strip_prefix('#') {
            let id = Id::slug(fragment);
            if !self.anchors.iter().any(|anchor| anchor == id.as_str()) {
                book.notice(links::no_heading(address, &self.anchors, *written, &self.place));
            }
            return (format!("<a href=\"#{}{id}\">", escape(prefix)), "</a>");
        }
        match links::inside(book, address) {
            Some(href) => (format!("<a href=\"{ROOT}{}\">", escape(&href)), "</a>"),
            None => {
                book.notice(links::nowhere(book, address, written.place(&self.place)));
                ("<span>".to_owned(), "</span>")
            }
        }
    }
}

/// What a link of the same text can lead to: its headings and footnotes, without `prefix`.
fn anchors(events: &[Event], headings: &[String], prefix: &str) -> Vec<String> {
    let notes = events.iter().filter_map(|event| match event {
        Event::Start(Tag::FootnoteDefinition(name)) => Some(format!("note-{}", Id::slug(name))),
        _ => None,
    });
    headings.iter().map(|id| id.strip_prefix(prefix).unwrap_or(id).to_owned()).chain(notes).collect()
}

/// Text without control characters.
fn clean(text: CowStr) -> CowStr {
    if text.chars().any(|ch| ch.is_control() && !matches!(ch, '\n' | '\t' | '\r')) {
        let cleaned: String = text
            .chars()
            .map(|ch| if ch.is_control() && !matches!(ch, '\n' | '\t' | '\r') { '\u{fffd}' } else { ch })
            .collect();
        CowStr::from(cleaned)
    } else {
        text
    }
}
