//! Where a misheard phrase stands in a session, and how its sentence reads before and after it is put right.

use std::ops::Range;

use serde::Serialize;

use crate::engine::rescoring::Correction;
use crate::ids::{QuestionId, TurnId};
use crate::session::{Session, Take};
use crate::transcript::Transcript;
use crate::transcript::correct::{self, Corrected, Corrections};
use crate::transcript::phrase::{closed_like, occurrences, replacement, sentence};
use crate::units::AudioTime;

/// Words that are shown on each side of a phrase, at most.
const AROUND: usize = 12;

/// Where to look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope<'a> {
    /// Only in answers to this question.
    pub(super) question: Option<&'a QuestionId>,
    /// Only in this answer.
    pub(super) turn: Option<TurnId>,
}

/// A place where a phrase stands, and the corrections after which another stands there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Place {
    pub(super) turn: TurnId,
    /// The question that was answered. Null: it was put in between.
    pub(super) question: Option<QuestionId>,
    /// When it was said, within the recording of the turn.
    pub(super) at_ms: AudioTime,
    /// The sentence, the phrase in brackets.
    pub(super) before: String,
    /// The sentence as it will be.
    pub(super) after: String,
    #[serde(skip)]
    corrections: Vec<(usize, String)>,
}

impl Place {
    fn new(question: Option<&QuestionId>, take: &Take, corrections: Vec<(usize, String)>) -> Option<Self> {
        let heard = take.as_heard()?;
        let (first, last) = (corrections.first()?.0, corrections.last()?.0);
        let mut all = take.corrections.clone();
        all.extend(corrections.iter().cloned());
        Some(Self {
            turn: take.turn,
            question: question.cloned(),
            at_ms: heard.words.get(first)?.span.start,
            before: excerpt(heard, &take.corrections, first..last + 1),
            after: excerpt(heard, &all, first..last + 1),
            corrections,
        })
    }

    /// Returns the corrections.
    pub(super) fn corrections(&self) -> impl Iterator<Item = Correction> {
        let turn = self.turn;
        self.corrections.iter().map(move |(word, text)| Correction { turn, word: *word, text: text.clone() })
    }
}

/// Returns where a phrase stands, with what is to stand there instead.
pub(super) fn put_right(session: &Session, scope: Scope<'_>, phrase: &str, said: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for (question, take) in takes(session, scope) {
        let words = take.words();
        for stretch in occurrences(&texts(&words), phrase) {
            let said = closed_like(said, &words[stretch.end - 1].word.text);
            places.extend(Place::new(question, take, replacement(&words, stretch, &said)));
        }
    }
    places
}

/// Returns where a phrase was put right, with what was heard to stand there again. The phrase is what stands there now or, where that
/// is found nowhere, what was heard.
pub(super) fn taken_back(session: &Session, scope: Scope<'_>, phrase: &str) -> Vec<Place> {
    let by_words = by_words(session, scope, phrase);
    if by_words.is_empty() { by_heard(session, scope, phrase) } else { by_words }
}

fn by_words(session: &Session, scope: Scope<'_>, phrase: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for (question, take) in takes(session, scope) {
        let words = take.words();
        for stretch in occurrences(&texts(&words), phrase) {
            let corrected = words[stretch].iter().filter(|word| word.heard.is_some());
            let mut nths: Vec<usize> = corrected.map(|word| word.nth).collect();
            // The words that became nothing when this one got its text.
            while let Some(next) = nths.last().map(|nth| nth + 1)
                && take.corrections.get(&next).is_some_and(String::is_empty)
            {
                nths.push(next);
            }
            places.extend(Place::new(question, take, as_heard(take, &nths)));
        }
    }
    places
}

fn by_heard(session: &Session, scope: Scope<'_>, phrase: &str) -> Vec<Place> {
    let mut places = Vec::new();
    for (question, take) in takes(session, scope) {
        let Some(heard) = &take.heard else { continue };
        let texts: Vec<&str> = heard.words.iter().map(|word| word.text.as_str()).collect();
        for stretch in occurrences(&texts, phrase) {
            let nths: Vec<usize> = stretch.filter(|nth| take.corrections.contains_key(nth)).collect();
            places.extend(Place::new(question, take, as_heard(take, &nths)));
        }
    }
    places
}

/// Returns everything that was put right: the sentence as it was heard, and as it stands.
pub(super) fn all(session: &Session, scope: Scope<'_>) -> Vec<Place> {
    let turned = |place: Place| Place { before: place.after, after: place.before, ..place };
    corrected(session, scope).into_iter().map(turned).collect()
}

