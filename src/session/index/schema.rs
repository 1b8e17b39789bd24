//! The tables of the index. Steps are only ever added; a database tells by its `user_version` how many it has gone.

use rusqlite::{Connection, TransactionBehavior};

/// Marks a database as Hotseat's: "HOTS".
const APPLICATION: i32 = 0x484f_5453;

/// What leads from an empty database to that of today, step by step. A step that wants more of the sessions than was taken in before
/// ends with `UPDATE journals SET bytes = -1`, and they are read again.
const STEPS: [&str; 1] = [r"
-- Every session's folder, and by what it is told that its journal changed. `why` is set where it cannot be read.
CREATE TABLE journals (
    nth INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    why TEXT,
    advice TEXT
);

CREATE TABLE sessions (
    journal INTEGER PRIMARY KEY REFERENCES journals ON DELETE CASCADE,
    started_ns INTEGER NOT NULL,
    bank TEXT NOT NULL,
    title TEXT NOT NULL,
    pressure TEXT NOT NULL,
    persona TEXT NOT NULL,
    source TEXT NOT NULL,
    standing TEXT NOT NULL,
    questions INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    coverage REAL,
    recorded_s REAL NOT NULL
);
CREATE INDEX sessions_by_start ON sessions (started_ns);

-- What came of each question, whole as JSON; the other columns are those that are asked by.
CREATE TABLE outcomes (
    journal INTEGER NOT NULL REFERENCES journals ON DELETE CASCADE,
    place INTEGER NOT NULL,
    started_ns INTEGER NOT NULL,
    bank TEXT NOT NULL,
    question TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (journal, place)
);
CREATE INDEX outcomes_by_question ON outcomes (bank, question);

-- The texts that a search looks through. `nth` is the journal's, times a million, and a place within it: so a match alone tells the
-- session.
CREATE TABLE passages (
    nth INTEGER PRIMARY KEY,
    journal INTEGER NOT NULL REFERENCES journals ON DELETE CASCADE,
    whose TEXT NOT NULL,
    question TEXT,
    turn INTEGER,
    text TEXT NOT NULL
);
CREATE INDEX passages_by_journal ON passages (journal);

CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'passages', content_rowid = 'nth', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER passage_came AFTER INSERT ON passages BEGIN
    INSERT INTO words (rowid, text) VALUES (new.nth, new.text);
END;
CREATE TRIGGER passage_went AFTER DELETE ON passages BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.nth, old.text);
END;
"];

/// What takes everything away again, in an order in which no table misses one that it refers to.
const NOTHING: &str = "DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS passages; DROP TABLE IF EXISTS outcomes; \
    DROP TABLE IF EXISTS sessions; DROP TABLE IF EXISTS journals";

/// Passages of a session at most; what is beyond is not found by a search. An hour has a hundred.
pub(super) const PASSAGES: i64 = 1_000_000;

/// Whose a database is.
pub(super) enum Owner {
    /// Ours, or empty.
    Hotseat,
    /// That of a later version, which may hold what this one does not know.
    Later,
    /// That of another program.
    Other,
}

/// Returns whose a database is.
pub(super) fn whose(database: &Connection) -> rusqlite::Result<Owner> {
    // In this order: tables that another Hotseat makes meanwhile come in one change with its mark.
    let tables: i64 = database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 = database.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok(match application {
        APPLICATION if gone(database)? > STEPS.len() => Owner::Later,
        APPLICATION => Owner::Hotseat,
        0 if tables == 0 => Owner::Hotseat,
        _ => Owner::Other,
    })
}

/// Takes the steps that are left, all or none. Of two programs that begin at once the second finds them taken.
pub(super) fn bring_up_to_date(database: &mut Connection) -> rusqlite::Result<()> {
    if gone(database)? >= STEPS.len() {
        return Ok(());
    }
    let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    take_steps(&change)?;
    change.commit()
}

/// Empties the database and takes all steps again, all or nothing.
pub(super) fn begin_anew(database: &mut Connection) -> rusqlite::Result<()> {
    let change = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute_batch(NOTHING)?;
    change.pragma_update(None, "user_version", 0)?;
    take_steps(&change)?;
    change.commit()
}

fn take_steps(change: &Connection) -> rusqlite::Result<()> {
    for step in STEPS.iter().skip(gone(change)?) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "user_version", STEPS.len() as i64)?;
    change.pragma_update(None, "application_id", APPLICATION)
}

/// Returns how many steps a database has gone.
fn gone(database: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(0))
}
