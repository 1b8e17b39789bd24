//! Reads tables of a TOML file by hand, so that every problem is told at once, each with its line. Knows no banks.

use std::collections::BTreeSet;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::ids::NotAnId;

/// The only version so far of the files that are read here.
const FORMAT: f64 = 1.0;

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BankError {
    /// Line, counted from 1.
    pub line: usize,
    /// The file, as it was named.
    pub file: String,
    /// What is wrong and where, names in backticks.
    pub message: String,
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for BankError {}

/// Where each line after the first begins. A file may have as many problems as lines, so lines are not counted anew.
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    pub(super) fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// Returns the line of a byte offset, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset) + 1
    }
}

/// The problems of one file so far.
pub(super) struct Problems<'t> {
    file: &'t str,
    line_starts: LineStarts,
    found: Vec<BankError>,
}

impl<'t> Problems<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, line_starts: LineStarts::of(text), found: Vec::new() }
    }

    /// Adds a problem at a byte offset.
    pub(super) fn add(&mut self, offset: usize, message: impl Into<String>) {
        let line = self.line_starts.line(offset);
        self.found.push(BankError { line, file: self.file.into(), message: message.into() });
    }

    /// Returns the problems in the order of their lines, or `value` when there are none.
    pub(super) fn or<T>(mut self, value: Option<T>) -> Result<T, Vec<BankError>> {
        self.found.sort();
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => Err(self.found),
        }
    }
}

/// Returns the file's table, or the one problem that keeps it from being one.
pub(super) fn root<'i>(text: &'i str, problems: &mut Problems<'_>) -> Option<Spanned<DeTable<'i>>> {
    match DeTable::parse(text) {
        Ok(table) => Some(table),
        Err(error) => {
            problems.add(error.span().map_or(0, |span| span.start), format!("this is no TOML: {}", error.message()));
            None
        }
    }
}

/// Returns `, did you mean …` for the nearest of `known`, or nothing when none is near.
pub fn suggestion<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    did_you_mean(nearest(given, known))
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Returns the nearest of `known`, none when none is near.
fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(given, name), name));
    let (distance, name) = scored.min()?;
    (distance <= 1.max(given.chars().count() / 3)).then_some(name)
}

