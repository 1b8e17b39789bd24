//! Keys, lines and signals, for one interview after another: each source has one reader for the life of the program, and what it
//! reads goes to whoever is to hear it now.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::engine::conduct::Incoming;
use crate::interview::event::Command;

/// Who hears what is pressed.
#[derive(Clone, Debug)]
enum Target {
    /// An interview.
    Interview(Sender<Incoming>),
    /// A question of the program's own: whether to go on.
    Choice(Sender<bool>),
}

/// How the keyboard is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyboard {
    /// Not at all.
    Unread,
    /// Key by key, on a full screen.
    Keys,
    /// By lines, each of which ends an answer that is spoken.
    Lines,
    /// By lines, each of which is an answer. They are read when they are wanted, so that the next interview finds the rest.
    Answers,
}

/// Where what is pressed goes.
#[derive(Debug, Default)]
struct Aim {
    target: Option<Target>,
    /// Whether the keyboard can no longer be read.
    closed: bool,
}

type Shared = Arc<Mutex<Aim>>;

/// What the candidate can press.
#[derive(Debug)]
pub(super) struct Controls {
    aim: Shared,
    keyboard: Keyboard,
    keys_are_read: bool,
    /// Asks for the next typed line.
    wanted: Option<Sender<()>>,
}

impl Controls {
    /// Begins to listen to signals and to the keyboard.
    pub(super) fn new(keyboard: Keyboard) -> Self {
        let aim = Shared::default();
        watch_signals(Arc::clone(&aim));
        let mut wanted = None;
        match keyboard {
            // Keys are read once there is a screen.
            Keyboard::Unread | Keyboard::Keys => {}
            Keyboard::Lines => watch_lines(Arc::clone(&aim)),
            Keyboard::Answers => {
                let (ask, asked) = channel();
                wanted = Some(ask);
                read_answers(Arc::clone(&aim), asked);
            }
        }
        Self { aim, keyboard, keys_are_read: false, wanted }
    }

    /// Returns how the keyboard is read.
    pub(super) fn keyboard(&self) -> Keyboard {
        self.keyboard
    }

    /// Begins to read single keys, unless they are being read. The screen must stand.
    pub(super) fn watch_keys(&mut self) {
        if !std::mem::replace(&mut self.keys_are_read, true) {
            watch_keys(Arc::clone(&self.aim));
        }
    }

    /// From now on this interview hears what is pressed and typed.
    pub(super) fn aim(&self, interview: &Sender<Incoming>) {
        lock(&self.aim).target = Some(Target::Interview(interview.clone()));
    }

    /// Has a typed answer read, where answers are typed.
    pub(super) fn want_answer(&self) {
        if let Some(wanted) = &self.wanted {
            let _no_more_is_typed = wanted.send(());
        }
    }

    /// Waits for the candidate to choose: Enter goes on, anything else stops. Ctrl-C stops as well.
    pub(super) fn goes_on(&self) -> bool {
        let (choice, chosen) = channel();
        let mut aim = lock(&self.aim);
        if aim.closed {
            return false;
        }
        aim.target = Some(Target::Choice(choice));
        drop(aim);
        // Without a screen keys would only come once a line is complete.
        let raw = self.keys_are_read && crossterm::terminal::enable_raw_mode().is_ok();
        let goes_on = chosen.recv().unwrap_or(false);
        if raw {
            let _gone = crossterm::terminal::disable_raw_mode();
        }
        goes_on
    }
}

fn lock(aim: &Mutex<Aim>) -> std::sync::MutexGuard<'_, Aim> {
    // Its parts are replaced whole.
    aim.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells whoever listens: an interview what is pressed or typed, a choice whether to go on. A choice is made once.
fn tell(aim: &Mutex<Aim>, incoming: Incoming, goes_on: bool) {
    let mut aim = lock(aim);
    match &aim.target {
        Some(Target::Interview(out)) => {
            let _over = out.send(incoming);
        }
        Some(Target::Choice(out)) => {
            let _over = out.send(goes_on);
            aim.target = None;
        }
        None => {}
    }
}

