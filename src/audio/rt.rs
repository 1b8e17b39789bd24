//! The two real-time callbacks. They move samples and count; they never allocate, lock, log, wait or touch a file.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cpal::{Data, FromSample, I24, Sample, SampleFormat, U24};
use rtrb::{Consumer, Producer};

/// What the input callback counts.
#[derive(Debug, Default)]
pub struct InputTally {
    /// Calls so far. That it grows shows that the device lives.
    pub calls: AtomicU64,
    /// Samples that found the ring full and were lost.
    pub dropped: AtomicU64,
    /// Set when the system says that the device is gone. It often says nothing.
    pub gone: AtomicBool,
}

/// What the output callback counts, and what it is told.
#[derive(Debug, Default)]
pub struct OutputTally {
    /// Calls so far. That it grows shows that the device lives.
    pub calls: AtomicU64,
    /// Samples of a channel that were taken from the ring and handed to the device.
    pub played: AtomicU64,
    /// Samples that should have been there and were not, so that silence was played.
    pub underruns: AtomicU64,
    /// From handing a sample over until it is heard, microseconds, as the device estimates it.
    pub latency_us: AtomicU64,
    /// Set while speech is being played: an empty ring is an underrun only then.
    pub speaking: AtomicBool,
    /// Set to throw away what is in the ring and be silent.
    pub hush: AtomicBool,
    /// Set when the system says that the device is gone. It often says nothing.
    pub gone: AtomicBool,
}

/// Moves what a microphone gave into the ring, its channels mixed to one.
pub fn input<T: Sample>(data: &[T], channels: usize, ring: &mut Producer<f32>, tally: &InputTally)
where
    f32: FromSample<T>,
{
    let mut dropped = 0;
    for frame in data.chunks_exact(channels.max(1)) {
        let sum: f32 = frame.iter().map(|sample| sample.to_sample::<f32>()).sum();
        dropped += u64::from(ring.push(sum / frame.len() as f32).is_err());
    }
    tally.dropped.fetch_add(dropped, Ordering::Relaxed);
    tally.calls.fetch_add(1, Ordering::Release);
}

/// Moves what is in the ring to a speaker, the same on each channel, and silence behind it.
pub fn output<T: Sample + FromSample<f32>>(
    data: &mut [T],
    channels: usize,
    ring: &mut Consumer<f32>,
    tally: &OutputTally,
) {
    let hush = tally.hush.load(Ordering::Acquire);
    if hush {
        while ring.pop().is_ok() {}
    }
    let (mut played, mut missing) = (0, 0);
    for frame in data.chunks_mut(channels.max(1)) {
        let sample = ring.pop().ok();
        played += u64::from(sample.is_some());
        missing += u64::from(sample.is_none());
        frame.fill(T::from_sample(sample.unwrap_or(0.0)));
    }
    if !hush && tally.speaking.load(Ordering::Acquire) {
        tally.underruns.fetch_add(missing, Ordering::Relaxed);
    }
    tally.played.fetch_add(played, Ordering::Release);
    tally.calls.fetch_add(1, Ordering::Release);
}

/// Calls `$then` with the samples of `$data` in their own type. A format that is not listed was refused on opening.
macro_rules! typed {
    ($data:expr, $slice:ident, $then:expr) => {
        match $data.sample_format() {
            SampleFormat::F32 => $data.$slice::<f32>().map($then),
            SampleFormat::F64 => $data.$slice::<f64>().map($then),
            SampleFormat::I8 => $data.$slice::<i8>().map($then),
            SampleFormat::I16 => $data.$slice::<i16>().map($then),
            SampleFormat::I24 => $data.$slice::<I24>().map($then),
            SampleFormat::I32 => $data.$slice::<i32>().map($then),
            SampleFormat::I64 => $data.$slice::<i64>().map($then),
            SampleFormat::U8 => $data.$slice::<u8>().map($then),
            SampleFormat::U16 => $data.$slice::<u16>().map($then),
            SampleFormat::U24 => $data.$slice::<U24>().map($then),
            SampleFormat::U32 => $data.$slice::<u32>().map($then),
            SampleFormat::U64 => $data.$slice::<u64>().map($then),
            _ => None,
        }
    };
}

