//! An interview as plain lines on stderr, for pipes, logs and screen readers.

use crate::cli::ui::Ui;
use crate::cli::words;
use crate::engine::display::{Display, Update};
use crate::interview::effect::Wait;
use crate::review::markdown::tick;

/// Writes one line for each thing that happens.
#[derive(Debug)]
pub struct Plain<'u> {
    ui: &'u mut Ui,
    typed: bool,
    /// What time passes for at present, so that it is told once.
    waits: Option<Wait>,
}

impl<'u> Plain<'u> {
    /// Returns a display. With `typed`, answers are typed and not shown again.
    pub fn new(ui: &'u mut Ui, typed: bool) -> Self {
        Self { ui, typed, waits: None }
    }
}

impl Display for Plain<'_> {
    fn show(&mut self, update: &Update<'_>) {
        match update {
            Update::Says { reason, speaker, text, .. } => {
                self.waits = None;
                if let Some(reason) = reason {
                    self.ui.status(&format!("   ({})", words::reason(reason)));
                }
                self.ui.status(&format!("{speaker}: {text}"));
            }
            Update::Listening { patience, .. } if !self.typed => {
                self.waits = None;
                let limit = patience.time_limit.map(|limit| format!(", {} s at most", limit.as_secs()));
                self.ui.status(&format!(
                    "[listening{}; Enter ends the answer, b and Enter make a break]",
                    limit.unwrap_or_default()
                ));
            }
            Update::Waiting { wait, left } => {
                if self.waits.replace(*wait) != Some(*wait) {
                    let (what, keys) = words::waiting(*wait);
                    self.ui.status(&format!("[{what}, {} s; {keys}]", left.as_secs()));
                }
            }
            Update::Paused => {
                self.ui.status("[a break, and nobody listens; Enter: go on; b and Enter: end and keep everything]");
            }
            Update::WentOn => self.ui.status("[on we go]"),
            Update::Listening { .. } => self.ui.status("[type your answer on one line]"),
            Update::Words(words) => {
                let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
                self.ui.status(&format!("   … {}", text.join(" ")));
            }
            Update::Heard(transcript) if transcript.is_empty() => self.ui.status("You: (nothing was heard)"),
            Update::Heard(transcript) if !self.typed => self.ui.status(&format!("You: {}", transcript.text())),
            Update::Judged { question, assessment } => {
                for judged in &assessment.points {
                    let text = question.point(&judged.point).map_or("", |point| point.text.as_str());
                    let quote =
                        judged.evidence.as_ref().map_or_else(String::new, |found| format!(" — “{}”", found.quote));
                    let doubt = words::doubt(judged.doubt);
                    self.ui.status(&format!("   {} {text}{doubt}{quote}", tick(judged.verdict)));
                }
                self.ui.status(&format!("   {}", words::summary(assessment)));
            }
            Update::Interrupted => self.ui.status("[interrupted: go on, I listen; Enter ends it]"),
            Update::MicrophoneAway(error) => self.ui.warning(&words::away(error)),
            Update::MicrophoneBack(name) => self.ui.status(&words::back(name)),
            Update::Note(note) => self.ui.warning(note),
            Update::Resumed | Update::Ended(_) | Update::Level { .. } | Update::TurnEnded(_) | Update::Heard(_) => {}
        }
    }
}
