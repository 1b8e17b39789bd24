//! The report: one JSON document that holds everything a reader of a session needs. Its keys are only ever added to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::{Pitfall, Point, Question};
use crate::ids::{BankId, CompetencyId, FollowUpId, QuestionId};
use crate::interview::effect::{Ending, Reason};
use crate::judge::{Assessment, Band, Doubt, Evidence, Standing, Verdict, band};
use crate::review::attempts::{Comparison, compare};
use crate::review::pressure_effect::PressureEffect;
use crate::review::probing::{Probing, reason_text, worded};
use crate::review::wording::{Feedback, StrongerVersion};
use crate::session::outcome::{Outcome, outcomes};
use crate::session::record::Source;
use crate::session::revision::Rescoring;
use crate::session::{Aside, Exchange, Session, Take};
use crate::transcript::delivery::Delivery;
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::units::Span;

/// A session, ready to read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this format.
    pub format: u32,
    /// The session's name.
    pub session: String,
    /// When it began.
    pub started: jiff::Timestamp,
    /// Version of Hotseat that kept it.
    pub hotseat: String,
    /// Where the answers came from.
    pub source: Source,
    /// The bank.
    pub bank: BankId,
    /// The bank's title.
    pub title: String,
    /// Who asked.
    pub persona: String,
    /// How it ended. Null: it broke off.
    pub ending: Option<Ending>,
    /// What was asked and said, in order.
    pub exchanges: Vec<ReportedExchange>,
    /// What the candidate put in between, where nothing was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asides: Vec<ReportedAside>,
    /// The questions as a whole, after all follow-ups.
    pub questions: Vec<ReportedQuestion>,
    /// Mean coverage for each competency that was asked about.
    pub competencies: Vec<Competency>,
    /// What is worth saying.
    pub feedback: Feedback,
    /// What the session's pressure did, beside earlier sessions. Absent where it is not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure_effect: Option<PressureEffect>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// The candidate's own remark on the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// Something that was asked, and what was said to it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedExchange {
    /// The question.
    pub question: QuestionId,
    /// The follow-up, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// Why that follow-up was chosen, or a question in place of the planned one.
    pub reason: Option<Reason>,
    /// The reason in words: what it probed and what the judge believed of that.
    pub reason_text: Option<String>,
    /// What it probed, before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probed: Option<Probing>,
    /// What the answer to it gained, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gained_text: Option<String>,
    /// The words of the question or follow-up.
    pub prompt: String,
    /// The language model whose words these are. Null: they are the bank's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worded_by: Option<String>,
    /// Who asked it, where a panel did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// What was said in the tries before the last one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierTry>,
    /// The recordings, one for each try, the last one last.
    pub recordings: Vec<String>,
    /// Why the last try ended.
    pub ended: Option<EndReason>,
    /// The words as text.
    pub text: String,
    /// The words with times within their recording, and how sure the recogniser was of each.
    pub words: Vec<ReportedWord>,
    /// Stretches of the last recording in which the microphone was away; silence stands for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Span>,
    /// How it was said.
    pub delivery: Delivery,
    /// How many minutes the question allows.
    pub minutes: Option<f64>,
    /// What the judge said of the question after this exchange.
    pub verdicts: Vec<ReportedPoint>,
    /// The pitfalls that the question's answers had hit by then.
    pub pitfalls: Vec<ReportedPitfall>,
    /// Share of the rubric's weight made by then, 0 to 1.
    pub coverage: Option<f32>,
    /// Band by then.
    pub band: Option<Band>,
    /// What was measured.
    pub timings: Timings,
}

/// A word, as it stands and as it was heard.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedWord {
    /// The word.
    #[serde(flatten)]
    pub word: Word,
    /// Its place among the words that were heard, counted from 0. Words that stand for one share it.
    pub nth: usize,
    /// The word as it was heard, where it was put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<String>,
}

/// A time that a question was judged again.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedRescoring {
    /// When.
    pub on: jiff::Timestamp,
    /// Who judged it.
    pub by: String,
    /// Why.
    pub why: Rescoring,
    /// What changed. Null: it had not been judged before.
    pub change: Option<Comparison>,
}

