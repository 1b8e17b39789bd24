//! Between the rows of the index and what they stand for.

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::ids::{BankId, QuestionId};
use crate::session::digest::{Digest, Listed, Whose};
use crate::session::filter::Filter;
use crate::session::index::schema::PASSAGES;
use crate::session::outcome::Outcome;
use crate::session::snippet::without_marks;
use crate::session::store::{Fingerprint, Standing, Unreadable};

const SESSIONS: &str = "SELECT journal, id, started_ns, bank, title, pressure, persona, source, standing, questions, answered, coverage, \
    recorded_s FROM sessions JOIN journals ON journals.nth = sessions.journal ORDER BY started_ns DESC, id DESC";

/// Returns the sessions that a filter admits, the newest first.
pub(super) fn sessions(database: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Listed>> {
    let numbered = numbered_sessions(database, filter, |_| true)?;
    Ok(numbered.into_iter().map(|(_, listed)| listed).collect())
}

/// Returns the sessions that a filter admits and whose number is `wanted`, each with its number, the newest first.
pub(super) fn numbered_sessions(
    database: &Connection,
    filter: &Filter,
    wanted: impl Fn(i64) -> bool,
) -> rusqlite::Result<Vec<(i64, Listed)>> {
    let mut statement = database.prepare_cached(SESSIONS)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    let limit = filter.limit.unwrap_or(usize::MAX);
    while found.len() < limit {
        let Some(row) = rows.next()? else { break };
        let nth: i64 = row.get(0)?;
        if !wanted(nth) {
            continue;
        }
        let listed = listed(row)?;
        if filter.admits(&listed) {
            found.push((nth, listed));
        }
    }
    Ok(found)
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed {
        id: row.get(1)?,
        started: date(row.get(2)?),
        bank: row.get(3)?,
        title: row.get(4)?,
        pressure: row.get(5)?,
        persona: row.get(6)?,
        source: row.get(7)?,
        standing: standing(row.get_ref(8)?.as_str()?),
        questions: row.get::<_, i64>(9)? as usize,
        answered: row.get::<_, i64>(10)? as usize,
        coverage: row.get(11)?,
        recorded_s: row.get(12)?,
        hit: None,
    })
}

/// Returns what came of the questions, the oldest first.
pub(super) fn outcomes(database: &Connection, of: Option<(&BankId, &QuestionId)>) -> rusqlite::Result<Vec<Outcome>> {
    let (bank, question) = of.map_or((None, None), |(bank, question)| (Some(bank.as_str()), Some(question.as_str())));
    let only = if of.is_some() { "WHERE bank = ?1 AND question = ?2" } else { "WHERE ?1 IS NULL AND ?2 IS NULL" };
    let query = format!("SELECT outcome FROM outcomes {only} ORDER BY started_ns, journal, place");
    let mut statement = database.prepare_cached(&query)?;
    let rows = statement.query_map([bank, question], |row| {
        // A form that this version does not know is as good as damage: the index is made anew.
        serde_json::from_str(row.get_ref(0)?.as_str()?)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
    })?;
    rows.collect()
}

