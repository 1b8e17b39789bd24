//! The loop: take in what happens, write it down, let the interviewer decide, do what it asks. Decides nothing itself.

mod measures;
mod performing;
mod rewording;
mod start;
mod timers;
mod verdicts;

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use crate::audio::AudioErrorKind;
use crate::clock;
use crate::engine::conduct::rewording::Ahead;
pub use crate::engine::conduct::start::Start;
pub use crate::engine::conduct::timers::Pace;
use crate::engine::conduct::timers::Timers;
use crate::engine::display::{Display, Update};
use crate::engine::hearing::{Hearing, HearingEvent};
use crate::engine::judging::{Judged, Judging};
use crate::engine::measuring::{Measured, Measuring};
use crate::engine::rewording::{Reworded, Rewordings};
use crate::engine::speaking::{Speaking, SpeakingEvent};
use crate::ids::{TimerId, TurnId, UtteranceId};
use crate::interview::Interviewer;
use crate::interview::effect::Effect;
use crate::interview::event::{Command, Event, Stamped};
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::record::Record;
use crate::session::store::{Kept, StoreError};
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::interruption::Duplex;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, FRAME_MS};

/// How long the interviewer's last sound may go on in a room with loudspeakers, the way to the microphone included.
const ECHO: Duration = Duration::from_millis(256);

/// Something that reaches the loop.
#[derive(Debug)]
pub enum Incoming {
    /// From the ears.
    Hearing(HearingEvent),
    /// From the mouth.
    Speaking(SpeakingEvent),
    /// From the judge.
    Judged(Judged),
    /// What the sound of an answer tells.
    Measured(Measured),
    /// From the language model that words follow-ups.
    Reworded(Reworded),
    /// From the keyboard.
    Pressed(Command),
    /// An answer that was typed; none when nothing more will be typed.
    Typed(Option<String>),
    /// A timer has run down.
    TimerDone(TimerId),
}

/// How answers come in.
#[derive(Debug)]
pub enum Ears {
    /// By ear.
    Hearing(Hearing),
    /// By keyboard: each [`Incoming::Typed`] is an answer.
    Typing,
}

/// The parts that do the work.
#[derive(Debug)]
pub struct Parts {
    /// How answers come in.
    pub ears: Ears,
    /// The mouth.
    pub speaking: Speaking,
    /// The judge.
    pub judging: Judging,
    /// How the interviewer's voice is kept from being taken for the candidate's.
    pub duplex: Duplex,
    /// What measures how answers were delivered.
    pub measuring: Measuring,
    /// How time passes for whoever answers.
    pub pace: Pace,
    /// The language model that words follow-ups, if there is one.
    pub rewordings: Option<Rewordings>,
}

/// The end of a turn, until the candidate has the floor again.
#[derive(Clone, Copy, Debug)]
struct TurnOver {
    decided: Instant,
    /// Silence between the last voiced frame and the decision.
    waited: Duration,
}

/// An interview that is going on.
pub struct Conductor<'d> {
    interviewer: Interviewer,
    kept: Kept,
    parts: Parts,
    display: &'d mut dyn Display,
    timers: Timers,
    /// How the interview begins: anew, or where it broke off.
    first: Event,
    /// How long it had gone on before it broke off.
    before: AudioTime,
    began: Instant,
    turn_over: Option<TurnOver>,
    typing: Option<TurnId>,
    /// The line that is heard now.
    sounding: Option<UtteranceId>,
    /// Whether somebody interrupted between two lines, and the next one is to be cut.
    barged_in: bool,
    /// The line that is said into the turn of a candidate who goes on.
    spoken_into: Option<UtteranceId>,
    /// Answers that were typed ahead; none for the end of what is typed.
    typed_ahead: VecDeque<Option<String>>,
    /// Frames of the turn so far.
    frames: u64,
    /// Words of the turn so far.
    words: Vec<Word>,
    /// When the turn ended, and what of it could not be transcribed.
    ended: Option<Instant>,
    not_transcribed: Vec<String>,
    /// Turns whose sound is being measured.
    unmeasured: usize,
    /// The follow-up that a language model words, or has worded.
    ahead: Option<Ahead>,
    /// Whether the candidate was told that the language model is too slow.
    told_of_late_words: bool,
}

impl<'d> Conductor<'d> {
    /// Returns the loop for a session that was just begun, or that goes on.
    pub fn new(start: impl Into<Start>, parts: Parts, display: &'d mut dyn Display) -> Self {
        let Start { kept, interviewer, first } = start.into();
        let timers = Timers::new(parts.pace);
        Self {
            first,
            before: kept.session().length,
            interviewer,
            kept,
            parts,
            display,
            timers,
            began: clock::now(),
            turn_over: None,
            typing: None,
            sounding: None,
            barged_in: false,
            spoken_into: None,
            typed_ahead: VecDeque::new(),
            frames: 0,
            words: Vec::new(),
            ended: None,
            not_transcribed: Vec::new(),
            unmeasured: 0,
            ahead: None,
            told_of_late_words: false,
        }
    }

