//! Has a follow-up worded so that it takes up what the candidate said, and holds the words to an interviewer's manners. What does not
//! keep to them is not asked: the bank has words of its own.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::bank::{FollowUp, Point, Question};
use crate::interview::effect::Reason;
use crate::judge::Answer;
use crate::language::claims::{holds_words, quotes};
use crate::language::{Ask, LanguageError, LanguageModel, template};
use crate::terms::{bare_words, is_function_word, overlap, terms};
use crate::transcript::phrase::occurrences;

/// Fewest and most words of a follow-up. A listener keeps no more in mind.
const WORDS: std::ops::RangeInclusive<usize> = 4..=35;

/// Most words of the answer that the model reads: the last ones. Small models take long to read.
const READ: usize = 350;

/// Most tokens that a model may take for it: more than 35 words are refused anyway.
const TOKENS: u32 = 80;

/// Share of a question's terms from which another is the same question.
const SAME: f32 = 0.75;

/// Terms of an open point, said by nobody so far, from which a question gives the answer away. Two are half of what most points are.
const GIVEN_AWAY: usize = 2;

/// Fewest terms that a follow-up shares with what it is about.
const ABOUT_IT: usize = 1;

/// Words that begin a question, or one within a sentence.
const ASKING: [&str; 22] = [
    "what", "how", "why", "when", "where", "which", "who", "whom", "whose", "did", "do", "does", "would", "could",
    "can", "is", "are", "was", "were", "will", "have", "has",
];

/// Words that join a second question to the first.
const JOINING: [&str; 4] = ["and", "or", "also", "plus"];

/// Praise and blame, which an interviewer keeps to themselves.
const JUDGING: [&str; 16] = [
    "great",
    "excellent",
    "impressive",
    "good",
    "nice",
    "perfect",
    "fantastic",
    "wonderful",
    "brilliant",
    "amazing",
    "wrong",
    "incorrect",
    "mistake",
    "poor",
    "weak",
    "thank",
];

/// Words before a quote.
const QUOTING: [&str; 5] = ["you said", "you mentioned", "you told", "you talked about", "you described"];

/// A follow-up that is to be worded.
#[derive(Clone, Debug)]
pub struct Rewording {
    /// The question.
    pub question: Question,
    /// The follow-up as the bank has it.
    pub follow_up: FollowUp,
    /// Why it is asked.
    pub reason: Reason,
    /// Everything that was said to the question so far.
    pub answers: Vec<Answer>,
    /// What was asked to this question so far, the question itself included.
    pub asked: Vec<String>,
}

/// Why words are not asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There are none, or many, or several lines of them.
    #[error("it is no question of {} to {} words", WORDS.start(), WORDS.end())]
    Length,
    /// It does not end in its only question mark, or joins two.
    #[error("it does not ask exactly one thing")]
    NotOneThing,
    /// It has marks that nobody speaks, or is in another language.
    #[error("it is not plain spoken English")]
    NotPlain,
    /// It tells what it thinks of the answer.
    #[error("it praises or criticises")]
    Judges,
    /// It was asked before.
    #[error("it was asked before")]
    Repeats,
    /// It names what the candidate is to come upon.
    #[error("it gives the answer away: {0}")]
    GivesAway(String),
    /// It quotes what nobody said.
    #[error("it quotes words that were not said")]
    Misquotes,
    /// It has nothing to do with the question or the answer.
    #[error("it is about something else")]
    OffTopic,
}

