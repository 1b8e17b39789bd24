//! `hotseat bench turn`: who is cut off, and how long the silence before a reply is, on real speech and by simpler policies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::cli::bench::clips::{Clip, Condition, clips, frames, heard};
use crate::cli::bench::machine::{Machine, machine};
use crate::cli::bench::replies::{self, Replies};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::engine::wiring;
use crate::judge::figures::percentile;
use crate::models::Weights;
use crate::net::silero::Silero;
use crate::net::smart_turn::SmartTurn;
use crate::stt::Transcriber;
use crate::stt::whisper::{Whisper, default_threads};
use crate::turn::endpoint::{Patience, TurnEvent, TurnPolicy};
use crate::turn::habit::Habit;
use crate::turn::smooth::{Edge, Smoother};
use crate::turn::{TurnModel, VoiceDetector};
use crate::units::{AudioTime, FRAME_MS, FRAME_SAMPLES, Span};

/// Room behind every clip: longer than any policy waits.
const ROOM_S: f32 = 10.0;

/// What the turn model hears before the first speech, as in the ear.
const BEFORE_SPEECH_FRAMES: u64 = 500 / FRAME_MS;

/// What Pipecat 0.0.9x does: it asks the turn model once, after 0.2 s of silence, and ends after 3 s in any case.
const PIPECAT: Simple = Simple { ask_ms: 200, complete_ms: 200, longest_ms: 3_000 };

/// Measure who is cut off and how long a reply takes
#[derive(Debug, Args)]
pub(super) struct BenchTurn {
    /// Clips with a manifest.jsonl; each is one turn
    #[arg(long, value_name = "DIR", required_unless_present = "replies")]
    speech: Option<PathBuf>,
    /// Conduct an interview of so many questions at the pace of the clock, and measure how long replies take
    #[arg(long, value_name = "N")]
    replies: Option<usize>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

/// A policy that knows silence and, if it asks at all, the turn model's one answer.
#[expect(clippy::struct_field_names, reason = "units stand in the names of durations")]
#[derive(Clone, Copy, Debug)]
struct Simple {
    /// Silence at which the model is asked.
    ask_ms: u64,
    /// Silence that ends a turn that the model takes for complete.
    complete_ms: u64,
    /// Silence that ends any turn.
    longest_ms: u64,
}

/// How a turn went.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    CutOff,
    /// Silence between the end of speech and the decision, milliseconds.
    After(f64),
}

#[derive(Clone, Debug, Serialize)]
struct Row {
    way: String,
    turns: usize,
    cut_off: usize,
    cut_off_share: f64,
    dead_air_ms_p50: f64,
    dead_air_ms_p95: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<Policies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies: Option<Replies>,
}

#[derive(Debug, Serialize)]
struct Policies {
    turns: usize,
    inner_pauses: usize,
    rows: Vec<Row>,
    /// From the end of speech until the last words were known, in whole milliseconds, of turns that were not cut off.
    words_ms_p50: f64,
    words_ms_p95: f64,
}

/// A clip under a condition, and what the models make of it.
struct Turn<'m> {
    models: &'m mut Models,
    condition: Condition,
    sound: Vec<f32>,
    /// Voice probability a frame.
    voice: Vec<f32>,
    /// The frame after the last one with speech, by the clip as it was recorded.
    over: u64,
    asked: BTreeMap<(u64, u64), f32>,
    decoded: BTreeMap<(u64, u64), (String, Duration)>,
}

