//! The judge over the real model: what must never pass, and how well it does on labelled answers.

use std::fs;
use std::path::Path;

use hotseat::bank::Bank;
use hotseat::ids::{QuestionId, TurnId};
use hotseat::judge::{Answer, Assessment, Judge, Standing, Verdict};
use hotseat::net::meaning::Meaning;
use hotseat::transcript::{Transcript, Word};
use hotseat::units::Span;

fn path(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn bank() -> Bank {
    let name = "questions/infrastructure-architect.toml";
    Bank::parse(&fs::read_to_string(path(name)).expect("the bank is there"), name).expect("the bank is valid")
}

fn judge() -> Judge {
    let meaning =
        Meaning::load(&path("models/all-minilm-l6-v2-int8.onnx"), &path("models/all-minilm-l6-v2-tokenizer.json"));
    Judge::new(bank(), Box::new(meaning.expect("the weights are there")))
}

fn assess(judge: &mut Judge, question: &str, text: &str) -> Assessment {
    let words = text.split_whitespace();
    let words = words.map(|word| Word { text: word.into(), span: Span::default(), probability: 1.0 });
    let answers = [Answer { turn: TurnId(1), transcript: Transcript { words: words.collect() } }];
    judge.assess(&QuestionId::new(question).expect("kebab-case"), &answers).expect("it judges")
}

fn assert_nothing_passes(judged: &Assessment, what: &str) {
    assert_eq!(judged.band.get(), 1, "{what}: {judged:?}");
    assert!(judged.points.iter().all(|point| point.verdict == Verdict::Missing && point.evidence.is_none()), "{what}");
    assert!(judged.coverage == 0.0, "{what}");
}

const GIBBERISH: &str = "zorp flim quandle brist mox trelp gant vorm skib plun dreck wob";

#[test]
fn silence_echoes_lists_and_gibberish_never_pass() {
    let bank = bank();
    let mut judge = judge();
    for question in &bank.questions {
        let rubric: Vec<&str> = question.points.iter().map(|point| point.text.as_str()).collect();
        let cues: Vec<&str> = question.points.iter().flat_map(|point| point.cues.iter().map(String::as_str)).collect();
        let echo = format!("So the question is. {} {}", question.prompt, question.prompt);
        // A question of few content words leaves too little to tell an echo from next to nothing.
        let cases: [(&str, String, &[Standing]); 5] = [
            ("nothing", String::new(), &[Standing::Silent]),
            ("fillers", "Um, uh, hmm. Okay, so, yeah, um.".into(), &[Standing::Silent]),
            ("an echo", echo, &[Standing::Echo, Standing::Silent]),
            ("the rubric read out", rubric.join(". "), &[Standing::Echo]),
            ("gibberish", GIBBERISH.into(), &[Standing::NoSubstance]),
        ];
        for (what, text, standings) in cases {
            let judged = assess(&mut judge, question.id.as_str(), &text);
            assert!(standings.contains(&judged.standing), "{what} to {}: {:?}", question.id, judged.standing);
            assert_nothing_passes(&judged, what);
        }
        let list = assess(&mut judge, question.id.as_str(), &cues.join(", "));
        assert!(list.points.iter().all(|point| point.verdict != Verdict::Covered), "terms in a row of {}", question.id);
        assert!(list.band.get() <= 2, "terms in a row of {}", question.id);
    }
}

#[test]
fn the_model_answer_to_one_question_earns_nothing_at_another() {
    let bank = bank();
    let mut judge = judge();
    let (mut pairs, mut passed) = (0, Vec::new());
    for asked in &bank.questions {
        for answered in bank.questions.iter().filter(|one| one.id != asked.id) {
            let judged = assess(&mut judge, asked.id.as_str(), &answered.model_answer);
            pairs += 1;
            if judged.band.get() > 2 {
                passed.push(format!("{} to {}: {:.2}", answered.id, asked.id, judged.coverage));
            }
        }
    }
    println!("{} of {pairs} answers to another question passed: {passed:?}", passed.len());
    assert!(passed.is_empty(), "{passed:?}");
}

#[test]
fn model_answers_pass_at_their_own_question_with_verbatim_quotes() {
    let bank = bank();
    let mut judge = judge();
    for question in &bank.questions {
        let judged = assess(&mut judge, question.id.as_str(), &question.model_answer);
        assert_eq!(judged.standing, Standing::Attempt, "{}", question.id);
        assert!(judged.band.get() >= 2, "{}: {:.2}", question.id, judged.coverage);
        let said = question.model_answer.split_whitespace().collect::<Vec<_>>().join(" ");
        for point in &judged.points {
            assert_eq!(point.evidence.is_some(), point.verdict != Verdict::Missing);
            assert!(point.evidence.iter().all(|evidence| said.contains(&evidence.quote)), "{point:?}");
        }
    }
}

#[test]
fn a_point_that_is_rejected_is_not_made() {
    let mut judge = judge();
    let text = "I would start with one big server because that is simple for everybody. We don't really need backups or \
        replication of the data, the disks are good enough today. I would look at the rest when it becomes a problem.";
    let judged = assess(&mut judge, "high-availability", text);
    let data = judged.points.iter().find(|point| point.point.as_str() == "data-layer").expect("the rubric has it");
    assert_eq!(data.verdict, Verdict::Missing, "{data:?}");
}

/// Area under the curve: how often a positive is scored above a negative.
fn area(scored: &[(f32, bool)]) -> f64 {
    let (mut wins, mut pairs) = (0.0, 0.0);
    for (positive, _) in scored.iter().filter(|(_, is)| *is) {
        for (negative, _) in scored.iter().filter(|(_, is)| !is) {
            pairs += 1.0;
            wins += if positive > negative {
                1.0
            } else if (positive - negative).abs() < f32::EPSILON {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / f64::max(pairs, 1.0)
}

/// Prints figures; asserts only what must hold of the first form.
#[test]
fn labelled_answers_of_other_topics_do_not_pass_and_honest_ones_are_not_refused() {
    let Ok(text) = fs::read_to_string(path("../shared/eval/answers.jsonl")) else {
        println!("SKIPPED: the labelled answers are not there");
        return;
    };
    let mut judge = judge();
    let (mut refused, mut honest, mut off, mut off_harmless) = (0, 0, 0, 0);
    let (mut agree, mut points, mut scored) = (0, 0, Vec::new());
    let mut passing_lists = Vec::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a labelled answer");
        let judged =
            assess(&mut judge, row["question"].as_str().expect("a question"), row["text"].as_str().expect("a text"));
        match row["quality"].as_str().expect("a quality") {
            "strong" | "good" | "middling" | "weak" => {
                honest += 1;
                refused += u32::from(judged.standing != Standing::Attempt);
            }
            "off-topic" => {
                off += 1;
                off_harmless += u32::from(judged.band.get() <= 2 && judged.coverage <= 0.15);
            }
            "buzzword" if judged.band.get() > 2 => passing_lists.push(format!("{} {:.2}", row["id"], judged.coverage)),
            _ => {}
        }
        for point in &judged.points {
            let label = row["points"][point.point.as_str()].as_str().expect("a label");
            let given = match point.verdict {
                Verdict::Covered => "covered",
                Verdict::Partial => "partial",
                Verdict::Missing => "missing",
            };
            points += 1;
            agree += u32::from(given == label);
            let worth = match point.verdict {
                Verdict::Covered => 2.0 + point.confidence,
                Verdict::Partial => 1.0 + point.confidence,
                Verdict::Missing => 1.0 - point.confidence,
            };
            scored.push((worth, label == "covered"));
        }
    }
    println!(
        "honest refused {refused} of {honest}; off-topic harmless {off_harmless} of {off}; lists that pass: {passing_lists:?}"
    );
    println!("verdicts agree {agree} of {points}; area under the curve for covered {:.3}", area(&scored));
    assert!(refused * 100 <= honest * 5, "{refused} of {honest} honest answers were refused");
    assert!(off_harmless * 10 >= off * 8, "{off_harmless} of {off} answers to another question were harmless");
}
