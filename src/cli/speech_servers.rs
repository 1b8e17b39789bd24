//! The options of commands that may have speech heard or spoken by a server.

use std::sync::mpsc::{Receiver, channel};

use clap::Args;

use crate::cli::failure::Failure;
use crate::cli::models::SttFlag;
use crate::cli::ui::Ui;
use crate::engine::wiring::speech::{Kind, NoSpeechServer, Recogniser, SpeechServer, speech_server};
use crate::models::Weights;

/// Which model of the server that `--stt` names.
#[derive(Clone, Debug, Default, Args)]
pub struct HearingServerFlags {
    /// Which model of the server that `--stt` names
    #[arg(long, value_name = "NAME", requires = "stt")]
    stt_model: Option<String>,
}

/// Which server speaks.
#[derive(Clone, Debug, Default, Args)]
pub struct SpeakingServerFlags {
    /// Have the interviewer's lines spoken by this server with OpenAI's interface; the voice here speaks where it fails
    #[arg(long, value_name = "URL", conflicts_with = "no_voice")]
    tts: Option<String>,
    /// Which of that server's models
    #[arg(long, value_name = "NAME", requires = "tts")]
    tts_model: Option<String>,
    /// Which of that server's voices, for everybody who asks
    #[arg(long, value_name = "NAME", requires = "tts")]
    tts_voice: Option<String>,
}

impl From<NoSpeechServer> for Failure {
    fn from(error: NoSpeechServer) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

impl HearingServerFlags {
    /// Returns the server that hears, if `--stt` names one, and tells the user what is sent where.
    ///
    /// # Errors
    /// [`Failure`] when its address or key cannot be used.
    pub fn hears(&self, stt: &SttFlag, ui: &mut Ui) -> Result<Option<SpeechServer>, Failure> {
        let Some(address) = stt.server() else { return Ok(None) };
        told(speech_server(Kind::Hears, &address, self.stt_model.clone(), None)?, ui)
    }

    /// Returns what hears recordings: the model that `--stt` names, or the server, for which the model here stands in.
    ///
    /// # Errors
    /// As [`SttFlag::file`] and [`HearingServerFlags::hears`].
    pub fn recogniser(&self, stt: &SttFlag, weights: &Weights, ui: &mut Ui) -> Result<Recogniser, Failure> {
        let server = self.hears(stt, ui)?;
        Ok(Recogniser { file: stt.file(weights)?, server })
    }
}

impl SpeakingServerFlags {
    /// Returns the server that speaks, if one is named, and tells the user what is sent where.
    ///
    /// # Errors
    /// [`Failure`] when its address or key cannot be used.
    pub fn speaks(&self, ui: &mut Ui) -> Result<Option<SpeechServer>, Failure> {
        let Some(address) = &self.tts else { return Ok(None) };
        told(speech_server(Kind::Speaks, address, self.tts_model.clone(), self.tts_voice.clone())?, ui)
    }
}

/// Returns what tells of a server that fails, and where that comes out.
pub(super) fn telling() -> (impl Fn(String) + Clone + Send + 'static, Receiver<String>) {
    let (sender, told) = channel();
    let tell = move |what| {
        // Whoever does not want to know has gone on.
        let _over = sender.send(what);
    };
    (tell, told)
}

fn told(server: SpeechServer, ui: &mut Ui) -> Result<Option<SpeechServer>, Failure> {
    if let Some(warning) = &server.warning {
        ui.warning(warning);
    }
    ui.status(&server.note);
    Ok(Some(server))
}
