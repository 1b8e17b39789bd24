//! The whole terminal, drawn on stderr so that stdout stays free. Whatever happens, it is given back as it was.

use std::io::Stderr;
use std::sync::Once;

use crossterm::cursor::{Hide, Show};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::{Frame, Terminal};

/// The terminal as long as it is taken. Dropping it gives the terminal back.
pub(super) struct WholeScreen {
    terminal: Terminal<CrosstermBackend<Stderr>>,
}

impl WholeScreen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the system says when it cannot be had.
    pub(super) fn open() -> std::io::Result<Self> {
        give_back_before_a_panic_is_told();
        let take = || {
            enable_raw_mode()?;
            crossterm::execute!(std::io::stderr(), EnterAlternateScreen, Hide)?;
            Terminal::new(CrosstermBackend::new(std::io::stderr()))
        };
        take().map(|terminal| Self { terminal }).inspect_err(|_| give_back())
    }

    /// Draws. A terminal that went away is no reason to stop: an interview may be being recorded.
    pub(super) fn draw(&mut self, scene: impl FnOnce(&mut Frame<'_>)) {
        let _gone = self.terminal.draw(scene);
    }
}

impl Drop for WholeScreen {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    let _gone = crossterm::execute!(std::io::stderr(), LeaveAlternateScreen, Show);
    let _gone = disable_raw_mode();
}

/// A panic of this thread is told on the terminal as it was. Those of others are caught where they happen, and the screen stays.
fn give_back_before_a_panic_is_told() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let (here, tell) = (std::thread::current().id(), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().id() == here {
                give_back();
            }
            tell(panic);
        }));
    });
}
