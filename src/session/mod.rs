//! What is kept of an interview. A [`Session`] is a fold over its journal: live state, review and recovery are the same code.

#[cfg(feature = "app")]
pub mod archive;
mod broken_off;
pub mod digest;
pub mod due;
pub mod filter;
pub mod history;
#[cfg(feature = "app")]
pub mod import;
#[cfg(feature = "app")]
pub mod index;
pub mod outcome;
pub mod rating;
pub mod record;
pub mod recordings;
pub mod revision;
pub mod sample;
pub mod snippet;
pub mod store;
#[cfg(test)]
mod tests;
pub mod waveforms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bank::Question;
use crate::ids::Asked;
use crate::ids::{QuestionId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason};
use crate::interview::event::Event;
use crate::judge::{Answer, Assessment};
use crate::session::record::{Opened, Record};
use crate::session::revision::{Rescored, Worded};
use crate::transcript::Transcript;
use crate::transcript::correct::{self, Corrected, Corrections};
use crate::transcript::delivery::sound::Sound;
use crate::transcript::delivery::{self, Delivery};
use crate::transcript::gaps;
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

/// One try at answering what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// The turn.
    pub turn: TurnId,
    /// Name of the recording in the session's folder.
    pub recording: String,
    /// Why it ended. None when the session broke off during it.
    pub ended: Option<EndReason>,
    /// Length of the recording.
    pub duration_ms: Option<u64>,
    /// End of the last voiced frame within the recording.
    pub speech_end_ms: Option<AudioTime>,
    /// The words, those that were misheard put right. None when they were never heard.
    pub transcript: Option<Transcript>,
    /// The words as they were heard, where some were put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Transcript>,
    /// What was put right.
    #[serde(default, skip_serializing_if = "Corrections::is_empty")]
    pub corrections: Corrections,
    /// The speech model that heard the recording again, after the interview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reheard_by: Option<String>,
    /// How long the recogniser worked after the turn had ended.
    pub transcribed_in_ms: Option<u64>,
    /// How long the recogniser worked on the turn in all.
    pub recognised_in_ms: Option<u64>,
    /// Why the recogniser failed.
    pub failure: Option<String>,
    /// Whether the computer kept up.
    #[serde(default)]
    pub strain: Strain,
    /// Stretches of the recording in which the microphone was away; silence stands for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Span>,
    /// What the sound tells. None where it was not measured.
    #[serde(default)]
    pub sound: Option<Sound>,
    /// Whether the candidate gave this answer again: if there are words in the take after it, those stand for it.
    #[serde(default)]
    pub given_again: bool,
}

impl Take {
    fn new(turn: TurnId, recording: String) -> Self {
        Self {
            turn,
            recording,
            ended: None,
            duration_ms: None,
            speech_end_ms: None,
            transcript: None,
            heard: None,
            corrections: Corrections::new(),
            reheard_by: None,
            transcribed_in_ms: None,
            recognised_in_ms: None,
            failure: None,
            strain: Strain::default(),
            gaps: Vec::new(),
            sound: None,
            given_again: false,
        }
    }

    /// Returns how the answer was delivered, as far as its words and sound were measured. What passed while the microphone
    /// was away is no pause.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        let delivery = self.transcript.as_ref().map(delivery::measure).unwrap_or_default();
        let delivery = match &self.sound {
            Some(sound) => delivery.with_sound(sound.clone()),
            None => delivery,
        };
        gaps::left_out(delivery, &self.gaps)
    }

    /// Returns the words as they stand, each with what was heard in its place.
    #[must_use]
    pub fn words(&self) -> Vec<Corrected<'_>> {
        let heard = self.heard.as_ref().or(self.transcript.as_ref());
        heard.map_or_else(Vec::new, |heard| correct::corrected(heard, &self.corrections))
    }

    /// Returns the words as they were heard.
    #[must_use]
    pub fn as_heard(&self) -> Option<&Transcript> {
        self.heard.as_ref().or(self.transcript.as_ref())
    }

    fn put_right(&mut self, word: usize, text: &str) {
        let Some(heard) = self.heard.take().or_else(|| self.transcript.clone()) else { return };
        match heard.words.get(word) {
            Some(one) if one.text != text => drop(self.corrections.insert(word, text.to_owned())),
            _ => drop(self.corrections.remove(&word)),
        }
        self.transcript = Some(correct::transcript(&heard, &self.corrections));
        self.heard = (!self.corrections.is_empty()).then_some(heard);
    }

    fn hear_again(&mut self, transcript: &Transcript, by: &str) {
        self.transcript = Some(transcript.clone());
        self.reheard_by = Some(by.to_owned());
        self.heard = None;
        self.corrections.clear();
    }

    /// Ends the gap that is open, if one is. A gap is open while it ends where it began.
    fn close_gap(&mut self, at: AudioTime) {
        if let Some(gap) = self.gaps.last_mut().filter(|gap| gap.start == gap.end) {
            *gap = Span::new(gap.start, at);
        }
    }
}

