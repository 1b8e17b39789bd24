//! Finds the line of anything in a bank's file. A valid bank has its parts in the order of the file, so places are counted.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::bank::reader::LineStarts;

/// A place in a bank's file. An empty key is the beginning of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Which question, counted from 0. None: the bank itself.
    pub(super) question: Option<usize>,
    part: Option<(&'static str, usize)>,
    key: &'static str,
}

impl Place {
    /// Returns the nth question.
    pub(super) fn question(nth: usize) -> Self {
        Self { question: Some(nth), ..Self::default() }
    }

    /// Returns the nth part of that name within the question, or within the bank.
    pub(super) fn part(self, name: &'static str, nth: usize) -> Self {
        Self { part: Some((name, nth)), ..self }
    }

    /// Returns the value of a key there.
    pub(super) fn key(self, key: &'static str) -> Self {
        Self { key, ..self }
    }
}

/// The lines of a file that was read as a bank.
pub(super) struct Lines<'t> {
    root: Spanned<DeTable<'t>>,
    starts: LineStarts,
}

impl<'t> Lines<'t> {
    /// Returns the lines of a bank's text, none when it is no TOML.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        Some(Self { root: DeTable::parse(text).ok()?, starts: LineStarts::of(text) })
    }

    /// Returns the line of a place, counted from 1: the nearest table's where the place itself is not in the file.
    pub(super) fn line(&self, place: Place) -> usize {
        let question = place.question.map(|nth| ("question", nth));
        let (mut table, mut offset) = (self.root.get_ref(), 0);
        for (name, nth) in question.into_iter().chain(place.part) {
            let Some((found, start)) = nth_table(table, name, nth) else { break };
            (table, offset) = (found, start);
        }
        self.starts.line(table.get(place.key).map_or(offset, |value| value.span().start))
    }
}

fn nth_table<'a, 't>(table: &'a DeTable<'t>, name: &str, nth: usize) -> Option<(&'a DeTable<'t>, usize)> {
    let entry: &Spanned<DeValue<'_>> = table.get(name)?.get_ref().as_array()?.get(nth)?;
    Some((entry.get_ref().as_table()?, entry.span().start))
}

#[cfg(test)]
mod tests {
    use super::{Lines, Place};

    #[test]
    fn every_part_of_a_bank_is_found_on_its_line() {
        let text = "id = \"b\"\n[[competency]]\nid = \"c\"\n[[question]]\nid = \"q\"\nprompt = \"\"\"\nTwo\nlines\"\"\"\n\
                    [[question.point]]\nid = \"p\"\n[[question.point]]\nid = \"o\"\nweight = 2\n[[question]]\nid = \"r\"\n";
        let lines = Lines::of(text).expect("it is TOML");
        let first = Place::question(0);
        for (place, line) in [
            (Place::default(), 1),
            (Place::default().part("competency", 0).key("id"), 3),
            (first, 4),
            (first.key("prompt"), 6),
            (first.part("point", 1), 11),
            (first.part("point", 1).key("weight"), 13),
            (first.part("point", 0).key("weight"), 9),
            (first.part("pitfall", 0), 4),
            (Place::question(1).key("id"), 15),
        ] {
            assert_eq!(lines.line(place), line, "{place:?}");
        }
    }
}
