//! How long a candidate waits for a follow-up in a language model's words, by the journal of an interview.

use serde::Serialize;

use crate::cli::bench::spread::Spread;
use crate::cli::ui::Ui;
use crate::ids::{RequestId, UtteranceId};
use crate::interview::effect::{Effect, Purpose};
use crate::interview::event::Event;
use crate::session::record::Record;
use crate::units::AudioTime;

/// Follow-ups that a language model was asked to word. Times in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct WordedReplies {
    /// Follow-ups that were asked for.
    wanted: usize,
    /// Those that were asked in the model's words.
    worded: usize,
    /// Of these, those whose words were whole when they were wanted.
    ready: usize,
    /// From the model's first token to the first sound of its words. Where the token was there before the words were wanted, from then.
    after_first_token_ms: Spread,
    /// From when the words were wanted to the first sound of the follow-up, in whose words ever.
    after_wanted_ms: Spread,
    /// From the end of speech to that sound.
    after_speech_ms: Spread,
}

/// A follow-up on its way.
#[derive(Clone, Copy, Debug)]
struct OnItsWay {
    request: RequestId,
    wanted: AudioTime,
    began: Option<AudioTime>,
    is_worded: bool,
    utterance: Option<UtteranceId>,
}

/// A follow-up whose first sound was heard.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Heard {
    is_worded: bool,
    is_ready: bool,
    after_first_token_ms: f64,
    after_wanted_ms: f64,
    after_speech_ms: Option<u64>,
}

/// Reads the times out of a journal.
pub(super) fn worded_replies(records: &[Record]) -> WordedReplies {
    let (mut wanted, mut on_its_way, mut heard) = (0, None, Vec::new());
    for record in records {
        match record {
            Record::Effect(effect) => match &effect.what {
                Effect::Word { request, .. } => {
                    wanted += 1;
                    let (request, wanted) = (*request, effect.at);
                    on_its_way = Some(OnItsWay { request, wanted, began: None, is_worded: false, utterance: None });
                }
                Effect::Say { utterance, purpose: Purpose::FollowUp, .. } => {
                    if let Some(follow_up) = &mut on_its_way {
                        follow_up.utterance = Some(*utterance);
                    }
                }
                _ => {}
            },
            Record::Event(event) => {
                if let Some(one) = on_its_way.as_mut().and_then(|follow_up| follow_up.take(&event.what, event.at)) {
                    heard.push(one);
                    on_its_way = None;
                }
            }
            _ => {}
        }
    }
    let of = |times: &mut dyn Iterator<Item = f64>| Spread::of(&times.collect::<Vec<_>>());
    let worded = || heard.iter().filter(|one| one.is_worded);
    WordedReplies {
        wanted,
        worded: worded().count(),
        ready: worded().filter(|one| one.is_ready).count(),
        after_first_token_ms: of(&mut worded().map(|one| one.after_first_token_ms)),
        after_wanted_ms: of(&mut heard.iter().map(|one| one.after_wanted_ms)),
        after_speech_ms: of(&mut heard.iter().filter_map(|one| one.after_speech_ms).map(|ms| ms as f64)),
    }
}

impl OnItsWay {
    /// Takes an event in. Returns the times once the first sound is heard.
    fn take(&mut self, event: &Event, at: AudioTime) -> Option<Heard> {
        match event {
            Event::WordsBegan { request } if *request == self.request => self.began = Some(at),
            Event::Worded { request, .. } if *request == self.request => self.is_worded = true,
            Event::Sounded { utterance, since_speech_ms, .. } if self.utterance == Some(*utterance) => {
                let since = |then: AudioTime| at.as_ms().saturating_sub(then.as_ms()) as f64;
                return Some(Heard {
                    is_worded: self.is_worded,
                    is_ready: self.began.is_none(),
                    after_first_token_ms: since(self.began.unwrap_or(self.wanted)),
                    after_wanted_ms: since(self.wanted),
                    after_speech_ms: *since_speech_ms,
                });
            }
            _ => {}
        }
        None
    }
}

impl WordedReplies {
    /// Prints the times.
    pub(super) fn show(&self, ui: &mut Ui) {
        let Self { wanted, worded, ready, .. } = self;
        ui.data(&format!(
            "{wanted} follow-ups for a language model to word: {worded} asked in its words, {ready} of them ready when wanted"
        ));
        for (name, spread) in [
            ("first token to the first sound of its words, ms", self.after_first_token_ms),
            ("words wanted to the first sound of the follow-up, ms", self.after_wanted_ms),
            ("end of speech to that sound, ms", self.after_speech_ms),
        ] {
            ui.data(&format!("{name:<62} {:>8.0} {:>8.0}", spread.p50, spread.p95));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::worded_replies;
    use crate::ids::{FollowUpId, QuestionId, RequestId, UtteranceId};
    use crate::interview::effect::{Effect, Purpose, Reason};
    use crate::interview::event::{Event, Stamped};
    use crate::session::record::Record;
    use crate::units::AudioTime;

    fn event(at_ms: u64, what: Event) -> Record {
        Record::Event(Stamped { at: AudioTime::from_ms(at_ms), what })
    }

    fn effect(at_ms: u64, what: Effect) -> Record {
        Record::Effect(Stamped { at: AudioTime::from_ms(at_ms), what })
    }

    fn wanted(at_ms: u64, request: u32) -> Record {
        let (question, follow_up) =
            (QuestionId::new("loss").expect("an id"), FollowUpId::new("prove-it").expect("an id"));
        effect(at_ms, Effect::Word { request: RequestId(request), question, follow_up, reason: Reason::Deeper })
    }

    fn worded(at_ms: u64, request: u32) -> Record {
        event(at_ms, Event::Worded { request: RequestId(request), text: "How?".into(), took_ms: 400 })
    }

    fn said(at_ms: u64, utterance: u32, purpose: Purpose) -> [Record; 2] {
        let utterance = UtteranceId(utterance);
        let say = Effect::Say { utterance, purpose, asked: None, reason: None, text: "How?".into(), speaker: None };
        let sounded = Event::Sounded { utterance, since_speech_ms: Some(2_000), since_decision_ms: None };
        [effect(at_ms, say), event(at_ms + 300, sounded)]
    }

    #[test]
    fn times_run_from_the_first_token_and_the_banks_words_count_only_for_the_whole_wait() {
        let mut records = vec![wanted(1_000, 1), event(1_400, Event::WordsBegan { request: RequestId(1) })];
        records.push(worded(1_900, 1));
        records.extend(said(1_900, 1, Purpose::Acknowledge));
        records.extend(said(1_950, 2, Purpose::FollowUp));
        // The words were there when they were wanted.
        records.extend([wanted(10_000, 2), worded(10_000, 2)]);
        records.extend(said(10_000, 3, Purpose::FollowUp));
        // The model did not begin in time: the bank's words.
        records.push(wanted(20_000, 3));
        records.extend(said(20_800, 4, Purpose::FollowUp));
        let replies = worded_replies(&records);
        assert_eq!((replies.wanted, replies.worded, replies.ready), (3, 2, 1));
        assert_eq!((replies.after_first_token_ms.p50, replies.after_first_token_ms.p95), (850.0, 850.0));
        assert_eq!((replies.after_wanted_ms.p50, replies.after_wanted_ms.p95), (1_100.0, 1_250.0));
        assert_eq!(replies.after_speech_ms.p50, 2_000.0);
    }
}
