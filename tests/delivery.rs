//! Delivery measured in real speech, with the real networks. What it scores on all recordings is `hotseat bench delivery`'s
//! to say; here it must only not break.

use std::path::{Path, PathBuf};

use hotseat::engine::measuring::measure;
use hotseat::engine::transcribing::transcribe;
use hotseat::engine::wiring::{means, read};
use hotseat::models::Weights;
use hotseat::transcript::delivery::fillers::overlap_ms;
use hotseat::transcript::delivery::sound::Sound;
use hotseat::units::{AudioTime, Span};

fn speech() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/speech");
    let there = folder.join("mfa_um.wav").is_file();
    if !there {
        println!("skipped: {} is not there", folder.display());
    }
    there.then_some(folder)
}

fn sound(path: &Path) -> Sound {
    let weights =
        Weights::find(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("models")]).expect("the weights are there");
    let mut means = means(&weights).expect("the weights are whole");
    let samples = read(path).expect("a recording");
    let mut pieces = samples.chunks(16_000).map(<[f32]>::to_vec);
    let (voice, recogniser) = (means.voice.as_mut(), means.recogniser.as_mut());
    let heard = transcribe(|| Ok(pieces.next()), voice, recogniser, &[], &mut |_| {}).expect("it is transcribed");
    measure(&samples, &heard.transcript.words, &mut means, &|| false)
}

#[test]
fn a_long_um_is_found_at_its_time_though_the_recogniser_may_leave_it_out() {
    let Some(folder) = speech() else { return };
    let sound = sound(&folder.join("mfa_um.wav"));
    let truth = Span::new(AudioTime::from_ms(3_770), AudioTime::from_ms(5_180));
    assert_eq!(sound.fillers.len(), 1, "{sound:?}");
    assert!(overlap_ms(sound.fillers[0].span, truth) > 400, "{sound:?}");
    assert!(sound.long_pauses().count() >= 1, "it holds pauses of a second: {sound:?}");
    assert_eq!(sound.filler_estimate, None, "six seconds are too little for a rate");
}

#[test]
fn read_speech_without_fillers_has_none_and_its_melody_is_measured() {
    let Some(folder) = speech() else { return };
    let sound = sound(&folder.join("csm_read_a.wav"));
    assert_eq!(sound.fillers, []);
    assert!(sound.heard_again);
    assert!(sound.pitch_range_semitones.is_some_and(|range| (2.0..20.0).contains(&range)), "{sound:?}");
    assert!(sound.silence_share().is_some_and(|share| (0.05..0.5).contains(&share)), "{sound:?}");
}
