//! How things look: by colour and by weight, so that nothing is lost where there are no colours.

use ratatui::style::{Color, Modifier, Style};

use crate::judge::Verdict;

/// How things look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Whether there are colours.
    pub(super) colour: bool,
}

impl Look {
    fn of(self, colour: Color, modifier: Modifier) -> Style {
        let style = Style::new().add_modifier(modifier);
        if self.colour { style.fg(colour) } else { style }
    }

    pub(super) fn verdict(self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Covered => self.of(Color::Green, Modifier::empty()),
            Verdict::Partial => self.of(Color::Yellow, Modifier::empty()),
            Verdict::Missing => self.quiet(),
        }
    }

    /// What is said beside the matter.
    pub(super) fn quiet(self) -> Style {
        if self.colour { Style::new().fg(Color::DarkGray) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    /// Headings, and what was asked.
    pub(super) fn strong() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) fn warning(self) -> Style {
        self.of(Color::Yellow, Modifier::empty())
    }

    /// A word that the recogniser was unsure of.
    pub(super) fn unsure(self) -> Style {
        self.of(Color::Yellow, Modifier::UNDERLINED | Modifier::DIM)
    }

    /// A word that was put right.
    pub(super) fn corrected(self) -> Style {
        self.of(Color::Cyan, Modifier::ITALIC | Modifier::BOLD)
    }

    /// The words that earned what is chosen above.
    pub(super) fn quoted(self) -> Style {
        self.of(Color::Green, Modifier::BOLD)
    }

    /// What keys act on.
    pub(super) fn chosen() -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The frame of the part that keys act on.
    pub(super) fn frame(self, is_focused: bool) -> Style {
        if is_focused { self.of(Color::Cyan, Modifier::BOLD) } else { self.quiet() }
    }
}