/// Something that was asked, and what was said to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub asked: Asked,
    /// The words of the question or follow-up.
    pub prompt: String,
    /// Why it was chosen, where it did not stand in the plan.
    pub reason: Option<Reason>,
    /// The member of the panel who asked, by name. None: the one who leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The tries at answering it, the last one last.
    pub takes: Vec<Take>,
    /// What the judge said of the question after this exchange.
    pub assessment: Option<Assessment>,
    /// How long the judge worked.
    pub judged_in_ms: Option<u64>,
    /// From the end of speech to the first sound of the line after it.
    pub reply_after_speech_ms: Option<u64>,
    /// From the decision that the turn had ended to that sound.
    pub reply_after_decision_ms: Option<u64>,
    /// From the end of the speech to the first sound of the line after that: what the judge had to do with, milliseconds.
    pub went_on_after_speech_ms: Option<u64>,
    /// The language model whose words these are. None: they are the bank's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worded_by: Option<String>,
}

/// Something that the candidate put in, interrupting a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// How many exchanges came before.
    pub after: usize,
    /// The words of the line that was cut.
    pub line: String,
    /// What was said.
    pub take: Take,
}

/// An interview as its journal tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The first line.
    pub opened: Opened,
    /// What was asked and said, in order.
    pub exchanges: Vec<Exchange>,
    /// The last word of the judge on each question.
    pub assessments: BTreeMap<QuestionId, Assessment>,
    /// Everything that the interviewer said, in order.
    pub lines: Vec<(UtteranceId, Purpose, String)>,
    /// Lines that the candidate cut.
    pub cut: Vec<UtteranceId>,
    /// What the candidate put in between, where nothing was asked.
    pub asides: Vec<Aside>,
    /// How it ended. None: it runs, or it broke off.
    pub ending: Option<Ending>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// Questions that were judged again, in order.
    pub rescored: Vec<Rescored>,
    /// The candidate's own remarks, on a question or on the whole.
    pub remarks: BTreeMap<Option<QuestionId>, String>,
    /// What a language model wrote about it, as far as it still holds.
    pub worded: Option<Worded>,
    /// Time of the last record.
    pub length: AudioTime,
    /// The follow-up that a language model worded last.
    pub follow_up_worded: Option<String>,
}

/// A journal that does not begin with its opening line.
#[derive(Debug, thiserror::Error)]
#[error("the journal does not begin with an opening line")]
pub struct NotOpened;

impl Session {
    /// Returns a session in which nothing has happened yet.
    #[must_use]
    pub fn new(opened: Opened) -> Self {
        Self {
            opened,
            exchanges: Vec::new(),
            assessments: BTreeMap::new(),
            lines: Vec::new(),
            cut: Vec::new(),
            asides: Vec::new(),
            ending: None,
            notes: Vec::new(),
            rescored: Vec::new(),
            remarks: BTreeMap::new(),
            worded: None,
            length: AudioTime::ZERO,
            follow_up_worded: None,
        }
    }

    /// Returns the session that `records` tell.
    ///
    /// # Errors
    /// [`NotOpened`] when the first record is not the opening line.
    pub fn fold(records: impl IntoIterator<Item = Record>) -> Result<Self, NotOpened> {
        let mut records = records.into_iter();
        let Some(Record::Opened(opened)) = records.next() else { return Err(NotOpened) };
        let mut session = Self::new(*opened);
        for record in records {
            session.apply(&record);
        }
        Ok(session)
    }

    /// Takes in one record.
    pub fn apply(&mut self, record: &Record) {
        match record {
            Record::Event(stamped) => {
                self.length = self.length.max(stamped.at);
                self.happened(&stamped.what);
            }
            Record::Effect(stamped) => {
                self.length = self.length.max(stamped.at);
                self.wanted(&stamped.what);
            }
            Record::Note(note) => self.notes.push(note.clone()),
            Record::Revision(revised) => self.revised(revised),
            Record::Opened(_) | Record::Unknown => {}
        }
    }

