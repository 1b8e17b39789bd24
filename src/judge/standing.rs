//! What kind of thing was said, before any point is looked at: silence, an echo, terms without substance, another topic.

use std::collections::BTreeSet;

use crate::bank::{Bank, Question};
use crate::judge::{Scorer, ScorerError, Standing};
use crate::terms::{bare_words, is_function_word, terms};
use crate::transcript::delivery::is_filler;

/// Fewest different content words that can be judged.
const CONTENT_WORDS: usize = 5;

/// Share of an answer's runs of three words that stand in the question or its rubric, from which it is an echo.
const ECHO_SHARE: f32 = 0.5;

/// Share of function words below which words form no sentences. Spoken answers of the development set have 0.38 and more.
const SENTENCE_SHARE: f32 = 0.25;

/// Share of different words below which somebody says the same thing over and over.
const VARIETY: f32 = 0.2;

/// Words from which variety can be told.
const WORDS_FOR_VARIETY: usize = 40;

/// How much closer in meaning another question must be before it is looked at whether the answer is one to that. At this
/// margin 6 % of the honest answers of roles held back are looked at.
const OTHER_QUESTION_MARGIN: f32 = 0.10;

/// Words that are compared at a time: what the model reads well.
const CHUNK_WORDS: usize = 80;

/// Returns what kind of thing was said, as far as the words themselves tell.
pub(super) fn standing(question: &Question, answer: &str) -> Standing {
    let words: Vec<String> = bare_words(answer).filter(|word| !is_filler(word)).collect();
    if terms(answer).len() < CONTENT_WORDS {
        return Standing::Silent;
    }
    if echo_share(question, &words) >= ECHO_SHARE {
        return Standing::Echo;
    }
    if forms_no_sentences(&words) {
        return Standing::NoSubstance;
    }
    Standing::Attempt
}

fn echo_share(question: &Question, words: &[String]) -> f32 {
    let mut handed_out = BTreeSet::new();
    let points = question.points.iter().map(|point| point.text.as_str());
    let pitfalls = question.pitfalls.iter().map(|pitfall| pitfall.text.as_str());
    let follow_ups = question.follow_ups.iter().map(|follow_up| follow_up.prompt.as_str());
    for text in [question.prompt.as_str(), question.assesses.as_str()]
        .into_iter()
        .chain(points)
        .chain(pitfalls)
        .chain(follow_ups)
    {
        let given: Vec<String> = bare_words(text).collect();
        handed_out.extend(given.windows(3).map(<[String]>::to_vec));
    }
    let echoed = words.windows(3).filter(|run| handed_out.contains(*run)).count();
    echoed as f32 / words.windows(3).count().max(1) as f32
}

fn forms_no_sentences(words: &[String]) -> bool {
    let function = words.iter().filter(|word| is_function_word(word)).count() as f32;
    let different = words.iter().collect::<BTreeSet<_>>().len() as f32;
    let total = words.len().max(1) as f32;
    function / total < SENTENCE_SHARE || (words.len() >= WORDS_FOR_VARIETY && different / total < VARIETY)
}

/// Returns the question of the bank that an answer is closer to in meaning than to the one that was asked, if there is one.
///
/// Compares with the model answers alone: on the training sets the prompts misled (area under the curve of the margin 0.44 by
/// prompt, 0.74 by model answer). The answer is read in chunks, so that its end counts as much as its beginning.
pub(super) fn closer_question<'a>(
    bank: &'a Bank,
    question: &Question,
    answer: &str,
    scorer: &mut dyn Scorer,
) -> Result<Option<&'a Question>, ScorerError> {
    let references: Vec<String> = bank.questions.iter().map(|one| one.model_answer.clone()).collect();
    let words: Vec<&str> = answer.split_whitespace().collect();
    let mut totals = vec![0.0_f32; references.len()];
    let chunks: Vec<String> = words.chunks(CHUNK_WORDS).map(|chunk| chunk.join(" ")).collect();
    for chunk in &chunks {
        let related = scorer.relatedness(chunk, &references)?;
        totals.iter_mut().zip(related).for_each(|(total, related)| *total += related);
    }
    let mean = |total: f32| total / chunks.len().max(1) as f32;
    let (own, others): (Vec<_>, Vec<_>) = bank.questions.iter().zip(totals).partition(|(one, _)| one.id == question.id);
    let own = own.first().map_or(0.0, |&(_, total)| mean(total));
    let closest = others.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
    Ok(closest.filter(|&(_, total)| mean(total) - own > OTHER_QUESTION_MARGIN).map(|(closest, _)| closest))
}
