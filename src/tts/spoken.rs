//! Rewrites written text as the words a person would read out: numbers with units, addresses, symbols, terms. Leaves plain
//! words and plain numbers to the lexicon, and never drops a word of Latin letters.

use crate::tts::lexicon::{Entry, Lexicon};
use crate::tts::{numbers, roman};

/// Returns `text` in plain letters, digits and the marks that shape a sentence.
#[must_use]
pub fn spoken(text: &str, terms: &Lexicon) -> String {
    let plain = plain(text);
    let chunks = chunks(&plain);
    let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
    let mut out: Vec<String> = Vec::new();
    for (at, chunk) in chunks.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chunks[before]);
        let said = say_chunk(terms, before, chunk, chunks.get(at + 1).copied());
        if !said.is_empty() {
            out.push(said);
        }
    }
    out.join(" ")
}

/// Returns what stands between spaces, an amount and the word that multiplies it as one.
fn chunks(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for chunk in text.split_whitespace() {
        match found.last_mut() {
            Some(last) if numbers::is_multiplied(last, chunk) => last.push_str(chunk),
            _ => found.push(chunk.to_owned()),
        }
    }
    found
}

/// Replaces what has a plain equivalent and drops what has no sound, such as emoji.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{2032}' | '`' | '´' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '—' | '―' => out.push_str(" — "),
            '\u{2010}' | '\u{2011}' | '–' | '−' => out.push('-'),
            '…' => out.push_str("… "),
            '→' | '⇒' => out.push_str(" to "),
            '×' => out.push('x'),
            '≤' => out.push_str(" at most "),
            '≥' => out.push_str(" at least "),
            '≈' => out.push('~'),
            '±' => out.push_str(" plus or minus "),
            '°' => out.push('°'),
            '½' => out.push_str(" one half"),
            '¼' => out.push_str(" one quarter"),
            '¾' => out.push_str(" three quarters"),
            '€' | '£' | '¥' | '₹' | '₩' | '₽' => out.push(c),
            'µ' | 'μ' => out.push('µ'),
            '§' => out.push_str(" section "),
            '[' | '{' => out.push('('),
            ']' | '}' => out.push(')'),
            '•' | '·' => out.push_str(", "),
            _ if c.is_ascii() && !c.is_ascii_control() => out.push(c),
            _ if c.is_whitespace() => out.push(' '),
            _ => out.push_str(latin(c)),
        }
    }
    out
}

/// Returns a letter without its accent, the name of a Greek one, nothing for what has no sound here.
fn latin(c: char) -> &'static str {
    match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
        'æ' => "ae",
        'Æ' => "Ae",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'È'..='Ë' | 'Ē' | 'Ę' | 'Ě' => "E",
        'ğ' => "g",
        'ì'..='ï' | 'ī' | 'ı' => "i",
        'Ì'..='Ï' | 'Ī' | 'İ' => "I",
        'ł' | 'ľ' => "l",
        'Ł' => "L",
        'ñ' | 'ń' | 'ň' => "n",
        'Ñ' | 'Ń' => "N",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'Ò'..='Ö' | 'Ø' | 'Ō' => "O",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'Ś' | 'Š' | 'Ş' => "S",
        'ß' => "ss",
        'ť' | 'ț' => "t",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'Ù'..='Ü' | 'Ū' => "U",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ð' | 'đ' | 'ď' => "d",
        'þ' => "th",
        'α' => " alpha ",
        'β' => " beta ",
        'γ' => " gamma ",
        'δ' | 'Δ' => " delta ",
        'ε' => " epsilon ",
        'λ' => " lambda ",
        'π' => " pi ",
        'σ' | 'Σ' => " sigma ",
        'ω' | 'Ω' => " omega ",
        _ => "",
    }
}

/// Rewrites what stands between two spaces, keeping the marks around it.
fn say_chunk(terms: &Lexicon, before: Option<&str>, chunk: &str, next: Option<&str>) -> String {
    if chunk.chars().all(|c| "—…-,;:!?\"".contains(c)) {
        return if chunk.contains(['-', '—']) { "—".into() } else { chunk.into() };
    }
    let opening = chunk.len() - chunk.trim_start_matches(['(', '"', '\'', '<', ',']).len();
    let rest = &chunk[opening..];
    let core = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', '>', '…', '*', '_']);
    let mut closing = &rest[core.len()..];
    if core.is_empty() {
        return kept_marks(chunk);
    }
    // A letter's full stop that shortens a word ends no sentence, unless a new one begins.
    let starts_anew = next.is_none_or(|next| next.starts_with(|c: char| c.is_ascii_uppercase()));
    if closing.starts_with('.')
        && (core.eq_ignore_ascii_case("e.g") || core.eq_ignore_ascii_case("i.e") || !starts_anew)
    {
        let shortened = matches!(terms.own(core), Some(Entry::Words(_))) && core.len() <= 6;
        closing = if shortened { &closing[1..] } else { closing };
    }
    let said = numbers::unit_behind(before, core)
        .or_else(|| roman::number(before, core).map(|number| number.to_string()))
        .unwrap_or_else(|| say_core(terms, core));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if said.is_empty() {
        return kept_marks(closing);
    }
    format!("{}{}{}", kept_marks(&chunk[..opening]), said, kept_marks(closing))
}

