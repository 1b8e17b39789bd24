//! The words of a take as they are shown: unsure ones marked, corrected ones with what was heard, and what could not be heard.

use crate::ids::TurnId;
use crate::review::markdown::UNSURE_BELOW;
use crate::session::Take;
use crate::transcript::Word;
use crate::transcript::correct::Corrected;
use crate::units::Span;

/// A word, or what stands between words.
pub(super) enum Shown {
    Word(WordView),
    /// A word that was heard and is not there any more.
    Removed {
        id: String,
        nth: usize,
        heard: String,
    },
    /// The microphone was away from here to there.
    Away {
        from: String,
        to: String,
    },
}

pub(super) struct WordView {
    /// The first of several words that stand for one has the place's name.
    pub(super) id: Option<String>,
    /// Its place among the words that were heard.
    pub(super) nth: usize,
    pub(super) text: String,
    /// When it was said, in milliseconds. None for a typed word.
    pub(super) span: Option<(u64, u64)>,
    /// How sure the recogniser was, where it was not.
    pub(super) unsure: Option<String>,
    /// What was heard, on the last of the words that stand for it.
    pub(super) heard: Option<String>,
    /// Whether it was put right.
    pub(super) corrected: bool,
}

/// Returns the name of a word's place on the page.
pub(super) fn word_id(turn: TurnId, nth: usize) -> String {
    format!("w{turn}-{nth}")
}

/// Returns the words of a take, in order.
pub(super) fn shown(take: &Take) -> Vec<Shown> {
    let heard = take.as_heard().map_or(&[][..], |heard| &heard.words);
    let words = take.words();
    let mut gaps = take.gaps.iter().peekable();
    let mut left = words.iter().peekable();
    let mut shown = Vec::with_capacity(heard.len());
    for (nth, one) in heard.iter().enumerate() {
        while let Some(gap) = gaps.next_if(|gap| gap.start <= one.span.start) {
            shown.push(away(*gap));
        }
        let first = shown.len();
        while let Some(word) = left.next_if(|word| word.nth == nth) {
            let id = (shown.len() == first).then(|| word_id(take.turn, nth));
            let is_last = left.peek().is_none_or(|next| next.nth != nth);
            shown.push(Shown::Word(word_view(word, id, is_last)));
        }
        if shown.len() == first {
            shown.push(Shown::Removed { id: word_id(take.turn, nth), nth, heard: one.text.clone() });
        }
    }
    shown.extend(gaps.map(|gap| away(*gap)));
    shown
}

fn word_view(one: &Corrected<'_>, id: Option<String>, is_last: bool) -> WordView {
    let Word { text, span, probability } = &one.word;
    WordView {
        id,
        nth: one.nth,
        text: text.clone(),
        span: (span.end > span.start || span.start.as_ms() > 0).then(|| (span.start.as_ms(), span.end.as_ms())),
        unsure: (*probability < UNSURE_BELOW).then(|| format!("{:.0} %", probability * 100.0)),
        heard: one.heard.filter(|_| is_last).map(ToOwned::to_owned),
        corrected: one.heard.is_some(),
    }
}

fn away(gap: Span) -> Shown {
    Shown::Away { from: gap.start.to_string(), to: gap.end.to_string() }
}
