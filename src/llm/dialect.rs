//! What a server with OpenAI's interface understands, which differs: begins with all that is wanted and gives up what it refuses.

/// How the form of an answer is asked for, the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormAsked {
    /// By its JSON schema.
    Schema,
    /// As any JSON, with the schema beside it, which llama.cpp and its Python server understand.
    ObjectWithSchema,
    /// As any JSON.
    Object,
    /// In words alone.
    InWords,
}

impl FormAsked {
    fn next(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::ObjectWithSchema),
            Self::ObjectWithSchema => Some(Self::Object),
            Self::Object => Some(Self::InWords),
            Self::InWords => None,
        }
    }
}

/// What a server understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// How the form of an answer is asked for.
    pub form: FormAsked,
    /// How the limit of tokens is called: `max_tokens`, else `max_completion_tokens`.
    pub max_tokens: bool,
    /// Whether a temperature may be named.
    pub temperature: bool,
    /// Whether a seed may be named.
    pub seed: bool,
    /// Whether the answer may come in pieces.
    pub stream: bool,
    /// Whether there is somebody beside the user who tells the model what to do.
    pub system: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { form: FormAsked::Schema, max_tokens: true, temperature: true, seed: true, stream: true, system: true }
    }
}

impl Dialect {
    /// Returns what to try after a refusal. None: it is not about how something was asked. `with_form` tells whether the form of the
    /// answer was asked for.
    #[must_use]
    pub fn after(self, status: u16, said: &str, with_form: bool) -> Option<Self> {
        if !matches!(status, 400 | 404 | 422 | 500 | 501) {
            return None;
        }
        let said = said.to_lowercase();
        let named = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if self.max_tokens && named(&["max_completion_tokens"]) {
            return Some(Self { max_tokens: false, ..self });
        }
        if self.temperature && named(&["temperature"]) {
            return Some(Self { temperature: false, ..self });
        }
        if self.seed && named(&["seed"]) {
            return Some(Self { seed: false, ..self });
        }
        if self.system && named(&["system role", "system message", "role 'system'", "role: system"]) {
            return Some(Self { system: false, ..self });
        }
        if self.stream && named(&["stream"]) {
            return Some(Self { stream: false, ..self });
        }
        // Where nothing is said, the form is what servers differ in most. A page that is not there is about it only if it says so.
        let about_form = status != 404 || named(&["format", "schema", "grammar", "json"]);
        let form = self.form.next().filter(|_| with_form && about_form)?;
        Some(Self { form, ..self })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Dialect, FormAsked};

    #[test]
    fn what_a_server_refuses_is_given_up_and_nothing_else() {
        let all = Dialect::default();
        let object = Dialect { form: FormAsked::ObjectWithSchema, ..all };
        for (status, said, with_form, expected) in [
            (400, "'response_format.type' must be json_object", true, Some(object)),
            (422, "Input should be 'text' or 'json_object'", true, Some(object)),
            (404, "response_format json_schema is not found", true, Some(object)),
            (500, "failed to parse grammar", true, Some(object)),
            (400, "", true, Some(object)),
            (400, "", false, None),
            (404, "model `x` not found", true, None),
            (401, "json_schema", true, None),
            (429, "json_schema", true, None),
            (503, "json_schema", true, None),
            (
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                true,
                Some(Dialect { max_tokens: false, ..all }),
            ),
            (400, "max_tokens is too large: the context is 2048", false, None),
            (400, "temperature does not support 0", false, Some(Dialect { temperature: false, ..all })),
            (400, "unknown field: seed", true, Some(Dialect { seed: false, ..all })),
            (500, "System role not supported", true, Some(Dialect { system: false, ..all })),
            (400, "streaming is not available", false, Some(Dialect { stream: false, ..all })),
        ] {
            assert_eq!(all.after(status, said, with_form), expected, "{status} {said}");
        }
    }

    #[test]
    fn the_form_is_given_up_step_by_step() {
        let (mut dialect, mut forms) = (Dialect::default(), Vec::new());
        while let Some(next) = dialect.after(400, "no", true) {
            forms.push(next.form);
            dialect = next;
        }
        assert_eq!(forms, [FormAsked::ObjectWithSchema, FormAsked::Object, FormAsked::InWords]);
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_it_is_not_asked_for_ever(
            said in proptest::collection::vec(
                "(400|404|422|500|501) (max_completion_tokens|temperature|seed|system role|stream|json|no)", 30..31,
            ),
        ) {
            let mut dialect = Some(Dialect::default());
            for said in &said {
                let (status, said) = said.split_once(' ').unwrap();
                dialect = dialect.and_then(|dialect| dialect.after(status.parse().unwrap(), said, true));
            }
            prop_assert_eq!(dialect, None);
        }
    }
}
