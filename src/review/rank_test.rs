//! How likely chance alone parts two groups as far as they are parted: the rank-sum test (Wilcoxon 1945), counted out
//! exactly, ties included. It assumes nothing about how the values are spread.

/// Returns the probability that two groups drawn from the same values differ as much as these in either direction, 0 to 1.
/// 1 where a group is empty. Takes time with the cube of the number of values: meant for some dozens.
#[must_use]
pub(super) fn chance(one: &[f64], other: &[f64]) -> f64 {
    let all: Vec<f64> = one.iter().chain(other).copied().collect();
    let ranks = doubled_ranks(&all);
    let seen: usize = ranks[..one.len()].iter().sum();
    let total: usize = ranks.iter().sum();
    // ways[count][sum]: in how many ways so many of the ranks have that sum.
    let mut ways = vec![vec![0.0_f64; total + 1]; one.len() + 1];
    ways[0][0] = 1.0;
    for (before, rank) in ranks.iter().enumerate() {
        for count in (1..=one.len().min(before + 1)).rev() {
            let (fewer, more) = ways.split_at_mut(count);
            let with_it = more[0][*rank..].iter_mut();
            with_it.zip(&fewer[count - 1]).for_each(|(with_it, without)| *with_it += without);
        }
    }
    // Compared in whole numbers: the expected sum is total * one / all.
    let distance = |sum: usize| (sum * all.len()).abs_diff(total * one.len());
    let ways = &ways[one.len()];
    let as_far: f64 = (0..=total).filter(|sum| distance(*sum) >= distance(seen)).map(|sum| ways[sum]).sum();
    as_far / ways.iter().sum::<f64>()
}

/// Returns twice the rank of each value, counted from 1. Equal values share the mean of their ranks.
fn doubled_ranks(values: &[f64]) -> Vec<usize> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count();
        let equal = values.iter().filter(|other| *other == value).count();
        2 * below + equal + 1
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::chance;

    #[test]
    fn it_gives_the_published_probabilities() {
        let low = [1.0, 2.0, 3.0, 4.0, 5.0];
        let high = [6.0, 7.0, 8.0, 9.0, 10.0];
        // Of 252 ways to choose five of ten, two are as far apart.
        assert!((chance(&low, &high) - 2.0 / 252.0).abs() < 1e-12);
        assert!((chance(&low, &low) - 1.0).abs() < 1e-12);
        assert!((chance(&[1.0, 2.0], &[3.0, 4.0]) - 2.0 / 6.0).abs() < 1e-12);
        assert!((chance(&[], &low) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn thirty_values_each_are_no_trouble() {
        let one: Vec<f64> = (0..30).map(f64::from).collect();
        let other: Vec<f64> = (0..30).map(|n| f64::from(n) + 20.0).collect();
        assert!(chance(&one, &other) < 1e-6);
    }

    proptest! {
        #[test]
        fn it_is_a_probability_and_the_same_both_ways(
            one in prop::collection::vec(0u8..6, 1..9), other in prop::collection::vec(0u8..6, 1..9),
        ) {
            let (one, other): (Vec<f64>, Vec<f64>) = (one.into_iter().map(f64::from).collect(), other.into_iter().map(f64::from).collect());
            let forth = chance(&one, &other);
            prop_assert!(forth > 0.0 && forth <= 1.0 + 1e-12);
            prop_assert!((forth - chance(&other, &one)).abs() < 1e-9);
        }
    }
}
