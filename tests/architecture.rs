//! Reads the sources and the lock file, and holds them to what ARCHITECTURE.md says.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules with files that know no file system, network, thread, clock or environment.
const PURE: [&str; 29] = [
    "units",
    "ids",
    "sentences",
    "terms",
    "bank",
    "dsp",
    "transcript",
    "turn",
    "judge",
    "job",
    "language",
    "feedback",
    "interview",
    "prompt",
    "review",
    "session",
    "stt/words",
    "stt/cost",
    "models/catalogue",
    "models/pull/meter",
    "models/pull/plan",
    "http/address",
    "http/key",
    "http/trouble",
    "llm/choosing",
    "llm/dialect",
    "llm/events",
    "llm/message",
    "llm/refusal",
];

/// Parts of pure modules that are adapters, and say so.
const ADAPTERS_WITHIN: [&str; 6] =
    ["session/archive", "session/import", "session/index", "session/recordings", "session/store", "session/waveforms"];

/// What pure code does not name.
const BANNED: [&str; 14] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "Instant",
    "SystemTime",
    "cpal::",
    "whisper_rs",
    "rten::",
    "symphonia",
    "tempfile::",
    "rusqlite",
    "crate::clock",
];

/// Modules of which each may name those in its row, and no others.
const MAY_NAME: [(&str, &[&str]); 25] = [
    ("ids", &[]),
    ("sentences", &[]),
    ("terms", &[]),
    ("units", &[]),
    ("clock", &[]),
    ("dsp", &["units"]),
    ("transcript", &["dsp", "sentences", "units"]),
    ("turn", &["dsp", "units"]),
    ("bank", &["ids", "sentences", "terms"]),
    ("prompt", &["judge", "turn", "units"]),
    ("judge", &["bank", "ids", "terms", "transcript", "units"]),
    ("job", &["bank", "ids", "judge", "sentences", "terms"]),
    ("feedback", &["bank", "ids", "judge", "prompt", "transcript", "units"]),
    ("interview", &["bank", "feedback", "ids", "judge", "prompt", "terms", "transcript", "turn", "units"]),
    ("session", &["bank", "dsp", "ids", "interview", "judge", "prompt", "transcript", "turn", "units"]),
    (
        "review",
        &[
            "bank",
            "feedback",
            "ids",
            "interview",
            "judge",
            "prompt",
            "sentences",
            "session",
            "transcript",
            "turn",
            "units",
        ],
    ),
    (
        "language",
        &["bank", "feedback", "ids", "interview", "judge", "prompt", "sentences", "terms", "transcript", "units"],
    ),
    ("http", &["clock"]),
    ("llm", &["clock", "http", "language"]),
    ("audio", &["clock", "dsp", "ids", "turn", "units"]),
    ("stt", &["clock", "dsp", "http", "ids", "transcript", "turn", "units"]),
    ("tts", &["clock", "dsp", "http", "net", "sentences", "units"]),
    ("net", &["dsp", "job", "judge", "turn", "units"]),
    ("models", &["clock", "config", "http"]),
    (
        "web",
        &[
            "clock",
            "dsp",
            "engine",
            "ids",
            "interview",
            "judge",
            "prompt",
            "review",
            "session",
            "transcript",
            "turn",
            "units",
        ],
    ),
];

/// Lines of a file, at most.
const LONGEST_FILE: usize = 500;

/// Packages in the lock file, at most. It may be raised; it only must not grow unnoticed.
const PACKAGES: usize = 560;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&root).expect("it lies below").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).expect("a source is text")));
            }
        }
    }
    found.sort();
    found
}

/// Returns the lines of a source before its tests, each with its number.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]" || line.starts_with(' '));
    lines.map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn is_test(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("/tests/")
}

fn is_adapter(name: &str) -> bool {
    ADAPTERS_WITHIN.iter().any(|part| name.strip_prefix(part).is_some_and(|rest| rest.starts_with(['.', '/'])))
}

fn module(name: &str) -> &str {
    name.split(['/', '.']).next().unwrap_or_default()
}

#[test]
fn pure_stages_name_no_file_network_thread_clock_or_model() {
    let mut broken = Vec::new();
    for (name, text) in sources() {
        let is_pure = PURE.iter().any(|pure| module(&name) == *pure || name.starts_with(&format!("{pure}.")));
        if !is_pure || is_test(&name) || is_adapter(&name) {
            continue;
        }
        for (line, code) in code(&text) {
            for banned in BANNED.iter().filter(|banned| code.contains(*banned)) {
                broken.push(format!("src/{name}:{line}: a pure stage names {banned}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn modules_name_only_those_below_them() {
    let mut broken = Vec::new();
    for (name, text) in sources() {
        let Some((_, allowed)) = MAY_NAME.iter().find(|(one, _)| *one == module(&name)) else { continue };
        if is_test(&name) {
            continue;
        }
        for (line, code) in code(&text) {
            for named in code.split("crate::").skip(1) {
                let other: String = named.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                let is_module = MAY_NAME.iter().any(|(one, _)| *one == other)
                    || ["engine", "cli", "config"].contains(&other.as_str());
                if is_module && other != module(&name) && !allowed.contains(&other.as_str()) {
                    broken.push(format!("src/{name}:{line}: `{}` may not name `{other}`", module(&name)));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_surface_is_named_by_nobody_and_files_stay_short() {
    let mut broken = Vec::new();
    for (name, text) in sources() {
        let surfaces: &[&str] = match module(&name) {
            "cli" | "main" => &[],
            "web" => &["crate::cli"],
            _ => &["crate::cli", "crate::web"],
        };
        broken.extend(
            code(&text)
                .filter(|(_, code)| surfaces.iter().any(|surface| code.contains(surface)))
                .map(|(line, _)| format!("src/{name}:{line}: names the surface")),
        );
        let lines = text.lines().count();
        if lines > LONGEST_FILE && !is_test(&name) {
            broken.push(format!("src/{name} has {lines} lines; at most {LONGEST_FILE}"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_crate_under_the_gpl_and_no_second_ggml_is_in_the_lock_file() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).expect("the lock file");
    let names: Vec<&str> = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    let refused = ["espeak", "llama", "ggml", "transcribe-cpp", "piper"];
    for name in &names {
        assert!(!refused.iter().any(|start| name.starts_with(start)), "`{name}` must not be linked");
    }
    assert!(names.len() <= PACKAGES, "{} packages; at most {PACKAGES}", names.len());
}
