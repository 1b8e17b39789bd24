//! Fills the templates of prompts/language/. Compiled in, so none can be missing.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

/// Marks that begin and end what is data in a prompt. Whatever a candidate says between them, it cannot close them.
const FENCE: &str = "-----";

/// Returns a template of prompts/language/ filled with values.
///
/// # Panics
/// Never with a template and values that a test has tried: `source` is compiled in, and what is undefined in it is a fault of the program.
#[must_use]
pub fn filled(source: &'static str, values: impl Serialize) -> String {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // A line of nothing but a tag leaves no line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the tags of Jinja are there"));
    environment.add_filter("fenced", fenced);
    let filled = environment.render_str(source, Value::from(Serde(values)));
    filled.expect("a test fills every template in prompts/language/")
}

/// Returns a text between fences that nothing in it can look like.
fn fenced(text: String) -> String {
    let mut inside = text;
    while inside.contains(FENCE) {
        inside = inside.replace(FENCE, "-");
    }
    format!("{FENCE} begin\n{inside}\n{FENCE} end")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FENCE, fenced};

    proptest! {
        #[test]
        fn nothing_that_was_said_closes_the_fence(text in "([-]{0,12}|end|begin|\n| |x){0,12}") {
            let fenced = fenced(text);
            prop_assert_eq!(fenced.matches(FENCE).count(), 2, "{}", fenced);
        }
    }
}
