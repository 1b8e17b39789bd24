//! The microphone. Gives what it hears as frames, keeps time when the device fails, and looks for it or another meanwhile;
//! decides nothing about speech.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cpal::Stream;
use cpal::traits::{DeviceTrait, StreamTrait};
use rtrb::{Consumer, RingBuffer};

use crate::audio::absence::{Absence, Step};
use crate::audio::device::{self, Chosen, Way};
use crate::audio::keeper::{Keeper, OPENING};
use crate::audio::pace::Pause;
use crate::audio::{Asked, AudioError, FrameSource, Next, rt};
use crate::clock;
use crate::dsp::framer::Framer;
use crate::dsp::resample::Resampler;
use crate::turn::watchdog::{Health, Watchdog};
use crate::units::{FRAME_SAMPLES, SAMPLE_RATE_HZ};

/// Seconds of sound that may wait to be taken, should the taker be held up.
const RING_SECONDS: usize = 60;

/// Longest time that [`FrameSource::next`] waits, and how often it looks meanwhile. Callbacks come every 20 ms or so.
const WAIT: Duration = Duration::from_millis(40);
const LOOK: Duration = Duration::from_millis(5);

/// An open microphone.
#[derive(Debug)]
pub struct Microphone {
    keeper: Keeper<Link>,
    link: Link,
    state: State,
    watchdog: Watchdog,
    /// What the watchdog's times count from.
    epoch: Instant,
    /// What is to be told before the next frame.
    news: Option<Next>,
    resampler: Resampler,
    framer: Framer,
    native: Vec<f32>,
    resampled: Vec<f32>,
    lost: Duration,
    pause: Pause,
}

/// The taking end of an open stream.
#[derive(Debug)]
struct Link {
    name: String,
    rate_hz: u32,
    ring: Consumer<f32>,
    tally: Arc<rt::InputTally>,
}

#[derive(Debug)]
enum State {
    /// Open.
    Open,
    /// Lost for that reason, and being looked for.
    Away(AudioError, Absence),
    /// Lost for good.
    Gone(AudioError),
}

impl Microphone {
    /// Opens the microphone whose name contains `name`, whatever the case, or the system's default, and waits for its
    /// first sound. Should it be lost later, the default may stand in for it.
    ///
    /// # Errors
    /// [`AudioError`] when there is none, when it is taken or not allowed, or when it gives no sound within seconds.
    pub fn open(name: Option<&str>) -> Result<Self, AudioError> {
        let wanted = name.map(str::to_owned);
        let mut keeper =
            Keeper::new("microphone", move |time| device::open_or_stand_in(time, Way::In, wanted.as_deref(), stream));
        keeper.ask()?;
        let unanswered = || Err(device::lost(Way::In, name.unwrap_or("default"), "it does not open"));
        let link = keeper.answer(OPENING).unwrap_or_else(unanswered)?;
        let (epoch, pause) = (clock::now(), Pause::new());
        // An open stream is not yet one that gives sound: Bluetooth takes a while.
        while link.tally.calls.load(Ordering::Acquire) == 0 {
            if epoch.elapsed() > OPENING || link.tally.gone.load(Ordering::Acquire) {
                return Err(device::lost(Way::In, &link.name, "it is open but gives no sound"));
            }
            pause.wait(LOOK);
        }
        Ok(Self {
            resampler: resampler(&link)?,
            watchdog: Watchdog::new(link.rate_hz, epoch.elapsed()),
            state: State::Open,
            news: None,
            framer: Framer::default(),
            native: Vec::new(),
            resampled: Vec::new(),
            lost: Duration::ZERO,
            keeper,
            link,
            epoch,
            pause,
        })
    }

