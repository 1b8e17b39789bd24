//! Whisper, through whisper.cpp. Hears one chunk at a time in English; what it makes up is filtered in `sanity`.

mod pace;

use std::path::Path;
use std::sync::{Arc, Once};

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperSegment, WhisperState,
    install_logging_hooks,
};

use crate::clock;
use crate::stt::sanity::{self, Segment};
use crate::stt::words::{Token, words};
use crate::stt::{Heard, SttError, Transcriber};
use crate::units::SAMPLE_RATE_HZ;

/// Least sound that is handed over, the rest silence: 1.05 s. Below 201 samples whisper.cpp 1.8.3 reads past the end, and
/// what is shorter than a second is heard badly.
const LEAST_SAMPLES: usize = SAMPLE_RATE_HZ as usize * 105 / 100;

/// Positions of the encoder for a second of sound.
const POSITIONS_A_SECOND: f64 = 50.0;

/// Positions kept beyond the sound. Without them the decoder does not know where to stop: word errors on Earnings-22 rose
/// from 18 to 318 of 100 without a margin, and to 19 with one of 64 (futo-org/whisper-acft#5).
const MARGIN: usize = 128;

/// Fewer positions than this make whisper loop on some clips.
const FEWEST_POSITIONS: usize = 384;

/// Positions of a second try at least. All of them would take 4 s on one core, for a tail of one second as well.
const ROOMY_POSITIONS: usize = 768;

/// Positions of the whole 30 s.
const ALL_POSITIONS: usize = 1_500;

/// Beams of the search. On 6 minutes of speech with published transcripts, in the chunks of a turn, whisper base made 5.1 % word
/// errors with one beam, 3.6 % with three and 3.7 % with five, at 0.38, 0.46 and 0.53 s of work for a second of sound.
const BEAMS: i32 = 3;

/// Tokens of the prompt that are used: more cost time with every chunk and push out what was said.
const PROMPT_TOKENS: usize = 120;

/// Step between the temperatures of a second try: two steps at most. Whisper's default of 0.2 makes six, each of which
/// may take seconds.
const TEMPERATURE_STEP: f32 = 0.4;

/// Tokens a second that are more than anybody says, and some for times: a decoder that loops is stopped there instead of
/// after 224 tokens.
const TOKENS_A_SECOND: f64 = 12.0;

/// Tokens granted to any chunk.
const TOKENS_AT_LEAST: f64 = 24.0;

static LOGGING: Once = Once::new();

/// The weights of a model. They are held once, however many hear with them.
#[derive(Clone, Debug)]
pub struct SpeechModel(Arc<WhisperContext>);

impl SpeechModel {
    /// Loads a model in whisper.cpp's format. The file must have been checked: whisper.cpp may crash on a damaged one.
    ///
    /// # Errors
    /// [`SttError::Load`] names the file.
    pub fn load(path: &Path) -> Result<Self, SttError> {
        // whisper.cpp writes to stderr otherwise.
        LOGGING.call_once(install_logging_hooks);
        let failed = |why: String| SttError::Load { path: path.display().to_string(), why };
        if !path.is_file() {
            return Err(failed("there is no such file".into()));
        }
        let mut parameters = WhisperContextParameters::default();
        // Flash attention reads the padding behind a reduced number of positions, which holds what was heard before.
        parameters.use_gpu(false).flash_attn(false);
        let context = WhisperContext::new_with_params(path, parameters).map_err(|error| failed(error.to_string()))?;
        Ok(Self(Arc::new(context)))
    }
}

/// Somebody who hears with a Whisper model.
#[derive(Debug)]
pub struct Whisper {
    context: Arc<WhisperContext>,
    /// Made once: it holds the caches, which are slow to get.
    state: WhisperState,
    threads: i32,
    /// The terms that `prompt` and `prompt_tokens` were made for.
    terms: Vec<String>,
    prompt: String,
    prompt_tokens: Vec<i32>,
}

impl Whisper {
    /// Loads a model and hears with it; see [`SpeechModel::load`] and [`Whisper::over`].
    ///
    /// # Errors
    /// [`SttError::Load`] names the file.
    pub fn load(path: &Path, threads: usize) -> Result<Self, SttError> {
        Self::over(&SpeechModel::load(path)?, threads)
    }

