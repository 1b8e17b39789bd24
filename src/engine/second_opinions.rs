//! After an interview a language model is asked what it makes of each answer. Where that changes a verdict the change is a line of the
//! journal, as any other that is made later, so that the judge's own verdict stays beside it.

use crate::clock;
use crate::engine::rescoring::{RescoringError, finish, heard_with, keep};
use crate::ids::QuestionId;
use crate::language::LanguageModel;
use crate::language::judging::second_opinion;
use crate::language::merging::merged;
use crate::language::trust::Trust;
use crate::session::revision::{Rescoring, Revision};
use crate::session::store::Kept;

/// What came of asking.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opinions {
    /// Questions on which the model was heard.
    pub heard: usize,
    /// Questions of which a verdict, a quote or a doubt changed.
    pub changed: usize,
    /// What did not come about, and why.
    pub failed: Vec<String>,
    /// How long all of it took, seconds.
    pub seconds: f64,
}

/// Asks a language model about every question that was judged, and writes the report anew where something changed. `tell` hears before
/// each question which one it is and how many there are. `by` is what the judge is called in the journal.
///
/// A model that fails on a question leaves the verdict as it is. One that cannot be reached, is too slow, or that nobody
/// waits for any more, is not asked again.
///
/// # Errors
/// [`RescoringError`] when the journal or the report cannot be written.
pub fn seek(
    model: &mut dyn LanguageModel,
    kept: &mut Kept,
    by: &str,
    tell: &mut dyn FnMut(usize, usize),
) -> Result<Opinions, RescoringError> {
    let began = clock::now();
    let questions: Vec<QuestionId> = kept.session().judged().map(|(id, _)| id.clone()).collect();
    let (mut opinions, mut trust, mut said) = (Opinions::default(), Trust::default(), Vec::new());
    for (nth, id) in questions.iter().enumerate() {
        tell(nth + 1, questions.len());
        let session = kept.session();
        let Some((question, local)) = session.question(id).zip(session.assessments.get(id)) else { continue };
        match second_opinion(model, question, &session.answers_to(id), local) {
            Ok(opinion) => {
                trust.take(local, &opinion);
                said.push((id, opinion));
            }
            Err(error) => {
                opinions.failed.push(format!("question {}: {error}", nth + 1));
                if error.is_lasting() {
                    break;
                }
            }
        }
    }
    opinions.heard = said.len();
    // What its word is worth shows in all that it said, so it is weighed when everything is there.
    for (id, opinion) in said {
        let session = kept.session();
        let Some((question, local)) = session.question(id).zip(session.assessments.get(id)) else { continue };
        let assessment = merged(question, local, &opinion, &trust);
        if assessment != *local {
            opinions.changed += 1;
            let by = heard_with(by, model.name());
            let (question, why) = (id.clone(), Rescoring::Judge);
            keep(kept, Revision::Rescored { question, assessment, by, why, rubric: None })?;
        }
    }
    opinions.seconds = began.elapsed().as_secs_f64();
    if opinions.changed > 0 {
        finish(kept)?;
    }
    Ok(opinions)
}
