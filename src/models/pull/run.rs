//! One pull from its beginning to its end: does what the plan says, try by try.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::clock;
use crate::http::trouble::{Kind, Trouble};
use crate::http::{self, Arrival, Exchange, Head, Proxies, Request};
use crate::models::ModelError;
use crate::models::catalogue::Entry;
use crate::models::pull::meter::{Meter, Progress};
use crate::models::pull::part::{NoPart, Part};
use crate::models::pull::plan::{Answer, Reply, Step, Tries, answer, lacking, step};
use crate::models::pull::stop::Stop;
use crate::models::verify::{Condition, Memory, condition, digest_while};

/// How often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// Redirects that are followed. The hub's own address takes one or two.
const REDIRECTS: u32 = 8;

/// How long a server may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the next byte.
    pub stall: Duration,
    /// Between the first and the second try. Each further pause is twice as long.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), stall: Duration::from_secs(30), pause: Duration::from_secs(1) }
    }
}

/// What is to be fetched, from where, to where.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The file.
    pub entry: &'a Entry,
    /// Its address.
    pub url: &'a str,
    /// The folder that it will lie in.
    pub folder: &'a Path,
    /// How long the server may keep us waiting.
    pub patience: Patience,
}

/// What happens meanwhile.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Something came, or nothing did for a moment.
    Coming(Progress),
    /// A try failed; another follows.
    Again {
        /// Why it failed, as a clause.
        why: String,
        /// When the next one follows.
        wait: Duration,
    },
    /// What was there is thrown away.
    StartingOver {
        /// Why, as a clause.
        why: &'static str,
    },
    /// All is there and its digest is compared.
    Checking,
}

/// How a pull ended well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// The file was there before.
    Already(PathBuf),
    /// It was fetched.
    Fetched(PathBuf),
}

/// How a try ended.
enum Ended {
    /// The server has no more to say; what came is there.
    Over,
    /// The server cannot go on from there.
    StartOver,
    Trouble(Trouble),
    Refused(String),
    Unwritable(io::Error),
    Stopped,
}

/// Fetches a file. What came is kept when the pull fails or is stopped, and the next one goes on from there.
///
/// # Errors
/// [`ModelError`] when the file cannot be had or not be written, when it is not the one that the catalogue means, when
/// the disk lacks room, when another pull is at it, and when somebody wished to stop.
pub fn pull(order: &Order<'_>, stop: &Stop, tell: &mut dyn FnMut(Told)) -> Result<Pulled, ModelError> {
    let target = order.folder.join(&order.entry.file);
    let is_whole = || condition(order.entry, &target, &Memory::default()) == Condition::Whole;
    if is_whole() {
        return Ok(Pulled::Already(target));
    }
    let part = match Part::open(&target) {
        Ok(part) => part,
        Err(NoPart::Busy) if is_whole() => return Ok(Pulled::Already(target)),
        Err(NoPart::Busy) => {
            let message = format!("another pull of `{}` is under way", order.entry.name());
            return Err(ModelError { message, hint: "wait for it to end".into() });
        }
        Err(NoPart::Unwritable(error)) => return Err(order.unwritable(&error)),
    };
    let resumed = part.have().map_err(|error| order.unwritable(&error))? > 0;
    let mut run = Run { order, stop, part, resumed, meter: Meter::new(order.entry.bytes), begun: clock::now() };
    match run.until_whole(tell) {
        Ok(()) => run.part.become_whole().map(Pulled::Fetched).map_err(|error| order.unwritable(&error)),
        Err(error) => {
            // Nothing is worth keeping of a pull that brought nothing.
            if run.part.have().is_ok_and(|have| have == 0) {
                let _it_is_empty = run.part.discard();
            }
            Err(error)
        }
    }
}

struct Run<'a> {
    order: &'a Order<'a>,
    stop: &'a Stop,
    part: Part,
    /// Whether some of what is there is from an earlier pull, which may not have been of the same file.
    resumed: bool,
    meter: Meter,
    begun: Instant,
}

