//! Reads a bank from its file. Refuses what is invalid, and says everything that is wrong at once.

use std::collections::BTreeSet;

use crate::bank::reader::{BankError, Problems, Table, root, suggestion};
use crate::bank::{Bank, Competency, FollowUp, Kind, Level, Pitfall, Point, Probe, Question};
use crate::ids::{BankId, CompetencyId, FollowUpId, PitfallId, PointId, QuestionId};

/// Longest length of a good answer, in minutes.
const LONGEST: f32 = 30.0;

impl Bank {
    /// Returns the bank that `text` holds. `file` is named in errors and never opened.
    ///
    /// # Errors
    /// All problems of the file in the order of its lines, each with its line and, where a name is misspelt, a suggestion.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<BankError>> {
        let mut problems = Problems::new(file, text);
        let parsed = root(text, &mut problems);
        let bank = parsed.as_ref().and_then(|root| bank(Table::new("the bank", 0, root.get_ref()), &mut problems));
        problems.or(bank)
    }
}

fn bank(mut table: Table<'_, '_>, problems: &mut Problems<'_>) -> Option<Bank> {
    if !table.is_format_known(problems) {
        return None;
    }
    let id = table.parsed("id", problems, |text| BankId::new(text).map_err(|error| error.to_string()));
    let title = table.text("title", problems);
    let license = table.text("license", problems);
    let source = table.optional_text("source", problems);
    let mut known = BTreeSet::new();
    let competencies = table.tables("competency", "a competency", problems);
    let competencies = competencies.into_iter().filter_map(|one| competency(one, &mut known, problems)).collect();
    let mut taken = BTreeSet::new();
    let questions = table.some_tables("question", "a question", problems);
    let questions = questions.into_iter().filter_map(|one| question(one, &mut taken, &known, problems)).collect();
    table.finish(problems);
    Some(Bank { id: id?, title: title?, license: license?, source, competencies, questions })
}

fn competency(
    mut table: Table<'_, '_>,
    taken: &mut BTreeSet<String>,
    problems: &mut Problems<'_>,
) -> Option<Competency> {
    let id = table.id(taken, problems, CompetencyId::new);
    let title = table.text("title", problems);
    table.finish(problems);
    Some(Competency { id: id?, title: title? })
}

fn question(
    mut table: Table<'_, '_>,
    taken: &mut BTreeSet<String>,
    known: &BTreeSet<String>,
    problems: &mut Problems<'_>,
) -> Option<Question> {
    let id = table.id(taken, problems, QuestionId::new);
    let prompt = table.text("prompt", problems);
    let kind = table.parsed("kind", problems, |text| named(text, &KINDS));
    let level = table.parsed("level", problems, |text| named(text, &LEVELS));
    let minutes = minutes(&mut table, problems);
    let competencies = competencies(&mut table, known, problems);
    let skills = skills(&mut table, problems);
    let assesses = table.text("assesses", problems);
    let model_answer = table.text("model_answer", problems);
    // Points and pitfalls share one set of names, since probes name both.
    let mut named = BTreeSet::new();
    let points = points(&mut table, &mut named, problems);
    let pitfalls = pitfalls(&mut table, &mut named, problems);
    let follow_ups = follow_ups(&mut table, &points, &named, problems);
    table.finish(problems);
    Some(Question {
        id: id?,
        prompt: prompt?,
        kind: kind?,
        level: level?,
        minutes: minutes?,
        competencies,
        skills,
        assesses: assesses?,
        model_answer: model_answer?,
        points,
        pitfalls,
        follow_ups,
    })
}

const KINDS: [(&str, Kind); 5] = [
    ("design", Kind::Design),
    ("behavioural", Kind::Behavioural),
    ("knowledge", Kind::Knowledge),
    ("case", Kind::Case),
    ("opinion", Kind::Opinion),
];

const LEVELS: [(&str, Level); 4] =
    [("junior", Level::Junior), ("mid", Level::Mid), ("senior", Level::Senior), ("principal", Level::Principal)];

fn named<T: Copy>(text: &str, known: &[(&str, T)]) -> Result<T, String> {
    known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        format!("`{text}` is none of `{}`{}", names.join("`, `"), suggestion(text, names.iter().copied()))
    })
}

fn minutes(table: &mut Table<'_, '_>, problems: &mut Problems<'_>) -> Option<f32> {
    let given = table.number("minutes", problems)?;
    let minutes = given as f32;
    if minutes > 0.0 && minutes <= LONGEST {
        return Some(minutes);
    }
    let message = format!("`minutes` in {} must be above 0 and at most {LONGEST}, not {given}", table.what());
    problems.add(table.offset_of("minutes"), message);
    None
}

