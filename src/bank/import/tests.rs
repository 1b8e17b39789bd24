//! Imports of whole files: the articles beside the tests, and whatever chance makes of them.

use std::fmt::Write;

use proptest::prelude::*;

use super::{Counts, Format, ImportError, Imported, LARGEST_BANK, LARGEST_FILE, Wanted, Why, import};
use crate::bank::Bank;

/// Reads the articles into the test, by their names.
macro_rules! articles {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/", $name)))),*]
    };
}

const ARTICLES: [(&str, &str); 13] = articles![
    "accountant.md",
    "analyst.html",
    "architect.html",
    "barista.txt",
    "chef.yaml",
    "electrician.csv",
    "nurse.md",
    "pharmacist.txt",
    "product-manager.md",
    "project-manager.md",
    "sales.html",
    "support.md",
    "teacher.txt",
];

const COUNTED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/counts.csv"));

const FORMATS: [Format; 6] = [Format::Text, Format::Markdown, Format::Html, Format::Csv, Format::Anki, Format::Yaml];

fn imported(name: &str) -> Imported {
    let (name, text) = ARTICLES.iter().find(|(one, _)| *one == name).expect("it is there");
    import(text.as_bytes(), name, &Wanted::default()).expect("it is imported")
}

fn row(counts: &Counts) -> [usize; 5] {
    [counts.questions, counts.points, counts.answers, counts.pitfalls, counts.follow_ups]
}

#[test]
fn all_questions_of_the_articles_are_found_and_nearly_all_parts() {
    let mut table = String::from("article: found of questions, points, answers, pitfalls, follow-ups\n");
    let (mut found_parts, mut all_parts) = (0, 0);
    let mut missed = Vec::new();
    for line in COUNTED.lines().skip(1) {
        let (name, numbers) = line.split_once(',').expect("a name");
        let present: Vec<usize> = numbers.split(',').map(|number| number.parse().expect("a number")).collect();
        let found = row(&imported(name).counts);
        let cells: Vec<String> = found.iter().zip(&present).map(|(found, all)| format!("{found}/{all}")).collect();
        writeln!(table, "{name:<20} {}", cells.join("  ")).expect("it is written");
        // What is found beyond what is there is no gain: it is taken off.
        found_parts += found[1..]
            .iter()
            .zip(&present[1..])
            .map(|(found, all)| all - found.abs_diff(*all).min(*all))
            .sum::<usize>();
        all_parts += present[1..].iter().sum::<usize>();
        if found[0] != present[0] {
            missed.push(name);
        }
    }
    writeln!(table, "parts: {found_parts} of {all_parts}").expect("it is written");
    println!("{table}");
    assert!(missed.is_empty(), "questions of {missed:?}\n{table}");
    assert!(found_parts * 100 >= all_parts * 95, "{table}");
}

#[test]
fn every_article_becomes_a_bank_that_can_be_read() {
    for (name, _) in ARTICLES {
        let found = imported(name);
        let bank = Bank::parse(&found.toml, name).expect("a valid bank");
        assert_eq!(bank.questions.len(), found.counts.questions, "{name}");
        assert_eq!(found.toml.matches("  # review: ").count(), found.to_review, "{name}");
    }
}

#[test]
fn two_articles_look_as_before() {
    insta::assert_snapshot!("an_article_in_html", imported("architect.html").toml);
    insta::assert_snapshot!("a_page_of_markdown", imported("project-manager.md").toml);
}

#[test]
fn what_is_left_out_of_the_articles_is_told_with_its_lines() {
    let mut told = String::new();
    for (name, _) in ARTICLES {
        for one in imported(name).left_out {
            writeln!(told, "{name}:{}-{} {}: {}", one.line, one.last_line, one.why.words(), one.text)
                .expect("it is written");
        }
    }
    insta::assert_snapshot!(told);
}

/// Words that are long enough to be told apart.
fn telling(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 4).map(str::to_lowercase)
}

