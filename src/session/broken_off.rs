//! Where a session broke off, and what of it never was.

use crate::session::{Session, Take};

impl Session {
    /// Returns at which question the session stands, counted from 1, and of how many.
    #[must_use]
    pub fn reached(&self) -> (usize, usize) {
        let asked = self.exchanges.iter().filter(|exchange| exchange.asked.nth == 0).count();
        (asked.max(1), self.opened.plan.questions.len())
    }

    /// Returns the takes whose words are not known, in the order in which they were given.
    #[must_use]
    pub fn unheard(&self) -> Vec<&Take> {
        let asides = self.asides.iter().map(|aside| &aside.take);
        let takes = self.exchanges.iter().flat_map(|exchange| &exchange.takes).chain(asides);
        let mut unheard: Vec<&Take> = takes.filter(|take| take.transcript.is_none()).collect();
        unheard.sort_unstable_by_key(|take| take.turn);
        unheard
    }

    /// Forgets turns that were wanted and never began: the session broke off before. What has a recording was heard by now.
    pub(super) fn forget_what_never_began(&mut self) {
        let began = |take: &Take| take.ended.is_some() || take.transcript.is_some();
        if let Some(exchange) = self.exchanges.last_mut() {
            exchange.takes.retain(began);
        }
        self.asides.retain(|aside| began(&aside.take));
    }
}
