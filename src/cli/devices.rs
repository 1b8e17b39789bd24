//! `hotseat devices`: which microphones and speakers there are, and whether they work.

use crate::audio::device::{self, Device, Devices};
use crate::audio::mic::Microphone;
use crate::audio::speaker::Speaker;
use crate::audio::{FrameSource, Next, Player};
use crate::cli::failure::Outcome;
use crate::cli::ui::Ui;
use crate::dsp::level::Level;
use crate::units::{FRAME_MS, FRAME_SAMPLES, Speech};

/// Frames that a test listens to: 2 s.
const TEST_FRAMES: u64 = 2_000 / FRAME_MS;

/// A peak below this is no voice: a quiet room lies at -50 dB and less, speech at a laptop peaks above -30.
const QUIET_DBFS: f32 = -45.0;

/// List microphones and speakers
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Play a short tone and listen for two seconds
    #[arg(long)]
    test: bool,
    /// Test this microphone, by a part of its name
    #[arg(long, value_name = "NAME", requires = "test")]
    mic: Option<String>,
    /// Test this speaker, by a part of its name
    #[arg(long, value_name = "NAME", requires = "test")]
    speaker: Option<String>,
}

#[derive(serde::Serialize)]
struct Report {
    #[serde(flatten)]
    devices: Devices,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<Test>,
}

#[derive(serde::Serialize)]
struct Test {
    speaker: String,
    latency_ms: u128,
    microphone: String,
    rms_dbfs: f32,
    peak_dbfs: f32,
}

/// Runs the command.
///
/// # Errors
/// Fails when a device that is tested does not work. That there are none is no failure of the list.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Outcome {
    let devices = device::list();
    if !arguments.json {
        show(ui, "Microphones", "microphone", &devices.inputs);
        show(ui, "Speakers", "speaker", &devices.outputs);
    }
    let test = if arguments.test { Some(test(arguments, ui)?) } else { None };
    if arguments.json {
        ui.json(&Report { devices, test });
    } else if let Some(test) = test {
        ui.data(&format!("Speaker `{}` works, {} ms late.", test.speaker, test.latency_ms));
        ui.data(&format!("Microphone `{}`: {:.0} dB, peak {:.0} dB.", test.microphone, test.rms_dbfs, test.peak_dbfs));
        if test.peak_dbfs < QUIET_DBFS {
            ui.warning(
                "that is very quiet; speak while the test listens, and check the mute switch and the input level",
            );
        }
    }
    Ok(())
}

fn show(ui: &mut Ui, heading: &str, noun: &str, devices: &[Device]) {
    if devices.is_empty() {
        ui.status(&format!("There is no {noun} on this computer."));
        return;
    }
    ui.data(&format!("{heading}:"));
    for Device { name, id, default, rate_hz, channels } in devices {
        let mark = if *default { "*" } else { " " };
        ui.data(&format!("{mark} {name} ({id}), {rate_hz} Hz, {channels} channels"));
    }
}

fn test(arguments: &Arguments, ui: &mut Ui) -> Result<Test, crate::cli::failure::Failure> {
    let mut speaker = Speaker::open(arguments.speaker.as_deref())?;
    ui.status(&format!("Playing a tone on `{}`.", speaker.name()));
    speaker.play(&tone(), &std::sync::atomic::AtomicBool::new(false))?;
    let mut microphone = Microphone::open(arguments.mic.as_deref())?;
    ui.status(&format!("Say something: listening to `{}` for two seconds.", microphone.name()));
    let mut heard = Vec::new();
    let mut frames = 0;
    while frames < TEST_FRAMES {
        match microphone.next()? {
            Next::Frame(frame) => heard.extend_from_slice(&*frame),
            Next::Gap => heard.extend([0.0; FRAME_SAMPLES]),
            _ => continue,
        }
        frames += 1;
    }
    let level = Level::of(&heard);
    Ok(Test {
        speaker: speaker.name().to_owned(),
        latency_ms: speaker.latency().as_millis(),
        microphone: microphone.name().to_owned(),
        // JSON has no infinity; -120 dB is below what 16 bits can hold.
        rms_dbfs: level.rms_dbfs().max(-120.0),
        peak_dbfs: level.peak_dbfs().max(-120.0),
    })
}

/// Returns half a second of a soft 440 Hz tone that swells and fades.
fn tone() -> Speech {
    let rate_hz = 24_000;
    let length = rate_hz / 2;
    let at = |n: u32| n as f32 / rate_hz as f32 * std::f32::consts::TAU;
    let swell = |n: u32| (n as f32 / length as f32 * std::f32::consts::PI).sin();
    Speech { samples: (0..length).map(|n| 0.2 * swell(n) * (440.0 * at(n)).sin()).collect(), rate_hz }
}
