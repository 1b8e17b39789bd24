//! Every line that can be said, as it is said.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{LineKind, Values, delivery, drill, feedback, persona, persona_names, pressure, pressure_names};

const KINDS: [LineKind; 20] = [
    LineKind::Greeting,
    LineKind::FirstQuestion,
    LineKind::NextQuestion,
    LineKind::LastQuestion,
    LineKind::Acknowledge,
    LineKind::NoAnswer,
    LineKind::Encourage,
    LineKind::MovingOn,
    LineKind::TimeUp,
    LineKind::HalfMinute,
    LineKind::BackToQuestion,
    LineKind::AreYouSure,
    LineKind::Differ,
    LineKind::HandOver,
    LineKind::ThinkFirst,
    LineKind::Retake,
    LineKind::Closing,
    LineKind::MicrophoneAway,
    LineKind::MicrophoneBack,
    LineKind::WelcomeBack,
];

fn values() -> Values {
    Values {
        title: "Infrastructure Architect".into(),
        count: 1,
        minutes: 9,
        question: "How do you begin?".into(),
        colleague: "George".into(),
        panel: vec!["Ada".into(), "George".into(), "Bella".into()],
        think_s: 30,
    }
}

#[test]
fn every_line_of_every_persona_is_filled_in_and_worth_reading() {
    let mut lines = String::new();
    let values = values();
    for name in persona_names() {
        let persona = persona(name).expect("it is listed");
        for kind in KINDS {
            assert!(persona.has(kind), "{name} has nothing to say for {kind:?}");
            for nth in 0..persona.variants(kind).len() {
                let line = persona.line(kind, nth, &values);
                assert!(!line.trim().is_empty() && !line.contains('{'), "{name} {kind:?}: {line}");
                let _written = writeln!(lines, "{name:<8} {kind:?}: {line}");
            }
        }
    }
    insta::assert_snapshot!(lines);
}

/// Praise and insult, neither of which is an interviewer's before the feedback.
const NEVER: [&str; 16] = [
    "great",
    "good answer",
    "excellent",
    "perfect",
    "well done",
    "nice",
    "wrong",
    "stupid",
    "bad",
    "weak",
    "nonsense",
    "terrible",
    "fail",
    "waste",
    "obvious",
    "boring",
];

#[test]
fn acknowledgements_take_turns_and_no_line_praises_or_insults() {
    for name in persona_names() {
        let persona = persona(name).expect("it is listed");
        let said: Vec<String> = (0..6).map(|nth| persona.line(LineKind::Acknowledge, nth, &values())).collect();
        assert!(said.windows(2).all(|two| two[0] != two[1]), "{name}: {said:?}");
        assert!(said.iter().all(|line| line.split_whitespace().count() <= 3), "{name}: {said:?}");
        for line in KINDS.iter().flat_map(|kind| persona.variants(*kind)) {
            let found = NEVER.iter().find(|word| line.to_lowercase().contains(*word));
            assert_eq!(found, None, "{name}: {line}");
        }
    }
}

#[test]
fn personas_differ_in_voice_and_manner() {
    let personas: Vec<_> = persona_names().into_iter().map(|name| persona(name).expect("it is listed")).collect();
    assert!(personas.len() >= 5);
    let different = |of: fn(&super::Persona) -> &str| personas.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(different(|persona| &persona.manner), personas.len());
    assert_eq!(different(|persona| &persona.voice.style), personas.len());
    assert_eq!(different(|persona| &persona.name), personas.len(), "speakers are told apart by their names");
}

#[test]
fn every_pressure_is_read_and_waits_longer_for_an_answer_that_sounds_unfinished() {
    for name in pressure_names() {
        let pressure = pressure(name).expect("it is listed");
        let patience = pressure.patience(3.0, false);
        assert_eq!(pressure.name, name);
        assert!(patience.pause_max >= patience.pause_complete, "{name}");
        assert!(pressure.patience(3.0, true).time_limit <= patience.time_limit, "{name}");
        assert!(pressure.panel.iter().all(|member| persona(member).is_some()), "{name}");
    }
}

