//! Models are fetched from servers that behave, and from such that do not.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use hotseat::models::ModelError;
use hotseat::models::catalogue::Entry;
use hotseat::models::pull::stop::Stop;
use hotseat::models::pull::{Order, Patience, Pulled, Told, pull};
use hotseat::models::verify::digest_while;
use tempfile::TempDir;

use crate::support::Home;

mod server;

use server::{Reply, Server};

const NAME: &str = "ggml-test.bin";
const LENGTH: usize = 300_000;

/// Short, so that the tests need not wait for what never comes.
const PATIENCE: Patience =
    Patience { connect: Duration::from_secs(5), stall: Duration::from_millis(400), pause: Duration::from_millis(5) };

fn content() -> Vec<u8> {
    let mut state = 7_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(LENGTH)
    .collect()
}

/// A folder to pull into, and the file that the catalogue would name.
struct Place {
    folder: TempDir,
    entry: Entry,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let good = folder.path().join("good");
        std::fs::write(&good, content()).expect("it is written");
        let sha256 = digest_while(&good, &mut |_| true).expect("it is read").expect("all of it");
        std::fs::remove_file(good).expect("it is removed");
        let entry = Entry {
            file: NAME.into(),
            bytes: LENGTH as u64,
            sha256,
            license: "MIT".into(),
            what: "for a test".into(),
            origin: "made up".into(),
            url: None,
        };
        Self { folder, entry }
    }

    fn models(&self) -> PathBuf {
        self.folder.path().join("data/models")
    }

    fn part(&self) -> PathBuf {
        self.models().join(format!("{NAME}.part"))
    }

    fn keep(&self, bytes: &[u8]) {
        std::fs::create_dir_all(self.models()).expect("a folder");
        std::fs::write(self.part(), bytes).expect("it is written");
    }

    fn pull(&self, url: &str, tell: &mut dyn FnMut(Told)) -> Result<Pulled, ModelError> {
        self.pull_until(url, &Stop::default(), tell)
    }

    fn pull_until(&self, url: &str, stop: &Stop, tell: &mut dyn FnMut(Told)) -> Result<Pulled, ModelError> {
        let folder = self.models();
        pull(&Order { entry: &self.entry, url, folder: &folder, patience: PATIENCE }, stop, tell)
    }

    /// Pulls, and expects the whole file under its name and nothing beside it.
    fn pulls_whole(&self, server: &Server) -> Vec<Told> {
        let mut told = Vec::new();
        let pulled = self.pull(&server.url(NAME), &mut |one| told.push(one)).expect("it comes");
        assert_eq!(pulled, Pulled::Fetched(self.models().join(NAME)));
        assert!(std::fs::read(self.models().join(NAME)).expect("it is there") == content(), "it is another file");
        assert_eq!(names(&self.models()), [NAME]);
        told
    }

    /// Pulls, expects that it fails with these words, and that nothing lies under the name.
    fn fails(&self, server: &Server, words: &str) -> ModelError {
        let error = self.pull(&server.url(NAME), &mut |_| ()).expect_err("it cannot come");
        assert!(error.message.contains(words), "{error}");
        assert!(!self.models().join(NAME).exists());
        error
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_file_comes_whole_and_into_a_private_folder() {
    let (place, server) = (Place::new(), Server::start(|_, asked| Reply::honest(asked, &content())));
    let told = place.pulls_whole(&server);
    assert!(matches!(told.last(), Some(Told::Checking)), "{told:?}");
    assert!(told.iter().any(|one| matches!(one, Told::Coming(progress) if progress.have == LENGTH as u64)));
    assert_eq!(server.begins(), [None]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(place.models()).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    let again = place.pull(&server.url(NAME), &mut |_| ()).expect("it is there");
    assert_eq!(again, Pulled::Already(place.models().join(NAME)));
    assert_eq!(server.asked().len(), 1, "what is whole is not asked for");
}

#[test]
fn a_connection_that_drops_is_taken_up_where_it_broke_off() {
    let place = Place::new();
    let server = Server::start(|_, asked| Reply::honest(asked, &content()).cut(100_000));
    let told = place.pulls_whole(&server);
    assert_eq!(server.begins(), [None, Some(100_000), Some(200_000)]);
    assert_eq!(told.iter().filter(|one| matches!(one, Told::Again { .. })).count(), 2);
}

#[test]
fn a_server_that_knows_no_ranges_sends_all_from_the_beginning() {
    let place = Place::new();
    let server = Server::start(|nth, _| {
        let reply = Reply::new(format!("200 OK\r\nContent-Length: {LENGTH}"), &content());
        if nth == 0 { reply.cut(100_000) } else { reply }
    });
    place.pulls_whole(&server);
    assert_eq!(server.begins(), [None, Some(100_000)]);
}

#[test]
fn a_server_that_knows_no_ranges_and_always_drops_is_given_up() {
    let place = Place::new();
    let server =
        Server::start(|_, _| Reply::new(format!("200 OK\r\nContent-Length: {LENGTH}"), &content()).cut(100_000));
    let error = place.fails(&server, "the connection broke off");
    assert!(error.hint.contains("kept; the same command goes on"), "{error:?}");
    // The first one got further than nothing, four more got no further.
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn a_stall_ends_the_try_and_the_next_one_goes_on() {
    let place = Place::new();
    let server = Server::start(|nth, asked| {
        let reply = Reply::honest(asked, &content());
        if nth == 0 { reply.cut(100_000).hanging() } else { reply }
    });
    let told = place.pulls_whole(&server);
    assert!(
        told.iter().any(|one| matches!(one, Told::Again { why, .. } if why.starts_with("nothing came"))),
        "{told:?}"
    );
    assert_eq!(server.begins(), [None, Some(100_000)]);
}

#[test]
fn a_server_that_never_replies_is_given_up() {
    let place = Place::new();
    let server = Server::start(|_, _| Reply::silence());
    place.fails(&server, "nothing came");
    assert!(!place.part().exists(), "nothing is left of a pull that brought nothing");
}

#[test]
fn what_is_kept_of_a_pull_that_failed_is_used_by_the_next() {
    let place = Place::new();
    let bad = Server::start(|nth, asked| match nth {
        0 => Reply::honest(asked, &content()).cut(120_000),
        _ => Reply::new("503 Not now", b""),
    });
    let error = place.fails(&bad, "HTTP 503");
    assert!(error.hint.contains("1 of 1 MB are kept"), "{error:?}");
    assert_eq!(std::fs::read(place.part()).expect("it is kept"), content()[..120_000]);
    let good = Server::start(|_, asked| Reply::honest(asked, &content()));
    place.pulls_whole(&good);
    assert_eq!(good.begins(), [Some(120_000)]);
}

#[test]
fn a_server_in_trouble_is_asked_again_and_given_up_in_the_end() {
    let place = Place::new();
    let server = Server::start(|nth, asked| match nth {
        0 => Reply::new("500 Oh", b"oh"),
        1 => Reply::new("429 Slow down", b""),
        _ => Reply::honest(asked, &content()),
    });
    place.pulls_whole(&server);
    let (place, server) = (Place::new(), Server::start(|_, _| Reply::new("500 Oh", b"oh")));
    place.fails(&server, "the server is in trouble (HTTP 500)");
    assert_eq!(server.asked().len(), 5);
}

#[test]
fn a_file_that_is_not_there_is_not_asked_for_twice_and_leaves_nothing() {
    let (place, server) = (Place::new(), Server::start(|_, _| Reply::new("404 No", b"no such file")));
    place.fails(&server, "the server does not have it (HTTP 404)");
    assert_eq!(server.asked().len(), 1);
    assert!(names(&place.models()).is_empty());
}

#[test]
fn a_length_other_than_the_catalogues_is_refused_before_anything_is_written() {
    for length in [LENGTH - 1, LENGTH + 1, 5_000_000_000] {
        let place = Place::new();
        place.keep(&content()[..50_000]);
        let server = Server::start(move |_, _| Reply::new(format!("200 OK\r\nContent-Length: {length}"), &content()));
        place.fails(&server, &format!("{length} bytes, not {LENGTH}"));
        assert_eq!(std::fs::read(place.part()).expect("it is kept").len(), 50_000);
    }
}

#[test]
fn more_bytes_than_the_catalogue_says_are_not_written() {
    let place = Place::new();
    let server = Server::start(|_, _| {
        let mut endless = content();
        endless.extend(vec![0; 3_000_000]);
        // Without a length the body ends where the connection does.
        Reply::new("200 OK", &endless)
    });
    place.pulls_whole(&server);
}

#[test]
fn fewer_bytes_than_the_server_says_are_asked_for_again() {
    let place = Place::new();
    let server = Server::start(|nth, asked| match nth {
        0 => Reply::new("200 OK", &content()[..70_000]),
        _ => Reply::honest(asked, &content()),
    });
    place.pulls_whole(&server);
    assert_eq!(server.begins(), [None, Some(70_000)]);
}

#[test]
fn a_part_that_begins_elsewhere_is_not_taken() {
    let place = Place::new();
    place.keep(&content()[..100_000]);
    let server = Server::start(|_, asked| match asked.from {
        Some(_) => Reply::new(format!("206 Partial Content\r\nContent-Range: bytes 0-299999/{LENGTH}"), &content()),
        None => Reply::honest(asked, &content()),
    });
    let told = place.pulls_whole(&server);
    assert_eq!(server.begins(), [Some(100_000), None]);
    assert!(told.iter().any(|one| matches!(one, Told::StartingOver { .. })));
}

#[test]
fn a_server_that_cannot_go_on_sends_all() {
    let place = Place::new();
    place.keep(&content()[..100_000]);
    let server = Server::start(|_, asked| match asked.from {
        Some(_) => Reply::new("416 Range Not Satisfiable\r\nContent-Range: bytes */5", b""),
        None => Reply::honest(asked, &content()),
    });
    place.pulls_whole(&server);
    assert_eq!(server.begins(), [Some(100_000), None]);
}

#[test]
fn what_is_all_there_is_checked_and_not_asked_for() {
    let (place, server) = (Place::new(), Server::start(|_, asked| Reply::honest(asked, &content())));
    place.keep(&content());
    place.pulls_whole(&server);
    assert!(server.asked().is_empty());
}

#[test]
fn what_was_kept_and_is_damaged_or_too_long_is_fetched_anew() {
    let mut damaged = content();
    damaged[9] ^= 1;
    for kept in [damaged.clone(), damaged[..100_000].to_vec(), vec![0; LENGTH + 1]] {
        let (place, server) = (Place::new(), Server::start(|_, asked| Reply::honest(asked, &content())));
        place.keep(&kept);
        let told = place.pulls_whole(&server);
        assert!(told.iter().any(|one| matches!(one, Told::StartingOver { .. })), "{told:?}");
        assert_eq!(server.begins().last(), Some(&None));
    }
}

#[test]
fn another_file_of_the_same_length_is_deleted() {
    let place = Place::new();
    let server = Server::start(|_, asked| Reply::honest(asked, &vec![1; LENGTH]));
    place.fails(&server, "its SHA-256 is another; it was deleted");
    assert!(names(&place.models()).is_empty());
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_file_that_lies_there_altered_is_replaced() {
    let (place, server) = (Place::new(), Server::start(|_, asked| Reply::honest(asked, &content())));
    std::fs::create_dir_all(place.models()).expect("a folder");
    std::fs::write(place.models().join(NAME), vec![1; LENGTH]).expect("it is written");
    place.pulls_whole(&server);
}

#[test]
fn redirects_are_followed_with_the_range_and_not_for_ever() {
    let place = Place::new();
    place.keep(&content()[..100_000]);
    let far = Server::start(|_, asked| Reply::honest(asked, &content()));
    let there = far.url("far");
    let near =
        Server::start(move |_, _| Reply::new(format!("302 Found\r\nLocation: {there}\r\nContent-Length: 0"), b""));
    place.pulls_whole(&near);
    assert_eq!(far.begins(), [Some(100_000)]);
    assert!(far.asked()[0].line.contains("/far"), "{:?}", far.asked());
    let place = Place::new();
    let round = Server::start(|_, _| Reply::new("302 Found\r\nLocation: /again\r\nContent-Length: 0", b""));
    place.fails(&round, "redirects more than 8 times");
}

#[test]
fn a_page_to_log_in_costs_nothing_that_was_kept() {
    let place = Place::new();
    place.keep(&content()[..100_000]);
    let server =
        Server::start(|_, _| Reply::new("200 OK\r\nContent-Type: text/html; charset=utf-8", b"<h1>Hotel</h1>"));
    place.fails(&server, "does this network want you to log in?");
    assert_eq!(std::fs::read(place.part()).expect("it is kept").len(), 100_000);
}

#[test]
fn what_cannot_be_reached_is_said_at_once() {
    let place = Place::new();
    // Nobody listens on a port that was just given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a port").port();
    let mut told = Vec::new();
    let url = format!("http://127.0.0.1:{port}/{NAME}");
    let error = place.pull(&url, &mut |one| told.push(one)).expect_err("nobody is there");
    assert!(error.message.contains("the connection is refused") && error.message.contains(&url), "{error}");
    assert!(!told.iter().any(|one| matches!(one, Told::Again { .. })), "{told:?}");
    assert!(place.pull("http://no-such-host.invalid/x", &mut |_| ()).expect_err("no host").message.contains("online?"));
}

#[test]
fn a_server_that_speaks_no_tls_is_no_reason_to_panic() {
    let place = Place::new();
    let server = Server::start(|_, asked| Reply::honest(asked, &content()));
    let url = server.url(NAME).replace("http:", "https:");
    let error = place.pull(&url, &mut |_| ()).expect_err("it speaks no TLS");
    assert!(error.message.contains("cannot be fetched from https:"), "{error}");
    assert!(!place.models().join(NAME).exists());
}

#[test]
fn a_pull_stops_when_it_is_wished_and_the_next_one_goes_on() {
    let (place, stop) = (Place::new(), Stop::default());
    let server = Server::start(|nth, asked| match nth {
        0 => Reply::honest(asked, &content()).cut(150_000).hanging(),
        _ => Reply::honest(asked, &content()),
    });
    let wish = stop.clone();
    let error = place
        .pull_until(&server.url(NAME), &stop, &mut |told| {
            if matches!(told, Told::Coming(progress) if progress.have == 150_000) {
                wish.wish();
            }
        })
        .expect_err("it was stopped");
    assert_eq!(error.message, "stopped");
    assert!(error.hint.contains("are kept; the same command goes on from there"), "{error:?}");
    assert_eq!(names(&place.models()), [format!("{NAME}.part")]);
    place.pulls_whole(&server);
    assert_eq!(server.begins(), [None, Some(150_000)]);
}

#[test]
fn two_pulls_of_one_file_do_not_write_over_each_other() {
    let place = Place::new();
    let server = Server::start(|nth, asked| match nth {
        0 => Reply::honest(asked, &content()).cut(150_000).hanging(),
        _ => Reply::honest(asked, &content()),
    });
    let (came, coming) = channel();
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            place.pull_until(&server.url(NAME), &stop, &mut |told| {
                if matches!(told, Told::Coming(_)) {
                    let _over = came.send(());
                }
            })
        });
        coming.recv().expect("the first one has begun");
        let error = place.pull(&server.url(NAME), &mut |_| ()).expect_err("the first one is at it");
        assert!(error.message.contains("another pull of `test` is under way"), "{error}");
        // The first one stalls, tries again and ends well.
        first.join().expect("it did not panic").expect("it ends well");
    });
    assert!(std::fs::read(place.models().join(NAME)).expect("it is there") == content());
}

