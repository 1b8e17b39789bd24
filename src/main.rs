//! The command line. Everything is in the library.

fn main() -> std::process::ExitCode {
    hotseat::cli::run()
}
