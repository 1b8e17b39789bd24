//! The page of progress, at `/progress?bank=BANK&since=DATE`.

use askama::Template;

use crate::prompt::pressure_effect::words;
use crate::review::measure::Measure;
use crate::review::pressure_effect::{Compared, PressureEffect, Told};
use crate::review::progress::Progress;
use crate::review::progress::attempt::Attempt;
use crate::review::progress::manner::Manner;
use crate::review::progress::topic::Topic;
use crate::review::progress::words::{counted, percent};
use crate::web::charts::{self, Chart, Dot, WEEKS_SIZE};
use crate::web::pages::figure::{Cell, Figure, latest, question_link, session_link};

/// Skills that stand there at once, the most answered; the others can be unfolded.
const SKILLS: usize = 10;

/// Answers that the chart in a line shows, the latest.
const SPARKED: usize = 20;

#[derive(Template)]
#[template(path = "progress.html")]
struct Page {
    banks: Vec<Choice>,
    since: String,
    nothing: Option<&'static str>,
    weeks: Option<Figure>,
    practised: String,
    kept: String,
    left_out: Option<String>,
    due: Vec<Question>,
    due_commands: Vec<String>,
    next_due: Option<String>,
    worth_repeating: Vec<Question>,
    competencies: Vec<Charted>,
    skills: Vec<Skill>,
    more_skills: Vec<Skill>,
    baseline: &'static str,
    delivery: Vec<Charted>,
    pressure_effects: Vec<Effect>,
    method: String,
    questions: Vec<Asked>,
}

/// A bank that may be chosen.
struct Choice {
    id: String,
    title: String,
    chosen: bool,
}

/// A question that is to be practised, and why.
struct Question {
    prompt: String,
    bank: String,
    link: String,
    when: String,
    why: String,
    command: String,
}

/// Something with charts.
struct Charted {
    title: String,
    subtitle: String,
    figures: Vec<Figure>,
    told: String,
}

/// A skill in a line of a table.
struct Skill {
    name: String,
    answers: usize,
    first: String,
    latest: String,
    middle: String,
    spark: String,
}

/// What a preset does.
struct Effect {
    pressure: String,
    baseline: String,
    measures: Vec<Told>,
}

/// A question that was asked.
struct Asked {
    prompt: String,
    link: String,
    attempts: usize,
    first: String,
    best: String,
    latest: String,
    band: String,
    on: String,
}

/// Returns the page.
#[must_use]
pub fn progress_page(progress: &Progress<'_>) -> String {
    let mut skills: Vec<Skill> = progress.skills.iter().map(skill).collect();
    let more_skills = skills.split_off(skills.len().min(SKILLS));
    let page = Page {
        banks: banks(progress),
        since: progress.scope.since.map_or_else(String::new, |since| since.to_string()),
        nothing: nothing(progress),
        weeks: weeks(progress),
        practised: progress.weeks.told(),
        kept: kept(progress),
        left_out: left_out(progress),
        due: due(progress),
        due_commands: due_commands(progress),
        next_due: progress.next_due.as_ref().map(|next| format!("{}, {}", next.question, next.since(progress.today))),
        worth_repeating: worth_repeating(progress),
        competencies: progress.competencies.iter().enumerate().map(|(nth, one)| topic(progress, one, nth)).collect(),
        skills,
        more_skills,
        baseline: progress.baseline,
        delivery: progress.delivery.iter().map(|manner| charted(manner, progress.baseline)).collect(),
        pressure_effects: progress.pressure_effects.iter().map(effect).collect(),
        method: words().method,
        questions: questions(progress),
    };
    page.render().unwrap_or_else(|error| format!("The page cannot be written: {error}"))
}

