//! Listens to the candidate: records, follows the turn, has it transcribed while it is still being spoken. Knows no
//! question and judges nothing.

mod ear;
mod overhearing;
mod telling;

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::audio::{Asked, AudioError, FrameSource};
use crate::engine::hearing::ear::{Command, Ear};
use crate::ids::TurnId;
use crate::stt::SttError;
use crate::stt::worker::LoadTranscriber;
use crate::transcript::{Transcript, Word};
use crate::turn::endpoint::Patience;
use crate::turn::strain::Strain;
use crate::turn::{EndReason, TurnModel, VoiceDetector};
use crate::units::AudioTime;

/// A turn to listen to.
#[derive(Clone, Debug)]
pub struct Listen {
    /// Names the turn in every event about it.
    pub turn: TurnId,
    /// What was asked, for a source of prepared answers.
    pub asked: Asked,
    /// How long to wait for what.
    pub patience: Patience,
    /// The WAV to write; it must not exist yet.
    pub recording: PathBuf,
    /// Words worth hearing right, few and short.
    pub terms: Vec<String>,
    /// How long the interviewer's last sound may go on in the room: so long nobody is listened to.
    pub echo: Duration,
}

/// What happens while listening. Times count from the start of the turn, which is the start of its recording.
#[derive(Clone, Debug)]
pub enum HearingEvent {
    /// One frame was heard.
    Level {
        /// Root mean square, 0 to 1.
        rms: f32,
        /// Probability of voice, 0 to 1.
        voice: f32,
    },
    /// The candidate interrupts the line that is being said. What they said so far begins the next turn.
    BargedIn,
    /// The candidate began to speak.
    Started {
        /// The turn.
        turn: TurnId,
        /// When.
        at: AudioTime,
    },
    /// The candidate paused.
    Paused {
        /// The turn.
        turn: TurnId,
        /// When the pause began.
        at: AudioTime,
    },
    /// The candidate speaks again.
    Resumed {
        /// The turn.
        turn: TurnId,
        /// When.
        at: AudioTime,
    },
    /// The time limit of the turn is near, and the candidate pauses.
    TimeShort {
        /// The turn.
        turn: TurnId,
        /// What is left.
        left: Duration,
    },
    /// More of the answer was transcribed.
    Words {
        /// The turn.
        turn: TurnId,
        /// The new words.
        words: Vec<Word>,
    },
    /// The tail of what was said so far was transcribed in a pause. If the candidate goes on, its words come again, in
    /// [`Words`](Self::Words), maybe otherwise.
    Ahead {
        /// The turn.
        turn: TurnId,
        /// The words since the last [`Words`](Self::Words).
        words: Vec<Word>,
    },
    /// The turn is over. [`Heard`](Self::Heard) follows.
    Ended {
        /// The turn.
        turn: TurnId,
        /// Why.
        reason: EndReason,
        /// End of the last speech; zero if there was none.
        speech_end: AudioTime,
        /// Length of the recording.
        duration: Duration,
        /// When this was decided, by the host's clock: the start of what the candidate has to wait.
        decided: Instant,
        /// Whether the computer kept up.
        strain: Strain,
    },
    /// The whole turn was transcribed, as far as that was possible. Comes once after every [`Ended`](Self::Ended); the
    /// recording is complete by then.
    Heard {
        /// The turn.
        turn: TurnId,
        /// All words of the turn; fewer or none if a chunk failed.
        transcript: Transcript,
        /// How long the recogniser worked on the turn, chunks before its end included.
        stt_took: Duration,
    },
    /// The source or the recording failed. If the source did, the turn ends.
    Failed {
        /// The turn that was open.
        turn: Option<TurnId>,
        /// What is wrong.
        error: AudioError,
    },
    /// The source is away and is being looked for. A turn that is open is held: it is recorded, with silence for what cannot be
    /// heard, and goes on only at [`Hearing::resume`]. Comes again for a turn that begins while the source is away.
    Interrupted {
        /// The turn that is open.
        turn: Option<TurnId>,
        /// When, within the turn.
        at: AudioTime,
        /// What is wrong.
        error: AudioError,
    },
    /// The source is back.
    Returned {
        /// The turn that is open.
        turn: Option<TurnId>,
        /// When, within the turn.
        at: AudioTime,
        /// The name of the device, which may be another one.
        name: String,
    },
    /// A stretch of a turn could not be transcribed. Its sound is in the recording.
    NotTranscribed {
        /// The turn.
        turn: TurnId,
        /// Where in the turn the stretch begins.
        at: AudioTime,
        /// Why.
        error: SttError,
    },
}

