//! The page's server as clients meet it, those with bad intentions first.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hotseat::session::index::Index;
use hotseat::session::store::Store;
use hotseat::web::changes::WithoutJudge;
use hotseat::web::{Home, Server, Settings};
use tempfile::TempDir;

use self::client::{Browser, Reply, connect, get, receive, send};
use self::kept::{ADDRESS, EVIL, ID, RECORDING, RECORDING_BYTES};

mod client;
mod kept;

/// A server over one session, as long as the test lasts.
struct Page {
    data: TempDir,
    server: Server,
    told: Arc<Mutex<Vec<String>>>,
}

impl Page {
    fn open() -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        kept::keep(data.path());
        let told = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&told);
        let home = Home {
            store: Store::new(data.path()),
            index: Index::open(data.path()).0,
            changes: Box::new(WithoutJudge),
            tell: Box::new(move |detail| ear.lock().expect("nobody panicked").push(detail.to_owned())),
        };
        let settings = Settings {
            longest_head: Duration::from_millis(300),
            longest_request: Duration::from_millis(1_500),
            ..Settings::default()
        };
        let server = Server::start(home, settings).expect("a free port");
        Self { data, server, told }
    }

    fn address(&self) -> SocketAddr {
        self.server.address()
    }

    fn browser(&self) -> Browser {
        Browser::enter(self.address(), self.server.way_in())
    }

    fn journal(&self) -> Vec<u8> {
        std::fs::read(self.data.path().join("sessions").join(ID).join("journal.jsonl")).expect("the journal")
    }
}

/// Somebody who means ill: what they try, the status that they get, and the one that they should get.
type Attack = (&'static str, u16, u16);

/// Whoever tries the attacks has the key's cookie, as a page of somebody else's would in the same browser.
struct Attacker<'p> {
    address: SocketAddr,
    browser: Browser,
    token: &'p str,
}

impl<'p> Attacker<'p> {
    fn of(page: &'p Page) -> Self {
        let token = page.server.way_in().rsplit('=').next().expect("a token");
        Self { address: page.address(), browser: page.browser(), token }
    }

    fn raw(&self, line: &str, headers: &str) -> u16 {
        let cookie = &self.browser.cookie;
        send(
            self.address,
            format!("{line} HTTP/1.1\r\nConnection: close\r\nCookie: {cookie}\r\n{headers}\r\n").as_bytes(),
        )
        .status
    }

    fn without_cookie(&self, path: &str, headers: &str) -> u16 {
        send(self.address, get(self.address, path, headers).as_bytes()).status
    }

    fn get(&self, path: &str) -> u16 {
        self.browser.get(path).status
    }

    fn post(&self, headers: &str) -> u16 {
        self.browser.post_with(&format!("{ADDRESS}/remark"), "text=changed", headers).status
    }

    /// Names that lead here and are not ours, as in DNS rebinding.
    fn names(&self) -> Vec<Attack> {
        let (address, port) = (self.address, self.address.port());
        let host = |host: &str| self.raw("GET /", &format!("Host: {host}\r\n"));
        vec![
            ("another name that leads here", host(&format!("evil.example:{port}")), 421),
            ("our address under another port", host("127.0.0.1:1"), 421),
            ("a name that begins like ours", host(&format!("127.0.0.1.evil.example:{port}")), 421),
            ("no port", host("127.0.0.1"), 421),
            ("two hosts", host(&format!("{address}\r\nHost: evil.example")), 421),
            ("no host", self.raw("GET /", ""), 421),
            (
                "another host in the request line",
                self.raw("GET http://evil.example/", &format!("Host: {address}\r\n")),
                421,
            ),
        ]
    }

