//! `hotseat models pull`: fetches a model, shows how far it is, and keeps what came when it is stopped.

use std::time::Duration;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::cli::words::bar;
use crate::models::catalogue::{Catalogue, Entry};
use crate::models::pull::meter::Progress;
use crate::models::pull::stop::Stop;
use crate::models::pull::{Order, Patience, Pulled, Told, pull};
use crate::models::unknown;

/// Cells of the bar.
const BAR: usize = 20;

/// Tenths of the file between two lines where no line can be written over.
const TENTHS: u64 = 10;

/// What to fetch.
#[derive(Debug, clap::Args)]
pub struct PullArgs {
    /// The model, such as small.en-q8_0; `hotseat models list` shows all
    name: String,
    /// Fetch it from this address, a folder with the same files, such as a mirror
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// Give up waiting for a server after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    patience: u64,
    #[command(flatten)]
    models: ModelsFlag,
}

/// Fetches the model.
///
/// # Errors
/// [`Failure`] says why it cannot be had, what is kept and what to do.
pub fn run(arguments: &PullArgs, ui: &mut Ui) -> Outcome {
    let catalogue = Catalogue::known();
    let entry = catalogue.named(&arguments.name).ok_or_else(|| unknown(&catalogue, &arguments.name))?;
    let url = address(entry, arguments.from.as_deref())?;
    let folder = arguments.models.pulled_place()?;
    let stop = Stop::default();
    let wish = stop.clone();
    // A handler can be set once in a process; without one, Ctrl-C ends the program and what came is kept all the same.
    let _already_set = ctrlc::set_handler(move || wish.wish());
    ui.status(&format!("Fetching {} ({:.1} MB) from {url}", entry.name(), megabytes(entry.bytes)));
    let patience = Patience { stall: Duration::from_secs(arguments.patience), ..Patience::default() };
    let order = Order { entry, url: &url, folder: &folder, patience };
    let mut tenth = None;
    let pulled = pull(&order, &stop, &mut |told| match told {
        Told::Coming(progress) if ui.is_interactive() => ui.progress(&line(&progress)),
        Told::Coming(progress) => {
            let now = progress.have.saturating_mul(TENTHS) / progress.whole.max(1);
            if tenth.replace(now).is_some_and(|before| before != now) {
                ui.status(&line(&progress));
            }
        }
        Told::Again { why, wait } => ui.status(&format!("{why}; trying again in {} s", wait.as_secs())),
        Told::StartingOver { why } => ui.status(&format!("{why}; starting over")),
        Told::Checking => ui.status("Comparing its digest"),
    })?;
    match pulled {
        Pulled::Already(path) => ui.status(&format!("{} is here and whole: {}", entry.name(), path.display())),
        Pulled::Fetched(path) => ui.status(&format!("{} is here: {}", entry.name(), path.display())),
    }
    if entry.is_speech_model() {
        let name = entry.name();
        ui.status(&format!("Use it with `--stt {name}`, or always with `export HOTSEAT_STT={name}`"));
    }
    Ok(())
}

fn address(entry: &Entry, from: Option<&str>) -> Result<String, Failure> {
    let Some(url) = &entry.url else {
        return Err(Failure::new(format!("`{}` comes with Hotseat and is not fetched", entry.name()))
            .hint("`hotseat models verify` checks whether it is whole"));
    };
    match from {
        None => Ok(url.clone()),
        Some(base) if base.starts_with("http://") || base.starts_with("https://") => {
            Ok(format!("{}/{}", base.trim_end_matches('/'), entry.file))
        }
        Some(base) => Err(Failure::new(format!("`{base}` is no address")).hint("it begins with `https://`")),
    }
}

/// Returns how far a pull is, in a line.
fn line(progress: &Progress) -> String {
    let share = progress.have as f64 / progress.whole.max(1) as f64;
    let shown = format!(
        "{} {:3.0} %  {:.1} of {:.1} MB",
        bar(share as f32, BAR),
        (share * 100.0).floor(),
        megabytes(progress.have),
        megabytes(progress.whole)
    );
    match (progress.rate, progress.left) {
        (None, _) => shown,
        (Some(rate), Some(left)) => format!("{shown}  {:.1} MB/s  {} left", rate / 1e6, spoken(left)),
        (Some(_), None) => format!("{shown}  nothing comes"),
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn spoken(time: Duration) -> String {
    // A part of a second is a second: nothing left is said when nothing is left.
    match (time.as_millis().div_ceil(1_000)) as u64 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{}:{:02} min", seconds / 60, seconds % 60),
        seconds => format!("{}:{:02} h", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, line, spoken};
    use crate::models::catalogue::Catalogue;
    use crate::models::pull::meter::Progress;
    use std::time::Duration;

    #[test]
    fn progress_says_share_amount_rate_and_time_left() {
        let progress = |have, rate, left| Progress { have, whole: 264_477_561, rate, left };
        let lines = [
            progress(0, None, None),
            progress(113_200_000, Some(12_300_000.0), Some(Duration::from_secs_f32(12.3))),
            progress(113_200_000, Some(0.0), None),
            progress(264_477_560, Some(900_000.0), Some(Duration::from_millis(1))),
            progress(264_477_561, Some(900_000.0), Some(Duration::ZERO)),
        ];
        insta::assert_snapshot!(lines.map(|progress| line(&progress)).join("\n"));
    }

    #[test]
    fn time_left_is_rounded_up_and_short() {
        for (seconds, expected) in [(0, "0 s"), (59, "59 s"), (60, "1:00 min"), (3_599, "59:59 min"), (7_320, "2:02 h")]
        {
            assert_eq!(spoken(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(spoken(Duration::from_millis(59_001)), "1:00 min");
    }

    #[test]
    fn a_mirror_takes_the_place_of_the_hub() {
        let known = Catalogue::known();
        let small = known.named("small").unwrap();
        assert_eq!(address(small, Some("http://mirror/whisper/")).unwrap(), "http://mirror/whisper/ggml-small.bin");
        assert!(address(small, None).unwrap().starts_with("https://huggingface.co/ggerganov/whisper.cpp/resolve/"));
        assert!(address(small, Some("ftp://mirror")).unwrap_err().message.contains("no address"));
        let shipped = address(known.named("base-q8_0").unwrap(), None).unwrap_err();
        assert!(shipped.message.contains("comes with Hotseat"), "{shipped:?}");
    }
}
