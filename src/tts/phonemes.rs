//! The sounds that Kokoro knows, and how ARPABET is written in them. Knows no words.

/// How English is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accent {
    /// General American.
    American,
    /// Southern British.
    British,
}

impl Accent {
    /// Returns the accent of a style by its first letter: `b` is British, all else American.
    #[must_use]
    pub fn of_style(style: &str) -> Self {
        if style.starts_with('b') { Self::British } else { Self::American }
    }
}

/// Kokoro's symbols and their numbers, from the `vocab` of the model's public `config.json`. Of the 114 those that
/// English uses; the rest belong to other languages.
const VOCABULARY: &[(char, u8)] = &[
    (';', 1),
    (':', 2),
    (',', 3),
    ('.', 4),
    ('!', 5),
    ('?', 6),
    ('—', 9),
    ('…', 10),
    ('"', 11),
    ('(', 12),
    (')', 13),
    ('“', 14),
    ('”', 15),
    (' ', 16),
    ('A', 24),
    ('I', 25),
    ('O', 31),
    ('Q', 33),
    ('T', 36),
    ('W', 39),
    ('Y', 41),
    ('ᵊ', 42),
    ('a', 43),
    ('b', 44),
    ('d', 46),
    ('e', 47),
    ('f', 48),
    ('h', 50),
    ('i', 51),
    ('j', 52),
    ('k', 53),
    ('l', 54),
    ('m', 55),
    ('n', 56),
    ('o', 57),
    ('p', 58),
    ('r', 60),
    ('s', 61),
    ('t', 62),
    ('u', 63),
    ('v', 64),
    ('w', 65),
    ('x', 66),
    ('z', 68),
    ('ɑ', 69),
    ('ɐ', 70),
    ('ɒ', 71),
    ('æ', 72),
    ('ɔ', 76),
    ('ð', 81),
    ('ʤ', 82),
    ('ə', 83),
    ('ɛ', 86),
    ('ɜ', 87),
    ('ɡ', 92),
    ('ɪ', 102),
    ('ŋ', 112),
    ('θ', 119),
    ('ɹ', 123),
    ('ɾ', 125),
    ('ʃ', 131),
    ('ʧ', 133),
    ('ʊ', 135),
    ('ʌ', 138),
    ('ʒ', 147),
    ('ʔ', 148),
    ('ˈ', 156),
    ('ˌ', 157),
    ('ː', 158),
    ('ᵻ', 177),
];

/// Returns the number of a symbol, none if Kokoro does not use it for English.
#[must_use]
pub fn id(symbol: char) -> Option<u8> {
    VOCABULARY.iter().find(|(known, _)| *known == symbol).map(|(_, id)| *id)
}

/// Returns whether a symbol is a speech sound, not a mark or a space.
#[must_use]
pub fn is_sound(symbol: char) -> bool {
    id(symbol).is_some_and(is_sound_id)
}

/// Returns whether the symbol with this number is a speech sound.
#[must_use]
pub fn is_sound_id(id: u8) -> bool {
    (24..156).contains(&id) || id == 177
}

/// One ARPABET sound. `stress` is 1 or 2 on a stressed vowel, else 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phone<'a> {
    pub(crate) name: &'a str,
    pub(crate) stress: u8,
}

impl<'a> Phone<'a> {
    pub(crate) fn parse(text: &'a str) -> Self {
        let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let stress = text[name.len()..].parse().unwrap_or(0);
        Self { name, stress }
    }

    /// Every ARPABET vowel begins with one of these letters, and no consonant does.
    pub(crate) fn is_vowel(self) -> bool {
        self.name.starts_with(['A', 'E', 'I', 'O', 'U'])
    }
}

impl std::fmt::Display for Phone<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)?;
        if self.stress > 0 { write!(f, "{}", self.stress) } else { Ok(()) }
    }
}

/// Returns a pronunciation such as `K UW2 B ER N EH1 T IY Z` in Kokoro's symbols, with the accent's own vowels.
pub(crate) fn from_arpabet(phones: &[Phone<'_>], accent: Accent) -> String {
    let mut out = String::new();
    for (at, phone) in phones.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| phones[at]);
        let after = phones.get(at + 1).copied();
        match phone.stress {
            1 => out.push('ˈ'),
            2 => out.push('ˌ'),
            _ => {}
        }
        out.push_str(match accent {
            Accent::American => american(*phone, before, after),
            Accent::British => british(*phone, after),
        });
    }
    out
}

