//! Recognises the labels of a question's parts in their usual wordings. Knows words only, not where in a document they stand.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a labelled part of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// The question itself.
    Question,
    /// What is assessed.
    Points,
    /// Advice on how to answer, which names what a good answer does.
    Advice,
    /// The standard answer.
    Answer,
    /// A poor answer, as an example of what not to say.
    PoorAnswer,
    /// What a poor answer falls into.
    Pitfalls,
    /// What may be asked next.
    FollowUps,
    /// Why the question is asked.
    Why,
    /// How senior the candidate is.
    Level,
    /// How long an answer takes.
    Minutes,
    /// Free tags.
    Skills,
    /// The heading under which the question counts.
    Competency,
    /// The title of the whole.
    Title,
    /// A number or another name of the entry, which the bank makes anew.
    Number,
}

/// The wordings and the words around them.
const WORDINGS: &str = include_str!("wordings.txt");

/// The names of the roles in the list of wordings.
const ROLES: [(&str, Role); 14] = [
    ("follow-ups", Role::FollowUps),
    ("poor answer", Role::PoorAnswer),
    ("pitfalls", Role::Pitfalls),
    ("why", Role::Why),
    ("points", Role::Points),
    ("advice", Role::Advice),
    ("answer", Role::Answer),
    ("level", Role::Level),
    ("minutes", Role::Minutes),
    ("skills", Role::Skills),
    ("competency", Role::Competency),
    ("title", Role::Title),
    ("number", Role::Number),
    ("question", Role::Question),
];

/// Words that begin a question or a task, never a label.
const ASKING: &[&str] = &[
    "tell", "describe", "explain", "walk", "talk", "share", "discuss", "imagine", "suppose", "define", "compare",
    "have", "name", "convince", "sell",
];

/// Words before `you` in a question that is put to the candidate, and so is no label.
const PUT_TO_YOU: &[&str] = &["do", "did", "would", "have", "are", "can", "will", "were", "should", "when", "if"];

/// Most words of a label.
const MOST_WORDS: usize = 12;

struct Wording {
    role: Role,
    is_whole: bool,
    words: Vec<&'static str>,
}

/// The wordings in their order.
static TABLE: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let mut role = None;
    let mut table = Vec::new();
    for line in lines() {
        match heading_of(line) {
            Some(name) => role = ROLES.iter().find(|(one, _)| *one == name).map(|(_, role)| *role),
            None => table.extend(role.iter().flat_map(|role| line.split(" | ").map(|text| wording(*role, text)))),
        }
    }
    table
});

/// All words of wordings, and those around them.
static KNOWN: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let words = lines().filter(|line| heading_of(line).is_none()).flat_map(|line| line.split([' ', '|', '=']));
    words.filter(|word| !word.is_empty()).collect()
});

fn lines() -> impl Iterator<Item = &'static str> {
    WORDINGS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn heading_of(line: &'static str) -> Option<&'static str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

fn wording(role: Role, text: &'static str) -> Wording {
    let bare = text.trim_start_matches('=');
    Wording { role, is_whole: bare.len() < text.len(), words: bare.split(' ').collect() }
}

/// Returns the role of a text that is set apart, such as a heading or a column's name: two words more may stand in it.
pub(super) fn heading(text: &str) -> Option<Role> {
    let (role, strange, all) = classify(text)?;
    (strange == 0 || (strange <= 2 && strange * 5 <= all * 2 && !text.trim_end().ends_with('?'))).then_some(role)
}

/// Returns the role of a text that might as well be a sentence: all of its words must be those of a label.
pub(super) fn exact(text: &str) -> Option<Role> {
    classify(text).filter(|(_, strange, _)| *strange == 0).map(|(role, _, _)| role)
}

/// Returns the role, the number of words that are strange to labels, and the number of all words.
fn classify(text: &str) -> Option<(Role, usize, usize)> {
    if text.len() > 160 || text.trim_end().ends_with('.') && text.split(' ').count() > 3 {
        return None;
    }
    let spoken = words(text);
    if spoken.is_empty() || spoken.len() > MOST_WORDS || ASKING.contains(&spoken[0].as_str()) {
        return None;
    }
    if is_put(&spoken) || (text.trim_end().ends_with('?') && spoken.len() < 3) {
        return None;
    }
    let fits = |wording: &&Wording| {
        let is_same = |window: &[String]| window.iter().zip(&wording.words).all(|(word, wanted)| word == wanted);
        if wording.is_whole {
            spoken.len() == wording.words.len() && is_same(&spoken)
        } else {
            spoken.windows(wording.words.len()).any(is_same)
        }
    };
    let role = TABLE.iter().find(fits)?.role;
    let strange = spoken.iter().filter(|word| !KNOWN.contains(word.as_str()) && !is_number(word)).count();
    Some((role, strange, spoken.len()))
}

/// Returns whether the words ask the candidate, and so are no label: `How do you follow up?`
fn is_put(spoken: &[String]) -> bool {
    spoken.windows(2).any(|pair| pair[1] == "you" && PUT_TO_YOU.contains(&pair[0].as_str()))
}

/// Returns whether a word only counts: `3`, `q3`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['q', 'a']);
    !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}