/// Keeps the marks that a voice can use.
fn kept_marks(marks: &str) -> String {
    marks.chars().filter(|c| ".,;:!?()\"…—".contains(*c)).collect()
}

/// Says the inside of a chunk.
fn say_core(terms: &Lexicon, core: &str) -> String {
    if let Some(said) = own_words(terms, core) {
        return said;
    }
    if is_path(core) {
        return say_path(terms, core);
    }
    if core.contains("://") || core.starts_with("www.") || is_mail(core) {
        return say_address(terms, core);
    }
    if let Some((said, rest)) = numbers::say(core) {
        return if rest.is_empty() { said } else { format!("{said} {}", say_core(terms, rest)) };
    }
    if core.contains('/') && core.split('/').all(|part| part.len() > 1 && is_plain(terms, part)) {
        return core.to_owned();
    }
    if let Some((at, sign)) = core.char_indices().find(|(_, c)| is_sign(*c)) {
        let (before, after) = (&core[..at], &core[at + sign.len_utf8()..]);
        let name = sign_name(sign, before, after);
        let said = |part: &str| if part.is_empty() { String::new() } else { say_core(terms, part) };
        return format!("{} {name} {}", said(before), said(after));
    }
    if core.contains('.') {
        return say_dotted(terms, core);
    }
    if core.contains('-') {
        return say_hyphened(terms, core);
    }
    say_word(terms, core)
}

/// Returns our own wording of a term, of its plural or possessive too.
fn own_words(terms: &Lexicon, core: &str) -> Option<String> {
    if core == "IT" {
        return Some("I.T".into());
    }
    let words = |term: &str| match terms.own(term) {
        Some(Entry::Words(words)) => Some(words),
        _ => None,
    };
    if let Some(words) = words(core) {
        return Some(dotted(words));
    }
    let stem = core.strip_suffix("'s").or_else(|| core.strip_suffix('s'))?;
    // A short stem in small letters is a word of its own, such as `is` or `pies`.
    let is_term = stem.len() > 3 || stem.chars().any(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let words = words(stem).filter(|_| is_term)?;
    let capitals = stem.to_ascii_uppercase();
    // The lexicon stresses `APIs` better than `A.P.I's`.
    let is_spelt = words.len() > 1 && words.replace(' ', "") == capitals;
    Some(if is_spelt { format!("{capitals}s") } else { format!("{}'s", dotted(words)) })
}

/// Writes neighbouring capitals as `I.A.C`. The lexicon then spells them as one word, where `I` and `A` alone would be a
/// pronoun and an article.
fn dotted(words: &str) -> String {
    let is_letter = |word: &str| word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
    let mut out = String::new();
    let mut letter_before = false;
    for word in words.split(' ') {
        if !out.is_empty() {
            out.push(if letter_before && is_letter(word) { '.' } else { ' ' });
        }
        out.push_str(word);
        letter_before = is_letter(word);
    }
    out
}

fn is_sign(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !".-'—…,;:!?()\"".contains(c)
        || matches!(c, ':' | ',' | ';' | '!' | '?' | '(' | ')' | '"')
}

/// Returns how a sign inside a chunk is read.
fn sign_name(sign: char, before: &str, after: &str) -> &'static str {
    let before_number = after.starts_with(|c: char| c.is_ascii_digit());
    match sign {
        '&' => "and",
        '@' => "at",
        '%' => "percent",
        '+' => "plus",
        '=' => "equals",
        '<' => "less than",
        '>' => "greater than",
        '~' if before_number => "about",
        '#' if before_number => "number",
        '/' if before.is_empty() && before_number => "slash",
        '^' => "to the power of",
        '\\' => "backslash",
        '|' if !before.is_empty() && !after.is_empty() => "or",
        '°' => "degrees",
        '€' => "euros",
        '£' => "pounds",
        '¥' => "yen",
        '₹' => "rupees",
        '₩' => "won",
        '₽' => "roubles",
        '$' if before.is_empty() && !after.is_empty() => "",
        '$' => "dollars",
        'µ' => "micro",
        _ => "",
    }
}

