//! A written candidate: what somebody simulated answers to which question, with the pauses in it.

use std::time::Duration;

use crate::bank::reader::{BankError, Problems, Table, root};
use crate::ids::{Asked, BankId, FollowUpId, QuestionId};

/// Longest pause within an answer, in seconds.
const LONGEST_PAUSE: f64 = 30.0;

/// A stretch of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Words.
    Say(String),
    /// Silence.
    Pause(Duration),
}

/// A candidate who answers from a script.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateScript {
    /// The bank whose questions are answered.
    pub bank: BankId,
    /// The voice's style.
    pub voice: String,
    /// The voice's speed, 0.5 to 2.
    pub speed: f32,
    answers: Vec<ScriptedAnswer>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedAnswer {
    question: QuestionId,
    to: To,
    pieces: Vec<Piece>,
}

/// Which asking of a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
enum To {
    /// The question itself.
    Question,
    /// The follow-up of that name, whenever it comes.
    FollowUp(FollowUpId),
    /// Whatever follow-up comes first, second and so on, where none is answered by its name.
    Nth(u32),
}

impl ScriptedAnswer {
    /// Returns the answer's words and pauses in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

impl CandidateScript {
    /// Returns the script that `text` holds. `[0.8]` in an answer is a pause of 0.8 s.
    ///
    /// # Errors
    /// All problems of the file in the order of its lines.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<BankError>> {
        let mut problems = Problems::new(file, text);
        let parsed = root(text, &mut problems);
        let script =
            parsed.as_ref().and_then(|root| script(Table::new("the candidate", 0, root.get_ref()), &mut problems));
        problems.or(script)
    }

    /// Returns what is answered: to a follow-up by its name before its number. None: the candidate has nothing to say.
    #[must_use]
    pub fn answer_for(&self, asked: &Asked) -> Option<&ScriptedAnswer> {
        let answer = |to: &To| self.answers.iter().find(|one| one.question == asked.question && one.to == *to);
        match &asked.follow_up {
            Some(id) => answer(&To::FollowUp(id.clone())).or_else(|| answer(&To::Nth(asked.nth))),
            None if asked.nth > 0 => answer(&To::Nth(asked.nth)),
            None => answer(&To::Question),
        }
    }
}

fn script(mut table: Table<'_, '_>, problems: &mut Problems<'_>) -> Option<CandidateScript> {
    if !table.is_format_known(problems) {
        return None;
    }
    let bank = table.parsed("bank", problems, |text| BankId::new(text).map_err(|error| error.to_string()));
    let voice = table.text("voice", problems);
    let speed = table.optional_number("speed", problems).unwrap_or(1.0);
    if !(0.5..=2.0).contains(&speed) {
        problems.add(table.offset_of("speed"), format!("`speed` must be 0.5 to 2, not {speed}"));
    }
    let mut answers: Vec<ScriptedAnswer> = Vec::new();
    for one in table.some_tables("answer", "an answer", problems) {
        let offset = one.offset();
        let Some(next) = answer(one, problems) else { continue };
        if answers.iter().any(|known| known.question == next.question && known.to == next.to) {
            problems.add(offset, format!("there is an answer to this asking of `{}` already", next.question));
        }
        answers.push(next);
    }
    table.finish(problems);
    Some(CandidateScript { bank: bank?, voice: voice?, speed: speed as f32, answers })
}

fn answer(mut table: Table<'_, '_>, problems: &mut Problems<'_>) -> Option<ScriptedAnswer> {
    let question = table.parsed("question", problems, |text| QuestionId::new(text).map_err(|error| error.to_string()));
    let to = to(&mut table, problems);
    let pieces = table.parsed("text", problems, pieces);
    table.finish(problems);
    Some(ScriptedAnswer { question: question?, to: to?, pieces: pieces? })
}

fn to(table: &mut Table<'_, '_>, problems: &mut Problems<'_>) -> Option<To> {
    let nth = table.optional_number("nth", problems);
    if !table.has("follow_up") {
        let Some(nth) = nth else { return Some(To::Question) };
        let whole = (1..=9u32).find(|whole| (f64::from(*whole) - nth).abs() < f64::EPSILON);
        if whole.is_none() {
            problems.add(table.offset_of("nth"), format!("`nth` counts follow-ups from 1 to 9 and is not {nth}"));
        }
        return whole.map(To::Nth);
    }
    if nth.is_some() {
        problems.add(table.offset_of("nth"), "an answer has `follow_up` or `nth`, not both");
    }
    let id = table.parsed("follow_up", problems, |text| FollowUpId::new(text).map_err(|error| error.to_string()));
    id.map(To::FollowUp)
}

