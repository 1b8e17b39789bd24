//! What the sound of answers tells: asked for when an answer was heard, and waited for at the end.

use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::clock;
use crate::engine::conduct::{Conductor, Incoming};
use crate::engine::display::Update;
use crate::engine::measuring::Measured;
use crate::ids::TurnId;
use crate::interview::event::{Command, Event};
use crate::session::store::StoreError;
use crate::transcript::Transcript;

/// How long the end of an interview waits for the measures of the last answers. What is not there by then is left out of
/// the report, and can be had later: `hotseat export --measure`.
const WAIT_FOR_MEASURES: Duration = Duration::from_secs(60);

impl Conductor<'_> {
    /// Waits for the measures of the last answers, but not for long, and not for somebody who asks again to stop.
    pub(super) fn wait_for_measures(&mut self, inbox: &Receiver<Incoming>) -> Result<(), StoreError> {
        if self.unmeasured > 0 {
            self.display
                .show(&Update::Note("The sound of the last answers is still being measured; Ctrl-C goes on without."));
        }
        let until = clock::now() + WAIT_FOR_MEASURES;
        while self.unmeasured > 0 {
            let left = until.saturating_duration_since(clock::now());
            match inbox.recv_timeout(left) {
                Ok(Incoming::Pressed(Command::Stop)) | Err(_) => break,
                Ok(incoming) => self.receive(incoming)?,
            }
        }
        Ok(())
    }

    /// Has the sound of a turn measured, once its recording is complete. Nothing waits for it but the report.
    pub(super) fn measure(&mut self, turn: TurnId, transcript: &Transcript) {
        let Some(recording) = self.kept.session().recording(turn) else { return };
        if !transcript.is_empty() {
            self.unmeasured += 1;
            self.parts.measuring.request(turn, self.kept.folder().join(recording), transcript.words.clone());
        }
    }

    /// Has the answers measured that were not before the interview broke off.
    pub(super) fn measure_what_was_missed(&mut self) {
        let takes = self.kept.session().exchanges.iter().flat_map(|exchange| &exchange.takes);
        let unmeasured =
            takes.filter(|take| take.sound.is_none() && self.kept.folder().join(&take.recording).is_file());
        let unmeasured: Vec<_> = unmeasured.filter_map(|take| Some((take.turn, take.transcript.clone()?))).collect();
        for (turn, transcript) in unmeasured {
            self.measure(turn, &transcript);
        }
    }

    pub(super) fn measured(&mut self, measured: Measured) -> Result<(), StoreError> {
        self.unmeasured = self.unmeasured.saturating_sub(1);
        let Measured { turn, outcome, took } = measured;
        match outcome {
            Ok(sound) => self.take(Event::Measured { turn, sound, took_ms: took.as_millis() as u64 }),
            Err(why) => self.note(&format!("How an answer was delivered could not be measured: {why}.")),
        }
    }
}
