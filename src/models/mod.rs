//! The weights: which there are, where they lie, whether they are whole, and how more are fetched.

pub mod catalogue;
pub mod pull;
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

/// The folder with the weights that come with Hotseat, and the one with those that were pulled, which may be the same.
#[derive(Clone, Debug)]
pub struct Weights {
    folder: PathBuf,
    pulled: Option<PathBuf>,
    catalogue: Catalogue,
    memory: Memory,
}

impl Weights {
    /// Returns the first of `places` that holds weights which come with Hotseat.
    ///
    /// # Errors
    /// [`ModelError`] names the places that were tried.
    pub fn find(places: &[PathBuf]) -> Result<Self, ModelError> {
        let catalogue = Catalogue::known();
        let shipped = catalogue.entries().iter().filter(|entry| entry.is_shipped());
        let holds = |place: &&PathBuf| shipped.clone().any(|entry| place.join(&entry.file).exists());
        if let Some(folder) = places.iter().find(holds) {
            return Ok(Self { folder: folder.clone(), pulled: None, catalogue, memory: Memory::default() });
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

    /// Looks for what does not come with Hotseat in the folder `pulled` as well.
    #[must_use]
    pub fn with_pulled(mut self, pulled: PathBuf) -> Self {
        self.pulled = Some(pulled);
        self
    }

    /// Returns the folder with what comes with Hotseat.
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
        self.catalogue.entry(file).is_some_and(|entry| self.place(entry).exists())
    }

    /// Returns where a known file lies, or would.
    #[must_use]
    pub fn place(&self, entry: &Entry) -> PathBuf {
        let here = self.folder.join(&entry.file);
        match &self.pulled {
            Some(pulled) if !entry.is_shipped() && !here.exists() => pulled.join(&entry.file),
            _ => here,
        }
    }

    /// Returns the path of a weight file, such as `voices/af_heart.bin`, once its digest was checked.
    ///
    /// # Errors
    /// [`ModelError`] when it is unknown, missing, truncated or altered.
    pub fn path(&self, file: &str) -> Result<PathBuf, ModelError> {
        let entry = self.catalogue.entry(file).ok_or_else(|| self.unknown(file))?;
        let path = self.place(entry);
        match condition(entry, &path, &self.memory) {
            Condition::Whole => Ok(path),
            other => Err(problem(entry, &path, &other)),
        }
    }

    /// Returns how a known file is, having read the whole of it.
    #[must_use]
    pub fn verify(&self, entry: &Entry) -> Condition {
        condition_anew(entry, &self.place(entry), &self.memory)
    }

    /// Returns the entry of a model for speech to text, by its short name or its file.
    ///
    /// # Errors
    /// [`ModelError`] when there is none of that name.
    pub fn speech_model(&self, name: &str) -> Result<&Entry, ModelError> {
        match self.catalogue.named(name) {
            Some(entry) if entry.is_speech_model() => Ok(entry),
            Some(entry) => Err(ModelError {
                message: format!("`{}` is no model for speech to text", entry.file),
                hint: "`hotseat models list` shows which are".into(),
            }),
            None => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, file: &str) -> ModelError {
        unknown(&self.catalogue, file)
    }
}

/// Returns that no weight file has that name, and which one may be meant.
#[must_use]
pub fn unknown(catalogue: &Catalogue, name: &str) -> ModelError {
    ModelError {
        message: format!("`{name}` is no weight file that Hotseat knows"),
        hint: match catalogue.closest(name) {
            Some(closest) => format!("did you mean `{closest}`? `hotseat models list` shows all"),
            None => "`hotseat models list` shows those it knows".into(),
        },
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
        Some(url) => format!(
            "`hotseat models pull {}` fetches it; or download {url} to `{}` yourself",
            entry.name(),
            path.display()
        ),
    };
    ModelError { message: format!("the weight file `{}` {what}", path.display()), hint }
}
