//! Projects of much evidence: many files, half of them lines of JSON and half of them logs, or each one document; or two huge ones.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use crate::random::Random;

/// Writes it.
pub(crate) fn make(out: &Path, files: usize, bytes: usize) -> Result<(), String> {
    project(out)?;
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
        entry(&mut index, &name, file, "");
    }
    crate::write(out.join("evidence/index.yaml"), &index)
}

/// A project whose evidence is one JSON document a file, of no known format.
pub(crate) fn documents(out: &Path, files: usize, bytes: usize) -> Result<(), String> {
    project(out)?;
    let mut random = Random::new(12);
    let mut index = "evidence:\n".to_owned();
    for file in 0..files {
        let name = format!("receipts/{:03}/receipt-{file:06}.json", file / 500);
        let mut text = format!("{{\n \"entry\": {},\n \"steps\": [", record(&mut random, file).trim_end());
        let mut comma = "";
        loop {
            let step = format!(
                "{comma}\n  {{\"run\": \"{}/{}.log\", \"seal\": \"{}\", \"note\": \"{}\", \"done\": true}}",
                random.below(1000),
                random.word(),
                random.hex(64),
                random.words(8)
            );
            if text.len() + step.len() + 8 > bytes {
                break;
            }
            text.push_str(&step);
            comma = ",";
        }
        text.push_str("\n ]\n}");
        while text.len() + 1 < bytes {
            text.push(' ');
        }
        text.push('\n');
        crate::write(out.join("evidence").join(&name), &text)?;
        entry(&mut index, &name, file, "");
    }
    crate::write(out.join("evidence/index.yaml"), &index)
}

/// A project with two attachments: one that no compression makes smaller, and one log.
pub(crate) fn large(out: &Path, noise: usize, text: usize) -> Result<(), String> {
    project(out)?;
    // In so many bytes of noise something always looks like an address.
    let mut waivers = "lint:\n  waivers:\n".to_owned();
    for code in ["personal-email", "internal-host"] {
        let _ = writeln!(
            waivers,
            "    - {{path: evidence/dump.bin, code: {code}, reason: Random bytes without text}}"
        );
    }
    let file = crate::project_file("Trust center of much evidence", "evidence");
    crate::write(out.join("trustbook.yaml"), &format!("{file}{waivers}"))?;
    let mut index = "evidence:\n".to_owned();
    let mut random = Random::new(13);
    stream(&out.join("evidence/dump.bin"), noise, |block| {
        while block.len() < 1 << 20 {
            block.extend_from_slice(&random.next().to_le_bytes());
        }
    })?;
    entry(&mut index, "dump.bin", 0, "    format: attachment\n");
    let mut random = Random::new(14);
    let lines: Vec<String> = (0..80_000).map(|_| line(&mut random)).collect();
    stream(&out.join("evidence/drill.log"), text, |block| {
        while block.len() < 1 << 20 {
            block.extend_from_slice(lines[random.below(lines.len())].as_bytes());
        }
    })?;
    entry(&mut index, "drill.log", 1, "    format: attachment\n");
    crate::write(out.join("evidence/index.yaml"), &index)
}

/// Writes so many bytes, a block at a time.
fn stream(path: &Path, bytes: usize, mut more: impl FnMut(&mut Vec<u8>)) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = std::fs::File::create(path).map_err(failed)?;
    let (mut left, mut block) = (bytes, Vec::new());
    while left > 0 {
        block.clear();
        more(&mut block);
        block.truncate(left);
        left -= block.len();
        file.write_all(&block).map_err(failed)?;
    }
    Ok(())
}

fn project(out: &Path) -> Result<(), String> {
    crate::write(
        out.join("trustbook.yaml"),
        &crate::project_file("Trust center of much evidence", "evidence"),
    )?;
    crate::write(out.join("content/about.yaml"), "organization:\n  name: Example Evidence Ltd\n")
}

/// Adds a file to the evidence index; `more` are lines of its own.
fn entry(index: &mut String, name: &str, file: usize, more: &str) {
    let _ = writeln!(
        index,
        "  - path: {name}\n    id: file-{file:05}\n    title: File {file}\n    captured-at: 2026-03-01T00:00:00Z\n{more}    visibility: public"
    );
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