struct Models {
    silero: Silero,
    smart_turn: SmartTurn,
    whisper: Whisper,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the clip or the weight that cannot be used.
pub(super) fn run(arguments: &BenchTurn, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let policies = arguments.speech.as_deref().map(|speech| policies(speech, &weights, ui)).transpose()?;
    let replies = match arguments.replies {
        Some(count) => Some(replies::measure(count, arguments.language.found(ui)?, &weights)?),
        None => None,
    };
    let report = Report { machine: machine(), policies, replies };
    if arguments.json {
        ui.json(&report);
        return Ok(());
    }
    ui.data(&report.machine.to_string());
    if let Some(policies) = &report.policies {
        show(policies, ui);
    }
    if let Some(replies) = &report.replies {
        replies::show(replies, ui);
    }
    Ok(())
}

/// Runs every policy over the clips.
fn policies(speech: &Path, weights: &Weights, ui: &mut Ui) -> Result<Policies, Failure> {
    let refused = |error: crate::net::NetError| Failure::new(error.to_string());
    let mut models = Models {
        silero: Silero::load(&weights.path(wiring::SILERO)?).map_err(refused)?,
        smart_turn: SmartTurn::load(&weights.path(wiring::SMART_TURN)?).map_err(refused)?,
        whisper: Whisper::load(&weights.path(wiring::WHISPER)?, default_threads())
            .map_err(|error| Failure::new(error.to_string()))?,
    };
    let clips = clips(speech)?;
    let office = clips.iter().find(|clip| clip.kind == "noise").map(|clip| clip.samples.clone());
    let office = office.ok_or_else(|| Failure::new("the clips hold no noise to mix in"))?;
    let mut tally = Tally::default();
    for clip in clips.iter().filter(|clip| clip.is_speech()) {
        let over = speech_over(&clip.samples, &mut models.silero)?;
        for condition in Condition::ALL {
            let mut turn = Turn::of(clip, condition, &office, over, &mut models)?;
            tally.inner_pauses += turn.inner_pauses();
            measure(&mut turn, &mut tally)?;
        }
        if ui.is_interactive() {
            ui.status(&format!("{} …", clip.name));
        }
    }
    Ok(tally.report())
}

/// Runs every policy over a turn.
fn measure(turn: &mut Turn<'_>, tally: &mut Tally) -> Result<(), Failure> {
    for ms in [600, 800, 1_000, 1_200, 1_400, 1_600, 1_800] {
        let silence = Simple { ask_ms: u64::MAX, complete_ms: ms, longest_ms: ms };
        tally.add(format!("silence of {ms} ms"), turn.simple(silence));
    }
    for ms in [600, 800, 1_000, 1_200] {
        let smart = Simple { ask_ms: 300, complete_ms: ms, longest_ms: 2_300 };
        tally.add(format!("smart-turn, {ms} ms or 2300 ms"), turn.simple(smart));
    }
    tally.add("pipecat's policy".into(), turn.simple(PIPECAT));
    for ms in [600, 700, 800, 900, 1_000, 1_200] {
        let patience = Patience { pause_complete: Duration::from_millis(ms), ..Patience::default() };
        tally.add(format!("hotseat, {ms} ms at least"), turn.ours(patience)?.0);
    }
    let (end, words_ms) = turn.ours(Patience::default())?;
    tally.add("hotseat".into(), end);
    tally.add(format!("hotseat, {:?}", turn.condition).to_lowercase(), end);
    tally.words_ms.extend(words_ms.filter(|_| end != End::CutOff));
    Ok(())
}

/// Returns the frame after the last one with speech.
fn speech_over(samples: &[f32], silero: &mut Silero) -> Result<u64, Failure> {
    silero.reset();
    let mut smoother = Smoother::default();
    for frame in frames(&heard(samples, Condition::Quiet, &[], 1.0)?) {
        smoother.step(silero.probability(&frame));
    }
    Ok(smoother.last_voiced().map_or(0, |last| last + 1))
}

impl<'m> Turn<'m> {
    fn of(
        clip: &Clip,
        condition: Condition,
        office: &[f32],
        over: u64,
        models: &'m mut Models,
    ) -> Result<Self, Failure> {
        let sound = heard(&clip.samples, condition, office, ROOM_S)?;
        models.silero.reset();
        let voice = frames(&sound).iter().map(|frame| models.silero.probability(frame)).collect();
        Ok(Self { models, condition, sound, voice, over, asked: BTreeMap::new(), decoded: BTreeMap::new() })
    }

    fn samples(&self, from: u64, to: u64) -> std::ops::Range<usize> {
        let index = |frame: u64| (frame as usize * FRAME_SAMPLES).min(self.sound.len());
        index(from)..index(to)
    }

    /// What the turn model says after frame `at` of a turn whose speech began with frame `first`.
    fn complete(&mut self, first: u64, at: u64) -> f32 {
        let range = self.samples(first.saturating_sub(BEFORE_SPEECH_FRAMES), at + 1);
        let (models, sound) = (&mut *self.models, &self.sound[range]);
        *self.asked.entry((first, at)).or_insert_with(|| models.smart_turn.complete(sound))
    }