impl Run<'_> {
    fn until_whole(&mut self, tell: &mut dyn FnMut(Told)) -> Result<(), ModelError> {
        let whole = self.order.entry.bytes;
        let mut tries = Tries::from(self.have()?, self.order.patience.pause);
        loop {
            match step(self.have()?, whole) {
                Step::Discard => self.start_over("what was kept is longer than the file", tell)?,
                Step::Check if self.is_sound(tell)? => return Ok(()),
                Step::Check if self.resumed => self.start_over("what was kept from before is damaged", tell)?,
                Step::Check => {
                    self.keep(0)?;
                    return Err(self.order.other_file());
                }
                Step::Ask { from } => {
                    self.check_room(whole - from)?;
                    match self.fetch(from, tell) {
                        Ended::Over => {
                            let have = self.have()?;
                            if have < whole {
                                let trouble = Trouble { why: "the connection broke off".into(), kind: Kind::Passing };
                                self.wait(&mut tries, have, &trouble, tell)?;
                            }
                        }
                        Ended::StartOver => self.start_over("the server cannot go on from there", tell)?,
                        Ended::Trouble(trouble) => {
                            let have = self.have()?;
                            self.wait(&mut tries, have, &trouble, tell)?;
                        }
                        Ended::Refused(why) => return Err(self.failed(&why)),
                        Ended::Unwritable(error) => return Err(self.order.unwritable(&error)),
                        Ended::Stopped => return Err(self.stopped()),
                    }
                }
            }
        }
    }

    fn fetch(&mut self, from: u64, tell: &mut dyn FnMut(Told)) -> Ended {
        let arrivals = match http::ask(self.order.request(from)) {
            Ok(arrivals) => arrivals,
            Err(trouble) => return Ended::Trouble(trouble),
        };
        let head = loop {
            match self.next(&arrivals, tell) {
                Ok(Some(Arrival::Head(head))) => break reply(&head),
                Ok(Some(Arrival::Trouble(trouble))) => return Ended::Trouble(trouble),
                Ok(Some(Arrival::Piece(_) | Arrival::End)) => return Ended::Over,
                Ok(None) => {}
                Err(ended) => return ended,
            }
        };
        match answer(from, self.order.entry.bytes, &head) {
            Answer::StartOver => Ended::StartOver,
            Answer::Refuse(why) => Ended::Refused(why),
            Answer::Later(why) => Ended::Trouble(Trouble { why, kind: Kind::Passing }),
            Answer::Take { at } => {
                self.resumed &= at > 0;
                match self.part.keep(at) {
                    Ok(()) => self.take(at, &arrivals, tell),
                    Err(error) => Ended::Unwritable(error),
                }
            }
        }
    }

    /// Writes what comes, up to the length of the file: if a server sends more, the digest says what that is worth.
    fn take(&mut self, at: u64, arrivals: &Exchange, tell: &mut dyn FnMut(Told)) -> Ended {
        let (mut have, mut told) = (at, clock::now());
        loop {
            let piece = match self.next(arrivals, tell) {
                Ok(Some(Arrival::Piece(piece))) => piece,
                Ok(Some(Arrival::Trouble(trouble))) => return Ended::Trouble(trouble),
                Ok(Some(Arrival::End | Arrival::Head(_))) => return Ended::Over,
                Ok(None) => continue,
                Err(ended) => return ended,
            };
            let room = usize::try_from(self.order.entry.bytes - have).unwrap_or(usize::MAX);
            let piece = &piece[..piece.len().min(room)];
            if let Err(error) = self.part.append(piece) {
                return Ended::Unwritable(error);
            }
            have += piece.len() as u64;
            if have == self.order.entry.bytes {
                tell(Told::Coming(self.meter.read(self.begun.elapsed(), have)));
                return Ended::Over;
            }
            if told.elapsed() >= TICK {
                told = clock::now();
                tell(Told::Coming(self.meter.read(self.begun.elapsed(), have)));
            }
        }
    }

    /// Waits a moment for what comes next, and tells how it stands when nothing does.
    fn next(&mut self, arrivals: &Exchange, tell: &mut dyn FnMut(Told)) -> Result<Option<Arrival>, Ended> {
        if self.stop.is_wished() {
            return Err(Ended::Stopped);
        }
        let arrival = arrivals.next(TICK);
        if arrival.is_none() {
            let have = self.part.have().map_err(Ended::Unwritable)?;
            tell(Told::Coming(self.meter.read(self.begun.elapsed(), have)));
        }
        Ok(arrival)
    }

    fn is_sound(&self, tell: &mut dyn FnMut(Told)) -> Result<bool, ModelError> {
        tell(Told::Checking);
        let read = digest_while(self.part.path(), &mut |_| !self.stop.is_wished());
        match read.map_err(|error| self.order.unwritable(&error))? {
            Some(found) => Ok(found == self.order.entry.sha256),
            None => Err(self.stopped()),
        }
    }

    fn start_over(&mut self, why: &'static str, tell: &mut dyn FnMut(Told)) -> Result<(), ModelError> {
        tell(Told::StartingOver { why });
        self.resumed = false;
        self.keep(0)
    }

    fn wait(
        &self,
        tries: &mut Tries,
        have: u64,
        trouble: &Trouble,
        tell: &mut dyn FnMut(Told),
    ) -> Result<(), ModelError> {
        let Some(wait) = tries.again(have, trouble) else { return Err(self.failed(&trouble.why)) };
        tell(Told::Again { why: trouble.why.clone(), wait });
        if self.stop.wait(wait) { Err(self.stopped()) } else { Ok(()) }
    }

    fn check_room(&self, needed: u64) -> Result<(), ModelError> {
        // A file system that does not say how full it is is tried.
        let Ok(free) = fs4::available_space(self.order.folder) else { return Ok(()) };
        let Some(lacking) = lacking(needed, free) else { return Ok(()) };
        Err(ModelError {
            message: format!(
                "`{}` needs {} MB more, and {} has {} MB free; 100 MB are left for recordings",
                self.order.entry.name(),
                megabytes(needed),
                self.order.place(),
                megabytes(free)
            ),
            hint: format!("free {} MB, or name a folder on another disk with `--models`", megabytes(lacking).max(1)),
        })
    }

    fn have(&self) -> Result<u64, ModelError> {
        self.part.have().map_err(|error| self.order.unwritable(&error))
    }

    fn keep(&mut self, bytes: u64) -> Result<(), ModelError> {
        self.part.keep(bytes).map_err(|error| self.order.unwritable(&error))
    }

    fn failed(&self, why: &str) -> ModelError {
        let message = format!("`{}` cannot be fetched from {}: {why}", self.order.entry.name(), self.order.url);
        ModelError { message, hint: self.kept("try again later") }
    }

    fn stopped(&self) -> ModelError {
        ModelError { message: "stopped".into(), hint: self.kept("the same command begins again") }
    }

    /// Returns what is kept and how to go on, or what to do when nothing is.
    fn kept(&self, otherwise: &str) -> String {
        match self.part.have() {
            Ok(have) if have > 0 => {
                let whole = megabytes(self.order.entry.bytes);
                format!("{} of {whole} MB are kept; the same command goes on from there", megabytes(have))
            }
            _ => otherwise.into(),
        }
    }
}

