//! The lines of a journal. The format is frozen: keys and names are only ever added, never renamed or removed.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::interview::effect::Effect;
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::session::revision::Revised;

/// Version of the lines written today.
pub const VERSION: u32 = 1;

/// Where the answers come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    /// A microphone, by name.
    Microphone {
        /// The device's name.
        name: String,
    },
    /// Prepared recordings.
    Folder {
        /// Where they lie.
        path: String,
    },
    /// A written candidate, spoken by a voice of ours.
    Simulated {
        /// The script.
        path: String,
    },
    /// Answers typed at the keyboard.
    Typed,
}

impl Source {
    /// Returns the source in a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Microphone { name } => format!("the microphone {name}"),
            Self::Folder { path } => format!("recordings in {path}"),
            Self::Simulated { path } => format!("the written candidate {path}"),
            Self::Typed => "the keyboard".into(),
        }
    }
}

/// The first line of every journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The session's name, which is its folder's name.
    pub id: String,
    /// When it began.
    pub started: jiff::Timestamp,
    /// Version of Hotseat that wrote it.
    pub hotseat: String,
    /// Where the answers come from.
    pub source: Source,
    /// What was to be asked, whole.
    pub plan: Plan,
}

/// A line of a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    /// The session began.
    Opened(Box<Opened>),
    /// Something happened; written before it is handled.
    Event(Stamped<Event>),
    /// Something was wanted.
    Effect(Stamped<Effect>),
    /// Something that a reader should know, such as a device that was missing.
    Note(String),
    /// Something was changed after the interview.
    Revision(Box<Revised>),
    /// A line of a later version. It is kept and passed over.
    Unknown,
}

/// A line that is no record.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadRecord {
    /// Which line, counted from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

#[derive(Serialize)]
struct Written<'a, T> {
    v: u32,
    #[serde(rename = "type")]
    kind: &'static str,
    data: &'a T,
}

#[derive(Deserialize)]
struct Head {
    v: u32,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Body<T> {
    data: T,
}

impl Record {
    /// Returns the record as one line without its line break. None for an unknown record, and for what cannot be JSON.
    #[must_use]
    pub fn to_line(&self) -> Option<String> {
        match self {
            Self::Opened(opened) => line("opened", opened),
            Self::Event(event) => line("event", event),
            Self::Effect(effect) => line("effect", effect),
            Self::Note(note) => line("note", note),
            Self::Revision(revised) => line("revision", revised),
            Self::Unknown => None,
        }
    }

    /// Returns the record that `text` holds; `line` is its number, counted from 1.
    ///
    /// # Errors
    /// [`BadRecord`] when it is no JSON of this shape.
    pub fn from_line(text: &str, line: usize) -> Result<Self, BadRecord> {
        let head: Head = serde_json::from_str(text).map_err(|error| bad(line, &error))?;
        if head.v > VERSION {
            return Ok(Self::Unknown);
        }
        match head.kind.as_str() {
            "opened" => Ok(Self::Opened(data(text, line)?)),
            "event" => Ok(Self::Event(data(text, line)?)),
            "effect" => Ok(Self::Effect(data(text, line)?)),
            "note" => Ok(Self::Note(data(text, line)?)),
            "revision" => Ok(Self::Revision(data(text, line)?)),
            _ => Ok(Self::Unknown),
        }
    }
}

/// Returns what a line holds. The line is read a second time, which costs less than to build a tree of a whole bank in between.
fn data<T: DeserializeOwned>(text: &str, line: usize) -> Result<T, BadRecord> {
    let body: Body<T> = serde_json::from_str(text).map_err(|error| bad(line, &error))?;
    Ok(body.data)
}

fn bad(line: usize, error: &serde_json::Error) -> BadRecord {
    BadRecord { line, why: error.to_string() }
}

fn line(kind: &'static str, data: &impl Serialize) -> Option<String> {
    serde_json::to_string(&Written { v: VERSION, kind, data }).ok()
}

/// Returns when the session began of which this is the first line. Nothing else of the line is looked at.
#[must_use]
pub fn started(line: &str) -> Option<jiff::Timestamp> {
    #[derive(Deserialize)]
    struct Start {
        started: jiff::Timestamp,
    }
    Some(serde_json::from_str::<Body<Start>>(line).ok()?.data.started)
}

/// Returns the records of a journal. A last line that was cut off by a crash is left out; nothing was handled of it.
///
/// # Errors
/// [`BadRecord`] for a line within that is no record.
pub fn parse_journal(text: &str) -> Result<Vec<Record>, BadRecord> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut records = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        match Record::from_line(line.trim_end(), index + 1) {
            Ok(record) => records.push(record),
            Err(_) if index + 1 == lines.len() && !line.ends_with('\n') => break,
            Err(error) => return Err(error),
        }
    }
    Ok(records)
}
