use std::time::Duration;

use proptest::prelude::*;

use super::{Patience, TurnEvent, TurnPolicy};
use crate::turn::EndReason;
use crate::turn::habit::Habit;
use crate::units::{AudioTime, FRAME_MS, Span};

/// A stretch of equal frames: milliseconds, voice probability, what the turn model says if it is asked there.
type Stretch = (u64, f32, f32);

const SPEECH: f32 = 0.95;
const QUIET: f32 = 0.02;
const DONE: f32 = 0.9;
const OPEN: f32 = 0.1;

/// A voice probability that stands for a microphone that is away.
const AWAY: f32 = f32::NEG_INFINITY;

/// Runs the stretches and returns every event with the time it was reported at. No words are to be had.
fn run(patience: Patience, stretches: &[Stretch]) -> Vec<(u64, TurnEvent)> {
    run_with(TurnPolicy::new(patience, &Habit::default()), None, stretches)
}

/// The same with words that every pause follows.
fn run_with(mut policy: TurnPolicy, words: Option<&str>, stretches: &[Stretch]) -> Vec<(u64, TurnEvent)> {
    let mut events = Vec::new();
    let mut frame = 0;
    for (ms, voice, complete) in stretches {
        for _ in 0..ms / FRAME_MS {
            for event in if voice.is_infinite() { policy.pass() } else { policy.step(*voice) } {
                match (event, words) {
                    (TurnEvent::Ask { .. }, _) => policy.judged(*complete),
                    (TurnEvent::Ahead(span), Some(words)) => policy.heard(span.end, words),
                    _ => {}
                }
                events.push((frame * FRAME_MS, event));
            }
            frame += 1;
        }
    }
    events
}

fn end(events: &[(u64, TurnEvent)]) -> Option<(u64, EndReason)> {
    events.iter().find_map(|(at, event)| match event {
        TurnEvent::Ended { reason, .. } => Some((*at, *reason)),
        _ => None,
    })
}

fn limited(seconds: u64) -> Patience {
    Patience { time_limit: Some(Duration::from_secs(seconds)), ..Patience::default() }
}

/// Asserts the reason and that the end came within a tenth of a second of `expected` ms.
#[track_caller]
fn assert_end(patience: Patience, stretches: &[Stretch], expected: Option<(u64, EndReason)>) {
    let found = end(&run(patience, stretches));
    match (found, expected) {
        (None, None) => {}
        (Some((at, reason)), Some((about, why))) => {
            assert_eq!(reason, why);
            assert!(at.abs_diff(about) <= 100, "ended at {at} ms, expected {about} ms");
        }
        (found, expected) => panic!("found {found:?}, expected {expected:?}"),
    }
}

#[test]
fn complete_speech_ends_after_the_short_pause() {
    assert_end(Patience::default(), &[(6_000, SPEECH, 0.0), (5_000, QUIET, DONE)], Some((6_850, EndReason::Complete)));
}

#[test]
fn speech_that_hangs_in_the_air_ends_after_the_long_pause() {
    assert_end(Patience::default(), &[(6_000, SPEECH, 0.0), (5_000, QUIET, OPEN)], Some((8_300, EndReason::LongPause)));
}

#[test]
fn an_interviewer_who_wants_to_interrupt_waits_for_a_pause() {
    let mut policy = TurnPolicy::new(Patience::default(), &Habit::default());
    let ended = |ms: u64, voice: f32, policy: &mut TurnPolicy| {
        (0..ms / FRAME_MS).flat_map(|_| policy.step(voice)).find_map(|event| match event {
            TurnEvent::Ended { reason, .. } => Some(reason),
            _ => None,
        })
    };
    assert_eq!(ended(3_000, SPEECH, &mut policy), None);
    policy.interrupt();
    assert_eq!(ended(20_000, SPEECH, &mut policy), None, "never within a word");
    assert_eq!(ended(400, QUIET, &mut policy), Some(EndReason::Interrupted));
}

