//! What a text claims that code can check: its numbers, its names, its quotes, its marks, its language.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::sentences::ends_sentence;
use crate::terms::{bare_words, is_function_word};

/// Number words below twenty, in their order. "One" is left out where it stands alone: it is seldom a number.
const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// Tens, from twenty on.
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// Words that claim an amount and are kept as they are.
const AMOUNTS: [&str; 9] = ["half", "twice", "double", "triple", "dozen", "hundred", "thousand", "million", "billion"];

/// Share of function words from which a text is taken for English. English prose has 40 to 50 %; German, French, Spanish and Dutch
/// stay below 15 %, by words that look alike.
const ENGLISH: f32 = 0.2;

/// Returns the numbers of a text, those in words as digits: "twenty-five", "25" and "25 %" are one.
pub(super) fn numbers(text: &str) -> BTreeSet<String> {
    let mut found = digits(text);
    let words: Vec<String> = bare_words(text).collect();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let unit = |word: &str| UNITS.iter().position(|known| *known == word);
        if let Some(tens) = TENS.iter().position(|known| known == word).map(|place| (place + 2) * 10) {
            let rest = words.get(at).and_then(|next| unit(next)).filter(|rest| (1..10).contains(rest));
            at += usize::from(rest.is_some());
            found.insert((tens + rest.unwrap_or(0)).to_string());
        } else if let Some(number) = unit(word).filter(|number| *number != 1) {
            found.insert(number.to_string());
        } else if let Some(amount) = AMOUNTS.iter().find(|known| **known == word.trim_end_matches('s')) {
            found.insert((*amount).to_owned());
        }
    }
    found
}

/// Returns the runs of digits, with the full stops within them and without the commas.
fn digits(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let runs = text.split(|c: char| !is_part(c)).map(|run| run.trim_matches(['.', ',']).replace(',', ""));
    runs.filter(|run| !run.is_empty()).collect()
}

/// Returns the names of a text in lower case: words with a capital letter that no beginning of a sentence asks for. A name that
/// begins a sentence and has one capital is not told from another word, and is not found.
pub(super) fn names(text: &str) -> Vec<String> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let mut begins = true;
    let mut found = Vec::new();
    for (nth, token) in tokens.iter().enumerate() {
        for (part, piece) in token.split(['-', '/', '—', '–']).enumerate() {
            let bare = bare_name(piece);
            let inner_capital = bare.chars().skip(1).any(char::is_uppercase);
            let first_capital = bare.starts_with(char::is_uppercase) && !(begins && part == 0);
            if bare != "I" && (inner_capital || first_capital) {
                found.push(bare.to_lowercase());
            }
        }
        begins = ends_sentence(token, tokens.get(nth + 1).copied(), &[]) || token.ends_with(':');
    }
    found
}

/// Returns a word without its marks, its possessive, and what "I'm" and "I've" have beside the "I".
fn bare_name(word: &str) -> &str {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let bare = bare.split(['\'', '’']).next().unwrap_or_default();
    // The plural of an abbreviation.
    match bare.strip_suffix('s') {
        Some(rest) if rest.len() > 1 && !rest.chars().any(char::is_lowercase) => rest,
        _ => bare,
    }
}

/// Returns the words by which names are known: as they are, and without a plural.
pub(super) fn known_names(text: &str) -> BTreeSet<String> {
    let words = bare_words(text).map(|word| word.split('\'').next().unwrap_or_default().to_owned());
    words.flat_map(|word| [word.trim_end_matches('s').to_owned(), word]).collect()
}

/// Returns what stands within quotation marks, each without them. None: a mark does not close.
pub(super) fn quotes(text: &str) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((at, mark)) =
        text[from..].char_indices().map(|(at, mark)| (from + at, mark)).find(|(at, mark)| opens(text, *at, *mark))
    {
        let start = at + mark.len_utf8();
        let end = text[start..]
            .char_indices()
            .map(|(at, one)| (start + at, one))
            .find(|(at, one)| closes(text, *at, mark, *one));
        match end {
            Some((end, closing)) => {
                found.push(start..end);
                from = end + closing.len_utf8();
            }
            // An apostrophe may begin a word.
            None if mark == '\'' || mark == '‘' => from = start,
            None => return None,
        }
    }
    Some(found)
}

fn opens(text: &str, at: usize, mark: char) -> bool {
    match mark {
        '“' | '"' | '«' | '„' => true,
        '\'' | '‘' => {
            let before = text[..at].chars().next_back();
            let after = text[at + mark.len_utf8()..].chars().next();
            before.is_none_or(|c| !c.is_alphanumeric()) && after.is_some_and(char::is_alphanumeric)
        }
        _ => false,
    }
}

fn closes(text: &str, at: usize, opening: char, mark: char) -> bool {
    let after = text[at + mark.len_utf8()..].chars().next();
    match opening {
        '“' => mark == '”',
        '„' => matches!(mark, '“' | '”'),
        '«' => mark == '»',
        '"' => mark == '"',
        _ => matches!(mark, '\'' | '’') && after.is_none_or(|c| !c.is_alphanumeric()),
    }
}

/// Returns a text without what stands within quotation marks.
pub(super) fn unquoted(text: &str, quotes: &[Range<usize>]) -> String {
    let starts = std::iter::once(0).chain(quotes.iter().map(|quote| quote.end));
    let ends = quotes.iter().map(|quote| quote.start).chain([text.len()]);
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
}