#[test]
fn every_pressure_says_what_it_will_do() {
    let mut lines = String::new();
    for name in pressure_names() {
        let said = pressure(name).expect("it is listed").statement(&values());
        assert!(!said.trim().is_empty() && !said.contains('{'), "{name}: {said}");
        let _written = writeln!(lines, "{name:<16} {said}");
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn limits_follow_the_length_of_a_good_answer_within_the_bounds_of_the_pressure() {
    let limit = |name: &str, minutes: f32, is_follow_up: bool| {
        let pressure = pressure(name).expect("it is listed");
        pressure.patience(minutes, is_follow_up).time_limit.map(|limit| limit.as_secs())
    };
    for (name, minutes, is_follow_up, seconds) in [
        ("calm", 3.0, false, None),
        ("calm", 3.0, true, None),
        ("standard", 3.0, false, Some(360)),
        ("standard", 3.0, true, Some(120)),
        ("tough", 2.0, false, Some(150)),
        ("one-way", 1.0, false, Some(120)),
        ("one-way", 2.5, false, Some(150)),
        ("one-way", 9.0, false, Some(180)),
        ("rapid-fire", 0.5, false, Some(60)),
        ("rapid-fire", 4.0, false, Some(60)),
    ] {
        assert_eq!(limit(name, minutes, is_follow_up), seconds, "{name} {minutes} {is_follow_up}");
    }
}

#[test]
fn presets_and_personas_of_earlier_journals_are_read_and_change_nothing() {
    let old = r#"{"name":"standard","follow_ups_max":2,"prods_max":1,"answer_time_factor":2.0,"follow_up_minutes":2.0,
        "pause_complete_ms":850,"pause_max_ms":2300,"silence_before_speech_ms":15000}"#;
    let old: super::Pressure = serde_json::from_str(old).expect("a preset as it was");
    assert_eq!(old.statement(&values()), "");
    assert!(old.acknowledges && !old.adapts && old.doubts_max == 0 && old.think_s == 0 && old.panel.is_empty());
    let patience = old.patience(3.0, false);
    assert_eq!((patience.warn_before, patience.pause_least), (None, None));
}

#[test]
fn the_words_of_the_feedback_are_read() {
    let words = feedback::words();
    assert!(words.spoken.strength.contains("{quote}"), "a strength is told with its words");
    assert!(words.written.strength.contains("{quote}"), "a strength is told with its words");
}

/// What the code fills into each template of the feedback.
fn filled_in(key: &str) -> &'static [&'static str] {
    match key {
        "strength" => &["question", "point", "quote"],
        "gap" | "gap_plain" | "start" | "start_plain" => &["question", "point", "weight", "advice"],
        "pace_fast" | "pace_brisk" | "pace_slow" | "steady" => &["pace"],
        "pauses" => &["count"],
        "fillers" => &["count", "minutes"],
        "filler_sounds" => &["low", "high"],
        "delivery" => &["note"],
        _ => &[],
    }
}

#[test]
fn no_template_of_the_feedback_asks_for_what_is_not_filled_in() {
    let words = serde_json::to_value(feedback::words()).expect("texts can be written");
    for part in ["spoken", "written"] {
        for (key, template) in words[part].as_object().expect("a table of texts") {
            let template = template.as_str().expect("a text");
            let mut known: Vec<&str> = filled_in(key).to_vec();
            if part == "spoken" {
                known.retain(|name| !["question", "weight"].contains(name));
            }
            let values: Vec<(&str, &str)> = known.iter().map(|name| (*name, "x")).collect();
            let filled = super::fill(template, &values);
            assert!(!filled.contains(['{', '}']) && !filled.trim().is_empty(), "{part}.{key}: {filled}");
        }
    }
}

#[test]
fn the_words_of_the_delivery_are_read_and_the_prompts_that_keep_fillers_hold_some() {
    let words = delivery::words();
    assert!(!words.keep_fillers.is_empty());
    assert!(words.keep_fillers.iter().all(|prompt| prompt.to_lowercase().contains("um")));
    assert!(words.report.fillers.contains("{low}") && words.report.fillers.contains("{high}"), "never a count alone");
}

#[test]
fn the_words_of_the_drill_are_read_and_name_points_where_they_should() {
    let words = drill::words();
    let named = |template: &str| template.matches("{points}").count();
    assert_eq!((named(&words.gained), named(&words.lost)), (1, 1));
    for line in [words.and, words.same, words.none, words.strong] {
        assert!(!line.trim().is_empty() && !line.contains('{'), "{line}");
    }
}
