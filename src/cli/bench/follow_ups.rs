//! `hotseat bench follow-ups`: how often the follow-up that is chosen is one that a good interviewer might pick.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::bank::Question;
use crate::cli::bank::bank_from;
use crate::cli::bench::failed;
use crate::cli::bench::rows::{Labelled, read};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::engine::wiring;
use crate::ids::{FollowUpId, QuestionId, TurnId};
use crate::interview::follow_up::choose;
use crate::judge::labelled::{self, Labels};
use crate::judge::{Answer, Assessment, Band, Judge};
use crate::models::Weights;
use crate::transcript::Transcript;

/// Measure the choice of follow-ups against labelled answers
#[derive(Debug, Args)]
pub(super) struct BenchFollowUps {
    /// Labelled answers to questions of a bank, one JSON object a line
    #[arg(long, value_name = "FILE")]
    eval: PathBuf,
    /// The folder that the banks are named from [default: the folder of the answers]
    #[arg(long, value_name = "DIR")]
    banks: Option<PathBuf>,
    /// List the choices that are not among the good ones
    #[arg(long)]
    misses: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// Who chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    /// Hotseat, told the verdicts by the labels.
    LabelledVerdicts,
    /// Hotseat, with the verdicts of its judge.
    Judge,
    /// The bank's first follow-up, always.
    First,
    /// Chance.
    Random,
}

impl Way {
    const fn words(self) -> &'static str {
        match self {
            Self::LabelledVerdicts => "the rule, labelled verdicts",
            Self::Judge => "the rule, the judge's verdicts",
            Self::First => "first follow-up of the bank",
            Self::Random => "random follow-up",
        }
    }
}

/// How a way to choose fared: shares of the answers, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Figures {
    way: Way,
    /// It is one that a good interviewer might pick.
    good: f64,
    /// The answer had dealt with it already.
    bad: f64,
    /// Nothing was asked although there were good ones.
    nothing: f64,
}

/// A choice that is not among the good ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Miss {
    way: Way,
    id: String,
    quality: String,
    chosen: Option<FollowUpId>,
    bad: bool,
    good_ones: Vec<FollowUpId>,
}

#[derive(Debug, Serialize)]
struct Report {
    answers: usize,
    ways: Vec<Figures>,
    misses: Vec<Miss>,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the file.
pub(super) fn run(arguments: &BenchFollowUps, ui: &mut Ui) -> Outcome {
    let answers: Vec<Labelled> = read(&arguments.eval)?;
    let labelled: Vec<&Labelled> = answers.iter().filter(|one| has_labels(one)).collect();
    if labelled.is_empty() {
        return Err(Failure::new(format!(
            "no answer in `{}` says which follow-ups are good",
            arguments.eval.display()
        ))
        .hint("give `good_follow_ups` and `bad_follow_ups` with the answers"));
    }
    let report = measured(&labelled, arguments, &arguments.models.weights()?)?;
    if arguments.json {
        ui.json(&report);
    } else {
        show(&report, arguments.misses, ui);
    }
    Ok(())
}

fn has_labels(one: &Labelled) -> bool {
    !one.good_follow_ups.is_empty() || !one.bad_follow_ups.is_empty()
}

fn measured(answers: &[&Labelled], arguments: &BenchFollowUps, weights: &Weights) -> Result<Report, Failure> {
    let beside = arguments.eval.parent().unwrap_or(Path::new("."));
    let folder = arguments.banks.as_deref().unwrap_or(beside);
    let mut judges: BTreeMap<&str, Judge> = BTreeMap::new();
    let mut shares: BTreeMap<Way, Vec<Figures>> = BTreeMap::new();
    let mut misses = Vec::new();
    for one in answers {
        if !judges.contains_key(one.bank.as_str()) {
            let judge = wiring::judge(bank_from(folder, &one.bank)?, weights)
                .map_err(|error| failed(error).hint("`hotseat models verify` checks the weights"))?;
            judges.insert(&one.bank, judge);
        }
        let Some(judge) = judges.get_mut(one.bank.as_str()) else { continue };
        let id = QuestionId::new(&one.question).map_err(failed)?;
        let question = judge.question(&id).map_err(failed)?;
        let heard = [Answer { turn: TurnId(1), transcript: Transcript::typed(&one.text) }];
        let judged = judge.assess(&id, &heard).map_err(failed)?;
        for (way, assessment) in [(Way::LabelledVerdicts, from_labels(one, &question)), (Way::Judge, judged)] {
            let chosen = choose(&question, &assessment, &[], None).map(|(chosen, _)| chosen.id.clone());
            let figures = of_choice(one, way, chosen.as_ref());
            if figures.good < 1.0 {
                misses.push(miss(one, way, chosen, figures.bad > 0.0));
            }
            shares.entry(way).or_default().push(figures);
        }
        let all: Vec<&FollowUpId> = question.follow_ups.iter().map(|follow_up| &follow_up.id).collect();
        shares.entry(Way::First).or_default().push(of_choice(one, Way::First, all.first().copied()));
        let each: Vec<Figures> = all.iter().map(|id| of_choice(one, Way::Random, Some(id))).collect();
        shares.entry(Way::Random).or_default().push(mean(Way::Random, &each));
    }
    let ways = shares.iter().map(|(way, figures)| mean(*way, figures)).collect();
    Ok(Report { answers: answers.len(), ways, misses })
}

fn from_labels(one: &Labelled, question: &Question) -> Assessment {
    let band = Band::clamped(u8::try_from(one.band).unwrap_or(1));
    let labels = Labels { points: &one.points, evidence: &one.evidence, pitfalls: &one.pitfalls, band };
    labelled::assessment(question, labels)
}

fn of_choice(one: &Labelled, way: Way, chosen: Option<&FollowUpId>) -> Figures {
    let is_in = |list: &[FollowUpId]| f64::from(u8::from(chosen.is_some_and(|id| list.contains(id))));
    let missed = chosen.is_none() && !one.good_follow_ups.is_empty();
    Figures {
        way,
        good: is_in(&one.good_follow_ups),
        bad: is_in(&one.bad_follow_ups),
        nothing: f64::from(u8::from(missed)),
    }
}

fn miss(one: &Labelled, way: Way, chosen: Option<FollowUpId>, bad: bool) -> Miss {
    let (id, quality) = (one.id.clone(), one.quality.clone());
    Miss { way, id, quality, chosen, bad, good_ones: one.good_follow_ups.clone() }
}

fn mean(way: Way, figures: &[Figures]) -> Figures {
    let mean = |value: fn(&Figures) -> f64| figures.iter().map(value).sum::<f64>() / figures.len().max(1) as f64;
    Figures { way, good: mean(|one| one.good), bad: mean(|one| one.bad), nothing: mean(|one| one.nothing) }
}

fn show(report: &Report, with_misses: bool, ui: &mut Ui) {
    ui.data(&format!("{} answers                          good      bad   nothing", report.answers));
    for one in &report.ways {
        ui.data(&format!("{:<32} {:>9.3} {:>8.3} {:>9.3}", one.way.words(), one.good, one.bad, one.nothing));
    }
    for one in report.misses.iter().filter(|_| with_misses) {
        let chosen = one.chosen.as_ref().map_or("nothing", FollowUpId::as_str);
        let kind = if one.bad { "bad" } else { "neutral" };
        let good: Vec<&str> = one.good_ones.iter().map(FollowUpId::as_str).collect();
        ui.data(&format!(
            "{}: {} ({}) chose {chosen}, {kind}; good: {}",
            one.way.words(),
            one.id,
            one.quality,
            good.join(", ")
        ));
    }
}
