//! Fills what an article leaves open.

use crate::bank::import::{Filler, Filling, Sketch};
use crate::bank::{FollowUp, Pitfall, Point};
use crate::language::drafting::parts::{Subject, answer, follow_ups, pitfalls, points};
use crate::language::drafting::{note, source, told};
use crate::language::{LanguageError, LanguageModel};

/// Fills what an article leaves open with what a language model says.
pub struct LanguageFiller<'m> {
    model: &'m mut dyn LanguageModel,
    source: String,
    /// Told which question is filled, by its prompt.
    progress: &'m mut dyn FnMut(&str),
    /// What cannot be used, and why.
    left_out: Vec<String>,
    is_away: bool,
}

impl std::fmt::Debug for LanguageFiller<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LanguageFiller({})", self.source)
    }
}

impl<'m> LanguageFiller<'m> {
    /// Returns a filler for an article in a file of that name. `progress` is told the prompt of each question that is filled.
    pub fn new(model: &'m mut dyn LanguageModel, file: &str, progress: &'m mut dyn FnMut(&str)) -> Self {
        let source = source(model.name(), file);
        Self { model, source, progress, left_out: Vec::new(), is_away: false }
    }

    /// Returns what the model gave that cannot be used, and why.
    #[must_use]
    pub fn left_out(self) -> Vec<String> {
        self.left_out
    }

    fn filling(&mut self, sketch: &Sketch) -> Result<Filling, LanguageError> {
        let Self { model, left_out, .. } = self;
        let model = &mut **model;
        let subject = Subject {
            prompt: &sketch.prompt,
            job: None,
            answer: Some(sketch.answer.as_str()).filter(|answer| !answer.is_empty()),
        };
        let mut filling = Filling::default();
        let mut known: Vec<Point> = sketch.points.clone();
        if known.is_empty() {
            filling.points = points(model, &subject, left_out)?;
            known.clone_from(&filling.points);
            if sketch.answer.is_empty() {
                let answer = answer(model, &subject, &known).map(|answer| vec![answer]);
                filling.answer = told(answer, &sketch.prompt, "model answer", left_out)?.pop();
            }
        }
        let mut fallen: Vec<Pitfall> = sketch.pitfalls.clone();
        if fallen.is_empty() {
            let drafted = pitfalls(model, &subject, &known, left_out);
            filling.pitfalls = told(drafted, &sketch.prompt, "pitfalls", left_out)?;
            fallen.clone_from(&filling.pitfalls);
        }
        if !sketch.has_follow_ups {
            let drafted: Result<Vec<FollowUp>, _> = follow_ups(model, &subject, &known, &fallen, left_out);
            filling.follow_ups = told(drafted, &sketch.prompt, "follow-ups", left_out)?;
        }
        Ok(filling)
    }
}

impl Filler for LanguageFiller<'_> {
    fn source(&self) -> String {
        self.source.clone()
    }

    fn note(&self) -> String {
        note(&self.source)
    }

    fn fill(&mut self, sketch: &Sketch) -> Filling {
        if self.is_away {
            return Filling::default();
        }
        (self.progress)(&sketch.prompt);
        self.filling(sketch).unwrap_or_else(|error| {
            self.is_away = error.is_lasting();
            self.left_out.push(format!("what “{}” lacks: {error}", sketch.prompt));
            Filling::default()
        })
    }
}