fn corrected(session: &Session, scope: Scope<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for (question, take) in takes(session, scope) {
        let mut nths: Vec<usize> = Vec::new();
        for nth in take.corrections.keys() {
            if nths.last().is_some_and(|last| last + 1 < *nth) {
                places.extend(Place::new(question, take, as_heard(take, &std::mem::take(&mut nths))));
            }
            nths.push(*nth);
        }
        places.extend(Place::new(question, take, as_heard(take, &nths)));
    }
    places
}

fn as_heard(take: &Take, nths: &[usize]) -> Vec<(usize, String)> {
    let heard = take.as_heard().map_or(&[][..], |heard| &heard.words);
    let mut nths = nths.to_vec();
    nths.dedup();
    nths.into_iter().filter_map(|nth| Some((nth, heard.get(nth)?.text.clone()))).collect()
}

fn takes<'a>(session: &'a Session, scope: Scope<'_>) -> Vec<(Option<&'a QuestionId>, &'a Take)> {
    let answers = session
        .exchanges
        .iter()
        .flat_map(|exchange| exchange.takes.iter().map(move |take| (Some(&exchange.asked.question), take)));
    let asides = session.asides.iter().map(|aside| (None, &aside.take));
    let is_wanted = |(question, take): &(Option<&QuestionId>, &Take)| {
        scope.turn.is_none_or(|turn| take.turn == turn) && (scope.question.is_none() || *question == scope.question)
    };
    answers.chain(asides).filter(is_wanted).collect()
}

fn texts<'a>(words: &'a [Corrected<'_>]) -> Vec<&'a str> {
    words.iter().map(|word| word.word.text.as_str()).collect()
}

/// Returns the sentence around words that were heard, as it stands with those corrections; the words stand in brackets.
fn excerpt(heard: &Transcript, corrections: &Corrections, places: Range<usize>) -> String {
    let words = correct::corrected(heard, corrections);
    let texts = texts(&words);
    let at = |nth: usize| words.iter().position(|word| word.nth >= nth).unwrap_or(words.len());
    let stretch = at(places.start)..at(places.end);
    let whole = sentence(&texts, stretch.clone());
    let shown = whole.start.max(stretch.start.saturating_sub(AROUND))..whole.end.min(stretch.end + AROUND);
    let mut parts = Vec::new();
    parts.extend((shown.start > whole.start).then_some("…".to_owned()));
    parts.extend(texts[shown.start..stretch.start].iter().map(ToString::to_string));
    parts.push(format!("[{}]", texts[stretch.clone()].join(" ")));
    parts.extend(texts[stretch.end..shown.end].iter().map(ToString::to_string));
    parts.extend((shown.end < whole.end).then_some("…".to_owned()));
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Place, Scope, all, put_right, taken_back};
    use crate::cli::review::sample;
    use crate::ids::TurnId;
    use crate::session::Session;
    use crate::session::record::Record;
    use crate::session::revision::{Revised, Revision};

    fn correct(session: &mut Session, places: &[Place]) {
        for one in places.iter().flat_map(Place::corrections) {
            let what = Revision::Corrected { turn: one.turn, word: one.word, text: one.text };
            session.apply(&Record::Revision(Box::new(Revised { on: jiff::Timestamp::UNIX_EPOCH, what })));
        }
    }

    fn told(places: &[Place]) -> String {
        let lines = places
            .iter()
            .map(|one| format!("answer {} at {}\n  {}\n  {}", one.turn.0, one.at_ms, one.before, one.after));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_phrase_is_put_right_wherever_it_was_misheard_and_taken_back_by_either_form() {
        let mut session = sample::session();
        let everywhere = Scope::default();
        let places = put_right(&session, everywhere, "cooper netties", "Kubernetes");
        insta::assert_snapshot!(told(&places));
        let before = session.clone();
        correct(&mut session, &places);
        assert_eq!(all(&session, everywhere).len(), places.len());
        assert!(put_right(&session, everywhere, "cooper netties", "x").is_empty(), "it stands there no more");
        for phrase in ["kubernetes", "Cooper netties"] {
            let back = taken_back(&session, everywhere, phrase);
            assert_eq!(back.len(), places.len(), "{phrase}");
            let mut again = session.clone();
            correct(&mut again, &back);
            assert_eq!(again, before, "{phrase}");
        }
    }

    #[test]
    fn it_is_looked_for_in_one_answer_where_one_is_named() {
        let session = sample::session();
        let only = Scope { turn: Some(TurnId(2)), ..Scope::default() };
        let places = put_right(&session, only, "cooper netties", "");
        assert_eq!(places.iter().map(|one| one.turn).collect::<Vec<_>>(), [TurnId(2)]);
    }
}
