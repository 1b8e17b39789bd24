//! The outlines of a session's recordings, kept beside them in `peaks.json` so that a page can draw them at once. They can always be
//! made again, so that a file that is damaged, or cannot be written, is no error.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::dsp::peaks::{PEAKS_A_SECOND, peaks};
use crate::session::recordings;

/// Name of the file in a session's folder.
pub const PEAKS: &str = "peaks.json";

/// Version of the file.
const FORMAT: u32 = 1;

/// What is kept of all recordings.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Waveforms {
    format: u32,
    a_second: u32,
    recordings: BTreeMap<String, Waveform>,
}

/// What is kept of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Waveform {
    #[serde(flatten)]
    of: Stamp,
    peaks: Vec<u8>,
}

/// By what a file is known to be the one that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    file: String,
    bytes: u64,
    modified_ms: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let about = fs::metadata(path).ok()?;
        let modified = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let file = path.file_name()?.to_str()?.to_owned();
        Some(Self { file, bytes: about.len(), modified_ms: modified.as_millis() as u64 })
    }
}

/// Returns the peaks of those recordings in a session's folder that are there and can be read, by name; as [`peaks`] gives them.
/// `read` returns the samples of a file, 16 kHz mono; it is asked only for what is not kept yet or has changed since.
pub fn of<'n>(
    folder: &Path,
    names: impl IntoIterator<Item = &'n str>,
    mut read: impl FnMut(&Path) -> Result<Vec<f32>, String>,
) -> BTreeMap<String, Vec<u8>> {
    let mut kept = load(folder);
    let mut found = Waveforms { format: FORMAT, a_second: PEAKS_A_SECOND, recordings: BTreeMap::new() };
    for name in names {
        let Some(path) = recordings::find(folder, name) else { continue };
        let Some(stamp) = Stamp::of(&path) else { continue };
        let same = kept.recordings.remove(name).filter(|waveform| waveform.of == stamp);
        let waveform = same.or_else(|| Some(Waveform { peaks: peaks(&read(&path).ok()?), of: stamp }));
        found.recordings.extend(waveform.map(|waveform| (name.to_owned(), waveform)));
    }
    save(folder, &found);
    found.recordings.into_iter().map(|(name, waveform)| (name, waveform.peaks)).collect()
}

fn load(folder: &Path) -> Waveforms {
    let text = fs::read(folder.join(PEAKS)).unwrap_or_default();
    let kept: Waveforms = serde_json::from_slice(&text).unwrap_or_default();
    if (kept.format, kept.a_second) == (FORMAT, PEAKS_A_SECOND) { kept } else { Waveforms::default() }
}

/// Writes the file where it would not be the same, whole or not at all.
fn save(folder: &Path, waveforms: &Waveforms) {
    let text = serde_json::to_string(waveforms).unwrap_or_default();
    let path = folder.join(PEAKS);
    if fs::read_to_string(&path).is_ok_and(|kept| kept == text) {
        return;
    }
    let draft = tempfile::NamedTempFile::new_in(folder);
    let _made_again_next_time = draft.and_then(|mut draft| {
        draft.write_all(text.as_bytes())?;
        draft.persist(&path).map_err(|error| error.error)
    });
}
