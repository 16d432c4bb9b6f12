//! Publication under interruptions, faults, rivals and planted links, on a real disk.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use super::*;
use crate::bundle::name::PathName;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::number;
use crate::model::tree::Content;
use crate::model::visibility::Audience;

/// A folder of its own for one test, removed at its end.
struct Scratch(PathBuf);

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Scratch {
    fn new() -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // In memory where the system offers it: a release asks the file system to make everything last, and that may be slow.
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let path = base.join(format!("trustbook-publish-{}-{count}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn places(&self) -> Places {
        let root = &self.0;
        Places {
            public: root.join("public"),
            history: root.join("history"),
            packets: root.join("packets"),
            work: root.join(".trustbook/publish"),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

type Tree = BTreeMap<String, Vec<u8>>;

/// Every file below a folder with its bytes; `None` when the folder is absent.
fn tree(folder: &Path) -> Option<Tree> {
    fn walk(base: &Path, folder: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(base, &path, out);
            } else {
                out.insert(path.strip_prefix(base).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    folder.is_dir().then(|| {
        walk(folder, folder, &mut out);
        out
    })
}

fn name(text: &str) -> PathName {
    PathName::parse(text).unwrap()
}

fn bytes(text: &str) -> Content {
    Content::Bytes(text.as_bytes().into())
}

/// Stages a small site whose every file says `text`, with an archive under `seq`.
fn fill(stage: &mut Stage<'_>, seq: u32, text: &str) -> Result<(), PublishError> {
    let at = |file: &str| name(&format!("snapshots/{}/{file}", number(seq)));
    let archive = at("acme.zip");
    let written = stage.write(&archive, |out| out.write_all(format!("archive {text}").as_bytes()))?.map_err(
        |source| PublishError::Machine { doing: "write", path: PathBuf::from("acme.zip"), source },
    )?;
    assert_eq!(written.size_bytes, 8 + text.len() as u64);
    stage.put(&at("acme.zip.minisig"), &bytes(&format!("signature {text}")))?;
    stage.verify(&archive, &|path| {
        let read = fs::read_to_string(path).map_err(|error| error.to_string())?;
        (read == format!("archive {text}")).then_some(()).ok_or_else(|| "another archive".to_owned())
    })?;
    stage.put(
        &name(&format!("packets/packet-{}-public.zip", number(seq))),
        &bytes(&format!("packet {text}")),
    )?;
    stage.put(&name("index.html"), &bytes(&format!("index {text}")))?;
    stage.put(&name("claims/one.html"), &bytes(&format!("claim {text}")))?;
    stage.put_again(&name("claims/one.html"), &at("claims/one.html"))?;
    stage.put(&name("well-known/security.txt"), &bytes(&format!("contact {text}")))
}

fn entry(text: &str) -> HistoryEntryFiles {
    let files = [
        ("snapshot.json", format!("snapshot {text}")),
        ("archive.minisig", format!("signature {text}")),
        ("records/claims.json", format!("claims {text}")),
    ];
    HistoryEntryFiles {
        files: files.into_iter().map(|(path, text)| (name(path), text.into_bytes())).collect(),
    }
}

fn run(
    places: &Places,
    seq: u32,
    state: SnapshotState,
    text: &str,
    hook: &dyn Hook,
) -> Result<Published, PublishError> {
    let mut stage = Stage::open_watched(places, seq, state, hook)?;
    fill(&mut stage, seq, text)?;
    let entry = (state == SnapshotState::Released).then(|| entry(text));
    stage.publish(entry.as_ref())
}

fn draft(places: &Places, seq: u32, text: &str) -> Published {
    run(places, seq, SnapshotState::Draft, text, &NoHook).unwrap()
}

fn release(places: &Places, seq: u32, text: &str) -> Published {
    run(places, seq, SnapshotState::Released, text, &NoHook).unwrap()
}

/// Nothing of an earlier run is left but the lock.
fn assert_tidy(places: &Places) {
    let left: Vec<_> = fs::read_dir(&places.work).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

/// Fails at one operation, and from then on where the run counts as killed.
struct FailAt {
    at: usize,
    killed: bool,
    exchange: bool,
    seen: AtomicUsize,
}

impl Hook for FailAt {
    fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
        let seen = self.seen.fetch_add(1, Ordering::Relaxed);
        if seen == self.at || (self.killed && seen > self.at) {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        if operation == Operation::Exchange && !self.exchange {
            return Err(io::ErrorKind::Unsupported.into());
        }
        Ok(())
    }
}

/// Runs the same publication once for every operation it makes, failing there; `check` sees what is left each time.
fn at_every_step(
    state: SnapshotState,
    killed: bool,
    exchange: bool,
    check: &dyn Fn(&Places, &Tree, &Tree, bool),
) {
    let new = {
        let scratch = Scratch::new();
        release(&scratch.places(), 1, "one");
        run(&scratch.places(), 2, state, "new", &NoHook).unwrap();
        tree(&scratch.places().public).unwrap()
    };
    for at in 0.. {
        assert!(at < 500, "the run never ends");
        let scratch = Scratch::new();
        let places = scratch.places();
        release(&places, 1, "one");
        draft(&places, 2, "old");
        let old = tree(&places.public).unwrap();
        let hook = FailAt { at, killed, exchange, seen: AtomicUsize::new(0) };
        let result = run(&places, 2, state, "new", &hook);
        check(&places, &old, &new, result.is_ok());
        if hook.seen.load(Ordering::Relaxed) <= at {
            assert!(result.is_ok());
            assert!(at > 20, "a publication of several files has more operations than {at}");
            return;
        }
    }
}

#[test]
fn a_draft_that_is_killed_at_any_step_leaves_the_old_tree_or_the_new_one() {
    for exchange in [true, false] {
        at_every_step(SnapshotState::Draft, true, exchange, &|places, old, new, ok| {
            match tree(&places.public) {
                Some(found) => assert!(found == *old || found == *new, "a mixture: {:?}", found.keys()),
                None => assert!(!exchange, "only two renames leave a moment without a tree"),
            }
            let stage = Stage::open(places, 2, SnapshotState::Draft).unwrap();
            let found = tree(&places.public).unwrap();
            assert!(found == *new || (!ok && found == *old));
            drop(stage);
            assert_tidy(places);
            assert!(!places.history.join("0002").exists());
            draft(places, 2, "new");
            assert_eq!(tree(&places.public).unwrap(), *new);
        });
    }
}

#[test]
fn a_release_that_is_killed_at_any_step_is_completed_or_undone_as_a_whole() {
    for exchange in [true, false] {
        at_every_step(SnapshotState::Released, true, exchange, &|places, old, new, ok| {
            match tree(&places.public) {
                Some(found) => assert!(found == *old || found == *new, "a mixture: {:?}", found.keys()),
                None => assert!(!exchange, "only two renames leave a moment without a tree"),
            }
            if tree(&places.public).as_ref() == Some(new) {
                assert!(places.history.join("0002").exists(), "what is published as released is in history");
            }
            drop(Stage::open(places, 3, SnapshotState::Draft).unwrap());
            let found = tree(&places.public).unwrap();
            match tree(&places.history.join("0002")) {
                Some(entry) => {
                    assert_eq!(entry.len(), 3, "an entry is whole");
                    assert_eq!(found, *new);
                }
                None => assert!(!ok && found == *old),
            }
            assert_tidy(places);
            let again = release(places, 2, "new");
            assert!(matches!(again.history, HistoryOutcome::Appended | HistoryOutcome::Identical));
            assert_eq!(tree(&places.public).unwrap(), *new);
        });
    }
}

#[test]
fn an_operation_that_fails_leaves_the_old_tree_and_no_leftovers() {
    for exchange in [true, false] {
        at_every_step(SnapshotState::Draft, false, exchange, &|places, old, new, ok| {
            let found = tree(&places.public).unwrap();
            assert_eq!(found, if ok { new.clone() } else { old.clone() });
            drop(Stage::open(places, 2, SnapshotState::Draft).unwrap());
            assert_eq!(tree(&places.public).unwrap(), found);
            assert_tidy(places);
        });
    }
}

#[test]
fn a_release_whose_operation_fails_is_not_made_or_completed_at_the_next_start() {
    for exchange in [true, false] {
        at_every_step(SnapshotState::Released, false, exchange, &|places, old, new, ok| {
            assert!(!ok || tree(&places.public).as_ref() == Some(new));
            drop(Stage::open(places, 3, SnapshotState::Draft).unwrap());
            let released = places.history.join("0002").exists();
            assert!(released || !ok);
            assert_eq!(tree(&places.public).unwrap(), if released { new.clone() } else { old.clone() });
            assert_tidy(places);
        });
    }
}

#[test]
fn a_full_disk_is_named_and_changes_nothing() {
    let scratch = Scratch::new();
    let places = scratch.places();
    draft(&places, 1, "old");
    let old = tree(&places.public);
    struct Full;
    impl Hook for Full {
        fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
            if operation == Operation::Write { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }
    }
    let error = run(&places, 1, SnapshotState::Draft, "new", &Full).unwrap_err();
    assert!(error.to_string().contains("make room"), "{error}");
    assert_eq!(tree(&places.public), old);
    assert_tidy(&places);
}

#[test]
fn the_second_of_two_builds_is_refused_at_once_and_told_who_has_the_lock() {
    let scratch = Scratch::new();
    let places = scratch.places();
    let first = Stage::open(&places, 1, SnapshotState::Draft).unwrap();
    let Err(error) = Stage::open(&places, 1, SnapshotState::Draft) else { panic!("two builds at once") };
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    assert!(text.contains("publish/lock"), "{text}");
    drop(first);
    draft(&places, 1, "now");
}

#[test]
fn of_many_builds_at_once_one_wins_and_its_tree_is_whole() {
    let scratch = Scratch::new();
    let places = scratch.places();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|index| {
                let places = &places;
                scope.spawn(move || run(places, 1, SnapshotState::Draft, &format!("build {index}"), &NoHook))
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(outcomes.iter().any(Result::is_ok));
    for outcome in outcomes {
        assert!(matches!(outcome, Ok(_) | Err(PublishError::Locked { .. })), "{outcome:?}");
    }
    let found = tree(&places.public).unwrap();
    let index = String::from_utf8(found["index.html"].clone()).unwrap();
    let who = index.strip_prefix("index ").unwrap();
    assert!(found.values().all(|bytes| bytes.ends_with(who.as_bytes())), "{found:?}");
    assert_tidy(&places);
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let scratch = Scratch::new();
    let places = scratch.places();
    let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let published = run(&places, 1, SnapshotState::Released, "one", &NoHook);
    rustix::process::umask(before);
    published.unwrap();
    let mode = |path: &str| fs::metadata(scratch.0.join(path)).unwrap().permissions().mode() & 0o7777;
    for file in ["public/index.html", "public/snapshots/0001/acme.zip", "history/0001/snapshot.json"] {
        assert_eq!(mode(file), 0o644, "{file}");
    }
    for folder in ["public", "public/snapshots/0001", "public/.well-known", "history/0001/records"] {
        assert_eq!(mode(folder), 0o755, "{folder}");
    }
}

#[test]
fn older_releases_are_taken_over_without_being_rewritten() {
    let scratch = Scratch::new();
    let places = scratch.places();
    assert_eq!(release(&places, 1, "one").history, HistoryOutcome::Appended);
    let archive = places.public.join("snapshots/0001/acme.zip");
    let inode = fs::metadata(&archive).unwrap().ino();
    assert_eq!(release(&places, 2, "two").notes, []);
    draft(&places, 3, "three");
    assert_eq!(fs::metadata(&archive).unwrap().ino(), inode);
    let found = tree(&places.public).unwrap();
    for path in
        ["snapshots/0001/acme.zip", "snapshots/0001/claims/one.html", "packets/packet-0001-public.zip"]
    {
        assert!(found[path].ends_with(b"one"), "{path}");
    }
    assert_eq!(found["snapshots/0002/acme.zip.minisig"], b"signature two");
    assert_eq!(found["index.html"], b"index three");
    assert_eq!(found[".well-known/security.txt"], b"contact three");
}

#[test]
fn a_draft_left_under_a_number_that_was_released_elsewhere_is_dropped_and_an_unknown_number_kept() {
    let scratch = Scratch::new();
    let places = scratch.places();
    draft(&places, 1, "mine");
    fs::create_dir_all(places.history.join("0001")).unwrap();
    fs::write(places.history.join("0001/archive.minisig"), "signature theirs").unwrap();
    let published = draft(&places, 2, "next");
    assert_eq!(published.notes, [Note::DraftDropped { number: "0001".to_owned() }]);
    let found = tree(&places.public).unwrap();
    assert!(!found.keys().any(|path| path.contains("0001")), "{:?}", found.keys());
    let published = draft(&places, 3, "later");
    assert_eq!(published.notes, [Note::Unknown { number: "0002".to_owned() }]);
    assert!(places.public.join("snapshots/0002/acme.zip").exists());
}

#[test]
fn a_released_number_takes_neither_a_draft_nor_other_bytes_and_says_when_it_is_the_same() {
    let scratch = Scratch::new();
    let places = scratch.places();
    release(&places, 1, "one");
    let before = (tree(&places.public), tree(&places.history));
    assert!(matches!(
        Stage::open(&places, 1, SnapshotState::Draft).map(drop),
        Err(PublishError::Released { number }) if number == "0001"
    ));
    let error = run(&places, 1, SnapshotState::Released, "other", &NoHook).unwrap_err();
    assert!(matches!(&error, PublishError::OtherBytes { number, .. } if number == "0001"), "{error}");
    assert_eq!((tree(&places.public), tree(&places.history)), before);
    assert_eq!(release(&places, 1, "one").history, HistoryOutcome::Identical);
    assert_eq!((tree(&places.public), tree(&places.history)), before);
    fs::write(places.history.join("0001/more.json"), "{}").unwrap();
    let error = run(&places, 1, SnapshotState::Released, "one", &NoHook).unwrap_err();
    assert!(matches!(&error, PublishError::OtherBytes { file, .. } if file == "more.json"), "{error}");
}

#[test]
fn what_does_not_verify_or_does_not_read_back_is_not_published() {
    let scratch = Scratch::new();
    let places = scratch.places();
    draft(&places, 1, "old");
    let old = tree(&places.public);
    let archive = name("snapshots/0001/acme.zip");
    let refused = |change: &dyn Fn(&mut Stage<'_>) -> Result<(), PublishError>| {
        let mut stage = Stage::open(&places, 1, SnapshotState::Draft).unwrap();
        fill(&mut stage, 1, "new").unwrap();
        let error = match change(&mut stage) {
            Ok(()) => stage.publish(None).unwrap_err(),
            Err(error) => {
                drop(stage);
                error
            }
        };
        assert_eq!(tree(&places.public), old);
        assert_tidy(&places);
        error
    };
    let error = refused(&|stage| stage.verify(&archive, &|_| Err("signature: does not match".to_owned())));
    assert!(error.to_string().contains("signature: does not match"), "{error}");
    let staging = places.staging();
    for (path, text) in [("index.html", "index nem"), ("index.html", "index"), ("planted.html", "x")] {
        let error = refused(&|_| {
            fs::write(staging.join(path), text).unwrap();
            Ok(())
        });
        assert!(
            matches!(&error, PublishError::ReadBack { path: found, .. } if found.ends_with(path)),
            "{error}"
        );
    }
    let error = refused(&|_| {
        fs::remove_file(staging.join("claims/one.html")).unwrap();
        Ok(())
    });
    assert!(error.to_string().contains("gone"), "{error}");
    let error = refused(&|stage| stage.put(&name("INDEX.html"), &bytes("twice")));
    assert!(matches!(error, PublishError::Clash(_)), "{error}");
}

#[test]
fn a_writer_that_fails_in_its_own_way_keeps_its_error() {
    let scratch = Scratch::new();
    let places = scratch.places();
    let mut stage = Stage::open(&places, 1, SnapshotState::Draft).unwrap();
    let result: Result<Written<()>, &str> = stage.write(&name("a.zip"), |_| Err("no key")).unwrap();
    assert_eq!(result.map(|_| ()), Err("no key"));
    drop(stage);
    assert!(!places.public.exists());
    assert_tidy(&places);
}

#[test]
fn links_planted_anywhere_are_refused_or_removed_and_never_followed() {
    let scratch = Scratch::new();
    let places = scratch.places();
    let outside = scratch.0.join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("precious"), "precious").unwrap();
    let precious = tree(&outside);

    symlink(&outside, &places.public).unwrap();
    let error = Stage::open(&places, 1, SnapshotState::Draft).map(drop).unwrap_err();
    assert!(matches!(error, PublishError::NotPlain { .. }), "{error}");
    fs::remove_file(&places.public).unwrap();

    symlink(&outside, places.staging()).unwrap();
    release(&places, 1, "one");
    assert_eq!(tree(&outside), precious);

    symlink(&outside, places.public.join("claims/away")).unwrap();
    symlink(outside.join("precious"), places.public.join("feed.xml")).unwrap();
    draft(&places, 2, "two");
    assert!(!places.public.join("feed.xml").exists());
    assert_eq!(tree(&outside), precious);

    symlink(outside.join("precious"), places.public.join("snapshots/0001/extra")).unwrap();
    let before = tree(&places.public);
    let error = run(&places, 2, SnapshotState::Draft, "three", &NoHook).unwrap_err();
    assert!(matches!(&error, PublishError::NotPlain { path } if path.ends_with("extra")), "{error}");
    assert_eq!(tree(&places.public), before);
    assert_eq!(tree(&outside), precious);
}

#[test]
fn a_folder_that_no_build_made_is_not_replaced() {
    let scratch = Scratch::new();
    let places = scratch.places();
    fs::create_dir(&places.public).unwrap();
    fs::write(places.public.join(".gitkeep"), "").unwrap();
    draft(&places, 1, "one");
    assert!(places.public.join(".gitkeep").exists(), "what git keeps stays");

    fs::remove_dir_all(&places.public).unwrap();
    fs::create_dir(&places.public).unwrap();
    fs::write(places.public.join("logo.svg"), "<svg/>").unwrap();
    let error = Stage::open(&places, 1, SnapshotState::Draft).map(drop).unwrap_err();
    assert!(matches!(error, PublishError::NotOurs { .. }), "{error}");
    assert!(places.public.join("logo.svg").exists());

    fs::create_dir(places.public.join(".git")).unwrap();
    let error = Stage::open(&places, 1, SnapshotState::Draft).map(drop).unwrap_err();
    assert!(matches!(error, PublishError::OwnRepository { .. }), "{error}");

    let nested = Places { history: places.public.join("history"), ..places.clone() };
    let error = Stage::open(&nested, 1, SnapshotState::Draft).map(drop).unwrap_err();
    assert!(matches!(error, PublishError::Nested { .. }), "{error}");
}

#[test]
fn a_release_needs_its_head_a_draft_has_none_and_both_need_their_archive() {
    let scratch = Scratch::new();
    let places = scratch.places();
    for (state, entry) in [(SnapshotState::Released, None), (SnapshotState::Draft, Some(entry("x")))] {
        let mut stage = Stage::open(&places, 1, state).unwrap();
        fill(&mut stage, 1, "x").unwrap();
        assert!(matches!(stage.publish(entry.as_ref()), Err(PublishError::Entry { .. })));
    }
    let mut stage = Stage::open(&places, 1, SnapshotState::Draft).unwrap();
    stage.put(&name("index.html"), &bytes("x")).unwrap();
    assert!(matches!(stage.publish(None), Err(PublishError::NoArchive { .. })));
    assert!(!places.public.exists() && !places.history.exists());
}

#[test]
fn nothing_for_an_audience_can_land_where_everyone_reads() {
    let scratch = Scratch::new();
    let places = scratch.places();
    draft(&places, 1, "one");
    fs::create_dir(scratch.0.join("elsewhere")).unwrap();
    symlink(&places.public, scratch.0.join("elsewhere/link")).unwrap();
    symlink(&places.public, &places.packets).unwrap();
    let bank = Audience::Named("bank".to_owned());
    let file = name("packet-0001-bank.zip");
    let fill = |out: &mut dyn io::Write| -> Result<String, Infallible> {
        out.write_all(b"secret").unwrap();
        Ok("signature".to_owned())
    };
    let before = tree(&places.public);
    let public = [
        None,
        Some(places.public.clone()),
        Some(places.public.join("packets")),
        Some(places.public.join("not/yet/there")),
        Some(scratch.0.join("elsewhere/../public/packets")),
        Some(scratch.0.join("elsewhere/link/packets")),
        Some(places.staging()),
        Some(places.history.clone()),
    ];
    for folder in public {
        let result = write_restricted(&places, &bank, folder.as_deref(), &file, fill, &|_| Ok(()));
        assert!(matches!(result, Err(PublishError::WouldBePublic { .. })), "{folder:?}: {result:?}");
    }
    assert_eq!(tree(&places.public), before);
    fs::remove_file(&places.packets).unwrap();
    let files = write_restricted(&places, &bank, None, &file, fill, &|path| {
        assert_eq!(fs::read(path).unwrap(), b"secret");
        assert_eq!(fs::read(path.with_extension("zip.minisig")).unwrap(), b"signature");
        Ok(())
    })
    .unwrap()
    .unwrap();
    assert_eq!(files.packet, places.packets.join("packet-0001-bank.zip"));
    assert_eq!(fs::read(&files.signature).unwrap(), b"signature");
    let error =
        write_restricted(&places, &bank, None, &file, fill, &|_| Err("not signed".to_owned())).unwrap_err();
    assert!(matches!(error, PublishError::Unverified { .. }), "{error}");
    assert_eq!(fs::read(&files.packet).unwrap(), b"secret");
    assert_eq!(tree(&places.public), before);
    assert_tidy(&places);
}
