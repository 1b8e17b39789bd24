//! Progress as text: small charts of blocks, dates and numbers. Every change is told in words as well.

use std::collections::BTreeSet;

use crate::cli::words::wrap;
use crate::ids::BankId;
use crate::prompt::pressure_effect::words;
use crate::review::progress::Progress;
use crate::review::progress::manner::Manner;
use crate::review::progress::topic::Topic;
use crate::review::progress::words::{counted, percent};

/// Answers that a small chart shows, the latest.
const CHARTED: usize = 24;

/// Skills that are told, the most answered.
const SKILLS: usize = 12;

/// Width of the names of skills, in characters.
const NAME: usize = 24;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns all that is told, a line each. A command stands on one line, however wide, so that it can be copied.
pub(super) fn lines(progress: &Progress<'_>, width: usize) -> Vec<String> {
    let mut told = Told { lines: Vec::new(), width };
    told.practice(progress);
    if progress.weeks.last.is_some() {
        told.due(progress);
    }
    if progress.answers > 0 {
        told.worth_repeating(progress);
        told.competencies(progress);
        told.skills(&progress.skills);
        told.delivery(progress);
        told.pressure(progress);
    }
    told.lines
}

struct Told {
    lines: Vec<String>,
    width: usize,
}

impl Told {
    fn heading(&mut self, text: &str) {
        self.lines.extend([String::new(), text.to_owned()]);
    }

    fn text(&mut self, indent: usize, text: &str) {
        let wrapped = wrap(text, self.width - indent);
        self.lines.extend(wrapped.into_iter().map(|line| format!("{}{line}", " ".repeat(indent))));
    }

    fn practice(&mut self, progress: &Progress<'_>) {
        let Some((first, last)) = progress.days else { return };
        let weeks = &progress.weeks;
        self.text(0, &format!("{}; {} in all.", weeks.told(), counted(weeks.days, "day")));
        let days: Vec<f64> = weeks.weeks.iter().map(|week| week.days as f64).collect();
        if let [earliest, .., _] = weeks.weeks.as_slice() {
            self.text(0, &format!("Days in each week from {} on: {}", earliest.begins, blocks(&days, (0.0, 7.0))));
        }
        let (answers, sessions) = (counted(progress.answers, "answer"), counted(progress.sessions, "session"));
        self.text(0, &format!("{answers} in {sessions}, from {first} to {last}."));
        if progress.simulated > 0 {
            let simulated = counted(progress.simulated, "answer");
            self.text(0, &format!("Left out: {simulated} of simulated candidates."));
        }
    }

    fn due(&mut self, progress: &Progress<'_>) {
        self.heading("Due for a repetition");
        for one in &progress.due {
            let of_bank = of_bank(progress, one.bank);
            self.text(2, &format!("{}{of_bank}: due {}", one.question, one.since(progress.today)));
            self.text(4, &format!("{}.", one.why()));
        }
        match &progress.next_due {
            _ if !progress.due.is_empty() => {}
            None => self.text(2, "Nothing was judged yet."),
            Some(next) => {
                self.text(2, &format!("Nothing today. The next is {}, {}.", next.question, next.since(progress.today)));
            }
        }
        for bank in progress.due.iter().map(|one| one.bank).collect::<BTreeSet<_>>() {
            self.lines.push(format!("  `hotseat practice --due --bank {bank}` asks them."));
        }
    }

    fn worth_repeating(&mut self, progress: &Progress<'_>) {
        if progress.worth_repeating.is_empty() {
            return;
        }
        self.heading("Most worth repeating");
        for one in &progress.worth_repeating {
            self.text(2, &format!("{}{}", one.question, of_bank(progress, one.bank)));
            self.text(4, &format!("{}.", one.why()));
            self.lines.push(format!("    hotseat practice --bank {} --questions {}", one.bank, one.question));
        }
    }

    fn competencies(&mut self, progress: &Progress<'_>) {
        if progress.competencies.is_empty() {
            return;
        }
        self.heading("Coverage by competency, from the oldest answer to the latest");
        for topic in &progress.competencies {
            let of_bank = topic.bank.map_or_else(String::new, |bank| of_bank(progress, bank));
            self.text(2, &format!("{}{of_bank}", topic.title));
            self.text(4, &format!("{}  {}", chart(topic), first_and_latest(topic)));
            self.text(4, &topic.told());
        }
    }

