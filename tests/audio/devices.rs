//! Microphone and speaker against a real sound server: PulseAudio with null sinks, whose monitors are the sources.
//!
//! The server is found through the environment, which a process may not safely change for itself. So each test starts
//! this binary again, for one ignored test, with the environment of a server of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hotseat::audio::absence::PATIENCE;
use hotseat::audio::mic::Microphone;
use hotseat::audio::speaker::Speaker;
use hotseat::audio::{AudioError, AudioErrorKind, FrameSource, More, Next, Player, device};
use hotseat::clock;
use hotseat::units::{FRAME_SAMPLES, Speech};

use super::{pitch, tone};

const SERVER: [&str; 7] = [
    "-n",
    "--daemonize=no",
    "--exit-idle-time=-1",
    "--load=module-native-protocol-unix auth-anonymous=1",
    "--load=module-null-sink sink_name=room rate=48000 norewinds=1",
    "--load=module-null-sink sink_name=ears rate=44100 norewinds=1",
    "--load=module-always-sink",
];

/// Runs an ignored test of this file in the environment of a sound server of its own.
#[track_caller]
fn with_server(test: &str) {
    run_with_server(&format!("audio::devices::{test}"));
}

/// Runs an ignored test, by its full name, in the environment of a sound server of its own.
#[track_caller]
pub(super) fn run_with_server(test: &str) {
    if Command::new("pulseaudio").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: PulseAudio is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("alsa.conf");
    let alsa = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
    std::fs::write(&config, alsa).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("PULSE_RUNTIME_PATH", home.path())
        .env("PULSE_SINK", "ears")
        .env("PULSE_SOURCE", "room.monitor")
        .env("ALSA_CONFIG_PATH", config)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    eprintln!("{said}");
    for noise in ["ALSA lib", "panicked"] {
        assert!(!said.contains(noise), "{said}");
    }
}

/// A program that ends with its owner.
pub(super) struct Running(pub(super) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

pub(super) fn server() -> Running {
    let child = Command::new("pulseaudio").args(SERVER).stderr(Stdio::null()).spawn().unwrap();
    let running = Running(child);
    wait_until("the sound server answers", || {
        Command::new("pactl").arg("info").stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    });
    running
}

#[track_caller]
pub(super) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let (start, (_open, never)) = (clock::now(), std::sync::mpsc::channel::<()>());
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        let _timeout = never.recv_timeout(Duration::from_millis(50));
    }
}

fn samples(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0).collect()
}