#[test]
fn each_telling_word_of_a_plain_article_is_in_the_bank_or_in_what_was_left_out() {
    for name in ["teacher.txt", "barista.txt", "nurse.md", "product-manager.md", "project-manager.md", "support.md"] {
        let (_, text) = ARTICLES.iter().find(|(one, _)| *one == name).expect("it is there");
        let found = imported(name);
        let kept: std::collections::BTreeSet<String> = telling(&found.toml).collect();
        let left: Vec<(usize, usize)> = found.left_out.iter().map(|one| (one.line, one.last_line)).collect();
        for (nth, line) in text.lines().enumerate() {
            let line_number = nth + 1;
            let is_left = left.iter().any(|(first, last)| (*first..=*last + 1).contains(&line_number));
            let is_label = super::recognise::marks(vec![super::block::Block::of(
                1,
                super::block::Shape::Heading(4),
                line.trim_matches(['#', '*', '-', ' ', '>']),
            )])
            .iter()
            .any(|mark| matches!(mark.what, super::recognise::What::Label(_)));
            for word in telling(line).filter(|word| !kept.contains(word)) {
                assert!(is_left || is_label, "{name}:{line_number}: `{word}` is lost");
            }
        }
    }
}

#[test]
fn layouts_that_articles_use_are_understood() {
    let cases = [
        ("one question", "Q. What is a leak?\nA. A state that grows.\n", [1, 1, 1, 0, 0]),
        (
            "labels with dashes",
            "Question 1 – Why us?\nKey points – order; depth\nSample answer – I like what you build here.\n",
            [1, 2, 1, 0, 0],
        ),
        (
            "bold questions",
            "**Why do you want this job?**\n\nBecause it is near my home and new.\n\n**What can you do?**\n\nI can weld and drive a lorry.\n",
            [2, 2, 2, 0, 0],
        ),
        (
            "numbered follow-ups",
            "1. How do you start?\nAnswer: I ask what is wanted first.\nFollow-up questions:\n1. Whom?\n2. When?\n2. How do you end?\nAnswer: I hand it over in person.\nFollow-up questions:\n1. And then?\n",
            [2, 2, 2, 0, 3],
        ),
        (
            "lists numbered like the questions",
            "1. How do you start?\nKey points:\n1) order\n2) calm\nAnswer: I ask what is wanted first.\nPitfalls:\n1) haste\nFollow-ups:\n1) Whom?\n2) When?\n2. How do you end?\nKey points:\n1) a record\nAnswer: I hand it over in person.\nPitfalls:\n1) silence\nFollow-ups:\n1) And then?\n",
            [2, 3, 2, 2, 3],
        ),
        (
            "numbered steps",
            "1. How do you start?\nAnswer:\n1. I ask what is wanted.\n2. I draw what I heard.\n3. I send it round.\n\n2. How do you end?\nAnswer: I hand it over in person.\n",
            [2, 4, 2, 0, 0],
        ),
        ("no answers but points", "# Why?\n## Green flags\n- order\n- depth\n", [1, 2, 0, 0, 0]),
    ];
    for (what, text, wanted) in cases {
        let found =
            import(text.as_bytes(), "a.txt", &Wanted::default()).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(row(&found.counts), wanted, "{what}: {}", found.toml);
    }
}

#[test]
fn a_sentence_of_the_answer_is_a_point_where_it_is_wanted_beside_those_listed() {
    let text = "1. Why?\nKey points: order; depth\nAnswer: I ask what is wanted. I draw what I heard.\n";
    let points = |answer_points: bool| {
        let wanted = Wanted { answer_points, ..Wanted::default() };
        import(text.as_bytes(), "a.txt", &wanted).expect("it is imported").counts.points
    };
    assert_eq!((points(false), points(true)), (2, 4));
}

#[test]
fn what_cannot_be_imported_says_why() {
    let many = "a\n\n".repeat(900_000);
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("a.txt", b"Dear Sir".to_vec(), "no question"),
        ("a.pdf", b"%PDF-1.4".to_vec(), "a PDF"),
        ("a.txt", b"1. Why?\n2. How?\n".to_vec(), "2 questions were found, and none"),
        ("a.csv", b"one\ntwo\n".to_vec(), "no columns"),
        ("a.yaml", b"a: [".to_vec(), "line"),
        ("a.txt", many.into_bytes(), "more than 400000"),
        ("a.txt", vec![b'a'; LARGEST_FILE + 1], "more than 50 MB"),
    ];
    for (name, bytes, why) in cases {
        let error = import(&bytes, name, &Wanted::default()).expect_err(why);
        assert!(error.to_string().contains(why) && !error.hint().is_empty(), "{error}");
    }
}

