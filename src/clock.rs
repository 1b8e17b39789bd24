//! The only place that reads the host's clock. Interviews run on audio time; this is for dates, durations of work and devices.

use std::time::Instant;

/// Returns the host's monotonic clock now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
pub fn now() -> Instant {
    Instant::now()
}

/// Returns the date and time now.
pub fn date() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Returns a date as a name that sorts: `2026-11-23-0941` in the local time zone.
pub fn local_name(date: jiff::Timestamp) -> String {
    date.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d-%H%M%S").to_string()
}

/// Returns the day of a date in the local time zone.
pub fn local_date(date: jiff::Timestamp) -> jiff::civil::Date {
    date.to_zoned(jiff::tz::TimeZone::system()).date()
}

/// Returns a date as people write it, to the minute, in the local time zone: `2026-11-23 09:41`.
pub fn local_minute(date: jiff::Timestamp) -> String {
    date.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Returns when a day begins in the local time zone.
pub fn day_begins(day: jiff::civil::Date) -> jiff::Timestamp {
    let zoned = day.to_zoned(jiff::tz::TimeZone::system());
    // The first and the last day that there are may lie beyond what a zone can tell.
    zoned.map_or_else(
        |_| if day.year() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX },
        |zoned| zoned.timestamp(),
    )
}

/// Returns a date as a reader says it, in the local time zone: `23 November 2026, 09:41`.
pub fn local_day(date: jiff::Timestamp) -> String {
    date.to_zoned(jiff::tz::TimeZone::system()).strftime("%-d %B %Y, %H:%M").to_string()
}

/// Returns the local time zone.
pub fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}

/// Returns a seed that differs from one interview to the next.
pub fn seed() -> u64 {
    date().as_microsecond().unsigned_abs()
}
