//! `hotseat doctor`: what works here, and what to do about what does not.

use clap::Args;
use serde::Serialize;

use crate::audio::mic::Microphone;
use crate::audio::speaker::Speaker;
use crate::bank::Bank;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::config::load;
use crate::engine::echo_test;
use crate::engine::wiring::{JUDGE, KOKORO, MEANING, MEANING_TOKENS, SILERO, SMART_TURN, WHISPER};
use crate::turn::interruption::Duplex;

/// Say what works here and what to do about the rest
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// How a part fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Health {
    /// It works.
    Works,
    /// Something goes without it.
    Limited,
    /// An interview needs it.
    Broken,
}

#[derive(Debug, Serialize)]
struct Finding {
    part: &'static str,
    health: Health,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Finding {
    fn works(part: &'static str, what: impl Into<String>) -> Self {
        Self { part, health: Health::Works, what: what.into(), hint: None }
    }

    fn limited(part: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { part, health: Health::Limited, what: what.into(), hint: Some(hint.into()) }
    }

    fn broken(part: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { part, health: Health::Broken, what: what.into(), hint: Some(hint.into()) }
    }
}

/// Looks at every part.
///
/// # Errors
/// [`Failure`] when something is broken that an interview needs, after all findings were shown.
pub fn run(arguments: &DoctorArgs, ui: &mut Ui) -> Outcome {
    let findings = [
        microphone(),
        speaker(),
        echo(),
        weights(&arguments.models),
        banks(),
        folder(),
        Finding::limited("language model", "none is used", "none is needed; everything works without one"),
    ];
    if arguments.json {
        ui.json(&findings);
    } else {
        for finding in &findings {
            let mark = match finding.health {
                Health::Works => "✔",
                Health::Limited => "–",
                Health::Broken => "✘",
            };
            ui.data(&format!("{mark} {:<15} {}", finding.part, finding.what));
            if let Some(hint) = &finding.hint {
                ui.data(&format!("  {:<15} {hint}", ""));
            }
        }
    }
    let broken: Vec<&str> = findings.iter().filter(|one| one.health == Health::Broken).map(|one| one.part).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!("an interview cannot be held yet: {}", broken.join(", "))))
    }
}

fn microphone() -> Finding {
    match Microphone::open(None) {
        Ok(microphone) => Finding::works("microphone", microphone.name().to_owned()),
        // Answers can be typed, so an interview is possible without one.
        Err(error) => Finding::limited(
            "microphone",
            error.to_string(),
            format!("{}; or type the answers: `hotseat practice --text`", error.hint),
        ),
    }
}

fn speaker() -> Finding {
    match Speaker::open(None) {
        Ok(speaker) => Finding::works("speaker", speaker.name().to_owned()),
        Err(error) => {
            Finding::limited("speaker", error.to_string(), format!("{}; without one, questions are shown", error.hint))
        }
    }
}

/// Plays a short sound and hears how much of it comes back.
fn echo() -> Finding {
    let (Ok(mut microphone), Ok(mut speaker)) = (Microphone::open(None), Speaker::open(None)) else {
        return Finding::limited("interrupting", "not tested", "it takes a microphone and a speaker");
    };
    let echo = match echo_test::run(&mut microphone, &mut speaker) {
        Ok(Some(echo)) => echo,
        Ok(None) => return Finding::limited("interrupting", "not tested: the microphone gives no sound", "unmute it"),
        Err(error) => return Finding::limited("interrupting", error.to_string(), error.hint),
    };
    if let Ok(folders) = load::folders() {
        // An interview without the result takes turns, which always works.
        let _kept = echo_test::remember(&folders.data, echo);
    }
    let heard = if echo.delay_ms.is_some() { "" } else { "at most " };
    let measured = format!("{heard}{:.0} dB of a test sound came back", echo.gain_db);
    match Duplex::suiting(echo.gain_db) {
        Duplex::Full { .. } => Finding::works("interrupting", format!("possible: {measured}")),
        _ => Finding::limited(
            "interrupting",
            format!("while the interviewer speaks you are not listened to: {measured}"),
            "with headphones you can interrupt; put them on and test again",
        ),
    }
}

fn weights(flag: &ModelsFlag) -> Finding {
    let needed = [WHISPER, SILERO, SMART_TURN, KOKORO, JUDGE, MEANING, MEANING_TOKENS];
    let checked = flag.weights().and_then(|weights| {
        for file in needed {
            weights.path(file)?;
        }
        Ok(weights)
    });
    match checked {
        Ok(weights) => Finding::works("weights", format!("{} files in {}", needed.len(), weights.folder().display())),
        Err(failure) => Finding::broken("weights", failure.message, failure.hints.join("; ")),
    }
}

fn banks() -> Finding {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for path in load::bank_files() {
        let shown = path.display().to_string();
        match std::fs::read_to_string(&path).map_err(|error| error.to_string()) {
            Ok(text) => match Bank::parse(&text, &shown) {
                Ok(bank) => good.push(bank.id.to_string()),
                Err(_) => bad.push(shown),
            },
            Err(_) => bad.push(shown),
        }
    }
    match (good.is_empty(), bad.is_empty()) {
        (false, true) => Finding::works("question banks", good.join(", ")),
        (false, false) => Finding::limited(
            "question banks",
            format!("{}; broken: {}", good.join(", "), bad.join(", ")),
            "`hotseat bank check FILE` says what is wrong",
        ),
        (true, _) => Finding::broken(
            "question banks",
            "there is none",
            "run Hotseat from its checkout, or put a bank into the `questions` folder of its data folder",
        ),
    }
}

fn folder() -> Finding {
    let folders = match load::folders() {
        Ok(folders) => folders,
        Err(error) => {
            return Finding::broken("sessions", error.to_string(), "set `HOTSEAT_HOME` to a folder that you can write");
        }
    };
    let writable = std::fs::create_dir_all(&folders.data).and_then(|()| tempfile::tempfile_in(&folders.data).map(drop));
    match writable {
        Ok(()) => Finding::works("sessions", format!("kept in {}", folders.data.join("sessions").display())),
        Err(error) => Finding::broken(
            "sessions",
            format!("`{}` cannot be written: {error}", folders.data.display()),
            "set `HOTSEAT_HOME` to a folder that you can write",
        ),
    }
}