#[test]
fn the_limit_is_told_once_at_the_first_pause_that_is_near_it() {
    let patience =
        Patience { warn_before: Some(Duration::from_secs(30)), pause_max: Duration::from_secs(9), ..limited(60) };
    let turn = [
        (10_000, SPEECH, 0.0),
        (1_000, QUIET, OPEN),
        (25_000, SPEECH, 0.0),
        (1_000, QUIET, OPEN),
        (10_000, SPEECH, 0.0),
        (1_000, QUIET, OPEN),
    ];
    let told: Vec<(u64, Duration)> = run(patience, &turn)
        .into_iter()
        .filter_map(|(at, event)| match event {
            TurnEvent::TimeShort { left } => Some((at, left)),
            _ => None,
        })
        .collect();
    let [(at, left)] = told[..] else { panic!("{told:?}") };
    assert!((36_000..36_600).contains(&at), "{at}");
    assert!(at.abs_diff(60_000 - left.as_millis() as u64) <= 2 * FRAME_MS, "{left:?} at {at}");
}

#[test]
fn silence_is_let_stand_after_any_answer_that_the_pressure_says() {
    let patience = Patience { pause_least: Some(Duration::from_secs(6)), ..Patience::default() };
    assert_end(patience, &[(6_000, SPEECH, 0.0), (8_000, QUIET, DONE)], Some((12_000, EndReason::Complete)));
    let goes_on = [(6_000, SPEECH, 0.0), (5_500, QUIET, DONE), (3_000, SPEECH, 0.0), (8_000, QUIET, DONE)];
    assert_end(patience, &goes_on, Some((20_500, EndReason::Complete)));
}

#[test]
fn while_the_microphone_is_away_no_turn_ends_and_no_time_is_used() {
    let away = |ms| (ms, AWAY, 0.0);
    assert_end(limited(20), &[(6_000, SPEECH, 0.0), away(300_000)], None);
    assert_end(limited(20), &[(1_000, QUIET, 0.0), away(300_000)], None);
    let turn = [(6_000, SPEECH, 0.0), away(60_000), (16_000, SPEECH, 0.0), (1_000, QUIET, OPEN)];
    assert_end(limited(20), &turn, Some((82_100, EndReason::TimeUp)));
}

#[test]
fn whoever_was_lost_has_the_time_of_a_first_word_to_find_the_thread_again() {
    let lost = [(6_000, SPEECH, 0.0), (500, QUIET, DONE), (10_000, AWAY, 0.0), (20_000, QUIET, DONE)];
    assert_end(Patience::default(), &lost, Some((6_000 + 10_000 + 15_000, EndReason::LongPause)));
    let goes_on =
        [(6_000, SPEECH, 0.0), (10_000, AWAY, 0.0), (9_000, QUIET, DONE), (6_000, SPEECH, 0.0), (5_000, QUIET, DONE)];
    assert_end(Patience::default(), &goes_on, Some((31_000 + 850, EndReason::Complete)));
}

#[test]
fn a_short_gap_stops_the_clock_of_a_pause_and_no_more() {
    let turn = [(6_016, SPEECH, 0.0), (512, QUIET, DONE), (512, AWAY, 0.0), (5_000, QUIET, DONE)];
    assert_end(Patience::default(), &turn, Some((6_016 + 512 + 850, EndReason::Complete)));
}

#[test]
fn what_was_said_before_a_gap_is_transcribed_during_it() {
    let events = run(Patience::default(), &[(3_200, SPEECH, 0.0), (4_000, AWAY, 0.0)]);
    let chunks: Vec<u64> =
        events.iter().filter_map(|(at, event)| matches!(event, TurnEvent::Chunk(_)).then_some(*at)).collect();
    assert!(chunks.len() == 1 && chunks[0] < 6_000, "{chunks:?}");
}

#[test]
fn a_thinking_pause_of_two_seconds_ends_nothing() {
    let turn =
        [(4_000, SPEECH, 0.0), (2_000, QUIET, OPEN), (4_000, SPEECH, 0.0), (2_000, QUIET, OPEN), (1_000, SPEECH, 0.0)];
    assert_end(Patience::default(), &turn, None);
}

