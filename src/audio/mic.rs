//! The microphone. Gives what it hears as frames and keeps time when the device fails; decides nothing about speech.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cpal::Stream;
use cpal::traits::{DeviceTrait, StreamTrait};
use rtrb::{Consumer, RingBuffer};

use crate::audio::device::{self, Chosen, Way};
use crate::audio::keeper::{Keeper, OPENING};
use crate::audio::pace::Pause;
use crate::audio::{Asked, AudioError, FrameSource, Next, rt};
use crate::clock;
use crate::dsp::framer::Framer;
use crate::dsp::resample::Resampler;
use crate::turn::watchdog::{Health, Watchdog};
use crate::units::SAMPLE_RATE_HZ;

/// Seconds of sound that may wait to be taken, should the taker be held up.
const RING_SECONDS: usize = 60;

/// Longest time that [`FrameSource::next`] waits, and how often it looks meanwhile. Callbacks come every 20 ms or so.
const PATIENCE: Duration = Duration::from_millis(40);
const LOOK: Duration = Duration::from_millis(5);

/// After this long without trouble the next loss is a new one, and the device is opened again. Longer than the watchdog
/// takes to see that nothing became better, which is [`crate::turn::watchdog::LONG_MUTE`].
const RECOVERED: Duration = Duration::from_secs(30);

/// Longest gap that is filled with silence: a computer that slept for hours needs no hours of it.
const LONGEST_GAP: Duration = Duration::from_mins(1);

/// An open microphone.
#[derive(Debug)]
pub struct Microphone {
    keeper: Keeper<Link>,
    link: Link,
    state: State,
    watchdog: Watchdog,
    /// What the watchdog's times count from.
    epoch: Instant,
    /// When the last sound came before the device was opened again, until the first comes after.
    gap_from: Option<Duration>,
    resampler: Resampler,
    framer: Framer,
    native: Vec<f32>,
    resampled: Vec<f32>,
    dropped: u64,
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
    /// Open since then. After a loss, one more within [`RECOVERED`] is one too many.
    Open { since: Instant, after_loss: bool },
    /// Lost for that reason, and being opened again since then.
    Opening { since: Instant, why: String },
    /// Lost for good.
    Gone(AudioError),
}

impl Microphone {
    /// Opens the microphone whose name contains `name`, whatever the case, or the system's default, and waits for its
    /// first sound.
    ///
    /// # Errors
    /// [`AudioError`] when there is none, when it is taken or not allowed, or when it gives no sound within seconds.
    pub fn open(name: Option<&str>) -> Result<Self, AudioError> {
        let wanted = name.map(str::to_owned);
        let mut keeper = Keeper::new("microphone", move || device::open(Way::In, wanted.as_deref(), stream));
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
            state: State::Open { since: clock::now(), after_loss: false },
            gap_from: None,
            framer: Framer::default(),
            native: Vec::new(),
            resampled: Vec::new(),
            dropped: 0,
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

    /// Returns how many samples were lost because nobody took them in time, at the device's rate. Silence stands for them.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes what waits in the ring.
    fn draw(&mut self) {
        self.native.clear();
        self.native.extend(std::iter::from_fn(|| self.link.ring.pop().ok()));
        if self.native.is_empty() {
            return;
        }
        let now = self.epoch.elapsed();
        self.watchdog.heard(&self.native, now);
        if let Some(from) = self.gap_from.take() {
            let drawn = Duration::from_secs_f32(self.native.len() as f32 / self.link.rate_hz as f32);
            let gap = now.saturating_sub(from).saturating_sub(drawn).min(LONGEST_GAP);
            self.framer.push(&vec![0.0; gap.as_millis() as usize * SAMPLE_RATE_HZ as usize / 1_000]);
        }
        let dropped = self.link.tally.dropped.swap(0, Ordering::Relaxed);
        self.dropped += dropped;
        // What was lost came behind what was kept. Silence stands for it, so that time goes on counting in samples.
        self.native.resize(self.native.len() + usize::try_from(dropped).unwrap_or(0), 0.0);
        self.resampler.push(&self.native, &mut self.resampled);
        self.pass_on();
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
        match &self.state {
            State::Gone(error) => Err(error.clone()),
            State::Opening { since, why } => {
                let (overdue, why) = (since.elapsed() > OPENING, why.clone());
                match self.keeper.answer(Duration::ZERO) {
                    Some(Ok(link)) => self.take_up(link),
                    None if !overdue => Ok(()),
                    _ => self.give_up(&why),
                }
            }
            State::Open { since, after_loss } => {
                let after_loss = *after_loss && since.elapsed() < RECOVERED;
                match self.trouble() {
                    None => Ok(()),
                    Some(why) if after_loss => self.give_up(&why),
                    Some(why) => {
                        self.keeper.ask()?;
                        self.state = State::Opening { since: clock::now(), why };
                        Ok(())
                    }
                }
            }
        }
    }

    fn trouble(&self) -> Option<String> {
        if self.link.tally.gone.load(Ordering::Acquire) {
            return Some("it is gone".into());
        }
        match self.watchdog.health(self.epoch.elapsed()) {
            Health::Well => None,
            Health::Stalled(_) => Some("it stopped giving sound".into()),
            Health::Mute(time) => Some(format!("it gave nothing but digital silence for {:.0} s", time.as_secs_f32())),
        }
    }

    fn take_up(&mut self, link: Link) -> Result<(), AudioError> {
        self.resampler.finish(&mut self.resampled);
        self.pass_on();
        self.resampler = resampler(&link)?;
        self.gap_from = Some(self.watchdog.last_call());
        self.watchdog.reopened(link.rate_hz, self.epoch.elapsed());
        self.link = link;
        self.state = State::Open { since: clock::now(), after_loss: true };
        Ok(())
    }

    fn give_up(&mut self, why: &str) -> Result<(), AudioError> {
        let error = device::lost(Way::In, &self.link.name, why);
        self.state = State::Gone(error.clone());
        Err(error)
    }
}

impl FrameSource for Microphone {
    fn next(&mut self) -> Result<Next, AudioError> {
        let start = clock::now();
        loop {
            self.draw();
            if let Some(frame) = self.framer.pop() {
                return Ok(Next::Frame(frame));
            }
            self.look_after()?;
            if start.elapsed() >= PATIENCE {
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