/// Returns whether the callbacks know a format: all but the one-bit streams of DSD.
#[must_use]
pub fn knows(format: SampleFormat) -> bool {
    format.is_int() || format.is_uint() || format.is_float()
}

/// Does [`input`] for data in any known format.
pub fn input_any(data: &Data, channels: usize, ring: &mut Producer<f32>, tally: &InputTally) {
    typed!(data, as_slice, |samples| input(samples, channels, ring, tally)).unwrap_or_default();
}

/// Does [`output`] for data in any known format.
pub fn output_any(data: &mut Data, channels: usize, ring: &mut Consumer<f32>, tally: &OutputTally) {
    typed!(data, as_slice_mut, |samples| output(samples, channels, ring, tally)).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use cpal::I24;
    use rtrb::RingBuffer;

    use super::{InputTally, OutputTally, input, output};

    fn taken<T: cpal::Sample>(data: &[T], channels: usize) -> Vec<f32>
    where
        f32: cpal::FromSample<T>,
    {
        let (mut producer, mut consumer) = RingBuffer::new(16);
        input(data, channels, &mut producer, &InputTally::default());
        std::iter::from_fn(|| consumer.pop().ok()).collect()
    }

    #[test]
    fn every_format_is_mixed_to_one_channel_of_the_same_level() {
        assert_eq!(taken(&[0.5_f32, -0.5, 1.0, 0.0], 2), [0.0, 0.5]);
        assert_eq!(taken(&[0.25_f64, -1.0], 1), [0.25, -1.0]);
        assert_eq!(taken(&[i16::MIN, 0, 16_384], 1), [-1.0, 0.0, 0.5]);
        assert_eq!(taken(&[I24::new(-8_388_608).unwrap(), I24::new(4_194_304).unwrap()], 1), [-1.0, 0.5]);
        assert_eq!(taken(&[i32::MIN, 1 << 30], 1), [-1.0, 0.5]);
        assert_eq!(taken(&[0_u8, 128, 192], 1), [-1.0, 0.0, 0.5]);
        assert_eq!(taken(&[0_u16, 32_768, 49_152], 1), [-1.0, 0.0, 0.5]);
        assert_eq!(taken(&[0.8_f32, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 8), [0.1]);
    }

    #[test]
    fn a_full_ring_drops_the_newest_samples_and_counts_them() {
        let (mut producer, mut consumer) = RingBuffer::new(4);
        let tally = InputTally::default();
        input(&[0.1_f32, 0.2, 0.3], 1, &mut producer, &tally);
        input(&[0.4_f32, 0.5, 0.6], 1, &mut producer, &tally);
        assert_eq!((tally.calls.load(Relaxed), tally.dropped.load(Relaxed)), (2, 2));
        let kept: Vec<f32> = std::iter::from_fn(|| consumer.pop().ok()).collect();
        assert_eq!(kept, [0.1, 0.2, 0.3, 0.4]);
    }

    #[test]
    fn a_speaker_gets_each_sample_on_every_channel_and_then_silence() {
        let (mut producer, mut consumer) = RingBuffer::new(8);
        let tally = OutputTally::default();
        for sample in [0.5, -0.5] {
            producer.push(sample).unwrap();
        }
        let mut data = [9_i16; 6];
        output(&mut data, 2, &mut consumer, &tally);
        assert_eq!(data, [16_384, 16_384, -16_384, -16_384, 0, 0]);
        assert_eq!((tally.played.load(Relaxed), tally.underruns.load(Relaxed)), (2, 0), "nothing was expected");
        let mut data = [9_u8; 2];
        tally.speaking.store(true, Relaxed);
        output(&mut data, 1, &mut consumer, &tally);
        assert_eq!((data, tally.underruns.load(Relaxed)), ([128, 128], 2));
    }

    #[test]
    fn a_hushed_speaker_is_silent_at_once() {
        let (mut producer, mut consumer) = RingBuffer::new(8);
        let tally = OutputTally::default();
        tally.hush.store(true, Relaxed);
        producer.push(0.5).unwrap();
        let mut data = [9.0_f32; 2];
        output(&mut data, 1, &mut consumer, &tally);
        assert_eq!((data, tally.played.load(Relaxed), producer.slots()), ([0.0, 0.0], 0, 8));
    }
}