#[test]
fn a_short_answer_waits_longer_than_a_long_one() {
    let yes = [(1_000, SPEECH, 0.0), (5_000, QUIET, DONE)];
    assert_end(Patience::default(), &yes, Some((2_350, EndReason::Complete)));
    let well = [(1_000, SPEECH, 0.0), (5_000, QUIET, OPEN)];
    assert_end(Patience::default(), &well, Some((3_800, EndReason::LongPause)));
}

#[test]
fn who_went_on_after_a_pause_gets_a_longer_one_next_time() {
    let slow = [(6_000, SPEECH, 0.0), (1_600, QUIET, OPEN), (6_000, SPEECH, 0.0), (5_000, QUIET, DONE)];
    assert_end(Patience::default(), &slow, Some((15_760, EndReason::Complete)));
    let slower = [(6_000, SPEECH, 0.0), (2_200, QUIET, OPEN), (6_000, SPEECH, 0.0), (5_000, QUIET, DONE)];
    assert_end(Patience::default(), &slower, Some((16_500, EndReason::Complete)));
}

#[test]
fn nobody_speaking_ends_in_silence_and_not_before() {
    assert_end(Patience::default(), &[(14_900, QUIET, 0.0)], None);
    assert_end(Patience::default(), &[(30_000, QUIET, 0.0)], Some((15_000, EndReason::Silence)));
}

#[test]
fn a_cough_is_no_answer_and_restarts_the_wait() {
    let cough = [(10_000, QUIET, 0.0), (160, SPEECH, 0.0), (30_000, QUIET, DONE)];
    assert_end(Patience::default(), &cough, Some((25_160, EndReason::Silence)));
}

#[test]
fn time_up_waits_for_the_end_of_the_sentence() {
    let turn = [(63_000, SPEECH, 0.0), (3_000, QUIET, OPEN)];
    assert_end(limited(60), &turn, Some((63_200, EndReason::TimeUp)));
}

#[test]
fn time_up_in_a_pause_ends_at_once() {
    let turn = [(59_000, SPEECH, 0.0), (3_000, QUIET, OPEN)];
    assert_end(limited(60), &turn, Some((60_000, EndReason::TimeUp)));
}

#[test]
fn twenty_seconds_past_the_limit_even_a_sentence_is_cut() {
    assert_end(limited(60), &[(120_000, SPEECH, 0.0)], Some((80_000, EndReason::TimeUp)));
}

#[test]
fn the_model_is_asked_several_times_a_pause_and_its_mean_is_believed() {
    let turn = [(6_000, SPEECH, 0.0), (350, QUIET, DONE), (5_000, QUIET, 0.0)];
    let events = run(Patience::default(), &turn);
    let asked = events.iter().filter(|(_, event)| matches!(event, TurnEvent::Ask { .. })).count();
    assert_eq!(asked, 4);
    // 0.9, 0, 0, 0: in between, and nearer to the long pause.
    let (at, reason) = end(&events).expect("it ends");
    assert!((7_500..8_200).contains(&at) && reason == EndReason::LongPause, "{at} {reason:?}");
}

#[track_caller]
fn assert_end_after(words: &str, complete: f32, expected: (u64, EndReason)) {
    let policy = TurnPolicy::new(Patience::default(), &Habit::default());
    let events = run_with(policy, Some(words), &[(6_000, SPEECH, 0.0), (12_000, QUIET, complete)]);
    let (at, reason) = end(&events).expect("it ends");
    assert!(at.abs_diff(expected.0) <= 100 && reason == expected.1, "{at} ms, {reason:?}");
}

#[test]
fn words_that_need_more_words_are_waited_for_however_complete_they_sound() {
    assert_end_after("We chose it because", DONE, (9_300, EndReason::LongPause));
    assert_end_after("First, I ask what they need.", DONE, (8_300, EndReason::LongPause));
}

#[test]
fn who_asks_for_time_to_think_gets_it() {
    assert_end_after("Hmm, let me think.", DONE, (14_000, EndReason::LongPause));
}

#[test]
fn who_says_that_it_is_over_is_answered_at_once() {
    assert_end_after("And that's my answer.", OPEN, (6_400, EndReason::Complete));
}