    fn skills(&mut self, skills: &[Topic<'_>]) {
        if skills.is_empty() {
            return;
        }
        self.heading("Coverage by skill");
        for topic in &skills[..skills.len().min(SKILLS)] {
            let name: String = topic.title.chars().take(NAME).collect();
            let middle =
                topic.middle().map_or_else(String::new, |middle| format!(", middle {}", percent(middle.into())));
            let latest = topic.attempts.last().map_or(0.0, |one| f64::from(one.coverage));
            let count = topic.attempts.len();
            let line = format!("{name:<NAME$}  {count:>3}  {:<CHARTED$}  {:>5}{middle}", chart(topic), percent(latest));
            self.lines.push(format!("  {line}"));
        }
        if skills.len() > SKILLS {
            self.text(2, &format!("and {} more, which `--json` has.", skills.len() - SKILLS));
        }
        self.text(2, "How many answers, each of the latest, the last one, and the middle of the latest five.");
    }

    fn delivery(&mut self, progress: &Progress<'_>) {
        if progress.delivery.is_empty() {
            return;
        }
        self.heading(&format!("Delivery of spoken answers, beside your own under “{}”", progress.baseline));
        for manner in &progress.delivery {
            self.manner(manner);
        }
    }

    fn manner(&mut self, manner: &Manner<'_>) {
        let words = words();
        let of = manner.measure.words(&words);
        let values: Vec<f64> = manner.values.iter().map(|one| one.value).collect();
        let rounded = |value: f64| manner.measure.rounded(value);
        let range = values.iter().fold((f64::MAX, f64::MIN), |(low, high), one| (low.min(*one), high.max(*one)));
        let latest = values.last().map_or_else(String::new, |value| rounded(*value));
        self.text(2, &format!("{}: {latest}{} in the latest answer", of.what, of.unit));
        self.text(4, &format!("{}  from {} to {}", blocks(&values, range), rounded(range.0), rounded(range.1)));
        if let Some(middle) = manner.baseline {
            let (low, high) = (rounded(middle.low), rounded(middle.high));
            self.text(4, &format!("Your baseline, the middle half of {} answers: {low} to {high}.", middle.answers));
        }
        self.text(4, &manner.told());
    }

    fn pressure(&mut self, progress: &Progress<'_>) {
        for effect in &progress.pressure_effects {
            self.heading(&format!("Under “{}”", effect.pressure));
            for line in effect.lines() {
                self.text(2, &line);
            }
        }
    }
}

/// Returns the name of a bank behind what is its, where several are told.
fn of_bank(progress: &Progress<'_>, bank: &BankId) -> String {
    let several = progress.scope.bank.is_none() && progress.banks.len() > 1;
    if several { format!(" ({bank})") } else { String::new() }
}

fn chart(topic: &Topic<'_>) -> String {
    let coverages: Vec<f64> = topic.attempts.iter().map(|one| f64::from(one.coverage)).collect();
    blocks(&coverages, (0.0, 1.0))
}

fn first_and_latest(topic: &Topic<'_>) -> String {
    let told = match topic.attempts.as_slice() {
        [] => String::new(),
        [only] => format!("{} on {}", percent(only.coverage.into()), only.on),
        [first, .., latest] => format!(
            "{}: {} on {}, {} on {}",
            counted(topic.attempts.len(), "answer"),
            percent(first.coverage.into()),
            first.on,
            percent(latest.coverage.into()),
            latest.on
        ),
    };
    match topic.middle() {
        Some(middle) => format!("{told}; middle of the latest five {}", percent(middle.into())),
        None => told,
    }
}

/// Returns the latest values as blocks, the lowest of the range as the lowest.
fn blocks(values: &[f64], (low, high): (f64, f64)) -> String {
    let latest = &values[values.len().saturating_sub(CHARTED)..];
    let top = (BLOCKS.len() - 1) as f64;
    let block = |value: &f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        BLOCKS[(share.clamp(0.0, 1.0) * top).round() as usize]
    };
    latest.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::{blocks, lines};
    use crate::review::progress::sample::{calendar, outcome, ten_weeks};
    use crate::review::progress::{Progress, Scope};
    use crate::session::outcome::Outcome;

    fn told(outcomes: &[Outcome]) -> String {
        lines(&Progress::of(outcomes, Scope::default(), &calendar()), 80).join("\n")
    }

    #[test]
    fn ten_weeks_of_practice_are_told_in_eighty_columns() {
        let told = told(&ten_weeks());
        let is_command = |line: &str| line.trim_start().starts_with("hotseat ");
        assert!(told.lines().all(|line| line.chars().count() <= 80 || is_command(line)), "{told}");
        insta::assert_snapshot!(told);
    }

    #[test]
    fn a_first_answer_is_told_without_a_trend() {
        insta::assert_snapshot!(told(&[outcome("small", "why", 0, 0.4)]));
    }

    #[test]
    fn blocks_stay_in_their_range_whatever_the_values() {
        assert_eq!(blocks(&[0.0, 0.5, 1.0, 7.0, -1.0, f64::NAN], (0.0, 1.0)), "▁▅██▁▁");
        assert_eq!(blocks(&[3.0], (3.0, 3.0)), "▅");
        assert_eq!(blocks(&[0.0; 99], (0.0, 1.0)).chars().count(), 24);
    }
}
