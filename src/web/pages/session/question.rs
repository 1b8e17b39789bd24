//! A question: its points with the words that earned them, what was said to it, and what a good answer says.

use crate::clock;
use crate::judge::{Evidence, Standing, Verdict};
use crate::review::attempts::Comparison;
use crate::review::delivery;
use crate::review::report::{ReportedExchange, ReportedPoint, ReportedQuestion};
use crate::review::wording::StrongerVersion;
use crate::session::{Exchange, Take};
use crate::turn::EndReason;
use crate::web::pages::session::answer::TakeView;
use crate::web::pages::session::words::word_id;
use crate::web::pages::session::{AsideView, Bar, Material};
use crate::web::pages::{in_address, percent};

pub(super) struct QuestionView {
    pub(super) id: String,
    pub(super) number: usize,
    pub(super) prompt: String,
    /// The page of all attempts at it.
    pub(super) attempts: String,
    pub(super) band: Option<BandView>,
    pub(super) coverage: Option<Bar>,
    /// What kind of thing was said, where it was no attempt.
    pub(super) standing: &'static str,
    pub(super) points: Vec<PointView>,
    pub(super) pitfalls: Vec<(String, QuoteView)>,
    pub(super) rescored: Vec<RescoredView>,
    pub(super) model_answer: String,
    pub(super) stronger: Option<StrongerVersion>,
    pub(super) exchanges: Vec<ExchangeView>,
    pub(super) remark: String,
}

pub(super) struct BandView {
    pub(super) number: u8,
    pub(super) word: &'static str,
    pub(super) reason: String,
}

pub(super) struct PointView {
    /// The name of its mark: covered, half, open.
    pub(super) mark: &'static str,
    pub(super) text: String,
    pub(super) weight: u8,
    pub(super) certainty: String,
    pub(super) quote: Option<QuoteView>,
}

/// Words of the candidate, and where they stand.
pub(super) struct QuoteView {
    pub(super) text: String,
    pub(super) target: String,
    pub(super) turn: u32,
    /// Where to hear them. None for a typed answer.
    pub(super) span: Option<(u64, u64)>,
    /// Where they stand, in words. Empty where that needs none.
    pub(super) place: String,
}

/// A time that the question was judged again.
pub(super) struct RescoredView {
    pub(super) date: String,
    pub(super) why: &'static str,
    pub(super) by: String,
    /// Band and coverage before and after.
    pub(super) change: Option<[String; 2]>,
    /// What became of single points.
    pub(super) points: Vec<String>,
}

/// Something that was asked, and what was said to it.
pub(super) struct ExchangeView {
    pub(super) is_follow_up: bool,
    pub(super) prompt: String,
    pub(super) asked_by: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) gained: Option<String>,
    pub(super) takes: Vec<(TakeView, &'static str)>,
    pub(super) delivery: Vec<String>,
    pub(super) asides: Vec<AsideView>,
}

impl QuestionView {
    /// Returns the question of this place in the report.
    pub(super) fn of(material: &Material<'_>, nth: usize) -> Self {
        let question = &material.report.questions[nth];
        let exchanges = material.report.exchanges.iter().zip(&material.session.exchanges).enumerate();
        let bank = &material.report.bank;
        Self {
            id: question.question.to_string(),
            number: nth + 1,
            prompt: question.prompt.clone(),
            attempts: format!("/questions/{}/{}", in_address(bank.as_str()), in_address(question.question.as_str())),
            band: question.band.map(|band| BandView {
                number: band.get(),
                word: band.word(),
                reason: question.band_reason.clone().unwrap_or_default(),
            }),
            coverage: question.coverage.map(Bar::of),
            standing: standing(question.standing),
            points: points(material, question),
            pitfalls: question
                .pitfalls
                .iter()
                .map(|hit| (hit.pitfall.text.clone(), quote(material, &hit.evidence)))
                .collect(),
            rescored: question
                .rescored
                .iter()
                .map(|one| RescoredView {
                    date: clock::local_day(one.on),
                    why: one.why.words(),
                    by: one.by.clone(),
                    change: one.change.as_ref().map(before_and_after),
                    points: one.change.as_ref().map_or_else(Vec::new, changed_points),
                })
                .collect(),
            model_answer: question.model_answer.clone(),
            stronger: question.stronger.clone(),
            exchanges: exchanges
                .filter(|(_, (reported, _))| reported.question == question.question)
                .map(|(nth, (reported, kept))| ExchangeView::of(material, nth, reported, kept))
                .collect(),
            remark: question.remark.clone().unwrap_or_default(),
        }
    }
}

