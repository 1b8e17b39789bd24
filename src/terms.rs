//! Words as texts are compared by: content words, cut to a stem. Knows no model and no rubric.

use std::collections::BTreeSet;

/// Words that carry no content of their own: articles, pronouns, auxiliaries, prepositions, fillers of speech.
const FUNCTION_WORDS: &str = "a about after again all also am an and any are as at away back be because been before being both but by \
    can could did do does doing don't down each either else enough even ever every few first for from get gets getting give \
    go goes going got had has have having he her here him his how i i'd i'll i'm i've if in into is isn't it it's its just \
    kind know last let let's like lot made make makes making many may maybe me mean more most much must my need never next \
    no not now of off oh okay on once one only or other our out over own part quite rather really right said same say see \
    she should since so some something sort still such take than that that's the their them then there these they thing \
    things think this those through to too two uh um until up us use used uses using very want wanted was way we we'd we'll \
    we're we've well went were what when where whether which while who why will with without would yeah yes yet you you'd \
    you're your";

/// Returns whether a word is a function word. `word` is bare and in lower case.
#[must_use]
pub fn is_function_word(word: &str) -> bool {
    FUNCTION_WORDS.split_whitespace().any(|known| known == word)
}

/// Returns the words of a text, bare and in lower case.
pub fn bare_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .map(|word| word.trim_matches(['\'', '’']).replace('’', "'").to_lowercase())
        .filter(|word| !word.is_empty())
}

/// Returns the stems of the content words of a text.
#[must_use]
pub fn terms(text: &str) -> BTreeSet<String> {
    bare_words(text).filter(|word| word.len() > 1 && !is_function_word(word)).map(|word| stem(&word)).collect()
}

/// Endings that are cut off, the longest first.
const ENDINGS: [&str; 14] =
    ["ations", "ingly", "ation", "edly", "ings", "ing", "ies", "ied", "ers", "er", "es", "ed", "ly", "s"];

/// Letters of a stem at most: enough to part words, few enough to join their forms.
const STEM_LETTERS: usize = 6;

/// Returns the stem of a word in lower case: its ending cut off, then its first six letters.
#[must_use]
pub fn stem(word: &str) -> String {
    let ending =
        ENDINGS.iter().find(|ending| word.strip_suffix(**ending).is_some_and(|rest| rest.chars().count() >= 4));
    let root = ending.and_then(|ending| word.strip_suffix(ending)).unwrap_or(word);
    root.chars().take(STEM_LETTERS).collect()
}

/// Returns the share of `wanted` that `found` holds, 0 when nothing is wanted.
#[must_use]
pub fn overlap(wanted: &BTreeSet<String>, found: &BTreeSet<String>) -> f32 {
    if wanted.is_empty() {
        return 0.0;
    }
    wanted.intersection(found).count() as f32 / wanted.len() as f32
}

#[cfg(test)]
mod tests {
    use super::{overlap, stem, terms};

    #[test]
    fn forms_of_a_word_have_one_stem_and_other_words_another() {
        for (one, other) in
            [("backups", "backup"), ("replicated", "replicates"), ("testing", "tests"), ("failures", "failure")]
        {
            assert_eq!(stem(one), stem(other));
        }
        assert_ne!(stem("region"), stem("request"));
    }

    #[test]
    fn terms_are_content_words_and_overlap_is_their_share() {
        let wanted = terms("We would test the backups");
        assert_eq!(wanted.len(), 2);
        assert_eq!(overlap(&wanted, &terms("the backup is tested")), 1.0);
        assert_eq!(overlap(&wanted, &terms("a backup")), 0.5);
        assert_eq!(overlap(&terms("the"), &wanted), 0.0);
    }
}
