//! The model answer: its length, whether it holds what its points promise, whether the minutes fit.

use crate::bank::Question;
use crate::bank::check::Findings;
use crate::bank::check::follow_ups::names;
use crate::bank::lines::Place;

/// Fewest words of a model answer. Spoken it takes a minute; less does not hold a rubric's points.
const FEWEST_WORDS: usize = 120;

/// Most words of a model answer, a minute and a half: it is read out, and nobody listens to more.
const MOST_WORDS: usize = 220;

/// Words a minute above which a model answer does not leave the candidate the time to think. People speak 130 to 160.
const DENSEST: f32 = 120.0;

/// Words a minute below which the minutes are too many. The bank that comes with Hotseat has 36 at least.
const THINNEST: f32 = 30.0;

pub(super) fn check(question: &Question, at: Place, findings: &mut Findings) {
    let words = question.model_answer.split_whitespace().count();
    length(words, at.key("model_answer"), findings);
    minutes(words, question.minutes, at.key("minutes"), findings);
    unsaid(question, at, findings);
}

fn length(words: usize, at: Place, findings: &mut Findings) {
    let message = format!("the model answer has {words} words, not {FEWEST_WORDS} to {MOST_WORDS}");
    if words < FEWEST_WORDS {
        findings.warn(at, "short-answer", message, "let it make its points as somebody good would");
    } else if words > MOST_WORDS {
        findings.warn(at, "long-answer", message, "leave out what no point asks for");
    }
}

/// Compares the minutes with a model answer of the length that it should have, so that one mistake is told once.
fn minutes(words: usize, minutes: f32, at: Place, findings: &mut Findings) {
    let words = words.clamp(FEWEST_WORDS, MOST_WORDS) as f32;
    if words / minutes > DENSEST {
        let message = format!("{minutes} minutes are too few for a model answer of {words} words");
        findings.warn(at, "minutes", message, "give the time that it takes to think and to say it");
    } else if words / minutes < THINNEST {
        let message = format!("{minutes} minutes are too many for a model answer of {words} words");
        findings.warn(at, "minutes", message, "give less time, or ask for more");
    }
}

fn unsaid(question: &Question, at: Place, findings: &mut Findings) {
    for (nth, point) in question.points.iter().enumerate() {
        if point.example.as_ref().is_some_and(|example| !names(&question.model_answer, example)) {
            let message = format!("the example of the point `{}` does not stand in the model answer", point.id);
            let place = at.part("point", nth).key("example");
            findings.warn(place, "foreign-example", message, "copy it word for word, since feedback reads it out");
        }
    }
    let mut cues = question.points.iter().flat_map(|point| &point.cues).peekable();
    if cues.peek().is_some() && !cues.any(|cue| names(&question.model_answer, cue)) {
        let message = "the model answer uses none of the points' cues".to_owned();
        let advice = "see whether it makes the points, and whether people say these cues";
        let place = at.key("model_answer");
        findings.note(place, "unused-cues", message, advice);
    }
}
