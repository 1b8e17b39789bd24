//! Reads sound files as 16 kHz mono, piece by piece, whatever their format. Goes by content, never by the file's ending.

use std::fs::File;
use std::io::{Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;

use crate::audio::header::{Header, RATES_HZ};
use crate::audio::{AudioError, AudioErrorKind};
use crate::dsp::resample::Resampler;
use crate::units::SAMPLE_RATE_HZ;

/// A sound file that is being read.
pub struct Decoder {
    name: String,
    reader: Box<dyn FormatReader>,
    codec: Box<dyn AudioDecoder>,
    track: u32,
    stream: Stream,
    /// Samples of a channel that the file says it has.
    stated_frames: Option<u64>,
    duration: Option<Duration>,
    notes: Vec<String>,
    /// The first piece, read when the file was opened.
    ahead: Option<Vec<f32>>,
    ended: bool,
}

/// The way from decoded samples to 16 kHz mono.
struct Stream {
    rate_hz: u32,
    resampler: Resampler,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    frames: u64,
    spoiled: u64,
    damaged: u64,
}

/// What a packet of the file gave.
enum Packet {
    Sound(Vec<f32>),
    /// The codec needs more packets first, or the packet was damaged.
    Nothing,
    End,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoder({})", self.name)
    }
}

impl Decoder {
    /// Opens a WAV, FLAC, MP3 or AIFF file and reads the beginning of its sound.
    ///
    /// # Errors
    /// [`AudioError`] names the file and says why it cannot be read: missing, a folder, empty, no sound file, damaged,
    /// without any sound.
    pub fn open(path: &Path) -> Result<Self, AudioError> {
        let name = path.display().to_string();
        let opened = contained(&name, || Self::open_unguarded(path, &name))?;
        let (mut decoder, first) = opened?;
        match first {
            Some(piece) => decoder.ahead = Some(piece),
            None => return Err(decoder.unreadable("it holds no sound")),
        }
        Ok(decoder)
    }

    fn open_unguarded(path: &Path, name: &str) -> Result<(Self, Option<Vec<f32>>), AudioError> {
        let (file, length) = open_file(path, name)?;
        let source = Source::of(file, length, name)?;
        let reader = source.reader.map_err(|error| unreadable(name, &why(&error)))?;
        let nothing = || unreadable(name, "it holds no sound that can be read");
        let track = reader.default_track(TrackType::Audio).ok_or_else(nothing)?;
        let parameters = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or_else(nothing)?;
        let rate_hz = parameters.sample_rate.unwrap_or(0);
        let codec = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(|error| unreadable(name, &why(&error)))?;
        let stated_frames = source.frames.or(track.num_frames);
        let mut decoder = Self {
            name: name.to_owned(),
            track: track.id,
            stream: Stream::new(rate_hz, name)?,
            duration: stated_frames.map(|frames| duration(frames, rate_hz)),
            stated_frames,
            reader,
            codec,
            notes: source.notes,
            ahead: None,
            ended: false,
        };
        let first = decoder.piece()?;
        Ok((decoder, first))
    }

    /// Returns the next piece of sound, 16 kHz mono in -1.0..=1.0, usually some 20 to 100 ms; none at the end.
    ///
    /// # Errors
    /// [`AudioError`] when the file cannot be read further. What is merely cut short or damaged at the end is no error:
    /// [`Decoder::note`] tells of it.
    pub fn read(&mut self) -> Result<Option<Vec<f32>>, AudioError> {
        if let Some(piece) = self.ahead.take() {
            return Ok(Some(piece));
        }
        let name = self.name.clone();
        contained(&name, || self.piece()).and_then(|piece| piece)
    }

