//! A session as one zip file, for a coach or another computer: its files side by side and a manifest with their digests.
//!
//! What is read may come from anywhere. Nothing in it becomes a path: only names that a session has are taken, each once, and no more
//! bytes than are allowed, counted as they come out and not as they are declared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::session::Session;
use crate::session::record::parse_journal;
use crate::session::store::JOURNAL;

/// Version of the manifest.
const FORMAT: u32 = 1;

/// Name of the manifest.
const MANIFEST: &str = "manifest.json";

/// Files beside journal and recordings. They are made anew from the journal where they are brought in.
const REPORTS: [&str; 4] = ["report.html", "report.json", "report.md", "transcript.md"];

/// Files of an archive, at most. A session of an hour has a hundred.
const MOST_FILES: usize = 2_000;

/// Bytes of all files together, at most: a day of recordings.
const MOST_BYTES: u64 = 4 << 30;

/// Bytes of a manifest or a journal, at most. A session of an hour has a megabyte.
const MOST_TEXT: u64 = 64 << 20;

/// What stands in the archive beside the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Version of Hotseat that wrote it.
    pub hotseat: String,
    /// The session's name.
    pub session: String,
    /// The files, this one left out.
    pub files: Vec<Listed>,
}

/// A file of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest, hexadecimal.
    pub sha256: String,
}

/// What an archive is made of.
#[derive(Clone, Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file.
    File(PathBuf),
}

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is damaged, or no zip file.
    #[error("it cannot be read as a zip file: {0}")]
    Unreadable(String),
    /// It is larger than any session.
    #[error("it holds {0}")]
    TooLarge(String),
    /// A file in it is none of a session.
    #[error("it holds {0}")]
    Foreign(String),
    /// A file that every session has is not there.
    #[error("it holds no `{0}`")]
    Lacks(&'static str),
    /// A later version of Hotseat wrote it.
    #[error("a later version of Hotseat wrote it (format {0})")]
    Later(u32),
    /// A file is not what the manifest says.
    #[error("`{0}` in it is not what its manifest says")]
    Changed(String),
    /// The journal is damaged.
    #[error("its journal is damaged: {0}")]
    Journal(String),
    /// What it holds cannot be written.
    #[error("`{name}` cannot be written: {}", in_short(source))]
    Unwritten {
        /// The file.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

/// Returns why something cannot be written, without the name that it would have had for a moment.
fn in_short(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".into(),
        _ => error.to_string(),
    }
}

impl ArchiveError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Later(_) => "update Hotseat, or ask for an export of an older version",
            Self::Unwritten { .. } => "make room on the disk, and import it again; nothing of it was kept",
            _ => "ask for the file again: `hotseat export ID --format zip` makes one; nothing of it was kept",
        }
    }
}

/// Writes an archive and returns where it was written to.
///
/// # Errors
/// The system's error, when a file cannot be read or the archive cannot be written.
pub fn write<W: Write + Seek>(out: W, session: &str, files: &[(String, Content)]) -> io::Result<W> {
    let mut out = UntilFailure::new(out);
    let written = fill(ZipWriter::new(&mut out), session, files);
    match out.failure {
        Some(failure) => Err(failure),
        None => written.map(|()| out.out),
    }
}

fn fill<W: Write + Seek>(mut zip: ZipWriter<W>, session: &str, files: &[(String, Content)]) -> io::Result<()> {
    let mut listed = Vec::new();
    for (name, content) in files {
        zip.start_file(name, options(name))?;
        let (bytes, sha256) = match content {
            Content::Bytes(bytes) => copy(&mut bytes.as_slice(), &mut zip)?,
            Content::File(path) => copy(&mut File::open(path)?, &mut zip)?,
        };
        listed.push(Listed { name: name.clone(), bytes, sha256 });
    }
    let hotseat = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: FORMAT, hotseat, session: session.to_owned(), files: listed };
    zip.start_file(MANIFEST, options(MANIFEST))?;
    zip.write_all(serde_json::to_string_pretty(&manifest)?.as_bytes())?;
    zip.finish()?;
    Ok(())
}

