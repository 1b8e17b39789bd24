//! A bank to begin with: every part of the format once, and notes that teach it.

use crate::ids::BankId;

/// The bank, with the places of its name and title in capitals.
static TEMPLATE: &str = include_str!("data/template.toml");

/// Why there is no bank for a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no bank can be named after the role `{0}`: it has no letter from A to Z and no digit")]
pub struct NoName(pub String);

/// Returns the name of a bank for a role, and its file's text.
///
/// # Errors
/// [`NoName`] when the role has nothing that a name can be made of.
pub fn template(role: &str) -> Result<(BankId, String), NoName> {
    let role = role.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: Vec<String> = role
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let id = BankId::new(words.join("-")).map_err(|_| NoName(role.clone()))?;
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let text = TEMPLATE.replacen("id = ID", &format!("id = {}", quoted(id.as_str())), 1);
    let text = text.replacen("title = TITLE", &format!("title = {}", quoted(&role)), 1);
    Ok((id, text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::template;
    use crate::bank::Bank;

    #[test]
    fn a_role_names_its_bank() {
        for (role, id) in [
            ("Site Reliability Engineer", "site-reliability-engineer"),
            ("  R&D lead (EMEA) ", "r-d-lead-emea"),
            ("C++ Developer", "c-developer"),
            ("Head of \"Growth\"\\", "head-of-growth"),
        ] {
            let (name, text) = template(role).expect(role);
            let bank = Bank::parse(&text, "new.toml").expect(role);
            assert_eq!((name.as_str(), bank.id.as_str(), bank.title.as_str()), (id, id, role.trim()));
        }
        let refused = template("  …! ").expect_err("no name");
        assert_eq!(
            refused.to_string(),
            "no bank can be named after the role `…!`: it has no letter from A to Z and no digit"
        );
    }

    proptest! {
        #[test]
        fn whatever_the_role_the_bank_can_be_read(role in "\\PC{0,30}") {
            if let Ok((id, text)) = template(&role) {
                prop_assert_eq!(Bank::parse(&text, "new.toml").expect("valid").id, id);
            }
        }
    }
}
