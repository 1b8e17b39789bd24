//! Takes up a claim of the answer in the candidate's own words, before the follow-up that probes it.
//!
//! Misquoting somebody is worse than not quoting them. So only a whole clause is quoted, word for word, that was heard well
//! and says something, and only before the first follow-up to a question: the answer has just been given then, and a turn
//! of phrase that comes before each follow-up is soon a tic.

use std::ops::Range;

use crate::bank::FollowUp;
use crate::ids::PointId;
use crate::interview::effect::Reason;
use crate::interview::event::Event;
use crate::judge::{Answer, Assessment, Doubt, Evidence, Verdict};
use crate::prompt::{fill, follow_up};
use crate::terms::terms;
use crate::transcript::Word;
use crate::transcript::delivery::{is_filler, wording};
use crate::turn::cues::{Cue, cue};
use crate::units::{AudioTime, Span};

/// Fewest and most words of a quote. Two are a term rather than a claim; more than twelve are a recital.
const WORDS: std::ops::RangeInclusive<usize> = 3..=12;

/// Fewest content words of a quote: "it is what it is" claims nothing.
const CONTENT_WORDS: usize = 2;

/// Probability that every word must have been heard with. The judge takes words below it for misheard.
const HEARD_WELL: f32 = 0.6;

/// Words that lead into a clause and are not part of what it claims.
const LEADING: [&str; 12] =
    ["and", "but", "so", "well", "then", "or", "also", "now", "okay", "yeah", "right", "anyway"];

/// Words that begin a clause which claims nothing by itself.
const DEPENDENT: [&str; 20] = [
    "if", "when", "unless", "because", "although", "though", "while", "since", "which", "who", "whose", "that",
    "where", "whereas", "until", "than", "as", "like", "except", "whatever",
];

/// Phrases that fill a gap and that nobody likes to hear repeated.
const FILLING: [&str; 3] = ["you know", "i mean", "or whatever"];

/// What was said so far, and what of it was taken up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TakingUp {
    said: Vec<Answer>,
    taken: Vec<String>,
}

impl TakingUp {
    /// Remembers the words of a turn.
    pub(super) fn hear(&mut self, event: &Event) {
        if let Event::Heard { turn, transcript, .. } = event {
            self.said.push(Answer { turn: *turn, transcript: transcript.clone() });
        }
    }

    /// Remembers that a quote is being said, so that it is not said again.
    pub(super) fn remember(&mut self, reason: &Reason) {
        if let Reason::Probes { taken_up: Some(quoted), .. } = reason {
            self.taken.push(quoted.quote.clone());
        }
    }

    /// Returns a follow-up as it is asked, beginning with the candidate's words where some are worth it, and its reason.
    pub(super) fn begin(&self, follow_up: &FollowUp, reason: Reason, assessment: &Assessment) -> (FollowUp, Reason) {
        match quote(&reason, assessment, &self.said, &self.taken) {
            Some(quoted) => (
                FollowUp { prompt: in_words(&quoted.quote, self.taken.len(), &follow_up.prompt), ..follow_up.clone() },
                with(reason, quoted),
            ),
            None => (follow_up.clone(), reason),
        }
    }
}

/// Returns a quote and what is asked of it, as they are said. `nth` chooses among the ways to quote, which take turns.
#[must_use]
pub fn in_words(quote: &str, nth: usize, prompt: &str) -> String {
    let ways = follow_up::words().taking_up;
    let way = ways.get(nth.checked_rem(ways.len()).unwrap_or(0)).map_or("", String::as_str);
    format!("{} {prompt}", fill(way, &[("quote", quote)])).trim().to_owned()
}