#[test]
fn a_closed_sentence_shortens_the_wait_after_a_melody_that_hangs() {
    assert_end_after("We moved it in June.", OPEN, (7_865, EndReason::LongPause));
    assert_end_after("We moved it in June.", DONE, (6_850, EndReason::Complete));
}

#[test]
fn words_that_come_late_are_not_waited_for_and_those_that_come_in_time_count() {
    let ended = |told_ms: u64| {
        let mut policy = TurnPolicy::new(Patience::default(), &Habit::default());
        let (mut spans, mut ended) = (Vec::new(), None);
        for frame in 0..400u64 {
            if frame == 200 + told_ms / FRAME_MS {
                policy.heard(spans[0], "We chose it because");
            }
            for event in policy.step(if frame < 200 { SPEECH } else { QUIET }) {
                match event {
                    TurnEvent::Ask { .. } => policy.judged(DONE),
                    TurnEvent::Ahead(span) => spans.push(span.end),
                    TurnEvent::Ended { .. } => ended = Some((frame - 200) * FRAME_MS),
                    _ => {}
                }
            }
        }
        ended.unwrap_or(0)
    };
    assert!(ended(2_000).abs_diff(850) <= 64, "{}", ended(2_000));
    assert!(ended(700).abs_diff(3_300) <= 64, "{}", ended(700));
}

#[test]
fn words_of_an_earlier_pause_say_nothing_about_this_one() {
    let mut policy = TurnPolicy::new(Patience::default(), &Habit::default());
    let mut spans = Vec::new();
    let mut ended = None;
    for frame in 0..500u64 {
        let voice = if frame < 100 || (120..300).contains(&frame) { SPEECH } else { QUIET };
        for event in policy.step(voice) {
            match event {
                TurnEvent::Ask { .. } => policy.judged(DONE),
                TurnEvent::Ahead(span) => spans.push(span),
                TurnEvent::Ended { .. } => ended = Some((frame - 300) * FRAME_MS),
                _ => {}
            }
        }
        if frame == 310 {
            policy.heard(spans[0].end, "That's my answer.");
        }
    }
    assert!(ended.is_some_and(|ms| ms >= 800), "{ended:?}");
}

#[test]
fn early_in_an_answer_and_while_heavy_points_are_open_more_is_expected() {
    let patience = Patience { usual: Some(Duration::from_secs(60)), ..Patience::default() };
    for (spoken_ms, is_thin, expected) in
        [(6_000, false, 1_150), (30_000, true, 1_150), (30_000, false, 850), (50_000, true, 850)]
    {
        let mut policy = TurnPolicy::new(patience, &Habit::default());
        policy.judged_thin(is_thin);
        let events = run_with(policy, None, &[(spoken_ms, SPEECH, 0.0), (5_000, QUIET, DONE)]);
        let (at, _) = end(&events).expect("it ends");
        assert!((at - spoken_ms).abs_diff(expected) <= 100, "{spoken_ms} {is_thin}: {at}");
    }
}

#[test]
fn how_somebody_pauses_is_remembered_for_the_next_turn() {
    let mut habit = Habit::default();
    for _ in 0..6 {
        habit.paused(1_200);
    }
    let policy = TurnPolicy::new(Patience::default(), &habit);
    let events = run_with(policy, None, &[(6_000, SPEECH, 0.0), (5_000, QUIET, DONE)]);
    assert!(end(&events).is_some_and(|(at, _)| at.abs_diff(7_440) <= 100), "{:?}", end(&events));
}

#[test]
fn an_answer_to_an_earlier_pause_does_not_end_a_later_one() {
    let turn = [(3_000, SPEECH, 0.0), (700, QUIET, DONE), (3_000, SPEECH, 0.0), (2_000, QUIET, OPEN)];
    assert_end(Patience::default(), &turn, None);
}

