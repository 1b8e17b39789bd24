//! Imports questions from articles and tables: `bytes -> text -> blocks -> labels -> questions -> a bank in TOML`.
//!
//! One file a step. A reader (`plain`, `markdown`, `html`, `delimited`, `yaml`) turns text into blocks that know their lines. `recognise`
//! finds the labels in them by the wordings of `label`, `questions` tells which blocks ask, `assemble` puts a question's parts
//! together, `draft` guesses what is not said, and `write` writes the bank with a comment at each guess. Nothing is dropped without
//! being told: what was not taken over is in [`Imported::left_out`] with its lines.

mod assemble;
mod block;
mod chunks;
mod delimited;
mod draft;
mod filling;
mod format;
mod guess;
mod html;
mod label;
mod left_out;
mod markdown;
mod parts;
mod plain;
mod questions;
mod recognise;
mod sentences;
mod table;
#[cfg(test)]
mod tests;
mod write;
mod yaml;

use serde::Serialize;

use crate::bank::Bank;
use crate::ids::BankId;
use block::Page;
use draft::{Drafts, Manner};
pub use filling::{Filler, Filling, Sketch};
pub use format::Format;
pub use guess::{Ids, kind, slug};
pub use left_out::{LeftOut, Why};
use write::Head;

/// Largest file that is imported, in bytes.
pub const LARGEST_FILE: usize = 50 << 20;

/// Largest bank that is made, in bytes: what `hotseat bank check` reads.
pub const LARGEST_BANK: usize = 4 << 20;

/// What is wanted of an import.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Format of the file; told by its name and content where none is given.
    pub format: Option<Format>,
    /// The bank's id; made of its title where none is given.
    pub id: Option<BankId>,
    /// The bank's title; the article's where none is given.
    pub title: Option<String>,
    /// Whether the sentences of an answer become points even where points of assessment are listed.
    pub answer_points: bool,
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Questions, those included that nobody could judge.
    pub questions: usize,
    /// Points of the questions that were taken over.
    pub points: usize,
    /// Answers that were given, not put together.
    pub answers: usize,
    /// Pitfalls.
    pub pitfalls: usize,
    /// Follow-ups.
    pub follow_ups: usize,
}

/// A bank that was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The bank as a file, valid.
    pub toml: String,
    /// Its id.
    pub id: String,
    /// The format that was read.
    pub format: Format,
    /// How much was found.
    pub counts: Counts,
    /// How many questions somebody else filled what the article leaves open in.
    pub filled: usize,
    /// How many things are marked `# review`.
    pub to_review: usize,
    /// What was not taken over, in the order of its lines.
    pub left_out: Vec<LeftOut>,
}

/// Why nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file is too large.
    #[error("it has more than {} MB", LARGEST_FILE >> 20)]
    TooLarge,
    /// The file has too many lines, items or fields.
    #[error("it has more than {} paragraphs, items and fields", block::MOST_BLOCKS)]
    TooManyBlocks,
    /// The file is no text.
    #[error("it is {what}")]
    Binary {
        /// What it is.
        what: &'static str,
    },
    /// The file is no text from a line on.
    #[error("it is no UTF-8 text, from line {line} on")]
    NotText {
        /// The line.
        line: usize,
    },
    /// No delimiter parts the lines of a table.
    #[error("it has no columns: neither comma, semicolon, tab nor bar parts its lines")]
    NoColumns,
    /// The file is not what its format asks for.
    #[error("line {line}: {why}")]
    Broken {
        /// The line.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// There is no question in it.
    #[error("no question was found in it, read as {format}")]
    NoQuestions {
        /// The format that it was read in.
        format: Format,
    },
    /// No question has an answer or points.
    #[error("{found} questions were found, and none has an answer or points")]
    NothingToJudge {
        /// How many.
        found: usize,
    },
    /// The bank would be too large.
    #[error("the bank would have {found} questions and more than {} MB", LARGEST_BANK >> 20)]
    BankTooLarge {
        /// How many questions.
        found: usize,
    },
    /// What was written is no bank, which is a mistake of the import.
    #[error("what was made of it is no valid bank: {0}")]
    Invalid(String),
}

impl ImportError {
    /// Returns what to do next.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyBlocks | Self::BankTooLarge { .. } => "split the file and import its parts",
            Self::Binary { .. } => "save it as plain text, Markdown, HTML or CSV, and import that",
            Self::NotText { .. } => "save it as UTF-8",
            Self::NoColumns => "name its format with `--format`, such as `--format text`",
            Self::Broken { .. } => "mend the line, or name another format with `--format`",
            Self::NoQuestions { .. } => {
                "number the questions or make headings of them, or name another format with `--format`"
            }
            Self::NothingToJudge { .. } => {
                "write an answer behind each, such as `Answer: …`, or a list under `Key points:`"
            }
            Self::Invalid(_) => "please report this, with the file",
        }
    }
}

