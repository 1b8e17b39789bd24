//! What goes to a server and what comes from it, in OpenAI's words.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::language::template::filled;
use crate::language::{Ask, Form};
use crate::llm::dialect::{Dialect, FormAsked};

/// Asks for a form in words, where a server cannot be told it otherwise.
const IN_WORDS: &str = include_str!("../../prompts/language/schema.md");

/// Returns what a server is sent.
#[must_use]
pub fn request(model: &str, ask: &Ask, dialect: Dialect) -> Value {
    let mut request = json!({ "model": model, "messages": messages(ask, dialect) });
    let limit = if dialect.max_tokens { "max_tokens" } else { "max_completion_tokens" };
    request[limit] = ask.tokens.into();
    if dialect.stream {
        request["stream"] = true.into();
    }
    // The same words in, the same words out, where a server allows it.
    if dialect.temperature {
        request["temperature"] = 0.into();
    }
    if dialect.seed {
        request["seed"] = 0.into();
    }
    if let Some(format) = ask.form.as_ref().and_then(|form| format(form, dialect.form)) {
        request["response_format"] = format;
    }
    request
}

fn messages(ask: &Ask, dialect: Dialect) -> Value {
    let system = match &ask.form {
        Some(form) if matches!(dialect.form, FormAsked::Object | FormAsked::InWords) => {
            filled(IN_WORDS, json!({ "system": ask.system, "schema": form.schema.to_string() }))
        }
        _ => ask.system.clone(),
    };
    if system.is_empty() {
        return json!([{ "role": "user", "content": ask.user }]);
    }
    if !dialect.system {
        return json!([{ "role": "user", "content": format!("{system}\n\n{}", ask.user) }]);
    }
    json!([{ "role": "system", "content": system }, { "role": "user", "content": ask.user }])
}

fn format(form: &Form, asked: FormAsked) -> Option<Value> {
    match asked {
        FormAsked::Schema => {
            Some(json!({ "type": "json_schema", "json_schema": { "name": form.name, "schema": form.schema } }))
        }
        FormAsked::ObjectWithSchema => Some(json!({ "type": "json_object", "schema": form.schema })),
        FormAsked::Object => Some(json!({ "type": "json_object" })),
        FormAsked::InWords => None,
    }
}

/// What a piece of an answer, or a whole one, says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Words of the answer.
    pub words: String,
    /// Whether the model thinks aloud, apart from the answer: it is alive.
    pub thinks: bool,
    /// Whether the answer is over.
    pub is_over: bool,
    /// Whether it is over because it may be no longer.
    pub is_cut: bool,
    /// Whether something went wrong at the server.
    pub is_error: bool,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(alias = "message")]
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
    #[serde(alias = "reasoning")]
    reasoning_content: Option<String>,
}

/// Reads a piece of a stream, or a whole document. None: it is nothing that this interface knows.
#[must_use]
pub fn read(text: &str) -> Option<Said> {
    let chunk: Chunk = serde_json::from_str(text).ok()?;
    if chunk.error.is_some_and(|error| !error.is_null()) {
        return Some(Said { is_error: true, ..Said::default() });
    }
    // The last piece of some servers has figures and no choice.
    let Some(choice) = chunk.choices.into_iter().next() else { return Some(Said::default()) };
    let delta = choice.delta.unwrap_or(Delta { content: None, reasoning_content: None });
    let reason = choice.finish_reason.as_deref();
    Some(Said {
        words: delta.content.unwrap_or_default(),
        thinks: delta.reasoning_content.is_some_and(|text| !text.is_empty()),
        is_over: reason.is_some_and(|reason| !reason.is_empty()),
        is_cut: reason == Some("length"),
        is_error: false,
    })
}

/// Returns the names of the models in a server's list. None: it is no such list.
#[must_use]
pub fn models(text: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct List {
        data: Vec<Model>,
    }
    #[derive(Deserialize)]
    struct Model {
        id: String,
    }
    let list: List = serde_json::from_str(text).ok()?;
    Some(list.data.into_iter().map(|model| model.id).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{Said, models, read, request};
    use crate::language::{Ask, Form};
    use crate::llm::dialect::{Dialect, FormAsked};

    fn ask() -> Ask {
        let schema = json!({ "type": "object", "properties": { "points": { "type": "array" } } });
        Ask {
            system: "You count.".into(),
            user: "One, two.".into(),
            form: Some(Form { name: "reply", schema }),
            tokens: 50,
        }
    }

    #[test]
    fn what_is_sent_is_as_each_dialect_has_it() {
        let all = Dialect::default();
        let shown = [
            all,
            Dialect { form: FormAsked::ObjectWithSchema, temperature: false, seed: false, ..all },
            Dialect { form: FormAsked::InWords, max_tokens: false, stream: false, system: false, ..all },
        ]
        .map(|dialect| serde_json::to_string_pretty(&request("small", &ask(), dialect)).unwrap());
        insta::assert_snapshot!(shown.join("\n\n"));
    }

    #[test]
    fn pieces_and_documents_are_read_alike() {
        let said = |words: &str| Said { words: words.into(), ..Said::default() };
        for (text, expected) in [
            (r#"{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#, Some(said(""))),
            (r#"{"choices":[{"index":0,"delta":{"content":"Hello"}}]}"#, Some(said("Hello"))),
            (
                r#"{"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{}}"#,
                Some(Said { is_over: true, ..said("Hi") }),
            ),
            (
                r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#,
                Some(Said { is_over: true, is_cut: true, ..said("") }),
            ),
            (r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, Some(Said { thinks: true, ..said("") })),
            (r#"{"choices":[{"delta":{"reasoning":"hm"}}]}"#, Some(Said { thinks: true, ..said("") })),
            (r#"{"choices":[],"usage":{"total_tokens":7}}"#, Some(said(""))),
            (r#"{"error":{"message":"out of memory"}}"#, Some(Said { is_error: true, ..said("") })),
            (r#"{"choices":[{"delta":{"content":"Hel"#, None),
            (r#"{"choices":7}"#, None),
            ("[DONE]", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_of_models_is_read_and_nothing_else_is_one() {
        assert_eq!(
            models(r#"{"object":"list","data":[{"id":"a","owned_by":"x"},{"id":"b"}]}"#),
            Some(vec!["a".into(), "b".into()])
        );
        assert_eq!(models(r#"{"data":[]}"#), Some(Vec::new()));
        for other in ["", "<html>", "{}", r#"{"data":[{"name":"a"}]}"#, "[]"] {
            assert_eq!(models(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_comes_is_a_panic(text in ".{0,60}|[\\[\\]{}\":,a-z1]{0,60}") {
            let _either = (read(&text), models(&text));
        }
    }
}