    fn keys(&self) -> Vec<Attack> {
        let (token, port) = (self.token, self.address.port());
        let recording = format!("{ADDRESS}/recordings/{RECORDING}");
        let cookie = |name: u16, key: &str| self.without_cookie("/", &format!("Cookie: hotseat-{name}={key}\r\n"));
        vec![
            ("no key", self.without_cookie("/", ""), 401),
            ("no key, a session", self.without_cookie(ADDRESS, ""), 401),
            ("no key, a recording", self.without_cookie(&recording, ""), 401),
            ("a wrong key", self.without_cookie("/?token=0000", ""), 401),
            ("a key one letter short", self.without_cookie(&format!("/?token={}", &token[1..]), ""), 401),
            ("a wrong cookie", cookie(port, "0000"), 401),
            ("the cookie of another port", cookie(1, token), 401),
            ("the key at another page", self.without_cookie(&format!("{ADDRESS}?token={token}"), ""), 401),
        ]
    }

    /// Other pages in the same browser.
    fn pages(&self) -> Vec<Attack> {
        let origin = |origin: &str| self.post(&format!("Origin: {origin}\r\n"));
        let ours = format!("http://{}", self.address);
        let recording = format!("{ADDRESS}/recordings/{RECORDING}");
        vec![
            ("a form of another page", origin("http://evil.example"), 403),
            ("a form of another port", origin("http://127.0.0.1:1"), 403),
            ("a form of nowhere", origin("null"), 403),
            ("a form without origin", self.post(""), 403),
            ("an origin that begins like ours", origin(&format!("{ours}.evil.example")), 403),
            ("our origin under https", origin(&format!("https://{}", self.address)), 403),
            ("a form that the browser calls foreign", origin(&format!("{ours}\r\nSec-Fetch-Site: same-site")), 403),
            (
                "a recording within another page",
                self.browser.get_with(&recording, "Sec-Fetch-Site: cross-site\r\n").status,
                403,
            ),
        ]
    }

    fn paths(&self) -> Vec<Attack> {
        let within = |path: &str| self.get(&format!("{ADDRESS}{path}"));
        vec![
            ("up and out", self.get("/sessions/../../etc/passwd"), 404),
            ("up and out, encoded", self.get("/sessions/..%2f..%2fetc%2fpasswd"), 404),
            ("up and out, encoded twice", self.get("/sessions/%252e%252e%252fetc"), 404),
            ("up", self.get("/sessions/.."), 404),
            ("up, encoded", self.get("/sessions/%2e%2e"), 404),
            ("this folder", self.get("/sessions/."), 404),
            ("an empty name", self.get("/sessions/"), 404),
            ("a zero byte", self.get("/sessions/a%00b"), 404),
            ("bytes that are no text", self.get("/sessions/%ff%fe"), 400),
            ("a file that no take names", within("/recordings/journal.jsonl"), 404),
            ("up from the recordings", within(&format!("/recordings/..%2f..%2fsessions%2fx%2f{RECORDING}")), 404),
            ("an absolute path", within("/recordings/%2fetc%2fpasswd"), 404),
            ("up from the assets", self.get("/assets/..%2f..%2fCargo.toml"), 404),
            ("a form that is none", within("/export/..%2fjournal.jsonl"), 404),
        ]
    }

    fn methods(&self) -> Vec<Attack> {
        let ours = format!("Host: {0}\r\nOrigin: http://{0}\r\n", self.address);
        let disguised = self.browser.get_with(&format!("{ADDRESS}/remark"), "X-HTTP-Method-Override: POST\r\n");
        vec![
            ("a change by GET", self.get(&format!("{ADDRESS}/remark?text=changed")), 405),
            ("another method", self.raw(&format!("DELETE {ADDRESS}"), &ours), 405),
            ("a trace", self.raw("TRACE /", &ours), 405),
            ("a method in disguise", disguised.status, 405),
        ]
    }

