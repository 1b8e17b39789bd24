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
}

impl Entry {
    /// Returns whether the file comes with Hotseat.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.url.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::Catalogue;

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