/// Returns the words that may be quoted before a follow-up asked for that reason: of a pitfall that was heard, else of a point
/// that was half made. None where no clause of them will do.
#[must_use]
pub fn quote(reason: &Reason, assessment: &Assessment, said: &[Answer], taken: &[String]) -> Option<Evidence> {
    let Reason::Probes { points, pitfalls, .. } = reason else { return None };
    let hits = assessment.pitfalls.iter().filter(|hit| pitfalls.contains(&hit.pitfall)).map(|hit| &hit.evidence);
    let claims = hits.chain(points.iter().filter_map(|point| half_made(assessment, point)));
    let mut quotes = claims.filter_map(|evidence| {
        let words = &said.iter().find(|answer| answer.turn == evidence.turn)?.transcript.words;
        let clause = &words[clause(words, &place(words, evidence)?)?];
        Some(Evidence { turn: evidence.turn, quote: text(clause), span: span(clause) })
    });
    quotes.find(|found| !taken.contains(&found.quote))
}

fn half_made<'a>(assessment: &'a Assessment, point: &PointId) -> Option<&'a Evidence> {
    let judged = assessment.points.iter().find(|judged| judged.point == *point)?;
    let claims = judged.verdict == Verdict::Partial && judged.doubt != Some(Doubt::Misheard);
    judged.evidence.as_ref().filter(|_| claims)
}

fn with(mut reason: Reason, quoted: Evidence) -> Reason {
    if let Reason::Probes { taken_up, .. } = &mut reason {
        *taken_up = Some(quoted);
    }
    reason
}

/// Returns where the words of an evidence stand.
fn place(words: &[Word], evidence: &Evidence) -> Option<Range<usize>> {
    let quoted: Vec<&str> = evidence.quote.split_whitespace().collect();
    let count = quoted.len();
    let stands = |at: &usize| {
        let on_time = evidence.span.is_none_or(|span| words[*at].span.start == span.start);
        on_time && words[*at..*at + count].iter().map(|word| word.text.as_str()).eq(quoted.iter().copied())
    };
    let last = words.len().checked_sub(count)?;
    (0..=last).find(|at| count > 0 && stands(at)).map(|at| at..at + count)
}

/// Returns the clause within a stretch that says most and may be quoted.
fn clause(words: &[Word], within: &Range<usize>) -> Option<Range<usize>> {
    let mut best: Option<(usize, Range<usize>)> = None;
    for whole in clauses(words).into_iter().filter(|one| within.start <= one.start && one.end <= within.end) {
        let lead = words[whole.clone()].iter().take_while(|word| LEADING.contains(&plain(word).as_str())).count();
        let clause = whole.start + lead..whole.end;
        let content = terms(&text(&words[clause.clone()])).len();
        if is_quotable(&words[clause.clone()], content) && best.as_ref().is_none_or(|(most, _)| content > *most) {
            best = Some((content, clause));
        }
    }
    best.map(|(_, clause)| clause)
}

/// Parts words at their punctuation. What stands between two marks is a clause, if anything is.
fn clauses(words: &[Word]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (index, word) in words.iter().enumerate() {
        if word.text.ends_with([',', '.', ';', ':', '?', '!', '…', '-', '–', '—']) || index + 1 == words.len() {
            found.push(start..index + 1);
            start = index + 1;
        }
    }
    found
}

fn is_quotable(clause: &[Word], content: usize) -> bool {
    let (Some(first), Some(last)) = (clause.first(), clause.last()) else { return false };
    let text = text(clause);
    let lower = format!(" {} ", clause.iter().map(plain).collect::<Vec<_>>().join(" "));
    WORDS.contains(&clause.len())
        && content >= CONTENT_WORDS
        && !DEPENDENT.contains(&plain(first).as_str())
        // A question claims nothing, and what was broken off is no clause.
        && !last.text.ends_with(['?', '…', '-', '–', '—'])
        && !last.text.ends_with("..")
        && cue(&text) != Cue::Hanging
        && clause.iter().all(|word| word.probability >= HEARD_WELL && !is_filler(&word.text))
        && wording::restarts(clause).is_empty()
        && wording::hedges(clause).is_empty()
        && !FILLING.iter().any(|phrase| lower.contains(&format!(" {phrase} ")))
        && text.chars().all(|c| c.is_alphanumeric() || " '’-%&/+.$€£".contains(c))
}

/// Returns words as they were heard, without the mark at their end, which the line brings.
fn text(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ").trim_end_matches([',', '.', ';', ':', '!']).to_owned()
}