fn competencies(table: &mut Table<'_, '_>, known: &BTreeSet<String>, problems: &mut Problems<'_>) -> Vec<CompetencyId> {
    let mut found = Vec::new();
    for (offset, text) in table.texts("competencies", problems) {
        let id = CompetencyId::new(text.as_str()).ok().filter(|id| known.contains(id.as_str()));
        if id.is_none() {
            let near = suggestion(&text, known.iter().map(String::as_str));
            let message = format!("{} names the competency `{text}`, which the bank does not have{near}", table.what());
            problems.add(offset, message);
        }
        found.extend(id);
    }
    found
}

fn skills(table: &mut Table<'_, '_>, problems: &mut Problems<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (offset, text) in table.texts("skills", problems) {
        // A skill is a tag and follows the rules of an id, so that it can be asked for at the command line.
        match PointId::new(text) {
            Ok(skill) => found.push(skill.as_str().to_owned()),
            Err(error) => problems.add(offset, format!("`skills` in {}: {error}", table.what())),
        }
    }
    found
}

fn points(table: &mut Table<'_, '_>, taken: &mut BTreeSet<String>, problems: &mut Problems<'_>) -> Vec<Point> {
    let mut points = Vec::new();
    for mut one in table.some_tables("question.point", "a point", problems) {
        let id = one.id(taken, problems, PointId::new);
        let text = one.text("text", problems);
        let weight = weight(&mut one, problems);
        let cues = one.texts("cues", problems).into_iter().map(|(_, cue)| cue).collect();
        let example = one.optional_text("example", problems);
        one.finish(problems);
        if let (Some(id), Some(text), Some(weight)) = (id, text, weight) {
            points.push(Point { id, text, weight, cues, example });
        }
    }
    points
}

fn weight(table: &mut Table<'_, '_>, problems: &mut Problems<'_>) -> Option<u8> {
    let given = table.number("weight", problems)?;
    let weight = (1..=3u8).find(|weight| (f64::from(*weight) - given).abs() < f64::EPSILON);
    if weight.is_none() {
        let message = format!("`weight` in {} must be 1, 2 or 3, not {given}", table.what());
        problems.add(table.offset_of("weight"), message);
    }
    weight
}

fn pitfalls(table: &mut Table<'_, '_>, taken: &mut BTreeSet<String>, problems: &mut Problems<'_>) -> Vec<Pitfall> {
    let mut pitfalls = Vec::new();
    for mut one in table.tables("question.pitfall", "a pitfall", problems) {
        let id = one.id(taken, problems, PitfallId::new);
        let text = one.text("text", problems);
        one.finish(problems);
        if let (Some(id), Some(text)) = (id, text) {
            pitfalls.push(Pitfall { id, text });
        }
    }
    pitfalls
}

/// Reads the follow-ups. `named` are the points and pitfalls of the question, broken ones too: what is wrong with those is
/// told already, and naming them is no second mistake.
fn follow_ups(
    table: &mut Table<'_, '_>,
    points: &[Point],
    named: &BTreeSet<String>,
    problems: &mut Problems<'_>,
) -> Vec<FollowUp> {
    let mut taken = BTreeSet::new();
    let mut follow_ups = Vec::new();
    for mut one in table.tables("question.follow_up", "a follow-up", problems) {
        let id = one.id(&mut taken, problems, FollowUpId::new);
        let prompt = one.text("prompt", problems);
        let mut probes = Vec::new();
        for (offset, text) in one.texts("probes", problems) {
            let probe = named.contains(&text).then(|| probe(text.clone(), points)).flatten();
            if probe.is_none() {
                let near = suggestion(&text, named.iter().map(String::as_str));
                let message =
                    format!("{} probes `{text}`, which is no point or pitfall of its question{near}", one.what());
                problems.add(offset, message);
            }
            probes.extend(probe);
        }
        one.finish(problems);
        if let (Some(id), Some(prompt)) = (id, prompt) {
            follow_ups.push(FollowUp { id, prompt, probes });
        }
    }
    follow_ups
}

/// Returns what a name of the rubric stands for: what is no point is a pitfall.
fn probe(name: String, points: &[Point]) -> Option<Probe> {
    match points.iter().find(|point| point.id.as_str() == name) {
        Some(point) => Some(Probe::Point(point.id.clone())),
        None => PitfallId::new(name).ok().map(Probe::Pitfall),
    }
}
