//! Transcribes recorded speech of any length, piece by piece. Holds no more than half a minute of sound; ends no turn.

use std::sync::Arc;
use std::time::Duration;

use crate::audio::AudioError;
use crate::dsp::framer::Framer;
use crate::stt::{SttError, Transcriber};
use crate::transcript::merge::Merger;
use crate::transcript::{Transcript, Word};
use crate::turn::VoiceDetector;
use crate::turn::chunk::{Chunker, frame_time};
use crate::turn::smooth::{Edge, Smoother};
use crate::turn::window::Window;
use crate::units::{AudioTime, Frame, Span};

/// Gaps in the voice from 1 s on are pauses.
const PAUSE: Duration = Duration::from_secs(1);

/// Sound kept before the present moment, for the padding of a chunk that begins now: 2 s.
const KEPT_MS: u64 = 2_000;

/// Why a recording could not be transcribed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TranscribingError {
    /// The recording cannot be read further.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The recogniser failed.
    #[error(transparent)]
    Stt(#[from] SttError),
}

/// What is known while a recording is transcribed.
#[derive(Debug)]
pub enum Progress<'a> {
    /// So much was read.
    Read(AudioTime),
    /// These words were heard in the stretch that begins there.
    Words {
        /// Where the stretch begins.
        at: AudioTime,
        /// The words.
        words: &'a [Word],
    },
}

/// What a recording holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// The words.
    pub transcript: Transcript,
    /// Pauses of a second and more between stretches of voice.
    pub pauses: Vec<Span>,
    /// Length of the recording.
    pub duration: Duration,
    /// How long the recogniser worked.
    pub stt_took: Duration,
}

/// Transcribes what `read` gives: pieces of 16 kHz mono sound, none at the end. `voice` is reset first. `progress` is told
/// what is known so far.
///
/// # Errors
/// [`TranscribingError`] when reading or transcribing fails.
pub fn transcribe(
    mut read: impl FnMut() -> Result<Option<Vec<f32>>, AudioError>,
    voice: &mut dyn VoiceDetector,
    transcriber: &mut dyn Transcriber,
    terms: &[String],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Recorded, TranscribingError> {
    voice.reset();
    let mut file = File {
        voice,
        transcriber,
        terms: terms.into(),
        progress,
        smoother: Smoother::default(),
        chunker: Chunker::for_recordings(),
        window: Window::default(),
        merger: Merger::default(),
        recorded: Recorded::default(),
    };
    let mut framer = Framer::default();
    let mut samples = 0;
    while let Some(piece) = read()? {
        samples += piece.len() as u64;
        framer.push(&piece);
        while let Some(frame) = framer.pop() {
            file.hear(&frame)?;
        }
    }
    if let Some(frame) = framer.finish() {
        file.hear(&frame)?;
    }
    file.finish(samples)
}

/// A recording that is being transcribed.
struct File<'a> {
    voice: &'a mut dyn VoiceDetector,
    transcriber: &'a mut dyn Transcriber,
    terms: Arc<[String]>,
    progress: &'a mut dyn FnMut(Progress<'_>),
    smoother: Smoother,
    chunker: Chunker,
    window: Window,
    merger: Merger,
    recorded: Recorded,
}

impl File<'_> {
    fn hear(&mut self, frame: &Frame) -> Result<(), TranscribingError> {
        self.window.push(frame);
        let probability = self.voice.probability(frame);
        let index = self.smoother.frames();
        let before = self.smoother.last_voiced();
        let edge = self.smoother.step(probability);
        if let (Some(Edge::Onset { first }), Some(last)) = (edge, before) {
            let pause = Span::new(frame_time(last + 1), frame_time(first));
            if pause.duration() >= PAUSE {
                self.recorded.pauses.push(pause);
            }
        }
        if let Some(span) = self.chunker.step(index, probability, self.smoother.is_voiced(), edge) {
            self.transcribe(span)?;
        }
        let now = self.window.end();
        let recent = AudioTime::from_ms(now.as_ms().saturating_sub(KEPT_MS));
        self.window.forget_before(self.chunker.open_from().map_or(recent, |open| frame_time(open).min(recent)));
        (self.progress)(Progress::Read(now));
        Ok(())
    }

    fn transcribe(&mut self, span: Span) -> Result<(), TranscribingError> {
        let heard = self.transcriber.transcribe(self.window.span(span), &self.terms)?;
        self.recorded.stt_took += heard.took;
        let words = self.merger.add(span.start, heard.words);
        if !words.is_empty() {
            (self.progress)(Progress::Words { at: span.start, words });
        }
        Ok(())
    }

    fn finish(mut self, samples: u64) -> Result<Recorded, TranscribingError> {
        if let Some(span) = self.chunker.close() {
            self.transcribe(span)?;
        }
        let transcript = self.merger.take();
        Ok(Recorded { transcript, duration: AudioTime::from_samples(samples).since(AudioTime::ZERO), ..self.recorded })
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, transcribe};
    use crate::stt::scripted::ScriptedTranscriber;
    use crate::turn::plain::Loudness;

    fn sound(stretches: &[(usize, f32)]) -> Vec<f32> {
        stretches.iter().flat_map(|(ms, level)| vec![*level; ms * 16]).collect()
    }

    #[test]
    fn a_recording_gives_its_words_pauses_and_length() {
        let sound = sound(&[(21_000, 0.3), (2_000, 0.0), (21_000, 0.3), (700, 0.0), (3_000, 0.3), (100, 0.0)]);
        let mut pieces = sound.chunks(1_000).map(<[f32]>::to_vec);
        let mut script = ScriptedTranscriber::new(["first part", "second part", "the end"]);
        let mut told = Vec::new();
        let recorded = transcribe(|| Ok(pieces.next()), &mut Loudness, &mut script, &[], &mut |progress| {
            if let Progress::Words { at, words } = progress {
                told.push((at.as_ms(), words.len()));
            }
        })
        .unwrap();
        assert_eq!(recorded.transcript.text(), "first part second part the end");
        assert_eq!(recorded.pauses.len(), 1);
        assert_eq!(recorded.duration.as_millis(), 47_800);
        assert_eq!(told.iter().map(|(_, words)| *words).collect::<Vec<_>>(), [2, 2, 2]);
        assert!(recorded.transcript.words.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }

    #[test]
    fn no_sound_at_all_is_an_empty_transcript() {
        let recorded =
            transcribe(|| Ok(None), &mut Loudness, &mut ScriptedTranscriber::default(), &[], &mut |_| {}).unwrap();
        assert!(recorded.transcript.is_empty() && recorded.duration.is_zero());
    }

    #[test]
    fn a_failing_recogniser_is_an_error() {
        let mut pieces = std::iter::once(sound(&[(3_000, 0.3)]));
        let mut script = ScriptedTranscriber::default().then_fail("out of memory");
        let error = transcribe(|| Ok(pieces.next()), &mut Loudness, &mut script, &[], &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("out of memory"), "{error}");
    }
}