fn span(words: &[Word]) -> Option<Span> {
    let ends = words.first().zip(words.last());
    // Typed words all stand at time zero.
    ends.map(|(first, last)| Span::new(first.span.start, last.span.end)).filter(|span| span.end > AudioTime::ZERO)
}

fn plain(word: &Word) -> String {
    let bare = word.text.trim_matches(|c: char| !c.is_alphanumeric());
    bare.to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{HEARD_WELL, WORDS, in_words, quote};
    use crate::ids::{PointId, TurnId};
    use crate::interview::effect::Reason;
    use crate::judge::{Answer, Assessment, Band, Doubt, Evidence, PointVerdict, Standing, Verdict};
    use crate::prompt::follow_up;
    use crate::transcript::delivery::is_filler;
    use crate::transcript::{Transcript, Word};
    use crate::tts::sentences::sentences;
    use crate::units::{AudioTime, Span};

    fn point() -> PointId {
        PointId::new("zones").expect("kebab-case")
    }

    fn reason() -> Reason {
        Reason::Probes { points: vec![point()], pitfalls: Vec::new(), taken_up: None }
    }

    fn said(text: &str, probability: f32) -> Vec<Answer> {
        let word = |(index, text): (usize, &str)| {
            let start = AudioTime::from_ms(index as u64 * 300);
            Word {
                text: text.into(),
                span: Span::new(start, AudioTime::from_ms(index as u64 * 300 + 250)),
                probability,
            }
        };
        let words = text.split_whitespace().enumerate().map(word).collect();
        vec![Answer { turn: TurnId(1), transcript: Transcript { words } }]
    }

    /// An assessment in which these words half made the point.
    fn half_made(quote: &str, span: Option<Span>) -> Assessment {
        let evidence = Evidence { turn: TurnId(1), quote: quote.into(), span };
        Assessment {
            standing: Standing::Attempt,
            points: vec![PointVerdict {
                point: point(),
                verdict: Verdict::Partial,
                confidence: 0.7,
                p_partial: 0.8,
                p_covered: 0.1,
                doubt: None,
                evidence: Some(evidence),
            }],
            pitfalls: Vec::new(),
            pitfall_chances: std::collections::BTreeMap::new(),
            coverage: 0.5,
            band: Band::clamped(3),
        }
    }

    fn quoted(text: &str, evidence: &str) -> Option<String> {
        quote(&reason(), &half_made(evidence, None), &said(text, 0.9), &[]).map(|found| found.quote)
    }

    #[test]
    fn a_whole_clause_that_says_something_is_quoted_and_nothing_else_is() {
        for (text, wanted) in [
            ("We run in three zones.", Some("We run in three zones")),
            ("So, and we run three zones, which is nice.", Some("we run three zones")),
            ("Well, the provider handles all of that for us. Yes.", Some("the provider handles all of that for us")),
            ("Three zones.", None),
            ("It is what it is.", None),
            ("If the zone dies completely.", None),
            ("Who runs the three zones?", None),
            ("We run um three zones.", None),
            ("We run three three zones.", None),
            ("I guess we run three zones.", None),
            ("We run you know three zones.", None),
            ("We run three zones and the", None),
            ("We run three zones and re-", None),
            ("We run the “three” zones.", None),
            ("we run it in three zones and then there is the other thing with the second region and the backup", None),
        ] {
            assert_eq!(quoted(text, text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn of_several_clauses_the_one_that_says_most_is_quoted_if_it_lies_within_the_evidence() {
        let text = "We run three zones, every zone has independent power supply lines, that is enough.";
        assert_eq!(quoted(text, text).as_deref(), Some("every zone has independent power supply lines"));
        assert_eq!(quoted(text, "We run three zones,").as_deref(), Some("We run three zones"));
        assert_eq!(quoted(text, "zone has independent power supply lines,"), None, "half a clause is none");
    }

    #[test]
    fn what_may_be_misheard_was_covered_or_was_taken_up_is_not_quoted() {
        let text = "We run in three zones.";
        let answers = said(text, 0.9);
        let quote_of = |assessment: &Assessment, taken: &[String]| quote(&reason(), assessment, &answers, taken);
        let assessment = half_made(text, None);
        assert!(quote_of(&assessment, &[]).is_some());
        assert_eq!(quote_of(&assessment, &["We run in three zones".into()]), None);
        assert_eq!(quote(&reason(), &assessment, &said(text, HEARD_WELL - 0.1), &[]), None);
        let mut doubted = assessment.clone();
        doubted.points[0].doubt = Some(Doubt::Misheard);
        assert_eq!(quote_of(&doubted, &[]), None);
        let mut covered = assessment;
        covered.points[0].verdict = Verdict::Covered;
        assert_eq!(quote_of(&covered, &[]), None);
        assert_eq!(quote(&Reason::Deeper, &covered, &answers, &[]), None);
    }

    #[test]
    fn the_later_of_two_equal_stretches_is_quoted_where_the_evidence_lies_there() {
        let answers = said("We run three zones. Yes. We run three zones.", 0.9);
        let late = Span::new(AudioTime::from_ms(1_500), AudioTime::from_ms(2_650));
        let found = quote(&reason(), &half_made("We run three zones.", Some(late)), &answers, &[]);
        assert_eq!(found.and_then(|found| found.span), Some(late));
    }

    #[test]
    fn every_way_to_quote_is_a_sentence_of_its_own_before_the_question() {
        for nth in 0..follow_up::words().taking_up.len() {
            let line = in_words("we run in three zones", nth, "What if one dies?");
            let parts: Vec<String> = sentences(&line).into_iter().map(|sentence| sentence.text).collect();
            assert_eq!(parts.last().map(String::as_str), Some("What if one dies?"), "{line}");
            assert!(parts.len() > 1 && !line.contains(['{', '}']), "{line}");
        }
    }

    fn spoken_word() -> impl Strategy<Value = (String, f32)> {
        let words =
            ["we", "run", "three", "zones", "um", "and", "the", "backup", "fails", "over", "daily", "I", "guess"];
        let marks = ["", "", "", "", ",", ".", "?", "…", "-"];
        let word = (prop::sample::select(words.to_vec()), prop::sample::select(marks.to_vec()));
        (word, prop::sample::select(vec![0.2_f32, 0.9, 0.9, 0.9]))
            .prop_map(|((word, mark), p)| (format!("{word}{mark}"), p))
    }

    proptest! {
        #[test]
        fn whatever_is_quoted_was_said_word_for_word_within_the_evidence_and_can_be_spoken(
            words in prop::collection::vec(spoken_word(), 1..40), from in 0..40usize, count in 1..20usize, nth in 0..5usize,
        ) {
            let all: Vec<&str> = words.iter().map(|(text, _)| text.as_str()).collect();
            let mut answers = said(&all.join(" "), 0.9);
            for (word, (_, probability)) in answers[0].transcript.words.iter_mut().zip(&words) {
                word.probability = *probability;
            }
            let from = from % words.len();
            let evidence = all[from..(from + count).min(words.len())].join(" ");
            if let Some(found) = quote(&reason(), &half_made(&evidence, None), &answers, &[]) {
                prop_assert!(answers[0].transcript.text().contains(&found.quote));
                prop_assert!(evidence.contains(&found.quote), "{} in {evidence}", found.quote);
                prop_assert!(WORDS.contains(&found.quote.split(' ').count()));
                prop_assert!(!found.quote.split(' ').any(is_filler));
                let span = found.span.expect("the words have times");
                let heard = answers[0].transcript.words.iter().filter(|word| span.start <= word.span.start && word.span.end <= span.end);
                prop_assert!(heard.clone().all(|word| word.probability >= HEARD_WELL));
                prop_assert_eq!(heard.count(), found.quote.split(' ').count());
                let line = in_words(&found.quote, nth, "What then?");
                prop_assert!(line.contains(&found.quote) && line.ends_with(" What then?"));
                let speakable = sentences(&line).len() >= 2 && !line.contains(['{', '}', '…']);
                prop_assert!(speakable, "{}", line);
            }
        }
    }
}
