//! How a word that no lexicon knows is sounded out, letter by letter. Always finds sounds for letters; never looks at meaning.
//!
//! The rules are read in order and the first that fits wins, in the manner of Elovitz et al., "Letter-to-sound rules for
//! automatic translation of English text to phonetics" (1976).

use crate::tts::phonemes::Phone;

/// A rule: what stands before, the letters it reads, what stands after, and their sounds.
///
/// In what stands around: a space is the edge of the word, `#` a vowel, `^` a consonant, `:` any number of consonants,
/// `+` one of e, i, y; other letters stand for themselves.
type Rule = (&'static str, &'static str, &'static str, &'static str);

const RULES: &[Rule] = &[
    // a
    (" ", "a", " ", "EY"),
    ("", "augh", "", "AO"),
    ("", "au", "", "AO"),
    ("", "aw", "", "AO"),
    ("", "aigh", "", "EY"),
    ("", "air", "", "EH R"),
    ("", "ai", "", "EY"),
    ("", "ay", "", "EY"),
    ("", "ae", "", "EY"),
    ("", "are", " ", "EH R"),
    (":#^", "ary", " ", "EH R IY"),
    ("", "arr", "#", "AE R"),
    ("", "ar", "#", "EH R"),
    ("w", "ar", "", "AO R"),
    (":#^", "ar", " ", "ER"),
    ("", "ar", "", "AA R"),
    ("", "alk", "", "AO K"),
    ("", "all", " ", "AO L"),
    ("", "alt", "", "AO L T"),
    ("", "ald", "", "AO L D"),
    (":#:", "able", " ", "AH B AH L"),
    (":#:", "age", " ", "IH JH"),
    (":#:", "ant", " ", "AH N T"),
    (":#:", "ance", " ", "AH N S"),
    (":#:", "al", " ", "AH L"),
    (":#:", "an", " ", "AH N"),
    ("", "ange", "", "EY N JH"),
    ("", "aste", " ", "EY S T"),
    (" :", "a", "ble", "EY"),
    (" w", "a", "^", "AA"),
    ("qu", "a", "^", "AA"),
    ("", "a", "tion", "EY"),
    ("", "a", "sion", "EY"),
    ("", "a", "tive", "EY"),
    ("", "a", "^e ", "EY"),
    ("", "a", "^es ", "EY"),
    ("", "a", "^ed ", "EY"),
    ("", "a", "^ing ", "EY"),
    ("", "a", "^er ", "EY"),
    ("", "a", "^or ", "EY"),
    ("", "aa", "", "AA"),
    ("#", "a", " ", "AH"),
    ("", "a", " ", "AH"),
    ("", "a", "", "AE"),
    // b
    ("m", "b", " ", ""),
    ("", "bb", "", "B"),
    ("", "b", "", "B"),
    // c
    ("", "cc", "+", "K S"),
    ("", "cc", "", "K"),
    (" ", "chr", "", "K R"),
    ("", "cht", "", "K T"),
    ("", "ch", "", "CH"),
    ("", "ck", "", "K"),
    ("s", "c", "+", ""),
    ("", "cious", " ", "SH AH S"),
    ("", "cial", " ", "SH AH L"),
    ("", "cian", "", "SH AH N"),
    ("", "c", "+", "S"),
    ("", "cq", "", "K"),
    ("", "c", "", "K"),
    // d
    ("", "dge", "", "JH"),
    ("", "dd", "", "D"),
    ("", "d", "", "D"),
    // e
    ("", "eau", "", "OW"),
    ("", "eigh", "", "EY"),
    ("", "ear", "^", "ER"),
    ("", "ear", "", "IH R"),
    ("", "ea", "d ", "EH"),
    ("", "ea", "lth", "EH"),
    ("", "ea", "", "IY"),
    ("", "eer", "", "IH R"),
    ("", "ee", "", "IY"),
    ("", "eye", "", "AY"),
    ("", "ey", " ", "IY"),
    ("", "ey", "", "EY"),
    ("c", "ei", "", "IY"),
    ("", "ei", "", "AY"),
    ("", "eur", "", "ER"),
    ("", "eu", "", "Y UW"),
    ("r", "ew", "", "UW"),
    ("l", "ew", "", "UW"),
    ("", "ew", "", "Y UW"),
    ("", "ere", " ", "IH R"),
    ("", "er", "#", "EH R"),
    ("", "er", "", "ER"),
    (" ", "ex", "#", "IH G Z"),
    ("t", "ed", " ", "IH D"),
    ("d", "ed", " ", "IH D"),
    ("#:p", "ed", " ", "T"),
    ("#:k", "ed", " ", "T"),
    ("#:s", "ed", " ", "T"),
    ("#:", "ed", " ", "D"),
    ("#:s", "es", " ", "IH Z"),
    ("#:c", "es", " ", "IH Z"),
    ("#:g", "es", " ", "IH Z"),
    ("#:z", "es", " ", "IH Z"),
    ("#:x", "es", " ", "IH Z"),
    ("#:ch", "es", " ", "IH Z"),
    ("#:sh", "es", " ", "IH Z"),
    ("#:t", "es", " ", "S"),
    ("#:k", "es", " ", "S"),
    ("#:p", "es", " ", "S"),
    ("#:f", "es", " ", "S"),
    ("#:", "es", " ", "Z"),
    (":#^", "ely", " ", "L IY"),
    (":#:", "ement", "", "M AH N T"),
    (":#:", "eful", "", "F AH L"),
    (":#:", "eless", "", "L AH S"),
    (":#:", "ent", " ", "AH N T"),
    (":#:", "ence", " ", "AH N S"),
    (":#:", "en", " ", "AH N"),
    (":#:", "el", " ", "AH L"),
    (":#:", "est", " ", "AH S T"),
    (":#:", "ess", " ", "AH S"),
    (":#:", "et", " ", "AH T"),
    (" ", "e", "^# ", "IY"),
    (" :", "e", " ", "IY"),
    ("#:", "e", " ", ""),
    ("", "e", "^e ", "IY"),
    ("", "e", "o", "IY"),
    ("", "e", "a", "IY"),
    (" r", "e", "^#", "IY"),
    (" d", "e", "^#", "IH"),
    ("", "e", "", "EH"),
    // f
    ("", "ff", "", "F"),
    ("", "f", "", "F"),
    // g
    ("", "ggl", "", "G AH L"),
    ("", "gg", "", "G"),
    (" ", "gn", "", "N"),
    ("", "gn", " ", "N"),
    (" ", "gh", "", "G"),
    ("", "gh", "t", ""),
    ("", "gh", "", "G"),
    (" ", "get", "", "G EH T"),
    (" ", "giv", "", "G IH V"),
    ("", "gue", " ", "G"),
    ("", "gu", "#", "G"),
    ("", "g", "+", "JH"),
    ("", "g", "", "G"),
    // h
    (" ", "h", "#", "HH"),
    ("#", "h", "#", "HH"),
    ("^", "h", "#", "HH"),
    ("", "h", "", ""),
    // i
    ("", "igh", "", "AY"),
    ("", "ign", " ", "AY N"),
    ("", "ique", "", "IY K"),
    ("", "ier", " ", "IY ER"),
    ("", "iew", "", "Y UW"),
    (" :", "ie", " ", "AY"),
    ("", "ie", " ", "IY"),
    ("", "ies", " ", "IY Z"),
    ("", "ied", " ", "IY D"),
    ("", "ie", "", "IY"),
    ("", "ious", " ", "IY AH S"),
    ("", "ire", "", "AY ER"),
    ("", "ir", "#", "IH R"),
    ("", "ir", "", "ER"),
    ("", "ize", "", "AY Z"),
    ("", "ise", " ", "AY Z"),
    (":#:", "ine", " ", "IY N"),
    (":#:", "ive", "", "IH V"),
    (":#:", "ite", " ", "AY T"),
    (":#:", "ible", " ", "AH B AH L"),
    (":#:", "ity", " ", "IH T IY"),
    ("", "i", "^e ", "AY"),
    ("", "i", "^es ", "AY"),
    ("", "i", "^ed ", "AY"),
    ("", "i", "^ing ", "AY"),
    ("", "i", "^er ", "AY"),
    ("", "i", "ld ", "AY"),
    ("", "i", "nd ", "AY"),
    (" :", "i", "#", "AY"),
    (" b", "i", "^#", "AY"),
    ("", "i", "a", "IY"),
    ("", "i", "o", "IY"),
    ("", "i", "u", "IY"),
    ("", "i", " ", "IY"),
    ("", "i", "", "IH"),
    // j, k, l, m
    ("", "j", "", "JH"),
    (" ", "kn", "", "N"),
    ("", "kk", "", "K"),
    ("", "kh", "", "K"),
    ("", "k", "", "K"),
    ("^", "le", " ", "AH L"),
    ("^", "les", " ", "AH L Z"),
    ("^", "led", " ", "AH L D"),
    ("", "ll", "", "L"),
    ("", "l", "", "L"),
    ("", "mm", "", "M"),
    (" ", "mc", "", "M AH K"),
    ("th", "m", " ", "AH M"),
    ("", "m", "", "M"),
    // n
    ("", "ngle", "", "NG G AH L"),
    ("", "ng", " ", "NG"),
    ("", "ngs", " ", "NG Z"),
    ("", "nge", "", "N JH"),
    ("", "ng", "#", "NG G"),
    ("", "ng", "", "NG"),
    ("", "nk", "", "NG K"),
    ("", "nx", "", "NG K S"),
    ("", "nq", "", "NG K"),
    ("", "nn", "", "N"),
    ("", "n", "", "N"),
    // o
    ("", "ough", "t", "AO"),
    ("", "ough", "", "AH F"),
    ("", "ould", "", "UH D"),
    ("", "our", "", "AO R"),
    (":#:", "ous", " ", "AH S"),
    ("", "ou", "", "AW"),
    ("", "ook", "", "UH K"),
    ("", "oor", "", "AO R"),
    ("", "oo", "", "UW"),
    ("", "oar", "", "AO R"),
    ("", "oa", "", "OW"),
    (" :", "oe", " ", "OW"),
    ("", "oi", "", "OY"),
    ("", "oy", "", "OY"),
    ("", "ow", "n", "AW"),
    ("", "ow", "l", "AW"),
    ("", "ow", "d", "AW"),
    ("", "ow", "e", "AW"),
    ("", "ow", "", "OW"),
    ("w", "or", "^", "ER"),
    (":#^", "or", " ", "ER"),
    ("", "orr", "#", "AO R"),
    ("", "or", "", "AO R"),
    (":#:", "ol", " ", "AA L"),
    ("", "old", "", "OW L D"),
    ("", "olk", "", "OW K"),
    ("", "oll", " ", "OW L"),
    ("", "ost", " ", "OW S T"),
    (":#:", "on", " ", "AH N"),
    ("", "ong", "", "AO NG"),
    ("", "o", "^e ", "OW"),
    ("", "o", "^es ", "OW"),
    ("", "o", "^ed ", "OW"),
    ("", "o", "^er ", "OW"),
    ("", "o", "^ing ", "OW"),
    ("", "oss", "", "AO S"),
    ("", "o", "^+", "OW"),
    ("", "o", "^a", "OW"),
    ("", "o", " ", "OW"),
    ("", "o", "#", "OW"),
    ("", "o", "", "AA"),
    // p, q
    ("", "ph", "", "F"),
    ("", "pp", "", "P"),
    (" ", "ps", "", "S"),
    (" ", "pn", "", "N"),
    ("", "p", "", "P"),
    ("", "que", " ", "K"),
    ("", "qu", "", "K W"),
    ("", "q", "", "K"),
    // r
    ("", "rrh", "", "R"),
    ("", "rh", "", "R"),
    ("", "rr", "", "R"),
    ("", "re", " ", "ER"),
    ("", "r", "", "R"),
    // s
    ("", "sch", "#", "S K"),
    ("", "sch", "", "SH"),
    ("", "sh", "", "SH"),
    ("#", "sion", "", "ZH AH N"),
    ("", "ssion", "", "SH AH N"),
    ("", "sion", "", "SH AH N"),
    ("", "ss", "", "S"),
    ("#", "sm", " ", "Z AH M"),
    ("", "sc", "+", "S"),
    (" :#", "s", "e ", "Z"),
    ("#", "s", "#", "Z"),
    ("b", "s", " ", "Z"),
    ("d", "s", " ", "Z"),
    ("g", "s", " ", "Z"),
    ("l", "s", " ", "Z"),
    ("m", "s", " ", "Z"),
    ("n", "s", " ", "Z"),
    ("r", "s", " ", "Z"),
    ("v", "s", " ", "Z"),
    ("w", "s", " ", "Z"),
    ("y", "s", " ", "Z"),
    ("e", "s", " ", "Z"),
    ("", "s", "", "S"),
    // t
    ("", "tch", "", "CH"),
    ("", "thm", " ", "DH AH M"),
    ("", "ther", " ", "DH ER"),
    ("", "th", "", "TH"),
    ("", "tious", " ", "SH AH S"),
    ("", "tial", "", "SH AH L"),
    ("s", "tion", "", "CH AH N"),
    ("", "tion", "", "SH AH N"),
    ("", "ture", " ", "CH ER"),
    ("", "tures", " ", "CH ER Z"),
    ("s", "t", "le ", ""),
    ("s", "t", "en ", ""),
    ("", "tt", "", "T"),
    ("", "tz", "", "T S"),
    ("", "t", "", "T"),
    // u
    ("", "uy", "", "AY"),
    ("", "uar", "", "W AA R"),
    ("", "ua", "", "UW AH"),
    ("", "ue", " ", "UW"),
    ("", "ui", "", "UW IH"),
    ("", "ure", " ", "Y UH R"),
    ("", "ur", "#", "UH R"),
    ("", "ur", "", "ER"),
    (" ", "uni", "", "Y UW N IH"),
    (" ", "un", "", "AH N"),
    (" ", "up", "", "AH P"),
    ("r", "u", "^#", "UW"),
    ("l", "u", "^#", "UW"),
    ("j", "u", "^#", "UW"),
    ("s", "u", "^#", "UW"),
    ("t", "u", "^#", "UW"),
    ("d", "u", "^#", "UW"),
    ("n", "u", "^#", "UW"),
    (" :", "u", " ", "UW"),
    ("", "u", "^#", "Y UW"),
    ("", "u", " ", "UW"),
    ("", "u", "", "AH"),
    // v, w
    ("", "v", "", "V"),
    (" ", "wr", "", "R"),
    (" ", "who", "", "HH UW"),
    ("", "wh", "", "W"),
    ("#", "w", "^", ""),
    ("#", "w", " ", ""),
    ("", "w", "", "W"),
    // x, y, z
    (" ", "x", "", "Z"),
    ("", "x", "", "K S"),
    (" :", "y", " ", "AY"),
    (" ", "y", "#", "Y"),
    ("#", "y", "#", "Y"),
    ("", "yr", "^", "ER"),
    ("", "y", "^e ", "AY"),
    (" :", "y", "^#", "AY"),
    ("", "y", " ", "IY"),
    ("", "y", "#", "Y"),
    ("", "y", "", "IH"),
    ("", "zz", "", "Z"),
    ("", "z", "", "Z"),
];

