//! The flags that choose a language model.

use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::language::LanguageModel;

/// Which language model is heard, if any.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct LanguageFlags {
    /// Hear a language model too: the address of an OpenAI-compatible server, or `auto`
    #[arg(long, value_name = "URL|auto")]
    llm: Option<String>,
    /// The name of the model on that server
    #[arg(long, value_name = "NAME", requires = "llm")]
    llm_model: Option<String>,
}

impl LanguageFlags {
    /// Returns the language model that was asked for. None: none was.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be had.
    pub fn model(&self, _: &mut Ui) -> Result<Option<Box<dyn LanguageModel>>, Failure> {
        match &self.llm {
            None => Ok(None),
            Some(address) => Err(Failure::new(format!("the language model at `{address}` cannot be reached yet"))
                .hint("leave out `--llm`")),
        }
    }
}
