//! When a question is due for a repetition: FSRS, the scheduler of Anki, with its default parameters, over the days on which the
//! question was answered and how well.

use std::collections::BTreeMap;

use fsrs::{FSRS, FSRSItem, FSRSReview};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{BankId, QuestionId};
use crate::session::outcome::Outcome;
use crate::session::rating::Rating;

/// Chance of remembering at which a question is due: FSRS's own default.
const RETENTION: f32 = 0.9;

/// Shortest time between an answer and its repetition, in days. FSRS would ask for what was not remembered after five hours; an
/// interview is practised once a day.
const SHORTEST: f32 = 1.0;

/// Longest one, in days. What lies further ahead than a year is no concern of somebody who looks for work.
const LONGEST: f32 = 365.0;

/// One time that a question was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub question: QuestionId,
    /// On which day, where the candidate is.
    pub on: Date,
    /// How well it was remembered.
    pub rating: Rating,
}

/// When a question is due.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Repetition {
    /// The question.
    pub question: QuestionId,
    /// From which day on.
    pub due: Date,
    /// The day of the last answer.
    pub last: Date,
    /// How well it was remembered then.
    pub rating: Rating,
    /// How often it was answered in all.
    pub times: usize,
}

/// Returns the candidate's own judged answers to a bank's questions, in the order of time. `day` tells on which day a moment is,
/// where the candidate is.
#[must_use]
pub fn answered(outcomes: &[Outcome], bank: &BankId, day: impl Fn(Timestamp) -> Date) -> Vec<Answered> {
    let of_bank = outcomes.iter().filter(|one| one.bank == *bank && one.is_own());
    let mut judged: Vec<(&Outcome, Rating)> = of_bank.filter_map(|one| Some((one, one.rating()?))).collect();
    judged.sort_by_key(|(outcome, _)| outcome.started);
    let answered = judged.into_iter();
    answered
        .map(|(outcome, rating)| Answered { question: outcome.question.clone(), on: day(outcome.started), rating })
        .collect()
}

/// Returns when each question that was ever answered is due, the earliest first. `answered` comes in the order of time.
#[must_use]
pub fn repetitions(answered: &[Answered]) -> Vec<Repetition> {
    let mut of: BTreeMap<&QuestionId, Vec<&Answered>> = BTreeMap::new();
    for one in answered {
        of.entry(&one.question).or_default().push(one);
    }
    let mut repetitions: Vec<Repetition> = of.into_values().filter_map(|times| repetition(&times)).collect();
    repetitions.sort_by(|one, other| (one.due, &one.question).cmp(&(other.due, &other.question)));
    repetitions
}

fn repetition(times: &[&Answered]) -> Option<Repetition> {
    let last = times.last()?;
    let days = interval(times).clamp(SHORTEST, LONGEST).round() as i64;
    Some(Repetition {
        question: last.question.clone(),
        due: last.on.saturating_add(jiff::Span::new().days(days)),
        last: last.on,
        rating: last.rating,
        times: times.len(),
    })
}

/// Returns the days from the last answer until the question is due.
fn interval(times: &[&Answered]) -> f32 {
    let mut before = None;
    let reviews = times.iter().map(|one| {
        let days = before.replace(one.on).map_or(0, |before| days_between(before, one.on));
        FSRSReview { rating: one.rating as u32, delta_t: days }
    });
    let item = FSRSItem { reviews: reviews.collect() };
    let scheduler = FSRS::default();
    // It refuses what is no history at all; then the question is due as soon as any.
    scheduler
        .memory_state(item, None)
        .map_or(SHORTEST, |state| scheduler.next_interval(Some(state.stability), RETENTION, 0))
}

/// Returns the days between two dates, none if a clock was set back.
fn days_between(earlier: Date, later: Date) -> u32 {
    let span = earlier.until(later).unwrap_or_default();
    u32::try_from(span.get_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::{Answered, Repetition, repetitions};
    use crate::ids::QuestionId;
    use crate::session::rating::Rating;

    const RATINGS: [Rating; 4] = [Rating::Again, Rating::Hard, Rating::Good, Rating::Easy];

    fn answered(question: &str, on: Date, rating: Rating) -> Answered {
        Answered { question: QuestionId::new(question).unwrap(), on, rating }
    }

    /// Answers each time when it is due, and returns the days in between.
    fn answered_when_due(ratings: &[Rating]) -> Vec<i32> {
        let mut day = date(2026, 11, 23);
        let mut history = Vec::new();
        let mut days = Vec::new();
        for rating in ratings {
            history.push(answered("why", day, *rating));
            let Repetition { due, .. } = repetitions(&history).remove(0);
            days.push(day.until(due).unwrap().get_days());
            day = due;
        }
        days
    }

    #[test]
    fn what_is_remembered_comes_later_each_time_and_what_is_forgotten_comes_the_next_day() {
        use Rating::{Again, Easy, Good, Hard};
        let mut table = String::new();
        for ratings in [
            &[Again, Again, Again, Again][..],
            &[Hard, Hard, Hard, Hard],
            &[Good, Good, Good, Good],
            &[Easy, Easy, Easy, Easy],
            &[Again, Good, Good, Good],
            &[Good, Good, Again, Good],
        ] {
            let _written = writeln!(table, "{ratings:?}: due after {:?} days", answered_when_due(ratings));
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn the_longest_due_comes_first_and_several_answers_of_a_day_count_as_one_day() {
        let day = date(2026, 11, 23);
        let history = [
            answered("b", day, Rating::Good),
            answered("a", day, Rating::Again),
            answered("a", day, Rating::Hard),
            answered("c", day, Rating::Again),
        ];
        let found = repetitions(&history);
        let order: Vec<&str> = found.iter().map(|one| one.question.as_str()).collect();
        assert_eq!(order, ["a", "c", "b"]);
        assert_eq!((found[0].times, found[0].rating), (2, Rating::Hard));
        assert!(found.iter().all(|one| one.due > day));
        assert_eq!(repetitions(&[]), []);
    }

    proptest! {
        #[test]
        fn any_history_gives_a_day_after_its_last_within_a_year(history in prop::collection::vec((-400_i64..400, 0_usize..4), 1..20)) {
            let start = date(2026, 11, 23);
            let history: Vec<Answered> = history
                .into_iter()
                .map(|(days, rating)| answered("why", start.saturating_add(jiff::Span::new().days(days)), RATINGS[rating]))
                .collect();
            let last = history[history.len() - 1].on;
            let days = last.until(repetitions(&history).remove(0).due).unwrap().get_days();
            prop_assert!((1..=365).contains(&days), "{days}");
        }
    }
}
