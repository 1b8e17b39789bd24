//! `hotseat doctor`: what works here, and what to do about what does not.

mod language;

use clap::Args;
use serde::Serialize;

use crate::audio::mic::Microphone;
use crate::audio::speaker::Speaker;
use crate::bank::Bank;
use crate::cli::doctor::language::Served;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::{ModelsFlag, SttFlag};
use crate::cli::ui::Ui;
use crate::config::load;
use crate::engine::echo_test;
use crate::engine::hearing_speed::measure;
use crate::engine::wiring::{JUDGE, KOKORO, MEANING, MEANING_TOKENS, SILERO, SMART_TURN, WHISPER};
use crate::models::catalogue::Entry;
use crate::stt::cost::Cost;
use crate::turn::interruption::Duplex;

/// Say what works here and what to do about the rest
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    /// Measure again how fast this computer hears
    #[arg(long)]
    measure: bool,
    #[command(flatten)]
    stt: SttFlag,
    #[command(flatten)]
    language: LanguageFlags,
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
    /// Of a language model: its server.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Served>,
}

impl Finding {
    fn works(part: &'static str, what: impl Into<String>) -> Self {
        Self { part, health: Health::Works, what: what.into(), hint: None, server: None }
    }

    fn limited(part: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { part, health: Health::Limited, what: what.into(), hint: Some(hint.into()), server: None }
    }

    fn broken(part: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { part, health: Health::Broken, what: what.into(), hint: Some(hint.into()), server: None }
    }
}

/// Looks at every part.
///
/// # Errors
/// [`Failure`] when something is broken that an interview needs, after all findings were shown.
pub fn run(arguments: &DoctorArgs, ui: &mut Ui) -> Outcome {
    let mut findings =
        vec![microphone(), speaker(), echo(), weights(&arguments.models), hearing(arguments, ui), banks(), folder()];
    findings.extend(language::servers(&arguments.language, ui));
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

/// The speech model in use: whether it keeps up here, and which larger one would.
fn hearing(arguments: &DoctorArgs, ui: &mut Ui) -> Finding {
    let part = "speech to text";
    let found = arguments.models.weights().and_then(|weights| {
        let file = arguments.stt.file(&weights)?;
        // Without a home folder it is measured each time.
        let cache = load::folders().ok().map(|folders| folders.cache);
        let mut begin = || ui.status("Measuring how fast this computer hears; this takes some seconds, once.");
        let measured = measure(&weights, &file, cache.as_deref(), arguments.measure, &mut begin)?;
        Ok((weights, file, measured))
    });
    let (weights, file, measured) = match found {
        Ok(found) => found,
        Err(failure) => return Finding::broken(part, failure.message, failure.hints.join("; ")),
    };
    let models: Vec<&str> = weights.catalogue().speech_models().map(Entry::name).collect();
    let model = weights.catalogue().entry(&file).map_or(file.as_str(), Entry::name);
    let Some(cost) = measured.cost(model, model) else {
        return Finding::works(part, format!("{model}; its speed is not known"));
    };
    verdict(part, &cost, &measured.others(model, models.into_iter()))
}

fn verdict(part: &'static str, cost: &Cost, others: &[Cost]) -> Finding {
    let what = format!(
        "{}: {:.2} s of work for a second of speech, {:.1} s for the last 5 s of an answer",
        cost.model,
        cost.work,
        cost.wait.as_secs_f64()
    );
    let trouble = if cost.work < 1.0 { "it keeps up, but barely" } else { "it falls behind" };
    let get = |model: &str| format!("`hotseat models pull {model}`, then `--stt {model}`");
    let best = others.iter().rfind(|other| other.keeps_up());
    match (cost.keeps_up(), best) {
        (true, Some(better)) if better.work > cost.work => Finding {
            hint: Some(format!(
                "{} hears better and should keep up, with about {:.2} s (estimated from its size): {}",
                better.model,
                better.work,
                get(&better.model)
            )),
            ..Finding::works(part, what)
        },
        (true, _) => {
            let next = others.iter().find(|other| other.work > cost.work);
            let beyond = next.map_or_else(String::new, |next| {
                format!("; {} would need about {:.2} s (estimated from its size)", next.model, next.work)
            });
            Finding { hint: Some(format!("the largest that keeps up here{beyond}")), ..Finding::works(part, what) }
        }
        (false, Some(smaller)) => Finding::limited(
            part,
            format!("{what}: {trouble}"),
            format!("{} would keep up with ease, and hears less well: {}", smaller.model, get(&smaller.model)),
        ),
        (false, None) => Finding::limited(
            part,
            format!("{what}: {trouble}"),
            "no model keeps up with ease: words come late, and none is lost; close other programs and try `--measure`",
        ),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Finding, verdict};
    use crate::models::catalogue::{Catalogue, Entry};
    use crate::stt::cost::Measured;

    /// Returns what is said where 8 s of speech took that long to hear.
    fn said(model: &str, milliseconds: u64) -> String {
        let took = Duration::from_millis(milliseconds);
        let (sound, encoding) = (Duration::from_secs(8), took * 3 / 4);
        let measured = Measured { sound, positions: 576, encoding, decoding: took / 4 };
        let known = Catalogue::known();
        let others = measured.others(model, known.speech_models().map(Entry::name));
        let Finding { health, what, hint, .. } =
            verdict("speech to text", &measured.cost(model, model).unwrap(), &others);
        format!("{health:?}: {what}\n  {}", hint.unwrap_or_default())
    }

    #[test]
    fn the_largest_model_that_keeps_up_is_named_with_how_to_get_it() {
        let machines = [
            ("base-q8_0", 100),
            ("base-q8_0", 300),
            ("base-q8_0", 900),
            ("base-q8_0", 2_000),
            ("base-q8_0", 6_000),
            ("base-q8_0", 20_000),
            ("small.en-q8_0", 2_000),
            ("small.en-q8_0", 9_000),
        ];
        insta::assert_snapshot!(machines.map(|(model, took)| said(model, took)).join("\n"));
    }
}
