//! Which weight files are known. Reads a text only; whether a file is there and whole is for others to say.

use serde::{Deserialize, Serialize};

/// The catalogue as it stands in models/models.toml.
const KNOWN: &str = include_str!("../../models/models.toml");

/// A weight file that Hotseat can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Path within the folder, with forward slashes, such as `voices/af_heart.bin`.
    pub file: String,
    /// Length.
    pub bytes: u64,
    /// Digest, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Licence of the weights, an SPDX expression.
    pub license: String,
    /// What it is for, in a few words.
    pub what: String,
    /// Whose it is and how the file was made.
    pub origin: String,
    /// Where it can be downloaded, if it does not come with Hotseat.
    pub url: Option<String>,
}

/// All known weight files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u32,
    file: Vec<Entry>,
}

impl Catalogue {
    /// Returns the catalogue that this program was built with.
    #[must_use]
    pub fn known() -> Self {
        Self::parse(KNOWN).expect("the catalogue is part of the program, and a test reads it")
    }

    /// Reads a catalogue.
    ///
    /// # Errors
    /// Says what is wrong and where: unknown keys, another format, a digest that is none, a path that leaves the folder,
    /// a file that is there twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text: Text = toml::from_str(text).map_err(|error| error.to_string())?;
        if text.format != 1 {
            return Err(format!("format {} is not known; 1 is", text.format));
        }
        for (at, Entry { file, sha256, .. }) in text.file.iter().enumerate() {
            if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                return Err(format!("`{file}`: `{sha256}` is no SHA-256 digest"));
            }
            let named = |part: &str| !part.is_empty() && !part.contains('\\') && part != "." && part != "..";
            if !file.split('/').all(named) {
                return Err(format!("`{file}` is no path within a folder"));
            }
            if text.file[..at].iter().any(|other| other.file == *file) {
                return Err(format!("`{file}` is there twice"));
            }
        }
        Ok(Self { entries: text.file })
    }

    /// Returns the entries in the order of the catalogue.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the entry of a file.
    #[must_use]
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.file == file)
    }

    /// Returns the entry with that short name, or of that file.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == name || entry.file == name)
    }

    /// Returns the models for speech to text, in the order of the catalogue.
    pub fn speech_models(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.is_speech_model())
    }

    /// Returns the short name that is most like `name`, where one is.
    #[must_use]
    pub fn closest(&self, name: &str) -> Option<&str> {
        let likeness =
            |entry: &Entry| strsim::jaro_winkler(&entry.file, name).max(strsim::jaro_winkler(entry.name(), name));
        let rated = self.entries.iter().map(|entry| (likeness(entry), entry.name()));
        rated.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(rate, _)| *rate > 0.8).map(|(_, name)| name)
    }
}

impl Entry {
    /// Returns what people call it: `small.en-q8_0` for `ggml-small.en-q8_0.bin`, else the file.
    #[must_use]
    pub fn name(&self) -> &str {
        speech_name(&self.file).unwrap_or(&self.file)
    }

    /// Returns whether this is a model for speech to text, in whisper.cpp's format.
    #[must_use]
    pub fn is_speech_model(&self) -> bool {
        speech_name(&self.file).is_some()
    }

    /// Returns whether the file comes with Hotseat.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.url.is_none()
    }
}

fn speech_name(file: &str) -> Option<&str> {
    file.strip_prefix("ggml-")?.strip_suffix(".bin")
}

#[cfg(test)]
mod tests {
    use super::{Catalogue, Entry};

    fn text(file: &str, sha256: &str) -> String {
        let rest = "bytes = 1\nlicense = \"MIT\"\nwhat = \"w\"\norigin = \"o\"\n";
        format!("[[file]]\nfile = \"{file}\"\nsha256 = \"{sha256}\"\n{rest}")
    }

    #[test]
    fn the_catalogue_of_this_program_is_sound() {
        let known = Catalogue::known();
        assert!(known.entries().iter().filter(|entry| entry.is_shipped()).count() >= 14);
        for entry in known.entries() {
            assert!(["MIT", "Apache-2.0", "BSD-2-Clause"].contains(&entry.license.as_str()), "{entry:?}");
            assert!(entry.url.as_ref().is_none_or(|url| url.ends_with(&entry.file)), "{entry:?}");
        }
        assert_eq!(known.entry("voices/af_heart.bin").unwrap().bytes, 522_240);
        assert_eq!(known.entry("nothing"), None);
    }

    #[test]
    fn a_model_is_known_by_its_short_name_and_by_its_file() {
        let known = Catalogue::known();
        for name in ["small", "small.en", "medium.en", "large-v3-turbo"] {
            for form in [name.to_owned(), format!("{name}-q8_0")] {
                let entry = known.named(&form).unwrap_or_else(|| panic!("{form}"));
                assert_eq!(entry.name(), form);
                assert_eq!(known.named(&entry.file), Some(entry));
                assert!(entry.is_speech_model() && !entry.is_shipped());
            }
        }
        assert!(known.named("base-q8_0").unwrap().is_shipped());
        assert!(!known.named("voices/af_heart.bin").unwrap().is_speech_model());
        assert_eq!(known.closest("smal.en-q8"), Some("small.en-q8_0"));
        assert_eq!(known.closest("xyz"), None);
        let mut names: Vec<&str> = known.entries().iter().map(Entry::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), known.entries().len(), "a name means one file");
    }

    #[test]
    fn a_catalogue_that_is_wrong_is_refused_with_the_reason() {
        let digest = "0".repeat(64);
        for (text, why) in [
            (format!("format = 2\n{}", text("a", &digest)), "format 2"),
            (format!("format = 1\nwhy = 1\n{}", text("a", &digest)), "unknown field"),
            (format!("format = 1\n{}", text("a", "abc")), "no SHA-256"),
            (format!("format = 1\n{}", text("a", &digest.replace('0', "A"))), "no SHA-256"),
            (format!("format = 1\n{}", text("../a", &digest)), "no path within"),
            (format!("format = 1\n{}", text("/a", &digest)), "no path within"),
            (format!("format = 1\n{}{}", text("a", &digest), text("a", &digest)), "twice"),
        ] {
            let error = Catalogue::parse(&text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert!(Catalogue::parse(&format!("format = 1\n{}", text("a/b", &digest))).is_ok());
    }
}
