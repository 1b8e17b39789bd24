//! The judge beside a language model, and with one: what each makes of the same labelled answers.

use serde::Serialize;

use crate::bank::Question;
use crate::cli::bench::judged::{Figures, Gathered, Row, figures};
use crate::cli::bench::rows::Labelled;
use crate::cli::ui::Ui;
use crate::clock;
use crate::judge::figures::percentile;
use crate::judge::{Answer, Assessment, Doubt};
use crate::language::LanguageModel;
use crate::language::judging::{Opinion, second_opinion};
use crate::language::merging::{alone, merged};
use crate::language::trust::Trust;

/// Answers that are weighed together, as those of an interview are: as many as one has questions.
const INTERVIEW: usize = 5;

/// An answer that the model was asked about.
struct Asked {
    labelled: Labelled,
    statements: Vec<Row>,
    question: Question,
    local: Assessment,
    opinion: Opinion,
    took_ms: f64,
}

/// A language model, and what was gathered of it.
pub(super) struct SecondOpinions {
    model: Box<dyn LanguageModel>,
    asked: Vec<Asked>,
    alone: Gathered,
    merged: Gathered,
    unusable: Vec<String>,
    disputed: usize,
    quotes: usize,
    invented: usize,
}

/// What is measured of a language model on labelled answers.
#[derive(Debug, Serialize)]
pub(super) struct WithModel {
    model: String,
    answers: usize,
    /// Replies that could not be used, or did not come, each with its reason. The local verdicts stand there.
    unusable: Vec<String>,
    /// Verdicts on points that are not those of the local judge.
    disputed: usize,
    quotes: usize,
    invented_quotes: usize,
    answer_s_p50: f64,
    answer_s_p95: f64,
    /// The model's verdicts where they can be believed, else missing.
    alone: Figures,
    /// Both, merged.
    merged: Figures,
}

impl SecondOpinions {
    pub(super) fn of(model: Box<dyn LanguageModel>) -> Self {
        Self {
            model,
            asked: Vec::new(),
            alone: Gathered::default(),
            merged: Gathered::default(),
            unusable: Vec::new(),
            disputed: 0,
            quotes: 0,
            invented: 0,
        }
    }

    /// Asks the model about an answer that the local judge has judged.
    pub(super) fn take(
        &mut self,
        one: &Labelled,
        statements: &[Row],
        question: &Question,
        answers: &[Answer],
        local: &Assessment,
    ) {
        let began = clock::now();
        let opinion = second_opinion(self.model.as_mut(), question, answers, local).unwrap_or_else(|error| {
            self.unusable.push(format!("{}: {error}", one.id));
            Opinion::default()
        });
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let (labelled, statements) = (one.clone(), statements.to_vec());
        let (question, local) = (question.clone(), local.clone());
        self.asked.push(Asked { labelled, statements, question, local, opinion, took_ms });
        if self.asked.len() == INTERVIEW {
            self.weigh();
        }
    }

    /// Weighs what the model said of the answers that it was asked about.
    fn weigh(&mut self) {
        let mut trust = Trust::default();
        for Asked { local, opinion, .. } in &self.asked {
            trust.take(local, opinion);
        }
        for Asked { labelled, statements, question, local, opinion, took_ms } in std::mem::take(&mut self.asked) {
            let both = merged(&question, &local, &opinion, &trust);
            self.disputed += both.points.iter().filter(|point| point.doubt == Some(Doubt::Disputed)).count();
            self.quotes += opinion.quotes;
            self.invented += opinion.invented;
            self.alone.take(&labelled, &statements, &alone(&question, &local, &opinion), took_ms);
            self.merged.take(&labelled, &statements, &both, took_ms);
        }
    }

    pub(super) fn figures(mut self) -> WithModel {
        self.weigh();
        let seconds = |share: f64| percentile(&self.alone.took_ms, share) / 1_000.0;
        WithModel {
            model: self.model.name().to_owned(),
            answers: self.alone.bands.len(),
            answer_s_p50: seconds(0.5),
            answer_s_p95: seconds(0.95),
            alone: figures(&self.alone),
            merged: figures(&self.merged),
            unusable: self.unusable,
            disputed: self.disputed,
            quotes: self.quotes,
            invented_quotes: self.invented,
        }
    }
}

impl WithModel {
    /// Shows the figures beside those of the local judge.
    pub(super) fn show(&self, local: &Figures, ui: &mut Ui) {
        ui.data(&format!("with {}                 local judge   model alone   both", self.model));
        let areas = |figures: &Figures| figures.agreement.first().map_or(f64::NAN, |way| way.auc_covered);
        let areas = ("AUC covered", areas(local), areas(&self.alone), areas(&self.merged));
        let rest = local.named().into_iter().zip(self.alone.named()).zip(self.merged.named());
        let rest = rest.map(|(((name, local), (_, alone)), (_, both))| (name, local, alone, both));
        for (name, local, alone, both) in std::iter::once(areas).chain(rest.take(VERDICTS)) {
            ui.data(&format!("{name:<32} {local:>9.3} {alone:>13.3} {both:>6.3}"));
        }
        ui.data(&format!("replies that could not be used    {} of {}", self.unusable.len(), self.answers));
        ui.data(&format!("quotes that nobody said           {} of {}", self.invented_quotes, self.quotes));
        ui.data(&format!("disputed verdicts                 {}", self.disputed));
        ui.data(&format!("seconds an answer, p50 and p95    {:.1}, {:.1}", self.answer_s_p50, self.answer_s_p95));
        for why in &self.unusable {
            ui.warning(why);
        }
    }
}

/// Figures that tell of verdicts, the first among those that are named; the others tell of calibration and time.
const VERDICTS: usize = 8;
