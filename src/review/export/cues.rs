//! Words as subtitles: two short lines at a time, broken where a speaker pauses or a sentence ends.

use crate::sentences::ends_sentence;
use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// Characters of a line, at most. What subtitles of films keep to; a single longer word stands by itself.
const LINE: usize = 42;

/// Silence between two words that parts them, milliseconds.
const PAUSE_MS: u64 = 700;

/// Longest time that a cue is made to cover, milliseconds.
const LONGEST_MS: u64 = 7_000;

/// Shortest time in which anybody can read a cue, milliseconds. Short sentences are put together until they last as long.
const SHORTEST_MS: u64 = 1_000;

/// What is shown at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue<'w> {
    /// When it is shown. No two cues overlap.
    pub span: Span,
    /// One line or two.
    pub lines: Vec<&'w [Word]>,
}

/// Returns a word's text as it can stand in a line.
#[must_use]
pub fn text(word: &Word) -> String {
    let parts: Vec<&str> = word.text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    parts.concat()
}

/// Returns the cues of the words of a recording that lasts until `end`, in order.
#[must_use]
pub fn cues(words: &[Word], end: AudioTime) -> Vec<Cue<'_>> {
    let mut cues = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let (cue, after) = rest.split_at(first(rest));
        cues.push(Cue { span: spoken(cue), lines: lines(cue) });
        rest = after;
    }
    put_in_order(&mut cues, end);
    cues
}

/// Returns how many words the first cue takes.
fn first(words: &[Word]) -> usize {
    for next in 1..words.len() {
        let lasts_ms = spoken(&words[..next]).duration().as_millis() as u64;
        let pause = words[next].span.start.since(words[next - 1].span.end).as_millis() as u64;
        let sentence = ends_sentence(&words[next - 1].text, Some(&words[next].text), &[]);
        if pause >= PAUSE_MS || (sentence && lasts_ms >= SHORTEST_MS) {
            return next;
        }
        let with = &words[..=next];
        if !fits(with) || spoken(with).duration().as_millis() as u64 > LONGEST_MS {
            return clause(&words[..next]).unwrap_or(next);
        }
    }
    words.len()
}

/// Returns how many words lie before the last comma or its like, if that is in the second half.
fn clause(words: &[Word]) -> Option<usize> {
    let last = words.iter().rposition(|word| word.text.ends_with([',', ';', ':', '.', '?', '!']))?;
    (last + 1 > words.len() / 2).then_some(last + 1)
}

fn spoken(words: &[Word]) -> Span {
    let (first, last) = (words.first(), words.last());
    first.zip(last).map_or_else(Span::default, |(first, last)| Span::new(first.span.start, last.span.end))
}

fn length(words: &[Word]) -> usize {
    words.iter().map(|word| text(word).chars().count() + 1).sum::<usize>().saturating_sub(1)
}

fn fits(words: &[Word]) -> bool {
    lines(words).iter().all(|line| length(line) <= LINE)
}

/// Returns the words as one line where they fit into it, else as two that are as even as can be.
fn lines(words: &[Word]) -> Vec<&[Word]> {
    if length(words) <= LINE || words.len() < 2 {
        return vec![words];
    }
    let longer = |at: &usize| length(&words[..*at]).max(length(&words[*at..]));
    let at = (1..words.len()).min_by_key(longer).unwrap_or(1);
    vec![&words[..at], &words[at..]]
}

/// Has each cue be shown for as long as it needs to be read, begin after the one before has begun, and end before the next one
/// begins and where the recording does. Times of words that are out of order move by milliseconds.
fn put_in_order(cues: &mut [Cue<'_>], end: AudioTime) {
    let mut earliest = 0;
    for cue in cues.iter_mut() {
        let start = cue.span.start.as_ms().max(earliest);
        let end = cue.span.end.as_ms().max(start + SHORTEST_MS);
        cue.span = Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end));
        earliest = start + 1;
    }
    for nth in 0..cues.len() {
        let span = cues[nth].span;
        let until =
            cues.get(nth + 1).map_or(end.max(AudioTime::from_ms(span.start.as_ms() + 1)), |next| next.span.start);
        cues[nth].span = Span::new(span.start, span.end.min(until));
    }
}
