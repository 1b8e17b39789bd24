//! Interviews that nobody gave, to measure and to show with: made of a bank's own model answers, and always the same for the same
//! seed. Their verdicts come by chance, not from a judge.

mod speech;

use std::collections::BTreeMap;

use crate::bank::{Bank, Point, Question};
use crate::ids::{Asked, QuestionId, RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason};
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use crate::prompt::{Persona, Pressure};
use crate::session::record::{Opened, Record, Source};
use crate::session::sample::speech::{Chance, Heard, speak};
use crate::transcript::Transcript;
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

/// Words that a verdict rests on.
const QUOTED: usize = 9;

/// Coverage from which a band begins, the second to the fifth.
const BANDS: [f32; 4] = [0.1, 0.3, 0.55, 0.85];

/// What an interview is to be like.
#[derive(Clone, Debug)]
pub struct Sample<'b> {
    /// Where its questions and answers come from.
    pub bank: &'b Bank,
    /// When it began; its name tells the same.
    pub started: jiff::Timestamp,
    /// Who asked.
    pub persona: Persona,
    /// How they pressed.
    pub pressure: Pressure,
    /// How many questions were asked.
    pub questions: usize,
    /// How many follow-ups each of them had.
    pub follow_ups: usize,
    /// Words of an answer to a question; one to a follow-up has a third of them.
    pub words: usize,
    /// How good the candidate is, 0 to 1.
    pub skill: f32,
    /// Chooses all that is left to chance.
    pub seed: u64,
}

impl Sample<'_> {
    /// Returns the lines of the interview's journal, the opening one first.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        let mut telling =
            Telling { sample: self, chance: Chance::new(self.seed), at: 0, turns: 0, lines: 0, records: Vec::new() };
        let first = telling.chance.between(0, self.bank.questions.len() as u64) as usize;
        let questions: Vec<&Question> = self
            .bank
            .questions
            .iter()
            .cycle()
            .skip(first)
            .take(self.questions.min(self.bank.questions.len()))
            .collect();
        let opened = self.opened(questions.iter().map(|question| question.id.clone()).collect());
        telling.records.push(Record::Opened(Box::new(opened)));
        telling.happened(Event::Begin);
        for question in questions {
            telling.question(question);
        }
        telling.wanted(Effect::End { ending: Ending::Complete });
        telling.records
    }

    fn opened(&self, questions: Vec<QuestionId>) -> Opened {
        Opened {
            id: format!("{}-{}", self.started.strftime("%Y-%m-%d-%H%M%S"), self.bank.id),
            started: self.started,
            hotseat: env!("CARGO_PKG_VERSION").into(),
            source: Source::Microphone { name: "A headset".into() },
            plan: Plan {
                bank: self.bank.clone(),
                questions,
                reserve: Vec::new(),
                persona: self.persona.clone(),
                panel: Vec::new(),
                pressure: self.pressure.clone(),
                minutes: None,
                wording: None,
            },
        }
    }
}

/// An interview that is being told.
struct Telling<'s> {
    sample: &'s Sample<'s>,
    chance: Chance,
    /// Milliseconds since it began.
    at: u64,
    turns: u32,
    lines: u32,
    records: Vec<Record>,
}