/// Returns whether the words of `quote` stand in `text` in a row. Case and marks do not count.
pub(super) fn holds_words(text: &str, quote: &str) -> bool {
    let all: Vec<String> = bare_words(text).collect();
    let quote: Vec<String> = bare_words(quote).collect();
    quote.is_empty() || all.windows(quote.len()).any(|words| words == quote)
}

/// Returns whether a text is plain: no Markdown, no tags, no lists.
pub(super) fn is_plain(text: &str) -> bool {
    let is_item = |line: &str| {
        let line = line.trim_start();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['#', '>', '|', '•'])
            || line.starts_with("- ")
            || line.starts_with("+ ")
            || (rest.len() < line.len() && (rest.starts_with(". ") || rest.starts_with(") ")))
    };
    let is_tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    !text.contains(['*', '`'])
        && !text.contains("](")
        && !text.contains("__")
        && !text.split('<').skip(1).any(is_tag)
        && !text.lines().any(is_item)
}

/// Returns whether a text of some sentences reads as English, by its function words.
pub(super) fn reads_as_english(text: &str) -> bool {
    let words: Vec<String> = bare_words(text).collect();
    let functions = words.iter().filter(|word| is_function_word(word)).count();
    functions as f32 >= words.len() as f32 * ENGLISH
}

/// Returns how many words a text has.
pub(super) fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Returns a text on one line, single spaces between its words, without what would steer a terminal.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{holds_words, is_plain, names, numbers, one_line, quotes, reads_as_english, unquoted};

    fn quoted(text: &str) -> Option<Vec<&str>> {
        Some(quotes(text)?.into_iter().map(|quote| &text[quote]).collect())
    }

    #[test]
    fn numbers_are_found_in_digits_and_in_words() {
        for (text, wanted) in [
            ("99.9 % of 1,500 requests in 24/7.", vec!["1500", "24", "7", "99.9"]),
            ("Twenty-five people, three times, one by one", vec!["25", "3"]),
            ("sixty and thousands", vec!["60", "thousand"]),
            ("the p95 fell by half", vec!["95", "half"]),
            ("one of them", vec![]),
            ("first, second", vec![]),
        ] {
            assert_eq!(numbers(text).into_iter().collect::<Vec<_>>(), wanted, "{text}");
        }
    }

    #[test]
    fn names_are_capitals_that_no_beginning_asks_for() {
        for (text, wanted) in [
            ("We used Terraform. Then I've moved it to AWS.", vec!["terraform", "aws"]),
            ("PostgreSQL was slow", vec!["postgresql"]),
            ("Two SLAs: One for Berlin’s office and Kubernetes-based ones", vec!["sla", "berlin", "kubernetes"]),
            ("I asked, and I'm sure. Then we went on.", vec![]),
        ] {
            assert_eq!(names(text), wanted, "{text}");
        }
    }

    #[test]
    fn quotes_are_found_in_all_their_marks_and_apostrophes_are_none() {
        for (text, wanted) in [
            ("You said “I ask first” and \"then I build\".", Some(vec!["I ask first", "then I build"])),
            ("It's the customers' data, isn't it", Some(vec![])),
            ("You said 'it's down' twice", Some(vec!["it's down"])),
            ("You said ‘it’s down’.", Some(vec!["it’s down"])),
            ("You said “I ask", None),
            ("You said \"I ask", None),
        ] {
            assert_eq!(quoted(text), wanted, "{text}");
        }
        let text = "a “b” c";
        assert_eq!(unquoted(text, &quotes(text).expect("it closes")), "a “” c");
    }

    #[test]
    fn words_stand_in_a_row_or_they_are_no_quote() {
        assert!(holds_words("I ask, first of all, for the SLA.", "Ask first of all"));
        assert!(!holds_words("I ask, first of all, for the SLA.", "ask for the SLA"));
        assert!(!holds_words("", "a"));
    }

    #[test]
    fn markdown_tags_and_lists_are_not_plain() {
        for text in ["**Good**", "# Title", "a\n- b", "1. a", "`x`", "[a](b)", "<b>", "__a__", "> a", "a | b\n| c"] {
            assert!(!is_plain(text), "{text}");
        }
        for text in ["I ask [your own figure] first.", "In 2020. Then 3 < 4", "snake_case, C#, co-op", ""] {
            assert!(is_plain(text), "{text}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_steers_no_terminal() {
        assert_eq!(one_line(" one\n\n\u{1b}[31mtwo\u{7f}\tthree "), "one [31mtwo three");
    }

    #[test]
    fn english_is_told_from_other_languages() {
        assert!(reads_as_english("How would you keep a service running when a whole zone is lost?"));
        assert!(reads_as_english("Explains why a queue stands between the two services"));
        for other in [
            "Wie würden Sie einen Dienst am Leben halten, wenn eine ganze Zone ausfällt?",
            "Comment garderiez-vous un service en marche quand une zone entière est perdue ?",
            "¿Cómo mantendría un servicio en marcha cuando se pierde una zona entera?",
            "どうやってサービスを動かし続けますか",
        ] {
            assert!(!reads_as_english(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "(\\PC|[“”\"'‘’«»„ <*#\n]){0,40}") {
            let found = quotes(&text);
            if let Some(found) = &found {
                prop_assert!(unquoted(&text, found).len() <= text.len());
            }
            let _either = (numbers(&text), names(&text), is_plain(&text), reads_as_english(&text));
        }
    }
}