    fn sizes(&self) -> Vec<Attack> {
        let ours = format!("Origin: http://{}\r\n", self.address);
        let promise = format!(
            "Host: {}\r\n{ours}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1073741824\r\n",
            self.address
        );
        let header = |headers: &str| self.browser.get_with("/", headers).status;
        vec![
            ("a long address", self.get(&format!("/?text={}", "a".repeat(5_000))), 414),
            ("a huge header", header(&format!("X: {}\r\n", "a".repeat(100_000))), 431),
            ("a thousand headers", header(&"X: y\r\n".repeat(1_000)), 431),
            ("a gigabyte that is only promised", self.raw(&format!("POST {ADDRESS}/remark"), &promise), 413),
            ("two lengths", self.post(&format!("{ours}Content-Length: 3\r\n")), 400),
            ("no HTTP at all", send(self.address, b"\x16\x03\x01\x02\r\n\r\n").status, 400),
        ]
    }
}

#[test]
fn each_attack_is_refused_and_changes_nothing() {
    let page = Page::open();
    let before = page.journal();
    let attacker = Attacker::of(&page);
    let attacks =
        [attacker.names(), attacker.keys(), attacker.pages(), attacker.paths(), attacker.methods(), attacker.sizes()]
            .concat();
    let wrong: Vec<String> = attacks
        .iter()
        .filter(|(_, got, wanted)| got != wanted)
        .map(|(attack, got, wanted)| format!("{attack}: got {got}, not {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(page.journal(), before, "nothing was changed");
    assert_eq!(attacker.get("/"), 200, "whoever has the key is served");
}

#[test]
fn whoever_is_turned_away_learns_how_to_get_in_and_nothing_of_the_inside() {
    let page = Page::open();
    let reply = send(page.address(), get(page.address(), ADDRESS, "").as_bytes());
    assert!(reply.text().contains("hotseat web"), "{}", reply.text());
    let told = reply.text() + &page.browser().get("/sessions/none").text();
    for inner in [page.data.path().to_str().expect("text"), "journal", "panic", "src/", ID] {
        assert!(!told.contains(inner), "{inner}");
    }
    let as_json = page.browser().get_with("/sessions/none", "Accept: application/json\r\n");
    assert_eq!(as_json.header("content-type"), Some("application/json"));
    assert!(as_json.text().contains("There is no such session"));
}

#[test]
fn a_damaged_journal_is_told_to_the_terminal_and_its_page_says_what_is_safe() {
    let page = Page::open();
    let folder = page.data.path().join("sessions").join("damaged");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("journal.jsonl"), "{\"v\":1}\nnonsense\n").expect("a journal");
    let browser = page.browser();
    let reply = browser.get("/sessions/damaged");
    assert_eq!(reply.status, 500);
    assert!(reply.text().contains("recordings are untouched"), "{}", reply.text());
    assert!(page.told.lock().expect("nobody panicked").iter().any(|line| line.contains("journal.jsonl")));
    let list = browser.get("/").text();
    assert!(list.contains("damaged</strong> cannot be read") && list.contains("1 session"), "{list}");
}

#[test]
fn a_body_that_never_ends_is_cut_and_a_slow_client_is_left() {
    let page = Page::open();
    let (address, browser) = (page.address(), page.browser());
    let head = format!(
        "POST {ADDRESS}/remark HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\nOrigin: http://{address}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n",
        browser.cookie
    );
    let mut stream = connect(address);
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    stream.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n").as_bytes()).expect("the head is read");
    let taken = (0..16_384).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(taken < 512, "{taken} chunks of 64 KiB were taken of a gigabyte");

    let mut without_end = connect(address);
    without_end.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").expect("half a head");
    assert!([0, 408].contains(&receive(&mut without_end).status), "half a head");
    let mut says_nothing = connect(address);
    assert_eq!(receive(&mut says_nothing).status, 0, "nothing at all");
    let mut trickles = connect(address);
    trickles.write_all(format!("{head}Content-Length: 100\r\n\r\ntext=").as_bytes()).expect("half a body");
    let mut reply = [0; 12];
    trickles.read_exact(&mut reply).expect("an answer, after a while");
    assert_eq!(&reply, b"HTTP/1.1 408", "half a body");
    assert_eq!(browser.get("/").status, 200, "others are served meanwhile");
}

#[test]
fn five_hundred_ranges_at_once_are_all_served() {
    let page = Page::open();
    let browser = Arc::new(page.browser());
    let threads: Vec<_> = (0..500_u64)
        .map(|nth| {
            let browser = Arc::clone(&browser);
            let ask = move || {
                let (first, last) = (nth * 200, nth * 200 + 199);
                let path = format!("{ADDRESS}/recordings/{RECORDING}");
                let reply = browser.get_with(&path, &format!("Range: bytes={first}-{last}\r\n"));
                (reply.status, reply.body.len())
            };
            thread::Builder::new().stack_size(128 * 1024).spawn(ask).expect("a thread")
        })
        .collect();
    let served = threads.into_iter().map(|thread| thread.join().expect("it ended"));
    assert_eq!(served.filter(|got| *got == (206, 200)).count(), 500);
    assert_eq!(browser.get("/").status, 200);
}

#[test]
fn parts_of_a_recording_are_the_bytes_that_were_asked_for() {
    let page = Page::open();
    let browser = page.browser();
    let path = format!("{ADDRESS}/recordings/{RECORDING}");
    let whole = browser.get(&path);
    let file = std::fs::read(page.data.path().join("sessions").join(ID).join(RECORDING)).expect("the recording");
    assert_eq!((whole.status, whole.body == file, file.len() as u64), (200, true, RECORDING_BYTES));
    assert_eq!((whole.header("accept-ranges"), whole.header("content-type")), (Some("bytes"), Some("audio/wav")));
    let version = whole.header("etag").expect("a version").to_owned();

    let last = RECORDING_BYTES - 1;
    for (range, first, end) in [
        ("bytes=0-0".to_owned(), 0, 1),
        ("bytes=0-".to_owned(), 0, RECORDING_BYTES),
        (format!("bytes={last}-"), last, RECORDING_BYTES),
        ("bytes=-5".to_owned(), RECORDING_BYTES - 5, RECORDING_BYTES),
        ("bytes=1000-70000".to_owned(), 1_000, 70_001),
        ("bytes=100000-99999999999".to_owned(), 100_000, RECORDING_BYTES),
    ] {
        let part = browser.get_with(&path, &format!("Range: {range}\r\n"));
        let told = format!("bytes {first}-{}/{RECORDING_BYTES}", end - 1);
        assert_eq!((part.status, part.header("content-range")), (206, Some(told.as_str())), "{range}");
        assert_eq!(part.body, file[first as usize..end as usize], "{range}");
    }
    let beyond = browser.get_with(&path, &format!("Range: bytes={RECORDING_BYTES}-\r\n"));
    let told = format!("bytes */{RECORDING_BYTES}");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some(told.as_str())));
    for malformed in ["bytes=5-4", "bytes=a-", "items=0-1", "bytes=0-1,5-6"] {
        let reply = browser.get_with(&path, &format!("Range: {malformed}\r\n"));
        assert_eq!((reply.status, reply.body.len() as u64), (200, RECORDING_BYTES), "{malformed}");
    }
    let same = browser.get_with(&path, &format!("Range: bytes=0-9\r\nIf-Range: {version}\r\n"));
    let changed = browser.get_with(&path, "Range: bytes=0-9\r\nIf-Range: \"other\"\r\n");
    assert_eq!((same.status, changed.status), (206, 200));
    let head = format!(
        "HEAD {path} HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\nCookie: {1}\r\n\r\n",
        browser.address, browser.cookie
    );
    let only_told = send(page.address(), head.as_bytes());
    let length = RECORDING_BYTES.to_string();
    assert_eq!((only_told.status, only_told.header("content-length")), (200, Some(length.as_str())));
    assert!(only_told.body.is_empty());
}

