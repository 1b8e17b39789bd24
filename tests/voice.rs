//! The voice against the real model: what it says must be heard again by a recogniser.

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::support::Home;
use hotseat::bank::candidate::Piece;
use hotseat::dsp::resample::Resampler;
use hotseat::engine::simulated_candidate::SimulatedCandidate;
use hotseat::tts::cache::Cached;
use hotseat::tts::kokoro::{Kokoro, identity, styles};
use hotseat::tts::lexicon::Lexicon;
use hotseat::tts::worker::{Part, VoiceWorker};
use hotseat::tts::{Synthesizer, TtsError, Voice};
use hotseat::units::{SAMPLE_RATE_HZ, Speech};
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, install_logging_hooks};

fn models() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models")
}

/// One loaded voice for all tests: they would otherwise hold half a gigabyte each.
static KOKORO: LazyLock<Mutex<Kokoro>> = LazyLock::new(|| {
    Mutex::new(
        Kokoro::load(&models().join("kokoro-82m-int8.onnx"), &models().join("voices"), Lexicon::default()).unwrap(),
    )
});

/// One loaded recogniser too.
static WHISPER: LazyLock<WhisperContext> = LazyLock::new(|| {
    install_logging_hooks();
    WhisperContext::new_with_params(models().join("ggml-base-q8_0.bin"), WhisperContextParameters::default()).unwrap()
});

struct Shared;

impl Synthesizer for Shared {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        KOKORO.lock().unwrap_or_else(PoisonError::into_inner).synthesize(text, voice)
    }

    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        KOKORO.lock().unwrap_or_else(PoisonError::into_inner).stream(text, voice, give)
    }

    fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
        KOKORO.lock().unwrap_or_else(PoisonError::into_inner).get_ready(voice)
    }
}

fn voice(style: &str) -> Voice {
    Voice { style: style.into(), speed: 1.0 }
}

fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

