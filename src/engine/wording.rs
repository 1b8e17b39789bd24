//! Has a language model find words for a kept session: its feedback, and a stronger version of each answer. What cannot be believed is
//! left out and told; the session is as good without.

use crate::clock;
use crate::engine::conduct::write_report;
use crate::language::stronger::{Answered, stronger};
use crate::language::{LanguageModel, feedback};
use crate::review::wording::plan;
use crate::session::Session;
use crate::session::record::Record;
use crate::session::revision::{Revised, Revision, Stronger, Worded};
use crate::session::store::{Kept, StoreError};

/// Most letters of a model's name that are kept.
const NAME: usize = 80;

/// Has a model word the feedback and write stronger versions of the answers, keeps what can be believed, and writes the report anew.
/// Returns what was left out, each with why. A model that fails is told of as well, and is no error; one that cannot be reached is not
/// asked again.
///
/// # Errors
/// [`StoreError`] when the session cannot be written.
pub fn word(model: &mut dyn LanguageModel, kept: &mut Kept) -> Result<Vec<String>, StoreError> {
    let mut left_out = Vec::new();
    let worded = words(model, kept.session(), &mut left_out);
    if worded.feedback.is_some() || !worded.stronger.is_empty() {
        let revised = Revised { on: clock::date(), what: Revision::Worded(worded) };
        kept.append(&Record::Revision(Box::new(revised)))?;
        kept.sync()?;
        write_report(kept)?;
    }
    Ok(left_out)
}

fn words(model: &mut dyn LanguageModel, session: &Session, left_out: &mut Vec<String>) -> Worded {
    let by = model.name().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(NAME).collect();
    let mut worded = Worded { feedback: None, stronger: Vec::new(), by };
    if session.assessments.is_empty() {
        left_out.push("nothing was judged, so there is nothing that a language model could word".into());
        return worded;
    }
    match feedback::worded(model, &plan(session)) {
        Ok(text) => worded.feedback = Some(text),
        Err(error) => {
            left_out.push(format!("the feedback keeps its plain words: {error}"));
            if error.is_lasting() {
                return worded;
            }
        }
    }
    for (id, assessment) in session.judged() {
        let Some(question) = session.question(id) else { continue };
        let said = session.answers_to(id).iter().map(|answer| answer.transcript.text()).collect::<Vec<_>>().join(" ");
        let answered = Answered { question, assessment, said: &said };
        if let Some(why) = answered.too_little() {
            left_out.push(format!("the answer to `{id}` has no stronger version: {why}"));
            continue;
        }
        match stronger(model, &answered) {
            Ok(text) => worded.stronger.push(Stronger { question: id.clone(), text }),
            Err(error) => {
                left_out.push(format!("the answer to `{id}` has no stronger version: {error}"));
                if error.is_lasting() {
                    break;
                }
            }
        }
    }
    worded
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::word;
    use crate::bank::Bank;
    use crate::judge::Verdict;
    use crate::language::canned::Canned;
    use crate::prompt;
    use crate::review::wording::plan;
    use crate::session::Session;
    use crate::session::record::Record;
    use crate::session::sample::Sample;
    use crate::session::store::{Kept, Store};

    /// A session of two questions, kept in a folder.
    fn kept(store: &Store) -> Kept {
        let text = include_str!("../../questions/infrastructure-architect.toml");
        let bank = Bank::parse(text, "bank").expect("valid");
        let sample = Sample {
            bank: &bank,
            started: "2026-11-23T05:30:00Z".parse().expect("a date"),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
            pressure: prompt::pressure("standard").expect("it exists"),
            questions: 2,
            follow_ups: 0,
            words: 120,
            skill: 0.9,
            seed: 1,
        };
        let mut records = sample.records().into_iter();
        let Some(Record::Opened(opened)) = records.next() else { panic!("it is opened") };
        let mut kept = store.begin(*opened).expect("the folder can be written");
        for record in records {
            kept.append(&record).expect("writable");
        }
        kept
    }

    /// Returns feedback that says the plan's own words.
    fn feedback(session: &Session) -> String {
        let parts = plan(session).parts();
        let sentences = parts.iter().map(|part| {
            let words: Vec<&str> =
                part.text.split_whitespace().filter(|word| !word.contains(['“', '”'])).take(30).collect();
            serde_json::json!({"part": part.name, "text": words.join(" ")})
        });
        serde_json::json!({"sentences": sentences.collect::<Vec<_>>()}).to_string()
    }

    /// Returns a stronger version that repeats what earned points in the first question.
    fn stronger(session: &Session) -> String {
        let points = &session.assessments[&session.exchanges[0].asked.question].points;
        let made = points.iter().filter(|point| point.verdict != Verdict::Missing);
        let quotes: Vec<&str> = made.filter_map(|one| Some(one.evidence.as_ref()?.quote.as_str())).collect();
        serde_json::json!({"answer": format!("I say that we do this: {}", quotes.join(" "))}).to_string()
    }

    #[test]
    fn words_that_can_be_believed_are_kept_and_shown_and_the_others_are_told() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let store = Store::new(home.path());
        let mut kept = kept(&store);
        let answers =
            [feedback(kept.session()), stronger(kept.session()), r#"{"answer": "I like 77 cats."}"#.to_owned()];
        let mut model = Canned::new(answers.iter().map(String::as_str));
        let left_out = word(&mut model, &mut kept).expect("writable");
        assert_eq!(left_out.len(), 1, "{left_out:?}");
        assert!(left_out[0].ends_with("it names the number 77, which was not said"), "{left_out:?}");
        let worded = kept.session().worded.clone().expect("it was worded");
        assert!(worded.feedback.is_some());
        assert_eq!((worded.stronger.len(), worded.by.as_str()), (1, "canned"));
        let report = fs::read_to_string(kept.folder().join("report.md")).expect("it was written anew");
        assert!(report.contains("Worded by canned from what was judged."), "{report}");
        assert!(
            report.contains("### A stronger version of your answer, written by canned from what you said"),
            "{report}"
        );
        let (id, live) = (kept.session().opened.id.clone(), kept.session().clone());
        drop(kept);
        assert_eq!(store.read(&id).expect("readable").0, live, "all of it is in the journal");
    }

    #[test]
    fn a_model_that_is_away_is_asked_once_and_leaves_no_line() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut kept = kept(&Store::new(home.path()));
        let mut model = Canned::new([]);
        let left_out = word(&mut model, &mut kept).expect("writable");
        assert_eq!((left_out.len(), model.asked.len()), (1, 1), "{left_out:?}");
        assert_eq!(kept.session().worded, None);
    }

    #[test]
    fn nonsense_leaves_the_plain_words_and_is_told_for_each_part() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut kept = kept(&Store::new(home.path()));
        let left_out = word(&mut Canned::new(["What?"; 6]), &mut kept).expect("writable");
        assert_eq!(left_out.len(), 3, "{left_out:?}");
        assert_eq!(kept.session().worded, None);
    }
}
