//! Estimates that a few odd observations do not move, and the numbers by which days are drawn.

/// The value below which this share of the values lies; values are sorted by it. `None` of none.
pub(super) fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = (share.clamp(0.0, 1.0) * last as f64).round() as usize;
    values.get(at).copied()
}

/// The middle of the values.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => values.get(middle).copied(),
        _ => Some((values.get(middle - 1)? + values.get(middle)?) / 2.0),
    }
}

/// How far the values lie from their middle, in the middle.
pub(super) fn scatter(values: &[f64]) -> Option<f64> {
    let middle = median(&mut values.to_vec())?;
    median(&mut values.iter().map(|value| (value - middle).abs()).collect::<Vec<_>>())
}

/// The mean; `None` of none.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss)]
    let count = values.len() as f64;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}

/// The slope of a line through points: the median of those of all pairs (Theil and Sen). Pairs nearer than `apart` say more
/// of the noise than of the slope.
pub(super) fn slope(points: &[(f64, f64)], apart: f64) -> Option<f64> {
    // Half a million pairs tell as much as all.
    const MOST: usize = 1_000;
    let points = &points[points.len().saturating_sub(MOST)..];
    let pairs = points.iter().enumerate().flat_map(|(at, a)| points[at + 1..].iter().map(move |b| (a, b)));
    let far = pairs.filter(|(a, b)| (b.0 - a.0).abs() >= apart);
    median(&mut far.map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect::<Vec<_>>())
}

/// Numbers that look drawn and follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `sides`, which is not 0.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % sides.max(1) as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_odd_values_move_nothing() {
        assert_eq!(median(&mut [1.0, 900.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [1.0, 2.0, 4.0, 900.0]), Some(3.0));
        assert_eq!(quantile(&mut [5.0, 1.0, 2.0, 3.0, 4.0], 0.1), Some(1.0));
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(scatter(&[1.0, 2.0, 3.0, 900.0]), Some(1.0));
        let mut points: Vec<(f64, f64)> = (0..40).map(|x| (f64::from(x) * 100.0, 7.0 + f64::from(x) * 25.0)).collect();
        points.extend([(500.0, 90_000.0), (700.0, 0.0)]);
        assert!((slope(&points, 50.0).unwrap() - 0.25).abs() < 1e-9);
        assert_eq!(slope(&points[..1], 50.0), None);
    }

    #[test]
    fn the_same_seed_draws_the_same_and_all_sides_come() {
        let draw = |seed| {
            let mut dice = Dice(seed);
            (0..600).map(|_| dice.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        for side in 0..6 {
            let count = draw(7).iter().filter(|drawn| **drawn == side).count();
            assert!((60..140).contains(&count), "{side}: {count}");
        }
    }
}