    /// Returns the name of the device.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.link.name
    }

    /// Takes what waits in the ring.
    fn draw(&mut self) {
        self.native.clear();
        self.native.extend(std::iter::from_fn(|| self.link.ring.pop().ok()));
        if self.native.is_empty() || !self.is_heard() {
            return;
        }
        let dropped = self.link.tally.dropped.swap(0, Ordering::Relaxed);
        self.lost += Duration::try_from_secs_f64(dropped as f64 / f64::from(self.link.rate_hz)).unwrap_or_default();
        // What was lost came behind what was kept. Silence stands for it, so that time goes on counting in samples.
        self.native.resize(self.native.len() + usize::try_from(dropped).unwrap_or(0), 0.0);
        self.watchdog.heard(&self.native, self.epoch.elapsed());
        self.resampler.push(&self.native, &mut self.resampled);
        self.pass_on();
    }

    /// Returns whether what was drawn is to be heard: always, unless the microphone is away and this does not show that it
    /// is back.
    fn is_heard(&mut self) -> bool {
        let State::Away(_, absence) = &mut self.state else { return true };
        let first = absence.shows_return(&self.native);
        if let Some(first) = first {
            self.native.drain(..first);
            let drawn = Duration::from_secs_f32(self.native.len() as f32 / self.link.rate_hz as f32);
            self.framer.push(&vec![0.0; absence.owed(clock::now(), drawn)]);
            self.state = State::Open;
            self.news = Some(Next::Returned(self.link.name.clone()));
        }
        first.is_some()
    }

    /// Puts what was resampled into frames.
    fn pass_on(&mut self) {
        // Resampling rounds the corners of what was cut off at full scale, to beyond it.
        for sample in &mut self.resampled {
            *sample = sample.clamp(-1.0, 1.0);
        }
        self.framer.push(&self.resampled);
        self.resampled.clear();
    }

    /// Looks whether the device lives, and takes the next step where it does not.
    fn look_after(&mut self) -> Result<(), AudioError> {
        let stalled = matches!(self.watchdog.health(self.epoch.elapsed()), Health::Stalled(_));
        let is_dead = stalled || self.link.tally.gone.load(Ordering::Acquire);
        let step = match &mut self.state {
            State::Gone(error) => return Err(error.clone()),
            State::Open => {
                let trouble = self.trouble();
                return trouble.map_or(Ok(()), |(why, is_mute)| self.begin_absence(&why, is_mute));
            }
            State::Away(error, absence) => match absence.step(clock::now(), is_dead) {
                Step::GiveUp => {
                    let error = error.clone();
                    self.state = State::Gone(error.clone());
                    return Err(error);
                }
                step => step,
            },
        };
        match step {
            Step::Ask => self.keeper.ask(),
            Step::Answer => self.see_whether_it_opened(),
            Step::Wait | Step::GiveUp => Ok(()),
        }
    }

    fn see_whether_it_opened(&mut self) -> Result<(), AudioError> {
        match (self.keeper.answer(Duration::ZERO), &mut self.state) {
            (Some(Ok(link)), State::Away(_, absence)) => {
                self.resampler = resampler(&link)?;
                self.watchdog.reopened(link.rate_hz, self.epoch.elapsed());
                self.link = link;
                absence.opened(clock::now());
            }
            (Some(Err(_)), State::Away(_, absence)) => absence.refused(clock::now()),
            _ => {}
        }
        Ok(())
    }

    /// Returns what is wrong with the device, and whether it is that it gives zeros.
    fn trouble(&self) -> Option<(String, bool)> {
        if self.link.tally.gone.load(Ordering::Acquire) {
            return Some(("it is gone".into(), false));
        }
        match self.watchdog.health(self.epoch.elapsed()) {
            Health::Well | Health::Doubtful => None,
            Health::Stalled(_) => Some(("it stopped giving sound".into(), false)),
            Health::Mute(time) => {
                Some((format!("it gave nothing but digital silence for {:.0} s", time.as_secs_f32()), true))
            }
        }
    }

    fn begin_absence(&mut self, why: &str, is_mute: bool) -> Result<(), AudioError> {
        self.resampler.finish(&mut self.resampled);
        self.pass_on();
        let rest = self.framer.missing();
        self.framer.push(&vec![0.0; rest]);
        let silent = self.epoch.elapsed().saturating_sub(self.watchdog.last_call());
        let error = device::lost(Way::In, &self.link.name, why);
        self.news = Some(Next::Interrupted(error.clone()));
        self.state = State::Away(error, Absence::new(clock::now(), silent, rest, is_mute));
        self.keeper.ask()
    }

    /// Returns a frame, or a gap where it holds zeros of which nobody knows yet what they mean.
    fn told(&self, frame: Box<[f32; FRAME_SAMPLES]>) -> Next {
        let doubtful = !matches!(self.watchdog.health(self.epoch.elapsed()), Health::Well);
        if doubtful && frame.iter().all(|sample| *sample == 0.0) { Next::Gap } else { Next::Frame(frame) }
    }

    /// Returns whether a gap is due, so that time goes on while the device is away.
    fn gap_is_due(&mut self) -> bool {
        let State::Away(_, absence) = &mut self.state else { return false };
        absence.gap_is_due(clock::now())
    }
}

impl FrameSource for Microphone {
    fn next(&mut self) -> Result<Next, AudioError> {
        let start = clock::now();
        loop {
            self.draw();
            if let Some(news) = self.news.take() {
                return Ok(news);
            }
            if let Some(frame) = self.framer.pop() {
                return Ok(self.told(frame));
            }
            if self.gap_is_due() {
                return Ok(Next::Gap);
            }
            self.look_after()?;
            if start.elapsed() >= WAIT {
                return Ok(Next::Nothing);
            }
            self.pause.wait(LOOK);
        }
    }

    fn cue(&mut self, _asked: &Asked) -> Result<(), AudioError> {
        Ok(())
    }

    fn is_live(&self) -> bool {
        true
    }

    fn lost(&self) -> Duration {
        self.lost
    }
}

fn resampler(link: &Link) -> Result<Resampler, AudioError> {
    Resampler::new(link.rate_hz, SAMPLE_RATE_HZ).map_err(|error| device::lost(Way::In, &link.name, &error.to_string()))
}

/// Opens a playing stream that feeds a ring.
fn stream(chosen: &Chosen) -> Result<(Stream, Link), cpal::Error> {
    let (rate_hz, channels) = (chosen.config.sample_rate, usize::from(chosen.config.channels));
    let (mut producer, ring) = RingBuffer::new(rate_hz as usize * RING_SECONDS);
    let tally = Arc::new(rt::InputTally::default());
    let (counted, told) = (Arc::clone(&tally), Arc::clone(&tally));
    let stream = chosen.device.build_input_stream_raw(
        chosen.config,
        chosen.format,
        move |data, _| rt::input_any(data, channels, &mut producer, &counted),
        move |error| {
            told.gone.fetch_or(device::is_gone(&error), Ordering::AcqRel);
        },
        Some(OPENING),
    )?;
    stream.play()?;
    Ok((stream, Link { name: chosen.name.clone(), rate_hz, ring, tally }))
}
