use std::collections::BTreeMap;

use super::*;

fn input(main: &str) -> Input {
    Input {
        main: main.to_string(),
        main_name: "templates/pdf/test.typ".to_string(),
        files: BTreeMap::new(),
        title: "A test document".to_string(),
        language: "en".to_string(),
        timestamp: 1_767_225_599,
        identifier: "https://example.org/test/1".to_string(),
        creator: "trustbook-pdf tests".to_string(),
    }
}

fn with_file(mut input: Input, path: &str, text: &str) -> Input {
    input.files.insert(path.to_string(), text.as_bytes().to_vec());
    input
}

fn contains(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let document = "#set page(footer: context counter(page).display())\n= One\n#lorem(900)\n== Two\n#table(columns: 2, table.header[a][b], [1], [2])";
    let first = compile(input(document)).expect("it compiles");
    // another document in between, so that no cache of the first can hide a difference
    compile(input("= Other")).expect("it compiles");
    let second = compile(input(document)).expect("it compiles");
    assert_eq!(first, second);
    assert!(first.pages >= 2, "{} pages", first.pages);
}

#[test]
fn metadata_says_title_date_creator_language_and_standards() {
    let output = compile(Input { language: "de-AT".to_string(), ..input("= One") }).expect("it compiles");
    assert!(output.bytes.starts_with(b"%PDF-1.7"));
    for needle in [
        "A test document",
        "trustbook-pdf tests",
        "2025-12-31T23:59:59+00:00",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "<rdf:li>de-AT</rdf:li>",
    ] {
        assert!(contains(&output.bytes, needle), "`{needle}` is not in the PDF");
    }
}

#[test]
fn data_is_text_and_never_markup() {
    let main = "#let data = json(\"/data.json\")\n= Names\n#for name in data.names [#name \\ ]";
    let data = r##"{"names": ["#panic()", "*x*", "$x$", "<b>", "]"]}"##;
    assert!(compile(with_file(input(main), "data.json", data)).is_ok());
}

#[test]
fn a_template_error_has_file_line_and_column() {
    let problems = compile(input("= One\n\n#undefined-thing\n")).expect_err("it fails");
    assert_eq!(problems.len(), 1);
    let problem = &problems[0];
    assert_eq!(problem.file.as_deref(), Some("templates/pdf/test.typ"));
    assert_eq!((problem.line, problem.column), (Some(3), Some(2)));
    assert!(problem.to_string().starts_with("templates/pdf/test.typ:3:2: unknown variable"), "{problem}");
}

#[test]
fn an_error_in_an_included_file_names_that_file() {
    let main = "#import \"/look.typ\": part\n= One\n#part()";
    let problems = compile(with_file(input(main), "look.typ", "#let part() = {\n  let x = 1 + \"a\"\n}"))
        .expect_err("it fails");
    assert_eq!(problems[0].file.as_deref(), Some("look.typ"));
    assert_eq!(problems[0].line, Some(2));
}

#[test]
fn a_template_reaches_no_disk_no_clock_no_package() {
    for (main, expected) in [
        ("#read(\"/etc/passwd\")", "not found"),
        ("#read(\"../Cargo.toml\")", "path"),
        ("#datetime.today()", "date"),
        ("#import \"@preview/cetz:0.3.0\"", "access denied"),
    ] {
        let problems = compile(input(main)).expect_err("it fails");
        let said = problems[0].to_string();
        assert!(said.contains(expected) && problems[0].line == Some(1), "{main}: {said}");
    }
}

#[test]
fn a_warning_is_an_error() {
    let problems = compile(input("#set text(font: \"No Such Font\")\n= One")).expect_err("it fails");
    assert!(problems[0].message.contains("unknown font family"), "{}", problems[0]);
    assert_eq!(problems[0].line, Some(1));
}

#[test]
fn a_skipped_heading_level_is_refused() {
    let problems = compile(input("= One\n=== Three")).expect_err("it fails");
    assert!(problems[0].message.contains("heading level"), "{}", problems[0]);
}

#[test]
fn a_missing_glyph_stops_the_export_and_substitution_lets_it_pass() {
    let main = "#set text(font: (\"Libertinus Serif\", \"New Computer Modern\", \"DejaVu Sans Mono\"))\n#let data = json(\"/data.json\")\n= Name\n#data #text(weight: 600, data) #text(font: (\"DejaVu Sans Mono\", \"Libertinus Serif\", \"New Computer Modern\"), data)";
    let name = "Łódź Ελλάδα 漢字 е\u{301}\u{20E3} 🏦\u{FE0F} \u{202E}evil\u{0} \u{E000} q\u{33F}\u{35C} ✓ → \u{5E9}\u{5DC}";
    let quoted = |text: &str| format!("{:?}", text).replace("\\u{", "\\\\u{");
    let problems = compile(with_file(input(main), "data.json", &quoted("漢"))).expect_err("it fails");
    assert!(problems[0].message.contains("could not be displayed"), "{}", problems[0]);

    let (shown, missing) = substitute_missing_glyphs(name);
    assert!(shown.starts_with("Łódź Ελλάδα \u{FFFD}\u{FFFD} "), "{shown}");
    assert!(!shown.contains('\u{202E}') && !shown.contains('\u{0}') && !shown.contains('\u{E000}'));
    let points: Vec<String> = missing.iter().map(MissingGlyph::code_point).collect();
    for expected in ["U+6F22", "U+5B57", "U+1F3E6", "U+FE0F", "U+202E", "U+0000", "U+E000"] {
        assert!(points.iter().any(|point| point == expected), "{expected} not in {points:?}");
    }
    compile(with_file(input(main), "data.json", &format!("\"{shown}\""))).expect("every glyph is there");
}

#[test]
fn text_of_the_fonts_stays_as_it_is() {
    for text in [
        "",
        "plain",
        "naïve — “quoted” … 5 h 12 min",
        "Ελληνικά",
        "Кириллица",
        "≤ 4 h × 2",
        "e\u{301}",
        "a\r\nb",
    ] {
        let (shown, missing) = substitute_missing_glyphs(text);
        assert_eq!(shown, text.replace("\r\n", "\n"));
        assert_eq!(missing, Vec::new());
    }
}

#[test]
fn a_glyph_missing_twice_is_listed_once_with_its_count() {
    let (shown, missing) = substitute_missing_glyphs("a漢b漢");
    assert_eq!(shown, "a\u{FFFD}b\u{FFFD}");
    assert_eq!(missing, vec![MissingGlyph { character: '漢', first_byte: 1, count: 2 }]);
}

#[test]
fn a_date_outside_the_calendar_is_refused() {
    for seconds in [-1, 253_402_300_800] {
        let mut document = input("= One");
        document.timestamp = seconds;
        let problems = compile(document).expect_err("it fails");
        assert!(problems[0].message.contains("outside"), "{}", problems[0]);
    }
    let mut leap_day = input("= One");
    leap_day.timestamp = 1_709_208_000;
    assert!(contains(&compile(leap_day).expect("it compiles").bytes, "2024-02-29T12:00:00+00:00"));
}

#[test]
fn a_reserved_or_unusable_file_name_is_refused() {
    for path in ["main.typ", "wrapper", "../escape"] {
        let problems = compile(with_file(input("= One"), path, "x")).expect_err("it fails");
        assert!(problems[0].message.contains("file name"), "{}", problems[0]);
    }
}

#[test]
fn every_font_family_is_embedded() {
    for family in FONT_FAMILIES {
        let document = format!("#set text(font: \"{family}\", fallback: false)\n= One");
        assert!(compile(input(&document)).is_ok(), "{family}");
    }
}
