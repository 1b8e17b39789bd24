//! What is worth saying about an interview: one strength with its words, one gap, one note on delivery. Invents nothing.

mod phrase;
#[cfg(test)]
mod tests;

use crate::bank::{Point, Question};
use crate::judge::{Assessment, Doubt, PointVerdict, Standing, Verdict};
use crate::prompt::feedback::{FeedbackWords, words};
use crate::prompt::{counted, fill};
use crate::transcript::delivery::Delivery;
use crate::transcript::delivery::estimate::Estimate;
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::sound::Sound;

/// Confidence from which a covered point is praised.
const SURE: f32 = 0.6;

/// Words that a sentence of the model answer and a point must share to be about the same thing. Of the 97 points of the
/// infrastructure architect's bank, 38 find a sentence that shares three, and 36 of those are the right one; of the 29 that
/// share two, about half are.
const SHARED_WORDS: usize = 3;

/// Words a minute above which speech is hard to follow. Coaches' bands end at 160 to 175.
const FAST: f64 = 185.0;

/// Words a minute above which coaches ask for less: their bands are 120 to 165.
const BRISK: f64 = 165.0;

/// Words a minute below which speech drags. Coaches' bands begin at 120 to 140; practised takes have a median of 106.
const SLOW: f64 = 90.0;

/// Fillers a minute up to which listeners mind nothing (Laske and DiGennaro Reed 2024).
const FILLERS_A_MINUTE: f64 = 5.0;

/// Long pauses a minute from which they are worth a word.
const LONG_PAUSES_A_MINUTE: f64 = 3.0;

/// Fewest fillers or pauses that say anything: one in a short answer is chance.
const HABIT: u32 = 3;

/// Fewest words of all answers that a note on delivery can rest on.
const WORDS_FOR_A_NOTE: u32 = 20;

/// A question, what the judge said of it, and how its answers were delivered.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The question.
    pub question: &'a Question,
    /// The verdicts.
    pub assessment: &'a Assessment,
    /// One for each answer with words.
    pub delivery: Vec<&'a Delivery>,
}

/// A point that was made, by which words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Strength {
    question: String,
    point: String,
    quote: String,
}

/// A point that was not made, and what a good answer says there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gap {
    question: String,
    point: String,
    weight: u8,
    /// A sentence. None where the bank does not tell.
    advice: Option<String>,
}

/// What can be said about content.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    /// At least one answer was an attempt.
    Attempted { strength: Option<Strength>, gap: Option<Gap> },
    /// None was. Why, as far as it is known, and where to begin the next time.
    Uncredited { standing: Option<Standing>, start: Option<Gap> },
}

/// What is worth saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    content: Content,
    delivery: Option<String>,
}

/// A part of what is worth saying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is about: `standing`, `strength`, `gap` or `delivery`. Each is there once at most.
    pub name: &'static str,
    /// What it says.
    pub text: String,
    /// Whether it is a reason for praise.
    pub praises: bool,
}

/// Returns what is worth saying about an interview.
#[must_use]
pub fn plan(judged: &[Judged<'_>]) -> Feedback {
    let attempts: Vec<&Judged<'_>> = judged.iter().filter(|one| one.assessment.standing == Standing::Attempt).collect();
    if attempts.is_empty() {
        let standings = || judged.iter().map(|one| one.assessment.standing);
        let standing = standings().find(|standing| *standing != Standing::Silent).or_else(|| standings().next());
        let all: Vec<&Judged<'_>> = judged.iter().collect();
        return Feedback { content: Content::Uncredited { standing, start: gap(&all) }, delivery: None };
    }
    let content = Content::Attempted { strength: strength(&attempts), gap: gap(&attempts) };
    Feedback { content, delivery: delivery(judged, &words()) }
}

/// Returns every verdict with its point and question.
fn verdicts<'a>(judged: &[&Judged<'a>]) -> impl Iterator<Item = (&'a Question, &'a Point, &'a PointVerdict)> {
    let verdicts = judged.iter().flat_map(|one| one.assessment.points.iter().map(|verdict| (one.question, verdict)));
    verdicts.filter_map(|(question, verdict)| Some((question, question.point(&verdict.point)?, verdict)))
}