    /// Returns how long the file says it is, if it does.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.duration
    }

    /// Returns what is odd about the file, in words, as far as it was read.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        (!self.notes.is_empty()).then(|| format!("{}: {}", self.name, self.notes.join("; ")))
    }

    fn piece(&mut self) -> Result<Option<Vec<f32>>, AudioError> {
        while !self.ended {
            match self.packet()? {
                Packet::Sound(piece) if !piece.is_empty() => return Ok(Some(within_full_scale(piece))),
                Packet::Sound(_) | Packet::Nothing => {}
                Packet::End => {
                    self.ended = true;
                    let rest = self.stream.finish();
                    self.take_stock()?;
                    return Ok((!rest.is_empty()).then(|| within_full_scale(rest)));
                }
            }
        }
        Ok(None)
    }

    fn packet(&mut self) -> Result<Packet, AudioError> {
        let packet = match self.reader.next_packet() {
            Ok(Some(packet)) if packet.track_id == self.track => packet,
            Ok(Some(_)) => return Ok(Packet::Nothing),
            Ok(None) => return Ok(Packet::End),
            Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Packet::End),
            Err(Error::IoError(error)) => return Err(self.unreadable(&error.to_string())),
            Err(error) if self.stream.frames == 0 => return Err(self.unreadable(&why(&error))),
            Err(_) => {
                self.notes.push("it is damaged, and the rest was not read".into());
                return Ok(Packet::End);
            }
        };
        match self.codec.decode(&packet) {
            Ok(sound) => {
                let spec = sound.spec();
                let (rate_hz, channels) = (spec.rate(), spec.channels().count());
                sound.copy_to_vec_interleaved(&mut self.stream.interleaved);
                self.stream.take(rate_hz, channels, &self.name).map(Packet::Sound)
            }
            // Time must hold, so what cannot be decoded becomes silence.
            Err(_) => Ok(Packet::Sound(self.stream.take_damaged(packet.dur.get()))),
        }
    }

    /// Says at the end what was wrong with the whole.
    fn take_stock(&mut self) -> Result<(), AudioError> {
        let Stream { frames, spoiled, damaged, rate_hz, .. } = self.stream;
        if frames > 0 && (spoiled == frames || damaged == frames) {
            return Err(self.unreadable("it is damaged throughout"));
        }
        let seconds = |frames: u64| duration(frames, rate_hz).as_secs_f64();
        // Encoders differ by a block or two in what they count, so less than a fifth of a second is no loss.
        let stated = self.stated_frames.unwrap_or(0);
        if stated.saturating_sub(frames) > u64::from(rate_hz / 5) {
            self.notes.push(format!("it ends after {:.1} s of {:.1} s", seconds(frames), seconds(stated)));
        }
        if damaged > 0 {
            self.notes.push(format!("{:.1} s are damaged and were taken as silence", seconds(damaged)));
        }
        if spoiled > 0 {
            self.notes.push(format!("{spoiled} of its samples are no numbers and were taken as silence"));
        }
        Ok(())
    }

    fn unreadable(&self, why: &str) -> AudioError {
        unreadable(&self.name, why)
    }
}

impl Stream {
    fn new(rate_hz: u32, name: &str) -> Result<Self, AudioError> {
        let resampler = Self::resampler(rate_hz, name)?;
        Ok(Self { rate_hz, resampler, interleaved: Vec::new(), mono: Vec::new(), frames: 0, spoiled: 0, damaged: 0 })
    }

    fn resampler(rate_hz: u32, name: &str) -> Result<Resampler, AudioError> {
        let absurd = || unreadable(name, &format!("it says {rate_hz} samples a second, which no recording has"));
        if !RATES_HZ.contains(&rate_hz) {
            return Err(absurd());
        }
        Resampler::new(rate_hz, SAMPLE_RATE_HZ).map_err(|_| absurd())
    }

    /// Turns the interleaved samples into 16 kHz mono.
    fn take(&mut self, rate_hz: u32, channels: usize, name: &str) -> Result<Vec<f32>, AudioError> {
        let mut out = Vec::new();
        if rate_hz != self.rate_hz {
            self.resampler.finish(&mut out);
            self.resampler = Self::resampler(rate_hz, name)?;
            self.rate_hz = rate_hz;
        }
        self.mono.clear();
        for frame in self.interleaved.chunks_exact(channels.max(1)) {
            let mean = frame.iter().sum::<f32>() / frame.len() as f32;
            self.spoiled += u64::from(!mean.is_finite());
            self.mono.push(if mean.is_finite() { mean.clamp(-1.0, 1.0) } else { 0.0 });
        }
        self.frames += self.mono.len() as u64;
        self.resampler.push(&self.mono, &mut out);
        Ok(out)
    }

    fn take_damaged(&mut self, frames: u64) -> Vec<f32> {
        // A packet holds at most 65,536 samples in any of the formats.
        let frames = frames.min(65_536);
        self.mono.clear();
        self.mono.resize(frames as usize, 0.0);
        self.frames += frames;
        self.damaged += frames;
        let mut out = Vec::new();
        self.resampler.push(&self.mono, &mut out);
        out
    }

    fn finish(&mut self) -> Vec<f32> {
        let mut out = Vec::new();
        self.resampler.finish(&mut out);
        out
    }
}

/// Cuts off what lies above full scale: resampling rounds the corners of sound that was cut off before.
fn within_full_scale(mut samples: Vec<f32>) -> Vec<f32> {
    for sample in &mut samples {
        *sample = sample.clamp(-1.0, 1.0);
    }
    samples
}

/// A file as its format's reader sees it.
struct Source {
    reader: Result<Box<dyn FormatReader>, Error>,
    frames: Option<u64>,
    notes: Vec<String>,
}

