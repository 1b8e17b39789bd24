//! `hotseat practice`: the interview.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use clap::Args;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::bank::Bank;
use crate::bank::plan::{Wanted, plan};
use crate::cli::bank::load_bank;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::{ModelsFlag, SttFlag};
use crate::cli::plain::Plain;
use crate::cli::screen::{Scene, Screen};
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::engine::conduct::{Conductor, Incoming};
use crate::engine::display::Display;
use crate::engine::wiring::{self, Answers, Mouth, Wanted as WantedParts};
use crate::ids::QuestionId;
use crate::interview::effect::Ending;
use crate::interview::event::Command;
use crate::interview::plan::Plan;
use crate::prompt;
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
    /// The question bank: its id, or a file
    #[arg(long, value_name = "BANK", default_value = DEFAULT_BANK)]
    bank: String,
    /// Ask these questions, in this order
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    questions: Vec<String>,
    /// Ask so many questions
    #[arg(long, value_name = "N")]
    count: Option<usize>,
    /// End after so many minutes; no new question is begun later
    #[arg(long, value_name = "M")]
    minutes: Option<f32>,
    /// Limits and manners
    #[arg(long, value_name = "NAME", default_value = "standard")]
    pressure: String,
    /// Who asks
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
    /// Repeat the same choice of questions and lines
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Watch a simulated candidate being interviewed
    #[arg(long, conflicts_with_all = ["candidate", "mic", "text", "questions"])]
    demo: bool,
    #[command(flatten)]
    stt: SttFlag,
    #[command(flatten)]
    models: ModelsFlag,
}

/// Runs the interview.
///
/// # Errors
/// [`Failure`] says what is missing and what to do.
pub fn run(mut arguments: PracticeArgs, ui: &mut Ui) -> Outcome {
    let bank = load_bank(&arguments.bank)?;
    if arguments.demo {
        arguments.questions = DEMO_QUESTIONS.iter().map(ToString::to_string).collect();
        arguments.candidate = Some(wiring::demo_candidate().ok_or_else(|| {
            Failure::new("the demo's candidate is not there")
                .hint("run it from a checkout of Hotseat, with `make demo`")
        })?);
    }
    let plan = make_plan(&arguments, bank)?;
    let answers = answers(&arguments);
    let source = answers.source();
    let weights = arguments.models.weights()?;
    let (out, inbox) = channel();
    let parts = wiring::parts(
        WantedParts {
            answers,
            bank: plan.bank.clone(),
            mouth: if arguments.no_voice { Mouth::InText } else { Mouth::Speaker(arguments.speaker.clone()) },
            voice_cache: folders()?.cache.join("voice"),
            real_time: arguments.real_time,
            barge_in: match arguments.barge_in {
                BargeIn::On => Some(true),
                BargeIn::Off => Some(false),
                BargeIn::Auto => None,
            },
            // Whoever types is not listened to.
            stt: if arguments.text { wiring::WHISPER.into() } else { arguments.stt.file(&weights)? },
            weights,
        },
        &out,
    )?;
    let kept = begin(&plan, source)?;
    if !arguments.json {
        ui.status(&format!("Kept in {}", kept.folder().display()));
    }
    let kept = conduct(&arguments, &plan, kept, parts, &out, &inbox, ui)?;
    finish(&arguments, &kept, ui);
    Ok(())
}

