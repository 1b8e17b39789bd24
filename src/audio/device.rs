//! Which microphones and speakers there are, and which is meant. Opens them to look, but carries no sound.

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedBufferSize};

use crate::audio::keeper::Time;
use crate::audio::{AudioError, AudioErrorKind, rt};

/// A microphone or speaker.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Device {
    /// What people call it.
    pub name: String,
    /// What the system calls it. Two devices may share a name, but never this.
    pub id: String,
    /// Whether it is used when none is named.
    pub default: bool,
    /// Samples a second that it is opened with.
    pub rate_hz: u32,
    /// Channels that it is opened with.
    pub channels: u16,
}

/// What there is to hear and to speak with.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Devices {
    /// Microphones.
    pub inputs: Vec<Device>,
    /// Speakers.
    pub outputs: Vec<Device>,
}

/// Which way sound flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From a microphone.
    In,
    /// To a speaker.
    Out,
}

impl Way {
    fn noun(self) -> &'static str {
        match self {
            Self::In => "microphone",
            Self::Out => "speaker",
        }
    }

    fn flag(self) -> &'static str {
        match self {
            Self::In => "--mic",
            Self::Out => "--speaker",
        }
    }

    fn default(self, host: &cpal::Host) -> Option<cpal::Device> {
        match self {
            Self::In => host.default_input_device(),
            Self::Out => host.default_output_device(),
        }
    }

    fn suits(self, device: &cpal::Device) -> bool {
        match self {
            Self::In => device.supports_input(),
            Self::Out => device.supports_output(),
        }
    }
}

/// A device with the settings to open it with.
pub(super) struct Chosen {
    pub(super) device: cpal::Device,
    pub(super) name: String,
    pub(super) config: StreamConfig,
    pub(super) format: SampleFormat,
}

/// Lists the devices that can be opened. Takes up to a second where there are many.
#[must_use]
pub fn list() -> Devices {
    let listing = || {
        quieten();
        let host = cpal::default_host();
        Devices { inputs: usable(&host, Way::In), outputs: usable(&host, Way::Out) }
    };
    // On a thread of its own, since what keeps the system's library quiet holds for a whole thread.
    std::thread::spawn(listing).join().unwrap_or_default()
}

fn usable(host: &cpal::Host, way: Way) -> Vec<Device> {
    let default = way.default(host);
    let default_id = default.as_ref().map(id);
    let mut found: Vec<Device> = Vec::new();
    for device in default.into_iter().chain(known(host, way).into_iter().filter(|device| is_worth_listing(&id(device))))
    {
        let id = id(&device);
        if found.iter().any(|other| other.id == id) {
            continue;
        }
        if let Ok((config, _)) = settings(&device, way) {
            let default = Some(&id) == default_id.as_ref();
            let (rate_hz, channels) = (config.sample_rate, config.channels);
            found.push(Device { name: name(&device), id, default, rate_hz, channels });
        }
    }
    found
}

/// Returns all devices of the system that say they can do this.
fn known(host: &cpal::Host, way: Way) -> Vec<cpal::Device> {
    host.devices().map(|devices| devices.filter(|device| way.suits(device)).collect()).unwrap_or_default()
}

/// Returns whether a device is one that people choose. ALSA names each card a dozen times over, by every way to reach it;
/// `sysdefault` is the one that can be shared with other programs. Elsewhere each device is there once.
fn is_worth_listing(id: &str) -> bool {
    !cfg!(target_os = "linux")
        || matches!(id, "default" | "pipewire" | "pulse")
        || id.starts_with("sysdefault:")
        || id.starts_with("usb")
}

fn id(device: &cpal::Device) -> String {
    device.id().map(|id| id.id().to_owned()).unwrap_or_default()
}

fn name(device: &cpal::Device) -> String {
    device.description().map_or_else(|_| id(device), |description| description.name().trim().to_owned())
}

/// Returns the settings to open a device with: its own rate and channels, and short buffers where it takes them.
fn settings(device: &cpal::Device, way: Way) -> Result<(StreamConfig, SampleFormat), cpal::Error> {
    let own = match way {
        Way::In => device.default_input_config()?,
        Way::Out => device.default_output_config()?,
    };
    if !rt::knows(own.sample_format()) || own.channels() == 0 || own.sample_rate() == 0 {
        return Err(cpal::ErrorKind::UnsupportedConfig.into());
    }
    let mut config = own.config();
    // 20 ms: short enough to fall silent within 50 ms with the two buffers of ALSA, long enough for a busy computer.
    let wanted = config.sample_rate / 50;
    if let SupportedBufferSize::Range { min, max } = own.buffer_size()
        && (*min..=*max).contains(&wanted)
    {
        config.buffer_size = BufferSize::Fixed(wanted);
    }
    Ok((config, own.sample_format()))
}