/// Returns the names of the sessions that can be read, the newest first.
pub(super) fn ids(database: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare_cached(
        "SELECT id FROM sessions JOIN journals ON journals.nth = journal ORDER BY started_ns DESC, id DESC",
    )?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Returns the sessions that cannot be read.
pub(super) fn unreadable(database: &Connection) -> rusqlite::Result<Vec<Unreadable>> {
    let mut statement = database.prepare_cached("SELECT id, why, advice FROM journals WHERE why IS NOT NULL")?;
    let rows =
        statement.query_map([], |row| Ok(Unreadable { name: row.get(0)?, why: row.get(1)?, advice: row.get(2)? }))?;
    rows.collect()
}

/// A session as the index knows it.
pub(super) struct Known {
    pub(super) nth: i64,
    pub(super) fingerprint: Fingerprint,
    /// None where it cannot be read.
    pub(super) standing: Option<Standing>,
}

/// Returns every session that the index knows, by name.
pub(super) fn known(database: &Connection) -> rusqlite::Result<Vec<(String, Known)>> {
    let mut statement = database.prepare_cached(
        "SELECT id, nth, bytes, modified_ns, standing FROM journals LEFT JOIN sessions ON journal = nth",
    )?;
    let rows = statement.query_map([], |row| {
        let fingerprint = Fingerprint { bytes: row.get::<_, i64>(2)? as u64, modified_ns: row.get(3)? };
        let standing = row.get::<_, Option<String>>(4)?.map(|name| standing(&name));
        Ok((row.get(0)?, Known { nth: row.get(1)?, fingerprint, standing }))
    })?;
    rows.collect()
}

/// Takes a session out, with all that is kept of it.
pub(super) fn drop_session(database: &Connection, id: &str) -> rusqlite::Result<()> {
    database.prepare_cached("DELETE FROM journals WHERE id = ?1")?.execute([id]).map(drop)
}

/// Changes how a session stands.
pub(super) fn set_standing(database: &Connection, nth: i64, standing: Standing) -> rusqlite::Result<()> {
    let mut statement = database.prepare_cached("UPDATE sessions SET standing = ?2 WHERE journal = ?1")?;
    statement.execute(params![nth, name(standing)]).map(drop)
}

/// Puts a session in the place of what was known of it.
pub(super) fn take_in(
    database: &Connection,
    id: &str,
    fingerprint: Fingerprint,
    read: &Result<Digest, Unreadable>,
) -> rusqlite::Result<()> {
    drop_session(database, id)?;
    let unreadable = read.as_ref().err();
    database
        .prepare_cached("INSERT INTO journals (id, bytes, modified_ns, why, advice) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            id,
            fingerprint.bytes as i64,
            fingerprint.modified_ns,
            unreadable.map(|one| &one.why),
            unreadable.map(|one| &one.advice)
        ])?;
    let nth = database.last_insert_rowid();
    match read {
        Ok(digest) => take_in_digest(database, nth, digest),
        Err(_) => Ok(()),
    }
}

fn take_in_digest(database: &Connection, nth: i64, digest: &Digest) -> rusqlite::Result<()> {
    let listed = &digest.listed;
    let started = nanoseconds(listed.started);
    database
        .prepare_cached("INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")?
        .execute(params![
            nth,
            started,
            listed.bank,
            listed.title,
            listed.pressure,
            listed.persona,
            listed.source,
            name(listed.standing),
            listed.questions as i64,
            listed.answered as i64,
            listed.coverage,
            listed.recorded_s
        ])?;
    let mut statement = database.prepare_cached("INSERT INTO outcomes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (place, outcome) in digest.outcomes.iter().enumerate() {
        let text =
            serde_json::to_string(outcome).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        statement.execute(params![
            nth,
            place as i64,
            started,
            outcome.bank.as_str(),
            outcome.question.as_str(),
            text
        ])?;
    }
    let mut statement = database.prepare_cached("INSERT INTO passages VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (place, passage) in (0..PASSAGES).zip(&digest.passages) {
        statement.execute(params![
            nth * PASSAGES + place,
            nth,
            whose_name(passage.whose),
            passage.question.as_ref().map(QuestionId::as_str),
            passage.turn.map(|turn| turn.0),
            without_marks(&passage.text)
        ])?;
    }
    Ok(())
}

/// A date that lies beyond the year 2262 counts as that: it is a wrong one anyway.
fn nanoseconds(date: jiff::Timestamp) -> i64 {
    i64::try_from(date.as_nanosecond()).unwrap_or(i64::MAX)
}

fn date(nanoseconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).unwrap_or_default()
}

const fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Complete => "complete",
        Standing::Stopped => "stopped",
        Standing::Running => "running",
        Standing::Interrupted => "interrupted",
    }
}

fn standing(name: &str) -> Standing {
    let all = [Standing::Complete, Standing::Stopped, Standing::Running];
    all.into_iter().find(|one| self::name(*one) == name).unwrap_or(Standing::Interrupted)
}

const fn whose_name(whose: Whose) -> &'static str {
    match whose {
        Whose::Asked => "asked",
        Whose::Said => "said",
        Whose::Remark => "remark",
    }
}

/// Returns whose text it is, by its name.
pub(super) fn whose(name: &str) -> Whose {
    let all = [Whose::Asked, Whose::Remark];
    all.into_iter().find(|one| whose_name(*one) == name).unwrap_or(Whose::Said)
}
