//! Draws a scene: the questions and what was covered above, the words below.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use crate::cli::review::attempts::{Column, Table};
use crate::cli::review::look::Look;
use crate::cli::review::pages::{Item, Mark, Page, Tone};
use crate::cli::review::rows::{Row, row_of, rows};
use crate::cli::review::scene::{Aside, Asked, Focus, Scene};
use crate::cli::words::wrap;
use crate::review::markdown::tick;

/// What each key does.
const KEYS: &str = "\
Tab         between what was covered and the words
↑ ↓ ← →     choose; ← → above: another question
Enter       to the words that earned a point
Space       play from the word on; again stops
( )         to the sentence before, after (also Ctrl-← Ctrl-→)
PgUp PgDn   to the answer before, after
[ ] 1–9     to another question
/           search; / and Enter: on to the next place
c           put the word right; first v to mark several
u           take a correction back
n N         remark on the question, on the whole
m d a       model answer, delivery, all attempts
q           leave";

/// Rows of what is told, at most.
const MOST_TOLD: usize = 3;

/// Cells of a column of attempts.
const COLUMN: usize = 8;

/// Cells of a point's words beside its columns, at least.
const POINT: usize = 24;

/// The parts of the screen.
struct Parts {
    head: Rect,
    questions: Rect,
    items: Rect,
    words: Rect,
    aside: Option<Rect>,
    status: Rect,
    foot: Rect,
}

/// Returns the parts, with so many rows for what is told.
fn parts(area: Rect, aside: Option<&Aside>, told: u16) -> Parts {
    let upper = (area.height * 2 / 5).clamp(6, 20);
    let [head, above, below, status, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(upper),
        Constraint::Min(3),
        Constraint::Length(1),
        Constraint::Length(told),
    ])
    .areas(area);
    let list = (area.width * 3 / 10).clamp(20, 40);
    let [questions, items] = Layout::horizontal([Constraint::Length(list), Constraint::Min(20)]).areas(above);
    let (words, aside) = match aside {
        Some(Aside::ModelAnswer | Aside::Delivery) => {
            let [words, aside] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(below);
            (words, Some(aside))
        }
        // A table needs the whole width, and all keys the whole height.
        Some(Aside::Attempts(_)) => (below, Some(below)),
        Some(Aside::Keys) => (below, Some(above.union(below))),
        None => (below, None),
    };
    Parts { head, questions, items, words, aside, status, foot }
}

fn inner(area: Rect) -> (usize, usize) {
    (usize::from(area.width.saturating_sub(2)).max(1), usize::from(area.height.saturating_sub(2)).max(1))
}

/// Returns the width of the rows of words, in cells.
pub(super) fn words_width(area: Rect, aside: Option<&Aside>) -> usize {
    inner(parts(area, aside, 1).words).0
}

/// Draws the scene.
pub(super) fn draw(scene: &Scene, frame: &mut Frame<'_>) {
    let foot = foot(scene, usize::from(frame.area().width));
    let parts = parts(frame.area(), scene.aside.as_ref(), foot.len() as u16);
    let look = scene.look;
    frame.render_widget(head(scene, parts.head.width), parts.head);
    let Some(page) = scene.page() else {
        frame.render_widget(Paragraph::new("Nothing was asked in this session."), parts.words);
        return;
    };
    let pane = |title: &str, lines: Vec<Line<'static>>, focus: usize, area: Rect, is_focused: bool| {
        let block = Block::default().borders(Borders::ALL).border_style(look.frame(is_focused));
        let block = block.title(format!(" {title} "));
        let shown = visible(lines.len(), focus, inner(area).1);
        (Paragraph::new(lines[shown].to_vec()).block(block), area)
    };
    let on_words = scene.focus == Focus::Words;
    let (lines, focus) = items(scene, page, inner(parts.items).0);
    let mut panes = vec![
        pane("Questions", questions(scene, inner(parts.questions).0), scene.at, parts.questions, false),
        pane("What it covered", lines, focus, parts.items, !on_words),
    ];
    if !matches!(scene.aside, Some(Aside::Attempts(_))) {
        let (lines, focus) = words(scene, page, inner(parts.words).0);
        panes.push(pane("What you said", lines, focus, parts.words, on_words));
    }
    if let (Some(aside), Some(area)) = (&scene.aside, parts.aside) {
        let (title, lines) = beside(scene, page, aside, inner(area).0);
        panes.push(pane(title, lines, 0, area, false));
    }
    for (paragraph, area) in panes {
        frame.render_widget(Clear, area);
        frame.render_widget(paragraph, area);
    }
    frame.render_widget(status(scene, page), parts.status);
    frame.render_widget(Paragraph::new(foot), parts.foot);
}

