//! Every form of a session, held to the rules of its format.

mod forms;
mod subtitles;

use crate::ids::{QuestionId, TurnId};
use crate::judge::{Doubt, Evidence, Verdict};
use crate::review::tests::{judged, probed};
use crate::session::record::Record;
use crate::session::revision::{Rescoring, Revised, Revision, Stronger, Worded};
use crate::session::{Aside, Session, Take};
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

/// Says `text` at three words a second, with pauses where it says `|`; every seventh word is unsure.
fn said(text: &str) -> Transcript {
    let mut at = 400;
    let mut words = Vec::new();
    for (nth, part) in text.split_whitespace().enumerate() {
        if part == "|" {
            at += 1_200;
            continue;
        }
        let span = Span::new(AudioTime::from_ms(at), AudioTime::from_ms(at + 280));
        words.push(Word { text: part.into(), span, probability: if nth % 7 == 6 { 0.3 } else { 0.9 } });
        at += 330;
    }
    Transcript { words }
}

fn take(of: &Take, turn: u32, recording: &str, text: &str) -> Take {
    let transcript = said(text);
    let end = transcript.words.last().map_or(1_000, |word| word.span.end.as_ms() + 500);
    Take {
        turn: TurnId(turn),
        recording: recording.into(),
        duration_ms: Some(end),
        transcript: Some(transcript),
        ..of.clone()
    }
}

/// A session with everything that a session can have: two tries, a follow-up, something put in, a gap, a word put right, remarks, a
/// second verdict, and what a language model wrote.
fn full() -> Session {
    let mut after = judged([(Verdict::Covered, None), (Verdict::Partial, Some(Doubt::Misheard))], 0.8);
    let asked = Span::new(AudioTime::from_ms(6_000), AudioTime::from_ms(8_000));
    after.points[0].evidence =
        Some(Evidence { turn: TurnId(2), quote: "I ask the people who use it".into(), span: Some(asked) });
    let mut session = probed(Some(after.clone()));
    let answer = "I just start, to be honest, and see what breaks. | Then I ask the people who use it what they need, \
        because nobody writes that down. After that I build the smallest thing that could work.";
    let first = session.exchanges[0].takes.remove(0);
    session.exchanges[0].takes = vec![
        Take {
            ended: Some(EndReason::Interrupted),
            ..take(&first, 1, "question-01-answer.wav", "Well, let me think about that.")
        },
        Take {
            gaps: vec![Span::new(AudioTime::from_ms(3_500), AudioTime::from_ms(4_600))],
            ..take(&first, 2, "question-01-answer-2.wav", answer)
        },
    ];
    let second = session.exchanges[1].takes.remove(0);
    let put_in = take(&second, 3, "aside-01.wav", "Sorry, one more thing.");
    session.exchanges[1].takes =
        vec![take(&second, 4, "question-01-follow-up-1-answer.wav", "The users, each of them.")];
    session.asides = vec![Aside { after: 1, line: "Whom do you".into(), take: put_in }];
    session.notes = vec!["The microphone was away for a while: unplugged".into()];
    let on = "2026-10-02T09:00:00Z".parse().expect("a date");
    let only = QuestionId::new("only").expect("kebab-case");
    let revisions = [
        Revision::Corrected { turn: TurnId(2), word: 9, text: "what matters".into() },
        Revision::Rescored {
            question: only.clone(),
            assessment: after,
            by: "judge 2".into(),
            why: Rescoring::Words,
            rubric: None,
        },
        Revision::Worded(Worded {
            feedback: Some("You ask the people first.\n\nBuild in smaller steps.".into()),
            stronger: vec![Stronger { question: only.clone(), text: "First I ask [whom you ask].".into() }],
            by: "a-model".into(),
        }),
        Revision::Remarked { question: Some(only), text: "Ask first next time.".into() },
        Revision::Remarked { question: None, text: "A good start.".into() },
    ];
    for what in revisions {
        session.apply(&Record::Revision(Box::new(Revised { on, what })));
    }
    session
}
