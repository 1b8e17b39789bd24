//! After an interview, where there is a language model: what it makes of the answers, and its words for the feedback. Nobody has to wait
//! for it: Ctrl-C goes on without.

use std::sync::mpsc::channel;

use crate::cli::failure::Outcome;
use crate::cli::practice::PracticeArgs;
use crate::cli::practice::controls::Controls;
use crate::cli::ui::Ui;
use crate::engine::conduct::Incoming;
use crate::engine::second_opinions::{Opinions, seek};
use crate::engine::wiring::rescoring::judge_name;
use crate::engine::wording::word;
use crate::interview::event::Command;
use crate::language::stoppable::Stoppable;
use crate::session::record::Record;
use crate::session::store::Kept;

/// Asks, and keeps what can be believed.
///
/// # Errors
/// As when the session cannot be written.
pub(super) fn ask(arguments: &PracticeArgs, kept: &mut Kept, controls: &Controls, ui: &mut Ui) -> Outcome {
    let Some(mut model) = arguments.language.model(ui)?.filter(|_| !kept.session().assessments.is_empty()) else {
        return Ok(());
    };
    let (out, inbox) = channel();
    controls.aim(&out);
    let stops = move || inbox.try_iter().any(|came| matches!(came, Incoming::Pressed(Command::Stop)));
    let mut model = Stoppable::new(model.as_mut(), stops);
    ui.status("The language model reads your answers. Ctrl-C goes on without it.");
    let opinions = seek(&mut model, kept, &judge_name(None), &mut |nth, of| {
        ui.progress(&format!("Question {nth} of {of}"));
    })?;
    ui.progress("Words for the feedback");
    let left_out = word(&mut model, kept)?;
    ui.clear_progress();
    tell(&opinions, &left_out, kept, ui)
}

fn tell(opinions: &Opinions, left_out: &[String], kept: &mut Kept, ui: &mut Ui) -> Outcome {
    if opinions.heard > 0 {
        ui.status(&format!(
            "It was heard on {} and changed what is said of {}, in {:.0} s.",
            counted(opinions.heard),
            counted(opinions.changed),
            opinions.seconds
        ));
    }
    let missing = opinions.failed.iter().map(|why| format!("no second opinion on {why}"));
    let notes: Vec<String> = missing.chain(left_out.iter().cloned()).collect();
    if !notes.is_empty() {
        let note = format!("The language model: {}.", notes.join("; "));
        ui.status(&note);
        kept.append(&Record::Note(note))?;
        crate::engine::rescoring::finish(kept)?;
    }
    Ok(())
}

fn counted(questions: usize) -> String {
    format!("{questions} question{}", if questions == 1 { "" } else { "s" })
}