    /// Returns somebody who hears with a model. `threads` is how many it computes with, at least 1; see [`default_threads`].
    ///
    /// # Errors
    /// [`SttError::Load`] when there is no memory for it.
    pub fn over(model: &SpeechModel, threads: usize) -> Result<Self, SttError> {
        let failed = |why: String| SttError::Load { path: "the state of the speech model".into(), why };
        let context = Arc::clone(&model.0);
        let state = context.create_state().map_err(|error| failed(error.to_string()))?;
        let threads = i32::try_from(threads.max(1)).unwrap_or(1);
        Ok(Self { context, state, threads, terms: Vec::new(), prompt: String::new(), prompt_tokens: Vec::new() })
    }

    /// Makes the terms the prompt. Tokens are set instead of a text because whisper-rs leaks the text.
    fn prime(&mut self, terms: &[String], failed: &impl Fn(String) -> SttError) -> Result<(), SttError> {
        if self.terms == terms {
            return Ok(());
        }
        let mut prompt = terms.join(", ").replace('\0', " ");
        if prompt.ends_with(char::is_alphanumeric) {
            prompt.push('.');
        }
        self.prompt_tokens = if prompt.trim().is_empty() {
            Vec::new()
        } else {
            // A token is a byte at least. With less room whisper-rs misreads the count that it gets back.
            let room = prompt.len() + 8;
            self.context.tokenize(&format!(" {}", prompt.trim()), room).map_err(|error| failed(error.to_string()))?
        };
        self.prompt_tokens.truncate(PROMPT_TOKENS);
        self.prompt = prompt;
        self.terms = terms.to_vec();
        Ok(())
    }

    /// Returns the text of a sound of any length by whisper.cpp's own full pass: 30 s windows, five temperatures, no prompt, and
    /// so many beams; its command line takes 5 by default. What our own way is compared with.
    ///
    /// # Errors
    /// [`SttError::Failed`] when the model fails.
    pub fn full_pass(&mut self, samples: &[f32], beams: i32) -> Result<String, SttError> {
        let strategy = match beams {
            ..=1 => SamplingStrategy::Greedy { best_of: 1 },
            beam_size => SamplingStrategy::BeamSearch { beam_size, patience: -1.0 },
        };
        let mut parameters = FullParams::new(strategy);
        parameters.set_n_threads(self.threads);
        parameters.set_print_progress(false);
        parameters.set_print_realtime(false);
        parameters.set_print_timestamps(false);
        let mut padded = samples.to_vec();
        padded.resize(samples.len().max(LEAST_SAMPLES), 0.0);
        let outcome = self.state.full(parameters, &padded);
        outcome.map_err(|error| SttError::Failed { seconds: seconds(samples), why: error.to_string() })?;
        let texts: Vec<String> =
            self.state.as_iter().map(|segment| segment.to_str_lossy().unwrap_or_default().into_owned()).collect();
        Ok(texts.concat().trim().to_owned())
    }

    fn decode(
        &mut self,
        samples: &[f32],
        positions: usize,
        temperature_step: f32,
        failed: &impl Fn(String) -> SttError,
    ) -> Result<Vec<Segment>, SttError> {
        let mut parameters = FullParams::new(SamplingStrategy::BeamSearch { beam_size: BEAMS, patience: -1.0 });
        // The language is English by default; setting it would leak.
        parameters.set_n_threads(self.threads);
        parameters.set_no_context(true);
        parameters.set_token_timestamps(true);
        parameters.set_suppress_blank(true);
        parameters.set_suppress_nst(true);
        parameters.set_temperature_inc(temperature_step);
        parameters.set_audio_ctx(i32::try_from(positions).unwrap_or(0));
        parameters.set_max_tokens((TOKENS_AT_LEAST + TOKENS_A_SECOND * seconds(samples)) as i32);
        parameters.set_print_progress(false);
        parameters.set_print_realtime(false);
        parameters.set_print_timestamps(false);
        if !self.prompt_tokens.is_empty() {
            parameters.set_tokens(&self.prompt_tokens);
        }
        self.state.full(parameters, samples).map_err(|error| failed(error.to_string()))?;
        let end_of_text = self.context.token_eot();
        let length_ms = samples.len() as u64 * 1_000 / u64::from(SAMPLE_RATE_HZ);
        Ok(self.state.as_iter().map(|segment| read(&segment, end_of_text, length_ms)).collect())
    }
}

