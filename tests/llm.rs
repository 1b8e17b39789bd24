//! A language model behind servers that behave, and behind such that do not.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use hotseat::http::address::Address;
use hotseat::http::key::Key;
use hotseat::language::reply::{ask_for, form};
use hotseat::language::{Ask, LanguageError, LanguageModel};
use hotseat::llm::client::{Chat, Patience};
use hotseat::llm::discover;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::support::Home;

pub(crate) mod server;

use server::{Reply, Server};

const SECRET: &str = "sk-secret-123456";

/// Short, so that the tests need not wait for what never comes.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(5),
    first: Duration::from_millis(300),
    whole: Duration::from_secs(3),
    pause: Duration::from_millis(5),
};

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Points {
    points: Vec<u8>,
}

fn ask() -> Ask {
    Ask {
        system: "You judge an answer.".into(),
        user: "I would put the database into two zones.".into(),
        form: None,
        tokens: 50,
    }
}

fn with_form() -> Ask {
    Ask { form: Some(form::<Points>("points")), ..ask() }
}

fn chat(address: &str) -> Chat {
    let key = Key::parse(SECRET).expect("it is one");
    Chat::new(Address::parse(address).expect("it is one"), "small", key, PATIENCE)
}

fn answer(server: &Server, ask: &Ask) -> Result<String, LanguageError> {
    chat(&server.address()).answer(ask, &mut |_| true)
}

