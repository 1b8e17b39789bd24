//! Word errors of a transcript, after both sides were put into one spelling.

/// Words that are left out on both sides: no reference is sure of them.
const FILLERS: [&str; 7] = ["um", "uh", "uhm", "er", "erm", "hm", "mm"];

/// Spellings of the same words.
const SAME: [(&str, &str); 14] = [
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("alright", "all right"),
    ("ok", "okay"),
    ("mr", "mister"),
    ("mrs", "missus"),
    ("dr", "doctor"),
    ("st", "saint"),
    ("10", "ten"),
    ("1", "one"),
    ("2", "two"),
    ("3", "three"),
    ("4", "four"),
    ("5", "five"),
];

/// Returns the words of a text in lower case, without punctuation, tags in brackets and fillers, numbers up to ten spelled.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    without_tags(text)
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/'))
        .map(|word| {
            let straight = word.chars().map(|c| if c == '\u{2019}' { '\'' } else { c });
            straight.filter(|c| c.is_alphanumeric() || *c == '\'').flat_map(char::to_lowercase).collect::<String>()
        })
        .map(|word| word.trim_matches('\'').to_owned())
        .filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str()))
        .flat_map(|word| {
            let same = SAME.iter().find(|(one, _)| *one == word).map_or(word.clone(), |(_, other)| (*other).to_owned());
            same.split(' ').map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the text without what stands in square or round brackets.
fn without_tags(text: &str) -> String {
    let mut depth = 0usize;
    let keep = |c: char| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => {
                depth = depth.saturating_sub(1);
                return None;
            }
            _ => {}
        }
        (depth == 0).then_some(c)
    };
    text.chars().filter_map(keep).collect()
}

/// Returns how many words must be replaced, put in or left out to come from one text to the other, and how many the
/// reference has. Disputed words of the reference count as right whatever was heard.
pub(super) fn word_errors(reference: &str, heard: &str, disputed: &[String]) -> (usize, usize) {
    let disputed: Vec<String> = disputed.iter().flat_map(|words| plain_words(words)).collect();
    let certain =
        |text: &str| plain_words(text).into_iter().filter(|word| !disputed.contains(word)).collect::<Vec<_>>();
    let (reference, heard) = (certain(reference), certain(heard));
    (strsim::generic_levenshtein(&reference, &heard), reference.len())
}

#[cfg(test)]
mod tests {
    use super::word_errors;

    #[test]
    fn spelling_and_fillers_are_no_errors_and_words_are() {
        for (reference, heard, errors) in [
            ("Mister Smith, go forward ten meters", "Mr. Smith go forward 10 meters.", 0),
            ("Um, all right then", "Alright, then. [BLANK_AUDIO]", 0),
            ("It\u{2019}s a state-of-the-art thing", "it's a state of the art thing", 0),
            ("ask not what", "ask what", 1),
            ("ask what", "ask not what you", 2),
        ] {
            assert_eq!(word_errors(reference, heard, &[]).0, errors, "{reference} / {heard}");
        }
        assert_eq!(word_errors("one odd word", "one add word", &["odd".into(), "add".into()]), (0, 2));
    }
}
