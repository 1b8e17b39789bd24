//! Progress over made-up weeks.

use jiff::ToSpan;
use proptest::prelude::*;

use super::sample::{HOSTILE, calendar, outcome, ten_weeks};
use super::{Progress, Scope};
use crate::ids::BankId;
use crate::judge::Standing;
use crate::review::difference::Finding;
use crate::review::measure::Measure;
use crate::session::outcome::Outcome;
use crate::session::record::Source;

fn all(outcomes: &[Outcome]) -> Progress<'_> {
    Progress::of(outcomes, Scope::default(), &calendar())
}

fn of_bank(name: &str) -> Scope {
    Scope { bank: Some(BankId::new(name).expect("kebab-case")), since: None }
}

#[test]
fn more_covered_than_before_is_told_of_what_got_better_and_not_of_what_stayed() {
    let outcomes = ten_weeks();
    let progress = all(&outcomes);
    let mut found: Vec<(&str, usize, Finding)> =
        progress.competencies.iter().map(|one| (one.id, one.attempts.len(), one.change.finding)).collect();
    let expected = [
        ("communication", 9, Finding::TooLittle),
        ("design", 17, Finding::Higher),
        ("risk", 17, Finding::Same),
        ("self", 17, Finding::Higher),
    ];
    found.sort_unstable_by_key(|(id, ..)| *id);
    assert_eq!(found, expected);
    assert!(progress.competencies[0].told().starts_with("More is covered than before: the middle of the first 8"));
    assert_eq!(progress.competencies[3].told(), "Too few answers to tell a change: it takes 10.");
}

#[test]
fn the_running_middle_begins_with_the_fifth_answer_and_is_a_median() {
    let coverages = [0.9, 0.1, 0.2, 0.3, 0.4, 0.5];
    let outcomes: Vec<Outcome> =
        coverages.iter().zip((0..6).rev()).map(|(coverage, days)| outcome("one", "why", days, *coverage)).collect();
    let progress = all(&outcomes);
    assert_eq!(progress.competencies[0].running, [None, None, None, None, Some(0.3), Some(0.3)]);
    assert_eq!(progress.competencies[0].change.finding, Finding::TooLittle, "six are too few");
}

#[test]
fn simulated_candidates_are_left_out_of_everything_and_counted() {
    let mut outcomes = vec![outcome("one", "why", 3, 0.5), outcome("two", "who", 2, 0.9)];
    outcomes[1].source = Source::Simulated { path: "candidate.toml".into() };
    let progress = all(&outcomes);
    assert_eq!((progress.answers, progress.simulated, progress.banks.len(), progress.weeks.days), (1, 1, 1, 1));
    assert_eq!(progress.due.len() + usize::from(progress.next_due.is_some()), 1);
    assert_eq!(progress.questions.len(), 1);
}

#[test]
fn a_bank_narrows_everything_and_a_day_all_but_what_is_due_and_the_weeks() {
    let outcomes = ten_weeks();
    let whole = Progress::of(&outcomes, of_bank("hostile"), &calendar());
    assert!(whole.questions.iter().all(|one| one.bank.as_str() == "hostile"));
    assert_eq!(whole.competencies.len(), 1);
    assert_eq!((whole.banks.len(), whole.banks[0].title), (2, HOSTILE), "the others can be chosen");
    let since = calendar().today.saturating_sub(20.days());
    let lately = Progress::of(&outcomes, Scope { since: Some(since), ..of_bank("hostile") }, &calendar());
    assert!(lately.answers > 0 && lately.answers < whole.answers);
    assert!(lately.days.expect("answers").0 >= since);
    assert_eq!((&lately.due, &lately.next_due, &lately.weeks), (&whole.due, &whole.next_due, &whole.weeks));
    let nothing = Progress::of(&outcomes, of_bank("unknown"), &calendar());
    assert_eq!((nothing.answers, nothing.questions.len(), nothing.weeks.last), (0, 0, None));
}

#[test]
fn what_is_due_says_since_when_and_why_and_what_is_not_due_is_told_only_as_the_next() {
    let outcomes =
        [outcome("one", "forgotten", 9, 0.1), outcome("one", "well", 5, 0.95), outcome("two", "yesterday", 1, 0.2)];
    let progress = all(&outcomes);
    let today = calendar().today;
    let due: Vec<(&str, String)> = progress.due.iter().map(|one| (one.question.as_str(), one.since(today))).collect();
    let expected = [("forgotten", "since 2026-11-18 (8 days)".to_owned()), ("yesterday", "today".to_owned())];
    assert_eq!(due, expected);
    assert_eq!(progress.due[0].why(), "not remembered: 10 % covered, band 1 of 5, on 2026-11-17");
    let next = progress.next_due.expect("the other");
    assert_eq!((next.question.as_str(), next.since(today).starts_with("on ")), ("well", true));
}

