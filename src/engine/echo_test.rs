//! The test of the echo: plays a short known sound, hears how much of it comes back, and remembers that for interviews.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::audio::{AudioError, FrameSource, Next, Player};
use crate::clock;
use crate::dsp::echo::{self, Echo};
use crate::turn::interruption::Duplex;
use crate::units::{FRAME_SAMPLES, SAMPLE_RATE_HZ};

/// Length of the test.
const LENGTH: Duration = Duration::from_secs(2);

/// How much of it passes before the sound, so that the room's own noise is known.
const BEFORE: Duration = Duration::from_millis(500);

/// Longest time that the test may take where the microphone gives nothing.
const LONGEST: Duration = Duration::from_secs(6);

/// Where the result is remembered, in the data folder.
const FILE: &str = "echo.json";

/// What the last test found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// Level of what comes back of the interviewer, dB against what is played.
    pub gain_db: f32,
}

/// Plays the test sound and returns what came back of it. None when the microphone gave nothing at all.
///
/// # Errors
/// [`AudioError`] when a device is lost.
pub fn run(source: &mut dyn FrameSource, player: &mut dyn Player) -> Result<Option<Echo>, AudioError> {
    let sound = echo::test_sound();
    let heard = std::thread::scope(|scope| -> Result<Vec<f32>, AudioError> {
        let mut heard = take(source, BEFORE)?;
        let playing = scope.spawn(|| player.play(&sound, &AtomicBool::new(false)));
        heard.extend(take(source, LENGTH.saturating_sub(BEFORE))?);
        // A crash of the player is as good as no sound.
        playing.join().unwrap_or(Ok(()))?;
        Ok(heard)
    })?;
    Ok(echo::measure(&sound.samples, &heard))
}

fn take(source: &mut dyn FrameSource, length: Duration) -> Result<Vec<f32>, AudioError> {
    let (mut heard, start) = (Vec::new(), clock::now());
    let wanted = length.as_millis() as usize * SAMPLE_RATE_HZ as usize / 1_000;
    while heard.len() < wanted && start.elapsed() < LONGEST {
        match source.next()? {
            Next::Frame(frame) => heard.extend_from_slice(&*frame),
            Next::Gap => heard.extend([0.0; FRAME_SAMPLES]),
            _ => {}
        }
    }
    Ok(heard)
}

/// Remembers what came back.
///
/// # Errors
/// The system's own when the file cannot be written.
pub fn remember(data: &Path, echo: Echo) -> std::io::Result<()> {
    std::fs::create_dir_all(data)?;
    let text = serde_json::to_string(&Remembered { gain_db: echo.gain_db }).map_err(std::io::Error::other)?;
    std::fs::write(data.join(FILE), text)
}

/// Returns what the last test found, if there was one.
#[must_use]
pub fn remembered(data: &Path) -> Option<Remembered> {
    serde_json::from_str(&std::fs::read_to_string(data.join(FILE)).ok()?).ok()
}

/// Returns what a candidate should know about interrupting.
#[must_use]
pub fn told(duplex: Duplex, wanted: Option<bool>, echo: Option<Remembered>) -> String {
    let measured = echo.map(|echo| format!("{:.0} dB of what is played comes back", echo.gain_db));
    match (duplex, wanted, measured) {
        (Duplex::Full { .. }, None, Some(measured)) => {
            format!("You may interrupt the interviewer: {measured} (`hotseat doctor`).")
        }
        (Duplex::Full { .. }, _, _) => {
            "You may interrupt the interviewer, as `--barge-in on` says; with loudspeakers the \
            interviewer may interrupt itself."
                .into()
        }
        (_, None, Some(measured)) => format!(
            "While the interviewer speaks you are not listened to: {measured} (`hotseat doctor`). With headphones, test again."
        ),
        (_, None, None) => {
            "While the interviewer speaks you are not listened to. With headphones you could interrupt: \
            `hotseat doctor` tests it."
                .into()
        }
        _ => "While the interviewer speaks you are not listened to, as `--barge-in off` says.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Remembered, remember, remembered, told};
    use crate::dsp::echo::Echo;
    use crate::turn::interruption::Duplex;

    #[test]
    fn what_was_measured_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(remembered(folder.path()), None);
        remember(folder.path(), Echo { gain_db: -42.5, delay_ms: Some(80) }).unwrap();
        assert_eq!(remembered(folder.path()), Some(Remembered { gain_db: -42.5 }));
    }

    #[test]
    fn what_is_told_follows_what_was_chosen() {
        let echo = Some(Remembered { gain_db: -18.2 });
        assert!(told(Duplex::Half, None, echo).contains("not listened to: -18 dB"));
        assert!(told(Duplex::full(-60.0), None, echo).starts_with("You may interrupt"));
        assert!(told(Duplex::Half, Some(false), echo).contains("--barge-in off"));
        assert!(told(Duplex::Half, None, None).contains("hotseat doctor"));
    }
}
