//! A speech model behind a server with OpenAI's interface. Where it fails a model of ours hears instead, and that is told once.

pub mod reply;

#[cfg(feature = "app")]
mod form;

#[cfg(feature = "app")]
pub use self::listener::Served;

#[cfg(feature = "app")]
mod listener {
    use crate::clock;
    use crate::http::service::Service;
    use crate::stt::served::{form, reply};
    use crate::stt::worker::LoadTranscriber;
    use crate::stt::{Heard, SttError, Transcriber};
    use crate::units::SAMPLE_RATE_HZ;

    /// Failures in a row after which the server is not asked again.
    const GIVES_UP_AFTER: u32 = 2;

    /// Hears through a server.
    pub struct Served {
        service: Service,
        load: Option<LoadTranscriber>,
        local: Option<Box<dyn Transcriber>>,
        failures: u32,
        tell: Box<dyn Fn(String) + Send>,
        has_told: bool,
    }

    impl Served {
        /// Returns what hears through `service`. `load` loads what hears where that fails, which `tell` is told once.
        pub fn new(service: Service, load: LoadTranscriber, tell: impl Fn(String) + Send + 'static) -> Self {
            Self { service, load: Some(load), local: None, failures: 0, tell: Box::new(tell), has_told: false }
        }

        fn asked(&self, samples: &[f32], terms: &[String]) -> Result<Heard, String> {
            let began = clock::now();
            let (content_type, body) = form::multipart(&self.service.model, samples, terms);
            let body = self.service.post("audio/transcriptions", content_type, body)?;
            let length_s = samples.len() as f64 / f64::from(SAMPLE_RATE_HZ);
            Ok(Heard { words: reply::words(&body, length_s)?, took: began.elapsed() })
        }

        fn here(&mut self, samples: &[f32], terms: &[String]) -> Result<Heard, SttError> {
            if let Some(load) = self.load.take() {
                self.local = Some(load()?);
            }
            match &mut self.local {
                Some(local) => local.transcribe(samples, terms),
                None => Err(SttError::Load {
                    path: "the model that stands in".into(),
                    why: "it could not be loaded before".into(),
                }),
            }
        }
    }

    impl Transcriber for Served {
        fn transcribe(&mut self, samples: &[f32], terms: &[String]) -> Result<Heard, SttError> {
            if self.failures < GIVES_UP_AFTER {
                match self.asked(samples, terms) {
                    Ok(heard) => {
                        self.failures = 0;
                        return Ok(heard);
                    }
                    Err(why) => {
                        self.failures += 1;
                        if !std::mem::replace(&mut self.has_told, true) {
                            let at = self.service.address.host();
                            (self.tell)(format!(
                                "The speech model at {at} failed ({why}); the one here hears instead."
                            ));
                        }
                    }
                }
            }
            self.here(samples, terms)
        }
    }
}
