//! Reads an answer that is to be JSON of some form: as it is, or what lies within other words, or after the model was asked once to
//! mend it.

use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;

use crate::language::{Ask, Form, LanguageError, LanguageModel};

/// Most letters of a bad answer that are shown to the model when it is asked to mend it.
const SHOWN: usize = 2_000;

/// Returns what a model answers, as a value of that form. It is asked once more where its answer cannot be read.
///
/// # Errors
/// [`LanguageError`] when there is no answer, or when neither can be read.
pub fn ask_for<T: DeserializeOwned>(model: &mut dyn LanguageModel, ask: &Ask) -> Result<T, LanguageError> {
    let first = model.answer(ask, &mut |_| true)?;
    match read(&first) {
        Ok(value) => Ok(value),
        Err(why) => {
            let again = model.answer(&repair(ask, &first, &why), &mut |_| true)?;
            read(&again).map_err(LanguageError::Nonsense)
        }
    }
}

/// Returns the form of a type.
#[must_use]
pub fn form<T: JsonSchema>(name: &'static str) -> Form {
    let mut schema = schema_for!(T);
    // Servers that turn schemas into grammars know what a type is, and not every keyword beside it.
    schema.remove("$schema");
    Form { name, schema: schema.to_value() }
}

/// Returns the value that an answer holds, or says why it holds none.
///
/// # Errors
/// Says what is wrong with the JSON.
pub fn read<T: DeserializeOwned>(answer: &str) -> Result<T, String> {
    let whole = answer.trim();
    let mut why = match serde_json::from_str(whole) {
        Ok(value) => return Ok(value),
        Err(error) => error.to_string(),
    };
    // Models think aloud, fence what they say and add a kind word: the JSON is what lies between.
    for (start, _) in whole.match_indices('{') {
        let mut values = serde_json::Deserializer::from_str(&whole[start..]).into_iter::<T>();
        match values.next() {
            Some(Ok(value)) => return Ok(value),
            Some(Err(error)) if start == whole.find('{').unwrap_or_default() => why = error.to_string(),
            _ => {}
        }
    }
    Err(if whole.is_empty() { "it is empty".into() } else { why })
}

fn repair(ask: &Ask, answer: &str, why: &str) -> Ask {
    let shown: String = answer.chars().take(SHOWN).collect();
    let user = format!(
        "{}\n\nYou answered this before, and it cannot be read ({why}):\n{shown}\n\nAnswer again, with the JSON alone.",
        ask.user
    );
    Ask { user, ..ask.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::{ask_for, form, read};
    use crate::language::canned::Canned;
    use crate::language::{Ask, LanguageError};

    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Reply {
        points: Vec<u8>,
    }

    fn ask() -> Ask {
        Ask { system: String::new(), user: "Count.".into(), form: Some(form::<Reply>("reply")), tokens: 10 }
    }

    #[test]
    fn json_is_found_in_whatever_is_around_it() {
        for answer in [
            r#"{"points": [1, 2]}"#,
            " \n{\"points\":[1,2]}\n",
            "```json\n{\"points\": [1, 2]}\n```",
            "Sure! Here you are: {\"points\": [1, 2]} Good luck.",
            "<think>{maybe}</think> {\"points\": [1, 2]}",
            "{\"thoughts\": \"none\"} {\"points\": [1, 2]}",
        ] {
            assert_eq!(read::<Reply>(answer).expect(answer), Reply { points: vec![1, 2] });
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        assert_eq!(read::<Reply>("").unwrap_err(), "it is empty");
        assert!(read::<Reply>("I cannot help with that.").is_err());
        assert!(read::<Reply>(r#"{"points": [1, 2"#).unwrap_err().contains("EOF"));
        assert!(read::<Reply>(r#"{"pints": [1]}"#).unwrap_err().contains("pints"));
    }

    #[test]
    fn a_model_is_asked_once_to_mend_its_answer_and_no_more() {
        let mut model = Canned::new(["{\"points\": [1", "{\"points\": [1]}"]);
        assert_eq!(ask_for::<Reply>(&mut model, &ask()), Ok(Reply { points: vec![1] }));
        assert_eq!(model.asked.len(), 2);
        assert!(
            model.asked[1].user.contains("{\"points\": [1") && model.asked[1].user.contains("EOF"),
            "{}",
            model.asked[1].user
        );

        let mut model = Canned::new(["no", "no", "{\"points\": [1]}"]);
        assert!(matches!(ask_for::<Reply>(&mut model, &ask()), Err(LanguageError::Nonsense(_))));
        assert_eq!(model.asked.len(), 2);
    }

    proptest! {
        #[test]
        fn no_answer_is_a_panic(answer in ".{0,80}|[\\[\\]{}\":, 1a]{0,40}") {
            let _either = read::<Reply>(&answer);
        }
    }
}
