//! The verifier for a browser, written out alone.

use std::process::Command;
use std::process::Output;

fn verify(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trustbook"));
    command.arg("verify").args(args).output().unwrap()
}

#[test]
fn the_page_is_written_alone_and_beside_a_file_nothing_ends_in_success() {
    let alone = verify(&["--page"]);
    assert_eq!(alone.status.code(), Some(0));
    assert!(alone.stdout == trustbook::render::outputs::verifier::page().into_bytes());
    for args in [&["--page", "x.zip"][..], &["x.zip", "--page"], &["--page", "--page"]] {
        let output = verify(args);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &[][..]), "{args:?}");
    }
}
