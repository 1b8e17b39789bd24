//! What an interview begins with, or goes on from.

use std::path::Path;

use crate::interview::Interviewer;
use crate::interview::event::Event;
use crate::session::store::Kept;

/// An interview that is about to begin, or to go on.
#[derive(Debug)]
pub struct Start {
    pub(in crate::engine) kept: Kept,
    pub(in crate::engine) interviewer: Interviewer,
    pub(in crate::engine) first: Event,
}

impl From<Kept> for Start {
    /// A session that was just begun.
    fn from(kept: Kept) -> Self {
        let interviewer = Interviewer::new(kept.session().opened.plan.clone());
        Self { kept, interviewer, first: Event::Begin }
    }
}

impl Start {
    /// Returns the session's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.kept.folder()
    }

    /// A session that broke off, and its interviewer as the journal left them.
    pub(in crate::engine) fn again(kept: Kept, interviewer: Interviewer) -> Self {
        Self { kept, interviewer, first: Event::PickedUp }
    }
}
