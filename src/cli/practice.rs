//! `hotseat practice`: the interview.

mod afterwards;
mod controls;
mod drill;
mod job;
mod plans;
mod resume;

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

use clap::Args;

use crate::bank::Level;
use crate::cli::compress;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::{ModelsFlag, SttFlag};
use crate::cli::plain::Plain;
use crate::cli::practice::controls::{Controls, Keyboard};
use crate::cli::practice::plans::Planning;
use crate::cli::screen::{Scene, Screen};
use crate::cli::speech_servers::{HearingServerFlags, SpeakingServerFlags};
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::engine::conduct::{Conductor, Incoming, Start};
use crate::engine::display::{Display, Update};
use crate::engine::waveforms;
use crate::engine::wiring::{self, Answers, Mouth, Wanted as WantedParts};
use crate::interview::effect::Ending;
use crate::interview::plan::{Plan, Wording};
use crate::models::Weights;
use crate::prompt::{self, Persona, Pressure};
use crate::review::report::Report;
use crate::session::record::{Opened, Source};
use crate::session::store::{Kept, Store};

/// Questions of the demo: one on design, one behavioural.
const DEMO_QUESTIONS: [&str; 2] = ["high-availability", "cost-optimisation"];

/// The bank that is taken when none is named.
const DEFAULT_BANK: &str = "infrastructure-architect";

/// Whether the interviewer may be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum BargeIn {
    /// Yes, also with loudspeakers.
    On,
    /// No.
    Off,
    /// Where little of the interviewer comes back through the microphone.
    Auto,
}

/// Rehearse an interview
#[derive(Debug, Args)]
pub struct PracticeArgs {
    /// The question bank: its id, or a file. infrastructure-architect, unless `--job` or `--due` chooses another
    #[arg(long, value_name = "BANK")]
    bank: Option<String>,
    /// Ask these questions, in this order
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    questions: Vec<String>,
    /// Ask so many questions
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// Fill so many minutes with questions; no new question is begun later
    #[arg(long, value_name = "M")]
    minutes: Option<f32>,
    /// Ask questions of this level, and of those beside it where it has too few
    #[arg(long, value_name = "LEVEL", value_parser = level, conflicts_with = "questions")]
    level: Option<Level>,
    /// Ask on these skills or competencies
    #[arg(long, value_name = "SKILL,…", value_delimiter = ',', conflicts_with = "questions")]
    focus: Vec<String>,
    /// Ask first what is due for a repetition, and tell what that is
    #[arg(long, conflicts_with = "questions")]
    due: bool,
    /// Ask what this job description asks for: text, Markdown or PDF
    #[arg(long, value_name = "FILE", conflicts_with = "questions")]
    job: Option<PathBuf>,
    /// Show what would be asked and why, and ask nothing
    #[arg(long)]
    plan_only: bool,
    /// Repeat this question until the answer is strong, and compare the attempts
    #[arg(long, value_name = "ID", conflicts_with_all = ["questions", "count", "level", "focus", "due", "job"])]
    drill: Option<String>,
    /// Repeat it so many times at most
    #[arg(long, value_name = "N", requires = "drill", value_parser = attempts)]
    attempts: Option<usize>,
    /// Repeat it until so much of the rubric is covered, instead of until band 4
    #[arg(long, value_name = "PERCENT", requires = "drill", value_parser = clap::value_parser!(u8).range(1..=100))]
    until_coverage: Option<u8>,
    /// Go on with an interview that broke off: the last one, or the one named
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = resume::LAST, conflicts_with_all = [
        "bank", "questions", "count", "minutes", "level", "focus", "due", "job", "plan_only", "drill", "pressure", "persona", "seed",
        "demo",
    ])]
    resume: Option<String>,
    /// Begin anew, and do not ask about an interview that broke off
    #[arg(long, conflicts_with = "resume")]
    new: bool,
    /// Limits and manners: calm, standard, tough, panel, one-way, rapid-fire, silent-treatment
    #[arg(long, value_name = "NAME", default_value = "standard")]
    pressure: String,
    /// Who asks; with a panel, who leads it
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// The microphone, by a part of its name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["candidate", "text"])]
    mic: Option<String>,
    /// The speaker, by a part of its name
    #[arg(long, value_name = "NAME", conflicts_with = "no_voice")]
    speaker: Option<String>,
    /// Whether the interviewer may be interrupted; `auto` follows the test of the echo in `hotseat doctor`
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    barge_in: BargeIn,
    /// Take the answers from a folder of recordings, or from a candidate's script
    #[arg(long, value_name = "DIR|FILE", conflicts_with = "text")]
    candidate: Option<PathBuf>,
    /// Play a prepared candidate at the pace of the clock, also where nobody listens
    #[arg(long, requires = "candidate")]
    real_time: bool,
    /// Type the answers
    #[arg(long)]
    text: bool,
    /// Show the interviewer's lines and do not speak them
    #[arg(long)]
    no_voice: bool,
    /// Write the report as one JSON document to stdout
    #[arg(long)]
    json: bool,
    /// Show plain lines, not a full screen
    #[arg(long)]
    plain: bool,
    /// Keep the recordings as FLAC, at half their size and without loss
    #[arg(long)]
    keep_flac: bool,
    /// Repeat the same choice of questions and lines
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Watch a simulated candidate being interviewed
    #[arg(long, conflicts_with_all = ["candidate", "mic", "text", "questions", "level", "focus", "due", "job", "drill"])]
    demo: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    speaking_server: SpeakingServerFlags,
    #[command(flatten)]
    stt: SttFlag,
    #[command(flatten)]
    hearing_server: HearingServerFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