#[test]
fn an_answer_comes_in_pieces_that_make_the_whole() {
    let server = Server::start(vec![Reply::stream(&["Two ", "zones,", " tested."])]);
    let mut pieces = Vec::new();
    let whole = chat(&server.address()).answer(&ask(), &mut |piece| {
        pieces.extend((!piece.is_empty()).then(|| piece.to_owned()));
        true
    });
    assert_eq!(whole, Ok("Two zones, tested.".into()));
    assert_eq!(pieces, ["Two ", "zones,", " tested."]);
    let asked = &server.requests()[0];
    assert_eq!(asked.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(asked.header("authorization"), Some("Bearer sk-secret-123456"));
    let sent = asked.json();
    assert_eq!((&sent["temperature"], &sent["seed"], &sent["max_tokens"]), (&0.into(), &0.into(), &50.into()));
}

#[test]
fn a_server_that_knows_no_stream_answers_with_one_document() {
    let server = Server::start(vec![Reply::document("Two zones.")]);
    assert_eq!(answer(&server, &ask()), Ok("Two zones.".into()));
}

/// What a server does, and what becomes of it.
#[test]
fn each_way_to_misbehave_has_its_error_and_comes_quickly() {
    let long = "x".repeat(10_000_000);
    let huge = "data: {\"choices\":[{\"delta\":{\"content\":\"many words of it\"}}]}\n\n".repeat(170_000);
    for (what, replies, asked, expected) in [
        (
            "401",
            vec![Reply::refusal(401, "Incorrect API key: sk-secret-123456")],
            1,
            "status 401: Incorrect API key: …",
        ),
        (
            "403 that quotes",
            vec![Reply::refusal(403, "no: I would put the database into two zones.")],
            1,
            "status 403: no: …",
        ),
        ("429, then no word of when", vec![Reply::refusal(429, "slow down")], 2, "status 429: slow down"),
        (
            "429 for a long while",
            vec![Reply::new("429 No\r\nRetry-After: 60", "{}")],
            1,
            "status 429: it says nothing about why",
        ),
        ("500 for ever", vec![Reply::refusal(500, "oh")], 2, "status 500: oh"),
        ("a redirect", vec![Reply::new("307 No\r\nLocation: http://example.com/v1", "")], 1, "status 307"),
        ("silence", vec![Reply::silence()], 1, "too long: no word came for 300"),
        ("headers and silence", vec![Reply::begun(&[]).hanging()], 1, "too long: no word came for 300"),
        ("silence in mid-stream", vec![Reply::begun(&["Two "]).hanging()], 1, "too long: no word came for 300"),
        ("a stream that is cut off", vec![Reply::begun(&["Two ", "zon"])], 1, "broke off: the server ended it early"),
        ("a piece that is cut off", vec![Reply::begun(&["Two ", "zones"]).cut(130)], 1, "broke off"),
        (
            "a document that is cut off",
            vec![Reply::document("Two zones").cut(40)],
            1,
            "broke off: what came is no whole",
        ),
        (
            "a length that is not kept",
            vec![Reply::new("200 OK\r\nContent-Length: 500", "{\"choices\":")],
            1,
            "broke off",
        ),
        ("10 MB in a document", vec![Reply::document(&long)], 1, "broke off: it is longer than 8 MB"),
        ("10 MB in pieces", vec![Reply::begun(&[]).then(&huge)], 1, "broke off: it is longer than"),
        ("10 MB of refusal", vec![Reply::new("400 No", long.clone())], 1, "status 400: xxx"),
        (
            "an error in mid-stream",
            vec![Reply::begun(&["Two"]).then("data: {\"error\":{\"message\":\"no memory\"}}\n\n")],
            1,
            "broke off: no memory",
        ),
        ("an empty answer", vec![Reply::stream(&["", " "])], 1, "of no use: it is empty"),
        ("a page", vec![Reply::new("200 OK\r\nContent-Type: text/html", "<html>Log in</html>")], 1, "broke off"),
        ("no HTTP", vec![Reply::raw("SSH-2.0-OpenSSH\r\n\r\n")], 1, "broke off"),
        (
            "too many tokens",
            vec![Reply::begun(&["Two"]).then("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}\n\n")],
            1,
            "broke off: it is longer than 50 tokens",
        ),
    ] {
        let server = Server::start(replies);
        let begun = Instant::now();
        let error = answer(&server, &ask()).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error}");
        assert!(!error.contains("secret") && !error.contains("the database"), "{what}: {error}");
        assert!(error.len() < 400, "{what}: {error}");
        assert_eq!(server.requests().len(), asked, "{what}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{what} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_connection_that_is_refused_is_told_at_once() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let error = chat(&format!("127.0.0.1:{port}")).answer(&ask(), &mut |_| true);
    assert_eq!(error, Err(LanguageError::Unreachable("the connection is refused".into())));
}

#[test]
fn a_server_in_trouble_is_asked_once_more_and_not_after_words_came() {
    for first in [Reply::refusal(500, "oh"), Reply::refusal(503, "loading"), Reply::new("429 No\r\nRetry-After: 0", "")]
    {
        let server = Server::start(vec![first, Reply::stream(&["Well."])]);
        assert_eq!(answer(&server, &ask()), Ok("Well.".into()));
        assert_eq!(server.requests().len(), 2);
    }
    let server = Server::start(vec![Reply::begun(&["Two"]), Reply::stream(&["Well."])]);
    assert!(answer(&server, &ask()).is_err());
    assert_eq!(server.requests().len(), 1, "what was handed out is not said twice");
}

#[test]
fn a_form_that_a_server_refuses_is_asked_for_less_strictly_and_that_is_remembered() {
    let server = Server::answering(|asked| match asked.format().as_deref() {
        Some("json_schema") => Reply::refusal(422, "response_format: Input should be 'text' or 'json_object'"),
        _ => Reply::stream(&["{\"points\"", ": [1]}"]),
    });
    let mut chat = chat(&server.address());
    for requests in [2, 3] {
        assert_eq!(ask_for::<Points>(&mut chat, &with_form()), Ok(Points { points: vec![1] }));
        assert_eq!(server.requests().len(), requests);
    }
    let formats: Vec<_> = server.requests().iter().filter_map(server::Asked::format).collect();
    assert_eq!(formats, ["json_schema", "json_object", "json_object"]);
}

#[test]
fn a_server_that_knows_no_form_at_all_is_told_in_words() {
    let server = Server::answering(|asked| match asked.format() {
        Some(_) => Reply::refusal(500, "grammar failed"),
        None => Reply::stream(&["Here: {\"points\": [2]}"]),
    });
    assert_eq!(ask_for::<Points>(&mut chat(&server.address()), &with_form()), Ok(Points { points: vec![2] }));
    let last = server.requests().pop().expect("it was asked").json();
    assert!(last["messages"][0]["content"].as_str().expect("words").contains("JSON schema"), "{last}");
}

#[test]
fn a_limit_that_a_server_calls_otherwise_is_named_so() {
    let server = Server::answering(|asked| {
        if asked.json()["max_tokens"].is_null() {
            Reply::stream(&["Well."])
        } else {
            Reply::refusal(400, "'max_tokens' is not supported. Use 'max_completion_tokens' instead.")
        }
    });
    assert_eq!(answer(&server, &ask()), Ok("Well.".into()));
    assert_eq!(server.requests()[1].json()["max_completion_tokens"], 50);
}

#[test]
fn an_answer_of_another_form_is_asked_for_once_more() {
    let server = Server::start(vec![Reply::stream(&["{\"pints\": 1}"])]);
    let error = ask_for::<Points>(&mut chat(&server.address()), &with_form()).expect_err("it is of another form");
    assert!(matches!(&error, LanguageError::Nonsense(why) if why.contains("pints")), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn whoever_waits_no_longer_ends_it_before_the_first_word_and_between_two() {
    for reply in [Reply::silence(), Reply::begun(&["Two "]).hanging()] {
        let server = Server::start(vec![reply]);
        let begun = Instant::now();
        // The first sign of waiting, or the first word, is the last that is wanted.
        let ended = chat(&server.address()).answer(&ask(), &mut |_| false);
        assert_eq!(ended, Err(LanguageError::Stopped));
        assert!(begun.elapsed() < Duration::from_millis(250), "it waited {:?}", begun.elapsed());
        assert!(server.was_left(1), "the connection stays open");
    }
}

#[test]
fn servers_on_this_computer_are_found_with_their_models_and_timed() {
    let good = Server::answering(|asked| match asked.line.as_str() {
        "GET /v1/models HTTP/1.1" => Reply::models(&["nomic-embed", "small"]),
        _ => Reply::stream(&["one", ", two"]),
    });
    let (page, mute) = (Server::start(vec![Reply::new("200 OK", "<html>")]), Server::start(vec![Reply::silence()]));
    let begun = Instant::now();
    let ports = [("One", mute.port()), ("Two", good.port()), ("Three", page.port())];
    let found = discover::around(&ports, Duration::from_millis(300));
    assert!(begun.elapsed() < Duration::from_secs(1), "they are asked at once");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].program, &found[0].models), ("Two", &vec!["nomic-embed".to_owned(), "small".to_owned()]));
    assert!(good.requests()[0].header("authorization").is_none(), "a key is for whom the user named");
    assert!(discover::time(&mut chat(&good.address())).expect("it answers").first < Duration::from_secs(1));
}

#[test]
fn doctor_lists_the_server_that_was_named_and_how_fast_it_is() {
    let server = Server::answering(|asked| match asked.line.as_str() {
        "GET /v1/models HTTP/1.1" => Reply::models(&["nomic-embed", "small"]),
        _ => Reply::stream(&["one", ", two"]),
    });
    let home = Home::new();
    let output = home.hotseat(["doctor", "--json", "--llm", &server.address()]).output().expect("it runs");
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let found = findings.as_array().expect("a list").iter().find(|one| one["part"] == "language model");
    let found = found.expect("it is told of");
    assert_eq!((&found["health"], &found["server"]["model"]), (&"works".into(), &"small".into()), "{found}");
    assert!(found["server"]["first_word_s"].as_f64().is_some_and(|seconds| seconds < 5.0), "{found}");
}
