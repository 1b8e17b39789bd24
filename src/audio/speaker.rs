//! The speaker. Plays one speech after another through a stream that stays open; decides nothing about what is said.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cpal::Stream;
use cpal::traits::{DeviceTrait, StreamTrait};
use rtrb::{Producer, RingBuffer};

use crate::audio::device::{self, Chosen, Way};
use crate::audio::keeper::{Keeper, OPENING};
use crate::audio::pace::Pause;
use crate::audio::{AudioError, AudioErrorKind, LOOK, More, Player, rt};
use crate::clock;
use crate::dsp::resample::Resampler;
use crate::turn::watchdog::STALL;
use crate::units::Speech;

/// Seconds of sound that wait in the ring. More would not help: a stop throws them away.
const RING_SECONDS: usize = 1;

/// Samples of the speech that are resampled at a time.
const PIECE: usize = 2_400;

/// Longest latency that is believed of a device.
const LONGEST_LATENCY: Duration = Duration::from_secs(1);

/// An open speaker.
#[derive(Debug)]
pub struct Speaker {
    keeper: Keeper<Link>,
    label: String,
    /// None after the device was lost, until the next speech opens it again.
    link: Option<Link>,
    pause: Pause,
}

/// The giving end of an open stream.
#[derive(Debug)]
struct Link {
    name: String,
    rate_hz: u32,
    ring: Producer<f32>,
    tally: Arc<rt::OutputTally>,
}

/// How far a speech has come.
struct Progress {
    start: u64,
    pushed: u64,
    calls: u64,
    called: Instant,
}

impl Speaker {
    /// Opens the speaker whose name contains `name`, whatever the case, or the system's default.
    ///
    /// # Errors
    /// [`AudioError`] when there is none, or when it is taken or not allowed.
    pub fn open(name: Option<&str>) -> Result<Self, AudioError> {
        let wanted = name.map(str::to_owned);
        let keeper =
            Keeper::new("speaker", move |time| device::open_or_stand_in(time, Way::Out, wanted.as_deref(), stream));
        let label = name.unwrap_or("default").to_owned();
        let mut speaker = Self { keeper, label, link: None, pause: Pause::new() };
        speaker.link = Some(speaker.connect()?);
        Ok(speaker)
    }

    /// Returns the name of the device, or what it was asked for by while it is lost.
    #[must_use]
    pub fn name(&self) -> &str {
        self.link.as_ref().map_or(&self.label, |link| &link.name)
    }

    /// Returns how long after it was handed over a sample is heard, as the device estimates it.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.link.as_ref().map_or(Duration::ZERO, Link::latency)
    }

    /// Returns how many samples were missing when the device wanted them, since it was opened.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.link.as_ref().map_or(0, |link| link.tally.underruns.load(Ordering::Relaxed))
    }

    /// Plays `speech` until its last sample was heard, or until `stop` becomes true and then falls silent within 50 ms.
    /// Calls `on_first_sample` once the first sample was handed to the device.
    ///
    /// # Errors
    /// [`AudioError`] when the device is lost. The next speech opens it again.
    pub fn play_with(
        &mut self,
        speech: &Speech,
        stop: &AtomicBool,
        on_first_sample: &mut dyn FnMut(),
    ) -> Result<(), AudioError> {
        if speech.samples.is_empty() {
            return Ok(());
        }
        let mut only = Some(speech.clone());
        self.play_all(&mut || only.take().map_or(More::Over, More::Sound), stop, on_first_sample)
    }

    fn play_all(
        &mut self,
        more: &mut dyn FnMut() -> More,
        stop: &AtomicBool,
        on_first_sample: &mut dyn FnMut(),
    ) -> Result<(), AudioError> {
        if stop.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut link = match self.link.take() {
            Some(link) => link,
            None => self.connect()?,
        };
        link.play(more, stop, on_first_sample, &self.pause)?;
        self.link = Some(link);
        Ok(())
    }

    fn connect(&mut self) -> Result<Link, AudioError> {
        self.keeper.ask()?;
        let unanswered = || Err(device::lost(Way::Out, &self.label, "it does not open"));
        self.keeper.answer(OPENING).unwrap_or_else(unanswered)
    }
}

impl Player for Speaker {
    fn play(&mut self, speech: &Speech, stop: &AtomicBool) -> Result<(), AudioError> {
        self.play_with(speech, stop, &mut || ())
    }

    fn play_on(&mut self, more: &mut dyn FnMut() -> More, stop: &AtomicBool) -> Result<(), AudioError> {
        self.play_all(more, stop, &mut || ())
    }
}

impl Link {
    fn latency(&self) -> Duration {
        Duration::from_micros(self.tally.latency_us.load(Ordering::Relaxed)).min(LONGEST_LATENCY)
    }