    /// Returns what was said in the turns, for the judge. Turns without words are left out.
    #[must_use]
    pub fn answers(&self, turns: &[TurnId]) -> Vec<Answer> {
        let takes = self.exchanges.iter().flat_map(|exchange| &exchange.takes);
        takes
            .filter(|take| turns.contains(&take.turn))
            .filter_map(|take| Some(Answer { turn: take.turn, transcript: take.transcript.clone()? }))
            .collect()
    }

    /// Returns what was said to a question so far, its follow-ups included, for the judge.
    #[must_use]
    pub fn answers_to(&self, question: &QuestionId) -> Vec<Answer> {
        let exchanges = self.exchanges.iter().filter(|exchange| exchange.asked.question == *question);
        let takes = exchanges.flat_map(|exchange| &exchange.takes).filter(|take| !take.given_again);
        let turns: Vec<TurnId> = takes.map(|take| take.turn).collect();
        self.answers(&turns)
    }

    /// Returns the questions that were judged, in the order of asking, each with the last word of the judge.
    pub fn judged(&self) -> impl Iterator<Item = (&QuestionId, &Assessment)> {
        let main = self.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
        main.filter_map(|exchange| self.assessments.get_key_value(&exchange.asked.question))
    }

    /// Returns the name of the recording of a turn.
    #[must_use]
    pub fn recording(&self, turn: TurnId) -> Option<&str> {
        self.take(turn).map(|take| take.recording.as_str())
    }