/// Returns the rows of `count` that are shown, so that the row in focus stands in the middle where it can.
fn visible(count: usize, focus: usize, height: usize) -> Range<usize> {
    let first = focus.saturating_sub(height / 2).min(count.saturating_sub(height));
    first..count.min(first + height)
}

fn head(scene: &Scene, width: u16) -> Line<'static> {
    let remark = scene.pages.remark.as_ref().map_or_else(String::new, |remark| format!("  ✎ {remark}"));
    let keys = " ? keys  q leave ";
    let room = usize::from(width).saturating_sub(keys.len() + 1);
    let left: String = format!(" {}{remark}", scene.pages.title).chars().take(room).collect();
    Line::from(vec![Span::styled(format!("{left:room$} "), Look::strong()), Span::styled(keys, scene.look.quiet())])
}

fn questions(scene: &Scene, width: usize) -> Vec<Line<'static>> {
    let lines = scene.pages.questions.iter().enumerate().map(|(nth, page)| {
        let score = page.score.map_or("     –".into(), |(band, share)| format!("{band} {:3.0}%", share * 100.0));
        let room = width.saturating_sub(score.len() + 5);
        let name: String = page.id.as_str().chars().take(room).collect();
        let is_chosen = nth == scene.at;
        let line = format!("{}{:2} {name:room$} {score}", if is_chosen { "▸" } else { " " }, nth + 1);
        Line::styled(line, if is_chosen { Look::strong() } else { Style::new() })
    });
    lines.collect()
}

/// Returns the lines of what was covered, and which of them is chosen.
fn items(scene: &Scene, page: &Page, width: usize) -> (Vec<Line<'static>>, usize) {
    let (mut lines, mut focus) = (Vec::new(), 0);
    for (nth, item) in page.items.iter().enumerate() {
        let is_chosen = nth == scene.item && scene.focus == Focus::Items;
        if nth == scene.item {
            focus = lines.len();
        }
        lines.extend(item_lines(item, scene.look, is_chosen, width));
    }
    (lines, focus)
}

fn item_lines(item: &Item, look: Look, is_chosen: bool, width: usize) -> Vec<Line<'static>> {
    let (mark, style) = match item.mark {
        Mark::Whole => ("", Look::strong()),
        Mark::Point(verdict) => (tick(verdict), look.verdict(verdict)),
        Mark::Pitfall => ("⚠", look.warning()),
        Mark::FollowUp => ("↳", Style::new()),
        Mark::Rescored => ("↻", look.quiet()),
        Mark::Remark => ("✎", Style::new()),
    };
    let style = if is_chosen { style.patch(Look::chosen()) } else { style };
    let indent = if mark.is_empty() { 0 } else { 2 };
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (row, text) in wrap(&item.text, width.saturating_sub(indent)).into_iter().enumerate() {
        let before = if row == 0 { mark } else { "" };
        lines.push(Line::styled(format!("{before:indent$}{text}"), style));
    }
    let quote = item.quote.as_ref().map(|quote| wrap(&format!("“{quote}”"), width.saturating_sub(4)));
    lines.extend(quote.unwrap_or_default().into_iter().map(|text| Line::styled(format!("    {text}"), look.quiet())));
    lines
}

/// Returns the rows of the words, and which of them is looked at.
fn words(scene: &Scene, page: &Page, width: usize) -> (Vec<Line<'static>>, usize) {
    let rows = rows(page, width);
    let quoted = scene.quoted();
    let looked_at = quoted.as_ref().map_or(scene.cursor, |place| place.start);
    let focus = row_of(&rows, looked_at);
    let lines = rows.iter().map(|row| match row {
        Row::Text(Tone::Strong, text) => Line::styled(text.clone(), Look::strong()),
        Row::Text(Tone::Quiet, text) => Line::styled(text.clone(), scene.look.quiet()),
        Row::Words(words) => word_line(scene, page, words.clone(), quoted.as_ref()),
    });
    (lines.collect(), focus)
}

