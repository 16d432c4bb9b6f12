//! What stands on pages of a small project, and what `check` says of it before any is made.

use std::fs;

use crate::project::AS_OF;
use crate::project::example;
use crate::project::run;
use crate::project::said;

#[test]
fn a_policy_names_the_day_that_its_status_goes_by_beside_the_one_that_is_written() {
    let folder = example("policy-dates");
    let root = folder.path();
    fs::write(
        root.join("content/policies.yaml"),
        "policies:\n  \
         - {id: late, title: Late, last-reviewed: 2025-01-01, review-interval: P12M, next-review: 2026-12-31, visibility: public}\n  \
         - {id: same, title: Same, last-reviewed: 2025-12-01, review-interval: P12M, next-review: 2026-06-30, visibility: public}\n  \
         - {id: only, title: Only, last-reviewed: 2025-12-01, review-interval: P12M, visibility: public}\n",
    )
    .unwrap();
    let built = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    let csv = fs::read_to_string(root.join("public/data/policies.csv")).unwrap().replace('\u{a0}', " ");
    let row =
        |title: &str| csv.lines().find(|line| line.starts_with(&format!("\"{title};"))).unwrap().to_owned();
    assert!(row("Late").contains("2026-12-31; but first due 2026-01-01, 1 year after the last"), "{csv}");
    assert!(row("Late").contains("Review overdue"), "{csv}");
    assert!(row("Same").contains("2026-06-30") && !row("Same").contains("due"), "{csv}");
    assert!(row("Only").contains("due 2026-12-01, 1 year after the last"), "{csv}");
}

#[test]
fn check_says_of_links_and_images_what_a_build_says() {
    let folder = example("links");
    let root = folder.path();
    let dead = "See [it](nope.html) and ![a picture](x.png).";
    fs::write(
        root.join("content/texts.yaml"),
        format!(
            "faq: [{{id: q, question: Why?, answer: \"{dead}\", visibility: public}}]\n\
             policies: [{{id: p, title: P, file: policies/p.md, remarks: \"{dead}\", visibility: public}}]\n\
             architecture: [{{id: a, title: A, description: \"{dead}\", visibility: public}}]\n\
             releases: [{{id: r-1, product: example-app, version: \"1\", notes: \"{dead}\", remarks: \"{dead}\", visibility: public}}]\n\
             certifications: [{{id: c, title: C, document-type: certificate, remarks: \"{dead}\", links: [{{href: nope.html}}], visibility: public}}]\n\
             documents: [{{id: d, title: D, remarks: \"{dead}\", visibility: public}}]\n\
             vulnerability-disclosure: {{contact: [\"https://trust.example/contact\"], expires: 2026-06-01, process: \"{dead}\", safe-harbour: \"{dead}\"}}\n"
        ),
    )
    .unwrap();
    fs::create_dir_all(root.join("content/policies")).unwrap();
    fs::write(root.join("content/policies/p.md"), format!("# P\n\n{dead}\n")).unwrap();
    let found = |command: &str| {
        let output = run(root, &[command, "--as-of", AS_OF]);
        let text = said(&output);
        let lines: Vec<&str> = text.lines().collect();
        let mut places: Vec<String> = lines
            .windows(2)
            .filter(|pair| pair[0].contains("[link-leads-nowhere]") || pair[0].contains("[image-not-shown]"))
            .map(|pair| format!("{} {}", pair[0], pair[1].trim()))
            .collect();
        places.sort();
        places
    };
    let (checked, built) = (found("check"), found("build"));
    assert_eq!(checked, built);
    assert!(checked.len() >= 19, "{checked:#?}");
    assert!(checked.iter().all(|line| line.matches(':').count() >= 3), "{checked:#?}");
}

#[test]
fn a_link_to_a_heading_of_another_page_and_one_of_a_record_into_the_site_lead_there() {
    let folder = example("inside-links");
    let root = folder.path();
    fs::write(
        root.join("content/pages/one.md"),
        "---\ntitle: One\nvisibility: public\n---\n[there](two.md#second-thing) and [the verifier](verify/verify.html)\n",
    )
    .unwrap();
    fs::write(
        root.join("content/pages/two.md"),
        "---\ntitle: Two\nvisibility: public\n---\n# First\n\n## Second thing\n",
    )
    .unwrap();
    fs::write(
        root.join("content/certifications.yaml"),
        "certifications: [{id: c, title: C, document-type: certificate, links: [{href: \"pages:two\", text: More}], visibility: public}]\n",
    )
    .unwrap();
    let built = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    assert!(!said(&built).contains("link-leads-nowhere"), "{}", said(&built));
    let one = fs::read_to_string(root.join("public/pages/one.html")).unwrap();
    assert!(one.contains("href=\"../pages/two.html#text-second-thing\""), "{one}");
    assert!(one.contains("href=\"../verify/verify.html\""), "{one}");
    let two = fs::read_to_string(root.join("public/pages/two.html")).unwrap();
    assert!(two.contains("id=\"text-second-thing\""), "{two}");
    let certifications = fs::read_to_string(root.join("public/certifications.html")).unwrap();
    assert!(certifications.contains("<a href=\"pages/two.html\">More</a>"), "{certifications}");
}