fn nothing(progress: &Progress<'_>) -> Option<&'static str> {
    match (progress.answers, progress.banks.is_empty(), progress.simulated) {
        (1.., ..) => None,
        (0, false, _) => Some("No answer is kept of this bank and from this day on. Choose another above."),
        (0, true, 0) => Some("Nothing is kept yet. In a terminal, this begins a first interview:"),
        (0, true, _) => {
            Some("Only answers of simulated candidates are kept, which are not yours. In a terminal, this begins:")
        }
    }
}

fn banks(progress: &Progress<'_>) -> Vec<Choice> {
    let all = progress.banks.iter();
    all.map(|one| Choice {
        id: one.bank.to_string(),
        title: one.title.to_owned(),
        chosen: progress.scope.bank.as_ref() == Some(one.bank),
    })
    .collect()
}

fn kept(progress: &Progress<'_>) -> String {
    let Some((first, last)) = progress.days else { return String::new() };
    format!(
        "{} in all. Told here: {} in {}, from {first} to {last}.",
        counted(progress.weeks.days, "day"),
        counted(progress.answers, "answer"),
        counted(progress.sessions, "session")
    )
}

fn left_out(progress: &Progress<'_>) -> Option<String> {
    let simulated = progress.simulated;
    (simulated > 0).then(|| format!("Answers of simulated candidates are left out: {simulated}."))
}

fn weeks(progress: &Progress<'_>) -> Option<Figure> {
    let weeks = &progress.weeks.weeks;
    let first = weeks.first().filter(|_| progress.weeks.days > 0)?;
    let rows = weeks.iter().rev().map(|week| {
        vec![Cell::new(week.begins.to_string()), Cell::new(week.days.to_string()), Cell::new(week.answers.to_string())]
    });
    let description = format!("Days practised in each week from {} on. {}.", first.begins, progress.weeks.told());
    let figure =
        Figure::new("weeks".into(), ("Days in each week", "all that is told here"), description, charts::weeks(weeks));
    let figure = figure.with_numbers(&["Week from", "Days", "Answers"], rows.collect());
    Some(Figure { size: WEEKS_SIZE, ..figure })
}

fn due(progress: &Progress<'_>) -> Vec<Question> {
    let due = progress.due.iter();
    due.map(|one| Question {
        prompt: one.prompt.to_owned(),
        bank: progress.title(one.bank).to_owned(),
        link: question_link(one.bank.as_str(), one.question.as_str()),
        when: format!("Due {}", one.since(progress.today)),
        why: one.why(),
        command: String::new(),
    })
    .collect()
}

fn due_commands(progress: &Progress<'_>) -> Vec<String> {
    let banks: std::collections::BTreeSet<_> = progress.due.iter().map(|one| one.bank).collect();
    banks.into_iter().map(|bank| format!("hotseat practice --due --bank {bank}")).collect()
}

fn worth_repeating(progress: &Progress<'_>) -> Vec<Question> {
    let worth = progress.worth_repeating.iter();
    worth
        .map(|one| Question {
            prompt: one.prompt.to_owned(),
            bank: progress.title(one.bank).to_owned(),
            link: question_link(one.bank.as_str(), one.question.as_str()),
            when: String::new(),
            why: one.why(),
            command: format!("hotseat practice --bank {} --questions {}", one.bank, one.question),
        })
        .collect()
}

fn topic(progress: &Progress<'_>, topic: &Topic<'_>, nth: usize) -> Charted {
    let subtitle = match topic.bank {
        Some(bank) if progress.banks.len() > 1 => progress.title(bank).to_owned(),
        _ => String::new(),
    };
    let id = format!("competency-{nth}");
    Charted {
        title: topic.title.to_owned(),
        subtitle,
        figures: over_attempts(&id, topic.title, &topic.attempts, &topic.running),
        told: topic.told(),
    }
}

/// Returns charts of coverage and of bands over attempts. `running` is the running middle of each.
pub(super) fn over_attempts(id: &str, of: &str, attempts: &[Attempt<'_>], running: &[Option<f32>]) -> Vec<Figure> {
    let (shown, running) = (latest(attempts), latest(running));
    let cells = |attempt: &Attempt<'_>, value: String| {
        vec![
            Cell::to(attempt.on.to_string(), session_link(attempt.session)),
            Cell::to(attempt.question.as_str(), question_link(attempt.bank.as_str(), attempt.question.as_str())),
            Cell::new(attempt.pressure),
            Cell::new(value),
        ]
    };
    let rows = shown.iter().zip(running).rev().map(|(attempt, middle)| {
        let mut row = cells(attempt, percent(attempt.coverage.into()));
        row.push(Cell::new(middle.map_or_else(|| "–".into(), |middle| percent(middle.into()))));
        row
    });
    let coverage = Figure::new(
        format!("{id}-coverage"),
        ("Coverage, %", of),
        in_words(attempts, running),
        coverage_chart(shown, running).content(),
    );
    let bands = Figure::new(
        format!("{id}-bands"),
        ("Band, 1 to 5", of),
        bands_in_words(attempts),
        bands_chart(shown).content(),
    );
    let band = |attempt: &Attempt<'_>| format!("{} ({})", attempt.band.get(), attempt.band.word());
    let band_rows = shown.iter().rev().map(|attempt| cells(attempt, band(attempt)));
    vec![
        coverage.with_numbers(&["Day", "Question", "Pressure", "Coverage", "Middle of five"], rows.collect()),
        bands.with_numbers(&["Day", "Question", "Pressure", "Band"], band_rows.collect()),
    ]
}

fn coverage_chart(attempts: &[Attempt<'_>], running: &[Option<f32>]) -> Chart {
    let in_percent = |share: f32| f64::from(share) * 100.0;
    let dots = attempts.iter().map(|one| Dot { on: one.on, value: in_percent(one.coverage), open: false });
    // Of several answers on a day, the middle after the last one.
    let mut line: std::collections::BTreeMap<_, _> = std::collections::BTreeMap::new();
    for (attempt, middle) in attempts.iter().zip(running) {
        line.extend(middle.map(|middle| (attempt.on, in_percent(middle))));
    }
    Chart { dots: dots.collect(), line: line.into_iter().collect(), half: None, range: (0.0, 100.0), labels: 5 }
}

fn bands_chart(attempts: &[Attempt<'_>]) -> Chart {
    let dots = attempts.iter().map(|one| Dot { on: one.on, value: f64::from(one.band.get()), open: false });
    Chart { dots: dots.collect(), range: (0.5, 5.5), labels: 6, ..Chart::default() }
}

fn in_words(attempts: &[Attempt<'_>], running: &[Option<f32>]) -> String {
    let middle = running.last().copied().flatten();
    let middle = middle
        .map_or_else(String::new, |middle| format!(" The middle of the latest five is {}.", percent(middle.into())));
    match attempts {
        [] => String::new(),
        [only] => format!("One answer, on {}, covered {}.", only.on, percent(only.coverage.into())),
        [first, .., last] => format!(
            "{} answers, from {} with {} covered to {} with {}.{middle}",
            attempts.len(),
            first.on,
            percent(first.coverage.into()),
            last.on,
            percent(last.coverage.into())
        ),
    }
}

fn bands_in_words(attempts: &[Attempt<'_>]) -> String {
    let count = |band: u8| attempts.iter().filter(|one| one.band.get() == band).count();
    let all: Vec<String> =
        (1..=5).filter(|band| count(*band) > 0).map(|band| format!("{} of band {band}", count(band))).collect();
    format!("Answers: {}.", all.join(", "))
}

fn skill(topic: &Topic<'_>) -> Skill {
    let told = |attempt: Option<&Attempt<'_>>| attempt.map_or_else(String::new, |one| percent(one.coverage.into()));
    let coverages: Vec<f32> = topic.attempts.iter().map(|one| one.coverage).collect();
    Skill {
        name: topic.title.to_owned(),
        answers: topic.attempts.len(),
        first: told(topic.attempts.first()),
        latest: told(topic.attempts.last()),
        middle: topic.middle().map_or_else(|| "–".into(), |middle| percent(middle.into())),
        spark: if coverages.len() > 1 {
            charts::spark(&coverages[coverages.len().saturating_sub(SPARKED)..])
        } else {
            String::new()
        },
    }
}

fn charted(manner: &Manner<'_>, baseline: &str) -> Charted {
    let words = words();
    let of = manner.measure.words(&words);
    let rounded = |value: f64| manner.measure.rounded(value);
    let shown = latest(&manner.values);
    let dots = shown.iter().map(|one| Dot { on: one.on, value: one.value, open: one.pressure != baseline });
    let half = manner.baseline.map(|middle| (middle.low, middle.high));
    let values = || shown.iter().map(|one| one.value).chain(half.into_iter().flat_map(|(low, high)| [low, high]));
    let (lowest, highest) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
    // A pace is never near zero; what is counted is drawn from zero on.
    let range = match manner.measure {
        Measure::Rate => (lowest - 10.0, highest + 10.0),
        _ => (0.0, highest.max(1.0) * 1.1),
    };
    let chart = Chart { dots: dots.collect(), line: Vec::new(), half, range, labels: 5 };
    let own = match manner.baseline {
        Some(middle) => format!(
            "Your baseline is {} to {}{}, the middle half of your {} latest answers under “{baseline}”.",
            rounded(middle.low),
            rounded(middle.high),
            of.unit,
            middle.answers
        ),
        None => format!("There is no baseline yet: it takes five answers under “{baseline}”."),
    };
    let rows = shown.iter().rev().map(|one| {
        vec![
            Cell::to(one.on.to_string(), session_link(one.session)),
            Cell::to(one.question.as_str(), question_link(one.bank.as_str(), one.question.as_str())),
            Cell::new(one.pressure),
            Cell::new(rounded(one.value)),
        ]
    });
    let title = format!("{},{}", of.what, of.unit);
    let description = format!("{} answers. {own}", manner.values.len());
    let figure = Figure::new(
        format!("delivery-{}", name(manner.measure)),
        (&title, "spoken answers"),
        description,
        chart.content(),
    );
    Charted {
        title: of.what.clone(),
        subtitle: own,
        figures: vec![figure.with_numbers(&["Day", "Question", "Pressure", "Value"], rows.collect())],
        told: manner.told(),
    }
}

const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Delay => "delay",
        Measure::Rate => "rate",
        Measure::Fillers => "fillers",
        Measure::Pauses => "pauses",
        Measure::Coverage => "coverage",
    }
}

fn effect(effect: &PressureEffect) -> Effect {
    let measures = effect.measures.iter().map(Compared::told).collect();
    Effect { pressure: effect.pressure.clone(), baseline: effect.baseline.clone(), measures }
}

fn questions(progress: &Progress<'_>) -> Vec<Asked> {
    let all = progress.questions.iter();
    all.map(|one| Asked {
        prompt: one.prompt.to_owned(),
        link: question_link(one.bank.as_str(), one.question.as_str()),
        attempts: one.attempts.len(),
        first: percent(one.first.coverage.into()),
        best: percent(one.best.coverage.into()),
        latest: percent(one.latest.coverage.into()),
        band: one.latest.band.get().to_string(),
        on: one.latest.on.to_string(),
    })
    .collect()
}
