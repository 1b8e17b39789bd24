//! Compares the index with the folders.

use std::collections::HashMap;

use rusqlite::TransactionBehavior;

use super::rows::{self, Known};
use super::{Index, IndexError, Progress, Refreshed};
use crate::session::digest::Digest;
use crate::session::store::{Fingerprint, Found, Standing, Store, Unreadable};

/// Sessions that are taken in at once: few enough that another program never waits long for its turn to write.
const AT_ONCE: usize = 32;

impl Index {
    pub(super) fn compare(&mut self, store: &Store, progress: &mut Progress<'_>) -> Result<Refreshed, IndexError> {
        // In this order: what another program takes in meanwhile is not mistaken for a session that is gone.
        let mut known: HashMap<String, Known> = rows::known(&self.database)?.into_iter().collect();
        let found = store.survey()?;
        self.others.clear();
        let (mut changed, mut stand_otherwise) = (Vec::new(), Vec::new());
        for one in found {
            match one {
                Found::Other(other) => self.others.push(other),
                Found::Session(id, fingerprint) => match known.remove(&id) {
                    Some(before) if before.fingerprint == fingerprint => {
                        stand_otherwise.extend(standing_now(store, &id, &before).map(|now| (before.nth, now)));
                    }
                    _ => changed.push((id, fingerprint)),
                },
            }
        }
        let gone: Vec<String> = known.into_keys().collect();
        self.change(
            |database| {
                gone.iter().try_for_each(|id| rows::drop_session(database, id))?;
                stand_otherwise.iter().try_for_each(|(nth, now)| rows::set_standing(database, *nth, *now))
            },
            gone.len() + stand_otherwise.len(),
        )?;
        self.take_in(store, &changed, progress)?;
        Ok(Refreshed { read: changed.len(), dropped: gone.len(), notice: None })
    }

    fn take_in(
        &mut self,
        store: &Store,
        changed: &[(String, Fingerprint)],
        progress: &mut Progress<'_>,
    ) -> Result<(), IndexError> {
        let mut done = 0;
        for some in changed.chunks(AT_ONCE) {
            // Read first and written afterwards, so that nobody waits while journals are read.
            let mut read = Vec::with_capacity(some.len());
            for (id, fingerprint) in some {
                progress(done, changed.len());
                read.push((id, *fingerprint, digest(store, id)));
                done += 1;
            }
            self.change(
                |database| {
                    read.iter().try_for_each(|(id, fingerprint, read)| rows::take_in(database, id, *fingerprint, read))
                },
                read.len(),
            )?;
        }
        if done > 0 {
            progress(done, done);
        }
        Ok(())
    }

    /// Makes `changes` changes, all or none. Nothing is written where there are none.
    fn change(
        &mut self,
        make: impl Fn(&rusqlite::Connection) -> rusqlite::Result<()>,
        changes: usize,
    ) -> rusqlite::Result<()> {
        if changes == 0 {
            return Ok(());
        }
        let change = self.database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        make(&change)?;
        change.commit()
    }
}

/// Returns how a session stands whose journal did not change, where that is another way than before: it may have gone on, or its program
/// may have ended.
fn standing_now(store: &Store, id: &str, before: &Known) -> Option<Standing> {
    let was = before.standing.filter(|was| matches!(was, Standing::Running | Standing::Interrupted))?;
    let now = if store.is_running(id) { Standing::Running } else { Standing::Interrupted };
    (now != was).then_some(now)
}

fn digest(store: &Store, id: &str) -> Result<Digest, Unreadable> {
    match store.read(id) {
        Ok((session, standing)) => Ok(Digest::of(id, &session, standing)),
        Err(error) => Err(Unreadable { name: id.into(), why: error.to_string(), advice: error.hint() }),
    }
}
