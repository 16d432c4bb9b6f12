//! Pages of `docs/` that are followed step by step: their files are written, their commands run, and what the page says
//! they answer is what they answer. A line `...` stands for any number of lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::fs;
use std::path::Path;

use crate::project::Folder;
use crate::project::trustbook;

/// What is inside a fence.
enum Step<'p> {
    /// A file and its text.
    File(&'p str, String),
    /// `sed -i 's/FROM/TO/' FILE`, done here without a shell.
    Edit(&'p str, &'p str, &'p str),
    /// A command line and what it answers.
    Command(&'p str, Vec<&'p str>),
}

fn steps(page: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match info.split_once(' ') {
            Some((_, path)) => steps.push(Step::File(path, format!("{}\n", inside.join("\n")))),
            None if info == "sh" => steps.extend(inside.iter().map(|line| edit(line))),
            None if info == "console" => {
                for block in inside.split(|line| line.is_empty()).filter(|block| !block.is_empty()) {
                    match (block[0].strip_prefix("$ "), steps.last_mut()) {
                        (Some(command), _) => steps.push(Step::Command(command, block[1..].to_vec())),
                        // an empty line inside an answer
                        (None, Some(Step::Command(_, answer))) => {
                            answer.push("");
                            answer.extend(block);
                        }
                        (None, _) => panic!("an answer without a command: {block:?}"),
                    }
                }
            }
            None => panic!("nobody knows what to do with a block of `{info}`"),
        }
    }
    steps
}

fn edit(line: &str) -> Step<'_> {
    let (expression, file) = line.strip_prefix("sed -i 's/").unwrap().split_once("/' ").unwrap();
    let (from, to) = expression.split_once('/').unwrap();
    Step::Edit(file, from, to)
}

/// Whether `said` is what `expected` says, where `...` is any number of lines.
fn fits(expected: &[&str], said: &[&str]) -> bool {
    match (expected.split_first(), said.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => (0..=said.len()).any(|at| fits(rest, &said[at..])),
        (Some((line, rest)), Some((found, after))) => line == found && fits(rest, after),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn follow(name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let page = fs::read_to_string(page).unwrap();
    let folder = Folder::new("tutorial");
    let root = folder.path();
    let mut code = 0;
    let mut ran = 0;
    for step in steps(&page) {
        match step {
            Step::File(path, text) => {
                let path = root.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            Step::Edit(file, from, to) => {
                let text = fs::read_to_string(root.join(file)).unwrap();
                assert!(text.contains(from), "`{from}` is not in {file}");
                fs::write(root.join(file), text.replace(from, to)).unwrap();
            }
            Step::Command("echo $?", expected) => assert_eq!(expected, [code.to_string()]),
            Step::Command(command, expected) => {
                let words: Vec<&str> = command.split_whitespace().collect();
                assert_eq!(words[0], "trustbook", "{command}");
                let output = trustbook(root).args(&words[1..]).output().unwrap();
                code = output.status.code().unwrap();
                let mut said = String::from_utf8(output.stdout).unwrap();
                said.push_str(&String::from_utf8(output.stderr).unwrap());
                let said: Vec<&str> = said.trim_end().lines().map(str::trim_end).collect();
                let expected: Vec<&str> = expected.iter().map(|line| line.trim_end()).collect();
                assert!(
                    fits(&expected, &said),
                    "$ {command}\n{}\n--- the page says\n{}",
                    said.join("\n"),
                    expected.join("\n")
                );
                ran += 1;
            }
        }
    }
    assert!(ran > 5, "{ran} commands");
}

#[test]
fn the_page_on_a_profile_of_ones_own_can_be_followed_command_by_command() {
    follow("own-profile.md");
}
