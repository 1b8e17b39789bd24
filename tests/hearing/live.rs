//! A live source: away and back, interruptions, breaks.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::Duration;

use hotseat::audio::{Asked, AudioError, FrameSource, Next};
use hotseat::engine::hearing::{Hearing, HearingEvent, Listen};
use hotseat::ids::TurnId;
use hotseat::stt::worker::LoadTranscriber;
use hotseat::turn::EndReason;
use hotseat::turn::plain::{Always, Loudness};
use hotseat::units::{AudioTime, FRAME_SAMPLES};

use super::{FOREVER, end, listen, lost, name, scripted, text, tones, until_heard};

/// Frames that may be given before they are taken: more than any test gives.
const ANY_NUMBER: usize = 10_000;

/// Whoever gives a frame knows that it was taken.
const NONE: usize = 0;

/// A live source that is told what to give, and gives nothing else.
struct Told(Receiver<Next>);

impl FrameSource for Told {
    fn next(&mut self) -> Result<Next, AudioError> {
        Ok(self.0.recv_timeout(Duration::from_millis(5)).unwrap_or(Next::Nothing))
    }

    fn cue(&mut self, _asked: &Asked) -> Result<(), AudioError> {
        Ok(())
    }

    fn is_live(&self) -> bool {
        true
    }
}

/// A hearing of such a source, with fakes all around.
struct Live {
    tell: SyncSender<Next>,
    events: Receiver<HearingEvent>,
    hearing: Hearing,
}

impl Live {
    fn new(ahead: usize, complete: f32, load: LoadTranscriber) -> Self {
        let (tell, told) = sync_channel(ahead);
        let (sender, events) = channel();
        let out = move |event| drop(sender.send(event));
        let (voice, turn_model) = (Box::new(Loudness), Box::new(Always(complete)));
        let hearing = Hearing::start(Box::new(Told(told)), voice, turn_model, load, out).unwrap();
        Self { tell, events, hearing }
    }

    fn tell(&self, next: Next) {
        self.tell.send(next).unwrap();
    }

    fn sound(&self, stretches: &[(u64, f32)]) {
        for chunk in tones(stretches).chunks(FRAME_SAMPLES) {
            let mut frame = Box::new([0.0; FRAME_SAMPLES]);
            frame.copy_from_slice(chunk);
            self.tell(Next::Frame(frame));
        }
    }

