//! Drawings as inline SVG. Coordinates are whole numbers on a sheet 3,600 wide, so the same figures give the same bytes.

use maud::{Markup, html};

use crate::money::Money;
use crate::report::page::chart::parts;

/// The width of every drawing.
pub(super) const WIDTH: i128 = 3600;

/// A bar of so many percent of its row.
pub(crate) fn bar(percent: Money) -> Markup {
    html! {
        svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="1000" height="10" {}
            rect.fill width=(parts(percent, 1000).clamp(0, 1000)) height="10" {}
        }
    }
}