/// Returns the bank that a file holds. `name` is the file's, for its ending and as the source.
///
/// # Errors
/// [`ImportError`] says why there is none.
pub fn import(bytes: &[u8], name: &str, wanted: &Wanted) -> Result<Imported, ImportError> {
    import_with(bytes, name, wanted, None)
}

/// As [`import`], and has `filler` find what the file leaves open: points, pitfalls or follow-ups of a question that has none. What the
/// file says stays as it is.
///
/// # Errors
/// [`ImportError`] says why there is none.
pub fn import_with(
    bytes: &[u8],
    name: &str,
    wanted: &Wanted,
    filler: Option<&mut dyn Filler>,
) -> Result<Imported, ImportError> {
    if bytes.len() > LARGEST_FILE {
        return Err(ImportError::TooLarge);
    }
    let text = format::decode(bytes)?;
    let format = wanted.format.unwrap_or_else(|| format::detect(name, &text));
    let mut page = Page::new();
    match format {
        Format::Text => plain::read(&text, 1, &mut page),
        Format::Markdown => markdown::read(&text, 1, &mut page),
        Format::Html => html::read(&text, 1, &mut page),
        Format::Csv => delimited::read(&text, &mut page)?,
        Format::Anki => delimited::read_anki(&text, &mut page)?,
        Format::Yaml => yaml::read(&text, &mut page)?,
    }
    if page.is_full() {
        return Err(ImportError::TooManyBlocks);
    }
    drop(text);
    let mut document = assemble::assemble(recognise::marks(page.finish()));
    let found = document.questions.len();
    if found == 0 {
        return Err(ImportError::NoQuestions { format });
    }
    let stem = name.rsplit(['/', '\\']).next().and_then(|file| file.split('.').next()).unwrap_or_default();
    let title = document.title.take();
    let mut head = head(wanted, title.as_ref().map(|(_, title)| title.as_str()), stem, name);
    if let Some((line, title)) = title.filter(|(_, title)| *title != head.title) {
        document.left_out.push(LeftOut::new(line, &title, Why::NoPlace));
    }
    let manner =
        Manner { level: guess::level(&head.title), answer_points: wanted.answer_points, keeps_bare: filler.is_some() };
    let mut drafts = draft::drafts(document, manner);
    let filled = filler.map_or(0, |filler| {
        let filled = filling::fill(&mut drafts, filler);
        if filled > 0 {
            (head.source, head.note) = (filler.source(), Some(filler.note()));
        }
        filled
    });
    if drafts.questions.is_empty() {
        return Err(ImportError::NothingToJudge { found });
    }
    Ok(Imported { filled, ..finish(&head, drafts, format, found)? })
}

fn head(wanted: &Wanted, title: Option<&str>, stem: &str, name: &str) -> Head {
    let named = wanted.title.as_deref().or(title).map(str::trim).filter(|title| !title.is_empty());
    let title = named.unwrap_or(if stem.trim().is_empty() || stem == "-" { "Imported questions" } else { stem });
    let id = wanted.id.as_ref().map_or_else(|| guess::Ids::default().of(title, "imported"), ToString::to_string);
    Head {
        id,
        title: title.to_owned(),
        source: format!("Imported from {}", if name == "-" { "standard input" } else { name }),
        note: None,
    }
}

fn finish(head: &Head, drafts: Drafts, format: Format, found: usize) -> Result<Imported, ImportError> {
    let toml = write::write(head, &drafts);
    if toml.len() > LARGEST_BANK {
        return Err(ImportError::BankTooLarge { found });
    }
    if let Err(errors) = Bank::parse(&toml, "the bank") {
        return Err(ImportError::Invalid(errors.first().map_or_else(String::new, ToString::to_string)));
    }
    let sum = |count: fn(&draft::Draft) -> usize| drafts.questions.iter().map(count).sum();
    let counts = Counts {
        questions: found,
        points: sum(|draft| draft.points.len()),
        answers: sum(|draft| usize::from(!draft.is_answer_made)),
        pitfalls: sum(|draft| draft.pitfalls.len()),
        follow_ups: sum(|draft| draft.follow_ups.len()),
    };
    let to_review = toml.matches("  # review: ").count();
    Ok(Imported {
        toml,
        id: head.id.clone(),
        format,
        counts,
        filled: 0,
        to_review,
        left_out: left_out::together(drafts.left_out),
    })
}
