//! The only reader of the environment: where Hotseat keeps its things and where it looks for weights and banks.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// Where Hotseat keeps its things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Sessions, and weights and banks of the user's own.
    pub data: PathBuf,
    /// What can be made again: rendered speech, remembered digests.
    pub cache: PathBuf,
    /// What the user writes: how terms are said.
    pub config: PathBuf,
}

/// The user has no home folder.
#[derive(Debug, thiserror::Error)]
#[error("there is no home folder to keep sessions in; set `HOTSEAT_HOME` to a folder")]
pub struct NoHome;

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns the user's folders: below `HOTSEAT_HOME` where it is set, else where the system keeps such things.
///
/// # Errors
/// [`NoHome`] when neither is known.
pub fn folders() -> Result<Folders, NoHome> {
    if let Some(home) = variable("HOTSEAT_HOME") {
        let home = PathBuf::from(home);
        return Ok(Folders { cache: home.join("cache"), config: home.clone(), data: home });
    }
    let base = etcetera::choose_base_strategy().map_err(|_| NoHome)?;
    let own = |folder: PathBuf| folder.join("hotseat");
    Ok(Folders { data: own(base.data_dir()), cache: own(base.cache_dir()), config: own(base.config_dir()) })
}

/// Returns the folders that may hold weights, in the order in which they are tried: the flag, `HOTSEAT_MODELS`, beside
/// the executable, the user's data folder, the repository. A flag or variable that is set is the only one tried.
pub fn model_places(flag: Option<&Path>) -> Vec<PathBuf> {
    if let Some(only) = flag.map(Path::to_path_buf).or_else(|| variable("HOTSEAT_MODELS").map(PathBuf::from)) {
        return vec![only];
    }
    places("models")
}

/// Returns the folder for weights that do not come with Hotseat: the flag, `HOTSEAT_MODELS`, the user's data folder.
///
/// # Errors
/// [`NoHome`] when none of them is known.
pub fn pulled_place(flag: Option<&Path>) -> Result<PathBuf, NoHome> {
    match flag.map(Path::to_path_buf).or_else(|| variable("HOTSEAT_MODELS").map(PathBuf::from)) {
        Some(named) => Ok(named),
        None => Ok(folders()?.data.join("models")),
    }
}

/// Returns the name of the speech model that the user chose in `HOTSEAT_STT`.
pub fn speech_model() -> Option<String> {
    variable("HOTSEAT_STT")
}

/// Returns whether the user wants no colours (no-color.org).
pub fn no_colour() -> bool {
    variable("NO_COLOR").is_some()
}

/// Returns the folders that may hold question banks: the user's own first, then those that come with Hotseat.
pub fn bank_places() -> Vec<PathBuf> {
    let mut places = places("questions");
    if let Ok(folders) = folders() {
        places.insert(0, folders.data.join("questions"));
    }
    places.dedup();
    places
}

fn places(name: &str) -> Vec<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join(name)));
    let data = folders().ok().map(|folders| folders.data.join(name));
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    beside.into_iter().chain(data).chain([repository]).collect()
}

/// Returns the bank files of all places, each name once: the user's own before those that come with Hotseat.
pub fn bank_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for place in bank_places() {
        let mut here: Vec<PathBuf> = std::fs::read_dir(&place)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        here.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        here.sort();
        for path in here {
            if !files.iter().any(|known| known.file_name() == path.file_name()) {
                files.push(path);
            }
        }
    }
    files
}
