//! Makes questions of a bank out of what was found: chooses ids, fills what an article does not say, and notes each guess.

use std::collections::BTreeMap;

use super::assemble::{Document, Found, Piece};
use super::guess::{self, Ids};
use super::label::Role;
use super::left_out::{LeftOut, Why};
use super::parts::{Part, follow_ups, list, prose, unquoted};
use super::sentences::{self, Said};
use crate::bank::{Kind, Level};

/// Words that a follow-up and a point share, at least, before the one is taken to probe the other.
const SHARED: usize = 2;

/// A value, and what is to be looked at where it was guessed.
#[derive(Clone, Debug)]
pub(super) struct Guess<T> {
    pub(super) value: T,
    pub(super) review: Option<&'static str>,
}

impl<T> Guess<T> {
    fn stated(value: T) -> Self {
        Self { value, review: None }
    }

    pub(super) fn guessed(value: T, review: &'static str) -> Self {
        Self { value, review: Some(review) }
    }
}

/// A point, pitfall or follow-up.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) text: String,
    /// Where it was not listed as such.
    pub(super) review: Option<&'static str>,
    /// The weight of a point.
    pub(super) weight: u8,
    /// What a follow-up probes.
    pub(super) probes: Vec<String>,
}

/// A question of the bank to be.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) line: usize,
    pub(super) id: String,
    pub(super) prompt: String,
    pub(super) kind: Guess<Kind>,
    pub(super) level: Guess<Level>,
    pub(super) minutes: Guess<f32>,
    pub(super) competency: Option<String>,
    /// Whether the competency is that of a heading above.
    pub(super) is_competency_guessed: bool,
    pub(super) skills: Vec<String>,
    pub(super) assesses: Guess<String>,
    pub(super) answer: Guess<String>,
    pub(super) points: Vec<Entry>,
    pub(super) pitfalls: Vec<Entry>,
    pub(super) follow_ups: Vec<Entry>,
    /// Whether the answer was put together from the points.
    pub(super) is_answer_made: bool,
}

/// The questions of a bank to be, with the competencies that they name.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    /// Ids and titles.
    pub(super) competencies: Vec<(String, String)>,
    pub(super) questions: Vec<Draft>,
    pub(super) left_out: Vec<LeftOut>,
}

/// How questions are made of what was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// The level of questions that tell none.
    pub(super) level: Option<Level>,
    /// Whether the sentences of an answer are points even where points of assessment are listed.
    pub(super) answer_points: bool,
    /// Whether questions are kept that nobody can judge yet.
    pub(super) keeps_bare: bool,
}

/// Returns the questions of a document: those that can be judged, unless others are to be kept as well.
pub(super) fn drafts(document: Document, manner: Manner) -> Drafts {
    let mut drafts = Drafts { left_out: document.left_out, ..Drafts::default() };
    let mut desk = Desk { question_ids: Ids::default(), competencies: Competencies::default(), manner };
    let sections = desk.sections(&document.sections, &document.questions, &mut drafts.left_out);
    for found in document.questions {
        let section = found.section.and_then(|section| sections.get(&section).cloned());
        let draft = desk.draft(found, section, &mut drafts.left_out);
        drafts.questions.extend(draft);
    }
    drafts.competencies = desk.competencies.known;
    drafts
}

#[derive(Default)]
struct Competencies {
    ids: Ids,
    known: Vec<(String, String)>,
    by_title: BTreeMap<String, String>,
}

impl Competencies {
    fn of(&mut self, title: &str) -> String {
        let key = title.to_lowercase();
        if let Some(id) = self.by_title.get(&key) {
            return id.clone();
        }
        let id = self.ids.of(title, "competency");
        self.by_title.insert(key, id.clone());
        self.known.push((id.clone(), title.to_owned()));
        id
    }
}

struct Desk {
    question_ids: Ids,
    competencies: Competencies,
    manner: Manner,
}

impl Desk {
    /// Makes competencies of the headings above questions, where one of them has more than one. The others are left out.
    fn sections(
        &mut self,
        sections: &[(usize, String)],
        questions: &[Found],
        left_out: &mut Vec<LeftOut>,
    ) -> BTreeMap<usize, String> {
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for section in questions.iter().filter_map(|question| question.section) {
            *sizes.entry(section).or_default() += 1;
        }
        let groups = sizes.values().any(|size| *size > 1);
        let mut found = BTreeMap::new();
        for (nth, (line, title)) in sections.iter().enumerate() {
            if sizes.contains_key(&nth) && groups {
                found.insert(nth, self.competencies.of(title));
            } else {
                left_out.push(LeftOut::new(*line, title, Why::Heading));
            }
        }
        found
    }

