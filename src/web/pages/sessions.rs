//! The list of sessions, with a search over what was asked and said.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use crate::clock;
use crate::session::digest::Listed;
use crate::session::filter::Filter;
use crate::session::snippet::Piece;
use crate::session::store::Standing;
use crate::web::Site;
use crate::web::failure::Trouble;
use crate::web::listing::{Listing, listing};
use crate::web::pages::{in_address, page, percent, session_address, standing_words};

/// Sessions of a page.
const ON_A_PAGE: usize = 25;

/// What the form of the page asks for, as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    text: String,
    bank: String,
    pressure: String,
    since: String,
    until: String,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct SessionsPage {
    asked: Asked,
    is_filtered: bool,
    banks: Vec<(String, String)>,
    pressures: Vec<String>,
    found: usize,
    rows: Vec<Row>,
    unreadable: Vec<String>,
    page: usize,
    pages: usize,
    newer: Option<String>,
    older: Option<String>,
}

struct Row {
    address: String,
    title: String,
    date: String,
    iso: String,
    pressure: String,
    coverage: Option<(f32, String)>,
    answered: usize,
    questions: usize,
    standing: &'static str,
    broke_off: bool,
    id: String,
    snippet: Vec<Piece>,
}

/// Shows the list.
pub(in crate::web) async fn show(
    State(site): State<Arc<Site>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let filter = asked.filter()?;
    let listing = site.indexed(move |_, index| Ok(listing(index, &filter)?)).await?;
    for one in &listing.unreadable {
        (site.tell)(&format!("{}; {}", one.why, one.advice));
    }
    page(&SessionsPage::of(asked, listing))
}

impl Asked {
    fn filter(&self) -> Result<Filter, Trouble> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        // The last day is meant as a whole.
        let next_day = |day: Date| day.tomorrow().map_or(jiff::Timestamp::MAX, clock::day_begins);
        Ok(Filter {
            text: filled(&self.text),
            bank: filled(&self.bank),
            pressure: filled(&self.pressure),
            since: date(&self.since)?.map(clock::day_begins),
            until: date(&self.until)?.map(next_day),
            ..Filter::default()
        })
    }

    fn is_filtered(&self) -> bool {
        [&self.text, &self.bank, &self.pressure, &self.since, &self.until].iter().any(|one| !one.trim().is_empty())
    }

    /// Returns the address of a page of the same list.
    fn address(&self, page: usize) -> String {
        let named = [
            ("text", &self.text),
            ("bank", &self.bank),
            ("pressure", &self.pressure),
            ("since", &self.since),
            ("until", &self.until),
        ];
        let filled = named.iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = filled.map(|(name, value)| format!("{name}={}&", in_address(value))).collect();
        format!("/?{}page={page}", parts.concat())
    }
}

pub(super) fn date(text: &str) -> Result<Option<Date>, Trouble> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|_| {
        Trouble::new(StatusCode::BAD_REQUEST, "That is no date", "Write it as year, month and day, such as 2026-11-23.")
    })
}

impl SessionsPage {
    fn of(asked: Asked, listing: Listing) -> Self {
        let found = listing.sessions.len();
        let pages = found.div_ceil(ON_A_PAGE).max(1);
        let page = asked.page.unwrap_or(1).clamp(1, pages);
        let rows = listing.sessions.into_iter().skip((page - 1) * ON_A_PAGE).take(ON_A_PAGE).map(Row::of).collect();
        Self {
            is_filtered: asked.is_filtered(),
            banks: listing.banks,
            pressures: listing.pressures,
            found,
            rows,
            unreadable: listing.unreadable.into_iter().map(|one| one.name).collect(),
            page,
            pages,
            newer: (page > 1).then(|| asked.address(page - 1)),
            older: (page < pages).then(|| asked.address(page + 1)),
            asked,
        }
    }
}

impl Row {
    fn of(listed: Listed) -> Self {
        Self {
            address: session_address(&listed.id),
            title: listed.title,
            date: clock::local_day(listed.started),
            iso: listed.started.to_string(),
            pressure: listed.pressure,
            coverage: listed.coverage.map(|coverage| (coverage * 100.0, percent(coverage))),
            answered: listed.answered,
            questions: listed.questions,
            standing: standing_words(listed.standing),
            broke_off: listed.standing == Standing::Interrupted,
            id: listed.id,
            snippet: listed.hit.map(|hit| hit.snippet).unwrap_or_default(),
        }
    }
}
