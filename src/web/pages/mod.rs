//! The pages, one file each: what is shown, and the template that shows it. Templates escape every value.

pub(super) mod correction;
mod figure;
mod progress;
mod question;
pub(super) mod session;
pub(super) mod sessions;
pub(super) mod so_far;
#[cfg(test)]
mod views;

use std::fmt::Write;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::session::store::Standing;
use crate::web::failure::Trouble;

/// Returns a page as an answer.
fn page(page: &impl Template) -> Result<Response, Trouble> {
    let text = page.render().map_err(|error| Trouble::broke_down(error.to_string()))?;
    Ok(Html(text).into_response())
}

/// Returns the address of a session's page.
pub(super) fn session_address(id: &str) -> String {
    format!("/sessions/{}", in_address(id))
}

/// Returns text as it may stand in an address: whatever may mean something there is written as its bytes.
pub(super) fn in_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    out
}

/// Returns a share as a reader says it, `62 %`, which no line break parts.
fn percent(share: f32) -> String {
    format!("{:.0}\u{a0}%", share * 100.0)
}

/// Returns how a session ended, in a few words.
fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Complete => "complete",
        Standing::Stopped => "stopped",
        Standing::Running => "running now",
        Standing::Interrupted => "broke off",
    }
}

#[cfg(test)]
mod tests {
    use super::session_address;

    #[test]
    fn whatever_a_folder_is_called_its_address_is_one_plain_segment() {
        for (id, address) in [
            ("2026-11-23-094100-nurse", "/sessions/2026-11-23-094100-nurse"),
            ("../x", "/sessions/..%2Fx"),
            ("a b?c#d\"<é", "/sessions/a%20b%3Fc%23d%22%3C%C3%A9"),
        ] {
            assert_eq!(session_address(id), address);
        }
    }
}
