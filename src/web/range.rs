//! Which part of a file a client asks for, by RFC 9110. Several parts at once are answered with the whole, as it allows.

use std::ops::Range;

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// There are no such bytes.
    Nowhere,
}

/// Returns what the header `range` asks for of a file of so many bytes. What is malformed is passed over.
pub(super) fn wanted(range: Option<&str>, length: u64) -> Wanted {
    let Some((first, last)) = range.and_then(bounds) else { return Wanted::Whole };
    let part = match (first, last) {
        (Some(first), Some(last)) if last < first => return Wanted::Whole,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) => first..length,
        (None, Some(count)) => length.saturating_sub(count)..length,
        (None, None) => return Wanted::Whole,
    };
    if part.is_empty() { Wanted::Nowhere } else { Wanted::Part(part) }
}

fn bounds(range: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))?;
    Some((number(first)?, number(last)?))
}

/// Returns the number, none where nothing stands; fails on anything else. More than fits is the largest there is.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| (!text.is_empty()).then(|| text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Wanted, wanted};

    #[test]
    fn a_range_is_first_and_last_or_so_many_from_the_end_and_nonsense_is_passed_over() {
        use Wanted::{Nowhere, Part, Whole};
        for (range, expected) in [
            ("bytes=0-0", Part(0..1)),
            ("bytes=0-99", Part(0..100)),
            ("bytes=0-100", Part(0..100)),
            ("bytes=0-", Part(0..100)),
            ("bytes=40-49", Part(40..50)),
            ("bytes=99-99", Part(99..100)),
            ("bytes=99-", Part(99..100)),
            ("BYTES = 1-2", Part(1..3)),
            ("bytes=-1", Part(99..100)),
            ("bytes=-100", Part(0..100)),
            ("bytes=-1000", Part(0..100)),
            ("bytes=0-99999999999999999999", Part(0..100)),
            ("bytes=100-", Nowhere),
            ("bytes=100-200", Nowhere),
            ("bytes=99999999999999999999-", Nowhere),
            ("bytes=-0", Nowhere),
            ("bytes=5-4", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=1-2,4-5", Whole),
            ("bytes=--5", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=", Whole),
            ("bytes", Whole),
            ("items=0-1", Whole),
            ("", Whole),
        ] {
            assert_eq!(wanted(Some(range), 100), expected, "{range}");
        }
        assert_eq!(wanted(None, 100), Whole);
        assert_eq!(wanted(Some("bytes=0-"), 0), Nowhere);
    }

    proptest! {
        #[test]
        fn a_part_lies_within_the_file(range in "(bytes=)?[0-9,a -]{0,12}", length in 0u64..1_000) {
            if let Wanted::Part(part) = wanted(Some(&range), length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }
    }
}
