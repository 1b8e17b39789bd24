//! An interview on the whole terminal: the question, who speaks, the level, the words, the time left, the ticks.

use std::time::Duration;

use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, Borders, Paragraph, Wrap};

use crate::cli::whole_screen::WholeScreen;
use crate::cli::words;
use crate::engine::display::{Display, Update};
use crate::interview::effect::{Purpose, Wait};
use crate::judge::{Assessment, Doubt, Verdict};
use crate::review::markdown::{UNSURE_BELOW, tick};
use crate::transcript::Word;

/// The keys that work at any time.
const ALWAYS: &str = "   Esc: break   Ctrl-C: end and keep everything";

/// What is on the screen. It is drawn anew from this each time.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    interviewer: String,
    heading: String,
    prompt: String,
    why: Option<String>,
    says: String,
    who: Who,
    /// Whether the microphone is away.
    unheard: bool,
    /// Whether the candidate makes a break.
    paused: bool,
    /// What time passes for, and what is left of it.
    waiting: Option<(Wait, Duration)>,
    level: f32,
    voice: f32,
    elapsed: Duration,
    limit: Option<Duration>,
    words: Vec<Word>,
    verdicts: Vec<(Verdict, String, Option<String>, Option<Doubt>)>,
    summary: Option<String>,
    note: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Who {
    #[default]
    Interviewer,
    Candidate,
    Thinking,
    Over,
}

impl Scene {
    /// Returns the scene before anything was said.
    #[must_use]
    pub fn new(interviewer: &str, heading: &str) -> Self {
        Self { interviewer: interviewer.into(), heading: heading.into(), ..Self::default() }
    }

    /// Takes in what happened.
    pub fn apply(&mut self, update: &Update<'_>) {
        match update {
            // It is said, or only shown, while the candidate keeps the floor.
            Update::Says { purpose: Purpose::HalfMinute, text, .. } => self.note = Some((*text).into()),
            Update::Says { purpose, reason, speaker, text } => {
                self.who = Who::Interviewer;
                self.waiting = None;
                self.interviewer = (*speaker).into();
                self.says = (*text).into();
                if words::is_asked(*purpose) {
                    self.prompt = (*text).into();
                    self.why = reason.map(words::reason);
                    self.words.clear();
                }
            }
            Update::Listening { patience, .. } => {
                self.who = Who::Candidate;
                self.words.clear();
                self.elapsed = Duration::ZERO;
                self.limit = patience.time_limit;
                self.waiting = None;
                self.note = None;
            }
            Update::Waiting { wait, left } => self.waiting = Some((*wait, *left)),
            Update::Paused => self.paused = true,
            Update::WentOn => self.paused = false,
            Update::Level { rms, voice, elapsed } => {
                self.level = words::loudness(*rms);
                self.voice = *voice;
                self.elapsed = *elapsed;
            }
            Update::Words(more) => self.words.extend_from_slice(more),
            Update::TurnEnded(_) => {
                self.who = Who::Thinking;
                self.paused = false;
            }
            Update::Heard(transcript) => self.words.clone_from(&transcript.words),
            Update::Judged { question, assessment } => self.judged(question, assessment),
            Update::MicrophoneAway(error) => {
                self.unheard = true;
                self.note = Some(words::away(error));
            }
            Update::MicrophoneBack(name) => {
                self.unheard = false;
                self.note = Some(words::back(name));
            }
            Update::Resumed => self.who = Who::Candidate,
            Update::Interrupted => {
                self.who = Who::Candidate;
                self.words.clear();
                self.limit = None;
            }
            Update::Note(note) => self.note = Some((*note).into()),
            Update::Ended(_) => {
                self.who = Who::Over;
                self.paused = false;
                self.waiting = None;
            }
        }
    }

    fn judged(&mut self, question: &crate::bank::Question, assessment: &Assessment) {
        self.summary = Some(words::summary(assessment));
        let verdicts = assessment.points.iter().map(|judged| {
            let text = question.point(&judged.point).map_or_else(String::new, |point| point.text.clone());
            let quote = judged.evidence.as_ref().map(|evidence| evidence.quote.clone());
            (judged.verdict, text, quote, judged.doubt)
        });
        self.verdicts = verdicts.collect();
    }

