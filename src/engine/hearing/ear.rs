//! The listening thread: frames in, events out. Blocks on nothing but its source, and on a full queue for prepared answers.

mod held;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::Duration;

use crate::audio::recorder::Recorder;
use crate::audio::{AudioError, AudioErrorKind, FrameSource, Next};
use crate::clock;
use crate::dsp::level::Level;
use crate::engine::hearing::overhearing::Overhearing;
use crate::engine::hearing::telling::{Told, tell_words};
use crate::engine::hearing::{HearingEvent, Listen};
use crate::ids::TurnId;
use crate::stt::worker::{Chunk, LoadTranscriber, SttWorker};
use crate::turn::endpoint::{TurnEvent, TurnPolicy};
use crate::turn::habit::Habit;
use crate::turn::strain::{Backlog, Strain};
use crate::turn::window::Window;
use crate::turn::{EndReason, TurnModel, VoiceDetector};
use crate::units::{AudioTime, FRAME_MS, FRAME_SAMPLES, Frame, Span};

/// Chunks that may wait for the recogniser of a live source: hours of speech, so the source never waits.
const LIVE_QUEUE: usize = 1_024;

/// Chunks that may wait where the source can: sound comes faster than it is transcribed, and memory stays bounded.
const PREPARED_QUEUE: usize = 2;

/// What the turn model hears at most: 8 s.
const TURN_MODEL_HEARS_MS: u64 = 8_000;

/// What the turn model hears before the first speech: 0.5 s, as Pipecat feeds it.
const BEFORE_SPEECH_MS: u64 = 500;

/// Pause after a source failed or had nothing to give, before it is asked again.
const BREATHER: Duration = Duration::from_millis(20);

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Command {
    /// Nothing else: take the next frame from the source.
    Pull,
    Prepare,
    Listen(Box<Listen>),
    EndAnswer,
    /// Whether heavy points are open after what was said so far.
    Judged {
        turn: TurnId,
        is_thin: bool,
    },
    /// From the recogniser's thread.
    Words(Told),
    Watch(f32),
    Resume(TurnId),
    /// End this turn at its next pause.
    Interrupt(TurnId),
    /// Whether nobody is listened to, since the candidate makes a break.
    Break(bool),
    /// Whether the interviewer says a line into the turn; and what its sound needs to die away, milliseconds.
    SpeakInto(bool, u64),
    Stop,
    Shutdown,
}

/// The turn that is open.
struct Turn {
    id: TurnId,
    policy: TurnPolicy,
    window: Window,
    /// None once it failed.
    recorder: Option<Recorder>,
    /// Whether the turn waits, since the source was away: what comes is recorded and not listened to.
    held: bool,
    /// Frames in which the interviewer's last sound may still be heard.
    echo: u64,
    terms: Arc<[String]>,
    backlog: Backlog,
    /// What the source had lost when the turn began.
    lost_before: Duration,
}

/// All that the thread owns.
pub(super) struct Ear<Out> {
    source: Box<dyn FrameSource>,
    voice: Box<dyn VoiceDetector>,
    turn_model: Box<dyn TurnModel>,
    worker: SttWorker,
    commands: Receiver<Command>,
    /// Commands that came while waiting for something else.
    pending: VecDeque<Command>,
    out: Out,
    turn: Option<Turn>,
    /// How the candidate pauses, by the turns so far.
    habit: Habit,
    /// Whether a failure between turns was reported already.
    reported: bool,
    /// Why the source is away, while it is.
    away: Option<AudioError>,
    /// What is heard while the interviewer speaks, where that may be interrupted.
    overhearing: Option<Overhearing>,
    /// Level below which sound may be the interviewer's: any, where that cannot be interrupted.
    gate: f32,
    /// Whether nobody is listened to, since the candidate makes a break.
    on_break: bool,
}