#[test]
fn a_folder_that_cannot_be_made_is_named_with_what_to_do() {
    let (place, server) = (Place::new(), Server::start(|_, asked| Reply::honest(asked, &content())));
    std::fs::write(place.folder.path().join("data"), "a file where a folder should be").expect("it is written");
    let error = place.fails(&server, "nothing can be written to");
    assert!(error.hint.contains("--models"), "{error:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn the_command_says_what_went_wrong_and_exits_with_1() {
    let home = Home::new();
    let server = Server::start(|_, _| Reply::new("404 No", b""));
    let run = |arguments: &[&str]| {
        let output = home.hotseat(arguments).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    let base = server.url("");
    let (code, told) = run(&["models", "pull", "tiny.en-q8_0", "--from", &base]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("Fetching tiny.en-q8_0 (43.6 MB) from"), "{told}");
    assert!(told.contains("Error: `tiny.en-q8_0` cannot be fetched from"), "{told}");
    assert!(server.asked()[0].line.starts_with("GET /ggml-tiny.en-q8_0.bin "), "{:?}", server.asked());
    let (code, told) = run(&["models", "pull", "smal.en"]);
    assert!(code == Some(1) && told.contains("did you mean `small.en`?"), "{told}");
    let (code, told) = run(&["models", "pull", "base-q8_0"]);
    assert!(code == Some(1) && told.contains("comes with Hotseat and is not fetched"), "{told}");
}

#[test]
fn the_proxy_of_the_environment_is_asked() {
    let home = Home::new();
    let proxy = Server::start(|_, _| Reply::new("502 No", b""));
    let mut command = home.hotseat(["models", "pull", "tiny.en-q8_0", "--from", "http://models.example"]);
    command.env("HTTP_PROXY", proxy.url("")).env_remove("NO_PROXY").env_remove("no_proxy").env_remove("ALL_PROXY");
    let output = command.env("http_proxy", proxy.url("")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(proxy.asked()[0].line.contains("models.example"), "{:?}", proxy.asked());
}

#[test]
fn a_model_that_was_not_pulled_is_named_with_how_to_get_it() {
    let home = Home::new();
    let wav = home.path().join("a.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&wav, spec).expect("it is made");
    (0..1_600).for_each(|_| writer.write_sample(0_i16).expect("it is written"));
    writer.finalize().expect("it is whole");
    let run = |flag: &[&str], variable: &str| {
        let mut command = home.hotseat(["transcribe"]);
        let output = command.arg(&wav).args(flag).env("HOTSEAT_STT", variable).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("text"))
    };
    for (code, told) in [run(&["--stt", "small.en-q8_0"], ""), run(&[], "small.en-q8_0")] {
        assert_eq!(code, Some(1));
        assert!(told.contains("ggml-small.en-q8_0.bin` is missing"), "{told}");
        assert!(told.contains("`hotseat models pull small.en-q8_0` fetches it"), "{told}");
    }
    let (code, told) = run(&["--stt", "voices/af_heart.bin"], "");
    assert!(code == Some(1) && told.contains("no model for speech to text"), "{told}");
    let (code, told) = run(&["--stt", "base-q8_0"], "nonsense");
    assert_eq!(code, Some(0), "the flag goes before the variable: {told}");
}
