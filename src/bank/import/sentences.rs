//! Parts text into sentences, and a standard answer into the points that it makes.

use crate::sentences::ends_sentence;

/// Shortened words of written answers whose full stop ends no sentence, in small letters.
const SHORTENED: &[&str] = &["inc", "ltd", "etc"];

/// Sentences with fewer words are part of their neighbour.
const FEWEST_WORDS: usize = 4;

/// Most words of each thing that a sentence lists between commas, and of the last of them.
const MOST_WORDS_LISTED: usize = 6;
const MOST_WORDS_LAST: usize = 9;

/// How sentences begin that say nothing about the matter, in small letters.
const FILLERS: &[&str] = &[
    "great question",
    "good question",
    "thats a great question",
    "that is a great question",
    "thats a good question",
    "that is a good question",
    "thank you",
    "thanks for",
    "sure",
    "absolutely",
    "of course",
    "i hope this",
    "i hope that",
    "let me think",
    "im glad you asked",
    "i am glad you asked",
    "happy to",
    "i would be happy to",
    "id be happy to",
    "does that make sense",
    "does that answer",
    "certainly",
];

/// What a sentence begins with that a point does not need, in small letters and with the space or comma behind it.
const OPENINGS: &[&str] = &[
    "first of all, ",
    "first, ",
    "firstly, ",
    "second, ",
    "secondly, ",
    "third, ",
    "thirdly, ",
    "then, ",
    "next, ",
    "finally, ",
    "lastly, ",
    "also, ",
    "in addition, ",
    "additionally, ",
    "moreover, ",
    "furthermore, ",
    "besides, ",
    "well, ",
    "so, ",
    "of course, ",
    "overall, ",
    "for example, ",
    "for instance, ",
    "however, ",
    "situation: ",
    "task: ",
    "action: ",
    "result: ",
    "and ",
    "but ",
    "so ",
    "then ",
    "next ",
];

/// Parts a text into sentences. Every word is in one of them.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found = Vec::new();
    let mut from = 0;
    for at in 0..words.len() {
        if ends_sentence(words[at], words.get(at + 1).copied(), SHORTENED) {
            found.push(words[from..=at].join(" "));
            from = at + 1;
        }
    }
    if from < words.len() {
        found.push(words[from..].join(" "));
    }
    found
}

/// What the sentences of an answer come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) points: Vec<String>,
    /// Sentences that say nothing about the matter.
    pub(super) fillers: Vec<String>,
}

/// Parts an answer into points, sentence by sentence. Short ones belong to the sentence before them, or else behind.
pub(super) fn points(answer: &str) -> Said {
    let mut said = Said::default();
    let mut short = String::new();
    for sentence in sentences(answer) {
        if is_filler(&sentence) {
            said.fillers.push(sentence);
            continue;
        }
        let is_short = sentence.split(' ').count() < FEWEST_WORDS;
        match said.points.last_mut() {
            Some(last) if is_short => {
                last.push(' ');
                last.push_str(&sentence);
            }
            _ if is_short => short = join(&short, &sentence),
            _ => said.points.push(join(&std::mem::take(&mut short), &sentence)),
        }
    }
    if !short.is_empty() {
        said.points.push(short);
    }
    if said.points.is_empty() {
        said.points.append(&mut said.fillers);
    }
    said.points = said.points.iter().map(|point| tidy(point)).filter(|point| !point.is_empty()).collect();
    said
}

fn join(left: &str, right: &str) -> String {
    if left.is_empty() { right.to_owned() } else { format!("{left} {right}") }
}

fn is_filler(sentence: &str) -> bool {
    let plain: String = sentence.to_lowercase().chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let begins = FILLERS
        .iter()
        .any(|filler| plain.strip_prefix(filler).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')));
    let says_nothing = !plain.split(' ').any(|word| word.chars().count() > 2);
    says_nothing || (begins && plain.split(' ').count() <= 9)
}

/// Returns a sentence as a point: without an opening, with a capital letter, without the mark at its
/// end; nothing where no word is left.
pub(super) fn tidy(text: &str) -> String {
    let mut text = text.trim_matches(['"', '“', '”', ' ']);
    while let Some(opening) = OPENINGS
        .iter()
        .find(|opening| text.get(..opening.len()).is_some_and(|start| start.eq_ignore_ascii_case(opening)))
    {
        text = text[opening.len()..].trim_start();
    }
    let text = text.trim_end_matches(['.', ';', ',', ' ']);
    if !text.contains(char::is_alphanumeric) {
        return String::new();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Parts a line that lists things: at semicolons or bars, else at the commas of one short sentence, else by sentences.
pub(super) fn listed(text: &str) -> Vec<String> {
    for mark in [';', '|'] {
        if text.contains(mark) {
            return text
                .split(mark)
                .map(|part| part.trim().to_owned())
                .filter(|part| part.chars().any(char::is_alphanumeric))
                .collect();
        }
    }
    let all = sentences(text);
    if all.len() == 1 && !text.contains(['?', ':']) {
        let commas: Vec<&str> = text
            .split(", ")
            .flat_map(|part| part.split(" and then "))
            .map(|part| part.strip_prefix("and ").or_else(|| part.strip_prefix("or ")).unwrap_or(part).trim())
            .collect();
        let are_short = commas.iter().enumerate().all(|(nth, part)| {
            let most = if nth + 1 == commas.len() { MOST_WORDS_LAST } else { MOST_WORDS_LISTED };
            !part.is_empty() && part.split(' ').count() <= most
        });
        if commas.len() >= 3 && are_short {
            return commas
                .into_iter()
                .map(|part| part.trim_end_matches('.').to_owned())
                .filter(|part| !part.is_empty())
                .collect();
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{listed, points, sentences};
    use proptest::prelude::*;

    #[test]
    fn an_answer_becomes_points_without_fillers_openings_and_fragments() {
        let said = points(
            "Great question. First, I ask e.g. the owner how long it may be down. Always. Then I draw the layers, one by one. I hope this helps!",
        );
        assert_eq!(
            said.points,
            ["I ask e.g. the owner how long it may be down. Always", "I draw the layers, one by one"]
        );
        assert_eq!(said.fillers, ["Great question.", "I hope this helps!"]);
        assert_eq!(points("Yes.").points, ["Yes"]);
    }

    #[test]
    fn lists_in_a_line_are_parted_at_their_marks() {
        assert_eq!(listed("order; depth; a plan"), ["order", "depth", "a plan"]);
        assert_eq!(listed("Clear order, depth, and a plan."), ["Clear order", "depth", "a plan"]);
        assert_eq!(listed("Asks first. Then draws."), ["Asks first.", "Then draws."]);
        assert_eq!(listed("Blames others, and does not notice it."), ["Blames others, and does not notice it."]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_between_sentences(text in "[A-Za-z.?! é\"]{0,120}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(sentences(&text).join(" "), words.join(" "));
        }
    }
}
