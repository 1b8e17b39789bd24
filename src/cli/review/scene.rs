//! What is on the screen, and what keys do to it. Knows no terminal, sound or disk: what they are wanted for is a [`Wish`].

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

use crate::cli::review::attempts::Table;
use crate::cli::review::draw::words_width;
use crate::cli::review::input::{Line, Typed};
use crate::cli::review::look::Look;
use crate::cli::review::pages::{Page, Pages, Said};
use crate::cli::review::rows::{beside, next_sentence, rows};
use crate::engine::rescoring::Correction;
use crate::ids::{QuestionId, TurnId};
use crate::transcript::Word;
use crate::transcript::correct::Corrected;
use crate::transcript::phrase::{occurrences, replacement};
use crate::units::{AudioTime, Span};

/// What is wanted of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Quit,
    /// Play a recording from a moment on.
    Play {
        recording: String,
        from: AudioTime,
    },
    /// Stop what plays.
    Stop,
    /// Put words right.
    Correct(Vec<Correction>),
    /// Keep a remark, on a question or on the whole.
    Remark {
        question: Option<QuestionId>,
        text: String,
    },
    /// Find all attempts at a question.
    Attempts(QuestionId),
}

/// Which part keys act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    Items,
    Words,
}

/// What stands beside the transcript, or in its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Aside {
    ModelAnswer,
    Delivery,
    Attempts(Option<Table>),
    Keys,
}

/// What a line is typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// What was said in place of these words.
    Correction(Range<usize>),
    /// A remark on a question, or on the whole.
    Remark(Option<QuestionId>),
    Search,
}

/// What is on the screen.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) pages: Pages,
    pub(super) look: Look,
    /// The page, the item and the word that are chosen.
    pub(super) at: usize,
    pub(super) item: usize,
    pub(super) cursor: usize,
    /// Where a stretch of words begins that ends at the cursor.
    pub(super) mark: Option<usize>,
    pub(super) focus: Focus,
    pub(super) aside: Option<Aside>,
    pub(super) typing: Option<(Asked, Line)>,
    /// The turn that is heard.
    pub(super) playing: Option<TurnId>,
    pub(super) note: String,
    searched: String,
    area: Rect,
}

impl Scene {
    /// Returns the first page.
    pub(super) fn new(pages: Pages, look: Look) -> Self {
        Self {
            pages,
            look,
            at: 0,
            item: 0,
            cursor: 0,
            mark: None,
            focus: Focus::Items,
            aside: None,
            typing: None,
            playing: None,
            note: String::new(),
            searched: String::new(),
            area: Rect::new(0, 0, 80, 24),
        }
    }

    /// Takes in how large the screen is, in cells.
    pub(super) fn resize(&mut self, width: u16, height: u16) {
        self.area = Rect::new(0, 0, width, height);
    }

    /// Returns the page that is shown. None where nothing was asked.
    pub(super) fn page(&self) -> Option<&Page> {
        self.pages.questions.get(self.at)
    }

    /// Returns the words that are marked: up to the cursor, which is one of them.
    pub(super) fn marked(&self) -> Range<usize> {
        let mark = self.mark.unwrap_or(self.cursor);
        mark.min(self.cursor)..mark.max(self.cursor) + 1
    }

    /// Returns the words that show the chosen item.
    pub(super) fn quoted(&self) -> Option<Range<usize>> {
        self.page()?.items.get(self.item).filter(|_| self.focus == Focus::Items)?.place.clone()
    }

