//! Measures of agreement between a judge and labels. Formulas only; nothing here knows what a label means.

/// Area under the ROC curve: how often a positive is scored above a negative, ties counting half. `NaN` without both.
#[must_use]
pub fn area_under_curve(scored: &[(f32, bool)]) -> f64 {
    let mut sorted: Vec<(f32, bool)> = scored.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let positives = sorted.iter().filter(|(_, positive)| *positive).count() as f64;
    let negatives = sorted.len() as f64 - positives;
    let mut ranks = 0.0;
    let mut below = 0.0;
    for same in sorted.chunk_by(|one, other| one.0 == other.0) {
        let middle = below + f64::midpoint(same.len() as f64, 1.0);
        ranks += middle * same.iter().filter(|(_, positive)| *positive).count() as f64;
        below += same.len() as f64;
    }
    (ranks - positives * (positives + 1.0) / 2.0) / (positives * negatives)
}

/// Quadratic weighted kappa of pairs of classes 0 to `classes` - 1 (Cohen 1968): 1 full agreement, 0 chance.
#[must_use]
pub fn weighted_kappa(pairs: &[(usize, usize)], classes: usize) -> f64 {
    let total = pairs.len() as f64;
    let mut one = vec![0.0; classes];
    let mut other = vec![0.0; classes];
    let mut seen = 0.0;
    for &(a, b) in pairs {
        one[a] += 1.0;
        other[b] += 1.0;
        seen += (a as f64 - b as f64).powi(2);
    }
    let mut chance = 0.0;
    for (a, many) in one.iter().enumerate() {
        for (b, as_many) in other.iter().enumerate() {
            chance += (a as f64 - b as f64).powi(2) * many * as_many / total;
        }
    }
    1.0 - seen / chance
}

/// Precision and recall of a class among pairs of (given, label).
#[must_use]
pub fn precision_and_recall(pairs: &[(usize, usize)], class: usize) -> (f64, f64) {
    let both = pairs.iter().filter(|&&(given, label)| given == class && label == class).count() as f64;
    let given = pairs.iter().filter(|&&(given, _)| given == class).count() as f64;
    let labelled = pairs.iter().filter(|&&(_, label)| label == class).count() as f64;
    (both / given.max(1.0), both / labelled.max(1.0))
}

/// F1 of a class among pairs of (given, label).
#[must_use]
pub fn f1(pairs: &[(usize, usize)], class: usize) -> f64 {
    let (precision, recall) = precision_and_recall(pairs, class);
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

/// Mean F1 over the classes 0 to `classes` - 1.
#[must_use]
pub fn macro_f1(pairs: &[(usize, usize)], classes: usize) -> f64 {
    (0..classes).map(|class| f1(pairs, class)).sum::<f64>() / classes as f64
}

/// Expected calibration error over ten bins of equal width (Guo et al. 2017): the mean distance between what was promised
/// and what came true.
#[must_use]
pub fn calibration_error(promised: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    for &(probability, positive) in promised {
        let bin = ((probability * 10.0) as usize).min(9);
        bins[bin].0 += f64::from(probability);
        bins[bin].1 += f64::from(u8::from(positive));
    }
    bins.iter().map(|(promised, came)| (promised - came).abs()).sum::<f64>() / promised.len().max(1) as f64
}

/// The value below which a share of the values lies. `share` is 0 to 1.
#[must_use]
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_one_for_a_perfect_order_half_for_none_and_counts_ties_half() {
        assert_eq!(area_under_curve(&[(0.1, false), (0.4, false), (0.5, true), (0.9, true)]), 1.0);
        assert_eq!(area_under_curve(&[(0.5, false), (0.5, true)]), 0.5);
        assert_eq!(area_under_curve(&[(0.9, false), (0.5, true), (0.1, false)]), 0.5);
    }

    #[test]
    fn kappa_is_one_for_agreement_zero_for_chance_and_punishes_far_misses_more() {
        let same = [(0, 0), (1, 1), (2, 2), (2, 2)];
        assert_eq!(weighted_kappa(&same, 3), 1.0);
        let chance = [(0, 0), (0, 2), (2, 0), (2, 2)];
        assert!(weighted_kappa(&chance, 3).abs() < 1e-9);
        let near = [(0, 1), (1, 1), (2, 2), (2, 2)];
        let far = [(0, 2), (1, 1), (2, 2), (2, 2)];
        assert!(weighted_kappa(&near, 3) > weighted_kappa(&far, 3));
    }

    #[test]
    fn precision_recall_and_f1_follow_their_definitions() {
        let pairs = [(1, 1), (1, 0), (0, 1), (1, 1)];
        let (precision, recall) = precision_and_recall(&pairs, 1);
        assert!((precision - 2.0 / 3.0).abs() < 1e-9 && (recall - 2.0 / 3.0).abs() < 1e-9);
        assert!((f1(&pairs, 1) - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(f1(&[(0, 0)], 1), 0.0);
        assert!((macro_f1(&pairs, 2) - 1.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn calibration_is_perfect_where_promises_come_true_and_bad_where_they_do_not() {
        let kept: Vec<(f32, bool)> = (0..10).map(|n| (0.25, n % 4 == 0)).collect();
        assert!(calibration_error(&kept) < 0.06);
        assert!((calibration_error(&[(1.0, false), (0.0, true)]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn percentiles_lie_among_the_values() {
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 0.95), 3.0);
        assert!(percentile(&[], 0.5).is_nan());
    }
}