fn level(text: &str) -> Result<Level, String> {
    let levels = [Level::Junior, Level::Mid, Level::Senior, Level::Principal];
    let found = levels.into_iter().find(|level| level.name() == text);
    found.ok_or_else(|| format!("it is one of {}", levels.map(Level::name).join(", ")))
}

fn attempts(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|attempts| *attempts > 0).ok_or_else(|| "it is a number from 1 on".into())
}

/// Runs the interview.
///
/// # Errors
/// [`Failure`] says what is missing and what to do.
pub fn run(mut arguments: PracticeArgs, ui: &mut Ui) -> Outcome {
    if arguments.demo {
        arguments.questions = DEMO_QUESTIONS.iter().map(ToString::to_string).collect();
        arguments.candidate = Some(wiring::demo_candidate().ok_or_else(|| {
            Failure::new("the demo's candidate is not there")
                .hint("run it from a checkout of Hotseat, with `make demo`")
        })?);
    }
    if let Some(id) = resume::wanted(&arguments, ui)? {
        return resume::run(&arguments, &id, ui);
    }
    let planning = plans::planning(&arguments, ui)?;
    plans::tell(&planning, ui);
    if arguments.plan_only || planning.chosen.is_empty() {
        if arguments.json || !planning.chosen.is_empty() {
            plans::show(&planning, arguments.json, ui);
        }
        return Ok(());
    }
    let plan = make_plan(&arguments, planning, ui)?;
    let mut controls = Controls::new(keyboard(&arguments, ui));
    if arguments.drill.is_some() {
        return drill::run(&arguments, &plan, &mut controls, ui);
    }
    let kept = interview(&arguments, &plan, &mut controls, ui)?;
    finish(&arguments, &kept, ui);
    Ok(())
}

/// Conducts one interview from its beginning.
fn interview(arguments: &PracticeArgs, plan: &Plan, controls: &mut Controls, ui: &mut Ui) -> Result<Kept, Failure> {
    let begun = || Ok(begin(plan, answers(arguments).source())?.into());
    conduct(arguments, plan, begun, controls, ui)
}

