//! Writes a bank as a file in its normal format. What [`Bank::parse`] reads of it is the same bank.

use std::fmt::Write;

use crate::bank::{Bank, Probe, Question};
use crate::ids::CompetencyId;

/// Returns the bank's file, with a note of one line at its top.
#[must_use]
pub fn written(bank: &Bank, note: &str) -> String {
    let mut out = format!("# {note}\nformat = 1\n");
    text(&mut out, "", "id", bank.id.as_str());
    text(&mut out, "", "title", &bank.title);
    text(&mut out, "", "license", &bank.license);
    if let Some(source) = &bank.source {
        text(&mut out, "", "source", source);
    }
    for competency in &bank.competencies {
        out.push_str("\n[[competency]]\n");
        text(&mut out, "", "id", competency.id.as_str());
        text(&mut out, "", "title", &competency.title);
    }
    for one in &bank.questions {
        question(&mut out, one);
    }
    out
}

fn question(out: &mut String, question: &Question) {
    out.push_str("\n[[question]]\n");
    text(out, "", "id", question.id.as_str());
    text(out, "", "prompt", &question.prompt);
    text(out, "", "kind", &format!("{:?}", question.kind).to_lowercase());
    text(out, "", "level", question.level.name());
    value(out, "", "minutes", &question.minutes.to_string());
    texts(out, "", "competencies", question.competencies.iter().map(CompetencyId::as_str));
    texts(out, "", "skills", question.skills.iter().map(String::as_str));
    text(out, "", "assesses", &question.assesses);
    text(out, "", "model_answer", &question.model_answer);
    for point in &question.points {
        out.push_str("\n  [[question.point]]\n");
        text(out, "  ", "id", point.id.as_str());
        text(out, "  ", "text", &point.text);
        value(out, "  ", "weight", &point.weight.to_string());
        texts(out, "  ", "cues", point.cues.iter().map(String::as_str));
        if let Some(example) = &point.example {
            text(out, "  ", "example", example);
        }
    }
    for pitfall in &question.pitfalls {
        out.push_str("\n  [[question.pitfall]]\n");
        text(out, "  ", "id", pitfall.id.as_str());
        text(out, "  ", "text", &pitfall.text);
    }
    for follow_up in &question.follow_ups {
        out.push_str("\n  [[question.follow_up]]\n");
        text(out, "  ", "id", follow_up.id.as_str());
        text(out, "  ", "prompt", &follow_up.prompt);
        let probes = follow_up.probes.iter().map(|probe| match probe {
            Probe::Point(id) => id.as_str(),
            Probe::Pitfall(id) => id.as_str(),
        });
        value(out, "  ", "probes", &list(probes));
    }
}

/// A list that is optional and stands there only where it holds something.
fn texts<'t>(out: &mut String, indent: &str, key: &str, all: impl Iterator<Item = &'t str>) {
    let listed = list(all);
    if listed != "[]" {
        value(out, indent, key, &listed);
    }
}

fn list<'t>(all: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", all.map(quoted).collect::<Vec<_>>().join(", "))
}

fn text(out: &mut String, indent: &str, key: &str, text: &str) {
    value(out, indent, key, &quoted(text));
}

fn value(out: &mut String, indent: &str, key: &str, value: &str) {
    let _written = writeln!(out, "{indent}{key} = {value}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::written;
    use crate::bank::Bank;

    #[test]
    fn what_was_written_is_read_as_the_same_bank() {
        for text in [
            include_str!("../../questions/infrastructure-architect.toml"),
            include_str!("../../questions/general-behavioural.toml"),
        ] {
            let bank = Bank::parse(text, "bank").expect("valid");
            assert_eq!(Bank::parse(&written(&bank, "A note"), "bank").expect("valid"), bank);
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_text_stays_in_it(text in "[^\\p{Cc}]{1,30}[a-z\"'\\\\\n#]{1,5}x") {
            let bank = Bank::parse(include_str!("../../questions/infrastructure-architect.toml"), "bank").expect("valid");
            let mut bank = Bank { questions: vec![bank.questions[0].clone()], ..bank };
            bank.questions[0].model_answer = text.trim().to_owned();
            prop_assert_eq!(Bank::parse(&written(&bank, "A note"), "bank").expect("valid"), bank);
        }
    }
}