#[test]
fn a_question_that_nobody_can_judge_is_left_out_and_told() {
    let text = "# Why?\n# How?\nAnswer: It turns by itself.\n";
    let found = import(text.as_bytes(), "a.md", &Wanted::default()).expect("it is imported");
    assert_eq!(found.counts.questions, 2, "{}", found.toml);
    assert!(found.left_out.iter().any(|one| one.why == Why::NothingToJudge && one.line == 1), "{:?}", found.left_out);
}

#[test]
fn a_bank_that_nobody_could_read_is_not_written() {
    let mut text = String::new();
    for nth in 0..12_000 {
        writeln!(text, "Q{nth}: Why is it so in case {nth}?\nA: {}\n", "It is so by design. ".repeat(8))
            .expect("it is written");
    }
    let error = import(text.as_bytes(), "a.txt", &Wanted::default()).expect_err("it is too large");
    assert!(matches!(error, ImportError::BankTooLarge { .. }), "{error}");
    assert!(text.len() > LARGEST_BANK / 2);
}

/// Checks that an import gives a bank that can be read, or an error with a next step.
fn holds(bytes: &[u8], name: &str, format: Option<Format>) {
    let wanted = Wanted { format, ..Wanted::default() };
    match import(bytes, name, &wanted) {
        Ok(found) => {
            Bank::parse(&found.toml, "bank.toml").expect("a valid bank");
            let lines = bytes.iter().filter(|byte| matches!(**byte, b'\n' | b'\r')).count() + 1;
            assert!(
                found.left_out.iter().all(|one| (1..=lines).contains(&one.line)),
                "{:?} of {lines}",
                found.left_out
            );
        }
        Err(error) => {
            assert!(!matches!(error, ImportError::Invalid(_)), "{error}");
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
    }
}

#[test]
fn what_once_made_no_bank_makes_one() {
    for text in [
        "# Q1:\n\n**Q2: Why?**\nA: So it is.\n**Q3: How?**\nA: It goes.\n",
        "Q1: Why?\nA: '\n",
        "1. Why?\nAnswer: \\\n",
    ] {
        for format in FORMATS {
            holds(text.as_bytes(), "a.txt", Some(format));
        }
    }
}

/// Pieces of which documents are made, with what trips readers.
const PIECES: [&str; 30] = [
    "Q1: ",
    "## ",
    "**",
    "Answer: ",
    "Red flags:\n",
    "- ",
    "1. ",
    "Why?",
    "\n",
    "\n\n",
    "| a | b |\n|---|---|\n",
    "<li>",
    "</li><ul>",
    "<table><tr><td>",
    "</table>",
    "\"",
    ";",
    ",",
    "\t",
    "&amp;",
    "é",
    "日本",
    "'''",
    "\\",
    "Follow-up questions",
    "question: ",
    "  ",
    "What they look for",
    "#separator:tab\n",
    "I ask first, then I draw. ",
];

proptest! {
    #[test]
    fn any_text_in_any_format_gives_a_bank_or_an_error(text in any::<String>(), format in 0..6usize) {
        holds(text.as_bytes(), "a.txt", Some(FORMATS[format]));
    }

    #[test]
    fn any_bytes_give_a_bank_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        holds(&bytes, "a.txt", None);
    }

    #[test]
    fn pieces_of_documents_in_any_order_give_a_bank_or_an_error(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..60),
        format in 0..6usize,
    ) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        holds(text.as_bytes(), "a.txt", Some(FORMATS[format]));
    }

    #[test]
    fn articles_that_were_torn_and_mixed_give_a_bank_or_an_error(
        article in 0..ARTICLES.len(),
        cuts in proptest::collection::vec((0..4_000usize, 0..400usize, 0..PIECES.len()), 1..6),
        format in proptest::option::of(0..6usize),
    ) {
        let (name, text) = ARTICLES[article];
        let mut bytes = text.as_bytes().to_vec();
        for (at, length, piece) in cuts {
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, PIECES[piece].bytes());
        }
        holds(&bytes, name, format.map(|format| FORMATS[format]));
    }
}
