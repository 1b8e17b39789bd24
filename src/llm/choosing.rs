//! Which of a server's models is asked.

/// Parts of names of models that do not converse: they embed, rank, hear, speak or draw.
const OTHERS: [&str; 14] = [
    "embed",
    "bge-",
    "minilm",
    "e5-",
    "gte-",
    "rerank",
    "whisper",
    "tts",
    "kokoro",
    "transcribe",
    "moderation",
    "dall-e",
    "diffusion",
    "image",
];

/// Returns the model that was named: by its whole name, else by a part of it. Without a name, the first that converses.
#[must_use]
pub fn chosen<'m>(models: &'m [String], named: Option<&str>) -> Option<&'m str> {
    let lower = |model: &str| model.to_lowercase();
    let found = match named {
        Some(name) => {
            let whole = models.iter().find(|model| *model == name);
            whole.or_else(|| models.iter().find(|model| lower(model).contains(&lower(name))))
        }
        None => models.iter().find(|model| !OTHERS.iter().any(|other| lower(model).contains(other))),
    };
    found.map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn the_model_that_was_named_is_taken_else_the_first_that_converses() {
        let models =
            ["nomic-embed-text:latest", "whisper-large-v3", "Qwen2.5:7b", "qwen2.5:7b-instruct"].map(String::from);
        for (named, expected) in [
            (None, Some("Qwen2.5:7b")),
            (Some("qwen2.5:7b-instruct"), Some("qwen2.5:7b-instruct")),
            (Some("qwen2.5"), Some("Qwen2.5:7b")),
            (Some("nomic"), Some("nomic-embed-text:latest")),
            (Some("llama"), None),
        ] {
            assert_eq!(chosen(&models, named), expected, "{named:?}");
        }
        assert_eq!(chosen(&models[..2], None), None);
        assert_eq!(chosen(&[], None), None);
    }
}
