//! The terminal, the speaker and the journal around a scene: hands keys in, and does what is wished for.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crossterm::event::{Event, poll, read};

use crate::cli::correct::judge;
use crate::cli::models::ModelsFlag;
use crate::cli::review::draw::draw;
use crate::cli::review::pages::Pages;
use crate::cli::review::scene::{Scene, Wish};
use crate::cli::review::work::{Done, Task, Work};
use crate::cli::whole_screen::WholeScreen;
use crate::engine::playback::{Playback, PlaybackEvent};
use crate::engine::wiring::rescoring::playback;
use crate::session::recordings;
use crate::session::store::Store;
use crate::units::AudioTime;

/// How long a key is waited for before it is looked what else happened. The cursor follows the sound at this pace.
const LOOK: Duration = Duration::from_millis(50);

/// What reaches the stage, but for keys.
enum Incoming {
    Played(PlaybackEvent),
    Done(Done),
    /// The program is to end.
    Leave,
}

/// What plays.
struct Sounding {
    nth: u64,
    from: AudioTime,
    /// When its sound began.
    began: Option<Instant>,
}

struct Stage {
    scene: Scene,
    store: Store,
    id: String,
    playback: Playback,
    work: Work,
    sounding: Option<Sounding>,
}

/// Shows a session until the user leaves.
///
/// # Errors
/// What the system says when the terminal cannot be had, or is gone.
pub(super) fn show(scene: Scene, store: Store, id: String, models: &ModelsFlag) -> std::io::Result<()> {
    let (out, inbox) = channel();
    leave_when_told(&out);
    let (played, done) = (out.clone(), out);
    let playback = playback(move |event| drop(played.send(Incoming::Played(event))));
    let work = Work::start(store.clone(), id.clone(), judge(models), move |what| drop(done.send(Incoming::Done(what))));
    let stage = Stage { scene, store, id, playback, work, sounding: None };
    stage.run(WholeScreen::open()?, &inbox)
}

/// Ctrl-C is a key here; this is for a polite kill and a terminal that is closed.
fn leave_when_told(out: &Sender<Incoming>) {
    let out = out.clone();
    // A handler can be set once in a process, and a process is one review.
    let _already_set = ctrlc::set_handler(move || drop(out.send(Incoming::Leave)));
}

impl Stage {
    fn run(mut self, mut screen: WholeScreen, inbox: &Receiver<Incoming>) -> std::io::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        self.scene.resize(width, height);
        let mut is_new = true;
        loop {
            for incoming in inbox.try_iter() {
                is_new = true;
                match incoming {
                    Incoming::Played(event) => self.played(event),
                    Incoming::Done(done) => self.done(done),
                    Incoming::Leave => return Ok(()),
                }
            }
            is_new |= self.listen();
            if std::mem::take(&mut is_new) {
                screen.draw(|frame| draw(&self.scene, frame));
            }
            if !poll(LOOK)? {
                continue;
            }
            is_new = true;
            match read()? {
                Event::Resize(width, height) => self.scene.resize(width, height),
                event => {
                    let wish = event.as_key_press_event().and_then(|key| self.scene.press(key));
                    if wish.is_some_and(|wish| self.is_last(wish)) {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Does what is wished for. Returns whether that was the last wish.
    fn is_last(&mut self, wish: Wish) -> bool {
        match wish {
            Wish::Quit => return true,
            Wish::Play { recording: name, from } => {
                let folder = self.store.folder(&self.id);
                // One that is gone is told of by its own name, when it cannot be opened.
                let path = recordings::find(&folder, &name).unwrap_or_else(|| folder.join(&name));
                let nth = self.playback.play(path, from);
                self.sounding = Some(Sounding { nth, from, began: None });
            }
            Wish::Stop => {
                self.playback.stop();
                self.sounding = None;
            }
            Wish::Correct(corrections) => {
                self.scene.tell("Judging again …");
                self.work.ask(Task::Correct(corrections));
            }
            Wish::Remark { question, text } => self.work.ask(Task::Remark(question, text)),
            Wish::Attempts(question) => self.work.ask(Task::Attempts(question)),
        }
        false
    }

    /// Moves the cursor to what is heard now. Returns whether something is.
    fn listen(&mut self) -> bool {
        let Some(Sounding { from, began: Some(began), .. }) = &self.sounding else { return false };
        self.scene.heard(from.plus(began.elapsed()));
        true
    }

    fn played(&mut self, event: PlaybackEvent) {
        let (PlaybackEvent::Began { nth, .. } | PlaybackEvent::Over { nth } | PlaybackEvent::Failed { nth, .. }) =
            &event;
        // What was stopped says so late.
        let Some(sounding) = self.sounding.as_mut().filter(|sounding| sounding.nth == *nth) else { return };
        match event {
            PlaybackEvent::Began { at, .. } => sounding.began = Some(at),
            PlaybackEvent::Over { .. } => {
                self.sounding = None;
                self.scene.silent(None);
            }
            PlaybackEvent::Failed { why, .. } => {
                self.sounding = None;
                self.scene.silent(Some(format!("Nothing can be heard: {why}. All else works.")));
            }
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Revised(session, told) => self.scene.revised(Pages::of(&session), told),
            Done::Attempts(table) => self.scene.attempts(table),
            Done::Failed(why) => self.scene.tell(why),
        }
    }
}
