//! A language model that nobody has to wait for: its answers end when somebody says so, and then there are no more.

use crate::language::{Ask, LanguageError, LanguageModel};

/// A language model whose answers can be ended.
pub struct Stoppable<'m> {
    model: &'m mut dyn LanguageModel,
    stops: Box<dyn FnMut() -> bool + Send + 'm>,
    is_stopped: bool,
}

impl<'m> Stoppable<'m> {
    /// Returns the model, which ends its answers once `stops` returns true.
    pub fn new(model: &'m mut dyn LanguageModel, stops: impl FnMut() -> bool + Send + 'm) -> Self {
        Self { model, stops: Box::new(stops), is_stopped: false }
    }
}

impl LanguageModel for Stoppable<'_> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn answer(&mut self, ask: &Ask, piece: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError> {
        self.is_stopped |= (self.stops)();
        if self.is_stopped {
            return Err(LanguageError::Stopped);
        }
        let Self { model, stops, is_stopped } = self;
        model.answer(ask, &mut |text| {
            *is_stopped |= stops();
            !*is_stopped && piece(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Stoppable;
    use crate::language::{Ask, LanguageError, LanguageModel};

    struct Counting;

    impl LanguageModel for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }
        fn answer(&mut self, _: &Ask, piece: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError> {
            (0..9).all(|_| piece("one")).then(|| "nine".into()).ok_or(LanguageError::Stopped)
        }
    }

    #[test]
    fn an_answer_ends_when_somebody_says_so_and_there_are_no_more() {
        let ask = Ask { system: String::new(), user: String::new(), form: None, tokens: 9 };
        let mut looks = 0;
        let mut counting = Counting;
        let mut model = Stoppable::new(&mut counting, move || {
            looks += 1;
            looks == 13
        });
        assert_eq!(model.answer(&ask, &mut |_| true).as_deref(), Ok("nine"));
        let mut pieces = 0;
        let second = model.answer(&ask, &mut |_| {
            pieces += 1;
            true
        });
        assert_eq!((second, pieces), (Err(LanguageError::Stopped), 1));
        assert_eq!(model.answer(&ask, &mut |_| true), Err(LanguageError::Stopped));
    }
}
