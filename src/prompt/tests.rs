//! Every line that can be said, as it is said.

use std::fmt::Write;

use super::{LineKind, Values, delivery, drill, feedback, persona, persona_names, pressure, pressure_names};

const KINDS: [LineKind; 11] = [
    LineKind::Greeting,
    LineKind::FirstQuestion,
    LineKind::NextQuestion,
    LineKind::LastQuestion,
    LineKind::Acknowledge,
    LineKind::NoAnswer,
    LineKind::MovingOn,
    LineKind::TimeUp,
    LineKind::Closing,
    LineKind::MicrophoneAway,
    LineKind::MicrophoneBack,
];

#[test]
fn every_line_of_every_persona_is_filled_in_and_worth_reading() {
    let mut lines = String::new();
    let values = Values { title: "Infrastructure Architect".into(), count: 1, minutes: 9 };
    for name in persona_names() {
        let persona = persona(name).expect("it is listed");
        for kind in KINDS {
            for nth in 0..persona.variants(kind).len() {
                let line = persona.line(kind, nth, &values);
                assert!(!line.trim().is_empty() && !line.contains('{'), "{name} {kind:?}: {line}");
                let _written = writeln!(lines, "{name:<8} {kind:?}: {line}");
            }
        }
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn acknowledgements_take_turns_and_never_praise() {
    let values = Values { title: "T".into(), count: 2, minutes: 5 };
    for name in persona_names() {
        let persona = persona(name).expect("it is listed");
        let said: Vec<String> = (0..6).map(|nth| persona.line(LineKind::Acknowledge, nth, &values)).collect();
        assert!(said.windows(2).all(|two| two[0] != two[1]), "{name}: {said:?}");
        let praise = ["great", "good", "excellent", "perfect", "well done", "nice"];
        assert!(
            said.iter().all(|line| praise.iter().all(|word| !line.to_lowercase().contains(word))),
            "{name}: {said:?}"
        );
    }
}

#[test]
fn every_pressure_is_read_and_waits_longer_for_an_answer_that_sounds_unfinished() {
    for name in pressure_names() {
        let pressure = pressure(name).expect("it is listed");
        let patience = pressure.patience(3.0, false);
        assert!(patience.pause_max > patience.pause_complete, "{name}");
        assert!(pressure.patience(3.0, true).time_limit < patience.time_limit, "{name}");
    }
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