/// Conducts one interview. `start` is called once all parts are there, so that nothing is kept where one is missing.
fn conduct(
    arguments: &PracticeArgs,
    plan: &Plan,
    start: impl FnOnce() -> Result<Start, Failure>,
    controls: &mut Controls,
    ui: &mut Ui,
) -> Result<Kept, Failure> {
    let (out, inbox) = channel();
    let wired = parts(arguments, plan, &out, ui)?;
    let start = start()?;
    if !arguments.json {
        ui.status(&format!("Kept in {}", start.folder().display()));
    }
    controls.aim(&out);
    let mut display = display(plan, controls, ui)?;
    let mut conductor = Conductor::new(start, wired.parts, display.as_mut());
    for note in &wired.notes {
        conductor.note(note)?;
    }
    let mut kept = conductor.run(&inbox)?;
    drop(display);
    afterwards::ask(arguments, &mut kept, controls, ui)?;
    if arguments.keep_flac {
        compress::after(&kept, ui);
    }
    // A page draws them at once that way.
    drop(waveforms::of(kept.folder(), kept.session()));
    Ok(kept)
}

fn parts(arguments: &PracticeArgs, plan: &Plan, out: &Sender<Incoming>, ui: &mut Ui) -> Result<wiring::Wired, Failure> {
    let weights = arguments.models.weights()?;
    let wired = wiring::parts(
        WantedParts {
            answers: answers(arguments),
            bank: plan.bank.clone(),
            mouth: mouth(arguments),
            voice_cache: folders()?.cache.join("voice"),
            real_time: arguments.real_time,
            barge_in: match arguments.barge_in {
                BargeIn::On => Some(true),
                BargeIn::Off => Some(false),
                BargeIn::Auto => None,
            },
            stt: speech_model(arguments, &weights)?,
            hears_at: if arguments.text { None } else { arguments.hearing_server.hears(&arguments.stt, ui)? },
            speaks_at: arguments.speaking_server.speaks(ui)?,
            language: arguments.language.model(ui)?,
            weights,
        },
        out,
    )?;
    Ok(wired)
}

/// Returns the file of the speech model. Whoever types is not listened to.
fn speech_model(arguments: &PracticeArgs, weights: &Weights) -> Result<String, Failure> {
    if arguments.text { Ok(wiring::WHISPER.into()) } else { arguments.stt.file(weights) }
}

fn mouth(arguments: &PracticeArgs) -> Mouth {
    if arguments.no_voice { Mouth::InText } else { Mouth::Speaker(arguments.speaker.clone()) }
}

fn keyboard(arguments: &PracticeArgs, ui: &Ui) -> Keyboard {
    match (arguments.text, ui.is_interactive(), arguments.plain || arguments.json) {
        (true, _, _) => Keyboard::Answers,
        (false, false, _) => Keyboard::Unread,
        (false, true, true) => Keyboard::Lines,
        (false, true, false) => Keyboard::Keys,
    }
}

fn make_plan(arguments: &PracticeArgs, planning: Planning, ui: &mut Ui) -> Result<Plan, Failure> {
    let pressure = prompt::pressure(&arguments.pressure).ok_or_else(|| {
        Failure::new(format!("there is no pressure `{}`", arguments.pressure))
            .hint(format!("there are `{}`", prompt::pressure_names().join("`, `")))
    })?;
    let (persona, panel) = who_asks(arguments.persona.as_deref(), &pressure)?;
    let (questions, bank) = (planning.questions(), planning.bank);
    // Whoever asks for certain questions wants these.
    let may_change = !arguments.wants_certain_questions();
    let left = bank.questions.iter().map(|question| &question.id).filter(|id| !questions.contains(id));
    let reserve = if may_change { left.cloned().collect() } else { Vec::new() };
    Ok(Plan {
        bank,
        questions,
        reserve,
        persona,
        panel,
        pressure,
        minutes: arguments.minutes,
        wording: wording(arguments, ui)?,
    })
}

