//! The file that is not whole yet. It lies beside the place of the whole one, and takes that place in one step.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file in the making, which no other pull can write to as long as this exists.
#[derive(Debug)]
pub struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

/// Why there is none to write to.
#[derive(Debug)]
pub enum NoPart {
    /// Another pull writes it.
    Busy,
    /// The folder or the file cannot be written.
    Unwritable(io::Error),
}

impl From<io::Error> for NoPart {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error)
    }
}

impl Part {
    /// Returns where the part of the file at `target` lies.
    #[must_use]
    pub fn place(target: &Path) -> PathBuf {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        target.with_file_name(name)
    }

    /// Opens the part of the file that will lie at `target`, with what earlier pulls left in it. Makes the folder, which
    /// is then its owner's alone.
    ///
    /// # Errors
    /// [`NoPart`] when another pull is at it, or nothing can be written there.
    pub fn open(target: &Path) -> Result<Self, NoPart> {
        if let Some(folder) = target.parent() {
            make_private(folder)?;
        }
        let path = Self::place(target);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        match file.try_lock() {
            // Between opening and locking, the other pull may have put it in its place.
            Ok(()) if !path.exists() => Err(NoPart::Busy),
            Ok(()) => Ok(Self { file, path, target: target.to_owned() }),
            Err(TryLockError::WouldBlock) => Err(NoPart::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Returns where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how many bytes it has.
    ///
    /// # Errors
    /// The system does not say.
    pub fn have(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Keeps the first `bytes` bytes; what is written next follows them.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)?;
        self.file.seek(SeekFrom::Start(bytes)).map(drop)
    }

    /// Writes at the end.
    ///
    /// # Errors
    /// It cannot be written, for instance because the disk is full. What could be written stays.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Puts it in its place, in one step: whoever looks sees no file there, or the whole of it.
    ///
    /// # Errors
    /// It cannot be written out or moved.
    pub fn become_whole(self) -> io::Result<PathBuf> {
        self.file.sync_all()?;
        std::fs::rename(&self.path, &self.target)?;
        Ok(self.target)
    }

    /// Removes it.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn discard(self) -> io::Result<()> {
        // Also for one who opened it meanwhile and waits for nothing.
        self.file.set_len(0)?;
        std::fs::remove_file(&self.path)
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut maker = std::fs::DirBuilder::new();
    maker.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.create(folder)
}