fn american(phone: Phone<'_>, before: Option<Phone<'_>>, after: Option<Phone<'_>>) -> &'static str {
    let next_is = |name: &str| after.is_some_and(|after| after.name == name);
    match (phone.name, phone.stress) {
        ("AA", _) => "ɑ",
        ("AE", _) => "æ",
        ("AH", 0) if next_is("L") && before.is_some_and(|before| !before.is_vowel()) => "ᵊ",
        ("AO", _) => "ɔ",
        ("ER", 0) => "əɹ",
        ("ER", _) => "ɜɹ",
        ("OW", _) => "O",
        // Between a vowel and an unstressed one, an American t is a tap.
        ("T", _) if before.is_some_and(Phone::is_vowel) && after.is_some_and(|a| a.is_vowel() && a.stress == 0) => "T",
        ("IY", _) => "i",
        ("UW", _) => "u",
        _ => common(phone),
    }
}

fn british(phone: Phone<'_>, after: Option<Phone<'_>>) -> &'static str {
    let before_r = after.is_some_and(|after| after.name == "R");
    let before_vowel = after.is_some_and(Phone::is_vowel);
    match (phone.name, phone.stress) {
        ("AA", _) if before_r => "ɑː",
        ("AA", _) => "ɒ",
        ("AE", _) => "a",
        ("AO", _) => "ɔː",
        ("EH", _) if before_r => "ɛː",
        ("IH" | "IY", _) if before_r => "ɪə",
        ("UH", _) if before_r => "ʊə",
        ("ER", 0) => {
            if before_vowel {
                "əɹ"
            } else {
                "ə"
            }
        }
        ("ER", _) => {
            if before_vowel {
                "ɜːɹ"
            } else {
                "ɜː"
            }
        }
        ("OW", _) => "Q",
        ("IY", 0) if after.is_none() => "i",
        ("IY", _) => "iː",
        ("UW", _) => "uː",
        ("R", _) if !before_vowel => "",
        _ => common(phone),
    }
}

fn common(phone: Phone<'_>) -> &'static str {
    match (phone.name, phone.stress) {
        ("AH", 0) => "ə",
        ("AH", _) => "ʌ",
        ("AW", _) => "W",
        ("AY", _) => "I",
        ("B", _) => "b",
        ("CH", _) => "ʧ",
        ("D", _) => "d",
        ("DH", _) => "ð",
        ("EH", _) => "ɛ",
        ("EY", _) => "A",
        ("F", _) => "f",
        ("G", _) => "ɡ",
        ("HH", _) => "h",
        ("IH", _) => "ɪ",
        ("JH", _) => "ʤ",
        ("K", _) => "k",
        ("L", _) => "l",
        ("M", _) => "m",
        ("N", _) => "n",
        ("NG", _) => "ŋ",
        ("OY", _) => "Y",
        ("P", _) => "p",
        ("R", _) => "ɹ",
        ("S", _) => "s",
        ("SH", _) => "ʃ",
        ("T", _) => "t",
        ("TH", _) => "θ",
        ("UH", _) => "ʊ",
        ("V", _) => "v",
        ("W", _) => "w",
        ("Y", _) => "j",
        ("Z", _) => "z",
        ("ZH", _) => "ʒ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Accent, Phone, from_arpabet, id, is_sound};

    fn say(arpabet: &str, accent: Accent) -> String {
        let phones: Vec<Phone<'_>> = arpabet.split(' ').map(Phone::parse).collect();
        from_arpabet(&phones, accent)
    }

    #[test]
    fn arpabet_is_written_as_the_lexicon_writes_its_own_words() {
        for (arpabet, american, british) in [
            ("K AA1 R", "kˈɑɹ", "kˈɑː"),
            ("N ER1 S", "nˈɜɹs", "nˈɜːs"),
            ("L EH1 T ER", "lˈɛTəɹ", "lˈɛtə"),
            ("G OW1 T", "ɡˈOt", "ɡˈQt"),
            ("S K W EH1 R", "skwˈɛɹ", "skwˈɛː"),
            ("HH AE1 P IY", "hˈæpi", "hˈapi"),
            ("L IH1 T AH L", "lˈɪTᵊl", "lˈɪtəl"),
            ("AE1 R OW", "ˈæɹO", "ˈaɹQ"),
            ("F L IY1 S", "flˈis", "flˈiːs"),
        ] {
            assert_eq!(say(arpabet, Accent::American), american, "{arpabet}");
            assert_eq!(say(arpabet, Accent::British), british, "{arpabet}");
        }
    }

    #[test]
    fn every_arpabet_sound_has_symbols_that_kokoro_knows() {
        for name in
            "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH"
                .split(' ')
        {
            for accent in [Accent::American, Accent::British] {
                // Before a vowel, where no accent leaves it out.
                let written = say(&format!("{name} AH"), accent);
                assert!(written.chars().count() >= 2, "{name} vanished");
                assert!(written.chars().all(|symbol| id(symbol).is_some()), "{name}: {written}");
            }
        }
    }

    #[test]
    fn marks_and_spaces_are_no_sounds() {
        for mark in [' ', ',', '.', '…', 'ˈ', 'ˌ', 'ː', '❓'] {
            assert!(!is_sound(mark), "{mark}");
        }
        for sound in ['A', 'ᵊ', 'ʒ', 'ᵻ', 't'] {
            assert!(is_sound(sound), "{sound}");
        }
    }
}