/// The listening thread and the way to it. Dropping it ends listening and waits for the thread.
#[derive(Debug)]
pub struct Hearing {
    commands: Sender<Command>,
    thread: Option<JoinHandle<()>>,
}

impl Hearing {
    /// Starts to hear. `transcriber` is called on the recogniser's thread when there is something to transcribe, or at
    /// [`prepare`](Self::prepare). `out` is called on two threads, for any one turn in the order of [`HearingEvent`].
    ///
    /// # Errors
    /// The system's own when it gives no threads.
    pub fn start(
        source: Box<dyn FrameSource>,
        voice: Box<dyn VoiceDetector>,
        turn_model: Box<dyn TurnModel>,
        transcriber: LoadTranscriber,
        out: impl Fn(HearingEvent) + Send + Clone + 'static,
    ) -> std::io::Result<Self> {
        let (commands, inbox) = channel();
        let ear = Ear::new(source, voice, turn_model, transcriber, (commands.clone(), inbox), out)?;
        let thread = std::thread::Builder::new().name("hear".into()).spawn(move || ear.run())?;
        Ok(Self { commands, thread: Some(thread) })
    }

    /// Loads the recogniser ahead of the first answer.
    pub fn prepare(&self) {
        self.command(Command::Prepare);
    }

    /// Gives the candidate the floor. A turn that is still open is given up as by [`stop`](Self::stop).
    pub fn listen(&self, listen: Listen) {
        self.command(Command::Listen(Box::new(listen)));
    }

    /// Ends the answer now: the candidate pressed Enter. Does nothing between turns.
    pub fn end_answer(&self) {
        self.command(Command::EndAnswer);
    }

    /// Tells whether heavy points are still open after what was said in a turn so far: then the candidate is given longer.
    pub fn judged(&self, turn: TurnId, is_thin: bool) {
        self.command(Command::Judged { turn, is_thin });
    }

    /// Listens for an interruption while a line is being said, until the next turn. Frames below `gate`, a root mean square, are
    /// the interviewer's own voice. Does nothing within a turn, and nothing to prepared answers.
    pub fn watch(&self, gate: f32) {
        self.command(Command::Watch(gate));
    }

    /// Listens to a turn again that was held. Does nothing to any other.
    pub fn resume(&self, turn: TurnId) {
        self.command(Command::Resume(turn));
    }

    /// Ends a turn at its next pause, never within a word. Does nothing to any other.
    pub fn interrupt(&self, turn: TurnId) {
        self.command(Command::Interrupt(turn));
    }

    /// Makes a break, or ends it: in it nobody is listened to, nothing is recorded, and no time of a turn passes.
    pub fn set_break(&self, on_break: bool) {
        self.command(Command::Break(on_break));
    }

    /// Tells that a line is said into the turn, or was said: sound below the gate of [`watch`](Self::watch) is the interviewer's
    /// own until `echo` after it.
    pub fn speak_into(&self, speaks: bool, echo: Duration) {
        self.command(Command::SpeakInto(speaks, echo.as_millis() as u64));
    }

    /// Gives the turn up: its recording is completed, but neither `Ended` nor `Heard` comes. Does nothing between turns.
    pub fn stop(&self) {
        self.command(Command::Stop);
    }

    /// Stops, lets the recogniser finish the chunk at hand and joins the threads. What waited for the recogniser is
    /// reported as [`HearingEvent::NotTranscribed`].
    pub fn shutdown(mut self) {
        self.join();
    }

    fn command(&self, command: Command) {
        // The thread only goes when it is told to, below.
        let _arrived = self.commands.send(command);
    }

    fn join(&mut self) {
        self.command(Command::Shutdown);
        if let Some(thread) = self.thread.take() {
            // A panic of `out` was its owner's; there is nobody left to tell.
            let _joined = thread.join();
        }
    }
}

impl Drop for Hearing {
    fn drop(&mut self) {
        self.join();
    }
}
