//! What the judge makes of an answer: while it is being given, and when it is over.

use crate::engine::conduct::{Conductor, Ears};
use crate::engine::display::Update;
use crate::engine::judging::{About, Judged};
use crate::ids::{QuestionId, TurnId};
use crate::interview::event::Event;
use crate::judge::{Answer, Assessment, Standing, Verdict};
use crate::session::store::StoreError;
use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, FRAME_MS};

/// Weight from which a point is heavy: two of three.
const HEAVY: u8 = 2;

impl Conductor<'_> {
    /// Has the judge read what was said to the question so far, so that little is left to do when the turn ends. `ahead` are
    /// words that may be the last ones.
    pub(super) fn read_ahead(&self, turn: TurnId, ahead: &[Word]) {
        if let Some((question, answers)) = self.said_so_far(turn, ahead) {
            self.parts.judging.read_ahead(turn, question, answers);
        }
    }

    /// Returns the question at hand and what was said to it, with the words so far of a turn that goes on.
    pub(super) fn said_so_far(&self, turn: TurnId, ahead: &[Word]) -> Option<(QuestionId, Vec<Answer>)> {
        let session = self.kept.session();
        let question = session.exchanges.last()?.asked.question.clone();
        let mut answers = session.answers_to(&question);
        if answers.iter().all(|answer| answer.turn != turn) {
            let words = [self.words.as_slice(), ahead].concat();
            answers.push(Answer { turn, transcript: Transcript { words } });
        }
        Some((question, answers))
    }

    pub(super) fn judged(&mut self, judged: Judged) -> Result<(), StoreError> {
        let took_ms = judged.took.as_millis() as u64;
        match (judged.about, judged.outcome) {
            (About::Request(request), Ok(assessment)) => self.take(Event::Judged { request, assessment, took_ms }),
            (About::Request(request), Err(why)) => {
                self.display.show(&Update::Note(&format!("The judge failed: {why}")));
                self.take(Event::JudgeFailed { request, why })
            }
            (About::SoFar(turn), Ok(assessment)) => {
                self.tell_the_ear(turn, &assessment);
                self.word_ahead(turn, &assessment);
                for line in self.interviewer.would_say(&assessment).iter().rev() {
                    let voice = self.voice_of(line.speaker.as_deref());
                    self.parts.speaking.prepare_first(&line.text, &voice);
                }
                self.tell_the_interviewer(turn, &assessment)
            }
            // It fails again, and is told of, when the answer is over.
            (About::SoFar(_), Err(_)) => Ok(()),
        }
    }

    /// An answer to something else may be interrupted.
    fn tell_the_interviewer(&mut self, turn: TurnId, assessment: &Assessment) -> Result<(), StoreError> {
        let off_question = matches!(assessment.standing, Standing::OffTopic | Standing::Echo | Standing::NoSubstance);
        if !off_question {
            return Ok(());
        }
        let within_ms = AudioTime::from_ms(self.frames * FRAME_MS);
        self.take(Event::ReadSoFar { turn, within_ms, off_question })
    }

    /// Whoever has heavy points left to make is likelier to go on.
    fn tell_the_ear(&self, turn: TurnId, assessment: &Assessment) {
        let session = self.kept.session();
        let asked = session.exchanges.last().map(|exchange| &exchange.asked.question);
        let question = asked.and_then(|id| session.opened.plan.bank.question(id));
        if let (Some(question), Ears::Hearing(hearing)) = (question, &self.parts.ears) {
            let mut heavy = question.points.iter().filter(|point| point.weight >= HEAVY);
            hearing.judged(turn, heavy.any(|point| assessment.verdict(&point.id) == Verdict::Missing));
        }
    }

    pub(super) fn show_verdicts(&mut self, assessment: &Assessment) {
        let session = self.kept.session();
        let asked: Option<&QuestionId> = session.exchanges.last().map(|exchange| &exchange.asked.question);
        if let Some(question) = asked.and_then(|id| session.opened.plan.bank.question(id)) {
            self.display.show(&Update::Judged { question, assessment });
        }
    }
}
