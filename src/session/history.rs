//! What kept sessions tell about questions: which were asked lately, and each time that one was answered.

use crate::ids::{BankId, QuestionId};
use crate::judge::Assessment;
use crate::session::Session;

/// Sessions of a bank whose questions count as asked lately.
const LATELY: usize = 3;

/// One time that a question was answered and judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The session.
    pub session: String,
    /// When that began.
    pub started: jiff::Timestamp,
    /// The question.
    pub question: QuestionId,
    /// What the judge said, all follow-ups included.
    pub assessment: Assessment,
}

/// Returns every judged attempt of a bank's questions, the oldest first.
#[must_use]
pub fn attempts(sessions: &[Session], bank: &BankId) -> Vec<Attempt> {
    let of_bank = sessions.iter().filter(|session| session.opened.plan.bank.id == *bank);
    let mut attempts: Vec<Attempt> = of_bank
        .flat_map(|session| {
            session.assessments.iter().map(|(question, assessment)| Attempt {
                session: session.opened.id.clone(),
                started: session.opened.started,
                question: question.clone(),
                assessment: assessment.clone(),
            })
        })
        .collect();
    attempts.sort_by_key(|attempt| attempt.started);
    attempts
}

/// Returns the questions that were asked in the last three sessions of a bank. A question that is drilled makes a session each
/// time: those in a row that asked the same count as one.
#[must_use]
pub fn asked_lately(sessions: &[Session], bank: &BankId) -> Vec<QuestionId> {
    let mut of_bank: Vec<&Session> = sessions.iter().filter(|one| one.opened.plan.bank.id == *bank).collect();
    of_bank.sort_by_key(|session| std::cmp::Reverse(session.opened.started));
    let mut asked: Vec<Vec<QuestionId>> = of_bank.into_iter().map(asked_in).filter(|asked| !asked.is_empty()).collect();
    asked.dedup();
    asked.truncate(LATELY);
    asked.concat()
}

fn asked_in(session: &Session) -> Vec<QuestionId> {
    let main = session.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
    main.map(|exchange| exchange.asked.question.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{asked_lately, attempts};
    use crate::bank::Bank;
    use crate::ids::{Asked, QuestionId};
    use crate::interview::plan::Plan;
    use crate::judge::{Assessment, Band, Standing};
    use crate::prompt;
    use crate::session::record::{Opened, Source};
    use crate::session::{Exchange, Session};

    /// A session on day `day` of a month that asked `questions`.
    fn session(bank: &str, day: u32, questions: &[&str]) -> Session {
        let text = include_str!("../../questions/infrastructure-architect.toml");
        let text = text.replacen("id = \"infrastructure-architect\"", &format!("id = \"{bank}\""), 1);
        let id = |text: &&str| QuestionId::new(*text).expect("kebab-case");
        let questions: Vec<QuestionId> = questions.iter().map(id).collect();
        let mut session = Session::new(Opened {
            id: format!("{bank}-{day}"),
            started: format!("2026-11-{day:02}T09:00:00Z").parse().expect("a date"),
            hotseat: "0.1.0".into(),
            source: Source::Typed,
            plan: Plan {
                bank: Bank::parse(&text, "bank").expect("valid"),
                questions: questions.clone(),
                reserve: Vec::new(),
                panel: Vec::new(),
                persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
                pressure: prompt::pressure("standard").expect("it exists"),
                minutes: None,
            },
        });
        for question in questions {
            session.exchanges.push(Exchange {
                asked: Asked { question: question.clone(), follow_up: None, nth: 0 },
                speaker: None,
                prompt: String::new(),
                reason: None,
                takes: Vec::new(),
                assessment: None,
                judged_in_ms: None,
                reply_after_speech_ms: None,
                reply_after_decision_ms: None,
                went_on_after_speech_ms: None,
            });
            let nothing = Assessment {
                standing: Standing::Silent,
                points: Vec::new(),
                pitfalls: Vec::new(),
                pitfall_chances: BTreeMap::new(),
                coverage: 0.0,
                band: Band::clamped(1),
            };
            session.assessments.insert(question, nothing);
        }
        session
    }

    fn names(questions: &[QuestionId]) -> Vec<&str> {
        questions.iter().map(QuestionId::as_str).collect()
    }

    #[test]
    fn lately_means_the_last_three_sessions_of_the_bank_that_asked_anything_and_a_drill_counts_once() {
        let sessions = [
            session("one", 1, &["a"]),
            session("one", 2, &["b", "c"]),
            session("one", 3, &["d"]),
            session("other", 9, &["x"]),
            session("one", 4, &["e"]),
            session("one", 5, &["e"]),
            session("one", 6, &["e"]),
            session("one", 7, &[]),
        ];
        let bank = sessions[0].opened.plan.bank.id.clone();
        assert_eq!(names(&asked_lately(&sessions, &bank)), ["e", "d", "b", "c"]);
    }

    #[test]
    fn attempts_are_those_of_the_bank_the_oldest_first_whatever_the_order_of_the_sessions() {
        let sessions = [session("one", 5, &["a"]), session("other", 1, &["a"]), session("one", 2, &["a", "b"])];
        let bank = sessions[0].opened.plan.bank.id.clone();
        let found: Vec<(String, String)> =
            attempts(&sessions, &bank).into_iter().map(|one| (one.session, one.question.to_string())).collect();
        let expected = [("one-2", "a"), ("one-2", "b"), ("one-5", "a")];
        assert_eq!(found, expected.map(|(session, question)| (session.to_owned(), question.to_owned())));
    }
}
