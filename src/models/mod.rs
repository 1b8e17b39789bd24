//! The weights: which there are, where they lie, whether they are whole.

pub mod catalogue;
pub mod verify;

use std::path::{Path, PathBuf};

use crate::models::catalogue::{Catalogue, Entry};
use crate::models::verify::{Condition, Memory, condition, condition_anew};

/// A weight file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// What is wrong, naming the file.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// The folder with the weights.
#[derive(Clone, Debug)]
pub struct Weights {
    folder: PathBuf,
    catalogue: Catalogue,
    memory: Memory,
}

impl Weights {
    /// Returns the first of `places` that holds weights.
    ///
    /// # Errors
    /// [`ModelError`] names the places that were tried.
    pub fn find(places: &[PathBuf]) -> Result<Self, ModelError> {
        let catalogue = Catalogue::known();
        let holds = |place: &&PathBuf| catalogue.entries().iter().any(|entry| place.join(&entry.file).exists());
        if let Some(folder) = places.iter().find(holds) {
            return Ok(Self { folder: folder.clone(), catalogue, memory: Memory::default() });
        }
        let tried: Vec<String> = places.iter().map(|place| format!("`{}`", place.display())).collect();
        Err(ModelError {
            message: format!("no folder with weights was found; looked at {}", tried.join(", ")),
            hint: "name the folder with `--models` or `HOTSEAT_MODELS`, or install Hotseat again".into(),
        })
    }

    /// Remembers in the folder `cache` which files were whole, so that they are read once and not at each start.
    #[must_use]
    pub fn remembering(mut self, cache: &Path) -> Self {
        self.memory = Memory::within(cache);
        self
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns which files are known.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Returns whether a known file is there, whole or not.
    #[must_use]
    pub fn has(&self, file: &str) -> bool {
        self.catalogue.entry(file).is_some() && self.folder.join(file).exists()
    }

    /// Returns the path of a weight file, such as `voices/af_heart.bin`, once its digest was checked.
    ///
    /// # Errors
    /// [`ModelError`] when it is unknown, missing, truncated or altered.
    pub fn path(&self, file: &str) -> Result<PathBuf, ModelError> {
        let entry = self.catalogue.entry(file).ok_or_else(|| self.unknown(file))?;
        let path = self.folder.join(file);
        match condition(entry, &path, &self.memory) {
            Condition::Whole => Ok(path),
            other => Err(problem(entry, &path, &other)),
        }
    }

    /// Returns how a known file is, having read the whole of it.
    #[must_use]
    pub fn verify(&self, entry: &Entry) -> Condition {
        condition_anew(entry, &self.folder.join(&entry.file), &self.memory)
    }

    fn unknown(&self, file: &str) -> ModelError {
        let closest = self
            .catalogue
            .entries()
            .iter()
            .map(|entry| (strsim::jaro_winkler(&entry.file, file), &entry.file))
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .filter(|(likeness, _)| *likeness > 0.8);
        ModelError {
            message: format!("`{file}` is no weight file that Hotseat knows"),
            hint: match closest {
                Some((_, name)) => format!("did you mean `{name}`? `hotseat models list` shows all"),
                None => "`hotseat models list` shows those it knows".into(),
            },
        }
    }
}

/// Returns what is wrong with a file and what to do. `condition` is not [`Condition::Whole`].
#[must_use]
pub fn problem(entry: &Entry, path: &Path, condition: &Condition) -> ModelError {
    let what = match condition {
        Condition::Whole => "is whole".into(),
        Condition::Missing => "is missing".into(),
        Condition::Pointer => "is only a Git LFS pointer, not the weights themselves".into(),
        Condition::WrongSize { found: 0 } => format!("is empty; it should have {} bytes", entry.bytes),
        Condition::WrongSize { found } => format!("has {found} bytes; it should have {}", entry.bytes),
        Condition::Altered { found } => format!("was altered: its SHA-256 is {found}; it should be {}", entry.sha256),
        Condition::Unreadable { why } => format!("cannot be read: {why}"),
    };
    let hint = match &entry.url {
        None => format!("restore it with `git checkout -- models/{}`, or install Hotseat again", entry.file),
        Some(url) => format!("download it from {url} to `{}`", path.display()),
    };
    ModelError { message: format!("the weight file `{}` {what}", path.display()), hint }
}