/// Opens a device with `open`: the one that `wanted` names, or the first of the system's defaults that can be opened.
///
/// # Errors
/// [`AudioError`] names the device; when none has the name, it says which there are.
pub(super) fn open<T>(
    way: Way,
    wanted: Option<&str>,
    mut open: impl FnMut(&Chosen) -> Result<T, cpal::Error>,
) -> Result<T, AudioError> {
    let host = cpal::default_host();
    let mut first = None;
    for device in candidates(&host, way, wanted)? {
        let name = name(&device);
        let opened = settings(&device, way).and_then(|(config, format)| {
            let mut chosen = Chosen { device, name: name.clone(), config, format };
            open(&chosen).or_else(|error| {
                // Some drivers report buffer sizes that they then refuse.
                chosen.config.buffer_size = BufferSize::Default;
                if error.kind() == cpal::ErrorKind::UnsupportedConfig { open(&chosen) } else { Err(error) }
            })
        });
        match opened {
            Ok(opened) => return Ok(opened),
            Err(error) => first = first.or(Some(refused(way, wanted.map(|_| name.as_str()), &error))),
        }
    }
    Err(first.unwrap_or_else(|| none(way)))
}

/// Opens a device as [`open`] does, and if it is not there [`Time::Again`], the system's default in its place.
///
/// # Errors
/// [`AudioError`] names the device that was wanted.
pub(super) fn open_or_stand_in<T>(
    time: Time,
    way: Way,
    wanted: Option<&str>,
    mut with: impl FnMut(&Chosen) -> Result<T, cpal::Error>,
) -> Result<T, AudioError> {
    let opened = open(way, wanted, &mut with);
    match time {
        Time::Again if wanted.is_some() => opened.or_else(|error| open(way, None, with).map_err(|_| error)),
        _ => opened,
    }
}

fn candidates(host: &cpal::Host, way: Way, wanted: Option<&str>) -> Result<Vec<cpal::Device>, AudioError> {
    let Some(wanted) = wanted else {
        // Where a sound server holds the hardware, ALSA's own default may be taken, and the server's device is the way in.
        let servers = || known(host, way).into_iter().filter(|device| matches!(&*id(device), "pipewire" | "pulse"));
        return Ok(way.default(host).into_iter().chain(servers()).collect());
    };
    let mut devices: Vec<cpal::Device> = way.default(host).into_iter().chain(known(host, way)).collect();
    let names: Vec<(String, String)> = devices.iter().map(|device| (name(device), id(device))).collect();
    match best(&names, wanted) {
        Some(at) => Ok(vec![devices.swap_remove(at)]),
        None => Err(unknown(way, wanted, &usable(host, way))),
    }
}

/// Returns which of the devices, by name and id, is meant: the same id or name, else the first whose name or id contains
/// it. Case does not matter.
fn best(devices: &[(String, String)], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim().to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let lower: Vec<(String, String)> =
        devices.iter().map(|(name, id)| (name.to_lowercase(), id.to_lowercase())).collect();
    let find = |matches: &dyn Fn(&(String, String)) -> bool| lower.iter().position(matches);
    find(&|(name, id)| *name == wanted || *id == wanted)
        .or_else(|| find(&|(name, id)| name.contains(&wanted) && is_worth_listing(id)))
        .or_else(|| find(&|(name, id)| name.contains(&wanted) || id.contains(&wanted)))
}

fn unknown(way: Way, wanted: &str, there: &[Device]) -> AudioError {
    let closest = there
        .iter()
        .map(|device| (strsim::jaro_winkler(&device.name.to_lowercase(), &wanted.to_lowercase()), &device.name))
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .filter(|(likeness, _)| *likeness > 0.75);
    let names: Vec<String> = there.iter().map(|device| format!("`{}`", device.name)).collect();
    let hint = match (closest, names.is_empty()) {
        (Some((_, name)), _) => format!("did you mean `{name}`? There are: {}", names.join(", ")),
        (None, false) => format!("there are: {}", names.join(", ")),
        (None, true) => format!("there is no {} at all; plug one in and see `hotseat devices`", way.noun()),
    };
    AudioError::new(
        AudioErrorKind::NotFound,
        format!("{} `{wanted}`", way.noun()),
        format!("there is no {} of that name", way.noun()),
        hint,
    )
}

