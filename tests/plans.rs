//! What will be asked, as a user sees it: plans, repetitions, job descriptions, drills. With the real model of meaning and judge.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::support::Home;

const JOBS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/jobs");
const TRAINING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/judge/data");

fn json(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{stderr}"))
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Types answers to an interview.
fn typed(home: &Home, arguments: &[&str], answers: &[&str]) -> Output {
    let mut child = home
        .hotseat(["practice", "--text", "--no-voice", "--json"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    for answer in answers {
        // The interview may be over before all is typed.
        let _is_over = writeln!(stdin, "{answer}");
    }
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// Puts the banks of several roles into a home.
fn with_many_banks(home: &Home) {
    let questions = home.path().join("questions");
    fs::create_dir(&questions).expect("a folder");
    for set in ["train-a", "train-b", "train-c", "train-d"] {
        for entry in fs::read_dir(Path::new(TRAINING).join(set)).expect("a folder of banks").flatten() {
            if entry.path().extension().is_some_and(|ending| ending == "toml") {
                fs::copy(entry.path(), questions.join(entry.file_name())).expect("it is copied");
            }
        }
    }
}

/// Three job descriptions, each with a bank that suits it and a word of that bank's title.
const EACH: [(&str, &str, &str); 3] = [
    ("infrastructure-architect.md", "questions/infrastructure-architect.toml", "Infrastructure"),
    ("nurse.txt", "models/judge/data/train-d/nurse.toml", "Nurse"),
    ("data-engineer.md", "models/judge/data/train-a/data-engineer.toml", "Data"),
];

fn plan_for(home: &Home, job: &str, more: &[&str]) -> Output {
    let arguments = ["practice", "--plan-only", "--json", "--seed", "1", "--count", "5", "--job"];
    home.hotseat(arguments).arg(Path::new(JOBS).join(job)).args(more).output().expect("it runs")
}

#[test]
fn of_many_banks_each_job_description_gets_the_one_for_its_role_and_that_is_said() {
    let home = Home::new();
    with_many_banks(&home);
    for (job, _, role) in EACH {
        let output = plan_for(&home, job, &[]);
        assert!(err(&output).contains("suits the job best, then"), "{}", err(&output));
        let plan = json(&output);
        assert!(plan["title"].as_str().is_some_and(|title| title.contains(role)), "{job}: {}", plan["title"]);
    }
}

#[test]
fn the_five_best_questions_for_three_job_descriptions_come_each_with_the_sentence_that_asks_for_it() {
    let home = Home::new();
    let mut told = String::new();
    for (job, bank, _) in EACH {
        let bank = Path::new(env!("CARGO_MANIFEST_DIR")).join(bank);
        let plan = json(&plan_for(&home, job, &["--bank", &bank.display().to_string()]));
        let text = fs::read_to_string(Path::new(JOBS).join(job)).expect("it is text");
        let text = text.replace("**", "").split_whitespace().collect::<Vec<_>>().join(" ");
        let mut questions = plan["questions"].as_array().expect("questions").clone();
        questions.sort_by(|one, other| {
            let score = |question: &Value| question["job"]["score"].as_f64().expect("a score");
            score(other).total_cmp(&score(one))
        });
        let _written = writeln!(told, "{job}: {}", plan["bank"].as_str().expect("a bank"));
        for question in questions {
            let sentence = question["job"]["sentence"].as_str().expect("a sentence");
            assert!(text.contains(sentence), "`{sentence}` does not stand in {job}");
            let terms = question["job"]["terms"].as_array().expect("terms");
            let terms: Vec<&str> = terms.iter().filter_map(Value::as_str).collect();
            let name = question["question"].as_str().expect("a question");
            let _written = writeln!(told, "  {name}: “{sentence}” [{}]", terms.join(", "));
        }
    }
    insta::assert_snapshot!(told);
}

/// A PDF of one page with this content.
fn pdf(content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (nth, object) in objects.iter().enumerate() {
        places.push(file.len());
        let _written = write!(file, "{} 0 obj\n{object}\nendobj\n", nth + 1);
    }
    let table = file.len();
    let _written = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _written = writeln!(file, "{place:010} 00000 n ");
    }
    let _written = write!(file, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    file.into_bytes()
}

#[test]
fn a_job_description_is_read_from_a_pdf_and_what_cannot_be_read_is_told_with_a_way_out() {
    let home = Home::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        fs::write(&path, bytes).expect("it is written");
        path
    };
    let page = "BT /F1 12 Tf 14 TL 50 750 Td (Infrastructure Architect) Tj T* \
        (You design systems that stay available when a zone fails.) Tj T* (You keep cloud costs down.) Tj ET";
    let plan = |path: &Path| {
        let arguments = ["practice", "--plan-only", "--json", "--bank", "infrastructure-architect", "--job"];
        home.hotseat(arguments).arg(path).output().expect("it runs")
    };
    let read = json(&plan(&write("job.pdf", &pdf(page))));
    let text = read.to_string();
    assert!(text.contains("stay available when a zone fails"), "{text}");
    let scanned = pdf("q 595 0 0 842 0 0 cm Q");
    let broken = &pdf(page)[..200];
    let cases: [(&str, &[u8], &str); 5] = [
        ("scan.pdf", &scanned, "pages are pictures"),
        ("broken.pdf", broken, "PDF"),
        ("job.docx", b"PK\x03\x04\x00\x00\xff", "neither text in UTF-8 nor PDF"),
        ("empty.txt", b"\n\n", "no sentences"),
        ("numbers.md", b"# 12\n- 34\n", "no sentences"),
    ];
    for (name, bytes, why) in cases {
        let output = plan(&write(name, bytes));
        assert_eq!(output.status.code(), Some(1), "{name}");
        let stderr = err(&output);
        assert!(stderr.contains(why) && stderr.contains("Hint: ") && !stderr.contains("panicked"), "{name}: {stderr}");
    }
}

#[test]
fn a_plan_is_shown_with_its_reasons_and_what_it_cannot_find_is_told_with_a_suggestion() {
    let home = Home::new();
    let plan =
        |arguments: &[&str]| home.hotseat(["practice", "--plan-only"]).args(arguments).output().expect("it runs");
    let shown = plan(&["--minutes", "30", "--level", "senior", "--seed", "7"]);
    insta::assert_snapshot!(String::from_utf8(shown.stdout).expect("text"));
    let again = json(&plan(&["--minutes", "30", "--level", "senior", "--seed", "7", "--json"]));
    assert_eq!(again, json(&plan(&["--minutes", "30", "--level", "senior", "--seed", "7", "--json"])));
    assert!(!home.path().join("sessions").exists(), "nothing was begun");
    let wrong = err(&plan(&["--focus", "netwroking"]));
    assert!(wrong.contains("did you mean `networking`?") && wrong.contains("`finops`"), "{wrong}");
    let level = err(&plan(&["--level", "expert"]));
    assert!(level.contains("junior, mid, senior, principal"), "{level}");
}

const GOOD: &str = "First I would ask the business how long the system can be down and how much data it can afford to lose. \
    Then I put the servers in three availability zones behind a load balancer with health checks, so that traffic goes \
    around a broken machine. The database has a standby copy in another zone, and we take backups every night and restore them \
    as a test. If a zone goes dark the health checks fail and new machines start by themselves without a human.";

const POOR: &str =
    "I would put the servers in the cloud, in two zones, because the cloud is reliable, and then I would watch it.";

#[test]
fn a_drill_goes_on_until_the_answer_is_strong_and_tells_what_each_attempt_gained() {
    let home = Home::new();
    // Each attempt takes an answer and its follow-ups.
    let answers = [[POOR, "I do not know.", "I do not know."], [GOOD, GOOD, GOOD], [GOOD, GOOD, GOOD]].concat();
    let drilled = json(&typed(&home, &["--drill", "high-availability", "--seed", "1"], &answers));
    let attempts = drilled["attempts"].as_array().expect("attempts");
    assert_eq!((attempts.len(), &drilled["strong"]), (2, &Value::Bool(true)), "{drilled:#}");
    assert!(attempts[0]["change"].is_null(), "there was none before");
    let change = &attempts[1]["change"];
    assert!(change["coverage"][1].as_f64() > change["coverage"][0].as_f64(), "{change:#}");
    let points = change["points"].as_array().expect("points");
    assert!(points.iter().any(|point| point["before"] == "missing" && point["after"] == "covered"), "{change:#}");
    let kept = json(&home.hotseat(["sessions", "--json"]).output().expect("it runs"));
    assert_eq!(kept["sessions"].as_array().map(Vec::len), Some(2), "each attempt is kept");
    // The next drill begins where this one ended, and one attempt is enough.
    let bound = ["--drill", "high-availability", "--attempts", "1", "--until-coverage", "100"];
    let next = json(&typed(&home, &bound, &[POOR, POOR, POOR]));
    let change = &next["attempts"][0]["change"];
    assert!(change["coverage"][1].as_f64() < change["coverage"][0].as_f64(), "{change:#}");
    assert_eq!(next["strong"], false);
}

#[test]
fn what_was_answered_poorly_is_due_the_next_day_and_not_before_and_is_not_repeated_by_chance() {
    let home = Home::new();
    let nothing = home.hotseat(["practice", "--due"]).stdin(Stdio::null()).output().expect("it runs");
    assert!(err(&nothing).contains("nothing is due"), "{}", err(&nothing));
    typed(&home, &["--questions", "high-availability"], &[POOR, "I do not know.", "I do not know."]);
    let plan = |arguments: &[&str]| {
        json(&home.hotseat(["practice", "--plan-only", "--json"]).args(arguments).output().expect("it runs"))
    };
    let due = plan(&["--due"]);
    assert_eq!(due["questions"], Value::Array(Vec::new()));
    assert_eq!(due["next_due"]["question"], "high-availability");
    for seed in ["1", "2", "3", "4", "5"] {
        let text = plan(&["--count", "12", "--seed", seed])["questions"].to_string();
        assert!(!text.contains("\"high-availability\""), "twelve others are left");
    }
    assert!(plan(&["--count", "13"])["questions"].to_string().contains("nothing else is left"));
    // The same session two months ago.
    let sessions = home.path().join("sessions");
    let folder = fs::read_dir(&sessions).expect("sessions").flatten().next().expect("one").path();
    let journal = fs::read_to_string(folder.join("journal.jsonl")).expect("a journal");
    let (begin, rest) = journal.split_once("\"started\":\"").expect("a date");
    let (_, rest) = rest.split_once('"').expect("its end");
    fs::write(folder.join("journal.jsonl"), format!("{begin}\"started\":\"2025-01-15T12:00:00Z\"{rest}"))
        .expect("written");
    let output = home.hotseat(["practice", "--plan-only", "--due"]).output().expect("it runs");
    let told = err(&output);
    assert!(told.contains("due since 2025-01-1") && told.contains("answered once"), "{told}");
    let plan = plan(&["--due", "--count", "2"]);
    assert_eq!(plan["questions"][0]["question"], "high-availability");
    assert_eq!(plan["questions"][0]["why"][0], "due for a repetition");
    assert_eq!(plan["questions"].as_array().map(Vec::len), Some(2));
}