/// Returns the sounds of `word`, which is all small letters a to z, with one vowel stressed. Empty only if no letter is.
pub(crate) fn sound_out(word: &str) -> Vec<Phone<'static>> {
    let padded: Vec<u8> = [b" ", word.as_bytes(), b" "].concat();
    let mut phones = Vec::new();
    let mut at = 1;
    while at + 1 < padded.len() {
        let fitting = RULES.iter().find(|rule| fits(rule, &padded, at));
        let (read, sounds) = fitting.map_or((1, ""), |rule| (rule.1.len(), rule.3));
        phones.extend(sounds.split_ascii_whitespace().map(Phone::parse));
        at += read;
    }
    stress(word, &mut phones);
    phones
}

fn fits((left, letters, right, _): &Rule, word: &[u8], at: usize) -> bool {
    word[at..].starts_with(letters.as_bytes())
        && around(right.bytes(), word[at + letters.len()..].iter().copied())
        && around(left.bytes().rev(), word[..at].iter().rev().copied())
}

/// Returns whether `letters`, read away from the place, begin with `pattern`.
fn around(pattern: impl Iterator<Item = u8>, letters: impl Iterator<Item = u8>) -> bool {
    let mut letters = letters.peekable();
    for wanted in pattern {
        let fits = match wanted {
            b':' => {
                while letters.next_if(|letter| is_consonant(*letter)).is_some() {}
                true
            }
            b'#' => letters.next().is_some_and(is_vowel),
            b'^' => letters.next().is_some_and(is_consonant),
            b'+' => letters.next().is_some_and(|letter| b"eiy".contains(&letter)),
            literal => letters.next() == Some(literal),
        };
        if !fits {
            return false;
        }
    }
    true
}

