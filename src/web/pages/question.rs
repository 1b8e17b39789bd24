//! The page of one question across its attempts, at `/questions/BANK/QUESTION?a=SESSION&b=SESSION`: two of them beside each other.

use askama::Template;

use crate::ids::PointId;
use crate::judge::{Assessment, Verdict};
use crate::prompt::pressure_effect::words;
use crate::review::attempts::{Change, Comparison, compare};
use crate::review::markdown::{UNSURE_BELOW, tick};
use crate::review::measure::Measure;
use crate::review::progress::attempt::Attempt;
use crate::review::progress::over_time::running_middle;
use crate::review::progress::question::QuestionSoFar;
use crate::review::progress::words::percent;
use crate::session::outcome::FirstAnswer;
use crate::session::record::Source;
use crate::session::{Exchange, Session, Take};
use crate::web::pages::figure::{Figure, recording_link, session_link};
use crate::web::pages::progress::over_attempts;

#[derive(Template)]
#[template(path = "question.html")]
struct Page {
    address: String,
    name: String,
    bank: String,
    prompt: String,
    drill: String,
    figures: Vec<Figure>,
    attempts: Vec<Listed>,
    one: Side,
    /// None: there is no other attempt, or the same one was chosen twice.
    other: Option<Other>,
}

/// An attempt in the list of all.
struct Listed {
    session: String,
    link: String,
    on: String,
    pressure: String,
    band: String,
    coverage: String,
    /// Whether it is the one on the left, and on the right.
    is_one: bool,
    is_other: bool,
}

/// An attempt that is looked at.
struct Side {
    on: String,
    link: String,
    pressure: String,
    coverage: String,
    band: String,
    answers: Vec<Said>,
    delivery: Vec<(String, String)>,
}

/// What was said to the question or a follow-up.
struct Said {
    prompt: String,
    tries: Vec<Try>,
}

struct Try {
    /// Where it is heard. None: it was typed.
    recording: Option<String>,
    label: String,
    words: Vec<Word>,
}

struct Word {
    text: String,
    unsure: bool,
}

/// The attempt on the right, and how it differs from the one on the left.
struct Other {
    side: Side,
    summary: String,
    points: Vec<Point>,
    left_out: bool,
    avoided: Vec<String>,
    fallen_into: Vec<String>,
    delivery: Vec<(String, String, String)>,
}

struct Point {
    text: String,
    weight: u8,
    way: &'static str,
    before: Judged,
    after: Judged,
}

/// What the judge said of a point, and the words that it rests on.
struct Judged {
    tick: &'static str,
    verdict: &'static str,
    doubt: &'static str,
    quote: Option<String>,
}

/// Returns the page of a question. `one` and `other` are the sessions of the two attempts that [`QuestionSoFar::chosen`] chooses; the
/// same one twice where there is no other.
#[must_use]
pub fn question_page(question: &QuestionSoFar<'_>, one: &Session, other: &Session) -> String {
    let of = |session: &Session| question.attempts.iter().find(|attempt| attempt.session == session.opened.id);
    // A session that holds no attempt at the question is told as the latest one is.
    let (first, second) = (of(one).unwrap_or(&question.latest), of(other).unwrap_or(&question.latest));
    let page = Page {
        address: super::figure::question_link(question.bank.as_str(), question.question.as_str()),
        name: question.question.to_string(),
        bank: question.latest.outcome.title.clone(),
        prompt: question.prompt.to_owned(),
        drill: format!("hotseat practice --bank {} --drill {}", question.bank, question.question),
        figures: over_attempts("attempts", "This question", &question.attempts, &running_middle(&question.attempts)),
        attempts: question.attempts.iter().rev().map(|attempt| listed(attempt, first, second)).collect(),
        one: side(first, one),
        other: (first.session != second.session).then(|| beside(first, one, second, other)),
    };
    page.render().unwrap_or_else(|error| format!("The page cannot be written: {error}"))
}

fn listed(attempt: &Attempt<'_>, one: &Attempt<'_>, other: &Attempt<'_>) -> Listed {
    Listed {
        session: attempt.session.to_owned(),
        link: session_link(attempt.session),
        on: moment(attempt),
        pressure: attempt.pressure.to_owned(),
        band: band(attempt),
        coverage: percent(attempt.coverage.into()),
        is_one: attempt.session == one.session,
        is_other: attempt.session == other.session,
    }
}

