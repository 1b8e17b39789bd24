//! How long a candidate waits for a reply: a whole interview at the pace of the clock, with all its parts, heard by nobody.

use std::path::Path;
use std::sync::mpsc::channel;

use serde::Serialize;

use crate::bank::Bank;
use crate::bank::plan::{Wanted, plan};
use crate::cli::bank::load_bank;
use crate::cli::bench::failed;
use crate::cli::bench::spoken::spoken;
use crate::cli::bench::spread::Spread;
use crate::cli::bench::worded_replies::{WordedReplies, worded_replies};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::conduct::Conductor;
use crate::engine::display::Unseen;
use crate::engine::wiring::language::Found;
use crate::engine::wiring::{self, Answers, Mouth};
use crate::ids::QuestionId;
use crate::interview::plan::{Plan, Wording};
use crate::models::Weights;
use crate::prompt;
use crate::session::record::Opened;
use crate::session::store::{Kept, Store};
use crate::session::{Exchange, Session};
use crate::tts::cache::write_wav;
use crate::units::{SAMPLE_RATE_HZ, Speech};

/// The bank that is asked from.
const BANK: &str = "infrastructure-architect";

/// What is said to every follow-up.
const FOLLOW_UP: &str = "We look at that every quarter with the people who own the budget, and we change what does not \
    hold. The last time it was the backup of the billing database, which nobody had restored for a year.";

/// Follow-ups of a question at most.
const FOLLOW_UPS: usize = 2;

/// Times of replies, milliseconds. Of an interview with prepared answers, so that nothing is computed for the candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Replies {
    /// Turns that were replied to.
    turns: usize,
    /// Seconds of the answers, recordings as a whole.
    answers_s: f64,
    /// From the end of speech to the decision that the turn has ended.
    decision_ms: Spread,
    /// From the decision to the first sound of the next line.
    first_sound_ms: Spread,
    /// From the end of speech to that sound.
    in_all_ms: Spread,
    /// From the end of speech to the first sound of the line after: the follow-up or the next question.
    went_on_ms: Spread,
    /// From the decision until all words were known.
    words_ms: Spread,
    /// How long the judge worked on them.
    judged_ms: Spread,
    /// Follow-ups that a language model was asked to word.
    #[serde(skip_serializing_if = "Option::is_none")]
    worded: Option<WordedReplies>,
}

/// Conducts an interview of `count` questions whose model answers are spoken, and returns how long replies took.
///
/// # Errors
/// [`Failure`] names the weight or the file that cannot be used.
pub(super) fn measure(count: usize, language: Option<&Found>, weights: &Weights) -> Result<Replies, Failure> {
    let bank = load_bank(BANK)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let answers = folder.path().join("answers");
    std::fs::create_dir(&answers).map_err(failed)?;
    let chosen = plan(&bank, &Wanted { count: Some(count), ..Wanted::default() }).map_err(failed)?;
    let questions: Vec<QuestionId> = chosen.into_iter().map(|one| one.question).collect();
    speak_answers(&bank, &questions, weights, &answers)?;
    let kept = conducted(bank, questions, answers.as_path(), language, weights, folder.path())?;
    let worded = language.map(|_| kept.records().map(|records| worded_replies(&records))).transpose()?;
    Ok(Replies { worded, ..replies(kept.session()) })
}

fn speak_answers(bank: &Bank, questions: &[QuestionId], weights: &Weights, to: &Path) -> Outcome {
    let mut voice = wiring::synthesizer(weights).map_err(failed)?;
    let mut speak = |text: &str, name: String| -> Outcome {
        let speech = Speech { samples: spoken(text, &mut voice)?, rate_hz: SAMPLE_RATE_HZ };
        let file = std::fs::File::create(to.join(name)).map_err(failed)?;
        write_wav(std::io::BufWriter::new(file), &speech).map_err(failed)
    };
    for question in questions.iter().filter_map(|id| bank.question(id)) {
        speak(&question.model_answer, format!("{}.wav", question.id))?;
        for nth in 1..=FOLLOW_UPS {
            speak(FOLLOW_UP, format!("{}.followup-{nth}.wav", question.id))?;
        }
    }
    Ok(())
}

