//! Tells which stretches ask the questions. An article marks them all in one manner, which is found by what follows them:
//! each question of the right manner has labelled parts behind it, and none of them twice.

use std::collections::BTreeMap;

use super::block::Shape;
use super::label::Role;
use super::recognise::{Mark, Marker, What};

/// How a question is set: as which block, whether bold, and what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Manner {
    shape: Shape,
    is_strong: bool,
    marker: Marker,
}

/// Longest question, in bytes.
const LONGEST: usize = 600;

/// Words that begin a task.
const TASKS: &[&str] = &[
    "tell", "describe", "explain", "walk", "talk", "share", "discuss", "imagine", "suppose", "define", "compare",
    "give", "name", "convince", "sell", "outline", "design", "list", "show", "draw", "estimate",
];

/// Words that begin a question, even where it lacks its mark.
const QUESTIONS: &[&str] = &["how", "what", "why", "would", "could", "can"];

/// Returns whether a text asks something.
pub(super) fn asks(text: &str) -> bool {
    let bare = text.trim_end_matches(['"', '”', '’', '\'', ')', '*', ' ']);
    if bare.ends_with('?') {
        return true;
    }
    let first: String =
        text.trim_start_matches(['"', '“', '‘', '\'', '(', '*']).chars().take_while(|c| c.is_alphabetic()).collect();
    let first = first.to_lowercase();
    let is_task = TASKS.contains(&first.as_str());
    let is_question = QUESTIONS.contains(&first.as_str()) && !bare.ends_with('.');
    (is_task || is_question) && text.split(' ').count() >= 3 && !text.ends_with(':')
}

/// Returns for each stretch whether it asks a question of the bank.
pub(super) fn questions(marks: &[Mark]) -> Vec<bool> {
    // Where each question has a label of its own, nothing has to be guessed.
    let labelled = |role: Role| marks.iter().filter(|mark| mark.what == What::Label(role)).count();
    if labelled(Role::Question) > 0 && labelled(Role::Question) * 2 > labelled(Role::Answer) {
        return vec![false; marks.len()];
    }
    let manners: Vec<Option<Manner>> = marks.iter().map(manner).collect();
    let follows = Follows::new(marks, &manners);
    let Some(chosen) = best(marks, &manners) else { return vec![false; marks.len()] };
    accept(marks, &manners, chosen, &follows)
}

/// Returns how a stretch is set, if it may be a question at all.
fn manner(mark: &Mark) -> Option<Manner> {
    let may_ask =
        mark.what == What::Text && !mark.is_labelled && mark.text.len() <= LONGEST && !mark.text.ends_with(':');
    let is_marked = mark.marker != Marker::None || mark.is_strong || asks(&mark.text);
    let fits = match mark.shape {
        Shape::Heading(level) => level > 0,
        Shape::Line | Shape::Item(_) => {
            is_marked
                && (!mark.goes_on
                    || mark.marker == Marker::Explicit
                    || (mark.is_strong && asks(&mark.text))
                    || mark.marker == Marker::Number)
        }
        _ => false,
    };
    let strong = mark.is_strong && !matches!(mark.shape, Shape::Heading(_));
    (may_ask && fits).then_some(Manner { shape: mark.shape, is_strong: strong, marker: mark.marker })
}

/// What stands behind each stretch.
struct Follows {
    /// Whether a label is the next thing behind it, but for running text.
    label: Vec<bool>,
    /// Whether text that asks nothing is next.
    text: Vec<bool>,
}

impl Follows {
    fn new(marks: &[Mark], manners: &[Option<Manner>]) -> Self {
        let (mut label, mut text) = (vec![false; marks.len()], vec![false; marks.len()]);
        let (mut next_label, mut next_text) = (false, false);
        for (nth, mark) in marks.iter().enumerate().rev() {
            (label[nth], text[nth]) = (next_label, next_text);
            match mark.what {
                What::Label(role) => (next_label, next_text) = (is_part(role), false),
                What::Text if manners[nth].is_some() => (next_label, next_text) = (false, false),
                What::Text => next_text = true,
                What::Skipped(_) => {}
                What::Record | What::Break | What::Unknown => (next_label, next_text) = (false, false),
            }
        }
        Self { label, text }
    }
}

fn is_part(role: Role) -> bool {
    use Role::{Advice, Answer, FollowUps, Pitfalls, Points, PoorAnswer, Why};
    matches!(role, Points | Advice | Answer | PoorAnswer | Pitfalls | FollowUps | Why)
}

/// What was seen of one manner so far.
#[derive(Default)]
struct Tally {
    count: usize,
    asking: usize,
    worth: f32,
    /// What followed the latest of them.
    roles: BTreeMap<Role, usize>,
    has_text: bool,
    first: usize,
}

impl Tally {
    fn close(&mut self) {
        let distinct = self.roles.len() as f32;
        let repeated: usize = self.roles.values().map(|count| count - 1).sum();
        let text = if self.has_text { 0.5 } else { 0.0 };
        self.worth += (distinct + text - 1.5 * repeated as f32).max(-4.0);
        self.roles.clear();
        self.has_text = false;
    }
}

