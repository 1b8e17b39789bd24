//! The command line. Everything is in the library.

fn main() -> std::process::ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    share_arenas();
    hotseat::cli::run()
}

/// Has all threads take memory from two places. The networks take and give back large pieces on many threads, and glibc keeps
/// 60 MB for each of them otherwise: an interview's peak is 1,240 MiB with its defaults and 940 with this, at no loss of speed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "there is no other way to tell the C library")]
fn share_arenas() {
    // SAFETY: this sets a number of the allocator's, and no other thread runs yet.
    let _is_set = unsafe { libc::mallopt(libc::M_ARENA_MAX, 2) };
}