/// A try at an answer before the last one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EarlierTry {
    /// Its recording.
    pub recording: String,
    /// What was said.
    pub text: String,
    /// Why it ended.
    pub ended: Option<EndReason>,
    /// Whether the candidate gave the answer again, so that this try was not judged.
    pub given_again: bool,
}

/// Something that the candidate put in, interrupting a line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedAside {
    /// How many exchanges came before.
    pub after: usize,
    /// The words of the line that was cut.
    pub line: String,
    /// What was said.
    pub text: String,
    /// Its recording.
    pub recording: String,
}

/// What was measured, in milliseconds. Null where it could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Timings {
    /// Length of the recording.
    pub answer_ms: Option<u64>,
    /// Work of the recogniser that was left when the turn ended.
    pub transcribed_in_ms: Option<u64>,
    /// Work of the recogniser on the turn in all, while the candidate spoke included.
    pub recognised_in_ms: Option<u64>,
    /// Work of the judge.
    pub judged_in_ms: Option<u64>,
    /// From the end of speech to the first sound of the next line.
    pub reply_after_speech_ms: Option<u64>,
    /// From the decision that the turn had ended to that sound.
    pub reply_after_decision_ms: Option<u64>,
    /// From the end of the speech to the first sound of the line after that one, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub went_on_after_speech_ms: Option<u64>,
}

/// A question after all its follow-ups.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedQuestion {
    /// Which.
    pub question: QuestionId,
    /// Its words.
    pub prompt: String,
    /// What kind of thing was said. Null: it was never judged.
    pub standing: Option<Standing>,
    /// The verdicts.
    pub verdicts: Vec<ReportedPoint>,
    /// The pitfalls that were hit.
    pub pitfalls: Vec<ReportedPitfall>,
    /// Share of the rubric's weight made, 0 to 1.
    pub coverage: Option<f32>,
    /// The answer as a whole.
    pub band: Option<Band>,
    /// Why it has that band, in a sentence.
    pub band_reason: Option<String>,
    /// What somebody good might say.
    pub model_answer: String,
    /// A stronger version of the candidate's own answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stronger: Option<StrongerVersion>,
    /// The times that it was judged again, after the interview.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rescored: Vec<ReportedRescoring>,
    /// The candidate's own remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A point and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedPoint {
    /// The point, with its words and weight.
    #[serde(flatten)]
    pub point: Point,
    /// Whether it was made.
    pub verdict: Verdict,
    /// How sure the judge is, 0 to 1.
    pub confidence: f32,
    /// Probability that it was at least touched, 0 to 1.
    pub p_partial: f32,
    /// Probability that it was covered, 0 to 1.
    pub p_covered: f32,
    /// Why the verdict is to be taken with care.
    pub doubt: Option<Doubt>,
    /// The words that earned it.
    pub evidence: Option<Evidence>,
}

/// A pitfall that was hit.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportedPitfall {
    /// The pitfall.
    #[serde(flatten)]
    pub pitfall: Pitfall,
    /// How sure the judge is, 0 to 1.
    pub confidence: f32,
    /// The words that show it.
    pub evidence: Evidence,
}

/// How a competency fared.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Competency {
    /// Which.
    pub id: CompetencyId,
    /// Its title.
    pub title: String,
    /// Questions that were judged.
    pub questions: usize,
    /// Mean coverage of those, 0 to 1.
    pub coverage: f32,
}

impl Report {
    /// Returns the report of a session, however far it came.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let plan = &session.opened.plan;
        let questions: Vec<ReportedQuestion> =
            asked_questions(session).map(|question| reported(session, question)).collect();
        Self {
            format: 1,
            session: session.opened.id.clone(),
            started: session.opened.started,
            hotseat: session.opened.hotseat.clone(),
            source: session.opened.source.clone(),
            bank: plan.bank.id.clone(),
            title: plan.bank.title.clone(),
            persona: plan.persona.name.clone(),
            ending: session.ending,
            exchanges: (0..session.exchanges.len()).map(|nth| exchanged(session, nth)).collect(),
            asides: session.asides.iter().map(aside).collect(),
            competencies: competencies(session, &questions),
            questions,
            feedback: Feedback::of(session),
            pressure_effect: None,
            notes: session.notes.clone(),
            remark: session.remarks.get(&None).cloned(),
        }
    }

    /// Returns the report of a session beside what came of the same candidate's questions before it.
    #[must_use]
    pub fn beside(session: &Session, earlier: &[Outcome]) -> Self {
        Self { pressure_effect: PressureEffect::of(&outcomes(session), earlier), ..Self::of(session) }
    }
}

