//! Whether a weight file is whole. Reads files and remembers their digests; decides nothing about what to do.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::models::catalogue::Entry;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;

/// How a file of the catalogue is found on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Condition {
    /// As the catalogue says.
    Whole,
    /// Not there.
    Missing,
    /// There is a Git LFS pointer in its place.
    Pointer,
    /// Of another length.
    WrongSize {
        /// Length found.
        found: u64,
    },
    /// Of the right length, with other bytes.
    Altered {
        /// Digest found.
        found: String,
    },
    /// It cannot be read.
    Unreadable {
        /// What the system says.
        why: String,
    },
}

/// The digests of files that were read before, so that they need not be read again at each start. A file counts as
/// unchanged while its length and time of change are the same.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    file: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    bytes: u64,
    modified_ns: u64,
    sha256: String,
}

impl Memory {
    /// Returns the memory kept in a folder. Nothing is lost but time when the folder cannot be used.
    #[must_use]
    pub fn within(folder: &Path) -> Self {
        Self { file: Some(folder.join("digests.json")) }
    }

    fn load(&self) -> BTreeMap<String, Remembered> {
        let text = self.file.as_ref().and_then(|file| std::fs::read(file).ok());
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn recall(&self, path: &Path, about: &Metadata) -> Option<String> {
        let remembered = self.load().remove(&path.display().to_string())?;
        let same = remembered.bytes == about.len() && remembered.modified_ns == modified_ns(about)?;
        same.then_some(remembered.sha256)
    }

    fn remember(&self, path: &Path, about: &Metadata, sha256: &str) {
        let (Some(file), Some(modified_ns)) = (&self.file, modified_ns(about)) else { return };
        let mut all = self.load();
        let remembered = Remembered { bytes: about.len(), modified_ns, sha256: sha256.to_owned() };
        all.insert(path.display().to_string(), remembered);
        // A cache that cannot be written only means that the file is read again next time.
        let _not_remembered = save(file, &all);
    }
}

fn save(file: &Path, all: &BTreeMap<String, Remembered>) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Written beside and moved over, so that two programs at once leave one whole file.
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut beside, all)?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

fn modified_ns(about: &Metadata) -> Option<u64> {
    let since = about.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_nanos()).ok()
}

/// Returns how the file `entry` is at `path`. Where `memory` knows the file it is not read; without it, it always is.
#[must_use]
pub fn condition(entry: &Entry, path: &Path, memory: &Memory) -> Condition {
    let about = match std::fs::metadata(path) {
        Ok(about) if about.is_file() => about,
        Ok(_) => return Condition::Unreadable { why: "it is no file".into() },
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Condition::Missing,
        Err(error) => return Condition::Unreadable { why: error.to_string() },
    };
    if about.len() != entry.bytes {
        return if is_pointer(path) { Condition::Pointer } else { Condition::WrongSize { found: about.len() } };
    }
    // What is remembered as wrong is read again: it may have been remembered wrongly.
    if memory.recall(path, &about).as_ref() == Some(&entry.sha256) {
        return Condition::Whole;
    }
    read_through(entry, path, &about, memory)
}

/// Returns how the file is, having read it whatever the memory says. The memory learns of it.
#[must_use]
pub fn condition_anew(entry: &Entry, path: &Path, memory: &Memory) -> Condition {
    match condition(entry, path, &Memory::default()) {
        Condition::Whole => {
            if let Ok(about) = std::fs::metadata(path) {
                memory.remember(path, &about, &entry.sha256);
            }
            Condition::Whole
        }
        other => other,
    }
}

fn read_through(entry: &Entry, path: &Path, about: &Metadata, memory: &Memory) -> Condition {
    match digest(path) {
        Ok(found) if found == entry.sha256 => {
            memory.remember(path, about, &found);
            Condition::Whole
        }
        Ok(found) => Condition::Altered { found },
        Err(error) => Condition::Unreadable { why: error.to_string() },
    }
}

fn digest(path: &Path) -> io::Result<String> {
    let found = digest_while(path, &mut |_| true)?;
    found.ok_or_else(|| io::ErrorKind::Interrupted.into())
}

/// Returns the SHA-256 digest of a file, 64 lower-case hexadecimal digits. `go_on` is told how many bytes were read and
/// may end it; then there is none.
///
/// # Errors
/// The file cannot be read.
pub fn digest_while(path: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> io::Result<Option<String>> {
    let (mut file, mut hash, mut piece, mut done) = (File::open(path)?, Sha256::new(), vec![0; PIECE], 0);
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => {
                hash.update(&piece[..read]);
                done += read as u64;
            }
        }
        if !go_on(done) {
            return Ok(None);
        }
    }
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
    Ok(Some(hash.finalize().iter().flat_map(digits).collect()))
}

fn is_pointer(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(24).read_to_end(&mut start));
    read.is_ok() && start.starts_with(b"version https://git-lfs")
}
