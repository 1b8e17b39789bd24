//! What a server says when it refuses, as it may be shown: short, without the key, and without what was sent to it.

use std::collections::HashSet;

use serde_json::Value;

use crate::http::key::Key;

/// Letters of what a server says that are shown.
const SHOWN: usize = 200;

/// Words in a row that are taken to come from what was sent. Three are soon said by chance.
const QUOTED: usize = 4;

/// Returns what the body of a refusal says. `sent` is what the server was told.
#[must_use]
pub fn told(body: &[u8], key: Option<&Key>, sent: &[&str]) -> String {
    let said = said(body).unwrap_or_default();
    let said = key.map_or_else(|| said.clone(), |key| key.taken_out_of(&said));
    let said = without_quotes(&said, sent);
    let shown: String = said.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    match shown.len() {
        0 => "it says nothing about why".into(),
        length if length < said.len() => format!("{shown}…"),
        _ => shown,
    }
}

/// Returns the part of a body that is meant for people. What else is in it may be what was sent.
fn said(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str::<Value>(&text) {
        Ok(value) => in_json(&value),
        // A page of a proxy says nothing that helps.
        Err(_) if text.trim_start().starts_with(['<', '{', '[']) => None,
        Err(_) => Some(text.into_owned()),
    }
}

fn in_json(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let texts: Vec<String> = all.iter().filter_map(in_json).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(_) => ["error", "message", "detail", "msg"].iter().find_map(|name| in_json(value.get(name)?)),
        _ => None,
    }
}

/// Returns a text in one line, with "…" for each row of words that stands in what was sent.
fn without_quotes(said: &str, sent: &[&str]) -> String {
    let sent: HashSet<Vec<String>> = sent.iter().flat_map(|text| rows(&plain_words(text))).collect();
    let shown: Vec<&str> = said.split_whitespace().collect();
    let plain: Vec<String> = shown.iter().map(|word| plain(word)).collect();
    let mut is_quoted = vec![false; shown.len()];
    for (start, row) in plain.windows(QUOTED).enumerate() {
        if sent.contains(row) {
            is_quoted[start..start + QUOTED].fill(true);
        }
    }
    let mut kept: Vec<&str> = Vec::new();
    for (word, is_quoted) in shown.iter().zip(is_quoted) {
        if !is_quoted {
            kept.push(word);
        } else if kept.last() != Some(&"…") {
            kept.push("…");
        }
    }
    kept.join(" ")
}

fn rows(words: &[String]) -> Vec<Vec<String>> {
    words.windows(QUOTED).map(<[String]>::to_vec).collect()
}

fn plain_words(text: &str) -> Vec<String> {
    text.split_whitespace().map(plain).collect()
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::told;
    use crate::http::key::Key;

    #[test]
    fn what_is_meant_for_people_is_found() {
        for (body, expected) in [
            (r#"{"error": {"message": "model not found", "code": 404}}"#, "model not found"),
            (r#"{"error": "model not found"}"#, "model not found"),
            (r#"{"message": "no"}"#, "no"),
            (
                r#"{"detail": [{"loc": ["body"], "msg": "field required", "input": "my secret answer"}]}"#,
                "field required",
            ),
            ("Internal error\n", "Internal error"),
            ("<html><body>502 of a proxy</body></html>", "it says nothing about why"),
            (r#"{"error": {"message": "cut o"#, "it says nothing about why"),
            ("", "it says nothing about why"),
            (r#"{"input": "my secret answer"}"#, "it says nothing about why"),
        ] {
            assert_eq!(told(body.as_bytes(), None, &[]), expected, "{body}");
        }
    }

    #[test]
    fn neither_the_key_nor_what_was_sent_is_in_it_and_it_is_short() {
        let key = Key::parse("sk-secret-1").unwrap();
        let sent = "I would put the database into two zones. And then test it.";
        let body =
            r#"{"error": "key sk-secret-1 may not ask: “I would put the database into two zones”, it is too long"}"#;
        assert_eq!(told(body.as_bytes(), key.as_ref(), &[sent]), "key … may not ask: … it is too long");
        let long = told(&[b'x'; 100_000], None, &[]);
        assert_eq!(long.chars().count(), 201);
    }

    proptest! {
        #[test]
        fn four_words_of_an_answer_never_come_back(
            answer in "[a-z]{3,8}( [a-z]{3,8}){5,12}", before in "[A-Z]{2,5}( [A-Z]{2,5}){0,3}", from in 0_usize..6,
        ) {
            let quoted: Vec<&str> = answer.split(' ').skip(from.min(2)).collect();
            let body = format!("{before} \"{}\" {before}", quoted.join(" "));
            let shown = told(body.as_bytes(), None, &[&answer]);
            for row in quoted.windows(4) {
                prop_assert!(!shown.contains(&row.join(" ")), "{}", shown);
            }
        }
    }
}
