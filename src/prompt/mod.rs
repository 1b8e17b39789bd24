//! One typed struct for each file in prompts/: everything the interviewer says. Compiled in, so it cannot be missing.

pub mod delivery;
pub mod drill;
pub mod feedback;
pub mod follow_up;
mod limits;
mod lines;
pub mod pressure_effect;
#[cfg(test)]
mod tests;

pub use limits::Pressure;
pub use lines::{LineKind, Persona, Values};

/// Who asks when nobody is named.
pub const DEFAULT_PERSONA: &str = "ada";

/// What the machine says and hears to find out how fast it is.
pub const MEASURE: &str = include_str!("../../prompts/measure.txt");

const PERSONAS: [(&str, &str); 5] = [
    ("ada", include_str!("../../prompts/personas/ada.toml")),
    ("michael", include_str!("../../prompts/personas/michael.toml")),
    ("emma", include_str!("../../prompts/personas/emma.toml")),
    ("bella", include_str!("../../prompts/personas/bella.toml")),
    ("george", include_str!("../../prompts/personas/george.toml")),
];

const PRESSURES: [(&str, &str); 7] = [
    ("calm", include_str!("../../prompts/pressure/calm.toml")),
    ("standard", include_str!("../../prompts/pressure/standard.toml")),
    ("tough", include_str!("../../prompts/pressure/tough.toml")),
    ("panel", include_str!("../../prompts/pressure/panel.toml")),
    ("one-way", include_str!("../../prompts/pressure/one-way.toml")),
    ("rapid-fire", include_str!("../../prompts/pressure/rapid-fire.toml")),
    ("silent-treatment", include_str!("../../prompts/pressure/silent-treatment.toml")),
];

/// Returns the persona of that name.
#[must_use]
pub fn persona(name: &str) -> Option<Persona> {
    parsed(&PERSONAS, name)
}

/// Returns the names of all personas.
#[must_use]
pub fn persona_names() -> Vec<&'static str> {
    PERSONAS.iter().map(|(name, _)| *name).collect()
}

/// Returns the pressure of that name.
#[must_use]
pub fn pressure(name: &str) -> Option<Pressure> {
    parsed(&PRESSURES, name)
}

/// Returns the names of all pressures.
#[must_use]
pub fn pressure_names() -> Vec<&'static str> {
    PRESSURES.iter().map(|(name, _)| *name).collect()
}

fn parsed<T: serde::de::DeserializeOwned>(files: &[(&str, &str)], name: &str) -> Option<T> {
    let (_, text) = files.iter().find(|(known, _)| *known == name)?;
    Some(toml::from_str(text).expect("a test reads every file in prompts/"))
}

/// Fills `{key}` with its value, in one go: braces within a value, such as a candidate's words, stay as they are. What is not
/// known stays as well; a test finds it.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(key, after)| values.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value, after)));
        match known {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Returns a number and its noun: `1 question`, `2 questions`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
