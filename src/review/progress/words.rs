//! Numbers in words, as all that tells progress writes them.

/// Returns a share, 0 to 1, as it is told: `62 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Returns a count of things, of which `one` is one: `1 day`, `3 days`.
#[must_use]
pub fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}