    /// The words of a stretch and how long the recogniser took.
    fn words(&mut self, span: Span) -> Result<(String, Duration), Failure> {
        let key = (span.start.as_samples(), span.end.as_samples());
        if let Some(known) = self.decoded.get(&key) {
            return Ok(known.clone());
        }
        let range = key.0 as usize..(key.1 as usize).min(self.sound.len());
        let heard = self.models.whisper.transcribe(&self.sound[range], &[]);
        let heard = heard.map_err(|error| Failure::new(error.to_string()))?;
        let text = heard.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        self.decoded.insert(key, (text.clone(), heard.took));
        Ok((text, heard.took))
    }

    fn inner_pauses(&self) -> usize {
        let mut smoother = Smoother::default();
        let mut count = 0;
        for voice in &self.voice {
            let last = smoother.last_voiced();
            if let (Some(Edge::Onset { first }), Some(last)) = (smoother.step(*voice), last) {
                count += usize::from((first - last - 1) * FRAME_MS >= 300 && first < self.over);
            }
        }
        count
    }

    fn end(&self, decided: u64) -> End {
        // A word that the clean clip ends with may be below the detector's threshold here.
        const SLACK: u64 = 6;
        if decided + SLACK < self.over {
            return End::CutOff;
        }
        End::After((decided.saturating_sub(self.over) * FRAME_MS) as f64)
    }

    fn simple(&mut self, policy: Simple) -> End {
        let mut smoother = Smoother::default();
        let (mut began, mut complete) = (None, None);
        for frame in 0..self.voice.len() as u64 {
            if let Some(Edge::Onset { first }) = smoother.step(self.voice[frame as usize]) {
                began.get_or_insert(first);
                complete = None;
            }
            let Some(first) = began.filter(|_| !smoother.is_voiced()) else { continue };
            let quiet = smoother.quiet_frames() * FRAME_MS;
            if complete.is_none() && quiet >= policy.ask_ms {
                complete = Some(self.complete(first, frame) > 0.5);
            }
            let needed = if complete == Some(true) { policy.complete_ms } else { policy.longest_ms };
            if quiet >= needed {
                return self.end(frame);
            }
        }
        self.end(self.voice.len() as u64)
    }

    /// Runs our policy, with the recogniser's words as late as they were. Returns also how long after the end of speech the
    /// last of them were known.
    fn ours(&mut self, patience: Patience) -> Result<(End, Option<f64>), Failure> {
        let mut policy = TurnPolicy::new(patience, &Habit::default());
        let mut recogniser = Recogniser::default();
        for frame in 0..self.voice.len() as u64 {
            for (until, words) in recogniser.told(frame) {
                policy.heard(until, &words);
            }
            for event in policy.step(self.voice[frame as usize]) {
                match event {
                    TurnEvent::Ask { since } => {
                        let first = since.as_samples() / FRAME_SAMPLES as u64;
                        let complete = self.complete(first, frame);
                        policy.judged(complete);
                    }
                    TurnEvent::Ahead(span) => {
                        let (words, took) = self.words(span)?;
                        recogniser.ahead(frame, span, &words, took);
                    }
                    TurnEvent::Chunk(span) => {
                        let (words, took) = self.words(span)?;
                        recogniser.chunk(frame, span, &words, took);
                    }
                    TurnEvent::Ended { .. } => {
                        let known = recogniser.free_at.max(frame).saturating_sub(self.over) * FRAME_MS;
                        return Ok((self.end(frame), Some(known as f64)));
                    }
                    _ => {}
                }
            }
        }
        Ok((self.end(self.voice.len() as u64), None))
    }
}

/// When the one recogniser would have told what, on the clock of the sound.
#[derive(Default)]
struct Recogniser {
    /// The frame at which it is done with everything so far.
    free_at: u64,
    so_far: String,
    last: Option<Span>,
    waiting: Vec<(u64, AudioTime, String)>,
}

impl Recogniser {
    fn ahead(&mut self, frame: u64, span: Span, words: &str, took: Duration) {
        let told = self.work(frame, took);
        self.waiting.push((told, span.end, format!("{} {words}", self.so_far)));
        self.last = Some(span);
    }

