//! Sessions that are kept as an interview keeps them, made without one.

use hotseat::audio::recorder::Recorder;
use hotseat::bank::Bank;
use hotseat::engine::conduct::write_report;
use hotseat::ids::{Asked, QuestionId, TurnId, UtteranceId};
use hotseat::interview::effect::{Effect, Ending, Purpose};
use hotseat::interview::event::{Event, Stamped};
use hotseat::interview::plan::Plan;
use hotseat::prompt;
use hotseat::session::record::{Opened, Record, Source};
use hotseat::session::store::{Kept, Store};
use hotseat::transcript::{Transcript, Word};
use hotseat::turn::EndReason;
use hotseat::turn::strain::Strain;
use hotseat::units::{AudioTime, FRAME_MS, FRAME_SAMPLES, Frame, Span};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "only"
prompt = "How do you begin?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask first."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3
"#;

/// What was said in a take.
pub(super) struct Said {
    words: Transcript,
    /// The sound. None: it was typed.
    sound: Option<Vec<Frame>>,
}

impl Said {
    /// Says a word every third of a second, beside this sound.
    pub(super) fn new(text: &str, sound: Vec<Frame>) -> Self {
        let word = |(nth, text): (usize, &str)| {
            let start = nth as u64 * 330 + 100;
            Word {
                text: text.into(),
                span: Span::new(AudioTime::from_ms(start), AudioTime::from_ms(start + 300)),
                probability: 0.9,
            }
        };
        Self {
            words: Transcript { words: text.split_whitespace().enumerate().map(word).collect() },
            sound: Some(sound),
        }
    }

    pub(super) fn typed(text: &str) -> Self {
        Self { words: Transcript::typed(text), sound: None }
    }
}

/// A tone of so many frames.
pub(super) fn tone(frames: usize, level: f32) -> Vec<Frame> {
    let sample = |n: usize| (n as f32 * 0.09).sin() * level;
    (0..frames).map(|frame| std::array::from_fn(|n| sample(frame * FRAME_SAMPLES + n))).collect()
}

/// Keeps a session in which one question was answered by these takes, with its recordings and reports.
pub(super) fn keep(store: &Store, id: &str, said: &[Said]) {
    let mut kept = store.begin(opened(id)).expect("it can be begun");
    let asked = Asked { question: QuestionId::new("only").expect("kebab-case"), follow_up: None, nth: 0 };
    let text = "How do you begin?".to_owned();
    let (utterance, purpose) = (UtteranceId(1), Purpose::Question);
    effect(
        &mut kept,
        Effect::Say { utterance, purpose, asked: Some(asked.clone()), reason: None, text, speaker: None },
    );
    for (nth, take) in said.iter().enumerate() {
        answer(&mut kept, &asked, nth as u32 + 1, take);
    }
    effect(&mut kept, Effect::End { ending: Ending::Complete });
    write_report(&kept).expect("it can be written");
}

fn answer(kept: &mut Kept, asked: &Asked, take: u32, said: &Said) {
    let turn = TurnId(take);
    let patience = prompt::pressure("standard").expect("the standard pressure exists").patience(2.0, false);
    effect(kept, Effect::Listen { turn, asked: asked.clone(), take, patience, replaces: false });
    let mut duration_ms = 0;
    if let Some(frames) = &said.sound {
        let path = kept.folder().join(kept.session().recording(turn).expect("the take is known"));
        let mut recorder = Recorder::create(&path).expect("it can be recorded");
        for frame in frames {
            recorder.write(frame).expect("it can be recorded");
        }
        recorder.finish().expect("it can be recorded");
        duration_ms = frames.len() as u64 * FRAME_MS;
    }
    event(
        kept,
        Event::TurnEnded {
            turn,
            reason: EndReason::Complete,
            speech_end_ms: AudioTime::from_ms(duration_ms),
            duration_ms,
            strain: Strain::default(),
        },
    );
    event(kept, Event::Heard { turn, transcript: said.words.clone(), took_ms: 0, worked_ms: 0, failure: None });
}

fn effect(kept: &mut Kept, what: Effect) {
    kept.append(&Record::Effect(Stamped { at: AudioTime::ZERO, what })).expect("it can be written");
}

fn event(kept: &mut Kept, what: Event) {
    kept.append(&Record::Event(Stamped { at: AudioTime::ZERO, what })).expect("it can be written");
}

fn opened(id: &str) -> Opened {
    Opened {
        id: id.into(),
        started: "2026-11-23T05:30:00Z".parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Typed,
        plan: Plan {
            bank: Bank::parse(BANK, "small.toml").expect("the bank of this test is valid"),
            questions: vec![QuestionId::new("only").expect("kebab-case")],
            reserve: Vec::new(),
            panel: Vec::new(),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
            pressure: prompt::pressure("standard").expect("the standard pressure exists"),
            minutes: None,
            wording: None,
        },
    }
}