/// What whisper makes of speech, in small letters without marks.
fn heard(speech: &Speech) -> String {
    let mut resampler = Resampler::new(speech.rate_hz, SAMPLE_RATE_HZ).unwrap();
    let mut samples = vec![0.0; SAMPLE_RATE_HZ as usize / 4];
    resampler.push(&speech.samples, &mut samples);
    resampler.finish(&mut samples);
    samples.resize(samples.len() + SAMPLE_RATE_HZ as usize, 0.0);
    let mut state = WHISPER.create_state().unwrap();
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    // Whisper's threads wait for each other by turning round, which costs other tests their time.
    params.set_n_threads(1);
    params.set_audio_ctx((samples.len() / 320 + 128) as i32);
    state.full(params, &samples).unwrap();
    let text: String = state.as_iter().map(|segment| segment.to_str_lossy().unwrap().into_owned()).collect();
    let plain = text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_technical_sentence_is_heard_again_word_for_word_in_both_accents() {
    for style in ["af_heart", "bf_emma"] {
        let said = "Tell me how you run Kubernetes and Terraform in two cloud accounts.";
        let speech = Shared.synthesize(said, &voice(style)).unwrap();
        let wanted = "tell me how you run kubernetes and terraform in two cloud accounts";
        let heard = heard(&speech);
        let missed = wanted.split(' ').filter(|word| !heard.split(' ').any(|heard| heard == *word)).count();
        assert!(missed <= 2, "{style}: {missed} words were not heard in: {heard}");
    }
}

#[test]
fn a_sentence_that_is_streamed_comes_in_parts_and_sounds_like_the_whole() {
    let said =
        "You said that backups run every night: how do you know that they can be restored, and who would try it first?";
    for style in ["af_heart", "bm_george"] {
        let voice = voice(style);
        let whole = Shared.synthesize(said, &voice).unwrap();
        Shared.get_ready(&voice).unwrap();
        let (mut joined, mut parts) = (Vec::new(), Vec::new());
        Shared
            .stream(said, &voice, &mut |part| {
                parts.push(part.duration().as_secs_f64());
                joined.extend(part.samples);
                true
            })
            .unwrap();
        let streamed = Speech { samples: joined, rate_hz: whole.rate_hz };
        assert!(parts.len() > 2 && parts[0] < parts.iter().sum::<f64>() * 0.8, "{parts:?}");
        let (seconds, of_whole) = (streamed.duration().as_secs_f64(), whole.duration().as_secs_f64());
        assert!((seconds / of_whole - 1.0).abs() < 0.15, "{seconds} s against {of_whole} s");
        let louder = level(&streamed.samples) / level(&whole.samples);
        assert!((0.7..1.4).contains(&louder), "{style}: {louder} times as loud as the whole");
        let step =
            |speech: &Speech| speech.samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(
            step(&streamed) < step(&whole) * 1.5,
            "a click of {} where the whole has {}",
            step(&streamed),
            step(&whole)
        );
        let heard = heard(&streamed);
        let wanted = "you said that backups run every night how do you know that they can be restored and who would try it first";
        let missed = wanted.split(' ').filter(|word| !heard.split(' ').any(|heard| heard == *word)).count();
        assert!(missed <= 1, "{style}: {missed} words were not heard in: {heard}");
    }
}

#[test]
fn speech_is_as_long_and_as_loud_as_speech_is() {
    let speech =
        Shared.synthesize("How would you design for high availability? Take your time.", &voice("am_puck")).unwrap();
    assert_eq!(speech.rate_hz, 24_000);
    assert!((2.0..8.0).contains(&speech.duration().as_secs_f64()), "{:?}", speech.duration());
    assert!((0.03..0.2).contains(&level(&speech.samples)), "{}", level(&speech.samples));
    assert!(speech.samples.iter().all(|sample| sample.abs() <= 0.95));
    let edge = speech.samples.len() - 24;
    assert!(
        level(&speech.samples[..24]) < 0.005 && level(&speech.samples[edge..]) < 0.005,
        "it begins and ends at rest"
    );
}

#[test]
fn every_voice_that_comes_with_hotseat_speaks_and_alike_in_loudness() {
    let styles = styles(&models().join("voices"));
    assert!(styles.len() >= 8, "{styles:?}");
    for style in styles {
        let speech = Shared.synthesize("Thank you.", &voice(&style)).unwrap();
        assert!((0.4..2.0).contains(&speech.duration().as_secs_f64()), "{style}: {:?}", speech.duration());
        assert!((0.04..0.16).contains(&level(&speech.samples)), "{style}: {}", level(&speech.samples));
    }
}

#[test]
fn speed_shortens_and_lengthens_and_nonsense_counts_as_the_voice_s_own() {
    let seconds = |speed| {
        let voice = Voice { style: "af_heart".into(), speed };
        Shared.synthesize("Thank you very much for that.", &voice).unwrap().duration().as_secs_f64()
    };
    let own = seconds(1.0);
    assert!(seconds(1.5) < own * 0.85 && seconds(0.75) > own * 1.15);
    assert!((seconds(f32::NAN) - own).abs() < 0.01);
}

#[test]
fn nothing_to_say_is_no_speech() {
    for text in ["", "  \n", "...", "—?!", "🎉"] {
        assert!(Shared.synthesize(text, &voice("af_heart")).unwrap().samples.is_empty(), "{text:?}");
    }
}

#[test]
fn an_unknown_voice_is_refused_with_the_names_of_those_there_are() {
    for style in ["nobody", "", "../kokoro-82m-int8", "AF_HEART"] {
        let error = Shared.synthesize("Hello.", &voice(style)).unwrap_err().to_string();
        assert!(error.contains("af_heart, ") && error.contains("bm_george"), "{error}");
    }
}

#[test]
fn a_file_that_is_no_voice_is_refused_by_name() {
    let Err(error) = Kokoro::load(&models().join("silero_vad_16k.onnx"), &models().join("voices"), Lexicon::default())
    else {
        panic!("another network was taken for a voice");
    };
    assert!(matches!(&error, TtsError::Load { path, .. } if path.ends_with("silero_vad_16k.onnx")), "{error}");
    assert!(Kokoro::load(&models().join("missing.onnx"), &models(), Lexicon::default()).is_err());
}

#[test]
fn a_sentence_without_end_is_said_to_its_end() {
    let list: Vec<String> = (1..=24).map(|nth| format!("item {nth}")).collect();
    let speech = Shared.synthesize(&format!("There are {}.", list.join(" ")), &voice("af_heart")).unwrap();
    assert!(speech.duration().as_secs_f64() > 24.0 * 0.4, "{:?}", speech.duration());
}

#[test]
fn what_was_rendered_comes_back_the_same_without_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let model = identity(&models().join("kokoro-82m-int8.onnx"), &Lexicon::default());
    let mut cache = Cached::new(Shared, folder.path(), model.clone());
    let fresh = cache.synthesize("Thank you. Go on.", &voice("af_heart")).unwrap();
    assert!(cache.synthesize("Thank you. Go on.", &voice("af_heart")).unwrap() == fresh);
    let worker = VoiceWorker::start(|| panic!("the model is not needed"), folder.path(), model);
    let parts: Vec<Part> = worker.speak("Thank you. Go on.", &voice("af_heart")).iter().map(Result::unwrap).collect();
    assert_eq!(parts.iter().filter(|part| part.ends_sentence).count(), 2);
    assert!(parts.iter().flat_map(|part| &part.speech.samples).eq(&fresh.samples));
}