/// Ctrl-C and a polite kill end the interview and keep everything; the second one does not wait for the last words.
fn watch_signals(aim: Shared) {
    // A handler can be set once in a process, and a process is one interview after another or one review.
    let _already_set = ctrlc::set_handler(move || tell(&aim, Incoming::Pressed(Command::Stop), false));
}

fn watch_keys(aim: Shared) {
    thread::spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            let Some(key) = event.as_key_press_event() else { continue };
            match command(key) {
                Some(command) => tell(&aim, Incoming::Pressed(command), command == Command::Next),
                None => refuse(&aim),
            }
        }
    });
}

/// Answers a choice with no, if there is one. An interview hears nothing of it.
fn refuse(aim: &Mutex<Aim>) {
    let mut aim = lock(aim);
    if let Some(Target::Choice(out)) = &aim.target {
        let _over = out.send(false);
        aim.target = None;
    }
}

fn command(key: KeyEvent) -> Option<Command> {
    if key.kind != KeyEventKind::Press {
        return None;
    }
    match key.code {
        KeyCode::Enter => Some(Command::Next),
        KeyCode::Esc => Some(Command::Pause),
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Command::Stop),
        KeyCode::Char('r' | 'R') => Some(Command::Retake),
        _ => None,
    }
}

fn watch_lines(aim: Shared) {
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            tell(&aim, Incoming::Pressed(line_command(&line)), means_yes(&line));
        }
        lock(&aim).closed = true;
        refuse(&aim);
    });
}

/// Where there is no screen, a letter before Enter stands for a key.
fn line_command(line: &str) -> Command {
    match line.trim() {
        "r" | "R" => Command::Retake,
        "b" | "B" => Command::Pause,
        _ => Command::Next,
    }
}

/// Returns whether a line goes on: an empty one, or a yes.
fn means_yes(line: &str) -> bool {
    matches!(line.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

fn read_answers(aim: Shared, wanted: Receiver<()>) {
    thread::spawn(move || {
        let mut lines = std::io::stdin().lock().lines();
        while wanted.recv().is_ok() {
            tell(&aim, Incoming::Typed(lines.next().and_then(Result::ok)), false);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::{Aim, Controls, Keyboard, Shared, Target, lock, means_yes, refuse, tell};
    use crate::engine::conduct::Incoming;
    use crate::interview::event::Command;

    #[test]
    fn enter_and_yes_go_on_and_anything_else_stops() {
        assert_eq!(["", " \t", "y", "Yes"].map(means_yes), [true; 4]);
        assert_eq!(["n", "q", "stop", "yes please"].map(means_yes), [false; 4]);
    }

    #[test]
    fn what_is_pressed_goes_to_the_interview_or_to_the_choice_that_listens_at_the_time() {
        let (interview, heard) = channel();
        let (choice, chosen) = channel();
        let aim = Mutex::new(Aim { target: Some(Target::Interview(interview)), closed: false });
        tell(&aim, Incoming::Pressed(Command::Next), true);
        refuse(&aim);
        assert!(matches!(heard.try_recv(), Ok(Incoming::Pressed(Command::Next))));
        assert!(heard.try_recv().is_err(), "a key that means nothing is not heard by an interview");
        lock(&aim).target = Some(Target::Choice(choice));
        tell(&aim, Incoming::Pressed(Command::Next), true);
        tell(&aim, Incoming::Pressed(Command::Stop), false);
        assert_eq!(chosen.iter().collect::<Vec<_>>(), [true], "a choice is made once");
    }

    #[test]
    fn nobody_waits_for_a_choice_once_the_keyboard_is_closed() {
        let aim = Shared::default();
        lock(&aim).closed = true;
        let controls = Controls { aim, keyboard: Keyboard::Lines, keys_are_read: false, wanted: None };
        assert!(!controls.goes_on());
    }
}
