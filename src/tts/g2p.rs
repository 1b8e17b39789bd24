//! Text to Kokoro's phonemes. Every word gets sounds: from the lexicon, else from our own lists, else sounded out or spelt.
//! Nothing comes out that Kokoro does not know.

use std::panic::{AssertUnwindSafe, catch_unwind};

use misaki_rs::{G2P, Language, MToken};

use crate::tts::letters;
use crate::tts::lexicon::{Entry, Lexicon};
use crate::tts::phonemes::{Accent, Phone, from_arpabet, id, is_sound};
use crate::tts::spoken::spoken;

/// Raised when pronunciations change, so that speech rendered before is not taken for today's.
pub const VERSION: u32 = 2;

/// Knows how words are said. Each accent's lexicon, some 60 MB, is loaded when it is first wanted.
#[derive(Default)]
pub struct Pronouncer {
    terms: Lexicon,
    american: Option<Box<G2P>>,
    british: Option<Box<G2P>>,
}

impl Pronouncer {
    /// Returns a pronouncer that says terms as `terms` has them.
    #[must_use]
    pub fn new(terms: Lexicon) -> Self {
        Self { terms, american: None, british: None }
    }

    /// Returns the phonemes of `text`. Empty if it holds nothing to say.
    pub fn phonemes(&mut self, text: &str, accent: Accent) -> String {
        let text = spoken(text, &self.terms);
        if !text.contains(|c: char| c.is_ascii_alphanumeric()) {
            return String::new();
        }
        let (place, language) = match accent {
            Accent::American => (&mut self.american, Language::EnglishUS),
            Accent::British => (&mut self.british, Language::EnglishGB),
        };
        let lexicon = place.get_or_insert_with(|| Box::new(G2P::new(language)));
        let words = Words { lexicon, terms: &self.terms, accent };
        let known: String = words.of_text(&text).chars().filter_map(symbol).collect();
        known.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The symbol as Kokoro writes it, none if it does not.
fn symbol(c: char) -> Option<char> {
    let c = if c == 'g' { 'ɡ' } else { c };
    id(c).map(|_| c)
}

struct Words<'a> {
    lexicon: &'a G2P,
    terms: &'a Lexicon,
    accent: Accent,
}

impl Words<'_> {
    fn of_text(&self, text: &str) -> String {
        // The lexicon is somebody else's code with many special cases: text it cannot bear is said word by word.
        match catch_unwind(AssertUnwindSafe(|| self.lexicon.g2p(text))) {
            Ok(Ok((_, tokens))) => tokens.iter().map(|token| self.of_token(token) + &token.whitespace).collect(),
            Ok(Err(_)) | Err(_) => {
                text.split_whitespace().map(|word| self.of_unknown(word)).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn of_token(&self, token: &MToken) -> String {
        let own = is_word(&token.text).then(|| self.of_own(&token.text)).flatten();
        let found = own.or_else(|| token.phonemes.clone()).unwrap_or_default();
        let whole = !found.contains(&self.lexicon.unk) && found.contains(is_sound);
        if whole || !token.text.contains(|c: char| c.is_ascii_alphanumeric()) {
            found
        } else {
            self.of_unknown(&token.text)
        }
    }

    /// Says a word of our own list, its plural and its possessive.
    fn of_own(&self, word: &str) -> Option<String> {
        let entry = |word: &str| match self.terms.own(word) {
            Some(Entry::Sounds(_)) => self.terms.sounds(&word.to_lowercase()),
            _ => None,
        };
        entry(word).map(|phones| from_arpabet(&phones, self.accent)).or_else(|| {
            let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix('s'))?;
            Some(with_s(&entry(stem)?, self.accent))
        })
    }

    /// Says what the lexicon as a whole could not: part by part, and a part it does not have by our own means.
    fn of_unknown(&self, text: &str) -> String {
        let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'').filter(|part| !part.is_empty());
        let said: Vec<String> = parts.map(|part| self.of_part(part)).filter(|said| !said.is_empty()).collect();
        said.join(" ")
    }

    fn of_part(&self, part: &str) -> String {
        let part = part.trim_matches('\'');
        if let Some(own) = self.of_own(part) {
            return own;
        }
        let found = catch_unwind(AssertUnwindSafe(|| self.lexicon.g2p(part))).ok().and_then(Result::ok);
        let found = found
            .map(|(phonemes, _)| phonemes)
            .filter(|phonemes| !phonemes.contains(&self.lexicon.unk) && phonemes.contains(is_sound));
        found.unwrap_or_else(|| self.of_letters(part))
    }

    fn of_letters(&self, part: &str) -> String {
        let small = part.to_ascii_lowercase();
        let (stem, possessive) = small.strip_suffix("'s").map_or((small.as_str(), false), |stem| (stem, true));
        let stem: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
        let is_plural = !possessive && stem.len() > 3 && stem.ends_with('s') && !stem.ends_with("ss");
        let known = self.terms.sounds(&stem).map(|phones| (phones, possessive)).or_else(|| {
            let singular = stem.strip_suffix('s').filter(|_| is_plural)?;
            self.terms.sounds(singular).map(|phones| (phones, true))
        });
        let (phones, with) = match known {
            Some(known) => known,
            None if is_pronounceable(&stem) => (letters::sound_out(&stem), possessive),
            None => return self.spelt(&stem),
        };
        if with { with_s(&phones, self.accent) } else { from_arpabet(&phones, self.accent) }
    }

    /// Spells a word as the lexicon spells acronyms: in one breath, the last letter stressed most.
    fn spelt(&self, word: &str) -> String {
        let last = word.chars().count().saturating_sub(1);
        let names = word.chars().enumerate().map(|(at, letter)| {
            let phones: Vec<Phone<'_>> = letter_name(letter).split(' ').map(Phone::parse).collect();
            let name = from_arpabet(&phones, self.accent);
            if at < last { name.replace('ˈ', "ˌ") } else { name }
        });
        names.collect()
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphabetic() || c == '\'')
}

/// Adds the ending of a plural or possessive, voiced as the last sound asks for.
fn with_s(phones: &[Phone<'_>], accent: Accent) -> String {
    let last = phones.last().map_or("", |phone| phone.name);
    let ending: &[Phone<'_>] = match last {
        "S" | "Z" | "SH" | "ZH" | "CH" | "JH" => &[Phone { name: "IH", stress: 0 }, Phone { name: "Z", stress: 0 }],
        "P" | "T" | "K" | "F" | "TH" => &[Phone { name: "S", stress: 0 }],
        _ => &[Phone { name: "Z", stress: 0 }],
    };
    from_arpabet(&[phones, ending].concat(), accent)
}

/// Returns whether a word can be sounded out: it has a vowel, no digits, and no crowd of consonants that English lacks.
fn is_pronounceable(word: &str) -> bool {
    let is_vowel = |c: char| "aeiouy".contains(c);
    let longest_run = word.split(is_vowel).map(str::len).max().unwrap_or(0);
    word.chars().all(|c| c.is_ascii_lowercase()) && word.contains(is_vowel) && word.len() > 2 && longest_run <= 4
}

/// The name of a letter or digit in ARPABET.
fn letter_name(c: char) -> &'static str {
    match c {
        'a' => "EY1",
        'b' => "B IY1",
        'c' => "S IY1",
        'd' => "D IY1",
        'e' => "IY1",
        'f' => "EH1 F",
        'g' => "JH IY1",
        'h' => "EY1 CH",
        'i' => "AY1",
        'j' => "JH EY1",
        'k' => "K EY1",
        'l' => "EH1 L",
        'm' => "EH1 M",
        'n' => "EH1 N",
        'o' => "OW1",
        'p' => "P IY1",
        'q' => "K Y UW1",
        'r' => "AA1 R",
        's' => "EH1 S",
        't' => "T IY1",
        'u' => "Y UW1",
        'v' => "V IY1",
        'w' => "D AH1 B AH L Y UW",
        'x' => "EH1 K S",
        'y' => "W AY1",
        'z' => "Z IY1",
        '0' => "Z IY1 R OW",
        '1' => "W AH1 N",
        '2' => "T UW1",
        '3' => "TH R IY1",
        '4' => "F AO1 R",
        '5' => "F AY1 V",
        '6' => "S IH1 K S",
        '7' => "S EH1 V AH N",
        '8' => "EY1 T",
        '9' => "N AY1 N",
        _ => "",
    }
}

#[cfg(test)]
mod tests;
