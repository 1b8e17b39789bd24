//! Where a sentence of written text ends.

/// Shortened words whose full stop ends no sentence, in small letters.
const SHORTENED: &[&str] = &["e.g", "i.e", "mr", "mrs", "ms", "dr", "prof", "st", "vs", "approx", "cf", "fig", "no"];

/// Returns whether a sentence ends with `word`, its marks included, where `next` follows or nothing does. `shortened` are further
/// words whose full stop ends none, in small letters.
#[must_use]
pub fn ends_sentence(word: &str, next: Option<&str>, shortened: &[&str]) -> bool {
    // "What?" she asked: small letters go on.
    let goes_on = next.is_some_and(|next| next.starts_with(char::is_lowercase));
    let bare = word.trim_end_matches(['"', '\'', ')', ']', '”', '’']);
    if bare.ends_with(['!', '?', '…']) {
        return !goes_on;
    }
    let Some(stem) = bare.strip_suffix('.') else { return false };
    let stem = stem.trim_start_matches(['(', '"', '“', '\'']);
    let is_initial = stem.chars().count() == 1 && stem.starts_with(char::is_uppercase);
    let stem = stem.to_lowercase();
    !goes_on && !is_initial && !SHORTENED.iter().chain(shortened).any(|known| *known == stem)
}

#[cfg(test)]
mod tests {
    use super::ends_sentence;

    #[test]
    fn a_sentence_ends_at_its_mark_unless_the_word_is_shortened_or_small_letters_go_on() {
        let cases = [
            ("done.", Some("Then"), true),
            ("done.”", None, true),
            ("(done.)", Some("Then"), true),
            ("What?", Some("she"), false),
            ("What?", Some("She"), true),
            ("3.5", Some("Then"), false),
            ("Dr.", Some("Who"), false),
            ("(e.g.", Some("Two"), false),
            ("J.", Some("Doe"), false),
            ("etc.", Some("Then"), true),
        ];
        for (word, next, ends) in cases {
            assert_eq!(ends_sentence(word, next, &[]), ends, "{word} {next:?}");
        }
        assert!(!ends_sentence("etc.", Some("Then"), &["etc"]));
    }
}
