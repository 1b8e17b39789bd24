//! What may be said next, while the candidate still speaks: its sound is worth having ready.

use crate::bank::FollowUp;
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Reason, Spoken};
use crate::judge::Assessment;
use crate::prompt::LineKind;

impl Interviewer {
    /// Returns what would be said next if the judge stayed with this. Nothing where the interview would close.
    #[must_use]
    pub fn would_say(&self, assessment: &Assessment) -> Vec<Spoken> {
        if self.doubts(assessment).is_some() {
            return vec![self.would_doubt()];
        }
        match self.follow_up_after(assessment) {
            Some((follow_up, reason)) => self.would_probe(follow_up.prompt, &reason),
            None => self.would_ask(Some(assessment)),
        }
    }

    fn would_doubt(&self) -> Spoken {
        let member = self.asker();
        self.spoken_by(member, self.words(member, LineKind::AreYouSure, self.asked.len()))
    }

    fn would_probe(&self, prompt: String, reason: &Reason) -> Vec<Spoken> {
        let member = self.next_prober();
        let differs = self.differs(reason).then(|| self.spoken_by(member, self.words_to_differ()));
        differs.into_iter().chain([self.spoken_by(member, prompt)]).collect()
    }

    fn would_ask(&self, latest: Option<&Assessment>) -> Vec<Spoken> {
        let Some((next, _)) = self.next_id(latest) else { return Vec::new() };
        let Some(question) = self.plan.bank.question(&next) else { return Vec::new() };
        let mut lines: Vec<Spoken> = self
            .bridges()
            .into_iter()
            .map(|(member, kind)| self.spoken_by(member, self.words(member, kind, self.asked.len())))
            .collect();
        lines.push(self.spoken_by(self.next_asker(), question.prompt.clone()));
        lines
    }

    /// Has ready what may be said after the answer, the likeliest first.
    pub(super) fn prepare(&self) -> Effect {
        let lines = self.likely_next();
        let speakers = if self.plan.panel.is_empty() {
            Vec::new()
        } else {
            lines.iter().map(|line| line.speaker.clone()).collect()
        };
        Effect::Prepare { texts: lines.into_iter().map(|line| line.text).collect(), speakers }
    }

    fn likely_next(&self) -> Vec<Spoken> {
        let asker = self.asker();
        let by_asker = |kind, nth| self.spoken_by(asker, self.words(asker, kind, nth));
        let mut lines = Vec::new();
        if self.plan.pressure.acknowledges {
            lines.push(by_asker(LineKind::Acknowledge, self.numbers.acknowledgements));
        }
        let Some(current) = self.asked.last() else { return lines };
        let mut open: Vec<&FollowUp> = Vec::new();
        if let Some(question) = self.plan.bank.question(&current.question)
            && current.follow_ups.len() < self.plan.pressure.follow_ups_max as usize
        {
            open.extend(question.follow_ups.iter().filter(|one| !current.follow_ups.contains(&one.id)));
        }
        let is_first = current.follow_ups.is_empty();
        if self.members() > 1 && is_first && !open.is_empty() {
            lines.push(self.spoken_by(self.next_prober(), self.words_to_differ()));
        }
        let prober = self.next_prober();
        lines.extend(open.iter().map(|follow_up| self.spoken_by(prober, follow_up.prompt.clone())));
        let next = self.would_ask(current.assessment.as_ref());
        if next.is_empty() {
            lines.push(self.spoken_by(0, self.words(0, LineKind::Closing, 0)));
        }
        lines.extend(next);
        lines.push(by_asker(self.prod_kind(), 0));
        lines.extend([LineKind::TimeUp, LineKind::MovingOn].map(|kind| by_asker(kind, 0)));
        lines
    }
}