impl<Out: Fn(HearingEvent) + Send + Clone + 'static> Ear<Out> {
    pub(super) fn new(
        source: Box<dyn FrameSource>,
        voice: Box<dyn VoiceDetector>,
        turn_model: Box<dyn TurnModel>,
        transcriber: LoadTranscriber,
        (back, commands): (Sender<Command>, Receiver<Command>),
        out: Out,
    ) -> std::io::Result<Self> {
        let waiting = if source.is_live() { LIVE_QUEUE } else { PREPARED_QUEUE };
        let back = move |told| {
            // The ear only goes when the worker was told to.
            let _gone = back.send(Command::Words(told));
        };
        let worker = SttWorker::start(waiting, transcriber, tell_words(out.clone(), back))?;
        Ok(Self {
            source,
            voice,
            turn_model,
            worker,
            commands,
            pending: VecDeque::new(),
            out,
            turn: None,
            habit: Habit::default(),
            reported: false,
            away: None,
            overhearing: None,
            gate: f32::INFINITY,
            on_break: false,
        })
    }

    pub(super) fn run(mut self) {
        loop {
            match self.next_command() {
                Command::Pull => self.pull(),
                Command::Prepare => self.worker.prepare(),
                Command::Listen(listen) => self.begin(*listen),
                Command::EndAnswer => self.end(EndReason::Key),
                Command::Judged { turn, is_thin } => {
                    if let Some(open) = self.turn.as_mut().filter(|open| open.id == turn) {
                        open.policy.judged_thin(is_thin);
                    }
                }
                Command::Words(told) => self.take_words(&told),
                Command::Watch(gate) => self.watch(gate),
                Command::Resume(turn) => self.resume(turn),
                Command::Interrupt(turn) => {
                    if let Some(open) = self.turn.as_mut().filter(|open| open.id == turn) {
                        open.policy.interrupt();
                    }
                }
                Command::Break(on_break) => self.set_break(on_break),
                Command::SpeakInto(speaks, echo_ms) => self.speak_into(speaks, echo_ms),
                Command::Stop => self.give_up(),
                Command::Shutdown => break,
            }
        }
        self.give_up();
        self.worker.shutdown();
    }

    /// Returns what to do next: what was commanded, or to take a frame.
    fn next_command(&mut self) -> Command {
        if let Some(command) = self.pending.pop_front() {
            return command;
        }
        let may_wait = (self.turn.is_none() && !self.source.is_live()) || (self.on_break && self.source.waits());
        if may_wait {
            return self.commands.recv().unwrap_or(Command::Shutdown);
        }
        match self.commands.try_recv() {
            Ok(command) => command,
            Err(TryRecvError::Empty) => Command::Pull,
            Err(TryRecvError::Disconnected) => Command::Shutdown,
        }
    }

    fn begin(&mut self, listen: Listen) {
        self.give_up();
        self.voice.reset();
        let said = self.overhearing.take().map(Overhearing::said).unwrap_or_default();
        let recorder = Recorder::create(&listen.recording);
        let turn = Turn {
            id: listen.turn,
            policy: TurnPolicy::new(listen.patience, &self.habit),
            window: Window::default(),
            recorder: None,
            held: false,
            // Who speaks already is listened to at once.
            echo: if said.is_empty() { listen.echo.as_millis() as u64 / FRAME_MS } else { 0 },
            terms: listen.terms.into(),
            backlog: Backlog::default(),
            lost_before: self.source.lost(),
        };
        self.turn = Some(turn);
        match recorder {
            Ok(recorder) => self.turn = self.turn.take().map(|turn| Turn { recorder: Some(recorder), ..turn }),
            // Better heard and not recorded than not heard.
            Err(error) => self.fail(error),
        }
        if let Err(error) = self.source.cue(&listen.asked) {
            self.fail(error);
            self.end(EndReason::SourceEnded);
        }
        if let Some(error) = self.away.clone() {
            self.hold(error);
        }
        for frame in said {
            self.hear(&frame);
        }
    }

    fn pull(&mut self) {
        match self.source.next() {
            Ok(Next::Frame(_) | Next::Gap) if self.on_break => {}
            Ok(Next::Frame(frame)) => {
                self.reported = false;
                if catch_unwind(AssertUnwindSafe(|| self.hear(&frame))).is_err() {
                    self.fail(broken());
                    self.end(EndReason::SourceEnded);
                }
            }
            Ok(Next::Gap) => self.pass(&[0.0; FRAME_SAMPLES]),
            Ok(Next::Interrupted(error)) => {
                self.away = Some(error.clone());
                self.hold(error);
            }
            Ok(Next::Returned(name)) => {
                self.away = None;
                let (turn, at) = self.moment();
                (self.out)(HearingEvent::Returned { turn, at, name });
            }
            Ok(Next::Ended) if self.turn.is_some() => self.end(EndReason::SourceEnded),
            // A live source has waited already.
            Ok(Next::Nothing) if self.source.is_live() => {}
            Ok(Next::Nothing | Next::Ended) => self.breathe(),
            Err(error) => self.source_failed(error),
        }
    }

    fn source_failed(&mut self, error: AudioError) {
        if self.turn.is_some() || !self.reported {
            self.fail(error);
        }
        self.reported = true;
        self.end(EndReason::SourceEnded);
        self.breathe();
    }

    /// Waits a moment, or until there is a command.
    fn breathe(&mut self) {
        if let Ok(command) = self.commands.recv_timeout(BREATHER) {
            self.pending.push_back(command);
        }
    }

    fn hear(&mut self, frame: &Frame) {
        let Some(turn) = self.turn.as_mut() else {
            return self.overhear(frame);
        };
        let may_echo = turn.echo > 0 && Level::of(frame).rms < self.gate;
        turn.echo = turn.echo.saturating_sub(1);
        if turn.held || may_echo {
            return self.pass(frame);
        }
        let voice = self.voice.probability(frame);
        turn.window.push(frame);
        let events = turn.policy.step(voice);
        self.record(frame);
        (self.out)(HearingEvent::Level { rms: Level::of(frame).rms, voice });
        self.deal_all(events);
    }

    fn watch(&mut self, gate: f32) {
        if self.turn.is_some() || !self.source.is_live() {
            return;
        }
        self.gate = gate;
        match &mut self.overhearing {
            Some(overhearing) => overhearing.next_line(gate),
            None => {
                self.voice.reset();
                self.overhearing = Some(Overhearing::new(gate));
            }
        }
    }

    fn overhear(&mut self, frame: &Frame) {
        let Some(overhearing) = self.overhearing.as_mut() else {
            return;
        };
        let voice = self.voice.probability(frame);
        if overhearing.hear(frame, voice, Level::of(frame).rms) {
            (self.out)(HearingEvent::BargedIn);
        }
    }

    /// Lets a frame pass in which nobody is listened to: it is recorded, and silence to everything else.
    fn pass(&mut self, frame: &Frame) {
        let Some(turn) = self.turn.as_mut() else {
            return;
        };
        turn.window.push(&[0.0; FRAME_SAMPLES]);
        let events = turn.policy.pass();
        self.record(frame);
        (self.out)(HearingEvent::Level { rms: Level::of(frame).rms, voice: 0.0 });
        self.deal_all(events);
    }

    fn record(&mut self, frame: &Frame) {
        let Some(turn) = self.turn.as_mut() else {
            return;
        };
        if let Some(error) = turn.recorder.as_mut().and_then(|recorder| recorder.write(frame).err()) {
            turn.recorder = None;
            self.fail(error);
        }
    }

    fn deal_all(&mut self, events: Vec<TurnEvent>) {
        for event in events {
            self.deal(event);
        }
        self.forget();
    }

    fn deal(&mut self, event: TurnEvent) {
        let Some(turn) = self.turn.as_mut() else {
            return;
        };
        let id = turn.id;
        match event {
            TurnEvent::Started { at } => (self.out)(HearingEvent::Started { turn: id, at }),
            TurnEvent::Paused { at } => (self.out)(HearingEvent::Paused { turn: id, at }),
            TurnEvent::Resumed { at } => (self.out)(HearingEvent::Resumed { turn: id, at }),
            TurnEvent::Ask { since } => {
                let since = AudioTime::from_ms(since.as_ms().saturating_sub(BEFORE_SPEECH_MS));
                let complete = self.turn_model.complete(turn.window.span(Span::new(since, turn.window.end())));
                turn.policy.judged(complete);
            }
            TurnEvent::Ahead(span) => self.transcribe(span, true),
            TurnEvent::Chunk(span) => self.transcribe(span, false),
            TurnEvent::TimeShort { left } => (self.out)(HearingEvent::TimeShort { turn: id, left }),
            TurnEvent::Ended { reason, speech_end } => self.ended(reason, speech_end),
        }
    }

    fn transcribe(&mut self, span: Span, is_ahead: bool) {
        let Some(turn) = self.turn.as_mut() else {
            return;
        };
        if !is_ahead {
            turn.backlog.sent();
        }
        let samples = turn.window.span(span).to_vec();
        let chunk = Chunk { turn: turn.id, offset: span.start, samples, terms: turn.terms.clone(), is_ahead };
        self.worker.send(chunk);
        // Prepared sound comes as fast as it can be read: without this wait what is known when would depend on the machine.
        if !self.source.is_live() {
            self.await_words();
        }
    }

    /// Waits until the recogniser has told the words that it was just asked for.
    fn await_words(&mut self) {
        while let Ok(command) = self.commands.recv() {
            match command {
                Command::Words(told) => return self.take_words(&told),
                Command::Stop | Command::Shutdown => return self.pending.push_front(command),
                later => self.pending.push_back(later),
            }
        }
    }

    fn take_words(&mut self, told: &Told) {
        let Some(turn) = self.turn.as_mut().filter(|open| open.id == told.turn) else {
            return;
        };
        if !told.is_ahead {
            turn.backlog.answered();
        }
        if let Some(words) = &told.words {
            turn.policy.heard(told.until, words);
        }
    }

    fn ended(&mut self, reason: EndReason, speech_end: AudioTime) {
        let decided = clock::now();
        let Some(turn) = self.turn.take() else {
            return;
        };
        let duration = turn.policy.elapsed();
        self.habit = turn.policy.habit().clone();
        let lost = self.source.lost().saturating_sub(turn.lost_before);
        let strain = Strain { behind: turn.backlog.most(), lost_ms: lost.as_millis() as u64 };
        (self.out)(HearingEvent::Ended { turn: turn.id, reason, speech_end, duration, decided, strain });
        self.complete(turn.id, turn.recorder);
        // Only now, so that whoever gets the words finds the recording complete. The tail is being decoded meanwhile.
        self.worker.finish(turn.id);
    }

    fn end(&mut self, reason: EndReason) {
        let events = self.turn.as_mut().map(|turn| turn.policy.end(reason)).unwrap_or_default();
        for event in events {
            self.deal(event);
        }
    }

    fn give_up(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.complete(turn.id, turn.recorder);
        }
    }

    fn complete(&self, turn: TurnId, recorder: Option<Recorder>) {
        if let Some(Err(error)) = recorder.map(Recorder::finish) {
            (self.out)(HearingEvent::Failed { turn: Some(turn), error });
        }
    }

    /// Lets go of sound that neither a chunk nor the turn model can still need.
    fn forget(&mut self) {
        if let Some(turn) = self.turn.as_mut() {
            let heard = turn.window.end().as_ms();
            let recent = AudioTime::from_ms(heard.saturating_sub(TURN_MODEL_HEARS_MS + BEFORE_SPEECH_MS));
            let keep = turn.policy.needed_from().map_or(recent, |needed| needed.min(recent));
            turn.window.forget_before(keep);
        }
    }

    fn fail(&self, error: AudioError) {
        let turn = self.turn.as_ref().map(|turn| turn.id);
        (self.out)(HearingEvent::Failed { turn, error });
    }
}

fn broken() -> AudioError {
    AudioError {
        kind: AudioErrorKind::Other,
        what: "hearing".into(),
        why: "a voice model failed".into(),
        hint: "the answer so far is kept; run `hotseat doctor`".into(),
    }
}
