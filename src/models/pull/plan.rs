//! What a pull does next: given what lies there, what the server replied, how a try ended. Touches no file and no network.

use std::time::Duration;

use crate::http::trouble::{Kind, Trouble};

/// Tries that bring nothing new before a pull gives up.
const TRIES: u32 = 5;

/// Room that is left on the disk for recordings: 100 MB are an hour of interviews and more.
pub const ROOM_LEFT: u64 = 100_000_000;

/// The first step of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the server for the bytes from here on.
    Ask {
        /// The first byte that is missing.
        from: u64,
    },
    /// All is there: compare the digest.
    Check,
    /// More is there than there can be: throw it away.
    Discard,
}

/// Returns the first step when `have` of `whole` bytes lie there.
#[must_use]
pub fn step(have: u64, whole: u64) -> Step {
    match have.cmp(&whole) {
        std::cmp::Ordering::Less => Step::Ask { from: have },
        std::cmp::Ordering::Equal => Step::Check,
        std::cmp::Ordering::Greater => Step::Discard,
    }
}

/// The head of a server's reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status, redirects followed.
    pub status: u16,
    /// `Content-Length`.
    pub length: Option<u64>,
    /// `Content-Range`.
    pub range: Option<String>,
    /// Whether it is a web page. Networks in hotels and trains answer with one in place of what was asked for.
    pub page: bool,
}

/// What to do with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Write the body from this byte on.
    Take {
        /// The byte, 0 or the one asked for.
        at: u64,
    },
    /// The server cannot go on from there: throw away what is kept and ask for the whole.
    StartOver,
    /// Nothing good will come from this address.
    Refuse(String),
    /// The server is in trouble: try again.
    Later(String),
}

/// Returns what to do with the reply to a request for the bytes `from..whole`.
#[must_use]
pub fn answer(from: u64, whole: u64, reply: &Reply) -> Answer {
    match reply.status {
        200 | 206 if reply.page => {
            Answer::Refuse("a web page came instead of the file; does this network want you to log in?".into())
        }
        200 => match reply.length {
            Some(length) if length != whole => Answer::Refuse(other_length(length, whole)),
            // Also where a part was asked for: the server knows no ranges and sends all.
            _ => Answer::Take { at: 0 },
        },
        206 => part(from, whole, reply),
        416 if from > 0 => Answer::StartOver,
        404 | 410 => Answer::Refuse(format!("the server does not have it (HTTP {})", reply.status)),
        401 | 403 => Answer::Refuse(format!("the server does not give it to everybody (HTTP {})", reply.status)),
        408 | 425 | 429 | 500..=599 => Answer::Later(format!("the server is in trouble (HTTP {})", reply.status)),
        status => Answer::Refuse(format!("the server's reply makes no sense (HTTP {status})")),
    }
}

fn part(from: u64, whole: u64, reply: &Reply) -> Answer {
    let Some(range) = reply.range.as_deref().and_then(ContentRange::parse) else { return otherwise(from) };
    match range.whole {
        Some(length) if length != whole => Answer::Refuse(other_length(length, whole)),
        _ if range.first == from && range.last < whole => Answer::Take { at: from },
        _ => otherwise(from),
    }
}

/// What to do with a part that is not the one asked for.
fn otherwise(from: u64) -> Answer {
    if from > 0 {
        Answer::StartOver
    } else {
        Answer::Refuse("the server sends a part of it that nobody asked for (HTTP 206)".into())
    }
}

fn other_length(length: u64, whole: u64) -> String {
    format!("the server has another file of that name: {length} bytes, not {whole}")
}

/// `bytes FIRST-LAST/WHOLE`, where the whole may be `*`.
struct ContentRange {
    first: u64,
    last: u64,
    whole: Option<u64>,
}

impl ContentRange {
    fn parse(text: &str) -> Option<Self> {
        let (range, whole) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.trim().split_once('-')?;
        let whole = match whole.trim() {
            "*" => None,
            whole => Some(whole.parse().ok()?),
        };
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some(Self { first, last, whole })
    }
}

