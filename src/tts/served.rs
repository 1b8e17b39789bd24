//! A voice behind a server with OpenAI's interface. Where it fails our own voice speaks instead, and that is told once.

pub mod sound;

#[cfg(feature = "app")]
pub use self::speaker::Served;

#[cfg(feature = "app")]
mod speaker {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use serde_json::json;

    use crate::http::service::Service;
    use crate::tts::served::sound;
    use crate::tts::{Synthesizer, TtsError, Voice};
    use crate::units::Speech;

    /// Failures in a row after which the server is not asked again.
    const GIVES_UP_AFTER: u32 = 2;

    /// What both voices of an interview know of the server.
    struct Shared {
        failures: AtomicU32,
        has_told: AtomicBool,
        tell: Box<dyn Fn(String) + Send + Sync>,
    }

    /// Speaks through a server.
    pub struct Served {
        service: Service,
        /// The server's name for the voice. None: as ours is called.
        voice: Option<String>,
        local: Box<dyn Synthesizer>,
        shared: Arc<Shared>,
        stood_in: bool,
    }

    impl Served {
        /// Returns what speaks through `service`, and `local` where that fails, which `tell` is told once.
        pub fn new(
            service: Service,
            voice: Option<String>,
            local: Box<dyn Synthesizer>,
            tell: impl Fn(String) + Send + Sync + 'static,
        ) -> Self {
            let shared = Shared { failures: AtomicU32::new(0), has_told: AtomicBool::new(false), tell: Box::new(tell) };
            Self { service, voice, local, shared: Arc::new(shared), stood_in: false }
        }

        /// Returns another that speaks through the same server, with a voice of its own where that fails.
        #[must_use]
        pub fn beside(&self, local: Box<dyn Synthesizer>) -> Self {
            let (service, voice) = (self.service.clone(), self.voice.clone());
            Self { service, voice, local, shared: Arc::clone(&self.shared), stood_in: false }
        }

        /// Returns by what speech of this voice is known from that of others.
        #[must_use]
        pub fn identity(service: &Service, voice: Option<&str>) -> String {
            format!("{} {} {}", service.address.at("audio/speech"), service.model, voice.unwrap_or_default())
        }

        fn asked(&self, text: &str, voice: &Voice) -> Result<Speech, String> {
            let name = self.voice.as_ref().unwrap_or(&voice.style);
            let body = json!({
                "model": self.service.model, "input": text, "voice": name, "speed": voice.speed, "response_format": "wav",
            });
            let body = self.service.post("audio/speech", "application/json".into(), body.to_string().into_bytes())?;
            sound::speech(&body)
        }

        fn failed(&self, why: &str) {
            self.shared.failures.fetch_add(1, Ordering::Relaxed);
            if !self.shared.has_told.swap(true, Ordering::Relaxed) {
                let at = self.service.address.host();
                (self.shared.tell)(format!("The voice at {at} failed ({why}); the one here speaks instead."));
            }
        }

        /// Returns the server's speech. None where our own voice is to speak.
        fn there(&mut self, text: &str, voice: &Voice) -> Option<Speech> {
            self.stood_in = true;
            if self.shared.failures.load(Ordering::Relaxed) >= GIVES_UP_AFTER {
                return None;
            }
            match self.asked(text, voice) {
                Ok(speech) => {
                    self.shared.failures.store(0, Ordering::Relaxed);
                    self.stood_in = false;
                    Some(speech)
                }
                Err(why) => {
                    self.failed(&why);
                    None
                }
            }
        }
    }

    impl Synthesizer for Served {
        fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
            self.there(text, voice).map_or_else(|| self.local.synthesize(text, voice), Ok)
        }

        fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
            match self.there(text, voice) {
                Some(speech) => {
                    let _goes_on = give(speech);
                    Ok(())
                }
                None => self.local.stream(text, voice, give),
            }
        }

        fn stood_in(&self) -> bool {
            self.stood_in
        }
    }
}
