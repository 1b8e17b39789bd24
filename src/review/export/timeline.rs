//! The recordings of a session behind each other, as if they were one.

use crate::session::{Session, Take};
use crate::transcript::{Transcript, Word};
use crate::units::AudioTime;

/// A recording, and where it lies on the line of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recorded<'s> {
    /// Its name in the session's folder.
    pub name: &'s str,
    /// Who spoke before it.
    pub asked_by: &'s str,
    /// What was asked, or the line that the candidate cut.
    pub asked: &'s str,
    /// When it begins.
    pub start: AudioTime,
    /// When it ends.
    pub end: AudioTime,
    /// The words; their times count from its own beginning.
    pub words: &'s [Word],
}

impl Recorded<'_> {
    /// Returns how long it is.
    #[must_use]
    pub fn length(&self) -> AudioTime {
        AudioTime::from_ms(self.end.as_ms() - self.start.as_ms())
    }
}

/// Returns the recordings of a session in the order of speaking, each beginning where the one before ends. Typed answers have none.
#[must_use]
pub fn recordings(session: &Session) -> Vec<Recorded<'_>> {
    let mut now = AudioTime::ZERO;
    let mut all = Vec::new();
    for (take, asked_by, asked) in takes(session) {
        let Some(length) = length(take) else { continue };
        let end = AudioTime::from_ms(now.as_ms() + length.as_ms());
        all.push(Recorded { name: &take.recording, asked_by, asked, start: now, end, words: words(take) });
        now = end;
    }
    all
}

/// Returns one recording of a session, beginning at zero. None where the session has none of that name.
#[must_use]
pub fn recording<'s>(session: &'s Session, name: &str) -> Option<Recorded<'s>> {
    let found = recordings(session).into_iter().find(|one| one.name == name)?;
    Some(Recorded { start: AudioTime::ZERO, end: found.length(), ..found })
}

/// Returns every take with who spoke before it and what was said, what was put in between at its place.
fn takes(session: &Session) -> Vec<(&Take, &str, &str)> {
    let plan = &session.opened.plan;
    let asides = |after: usize| {
        let here = session.asides.iter().filter(move |aside| aside.after == after);
        here.map(|aside| (&aside.take, plan.persona.name.as_str(), aside.line.as_str()))
    };
    let mut all = Vec::new();
    for (index, exchange) in session.exchanges.iter().enumerate() {
        all.extend(asides(index));
        let asked_by = plan.speaker(exchange.speaker.as_deref()).name.as_str();
        all.extend(exchange.takes.iter().map(|take| (take, asked_by, exchange.prompt.as_str())));
    }
    all.extend(asides(session.exchanges.len()));
    all
}

fn words(take: &Take) -> &[Word] {
    take.transcript.as_ref().map_or(&[], |Transcript { words }| words)
}

/// Returns the length of a take's recording. None where there is none: what was typed took no time.
fn length(take: &Take) -> Option<AudioTime> {
    let spoken = words(take).last().map_or(0, |word| word.span.end.as_ms());
    let length = take.duration_ms.unwrap_or(0).max(spoken);
    (length > 0).then(|| AudioTime::from_ms(length))
}