fn aside(aside: &Aside) -> ReportedAside {
    ReportedAside {
        after: aside.after,
        line: aside.line.clone(),
        text: aside.take.transcript.as_ref().map_or_else(String::new, Transcript::text),
        recording: aside.take.recording.clone(),
    }
}

pub(super) fn asked_questions(session: &Session) -> impl Iterator<Item = &Question> {
    let main = session.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
    main.filter_map(|exchange| session.question(&exchange.asked.question))
}

fn reported(session: &Session, question: &Question) -> ReportedQuestion {
    let assessment = session.assessments.get(&question.id);
    ReportedQuestion {
        question: question.id.clone(),
        prompt: question.prompt.clone(),
        standing: assessment.map(|assessment| assessment.standing),
        verdicts: assessment.map_or_else(Vec::new, |assessment| points(question, assessment)),
        pitfalls: assessment.map_or_else(Vec::new, |assessment| pitfalls(question, assessment)),
        coverage: assessment.map(|assessment| assessment.coverage),
        band: assessment.map(|assessment| assessment.band),
        band_reason: assessment.map(|assessment| band::reason(question, assessment)),
        model_answer: question.model_answer.clone(),
        stronger: StrongerVersion::of(session, &question.id),
        rescored: rescored(session, question),
        remark: session.remarks.get(&Some(question.id.clone())).cloned(),
    }
}

fn rescored(session: &Session, question: &Question) -> Vec<ReportedRescoring> {
    let times = session.rescored.iter().filter(|one| one.question == question.id);
    times
        .map(|one| ReportedRescoring {
            on: one.on,
            by: one.by.clone(),
            why: one.why,
            change: one
                .before
                .as_ref()
                .map(|before| compare(one.rubric.as_deref().unwrap_or(question), before, &one.after)),
        })
        .collect()
}

/// Returns what the judge had said of a question before it was asked on.
fn believed_before(session: &Session, nth: usize) -> Option<&Assessment> {
    let question = &session.exchanges[nth].asked.question;
    let mut earlier = session.exchanges[..nth].iter().rev().filter(|exchange| exchange.asked.question == *question);
    earlier.find_map(|exchange| exchange.assessment.as_ref())
}