fn word_line(scene: &Scene, page: &Page, words: Range<usize>, quoted: Option<&Range<usize>>) -> Line<'static> {
    let marked = scene.marked();
    let mut spans = Vec::new();
    for nth in words {
        let word = &page.words[nth];
        let mut style = match &word.heard {
            Some(_) => scene.look.corrected(),
            None if word.is_unsure() => scene.look.unsure(),
            None => Style::new(),
        };
        if quoted.is_some_and(|place| place.contains(&nth)) {
            style = style.patch(scene.look.quoted());
        }
        if marked.contains(&nth) && scene.focus == Focus::Words {
            style = style.patch(Look::chosen());
        }
        spans.push(Span::styled(word.text.clone(), style));
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

fn beside(scene: &Scene, page: &Page, aside: &Aside, width: usize) -> (&'static str, Vec<Line<'static>>) {
    let wrapped = |text: &str| wrap(text, width).into_iter().map(Line::from).collect::<Vec<_>>();
    match aside {
        Aside::ModelAnswer => ("What a good answer says", wrapped(&page.model_answer)),
        Aside::Delivery => {
            let delivery = page.answer_at(scene.cursor).map_or(&[][..], |said| &said.delivery);
            let lines: Vec<Line<'static>> = delivery.iter().flat_map(|line| wrapped(line)).collect();
            ("How you said it", if lines.is_empty() { vec![Line::from("Nothing was measured.")] } else { lines })
        }
        Aside::Keys => ("Keys", KEYS.lines().map(Line::from).collect()),
        Aside::Attempts(None) => ("Attempts", vec![Line::from("Looking for them …")]),
        Aside::Attempts(Some(table)) => ("Attempts", attempts(table, scene.look, width)),
    }
}

/// Returns the attempts as columns: the last ones, as many as there is room for.
fn attempts(table: &Table, look: Look, width: usize) -> Vec<Line<'static>> {
    let room = (width.saturating_sub(POINT) / COLUMN).max(1);
    let shown = &table.columns[table.columns.len().saturating_sub(room)..];
    let text = width.saturating_sub(shown.len() * COLUMN).max(1);
    let line = |head: &str, style: Style, cell: &dyn Fn(&Column) -> (String, Style)| {
        let head: String = head.chars().take(text.saturating_sub(1)).collect();
        let mut spans = vec![Span::styled(format!("{head:text$}"), style)];
        spans.extend(shown.iter().map(|column| {
            let (cell, style) = cell(column);
            Span::styled(format!("{cell:>COLUMN$}"), style)
        }));
        Line::from(spans)
    };
    let plain = |text: String| (text, Style::new());
    let mut lines = vec![
        line("", Style::new(), &|column| {
            (column.day.clone(), if column.is_this { Look::strong() } else { look.quiet() })
        }),
        line("Band", Look::strong(), &|column| plain(column.band.to_string())),
        line("Coverage", Look::strong(), &|column| plain(format!("{:.0} %", column.coverage * 100.0))),
    ];
    lines.extend(table.points.iter().enumerate().map(|(nth, point)| {
        line(point, Style::new(), &|column| {
            let verdict = column.verdicts.get(nth).copied().flatten();
            verdict.map_or_else(|| plain("–".into()), |verdict| (tick(verdict).into(), look.verdict(verdict)))
        })
    }));
    lines
}

/// Returns where the cursor is, and what is known of the word there.
fn status(scene: &Scene, page: &Page) -> Line<'static> {
    let Some(word) = page.words.get(scene.cursor) else { return Line::from(" No words were heard.") };
    let playing = if scene.playing.is_some() { "♪ " } else { "" };
    let known = match &word.heard {
        Some(heard) => format!("put right; “{heard}” was heard"),
        None if word.is_unsure() => format!("not sure: {:.0} %", word.probability * 100.0),
        None => String::new(),
    };
    let line = format!(" {playing}{}  {}  {known}", word.start, word.text);
    Line::styled(line, if scene.playing.is_some() { Look::strong() } else { Style::new() })
}

/// Returns what is typed, or what is told: one row, or a few.
fn foot(scene: &Scene, width: usize) -> Vec<Line<'static>> {
    let Some((asked, line)) = &scene.typing else {
        let told = wrap(&scene.note, width.saturating_sub(2)).into_iter().take(MOST_TOLD);
        return told.map(|line| Line::styled(format!(" {line}"), scene.look.warning())).collect();
    };
    let what = match asked {
        Asked::Correction(_) => " Said: ",
        Asked::Remark(Some(_)) => " Remark: ",
        Asked::Remark(None) => " Remark on the whole: ",
        Asked::Search => " Search: ",
    };
    let (before, behind) = line.parts();
    // The place of the next letter is always seen.
    let hidden = (before.chars().count() + what.len() + 1).saturating_sub(width);
    let mut behind = behind.chars();
    let at = behind.next().unwrap_or(' ').to_string();
    vec![Line::from(vec![
        Span::styled(what, Look::strong()),
        Span::raw(before.chars().skip(hidden).collect::<String>()),
        Span::styled(at, Look::chosen()),
        Span::raw(behind.collect::<String>()),
    ])]
}
