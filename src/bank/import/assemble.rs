//! Puts the stretches of a document together into questions with their labelled parts, and keeps account of what is left.

use super::block::{Shape, Skipped};
use super::label::Role;
use super::left_out::{LeftOut, Why};
use super::questions::{asks, questions};
use super::recognise::{Mark, What};

/// Most words of a title.
const MOST_WORDS_OF_TITLE: usize = 12;

/// Text of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) line: usize,
    pub(super) text: String,
    /// How deep it is nested where it is an item of a list.
    pub(super) depth: Option<u8>,
    /// Whether it goes on with the piece before it, on a new line.
    pub(super) goes_on: bool,
}

/// A question as it was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) line: usize,
    pub(super) prompt: Vec<Piece>,
    /// What stands behind the prompt without a label.
    pub(super) unlabelled: Vec<Piece>,
    pub(super) parts: Vec<(Role, Vec<Piece>)>,
    /// The heading above it, by its number.
    pub(super) section: Option<usize>,
}

impl Found {
    /// Returns the pieces of a part, from wherever it was labelled so.
    pub(super) fn part(&self, role: Role) -> Vec<Piece> {
        self.parts.iter().filter(|(one, _)| *one == role).flat_map(|(_, pieces)| pieces.iter().cloned()).collect()
    }

    fn has(&self, role: Role) -> bool {
        self.parts.iter().any(|(one, _)| *one == role)
    }
}

/// A document, put together.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The title with its line.
    pub(super) title: Option<(usize, String)>,
    /// Headings above the questions, with their lines.
    pub(super) sections: Vec<(usize, String)>,
    pub(super) questions: Vec<Found>,
    pub(super) left_out: Vec<LeftOut>,
}

/// Puts a document together.
pub(super) fn assemble(marks: Vec<Mark>) -> Document {
    let is_question = questions(&marks);
    let level = |mark: &Mark| match mark.shape {
        Shape::Heading(level) => Some(level),
        _ => None,
    };
    let question_level = marks.iter().zip(&is_question).filter(|(_, asked)| **asked).find_map(|(mark, _)| level(mark));
    let label_levels = marks.iter().filter(|mark| matches!(mark.what, What::Label(_))).filter_map(level).collect();
    let mut assembly =
        Assembly { question_level, label_levels, document: Document::default(), open: None, place: Place::Outside };
    for (mark, asked) in marks.into_iter().zip(is_question) {
        assembly.take(mark, asked);
    }
    assembly.close();
    assembly.document
}

/// Where the next text belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first question, or behind the end of one.
    Outside,
    /// Behind a question, without a label.
    Behind,
    Part(Role),
    /// Under a label or heading that is not known.
    Unknown,
    /// In the answer to a follow-up.
    FollowUpAnswer,
}

struct Assembly {
    /// Level of the headings that are questions.
    question_level: Option<u8>,
    /// Levels of the headings that are labels.
    label_levels: Vec<u8>,
    document: Document,
    open: Option<Found>,
    place: Place,
}

impl Assembly {
    fn take(&mut self, mark: Mark, asked: bool) {
        match mark.what {
            What::Record => self.open_question(mark.line),
            What::Break => self.place = Place::Outside,
            What::Skipped(why) => self.leave(&mark, skipped(why)),
            What::Unknown => {
                self.place = Place::Unknown;
                self.leave(&mark, Why::UnknownLabel);
            }
            What::Label(role) => self.label(role, &mark),
            What::Text if asked => {
                self.open_question(mark.line);
                self.prompt(mark);
            }
            What::Text => match mark.shape {
                Shape::Heading(level) => self.heading(level, mark),
                _ => self.text(mark),
            },
        }
    }

    fn open_question(&mut self, line: usize) {
        self.close();
        let section = self.document.sections.len().checked_sub(1);
        self.open = Some(Found { line, section, ..Found::default() });
        self.place = Place::Behind;
    }

    fn prompt(&mut self, mark: Mark) {
        if let Some(open) = &mut self.open
            && !mark.text.is_empty()
        {
            open.prompt.push(piece(mark));
        }
    }

    fn label(&mut self, role: Role, mark: &Mark) {
        if role == Role::Title
            && self.open.as_ref().is_none_or(|open| !open.prompt.is_empty() && mark.shape == Shape::Key)
        {
            self.close();
            self.place = Place::Part(Role::Title);
            return;
        }
        if role == Role::Question && self.open.as_ref().is_none_or(|open| !open.prompt.is_empty()) {
            self.open_question(mark.line);
        }
        match &mut self.open {
            Some(open)
                if role == Role::Answer && self.place == Place::Part(Role::FollowUps) && open.has(Role::Answer) =>
            {
                self.place = Place::FollowUpAnswer;
            }
            Some(open) => {
                open.parts.push((role, Vec::new()));
                self.place = Place::Part(role);
            }
            None => {
                self.place = Place::Outside;
                self.leave(mark, Why::OutsideQuestions);
            }
        }
    }

