//! Hears a language model beside the judge, and tells what came of it.

use serde::Serialize;

use crate::bank::Question;
use crate::cli::ui::Ui;
use crate::judge::{Answer, Assessment, Doubt};
use crate::language::LanguageModel;
use crate::language::merging::heard;
use crate::language::trust::Trust;

/// What came of asking a language model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct SecondOpinion {
    /// How the server calls the model.
    model: String,
    /// Points that it judged with words that count.
    judged: usize,
    /// Verdicts among them that are not those of the local judge.
    disputed: usize,
    /// Quotes that it gave.
    quotes: usize,
    /// Quotes among them that nobody said.
    invented_quotes: usize,
    /// Why it was not heard. The local judge's verdicts stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A language model that is heard beside the judge, on one answer after another, and what its word has proved to be worth.
pub(super) struct Witness {
    model: Box<dyn LanguageModel>,
    trust: Trust,
}

impl Witness {
    pub(super) fn new(model: Box<dyn LanguageModel>) -> Self {
        Self { model, trust: Trust::default() }
    }
}

/// Returns what the judge says of answers after a language model was heard too, and what came of that.
#[must_use]
pub(super) fn second_opinion(
    witness: &mut Witness,
    question: &Question,
    answers: &[Answer],
    local: Assessment,
) -> (Assessment, SecondOpinion) {
    let Witness { model, trust } = witness;
    let mut told = SecondOpinion {
        model: model.name().to_owned(),
        judged: 0,
        disputed: 0,
        quotes: 0,
        invented_quotes: 0,
        error: None,
    };
    match heard(model.as_mut(), trust, question, answers, &local) {
        Ok((both, opinion)) => {
            told.judged = opinion.points.len();
            told.disputed = both.points.iter().filter(|point| point.doubt == Some(Doubt::Disputed)).count();
            (told.quotes, told.invented_quotes) = (opinion.quotes, opinion.invented);
            (both, told)
        }
        Err(error) => {
            told.error = Some(error.to_string());
            (local, told)
        }
    }
}

impl SecondOpinion {
    /// Tells it to whoever reads.
    pub(super) fn show(&self, ui: &mut Ui) {
        match &self.error {
            Some(why) => ui.warning(&format!("{why}; the verdicts are those of the local judge alone")),
            None => ui.status(&self.line()),
        }
    }

    fn line(&self) -> String {
        let Self { model, judged, disputed, quotes, invented_quotes, .. } = self;
        let invented = match invented_quotes {
            0 => String::new(),
            some => format!("; {some} of its {quotes} quotes were not said, and do not count"),
        };
        let said = match judged {
            0 => "but nothing that it said of the points can be believed".to_owned(),
            some => format!("on {some} points, of which {disputed} are disputed"),
        };
        format!("Heard beside the judge: {model}, {said}{invented}.")
    }
}

#[cfg(test)]
mod tests {
    use super::SecondOpinion;

    #[test]
    fn what_came_of_it_is_told_in_a_line_and_invented_quotes_only_where_there_are_some() {
        let told = |judged, invented_quotes| {
            let model = "small".to_owned();
            SecondOpinion { model, judged, disputed: 2, quotes: 9, invented_quotes, error: None }.line()
        };
        assert_eq!(
            told(0, 0),
            "Heard beside the judge: small, but nothing that it said of the points can be believed."
        );
        assert_eq!(told(7, 0), "Heard beside the judge: small, on 7 points, of which 2 are disputed.");
        assert_eq!(
            told(7, 3),
            "Heard beside the judge: small, on 7 points, of which 2 are disputed; 3 of its 9 quotes were not said, and do not count."
        );
    }
}
