//! What kept sessions tell about questions: which were asked lately, and each time that one was answered.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{BankId, QuestionId};
use crate::session::due::Answered;
use crate::session::outcome::Outcome;
use crate::session::rating::rating;

/// Sessions of a bank whose questions count as asked lately.
const LATELY: usize = 3;

/// Returns each time that a question of a bank was answered and judged, the oldest first. `day` tells the day of a moment, where the
/// candidate is.
#[must_use]
pub fn answered(outcomes: &[Outcome], bank: &BankId, day: impl Fn(Timestamp) -> Date) -> Vec<Answered> {
    let mut of_bank: Vec<&Outcome> = outcomes.iter().filter(|one| one.bank == *bank).collect();
    of_bank.sort_by_key(|one| one.started);
    let judged = of_bank.into_iter().filter_map(|one| {
        let rating = rating(one.standing?, one.band?, one.coverage?);
        Some(Answered { question: one.question.clone(), on: day(one.started), rating })
    });
    judged.collect()
}

/// Returns the questions that were asked in the last three sessions of a bank. A question that is drilled makes a session each
/// time: those in a row that asked the same count as one.
#[must_use]
pub fn asked_lately(outcomes: &[Outcome], bank: &BankId) -> Vec<QuestionId> {
    let mut of_bank: Vec<&Outcome> = outcomes.iter().filter(|one| one.bank == *bank).collect();
    of_bank.sort_by_key(|one| std::cmp::Reverse(one.started));
    let sessions = of_bank.chunk_by(|one, other| one.session == other.session);
    let asked = |session: &[&Outcome]| session.iter().map(|one| one.question.clone()).collect();
    let mut asked: Vec<Vec<QuestionId>> = sessions.map(asked).collect();
    asked.dedup();
    asked.truncate(LATELY);
    asked.concat()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{answered, asked_lately};
    use crate::bank::Level;
    use crate::ids::{BankId, QuestionId};
    use crate::judge::{Band, Standing};
    use crate::session::outcome::{FirstAnswer, Outcome};
    use crate::session::record::Source;

    fn bank(name: &str) -> BankId {
        BankId::new(name).expect("kebab-case")
    }

    /// What came of a session on a day of a month that asked these questions.
    fn session(name: &str, day: u32, questions: &[&str]) -> Vec<Outcome> {
        let outcome = |question: &&str| Outcome {
            session: format!("{name}-{day}"),
            started: format!("2026-11-{day:02}T09:00:00Z").parse().expect("a date"),
            source: Source::Typed,
            pressure: "standard".into(),
            bank: bank(name),
            title: "Small Role".into(),
            question: QuestionId::new(*question).expect("kebab-case"),
            prompt: String::new(),
            level: Level::Mid,
            competencies: Vec::new(),
            skills: Vec::new(),
            standing: Some(Standing::Attempt),
            coverage: Some(0.7),
            band: Some(Band::clamped(4)),
            first: FirstAnswer::default(),
        };
        questions.iter().map(outcome).collect()
    }

    #[test]
    fn lately_means_the_last_three_sessions_of_the_bank_and_a_drill_counts_once() {
        let sessions = [
            session("one", 5, &["e"]),
            session("one", 1, &["a"]),
            session("one", 2, &["b", "c"]),
            session("one", 3, &["d"]),
            session("other", 9, &["x"]),
            session("one", 4, &["e"]),
            session("one", 6, &["e"]),
        ];
        let lately = asked_lately(&sessions.concat(), &bank("one"));
        let names: Vec<&str> = lately.iter().map(QuestionId::as_str).collect();
        assert_eq!(names, ["e", "d", "b", "c"]);
    }

    #[test]
    fn answers_are_those_of_the_bank_that_were_judged_the_oldest_first_whatever_their_order() {
        let mut outcomes =
            [session("one", 5, &["a"]), session("other", 1, &["a"]), session("one", 2, &["a", "b"])].concat();
        outcomes.push(Outcome { band: None, ..outcomes[0].clone() });
        let found = answered(&outcomes, &bank("one"), |moment| moment.to_zoned(TimeZone::UTC).date());
        let shown: Vec<String> =
            found.iter().map(|one| format!("{} {} {:?}", one.on, one.question, one.rating)).collect();
        assert_eq!(shown, ["2026-11-02 a Good", "2026-11-02 b Good", "2026-11-05 a Good"]);
    }
}
