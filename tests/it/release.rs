//! Sealing: numbers, history, the same release twice, other bytes under a number that exists.

use std::fs;

use trustbook::bundle::digest::Digest;

use crate::project::AS_OF;
use crate::project::example;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

const LATER: &str = "2026-02-08T12:00:00Z";

#[test]
fn a_draft_never_touches_history() {
    let folder = example("draft");
    let output = run(folder.path(), &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!folder.path().join("history").exists());
    assert!(folder.path().join("public/snapshots/0001/example-0001.zip").exists());
}

#[test]
fn a_release_without_a_key_is_refused() {
    let folder = example("no-key");
    let output = run(folder.path(), &["release", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("--key"), "{}", said(&output));
    assert!(tree(&folder.path().join("history")).is_empty());
    assert!(tree(&folder.path().join("public")).is_empty());
}

#[test]
fn the_same_release_twice_is_already_released_and_changes_nothing() {
    let folder = example("twice");
    let root = folder.path();
    let first = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let before = (tree(&root.join("public")), tree(&root.join("history")));
    assert!(before.1.contains_key("0001/snapshot.json"), "{:?}", before.1.keys());
    let second = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    assert!(said(&second).contains("already released, identical"), "{}", said(&second));
    assert!(before == (tree(&root.join("public")), tree(&root.join("history"))));
}

#[test]
fn other_bytes_under_a_released_number_are_refused() {
    let folder = example("other-bytes");
    let root = folder.path();
    let first = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let before = (tree(&root.join("public")), tree(&root.join("history")));
    let page = fs::read_to_string(root.join("content/pages/about.md")).unwrap();
    fs::write(root.join("content/pages/about.md"), page + "\nMore.\n").unwrap();
    let second = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(second.status.code(), Some(2), "{}", said(&second));
    assert!(said(&second).contains("0001"), "{}", said(&second));
    assert!(before == (tree(&root.join("public")), tree(&root.join("history"))));
}

#[test]
fn a_change_takes_the_next_number_and_leaves_the_older_snapshot_where_it_is() {
    let folder = example("next");
    let root = folder.path();
    let first = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let old = tree(&root.join("public/snapshots/0001"));
    let page = fs::read_to_string(root.join("content/pages/about.md")).unwrap();
    fs::write(root.join("content/pages/about.md"), page + "\nMore.\n").unwrap();
    let second = run(root, &["release", "--development", "--as-of", LATER]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    assert_eq!(old, tree(&root.join("public/snapshots/0001")));
    assert!(root.join("public/snapshots/0002/example-0002.zip").exists());
    let head = fs::read_to_string(root.join("history/0002/snapshot.json")).unwrap();
    assert!(head.contains("\"previous\":{"), "{head}");
    let diff = run(root, &["diff", "1", "2"]);
    assert_eq!(diff.status.code(), Some(0), "{}", said(&diff));
}

#[test]
fn a_release_goes_on_when_public_was_lost() {
    let folder = example("lost");
    let root = folder.path();
    let first = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    fs::remove_dir_all(root.join("public")).unwrap();
    let second = run(root, &["release", "--development", "--as-of", LATER]);
    assert_eq!(second.status.code(), Some(0), "{}", said(&second));
    assert!(root.join("history/0002/snapshot.json").exists());
    assert!(root.join("public/snapshots/0002/example-0002.zip").exists());
}

#[test]
fn what_is_published_verifies_and_an_altered_copy_does_not() {
    let folder = example("verifies");
    let root = folder.path();
    let built = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    for archive in ["public/snapshots/0001/example-0001.zip", "public/packets/packet-0001-public.zip"] {
        let good = run(root, &["verify", archive, "--key", ".trustbook/dev.pub", "--as-of", AS_OF]);
        assert_eq!(good.status.code(), Some(0), "{}", said(&good));
        let unknown = run(root, &["verify", archive, "--as-of", AS_OF]);
        assert_eq!(unknown.status.code(), Some(20), "{}", said(&unknown));
        let mut bytes = fs::read(root.join(archive)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(root.join("altered.zip"), bytes).unwrap();
        fs::copy(root.join(format!("{archive}.minisig")), root.join("altered.zip.minisig")).unwrap();
        let bad = run(root, &["verify", "altered.zip", "--key", ".trustbook/dev.pub", "--as-of", AS_OF]);
        assert_eq!(bad.status.code(), Some(10), "{}", said(&bad));
    }
}

#[test]
fn the_download_page_and_latest_json_name_the_digests_of_what_lies_beside_them() {
    let folder = example("download");
    let root = folder.path();
    let output = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let public = tree(&root.join("public"));
    let latest: serde_json::Value = serde_json::from_slice(&public["latest.json"]).unwrap();
    for what in ["archive", "packet"] {
        let path = latest[what]["path"].as_str().unwrap();
        let digest = Digest::of(&public[path]).to_string();
        assert_eq!(latest[what]["sha256"], digest, "{what}");
        assert_eq!(latest[what]["size-bytes"], public[path].len(), "{what}");
        let grouped: String = digest
            .as_bytes()
            .chunks(8)
            .map(|eight| format!("<span>{}</span>", str::from_utf8(eight).unwrap()))
            .collect();
        for page in ["download.html", "snapshots/0001/download.html"] {
            let text = std::str::from_utf8(&public[page]).unwrap();
            assert!(text.contains(&grouped), "{what} in {page}");
            let near = text
                .match_indices("href=\"")
                .map(|(at, _)| &text[at + 6..])
                .map(|rest| &rest[..rest.find('"').unwrap()]);
            let file = path.rsplit('/').next().unwrap();
            let linked = near.filter(|href| href.ends_with(file)).map(|href| {
                root.join("public").join(page).parent().unwrap().join(href).canonicalize().unwrap()
            });
            assert_eq!(
                linked.collect::<Vec<_>>(),
                [root.join("public").join(path).canonicalize().unwrap()],
                "{what} in {page}"
            );
        }
    }
}

#[test]
fn a_packet_of_the_released_snapshot_says_released_and_only_from_what_was_released() {
    let folder = example("released-packet");
    let root = folder.path();
    let before = run(root, &["packet", "--released", "--force"]);
    assert_eq!(before.status.code(), Some(2), "{}", said(&before));
    assert!(said(&before).contains("nothing has been released"), "{}", said(&before));
    let release = run(root, &["release", "--development", "--as-of", AS_OF]);
    assert_eq!(release.status.code(), Some(0), "{}", said(&release));
    let published = fs::read(root.join("public/packets/packet-0001-public.zip")).unwrap();
    let packet = run(root, &["packet", "--released", "--force"]);
    assert_eq!(packet.status.code(), Some(0), "{}", said(&packet));
    assert!(!said(&packet).contains("is a draft"), "{}", said(&packet));
    assert!(!said(&packet).contains("is replaced"), "{}", said(&packet));
    let for_another = run(root, &["packet", "--released", "--force", "--for", "Example Bank"]);
    assert!(said(&for_another).contains("the packet that was there is replaced"), "{}", said(&for_another));
    let made: Vec<_> =
        tree(&root.join("packets")).into_iter().filter(|(name, _)| name.ends_with(".zip")).collect();
    assert_eq!(made.len(), 1);
    assert!(made[0].0.contains("0001"), "{}", made[0].0);
    assert!(!published.is_empty() && !made[0].1.is_empty());
    let page = fs::read_to_string(root.join("content/pages/about.md")).unwrap();
    fs::write(root.join("content/pages/about.md"), page + "\nMore.\n").unwrap();
    let changed = run(root, &["packet", "--released", "--force"]);
    assert_eq!(changed.status.code(), Some(2), "{}", said(&changed));
    assert!(
        said(&changed).contains("no longer those that snapshot 0001 was released from"),
        "{}",
        said(&changed)
    );
}

#[test]
fn a_packet_that_is_sent_with_something_expired_says_so_in_words_and_not_by_the_name_of_an_option() {
    let folder = example("forced-packet");
    let root = folder.path();
    fs::write(
        root.join("content/more.yaml"),
        "certifications:\n  - {id: iso, title: ISO 27001, document-type: certificate, issued: 2023-01-15, expires: 2026-01-15, visibility: public}\n",
    )
    .unwrap();
    let refused = run(root, &["packet", "--as-of", AS_OF]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let packet = run(root, &["packet", "--force", "--as-of", AS_OF]);
    assert_eq!(packet.status.code(), Some(0), "{}", said(&packet));
    let made: Vec<_> =
        tree(&root.join("packets")).into_keys().filter(|name| name.ends_with(".zip")).collect();
    let archive = format!("packets/{}", made[0]);
    let args = ["verify", &archive, "--key", ".trustbook/dev.pub", "--as-of", AS_OF, "--extract", "out"];
    let unpacked = run(root, &args);
    assert_eq!(unpacked.status.code(), Some(0), "{}", said(&unpacked));
    let files = tree(&root.join("out"));
    let texts: Vec<_> = files.iter().map(|(name, bytes)| (name, String::from_utf8_lossy(bytes))).collect();
    for (name, text) in &texts {
        assert!(!text.contains("--force"), "{name}");
    }
    assert!(texts.iter().any(|(_, text)| text.contains("its sender decided so, knowing which they are")));
}

#[test]
fn another_key_than_that_of_the_snapshot_before_is_told_unless_it_is_a_throwaway_one() {
    let folder = example("another-key");
    let root = folder.path();
    for name in ["one.key", "two.key"] {
        let made = run(root, &["keys", "generate", "--unencrypted", "--out", name]);
        assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    }
    let told = |args: &[&str]| {
        let output = run(root, args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
        said(&output).contains("warning[another-key]")
    };
    assert!(!told(&["release", "--key", "one.key", "--as-of", AS_OF]), "there is no snapshot before");
    assert!(!told(&["build", "--as-of", LATER]), "a draft with the development key");
    assert!(!told(&["build", "--key", "one.key", "--as-of", LATER]), "the same key");
    assert!(told(&["build", "--key", "two.key", "--as-of", LATER]));
    assert!(told(&["release", "--key", "two.key", "--as-of", LATER]));
}