fn none(way: Way) -> AudioError {
    AudioError::new(
        AudioErrorKind::NotFound,
        way.noun(),
        "this computer has none",
        format!("plug one in, or choose one with `{}`; `hotseat devices` lists them", way.flag()),
    )
}

/// Turns cpal's error on opening into ours. `name` is None for the default.
fn refused(way: Way, name: Option<&str>, error: &cpal::Error) -> AudioError {
    use cpal::ErrorKind as Theirs;
    let choose = format!("choose another with `{}`; `hotseat devices` lists them", way.flag());
    let (kind, why, hint) = match error.kind() {
        // Without a name this is the default, which fails in many ways where there simply is no device.
        Theirs::DeviceNotAvailable | Theirs::HostUnavailable | Theirs::BackendError | Theirs::UnsupportedOperation
            if name.is_none() =>
        {
            return none(way);
        }
        Theirs::DeviceNotAvailable | Theirs::HostUnavailable => {
            (AudioErrorKind::NotFound, "it is not there".into(), format!("plug it in, or {choose}"))
        }
        Theirs::DeviceBusy => {
            (AudioErrorKind::Busy, "another program is using it".into(), format!("close that program, or {choose}"))
        }
        Theirs::PermissionDenied => (
            AudioErrorKind::Denied,
            "the system does not allow its use".into(),
            "allow it in the system's privacy settings; on Linux, join the group `audio`".into(),
        ),
        Theirs::UnsupportedConfig | Theirs::UnsupportedOperation => {
            (AudioErrorKind::Other, format!("it cannot be used as a {}", way.noun()), choose)
        }
        _ => (AudioErrorKind::Other, error.to_string(), choose),
    };
    AudioError::new(kind, called(way, name.unwrap_or("default")), why, hint)
}

/// Returns how an error speaks of a device.
pub(super) fn called(way: Way, name: &str) -> String {
    format!("{} `{name}`", way.noun())
}

/// Returns the error about a device that was open and is gone.
pub(super) fn lost(way: Way, name: &str, why: &str) -> AudioError {
    let hint = format!(
        "check its cable, its battery and its mute switch, or choose another with `{}`; `hotseat devices` lists them",
        way.flag()
    );
    AudioError::new(AudioErrorKind::Lost, called(way, name), why, hint)
}

/// Returns whether an error of a running stream means that its device is gone. Others pass, or show by what follows.
pub(super) fn is_gone(error: &cpal::Error) -> bool {
    use cpal::ErrorKind as Theirs;
    matches!(error.kind(), Theirs::DeviceNotAvailable | Theirs::HostUnavailable | Theirs::StreamInvalidated)
}

/// Keeps alsa-lib from writing to stderr on this thread, where it reports every device that it tried in vain. It offers
/// no other way than a handler; this one writes into memory. Errors still come back as values.
pub(super) fn quieten() {
    #[cfg(target_os = "linux")]
    let _memory = alsa::Output::local_error_handler();
}

#[cfg(test)]
mod tests {
    use super::{Device, Way, best, unknown};

    fn names(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, id)| ((*name).to_owned(), (*id).to_owned())).collect()
    }

    #[test]
    fn a_device_is_found_by_id_by_name_and_by_a_part_of_its_name() {
        let there = names(&[
            ("HDA Intel, ALC257", "hw:CARD=PCH,DEV=0"),
            ("HDA Intel, ALC257", "sysdefault:CARD=PCH"),
            ("USB Headset Pro", "sysdefault:CARD=Pro"),
            ("USB Headset", "sysdefault:CARD=Headset"),
        ]);
        for (wanted, want) in [
            ("usb headset", Some(3)),
            ("PRO", Some(2)),
            ("alc257", Some(1)),
            ("hw:card=pch,dev=0", Some(0)),
            ("dev=0", Some(0)),
            ("bluetooth", None),
            ("  ", None),
        ] {
            assert_eq!(best(&there, wanted), want, "{wanted}");
        }
    }

    #[test]
    fn an_unknown_name_says_which_there_are_and_which_is_close() {
        let headset =
            Device { name: "USB Headset".into(), id: "x".into(), default: true, rate_hz: 48_000, channels: 1 };
        let error = unknown(Way::In, "USB Hedset", std::slice::from_ref(&headset));
        assert_eq!(error.to_string(), "microphone `USB Hedset`: there is no microphone of that name");
        assert_eq!(error.hint, "did you mean `USB Headset`? There are: `USB Headset`");
        assert_eq!(unknown(Way::In, "webcam", &[headset]).hint, "there are: `USB Headset`");
        assert!(unknown(Way::Out, "webcam", &[]).hint.starts_with("there is no speaker at all"));
    }
}
