//! Tells the words of a turn as the recogniser gives them: to the world, and to the ear.

use std::time::Duration;

use crate::engine::hearing::HearingEvent;
use crate::ids::TurnId;
use crate::stt::worker::Answer;
use crate::transcript::merge::Merger;
use crate::units::AudioTime;

/// Words that are looked at to tell whether more is coming: a list may have been opened a while ago.
const LAST_WORDS: usize = 120;

/// What the recogniser's thread tells of a stretch.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) turn: TurnId,
    /// Where the stretch ends.
    pub(super) until: AudioTime,
    /// The turn's words up to then, the last hundred or so. None when there are none to come.
    pub(super) words: Option<String>,
    /// Whether the speaker may go on, so that the same stretch comes again.
    pub(super) is_ahead: bool,
}

/// Returns what tells a turn's words, on the recogniser's thread: to the world, and back to the ear, which looks at the last
/// of them to tell whether more is coming.
pub(super) fn tell_words(
    out: impl Fn(HearingEvent) + Send + 'static,
    back: impl Fn(Told) + Send + 'static,
) -> impl FnMut(Answer) + Send + 'static {
    let mut present = None;
    let mut merger = Merger::default();
    let mut took = Duration::ZERO;
    let tell_ear = move |turn, until, words, is_ahead| back(Told { turn, until, words, is_ahead });
    move |answer| {
        let (Answer::Chunk { turn, .. } | Answer::Ahead { turn, .. } | Answer::TurnDone { turn }) = &answer;
        if present.replace(*turn) != Some(*turn) {
            // Words of a turn that was given up belong to nothing.
            merger.take();
            took = Duration::ZERO;
        }
        match answer {
            Answer::Chunk { turn, offset, until, heard: Ok(heard) } => {
                took += heard.took;
                let words = merger.add(offset, heard.words).to_vec();
                tell_ear(turn, until, Some(merger.last_words(LAST_WORDS)), false);
                if !words.is_empty() {
                    out(HearingEvent::Words { turn, words });
                }
            }
            Answer::Chunk { turn, offset, until, heard: Err(error) } => {
                tell_ear(turn, until, None, false);
                out(HearingEvent::NotTranscribed { turn, at: offset, error });
            }
            Answer::Ahead { turn, until, heard: None, .. } => tell_ear(turn, until, None, true),
            Answer::Ahead { turn, offset, until, heard: Some(heard) } => {
                took += heard.took;
                let mut so_far = merger.clone();
                let words = so_far.add(offset, heard.words).to_vec();
                tell_ear(turn, until, Some(so_far.last_words(LAST_WORDS)), true);
                out(HearingEvent::Ahead { turn, words });
            }
            Answer::TurnDone { turn } => {
                let stt_took = std::mem::take(&mut took);
                out(HearingEvent::Heard { turn, transcript: merger.take(), stt_took });
            }
        }
    }
}