/// How often a pull was tried without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    pause: Duration,
    vain: u32,
    furthest: u64,
    moved: bool,
}

impl Tries {
    /// Begins to count with `have` bytes there, which are no progress. `pause` is the wait before the second try; each
    /// further one is twice as long.
    #[must_use]
    pub fn from(have: u64, pause: Duration) -> Self {
        Self { pause, furthest: have, vain: 0, moved: false }
    }

    /// Counts a try that ended in trouble with `have` bytes there, and returns how long to wait before the next one.
    /// Nothing when there should be none: the trouble lasts, or the last tries got no further than those before.
    pub fn again(&mut self, have: u64, trouble: &Trouble) -> Option<Duration> {
        // A server that always sends the whole and always stops half-way gets no further, however much it sends.
        if have > self.furthest {
            (self.furthest, self.moved, self.vain) = (have, true, 0);
        }
        self.vain += 1;
        let may_pass = match trouble.kind {
            Kind::Passing | Kind::Late => true,
            // That passes if something was before; else the user had better know at once.
            Kind::Unreachable => self.moved,
            Kind::Lasting => false,
        };
        (may_pass && self.vain < TRIES).then(|| self.pause * 2_u32.pow(self.vain - 1))
    }
}

/// Returns what is missing when `needed` bytes more are to go on a disk with `free` bytes, and nothing when they fit.
#[must_use]
pub fn lacking(needed: u64, free: u64) -> Option<u64> {
    let wanted = needed.saturating_add(ROOM_LEFT);
    (needed > 0 && wanted > free).then(|| wanted - free)
}

#[cfg(test)]
mod tests {
    use super::{Answer, Reply, Step, Tries, answer, lacking, step};
    use crate::http::trouble::{Kind, Trouble};
    use proptest::prelude::*;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_step_is_decided_by_what_lies_there() {
        assert_eq!(step(0, 10), Step::Ask { from: 0 });
        assert_eq!(step(9, 10), Step::Ask { from: 9 });
        assert_eq!(step(10, 10), Step::Check);
        assert_eq!(step(11, 10), Step::Discard);
    }

    #[test]
    fn every_reply_has_its_answer() {
        let (take, refuse, later) = ("take", "refuse", "later");
        // Asked for `from`..100: status, length, range, then what to do.
        for (from, status, length, range, expected, why) in [
            (0, 200, Some(100), None, take, "0"),
            (0, 200, None, None, take, "0"),
            (0, 200, Some(99), None, refuse, "99 bytes, not 100"),
            (0, 200, Some(101), None, refuse, "101 bytes, not 100"),
            (40, 200, Some(100), None, take, "0"),
            (40, 200, Some(60), None, refuse, "60 bytes, not 100"),
            (40, 206, Some(60), Some("bytes 40-99/100"), take, "40"),
            (40, 206, None, Some("bytes 40-99/*"), take, "40"),
            (40, 206, Some(10), Some("bytes 40-49/100"), take, "40"),
            (40, 206, None, Some("bytes 0-99/100"), "over", ""),
            (40, 206, None, Some("bytes 41-99/100"), "over", ""),
            (40, 206, None, Some("bytes 40-100/100"), "over", ""),
            (40, 206, None, Some("bytes 40-99/101"), refuse, "101 bytes, not 100"),
            (40, 206, None, Some("bytes 99-40/100"), "over", ""),
            (40, 206, None, Some("words 40-99/100"), "over", ""),
            (40, 206, None, Some("bytes 40"), "over", ""),
            (40, 206, None, None, "over", ""),
            (0, 206, None, None, refuse, "nobody asked for"),
            (0, 206, None, Some("bytes 0-99/100"), take, "0"),
            (40, 416, None, Some("bytes */40"), "over", ""),
            (0, 416, None, None, refuse, "HTTP 416"),
            (40, 404, Some(9), None, refuse, "does not have it (HTTP 404)"),
            (0, 410, None, None, refuse, "does not have it"),
            (0, 401, None, None, refuse, "to everybody (HTTP 401)"),
            (0, 403, None, None, refuse, "to everybody"),
            (40, 429, None, None, later, "HTTP 429"),
            (40, 500, None, None, later, "HTTP 500"),
            (0, 503, None, None, later, "HTTP 503"),
            (0, 204, None, None, refuse, "no sense (HTTP 204)"),
            (0, 304, None, None, refuse, "no sense"),
        ] {
            let reply = Reply { status, length, range: range.map(Into::into), page: false };
            let (kind, text) = match answer(from, 100, &reply) {
                Answer::Take { at } => (take, at.to_string()),
                Answer::StartOver => ("over", String::new()),
                Answer::Refuse(why) => (refuse, why),
                Answer::Later(why) => (later, why),
            };
            assert_eq!(kind, expected, "{from}.. {reply:?}: {text}");
            assert!(text.contains(why), "{from}.. {reply:?}: {text}");
        }
    }