fn is_vowel(letter: u8) -> bool {
    b"aeiouy".contains(&letter)
}

fn is_consonant(letter: u8) -> bool {
    letter.is_ascii_lowercase() && !is_vowel(letter)
}

/// Endings that draw the stress to the syllable before them.
const STRESS_BEFORE: &[&str] = &[
    "tion", "tions", "sion", "sions", "cian", "ic", "ics", "ical", "ity", "graphy", "logy", "nomy", "metry", "ious",
    "eous", "ial", "ual",
];

/// Endings that bear the stress themselves.
const STRESS_ON: &[&str] = &["ee", "eer", "ese", "ette", "oon", "ique", "esque"];

/// Stresses one vowel and weakens a stray `a` elsewhere.
fn stress(word: &str, phones: &mut [Phone<'static>]) {
    let vowels: Vec<usize> = (0..phones.len()).filter(|at| phones[*at].is_vowel()).collect();
    let Some(chosen) = stressed_vowel(word, vowels.len()) else { return };
    for (nth, at) in vowels.iter().enumerate() {
        let phone = &mut phones[*at];
        if nth == chosen {
            phone.stress = 1;
        } else if phone.name == "AE" && nth > 0 {
            phone.name = "AH";
        }
    }
}

/// Returns which vowel is stressed, counted from 0; none without vowels.
fn stressed_vowel(word: &str, vowels: usize) -> Option<usize> {
    let last = vowels.checked_sub(1)?;
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends(STRESS_ON) {
        return Some(last);
    }
    if let Some(ending) = STRESS_BEFORE.iter().find(|ending| word.ends_with(**ending)) {
        let own = if ["ity", "graphy", "logy", "nomy", "metry", "ical", "ious", "eous", "ial", "ual"].contains(ending) {
            2
        } else {
            1
        };
        return Some(vowels.saturating_sub(own + 1));
    }
    let prefixed = ["re", "de", "be", "ex", "un", "dis", "pre"].iter().any(|prefix| word.starts_with(prefix));
    Some(match vowels {
        1 => 0,
        2 => usize::from(prefixed),
        // Names that end in an open vowel are mostly borrowed and stress the last but one.
        _ if word.ends_with(['a', 'o', 'i']) => last - 1,
        _ => last - 2,
    })
}

#[cfg(test)]
mod tests;
