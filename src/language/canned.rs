//! A language model that says what it was given to say, for tests.

use std::collections::VecDeque;

use crate::language::{Ask, LanguageError, LanguageModel};

/// Answers in their order, and what it was asked.
#[derive(Debug)]
pub(crate) struct Canned {
    answers: VecDeque<String>,
    /// What it was asked, in order.
    pub(crate) asked: Vec<Ask>,
}

impl Canned {
    /// Returns a model that gives these answers, and cannot be reached afterwards.
    pub(crate) fn new<'a>(answers: impl IntoIterator<Item = &'a str>) -> Self {
        Self { answers: answers.into_iter().map(Into::into).collect(), asked: Vec::new() }
    }
}

impl LanguageModel for Canned {
    fn name(&self) -> &'static str {
        "canned"
    }

    fn answer(&mut self, ask: &Ask, piece: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError> {
        self.asked.push(ask.clone());
        let answer = self.answers.pop_front();
        let answer = answer.ok_or_else(|| LanguageError::Unreachable("it said all that it had".into()))?;
        if piece(&answer) { Ok(answer) } else { Err(LanguageError::Stopped) }
    }
}