/// Returns what of a reply the plan asks about.
fn reply(head: &Head) -> Reply {
    Reply {
        status: head.status,
        length: head.header("Content-Length").and_then(|length| length.trim().parse().ok()),
        range: head.header("Content-Range").map(Into::into),
        page: head.header("Content-Type").is_some_and(|kind| kind.trim_start().starts_with("text/html")),
    }
}

impl Order<'_> {
    /// Returns the request for the bytes from `from` on.
    fn request(&self, from: u64) -> Request {
        let mut headers = vec![("Accept-Encoding", "identity".to_owned())];
        if from > 0 {
            headers.push(("Range", format!("bytes={from}-")));
        }
        let Patience { connect, stall, .. } = self.patience;
        Request {
            url: self.url.into(),
            headers,
            body: None,
            redirects: REDIRECTS,
            proxies: Proxies::OfEnvironment,
            patience: http::Patience { connect, stall },
        }
    }

    fn place(&self) -> String {
        format!("`{}`", self.folder.display())
    }

    fn unwritable(&self, error: &io::Error) -> ModelError {
        if error.kind() == io::ErrorKind::StorageFull {
            return ModelError {
                message: format!("the disk with {} is full", self.place()),
                hint: "free some room; the same command goes on from there".into(),
            };
        }
        ModelError {
            message: format!("nothing can be written to {}: {error}", self.place()),
            hint: "name another folder with `--models`".into(),
        }
    }

    fn other_file(&self) -> ModelError {
        ModelError {
            message: format!(
                "what {} sends is not `{}`: its SHA-256 is another; it was deleted",
                self.url,
                self.entry.name()
            ),
            hint: "try again later, or tell the makers of Hotseat".into(),
        }
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
