//! What drawings measure: parts of a whole, and the levels of an axis. Where they stand on the sheet is the format's.

use crate::money::Money;

const HUNDRED: Money = Money::from_pico(100_000_000_000_000);

/// How many of so many equal parts a percentage fills.
pub(in crate::report) fn parts(percent: Money, parts: i128) -> i128 {
    parts_of(percent, HUNDRED, parts)
}

/// How many of so many equal parts of a whole an amount fills.
pub(in crate::report) fn parts_of(amount: Money, whole: Money, parts: i128) -> i128 {
    (amount.pico() * parts).checked_div(whole.pico()).unwrap_or(0)
}

/// The levels of an axis that reaches a figure in two to five round steps, from nothing.
pub(in crate::report) fn levels(most: Money) -> Vec<Money> {
    let most = most.pico().max(1);
    let mut ten = 1;
    while ten * 10 <= most {
        ten *= 10;
    }
    // The figure is between one and ten times `ten`.
    let step =
        [ten / 5, ten / 2, ten, ten * 2].into_iter().find(|step| *step > 0 && most <= step * 5).unwrap_or(ten * 2);
    (0..=(most + step - 1) / step).map(|at| Money::from_pico(step * at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_above_its_figure_in_few_round_steps() {
        for (most, step, count) in
            [("589.72", "200", 3), ("1", "0.2", 5), ("1544", "500", 4), ("0.07", "0.02", 4), ("9.99", "2", 5)]
        {
            let levels = levels(Money::parse(most).unwrap());
            assert_eq!((levels[1].to_string().as_str(), levels.len() - 1), (step, count), "{most}");
        }
        assert!(levels(Money::ZERO).len() > 1);
    }

    #[test]
    fn parts_are_whole_ones() {
        let percent = |text: &str| parts(Money::parse(text).unwrap(), 1000);
        assert_eq!([percent("0"), percent("33.39"), percent("100")], [0, 333, 1000]);
        assert_eq!(parts_of(Money::parse("1").unwrap(), Money::ZERO, 10), 0);
    }
}