fn conducted(
    bank: Bank,
    questions: Vec<QuestionId>,
    answers: &Path,
    language: Option<&Found>,
    weights: &Weights,
    folder: &Path,
) -> Result<Kept, Failure> {
    let persona = prompt::persona(prompt::DEFAULT_PERSONA).ok_or_else(|| Failure::new("there is no persona"))?;
    let pressure = prompt::pressure("standard").ok_or_else(|| Failure::new("there is no pressure `standard`"))?;
    let plan = Plan {
        bank: bank.clone(),
        questions,
        reserve: Vec::new(),
        persona,
        panel: Vec::new(),
        pressure,
        minutes: None,
        wording: language.map(|found| Wording::aloud(found.name.clone())),
    };
    let (out, inbox) = channel();
    let answers = Answers::Folder(answers.to_owned());
    let source = answers.source();
    let wanted = wiring::Wanted {
        language: language.map(Found::model),
        hears_at: None,
        speaks_at: None,
        answers,
        bank,
        mouth: Mouth::Unheard,
        voice_cache: folder.join("voice"),
        real_time: true,
        barge_in: None,
        weights: weights.clone(),
        stt: wiring::WHISPER.into(),
    };
    let wired = wiring::parts(wanted, &out).map_err(failed)?;
    let started = clock::date();
    let opened = Opened { id: "bench".into(), started, hotseat: env!("CARGO_PKG_VERSION").into(), source, plan };
    let kept = Store::new(folder).begin(opened)?;
    let mut display = Unseen;
    Ok(Conductor::new(kept, wired.parts, &mut display).run(&inbox)?)
}

fn replies(session: &Session) -> Replies {
    let replied = || session.exchanges.iter().filter(|exchange| exchange.reply_after_speech_ms.is_some());
    let spread = |of: fn(&Exchange) -> Option<u64>| {
        Spread::of(&replied().filter_map(of).map(|ms| ms as f64).collect::<Vec<_>>())
    };
    let takes = || session.exchanges.iter().flat_map(|exchange| &exchange.takes);
    Replies {
        turns: replied().count(),
        answers_s: takes().filter_map(|take| take.duration_ms).map(|ms| ms as f64 / 1_000.0).sum(),
        decision_ms: spread(|one| one.reply_after_speech_ms?.checked_sub(one.reply_after_decision_ms?)),
        first_sound_ms: spread(|one| one.reply_after_decision_ms),
        in_all_ms: spread(|one| one.reply_after_speech_ms),
        went_on_ms: spread(|one| one.went_on_after_speech_ms),
        words_ms: spread(|one| one.takes.last()?.transcribed_in_ms),
        judged_ms: spread(|one| one.judged_in_ms),
        worded: None,
    }
}

/// Prints the times.
pub(super) fn show(replies: &Replies, ui: &mut Ui) {
    ui.data(&format!("{} replies in an interview with {:.0} s of answers", replies.turns, replies.answers_s));
    ui.data(&format!("{:<62} {:>8} {:>8}", "", "p50", "p95"));
    for (name, spread) in [
        ("end of speech to the decision that the turn has ended, ms", replies.decision_ms),
        ("decision to the first sound of the next line, ms", replies.first_sound_ms),
        ("end of speech to the first sound in all, ms", replies.in_all_ms),
        ("end of speech to the line after the acknowledgement, ms", replies.went_on_ms),
        ("decision until all words were known, ms", replies.words_ms),
        ("work of the judge after that, ms", replies.judged_ms),
    ] {
        ui.data(&format!("{name:<62} {:>8.0} {:>8.0}", spread.p50, spread.p95));
    }
    if let Some(worded) = &replies.worded {
        worded.show(ui);
    }
}