fn exchanged(session: &Session, nth: usize) -> ReportedExchange {
    let exchange: &Exchange = &session.exchanges[nth];
    let question = session.opened.plan.bank.question(&exchange.asked.question);
    let judged = question.zip(exchange.assessment.as_ref());
    let before = believed_before(session, nth);
    let chosen = exchange.reason.as_ref().zip(question);
    let probed = chosen
        .zip(before)
        .and_then(|((reason, question), before)| Probing::of(question, reason, before, exchange.assessment.as_ref()));
    let last: Option<&Take> = exchange.takes.last();
    let nothing = Transcript::default();
    let transcript = last.and_then(|take| take.transcript.as_ref()).unwrap_or(&nothing);
    let gaps = last.map_or(&[][..], |take| &take.gaps);
    ReportedExchange {
        question: exchange.asked.question.clone(),
        follow_up: exchange.asked.follow_up.clone(),
        reason: exchange.reason.clone(),
        reason_text: chosen
            .map(|(reason, question)| reason_text(reason, question, before) + &worded(exchange, question)),
        worded_by: exchange.worded_by.clone(),
        gained_text: probed.as_ref().and_then(Probing::gain),
        probed,
        prompt: exchange.prompt.clone(),
        asked_by: asked_by(session, exchange),
        earlier: earlier(&exchange.takes),
        recordings: exchange.takes.iter().map(|take| take.recording.clone()).collect(),
        ended: last.and_then(|take| take.ended),
        text: transcript.text(),
        words: last.map_or_else(Vec::new, reported_words),
        delivery: last.map(Take::delivery).unwrap_or_default(),
        gaps: gaps.to_vec(),
        minutes: question.map(|question| f64::from(question.minutes)),
        verdicts: judged.map_or_else(Vec::new, |(question, assessment)| points(question, assessment)),
        pitfalls: judged.map_or_else(Vec::new, |(question, assessment)| pitfalls(question, assessment)),
        coverage: exchange.assessment.as_ref().map(|assessment| assessment.coverage),
        band: exchange.assessment.as_ref().map(|assessment| assessment.band),
        timings: Timings {
            answer_ms: last.and_then(|take| take.duration_ms),
            transcribed_in_ms: last.and_then(|take| take.transcribed_in_ms),
            recognised_in_ms: last.and_then(|take| take.recognised_in_ms),
            judged_in_ms: exchange.judged_in_ms,
            reply_after_speech_ms: exchange.reply_after_speech_ms,
            reply_after_decision_ms: exchange.reply_after_decision_ms,
            went_on_after_speech_ms: exchange.went_on_after_speech_ms,
        },
    }
}

fn reported_words(take: &Take) -> Vec<ReportedWord> {
    let words = take.words().into_iter();
    words.map(|one| ReportedWord { word: one.word, nth: one.nth, heard: one.heard.map(str::to_owned) }).collect()
}

/// Returns who asked, where a panel did.
fn asked_by(session: &Session, exchange: &Exchange) -> Option<String> {
    let plan = &session.opened.plan;
    (!plan.panel.is_empty()).then(|| plan.speaker(exchange.speaker.as_deref()).name.clone())
}

/// Returns what was said in the tries before the last one; those without words are left out.
fn earlier(takes: &[Take]) -> Vec<EarlierTry> {
    let text = |take: &Take| take.transcript.as_ref().map_or_else(String::new, Transcript::text);
    let tries = takes.windows(2).map(|two| EarlierTry {
        recording: two[0].recording.clone(),
        text: text(&two[0]),
        ended: two[0].ended,
        given_again: two[0].given_again && !text(&two[1]).is_empty(),
    });
    tries.filter(|one| !one.text.is_empty()).collect()
}

fn points(question: &Question, assessment: &Assessment) -> Vec<ReportedPoint> {
    let judged = assessment.points.iter();
    judged
        .filter_map(|judged| {
            Some(ReportedPoint {
                point: question.point(&judged.point)?.clone(),
                verdict: judged.verdict,
                confidence: judged.confidence,
                p_partial: judged.p_partial,
                p_covered: judged.p_covered,
                doubt: judged.doubt,
                evidence: judged.evidence.clone(),
            })
        })
        .collect()
}

fn pitfalls(question: &Question, assessment: &Assessment) -> Vec<ReportedPitfall> {
    let hits = assessment.pitfalls.iter();
    hits.filter_map(|hit| {
        Some(ReportedPitfall {
            pitfall: question.pitfalls.iter().find(|pitfall| pitfall.id == hit.pitfall)?.clone(),
            confidence: hit.confidence,
            evidence: hit.evidence.clone(),
        })
    })
    .collect()
}

fn competencies(session: &Session, questions: &[ReportedQuestion]) -> Vec<Competency> {
    let bank = &session.opened.plan.bank;
    let mut found = Vec::new();
    for competency in &bank.competencies {
        let coverages: Vec<f32> = questions
            .iter()
            .filter(|asked| bank.question(&asked.question).is_some_and(|one| one.competencies.contains(&competency.id)))
            .filter_map(|asked| asked.coverage)
            .collect();
        if !coverages.is_empty() {
            found.push(Competency {
                id: competency.id.clone(),
                title: competency.title.clone(),
                questions: coverages.len(),
                coverage: coverages.iter().sum::<f32>() / coverages.len() as f32,
            });
        }
    }
    found
}