/// The covered point of most weight that the judge is sure of and nobody disputes; of equals the surest, then the first.
fn strength(attempts: &[&Judged<'_>]) -> Option<Strength> {
    let mut best: Option<(f32, Strength)> = None;
    for (question, point, verdict) in verdicts(attempts) {
        let quote = verdict.evidence.as_ref().map_or("", |evidence| evidence.quote.trim());
        let is_disputed = verdict.doubt == Some(Doubt::Disputed);
        if verdict.verdict != Verdict::Covered || verdict.confidence < SURE || is_disputed || quote.is_empty() {
            continue;
        }
        let worth = f32::from(point.weight) + verdict.confidence.min(0.9);
        if best.as_ref().is_none_or(|(known, _)| worth > *known) {
            let (question, point) = (question.prompt.clone(), point.text.clone());
            best = Some((worth, Strength { question, point, quote: quote.to_owned() }));
        }
    }
    best.map(|(_, strength)| strength)
}

/// The open point of most weight, where a partial one counts half; of equals the one whose verdict is surest, then the first.
fn gap(judged: &[&Judged<'_>]) -> Option<Gap> {
    let mut best: Option<(f32, Gap)> = None;
    for (question, point, verdict) in verdicts(judged) {
        let open = match verdict.verdict {
            Verdict::Missing => 1.0,
            Verdict::Partial => 0.5,
            Verdict::Covered => continue,
        };
        // Steps between weights are half a point at least, so that sureness decides among equals alone.
        let worth = f32::from(point.weight) * open + verdict.confidence.clamp(0.0, 1.0) * 0.4;
        if best.as_ref().is_none_or(|(known, _)| worth > *known) {
            let (prompt, text) = (question.prompt.clone(), point.text.clone());
            let advice = advice(question, point);
            best = Some((worth, Gap { question: prompt, point: text, weight: point.weight, advice }));
        }
    }
    best.map(|(_, gap)| gap)
}

/// Returns what a good answer says about the point: what the bank names, else the sentence of the model answer that is
/// plainly about it.
#[must_use]
pub fn advice(question: &Question, point: &Point) -> Option<String> {
    if let Some(example) = &point.example {
        return Some(example.clone());
    }
    let wanted = stems(&format!("{} {}", point.text, point.cues.join(" ")));
    let shared = |sentence: &str| stems(sentence).iter().filter(|stem| wanted.contains(stem)).count();
    let scored = sentences(&question.model_answer).map(|sentence| (shared(sentence), sentence));
    // The first of equals: model answers come to the point early.
    let (most, sentence) = scored.fold((0, ""), |best, next| if next.0 > best.0 { next } else { best });
    (most >= SHARED_WORDS).then(|| sentence.to_owned())
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// Returns the beginnings of the longer words: enough to see that two sentences are about the same thing.
fn stems(text: &str) -> Vec<String> {
    let mut stems: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 3)
        .map(|word| word.to_lowercase().chars().take(5).collect())
        .collect();
    stems.sort();
    stems.dedup();
    stems
}

/// One note, on what matters most: fillers before pace before pauses. None for answers that were typed.
fn delivery(judged: &[Judged<'_>], words: &FeedbackWords) -> Option<String> {
    let all: Vec<&Delivery> = judged.iter().flat_map(|one| one.delivery.iter().copied()).collect();
    let count: u32 = all.iter().map(|one| one.words).sum();
    let minutes = all.iter().map(|one| one.speaking_s).sum::<f64>() / 60.0;
    if minutes <= 0.0 {
        return None;
    }
    let words = &words.spoken;
    if count < WORDS_FOR_A_NOTE {
        return Some(words.too_short.clone());
    }
    let fillers: u32 = all.iter().map(|one| one.fillers_at_least).sum();
    let pauses: u32 = all.iter().map(|one| one.long_pauses.len() as u32).sum();
    let is_habit = |times: u32, most: f64| times >= HABIT && f64::from(times) / minutes > most;
    let with_pace = |template: &str, pace: f64| fill(template, &[("pace", &pace.to_string())]);
    let pace = pace(&all);
    if let Some((low, high)) = too_many_fillers(&all) {
        return Some(fill(&words.filler_sounds, &[("low", &low.to_string()), ("high", &high.to_string())]));
    }
    match pace {
        // Where the sound tells that there are few, what the recogniser wrote down says nothing more.
        _ if all.iter().all(|one| one.sound.is_none()) && is_habit(fillers, FILLERS_A_MINUTE) => {
            let minutes = counted((minutes.round() as usize).max(1), "minute");
            Some(fill(&words.fillers, &[("count", &fillers.to_string()), ("minutes", &minutes)]))
        }
        Some(pace) if pace > FAST => Some(with_pace(&words.pace_fast, pace)),
        Some(pace) if pace < SLOW => Some(with_pace(&words.pace_slow, pace)),
        _ if is_habit(pauses, LONG_PAUSES_A_MINUTE) => Some(fill(&words.pauses, &[("count", &pauses.to_string())])),
        Some(pace) if pace > BRISK => Some(with_pace(&words.pace_brisk, pace)),
        Some(pace) => Some(with_pace(&words.steady, pace)),
        None => None,
    }
}

/// Returns the range of fillers a minute over all answers whose sound was measured, if even its lower end is more than
/// listeners put up with. Longer answers count more.
fn too_many_fillers(all: &[&Delivery]) -> Option<(f64, f64)> {
    let measured = || {
        let sounds = all.iter().filter_map(|one| one.sound.as_ref());
        sounds.filter(|sound| sound.heard_again)
    };
    let found: usize = measured().map(|sound| sound.fillers.len()).sum();
    let seconds: f64 = measured().map(Sound::speaking_s).sum();
    let range = Estimate::of(found as u32, seconds, Fit::shipped().measured())?;
    (range.low > FILLERS_A_MINUTE).then_some((range.low, range.high))
}

/// Returns the pace over all answers, longer ones counting more, to the nearest five words a minute: the times of words
/// are not surer than that.
fn pace(all: &[&Delivery]) -> Option<f64> {
    let paced = all.iter().filter_map(|one| Some((one.words_per_minute?, f64::from(one.words))));
    let (sum, weight) = paced.fold((0.0, 0.0), |(sum, weight), (pace, words)| (sum + pace * words, weight + words));
    (weight > 0.0).then(|| (sum / weight / 5.0).round() * 5.0)
}