/// Returns the words in small letters, without numbers around them and what stands in brackets at their end.
fn words(text: &str) -> Vec<String> {
    let text = text.trim_end_matches([' ', ':', '?', '.', '!', '-', '–', '—']);
    let text = match text.rfind(" (") {
        Some(at) if text.ends_with(')') => &text[..at],
        _ => text,
    };
    let plain: String =
        text.chars().filter(|c| !matches!(c, '\'' | '’' | '‘' | '`')).collect::<String>().to_lowercase();
    let plain = plain.replace('_', " ");
    let mut words: Vec<String> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(ToOwned::to_owned).collect();
    let counted = words.iter().take_while(|word| word.chars().all(|c| c.is_ascii_digit())).count();
    words.drain(..counted);
    while words.len() > 1 && words.last().is_some_and(|word| is_number(word)) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Role, exact, heading};

    #[test]
    fn the_usual_wordings_are_known() {
        let cases = [
            (
                Role::Points,
                "What they're looking for|What interviewers assess|Points of assessment|Key points to cover|What a strong answer includes:|📌 Evaluation criteria|What the interviewer wants to hear|2. Assessment points|Green flags|How it's scored – scoring rubric|What hiring managers listen for|What good looks like",
            ),
            (
                Role::Answer,
                "Sample answer|MODEL ANSWER|Standard answer:|Example answer (STAR)|A:|Ans.|Answer to question 3|How you could answer|What a strong answer might sound like|Suggested response|Ideal answer",
            ),
            (
                Role::Pitfalls,
                "Mistakes to avoid|Common pitfalls|Red flags|🚩 Red flags:|What not to say|Where candidates go wrong|What a weak answer looks like|Things to avoid|Common mistakes candidates make|Don'ts",
            ),
            (
                Role::FollowUps,
                "They may also ask|Follow-up questions|Followups|Possible follow-ups:|What the interviewer might ask next|Be ready for|Dig deeper|Follow-up Q",
            ),
            (
                Role::Why,
                "Why they ask this|Why do interviewers ask this question?|Purpose of this question|Why this question matters",
            ),
            (Role::Advice, "How to answer|Tips|Pro tip|How to structure your answer"),
            (Role::PoorAnswer, "Weak answer|Bad answer example"),
            (Role::Question, "Question|Q:|Interview question 4"),
        ];
        for (role, texts) in cases {
            for text in texts.split('|') {
                assert_eq!(heading(text), Some(role), "{text}");
            }
        }
    }

    #[test]
    fn every_role_has_wordings_and_every_list_of_wordings_a_role() {
        for line in super::lines() {
            let name = super::heading_of(line);
            assert!(
                name.is_none_or(|name| name == "around" || super::ROLES.iter().any(|(one, _)| *one == name)),
                "{line}"
            );
        }
        for (name, role) in super::ROLES {
            assert!(super::TABLE.iter().any(|wording| wording.role == role), "{name}");
        }
    }

    #[test]
    fn questions_and_sentences_are_no_labels() {
        for text in [
            "What mistakes have you made in your career?",
            "What are the common pitfalls of microservices?",
            "Tell me about a mistake",
            "Describe your answer to a crisis",
            "Avoiding single points of failure",
            "How would you assess the quality of a data set?",
            "What do you look for in a junior developer?",
            "How do you follow up with a customer who is silent?",
            "Why should we hire you?",
            "Why?",
            "How do you handle errors",
            "I answer the phone and look for the file.",
            "Conclusion",
            "",
        ] {
            assert_eq!(heading(text), None, "{text}");
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