/// Cuts a text at its pauses.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('[') {
        say(words, &mut pieces);
        let (pause, after) = after.split_once(']').ok_or("a pause is not closed; write it as `[0.8]`")?;
        let seconds: f64 =
            pause.trim().parse().map_err(|_| format!("`[{pause}]` is no pause; write seconds, as in `[0.8]`"))?;
        if !(0.0..=LONGEST_PAUSE).contains(&seconds) {
            return Err(format!("a pause of {seconds} s is out of range; at most {LONGEST_PAUSE} s"));
        }
        pieces.push(Piece::Pause(Duration::from_millis((seconds * 1_000.0) as u64)));
        rest = after;
    }
    say(rest, &mut pieces);
    Ok(pieces)
}

fn say(words: &str, pieces: &mut Vec<Piece>) {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if !words.is_empty() {
        pieces.push(Piece::Say(words));
    }
}

#[cfg(test)]
mod tests {
    use super::{CandidateScript, Piece};
    use crate::ids::{Asked, FollowUpId, QuestionId};
    use std::time::Duration;

    const SCRIPT: &str = "format = 1\nbank = \"b\"\nvoice = \"am_michael\"\n\n[[answer]]\nquestion = \"q\"\ntext = \"Well, [0.5] um, I ask.\"\n";

    #[test]
    fn pauses_stand_between_the_words_that_they_part() {
        let script = CandidateScript::parse(SCRIPT, "c.toml").expect("valid");
        let asked = Asked { question: QuestionId::new("q").expect("kebab-case"), follow_up: None, nth: 0 };
        let answer = script.answer_for(&asked).expect("it is answered");
        let wanted =
            [Piece::Say("Well,".into()), Piece::Pause(Duration::from_millis(500)), Piece::Say("um, I ask.".into())];
        assert_eq!(answer.pieces(), wanted);
        let other = Asked { question: QuestionId::new("other").expect("kebab-case"), follow_up: None, nth: 0 };
        assert!(script.answer_for(&other).is_none());
    }

    #[test]
    fn a_follow_up_is_answered_by_its_name_before_its_number() {
        let more = "[[answer]]\nquestion = \"q\"\nfollow_up = \"why\"\ntext = \"Named.\"\n\
                    [[answer]]\nquestion = \"q\"\nnth = 1\ntext = \"First.\"\n";
        let script = CandidateScript::parse(&format!("{SCRIPT}{more}"), "c.toml").expect("valid");
        let said = |follow_up: &str, nth: u32| {
            let follow_up = Some(FollowUpId::new(follow_up).expect("kebab-case"));
            let asked = Asked { question: QuestionId::new("q").expect("kebab-case"), follow_up, nth };
            script.answer_for(&asked).map(|answer| answer.pieces().to_vec())
        };
        assert_eq!(said("why", 1), Some(vec![Piece::Say("Named.".into())]));
        assert_eq!(said("why", 2), Some(vec![Piece::Say("Named.".into())]));
        assert_eq!(said("how", 1), Some(vec![Piece::Say("First.".into())]));
        assert_eq!(said("how", 2), None);
    }

    #[test]
    fn all_mistakes_of_a_script_are_told_at_once() {
        let broken = "format = 1\nbank = \"B\"\nspeed = 9\n\n[[answer]]\nquestion = \"q\"\nfolow_up = \"x\"\n\n\
                      [[answer]]\nquestion = \"q\"\nnth = 0\nfollow_up = \"x\"\ntext = \"\"\n";
        let errors = CandidateScript::parse(broken, "c.toml").expect_err("broken");
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn a_second_answer_to_the_same_asking_is_an_error() {
        let twice = format!("{SCRIPT}{}", &SCRIPT[SCRIPT.find("[[").expect("there is one")..]);
        let errors = CandidateScript::parse(&twice, "c.toml").expect_err("twice");
        assert_eq!((errors.len(), errors[0].line), (1, 8), "{errors:?}");
    }

    #[test]
    fn a_pause_that_is_none_is_told_with_its_line() {
        for bad in ["[x]", "[0.5", "[-1]", "[99]"] {
            let errors = CandidateScript::parse(&SCRIPT.replace("[0.5]", bad), "c.toml").expect_err(bad);
            assert_eq!(errors[0].line, 7, "{bad}: {}", errors[0]);
        }
    }
}
