//! Subtitles, held to the rules of WebVTT (W3C, 2019) and to what players of SubRip agree on.

use proptest::prelude::*;

use super::full;
use crate::review::export::cues::{cues, text};
use crate::review::export::timeline::{Recorded, recording, recordings};
use crate::review::export::{srt, vtt};
use crate::review::tests::probed;
use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// A cue that was read: when it begins and ends, its lines, and the times within it.
#[derive(Debug, PartialEq)]
struct Read {
    start: u64,
    end: u64,
    lines: Vec<String>,
    times: Vec<u64>,
}

fn time(text: &str, mark: char) -> Result<u64, String> {
    let bad = || format!("`{text}` is no time");
    let (whole, ms) = text.split_once(mark).ok_or_else(bad)?;
    let parts: Vec<&str> = whole.split(':').collect();
    let two = parts.iter().all(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    if parts.len() != 3 || !two || ms.len() != 3 || parts[1..].iter().any(|part| part.len() != 2) {
        return Err(bad());
    }
    let number = |text: &str| text.parse::<u64>().map_err(|_| bad());
    let (hours, minutes, seconds) = (number(parts[0])?, number(parts[1])?, number(parts[2])?);
    if minutes > 59 || seconds > 59 {
        return Err(bad());
    }
    Ok(((hours * 60 + minutes) * 60 + seconds) * 1_000 + number(ms)?)
}

fn times(line: &str, mark: char) -> Result<(u64, u64), String> {
    let (start, end) = line.split_once(" --> ").ok_or_else(|| format!("`{line}` is no line of times"))?;
    let (start, end) = (time(start, mark)?, time(end, mark)?);
    if start < end { Ok((start, end)) } else { Err(format!("`{line}` ends before it begins")) }
}

/// Reads WebVTT, and refuses whatever its grammar does.
fn read_vtt(file: &str) -> Result<Vec<Read>, String> {
    let mut blocks = file.strip_suffix('\n').ok_or("the last line does not end")?.split("\n\n");
    if blocks.next() != Some("WEBVTT") {
        return Err("it does not begin with WEBVTT and an empty line".into());
    }
    let (mut cues, mut earliest): (Vec<Read>, u64) = (Vec::new(), 0);
    for block in blocks {
        if block == "NOTE" || block.starts_with("NOTE ") {
            if block.contains("-->") {
                return Err(format!("a note with an arrow: {block}"));
            }
            continue;
        }
        let mut lines = block.lines();
        let (start, end) = times(lines.next().ok_or("an empty block")?, '.')?;
        if start < earliest {
            return Err(format!("{start} comes before {earliest}"));
        }
        earliest = start;
        let mut read = Read { start, end, lines: Vec::new(), times: Vec::new() };
        for line in lines {
            read.lines.push(payload(line, &mut read.times, start, end)?);
        }
        cues.push(read);
    }
    Ok(cues)
}

/// Reads a line of a cue: text with escapes, and times that go on within the cue.
fn payload(line: &str, times: &mut Vec<u64>, start: u64, end: u64) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '>', '&']) {
        text.push_str(&rest[..at]);
        let special = &rest[at..];
        if let Some(tag) = special.strip_prefix('<') {
            let (stamp, after) = tag.split_once('>').ok_or("a tag that does not end")?;
            let stamp = time(stamp, '.')?;
            if stamp <= times.last().copied().unwrap_or(start) || stamp >= end {
                return Err(format!("the time {stamp} does not go on within {start} to {end}"));
            }
            times.push(stamp);
            rest = after;
        } else {
            let escapes = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
            let (escape, letter) =
                escapes.into_iter().find(|(escape, _)| special.starts_with(escape)).ok_or("a bare & or >")?;
            text.push(letter);
            rest = &special[escape.len()..];
        }
    }
    text.push_str(rest);
    if text.is_empty() { Err("an empty line".into()) } else { Ok(text) }
}

/// Reads SubRip, and refuses wrong numbers, times and arrows.
fn read_srt(file: &str) -> Result<Vec<Read>, String> {
    let mut cues: Vec<Read> = Vec::new();
    for (nth, block) in
        file.strip_suffix('\n').unwrap_or(file).split("\n\n").filter(|block| !block.is_empty()).enumerate()
    {
        let mut lines = block.lines();
        if lines.next() != Some(&(nth + 1).to_string()) {
            return Err(format!("number {} is not where it belongs", nth + 1));
        }
        let (start, end) = times(lines.next().ok_or("no times")?, ',')?;
        if cues.last().is_some_and(|last| start < last.start) {
            return Err(format!("{start} comes too late"));
        }
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        if lines.is_empty() || lines.iter().any(|line| line.is_empty() || line.contains("-->")) {
            return Err(format!("its lines are {lines:?}"));
        }
        cues.push(Read { start, end, lines, times: Vec::new() });
    }
    Ok(cues)
}