    /// Writes down something that a reader should know, and shows it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn note(&mut self, note: &str) -> Result<(), StoreError> {
        self.display.show(&Update::Note(note));
        self.kept.append(&Record::Note(note.into()))
    }

    /// Conducts the interview to its end and writes the report.
    ///
    /// # Errors
    /// [`StoreError`] when the session can no longer be written. What was said up to then is kept.
    pub fn run(mut self, inbox: &Receiver<Incoming>) -> Result<Kept, StoreError> {
        if let Ears::Hearing(hearing) = &self.parts.ears {
            hearing.prepare();
        }
        self.measure_what_was_missed();
        self.take(self.first.clone())?;
        while !self.interviewer.is_over() {
            // The senders live in threads of the parts, which live as long as this loop.
            let Some(incoming) = self.next(inbox) else { break };
            self.receive(incoming)?;
            self.take_typed()?;
        }
        self.wait_for_measures(inbox)?;
        let Self { kept, parts, .. } = self;
        // The recording of a turn that was given up is finished before the report is written.
        drop(parts);
        write_report(&kept)?;
        Ok(kept)
    }

    fn receive(&mut self, incoming: Incoming) -> Result<(), StoreError> {
        match incoming {
            Incoming::Hearing(event) => self.heard(event),
            Incoming::Speaking(event) => {
                let event = self.spoke(event);
                self.take(event)?;
                self.barge_in()
            }
            Incoming::Judged(judged) => self.judged(judged),
            Incoming::TimerDone(timer) => self.take(Event::TimerDone { timer }),
            Incoming::Measured(measured) => self.measured(measured),
            Incoming::Reworded(reworded) => self.reworded(reworded),
            Incoming::Pressed(command) => {
                if command == Command::Next && self.typing.is_some() {
                    return Ok(());
                }
                self.take(Event::Pressed { command })?;
                self.nobody_types(command)
            }
            Incoming::Typed(answer) => {
                self.typed_ahead.push_back(answer);
                self.take_typed()
            }
        }
    }

    /// Gives the next typed answer to the turn that is open, if there is one. The end of what is typed stays the end.
    fn take_typed(&mut self) -> Result<(), StoreError> {
        while self.typing.is_some() {
            let Some(answer) = self.typed_ahead.pop_front() else { break };
            if answer.is_none() {
                self.typed_ahead.push_front(None);
            }
            self.typed(answer)?;
        }
        Ok(())
    }

    fn heard(&mut self, event: HearingEvent) -> Result<(), StoreError> {
        match event {
            HearingEvent::Level { rms, voice } => {
                self.frames += 1;
                let elapsed = Duration::from_millis(self.frames * FRAME_MS);
                self.display.show(&Update::Level { rms, voice, elapsed });
                Ok(())
            }
            HearingEvent::Words { turn, words } => {
                self.display.show(&Update::Words(&words));
                self.words.extend(words);
                self.read_ahead(turn, &[]);
                Ok(())
            }
            HearingEvent::Ahead { turn, words } => {
                self.read_ahead(turn, &words);
                Ok(())
            }
            HearingEvent::BargedIn => {
                self.barged_in = true;
                if self.sounding.is_none() {
                    self.take(Event::SpokeOn)?;
                }
                self.barge_in()
            }
            HearingEvent::Paused { .. } | HearingEvent::Resumed { .. } => Ok(()),
            HearingEvent::TimeShort { turn, left } => {
                self.take(Event::TimeShort { turn, left_ms: left.as_millis() as u64 })
            }
            HearingEvent::Started { turn, .. } => self.take(Event::SpeechStarted { turn }),
            HearingEvent::Ended { turn, reason, speech_end, duration, decided, strain } => {
                self.display.show(&Update::TurnEnded(reason));
                let duration_ms = duration.as_millis() as u64;
                let waited = Duration::from_millis(duration_ms.saturating_sub(speech_end.as_ms()));
                self.ended = Some(decided);
                self.turn_over = (speech_end > AudioTime::ZERO).then_some(TurnOver { decided, waited });
                self.watch_for_interruptions();
                if strain.lost_ms > 0 {
                    self.note(&format!("{} ms of this answer were lost: the computer was too busy.", strain.lost_ms))?;
                }
                self.take(Event::TurnEnded { turn, reason, speech_end_ms: speech_end, duration_ms, strain })
            }
            HearingEvent::Heard { turn, transcript, stt_took } => {
                self.display.show(&Update::Heard(&transcript));
                let took = self.ended.take().map_or(Duration::ZERO, |ended| ended.elapsed());
                self.measure(turn, &transcript);
                let failure = (!self.not_transcribed.is_empty()).then(|| self.not_transcribed.join("; "));
                self.not_transcribed.clear();
                self.take(Event::Heard {
                    turn,
                    transcript,
                    took_ms: took.as_millis() as u64,
                    worked_ms: stt_took.as_millis() as u64,
                    failure,
                })?;
                self.kept.sync()
            }
            HearingEvent::Interrupted { turn, at, error } => {
                self.display.show(&Update::MicrophoneAway(&error));
                self.take(Event::SourceInterrupted { turn, within_ms: at, why: error.to_string() })
            }
            HearingEvent::Returned { turn, at, name } => {
                self.display.show(&Update::MicrophoneBack(&name));
                self.take(Event::SourceReturned { turn, within_ms: at, name })
            }
            HearingEvent::NotTranscribed { at, error, .. } => {
                self.not_transcribed.push(error.to_string());
                self.note(&format!("What was said from {at} on could not be made out: {error}. The recording is kept."))
            }
            // To end like this is to break off: what was said is kept, and the interview can go on once there is room.
            HearingEvent::Failed { error, .. } if error.kind == AudioErrorKind::Full => Err(StoreError::Io {
                path: self.kept.folder().display().to_string(),
                verb: "written",
                source: std::io::ErrorKind::StorageFull.into(),
            }),
            HearingEvent::Failed { error, .. } => {
                self.display.show(&Update::Note(&format!("{error}. {}", error.hint)));
                self.take(Event::SourceLost { why: error.to_string() })
            }
        }
    }

    fn spoke(&mut self, event: SpeakingEvent) -> Event {
        match event {
            SpeakingEvent::FirstSound { utterance, at } => {
                self.sounding = Some(utterance);
                self.watch_for_interruptions();
                let over = self.turn_over;
                let since_decision = over.map(|over| at.saturating_duration_since(over.decided));
                let since_speech = over.zip(since_decision).map(|(over, since)| over.waited + since);
                Event::Sounded {
                    utterance,
                    since_speech_ms: since_speech.map(|since| since.as_millis() as u64),
                    since_decision_ms: since_decision.map(|since| since.as_millis() as u64),
                }
            }
            SpeakingEvent::Said { utterance } => {
                self.sounding = None;
                self.spoken_out(utterance);
                Event::Said { utterance }
            }
            SpeakingEvent::Failed { utterance, why } => {
                self.sounding = None;
                self.spoken_out(utterance);
                self.display.show(&Update::Note(&why));
                Event::SayFailed { utterance, why }
            }
        }
    }

    /// Cuts the line that is heard now, if somebody interrupted.
    fn barge_in(&mut self) -> Result<(), StoreError> {
        match self.sounding.filter(|_| self.barged_in) {
            Some(utterance) => {
                self.barged_in = false;
                self.take(Event::BargedIn { utterance })
            }
            None => Ok(()),
        }
    }

    fn watch_for_interruptions(&self) {
        if let (Ears::Hearing(hearing), Duplex::Full { gate }) = (&self.parts.ears, self.parts.duplex) {
            hearing.watch(gate);
        }
    }

    /// A typed answer is a turn whose words have no times.
    fn typed(&mut self, answer: Option<String>) -> Result<(), StoreError> {
        let Some(turn) = self.typing.take() else { return Ok(()) };
        let no_more = answer.is_none();
        let transcript = Transcript::typed(&answer.unwrap_or_default());
        self.take(Event::TurnEnded {
            turn,
            reason: EndReason::Key,
            speech_end_ms: AudioTime::ZERO,
            duration_ms: 0,
            strain: Strain::default(),
        })?;
        if no_more {
            // Nobody is there to answer the questions that are left.
            self.take(Event::Pressed { command: Command::Stop })?;
        }
        self.display.show(&Update::Heard(&transcript));
        self.take(Event::Heard { turn, transcript, took_ms: 0, worked_ms: 0, failure: None })
    }

    /// A typed turn that is stopped ends at once: no source is going to end it.
    fn nobody_types(&mut self, command: Command) -> Result<(), StoreError> {
        if command == Command::Stop && self.typing.is_some() {
            return self.typed(Some(String::new()));
        }
        Ok(())
    }

    /// Journal first, then handle, then perform.
    fn take(&mut self, event: Event) -> Result<(), StoreError> {
        let at = self.before.plus(self.began.elapsed());
        self.kept.append(&Record::Event(Stamped { at, what: event.clone() }))?;
        if let Event::Judged { assessment, .. } = &event {
            self.show_verdicts(assessment);
        }
        for effect in self.interviewer.handle(&event) {
            if matches!(effect, Effect::Ignored { .. }) {
                continue;
            }
            self.kept.append(&Record::Effect(Stamped { at, what: effect.clone() }))?;
            self.perform(effect)?;
        }
        Ok(())
    }
}

/// Writes the report and the transcript beside the journal.
///
/// # Errors
/// [`StoreError`] when a file cannot be written.
pub fn write_report(kept: &Kept) -> Result<(), StoreError> {
    let report = Report::beside(kept.session(), &kept.earlier());
    let json = serde_json::to_string_pretty(&report).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    kept.write("report.json", &json)?;
    kept.write("report.md", &markdown::report(&report))?;
    kept.write("transcript.md", &markdown::transcript(&report))
}
