//! Writes a bank as TOML, with a comment wherever something was guessed.

use std::fmt::Write;

use super::draft::{Draft, Drafts, Entry, Guess};

/// What stands at the head of a bank.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) source: String,
    /// A comment at the top.
    pub(super) note: Option<String>,
}

/// A licence that says that nobody knows it.
const UNKNOWN_LICENSE: &str = "LicenseRef-unknown";

/// Returns the bank's file.
pub(super) fn write(head: &Head, drafts: &Drafts) -> String {
    let mut out = String::new();
    if let Some(note) = &head.note {
        let _written = writeln!(out, "# {note}");
    }
    out.push_str("format = 1\n");
    line(&mut out, "", "id", &quoted(&head.id), None);
    line(&mut out, "", "title", &quoted(&head.title), None);
    line(&mut out, "", "license", &quoted(UNKNOWN_LICENSE), Some("name the licence of the texts"));
    line(&mut out, "", "source", &quoted(&head.source), None);
    for (id, title) in &drafts.competencies {
        out.push_str("\n[[competency]]\n");
        line(&mut out, "", "id", &quoted(id), None);
        line(&mut out, "", "title", &quoted(title), None);
    }
    for draft in &drafts.questions {
        question(&mut out, draft);
    }
    out
}

fn question(out: &mut String, draft: &Draft) {
    let _written = write!(out, "\n# from line {}\n[[question]]\n", draft.line);
    line(out, "", "id", &quoted(&draft.id), None);
    line(out, "", "prompt", &quoted(&draft.prompt), None);
    line(out, "", "kind", &quoted(&format!("{:?}", draft.kind.value).to_lowercase()), draft.kind.review);
    line(out, "", "level", &quoted(&format!("{:?}", draft.level.value).to_lowercase()), draft.level.review);
    line(out, "", "minutes", &draft.minutes.value.to_string(), draft.minutes.review);
    if let Some(competency) = &draft.competency {
        line(
            out,
            "",
            "competencies",
            &format!("[{}]", quoted(competency)),
            draft.is_competency_guessed.then_some("from the heading above"),
        );
    }
    if !draft.skills.is_empty() {
        let skills: Vec<String> = draft.skills.iter().map(|skill| quoted(skill)).collect();
        line(out, "", "skills", &format!("[{}]", skills.join(", ")), None);
    }
    guessed(out, "assesses", &draft.assesses);
    guessed(out, "model_answer", &draft.answer);
    for point in &draft.points {
        entry(out, "point", "text", point);
        line(out, "  ", "weight", &point.weight.to_string(), Some("the weight is guessed"));
    }
    for pitfall in &draft.pitfalls {
        entry(out, "pitfall", "text", pitfall);
    }
    for follow_up in &draft.follow_ups {
        let _written = write!(out, "\n  [[question.follow_up]]\n");
        line(out, "  ", "id", &quoted(&follow_up.id), None);
        line(out, "  ", "prompt", &quoted(&follow_up.text), None);
        let probes: Vec<String> = follow_up.probes.iter().map(|id| quoted(id)).collect();
        line(out, "  ", "probes", &format!("[{}]", probes.join(", ")), follow_up.review);
    }
}

fn entry(out: &mut String, table: &str, key: &str, entry: &Entry) {
    let _written = write!(out, "\n  [[question.{table}]]\n");
    line(out, "  ", "id", &quoted(&entry.id), None);
    line(out, "  ", key, &quoted(&entry.text), entry.review);
}

fn guessed(out: &mut String, key: &str, guess: &Guess<String>) {
    line(out, "", key, &quoted(&guess.value), guess.review);
}

fn line(out: &mut String, indent: &str, key: &str, value: &str, review: Option<&str>) {
    let comment = review.map_or_else(String::new, |review| format!("  # review: {review}"));
    let _written = writeln!(out, "{indent}{key} = {value}{comment}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