impl Source {
    fn of(mut file: File, length: u64, name: &str) -> Result<Self, AudioError> {
        let mut start = Vec::new();
        let read = file.by_ref().take(12).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|error| unreadable(name, &error.to_string()))?;
        let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let really = |kind: &str, endings: &[&str]| match &ending {
            Some(ending) if !endings.contains(&ending.as_str()) => vec![format!("it is really {kind} file")],
            _ => Vec::new(),
        };
        match &*start {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E']
            | [b'R', b'F', b'6', b'4', _, _, _, _, b'W', b'A', b'V', b'E'] => {
                Self::wave(file, length, name, really("a WAV", &["wav", "wave"]))
            }
            [b'R', b'I', b'F', b'F', ..] if start.len() < 12 => {
                Err(unreadable(name, "its header is cut off before the sound begins"))
            }
            [b'f', b'L', b'a', b'C', ..] => Ok(Self::probe(Box::new(file), really("a FLAC", &["flac"]))),
            [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C'] => {
                check_aiff(&mut file, name)?;
                Ok(Self::probe(Box::new(file), really("an AIFF", &["aiff", "aif", "aifc"])))
            }
            [b'I', b'D', b'3', ..] => Ok(Self::probe(Box::new(file), really("an MP3", &["mp3", "flac"]))),
            [0xff, second, ..] if second & 0xe0 == 0xe0 => {
                Ok(Self::probe(Box::new(file), really("an MP3", &["mp3", "mp2"])))
            }
            _ => Err(unreadable(name, "it is not a sound file")),
        }
    }

    fn wave(mut file: File, length: u64, name: &str, mut notes: Vec<String>) -> Result<Self, AudioError> {
        let header = Header::read(&mut file, length).map_err(|why| unreadable(name, &why))?;
        file.seek(SeekFrom::Start(header.start)).map_err(|error| unreadable(name, &error.to_string()))?;
        if header.bytes == 0 {
            return Err(unreadable(name, "it holds no sound"));
        }
        notes.extend(header.note.clone());
        let sound = file.take(header.bytes);
        if header.is_mp3() {
            return Ok(Self::probe(Box::new(ReadOnlySource::new(sound)), notes));
        }
        let source = ReadOnlySource::new(Cursor::new(header.clean()).chain(sound));
        Ok(Self { frames: header.frames(), ..Self::probe(Box::new(source), notes) })
    }

    fn probe(source: Box<dyn MediaSource>, notes: Vec<String>) -> Self {
        let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let (format, metadata) = (FormatOptions::default(), MetadataOptions::default());
        let reader = symphonia::default::get_probe().probe(&Hint::new(), stream, format, metadata);
        Self { reader, frames: None, notes }
    }
}

/// Refuses an AIFF file with absurd counts, which its reader would multiply until they overflow.
fn check_aiff(file: &mut File, name: &str) -> Result<(), AudioError> {
    let mut start = Vec::new();
    let read = file.by_ref().take(4_096).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
    read.map_err(|error| unreadable(name, &error.to_string()))?;
    let Some(at) = start.windows(4).position(|name| name == b"COMM") else { return Ok(()) };
    let word = |at: usize| start.get(at..at + 2).map_or(1, |bytes| u16::from_be_bytes([bytes[0], bytes[1]]));
    let (channels, bits) = (word(at + 8), word(at + 14));
    if channels > 26 || bits > 64 {
        return Err(unreadable(name, &format!("its header says {channels} channels of {bits} bits")));
    }
    Ok(())
}

fn open_file(path: &Path, name: &str) -> Result<(File, u64), AudioError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => {
            AudioError::new(AudioErrorKind::NotFound, name, "there is no such file", "check the path")
        }
        ErrorKind::PermissionDenied => {
            AudioError::new(AudioErrorKind::Denied, name, "it may not be read", "change its permissions")
        }
        _ => unreadable(name, &error.to_string()),
    };
    let about = std::fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return Err(AudioError::new(AudioErrorKind::Unreadable, name, "it is a folder", "name a sound file in it"));
    }
    if !about.is_file() {
        return Err(unreadable(name, "it is not a file"));
    }
    if about.len() == 0 {
        return Err(unreadable(name, "it is empty"));
    }
    Ok((File::open(path).map_err(failed)?, about.len()))
}

fn unreadable(name: &str, why: &str) -> AudioError {
    let hint = "use a WAV, FLAC, MP3 or AIFF file, or convert it, for example with `ffmpeg -i FILE -ar 16000 new.wav`";
    AudioError::new(AudioErrorKind::Unreadable, name, why, hint)
}

fn why(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => "it is cut off".into(),
        Error::IoError(error) => error.to_string(),
        Error::DecodeError(what) => format!("it is damaged ({what})"),
        Error::Unsupported(what) => format!("its format cannot be read ({what})"),
        other => format!("it cannot be read ({other})"),
    }
}

/// Runs `work` so that a panic within a codec, which hostile files can cause, is a file that cannot be read.
fn contained<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, AudioError> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| unreadable(name, "it is damaged in a way that its reader cannot bear"))
}

fn duration(frames: u64, rate_hz: u32) -> Duration {
    Duration::try_from_secs_f64(frames as f64 / f64::from(rate_hz.max(1))).unwrap_or_default()
}