#[test]
fn a_simulated_candidate_is_heard_through_the_room() {
    use hotseat::audio::{Asked, FrameSource, Next};
    let script = |_: &Asked| {
        Some(vec![
            Piece::Say("First I would ask about the budget.".into()),
            Piece::Pause(std::time::Duration::from_millis(1_200)),
            Piece::Say("Then I would draw a diagram.".into()),
        ])
    };
    let mut candidate = SimulatedCandidate::new(Box::new(script), Box::new(Shared), voice("am_fenrir"), false);
    let question = hotseat::ids::QuestionId::new("any").unwrap();
    candidate.cue(&Asked { question, follow_up: None, nth: 0 }).unwrap();
    let mut samples: Vec<f32> = Vec::new();
    loop {
        match candidate.next().unwrap() {
            Next::Frame(frame) => samples.extend(frame.iter()),
            Next::Nothing => {}
            Next::Ended => break,
            other => panic!("there is no device: {other:?}"),
        }
    }
    let heard = heard(&Speech { samples, rate_hz: SAMPLE_RATE_HZ });
    for word in ["first", "budget", "then", "diagram"] {
        assert!(heard.contains(word), "{word} is missing in: {heard}");
    }
}

#[test]
fn terms_of_the_trade_are_understood() {
    let output = Home::new().hotseat(["bench", "tts", "--terms=24", "--untimed", "--json"]).output().expect("it runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON document");
    let terms = &report["terms"];
    assert!(terms["terms"].as_u64().is_some_and(|terms| terms >= 20), "{report:#}");
    assert_eq!(terms["silent"], 0, "{report:#}");
    assert!(terms["share"].as_f64().is_some_and(|share| share >= 0.85), "{report:#}");
}

#[test]
fn a_term_is_said_as_the_user_wrote_and_a_bad_line_is_told() {
    let home = Home::new();
    std::fs::write(home.path().join("pronunciations.txt"), "zyx = banana milk\nwrong\n").expect("a home to write in");
    let wav = home.path().join("said.wav");
    let output =
        home.hotseat(["say", "Please bring me some zyx and bread.", "-o"]).arg(&wav).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("pronunciations.txt`, line 2: there is no `=`"), "{told}");
    let mut reader = hound::WavReader::open(&wav).expect("the speech");
    let samples = reader.samples::<i16>().map(|sample| f32::from(sample.expect("a sample")) / 32_768.0).collect();
    let heard = heard(&Speech { samples, rate_hz: reader.spec().sample_rate });
    assert!(heard.contains("banana milk"), "{heard}");
}
