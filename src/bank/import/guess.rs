//! Guesses what an article does not say: kind, level, length, weights, ids. Each guess is marked for review where it is written.

use std::collections::BTreeMap;

use crate::bank::{Kind, Level};

/// Words a minute of a spoken answer.
const PACE: usize = 130;

/// Longest id that is made, in bytes.
const LONGEST_ID: usize = 44;

/// Words that tell nothing in an id.
const EMPTY: &[&str] = &[
    "a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "is", "are", "was", "be", "do", "does", "did", "you",
    "your", "i", "me", "my", "we", "our", "us", "it", "its", "that", "this", "with", "at", "by", "from", "as", "how",
    "what", "why", "when", "where", "which", "who", "would", "could", "can", "should", "will", "have", "has", "had",
    "tell", "describe", "explain", "about", "walk", "through", "time", "give", "if", "not", "they", "their", "there",
];

/// What the words of a question suggest, the surest signs first.
const KINDS: &[(Kind, &str)] = &[
    (
        Kind::Behavioural,
        "a time|a situation|an example|an occasion|have you ever|did you|have you|your experience|about yourself|your greatest|your biggest",
    ),
    (Kind::Design, "design |architect|would you build|would you set up|would you structure"),
    (
        Kind::Case,
        "imagine|suppose|scenario|how would you|what would you|what do you do|what do you say|you are given|you notice|you discover|you find",
    ),
    (
        Kind::Opinion,
        "do you think|your opinion|do you prefer|your view|should we|do you believe|why do you want|which is better",
    ),
    (Kind::Knowledge, "what is |what are |explain|difference|define|how does|why "),
];

/// Words that tell a level, in the singular.
const LEVELS: &[(Level, &str)] = &[
    (Level::Principal, "principal|director|chief"),
    (Level::Senior, "senior|lead|architect|hard|advanced|sr"),
    (Level::Junior, "junior|entry|graduate|easy|beginner|intern|trainee|jr"),
    (Level::Mid, "mid|medium|intermediate|middle|experienced"),
];

/// Returns the kind of question that its words suggest.
pub fn kind(prompt: &str) -> Kind {
    let text = prompt.to_lowercase();
    let found = KINDS.iter().find(|(_, signs)| signs.split('|').any(|sign| text.contains(sign)));
    found.map_or(Kind::Behavioural, |(kind, _)| *kind)
}

/// Returns the level that a text names.
pub(super) fn level(text: &str) -> Option<Level> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).map(|word| word.trim_end_matches('s')).collect();
    let found = LEVELS.iter().find(|(_, signs)| signs.split('|').any(|sign| words.contains(&sign)));
    found.map(|(level, _)| *level)
}

/// Returns the length that a text names in minutes, within the limits of the format.
pub(super) fn stated_minutes(text: &str) -> Option<f32> {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|number| number.parse::<f32>().ok());
    let longest =
        numbers.fold(None, |longest: Option<f32>, number| Some(longest.map_or(number, |before| before.max(number))))?;
    let is_seconds = text.contains("sec") || text.trim_end().ends_with('s') && !text.contains("min");
    let minutes = if is_seconds { longest / 60.0 } else { longest };
    (minutes > 0.0 && minutes <= 30.0).then_some(minutes)
}

/// Returns how long it takes to say an answer in minutes, in halves from 1 to 5.
pub(super) fn minutes(answer: &str) -> f32 {
    let words = answer.split_whitespace().count();
    ((words * 2).div_ceil(PACE) as f32 / 2.0).clamp(1.0, 5.0)
}

/// Returns how much a point counts that says so of itself, else 2.
pub(super) fn weight(text: &str) -> u8 {
    let text = text.to_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
    if has(&["must ", "critical", "essential", "crucial", "most important", "above all", "vital"]) {
        3
    } else if has(&["bonus", "nice to have", "ideally", "optional", "may also", "extra credit", "plus point"]) {
        1
    } else {
        2
    }
}

/// Hands out ids that are kebab-case and each given once.
#[derive(Debug, Default)]
pub struct Ids {
    /// How often each was wanted.
    taken: BTreeMap<String, usize>,
}

impl Ids {
    /// Returns an id made of a text's telling words, or of `otherwise` where it has none.
    pub fn of(&mut self, text: &str, otherwise: &str) -> String {
        let made = slug(text);
        let wanted = if made.is_empty() { otherwise.to_owned() } else { made };
        let mut number = self.taken.get(&wanted).copied().unwrap_or(0) + 1;
        let mut id = wanted.clone();
        while number > 1 {
            id = format!("{wanted}-{number}");
            if !self.taken.contains_key(&id) {
                break;
            }
            number += 1;
        }
        self.taken.insert(wanted, number);
        self.taken.entry(id.clone()).or_insert(1);
        id
    }
}

/// Returns the first telling words of a text in kebab-case, five at most; all of its words where none tells.
pub fn slug(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '’')).collect();
    let words: Vec<&str> = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let telling: Vec<&str> = words.iter().copied().filter(|word| !EMPTY.contains(word)).collect();
    let mut slug = String::new();
    for word in if telling.is_empty() { words } else { telling }.into_iter().take(5) {
        if !slug.is_empty() && slug.len() + word.len() >= LONGEST_ID {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word[..word.len().min(LONGEST_ID)]);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::{Ids, kind, level, minutes, slug, stated_minutes, weight};
    use crate::bank::{Kind, Level};
    use crate::ids::PointId;
    use proptest::prelude::*;

    #[test]
    fn the_words_of_a_question_suggest_its_kind() {
        let cases = [
            ("Tell me about a time you failed.", Kind::Behavioural),
            ("How would you design a queue?", Kind::Design),
            ("Imagine a guest complains. What do you say?", Kind::Case),
            ("What do you think of remote work?", Kind::Opinion),
            ("What is a closure?", Kind::Knowledge),
        ];
        for (prompt, wanted) in cases {
            assert_eq!(kind(prompt), wanted, "{prompt}");
        }
    }

    #[test]
    fn levels_lengths_and_weights_are_read_where_they_are_told() {
        assert_eq!(
            (level("Senior Nurse"), level("Easy"), level("Nurse")),
            (Some(Level::Senior), Some(Level::Junior), None)
        );
        assert_eq!(
            (stated_minutes("2–3 minutes"), stated_minutes("90 sec"), stated_minutes("soon")),
            (Some(3.0), Some(1.5), None)
        );
        assert_eq!((stated_minutes("900"), minutes(""), minutes(&"word ".repeat(5_000))), (None, 1.0, 5.0));
        assert_eq!((weight("Must name the owner"), weight("Bonus: a joke"), weight("Asks")), (3, 1, 2));
    }

    #[test]
    fn an_id_tells_what_the_text_is_about() {
        assert_eq!(slug("How would you design a highly available system?"), "design-highly-available-system");
        assert_eq!(slug("Why?"), "why");
        assert_eq!(slug("¿Qué?"), "qu");
        assert_eq!(slug("日本"), "");
    }

    proptest! {
        #[test]
        fn ids_are_valid_and_each_is_given_once(texts in proptest::collection::vec("[a-c2 \\-]{0,4}", 1..60)) {
            let mut ids = Ids::default();
            let given: Vec<String> = texts.iter().map(|text| ids.of(text, "point")).collect();
            let distinct: std::collections::BTreeSet<&String> = given.iter().collect();
            prop_assert_eq!(distinct.len(), given.len());
            prop_assert!(given.iter().all(|id| PointId::new(id.as_str()).is_ok()), "{:?}", given);
        }
    }
}