#[test]
fn the_checkers_refuse_what_the_formats_do() {
    let good = "WEBVTT\n\nNOTE x\n\n00:00:01.000 --> 00:00:02.000\nso <00:00:01.500>it &lt;is&gt;\n";
    assert_eq!(read_vtt(good).unwrap()[0].lines, ["so it <is>"]);
    for (from, to) in [
        ("WEBVTT", "VTT"),
        ("NOTE x", "NOTE a --> b"),
        ("02.000", "01.000"),
        ("02.000", "02,000"),
        ("<00:00:01.500>", "<00:00:01.000>"),
        ("<00:00:01.500>", "<00:00:02.000>"),
        ("&lt;is&gt;", "<is>"),
        ("&lt;is&gt;", "is & was"),
        ("00:00:01.000", "0:00:01.000"),
        ("00:00:01.000", "00:00:61.000"),
    ] {
        assert!(read_vtt(&good.replacen(from, to, 1)).is_err(), "{from} as {to}");
    }
    let good = "1\n00:00:01,000 --> 00:00:02,000\nso\n\n2\n00:00:02,000 --> 00:00:03,000\nit is\n";
    assert_eq!(read_srt(good).unwrap().len(), 2);
    for (from, to) in [("2\n00", "3\n00"), (",000 -->", ".000 -->"), ("so", "a --> b"), ("02,000 -->", "00,000 -->")] {
        assert!(read_srt(&good.replacen(from, to, 1)).is_err(), "{from} as {to}");
    }
}

#[test]
fn the_recordings_of_a_session_follow_each_other_and_what_was_put_in_stands_at_its_place() {
    let session = full();
    let all = recordings(&session);
    let names: Vec<&str> = all.iter().map(|one| one.name).collect();
    let expected =
        ["question-01-answer.wav", "question-01-answer-2.wav", "aside-01.wav", "question-01-follow-up-1-answer.wav"];
    assert_eq!(names, expected);
    assert!(all.windows(2).all(|two| two[0].end == two[1].start));
    insta::assert_snapshot!(vtt::write(&all));
    insta::assert_snapshot!(srt::write(&all));
    assert_eq!(read_vtt(&vtt::write(&all)).unwrap().len(), read_srt(&srt::write(&all)).unwrap().len());
}

#[test]
fn one_recording_counts_from_its_own_beginning_and_typed_answers_have_none() {
    let session = full();
    let one = recording(&session, "question-01-follow-up-1-answer.wav").expect("the session has it");
    assert_eq!(read_vtt(&vtt::write(&[one])).unwrap()[0].start, 400);
    assert_eq!(recording(&session, "../journal.jsonl"), None);
    let mut typed = probed(None);
    for exchange in &mut typed.exchanges {
        exchange.takes[0].duration_ms = Some(0);
    }
    assert!(recordings(&typed).is_empty());
    assert_eq!(read_vtt(&vtt::write(&[])).unwrap().len() + read_srt(&srt::write(&[])).unwrap().len(), 0);
}

/// Words of any looks, with times as a recogniser may give them: short, long, at once, and out of order.
fn words() -> impl Strategy<Value = Vec<Word>> {
    let text = prop_oneof![
        6 => "[a-z]{1,9}[.,?]?",
        1 => Just("-->".to_owned()),
        1 => Just("<script>&amp;".to_owned()),
        1 => "[a-z]{43,60}",
        1 => "[äß→<>&-]{1,4}",
    ];
    prop::collection::vec((text, 0u64..1_500, 0u64..900), 0..60).prop_map(|said| {
        let mut at = 0;
        let word = |(text, gap, lasts): (String, u64, u64)| {
            at += if gap > 1_400 { 0 } else { gap };
            let span = Span::new(AudioTime::from_ms(at), AudioTime::from_ms(at + lasts));
            Word { text, span, probability: 0.9 }
        };
        said.into_iter().map(word).collect()
    })
}

proptest! {
    #[test]
    fn whatever_is_said_makes_valid_subtitles_with_every_word_in_order_on_two_short_lines(words in words(), offset in 0u64..9_000_000) {
        let end = AudioTime::from_ms(offset + words.last().map_or(0, |word| word.span.end.as_ms()));
        let start = AudioTime::from_ms(offset);
        let recorded = Recorded { name: "a.wav", asked_by: "Ada -->", asked: "What\n\nthen --> where?", start, end, words: &words };
        let said: Vec<String> = words.iter().map(text).collect();
        let read = read_vtt(&vtt::write(&[recorded])).map_err(TestCaseError::fail)?;
        let shown: Vec<&str> = read.iter().flat_map(|cue| &cue.lines).flat_map(|line| line.split(' ')).collect();
        prop_assert_eq!(shown, said.clone());
        for cue in &read {
            prop_assert!(cue.lines.len() <= 2);
            let fits = |line: &String| line.chars().count() <= 42 || !line.contains(' ');
            prop_assert!(cue.lines.iter().all(fits), "{:?}", cue.lines);
            prop_assert!(cue.start >= offset);
        }
        prop_assert!(read.windows(2).all(|two| two[0].end <= two[1].start));
        let srt = read_srt(&srt::write(&[recorded])).map_err(TestCaseError::fail)?;
        prop_assert_eq!(srt.iter().map(|cue| (cue.start, cue.end)).collect::<Vec<_>>(), read.iter().map(|cue| (cue.start, cue.end)).collect::<Vec<_>>());
    }

    #[test]
    fn a_pause_always_parts_two_cues(words in words()) {
        for cue in cues(&words, AudioTime::ZERO) {
            let together: Vec<&Word> = cue.lines.iter().flat_map(|line| line.iter()).collect();
            for two in together.windows(2) {
                prop_assert!(two[1].span.start.since(two[0].span.end).as_millis() < 700);
            }
        }
    }
}
