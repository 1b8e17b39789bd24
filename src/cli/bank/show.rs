//! `hotseat bank show`: a bank or one question as a person reads it.

use clap::Args;

use crate::bank::reader::suggestion;
use crate::bank::{Bank, Probe, Question};
use crate::cli::bank::{counted, levels, load_bank, minutes, named, span};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::cli::words::wrap;

/// Columns by which texts stand below their names.
const INDENT: usize = 4;

/// Show a bank's questions, or one question with its rubric
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The bank: its id, or a file
    bank: String,
    /// One question
    question: Option<String>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ShowArgs, ui: &mut Ui) -> Outcome {
    let bank = load_bank(&arguments.bank)?;
    let question = arguments.question.as_deref().map(|wanted| find(&bank, wanted, &arguments.bank)).transpose()?;
    if arguments.json {
        match question {
            Some(question) => ui.json(question),
            None => ui.json(&bank),
        }
        return Ok(());
    }
    let page = Page::new(ui.width());
    let lines = match question {
        Some(question) => page.question(question),
        None => page.bank(&bank),
    };
    for line in lines {
        ui.data(&line);
    }
    Ok(())
}

fn find<'b>(bank: &'b Bank, wanted: &str, name: &str) -> Result<&'b Question, Failure> {
    bank.questions.iter().find(|question| question.id.as_str() == wanted).ok_or_else(|| {
        let near = suggestion(wanted, bank.questions.iter().map(|question| question.id.as_str()));
        Failure::new(format!("the bank `{}` has no question `{wanted}`{near}", bank.id))
            .hint(format!("`hotseat bank show {name}` lists its questions"))
    })
}

/// Lines that are no wider than the terminal.
#[derive(Debug)]
struct Page {
    width: usize,
    lines: Vec<String>,
}

impl Page {
    fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    /// Returns a bank as an overview: what it is about, and all that it asks.
    fn bank(mut self, bank: &Bank) -> Vec<String> {
        self.text(0, &format!("{} ({})", bank.title, bank.id));
        let count = counted(bank.questions.len(), "question");
        let minutes = format!("{} min", minutes(&bank.questions));
        self.text(0, &[count, minutes, span(&levels(&bank.questions)), bank.license.clone()].join(" · "));
        if let Some(source) = &bank.source {
            self.text(0, source);
        }
        if !bank.competencies.is_empty() {
            self.heading("Competencies");
        }
        for competency in &bank.competencies {
            let counts =
                bank.questions.iter().filter(|question| question.competencies.contains(&competency.id)).count();
            let counts = counted(counts, "question");
            self.text(2, &format!("{} ({}), {counts}", competency.title, competency.id));
        }
        self.heading("Questions");
        for question in &bank.questions {
            self.text(2, &header(question));
            self.text(2 + INDENT, &question.prompt);
        }
        self.lines
    }

    /// Returns a question with its rubric.
    fn question(mut self, question: &Question) -> Vec<String> {
        self.text(0, &header(question));
        self.lines.push(String::new());
        self.text(2, &question.prompt);
        let competencies: Vec<String> = question.competencies.iter().map(ToString::to_string).collect();
        for (heading, names) in [("Competencies", competencies), ("Skills", question.skills.clone())] {
            if !names.is_empty() {
                self.heading(heading);
                self.text(2, &names.join(", "));
            }
        }
        self.heading("Assesses");
        self.text(2, &question.assesses);
        self.rubric(question);
        self.heading("A good answer");
        self.text(2, &question.model_answer);
        self.lines
    }

    fn rubric(&mut self, question: &Question) {
        self.heading("Points");
        for point in &question.points {
            self.text(2, &format!("{} {}", weight(point.weight), point.id));
            self.text(2 + INDENT, &point.text);
        }
        if !question.pitfalls.is_empty() {
            self.heading("Pitfalls");
        }
        for pitfall in &question.pitfalls {
            self.text(2, pitfall.id.as_str());
            self.text(2 + INDENT, &pitfall.text);
        }
        if !question.follow_ups.is_empty() {
            self.heading("Follow-ups");
        }
        for follow_up in &question.follow_ups {
            let probes: Vec<&str> = follow_up.probes.iter().map(probe_name).collect();
            let probes = if probes.is_empty() { "goes deeper".into() } else { format!("probes {}", probes.join(", ")) };
            self.text(2, &format!("{} ({probes})", follow_up.id));
            self.text(2 + INDENT, &follow_up.prompt);
        }
    }

    fn heading(&mut self, heading: &str) {
        self.lines.extend([String::new(), heading.to_owned()]);
    }

    fn text(&mut self, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent);
        self.lines.extend(wrap(text, room).into_iter().map(|line| format!("{}{line}", " ".repeat(indent))));
    }
}

/// Returns a question's name and what sort of question it is: `high-availability · design · senior · 3 min`.
fn header(question: &Question) -> String {
    let (kind, level) = (named(question.kind), named(question.level));
    format!("{} · {kind} · {level} · {} min", question.id, question.minutes)
}

/// Returns a weight of 1 to 3 as marks.
fn weight(weight: u8) -> String {
    let full = usize::from(weight.min(3));
    format!("{}{}", "●".repeat(full), "○".repeat(3 - full))
}

fn probe_name(probe: &Probe) -> &str {
    match probe {
        Probe::Point(id) => id.as_str(),
        Probe::Pitfall(id) => id.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::bank::Bank;
    use crate::bank::template::template;

    fn new_bank() -> Bank {
        let (_, text) = template("Shift Lead").expect("a name");
        Bank::parse(&text, "shift-lead.toml").expect("valid")
    }

    #[test]
    fn a_bank_and_a_question_are_read_at_a_glance() {
        let bank = new_bank();
        insta::assert_snapshot!("bank", Page::new(60).bank(&bank).join("\n"));
        insta::assert_snapshot!("question", Page::new(60).question(&bank.questions[0]).join("\n"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_no_text_is_lost() {
        let bank = new_bank();
        for width in [40, 60, 100] {
            let lines = Page::new(width).question(&bank.questions[0]);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:?}");
            let words = lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(&bank.questions[0].model_answer), "{width}");
        }
    }
}