fn is_mail(core: &str) -> bool {
    core.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Returns whether a chunk is a place in a file system: from a root, or with an ending. `and/or` is none.
fn is_path(core: &str) -> bool {
    let rooted = ["/", "~/", "./", "../"]
        .iter()
        .any(|root| core.strip_prefix(root).is_some_and(|rest| rest.contains(char::is_alphabetic)));
    let last = core.rsplit('/').next().unwrap_or_default();
    let ending = last.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty() && (1..=4).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_lowercase())
    });
    rooted || core.contains('/') && ending && !core.contains("://") && !core.contains('@')
}

fn say_path(terms: &Lexicon, path: &str) -> String {
    let (root, rest) = ["~/", "../", "./", "/"]
        .iter()
        .find_map(|root| path.strip_prefix(root).map(|rest| (*root, rest)))
        .unwrap_or(("", path));
    let root = match root {
        "/" => "slash ",
        "~/" => "home slash ",
        "../" => "dot dot slash ",
        "./" => "dot slash ",
        _ => "",
    };
    // Nobody says "and so on" for a folder.
    let letters = rest.split('/').map(|part| if part == "etc" { "E.T.C" } else { part }).collect::<Vec<_>>();
    let said: Vec<String> = letters
        .into_iter()
        .map(|part| if part == "E.T.C" { part.to_owned() } else { say_address(terms, part) })
        .collect();
    format!("{root}{}", said.join(" slash "))
}

/// Reads an address of a page or of a mailbox as one would dictate it.
fn say_address(terms: &Lexicon, address: &str) -> String {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let mut out = String::new();
    let mut word = String::new();
    for c in address.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push_str(&say_core(terms, &std::mem::take(&mut word)));
        }
        out.push_str(match c {
            '.' => " dot ",
            '/' => " slash ",
            '-' => " dash ",
            '_' => " underscore ",
            '@' => " at ",
            ':' => " colon ",
            _ => " ",
        });
    }
    let out = out.trim();
    out.strip_suffix(" slash").unwrap_or(out).to_owned()
}

/// Reads `main.rs` as "main dot R S" and `U.S` as letters.
fn say_dotted(terms: &Lexicon, core: &str) -> String {
    let parts: Vec<&str> = core.split('.').filter(|part| !part.is_empty()).collect();
    let letters = parts.iter().all(|part| part.len() == 1);
    let mut joined = String::new();
    for (at, part) in parts.iter().enumerate() {
        let between_digits = at > 0
            && parts[at - 1].ends_with(|c: char| c.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_digit());
        joined.push_str(match at {
            0 => "",
            _ if letters => ".",
            _ if between_digits => " point ",
            _ => " dot ",
        });
        joined.push_str(&say_core(terms, part));
    }
    if core.starts_with('.') && !letters { format!("dot {joined}") } else { joined }
}

/// Keeps a hyphen between plain words, whose stress it shapes, and parts everything else.
fn say_hyphened(terms: &Lexicon, core: &str) -> String {
    let parts: Vec<&str> = core.split('-').filter(|part| !part.is_empty()).collect();
    let plain = |(at, part): (usize, &&str)| {
        part.len() > 1
            && (is_plain(terms, part) || at == 0 && is_capitalised(part) && is_plain(terms, &part.to_ascii_lowercase()))
    };
    if parts.iter().enumerate().all(plain) {
        return parts.join("-");
    }
    parts.iter().map(|part| say_core(terms, part)).collect::<Vec<_>>().join(" ")
}

/// Returns whether a word is small letters alone and no term of ours.
fn is_plain(terms: &Lexicon, word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_lowercase() || c == '\'') && terms.own(word).is_none()
}

fn is_capitalised(word: &str) -> bool {
    word.chars().skip(1).all(|c| !c.is_ascii_uppercase())
}

/// Parts a word where capitals or digits begin inside it: `WebAssembly`, `EC2`, `p95`.
fn say_word(terms: &Lexicon, word: &str) -> String {
    let parts = parts(word);
    if parts.len() == 1 || terms.own(word).is_some() {
        return letter_name(word);
    }
    if word.len() <= 4 && parts.iter().all(|part| part.len() <= 2) && !word.contains(|c: char| c.is_ascii_digit()) {
        // `IaC`, `IoT`: an acronym in mixed case. But `VMs` and `APIs` are plurals of capitals, which the lexicon knows.
        return word.chars().map(|c| c.to_ascii_uppercase().to_string()).collect::<Vec<_>>().join(".");
    }
    parts.iter().map(|part| own_words(terms, part).unwrap_or_else(|| letter_name(part))).collect::<Vec<_>>().join(" ")
}