/// Fails once, keeps why, and pretends to write everything after that: a zip writer that is dropped tries to end its file, and would
/// complain on the terminal that it cannot.
struct UntilFailure<W> {
    out: W,
    /// Where the next byte goes, or would go.
    position: u64,
    failure: Option<io::Error>,
}

impl<W> UntilFailure<W> {
    fn new(out: W) -> Self {
        Self { out, position: 0, failure: None }
    }

    fn attempt<T>(&mut self, pretended: T, act: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.failure.is_some() {
            return Ok(pretended);
        }
        act(&mut self.out).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failure = Some(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for UntilFailure<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.attempt(bytes.len(), |out| out.write(bytes))?;
        self.position += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), Write::flush)
    }
}

impl<W: Seek> Seek for UntilFailure<W> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let pretended = match to {
            io::SeekFrom::Start(at) => at,
            io::SeekFrom::Current(by) | io::SeekFrom::End(by) => self.position.saturating_add_signed(by),
        };
        self.position = self.attempt(pretended, |out| out.seek(to))?;
        Ok(self.position)
    }
}

fn options(name: &str) -> SimpleFileOptions {
    // What is compressed already does not become smaller.
    let packed = Path::new(name).extension().is_some_and(|ending| ending == "flac");
    let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    SimpleFileOptions::default().compression_method(method).unix_permissions(0o600)
}

/// Copies everything, and returns how much it was and its digest.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => return Ok((bytes, hex(&digest.finalize()))),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        digest.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        bytes += read as u64;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// An archive that was looked through: its files are those of a session, and its journal tells one.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    listed: BTreeMap<String, Listed>,
    journal: Vec<u8>,
    session: Session,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`ArchiveError`] when anything about it is not as [`write`] makes it.
    pub fn open(file: R) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(file).map_err(unreadable)?;
        let names = names(&mut zip)?;
        let manifest = manifest(&mut zip, &names)?;
        let listed: BTreeMap<String, Listed> = manifest.files.into_iter().map(|one| (one.name.clone(), one)).collect();
        let mut expected: BTreeSet<String> = listed.keys().cloned().collect();
        expected.insert(MANIFEST.into());
        if let Some(name) = expected.symmetric_difference(&names).next() {
            return Err(ArchiveError::Changed(name.clone()));
        }
        let listed_journal = listed.get(JOURNAL).ok_or(ArchiveError::Lacks(JOURNAL))?;
        let mut journal = Vec::new();
        extract(&mut zip, listed_journal, MOST_TEXT, &mut journal)?;
        let session = session(&journal)?;
        let archive = Self { zip, listed, journal, session };
        archive.refuse_foreign()?;
        Ok(archive)
    }

    /// Returns the session that the journal tells.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the journal, as it was written.
    #[must_use]
    pub fn journal(&self) -> &[u8] {
        &self.journal
    }

    /// Returns the names of the recordings that it brings, as WAV or as FLAC.
    #[must_use]
    pub fn recordings(&self) -> Vec<String> {
        let names = self.listed.keys().filter(|name| *name != JOURNAL && !REPORTS.contains(&name.as_str()));
        names.cloned().collect()
    }

    /// Writes a file of the archive to `out`, and holds it to its length and digest.
    ///
    /// # Errors
    /// [`ArchiveError`] when it is not what the manifest says, or cannot be written.
    pub fn extract(&mut self, name: &str, out: &mut impl Write) -> Result<(), ArchiveError> {
        let listed = self.listed.get(name).ok_or_else(|| ArchiveError::Changed(name.into()))?;
        extract(&mut self.zip, listed, MOST_BYTES, out)
    }

    /// Refuses files that a session does not have, and two of one recording.
    fn refuse_foreign(&self) -> Result<(), ArchiveError> {
        let known: BTreeSet<&str> = self.session.recordings().collect();
        let mut taken = BTreeSet::new();
        for name in self.recordings() {
            let wav = Path::new(&name).with_extension("wav").to_string_lossy().into_owned();
            let sound = name == wav || Path::new(&name).extension().is_some_and(|ending| ending == "flac");
            if !sound || !known.contains(wav.as_str()) {
                return Err(ArchiveError::Foreign(format!("`{name}`, which is no file of this session")));
            }
            if !taken.insert(wav) {
                return Err(ArchiveError::Foreign(format!("`{name}` twice, as WAV and as FLAC")));
            }
        }
        Ok(())
    }
}

