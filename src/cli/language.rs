//! The options of commands that may use a language model.

use std::cell::OnceCell;
use std::time::Duration;

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::config::load;
use crate::engine::wiring::language::{Found, LanguageChoice, language_model};
use crate::language::LanguageModel;

/// Finds a server on this computer.
const AUTO: &str = "auto";

/// Uses none, whatever the environment says.
const OFF: &str = "off";

/// Which language model is used.
#[derive(Clone, Debug, Default, Args)]
pub struct LanguageFlags {
    /// Use a language model: the address of a server such as Ollama's, `auto` to look for one on this computer, or `off`;
    /// HOTSEAT_LLM names one for always
    #[arg(long, value_name = "URL|auto")]
    llm: Option<String>,
    /// Which of the server's models; HOTSEAT_LLM_MODEL names one for always
    #[arg(long, value_name = "NAME")]
    llm_model: Option<String>,
    /// How long it may take for an answer, instead of three minutes
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    llm_wait: Option<Duration>,
    /// The one that was found, so that it is looked for and told of once.
    #[arg(skip)]
    found: OnceCell<Option<Found>>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|wait| !wait.is_zero()).ok_or_else(|| "it is a number of seconds, such as 0.5 or 20".into())
}

impl LanguageFlags {
    /// Returns which language model is wanted. None: no one.
    #[must_use]
    pub fn choice(&self) -> Option<LanguageChoice> {
        let written = self.llm.clone().or_else(load::language_server)?;
        let model = self.llm_model.clone().or_else(load::language_model);
        let address = match written.trim() {
            OFF => return None,
            AUTO => None,
            address => Some(address.into()),
        };
        Some(LanguageChoice { address, model, wait: self.llm_wait })
    }

    /// Returns which language model is used, and tells the user so the first time: which it is and what is sent where. None: no one is
    /// wanted.
    ///
    /// # Errors
    /// [`Failure`] when there is none where one is wanted.
    pub fn found(&self, ui: &mut Ui) -> Result<Option<&Found>, Failure> {
        if self.found.get().is_none() {
            let found = self.choice().map(|choice| language_model(&choice)).transpose()?;
            if let Some(found) = &found {
                if let Some(warning) = &found.warning {
                    ui.warning(warning);
                }
                ui.status(&found.note);
            }
            let _first = self.found.set(found);
        }
        Ok(self.found.get().and_then(Option::as_ref))
    }

    /// Returns the language model. None: no one is wanted.
    ///
    /// # Errors
    /// [`Failure`] when there is none where one is wanted.
    pub fn model(&self, ui: &mut Ui) -> Result<Option<Box<dyn LanguageModel>>, Failure> {
        Ok(self.found(ui)?.map(Found::model))
    }

    /// Returns how long whoever reads waits for an answer, where the user says so.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        self.llm_wait
    }
}
