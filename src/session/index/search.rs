//! Finds the sessions in which all words stand that were asked for, and in each the place that tells most.

use std::collections::HashMap;

use rusqlite::Connection;

use super::rows;
use super::schema::PASSAGES;
use crate::session::digest::{Hit, Listed};
use crate::session::filter::Filter;
use crate::session::snippet;

/// Words that are searched for at most; further ones are passed over. Each has a bit.
const WORDS: usize = 32;

/// Returns the sessions that a filter admits and in which all words stand, each with a place, the newest first.
pub(super) fn hits(database: &Connection, words: &[&str], filter: &Filter) -> rusqlite::Result<Vec<Listed>> {
    let phrases: Vec<String> = words.iter().take(WORDS).map(|word| phrase(word)).collect();
    if phrases.is_empty() {
        return Ok(Vec::new());
    }
    let best = best_passages(database, &phrases)?;
    let mut found = rows::numbered_sessions(database, filter, |nth| best.contains_key(&nth))?;
    let wanted: Vec<i64> = found.iter().filter_map(|(nth, _)| best.get(nth).copied()).collect();
    let mut places = places(database, &phrases, &wanted)?;
    for (nth, listed) in &mut found {
        listed.hit = best.get(nth).and_then(|passage| places.remove(passage));
    }
    Ok(found.into_iter().map(|(_, listed)| listed).collect())
}

/// Returns a word as the index is asked for it: quoted, so that nothing in it is taken for a command, and as the beginning of what may
/// go on.
fn phrase(word: &str) -> String {
    format!("\"{}\"*", word.replace('"', "\"\""))
}

/// Returns for each session in which all words stand the passage with the most of them, the first of several.
fn best_passages(database: &Connection, phrases: &[String]) -> rusqlite::Result<HashMap<i64, i64>> {
    let mut words_in: HashMap<i64, u32> = HashMap::new();
    let mut statement = database.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1")?;
    for (nth, phrase) in phrases.iter().enumerate() {
        let mut rows = statement.query([phrase])?;
        while let Some(row) = rows.next()? {
            *words_in.entry(row.get(0)?).or_default() |= 1 << nth;
        }
    }
    let mut of_session: HashMap<i64, (u32, u32, i64)> = HashMap::new();
    for (passage, words) in words_in {
        let (all, most, best) = of_session.entry(passage / PASSAGES).or_insert((0, 0, passage));
        *all |= words;
        let here = words.count_ones();
        if here > *most || (here == *most && passage < *best) {
            (*most, *best) = (here, passage);
        }
    }
    let every = u32::MAX >> (WORDS - phrases.len());
    let whole = of_session.into_iter().filter(|(_, (all, ..))| *all == every);
    Ok(whole.map(|(session, (.., best))| (session, best)).collect())
}

/// Returns where in each of these passages the words stand.
fn places(database: &Connection, phrases: &[String], passages: &[i64]) -> rusqlite::Result<HashMap<i64, Hit>> {
    // One pass over all matches, of which only those wanted are marked: to ask for each passage by itself would cost as many passes.
    // The plus sign keeps SQLite from doing that.
    let mut statement = database.prepare_cached(
        "SELECT passages.nth, whose, question, turn, highlight(words, 0, ?3, ?4) FROM words JOIN passages ON passages.nth = words.rowid \
         WHERE words MATCH ?1 AND +words.rowid IN (SELECT value FROM json_each(?2))",
    )?;
    let (begin, end) = (snippet::BEGIN.to_string(), snippet::END.to_string());
    let wanted = serde_json::to_string(passages).unwrap_or_default();
    let mut rows = statement.query([&phrases.join(" OR "), &wanted, &begin, &end])?;
    let mut places = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some((word, snippet)) = snippet::cut(row.get_ref(4)?.as_str()?) else { continue };
        let whose = rows::whose(row.get_ref(1)?.as_str()?);
        places.insert(row.get(0)?, Hit { whose, question: row.get(2)?, turn: row.get(3)?, word, snippet });
    }
    Ok(places)
}