    /// Begins the first turn. It begins on its own thread; only then is there anything to hear.
    fn begin(&self, folder: &Path) {
        self.hearing.listen(listen(1, folder));
        while !folder.join("answer-01.wav").exists() {
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_turn_waits_for_a_source_that_is_away_and_keeps_time() {
    let folder = tempfile::tempdir().unwrap();
    let live = Live::new(ANY_NUMBER, 0.9, scripted(&["one", "two"]));
    let wait = |wanted: &str| loop {
        let event = live.events.recv_timeout(FOREVER).expect("it comes");
        if name(&event) == wanted {
            return event;
        }
        assert!(name(&event) != "ended", "the turn ended before it {wanted}");
    };
    live.begin(folder.path());
    live.sound(&[(3_200, 0.3)]);
    live.tell(Next::Interrupted(lost()));
    for _ in 0..200 {
        live.tell(Next::Gap);
    }
    live.tell(Next::Returned("another".into()));
    // The interviewer's own voice, while the turn is held.
    live.sound(&[(1_600, 0.3)]);
    let HearingEvent::Interrupted { turn, at, error } = wait("interrupted") else { unreachable!() };
    assert_eq!((turn, at.as_ms(), error), (Some(TurnId(1)), 3_200, lost()));
    let HearingEvent::Returned { turn, at, name } = wait("returned") else { unreachable!() };
    assert_eq!((turn, at.as_ms(), name.as_str()), (Some(TurnId(1)), 3_200 + 6_400, "another"));
    for _ in 0..50 {
        wait("level");
    }
    live.hearing.resume(TurnId(1));
    // A command is seen before the next frame.
    live.sound(&[(960, 0.0), (3_200, 0.3), (3_200, 0.0)]);
    let events = until_heard(&live.events);
    assert_eq!(text(&events), "one two", "what the interviewer said is not the candidate's");
    assert_eq!(end(&events), (EndReason::Complete, AudioTime::from_ms(3_200 + 6_400 + 1_600 + 960 + 3_200)));
    let recorded: Vec<i16> =
        hound::WavReader::open(folder.path().join("answer-01.wav")).unwrap().samples().map(Result::unwrap).collect();
    let loud = |from: usize, to: usize| recorded[from * 16..to * 16].iter().any(|sample| *sample != 0);
    assert!(
        loud(0, 3_200) && !loud(3_300, 9_500) && loud(9_600, 11_200),
        "silence stands for the gap, and only for it"
    );
}

#[test]
fn a_turn_that_begins_while_the_source_is_away_is_held_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let live = Live::new(ANY_NUMBER, 0.9, scripted(&[]));
    live.tell(Next::Interrupted(lost()));
    let first = live.events.recv_timeout(FOREVER).unwrap();
    assert!(matches!(first, HearingEvent::Interrupted { turn: None, .. }), "{first:?}");
    live.hearing.listen(listen(1, folder.path()));
    let second = live.events.recv_timeout(FOREVER).unwrap();
    assert!(matches!(second, HearingEvent::Interrupted { turn: Some(TurnId(1)), .. }), "{second:?}");
    live.hearing.end_answer();
    assert_eq!(end(&until_heard(&live.events)).0, EndReason::Key);
}

#[test]
fn what_was_said_while_interrupting_begins_the_turn() {
    let folder = tempfile::tempdir().unwrap();
    let live = Live::new(ANY_NUMBER, 0.9, scripted(&["what I put in"]));
    live.hearing.watch(0.05);
    // A command is seen before the next frame, once the source has been waited for.
    live.sound(&[(3_200, 0.0), (320, 0.3), (640, 0.0), (1_600, 0.02), (640, 0.0), (640, 0.3)]);
    let event = live.events.recv_timeout(FOREVER).expect("it comes");
    assert_eq!(name(&event), "barged in", "neither a cough nor the interviewer's own voice interrupts");
    let listen = Listen { echo: Duration::from_millis(256), ..listen(1, folder.path()) };
    live.hearing.listen(listen);
    live.sound(&[(2_560, 0.3), (4_000, 0.0)]);
    let events = until_heard(&live.events);
    assert_eq!(text(&events), "what I put in");
    let (_, speech_end) = end(&events);
    assert_eq!(speech_end.as_ms(), 256 + 640 + 2_560, "the turn begins a moment before the first word");
}

#[test]
fn nothing_is_heard_or_recorded_in_a_break_and_the_answer_goes_on_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let live = Live::new(NONE, 0.9, scripted(&["one", "two"]));
    live.begin(folder.path());
    live.sound(&[(3_200, 0.3), (320, 0.0)]);
    live.hearing.set_break(true);
    // A command is seen before the next frame but one.
    live.sound(&[(64, 0.0), (9_600, 0.3)]);
    live.hearing.set_break(false);
    live.sound(&[(64, 0.0), (3_200, 0.3)]);
    live.sound(&[(4_000, 0.0)]);
    let heard = until_heard(&live.events);
    assert_eq!(text(&heard), "one", "what was said in the break would have made a second chunk");
    let (reason, speech_end) = end(&heard);
    assert_eq!(reason, EndReason::Complete);
    let recorded: Vec<i16> =
        hound::WavReader::open(folder.path().join("answer-01.wav")).unwrap().samples().map(Result::unwrap).collect();
    let loud_ms = recorded.iter().filter(|sample| **sample != 0).count() / 16;
    assert!((6_300..=6_400).contains(&loud_ms), "{loud_ms} ms of sound are recorded");
    let expected = 3_200 + 320 + 1_024 + 3_200;
    assert!(speech_end.as_ms().abs_diff(expected) <= 130, "a second of silence stands for the break: {speech_end:?}");
}

#[test]
fn an_interviewer_interrupts_a_turn_at_its_next_pause() {
    let folder = tempfile::tempdir().unwrap();
    let live = Live::new(NONE, 0.0, scripted(&["and on"]));
    live.begin(folder.path());
    live.sound(&[(3_200, 0.3)]);
    live.hearing.interrupt(TurnId(9));
    live.hearing.interrupt(TurnId(1));
    live.sound(&[(3_200, 0.3), (640, 0.0)]);
    let (reason, speech_end) = end(&until_heard(&live.events));
    assert_eq!((reason, speech_end.as_ms()), (EndReason::Interrupted, 6_400));
}
