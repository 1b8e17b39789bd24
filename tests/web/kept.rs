//! A kept session in which every text that somebody wrote or said would be a script, if it were let.

use std::path::Path;

use hotseat::bank::Bank;
use hotseat::ids::{Asked, FollowUpId, PitfallId, PointId, QuestionId, RequestId, TurnId, UtteranceId};
use hotseat::interview::effect::{Effect, Ending, Purpose, Reason};
use hotseat::interview::event::{Event, Stamped};
use hotseat::interview::plan::Plan;
use hotseat::judge::{Assessment, Band, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use hotseat::prompt;
use hotseat::session::record::{Opened, Record, Source};
use hotseat::session::revision::{Rescoring, Revised, Revision};
use hotseat::session::store::Store;
use hotseat::transcript::delivery::fillers::Filler;
use hotseat::transcript::delivery::sound::Sound;
use hotseat::transcript::{Transcript, Word};
use hotseat::turn::EndReason;
use hotseat::turn::strain::Strain;
use hotseat::units::{AudioTime, Span};

/// What stands in every text. Whoever finds it in a page unescaped has found a hole.
pub(crate) const EVIL: &str = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";

/// Bytes of the recording.
pub(crate) const RECORDING_BYTES: u64 = 44 + 2 * 16_000 * 4;

/// The session's name: a folder may be called anything.
pub(crate) const ID: &str = "2026-11-23-0530 <script>alert('id')<";

/// The same, as it stands in an address.
pub(crate) const ADDRESS: &str = "/sessions/2026-11-23-0530%20%3Cscript%3Ealert%28%27id%27%29%3C";

/// The recording of the first answer.
pub(crate) const RECORDING: &str = "question-01-answer.wav";

fn bank() -> Bank {
    let evil = EVIL.replace('"', "\\\"");
    let text = format!(
        r#"
format = 1
id = "small"
title = "Title {evil}"
license = "CC0-1.0"

[[competency]]
id = "design"
title = "Competency {evil}"

[[competency]]
id = "order"
title = "Order"

[[question]]
id = "only"
prompt = "Prompt {evil}"
kind = "design"
level = "mid"
minutes = 2
competencies = ["design", "order"]
assesses = "Order {evil}"
model_answer = "Model {evil}"

  [[question.point]]
  id = "asks"
  text = "Point {evil}"
  weight = 3

  [[question.point]]
  id = "tests"
  text = "Tests it"
  weight = 1

  [[question.pitfall]]
  id = "rushes"
  text = "Pitfall {evil}"

  [[question.follow_up]]
  id = "prove-it"
  prompt = "Follow-up {evil}"
  probes = ["tests"]
"#
    );
    Bank::parse(&text, "small.toml").expect("the bank of this test is valid")
}

fn opened() -> Opened {
    let mut persona = prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists");
    persona.name = format!("Persona {EVIL}");
    let mut pressure = prompt::pressure("standard").expect("the standard pressure exists");
    pressure.name = format!("Pressure {EVIL}");
    Opened {
        id: ID.into(),
        started: "2026-11-23T05:30:00Z".parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Folder { path: EVIL.into() },
        plan: Plan {
            bank: bank(),
            questions: vec![question()],
            reserve: Vec::new(),
            panel: Vec::new(),
            persona,
            pressure,
            minutes: None,
            wording: None,
        },
    }
}

fn question() -> QuestionId {
    QuestionId::new("only").expect("kebab-case")
}

fn ms(ms: u64) -> AudioTime {
    AudioTime::from_ms(ms)
}

fn words(texts: &[&str]) -> Transcript {
    let word = |(nth, text): (usize, &&str)| Word {
        text: (*text).to_owned(),
        span: Span::new(ms(300 + nth as u64 * 400), ms(600 + nth as u64 * 400)),
        probability: if nth == 1 { 0.3 } else { 0.9 },
    };
    Transcript { words: texts.iter().enumerate().map(word).collect() }
}

fn assessment(coverage: f32, band: u8, covered: Verdict) -> Assessment {
    let evidence =
        Evidence { turn: TurnId(1), quote: format!("quote {EVIL}"), span: Some(Span::new(ms(300), ms(1_400))) };
    let point = |id: &str, verdict: Verdict| PointVerdict {
        point: PointId::new(id).expect("kebab-case"),
        verdict,
        confidence: 0.8,
        p_partial: 0.8,
        p_covered: 0.8,
        doubt: None,
        evidence: (verdict != Verdict::Missing).then(|| evidence.clone()),
    };
    Assessment {
        standing: Standing::Attempt,
        points: vec![point("asks", covered), point("tests", Verdict::Missing)],
        pitfalls: vec![PitfallHit {
            pitfall: PitfallId::new("rushes").expect("kebab-case"),
            confidence: 0.7,
            evidence: evidence.clone(),
        }],
        pitfall_chances: std::collections::BTreeMap::new(),
        coverage,
        band: Band::clamped(band),
    }
}

fn say(utterance: u32, asked: &Asked, reason: Option<Reason>, text: String) -> Effect {
    let purpose = if asked.follow_up.is_some() { Purpose::FollowUp } else { Purpose::Question };
    Effect::Say { utterance: UtteranceId(utterance), purpose, asked: Some(asked.clone()), reason, text, speaker: None }
}

fn answer(turn: u32, asked: &Asked, transcript: Transcript, failure: Option<String>) -> Vec<Record> {
    let patience = prompt::pressure("standard").expect("the standard pressure exists").patience(2.0, false);
    let turn = TurnId(turn);
    vec![
        effect(Effect::Listen { turn, asked: asked.clone(), take: 1, patience, replaces: false }),
        event(Event::TurnEnded {
            turn,
            reason: EndReason::TimeUp,
            speech_end_ms: ms(3_000),
            duration_ms: 4_000,
            strain: Strain::default(),
        }),
        event(Event::Heard { turn, transcript, took_ms: 200, worked_ms: 400, failure }),
    ]
}

fn event(what: Event) -> Record {
    Record::Event(Stamped { at: ms(5_000), what })
}

fn effect(what: Effect) -> Record {
    Record::Effect(Stamped { at: ms(5_000), what })
}

fn records() -> Vec<Record> {
    let asked = Asked { question: question(), follow_up: None, nth: 0 };
    let follow_up =
        Asked { follow_up: Some(FollowUpId::new("prove-it").expect("kebab-case")), nth: 1, ..asked.clone() };
    let probes = Reason::Probes {
        points: vec![PointId::new("tests").expect("kebab-case")],
        pitfalls: Vec::new(),
        taken_up: Some(Evidence { turn: TurnId(1), quote: format!("taken up {EVIL}"), span: None }),
    };
    let sound = Sound {
        speech_start_ms: Some(ms(300)),
        speech_end_ms: Some(ms(3_000)),
        speech_ms: 1_500,
        pauses: vec![Span::new(ms(1_400), ms(2_600))],
        fillers: vec![Filler { span: Span::new(ms(700), ms(900)), probability: 0.9 }],
        heard_again: true,
        ..Sound::default()
    };
    let judged = |request, assessment| event(Event::Judged { request: RequestId(request), assessment, took_ms: 9 });
    let mut records = vec![event(Event::Begin), effect(say(1, &asked, None, format!("Prompt {EVIL}")))];
    records.extend(answer(1, &asked, words(&[EVIL, "cooper", "netties", "cluster"]), None));
    records.push(event(Event::Measured { turn: TurnId(1), sound, took_ms: 5 }));
    records.push(judged(1, assessment(0.375, 3, Verdict::Partial)));
    records.push(effect(say(2, &follow_up, Some(probes), format!("Follow-up {EVIL}"))));
    records.extend(answer(2, &follow_up, words(&["Yes"]), Some(format!("failure {EVIL}"))));
    records.push(judged(2, assessment(0.75, 4, Verdict::Covered)));
    records.push(Record::Note(format!("note {EVIL}")));
    records.push(effect(Effect::End { ending: Ending::Complete }));
    let on = "2026-11-24T06:00:00Z".parse().expect("a date");
    let revised = |what| Record::Revision(Box::new(Revised { on, what }));
    records.push(revised(Revision::Corrected { turn: TurnId(1), word: 3, text: format!("{EVIL} put right") }));
    records.push(revised(Revision::Remarked { question: Some(question()), text: format!("</textarea>{EVIL}") }));
    records.push(revised(Revision::Remarked { question: None, text: format!("</textarea>{EVIL}") }));
    records.push(revised(Revision::Rescored {
        question: question(),
        assessment: assessment(0.75, 4, Verdict::Covered),
        by: format!("judge {EVIL}"),
        why: Rescoring::Judge,
        rubric: None,
    }));
    records
}

/// Keeps the session, with a recording of four seconds, and returns the store.
pub(crate) fn keep(data: &Path) -> Store {
    let store = Store::new(data);
    let mut kept = store.begin(opened()).expect("a new session");
    for record in records() {
        kept.append(&record).expect("it is written");
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(kept.folder().join(RECORDING), spec).expect("a recording");
    for sample in 0..64_000_i32 {
        wav.write_sample((sample % 8_000) as i16).expect("it is written");
    }
    wav.finalize().expect("it is written");
    store
}
