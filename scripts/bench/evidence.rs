//! A project of many files of evidence: half of them lines of JSON, half of them logs, as large as asked.

use std::fmt::Write as _;
use std::path::Path;

use crate::random::Random;

/// Writes it.
pub(crate) fn make(out: &Path, files: usize, bytes: usize) -> Result<(), String> {
    crate::write(
        out.join("trustbook.yaml"),
        &crate::project_file("Trust center of much evidence", "evidence"),
    )?;
    crate::write(out.join("content/about.yaml"), "organization:\n  name: Example Evidence Ltd\n")?;
    let mut random = Random::new(11);
    let records: Vec<String> = (0..40_000).map(|number| record(&mut random, number)).collect();
    let lines: Vec<String> = (0..80_000).map(|_| line(&mut random)).collect();
    let mut index = "evidence:\n".to_owned();
    for file in 0..files {
        let (pool, name) = if file % 2 == 0 {
            (&records, format!("records/{:03}/records-{file:05}.jsonl", file / 50))
        } else {
            (&lines, format!("drills/{:03}/steps-{file:05}.log", file / 50))
        };
        let mut random = Random::new(1000 + file as u64);
        let mut text = String::with_capacity(bytes + 512);
        // A first line in words: this is a stream of many values, not one JSON document.
        text.push_str(if file % 2 == 0 {
            "Records, one JSON value a line\n"
        } else {
            "Steps of drills, one a line\n"
        });
        while text.len() < bytes {
            text.push_str(&pool[random.below(pool.len())]);
        }
        text.truncate(bytes);
        crate::write(out.join("evidence").join(&name), &text)?;
        let _ = writeln!(
            index,
            "  - path: {name}\n    id: file-{file:05}\n    title: File {file}\n    captured-at: 2026-03-01T00:00:00Z\n    visibility: public"
        );
    }
    crate::write(out.join("evidence/index.yaml"), &index)
}

fn instant(random: &mut Random) -> String {
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

fn record(random: &mut Random, number: usize) -> String {
    let outcome = if random.below(10) == 0 { "refuse" } else { "allow" };
    format!(
        "{{\"id\": \"{}\", \"seq\": {number}, \"at\": \"{}Z\", \"by\": \"role-{}\", \"action\": \"{}\", \"control\": \"C{}.{}\", \"outcome\": \"{outcome}\", \"subject\": \"{}\", \"because\": \"{}\", \"seal\": \"{}\"}}\n",
        random.hex(32),
        instant(random),
        random.below(400),
        random.word(),
        1 + random.below(9),
        1 + random.below(9),
        random.hex(64),
        random.words(10),
        random.hex(88)
    )
}

fn line(random: &mut Random) -> String {
    let level = ["INFO", "INFO", "INFO", "INFO", "WARN", "ERROR"][random.below(6)];
    format!(
        "{}.{:03}Z {level} node-{:02} drill={} step={} request={} took-ms={} \"{}\"\n",
        instant(random),
        random.below(1000),
        random.below(40),
        random.below(40),
        random.word(),
        random.hex(16),
        random.below(5000),
        random.words(3)
    )
}