    fn status(&self) -> Line<'static> {
        let plain = |text: String| Span::raw(text);
        if self.paused {
            return Line::from(vec![
                Span::styled("‖ A break", Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD)),
                plain("   nobody listens   Enter: go on   Esc: end and keep everything".into()),
            ]);
        }
        if let Some((wait, left)) = self.waiting {
            let (what, keys) = words::waiting(wait);
            return Line::from(vec![
                Span::styled(what, Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD)),
                plain(format!("  {}   {keys}{ALWAYS}", words::minutes(left))),
            ]);
        }
        match self.who {
            Who::Candidate | Who::Interviewer if self.unheard => Line::from(vec![
                Span::styled("◌ You cannot be heard", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD)),
                plain(format!("   the answer waits   Enter: done{ALWAYS}")),
            ]),
            Who::Interviewer => Line::from(vec![
                Span::styled(format!("♪ {} speaks", self.interviewer), Style::new().fg(Color::Cyan)),
                plain(format!("   Enter: skip the line{ALWAYS}")),
            ]),
            Who::Candidate => {
                let colour = if self.voice > 0.5 { Color::Green } else { Color::DarkGray };
                Line::from(vec![
                    Span::styled("● You have the floor  ", Style::new().fg(Color::Green).add_modifier(Modifier::BOLD)),
                    Span::styled(words::bar(self.level, 16), Style::new().fg(colour)),
                    plain(format!("  {}", self.time())),
                    plain(format!("   Enter: done{ALWAYS}")),
                ])
            }
            Who::Thinking => Line::from(Span::styled("… listening back", Style::new().fg(Color::Yellow))),
            Who::Over => Line::from(Span::styled("The interview is over.", Style::new().add_modifier(Modifier::BOLD))),
        }
    }

    fn time(&self) -> String {
        match self.limit {
            Some(limit) => format!("{} left", words::minutes(limit.saturating_sub(self.elapsed))),
            // Where no time is kept, none is shown.
            None => String::new(),
        }
    }

    fn spoken(&self) -> Text<'static> {
        let mut line = Vec::new();
        for word in &self.words {
            let style = if word.probability < UNSURE_BELOW {
                Style::new().fg(Color::Yellow).add_modifier(Modifier::UNDERLINED)
            } else {
                Style::new()
            };
            line.push(Span::styled(word.text.clone(), style));
            line.push(Span::raw(" "));
        }
        Text::from(Line::from(line))
    }

    fn ticks(&self) -> Text<'static> {
        let mut lines = Vec::new();
        if let Some(summary) = &self.summary {
            lines.push(Line::from(Span::styled(summary.clone(), Style::new().add_modifier(Modifier::BOLD))));
        }
        for (verdict, text, quote, doubt) in &self.verdicts {
            let colour = match verdict {
                Verdict::Covered => Color::Green,
                Verdict::Partial => Color::Yellow,
                Verdict::Missing => Color::DarkGray,
            };
            let mut spans = vec![
                Span::styled(format!("{} ", tick(*verdict)), Style::new().fg(colour)),
                Span::styled(text.clone(), Style::new().fg(colour)),
            ];
            if doubt.is_some() {
                spans.push(Span::styled(words::doubt(*doubt), Style::new().fg(Color::DarkGray)));
            }
            if let Some(quote) = quote {
                spans.push(Span::styled(format!("  “{quote}”"), Style::new().add_modifier(Modifier::ITALIC)));
            }
            lines.push(Line::from(spans));
        }
        Text::from(lines)
    }

    /// Draws the scene.
    pub fn draw(&self, frame: &mut ratatui::Frame<'_>) {
        let [head, says, status, heard, ticks, note] = Layout::vertical([
            Constraint::Length(6),
            Constraint::Length(5),
            Constraint::Length(1),
            Constraint::Min(5),
            Constraint::Length(13),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        let boxed = |title: String| Block::default().borders(Borders::ALL).title(title);
        let mut prompt = Text::from(Span::styled(self.prompt.clone(), Style::new().add_modifier(Modifier::BOLD)));
        if let Some(why) = &self.why {
            prompt.push_line(Span::styled(format!("({why})"), Style::new().fg(Color::DarkGray)));
        }
        let wrapped = |text: Text<'static>| Paragraph::new(text).wrap(Wrap { trim: true });
        frame.render_widget(wrapped(prompt).block(boxed(format!(" {} ", self.heading))), head);
        frame.render_widget(
            wrapped(Text::from(self.says.clone())).block(boxed(format!(" {} ", self.interviewer))),
            says,
        );
        frame.render_widget(Paragraph::new(self.status()), status);
        // The end of a long answer matters most while it is spoken, so what does not fit scrolls away at the top.
        let (width, height) = (heard.width.saturating_sub(2).max(1), heard.height.saturating_sub(2));
        let rows = self.words.iter().map(|word| word.text.chars().count() + 1).sum::<usize>() / usize::from(width) + 1;
        let scroll = rows.saturating_sub(usize::from(height)) as u16;
        frame.render_widget(wrapped(self.spoken()).scroll((scroll, 0)).block(boxed(" You ".into())), heard);
        frame.render_widget(wrapped(self.ticks()).block(boxed(" What it covered ".into())), ticks);
        let warning = self.note.clone().unwrap_or_default();
        frame.render_widget(Paragraph::new(Span::styled(warning, Style::new().fg(Color::Yellow))), note);
    }
}

/// The terminal while an interview is on it.
pub struct Screen {
    whole: WholeScreen,
    scene: Scene,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the system says when it cannot be had.
    pub fn open(scene: Scene) -> std::io::Result<Self> {
        Ok(Self { whole: WholeScreen::open()?, scene })
    }
}

impl Display for Screen {
    fn show(&mut self, update: &Update<'_>) {
        self.scene.apply(update);
        self.whole.draw(|frame| self.scene.draw(frame));
    }
}