impl Telling<'_> {
    fn happened(&mut self, what: Event) {
        self.records.push(Record::Event(Stamped { at: AudioTime::from_ms(self.at), what }));
    }

    fn wanted(&mut self, what: Effect) {
        self.records.push(Record::Effect(Stamped { at: AudioTime::from_ms(self.at), what }));
    }

    fn question(&mut self, question: &Question) {
        let follow_ups = question.follow_ups.iter().take(self.sample.follow_ups);
        self.wanted(Effect::Prepare {
            texts: follow_ups.clone().map(|one| one.prompt.clone()).collect(),
            speakers: Vec::new(),
        });
        let asked = Asked { question: question.id.clone(), follow_up: None, nth: 0 };
        let mut assessed = self.exchange(question, asked, Purpose::Question, &question.prompt, None, None);
        for (nth, follow_up) in (1..).zip(follow_ups) {
            let open = assessed.points.iter().filter(|one| one.verdict != Verdict::Covered);
            let points = open.map(|one| one.point.clone()).take(1).collect();
            let reason = Reason::Probes { points, pitfalls: Vec::new(), taken_up: None };
            let asked = Asked { question: question.id.clone(), follow_up: Some(follow_up.id.clone()), nth };
            assessed =
                self.exchange(question, asked, Purpose::FollowUp, &follow_up.prompt, Some(reason), Some(&assessed));
        }
    }

    /// Tells what is asked, said and made of it, and returns the latter.
    fn exchange(
        &mut self,
        question: &Question,
        asked: Asked,
        purpose: Purpose,
        prompt: &str,
        reason: Option<Reason>,
        before: Option<&Assessment>,
    ) -> Assessment {
        self.lines += 1;
        let utterance = UtteranceId(self.lines);
        let is_follow_up = asked.nth > 0;
        self.wanted(Effect::Say {
            utterance,
            purpose,
            asked: Some(asked.clone()),
            reason,
            text: prompt.into(),
            speaker: None,
        });
        let after = (self.turns > 0).then(|| self.chance.between(500, 1_400));
        self.happened(Event::Sounded { utterance, since_speech_ms: after, since_decision_ms: after.map(|ms| ms / 3) });
        self.at += 70 * prompt.len() as u64;
        self.happened(Event::Said { utterance });
        self.turns += 1;
        let turn = TurnId(self.turns);
        let patience = self.sample.pressure.patience(question.minutes, is_follow_up);
        self.wanted(Effect::Listen { turn, asked, take: 1, patience, replaces: false });
        let heard = self.answer(question, is_follow_up);
        self.heard(turn, &heard);
        let assessment = self.assess(question, turn, &heard.transcript, before);
        let request = RequestId(self.turns);
        self.wanted(Effect::Judge { request, question: question.id.clone(), turns: vec![turn] });
        self.at += 600;
        self.happened(Event::Judged { request, assessment: assessment.clone(), took_ms: 600 });
        assessment
    }

    fn answer(&mut self, question: &Question, is_follow_up: bool) -> Heard {
        let wanted = if is_follow_up { self.sample.words / 3 } else { self.sample.words };
        let others = self.sample.bank.questions.iter().filter(|other| other.id != question.id);
        let mut words: Vec<&str> = Vec::with_capacity(wanted);
        // A candidate says some of what a good answer says, and goes on with what belongs elsewhere.
        for text in std::iter::once(question).chain(others).map(|one| one.model_answer.as_str()) {
            for sentence in sentences(text) {
                if words.len() < wanted && self.chance.share() < 0.35 + 0.6 * self.sample.skill {
                    words.extend(sentence);
                }
            }
        }
        speak(&words, self.sample.skill, &mut self.chance)
    }

    fn heard(&mut self, turn: TurnId, heard: &Heard) {
        self.happened(Event::SpeechStarted { turn });
        self.at += heard.duration_ms;
        self.happened(Event::TurnEnded {
            turn,
            reason: EndReason::Complete,
            speech_end_ms: heard.speech_end,
            duration_ms: heard.duration_ms,
            strain: Strain { behind: 1, lost_ms: 0 },
        });
        self.at += 700;
        self.happened(Event::Heard {
            turn,
            transcript: heard.transcript.clone(),
            took_ms: 700,
            worked_ms: heard.duration_ms / 8,
            failure: None,
        });
        self.happened(Event::Measured { turn, sound: heard.sound.clone(), took_ms: heard.duration_ms / 10 });
    }

    fn assess(
        &mut self,
        question: &Question,
        turn: TurnId,
        said: &Transcript,
        before: Option<&Assessment>,
    ) -> Assessment {
        let points: Vec<PointVerdict> =
            question.points.iter().map(|point| self.verdict(point, turn, said, before)).collect();
        let coverage = coverage(question, &points);
        let hits = question.pitfalls.iter().take(1).filter(|_| self.chance.share() > 0.7 + 0.3 * self.sample.skill);
        let pitfalls: Vec<PitfallHit> = hits
            .filter_map(|one| {
                let evidence = quote(turn, said, 0)?;
                Some(PitfallHit { pitfall: one.id.clone(), confidence: 0.8, evidence })
            })
            .collect();
        let band = 1 + BANDS.iter().filter(|from| coverage >= **from).count() as u8;
        let chances = question.pitfalls.iter().map(|one| (one.id.clone(), 0.2));
        Assessment {
            standing: Standing::Attempt,
            points,
            pitfall_chances: chances.collect::<BTreeMap<_, _>>(),
            coverage,
            band: Band::clamped(band - u8::from(!pitfalls.is_empty() && band > 1)),
            pitfalls,
        }
    }

    /// A point that was made stays made; the others have another chance with each answer.
    fn verdict(&mut self, point: &Point, turn: TurnId, said: &Transcript, before: Option<&Assessment>) -> PointVerdict {
        let earlier = before.and_then(|before| before.points.iter().find(|one| one.point == point.id));
        if let Some(made) = earlier.filter(|one| one.verdict == Verdict::Covered) {
            return made.clone();
        }
        let luck = self.chance.share() - self.sample.skill;
        let place = self.chance.between(0, said.words.len() as u64 + 1) as usize;
        let evidence = quote(turn, said, place);
        let verdict = match evidence {
            Some(_) if luck < -0.1 => Verdict::Covered,
            Some(_) if luck < 0.1 => Verdict::Partial,
            _ => Verdict::Missing,
        };
        if let Some(earlier) = earlier.filter(|one| one.verdict > verdict) {
            return earlier.clone();
        }
        PointVerdict {
            point: point.id.clone(),
            verdict,
            confidence: 0.6 + 0.4 * self.chance.share(),
            p_partial: if verdict == Verdict::Missing { 0.2 } else { 0.9 },
            p_covered: if verdict == Verdict::Covered { 0.8 } else { 0.1 },
            doubt: None,
            evidence: evidence.filter(|_| verdict != Verdict::Missing),
        }
    }
}