    #[test]
    fn a_page_to_log_in_does_not_cost_what_is_kept() {
        let reply = Reply { status: 200, page: true, ..Reply::default() };
        assert!(matches!(answer(40, 100, &reply), Answer::Refuse(why) if why.contains("log in")));
    }

    proptest! {
        #[test]
        fn no_reply_whatever_makes_a_body_land_where_it_does_not_belong(
            from in 0_u64..100, status in 100_u16..600, length in proptest::option::of(0_u64..200),
            range in proptest::option::of("(bytes )?[0-9]{0,3}-[0-9]{0,3}/([0-9]{0,3}|\\*)"),
        ) {
            let reply = Reply { status, length, range, page: false };
            match answer(from, 100, &reply) {
                Answer::Take { at } => prop_assert!(at == 0 || at == from),
                // It must not go round: whoever starts over asks from 0, and is not told to start over again.
                Answer::StartOver => prop_assert!(answer(0, 100, &reply) != Answer::StartOver && from > 0),
                Answer::Refuse(_) | Answer::Later(_) => {}
            }
        }
    }

    #[test]
    fn a_try_is_repeated_while_it_gets_further_and_a_few_times_more() {
        let trouble = Trouble { why: "dropped".into(), kind: Kind::Passing };
        let waits = |have: &[u64]| -> Vec<Option<u64>> {
            let mut tries = Tries::from(0, SECOND);
            have.iter().map(|have| tries.again(*have, &trouble).map(|wait| wait.as_secs())).collect()
        };
        assert_eq!(waits(&[0, 0, 0, 0, 0]), [Some(1), Some(2), Some(4), Some(8), None]);
        assert_eq!(waits(&[10, 20, 30, 40, 50, 60]), [Some(1); 6]);
        // Always from the beginning and never further: it ends.
        assert_eq!(waits(&[10, 10, 9, 10, 10]), [Some(1), Some(2), Some(4), Some(8), None]);
        let mut tries = Tries::from(50, SECOND);
        assert_eq!(tries.again(50, &trouble).map(|wait| wait.as_secs()), Some(1));
        assert_eq!(tries.again(50, &trouble).map(|wait| wait.as_secs()), Some(2));
    }

    #[test]
    fn a_trouble_that_lasts_is_not_tried_again_and_no_network_only_after_there_was_one() {
        let trouble = |kind| Trouble { why: "no such host".into(), kind };
        assert_eq!(Tries::from(0, SECOND).again(10, &trouble(Kind::Lasting)), None);
        assert_eq!(Tries::from(10, SECOND).again(10, &trouble(Kind::Unreachable)), None);
        let mut tries = Tries::from(10, SECOND);
        assert!(tries.again(20, &trouble(Kind::Passing)).is_some());
        assert!(tries.again(20, &trouble(Kind::Unreachable)).is_some());
    }

    #[test]
    fn a_disk_keeps_room_for_recordings() {
        assert_eq!(lacking(1_000, 100_001_000), None);
        assert_eq!(lacking(1_000, 100_000_999), Some(1));
        assert_eq!(lacking(0, 0), None, "what is all there needs no room");
        assert!(lacking(u64::MAX, 5).is_some());
    }
}
