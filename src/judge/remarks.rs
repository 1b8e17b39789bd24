//! Remarks that turn a passage around: what is rejected, only listed, or only claimed to have been said.

use crate::judge::terms::bare_words;

const NEGATIONS: [&str; 13] = [
    "don't", "doesn't", "didn't", "not", "no", "never", "won't", "wouldn't", "needn't", "isn't", "can't", "dont",
    "hardly",
];

/// What is rejected by a negation before it. "Never a single point of failure" negates something else, and stands.
const REJECTED: [&str; 13] = [
    "need",
    "needs",
    "needed",
    "bother",
    "bothered",
    "necessary",
    "worth",
    "care",
    "matter",
    "matters",
    "see",
    "believe",
    "point",
];

/// Words between a negation and what it rejects, at most: "don't really think we need".
const REACH: usize = 4;

/// Returns whether a passage rejects what it names: "we don't really need backups".
#[must_use]
pub fn rejects(passage: &str) -> bool {
    let words: Vec<String> = bare_words(passage).collect();
    words.iter().enumerate().any(|(index, word)| {
        let reach = &words[index + 1..(index + 1 + REACH).min(words.len())];
        let single_point = reach.windows(2).any(|two| two[0] == "single" && two[1] == "point");
        NEGATIONS.contains(&word.as_str())
            && !single_point
            && reach.iter().any(|next| REJECTED.contains(&next.as_str()))
    })
}

/// Share of words followed by a comma from which a passage is a list.
const LIST_SHARE: f32 = 0.28;

/// Fewest commas of a list.
const LIST_COMMAS: usize = 3;

/// Returns whether a passage only lists terms.
#[must_use]
pub fn lists(passage: &str) -> bool {
    let words = passage.split_whitespace().count();
    let commas = passage.matches([',', ';']).count();
    commas >= LIST_COMMAS && commas as f32 >= words as f32 * LIST_SHARE
}

const CLAIMS: [&str; 6] = ["mentioned", "covered", "addressed", "touched", "named", "discussed"];

/// Returns whether a passage claims to have made a point in place of making it: "I have now covered failover".
#[must_use]
pub fn claims(passage: &str) -> bool {
    let words: Vec<String> = bare_words(passage).collect();
    words.iter().enumerate().any(|(index, word)| {
        let before = &words[index.saturating_sub(4)..index];
        CLAIMS.contains(&word.as_str())
            && before.iter().any(|word| ["i", "i've", "we've", "my"].contains(&word.as_str()))
            && before.iter().any(|word| ["have", "i've", "we've", "now", "also", "answer"].contains(&word.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::{claims, lists, rejects};

    #[test]
    fn a_rejection_is_heard_and_a_negation_of_something_bad_is_not_one() {
        assert!(rejects("We don't really need backups for that."));
        assert!(rejects("There is no need to test the failover."));
        assert!(rejects("I never bothered with load balancing"));
        assert!(!rejects("So that there is never a single point of failure."));
        assert!(!rejects("It stops sending requests to a machine that does not answer."));
        assert!(!rejects("We need backups because a replica is not enough."));
    }

    #[test]
    fn a_row_of_terms_is_a_list_and_a_sentence_with_commas_is_none() {
        assert!(lists("Load balancing, auto scaling, replication, snapshots, health checks, circuit breakers."));
        assert!(!lists("First, I ask the business, and then, if they agree, I draw the zones on a board."));
    }

    #[test]
    fn a_claim_to_have_covered_something_is_no_point() {
        assert!(claims("I have now mentioned the proof of concept."));
        assert!(claims("So I've also covered failover."));
        assert!(!claims("The insurance covered the outage."));
        assert!(!claims("I mentioned it to the team and we fixed the alert."));
    }
}
