//! Scenes as users see them, after the keys that they press.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Modifier;

use super::attempts::Table;
use super::draw::draw;
use super::look::Look;
use super::pages::Pages;
use super::sample::{assessment, session, session_on};
use super::scene::{Scene, Wish};
use crate::engine::rescoring::Correction;
use crate::ids::{QuestionId, TurnId};
use crate::judge::Band;
use crate::session::Session;
use crate::session::record::Record;
use crate::session::revision::{Rescoring, Revised, Revision};
use crate::units::AudioTime;

fn scene(session: &Session, colour: bool) -> Scene {
    Scene::new(Pages::of(session), Look { colour })
}

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// Presses one key after another, and returns what the last one wished for.
fn press(scene: &mut Scene, keys: &[KeyCode]) -> Option<Wish> {
    keys.iter().map(|code| scene.press(key(*code))).last().flatten()
}

fn letters(text: &str) -> Vec<KeyCode> {
    text.chars().map(KeyCode::Char).collect()
}

/// Returns the screen as text, and below it what stands out on it.
fn shown(scene: &mut Scene, width: u16, height: u16) -> String {
    scene.resize(width, height);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("it is memory");
    terminal.draw(|frame| draw(scene, frame)).expect("it is memory");
    let buffer = terminal.backend().buffer();
    let mut lines: Vec<String> = Vec::new();
    let mut kinds: Vec<(&str, Modifier, String)> = vec![
        ("chosen", Modifier::REVERSED, String::new()),
        ("unsure", Modifier::UNDERLINED, String::new()),
        ("put right", Modifier::ITALIC, String::new()),
    ];
    for y in 0..height {
        let cells = (0..width).map(|x| &buffer[(x, y)]);
        lines.push(cells.clone().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned());
        for (_, modifier, found) in &mut kinds {
            for cell in cells.clone() {
                found.push_str(if cell.modifier.contains(*modifier) { cell.symbol() } else { "\u{0}" });
            }
        }
    }
    for (name, _, found) in kinds {
        let words: Vec<&str> = found.split('\u{0}').map(str::trim).filter(|text| !text.is_empty()).collect();
        lines.push(format!("{name}: {}", words.join(" | ")));
    }
    lines.join("\n")
}

fn revised(session: &Session, all: impl IntoIterator<Item = Revision>) -> Session {
    let mut session = session.clone();
    for what in all {
        let on = "2026-11-24T12:00:00Z".parse().expect("a date");
        session.apply(&Record::Revision(Box::new(Revised { on, what })));
    }
    session
}

fn correction(turn: u32, word: usize, text: &str) -> Revision {
    Revision::Corrected { turn: TurnId(turn), word, text: text.into() }
}

/// The session after a phrase was put right, judged again and remarked on.
fn put_right() -> Session {
    let mut better = assessment(true);
    (better.coverage, better.band) = (0.57, Band::clamped(3));
    let question = QuestionId::new("where-it-runs").expect("kebab-case");
    let rescored = Revision::Rescored {
        question: question.clone(),
        assessment: better,
        by: "judge-int8.onnx".into(),
        why: Rescoring::Words,
        rubric: None,
    };
    let remark = |question, text: &str| Revision::Remarked { question, text: text.into() };
    let all = [
        correction(1, 19, "Kubernetes,"),
        correction(1, 20, ""),
        rescored,
        remark(Some(question), "Ask first!"),
        remark(None, "Slower."),
    ];
    revised(&session(), all)
}

#[test]
fn the_points_of_a_question_stand_above_its_words_on_a_small_screen() {
    let mut scene = scene(&session(), true);
    press(&mut scene, &[KeyCode::Down, KeyCode::Down]);
    insta::assert_snapshot!(shown(&mut scene, 80, 24));
}

