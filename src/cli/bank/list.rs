//! `hotseat bank list`.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::bank::{levels, minutes, read, span};
use crate::cli::ui::Ui;
use crate::config::load;

/// List the banks
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    title: String,
    questions: usize,
    minutes: f32,
    levels: Vec<String>,
    license: String,
    file: PathBuf,
}

pub(super) fn run(arguments: &ListArgs, ui: &mut Ui) {
    let mut listed = Vec::new();
    for file in load::bank_files() {
        match read(&file) {
            Ok(bank) => listed.push(Listed {
                id: bank.id.to_string(),
                title: bank.title,
                questions: bank.questions.len(),
                minutes: minutes(&bank.questions),
                levels: levels(&bank.questions),
                license: bank.license,
                file,
            }),
            Err(failure) => ui.failure(&failure),
        }
    }
    if arguments.json {
        return ui.json(&listed);
    }
    for row in rows(&listed) {
        ui.data(&row);
    }
}

/// Returns a row for each bank, in columns as wide as what stands in them.
fn rows(listed: &[Listed]) -> Vec<String> {
    let width =
        |text: fn(&Listed) -> &str| listed.iter().map(|one| text(one).chars().count()).max().unwrap_or_default();
    let (id, title) = (width(|one| &one.id), width(|one| &one.title));
    let row = |one: &Listed| {
        let amount = format!("{:>3} questions  {:>5} min", one.questions, one.minutes);
        format!("{:<id$}  {:<title$}  {amount}  {}", one.id, one.title, span(&one.levels))
    };
    listed.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{Listed, rows};

    #[test]
    fn banks_stand_in_columns_whatever_their_names() {
        let bank = |id: &str, title: &str, questions: usize, levels: &[&str]| Listed {
            id: id.into(),
            title: title.into(),
            questions,
            minutes: questions as f32 * 2.5,
            levels: levels.iter().map(ToString::to_string).collect(),
            license: "CC0-1.0".into(),
            file: "x.toml".into(),
        };
        let listed = [
            bank("nurse", "Nurse", 6, &["junior"]),
            bank("infrastructure-architect", "Infrastructure Architect", 13, &["mid", "senior", "principal"]),
        ];
        insta::assert_snapshot!(rows(&listed).join("\n"));
        assert!(rows(&[]).is_empty());
    }
}
