//! A session on its way to somebody else and back: as a zip file with everything in it, or a page that carries its recordings.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Seek, Write};
use std::path::Path;

use crate::audio::flac;
use crate::engine::conduct::write_report;
use crate::review::export::html::{self, Carried};
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::archive::{self, Content};
use crate::session::import::{ImportError, Imported};
use crate::session::store::Store;
use crate::session::{Session, recordings};

/// Writes a session, whose report this is, as a zip file: journal, reports, and its recordings where they are wanted. Returns where
/// it was written to.
///
/// # Errors
/// The system's error, when something cannot be read or written.
pub fn write_zip<W: Write + Seek>(
    folder: &Path,
    session: &Session,
    report: &Report,
    with_recordings: bool,
    out: W,
) -> io::Result<W> {
    // Somebody may add to the journal meanwhile; what stands in it now is what the reports are of.
    let journal = fs::read(folder.join("journal.jsonl"))?;
    let texts = [
        ("report.json", serde_json::to_string_pretty(report)?),
        ("report.md", markdown::report(report)),
        ("report.html", html::page(session, report, &BTreeMap::new())),
        ("transcript.md", markdown::transcript(report)),
    ];
    let mut files = vec![("journal.jsonl".to_owned(), Content::Bytes(journal))];
    files.extend(texts.map(|(name, text)| (name.to_owned(), Content::Bytes(text.into_bytes()))));
    if with_recordings {
        let found = session.recordings().filter_map(|name| recordings::find(folder, name));
        files.extend(found.filter_map(|path| Some((path.file_name()?.to_str()?.to_owned(), Content::File(path)))));
    }
    archive::write(out, &session.opened.id, &files)
}

/// Brings a session in from a zip file, with reports made anew.
///
/// # Errors
/// [`ImportError`] says what is wrong. Nothing of it is kept then.
pub fn import(store: &Store, zip: &Path, name: Option<&str>) -> Result<Imported, ImportError> {
    store.import(zip, name, write_report)
}

/// Returns the recordings of a session that a page can carry, each as FLAC, and what is wrong with those that it cannot.
pub fn carried(folder: &Path, session: &Session) -> (BTreeMap<String, Carried>, Vec<String>) {
    let (mut all, mut wrong) = (BTreeMap::new(), Vec::new());
    for name in session.recordings() {
        let Some(path) = recordings::find(folder, name) else { continue };
        let is_flac = path.extension().is_some_and(|ending| ending == "flac");
        let bytes = if is_flac { fs::read(&path).map_err(|error| error.to_string()) } else { smaller(&path) };
        match bytes {
            Ok(bytes) => drop(all.insert(name.to_owned(), Carried { kind: "audio/flac", bytes })),
            Err(why) => wrong.push(why),
        }
    }
    (all, wrong)
}

fn smaller(wav: &Path) -> Result<Vec<u8>, String> {
    flac::of(wav).map_err(|error| error.to_string())
}
