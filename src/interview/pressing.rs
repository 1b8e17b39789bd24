//! How an interviewer presses: doubts a weak claim, interrupts an answer to something else, says that the time is short.

use crate::ids::{Asked, FollowUpId, TurnId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose, Reason, Why};
use crate::interview::event::Event;
use crate::interview::lines::Line;
use crate::interview::state::Then;
use crate::judge::{Assessment, Doubt, PointVerdict, Standing, Verdict};
use crate::prompt::LineKind;
use crate::units::AudioTime;

/// Under this the judge is not sure of a verdict.
const SURE: f32 = 0.5;

/// What a doubt is called beside the follow-ups of a bank, and by a folder of prepared answers.
const ARE_YOU_SURE: &str = "are-you-sure";

impl Interviewer {
    /// Returns why the claim is weak, where it may still be doubted: a point that was made and not surely, or a pitfall.
    pub(super) fn doubts(&self, assessment: &Assessment) -> Option<Reason> {
        if self.numbers.doubts >= self.plan.pressure.doubts_max
            || assessment.standing != Standing::Attempt
            || !self.member(self.asker()).has(LineKind::AreYouSure)
        {
            return None;
        }
        let unsure = assessment.points.iter().filter(|judged| is_unsure(judged));
        let points: Vec<_> = unsure.map(|judged| judged.point.clone()).collect();
        let pitfalls: Vec<_> = assessment.pitfalls.iter().map(|hit| hit.pitfall.clone()).collect();
        (!points.is_empty() || !pitfalls.is_empty()).then_some(Reason::Doubts { points, pitfalls })
    }

    /// Asks whether the candidate is sure, after `lines`.
    pub(super) fn doubt(&mut self, mut lines: Vec<Line>, reason: Reason) -> Vec<Effect> {
        let line = self.plain(Purpose::FollowUp, LineKind::AreYouSure);
        let id = FollowUpId::new(ARE_YOU_SURE).expect("it is kebab-case");
        let Some(asked) = self.follows_up(id, &line.text) else { return self.next_question(lines) };
        self.numbers.doubts += 1;
        lines.push(Line { asked: Some(asked.clone()), reason: Some(reason), ..line });
        self.say(lines, Then::Listen(asked))
    }

    /// Interrupts an answer that is to something else, once a question and when there was time enough to come to it.
    pub(super) fn read_so_far(&mut self, event: &Event, turn: TurnId, within: AudioTime) -> Vec<Effect> {
        let after = self.plan.pressure.brings_back_after_s.map(|seconds| u64::from(seconds) * 1_000);
        let long_enough = after.is_some_and(|after| within.as_ms() >= after);
        match self.asked.last_mut() {
            Some(current) if long_enough && !current.was_brought_back && self.leaving.is_none() => {
                current.was_brought_back = true;
                vec![Effect::Interrupt { turn }]
            }
            _ => vec![self.ignored(event, Why::Noted)],
        }
    }

    /// Says that half a minute is left, into the turn: its pause is the place for it.
    pub(super) fn time_is_short(&mut self, event: &Event) -> Vec<Effect> {
        if self.leaving.is_some() {
            return vec![self.ignored(event, Why::Noted)];
        }
        let line = self.plain(Purpose::HalfMinute, LineKind::HalfMinute);
        let (_, effects) = self.utter(vec![line]);
        if effects.is_empty() { vec![self.ignored(event, Why::Noted)] } else { effects }
    }

    /// Listens again, after the candidate was brought back to what was asked. What they said before stays part of the answer.
    pub(super) fn listen_again(&mut self, event: &Event, asked: Asked) -> Vec<Effect> {
        if let Some(current) = self.asked.last_mut() {
            current.goes_on = true;
        }
        let effects = self.say(Vec::new(), Then::Listen(asked));
        if effects.is_empty() { vec![self.ignored(event, Why::Noted)] } else { effects }
    }

    /// Returns whether a member of the panel who asks next has another view than the one before: at the first follow-up to an
    /// answer that was thin.
    pub(super) fn differs(&self, reason: &Reason) -> bool {
        let is_first = self.asked.last().is_some_and(|current| current.follow_ups.is_empty());
        self.members() > 1 && is_first && matches!(reason, Reason::Probes { .. })
    }

    pub(super) fn words_to_differ(&self) -> String {
        self.words(self.next_prober(), LineKind::Differ, self.asked.len())
    }

    /// Returns how somebody who said nothing is helped.
    pub(super) fn prod_kind(&self) -> LineKind {
        let encourages = self.plan.pressure.encourages && self.member(self.asker()).has(LineKind::Encourage);
        if encourages { LineKind::Encourage } else { LineKind::NoAnswer }
    }
}

fn is_unsure(judged: &PointVerdict) -> bool {
    judged.verdict != Verdict::Missing && (judged.confidence < SURE || judged.doubt == Some(Doubt::Close))
}
