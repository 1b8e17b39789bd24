//! Which sessions there are, as the list shows them. Reads the journals; the one place that will ask an index instead.

use jiff::civil::Date;

use crate::clock;
use crate::session::Session;
use crate::session::store::{Standing, Store, StoreError};
use crate::transcript::Transcript;

/// Characters of a snippet before and after what was looked for.
const AROUND: usize = 70;

/// Which sessions are wanted. What is empty holds for all.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// Words that were asked or said, all of them, in any order.
    pub(super) text: String,
    /// The bank's id.
    pub(super) bank: String,
    /// The name of the pressure.
    pub(super) pressure: String,
    /// The first day.
    pub(super) since: Option<Date>,
    /// The last day.
    pub(super) until: Option<Date>,
}

/// A session of the list.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) started: jiff::Timestamp,
    pub(super) pressure: String,
    pub(super) standing: Standing,
    /// How many questions were to be asked.
    pub(super) questions: usize,
    /// How many were answered and judged.
    pub(super) answered: usize,
    /// Mean over those, 0 to 1.
    pub(super) coverage: Option<f32>,
    /// The band of each, in the order of asking.
    pub(super) bands: Vec<u8>,
    /// The words around the place where the text was found. Empty where nothing was looked for.
    pub(super) snippet: Vec<Piece>,
}

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it was looked for.
    pub(super) sought: bool,
}

/// The sessions that were found.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// The newest first.
    pub(super) sessions: Vec<Listed>,
    /// All banks that there are sessions of, by id, each with its title.
    pub(super) banks: Vec<(String, String)>,
    /// All pressures that there are sessions under.
    pub(super) pressures: Vec<String>,
    /// The ids of sessions that cannot be read, each with the reason.
    pub(super) unreadable: Vec<(String, String)>,
}

/// Returns the sessions that `filter` wants.
pub(super) fn listing(store: &Store, filter: &Filter) -> Result<Listing, StoreError> {
    let mut listing = Listing::default();
    for id in store.ids()? {
        match store.read(&id) {
            Ok((session, standing)) => listing.take(id, &session, standing, filter),
            Err(error) => listing.unreadable.push((id, error.to_string())),
        }
    }
    listing.banks.sort_by(|one, other| one.1.cmp(&other.1));
    listing.banks.dedup();
    listing.pressures.sort();
    listing.pressures.dedup();
    Ok(listing)
}

impl Listing {
    fn take(&mut self, id: String, session: &Session, standing: Standing, filter: &Filter) {
        let plan = &session.opened.plan;
        self.banks.push((plan.bank.id.to_string(), plan.bank.title.clone()));
        self.pressures.push(plan.pressure.name.clone());
        let day = clock::local_date(session.opened.started);
        let is_wanted = (filter.bank.is_empty() || plan.bank.id.as_str() == filter.bank)
            && (filter.pressure.is_empty() || plan.pressure.name == filter.pressure)
            && filter.since.is_none_or(|since| day >= since)
            && filter.until.is_none_or(|until| day <= until);
        if !is_wanted {
            return;
        }
        let found = if filter.text.trim().is_empty() { Some(Vec::new()) } else { find(session, &filter.text) };
        if let Some(snippet) = found {
            self.sessions.push(Listed::of(id, session, standing, snippet));
        }
    }
}

impl Listed {
    fn of(id: String, session: &Session, standing: Standing, snippet: Vec<Piece>) -> Self {
        let plan = &session.opened.plan;
        let main = session.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
        let judged: Vec<_> = main.filter_map(|exchange| session.assessments.get(&exchange.asked.question)).collect();
        let coverage = judged.iter().map(|assessment| assessment.coverage).sum::<f32>() / judged.len() as f32;
        Self {
            id,
            title: plan.bank.title.clone(),
            started: session.opened.started,
            pressure: plan.pressure.name.clone(),
            standing,
            questions: plan.questions.len(),
            answered: judged.len(),
            coverage: coverage.is_finite().then_some(coverage),
            bands: judged.iter().map(|assessment| assessment.band.get()).collect(),
            snippet,
        }
    }
}

/// Returns the first place where one of the words was asked or said, if all of them were.
fn find(session: &Session, wanted: &str) -> Option<Vec<Piece>> {
    let said = session.exchanges.iter().flat_map(|exchange| {
        let takes = exchange.takes.iter().filter_map(|take| take.transcript.as_ref()).map(Transcript::text);
        std::iter::once(exchange.prompt.clone()).chain(takes)
    });
    let texts: Vec<String> = said.collect();
    let folded: Vec<Vec<char>> = texts.iter().map(|text| text.chars().map(fold).collect()).collect();
    let mut first = None;
    for word in wanted.split_whitespace() {
        let word: Vec<char> = word.chars().map(fold).collect();
        let at = |text: &Vec<char>| text.windows(word.len()).position(|here| here == word);
        let place = folded.iter().enumerate().find_map(|(nth, text)| Some((nth, at(text)?)))?;
        first.get_or_insert((place, word.len()));
    }
    let ((nth, at), length) = first?;
    Some(snippet(&texts[nth], at, length))
}

/// Returns a letter in lower case. Letters that become several stay, so that places in the text hold.
fn fold(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn snippet(text: &str, at: usize, length: usize) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| letters[from..to.min(letters.len())].iter().collect::<String>();
    let (from, to) = (at.saturating_sub(AROUND), (at + length + AROUND).min(letters.len()));
    let dots = |cut: bool| if cut { "…" } else { "" };
    let pieces = [
        (format!("{}{}", dots(from > 0), part(from, at)), false),
        (part(at, at + length), true),
        (format!("{}{}", part(at + length, to), dots(to < letters.len())), false),
    ];
    pieces.into_iter().filter(|(text, _)| !text.is_empty()).map(|(text, sought)| Piece { text, sought }).collect()
}

#[cfg(test)]
mod tests {
    use super::snippet;

    #[test]
    fn a_snippet_is_cut_at_letters_and_not_at_bytes() {
        let text = format!("{}Lastverteiler für Köln{}", "ä".repeat(100), "ß".repeat(100));
        let found = snippet(&text, 100, 13);
        let texts: Vec<&str> = found.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(texts[..2], [format!("…{}", "ä".repeat(70)).as_str(), "Lastverteiler"]);
        assert!(texts[2].starts_with(" für Köln") && texts[2].ends_with("ß…"));
        assert_eq!(found.iter().map(|piece| piece.sought).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(snippet("one", 0, 3).len(), 1, "nothing stands around it");
    }
}
