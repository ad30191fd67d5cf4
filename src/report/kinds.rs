//! The kinds of tokens in the words of the credits page.

use crate::money::Unit;

/// What each kind of token is, where amounts are credits.
pub(super) fn kinds_of_tokens(unit: Unit) -> Option<&'static str> {
    (unit == Unit::Credits).then_some(
        "Credits pay for four kinds of tokens: input is what is sent, output what the model writes, thinking included; \
         cache creation is input that is put into the prompt cache, cached input is input that is taken from it.",
    )
}