/// Returns the key of a header: `point` of `question.point`.
fn last_key(header: &'static str) -> &'static str {
    header.rsplit('.').next().unwrap_or(header)
}

/// A table that is being read. What is asked of it is remembered, so that the keys nobody asked for can be told.
pub(super) struct Table<'a, 'i> {
    /// What it is, for messages: `a point`.
    what: String,
    offset: usize,
    entries: &'a DeTable<'i>,
    asked: BTreeSet<&'static str>,
    /// What must be there and is not. A misspelt key explains it, which is known only when all was asked for.
    missing: BTreeSet<&'static str>,
}

impl<'a, 'i> Table<'a, 'i> {
    pub(super) fn new(what: &str, offset: usize, table: &'a DeTable<'i>) -> Self {
        Self { what: what.into(), offset, entries: table, asked: BTreeSet::new(), missing: BTreeSet::new() }
    }

    /// Calls the table by its id from now on.
    fn name(&mut self, id: &str) {
        let noun = self.what.strip_prefix("a ").or_else(|| self.what.strip_prefix("an "));
        self.what = format!("{} `{id}`", noun.unwrap_or(&self.what));
    }

    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// Returns where the table begins.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Returns whether the key is there.
    pub(super) fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Returns where the value of a key begins, or the table where there is none.
    pub(super) fn offset_of(&self, key: &str) -> usize {
        self.entries.get(key).map_or(self.offset, |value| value.span().start)
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.insert(key);
        self.entries.get(key)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, problems: &mut Problems<'_>) {
        let message = format!("`{key}` in {} must be {wanted}, not {}", self.what, value.get_ref().type_str());
        problems.add(value.span().start, message);
    }

    /// Returns a text, trimmed. An empty one is a problem.
    pub(super) fn optional_text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        let value = self.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "a text", problems);
            return None;
        };
        if text.trim().is_empty() {
            problems.add(value.span().start, format!("`{key}` in {} is empty", self.what));
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// Returns a text that must be there.
    pub(super) fn text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        self.require(key);
        self.optional_text(key, problems)
    }

    /// Returns a text read as something else, such as an id. Its own error becomes the problem.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        problems: &mut Problems<'_>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(key, problems)?;
        parse(&text).map_err(|why| problems.add(self.offset_of(key), format!("`{key}` in {}: {why}", self.what))).ok()
    }

    /// Returns a number, whole or not, that must be there.
    pub(super) fn number(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<f64> {
        self.require(key);
        self.optional_number(key, problems)
    }

    pub(super) fn optional_number(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<f64> {
        let value = self.get(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|n| n as f64),
            DeValue::Float(float) => float.as_str().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => {
                self.wrong_type(key, value, "a number", problems);
                return None;
            }
        };
        if number.is_none() {
            problems.add(value.span().start, format!("`{key}` in {} is no number that can be used", self.what));
        }
        number
    }

    /// Returns the texts of a list with the offset of each; none when the key is missing.
    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(usize, String)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts", problems);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for entry in array {
            match entry.get_ref().as_str() {
                Some(text) if !text.trim().is_empty() => texts.push((entry.span().start, text.trim().to_owned())),
                _ => problems.add(entry.span().start, format!("`{key}` in {} must hold texts only", self.what)),
            }
        }
        texts
    }

    /// Returns the tables under a header such as `question.point`, of which there must be one at least.
    pub(super) fn some_tables(
        &mut self,
        header: &'static str,
        what: &str,
        problems: &mut Problems<'_>,
    ) -> Vec<Table<'a, 'i>> {
        let is_empty = |value: &Spanned<DeValue<'_>>| value.get_ref().as_array().is_some_and(|array| array.is_empty());
        if self.get(last_key(header)).is_none_or(is_empty) {
            problems.add(self.offset, format!("{} has no `[[{header}]]`", self.what));
        }
        self.tables(header, what, problems)
    }

    /// Returns the tables under a header such as `question.point`, each called `what` in messages.
    pub(super) fn tables(
        &mut self,
        header: &'static str,
        what: &str,
        problems: &mut Problems<'_>,
    ) -> Vec<Table<'a, 'i>> {
        let key = last_key(header);
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &format!("a list of tables, written `[[{header}]]`"), problems);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in array {
            match entry.get_ref().as_table() {
                Some(table) => tables.push(Table::new(what, entry.span().start, table)),
                None => problems.add(entry.span().start, format!("`{key}` must be written as `[[{header}]]` tables")),
            }
        }
        tables
    }

    /// Returns whether the file is of the one format that there is so far. The rest of another would only be misread.
    pub(super) fn is_format_known(&mut self, problems: &mut Problems<'_>) -> bool {
        match self.number("format", problems) {
            Some(format) if (format - FORMAT).abs() > f64::EPSILON => {
                let message = format!("format {format} is not known; this version reads format {FORMAT}");
                problems.add(self.offset_of("format"), message);
                false
            }
            _ => true,
        }
    }

    /// Returns the table's id and calls it by that from now on. `taken` are the ids that stand before it.
    pub(super) fn id<T: fmt::Display>(
        &mut self,
        taken: &mut BTreeSet<String>,
        problems: &mut Problems<'_>,
        new: impl FnOnce(String) -> Result<T, NotAnId>,
    ) -> Option<T> {
        let id = self.parsed("id", problems, |text| new(text.to_owned()).map_err(|error| error.to_string()))?;
        if !taken.insert(id.to_string()) {
            problems.add(self.offset_of("id"), format!("`id` in {}: `{id}` is taken; choose another", self.what));
        }
        self.name(&id.to_string());
        Some(id)
    }

    /// Tells the keys that nobody asked for and those that are missing. Must be called when all was asked for.
    pub(super) fn finish(mut self, problems: &mut Problems<'_>) {
        for key in self.entries.keys().filter(|key| !self.asked.contains(key.get_ref().as_ref())) {
            let absent = self.asked.iter().copied().filter(|known| !self.entries.contains_key(*known));
            let near = nearest(key.get_ref(), absent);
            self.missing.retain(|missing| near != Some(*missing));
            let near = did_you_mean(near);
            problems.add(key.span().start, format!("unknown key `{}` in {}{near}", key.get_ref(), self.what));
        }
        for key in self.missing {
            problems.add(self.offset, format!("{} has no `{key}`", self.what));
        }
    }

    fn require(&mut self, key: &'static str) {
        if self.get(key).is_none() {
            self.missing.insert(key);
        }
    }
}