fn make_plan(arguments: &PracticeArgs, bank: Bank) -> Result<Plan, Failure> {
    let mut questions = Vec::new();
    for id in &arguments.questions {
        questions.push(QuestionId::new(id.trim()).map_err(|error| Failure::new(error.to_string()))?);
    }
    if arguments.minutes.is_some_and(|minutes| !(minutes > 0.0 && minutes <= 600.0)) {
        return Err(Failure::new("`--minutes` must be above 0 and at most 600"));
    }
    let seed = arguments.seed.unwrap_or_else(clock::seed);
    let wanted = Wanted { questions, count: arguments.count, minutes: arguments.minutes, seed };
    let questions = plan(&bank, &wanted).map_err(|error| {
        Failure::new(error.to_string()).hint(format!("`hotseat bank show {}` lists its questions", bank.id))
    })?;
    let names = || prompt::persona_names().join("`, `");
    let persona_name = arguments.persona.clone().unwrap_or_else(|| prompt::DEFAULT_PERSONA.to_owned());
    let persona = prompt::persona(&persona_name).ok_or_else(|| {
        Failure::new(format!("there is no persona `{persona_name}`")).hint(format!("there are `{}`", names()))
    })?;
    let pressure = prompt::pressure(&arguments.pressure).ok_or_else(|| {
        Failure::new(format!("there is no pressure `{}`", arguments.pressure))
            .hint(format!("there is `{}`", prompt::pressure_names().join("`, `")))
    })?;
    Ok(Plan { bank, questions, persona, pressure, minutes: arguments.minutes })
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

fn conduct(
    arguments: &PracticeArgs,
    plan: &Plan,
    kept: Kept,
    wired: wiring::Wired,
    out: &Sender<Incoming>,
    inbox: &std::sync::mpsc::Receiver<Incoming>,
    ui: &mut Ui,
) -> Result<Kept, Failure> {
    let full_screen = ui.is_interactive() && !arguments.plain && !arguments.json && !arguments.text;
    watch_signals(out);
    let name = plan.persona.name.clone();
    let mut display: Box<dyn Display + '_> = if full_screen {
        let scene = Scene::new(&name, &plan.bank.title);
        let screen = Screen::open(scene)
            .map_err(|error| Failure::new(format!("the terminal cannot be used: {error}")).hint("try `--plain`"))?;
        watch_keys(out.clone());
        Box::new(screen)
    } else {
        if arguments.text {
            read_answers(out.clone());
        } else if ui.is_interactive() {
            watch_lines(out.clone());
        }
        Box::new(Plain::new(ui, &name, arguments.text))
    };
    let mut conductor = Conductor::new(kept, wired.parts, display.as_mut());
    for note in &wired.notes {
        conductor.note(note)?;
    }
    Ok(conductor.run(inbox)?)
}

fn finish(arguments: &PracticeArgs, kept: &Kept, ui: &mut Ui) {
    let session = kept.session();
    let report = Report::of(session);
    if arguments.json {
        ui.json(&report);
        return;
    }
    ui.status("");
    ui.status(&report.feedback.written);
    if session.ending == Some(Ending::Stopped) {
        ui.status("Stopped. Everything said up to here is kept.");
    }
    ui.status(&format!("The report: {}", kept.folder().join("report.md").display()));
}

/// Ctrl-C and a polite kill end the interview and keep everything; the second one does not wait for the last words.
fn watch_signals(out: &Sender<Incoming>) {
    let out = out.clone();
    // A handler can be set once in a process, and this is the only place that sets one.
    let _already_set = ctrlc::set_handler(move || {
        let _over = out.send(Incoming::Pressed(Command::Stop));
    });
}

fn watch_keys(out: Sender<Incoming>) {
    thread::spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            let Some(command) = event.as_key_press_event().and_then(command) else { continue };
            if out.send(Incoming::Pressed(command)).is_err() {
                break;
            }
        }
    });
}

fn command(key: KeyEvent) -> Option<Command> {
    if key.kind != KeyEventKind::Press {
        return None;
    }
    match key.code {
        KeyCode::Enter => Some(Command::Next),
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Command::Stop),
        _ => None,
    }
}

fn watch_lines(out: Sender<Incoming>) {
    thread::spawn(move || {
        for _line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if out.send(Incoming::Pressed(Command::Next)).is_err() {
                break;
            }
        }
    });
}

fn read_answers(out: Sender<Incoming>) {
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if out.send(Incoming::Typed(Some(line))).is_err() {
                return;
            }
        }
        let _over = out.send(Incoming::Typed(None));
    });
}