    /// Returns a question with the rubric that its verdicts are by: the plan's, unless it was judged again by another.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        let last = self.rescored.iter().rev().find(|one| one.question == *id);
        last.and_then(|one| one.rubric.as_deref()).or_else(|| self.opened.plan.bank.question(id))
    }

    /// Returns the take of a turn.
    #[must_use]
    pub fn take(&self, turn: TurnId) -> Option<&Take> {
        let asides = self.asides.iter().map(|aside| &aside.take);
        let mut takes = self.exchanges.iter().flat_map(|exchange| &exchange.takes).chain(asides);
        takes.find(|take| take.turn == turn)
    }

    fn wanted(&mut self, effect: &Effect) {
        match effect {
            Effect::Say { utterance, purpose, asked, reason, text, speaker } => {
                self.lines.push((*utterance, *purpose, text.clone()));
                let by_model = self.follow_up_worded.as_ref() == Some(text);
                // A line that was interrupted is said again.
                let again = self.exchanges.last().is_some_and(|last| Some(&last.asked) == asked.as_ref());
                if let Some(asked) = asked.as_ref().filter(|_| !again) {
                    self.exchanges.push(Exchange {
                        asked: asked.clone(),
                        prompt: text.clone(),
                        reason: reason.clone(),
                        speaker: speaker.clone(),
                        takes: Vec::new(),
                        assessment: None,
                        judged_in_ms: None,
                        reply_after_speech_ms: None,
                        reply_after_decision_ms: None,
                        went_on_after_speech_ms: None,
                        worded_by: self
                            .opened
                            .plan
                            .wording
                            .as_ref()
                            .filter(|_| by_model)
                            .map(|wording| wording.by.clone()),
                    });
                }
            }
            Effect::Listen { turn, asked, take, replaces, .. } => {
                let recording = self.recording_name(asked, *take);
                // What was to be asked next, and taken back before it was heard since the candidate spoke on.
                let taken_back = |last: &Exchange| last.takes.is_empty() && last.asked != *asked;
                while self.exchanges.last().is_some_and(taken_back) {
                    self.exchanges.pop();
                }
                if let Some(exchange) = self.exchanges.last_mut() {
                    if let Some(before) = exchange.takes.last_mut() {
                        before.given_again = *replaces;
                    }
                    exchange.takes.push(Take::new(*turn, recording));
                }
            }
            Effect::HearOut { turn, utterance, .. } => {
                let recording = format!("aside-{:02}.wav", self.asides.len() + 1);
                let line = self.lines.iter().find(|(id, ..)| id == utterance).map(|(_, _, text)| text.clone());
                let unanswered = self.exchanges.last().is_some_and(|last| last.takes.is_empty());
                let after = self.exchanges.len() - usize::from(unanswered);
                let take = Take::new(*turn, recording);
                self.asides.push(Aside { after, line: line.unwrap_or_default(), take });
            }
            Effect::End { ending } => self.ending = Some(*ending),
            Effect::Prepare { .. }
            | Effect::StopSaying { .. }
            | Effect::StartTimer { .. }
            | Effect::StopTimer { .. }
            | Effect::Interrupt { .. }
            | Effect::Pause
            | Effect::GoOn
            | Effect::Resume { .. }
            | Effect::EndTurn { .. }
            | Effect::Judge { .. }
            | Effect::Word { .. }
            | Effect::Ignored { .. } => {}
        }
    }

    fn happened(&mut self, event: &Event) {
        match event {
            Event::TurnEnded { turn, reason, speech_end_ms, duration_ms, strain } => {
                if let Some(take) = self.take_mut(*turn) {
                    take.ended = Some(*reason);
                    take.speech_end_ms = Some(*speech_end_ms);
                    take.duration_ms = Some(*duration_ms);
                    take.strain = *strain;
                    take.close_gap(AudioTime::from_ms(*duration_ms));
                }
            }
            Event::Heard { turn, transcript, took_ms, worked_ms, failure } => {
                if let Some(take) = self.take_mut(*turn) {
                    take.transcript = Some(transcript.clone());
                    take.transcribed_in_ms = Some(*took_ms);
                    take.recognised_in_ms = Some(*worked_ms);
                    take.failure.clone_from(failure);
                }
            }
            Event::Measured { turn, sound, .. } => {
                if let Some(take) = self.take_mut(*turn) {
                    take.sound = Some(sound.clone());
                }
            }
            Event::Judged { assessment, took_ms, .. } => {
                if let Some(exchange) = self.exchanges.last_mut() {
                    exchange.assessment = Some(assessment.clone());
                    exchange.judged_in_ms = Some(*took_ms);
                    self.assessments.insert(exchange.asked.question.clone(), assessment.clone());
                }
            }
            Event::Sounded { since_speech_ms: Some(speech), since_decision_ms, .. } => {
                // The line that follows an answer may be the next question, so the exchange is the last one with words.
                let answered = self.exchanges.iter_mut().rev().find(|exchange| !exchange.takes.is_empty());
                if let Some(exchange) = answered {
                    if exchange.reply_after_speech_ms.is_none() {
                        exchange.reply_after_speech_ms = Some(*speech);
                        exchange.reply_after_decision_ms = *since_decision_ms;
                    } else {
                        exchange.went_on_after_speech_ms.get_or_insert(*speech);
                    }
                }
            }
            Event::SayFailed { why, .. } => self.notes.push(why.clone()),
            Event::JudgeFailed { why, .. } => self.notes.push(format!("The judge failed: {why}")),
            Event::SourceInterrupted { turn, within_ms, why } => {
                self.notes.push(format!("The microphone was away for a while: {why}"));
                if let Some(take) = turn.and_then(|turn| self.take_mut(turn)) {
                    take.gaps.push(Span::new(*within_ms, *within_ms));
                }
            }
            Event::SourceReturned { turn, within_ms, .. } => {
                if let Some(take) = turn.and_then(|turn| self.take_mut(turn)) {
                    take.close_gap(*within_ms);
                }
            }
            Event::SourceLost { why } => self.notes.push(format!("The microphone was lost: {why}")),
            Event::BargedIn { utterance } => self.cut.push(*utterance),
            Event::PickedUp => self.forget_what_never_began(),
            Event::Begin
            | Event::TimeShort { .. }
            | Event::ReadSoFar { .. }
            | Event::TimerDone { .. }
            | Event::SpokeOn
            | Event::Sounded { .. }
            | Event::Said { .. }
            | Event::SpeechStarted { .. }
            | Event::Pressed { .. }
            | Event::WordsBegan { .. } => {}
            Event::Worded { text, .. } => self.follow_up_worded = Some(text.clone()),
            Event::WordingFailed { why, .. } => self.notes.push(why.clone()),
        }
    }

    fn take_mut(&mut self, turn: TurnId) -> Option<&mut Take> {
        let asides = self.asides.iter_mut().map(|aside| &mut aside.take);
        let mut takes = self.exchanges.iter_mut().flat_map(|exchange| &mut exchange.takes).chain(asides);
        takes.find(|take| take.turn == turn)
    }

    /// Returns the name of a recording: the question's number in the order of asking, then which answer to it.
    fn recording_name(&self, asked: &Asked, take: u32) -> String {
        let questions = self.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
        let number = questions.map(|exchange| &exchange.asked.question).position(|id| *id == asked.question);
        let number = number.map_or(0, |index| index + 1);
        let what = if asked.nth == 0 { "answer".to_owned() } else { format!("follow-up-{}-answer", asked.nth) };
        let again = if take > 1 { format!("-{take}") } else { String::new() };
        format!("question-{number:02}-{what}{again}.wav")
    }
}
