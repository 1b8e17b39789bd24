//! Prepared answers from a folder.

use std::path::Path;

use hotseat::audio::files::AnswerFolder;
use hotseat::audio::pace::Pace;
use hotseat::audio::{Asked, AudioErrorKind, FrameSource, Next};
use hotseat::ids::{FollowUpId, QuestionId};

use super::{data, speech_wav, tone};

fn asked(question: &str, follow_up: Option<&str>, nth: u32) -> Asked {
    let follow_up = follow_up.map(|id| FollowUpId::new(id).unwrap());
    Asked { question: QuestionId::new(question).unwrap(), follow_up, nth }
}

/// Puts `samples` times 1/100 of full scale as a file of the folder.
fn put(folder: &Path, name: &str, level: u16, samples: usize) {
    std::fs::write(folder.join(name), speech_wav(&vec![f32::from(level) / 100.0; samples])).unwrap();
}

/// Returns the frames of the answer that sound, their level times 100, and the number of silent frames behind them.
fn answer(source: &mut AnswerFolder, asked: &Asked) -> (usize, u16, usize) {
    source.cue(asked).unwrap();
    let (mut loud, mut silent, mut level) = (0, 0, 0);
    loop {
        match source.next().unwrap() {
            Next::Frame(frame) if frame[0] == 0.0 => silent += 1,
            Next::Frame(frame) => (loud, level) = (loud + 1, (frame[0] * 100.0).round() as u16),
            Next::Nothing => panic!("a file always has something to say"),
            Next::Ended => return (loud, level, silent),
            other => panic!("a file is no device: {other:?}"),
        }
    }
}

#[test]
fn each_question_and_follow_up_gets_its_own_answer_and_then_silence() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "caching.wav", 10, 1_024);
    put(folder.path(), "caching.how-long.wav", 20, 512);
    put(folder.path(), "caching.followup-2.wav", 30, 513);
    put(folder.path(), "Queues.WAV", 40, 512);
    std::fs::write(folder.path().join("notes.txt"), "not a sound").unwrap();
    std::fs::write(folder.path().join("._caching.wav"), "not a sound either").unwrap();
    let mut source = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap();
    assert_eq!(source.names().collect::<Vec<_>>(), ["caching", "caching.followup-2", "caching.how-long", "queues"]);
    assert!(!source.is_live());
    assert_eq!(source.next(), Ok(Next::Ended), "nothing was asked yet");
    assert_eq!(answer(&mut source, &asked("caching", None, 0)), (2, 10, 187));
    assert_eq!(answer(&mut source, &asked("caching", Some("how-long"), 1)), (1, 20, 187));
    assert_eq!(answer(&mut source, &asked("caching", Some("what-else"), 2)), (2, 30, 187));
    assert_eq!(answer(&mut source, &asked("queues", None, 0)), (1, 40, 187));
    assert_eq!(answer(&mut source, &asked("caching", None, 0)), (2, 10, 187), "asked again");
}

#[test]
fn a_question_without_a_file_is_silence_and_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "caching.wav", 10, 512);
    let mut source = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap();
    assert_eq!(answer(&mut source, &asked("queues", None, 0)), (0, 0, 187));
    assert_eq!(answer(&mut source, &asked("caching", Some("how-long"), 1)), (0, 0, 187));
    assert_eq!(source.next(), Ok(Next::Ended));
}

#[test]
fn a_new_question_ends_the_answer_before() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "caching.wav", 10, 5_000);
    put(folder.path(), "queues.wav", 20, 512);
    let mut source = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap();
    source.cue(&asked("caching", None, 0)).unwrap();
    assert!(matches!(source.next(), Ok(Next::Frame(_))));
    assert_eq!(answer(&mut source, &asked("queues", None, 0)), (1, 20, 187));
}

#[test]
fn other_formats_stand_in_for_wav() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["tone.flac", "tone.mp3"] {
        std::fs::copy(data(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("other.wav"), &speech_wav(&tone(16_000, 0.8))[..20_000]).unwrap();
    let mut source = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap();
    assert_eq!(source.names().collect::<Vec<_>>(), ["other", "tone"]);
    assert!(source.notes()[0].contains("it ends after"), "{:?}", source.notes());
    source.cue(&asked("tone", None, 0)).unwrap();
    let frames = std::iter::from_fn(|| match source.next().unwrap() {
        Next::Frame(frame) => Some(frame),
        _ => None,
    });
    // The FLAC file is the preferred one: 0.4 s, 12.5 frames.
    assert_eq!(frames.count(), 13 + 187);
}

#[test]
fn a_folder_that_is_of_no_use_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let error = AnswerFolder::open(&folder.path().join("none"), Pace::AsFast).unwrap_err();
    assert_eq!((error.kind, error.why.as_str()), (AudioErrorKind::NotFound, "there is no such folder"));
    let error = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap_err();
    assert_eq!((error.kind, error.why.as_str()), (AudioErrorKind::NotFound, "the folder holds no sound file"));
    let error = AnswerFolder::open(&data("tone.mp3"), Pace::AsFast).unwrap_err();
    assert_eq!(error.why, "it is no folder");
    put(folder.path(), "caching.wav", 10, 512);
    std::fs::write(folder.path().join("queues.wav"), "no sound").unwrap();
    let error = AnswerFolder::open(folder.path(), Pace::AsFast).unwrap_err();
    assert!(error.what.ends_with("queues.wav"), "{error}");
}

#[test]
fn an_answer_in_real_time_takes_as_long_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "caching.wav", 10, 1_600);
    let mut source = AnswerFolder::open(folder.path(), Pace::RealTime).unwrap();
    source.cue(&asked("caching", None, 0)).unwrap();
    let start = hotseat::clock::now();
    for _ in 0..4 {
        assert!(matches!(source.next(), Ok(Next::Frame(_))));
    }
    assert!(start.elapsed().as_millis() >= 128, "{:?}", start.elapsed());
}
