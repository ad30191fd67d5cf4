//! How things are said: figures, and text that others wrote. Everything that prints stands above this room, so there is
//! one form of an amount, one list of characters that hide or act, and one way to quote for a shell.

mod figures;
mod foreign;
mod runner;
mod shell;

pub use figures::{
    about, amount, amount_if_known, count, counted, duration, figure, figure_if_known, in_unit, percent, percent_of,
    rough, rough_figure, rough_percent, tokens,
};
pub use foreign::{exact_json_escaped, few_of, is_hidden, json_escaped, marked, plain, plain_lines};
pub use runner::fenced;
pub use shell::quoted;
#[cfg(test)]
pub(crate) use shell::tests::HOSTILE;
