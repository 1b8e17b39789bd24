//! A candidate who is not there: answers from a script in a voice of our own, as if through a microphone, with a faint room
//! around it. Judges nothing and hears nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::audio::pace::{Metronome, Pace};
use crate::audio::{Asked, AudioError, AudioErrorKind, FrameSource, Next, Player};
use crate::bank::candidate::Piece;
use crate::dsp::resample::resampled;
use crate::tts::sentences::sentences;
use crate::tts::shape::append_silence;
use crate::tts::{Synthesizer, Voice};
use crate::units::{FRAME_SAMPLES, SAMPLE_RATE_HZ, Speech};

/// What a candidate says to what was asked, none where they have nothing to say.
pub type Script = Box<dyn Fn(&Asked) -> Option<Vec<Piece>> + Send>;

/// Silence before an answer: people begin 0.2 to 1 s after a question.
const LEAD_IN: Duration = Duration::from_millis(600);

/// Silence after an answer: longer than any thinking pause that ends a turn.
const TAIL: Duration = Duration::from_secs(6);

/// Level of the room: -65 dB below full scale, as a quiet room on a headset. Uniform noise of this peak has an effective
/// level 4.8 dB lower.
const ROOM_PEAK: f32 = 0.000_98;

/// Sentences rendered ahead of what is heard. More would only hold memory.
const AHEAD: usize = 4;

/// How long the candidate waits for the voice before it says that there is nothing yet.
const WAIT: Duration = Duration::from_millis(50);

/// Gives the sound of a scripted candidate.
pub struct SimulatedCandidate {
    script: Script,
    renderer: Renderer,
    aloud: Option<Aloud>,
    metronome: Metronome,
    real_time: bool,
    room: Room,
    state: State,
}

enum State {
    Answering(Answer),
    /// The answer is over, or nothing was asked yet.
    Ended,
}

struct Answer {
    stretches: Receiver<Stretch>,
    /// Samples that are due, at 16 kHz.
    due: std::collections::VecDeque<f32>,
    /// Whether every stretch has come.
    whole: bool,
}

/// A part of an answer as it is rendered.
enum Stretch {
    Silence(Duration),
    Words { heard: Vec<f32>, aloud: Speech },
    Failed(AudioError),
}

impl std::fmt::Debug for SimulatedCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SimulatedCandidate")
    }
}

impl SimulatedCandidate {
    /// Returns a candidate who speaks `script` with `synth` in `voice`. In `real_time` frames come at the pace of the clock,
    /// else as fast as they are taken, without a stretch of silence where the voice is slow.
    pub fn new(script: Script, synth: Box<dyn Synthesizer>, voice: Voice, real_time: bool) -> Self {
        Self {
            script,
            renderer: Renderer::start(synth, voice),
            aloud: None,
            metronome: Metronome::new(if real_time { Pace::RealTime } else { Pace::AsFast }),
            real_time,
            room: Room(0x9e37_79b9_7f4a_7c15),
            state: State::Ended,
        }
    }

    /// Also plays what the candidate says, where frames keep the pace of the clock.
    #[must_use]
    pub fn aloud(mut self, player: Box<dyn Player>) -> Self {
        self.aloud = self.real_time.then(|| Aloud::start(player));
        self
    }

    /// Returns the next frame of an answer, none if it is over, `Nothing` if the voice is not ready yet.
    fn frame(&mut self) -> Result<Option<Next>, AudioError> {
        let State::Answering(answer) = &mut self.state else { return Ok(None) };
        while answer.due.len() < FRAME_SAMPLES && !answer.whole {
            match answer.stretches.recv_timeout(WAIT) {
                Ok(Stretch::Silence(silence)) => {
                    let samples = silence.as_millis() as usize * SAMPLE_RATE_HZ as usize / 1_000;
                    answer.due.resize(answer.due.len() + samples, 0.0);
                }
                Ok(Stretch::Words { heard, aloud }) => {
                    answer.due.extend(heard);
                    if let Some(speaker) = &self.aloud {
                        speaker.play(aloud);
                    }
                }
                Ok(Stretch::Failed(error)) => {
                    self.state = State::Ended;
                    return Err(error);
                }
                // Time stands still while the voice is late: silence in its place would sound like the end of the answer.
                Err(RecvTimeoutError::Timeout) => {
                    self.metronome.restart();
                    return Ok(Some(Next::Nothing));
                }
                Err(RecvTimeoutError::Disconnected) => answer.whole = true,
            }
        }
        if answer.whole && answer.due.is_empty() {
            return Ok(None);
        }
        let mut frame = Box::new([0.0; FRAME_SAMPLES]);
        for sample in frame.iter_mut() {
            *sample = answer.due.pop_front().unwrap_or(0.0) + self.room.sample();
        }
        Ok(Some(Next::Frame(frame)))
    }

    fn quiet_frame(&mut self) -> Next {
        Next::Frame(Box::new(std::array::from_fn(|_| self.room.sample())))
    }
}

impl FrameSource for SimulatedCandidate {
    fn next(&mut self) -> Result<Next, AudioError> {
        self.metronome.wait();
        if let Some(next) = self.frame()? {
            return Ok(next);
        }
        match self.state {
            State::Answering(_) => {
                self.state = State::Ended;
                Ok(Next::Ended)
            }
            // A live room is never without sound, wanted or not.
            State::Ended if self.real_time => Ok(self.quiet_frame()),
            State::Ended => Ok(Next::Ended),
        }
    }