    fn chunk(&mut self, frame: u64, span: Span, words: &str, took: Duration) {
        // What was done ahead and stayed so is not done again.
        let told = if self.last == Some(span) { self.free_at.max(frame) } else { self.work(frame, took) };
        self.so_far = format!("{} {words}", self.so_far);
        self.waiting.push((told, span.end, self.so_far.clone()));
    }

    fn work(&mut self, frame: u64, took: Duration) -> u64 {
        self.free_at = self.free_at.max(frame) + took.as_millis() as u64 / FRAME_MS + 1;
        self.free_at
    }

    fn told(&mut self, frame: u64) -> Vec<(AudioTime, String)> {
        let (told, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|(at, ..)| *at <= frame);
        self.waiting = waiting;
        let told: Vec<(u64, AudioTime, String)> = told;
        told.into_iter().map(|(_, until, words)| (until, words)).collect()
    }
}

#[derive(Default)]
struct Tally {
    ways: Vec<String>,
    ends: BTreeMap<String, Vec<End>>,
    inner_pauses: usize,
    words_ms: Vec<f64>,
}

impl Tally {
    fn add(&mut self, way: String, end: End) {
        if !self.ends.contains_key(&way) {
            self.ways.push(way.clone());
        }
        self.ends.entry(way).or_default().push(end);
    }

    fn report(&self) -> Policies {
        let rows: Vec<Row> = self.ways.iter().map(|way| row(way, &self.ends[way])).collect();
        Policies {
            turns: rows.first().map_or(0, |row| row.turns),
            inner_pauses: self.inner_pauses,
            rows,
            words_ms_p50: percentile(&self.words_ms, 0.5),
            words_ms_p95: percentile(&self.words_ms, 0.95),
        }
    }
}

fn row(way: &str, ends: &[End]) -> Row {
    let air: Vec<f64> = ends.iter().filter_map(|end| if let End::After(ms) = end { Some(*ms) } else { None }).collect();
    let cut_off = ends.len() - air.len();
    Row {
        way: way.into(),
        turns: ends.len(),
        cut_off,
        cut_off_share: cut_off as f64 / ends.len().max(1) as f64,
        dead_air_ms_p50: percentile(&air, 0.5),
        dead_air_ms_p95: percentile(&air, 0.95),
    }
}

fn show(report: &Policies, ui: &mut Ui) {
    ui.data(&format!("{} turns, {} pauses of 0.3 s and more within them", report.turns, report.inner_pauses));
    ui.data("policy                           cut off            dead air, p50   p95");
    for row in &report.rows {
        let (share, p50, p95) = (row.cut_off_share * 100.0, row.dead_air_ms_p50, row.dead_air_ms_p95);
        ui.data(&format!("{:<32} {:>3} ({share:>4.1} %)   {p50:>12.0} ms {p95:>5.0} ms", row.way, row.cut_off));
    }
    let (p50, p95) = (report.words_ms_p50, report.words_ms_p95);
    ui.data(&format!("the last words are known {p50:.0} ms after the end of speech (p50), {p95:.0} ms (p95)"));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{End, Recogniser, row};
    use crate::units::{AudioTime, Span};

    #[test]
    fn a_share_is_of_all_turns_and_dead_air_of_those_that_were_heard_out() {
        let row = row("any", &[End::CutOff, End::After(900.0), End::After(900.0), End::After(900.0)]);
        assert_eq!((row.turns, row.cut_off, row.cut_off_share, row.dead_air_ms_p50), (4, 1, 0.25, 900.0));
    }

    #[test]
    fn words_come_when_the_recogniser_is_done_and_once() {
        let mut recogniser = Recogniser::default();
        let span = Span::new(AudioTime::ZERO, AudioTime::from_ms(3_200));
        recogniser.ahead(100, span, "one two", Duration::from_millis(320));
        assert!(recogniser.told(110).is_empty());
        assert_eq!(recogniser.told(111), [(span.end, " one two".to_owned())]);
        recogniser.chunk(112, span, "one two", Duration::from_millis(320));
        assert_eq!(recogniser.told(112).len(), 1, "it was done ahead");
    }
}
