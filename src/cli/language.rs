//! The options of commands that may use a language model.

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
}

impl LanguageFlags {
    /// Returns which language model is wanted. None: no one.
    #[must_use]
    pub fn choice(&self) -> Option<LanguageChoice> {
        let written = self.llm.clone().or_else(load::language_server)?;
        let model = self.llm_model.clone().or_else(load::language_model);
        match written.trim() {
            OFF => None,
            AUTO => Some(LanguageChoice { address: None, model }),
            address => Some(LanguageChoice { address: Some(address.into()), model }),
        }
    }

    /// Returns the language model, and tells the user once which it is and what is sent where. None: no one is wanted.
    ///
    /// # Errors
    /// [`Failure`] when there is none where one is wanted.
    pub fn model(&self, ui: &mut Ui) -> Result<Option<Box<dyn LanguageModel>>, Failure> {
        let Some(choice) = self.choice() else { return Ok(None) };
        let Found { model, note, warning, .. } = language_model(&choice)?;
        if let Some(warning) = warning {
            ui.warning(&warning);
        }
        ui.status(&note);
        Ok(Some(model))
    }
}