/// Returns when an attempt was made. A question that is drilled is answered several times a day.
fn moment(attempt: &Attempt<'_>) -> String {
    attempt.at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn band(attempt: &Attempt<'_>) -> String {
    format!("{} ({})", attempt.band.get(), attempt.band.word())
}

fn side(attempt: &Attempt<'_>, session: &Session) -> Side {
    let exchanges = exchanges(attempt, session);
    Side {
        on: moment(attempt),
        link: session_link(attempt.session),
        pressure: attempt.pressure.to_owned(),
        coverage: percent(attempt.coverage.into()),
        band: band(attempt),
        delivery: delivery(exchanges.first().copied()),
        answers: exchanges.iter().map(|exchange| said(session, exchange)).collect(),
    }
}

fn exchanges<'s>(attempt: &Attempt<'_>, session: &'s Session) -> Vec<&'s Exchange> {
    session.exchanges.iter().filter(|exchange| exchange.asked.question == *attempt.question).collect()
}

fn said(session: &Session, exchange: &Exchange) -> Said {
    let typed = session.opened.source == Source::Typed;
    let tries = exchange.takes.iter().enumerate().map(|(nth, take)| Try {
        recording: (!typed).then(|| recording_link(&session.opened.id, &take.recording)),
        label: match nth {
            0 => "The answer".into(),
            nth => format!("Try {}", nth + 1),
        },
        words: spoken(take),
    });
    Said { prompt: exchange.prompt.clone(), tries: tries.collect() }
}

fn spoken(take: &Take) -> Vec<Word> {
    let words = take.words().into_iter().map(|one| one.word);
    words.map(|word| Word { unsure: word.probability < UNSURE_BELOW, text: word.text }).collect()
}

/// Returns how the answer to the question itself was given: what was measured, and the value.
fn delivery(exchange: Option<&Exchange>) -> Vec<(String, String)> {
    let Some(exchange) = exchange else { return Vec::new() };
    let words = words();
    let answer = FirstAnswer::of(exchange);
    let estimate =
        exchange.takes.last().and_then(|take| take.sound.as_ref()).and_then(|sound| sound.filler_estimate.as_ref());
    let of = |measure: Measure| {
        let names = measure.words(&words);
        let value = match (measure, estimate) {
            (Measure::Fillers, Some(range)) => {
                format!("{:.0} to {:.0}{} (estimate)", range.low, range.high, names.unit)
            }
            _ => measure
                .value(&answer)
                .map_or_else(|| "not measured".into(), |value| format!("{}{}", measure.rounded(value), names.unit)),
        };
        (names.what.clone(), value)
    };
    let length = answer.seconds.map_or_else(|| "typed".into(), |seconds| format!("{seconds:.0} s"));
    let counted = [("Words".to_owned(), answer.words.to_string()), ("Length".to_owned(), length)];
    counted.into_iter().chain(Measure::DELIVERY.map(of)).collect()
}

fn beside(first: &Attempt<'_>, one: &Session, second: &Attempt<'_>, other: &Session) -> Other {
    let side = side(second, other);
    let before = delivery(exchanges(first, one).first().copied());
    let delivery = before.into_iter().zip(&side.delivery);
    let delivery = delivery.map(|((what, before), (_, after))| (what, before, after.clone())).collect();
    let judged =
        (other.question(second.question), one.assessments.get(first.question), other.assessments.get(second.question));
    let (Some(question), Some(before), Some(after)) = judged else {
        let summary = "One of the two was not judged.".into();
        return Other {
            side,
            summary,
            points: Vec::new(),
            left_out: false,
            avoided: Vec::new(),
            fallen_into: Vec::new(),
            delivery,
        };
    };
    let compared = compare(question, before, after);
    Other {
        side,
        summary: summary(&compared),
        points: compared.points.iter().map(|change| point(change, before, after)).collect(),
        left_out: compared.points.len() < question.points.len(),
        avoided: compared.avoided,
        fallen_into: compared.fallen_into,
        delivery,
    }
}

fn summary(compared: &Comparison) -> String {
    let (gained, lost) = (compared.gained().len(), compared.lost().len());
    format!(
        "Coverage {} → {}, band {} → {}. Points that got better: {gained}; that got worse: {lost}.",
        percent(compared.coverage.0.into()),
        percent(compared.coverage.1.into()),
        compared.band.0.get(),
        compared.band.1.get()
    )
}

fn point(change: &Change, before: &Assessment, after: &Assessment) -> Point {
    Point {
        text: change.text.clone(),
        weight: change.weight,
        way: match change.after.cmp(&change.before) {
            std::cmp::Ordering::Greater => "better",
            std::cmp::Ordering::Less => "worse",
            std::cmp::Ordering::Equal => "same",
        },
        before: judged(&change.point, change.before, before),
        after: judged(&change.point, change.after, after),
    }
}

fn judged(point: &PointId, verdict: Verdict, assessment: &Assessment) -> Judged {
    let of = assessment.points.iter().find(|judged| judged.point == *point);
    Judged {
        tick: tick(verdict),
        verdict: match verdict {
            Verdict::Covered => "covered",
            Verdict::Partial => "in part",
            Verdict::Missing => "missing",
        },
        doubt: of.and_then(|judged| judged.doubt).map_or("", |doubt| doubt.words()),
        quote: of.and_then(|judged| judged.evidence.as_ref()).map(|evidence| evidence.quote.clone()),
    }
}
