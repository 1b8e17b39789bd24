//! A session as it is shown: a page a question, with what it covered and every word that was said to it.

use std::ops::Range;

use crate::bank::Question;
use crate::cli::words;
use crate::clock;
use crate::ids::{QuestionId, TurnId};
use crate::judge::{Evidence, Verdict, band};
use crate::review::delivery;
use crate::review::markdown::UNSURE_BELOW;
use crate::review::report::{Report, ReportedExchange, ReportedQuestion};
use crate::session::{Session, Take};
use crate::transcript::phrase::occurrences;
use crate::units::AudioTime;

/// A session.
#[derive(Clone, Debug)]
pub(super) struct Pages {
    /// What it was: the bank's title, and when.
    pub(super) title: String,
    /// The candidate's remark on the whole.
    pub(super) remark: Option<String>,
    /// The questions, in the order of asking.
    pub(super) questions: Vec<Page>,
}

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) id: QuestionId,
    /// Band, 1 to 5, and coverage, 0 to 1. None: it was never judged.
    pub(super) score: Option<(u8, f32)>,
    /// What came of it, in the order of the rubric; then what is said of it otherwise.
    pub(super) items: Vec<Item>,
    /// What was asked, and said to it.
    pub(super) answers: Vec<Said>,
    /// The words of all answers.
    pub(super) words: Vec<Shown>,
    pub(super) model_answer: String,
    pub(super) remark: Option<String>,
}

/// Something that came of a question.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) mark: Mark,
    pub(super) text: String,
    /// The words that show it.
    pub(super) quote: Option<String>,
    /// Where those stand among the words of the page.
    pub(super) place: Option<Range<usize>>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The whole.
    Whole,
    Point(Verdict),
    Pitfall,
    FollowUp,
    Rescored,
    Remark,
}

/// A turn: what was asked, and where the words of the answer stand among those of the page.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) turn: TurnId,
    pub(super) recording: String,
    /// Whether there is sound: typed answers have none.
    pub(super) is_recorded: bool,
    /// What stands before the words: what was asked, why, what came before.
    pub(super) asked: Vec<(Tone, String)>,
    pub(super) words: Range<usize>,
    /// Words that were put right to nothing, by their places among those heard, and as they were heard.
    pub(super) removed: Vec<(usize, String)>,
    /// How it was said.
    pub(super) delivery: Vec<String>,
}

/// In which tone a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Strong,
    Quiet,
}

/// A word as it stands.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) start: AudioTime,
    /// How sure the recogniser is, 0 to 1.
    pub(super) probability: f32,
    /// Its place among the words that were heard.
    pub(super) nth: usize,
    /// As it was heard, where it was put right.
    pub(super) heard: Option<String>,
}

impl Shown {
    /// Returns whether the recogniser was unsure of it, and nobody put it right.
    pub(super) fn is_unsure(&self) -> bool {
        self.heard.is_none() && self.probability < UNSURE_BELOW
    }
}

impl Pages {
    /// Returns the pages of a session.
    pub(super) fn of(session: &Session) -> Self {
        let report = Report::of(session);
        let started = clock::local_date(session.opened.started).strftime("%-d %b %Y");
        Self {
            title: format!("{} · {started}", report.title),
            questions: report.questions.iter().map(|question| Page::of(session, &report, question)).collect(),
            remark: report.remark,
        }
    }
}

impl Page {
    fn of(session: &Session, report: &Report, question: &ReportedQuestion) -> Self {
        let mut page = Self {
            id: question.question.clone(),
            score: question.band.zip(question.coverage).map(|(band, coverage)| (band.get(), coverage)),
            items: Vec::new(),
            answers: Vec::new(),
            words: Vec::new(),
            model_answer: question.model_answer.clone(),
            remark: question.remark.clone(),
        };
        let mut follow_ups = Vec::new();
        for (nth, exchange) in session.exchanges.iter().enumerate() {
            if exchange.asked.question != question.question {
                continue;
            }
            let reported = &report.exchanges[nth];
            let first = page.words.len();
            for (take, prompt) in
                exchange.takes.iter().zip(std::iter::once(Some(reported)).chain(std::iter::repeat(None)))
            {
                page.say(take, prompt.map_or_else(went_on, |reported| asked(session, reported)), reported.minutes);
            }
            if reported.follow_up.is_some() {
                follow_ups.push(follow_up(reported, first..page.words.len()));
            }
            for aside in session.asides.iter().filter(|aside| aside.after == nth + 1) {
                let cut = vec![(Tone::Quiet, format!("{} You put in:", aside.line))];
                page.say(&aside.take, cut, None);
            }
        }
        page.items = page.items(session, question);
        page.items.extend(follow_ups);
        page.items.extend(question.rescored.iter().map(rescored));
        page.items.extend(question.remark.iter().map(|text| Item::plain(Mark::Remark, text.clone())));
        page
    }

    fn say(&mut self, take: &Take, asked: Vec<(Tone, String)>, minutes: Option<f64>) {
        let start = self.words.len();
        self.words.extend(take.words().into_iter().map(|one| Shown {
            text: one.word.text,
            start: one.word.span.start,
            probability: one.word.probability,
            nth: one.nth,
            heard: one.heard.map(str::to_owned),
        }));
        self.answers.push(Said {
            turn: take.turn,
            recording: take.recording.clone(),
            is_recorded: take.duration_ms != Some(0),
            asked,
            words: start..self.words.len(),
            removed: removed(take),
            delivery: delivery::lines(&take.delivery(), minutes),
        });
    }