impl Transcriber for Whisper {
    fn transcribe(&mut self, samples: &[f32], terms: &[String]) -> Result<Heard, SttError> {
        let started = clock::now();
        let seconds = seconds(samples);
        let failed = |why: String| SttError::Failed { seconds, why };
        if sanity::is_silent(samples) {
            return Ok(Heard { words: Vec::new(), took: started.elapsed() });
        }
        self.prime(terms, &failed)?;
        let mut padded = samples.to_vec();
        padded.resize(samples.len().max(LEAST_SAMPLES), 0.0);
        let positions = positions(padded.len());
        let mut segments = self.decode(&padded, positions, 0.0, &failed)?;
        if sanity::is_suspicious(&segments, seconds) {
            // With more room, and where whisper itself is unsure, at higher temperatures.
            let roomy = (2 * positions).clamp(ROOMY_POSITIONS, ALL_POSITIONS);
            segments = self.decode(&padded, roomy, TEMPERATURE_STEP, &failed)?;
        }
        let words = sanity::sound_words(segments, samples, &self.prompt);
        Ok(Heard { words, took: started.elapsed() })
    }
}

/// Returns how many threads to compute with: a quarter of the cores, 1 to 4.
///
/// whisper.cpp's threads wait for each other by spinning. When any other program, or the interviewer's own voice, takes
/// one of their cores, two threads are not twice as fast but ten times slower: 7.8 s of speech took 0.8 s on two idle
/// cores and 21 s on two busy ones, with one thread 1.8 s and 5.8 s (2026-11, 2 cores, base-q8_0).
pub fn default_threads() -> usize {
    (std::thread::available_parallelism().map_or(1, usize::from) / 4).clamp(1, 4)
}

fn seconds(samples: &[f32]) -> f64 {
    samples.len() as f64 / f64::from(SAMPLE_RATE_HZ)
}

/// Returns how many positions of the encoder are computed for that many samples.
fn positions(samples: usize) -> usize {
    let seconds = samples as f64 / f64::from(SAMPLE_RATE_HZ);
    let needed = (POSITIONS_A_SECOND * seconds).ceil() as usize + MARGIN;
    needed.max(FEWEST_POSITIONS).next_multiple_of(64).min(ALL_POSITIONS)
}

fn read(segment: &WhisperSegment<'_>, end_of_text: i32, length_ms: u64) -> Segment {
    let mut tokens = Vec::new();
    let mut log_probability = 0.0;
    for token in (0..segment.n_tokens()).filter_map(|n| segment.get_token(n)) {
        let data = token.token_data();
        // Special tokens, such as times, come after the end-of-text token.
        if data.id >= end_of_text {
            continue;
        }
        log_probability += data.plog;
        tokens.push(Token {
            bytes: token.to_bytes().unwrap_or_default().to_vec(),
            // whisper.cpp counts hundredths of a second.
            start_ms: data.t0.saturating_mul(10),
            end_ms: data.t1.saturating_mul(10),
            probability: data.p,
        });
    }
    Segment {
        words: words(&tokens, length_ms),
        no_speech: segment.no_speech_probability(),
        mean_log_probability: log_probability / tokens.len().max(1) as f32,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{ALL_POSITIONS, Whisper, positions};
    use crate::stt::{SttError, Transcriber};

    #[test]
    fn the_encoder_gets_a_margin_and_never_more_than_it_has() {
        for (seconds, expected) in [(1, 384), (5, 384), (6, 448), (11, 704), (25, 1_408), (28, 1_500), (60, 1_500)] {
            assert_eq!(positions(seconds * 16_000), expected, "{seconds} s");
        }
        assert!(positions(usize::MAX / 2) == ALL_POSITIONS);
    }

    #[test]
    fn a_missing_model_is_named() {
        let error = Whisper::load(Path::new("nowhere/ggml.bin"), 1).unwrap_err();
        assert!(matches!(&error, SttError::Load { path, .. } if path == "nowhere/ggml.bin"), "{error}");
    }

    #[test]
    fn silence_short_sound_noise_and_any_prompt_are_survived() {
        let mut whisper =
            Whisper::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/ggml-base-q8_0.bin"), 1).unwrap();
        let terms = [String::from("SLA"), String::from("nul\0inside")];
        assert!(whisper.transcribe(&[], &terms).unwrap().words.is_empty());
        assert!(whisper.transcribe(&[0.0; 80_000], &terms).unwrap().words.is_empty());
        let mut state = 1u32;
        let noise: Vec<f32> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .map(|sample| sample * 0.02)
        .take(16_000)
        .collect();
        for length in [1, 100, 1_600, 16_000] {
            whisper.transcribe(&noise[..length], &terms).unwrap();
        }
        whisper.transcribe(&noise, &["long prompt ".repeat(500)]).unwrap();
    }
}