#[test]
fn a_recording_that_was_pressed_to_flac_is_sent_as_such() {
    let page = Page::open();
    let folder = page.data.path().join("sessions").join(ID);
    std::fs::remove_file(folder.join(RECORDING)).expect("the recording");
    let path = format!("{ADDRESS}/recordings/{RECORDING}");
    assert_eq!(page.browser().get(&path).status, 404);
    std::fs::write(folder.join("question-01-answer.flac"), b"fLaC").expect("a recording");
    let reply = page.browser().get(&path);
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("audio/flac")));
}

#[test]
fn whatever_somebody_wrote_or_said_is_text_on_every_page() {
    let page = Page::open();
    let browser = page.browser();
    let shown = browser.get(ADDRESS);
    assert_eq!(shown.status, 200, "{}", shown.text());
    let all = [
        shown.text(),
        browser.get("/?text=cooper%20netties").text(),
        browser.get(&format!("/?text={}&bank=%3Cscript%3E&pressure=%22%3E%3Cscript%3E", "%3Cscript%3Ealert")).text(),
        browser.get(&format!("{ADDRESS}/turns/1")).text(),
        browser.get(&format!("{ADDRESS}?done=%3Cscript%3E")).text(),
        browser.get("/sessions/%3Cscript%3E").text(),
    ];
    for text in &all {
        assert!(!text.contains("<script>") && !text.contains("<img") && !text.contains("</textarea><"), "{text}");
        assert!(!text.contains(" style="), "the policy allows nothing inline");
    }
    let words = [
        "Title",
        "Competency",
        "Prompt",
        "Model",
        "Point",
        "Pitfall",
        "Follow-up",
        "Persona",
        "Pressure",
        "quote",
        "note",
        "failure",
        "judge",
    ];
    let escaped = "&#60;script&#62;";
    for word in words {
        assert!(all[0].contains(&format!("{word} {escaped}")), "{word} is shown, escaped");
    }
    assert!(all[0].contains(">right</span>") && all[0].contains("[heard: cluster]"));
    assert!(all[1].contains("<mark>cooper</mark>"), "what was looked for is marked: {}", all[1]);
    assert!(EVIL.contains("onerror"));
}