/// Returns which language model words follow-ups, and how long it is waited for.
fn wording(arguments: &PracticeArgs, ui: &mut Ui) -> Result<Option<Wording>, Failure> {
    let Some(found) = arguments.language.found(ui)? else { return Ok(None) };
    let by = found.name.clone();
    if !arguments.text && !arguments.no_voice {
        return Ok(Some(Wording::aloud(by)));
    }
    let in_text = Wording::in_text(by);
    let wait = arguments.language.wait().map_or(in_text.begins_within_ms, |wait| wait.as_millis() as u64);
    let begins_within_ms = in_text.begins_within_ms.min(wait);
    Ok(Some(Wording { begins_within_ms, ends_within_ms: in_text.ends_within_ms.min(wait), ..in_text }))
}

impl PracticeArgs {
    fn wants_certain_questions(&self) -> bool {
        let chosen =
            !self.questions.is_empty() || self.drill.is_some() || self.level.is_some() || !self.focus.is_empty();
        chosen || self.due || self.job.is_some()
    }
}

/// Returns who leads and who else asks. Whoever is named leads, in place of the one who leads the panel.
fn who_asks(named: Option<&str>, pressure: &Pressure) -> Result<(Persona, Vec<Persona>), Failure> {
    let by_name = |name: &str| {
        prompt::persona(name).ok_or_else(|| {
            Failure::new(format!("there is no persona `{name}`"))
                .hint(format!("there are `{}`", prompt::persona_names().join("`, `")))
        })
    };
    let (leads, others) = match pressure.panel.split_first() {
        Some((first, others)) => (first.as_str(), others),
        None => (prompt::DEFAULT_PERSONA, &[][..]),
    };
    let leads = named.unwrap_or(leads);
    let others = others.iter().filter(|other| *other != leads).map(|other| by_name(other));
    Ok((by_name(leads)?, others.collect::<Result<_, _>>()?))
}

fn answers(arguments: &PracticeArgs) -> Answers {
    match &arguments.candidate {
        Some(path) if path.is_dir() || path.extension().is_none_or(|ending| ending != "toml") => {
            Answers::Folder(path.clone())
        }
        Some(path) => Answers::Script(path.clone()),
        None if arguments.text => Answers::Typed,
        None => Answers::Microphone(arguments.mic.clone()),
    }
}

fn begin(plan: &Plan, source: Source) -> Result<Kept, Failure> {
    let started = clock::date();
    let opened = Opened {
        id: format!("{}-{}", clock::local_name(started), plan.bank.id),
        started,
        hotseat: env!("CARGO_PKG_VERSION").into(),
        source,
        plan: plan.clone(),
    };
    Ok(Store::new(&folders()?.data).begin(opened)?)
}

fn display<'d>(plan: &Plan, controls: &'d mut Controls, ui: &'d mut Ui) -> Result<Box<dyn Display + 'd>, Failure> {
    Ok(match controls.keyboard() {
        Keyboard::Keys => {
            let scene = Scene::new(&plan.persona.name, &plan.bank.title);
            let screen = Screen::open(scene)
                .map_err(|error| Failure::new(format!("the terminal cannot be used: {error}")).hint("try `--plain`"))?;
            controls.watch_keys();
            Box::new(screen)
        }
        Keyboard::Answers => Box::new(Typing { plain: Plain::new(ui, true), controls }),
        Keyboard::Lines | Keyboard::Unread => Box::new(Plain::new(ui, false)),
    })
}

/// Plain lines for somebody who types: an answer is read when the candidate has the floor.
struct Typing<'t, 'u> {
    plain: Plain<'u>,
    controls: &'t Controls,
}

impl Display for Typing<'_, '_> {
    fn show(&mut self, update: &Update<'_>) {
        self.plain.show(update);
        if matches!(update, Update::Listening { .. }) {
            self.controls.want_answer();
        }
    }
}

fn finish(arguments: &PracticeArgs, kept: &Kept, ui: &mut Ui) {
    let session = kept.session();
    let report = Report::beside(session, &kept.earlier());
    if arguments.json {
        ui.json(&report);
        return;
    }
    ui.status("");
    ui.status(report.feedback.shown());
    if session.ending == Some(Ending::Stopped) {
        ui.status("Stopped. Everything said up to here is kept.");
    }
    ui.status(&format!("The report: {}", kept.folder().join("report.md").display()));
}
