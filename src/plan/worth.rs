//! What a plan takes away, as a distance from the settings as they are: a saving is taken only where it is worth that.
//!
//! A step each are an isolated session, light context, active hours and another model (two where another vendor makes
//! it); a longer interval is a step for each doubling of the mean reaction delay. What comes back costs nothing, and
//! neither does `cacheRetention`, by which an agent loses nothing. Switching off costs nothing either: it is among the
//! settings only where it was asked for, and then it is the plan.
//!
//! Planning again after applying changes nothing. The distance obeys the triangle inequality, `d(a, c) ≤ d(a, b) +
//! d(b, c)`: each of its parts does, being 0 or 1 by whether something was there and is gone, 0, 1 or 2 by whether model
//! and vendor are others, or the rise of one height ([`Worth::height`]), and so does their sum. Let `b` be the plan for
//! `a`, so that `cost(b) + d(a, b) ≤ cost(c) + d(a, c)` for every `c`. With the inequality on the right, `cost(b) ≤
//! cost(c) + d(b, c)`: from `b` no `c` is better, and of what is as good the settings as they are come first. Off is no
//! `c` of these: where it is allowed it is taken at once, and what is off is not planned for.

use crate::gateway::active_hours::ActiveHours;
use crate::gateway::model_ref::ModelRef;
use crate::money::Money;
use crate::simulate::costing::reach::Vendor;

/// What a step of the distance is worth a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worth(pub Money);

/// What an agent has of all that a plan may take away.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// Its runs know the conversation.
    pub conversation: bool,
    /// Its runs know the workspace files.
    pub files: bool,
    /// When it runs.
    pub window: &'a ActiveHours,
    /// What answers.
    pub model: &'a ModelRef,
    /// Who makes that.
    pub vendor: &'a Vendor,
    /// How long an event waits on average, as a [`Worth::height`].
    pub delay: Money,
}

impl Worth {
    /// What a mean delay in milliseconds is worth: a step more for each doubling. A difference of two heights is exact,
    /// where a logarithm of the ratio would be rounded, and then not always obey the inequality.
    pub fn height(self, delay_ms: u64) -> Money {
        let Worth(step) = self;
        let (whole, fraction) = log2(delay_ms.max(1));
        let part = step.pico() * i128::from(fraction) / i128::from(ONE);
        Money::from_pico(step.pico() * i128::from(whole) + part)
    }

    /// What is given up by going from one to the other.
    pub fn forgone(self, from: &Means<'_>, to: &Means<'_>) -> Money {
        let Worth(step) = self;
        let lost = |had: bool, has: bool| u32::from(had && !has);
        let model = match (from.model == to.model, from.vendor == to.vendor) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        let hours = u32::from(from.window != to.window && *to.window != ActiveHours::Always);
        let steps = lost(from.conversation, to.conversation) + lost(from.files, to.files) + hours + model;
        let waiting = (to.delay - from.delay).max(Money::ZERO);
        Money::from_pico(step.pico() * i128::from(steps)) + waiting
    }
}

/// The unit of a logarithm's fraction.
const ONE: u32 = 1 << BITS;
const BITS: u32 = 24;

/// The binary logarithm of a positive number: its whole part, and its fraction in 2⁻²⁴, rounded down. In integers, so that
/// every machine gets the same.
fn log2(number: u64) -> (u32, u32) {
    let whole = number.ilog2();
    // Between 1 and 2, in 2⁻⁶³: squaring it doubles its logarithm, whose next bit is whether the square reaches 2.
    let mut rest = u128::from(number) << (63 - whole);
    let mut fraction = 0;
    for _ in 0..BITS {
        rest = (rest * rest) >> 63;
        let bit = u32::from(rest >> 64 != 0);
        rest >>= bit;
        fraction = fraction << 1 | bit;
    }
    (whole, fraction)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const DOLLAR: Worth = Worth(Money::from_pico(1_000_000_000_000));

    #[test]
    fn a_doubling_is_a_step() {
        for ms in [1, 3, 900_000, 1_237_001] {
            assert_eq!((DOLLAR.height(2 * ms) - DOLLAR.height(ms)).to_string(), "1", "{ms}");
        }
        // log2(110 / 30) = 1.874469…
        let risen = (DOLLAR.height(110) - DOLLAR.height(30)).round_to(6);
        assert_eq!(risen, "1.874469");
        assert_eq!(DOLLAR.height(0), Money::ZERO);
    }

    #[test]
    fn the_logarithm_is_that_of_the_standard_library() {
        for number in (1..64).flat_map(|bits| [(1_u64 << bits) - 1, 1 << bits, (1 << bits) + 1]) {
            let (whole, fraction) = log2(number);
            let expected = (number as f64).log2();
            let found = f64::from(whole) + f64::from(fraction) / f64::from(ONE);
            assert!((found - expected).abs() < 1e-6, "{number}: {found}, {expected}");
        }
    }

    #[derive(Clone, Debug)]
    struct Owned {
        has: (bool, bool),
        window: ActiveHours,
        model: (ModelRef, Vendor),
        delay_ms: u64,
    }

    impl Owned {
        fn means(&self, worth: Worth) -> Means<'_> {
            let (conversation, files) = self.has;
            let (window, (model, vendor)) = (&self.window, &self.model);
            Means { conversation, files, window, model, vendor, delay: worth.height(self.delay_ms) }
        }
    }

    fn owned() -> impl Strategy<Value = Owned> {
        let window = select(vec![
            ActiveHours::Always,
            ActiveHours::Never,
            ActiveHours::Daily { start: 480, end: 1200, zone: jiff::tz::TimeZone::UTC },
        ]);
        let model = select(&[("a/1", "A"), ("a/2", "A"), ("b/1", "B"), ("c/1", "C")][..])
            .prop_map(|(model, vendor)| (ModelRef::parse(model).unwrap(), Vendor(vendor.to_owned())));
        let delay = prop_oneof![0..5_000_u64, 1..90_000_000_u64];
        (any::<(bool, bool)>(), window, model, delay).prop_map(|(has, window, model, delay_ms)| Owned {
            has,
            window,
            model,
            delay_ms,
        })
    }

    proptest! {
        #[test]
        fn a_way_round_is_never_shorter(a in owned(), b in owned(), c in owned(), step in 0..3_000_000_000_001_i128) {
            let worth = Worth(Money::from_pico(step));
            let [a, b, c] = [&a, &b, &c].map(|owned| owned.means(worth));
            prop_assert!(worth.forgone(&a, &c) <= worth.forgone(&a, &b) + worth.forgone(&b, &c));
            prop_assert_eq!(worth.forgone(&a, &a), Money::ZERO);
        }
    }
}
