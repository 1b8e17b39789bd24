//! A line of text that is being typed.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A line, and where in it the next letter goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    letters: Vec<char>,
    at: usize,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// The line goes on.
    More,
    /// It is finished.
    Done,
    /// It is given up.
    GivenUp,
}

impl Line {
    /// Returns a line that begins with a text.
    pub(super) fn with(text: &str) -> Self {
        let letters: Vec<char> = text.chars().collect();
        Self { at: letters.len(), letters }
    }

    /// Takes a key.
    pub(super) fn press(&mut self, key: KeyEvent) -> Typed {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Typed::Done,
            KeyCode::Esc => return Typed::GivenUp,
            KeyCode::Char('u') if is_control => {
                self.letters.drain(..self.at);
                self.at = 0;
            }
            KeyCode::Char(letter) if !is_control && !letter.is_control() => {
                self.letters.insert(self.at, letter);
                self.at += 1;
            }
            KeyCode::Backspace if self.at > 0 => {
                self.at -= 1;
                self.letters.remove(self.at);
            }
            KeyCode::Delete if self.at < self.letters.len() => drop(self.letters.remove(self.at)),
            KeyCode::Left => self.at = self.at.saturating_sub(1),
            KeyCode::Right => self.at = (self.at + 1).min(self.letters.len()),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.letters.len(),
            _ => {}
        }
        Typed::More
    }

    /// Returns what stands before the place of the next letter, and what stands behind it.
    pub(super) fn parts(&self) -> (String, String) {
        (self.letters[..self.at].iter().collect(), self.letters[self.at..].iter().collect())
    }

    /// Returns the line.
    pub(super) fn text(&self) -> String {
        self.letters.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{Line, Typed};

    #[test]
    fn letters_go_where_the_place_is_and_all_of_it_can_be_taken_away() {
        let mut line = Line::with("nettes");
        let press = |line: &mut Line, code| line.press(KeyEvent::new(code, KeyModifiers::NONE));
        for code in
            [KeyCode::Left, KeyCode::Left, KeyCode::Char('é'), KeyCode::Home, KeyCode::Delete, KeyCode::Char('N')]
        {
            assert_eq!(press(&mut line, code), Typed::More);
        }
        assert_eq!(line.text(), "Nettées");
        for _ in 0..3 {
            press(&mut line, KeyCode::Backspace);
        }
        assert_eq!((line.text(), line.parts().0), ("ettées".into(), String::new()));
        press(&mut line, KeyCode::End);
        line.press(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(line, Line::default());
        assert_eq!(press(&mut line, KeyCode::Enter), Typed::Done);
        assert_eq!(press(&mut line, KeyCode::Esc), Typed::GivenUp);
    }
}
