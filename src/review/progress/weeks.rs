//! On how many days of each week somebody practised. Counted and told plainly: it is their week, not a game.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::review::progress::words::counted;

/// Weeks that are told, the latest: half a year.
const LATEST: usize = 26;

/// The weeks, from Monday to Sunday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weeks {
    /// Days on which questions were answered, in all.
    pub days: usize,
    /// Such days of this week.
    pub this_week: usize,
    /// Weeks in a row with such a day, up to this one; up to the one before while this one has none.
    pub in_a_row: usize,
    /// The last such day. Null: there is none.
    pub last: Option<Date>,
    /// Each of the latest weeks up to this one, at most half a year, those without such a day as well.
    pub weeks: Vec<Week>,
}

/// A week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Week {
    /// Its Monday.
    pub begins: Date,
    /// Days on which questions were answered, 0 to 7.
    pub days: usize,
    /// Questions that were answered.
    pub answers: usize,
}

impl Weeks {
    /// Returns the weeks that the days of all answers tell. Days to come are left out: a clock was wrong.
    #[must_use]
    pub fn of(answered: impl Iterator<Item = Date>, today: Date) -> Self {
        let mut on: BTreeMap<Date, usize> = BTreeMap::new();
        for day in answered.filter(|day| *day <= today) {
            *on.entry(day).or_default() += 1;
        }
        let first = on.keys().next().copied().unwrap_or(today);
        let all = std::iter::successors(Some(monday(today)), |begins| begins.checked_sub(7.days()).ok());
        let all = all.take_while(|begins| *begins >= monday(first));
        let mut weeks: Vec<Week> = all.map(|begins| week(begins, &on)).collect();
        let practised = |week: &&Week| week.days > 0;
        let this_week = weeks.first().map_or(0, |week| week.days);
        let before = usize::from(this_week == 0);
        let in_a_row = weeks.iter().skip(before).take_while(practised).count();
        weeks.truncate(LATEST);
        weeks.reverse();
        Self { days: on.len(), this_week, in_a_row, last: on.keys().next_back().copied(), weeks }
    }

    /// Returns when it was practised, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let Some(last) = self.last else { return "No day yet".into() };
        match (self.this_week, self.in_a_row) {
            (0, 0) => format!("No day this week; the last was {last}"),
            (0, row) => format!("No day this week yet; {} in a row before it", counted(row, "week")),
            (days, 1) => format!("{} this week", counted(days, "day")),
            (days, row) => format!("{} this week, {} in a row", counted(days, "day"), counted(row, "week")),
        }
    }
}

fn monday(day: Date) -> Date {
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(jiff::Span::new().days(since))
}

fn week(begins: Date, on: &BTreeMap<Date, usize>) -> Week {
    let days = on.range(begins..begins.saturating_add(7.days()));
    let (days, answers) = days.fold((0, 0), |(days, answers), (_, of_day)| (days + 1, answers + of_day));
    Week { begins, days, answers }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use jiff::ToSpan;
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::Weeks;

    /// A Thursday.
    const TODAY: Date = date(2026, 11, 26);

    fn practised(days_ago: &[i64]) -> Weeks {
        Weeks::of(days_ago.iter().map(|days| TODAY.saturating_sub((*days).days())), TODAY)
    }

    #[test]
    fn days_of_this_week_and_weeks_in_a_row_are_told_without_ado() {
        let mut told = String::new();
        for days_ago in
            [&[][..], &[0], &[0, 0, 1, 3], &[0, 7, 14, 15, 16], &[3, 4], &[4, 11], &[11, 12], &[30], &[0, 14], &[-3, 0]]
        {
            let weeks = practised(days_ago);
            let of_each: Vec<usize> = weeks.weeks.iter().map(|week| week.days).collect();
            let _written = writeln!(told, "{days_ago:?} days ago: {}. {of_each:?}", weeks.told());
        }
        insta::assert_snapshot!(told);
    }

    proptest! {
        #[test]
        fn no_day_is_lost_and_none_is_counted_twice(days_ago in prop::collection::vec(0i64..170, 0..40)) {
            let weeks = practised(&days_ago);
            let distinct = days_ago.iter().collect::<std::collections::BTreeSet<_>>().len();
            prop_assert_eq!(weeks.days, distinct);
            prop_assert_eq!(weeks.weeks.iter().map(|week| week.days).sum::<usize>(), distinct);
            prop_assert_eq!(weeks.weeks.iter().map(|week| week.answers).sum::<usize>(), days_ago.len());
            prop_assert!(weeks.in_a_row <= weeks.weeks.len());
        }
    }
}
