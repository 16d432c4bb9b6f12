//! Two successive bills of materials in CycloneDX JSON, as large as asked: of every hundred components four are newer, one is older, one is
//! gone, one has another licence, and two are new.

use std::fmt::Write as _;
use std::path::Path;

use crate::random::Random;

const ECOSYSTEMS: [(&str, &str); 6] = [
    ("npm", ""),
    ("cargo", ""),
    ("pypi", ""),
    ("golang", "example.org/bench/"),
    ("maven", "org.example/"),
    ("deb", "debian/"),
];
const LICENCES: [&str; 5] = ["MIT", "Apache-2.0", "BSD-3-Clause", "MPL-2.0", "ISC"];

/// Writes `old.json` and `new.json`.
pub(crate) fn make(out: &Path, components: usize) -> Result<(), String> {
    for (name, is_new) in [("old.json", false), ("new.json", true)] {
        crate::write(out.join(name), &bill(components, is_new))?;
    }
    Ok(())
}

fn bill(count: usize, is_new: bool) -> String {
    let version = if is_new { 2 } else { 1 };
    let mut out = format!(
        "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"version\": {version}, \"metadata\": {{\"timestamp\": \
         \"2026-0{version}-01T00:00:00Z\", \"tools\": [{{\"name\": \"bench\", \"version\": \"1\"}}], \"component\": {{\"type\": \
         \"application\", \"bom-ref\": \"root\", \"name\": \"product\", \"version\": \"{version}.0.0\"}}}}, \"components\": [\n"
    );
    let total = if is_new { count + count / 50 } else { count };
    let is_listed = |number: usize| number < total && (!is_new || number >= count || number % 100 != 5);
    let listed: Vec<usize> = (0..total).filter(|number| is_listed(*number)).collect();
    for (index, number) in listed.iter().enumerate() {
        let mut random = Random::new(*number as u64);
        let (kind, group) = ECOSYSTEMS[random.below(ECOSYSTEMS.len())];
        let name = format!("{}-{}-{number}", random.word(), random.word());
        let (major, mut minor, patch) = (random.below(9), random.below(30) + 1, random.below(20));
        let mut licence = random.below(LICENCES.len());
        if is_new && *number < count {
            match number % 100 {
                0..4 => minor += 1,
                4 => minor -= 1,
                6 => licence = (licence + 1) % LICENCES.len(),
                _ => {}
            }
        }
        let mut digest = Random::new((*number * 64 + minor) as u64);
        let comma = if index == 0 { "" } else { ",\n" };
        let _ = write!(
            out,
            "{comma}{{\"type\": \"library\", \"bom-ref\": \"ref-{number}\", \"name\": \"{name}\", \"version\": \
             \"{major}.{minor}.{patch}\", \"supplier\": {{\"name\": \"{} Ltd\"}}, \"description\": \"{}\", \"hashes\": [{{\"alg\": \
             \"SHA-256\", \"content\": \"{}\"}}], \"licenses\": [{{\"license\": {{\"id\": \"{}\"}}}}], \"purl\": \
             \"pkg:{kind}/{group}{name}@{major}.{minor}.{patch}\"}}",
            random.word(),
            random.sentence(),
            digest.hex(64),
            LICENCES[licence],
        );
    }
    out.push_str("\n], \"dependencies\": [\n{\"ref\": \"root\", \"dependsOn\": [\"ref-0\"]}");
    for number in &listed {
        let mut random = Random::new(!(*number as u64));
        let needs: Vec<String> = (0..random.below(5))
            .map(|_| number + 1 + random.below(300))
            .filter(|other| is_listed(*other))
            .map(|other| format!("\"ref-{other}\""))
            .collect();
        let _ = write!(out, ",\n{{\"ref\": \"ref-{number}\", \"dependsOn\": [{}]}}", needs.join(", "));
    }
    out.push_str("\n]}\n");
    out
}
