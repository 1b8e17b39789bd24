//! `hotseat say`: a text in a voice of the interviewer, aloud or as a file. Keeps nothing and asks nothing.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::audio::Player;
use crate::audio::speaker::Speaker;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::wiring;
use crate::prompt;
use crate::tts::cache::write_wav;
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// Say a text aloud
#[derive(Debug, Args)]
pub struct SayArgs {
    /// The text, or `-` to read it from standard input
    text: String,
    /// The voice, such as `af_heart` or `bm_george`
    #[arg(long, value_name = "STYLE", default_value = "af_heart")]
    voice: String,
    /// The voice of this persona
    #[arg(long, value_name = "NAME", conflicts_with = "voice")]
    persona: Option<String>,
    /// Speed of speech: 1 is the voice's own
    #[arg(long, value_name = "0.5-2", default_value = "1", value_parser = speed)]
    speed: f32,
    /// Write the speech to this WAV file instead of playing it; `-` is standard output
    #[arg(short, long, value_name = "WAV")]
    output: Option<PathBuf>,
    #[command(flatten)]
    models: ModelsFlag,
    /// Write what was done as one JSON document to standard output
    #[arg(long)]
    json: bool,
}

fn speed(text: &str) -> Result<f32, String> {
    let speed: f32 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.5..=2.0).contains(&speed) { Ok(speed) } else { Err("it must be 0.5 to 2".into()) }
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    file: Option<String>,
    voice: &'a str,
    seconds: f64,
    load_s: f64,
    render_s: f64,
    real_time_factor: f64,
}

/// Says the text.
///
/// # Errors
/// [`Failure`] when there is nothing to say, a weight file is missing, or the file cannot be written.
pub fn run(arguments: &SayArgs, ui: &mut Ui) -> Outcome {
    let text = text(&arguments.text)?;
    // Whether there is a speaker is known before anything is rendered.
    let speaker = if arguments.output.is_none() { Some(Speaker::open(None)?) } else { None };
    let output = arguments.output.as_deref();
    if arguments.json && output == Some(Path::new("-")) {
        return Err(Failure::new("speech and JSON cannot both go to standard output").hint("name a file with `-o`"));
    }
    wiring::pronunciations().1.iter().for_each(|note| ui.warning(note));
    let begun = clock::now();
    let voice = voice(arguments)?;
    let mut kokoro = wiring::synthesizer(&arguments.models.weights()?)?;
    let load = begun.elapsed();
    let begun = clock::now();
    let speech = kokoro.synthesize(&text, &voice)?;
    let render = begun.elapsed();
    if speech.samples.is_empty() {
        return Err(Failure::new("there is nothing to say in that text").hint("give it words"));
    }
    report(arguments, &voice, &speech, load, render, ui);
    match (output, speaker) {
        (Some(output), _) => write(output, &speech),
        (None, Some(mut speaker)) => Ok(speaker.play(&speech, &AtomicBool::new(false))?),
        (None, None) => Ok(()),
    }
}

fn voice(arguments: &SayArgs) -> Result<Voice, Failure> {
    let Some(name) = &arguments.persona else {
        return Ok(Voice { style: arguments.voice.clone(), speed: arguments.speed });
    };
    let persona = prompt::persona(name).ok_or_else(|| {
        Failure::new(format!("there is no persona `{name}`"))
            .hint(format!("there are `{}`", prompt::persona_names().join("`, `")))
    })?;
    Ok(Voice { speed: persona.voice.speed * arguments.speed, ..persona.voice })
}

fn text(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| {
        Failure::new(format!("standard input cannot be read: {error}")).hint("give it text in UTF-8")
    })?;
    Ok(text)
}

fn write(output: &Path, speech: &Speech) -> Outcome {
    let failed = |why: String| {
        Failure::new(format!("`{}` cannot be written: {why}", output.display())).hint("choose another file with `-o`")
    };
    let mut wav = Cursor::new(Vec::new());
    write_wav(&mut wav, speech).map_err(|error| failed(error.to_string()))?;
    let written = if output == Path::new("-") {
        std::io::stdout().lock().write_all(wav.get_ref())
    } else {
        std::fs::write(output, wav.get_ref())
    };
    written.map_err(|error| failed(error.to_string()))
}

fn report(arguments: &SayArgs, voice: &Voice, speech: &Speech, load: Duration, render: Duration, ui: &mut Ui) {
    let seconds = speech.duration().as_secs_f64();
    let done = Done {
        file: arguments.output.as_ref().map(|path| path.display().to_string()),
        voice: &voice.style,
        seconds,
        load_s: load.as_secs_f64(),
        render_s: render.as_secs_f64(),
        real_time_factor: render.as_secs_f64() / seconds,
    };
    if arguments.json {
        ui.json(&done);
    }
    ui.status(&format!(
        "{:.1} s of speech in {:.1} s, {:.2} of real time; loaded in {:.1} s.",
        done.seconds, done.render_s, done.real_time_factor, done.load_s
    ));
}

impl From<TtsError> for Failure {
    fn from(error: TtsError) -> Self {
        let hint = match &error {
            TtsError::Load { .. } => "`hotseat models verify` checks the weights; `--models` names their folder",
            TtsError::Failed { .. } => "try a shorter or plainer text",
        };
        Self::new(error.to_string()).hint(hint)
    }
}