#[test]
fn enter_on_a_point_leads_to_the_words_that_earned_it_and_the_model_answer_stands_beside_them() {
    let mut scene = scene(&session(), false);
    press(&mut scene, &[KeyCode::Down, KeyCode::Down, KeyCode::Enter, KeyCode::Char('m')]);
    assert_eq!(scene.page().map(|page| page.words[scene.cursor].text.clone()).as_deref(), Some("We"));
    insta::assert_snapshot!(shown(&mut scene, 120, 32));
}

#[test]
fn what_was_put_right_judged_again_and_remarked_on_is_shown() {
    let mut scene = scene(&put_right(), true);
    press(&mut scene, &[KeyCode::End]);
    let top = shown(&mut scene, 100, 40);
    press(&mut scene, &[KeyCode::Char('/')]);
    press(&mut scene, &letters("kubernetes"));
    press(&mut scene, &[KeyCode::Enter]);
    insta::assert_snapshot!(format!("{top}\n\n{}", shown(&mut scene, 100, 24)));
}

#[test]
fn the_narrowest_screen_and_one_far_too_small_are_drawn() {
    let mut scene = scene(&session(), true);
    for (width, height) in [(1, 1), (20, 5), (40, 10), (300, 90)] {
        for aside in ['m', 'd', 'a', '?'] {
            press(&mut scene, &[KeyCode::Char(aside)]);
            shown(&mut scene, width, height);
        }
    }
    let mut empty = Session::new(session().opened);
    empty.notes.push("It broke off.".into());
    let mut empty = super::tests::scene(&empty, true);
    for code in
        [KeyCode::Enter, KeyCode::Down, KeyCode::Char(' '), KeyCode::Char('c'), KeyCode::Char('a'), KeyCode::Tab]
    {
        assert_eq!(press(&mut empty, &[code, KeyCode::Right]), None);
    }
    assert!(shown(&mut empty, 80, 24).contains("Nothing was asked"));
}

