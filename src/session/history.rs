//! What kept sessions tell about questions: which were asked lately.

use crate::ids::{BankId, QuestionId};
use crate::session::outcome::Outcome;

/// Sessions of a bank whose questions count as asked lately.
const LATELY: usize = 3;

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
    use super::asked_lately;
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
}