    fn draft(&mut self, found: Found, section: Option<String>, left_out: &mut Vec<LeftOut>) -> Option<Draft> {
        let prompt =
            unquoted(&found.prompt.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")).to_owned();
        if !prompt.chars().any(char::is_alphanumeric) {
            leave(&found, Why::NoQuestion, left_out);
            return None;
        }
        let (answer, why) = answer_and_why(&found, left_out);
        let mut ids = Ids::default();
        let mut beside = Vec::new();
        let points = self.points(&found, &answer, &mut ids, &mut beside, left_out);
        if points.is_empty() && !self.manner.keeps_bare {
            left_out.push(LeftOut::new(found.line, &prompt, Why::NothingToJudge));
            leave_parts(&found, Why::NothingToJudge, left_out);
            return None;
        }
        let is_answer_made = answer.is_empty();
        let assesses = assesses(why, &beside, &points);
        let answer = if is_answer_made {
            Guess::guessed(joined(&points), "no answer was given; these are the points")
        } else {
            Guess { value: answer, review: found.part(Role::Answer).is_empty().then_some("it had no label") }
        };
        let pitfalls = pitfalls(&found, &mut ids, left_out);
        let follow_ups = follow_up_entries(&found, &points, left_out);
        left_out.extend(
            found.part(Role::PoorAnswer).iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::PoorAnswer)),
        );
        for role in [Role::Number, Role::Title] {
            left_out.extend(found.part(role).iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::NoPlace)));
        }
        let stated = self.competency(&found);
        let is_competency_guessed = stated.is_none();
        Some(Draft {
            line: found.line,
            id: self.question_ids.of(&prompt, "question"),
            kind: Guess::guessed(guess::kind(&prompt), "kind and level are guessed"),
            level: self.level(&found, left_out),
            minutes: minutes(&found, &answer.value, left_out),
            competency: stated.or(section),
            is_competency_guessed,
            skills: skills(&found, left_out),
            prompt,
            assesses,
            answer,
            points,
            pitfalls,
            follow_ups,
            is_answer_made,
        })
    }

    fn points(
        &self,
        found: &Found,
        answer: &str,
        ids: &mut Ids,
        beside: &mut Vec<Part>,
        left_out: &mut Vec<LeftOut>,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut add = |text: &str, review: Option<&'static str>| {
            entries.push(Entry {
                id: ids.of(text, "point"),
                text: text.to_owned(),
                review,
                weight: guess::weight(text),
                probes: Vec::new(),
            });
        };
        for part in list(&found.part(Role::Points), beside) {
            add(&part.text, None);
        }
        let mut advice_beside = Vec::new();
        for part in list(&found.part(Role::Advice), &mut advice_beside) {
            add(&part.text, Some("from advice on how to answer"));
        }
        left_out.extend(advice_beside.iter().map(|part| LeftOut::new(part.line, &part.text, Why::BesideList)));
        if (entries.is_empty() || self.manner.answer_points) && !answer.is_empty() {
            let Said { points, fillers } = sentences::points(answer);
            let line = found.part(Role::Answer).first().map_or(found.line, |piece| piece.line);
            left_out.extend(fillers.iter().map(|filler| LeftOut::new(line, filler, Why::Filler)));
            for point in &points {
                let review = Some("a sentence of the answer");
                entries.push(Entry {
                    id: ids.of(point, "point"),
                    text: point.clone(),
                    review,
                    weight: guess::weight(point),
                    probes: Vec::new(),
                });
            }
        }
        entries
    }

    fn level(&self, found: &Found, left_out: &mut Vec<LeftOut>) -> Guess<Level> {
        let pieces = found.part(Role::Level);
        let told = pieces.iter().find_map(|piece| guess::level(&piece.text));
        if told.is_none() {
            left_out.extend(pieces.iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::NoPlace)));
        }
        match told {
            Some(level) => Guess::stated(level),
            None => Guess::guessed(self.manner.level.unwrap_or(Level::Mid), "kind and level are guessed"),
        }
    }

    fn competency(&mut self, found: &Found) -> Option<String> {
        let title = prose(&found.part(Role::Competency));
        (!title.is_empty()).then(|| self.competencies.of(&title))
    }
}

/// Returns the answer and why the question is asked. Text without a label answers where nothing else does.
fn answer_and_why(found: &Found, left_out: &mut Vec<LeftOut>) -> (String, String) {
    let labelled = prose(&found.part(Role::Answer));
    let why = prose(&found.part(Role::Why));
    let loose = prose(&found.unlabelled);
    if labelled.is_empty() {
        return (loose, why);
    }
    if why.is_empty() {
        return (labelled, loose);
    }
    left_out.extend(found.unlabelled.iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::OutsideQuestions)));
    (labelled, why)
}

