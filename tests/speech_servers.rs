//! Speech heard and spoken by a server, and by the models here where it fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hotseat::http::address::Address;
use hotseat::http::key::Key;
use hotseat::http::service::Service;
use hotseat::stt::Transcriber;
use hotseat::stt::scripted::ScriptedTranscriber;
use hotseat::stt::served::Served as ServedRecogniser;
use hotseat::tts::cache::Cached;
use hotseat::tts::served::Served as ServedVoice;
use hotseat::tts::{Synthesizer, TtsError, Voice};
use hotseat::units::Speech;

use crate::llm::server::{Reply, Server};
use crate::support::Home;

const SECRET: &str = "sk-secret-123456";

fn service(address: &str) -> Service {
    Service {
        address: Address::parse(address).expect("it is one"),
        model: "small".into(),
        key: Key::parse(SECRET).expect("it is one"),
        within: Duration::from_millis(500),
    }
}

/// What was told.
fn listener() -> (Arc<Mutex<Vec<String>>>, impl Fn(String) + Send + Sync + 'static) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let out = Arc::clone(&told);
    (told, move |what| out.lock().expect("nobody panicked").push(what))
}

fn heard(recogniser: &mut ServedRecogniser, level: f32) -> String {
    let heard = recogniser.transcribe(&[level; 16_000], &["RTO".into()]).expect("somebody hears");
    heard.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_server_hears_and_gets_the_terms_and_the_recording() {
    let reply =
        r#"{"text":"I ask.","words":[{"word":"I","start":0.1,"end":0.2},{"word":"ask.","start":0.2,"end":0.5}]}"#;
    let server = Server::start(vec![Reply::new("200 OK\r\nContent-Type: application/json", reply)]);
    let (told, tell) = listener();
    let nobody = Box::new(|| panic!("it is not needed"));
    let mut recogniser = ServedRecogniser::new(service(&server.address()), nobody, tell);
    assert_eq!(heard(&mut recogniser, 0.0), "I ask.");
    assert!(told.lock().expect("nobody panicked").is_empty());
    let asked = &server.requests()[0];
    assert!(asked.line.starts_with("POST /v1/audio/transcriptions "), "{}", asked.line);
    assert_eq!(asked.header("authorization"), Some("Bearer sk-secret-123456"));
    let body = String::from_utf8_lossy(&asked.body);
    assert!(body.contains("\r\n\r\nRTO\r\n") && body.contains("RIFF"));
}

#[test]
fn where_the_server_fails_the_model_here_hears_and_that_is_told_once() {
    for (reply, why) in [
        (Reply::refusal(401, "no such key: sk-secret-123456"), "401"),
        (Reply::refusal(500, "out of memory"), "500"),
        (Reply::silence(), "longer than"),
        (Reply::new("200 OK", "<html>"), "cannot be read"),
        (Reply::new("200 OK", "{\"text\": \"cut"), "cannot be read"),
    ] {
        let server = Server::start(vec![reply]);
        let (told, tell) = listener();
        let local =
            Box::new(|| Ok(Box::new(ScriptedTranscriber::new(["one", "two", "three"])) as Box<dyn Transcriber>));
        let mut recogniser = ServedRecogniser::new(service(&server.address()), local, tell);
        assert_eq!([0.1, 0.2, 0.3].map(|level| heard(&mut recogniser, level)), ["one", "two", "three"], "{why}");
        let told = told.lock().expect("nobody panicked").clone();
        assert!(told.len() == 1 && told[0].contains(why) && !told[0].contains("secret"), "{told:?}");
        assert_eq!(server.requests().len(), 2, "after two failures it is not asked any more");
    }
}

/// Tenths of full scale, since what is kept has 16 bits.
fn tenths(sample: f32) -> u32 {
    (sample * 10.0) as u32
}

/// A voice of one sample.
struct Here(f32);

impl Synthesizer for Here {
    fn synthesize(&mut self, _: &str, _: &Voice) -> Result<Speech, TtsError> {
        Ok(Speech { samples: vec![self.0], rate_hz: 24_000 })
    }
}

#[test]
fn a_server_speaks_what_it_said_is_kept_and_what_stood_in_for_it_is_not() {
    let voice = Voice { style: "af_heart".into(), speed: 1.0 };
    let there = [16_384_i16.to_le_bytes(); 2].concat();
    let server = Server::start(vec![Reply::new("200 OK", there), Reply::refusal(500, "no memory")]);
    let (told, tell) = listener();
    let home = Home::new();
    let voices = ServedVoice::new(service(&server.address()), Some("nova".into()), Box::new(Here(0.25)), tell);
    let mut spoken = Cached::new(voices, home.path(), "a server");
    let mut first = |text: &str| tenths(spoken.synthesize(text, &voice).expect("somebody speaks").samples[0]);
    assert_eq!([first("Hello."), first("Goodbye."), first("Hello.")], [5, 2, 5]);
    assert_eq!(told.lock().expect("nobody panicked").len(), 1);
    let asked = server.requests();
    assert_eq!((&asked[0].json()["voice"], &asked[0].json()["input"]), (&"nova".into(), &"Hello.".into()));
    let mut again = Cached::new(Here(0.75), home.path(), "a server");
    let mut kept = |text: &str| tenths(again.synthesize(text, &voice).expect("somebody speaks").samples[0]);
    assert_eq!([kept("Hello."), kept("Goodbye.")], [5, 7]);
}

#[test]
fn files_are_transcribed_by_a_server_and_by_the_model_here_where_it_fails() {
    let home = Home::new();
    let file = home.path().join("said.wav");
    let run = |arguments: &[&str]| {
        let output = home.hotseat(arguments).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        (String::from_utf8_lossy(&output.stdout).into_owned(), told)
    };
    let path = file.to_str().expect("a path of letters");
    run(&["say", "There is a load balancer in front of the servers.", "-o", path]);
    let reply = Reply::new("200 OK\r\nContent-Type: application/json", r#"{"text":"As the server hears it."}"#);
    for (reply, heard, is_told) in
        [(reply, "As the server hears it.", false), (Reply::refusal(500, "out of memory"), "load balancer", true)]
    {
        let server = Server::start(vec![reply]);
        let (words, told) = run(&["transcribe", path, "--words-only", "--stt", &server.address()]);
        assert!(words.contains(heard), "{words}");
        assert_eq!(told.contains("the one here hears instead"), is_told, "{told}");
        assert!(told.contains("whisper-1 at http://127.0.0.1"), "what is sent where is told: {told}");
        assert_eq!(server.requests().len(), 1);
    }
}
