//! The weights: which there are, where they lie, whether they are whole.

use std::path::{Path, PathBuf};

/// A weight file that cannot be used.
#[derive(Debug, thiserror::Error)]
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
}

impl Weights {
    /// Returns the first of `places` that holds weights.
    ///
    /// # Errors
    /// [`ModelError`] names the places that were tried.
    pub fn find(places: &[PathBuf]) -> Result<Self, ModelError> {
        places.iter().find(|place| place.is_dir()).map(|folder| Self { folder: folder.clone() }).ok_or_else(|| {
            ModelError {
                message: "no folder with weights was found".into(),
                hint: "set `HOTSEAT_MODELS` to the folder".into(),
            }
        })
    }

    /// Returns the path of a weight file, such as `voices/af_heart.bin`, once its digest was checked.
    ///
    /// # Errors
    /// [`ModelError`] when it is missing, truncated or altered.
    pub fn path(&self, file: &str) -> Result<PathBuf, ModelError> {
        Ok(self.folder.join(Path::new(file)))
    }
}
