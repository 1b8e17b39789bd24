//! Which sessions are wanted in a list, and what a text asks a search for.

use crate::session::digest::Listed;
use crate::session::store::Standing;

/// Which sessions are wanted. What is None is not asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of this bank.
    pub bank: Option<String>,
    /// For this role: a part of the bank's title, in any case.
    pub role: Option<String>,
    /// That began then or later.
    pub since: Option<jiff::Timestamp>,
    /// That began earlier than that.
    pub until: Option<jiff::Timestamp>,
    /// In which all of these words were said, asked or remarked, or words that begin so, in any case.
    pub text: Option<String>,
    /// Under this pressure.
    pub pressure: Option<String>,
    /// That stand so.
    pub standing: Option<Standing>,
    /// So many at most, the newest.
    pub limit: Option<usize>,
}

impl Filter {
    /// Returns whether a session is wanted, by all but the text and the limit.
    #[must_use]
    pub fn admits(&self, listed: &Listed) -> bool {
        let role = self.role.as_ref().map(|role| role.to_lowercase());
        self.bank.as_ref().is_none_or(|bank| listed.bank == *bank)
            && role.is_none_or(|role| listed.title.to_lowercase().contains(&role))
            && self.since.is_none_or(|since| listed.started >= since)
            && self.until.is_none_or(|until| listed.started < until)
            && self.pressure.as_ref().is_none_or(|pressure| listed.pressure == *pressure)
            && self.standing.is_none_or(|standing| listed.standing == standing)
    }
}

/// Returns the words that a text asks for. What has neither letter nor digit is nothing that was said.
#[must_use]
pub fn sought(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Filter, sought};
    use crate::session::digest::Listed;
    use crate::session::store::Standing;

    fn listed() -> Listed {
        Listed {
            id: "one".into(),
            started: "2026-11-23T05:30:00Z".parse().expect("a date"),
            bank: "small".into(),
            title: "Élève Architect".into(),
            pressure: "calm".into(),
            persona: "Ada".into(),
            source: "typed".into(),
            standing: Standing::Complete,
            questions: 3,
            answered: 2,
            coverage: Some(0.5),
            recorded_s: 60.0,
            hit: None,
        }
    }

    #[test]
    fn a_session_is_wanted_by_bank_role_day_pressure_and_standing_and_by_all_of_them_at_once() {
        let date = |text: &str| Some(text.parse::<jiff::Timestamp>().expect("a date"));
        let text = |text: &str| Some(text.to_owned());
        let cases = [
            (Filter::default(), true),
            (Filter { bank: text("small"), ..Filter::default() }, true),
            (Filter { bank: text("smal"), ..Filter::default() }, false),
            (Filter { role: text("ÉLÈVE"), ..Filter::default() }, true),
            (Filter { role: text("nurse"), ..Filter::default() }, false),
            (Filter { since: date("2026-11-23T05:30:00Z"), ..Filter::default() }, true),
            (Filter { since: date("2026-11-23T05:30:01Z"), ..Filter::default() }, false),
            (Filter { until: date("2026-11-23T05:30:00Z"), ..Filter::default() }, false),
            (Filter { until: date("2026-11-23T05:30:01Z"), ..Filter::default() }, true),
            (Filter { pressure: text("tough"), ..Filter::default() }, false),
            (Filter { standing: Some(Standing::Running), ..Filter::default() }, false),
            (Filter { bank: text("small"), pressure: text("tough"), ..Filter::default() }, false),
        ];
        for (filter, wanted) in cases {
            assert_eq!(filter.admits(&listed()), wanted, "{filter:?}");
        }
    }

    #[test]
    fn words_are_what_has_a_letter_or_a_digit() {
        assert_eq!(sought(" the \"RPO\"\u{0}NEAR( * - – é 4% "), ["the", "\"RPO\"", "NEAR(", "é", "4%"]);
        assert_eq!(sought("?! *"), [""; 0]);
    }
}
