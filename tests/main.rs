//! The one integration test binary: whisper.cpp links once.

// `cfg(test)` tells the lints that the functions beside the tests are tests too.
#[cfg(test)]
mod architecture;
#[cfg(feature = "app")]
#[cfg(test)]
mod audio;
#[cfg(feature = "app")]
#[cfg(test)]
mod bank_import;
#[cfg(feature = "app")]
#[cfg(test)]
mod banks;
#[cfg(feature = "app")]
#[cfg(test)]
mod delivery;
#[cfg(feature = "app")]
#[cfg(test)]
mod exports;
#[cfg(test)]
mod hearing;
#[cfg(feature = "app")]
#[cfg(test)]
mod judge;
#[cfg(feature = "app")]
#[cfg(test)]
mod kept_session;
#[cfg(feature = "app")]
#[cfg(test)]
mod llm;
#[cfg(test)]
mod models;
#[cfg(feature = "app")]
#[cfg(test)]
mod plans;
#[cfg(feature = "app")]
#[cfg(test)]
mod practice;
#[cfg(feature = "app")]
#[cfg(test)]
mod progress;
#[cfg(feature = "app")]
#[cfg(test)]
mod pull;
#[cfg(feature = "app")]
#[cfg(test)]
mod revising;
#[cfg(feature = "app")]
#[cfg(test)]
mod sessions;
#[cfg(feature = "app")]
#[cfg(test)]
mod support;
#[cfg(feature = "app")]
#[cfg(test)]
mod voice;
#[cfg(feature = "app")]
#[cfg(test)]
mod web;

#[test]
fn no_test_file_is_forgotten() {
    let listed = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for entry in std::fs::read_dir(folder).expect("the folder of the tests").flatten() {
        let path = entry.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|ending| ending == "rs") && name != "main" {
            assert!(listed.contains(&format!("mod {name};")), "tests/{name}.rs is not in tests/main.rs");
        }
    }
}