    fn play(
        &mut self,
        more: &mut dyn FnMut() -> More,
        stop: &AtomicBool,
        on_first_sample: &mut dyn FnMut(),
        pause: &Pause,
    ) -> Result<(), AudioError> {
        let (mut samples, mut at, mut over) = (Vec::new(), 0, false);
        let mut rate = Rate { name: self.name.clone(), to_hz: self.rate_hz, from: None };
        let (mut progress, mut first) = (Progress::new(&self.tally), Some(on_first_sample));
        self.tally.hush.store(false, Ordering::Release);
        loop {
            if at == samples.len() && !over {
                samples.clear();
                at = 0;
                match more() {
                    More::Sound(speech) => rate.change(&speech, &mut samples)?,
                    More::Later => {}
                    More::Over => {
                        over = true;
                        rate.finish(&mut samples);
                    }
                }
            }
            let left = self.ring.push_partial_slice(&samples[at..]).1.len();
            progress.pushed += (samples.len() - at - left) as u64;
            at = samples.len() - left;
            // Where more is to come, a ring that runs empty is a gap as well.
            self.tally.speaking.store(progress.pushed > 0 && (left > 0 || !over), Ordering::Release);
            let played = self.tally.played.load(Ordering::Acquire) - progress.start;
            if played > 0
                && let Some(call) = first.take()
            {
                call();
            }
            if stop.load(Ordering::Acquire) {
                return self.fall_silent(&mut progress, pause);
            }
            if over && left == 0 && played >= progress.pushed {
                break;
            }
            self.check(&mut progress)?;
            pause.wait(LOOK);
        }
        // The last sample was handed over, and is yet to be heard.
        let heard = clock::now() + self.latency();
        while !stop.load(Ordering::Acquire) && clock::now() < heard {
            pause.wait(LOOK.min(heard.saturating_duration_since(clock::now())));
        }
        Ok(())
    }

    /// Throws away what waits in the ring, and waits until the callback did it.
    fn fall_silent(&mut self, progress: &mut Progress, pause: &Pause) -> Result<(), AudioError> {
        self.tally.speaking.store(false, Ordering::Release);
        self.tally.hush.store(true, Ordering::Release);
        while self.ring.slots() < self.ring.buffer().capacity() {
            self.check(progress)?;
            pause.wait(LOOK);
        }
        Ok(())
    }

    /// Fails when the device is gone or calls no more.
    fn check(&self, progress: &mut Progress) -> Result<(), AudioError> {
        let calls = self.tally.calls.load(Ordering::Acquire);
        if calls != progress.calls {
            (progress.calls, progress.called) = (calls, clock::now());
        }
        if self.tally.gone.load(Ordering::Acquire) {
            return Err(device::lost(Way::Out, &self.name, "it is gone"));
        }
        if progress.called.elapsed() >= STALL {
            return Err(device::lost(Way::Out, &self.name, "it stopped playing"));
        }
        Ok(())
    }
}

/// Brings sounds that belong together to the device's rate.
struct Rate {
    name: String,
    to_hz: u32,
    from: Option<(u32, Resampler)>,
}

impl Rate {
    fn change(&mut self, speech: &Speech, out: &mut Vec<f32>) -> Result<(), AudioError> {
        if self.from.as_ref().is_none_or(|(from_hz, _)| *from_hz != speech.rate_hz) {
            self.finish(out);
            let resampler = Resampler::new(speech.rate_hz, self.to_hz).map_err(|error| {
                let name = device::called(Way::Out, &self.name);
                AudioError::new(AudioErrorKind::Other, name, error.to_string(), "choose another speaker")
            })?;
            self.from = Some((speech.rate_hz, resampler));
        }
        if let Some((_, resampler)) = &mut self.from {
            for piece in speech.samples.chunks(PIECE) {
                resampler.push(piece, out);
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<f32>) {
        if let Some((_, mut resampler)) = self.from.take() {
            resampler.finish(out);
        }
    }
}

impl Progress {
    fn new(tally: &rt::OutputTally) -> Self {
        let (start, calls) = (tally.played.load(Ordering::Acquire), tally.calls.load(Ordering::Acquire));
        Self { start, pushed: 0, calls, called: clock::now() }
    }
}

/// Opens a playing stream that is fed from a ring.
fn stream(chosen: &Chosen) -> Result<(Stream, Link), cpal::Error> {
    let (rate_hz, channels) = (chosen.config.sample_rate, usize::from(chosen.config.channels));
    let (ring, mut consumer) = RingBuffer::new(rate_hz as usize * RING_SECONDS);
    let tally = Arc::new(rt::OutputTally::default());
    let (counted, told) = (Arc::clone(&tally), Arc::clone(&tally));
    let stream = chosen.device.build_output_stream_raw(
        chosen.config,
        chosen.format,
        move |data, info| {
            let times = info.timestamp();
            let latency = times.playback.saturating_duration_since(times.callback);
            counted.latency_us.store(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
            rt::output_any(data, channels, &mut consumer, &counted);
        },
        move |error| {
            told.gone.fetch_or(device::is_gone(&error), Ordering::AcqRel);
        },
        Some(OPENING),
    )?;
    stream.play()?;
    Ok((stream, Link { name: chosen.name.clone(), rate_hz, ring, tally }))
}