#[test]
fn most_worth_repeating_is_what_was_made_before_and_lost_then_what_is_open() {
    let outcomes = [
        outcome("one", "open", 5, 0.35),
        outcome("one", "lost", 9, 0.9),
        outcome("one", "lost", 4, 0.4),
        outcome("one", "good", 4, 0.8),
    ];
    let progress = all(&outcomes);
    let named: Vec<&str> = progress.worth_repeating.iter().map(|one| one.question.as_str()).collect();
    assert_eq!(named, ["lost", "open"]);
    let why = progress.worth_repeating[0].why();
    assert_eq!(why, "40 % covered, band 2 of 5, on 2026-11-22; 90 % were covered on 2026-11-17");
}

#[test]
fn delivery_stands_beside_the_calm_answers_and_a_typed_one_has_none() {
    let outcomes = ten_weeks();
    let progress = all(&outcomes);
    let measures: Vec<Measure> = progress.delivery.iter().map(|one| one.measure).collect();
    assert_eq!((measures, progress.baseline), (Measure::DELIVERY.to_vec(), "calm"));
    let pace = &progress.delivery[0];
    let middle = pace.baseline.expect("there are enough calm answers");
    assert!((130.0..146.0).contains(&middle.median), "{middle:?}");
    let typed = outcomes.iter().filter(|one| one.source == Source::Typed).count();
    assert_eq!(pace.values.len(), progress.answers - typed);
    let tough = progress.pressure_effects.iter().find(|one| one.pressure == "tough").expect("it is compared");
    let found = tough.measures.iter().find(|one| one.measure == Measure::Rate).expect("every measure is there");
    assert_eq!(found.finding, Finding::Higher);
    let only_typed: Vec<Outcome> = outcomes.iter().filter(|one| one.source == Source::Typed).cloned().collect();
    assert!(all(&only_typed).delivery.is_empty());
}

#[test]
fn an_answer_that_was_never_judged_counts_as_practice_and_as_nothing_else() {
    let mut unjudged = outcome("one", "why", 0, 0.5);
    (unjudged.standing, unjudged.coverage, unjudged.band) = (None, None, None);
    let outcomes = [unjudged];
    let progress = all(&outcomes);
    assert_eq!((progress.answers, progress.weeks.this_week), (1, 1));
    assert!(progress.questions.is_empty() && progress.competencies.is_empty() && progress.due.is_empty());
}

#[test]
fn two_attempts_are_chosen_by_their_sessions_else_the_first_and_the_latest() {
    let outcomes = [3, 2, 1].map(|days| outcome("one", "why", days, 0.5));
    let progress = all(&outcomes);
    let question = &progress.questions[0];
    let chosen = |one, other| {
        let (one, other) = question.chosen(one, other);
        (one.session, other.session)
    };
    let [first, second, third] = outcomes.each_ref().map(|one| one.session.as_str());
    assert_eq!(chosen(None, None), (first, third));
    assert_eq!(chosen(Some(second), None), (second, third));
    assert_eq!(chosen(Some("../../etc"), Some(second)), (first, second), "what is not there is not chosen");
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    (0i64..90, 0f32..=1.0, 0usize..4, any::<bool>(), prop::option::of(0f64..300.0)).prop_map(
        |(days, coverage, nth, attempt, pace)| {
            let mut one = outcome(["one", "two"][nth % 2], ["why", "who", "what", "how"][nth], days, coverage);
            one.standing = Some(if attempt { Standing::Attempt } else { Standing::Silent });
            one.first.words_per_minute = pace;
            one
        },
    )
}

proptest! {
    #[test]
    fn the_order_in_which_sessions_are_read_changes_nothing(outcomes in prop::collection::vec(any_outcome(), 0..30)) {
        // Two sessions do not begin in the same moment.
        let mut outcomes = outcomes;
        for (nth, one) in outcomes.iter_mut().enumerate() {
            one.started = one.started.saturating_add((nth as i64).seconds()).expect("a span of seconds");
        }
        let mut reversed = outcomes.clone();
        reversed.reverse();
        let (there, back) = (all(&outcomes), all(&reversed));
        prop_assert_eq!(serde_json::to_string(&there).expect("JSON"), serde_json::to_string(&back).expect("JSON"));
        let judged: usize = there.questions.iter().map(|one| one.attempts.len()).sum();
        prop_assert_eq!(judged, outcomes.len());
        for topic in &there.competencies {
            prop_assert!(topic.attempts.len() >= 10 || topic.change.finding == Finding::TooLittle);
        }
    }
}