    /// Tells something.
    pub(super) fn tell(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// Takes in the session as it is now. What is chosen stays chosen.
    pub(super) fn revised(&mut self, pages: Pages, note: impl Into<String>) {
        self.pages = pages;
        self.mark = None;
        self.keep_within();
        self.tell(note);
    }

    /// Shows all attempts at a question, if they are still wanted.
    pub(super) fn attempts(&mut self, table: Table) {
        if self.page().is_some_and(|page| page.id == table.question)
            && let Some(Aside::Attempts(shown)) = &mut self.aside
        {
            *shown = Some(table);
        }
    }

    /// Takes in how far the recording has come that plays.
    pub(super) fn heard(&mut self, at: AudioTime) {
        let Some(page) = self.page() else { return };
        let Some(said) = page.answers.iter().find(|said| Some(said.turn) == self.playing) else { return };
        let passed = page.words[said.words.clone()].iter().filter(|word| word.start <= at).count();
        if !said.words.is_empty() {
            self.cursor = said.words.start + passed.saturating_sub(1);
        }
    }

    /// Takes in that nothing plays any more, or why it cannot.
    pub(super) fn silent(&mut self, why: Option<String>) {
        self.playing = None;
        if let Some(why) = why {
            self.tell(why);
        }
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: KeyEvent) -> Option<Wish> {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if is_control && matches!(key.code, KeyCode::Char('c' | 'd')) {
            return Some(Wish::Quit);
        }
        self.note.clear();
        if self.typing.is_some() {
            return self.type_on(key);
        }
        match key.code {
            KeyCode::Char('q') => return Some(Wish::Quit),
            KeyCode::Esc => self.back(),
            KeyCode::Tab | KeyCode::BackTab => {
                self.focus = if self.focus == Focus::Items { Focus::Words } else { Focus::Items };
            }
            KeyCode::Char(' ') => return self.play_or_stop(),
            KeyCode::Char('c') => self.ask_correction(),
            KeyCode::Char('u') => return self.take_back(),
            KeyCode::Char('v') => (self.mark, self.focus) = (self.mark.xor(Some(self.cursor)), Focus::Words),
            KeyCode::Char('n') => self.ask_remark(false),
            KeyCode::Char('N') => self.ask_remark(true),
            KeyCode::Char('/') => self.typing = Some((Asked::Search, Line::default())),
            KeyCode::Char('m') => self.show(Aside::ModelAnswer),
            KeyCode::Char('d') => self.show(Aside::Delivery),
            KeyCode::Char('?') => self.show(Aside::Keys),
            KeyCode::Char('a') => return self.show_attempts(),
            KeyCode::Char('[') => return self.turn_to(self.at.saturating_sub(1)),
            KeyCode::Char(']') => return self.turn_to(self.at + 1),
            KeyCode::Char(digit @ '1'..='9') => return self.turn_to(digit as usize - '1' as usize),
            _ if self.focus == Focus::Items => return self.choose_item(key.code),
            _ => return self.go(key.code, is_control),
        }
        None
    }

    fn keep_within(&mut self) {
        self.at = self.at.min(self.pages.questions.len().saturating_sub(1));
        let (items, words) = self.page().map_or((0, 0), |page| (page.items.len(), page.words.len()));
        self.item = self.item.min(items.saturating_sub(1));
        self.cursor = self.cursor.min(words.saturating_sub(1));
    }

    fn back(&mut self) {
        if self.mark.take().is_none() {
            self.aside = None;
        }
    }

    fn show(&mut self, aside: Aside) {
        let is_shown =
            self.aside.as_ref().is_some_and(|shown| std::mem::discriminant(shown) == std::mem::discriminant(&aside));
        self.aside = (!is_shown).then_some(aside);
    }

    fn show_attempts(&mut self) -> Option<Wish> {
        let question = self.page()?.id.clone();
        self.show(Aside::Attempts(None));
        matches!(self.aside, Some(Aside::Attempts(_))).then_some(Wish::Attempts(question))
    }

    fn turn_to(&mut self, page: usize) -> Option<Wish> {
        if page >= self.pages.questions.len() || page == self.at {
            return None;
        }
        (self.at, self.item, self.cursor, self.mark) = (page, 0, 0, None);
        if matches!(self.aside, Some(Aside::Attempts(_))) {
            self.aside = None;
        }
        self.stop()
    }

    fn choose_item(&mut self, key: KeyCode) -> Option<Wish> {
        match key {
            KeyCode::Up | KeyCode::Char('k') => self.item = self.item.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.item += 1,
            KeyCode::Home => self.item = 0,
            KeyCode::End => self.item = usize::MAX,
            KeyCode::Left => return self.turn_to(self.at.saturating_sub(1)),
            KeyCode::Right => return self.turn_to(self.at + 1),
            KeyCode::Enter => return self.go_to_quote(),
            _ => {}
        }
        self.keep_within();
        None
    }

    fn go_to_quote(&mut self) -> Option<Wish> {
        match self.page()?.items.get(self.item)?.place.clone() {
            Some(place) => {
                (self.cursor, self.mark, self.focus) = (place.start, None, Focus::Words);
                self.stop()
            }
            None => {
                self.tell("No words stand for this.");
                None
            }
        }
    }

    /// Moves the cursor. Whoever moves it no longer listens.
    fn go(&mut self, key: KeyCode, by_sentence: bool) -> Option<Wish> {
        let page = self.pages.questions.get(self.at)?;
        let last = page.words.len().saturating_sub(1);
        let rows = rows(page, words_width(self.area, self.aside.as_ref()));
        self.cursor = match key {
            KeyCode::Left if by_sentence => next_sentence(page, self.cursor, false),
            KeyCode::Right if by_sentence => next_sentence(page, self.cursor, true),
            KeyCode::Char('(') => next_sentence(page, self.cursor, false),
            KeyCode::Char(')') => next_sentence(page, self.cursor, true),
            KeyCode::Left | KeyCode::Char('h') => self.cursor.saturating_sub(1),
            KeyCode::Right | KeyCode::Char('l') => (self.cursor + 1).min(last),
            KeyCode::Up | KeyCode::Char('k') => beside(page, &rows, self.cursor, false),
            KeyCode::Down | KeyCode::Char('j') => beside(page, &rows, self.cursor, true),
            KeyCode::PageUp => answer_border(page, self.cursor, false),
            KeyCode::PageDown => answer_border(page, self.cursor, true),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => return None,
        };
        self.stop()
    }

    fn stop(&mut self) -> Option<Wish> {
        self.playing.take().map(|_| Wish::Stop)
    }

    fn play_or_stop(&mut self) -> Option<Wish> {
        if self.playing.is_some() {
            return self.stop();
        }
        if let Some(place) = self.quoted() {
            self.cursor = place.start;
        }
        let page = self.page()?;
        let from = page.words.get(self.cursor).map_or(AudioTime::ZERO, |word| word.start);
        let said: Said = page.answer_at(self.cursor)?.clone();
        if !said.is_recorded {
            self.tell("This answer was typed; there is nothing to hear.");
            return None;
        }
        (self.playing, self.focus) = (Some(said.turn), Focus::Words);
        Some(Wish::Play { recording: said.recording, from })
    }

    fn ask_correction(&mut self) {
        let marked = self.marked();
        let Some(page) = self.page().filter(|page| marked.end <= page.words.len()) else { return };
        let is_within = page.answer_at(marked.start).is_some_and(|said| marked.end <= said.words.end);
        if !is_within {
            self.tell("Words of two answers cannot be put right at once.");
            return;
        }
        let text = page.texts(marked.clone()).join(" ");
        (self.typing, self.focus) = (Some((Asked::Correction(marked), Line::with(&text))), Focus::Words);
    }

    fn ask_remark(&mut self, on_whole: bool) {
        let Some(page) = self.page() else { return };
        let (about, text) = if on_whole { (None, &self.pages.remark) } else { (Some(page.id.clone()), &page.remark) };
        let line = Line::with(text.as_deref().unwrap_or_default());
        self.typing = Some((Asked::Remark(about), line));
    }

    /// Takes back the correction of the word at the cursor, and of those that became nothing with it.
    fn take_back(&mut self) -> Option<Wish> {
        let page = self.page()?;
        let word = page.words.get(self.cursor)?;
        let said = page.answer_at(self.cursor)?;
        let Some(heard) = &word.heard else {
            self.tell("This word stands as it was heard.");
            return None;
        };
        let correction = Correction { turn: said.turn, word: word.nth, text: heard.clone() };
        let removed = said.removed.iter().skip_while(|(nth, _)| *nth <= word.nth).zip(word.nth + 1..);
        let with_it = removed.take_while(|((nth, _), next)| nth == next).map(|((nth, text), _)| Correction {
            turn: said.turn,
            word: *nth,
            text: text.clone(),
        });
        Some(Wish::Correct(std::iter::once(correction).chain(with_it).collect()))
    }

    fn type_on(&mut self, key: KeyEvent) -> Option<Wish> {
        let (asked, mut line) = self.typing.take()?;
        match line.press(key) {
            Typed::GivenUp => None,
            Typed::More => {
                self.typing = Some((asked, line));
                None
            }
            Typed::Done => match asked {
                Asked::Correction(words) => self.correct(words, &line.text()),
                Asked::Remark(question) => Some(Wish::Remark { question, text: line.text() }),
                Asked::Search => self.search(line.text()),
            },
        }
    }

    fn correct(&mut self, words: Range<usize>, said: &str) -> Option<Wish> {
        let page = self.page()?;
        if page.texts(words.clone()).join(" ") == said {
            return None;
        }
        let answer = page.answer_at(words.start)?;
        let all: Vec<Corrected<'_>> = page.words[answer.words.clone()].iter().map(as_corrected).collect();
        let stretch = words.start - answer.words.start..words.end - answer.words.start;
        let corrections = replacement(&all, stretch, said).into_iter();
        let turn = answer.turn;
        let corrections = corrections.map(|(word, text)| Correction { turn, word, text }).collect();
        (self.cursor, self.mark) = (words.start, None);
        Some(Wish::Correct(corrections))
    }

    /// Goes to the next place of a phrase, on this page or a later one, and then from the start. Nothing typed: of the last phrase.
    fn search(&mut self, phrase: String) -> Option<Wish> {
        if !phrase.trim().is_empty() {
            self.searched = phrase;
        }
        let count = self.pages.questions.len();
        for further in 0..=count {
            let at = (self.at + further) % count.max(1);
            let page = self.pages.questions.get(at)?;
            let from = if further == 0 { self.cursor + 1 } else { 0 };
            let found = occurrences(&page.texts(0..page.words.len()), &self.searched);
            if let Some(place) = found.into_iter().find(|place| place.start >= from) {
                let wish = self.turn_to(at).or_else(|| self.stop());
                (self.cursor, self.mark, self.focus) = (place.start, None, Focus::Words);
                return wish;
            }
        }
        self.tell(format!("“{}” was not said.", self.searched));
        None
    }
}

fn as_corrected(word: &crate::cli::review::pages::Shown) -> Corrected<'_> {
    Corrected {
        word: Word { text: word.text.clone(), span: Span::default(), probability: word.probability },
        nth: word.nth,
        heard: word.heard.as_deref(),
    }
}

/// Returns the first word of this answer, or of the one before or after it.
fn answer_border(page: &Page, word: usize, is_down: bool) -> usize {
    let mut starts = page.answers.iter().filter(|said| !said.words.is_empty()).map(|said| said.words.start);
    let found = if is_down { starts.find(|start| *start > word) } else { starts.rfind(|start| *start < word) };
    found.unwrap_or(word)
}
