//! `hotseat practice --resume`: goes on with an interview that broke off. A new one asks first whether an old one is to go on.

use std::mem::discriminant;

use jiff::SignedDuration;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::practice::controls::Controls;
use crate::cli::practice::{PracticeArgs, answers, conduct, finish, keyboard, speech_model};
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::engine::resuming::{BrokenOff, ResumeError};
use crate::engine::salvage::salvage;
use crate::engine::wiring;
use crate::session::Session;
use crate::session::record::Source;
use crate::session::store::{Standing, Store};

/// What stands for the last interview that broke off.
pub(super) const LAST: &str = "last";

/// How long an interview that broke off is asked about. After two weeks nobody remembers where they were.
const ASKED_ABOUT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How many sessions without a report are looked into, the newest first.
const LOOKED_INTO: usize = 10;

impl From<ResumeError> for Failure {
    fn from(error: ResumeError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// Returns the interview to go on with: the one that was asked for, or one that broke off lately and that the user agrees to.
/// Recordings that a crash cut off are mended first.
///
/// # Errors
/// [`Failure`] when the one that was asked for is not there.
pub(super) fn wanted(arguments: &PracticeArgs, ui: &mut Ui) -> Result<Option<String>, Failure> {
    if arguments.plan_only {
        return Ok(None);
    }
    let store = Store::new(&folders()?.data);
    if let Some(saved) = salvage(&store)?.told() {
        ui.status(&saved);
    }
    match arguments.resume.as_deref() {
        Some(LAST) => match broken_off(&store, |_| true)? {
            Some(session) => Ok(Some(session.opened.id)),
            None => Err(Failure::new("no interview broke off").hint("`hotseat practice` begins one")),
        },
        Some(id) => Ok(Some(store.resolve(id)?)),
        None if arguments.new || arguments.demo || arguments.drill.is_some() || arguments.json => Ok(None),
        None => offered(arguments, &store, ui),
    }
}

/// Asks whether an interview that broke off is to go on, where somebody can answer; else only tells of it.
fn offered(arguments: &PracticeArgs, store: &Store, ui: &mut Ui) -> Result<Option<String>, Failure> {
    let source = answers(arguments).source();
    let now = clock::date();
    let is_offered = |session: &Session| {
        let is_recent = now.duration_since(session.opened.started) <= ASKED_ABOUT;
        is_recent && discriminant(&session.opened.source) == discriminant(&source)
    };
    let Some(session) = broken_off(store, is_offered)? else { return Ok(None) };
    let id = session.opened.id.clone();
    if !ui.is_interactive() {
        ui.status(&format!("{}. `hotseat practice --resume {id}` goes on with it.", where_it_broke_off(&session)));
        return Ok(None);
    }
    let goes_on = ui.agrees(&format!("{}. Go on with it?", where_it_broke_off(&session)), true);
    Ok(goes_on.then_some(id))
}

fn where_it_broke_off(session: &Session) -> String {
    let (question, of) = session.reached();
    let (title, day) = (&session.opened.plan.bank.title, clock::local_day(session.opened.started));
    format!("Your interview for {title} of {day} broke off at question {question} of {of}")
}

/// Returns the newest session that broke off and for which `suits` holds. One that cannot be read is passed over.
fn broken_off(store: &Store, suits: impl Fn(&Session) -> bool) -> Result<Option<Session>, Failure> {
    let newest = store.unfinished()?.into_iter().take(LOOKED_INTO);
    let mut read = newest.filter_map(|id| store.read(&id).ok());
    let found = read.find(|(session, standing)| *standing == Standing::Interrupted && suits(session));
    Ok(found.map(|(session, _)| session))
}

/// Goes on with an interview to its end.
///
/// # Errors
/// [`Failure`] when it is complete, goes on elsewhere or is damaged; and as for any interview.
pub(super) fn run(arguments: &PracticeArgs, id: &str, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let mut broken_off = BrokenOff::reopen(&store, id)?;
    hear_what_was_said(&mut broken_off, arguments, ui)?;
    if broken_off.is_over() {
        ui.status("It had come to its end. Its report was still to be written.");
        finish(arguments, &broken_off.finish()?, ui);
        return Ok(());
    }
    let plan = broken_off.session().opened.plan.clone();
    let note = note(&broken_off.session().opened.source, &answers(arguments).source());
    let mut controls = Controls::new(keyboard(arguments, ui));
    let kept = conduct(arguments, &plan, || Ok(broken_off.start(&note)?), &mut controls, ui)?;
    finish(arguments, &kept, ui);
    Ok(())
}

/// Has the recordings heard that nobody heard before the interview broke off. One that cannot be heard keeps nobody from going on.
fn hear_what_was_said(broken_off: &mut BrokenOff, arguments: &PracticeArgs, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let stt = speech_model(arguments, &weights)?;
    for unheard in broken_off.unheard() {
        ui.status("What you said before the interview broke off is being heard …");
        let began = clock::now();
        let words = wiring::hear(&unheard.recording, &unheard.terms, &stt, &weights).map(|heard| heard.transcript);
        match &words {
            Ok(transcript) => ui.status(&format!("You: {}", transcript.text())),
            Err(why) => ui.warning(&format!("what you said could not be made out: {why}; the recording is kept")),
        }
        broken_off.heard(unheard.turn, words, began.elapsed())?;
    }
    Ok(())
}

/// Returns what a reader of the session should know.
fn note(before: &Source, now: &Source) -> String {
    let goes_on = format!("The interview broke off, and went on on {}.", clock::local_day(clock::date()));
    if before == now { goes_on } else { format!("{goes_on} From there on answers came from {}.", now.words()) }
}