#[test]
fn started_paused_resumed_and_ended_come_in_order() {
    let turn =
        [(500, QUIET, 0.0), (3_000, SPEECH, 0.0), (1_000, QUIET, OPEN), (3_000, SPEECH, 0.0), (3_000, QUIET, DONE)];
    let names: Vec<_> = run(Patience::default(), &turn)
        .iter()
        .filter_map(|(_, event)| match event {
            TurnEvent::Started { .. } => Some("started"),
            TurnEvent::Paused { .. } => Some("paused"),
            TurnEvent::Resumed { .. } => Some("resumed"),
            TurnEvent::Ended { .. } => Some("ended"),
            TurnEvent::Ask { .. } | TurnEvent::Ahead(_) | TurnEvent::Chunk(_) | TurnEvent::TimeShort { .. } => None,
        })
        .collect();
    assert_eq!(names, ["started", "paused", "resumed", "paused", "ended"]);
}

#[test]
fn a_key_ends_the_turn_with_its_tail_and_nothing_follows() {
    let mut policy = TurnPolicy::new(Patience::default(), &Habit::default());
    for _ in 0..60 {
        policy.step(SPEECH);
    }
    let events = policy.end(EndReason::Key);
    assert!(matches!(events[..], [TurnEvent::Chunk(_), TurnEvent::Ended { reason: EndReason::Key, .. }]), "{events:?}");
    assert_eq!(policy.end(EndReason::Key), []);
    assert_eq!(policy.step(SPEECH), []);
}

#[test]
fn the_tail_is_given_to_the_recogniser_before_the_turn_ends_and_again_as_it_was() {
    let events = run(Patience::default(), &[(3_000, SPEECH, 0.0), (2_000, QUIET, DONE)]);
    let spans = |at: &(u64, TurnEvent)| match at.1 {
        TurnEvent::Ahead(span) | TurnEvent::Chunk(span) => Some((at.0, span)),
        _ => None,
    };
    let told: Vec<(u64, Span)> = events.iter().filter_map(spans).collect();
    let (ended, _) = end(&events).unwrap();
    let [(ahead, tail), (chunk, same)] = told[..] else { panic!("{events:?}") };
    assert!(
        ahead + 400 <= chunk && chunk == ended,
        "ahead at {ahead} ms, the chunk at {chunk} ms, the end at {ended} ms"
    );
    assert_eq!(tail, same, "so that nothing is transcribed twice");
}

#[test]
fn a_longest_pause_below_the_complete_one_is_raised_to_it() {
    let patience = Patience { pause_max: Duration::ZERO, ..Patience::default() };
    assert_end(patience, &[(6_000, SPEECH, 0.0), (5_000, QUIET, OPEN)], Some((6_850, EndReason::LongPause)));
}

#[test]
fn patience_is_written_in_milliseconds_and_read_back() {
    let patience = limited(90);
    let text = serde_json::to_string(&patience).unwrap();
    assert_eq!(
        text,
        r#"{"pause_complete_ms":850,"pause_max_ms":2300,"silence_before_speech_ms":15000,"time_limit_ms":90000}"#
    );
    assert_eq!(serde_json::from_str::<Patience>(&text).unwrap(), patience);
    let without = serde_json::to_string(&Patience::default()).unwrap();
    assert_eq!(serde_json::from_str::<Patience>(&without).unwrap(), Patience::default());
}

fn patience() -> impl Strategy<Value = Patience> {
    let limit = prop::option::of(0u64..60_000);
    (0u64..4_000, 0u64..6_000, prop::option::of(0u64..8_000), 0u64..20_000, limit).prop_map(
        |(complete, max, least, silence, limit)| Patience {
            pause_complete: Duration::from_millis(complete),
            pause_max: Duration::from_millis(max),
            pause_least: least.map(Duration::from_millis),
            silence_before_speech: Duration::from_millis(silence),
            usual: limit.map(Duration::from_millis),
            time_limit: limit.map(Duration::from_millis),
            warn_before: least.map(Duration::from_millis),
        },
    )
}

/// Any weather: silence, speech, doubt, and values that are no probabilities.
fn stretches() -> impl Strategy<Value = Vec<Stretch>> {
    let voice = prop_oneof![Just(0.0f32), Just(1.0), 0.0f32..1.0, Just(f32::NAN), Just(-3.0), Just(f32::INFINITY)];
    prop::collection::vec((32u64..5_000, voice, prop_oneof![0.0f32..1.0, Just(f32::NAN)]), 0..40)
}