/// Returns the sentences of a text, each as its words.
fn sentences(text: &str) -> Vec<Vec<&str>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.split_inclusive(|word| word.ends_with(['.', '?', '!'])).map(<[&str]>::to_vec).collect()
}

/// Returns some words that were said, from about that place on. None where nothing was said.
fn quote(turn: TurnId, said: &Transcript, place: usize) -> Option<Evidence> {
    let from = place.min(said.words.len().saturating_sub(QUOTED));
    let words = &said.words[from..(from + QUOTED).min(said.words.len())];
    let span = Span::new(words.first()?.span.start, words.last()?.span.end);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Some(Evidence { turn, quote: texts.join(" "), span: Some(span) })
}

fn coverage(question: &Question, points: &[PointVerdict]) -> f32 {
    let worth = |verdict| match verdict {
        Verdict::Missing => 0.0,
        Verdict::Partial => 0.5,
        Verdict::Covered => 1.0,
    };
    let all: f32 = question.points.iter().map(|point| f32::from(point.weight)).sum();
    let weighed = question.points.iter().zip(points);
    let made: f32 = weighed.map(|(point, judged)| f32::from(point.weight) * worth(judged.verdict)).sum();
    if all > 0.0 { made / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::Sample;
    use crate::bank::Bank;
    use crate::prompt;
    use crate::session::Session;
    use crate::session::outcome::outcomes;
    use crate::session::record::Record;

    fn records(skill: f32, seed: u64) -> Vec<Record> {
        let text = include_str!("../../questions/infrastructure-architect.toml");
        let bank = Bank::parse(text, "bank").expect("valid");
        let sample = Sample {
            bank: &bank,
            started: "2026-11-23T05:30:00Z".parse().expect("a date"),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
            pressure: prompt::pressure("standard").expect("it exists"),
            questions: 4,
            follow_ups: 2,
            words: 120,
            skill,
            seed,
        };
        sample.records()
    }

    fn session(skill: f32, seed: u64) -> Session {
        Session::fold(records(skill, seed)).expect("it is opened")
    }

    #[test]
    fn a_sample_is_a_whole_session_and_the_same_each_time() {
        let session = session(0.7, 1);
        assert_eq!((session.exchanges.len(), session.assessments.len()), (12, 4));
        let outcomes = outcomes(&session);
        assert_eq!(outcomes.len(), 4);
        assert!(outcomes.iter().all(|one| one.coverage.is_some() && one.first.words_per_minute.is_some()));
        assert_eq!(records(0.7, 1), records(0.7, 1));
        assert_ne!(records(0.7, 1), records(0.7, 2));
    }

    #[test]
    fn words_come_in_their_order_and_every_quote_was_said() {
        for seed in 0..20 {
            let session = session(0.5, seed);
            let takes: Vec<_> = session.exchanges.iter().flat_map(|exchange| &exchange.takes).collect();
            for take in &takes {
                let words = &take.transcript.as_ref().expect("it was heard").words;
                assert!(words.windows(2).all(|two| two[0].span.end <= two[1].span.start));
                let end = words.last().expect("something was said").span.end.as_ms();
                assert!(take.duration_ms.expect("it ended") > end);
            }
            for evidence in
                session.assessments.values().flat_map(|one| &one.points).filter_map(|one| one.evidence.as_ref())
            {
                let take = session.take(evidence.turn).expect("the turn");
                assert!(take.transcript.as_ref().expect("words").text().contains(&evidence.quote));
            }
        }
    }

    #[test]
    fn who_is_better_covers_more() {
        let mean = |skill: f32| {
            let all: Vec<f32> = (0..20)
                .flat_map(|seed| session(skill, seed).assessments.into_values().map(|one| one.coverage))
                .collect();
            all.iter().sum::<f32>() / all.len() as f32
        };
        assert!(mean(0.3) + 0.2 < mean(0.8), "{} and {}", mean(0.3), mean(0.8));
    }
}