fn assesses(why: String, beside: &[Part], points: &[Entry]) -> Guess<String> {
    let beside: Vec<&str> = beside.iter().map(|part| part.text.as_str()).collect();
    let told = [why.as_str(), beside.join(" ").as_str()].join(" ").trim().to_owned();
    if told.is_empty() {
        Guess::guessed(joined(&points[..points.len().min(3)]), "put together from the points")
    } else {
        Guess::stated(told)
    }
}

/// Returns points as running text.
pub(super) fn joined(points: &[Entry]) -> String {
    let sentence = |entry: &Entry| {
        if entry.text.ends_with(char::is_alphanumeric) { format!("{}.", entry.text) } else { entry.text.clone() }
    };
    points.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

fn pitfalls(found: &Found, ids: &mut Ids, left_out: &mut Vec<LeftOut>) -> Vec<Entry> {
    let mut beside = Vec::new();
    let listed = list(&found.part(Role::Pitfalls), &mut beside);
    left_out.extend(beside.iter().map(|part| LeftOut::new(part.line, &part.text, Why::BesideList)));
    let entry = |part: Part| Entry {
        id: ids.of(&part.text, "pitfall"),
        text: part.text,
        review: None,
        weight: 0,
        probes: Vec::new(),
    };
    listed.into_iter().map(entry).collect()
}

fn follow_up_entries(found: &Found, points: &[Entry], left_out: &mut Vec<LeftOut>) -> Vec<Entry> {
    let mut ids = Ids::default();
    let asked = follow_ups(&found.part(Role::FollowUps), left_out);
    let entry = |part: Part| {
        let probes = probed(&part.text, points);
        let review = if probes.is_some() { "what it probes is guessed" } else { "name the points that it probes" };
        let probes = probes.into_iter().collect();
        Entry { id: ids.of(&part.text, "follow-up"), text: part.text, review: Some(review), weight: 0, probes }
    };
    asked.into_iter().map(entry).collect()
}

/// Returns the point with which a follow-up shares the most telling words, if there are enough.
fn probed(follow_up: &str, points: &[Entry]) -> Option<String> {
    let asked = stems(follow_up);
    let shared = |point: &Entry| stems(&point.text).intersection(&asked).count();
    let best = points
        .iter()
        .map(|point| (shared(point), point))
        .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 >= SHARED).then(|| best.1.id.clone())
}

/// Returns the beginnings of the telling words.
fn stems(text: &str) -> std::collections::BTreeSet<String> {
    let words = text.to_lowercase();
    let telling = words.split(|c: char| !c.is_alphanumeric()).filter(|word| {
        word.chars().count() > 3
            && !matches!(
                *word,
                "what"
                    | "would"
                    | "that"
                    | "this"
                    | "your"
                    | "with"
                    | "have"
                    | "when"
                    | "from"
                    | "they"
                    | "them"
                    | "then"
                    | "does"
            )
    });
    telling.map(|word| word.chars().take(5).collect()).collect()
}

fn minutes(found: &Found, answer: &str, left_out: &mut Vec<LeftOut>) -> Guess<f32> {
    let pieces = found.part(Role::Minutes);
    if let Some(minutes) = pieces.iter().find_map(|piece| guess::stated_minutes(&piece.text)) {
        return Guess::stated(minutes);
    }
    left_out.extend(pieces.iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::NoPlace)));
    Guess::guessed(guess::minutes(answer), "from the length of the answer")
}

fn skills(found: &Found, left_out: &mut Vec<LeftOut>) -> Vec<String> {
    let mut skills: Vec<String> = Vec::new();
    for piece in found.part(Role::Skills) {
        let is_spaced =
            !piece.text.contains([',', ';', '|']) && !piece.text.contains(char::is_uppercase) && piece.depth.is_none();
        let marks = |c: char| matches!(c, ',' | ';' | '|' | '#') || (is_spaced && c == ' ');
        for tag in piece.text.split(marks).map(str::trim).filter(|tag| !tag.is_empty()) {
            match guess::slug(tag) {
                slug if slug.is_empty() => left_out.push(LeftOut::new(piece.line, tag, Why::NoPlace)),
                slug => skills.push(slug),
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    skills.retain(|skill| seen.insert(skill.clone()));
    skills
}

fn leave(found: &Found, why: Why, left_out: &mut Vec<LeftOut>) {
    leave_pieces(&found.unlabelled, why, left_out);
    leave_parts(found, why, left_out);
}

fn leave_parts(found: &Found, why: Why, left_out: &mut Vec<LeftOut>) {
    for (_, pieces) in &found.parts {
        leave_pieces(pieces, why, left_out);
    }
}

fn leave_pieces(pieces: &[Piece], why: Why, left_out: &mut Vec<LeftOut>) {
    left_out.extend(pieces.iter().map(|piece| LeftOut::new(piece.line, &piece.text, why)));
}