    fn cue(&mut self, asked: &Asked) -> Result<(), AudioError> {
        if let Some(speaker) = &mut self.aloud {
            speaker.hush();
        }
        let pieces = (self.script)(asked).unwrap_or_default();
        let stretches = self.renderer.render(pieces)?;
        self.state = State::Answering(Answer { stretches, due: std::collections::VecDeque::new(), whole: false });
        Ok(())
    }

    fn is_live(&self) -> bool {
        self.real_time
    }

    fn waits(&self) -> bool {
        true
    }

    fn go_on(&mut self) {
        self.metronome.restart();
    }
}

/// The noise of a room, the same every time: a multiplicative generator, of which the high bits are used.
struct Room(u64);

impl Room {
    fn sample(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let unit = (self.0 >> 40) as f32 / (1_u32 << 24) as f32;
        (unit * 2.0 - 1.0) * ROOM_PEAK
    }
}

/// Renders answers on its own thread, so that frames never wait for the voice.
struct Renderer {
    answers: Option<Sender<(Vec<Piece>, std::sync::mpsc::SyncSender<Stretch>)>>,
    thread: Option<JoinHandle<()>>,
}

impl Renderer {
    fn start(mut synth: Box<dyn Synthesizer>, voice: Voice) -> Self {
        let (answers, asked) = channel::<(Vec<Piece>, std::sync::mpsc::SyncSender<Stretch>)>();
        let work = move || {
            while let Ok((pieces, to)) = asked.recv() {
                // An answer that is no longer wanted is dropped at its next stretch.
                let _superseded = render(synth.as_mut(), &voice, &pieces, &to);
            }
        };
        let thread = std::thread::Builder::new().name("candidate".into()).spawn(work).ok();
        Self { answers: Some(answers), thread }
    }

    fn render(&self, pieces: Vec<Piece>) -> Result<Receiver<Stretch>, AudioError> {
        let (to, stretches) = sync_channel(AHEAD);
        let sent =
            self.thread.is_some() && self.answers.as_ref().is_some_and(|answers| answers.send((pieces, to)).is_ok());
        if sent { Ok(stretches) } else { Err(failed("its voice is not there")) }
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        self.answers = None;
        if let Some(thread) = self.thread.take() {
            let _gone = thread.join();
        }
    }
}

/// The answer is no longer wanted.
struct Superseded;

fn render(
    synth: &mut dyn Synthesizer,
    voice: &Voice,
    pieces: &[Piece],
    to: &std::sync::mpsc::SyncSender<Stretch>,
) -> Result<(), Superseded> {
    let send = |stretch| to.send(stretch).map_err(|_| Superseded);
    send(Stretch::Silence(LEAD_IN))?;
    for piece in pieces {
        let text = match piece {
            Piece::Pause(pause) => {
                send(Stretch::Silence(*pause))?;
                continue;
            }
            Piece::Say(text) => text,
        };
        for sentence in sentences(text) {
            let stretch = match synth.synthesize(&sentence.text, voice) {
                Ok(mut speech) => {
                    append_silence(&mut speech, sentence.gap);
                    words(speech)
                }
                Err(error) => Stretch::Failed(failed(error.to_string())),
            };
            send(stretch)?;
        }
    }
    send(Stretch::Silence(TAIL))
}

fn words(speech: Speech) -> Stretch {
    if speech.samples.is_empty() {
        return Stretch::Silence(Duration::ZERO);
    }
    match resampled(&speech.samples, speech.rate_hz, SAMPLE_RATE_HZ) {
        Ok(heard) => Stretch::Words { heard, aloud: speech },
        Err(error) => Stretch::Failed(failed(error.to_string())),
    }
}

fn failed(why: impl Into<String>) -> AudioError {
    AudioError::new(
        AudioErrorKind::Other,
        "the simulated candidate",
        why,
        "answer yourself, or give recordings with `--candidate`",
    )
}

/// Plays the candidate's words on its own thread.
struct Aloud {
    speeches: Option<Sender<(Speech, Arc<AtomicBool>)>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Aloud {
    fn start(mut player: Box<dyn Player>) -> Self {
        let (speeches, to_play) = channel::<(Speech, Arc<AtomicBool>)>();
        let work = move || {
            while let Ok((speech, stop)) = to_play.recv() {
                // Who listens along loses nothing that counts when the speaker goes away.
                if !stop.load(Ordering::Acquire) && player.play(&speech, &stop).is_err() {
                    break;
                }
            }
        };
        let thread = std::thread::Builder::new().name("candidate aloud".into()).spawn(work).ok();
        Self { speeches: Some(speeches), stop: Arc::default(), thread }
    }

    fn play(&self, speech: Speech) {
        if let Some(speeches) = &self.speeches {
            let _speaker_gone = speeches.send((speech, Arc::clone(&self.stop)));
        }
    }

    /// Ends what is played and forgets what is not yet.
    fn hush(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.stop = Arc::default();
    }
}

impl Drop for Aloud {
    fn drop(&mut self) {
        self.hush();
        self.speeches = None;
        if let Some(thread) = self.thread.take() {
            let _gone = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