#[test]
fn every_answer_says_what_it_may_load_and_that_it_is_kept_nowhere() {
    let page = Page::open();
    let browser = page.browser();
    let turned_away = send(page.address(), get(page.address(), "/", "").as_bytes());
    let replies: [Reply; 4] = [
        browser.get("/"),
        browser.get(ADDRESS),
        browser.get(&format!("{ADDRESS}/recordings/{RECORDING}")),
        turned_away,
    ];
    for reply in &replies {
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    let text = replies[0].text();
    let style = text.split('"').find(|part| part.starts_with("/assets/") && part.contains(".css")).expect("a style");
    let style = send(page.address(), get(page.address(), style, "").as_bytes());
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert!(style.header("cache-control").is_some_and(|kept| kept.contains("immutable")));
    assert!(!text.contains("http://") && !text.contains("https://"), "nothing is loaded from elsewhere");
}

#[test]
fn a_word_is_put_right_by_form_and_by_script_and_both_forms_are_shown() {
    let page = Page::open();
    let browser = page.browser();
    let by_form = browser.post(&format!("{ADDRESS}/correct"), "turn=1&word=1&text=Kubernetes");
    let lead = format!("{ADDRESS}?done=corrected#take-1");
    assert_eq!((by_form.status, by_form.header("location")), (303, Some(lead.as_str())));
    let accept = format!("Accept: application/json\r\nOrigin: http://{}\r\n", page.address());
    let by_script = browser.post_with(&format!("{ADDRESS}/correct"), "turn=1&word=2&text=", &accept);
    assert_eq!(by_script.status, 200);
    assert!(by_script.text().contains("put right"), "{}", by_script.text());
    let shown = browser.get(&lead).text();
    assert!(shown.contains("[heard: cooper]") && shown.contains("[heard, and not said: netties]"), "{shown}");
    assert!(shown.contains("The word is put right."), "it says so");
    for (form, wanted) in [
        ("turn=1&word=99&text=x", 404),
        ("turn=9&word=0&text=x", 404),
        ("turn=-1&word=0&text=x", 422),
        ("turn=1&text=x", 422),
        (format!("turn=1&word=0&text={}", "x".repeat(201)).as_str(), 422),
    ] {
        assert_eq!(browser.post(&format!("{ADDRESS}/correct"), form).status, wanted, "{form}");
    }
}

#[test]
fn remarks_are_kept_on_a_question_and_on_the_whole() {
    let page = Page::open();
    let browser = page.browser();
    for form in ["question=only&text=Ask+first%21%0D%0AThen+draw.", "text=Slower+next+time"] {
        assert_eq!(browser.post(&format!("{ADDRESS}/remark"), form).status, 303, "{form}");
    }
    let shown = browser.get(ADDRESS).text();
    assert!(shown.contains("Ask first!\nThen draw.</textarea>") && shown.contains("Slower next time</textarea>"));
    assert_eq!(browser.post(&format!("{ADDRESS}/remark"), "question=none&text=x").status, 404);
    assert_eq!(browser.post(&format!("{ADDRESS}/remark"), "question=NOT+A+NAME&text=x").status, 404);
}

#[test]
fn a_session_that_another_program_has_open_is_shown_and_not_changed() {
    let page = Page::open();
    let browser = page.browser();
    let held = Store::new(page.data.path()).reopen(ID).expect("nobody else has it");
    let reply = browser.post(&format!("{ADDRESS}/remark"), "text=x");
    assert_eq!(reply.status, 409);
    assert!(reply.text().contains("open in another program"), "{}", reply.text());
    assert_eq!(browser.get(ADDRESS).status, 200);
    drop(held);
    assert_eq!(browser.post(&format!("{ADDRESS}/remark"), "text=x").status, 303);
}

#[test]
fn the_list_is_searched_and_filtered_and_says_when_nothing_is_found() {
    let page = Page::open();
    let browser = page.browser();
    let found = |query: &str| browser.get(&format!("/?{query}")).text().contains("class=\"card\"");
    for (query, wanted) in [
        ("", true),
        ("text=CLUSTER", false),
        ("text=NETTIES", true),
        ("text=cooper+yes", true),
        ("text=cooper+nowhere", false),
        ("bank=small", true),
        ("bank=other", false),
        ("pressure=calm", false),
        ("since=2026-11-22&until=2026-11-24", true),
        ("since=2026-11-25", false),
        ("until=2026-11-21", false),
        ("page=99", true),
    ] {
        assert_eq!(found(query), wanted, "{query}");
    }
    assert!(browser.get("/?bank=other").text().contains("Nothing was found"));
    assert_eq!(browser.get("/?since=yesterday").status, 400);
}

#[test]
fn a_session_is_saved_in_other_forms() {
    let page = Page::open();
    let browser = page.browser();
    let markdown = browser.get(&format!("{ADDRESS}/export/md"));
    let saved = markdown.header("content-disposition").expect("it is to be saved");
    assert!(
        saved.starts_with("attachment; filename=\"hotseat-2026-11-23-0530__script") && saved.ends_with(".md\""),
        "{saved}"
    );
    assert!(markdown.text().starts_with("# Title"));
    let json = browser.get(&format!("{ADDRESS}/export/json"));
    let report: serde_json::Value = serde_json::from_slice(&json.body).expect("it is JSON");
    assert_eq!(report["bank"], "small");
}

#[test]
fn a_stopped_server_is_gone_at_once() {
    let page = Page::open();
    let (address, idle) = (page.address(), connect(page.address()));
    drop(page.server);
    assert!(std::net::TcpStream::connect(address).is_err());
    drop(idle);
}