/// Returns the manner whose stretches have the most parts behind them.
fn best(marks: &[Mark], manners: &[Option<Manner>]) -> Option<Manner> {
    let mut tallies: BTreeMap<Manner, Tally> = BTreeMap::new();
    for (nth, mark) in marks.iter().enumerate() {
        if let Some(manner) = manners[nth] {
            let tally = tallies.entry(manner).or_default();
            if tally.count > 0 {
                tally.close();
            } else {
                tally.first = nth;
            }
            tally.count += 1;
            tally.asking += usize::from(asks(&mark.text));
        }
        let is_plain = mark.what == What::Text && manners[nth].is_none();
        let role = match mark.what {
            What::Label(role) if is_part(role) => Some(role),
            _ => None,
        };
        if is_plain || role.is_some() {
            for tally in tallies.values_mut() {
                tally.has_text |= is_plain;
                if let Some(role) = role {
                    *tally.roles.entry(role).or_default() += 1;
                }
            }
        }
    }
    tallies.values_mut().for_each(Tally::close);
    let rated = tallies.into_iter().map(|(manner, tally)| (rate(manner, &tally), tally.first, manner));
    let best =
        rated.reduce(|best, next| if next.0 > best.0 || (next.0 >= best.0 && next.1 < best.1) { next } else { best });
    best.filter(|(worth, ..)| *worth > 0.2).map(|(_, _, manner)| manner)
}

fn rate(manner: Manner, tally: &Tally) -> f32 {
    let mean = tally.worth / tally.count as f32;
    let asking = tally.asking as f32 / tally.count as f32;
    let marked = match manner.marker {
        Marker::Explicit => 1.6,
        Marker::Number => 1.25,
        Marker::None => 1.0,
    };
    let set = match manner.shape {
        Shape::Heading(_) => 1.2,
        Shape::Item(_) => 0.8,
        _ if manner.is_strong => 1.1,
        _ => 1.0,
    };
    let likely = 0.4 + 0.6 * if manner.marker == Marker::Explicit { 1.0 } else { asking };
    // Questions that nothing follows are questions still, where no others are better.
    mean * likely * marked * set + 0.3 * asking
}

/// A stretch that may ask, and where it stands.
struct Candidate<'m> {
    mark: &'m Mark,
    manner: Manner,
    /// Whether parts of a question follow it.
    is_anchored: bool,
    /// Whether it stands within a labelled part.
    is_within_part: bool,
    /// Whether its number is the next one.
    continues: bool,
}

/// Returns which stretches are questions, where the manner is known: it, and what is set alike and has parts behind it.
fn accept(marks: &[Mark], manners: &[Option<Manner>], chosen: Manner, follows: &Follows) -> Vec<bool> {
    let has_labels = marks.iter().any(|mark| matches!(mark.what, What::Label(role) if is_part(role)));
    let anchored = |nth: usize| follows.label[nth] || (!has_labels && follows.text[nth]);
    let of_manner = || (0..marks.len()).filter(|nth| manners[*nth] == Some(chosen) && anchored(*nth));
    // The last items of numbered lists are anchored as well, so that a few are enough.
    let must_ask = of_manner().filter(|nth| marks[*nth].asks()).count() * 5 > of_manner().count();
    let mut is_within_part = false;
    let mut next = Some(1);
    let mut found = vec![false; marks.len()];
    for (nth, mark) in marks.iter().enumerate() {
        match mark.what {
            What::Label(role) => is_within_part = is_part(role) && role != Role::Why,
            What::Record | What::Break => is_within_part = false,
            _ => {}
        }
        let Some(manner) = manners[nth] else { continue };
        let candidate =
            Candidate { mark, manner, is_anchored: anchored(nth), is_within_part, continues: mark.ordinal == next };
        found[nth] = if manner == chosen { candidate.is_question(must_ask) } else { candidate.is_as_clear(chosen) };
        if found[nth] {
            next = mark.ordinal.or(next).map(|number| number.saturating_add(1));
            is_within_part = false;
        }
    }
    found
}

impl Candidate<'_> {
    fn is_set_apart(&self) -> bool {
        matches!(self.manner.shape, Shape::Heading(_)) || self.manner.is_strong
    }

    /// Returns whether a stretch in the chosen manner is a question, and no item of a list that is set alike.
    fn is_question(&self, must_ask: bool) -> bool {
        let asks = self.mark.asks();
        match self.manner.marker {
            Marker::Explicit => true,
            Marker::Number if self.is_set_apart() => self.is_anchored || asks || self.continues,
            Marker::Number if self.is_anchored => asks || !must_ask,
            Marker::Number => asks && !self.is_within_part && (self.continues || self.mark.ordinal == Some(1)),
            Marker::None if matches!(self.manner.shape, Shape::Heading(_)) => {
                self.is_anchored || self.mark.text.ends_with('?')
            }
            Marker::None => asks && (self.is_anchored || !self.is_within_part),
        }
    }

    /// Returns whether a stretch in another manner is a question all the same.
    fn is_as_clear(&self, chosen: Manner) -> bool {
        let is_alike = self.manner.shape == chosen.shape && self.manner.is_strong == chosen.is_strong;
        if self.manner.marker == Marker::Explicit {
            let is_item = self.is_within_part && matches!(self.manner.shape, Shape::Item(_));
            return (self.is_anchored || chosen.marker == Marker::Explicit) && !is_item;
        }
        let is_clear = self.is_set_apart() || (self.mark.text.ends_with('?') && !self.mark.goes_on);
        is_alike && self.is_anchored && asks(&self.mark.text) && is_clear
    }
}

impl Mark {
    fn asks(&self) -> bool {
        self.marker == Marker::Explicit || asks(&self.text)
    }
}