impl Rewording {
    /// Returns what a model is asked.
    #[must_use]
    pub fn ask(&self) -> Ask {
        #[derive(Serialize)]
        struct Values<'a> {
            question: &'a str,
            answer: String,
            open: Vec<&'a str>,
            asked: &'a [String],
            prepared: &'a str,
        }
        let words: Vec<&str> = self.answers.iter().flat_map(words_of).collect();
        let answer = words[words.len().saturating_sub(READ)..].join(" ");
        let open = self.open().map(|point| point.text.as_str()).collect();
        let prepared = &self.follow_up.prompt;
        let values = Values { question: &self.question.prompt, answer, open, asked: &self.asked, prepared };
        Ask {
            system: include_str!("../../prompts/language/rewording/system.jinja").trim().to_owned(),
            user: template::filled(include_str!("../../prompts/language/rewording/user.jinja"), values)
                .trim()
                .to_owned(),
            form: None,
            tokens: TOKENS,
        }
    }

    /// Asks a model. `piece` is called as the words come, and ends them by returning false.
    ///
    /// # Errors
    /// [`LanguageError`], also where the words do not keep to the manners of an interviewer.
    pub fn from(
        &self,
        model: &mut dyn LanguageModel,
        piece: &mut dyn FnMut(&str) -> bool,
    ) -> Result<String, LanguageError> {
        let text = model.answer(&self.ask(), piece)?;
        self.checked(&text).map_err(|unfit| LanguageError::Nonsense(unfit.to_string()))
    }

    /// Returns the words as they are asked.
    ///
    /// # Errors
    /// [`Unfit`] says what is wrong with them.
    pub fn checked(&self, text: &str) -> Result<String, Unfit> {
        let text = bare(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        if !WORDS.contains(&words.len()) || text.contains('\n') {
            return Err(Unfit::Length);
        }
        if !is_plain(text) {
            return Err(Unfit::NotPlain);
        }
        if !asks_one_thing(text) {
            return Err(Unfit::NotOneThing);
        }
        if bare_words(text).any(|word| JUDGING.contains(&word.as_str())) && !self.said_or_asked(text) {
            return Err(Unfit::Judges);
        }
        if self.misquotes(text) {
            return Err(Unfit::Misquotes);
        }
        let new = terms(text);
        if self.asked.iter().any(|asked| same(&new, &terms(asked))) {
            return Err(Unfit::Repeats);
        }
        self.keeps_the_answer(text)?;
        let about = terms(&format!("{} {} {}", self.question.prompt, self.follow_up.prompt, self.said()));
        let about: BTreeSet<String> = self.open().flat_map(|point| terms(&point.text)).chain(about).collect();
        if new.intersection(&about).count() < ABOUT_IT { Err(Unfit::OffTopic) } else { Ok(text.to_owned()) }
    }

    /// The points that it is to get at.
    fn open(&self) -> impl Iterator<Item = &Point> {
        let ids = match &self.reason {
            Reason::Probes { points, .. } | Reason::Doubts { points, .. } => points.as_slice(),
            Reason::Deeper | Reason::Harder | Reason::Easier => &[],
        };
        ids.iter().filter_map(|id| self.question.point(id))
    }

    fn said(&self) -> String {
        self.answers.iter().map(|answer| answer.transcript.text()).collect::<Vec<_>>().join(" ")
    }

    /// What everybody knows: it was said, asked, or stands in the follow-up of the bank.
    fn known(&self) -> String {
        format!("{} {} {} {}", self.question.prompt, self.asked.join(" "), self.follow_up.prompt, self.said())
    }

    /// Whether each judging word of a text was the candidate's or the bank's own.
    fn said_or_asked(&self, text: &str) -> bool {
        let known: BTreeSet<String> = bare_words(&self.known()).collect();
        bare_words(text).filter(|word| JUDGING.contains(&word.as_str())).all(|word| known.contains(&word))
    }

    fn keeps_the_answer(&self, text: &str) -> Result<(), Unfit> {
        let known = terms(&self.known());
        let new: BTreeSet<String> = terms(text).difference(&known).cloned().collect();
        for point in self.open() {
            let mut named = point.cues.iter().filter(|cue| holds_words(text, cue) && !holds_words(&self.known(), cue));
            if let Some(cue) = named.next() {
                return Err(Unfit::GivesAway(cue.clone()));
            }
            let given: Vec<String> = terms(&point.text).intersection(&new).cloned().collect();
            if given.len() >= GIVEN_AWAY {
                return Err(Unfit::GivesAway(given.join(", ")));
            }
        }
        Ok(())
    }

    /// Whether something is quoted, between marks or after "you said", that was not said.
    fn misquotes(&self, text: &str) -> bool {
        let said: Vec<&str> = self.answers.iter().flat_map(words_of).collect();
        let was_said = |quote: &str| quote.trim().is_empty() || !occurrences(&said, quote).is_empty();
        let marked = quotes(text).is_none_or(|quotes| quotes.into_iter().any(|quote| !was_said(&text[quote])));
        let said = terms(&self.said());
        let lower = text.to_lowercase();
        let told = QUOTING.iter().filter_map(|before| lower.split_once(before)).any(|(_, after)| {
            let clause = after.split([',', '.', ';', ':', '?', '—']).next().unwrap_or_default();
            let claimed = terms(clause);
            // A word more or less is how people retell.
            claimed.difference(&said).count() > claimed.len() / 3
        });
        marked || told
    }
}

fn words_of(answer: &Answer) -> impl Iterator<Item = &str> {
    answer.transcript.words.iter().map(|word| word.text.as_str())
}

/// Returns the words without what models put around them.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let labelled = text.split_once(':').filter(|(label, _)| {
        ["follow-up", "follow up", "followup", "question", "interviewer", "follow-up question"]
            .contains(&label.trim_matches('*').trim().to_lowercase().as_str())
    });
    let text = labelled.map_or(text, |(_, rest)| rest).trim();
    let inside = |open, close| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    inside('"', '"').or_else(|| inside('“', '”')).filter(|inside| !inside.contains(['"', '“'])).unwrap_or(text).trim()
}

fn is_plain(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let foreign = letters.iter().filter(|c| !c.is_ascii()).count();
    let speakable = |c: char| c.is_alphanumeric() || " ,.?!'’-–—:;%&/()$€£\"“”".contains(c);
    let english = bare_words(text).any(|word| is_function_word(&word));
    text.chars().all(speakable) && foreign * 10 <= letters.len() && english
}

fn asks_one_thing(text: &str) -> bool {
    let words: Vec<String> = bare_words(text).collect();
    let joins = words.windows(2).any(|pair| JOINING.contains(&pair[0].as_str()) && ASKING.contains(&pair[1].as_str()));
    text.ends_with('?') && text.matches('?').count() == 1 && !joins
}

fn same(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    !other.is_empty() && overlap(other, one) >= SAME && overlap(one, other) >= SAME
}

#[cfg(test)]
mod tests;
