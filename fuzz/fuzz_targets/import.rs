//! Whatever the bytes are, an import gives a bank that can be read, or an error with a next step.

#![no_main]

use hotseat::bank::Bank;
use hotseat::bank::import::{Format, ImportError, Wanted, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let format = match choice % 7 {
        0 => Some(Format::Text),
        1 => Some(Format::Markdown),
        2 => Some(Format::Html),
        3 => Some(Format::Csv),
        4 => Some(Format::Anki),
        5 => Some(Format::Yaml),
        _ => None,
    };
    match import(bytes, "fuzzed", &Wanted { format, ..Wanted::default() }) {
        Ok(found) => assert!(Bank::parse(&found.toml, "bank.toml").is_ok()),
        Err(error) => assert!(!matches!(error, ImportError::Invalid(_)), "{error}"),
    }
});
