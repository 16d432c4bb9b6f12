//! The command `trustbook`.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(trustbook::cli::main())
}