#[test]
fn a_word_or_several_are_put_right_in_a_line_that_holds_what_was_heard() {
    let mut scene = scene(&session(), true);
    press(&mut scene, &[KeyCode::Char('/')]);
    press(&mut scene, &letters("cooper"));
    press(&mut scene, &[KeyCode::Enter, KeyCode::Char('v'), KeyCode::Right, KeyCode::Char('c')]);
    let typing = shown(&mut scene, 80, 24);
    scene.press(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
    press(&mut scene, &letters("Kubernetes,"));
    let wish = press(&mut scene, &[KeyCode::Enter]);
    let correction = |word, text: &str| Correction { turn: TurnId(1), word, text: text.into() };
    assert_eq!(wish, Some(Wish::Correct(vec![correction(19, "Kubernetes,"), correction(20, "")])));
    insta::assert_snapshot!(typing);
    let unchanged = press(&mut scene, &[KeyCode::Char('c'), KeyCode::Enter]);
    assert_eq!(unchanged, None, "what stands there is no correction");
}

#[test]
fn a_correction_is_taken_back_with_the_words_that_became_nothing() {
    let mut scene = scene(&put_right(), true);
    assert_eq!(press(&mut scene, &[KeyCode::Tab, KeyCode::Char('u')]), None, "the first word was heard so");
    press(&mut scene, &[KeyCode::Char('/')]);
    press(&mut scene, &letters("kubernetes"));
    let wish = press(&mut scene, &[KeyCode::Enter, KeyCode::Char('u')]);
    let heard = |word, text: &str| Correction { turn: TurnId(1), word, text: text.into() };
    assert_eq!(wish, Some(Wish::Correct(vec![heard(19, "cooper"), heard(20, "netties,")])));
    scene.revised(Pages::of(&session()), "");
    assert_eq!(scene.page().map(|page| page.words[scene.cursor].text.clone()).as_deref(), Some("cooper"));
}

#[test]
fn the_cursor_follows_the_sound_and_whoever_moves_it_no_longer_listens() {
    let mut scene = scene(&session(), true);
    let wish = press(&mut scene, &[KeyCode::Tab, KeyCode::Right, KeyCode::Right, KeyCode::Char(' ')]);
    let from = AudioTime::from_ms(1_200);
    assert_eq!(wish, Some(Wish::Play { recording: "question-01-answer.wav".into(), from }));
    for (ms, cursor) in [(1_200, 2), (1_590, 2), (1_600, 3), (4_100, 9), (60_000, 25)] {
        scene.heard(AudioTime::from_ms(ms));
        assert_eq!(scene.cursor, cursor, "{ms}");
    }
    assert_eq!(press(&mut scene, &[KeyCode::Left]), Some(Wish::Stop));
    scene.heard(AudioTime::ZERO);
    assert_eq!(scene.cursor, 24, "nothing plays any more");
    assert_eq!(press(&mut scene, &[KeyCode::Char(' '), KeyCode::Char(' ')]), Some(Wish::Stop));
    press(&mut scene, &[KeyCode::Char(' ')]);
    scene.silent(Some("Nothing can be heard: there is no speaker.".into()));
    assert!(shown(&mut scene, 80, 24).contains("there is no speaker"));
}

#[test]
fn words_are_gone_over_by_row_sentence_and_answer() {
    let mut scene = scene(&session(), true);
    press(&mut scene, &[KeyCode::Tab]);
    let ways = [
        (KeyCode::Char(')'), 12),
        (KeyCode::Char(')'), 26),
        (KeyCode::Char('('), 12),
        (KeyCode::Char('('), 0),
        (KeyCode::PageDown, 26),
        (KeyCode::PageUp, 0),
        (KeyCode::End, 40),
        (KeyCode::Right, 40),
        (KeyCode::Home, 0),
        (KeyCode::Left, 0),
    ];
    for (code, cursor) in ways {
        press(&mut scene, &[code]);
        assert_eq!(scene.cursor, cursor, "{code:?}");
    }
}

#[test]
fn a_remark_is_typed_over_the_one_before() {
    let mut scene = scene(&put_right(), true);
    press(&mut scene, &[KeyCode::Char('n')]);
    let wish = press(&mut scene, &[KeyCode::Backspace, KeyCode::Enter]);
    let question = QuestionId::new("where-it-runs").ok();
    assert_eq!(wish, Some(Wish::Remark { question, text: "Ask first".into() }));
    press(&mut scene, &[KeyCode::Char('N')]);
    assert_eq!(press(&mut scene, &[KeyCode::Enter]), Some(Wish::Remark { question: None, text: "Slower.".into() }));
    press(&mut scene, &[KeyCode::Char('n')]);
    assert_eq!(press(&mut scene, &[KeyCode::Esc]), None);
    assert!(scene.typing.is_none());
}

#[test]
fn attempts_stand_beside_each_other_point_by_point() {
    let (first, this) = (session_on(2), put_right());
    let mut scene = scene(&this, true);
    let question = QuestionId::new("where-it-runs").expect("kebab-case");
    assert_eq!(press(&mut scene, &[KeyCode::Char('a')]), Some(Wish::Attempts(question.clone())));
    let table = Table::of(&question, &this, &[this.clone(), first]).expect("it was asked");
    scene.attempts(table);
    insta::assert_snapshot!(shown(&mut scene, 80, 24));
    assert_eq!(press(&mut scene, &[KeyCode::Char(']')]), None);
    assert!(scene.aside.is_none(), "they are of the other question");
}

#[test]
fn all_keys_are_told_on_the_smallest_screen() {
    let mut scene = scene(&session(), false);
    press(&mut scene, &[KeyCode::Char('?')]);
    let screen = shown(&mut scene, 80, 24);
    assert!(screen.contains("│Tab ") && screen.contains("│q           leave"), "{screen}");
}

#[test]
fn without_colours_nothing_is_coloured_and_everything_still_differs() {
    let mut scene = scene(&put_right(), false);
    scene.resize(80, 24);
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("it is memory");
    terminal.draw(|frame| draw(&scene, frame)).expect("it is memory");
    let reset = ratatui::style::Color::Reset;
    assert!(terminal.backend().buffer().content().iter().all(|cell| cell.fg == reset && cell.bg == reset));
}
