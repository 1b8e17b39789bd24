//! Follow-ups that ask what was asked already, or that hold the answer.

use crate::bank::check::{Findings, Senses, each_follow_up};
use crate::bank::lines::Place;
use crate::bank::{FollowUp, Point, Probe, Question};
use crate::terms::{overlap, terms};

/// Relatedness from which two prompts ask the same. Of 1,035 pairs of our banks the closest has 0.76, and is none.
const SAME_MEANING: f32 = 0.80;

/// Share of the words of both prompts that they share, from which they ask the same. Our banks have 0.5 at most.
const SAME_WORDS: f32 = 0.6;

/// Fewest words that two prompts share if they ask the same.
const FEWEST_SHARED: usize = 2;

/// Share of a point's words from which a prompt gives it away. One of 683 in our banks reaches it, and does.
const GIVEN_SHARE: f32 = 0.5;

/// Fewest words of a point that give it away.
const FEWEST_GIVEN: usize = 3;

pub(super) fn check(question: &Question, at: Place, senses: &mut dyn Senses, findings: &mut Findings) {
    for (nth, (place, follow_up)) in each_follow_up(question, at).enumerate() {
        let place = place.key("prompt");
        if ask_the_same(&question.prompt, &follow_up.prompt, senses) {
            let message = format!("the follow-up `{}` asks the question again", follow_up.id);
            findings.warn(place, "repeated-prompt", message, "ask what the question leaves open");
        }
        for earlier in &question.follow_ups[..nth] {
            if ask_the_same(&earlier.prompt, &follow_up.prompt, senses) {
                let message = format!("the follow-up `{}` asks the same as `{}`", follow_up.id, earlier.id);
                findings.warn(place, "repeated-prompt", message, "keep one of them");
            }
        }
        for point in probed(question, follow_up) {
            given_away(question, follow_up, point, place, findings);
        }
    }
}

fn ask_the_same(one: &str, other: &str, senses: &mut dyn Senses) -> bool {
    let (words, others) = (terms(one), terms(other));
    let shared = words.intersection(&others).count();
    let all = words.union(&others).count().max(1);
    let by_words = shared >= FEWEST_SHARED && shared as f32 / all as f32 >= SAME_WORDS;
    by_words || senses.relatedness(one, other).is_some_and(|related| related >= SAME_MEANING)
}

fn probed<'q>(question: &'q Question, follow_up: &'q FollowUp) -> impl Iterator<Item = &'q Point> {
    follow_up.probes.iter().filter_map(|probe| match probe {
        Probe::Point(id) => question.point(id),
        Probe::Pitfall(_) => None,
    })
}

/// Tells of a follow-up that says its point. Words of the question are no giveaway: the candidate heard them.
fn given_away(question: &Question, follow_up: &FollowUp, point: &Point, at: Place, findings: &mut Findings) {
    let asked = terms(&question.prompt);
    let said = &terms(&follow_up.prompt) - &asked;
    let wanted = terms(&point.text);
    let advice = "ask so that the candidate has to say it";
    if wanted.intersection(&said).count() >= FEWEST_GIVEN && overlap(&wanted, &said) >= GIVEN_SHARE {
        let message = format!("the follow-up `{}` has the words of the point `{}`", follow_up.id, point.id);
        findings.warn(at, "given-away", message, advice);
    } else if let Some(cue) =
        point.cues.iter().find(|cue| names(&follow_up.prompt, cue) && !names(&question.prompt, cue))
    {
        let message = format!("the follow-up `{}` says `{cue}`, a cue of the point `{}`", follow_up.id, point.id);
        findings.note(at, "given-away", message, advice);
    }
}

/// Returns whether a text has a term as words of its own.
pub(super) fn names(text: &str, term: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        format!(" {} ", letters.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
    };
    let term = plain(term);
    !term.trim().is_empty() && plain(text).contains(&term)
}
