//! From chances and words to verdicts, and from verdicts to the whole, whoever gives the chances.

use std::collections::BTreeMap;

use crate::bank::Question;
use crate::ids::{PitfallId, PointId, TurnId};
use crate::judge::band::{band, share};
use crate::judge::fit::{Chances, Fit};
use crate::judge::{Assessment, Doubt, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use crate::terms::{bare_words, is_function_word};
use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// Mean probability of the content words of a quote below which it may have been misheard.
const HEARD_WELL: f32 = 0.6;

/// Probability below which another verdict is as likely as the one given.
const EVEN_ODDS: f32 = 0.5;

/// Share of the weight that a partial point counts for in the coverage that is shown.
pub(super) const HALF: f32 = 0.5;

/// Words of an answer that a verdict may rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The words and their time.
    pub evidence: Evidence,
    /// How well they were heard: mean probability of their content words, 0 to 1.
    pub heard: f32,
}

impl Quote {
    /// Returns words of a turn that follow each other as a quote.
    #[must_use]
    pub fn of(turn: TurnId, words: &[&Word]) -> Self {
        let ends = words.first().zip(words.last());
        // Typed words all stand at time zero.
        let span = ends
            .map(|(first, last)| Span::new(first.span.start, last.span.end))
            .filter(|span| span.end > AudioTime::ZERO);
        let quote = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Self { evidence: Evidence { turn, quote, span }, heard: heard(words) }
    }
}

fn heard(words: &[&Word]) -> f32 {
    let content = words.iter().filter(|word| bare_words(&word.text).any(|word| !is_function_word(&word)));
    let (sum, count) = content.fold((0.0, 0), |(sum, count), word| (sum + word.probability, count + 1));
    if count > 0 { sum / count as f32 } else { 1.0 }
}

/// Returns the verdict on a point. Without a quote it is missing: no tick without the words that earned it.
#[must_use]
pub fn point_verdict(fit: &Fit, point: PointId, chances: Chances, quote: Option<Quote>) -> PointVerdict {
    let verdict = if quote.is_some() { fit.verdict(chances) } else { Verdict::Missing };
    let quote = quote.filter(|_| verdict != Verdict::Missing);
    let probability = probability(verdict, chances);
    let heard = quote.as_ref().map_or(1.0, |quote| quote.heard);
    let doubt = if heard < HEARD_WELL {
        Some(Doubt::Misheard)
    } else {
        (probability < EVEN_ODDS || fit.is_close(chances)).then_some(Doubt::Close)
    };
    PointVerdict {
        point,
        verdict,
        confidence: probability * heard,
        p_partial: chances.touched,
        p_covered: chances.covered,
        doubt,
        evidence: quote.map(|quote| quote.evidence),
    }
}

/// Returns the quote that a verdict rests on. How well it was heard is what lowered the confidence.
#[must_use]
pub fn quote_of(judged: &PointVerdict) -> Option<Quote> {
    let probability = probability(judged.verdict, chances_of(judged));
    let heard = if probability > 0.0 { (judged.confidence / probability).clamp(0.0, 1.0) } else { 1.0 };
    judged.evidence.clone().map(|evidence| Quote { evidence, heard })
}

/// Returns the probabilities behind a verdict.
#[must_use]
pub const fn chances_of(judged: &PointVerdict) -> Chances {
    Chances { touched: judged.p_partial, covered: judged.p_covered }
}

fn probability(verdict: Verdict, chances: Chances) -> f32 {
    match verdict {
        Verdict::Covered => chances.covered,
        Verdict::Partial => chances.touched - chances.covered,
        Verdict::Missing => 1.0 - chances.touched,
    }
}

/// Returns the pitfall where it was hit: likely enough, and with words that show it.
#[must_use]
pub fn pitfall_hit(fit: &Fit, pitfall: PitfallId, chance: f32, evidence: Option<Evidence>) -> Option<PitfallHit> {
    let evidence = evidence.filter(|_| fit.is_hit(chance))?;
    Some(PitfallHit { pitfall, confidence: chance, evidence })
}

/// Returns the assessment of an attempt: what was decided of each point and pitfall, with the coverage and the band that follow.
#[must_use]
pub fn whole(
    fit: &Fit,
    question: &Question,
    points: Vec<PointVerdict>,
    pitfalls: Vec<PitfallHit>,
    pitfall_chances: BTreeMap<PitfallId, f32>,
) -> Assessment {
    Assessment {
        standing: Standing::Attempt,
        coverage: share(question, &points, HALF),
        band: band(question, &points, pitfalls.len(), &fit.band),
        points,
        pitfalls,
        pitfall_chances,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Quote, point_verdict, quote_of};
    use crate::ids::{PointId, TurnId};
    use crate::judge::fit::{Chances, Fit};
    use crate::judge::{Doubt, Verdict};
    use crate::transcript::Word;
    use crate::units::{AudioTime, Span};

    fn quote(heard: f32) -> Quote {
        let word = |(nth, text): (u64, &str)| {
            let at = AudioTime::from_ms;
            Word { text: text.into(), span: Span::new(at(nth * 100), at(nth * 100 + 80)), probability: heard }
        };
        let words: Vec<Word> = [(1, "restore"), (2, "the"), (3, "backup.")].map(word).into();
        Quote::of(TurnId(2), &words.iter().collect::<Vec<_>>())
    }

    fn decided(touched: f32, covered: f32, quote: Option<Quote>) -> crate::judge::PointVerdict {
        let point = PointId::new("backups").expect("kebab-case");
        point_verdict(&Fit::shipped(), point, Chances { touched, covered }, quote)
    }

    #[test]
    fn nothing_is_ticked_without_words_and_words_that_were_hardly_heard_are_a_doubt() {
        assert_eq!(decided(0.9, 0.9, None).verdict, Verdict::Missing);
        let sure = decided(0.9, 0.9, Some(quote(0.9)));
        assert_eq!((sure.verdict, sure.doubt), (Verdict::Covered, None));
        let evidence = sure.evidence.expect("it is ticked");
        assert_eq!((evidence.turn, evidence.quote.as_str()), (TurnId(2), "restore the backup."));
        assert_eq!(evidence.span.map(|span| (span.start.as_ms(), span.end.as_ms())), Some((100, 380)));
        assert_eq!(decided(0.9, 0.9, Some(quote(0.3))).doubt, Some(Doubt::Misheard));
        let missing = decided(0.1, 0.0, Some(quote(0.3)));
        assert_eq!((missing.verdict, missing.doubt, missing.evidence), (Verdict::Missing, None, None));
    }

    proptest! {
        #[test]
        fn a_quote_is_had_back_from_its_verdict(touched in 0.5f32..1.0, share in 0.0f32..0.9, heard in 0.1f32..1.0) {
            let judged = decided(touched, touched * share, Some(quote(heard)));
            let back = quote_of(&judged).expect("it is ticked");
            prop_assert_eq!(Some(&back.evidence), judged.evidence.as_ref());
            prop_assert!((back.heard - heard).abs() < 1e-3, "{} for {}", back.heard, heard);
        }
    }
}