    fn items(&self, session: &Session, question: &ReportedQuestion) -> Vec<Item> {
        let assessment = session.assessments.get(&question.question);
        let Some((assessment, rubric)) = assessment.zip(session.question(&question.question)) else {
            return vec![Item::plain(Mark::Whole, "Not judged.".into())];
        };
        let whole = format!("{}: {}", words::summary(assessment), band::reason(rubric, assessment));
        let points = assessment.points.iter().map(|judged| Item {
            text: format!("{}{}", point_text(rubric, &judged.point), words::doubt(judged.doubt)),
            ..self.quoting(Mark::Point(judged.verdict), judged.evidence.as_ref())
        });
        let pitfalls = assessment.pitfalls.iter().map(|hit| {
            let text = rubric.pitfalls.iter().find(|pitfall| pitfall.id == hit.pitfall);
            Item {
                text: text.map_or_else(String::new, |pitfall| pitfall.text.clone()),
                ..self.quoting(Mark::Pitfall, Some(&hit.evidence))
            }
        });
        std::iter::once(Item::plain(Mark::Whole, whole)).chain(points).chain(pitfalls).collect()
    }

    fn quoting(&self, mark: Mark, evidence: Option<&Evidence>) -> Item {
        Item {
            mark,
            text: String::new(),
            quote: evidence.map(|evidence| evidence.quote.clone()),
            place: evidence.and_then(|evidence| self.place(evidence)),
        }
    }

    /// Returns where the words stand that earned a verdict. Of several places it is the one at that time.
    fn place(&self, evidence: &Evidence) -> Option<Range<usize>> {
        let said = self.answers.iter().find(|said| said.turn == evidence.turn)?;
        let texts = self.texts(said.words.clone());
        let at = evidence.span.map_or(AudioTime::ZERO, |span| span.start).as_ms();
        let found = occurrences(&texts, &evidence.quote).into_iter();
        let found = found.map(|place| place.start + said.words.start..place.end + said.words.start);
        found.min_by_key(|place| self.words[place.start].start.as_ms().abs_diff(at))
    }

    /// Returns the words of a stretch.
    pub(super) fn texts(&self, stretch: Range<usize>) -> Vec<&str> {
        self.words[stretch].iter().map(|word| word.text.as_str()).collect()
    }

    /// Returns which answer a word belongs to. The first one where there are no words at all.
    pub(super) fn answer_at(&self, word: usize) -> Option<&Said> {
        self.answers.iter().find(|said| said.words.contains(&word)).or_else(|| self.answers.first())
    }
}

impl Item {
    fn plain(mark: Mark, text: String) -> Self {
        Self { mark, text, quote: None, place: None }
    }
}

fn removed(take: &Take) -> Vec<(usize, String)> {
    let heard = take.as_heard().map_or(&[][..], |heard| &heard.words);
    let nothing = take.corrections.iter().filter(|(_, text)| text.trim().is_empty());
    nothing.filter_map(|(nth, _)| Some((*nth, heard.get(*nth)?.text.clone()))).collect()
}

fn point_text(rubric: &Question, point: &crate::ids::PointId) -> String {
    rubric.point(point).map_or_else(String::new, |point| point.text.clone())
}

fn asked(session: &Session, reported: &ReportedExchange) -> Vec<(Tone, String)> {
    let who = reported.asked_by.as_ref().unwrap_or(&session.opened.plan.persona.name);
    let reason = reported.reason_text.iter().map(|reason| (Tone::Quiet, format!("Why this was asked: {reason}")));
    std::iter::once((Tone::Strong, format!("{who}: {}", reported.prompt))).chain(reason).collect()
}

fn went_on() -> Vec<(Tone, String)> {
    vec![(Tone::Quiet, "Another try, or how you went on:".into())]
}

fn follow_up(reported: &ReportedExchange, words: Range<usize>) -> Item {
    let reason = reported.reason_text.as_deref().unwrap_or("it was asked");
    let gained = reported.gained_text.as_ref().map_or_else(String::new, |gained| format!(" {gained}"));
    Item {
        mark: Mark::FollowUp,
        text: format!("{} {reason}{gained}", reported.prompt),
        quote: None,
        place: (!words.is_empty()).then_some(words),
    }
}

fn rescored(one: &crate::review::report::ReportedRescoring) -> Item {
    let scores = one.change.as_ref().map_or_else(String::new, |change| {
        let ((from, to), (before, after)) = (change.band, change.coverage);
        let (before, after) = (before * 100.0, after * 100.0);
        if (from, before) == (to, after) {
            return ": as before".to_owned();
        }
        format!(": band {} → {}, coverage {before:.0} → {after:.0} %", from.get(), to.get())
    });
    let day = clock::local_date(one.on).strftime("%-d %b");
    Item::plain(Mark::Rescored, format!("{day}, {}, since {}{scores}", one.by, one.why.words()))
}