/// Plays a tone of that many seconds at half of full scale into the room that the microphone hears. Asking for short delays
/// keeps the null sink from thinking two seconds ahead, as no room does.
fn sound_in_the_room(folder: &Path, seconds: f32) -> Running {
    let path = folder.join("room.raw");
    let bytes: Vec<u8> =
        tone(48_000, seconds).iter().flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    std::fs::write(&path, bytes).unwrap();
    let args = ["--raw", "--device=room", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=50"];
    Running(Command::new("paplay").args(args).arg(path).spawn().unwrap())
}

/// Records what the speaker plays, 48 kHz mono 16 bits, into a file that is not empty any more.
///
/// A null sink that nobody listens to thinks two seconds ahead. A listener who wants short delays cures it of that.
fn recorder(path: &Path) -> Running {
    let file = std::fs::File::create(path).unwrap();
    let args = ["--device=ears.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20"];
    let running = Running(Command::new("parec").args(args).stdout(file).spawn().unwrap());
    wait_until("the recorder records", || length(path) > 0);
    running
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

/// Takes sound until it lasts for `seconds`, with silence for gaps.
fn hear(microphone: &mut Microphone, seconds: f32) -> Result<Vec<f32>, AudioError> {
    hear_all(microphone, seconds).map(|(heard, _)| heard)
}

/// What a microphone told, with the second of sound at which it did.
type Told = (f32, Next);

/// Takes sound as [`hear`] does, and what is told meanwhile, each with the second of sound at which it is.
fn hear_all(microphone: &mut Microphone, seconds: f32) -> Result<(Vec<f32>, Vec<Told>), AudioError> {
    let (mut heard, mut told) = (Vec::new(), Vec::new());
    while heard.len() < (seconds * 16_000.0) as usize {
        match microphone.next()? {
            Next::Frame(frame) => heard.extend_from_slice(&*frame),
            Next::Gap => heard.extend([0.0; FRAME_SAMPLES]),
            Next::Nothing => {}
            news => told.push((heard.len() as f32 / 16_000.0, news)),
        }
    }
    Ok((heard, told))
}

/// Runs `pactl` and returns what it says.
pub(super) fn pactl(arguments: &[&str]) -> String {
    let output = Command::new("pactl").args(arguments).output().unwrap();
    assert!(output.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_tone_in_the_room_is_heard_at_its_pitch_and_level() {
    with_server("hears_a_tone");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn hears_a_tone() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let _tone = sound_in_the_room(folder.path(), 10.0);
    let mut microphone = Microphone::open(None).unwrap();
    assert!(microphone.is_live());
    let start = clock::now();
    let heard = hear(&mut microphone, 3.0).unwrap();
    let took = start.elapsed().as_secs_f32();
    let (share, level) = pitch(&heard[16_000..], 16_000.0, 1_000.0);
    eprintln!("heard {} samples in {took:.2} s: {share:.5} of the power at 1 kHz, amplitude {level:.4}", heard.len());
    assert!(share > 0.999, "{share} of the power is at 1 kHz");
    assert!((level - 0.5).abs() < 0.01, "amplitude {level}");
    assert_eq!(microphone.lost(), Duration::ZERO);
}

#[test]
fn speech_comes_out_of_the_speaker_whole_and_play_returns_when_it_was_heard() {
    with_server("speaks");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn speaks() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ears.raw");
    let recorder = recorder(&path);
    let mut speaker = Speaker::open(None).unwrap();
    let speech = Speech { samples: tone(24_000, 1.0), rate_hz: 24_000 };
    let (stop, start, mut first) = (AtomicBool::new(false), clock::now(), None);
    speaker.play_with(&speech, &stop, &mut || first = Some(start.elapsed())).unwrap();
    let took = start.elapsed();
    speaker.play(&speech, &stop).unwrap();
    eprintln!("first sample after {first:?}, all after {took:?}, latency {:?}", speaker.latency());
    assert!(first.unwrap() < took);
    assert!(took >= Duration::from_secs(1), "{took:?}");
    assert_eq!(speaker.underruns(), 0);
    let so_far = length(&path);
    wait_until("the recorder catches up", || length(&path) > so_far + 48_000);
    drop(recorder);
    let heard = samples(&std::fs::read(&path).unwrap());
    let loud: Vec<usize> = (0..heard.len()).filter(|at| heard[*at].abs() > 0.01).collect();
    let (start, end) = (loud[0], loud[loud.len() - 1]);
    let gap = loud.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
    let (share, level) = pitch(&heard[start + 4_800..start + 43_200], 48_000.0, 1_000.0);
    let length = (end - start) as f32 / 48_000.0;
    eprintln!("recorded {length:.3} s with a gap of {gap} samples: {share:.5} at 1 kHz, amplitude {level:.4}");
    assert!((length - gap as f32 / 48_000.0 - 2.0).abs() < 0.01, "{length} s");
    assert!(share > 0.999 && (level - 0.5).abs() < 0.01, "{share} at 1 kHz, amplitude {level}");
}

#[test]
fn pieces_that_come_in_time_are_heard_as_one() {
    with_server("joins");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn joins() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ears.raw");
    let recorder = recorder(&path);
    let mut speaker = Speaker::open(None).unwrap();
    let whole = tone(24_000, 2.0);
    let mut pieces = whole.chunks(7_001).map(|piece| Speech { samples: piece.to_vec(), rate_hz: 24_000 });
    let mut asked = 0;
    let mut more = || {
        asked += 1;
        // Every other time there is nothing yet.
        if asked % 2 == 0 { More::Later } else { pieces.next().map_or(More::Over, More::Sound) }
    };
    speaker.play_on(&mut more, &AtomicBool::new(false)).unwrap();
    assert_eq!(speaker.underruns(), 0);
    let so_far = length(&path);
    wait_until("the recorder catches up", || length(&path) > so_far + 48_000);
    drop(recorder);
    let heard = samples(&std::fs::read(&path).unwrap());
    let loud: Vec<usize> = (0..heard.len()).filter(|at| heard[*at].abs() > 0.01).collect();
    let (start, end) = (loud[0], loud[loud.len() - 1]);
    assert!(((end - start) as f32 / 48_000.0 - 2.0).abs() < 0.01, "{} samples", end - start);
    let (share, _) = pitch(&heard[start + 2_400..end - 2_400], 48_000.0, 1_000.0);
    assert!(share > 0.999, "{share} of the power is at 1 kHz: a join can be heard");
}

#[test]
fn a_stopped_speech_falls_silent_and_the_next_one_is_heard() {
    with_server("stops");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn stops() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ears.raw");
    let recorder = recorder(&path);
    let mut speaker = Speaker::open(None).unwrap();
    let (stop, long) = (AtomicBool::new(false), Speech { samples: tone(24_000, 30.0), rate_hz: 24_000 });
    let stopped = std::thread::scope(|scope| {
        let stopper = scope.spawn(|| {
            wait_until("something was heard", || length(&path) > 96_000);
            stop.store(true, Ordering::Release);
            (clock::now(), length(&path))
        });
        speaker.play(&long, &stop).unwrap();
        stopper.join().unwrap()
    });
    eprintln!("returned {:?} after the stop", stopped.0.elapsed());
    wait_until("the recorder catches up", || length(&path) > stopped.1 + 96_000);
    drop(recorder);
    let heard = samples(&std::fs::read(&path).unwrap());
    let last = heard.iter().rposition(|sample| *sample != 0.0).unwrap();
    let late = last as f32 / 48_000.0 - stopped.1 as f32 / 96_000.0;
    eprintln!("the last sound was recorded {late:.3} s after the stop");
    assert!(late < 1.0, "{late} s");
    let short = Speech { samples: tone(24_000, 0.2), rate_hz: 24_000 };
    let mut first = false;
    speaker.play_with(&short, &AtomicBool::new(false), &mut || first = true).unwrap();
    assert!(first);
}

#[test]
fn a_device_that_goes_away_is_told_at_once_and_given_up_by_name_after_a_minute() {
    with_server("loses");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn loses() {
    let (mut server, folder) = (server(), tempfile::tempdir().unwrap());
    let _tone = sound_in_the_room(folder.path(), 30.0);
    let (mut microphone, mut speaker) = (Microphone::open(None).unwrap(), Speaker::open(None).unwrap());
    hear(&mut microphone, 0.5).unwrap();
    server.0.kill().unwrap();
    server.0.wait().unwrap();
    let start = clock::now();
    let (_, told) = hear_all(&mut microphone, 5.0).unwrap();
    let (at, Next::Interrupted(told)) = &told[0] else { panic!("{told:?}") };
    eprintln!("told after {at:.1} s: {told}");
    assert!(told.what.contains(microphone.name()), "{told}");
    let speech = Speech { samples: tone(24_000, 1.0), rate_hz: 24_000 };
    let error = speaker.play(&speech, &AtomicBool::new(false)).unwrap_err();
    eprintln!("speaker: {error}");
    assert_eq!(error.kind, AudioErrorKind::Lost);
    assert!(speaker.play(&speech, &AtomicBool::new(false)).is_err(), "there is nothing to open again");
    let error = hear(&mut microphone, 90.0).unwrap_err();
    eprintln!("microphone after {:?}: {error} ({})", start.elapsed(), error.hint);
    assert_eq!((error.kind, &error), (AudioErrorKind::Lost, told));
    assert!(start.elapsed().abs_diff(PATIENCE) < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(microphone.next(), Err(error), "it stays lost");
}

#[test]
fn a_server_that_comes_back_is_heard_again_and_time_holds() {
    with_server("returns");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn returns() {
    let (mut first, folder) = (server(), tempfile::tempdir().unwrap());
    let tone = sound_in_the_room(folder.path(), 60.0);
    let mut microphone = Microphone::open(None).unwrap();
    hear(&mut microphone, 0.2).unwrap();
    let start = clock::now();
    first.0.kill().unwrap();
    first.0.wait().unwrap();
    drop(tone);
    let _second = server();
    let _tone = sound_in_the_room(folder.path(), 60.0);
    let heard = hear(&mut microphone, 8.0).unwrap();
    let late = start.elapsed().as_secs_f32() - heard.len() as f32 / 16_000.0;
    eprintln!("8 s of sound, a gap within, came {late:.2} s late");
    assert!(late.abs() < 0.5, "{late} s");
    let (share, _) = pitch(&heard[7 * 16_000..], 16_000.0, 1_000.0);
    assert!(share > 0.99, "{share} of the power is at 1 kHz");
}

/// Takes the sink away whose monitor is the microphone.
pub(super) fn unplug() {
    let modules = pactl(&["list", "short", "modules"]);
    let room = modules.lines().find(|line| line.contains("sink_name=room")).and_then(|line| line.split('\t').next());
    pactl(&["unload-module", room.unwrap()]);
}

/// Brings that sink back.
pub(super) fn plug_in() {
    // Without rewinds it thinks 50 ms ahead and not two seconds, as no microphone does.
    pactl(&["load-module", "module-null-sink", "sink_name=room", "rate=48000", "norewinds=1"]);
}

#[test]
fn a_microphone_that_is_unplugged_and_plugged_in_again_is_heard_again_and_time_holds() {
    with_server("is_plugged_in_again");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn is_plugged_in_again() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let sound = sound_in_the_room(folder.path(), 60.0);
    let mut microphone = Microphone::open(None).unwrap();
    hear(&mut microphone, 1.0).unwrap();
    let start = clock::now();
    // The server would move the sound to the sink that is left, and the microphone to that one's monitor.
    drop(sound);
    unplug();
    let (before, told) = hear_all(&mut microphone, 6.0).unwrap();
    assert!(matches!(told[..], [(_, Next::Interrupted(_))]), "{told:?}");
    assert!(before[3 * 16_000..].iter().all(|sample| *sample == 0.0), "silence stands for the gap");
    plug_in();
    let _tone = sound_in_the_room(folder.path(), 60.0);
    let (after, back) = hear_all(&mut microphone, 6.0).unwrap();
    let late = start.elapsed().as_secs_f32() - (before.len() + after.len()) as f32 / 16_000.0;
    eprintln!("told {told:?}, then {back:?}; 12 s came {late:.3} s late");
    assert!(matches!(&back[..], [(_, Next::Returned(name))] if name == microphone.name()), "{back:?}");
    assert!(late.abs() < 0.3, "{late} s");
    let (share, level) = pitch(&after[5 * 16_000..], 16_000.0, 1_000.0);
    assert!(share > 0.99 && (level - 0.5).abs() < 0.02, "{share} at 1 kHz, amplitude {level}");
}

#[test]
fn three_seconds_of_digital_silence_after_sound_are_told_and_the_next_sound_ends_them() {
    with_server("falls_mute");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn falls_mute() {
    let (_server, folder) = (server(), tempfile::tempdir().unwrap());
    let mut microphone = Microphone::open(None).unwrap();
    // Nothing but zeros before the first sound is a room that is not yet in use.
    let (heard, told) = hear_all(&mut microphone, 4.0).unwrap();
    assert!(heard.iter().all(|sample| *sample == 0.0) && told.is_empty(), "{told:?}");
    let (start, first) = (clock::now(), sound_in_the_room(folder.path(), 2.0));
    let (_, told) = hear_all(&mut microphone, 9.0).unwrap();
    let [(at, Next::Interrupted(error))] = &told[..] else { panic!("{told:?}") };
    eprintln!("told after {at:.1} s: {error}");
    assert!(error.why.contains("digital silence for 3 s") && (4.5..7.0).contains(at), "{at} s: {error}");
    drop(first);
    let _tone = sound_in_the_room(folder.path(), 10.0);
    let (heard, told) = hear_all(&mut microphone, 4.0).unwrap();
    assert!(matches!(told[..], [(at, Next::Returned(_))] if at < 2.0), "{told:?}");
    let late = start.elapsed().as_secs_f32() - 13.0;
    eprintln!("13 s with a tone, silence, another opening and a tone came {late:.2} s late");
    assert!(late.abs() < 0.5, "{late} s");
    let (share, _) = pitch(&heard[3 * 16_000..], 16_000.0, 1_000.0);
    assert!(share > 0.99, "{share} of the power is at 1 kHz");
}

#[test]
fn devices_are_listed_and_named() {
    with_server("lists");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn lists() {
    let running = server();
    let devices = device::list();
    eprintln!("{devices:?}");
    for list in [&devices.inputs, &devices.outputs] {
        let default = list.iter().find(|device| device.default).unwrap();
        assert!(default.rate_hz >= 8_000 && default.channels >= 1 && default.id == "default");
    }
    assert_eq!(Microphone::open(Some("DEFAULT")).unwrap().name(), devices.inputs[0].name);
    let error = Microphone::open(Some("No such thing")).unwrap_err();
    assert_eq!(error.kind, AudioErrorKind::NotFound);
    assert!(error.hint.contains(&devices.inputs[0].name), "{error:?}");
    drop(running);
    assert_eq!(device::list(), device::Devices::default());
    assert_eq!(Microphone::open(None).unwrap_err().kind, AudioErrorKind::NotFound);
    assert_eq!(Speaker::open(None).unwrap_err().kind, AudioErrorKind::NotFound);
}