    fn heading(&mut self, level: u8, mark: Mark) {
        if level <= 1
            && self.document.questions.is_empty()
            && self.open.is_none()
            && (level == 1 || self.document.title.is_none())
            && self.question_level != Some(level)
        {
            self.set_title(mark);
            return;
        }
        let is_below = self.open.is_some() && self.question_level.is_none_or(|question| level > question);
        let wants_prompt = self.open.as_ref().is_some_and(|open| open.prompt.is_empty());
        if wants_prompt && is_below && self.place == Place::Behind {
            self.prompt(mark);
        } else if is_below && self.label_levels.contains(&level) {
            self.place = Place::Unknown;
            self.leave(&mark, Why::UnknownLabel);
        } else if is_below && self.question_level.is_some() {
            self.leave(&mark, Why::Heading);
        } else {
            self.close();
            // What is set like a question and asks nothing, such as `Conclusion`, is no heading above others.
            if self.question_level == Some(level) {
                self.leave(&mark, Why::Heading);
            } else if !mark.text.is_empty() {
                self.document.sections.push((mark.line, mark.text));
            }
        }
    }

    fn text(&mut self, mark: Mark) {
        if self.place == Place::Part(Role::Title) && self.open.is_none() {
            self.set_title(mark);
            return;
        }
        let place = self.place;
        if self.open.is_none() && self.may_be_title(&mark) {
            self.set_title(mark);
            return;
        }
        let Some(open) = &mut self.open else { return self.leave(&mark, Why::OutsideQuestions) };
        match place {
            Place::Outside => self.leave(&mark, Why::OutsideQuestions),
            Place::Unknown => self.leave(&mark, Why::UnknownLabel),
            Place::FollowUpAnswer => self.leave(&mark, Why::FollowUpAnswer),
            Place::Behind if open.prompt.is_empty() => open.prompt.push(piece(mark)),
            Place::Behind if mark.goes_on && open.unlabelled.is_empty() && is_cut_off(&open.prompt) => {
                open.prompt.push(piece(mark));
            }
            Place::Behind => open.unlabelled.push(piece(mark)),
            Place::Part(Role::Question) => {
                // A prompt may have several lines; what follows the question in a paragraph of its own is not asked.
                if open.prompt.is_empty() || (mark.goes_on && mark.shape == Shape::Line) {
                    open.prompt.push(piece(mark));
                } else {
                    open.unlabelled.push(piece(mark));
                }
            }
            Place::Part(_) => {
                if let Some((_, pieces)) = open.parts.last_mut() {
                    pieces.push(piece(mark));
                }
            }
        }
    }

    /// Takes a title. The one before it, such as that of the browser's window, is left out.
    fn set_title(&mut self, mark: Mark) {
        if let Some((line, before)) = self.document.title.replace((mark.line, mark.text)) {
            self.document.left_out.push(LeftOut::new(line, &before, Why::NoPlace));
        }
    }

    /// Returns whether it is the first line of a document without headings, and short as a title is.
    fn may_be_title(&self, mark: &Mark) -> bool {
        let is_first =
            self.document.title.is_none() && self.document.questions.is_empty() && self.document.left_out.is_empty();
        is_first
            && mark.text.split(' ').count() <= MOST_WORDS_OF_TITLE
            && !mark.text.ends_with(['.', '?', '!', ':', ','])
    }

    fn leave(&mut self, mark: &Mark, why: Why) {
        if !mark.text.is_empty() {
            self.document.left_out.push(LeftOut::new(mark.line, &mark.text, why));
        }
    }

    /// Ends the open question.
    fn close(&mut self) {
        self.place = Place::Outside;
        let Some(mut open) = self.open.take() else { return };
        // A heading may name the topic and the paragraph below it ask.
        let topic_only = open.prompt.first().is_some_and(|prompt| !asks(&prompt.text));
        let asked =
            open.unlabelled.first().is_some_and(|piece| piece.text.trim_end_matches(['"', '”', '*']).ends_with('?'));
        if topic_only && asked && (open.has(Role::Answer) || open.has(Role::Points) || open.unlabelled.len() > 1) {
            let topic = std::mem::replace(&mut open.prompt, vec![open.unlabelled.remove(0)]);
            self.document
                .left_out
                .extend(topic.iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::Heading)));
        }
        self.document.questions.push(open);
    }
}

fn is_cut_off(prompt: &[Piece]) -> bool {
    prompt.last().is_some_and(|piece| !piece.text.ends_with(['?', '.', '!', '"', '”', ':']))
}

fn piece(mark: Mark) -> Piece {
    let depth = match mark.shape {
        Shape::Item(depth) => Some(depth),
        _ => mark.ordinal.map(|_| 0),
    };
    Piece { line: mark.line, text: mark.text, depth, goes_on: mark.goes_on }
}

fn skipped(why: Skipped) -> Why {
    match why {
        Skipped::Code => Why::Code,
        Skipped::Navigation => Why::Navigation,
        Skipped::FrontMatter => Why::FrontMatter,
        Skipped::Reference => Why::NoPlace,
    }
}