/// Writes a single letter as a capital, so that it is read by its name.
fn letter_name(part: &str) -> String {
    if part.len() == 1 && part != "a" { part.to_ascii_uppercase() } else { part.to_owned() }
}

fn parts(word: &str) -> Vec<&str> {
    let letters: Vec<char> = word.chars().collect();
    if letters.iter().any(|c| !c.is_ascii_alphanumeric()) || keeps_its_capitals(word) {
        return vec![word];
    }
    let begins = |at: usize| {
        let (before, here) = (letters[at - 1], letters[at]);
        let after_is_small = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        before.is_ascii_digit() != here.is_ascii_digit()
            || before.is_ascii_lowercase() && here.is_ascii_uppercase()
            || before.is_ascii_uppercase() && here.is_ascii_uppercase() && after_is_small
    };
    let mut starts: Vec<usize> = (1..letters.len()).filter(|at| begins(*at)).collect();
    starts.insert(0, 0);
    starts.push(letters.len());
    starts.windows(2).map(|pair| &word[pair[0]..pair[1]]).collect()
}

/// Names such as `McDonald` and plurals such as `VPCs` are one word in spite of their capitals.
fn keeps_its_capitals(word: &str) -> bool {
    let stem = word.strip_suffix('s').unwrap_or("");
    let plural = stem.len() > 1 && stem.chars().all(|c| c.is_ascii_uppercase());
    let name = ["Mc", "Mac"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() > 2 && rest.starts_with(|c: char| c.is_ascii_uppercase()) && is_capitalised(rest)
        })
    });
    plural || name
}

#[cfg(test)]
mod tests {
    use super::spoken;
    use crate::tts::lexicon::Lexicon;

    #[test]
    fn written_forms_are_read_as_a_person_would() {
        for (written, read) in [
            ("How would you test it?", "How would you test it?"),
            ("CI/CD and IaC on k8s", "C.I C.D and I.A.C on kubernetes"),
            ("the p95 of S3, EC2", "the P 95 of S 3, EC 2"),
            ("e.g. a cache, i.e. memory", "for example a cache, that is memory"),
            ("logs, metrics, etc. are kept", "logs, metrics, et cetera are kept"),
            ("logs, metrics, etc. Then", "logs, metrics, et cetera. Then"),
            ("https://example.com/a-b/", "example dot com slash a dash B"),
            ("mail me@example.org", "mail me at example dot org"),
            ("WebAssembly, GitHub and node.js", "web assembly, GitHub and node J.S"),
            ("C++, C# and .NET", "C plus plus, C sharp and dot net"),
            ("my APIs and OAuth2", "my APIs and oauth two"),
            ("the IT team", "the I.T team"),
            ("well-known blast-radius", "well-known blast-radius"),
            ("API-first and JSON-based", "A.P.I first and JSON based"),
            ("it’s “fine” — really…", "it's \"fine\" — really…"),
            ("naïve café 😀 ok", "naive cafe ok"),
            ("read/write and/or", "read/write and/or"),
            ("snake_case = good & cheap", "snake case equals good and cheap"),
            ("(see [this])", "(see (this))"),
            ("SLAs and VPCs", "SLAs and VPCs"),
            ("McDonald's", "McDonald's"),
            ("we kept 10 GB in 200 ms at 5 km/h", "we kept 10 gigabytes in 200 milliseconds at 5 kilometres per hour"),
            ("1 TB and 900 req/s, $5/month", "1 terabyte and 900 requests per second, 5 dollars per month"),
            ("10.0.0.0/16, a /24, 80/20, 3-2-1", "10 dot 0 dot 0 dot 0 slash 16, a slash 24, 80 20, 3 2 1"),
            ("Phase II, the type III error", "Phase 2, the type 3 error"),
            ("the step I took", "the step I took"),
            ("see /etc/hosts and src/main.rs", "see slash E.T.C slash hosts and src slash main dot rs"),
            ("2^10 of them", "2 to the power of 10 of them"),
            ("v1.8.3 on HTTP/2", "version 1 point 8 point 3 on H.T.T.P 2"),
            ("the 6 R's and VMs", "the 6 R's and VMs"),
            ("$1.5 million, or €2 billion.", "1.5 million dollars, or 2 billion euros."),
            ("₩500 or ₽20", "500 won or 20 roubles"),
            ("TLS1.3", "T.L.S 1 point 3"),
            ("U.S. law", "U.S. law"),
            ("", ""),
            ("  \n\t ", ""),
            ("😀", ""),
        ] {
            assert_eq!(spoken(written, &Lexicon::default()), read, "{written}");
        }
    }
}