impl ExchangeView {
    fn of(material: &Material<'_>, nth: usize, reported: &ReportedExchange, kept: &Exchange) -> Self {
        let takes = kept.takes.iter().enumerate();
        Self {
            is_follow_up: reported.follow_up.is_some(),
            prompt: reported.prompt.clone(),
            asked_by: reported.asked_by.clone(),
            reason: reported.reason_text.clone().filter(|reason| !reason.is_empty()),
            gained: reported.gained_text.clone(),
            takes: takes.map(|(nth, take)| (TakeView::of(material, take), what_came_after(kept, nth))).collect(),
            delivery: delivery::lines(&reported.delivery, reported.minutes),
            asides: material.asides(nth + 1),
        }
    }
}

/// Returns what came after a take, where that is worth a sentence.
fn what_came_after(exchange: &Exchange, nth: usize) -> &'static str {
    let (take, next) = (&exchange.takes[nth], exchange.takes.get(nth + 1));
    match (take.ended, next) {
        (_, Some(next)) if take.given_again && next.transcript.as_ref().is_some_and(|text| !text.is_empty()) => {
            "You gave this answer again. Only the later one was judged."
        }
        (Some(EndReason::Interrupted), Some(_)) => {
            "The interviewer interrupted, since nothing of this answered the question, and led back to it. You went on."
        }
        (_, Some(_)) => "You went on.",
        (Some(EndReason::TimeUp), None) => "The interviewer ended this answer: its time was up.",
        (None, None) => "The session broke off during this answer.",
        _ => "",
    }
}

fn standing(standing: Option<Standing>) -> &'static str {
    match standing {
        None => "Not judged.",
        Some(Standing::Attempt) => "",
        Some(Standing::Silent) => "Too little was said to judge.",
        Some(Standing::Echo) => "The answer handed the question back.",
        Some(Standing::OffTopic) => "The answer was to something else.",
        Some(Standing::NoSubstance) => "The answer named terms and said nothing about them.",
    }
}

/// Returns the points. Where nothing was credited at all they stand there all the same, open.
fn points(material: &Material<'_>, question: &ReportedQuestion) -> Vec<PointView> {
    if !question.verdicts.is_empty() {
        return question.verdicts.iter().map(|judged| point(material, judged)).collect();
    }
    let rubric = material.session.question(&question.question);
    let points = rubric.map_or(&[][..], |rubric| &rubric.points);
    points
        .iter()
        .map(|point| PointView {
            mark: "open",
            text: point.text.clone(),
            weight: point.weight,
            certainty: String::new(),
            quote: None,
        })
        .collect()
}

fn point(material: &Material<'_>, judged: &ReportedPoint) -> PointView {
    let certainty = || format!("{} sure", percent(judged.confidence));
    PointView {
        mark: mark(judged.verdict),
        text: judged.point.text.clone(),
        weight: judged.point.weight,
        certainty: judged.doubt.map_or_else(certainty, |doubt| doubt.words().to_owned()),
        quote: judged.evidence.as_ref().map(|evidence| quote(material, evidence)),
    }
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Covered => "covered",
        Verdict::Partial => "half",
        Verdict::Missing => "open",
    }
}

fn quote(material: &Material<'_>, evidence: &Evidence) -> QuoteView {
    let turn = evidence.turn;
    let words = material.session.take(turn).map(Take::words).unwrap_or_default();
    let first = evidence.span.and_then(|span| words.iter().find(|word| word.word.span.start >= span.start));
    let exchanges = &material.session.exchanges;
    let asked = exchanges.iter().find(|exchange| exchange.takes.iter().any(|take| take.turn == turn));
    let nth = asked.map_or(0, |exchange| exchange.asked.nth);
    QuoteView {
        text: evidence.quote.clone(),
        target: first.map_or_else(|| format!("take-{turn}"), |word| word_id(turn, word.nth)),
        turn: turn.0,
        span: evidence.span.map(|span| (span.start.as_ms(), span.end.as_ms())),
        place: match (evidence.span, nth) {
            (Some(span), 0) => format!("at {}", span.start),
            (Some(span), nth) => format!("at {} of follow-up {nth}", span.start),
            (None, 0) => String::new(),
            (None, nth) => format!("to follow-up {nth}"),
        },
    }
}

fn before_and_after(change: &Comparison) -> [String; 2] {
    let told =
        |band: crate::judge::Band, coverage| format!("band {} ({}), {}", band.get(), band.word(), percent(coverage));
    [told(change.band.0, change.coverage.0), told(change.band.1, change.coverage.1)]
}

fn changed_points(change: &Comparison) -> Vec<String> {
    let changed = change.points.iter().filter(|point| point.before != point.after);
    changed.map(|point| format!("{}: {} before, {} now", point.text, mark(point.before), mark(point.after))).collect()
}
