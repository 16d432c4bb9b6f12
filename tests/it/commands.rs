//! Whole outputs of commands, as a stranger sees them: `tests/cmd/*.trycmd`.

#[test]
fn commands_say_what_their_snapshots_say() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
