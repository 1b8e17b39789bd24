//! One take: its recording, how it looks, its words.

use std::time::Duration;

use crate::review::delivery::spoken_duration;
use crate::session::{Take, recordings};
use crate::web::pages::in_address;
use crate::web::pages::session::Material;
use crate::web::pages::session::drawing::Drawing;
use crate::web::pages::session::words::{Shown, shown};

pub(super) struct TakeView {
    pub(super) turn: u32,
    /// Where the recording is. None: there is none.
    pub(super) sound: Option<String>,
    pub(super) length: Option<String>,
    pub(super) drawing: Option<Drawing>,
    pub(super) words: Vec<Shown>,
    /// Whether the words have times.
    pub(super) timed: bool,
    /// What went wrong.
    pub(super) failure: Option<String>,
    pub(super) reheard_by: Option<String>,
    /// The page on which words are put right without a script.
    pub(super) correction: String,
}

impl TakeView {
    pub(super) fn of(material: &Material<'_>, take: &Take) -> Self {
        let recording = recordings::find(material.folder, &take.recording);
        let words = shown(take);
        let timed = words.iter().any(|one| matches!(one, Shown::Word(word) if word.span.is_some()));
        let length = take.duration_ms.filter(|ms| *ms > 0).map(|ms| spoken_duration(Duration::from_millis(ms)));
        Self {
            turn: take.turn.0,
            drawing: material.peaks.get(&take.recording).and_then(|peaks| Drawing::of(take, peaks)),
            sound: recording.map(|_| format!("{}/recordings/{}", material.address, in_address(&take.recording))),
            length,
            words,
            timed,
            failure: take.failure.clone(),
            reheard_by: take.reheard_by.clone(),
            correction: format!("{}/turns/{}", material.address, take.turn),
        }
    }
}
