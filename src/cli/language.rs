//! `--llm`: which language model helps, for the commands that one can help.

use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::language::LanguageModel;

/// Which language model helps.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct LanguageFlags {
    /// Have the language model of this server help; `auto` looks for one on this computer
    #[arg(long, value_name = "URL|auto")]
    llm: Option<String>,
    /// Which of the server's models
    #[arg(long, value_name = "NAME", requires = "llm")]
    llm_model: Option<String>,
}

impl LanguageFlags {
    /// Returns the language model that was named. None: none was.
    ///
    /// # Errors
    /// [`Failure`] names the server that cannot be had.
    pub fn model(&self, _: &mut Ui) -> Result<Option<Box<dyn LanguageModel>>, Failure> {
        match (&self.llm, &self.llm_model) {
            (None, _) => Ok(None),
            (Some(server), model) => {
                let model = model.as_deref().unwrap_or("a language model");
                Err(Failure::new(format!("this version cannot ask {model} at `{server}`"))
                    .hint("leave `--llm` out, or get a newer version"))
            }
        }
    }
}