fn unreadable(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Unreadable(error.to_string())
}

/// Returns the names of all files, once they are known to be plain files with plain names, not too many and not too large.
fn names<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Result<BTreeSet<String>, ArchiveError> {
    if zip.len() > MOST_FILES {
        return Err(ArchiveError::TooLarge(format!("{} files; a session has {MOST_FILES} at most", zip.len())));
    }
    if zip.has_duplicate_names() {
        return Err(ArchiveError::Foreign("two files of one name".into()));
    }
    let (mut names, mut folded, mut bytes) = (BTreeSet::new(), BTreeSet::new(), 0u64);
    for nth in 0..zip.len() {
        let file = zip.by_index(nth).map_err(unreadable)?;
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        if !is_plain(&name) || !file.is_file() || file.is_symlink() {
            return Err(ArchiveError::Foreign(format!("`{}`, which is no plain file beside the others", shown(&name))));
        }
        if !folded.insert(name.to_ascii_lowercase()) {
            return Err(ArchiveError::Foreign(format!("`{name}` twice, in small and in capital letters")));
        }
        bytes = bytes.saturating_add(file.size());
        names.insert(name);
    }
    if bytes > MOST_BYTES {
        return Err(ArchiveError::TooLarge(format!("{} GB; a session has {} at most", bytes >> 30, MOST_BYTES >> 30)));
    }
    Ok(names)
}

/// Returns whether a name is one that a file or folder of ours can have anywhere: letters, digits, `-`, `_` and full stops that do
/// not begin it.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&c);
    (1..=120).contains(&name.len()) && name.chars().all(plain) && !name.starts_with('.')
}

/// Returns a name as it can stand in a line.
fn shown(name: &str) -> String {
    name.chars().take(80).flat_map(char::escape_debug).collect()
}

fn manifest<R: Read + Seek>(zip: &mut ZipArchive<R>, names: &BTreeSet<String>) -> Result<Manifest, ArchiveError> {
    if !names.contains(MANIFEST) {
        return Err(ArchiveError::Lacks(MANIFEST));
    }
    let mut text = Vec::new();
    let file = zip.by_name(MANIFEST).map_err(unreadable)?;
    file.take(MOST_TEXT).read_to_end(&mut text).map_err(unreadable)?;
    let version: Version = serde_json::from_slice(&text).map_err(unreadable)?;
    if version.format > FORMAT {
        return Err(ArchiveError::Later(version.format));
    }
    serde_json::from_slice(&text).map_err(unreadable)
}

/// The part of a manifest that every version has.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

fn session(journal: &[u8]) -> Result<Session, ArchiveError> {
    let bad = |why: String| ArchiveError::Journal(why);
    let records = parse_journal(&String::from_utf8_lossy(journal)).map_err(|error| bad(error.to_string()))?;
    Session::fold(records).map_err(|error| bad(error.to_string()))
}

/// Writes a file to `out`, `most` bytes at most, and holds it to its length and digest.
fn extract<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    listed: &Listed,
    most: u64,
    out: &mut impl Write,
) -> Result<(), ArchiveError> {
    let name = &listed.name;
    if listed.bytes > most {
        return Err(ArchiveError::TooLarge(format!(
            "`{name}` of {} MB; {} are allowed",
            listed.bytes >> 20,
            most >> 20
        )));
    }
    let file = zip.by_name(name).map_err(unreadable)?;
    // So that a disk that is full is told from an archive that is damaged.
    let mut out = UntilFailure::new(out);
    // One byte more than is stated shows that there is more.
    let copied = copy(&mut file.take(listed.bytes + 1), &mut out);
    if let Some(source) = out.failure {
        return Err(ArchiveError::Unwritten { name: name.clone(), source });
    }
    match copied {
        Ok((bytes, sha256)) if (bytes, &sha256) == (listed.bytes, &listed.sha256) => Ok(()),
        Ok(_) => Err(ArchiveError::Changed(name.clone())),
        Err(error) => Err(unreadable(error)),
    }
}
