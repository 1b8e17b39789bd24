//! How far a language model's word goes: by how it fares where the local judge is sure.

use crate::judge::deciding::chances_of;
use crate::judge::{Assessment, Verdict};
use crate::language::judging::Opinion;

/// Chance from which the local judge is sure that something is so; it is sure that it is not from as much below one.
const SURE: f32 = 0.8;

/// What a model's word changes the odds by at most, and before anything is known of it: of four times it is right three. It settles what
/// the local judge holds for about as likely as not, from one chance in four to three in four, and leaves alone what that one is sure of,
/// so that a wrong model does little harm. Reasoned and not fitted.
const MOST: f32 = 3.0;

/// For how many statements of a model that one counts, of each kind: about as many as a rubric has points.
const BEFOREHAND: f32 = 6.0;

/// What a language model's word is worth, one kind of statement apart from the other. What it is worth shows in the statements on which the
/// local judge is sure: a model that calls everything covered is often wrong there, and its word comes to change nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trust {
    /// On points at least touched.
    pub(super) touched: Record,
    /// On points covered.
    pub(super) covered: Record,
    /// On pitfalls hit.
    pub(super) pitfalls: Record,
}

/// How statements of one kind fared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Record {
    /// So it is, says the judge, and so says the model.
    rightly_yes: u32,
    /// So it is, and the model says no.
    wrongly_no: u32,
    wrongly_yes: u32,
    rightly_no: u32,
}

impl Trust {
    /// Takes in what a model said of an answer.
    pub fn take(&mut self, local: &Assessment, opinion: &Opinion) {
        for point in &local.points {
            let Some(testimony) = opinion.points.get(&point.point) else { continue };
            let chances = chances_of(point);
            self.touched.take(chances.touched, testimony.verdict >= Verdict::Partial);
            self.covered.take(chances.covered, testimony.verdict == Verdict::Covered);
        }
        for (pitfall, chance) in &local.pitfall_chances {
            if let Some(shown) = opinion.pitfalls.get(pitfall) {
                self.pitfalls.take(*chance, shown.is_some());
            }
        }
    }
}

impl Record {
    fn take(&mut self, chance: f32, says_yes: bool) {
        let count = match (chance, says_yes) {
            (chance, true) if chance >= SURE => &mut self.rightly_yes,
            (chance, false) if chance >= SURE => &mut self.wrongly_no,
            (chance, true) if chance <= 1.0 - SURE => &mut self.wrongly_yes,
            (chance, false) if chance <= 1.0 - SURE => &mut self.rightly_no,
            _ => return,
        };
        *count += 1;
    }

    /// Returns a chance after the model spoke for it or against it: its odds are multiplied by how much oftener the model says so where
    /// it is so than where it is not.
    pub(super) fn swayed(&self, chance: f32, says_yes: bool) -> f32 {
        let right = MOST / (MOST + 1.0);
        let share = |part: u32, of: u32, before: f32| (part as f32 + BEFOREHAND * before) / (of as f32 + BEFOREHAND);
        let yes_where_so = share(self.rightly_yes, self.rightly_yes + self.wrongly_no, right);
        let yes_where_not = share(self.wrongly_yes, self.wrongly_yes + self.rightly_no, 1.0 - right);
        let weight = if says_yes {
            (yes_where_so / yes_where_not).clamp(1.0, MOST)
        } else {
            ((1.0 - yes_where_so) / (1.0 - yes_where_not)).clamp(1.0 / MOST, 1.0)
        };
        let odds = chance * weight;
        odds / (odds + 1.0 - chance)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST, Record};

    /// The record of a model that said yes or no, so often, where the judge was sure of either.
    fn record(said: &[(f32, bool, u32)]) -> Record {
        let mut record = Record::default();
        for &(chance, says_yes, times) in said {
            for _ in 0..times {
                record.take(chance, says_yes);
            }
        }
        record
    }

    fn percent(chance: f32) -> u32 {
        (chance * 100.0).round() as u32
    }

    #[test]
    fn a_model_of_which_nothing_is_known_moves_an_even_chance_to_one_in_four_and_three_in_four() {
        let unknown = Record::default();
        assert_eq!([false, true].map(|says| percent(unknown.swayed(0.5, says))), [25, 75]);
        assert_eq!(
            record(&[(0.5, true, 20), (0.75, false, 20)]),
            unknown,
            "where the judge is not sure, nothing is learned"
        );
    }

    #[test]
    fn the_word_of_a_model_that_says_yes_to_everything_comes_to_count_for_nothing() {
        let moved = |times| percent(record(&[(0.9, true, times), (0.1, true, times)]).swayed(0.5, true));
        assert_eq!([0, 3, 10, 100].map(moved), [75, 63, 56, 51]);
    }

    #[test]
    fn a_no_of_a_model_that_seldom_says_so_wrongly_counts_in_full() {
        let yes_man = record(&[(0.9, true, 20), (0.1, true, 15), (0.1, false, 5)]);
        assert_eq!([false, true].map(|says| percent(yes_man.swayed(0.5, says))), [25, 60]);
    }

    #[test]
    fn a_model_that_says_the_opposite_is_not_believed_the_other_way_round() {
        let contrary = record(&[(0.9, false, 30), (0.1, true, 30)]);
        assert_eq!([false, true].map(|says| percent(contrary.swayed(0.5, says))), [50, 50]);
    }

    proptest! {
        #[test]
        fn whatever_a_model_says_moves_a_chance_its_way_and_never_further_than_three_to_one(
            counts in proptest::array::uniform4(0u32..200), chance in 0.0f32..=1.0,
        ) {
            let [rightly_yes, wrongly_no, wrongly_yes, rightly_no] = counts;
            let record = Record { rightly_yes, wrongly_no, wrongly_yes, rightly_no };
            let odds = |chance: f32| chance / (1.0 - chance);
            let (no, yes) = (record.swayed(chance, false), record.swayed(chance, true));
            prop_assert!(no <= chance + 1e-6 && chance <= yes + 1e-6);
            prop_assert!(odds(yes) <= odds(chance) * MOST * 1.001 && odds(no) * MOST * 1.001 >= odds(chance));
        }
    }
}
