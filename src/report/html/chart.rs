//! Drawings as inline SVG. Coordinates are whole numbers on a sheet 3,600 wide, so the same figures give the same bytes.

use maud::{Markup, html};

use crate::money::Money;

/// The width of every drawing.
pub(super) const WIDTH: i128 = 3600;

/// A bar of so many percent of its row.
pub(super) fn bar(percent: Money) -> Markup {
    let thousandths = percent.pico() / Money::from_pico(100_000_000_000).pico();
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="1000" height="10" {}
            rect.fill width=(thousandths.clamp(0, 1000)) height="10" {}
        }
    }
}

/// Round steps that reach a figure in two to five of them: the step, and how many.
pub(super) fn steps(most: Money) -> (Money, i128) {
    let most = most.pico().max(1);
    let mut ten = 1;
    while ten * 10 <= most {
        ten *= 10;
    }
    // The figure is between one and ten times `ten`.
    let step =
        [ten / 5, ten / 2, ten, ten * 2].into_iter().find(|step| *step > 0 && most <= step * 5).unwrap_or(ten * 2);
    (Money::from_pico(step), (most + step - 1) / step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_above_its_figure_in_few_round_steps() {
        for (most, step, count) in
            [("589.72", "200", 3), ("1", "0.2", 5), ("1544", "500", 4), ("0.07", "0.02", 4), ("9.99", "2", 5)]
        {
            let (round, steps) = steps(Money::parse(most).unwrap());
            assert_eq!((round.to_string().as_str(), steps), (step, count), "{most}");
        }
        assert!(steps(Money::ZERO).1 > 0);
    }
}
