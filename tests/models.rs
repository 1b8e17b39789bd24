//! The weights on disk: what is whole is loaded, what is not is named and never loaded.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hotseat::models::catalogue::Catalogue;
use hotseat::models::verify::Condition;
use hotseat::models::{ModelError, Weights};
use tempfile::TempDir;

const VOICE: &str = "voices/af_heart.bin";

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

/// Returns a folder with one voice, which `change` may have changed, and the weights in it.
fn with_voice(change: impl FnOnce(&mut Vec<u8>)) -> (TempDir, Weights) {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(shipped().join(VOICE)).unwrap();
    change(&mut bytes);
    std::fs::create_dir(folder.path().join("voices")).unwrap();
    std::fs::write(folder.path().join(VOICE), bytes).unwrap();
    let weights = Weights::find(&[folder.path().to_owned()]).unwrap();
    (folder, weights)
}

fn refused(change: impl FnOnce(&mut Vec<u8>)) -> ModelError {
    let (_folder, weights) = with_voice(change);
    weights.path(VOICE).unwrap_err()
}

#[test]
fn every_file_that_comes_with_hotseat_is_in_the_catalogue_and_as_it_says() {
    let weights = Weights::find(&[shipped()]).unwrap();
    for entry in weights.catalogue().entries().iter().filter(|entry| entry.is_shipped()) {
        assert_eq!(weights.verify(entry), Condition::Whole, "{}", entry.file);
    }
    let catalogue = Catalogue::known();
    for folder in ["", "voices/"] {
        for file in std::fs::read_dir(shipped().join(folder)).unwrap() {
            let name = format!("{folder}{}", file.unwrap().file_name().into_string().unwrap());
            let prose = ["README.md", "models.toml", "judge", "fillers", "voices", "licenses"].contains(&name.as_str());
            assert!(prose || catalogue.entry(&name).is_some(), "`{name}` is not in models.toml");
        }
    }
}

#[test]
fn a_whole_file_is_found_by_its_name() {
    let (folder, weights) = with_voice(|_| ());
    assert_eq!(weights.path(VOICE).unwrap(), folder.path().join(VOICE));
}

#[test]
fn a_file_that_is_cut_short_empty_altered_or_a_pointer_is_never_loaded() {
    let error = refused(|bytes| bytes.truncate(1_000));
    assert!(error.message.contains("af_heart.bin` has 1000 bytes; it should have 522240"), "{error}");
    assert!(error.hint.contains("git checkout -- models/voices/af_heart.bin"), "{error:?}");
    assert!(refused(Vec::clear).message.contains("is empty; it should have 522240 bytes"));
    let error = refused(|bytes| bytes[7] ^= 1);
    assert!(error.message.contains("was altered: its SHA-256 is "), "{error}");
    assert!(error.message.contains("d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"), "{error}");
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:d583\nsize 522240\n";
    assert!(refused(|bytes| *bytes = pointer.to_vec()).message.contains("only a Git LFS pointer"));
}

#[test]
fn a_missing_or_unknown_file_is_named_with_what_to_do() {
    let (_folder, weights) = with_voice(|_| ());
    let error = weights.path("voices/bm_fable.bin").unwrap_err();
    assert!(error.message.contains("bm_fable.bin` is missing"), "{error}");
    let error = weights.path("ggml-small.en-q5_1.bin").unwrap_err();
    assert!(error.hint.contains("https://huggingface.co/ggerganov/whisper.cpp/resolve/main/"), "{error:?}");
    let error = weights.path("voices/af_hart.bin").unwrap_err();
    assert!(error.message.contains("`voices/af_hart.bin` is no weight file"), "{error}");
    assert!(error.hint.contains("did you mean `voices/af_heart.bin`?"), "{error:?}");
    assert!(weights.path("../../etc/passwd").is_err());
}

#[test]
fn the_first_place_that_holds_weights_is_taken() {
    let (folder, _) = with_voice(|_| ());
    let empty = tempfile::tempdir().unwrap();
    let places = [empty.path().join("none"), empty.path().to_owned(), folder.path().to_owned(), shipped()];
    assert_eq!(Weights::find(&places).unwrap().folder(), folder.path());
    let error = Weights::find(&places[..2]).unwrap_err();
    for place in &places[..2] {
        assert!(error.message.contains(&place.display().to_string()), "{error}");
    }
}

#[test]
fn a_file_that_was_read_once_is_not_read_again_until_it_changes() {
    let (folder, weights) = with_voice(|_| ());
    let (cache, file) = (tempfile::tempdir().unwrap(), folder.path().join(VOICE));
    let weights = weights.remembering(&cache.path().join("not/yet/there"));
    weights.path(VOICE).unwrap();
    let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
    // Altered behind the back of the memory, at the same time and length: only a check of everything sees it.
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let set = |time: SystemTime| std::fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    set(modified);
    assert!(weights.path(VOICE).is_ok(), "it is remembered");
    assert!(matches!(weights.verify(weights.catalogue().entry(VOICE).unwrap()), Condition::Altered { .. }));
    set(modified + Duration::from_secs(1));
    assert!(weights.path(VOICE).is_err(), "another time of change means another look");
}

#[test]
fn a_memory_that_is_broken_or_cannot_be_written_only_costs_time() {
    let (folder, weights) = with_voice(|_| ());
    let cache = tempfile::tempdir().unwrap();
    std::fs::write(cache.path().join("digests.json"), "{ not json").unwrap();
    let weights = weights.remembering(cache.path());
    assert!(weights.path(VOICE).is_ok());
    let kept = std::fs::read_to_string(cache.path().join("digests.json")).unwrap();
    assert!(kept.contains("af_heart.bin"), "{kept}");
    let weights = weights.remembering(&folder.path().join(VOICE).join("a file is no folder"));
    assert!(weights.path(VOICE).is_ok());
}
