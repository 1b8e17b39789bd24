//! Points of one question that say the same thing: whoever makes one is paid twice, whoever misses it misses two.
//!
//! The bounds were chosen on the 2,626 pairs of points within a question of the banks that Hotseat comes with and that its
//! judge was trained on, where hardly a pair says the same, and on the 30 pairs of `overlaps.tsv`, which all do. By meaning
//! and words: 24 of 30 found, one of 2,626 told. By words alone: 17 found, 2 told. A relatedness of 0.6 alone would find 25
//! and tell 16: points of one question are about one thing, and that is most of what relatedness measures.

use std::collections::BTreeSet;

use crate::bank::Question;
use crate::bank::check::{Findings, Senses};
use crate::bank::lines::Place;
use crate::terms::terms;

/// Relatedness from which two points say the same whatever their words. The closest honest pair has 0.71.
const SAME_MEANING: f32 = 0.72;

/// Relatedness from which two points say the same if they share words as well.
const NEAR_MEANING: f32 = 0.60;

/// Share of the shorter point's words that near points must share.
const NEAR_WORDS: f32 = 0.4;

/// Share of the shorter point's words from which words alone tell.
const SAME_WORDS: f32 = 0.6;

/// Fewest shared words that tell anything.
const FEWEST_SHARED: usize = 2;

pub(super) fn check(question: &Question, at: Place, senses: &mut dyn Senses, findings: &mut Findings) {
    for (nth, point) in question.points.iter().enumerate() {
        for earlier in &question.points[..nth] {
            if say_the_same(&earlier.text, &point.text, senses) {
                let message = format!("the points `{}` and `{}` say nearly the same", earlier.id, point.id);
                let place = at.part("point", nth).key("text");
                findings.warn(place, "overlapping-points", message, "join them, or write what parts them");
            }
        }
    }
}

pub(super) fn say_the_same(one: &str, other: &str, senses: &mut dyn Senses) -> bool {
    let (words, others) = (terms(one), terms(other));
    let share = shared(&words, &others);
    match senses.relatedness(one, other) {
        Some(related) => related >= SAME_MEANING || (related >= NEAR_MEANING && share >= NEAR_WORDS),
        None => share >= SAME_WORDS,
    }
}

/// Returns the share of the shorter text's words that both have, 0 when too few are shared.
fn shared(words: &BTreeSet<String>, others: &BTreeSet<String>) -> f32 {
    let shared = words.intersection(others).count();
    if shared < FEWEST_SHARED { 0.0 } else { shared as f32 / words.len().min(others.len()) as f32 }
}
