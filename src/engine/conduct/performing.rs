//! Does what the interviewer wants: says, listens, judges, waits. Decides nothing.

use std::time::Duration;

use crate::bank::Question;
use crate::engine::conduct::{Conductor, ECHO, Ears};
use crate::engine::display::Update;
use crate::engine::hearing::Listen;
use crate::ids::{Asked, QuestionId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose};
use crate::prompt::Persona;
use crate::session::store::StoreError;
use crate::turn::endpoint::Patience;
use crate::turn::interruption::Duplex;
use crate::units::Voice;

impl Conductor<'_> {
    pub(super) fn perform(&mut self, effect: Effect) -> Result<(), StoreError> {
        match effect {
            Effect::Say { utterance, purpose, reason, text, speaker, .. } => {
                let persona = self.speaker(speaker.as_deref());
                let (name, voice) = (persona.name.clone(), persona.voice.clone());
                self.display.show(&Update::Says { purpose, reason: reason.as_ref(), speaker: &name, text: &text });
                if purpose != Purpose::HalfMinute || self.may_speak_into_a_turn(utterance) {
                    self.parts.speaking.say(utterance, text, voice);
                }
            }
            Effect::Prepare { texts, speakers } => {
                // What an earlier question might have needed is in the way.
                self.parts.speaking.clear_preparations();
                let speakers = speakers.iter().map(Option::as_deref).chain(std::iter::repeat(None));
                for (text, speaker) in texts.into_iter().zip(speakers) {
                    self.parts.speaking.prepare(text, self.voice_of(speaker));
                }
            }
            Effect::StartTimer { timer, ms, wait } => self.timers.start(timer, wait, Duration::from_millis(ms)),
            Effect::StopTimer { timer } => self.timers.stop(timer),
            Effect::Interrupt { turn } => {
                if let Ears::Hearing(hearing) = &self.parts.ears {
                    hearing.interrupt(turn);
                }
            }
            Effect::Pause => self.set_break(true),
            Effect::GoOn => self.set_break(false),
            Effect::StopSaying { utterance } => self.parts.speaking.stop(utterance),
            Effect::Listen { turn, asked, patience, .. } => {
                self.turn_over = None;
                self.display.show(&Update::Listening { asked: &asked, patience: &patience });
                self.listen(turn, asked, patience);
            }
            Effect::HearOut { turn, patience, .. } => {
                self.display.show(&Update::Interrupted);
                let last = self.kept.session().exchanges.last().map(|exchange| exchange.asked.clone());
                if let Some(asked) = last {
                    self.listen(turn, asked, patience);
                }
            }
            Effect::Resume { turn } => {
                self.display.show(&Update::Resumed);
                if let Ears::Hearing(hearing) = &self.parts.ears {
                    hearing.resume(turn);
                }
            }
            Effect::EndTurn { .. } => {
                if let Ears::Hearing(hearing) = &self.parts.ears {
                    hearing.end_answer();
                }
            }
            Effect::Judge { request, question, turns } => {
                let answers = self.kept.session().answers(&turns);
                self.parts.judging.request(request, question, answers);
            }
            Effect::Word { request, question, follow_up, reason } => {
                self.word(request, &question, &follow_up, reason)?;
            }
            Effect::End { ending } => self.end(ending)?,
            Effect::Ignored { .. } => {}
        }
        Ok(())
    }

    fn set_break(&mut self, on_break: bool) {
        self.barged_in = false;
        if let Ears::Hearing(hearing) = &self.parts.ears {
            hearing.set_break(on_break);
        }
        self.display.show(if on_break { &Update::Paused } else { &Update::WentOn });
    }

    /// Returns whether a line may be heard while the candidate has the floor. Where the microphone would take it for the
    /// candidate it is only shown; elsewhere the ears are told of it.
    fn may_speak_into_a_turn(&mut self, utterance: UtteranceId) -> bool {
        if let (Ears::Hearing(hearing), Duplex::Full { .. }) = (&self.parts.ears, self.parts.duplex) {
            hearing.speak_into(true, ECHO);
            self.spoken_into = Some(utterance);
        }
        self.parts.duplex != Duplex::Half
    }

    /// Tells the ears when a line that was said into a turn is over.
    pub(super) fn spoken_out(&mut self, utterance: UtteranceId) {
        if let (Ears::Hearing(hearing), Some(_)) =
            (&self.parts.ears, self.spoken_into.take_if(|line| *line == utterance))
        {
            hearing.speak_into(false, ECHO);
        }
    }

    fn speaker(&self, name: Option<&str>) -> &Persona {
        self.kept.session().opened.plan.speaker(name)
    }

    pub(super) fn voice_of(&self, speaker: Option<&str>) -> Voice {
        self.speaker(speaker).voice.clone()
    }

    fn listen(&mut self, turn: TurnId, asked: Asked, patience: Patience) {
        self.barged_in = false;
        self.frames = 0;
        self.words.clear();
        let recording = self.kept.session().recording(turn).unwrap_or("answer.wav").to_owned();
        let echo = if self.parts.duplex == Duplex::Apart { Duration::ZERO } else { ECHO };
        match &self.parts.ears {
            Ears::Hearing(hearing) => hearing.listen(Listen {
                turn,
                terms: self.terms(&asked.question),
                asked,
                patience,
                recording: self.kept.folder().join(recording),
                echo,
            }),
            Ears::Typing => self.typing = Some(turn),
        }
    }

    fn terms(&self, question: &QuestionId) -> Vec<String> {
        self.kept.session().opened.plan.bank.question(question).map_or_else(Vec::new, Question::terms)
    }

    fn end(&mut self, ending: Ending) -> Result<(), StoreError> {
        self.display.show(&Update::Ended(ending));
        self.kept.sync()
    }
}