proptest! {
    #[test]
    fn a_turn_never_ends_while_the_voice_is_active_unless_the_time_ran_out(patience in patience(), stretches in stretches()) {
        let frames: Vec<f32> = stretches.iter().flat_map(|(ms, voice, _)| vec![*voice; (ms / FRAME_MS) as usize]).collect();
        if let Some((at, reason)) = end(&run(patience, &stretches)) {
            let frame = (at / FRAME_MS) as usize;
            let recent = &frames[frame.saturating_sub(5)..=frame];
            if recent.len() == 6 && recent.iter().all(|voice| *voice >= 0.5) {
                prop_assert_eq!(reason, EndReason::TimeUp);
                let limit = patience.time_limit.unwrap().as_millis() as u64;
                prop_assert!(at + 2 * FRAME_MS >= limit + 20_000, "cut off at {} ms with a limit of {} ms", at, limit);
            }
        }
    }

    #[test]
    fn a_turn_that_ends_by_a_pause_had_that_pause(patience in patience(), stretches in stretches()) {
        if let Some((at, reason)) = end(&run(patience, &stretches)) {
            let needed = match reason {
                EndReason::Complete | EndReason::LongPause => patience.pause_complete,
                EndReason::Silence => patience.silence_before_speech,
                _ => Duration::ZERO,
            };
            prop_assert!(u128::from(at + FRAME_MS) >= needed.as_millis());
        }
    }

    #[test]
    fn events_are_well_formed(patience in patience(), stretches in stretches()) {
        let events = run(patience, &stretches);
        let mut speaking = false;
        let mut ended = false;
        let mut started = false;
        let mut warned = false;
        let mut free = AudioTime::ZERO;
        for (_, event) in events {
            prop_assert!(!ended, "nothing follows the end");
            match event {
                TurnEvent::Started { .. } => { prop_assert!(!started); started = true; speaking = true; }
                TurnEvent::Resumed { .. } => { prop_assert!(started && !speaking); speaking = true; }
                TurnEvent::Paused { .. } => { prop_assert!(speaking); speaking = false; }
                TurnEvent::Ask { .. } => prop_assert!(started && !speaking),
                TurnEvent::Ahead(span) => prop_assert!(started && !speaking && span.start >= free),
                TurnEvent::Chunk(span) => { prop_assert!(span.start >= free); free = span.end; }
                TurnEvent::TimeShort { .. } => {
                    prop_assert!(!speaking && !warned, "once, and never into a word");
                    warned = true;
                }
                TurnEvent::Ended { speech_end, reason } => {
                    ended = true;
                    prop_assert!(speech_end <= free || speech_end == AudioTime::ZERO);
                    prop_assert!(reason != EndReason::Silence || !speaking);
                }
            }
        }
    }

    #[test]
    fn every_frame_of_speech_is_in_a_chunk(patience in patience(), stretches in stretches()) {
        let mut policy = TurnPolicy::new(patience, &Habit::default());
        let mut spans = Vec::new();
        let mut voiced = Vec::new();
        'turn: for (ms, voice, complete) in &stretches {
            for _ in 0..ms / FRAME_MS {
                let frame = policy.smoother.frames();
                for event in policy.step(*voice) {
                    match event {
                        TurnEvent::Ask { .. } => policy.judged(*complete),
                        TurnEvent::Chunk(span) => spans.push(span),
                        TurnEvent::Ended { .. } => break 'turn,
                        _ => {}
                    }
                }
                if policy.smoother.is_voiced() && *voice >= 0.5 {
                    voiced.push(AudioTime::from_ms(frame * FRAME_MS));
                }
            }
        }
        for event in policy.end(EndReason::SourceEnded) {
            if let TurnEvent::Chunk(span) = event { spans.push(span); }
        }
        for at in voiced {
            prop_assert!(spans.iter().any(|span| span.start <= at && at < span.end), "{at:?} in none of {spans:?}");
        }
    }
}
