//! Puts what is worth saying into words, spoken and written. Decides nothing about what that is.

use super::{Content, Feedback, Gap, Part};
use crate::prompt::feedback::words;
use crate::prompt::fill;

/// Most words that are read aloud: 100 words at 155 a minute last 39 s.
const SPOKEN_WORDS: usize = 100;

/// Most and fewest words of a quote or an advice that are read aloud, whatever else there is to say.
const SPOKEN_QUOTE: (usize, usize) = (8, 30);

impl Feedback {
    /// Returns the feedback as it is said: 15 to 40 s at 155 words a minute, if the bank's points are a sentence each.
    #[must_use]
    pub fn spoken(&self) -> String {
        // What is said anyway takes its time first; quote and advice share what is left.
        let anyway = count(&self.spoken_with(0));
        let parts = match &self.content {
            Content::Attempted { strength: Some(_), gap: Some(Gap { advice: Some(_), .. }) } => 2,
            _ => 1,
        };
        let most = SPOKEN_WORDS.saturating_sub(anyway) / parts;
        self.spoken_with(most.clamp(SPOKEN_QUOTE.0, SPOKEN_QUOTE.1))
    }

    /// Returns the feedback as it is said, quote and advice with `most` words each.
    fn spoken_with(&self, most: usize) -> String {
        let words = words().spoken;
        let gap_line = |gap: &Gap, with_advice: &str, plain: &str| {
            let advice = gap.advice.as_deref().map(|advice| sentence(&shortened(advice, most)));
            let template = if advice.is_some() { with_advice } else { plain };
            fill(template, &[("point", bare(&gap.point)), ("advice", advice.as_deref().unwrap_or_default())])
        };
        let mut parts = vec![words.opening.clone()];
        match &self.content {
            Content::Uncredited { standing, start } => {
                parts.push(words.uncredited.line(*standing).to_owned());
                parts.extend(start.as_ref().map(|gap| gap_line(gap, &words.start, &words.start_plain)));
            }
            Content::Attempted { strength, gap } => {
                parts.push(strength.as_ref().map_or(words.no_strength, |one| {
                    let quote = ended(&shortened(&one.quote, most));
                    fill(&words.strength, &[("point", bare(&one.point)), ("quote", &quote)])
                }));
                parts.push(gap.as_ref().map_or(words.no_gap, |gap| gap_line(gap, &words.gap, &words.gap_plain)));
            }
        }
        parts.extend(self.delivery.clone());
        parts.join(" ")
    }

    /// Returns the feedback as it is written, in Markdown, one paragraph for each thing, quotes whole.
    #[must_use]
    pub fn written(&self) -> String {
        let paragraphs: Vec<String> = self.paragraphs().into_iter().map(|part| part.text).collect();
        paragraphs.join("\n\n")
    }

    /// Returns what there is to say, part by part and in plain words, for whoever words it in another way.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let plain = |part: Part| Part { text: part.text.replace("**", ""), ..part };
        self.paragraphs().into_iter().map(plain).collect()
    }

    /// Returns each thing with its paragraph in Markdown.
    fn paragraphs(&self) -> Vec<Part> {
        let words = words().written;
        let gap_part = |gap: &Gap| {
            let advice = gap.advice.as_deref().map(sentence);
            let template = if advice.is_some() { &words.gap } else { &words.gap_plain };
            let weight = gap.weight.to_string();
            let advice = advice.unwrap_or_default();
            let values = [("question", gap.question.as_str()), ("point", bare(&gap.point)), ("weight", &weight)];
            Part::new("gap", fill(template, &[values.as_slice(), &[("advice", &advice)]].concat()))
        };
        let mut parts = Vec::new();
        match &self.content {
            Content::Uncredited { standing, start } => {
                parts.push(Part::new("standing", words.uncredited.line(*standing).to_owned()));
                parts.extend(start.as_ref().map(gap_part));
            }
            Content::Attempted { strength, gap } => {
                parts.push(strength.as_ref().map_or(Part::new("strength", words.no_strength.clone()), |one| {
                    let values =
                        [("question", one.question.as_str()), ("point", bare(&one.point)), ("quote", &one.quote)];
                    Part { praises: true, ..Part::new("strength", fill(&words.strength, &values)) }
                }));
                let no_gap = || Part { praises: true, ..Part::new("gap", words.no_gap.clone()) };
                parts.push(gap.as_ref().map_or_else(no_gap, gap_part));
            }
        }
        if let Some(note) = &self.delivery {
            let note = capitalised(note.strip_prefix("On delivery: ").unwrap_or(note));
            parts.push(Part::new("delivery", fill(&words.delivery, &[("note", &note)])));
        }
        parts
    }
}

impl Part {
    fn new(name: &'static str, text: String) -> Self {
        Self { name, text, praises: false }
    }
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Returns a text without the mark at its end, which the template brings.
fn bare(text: &str) -> &str {
    text.trim().trim_end_matches(['.', ',', ';', ':', '?', '!', '…'])
}

/// Returns a text as a sentence: with a capital at its start and a mark at its end.
fn sentence(text: &str) -> String {
    ended(&capitalised(text))
}

/// Returns a text with a mark at its end.
fn ended(text: &str) -> String {
    let text = text.trim().trim_end_matches([',', ';', ':']);
    let mark = if text.is_empty() || text.ends_with(['.', '?', '!', '…']) { "" } else { "." };
    format!("{text}{mark}")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns at most `most` words, cut at a pause of the sentence where there is one in its second half.
fn shortened(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= most {
        return words.join(" ");
    }
    let head = &words[..most];
    let pause = head.iter().rposition(|word| word.ends_with([',', ';', ':', '.'])).filter(|at| *at >= most / 2);
    let kept = pause.map_or(head, |at| &head[..=at]).join(" ");
    if kept.is_empty() { kept } else { format!("{}…", bare(&kept)) }
}
