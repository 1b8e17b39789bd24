//! The only reader of the environment: where Hotseat keeps its things and where it looks for weights and banks.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::http::key::{BadKey, Key};

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

/// Returns the address of the language model's server that the user chose in `HOTSEAT_LLM`.
pub fn language_server() -> Option<String> {
    variable("HOTSEAT_LLM")
}

/// Returns the name of the language model that the user chose in `HOTSEAT_LLM_MODEL`.
pub fn language_model() -> Option<String> {
    variable("HOTSEAT_LLM_MODEL")
}

/// A server's key, where there is one, and what the user should know about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundKey {
    /// The key.
    pub key: Option<Key>,
    /// Such as: others can read its file.
    pub note: Option<String>,
}

/// Why a key that is there cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key in `{place}` cannot be used: {why}")]
pub struct UnusableKey {
    place: String,
    why: String,
}

/// Returns the key of a server of some kind: of `llm` the one in `HOTSEAT_LLM_KEY`, else in the file `llm-key` of the folder of what
/// the user writes.
///
/// # Errors
/// [`UnusableKey`] says where it stands, never what it is.
pub fn key(kind: &str) -> Result<FoundKey, UnusableKey> {
    let name = format!("HOTSEAT_{}_KEY", kind.to_uppercase());
    if let Some(text) = variable(&name) {
        let key = Key::parse(&text).map_err(|why| UnusableKey { place: name, why: why.to_string() })?;
        return Ok(FoundKey { key, note: None });
    }
    folders()
        .map_or_else(|NoHome| Ok(FoundKey::default()), |folders| key_in(&folders.config.join(format!("{kind}-key"))))
}

fn key_in(path: &Path) -> Result<FoundKey, UnusableKey> {
    let unusable = |why: String| UnusableKey { place: path.display().to_string(), why };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(FoundKey::default()),
        Err(error) => return Err(unusable(error.to_string())),
    };
    let key = Key::parse(&text).map_err(|why: BadKey| unusable(why.to_string()))?;
    let note = is_read_by_others(path)
        .then(|| format!("others can read the key in `{0}`; `chmod 600 {0}` keeps it to you", path.display()));
    Ok(FoundKey { key, note })
}

#[cfg(unix)]
fn is_read_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_read_by_others(_: &Path) -> bool {
    false
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

#[cfg(test)]
mod tests {
    use super::{FoundKey, key_in};

    #[test]
    fn a_key_is_read_from_its_file_and_whoever_else_can_read_it_is_warned_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("llm-key");
        assert_eq!(key_in(&path).unwrap(), FoundKey::default());
        std::fs::write(&path, "two secret words").unwrap();
        let error = key_in(&path).unwrap_err().to_string();
        assert!(error.contains("llm-key") && !error.contains("secret"), "{error}");
        std::fs::write(&path, "sk-secret\n").unwrap();
        assert!(key_in(&path).unwrap().key.is_some());
        #[cfg(unix)]
        for (mode, is_warned) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let note = key_in(&path).unwrap().note;
            assert_eq!(note.is_some(), is_warned, "{mode:o}");
            assert!(!note.unwrap_or_default().contains("secret"));
        }
    }
}
