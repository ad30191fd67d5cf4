//! Prompts that are refused: too large for their model, or for a minute of the plan that pays.

use super::{Choice, Costing, Level, PricedModel, Subject};
use crate::catalogue::MinuteLimit;
use crate::simulate::tokenizer;

/// A prompt that its model cannot read, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow {
    /// Its size without a conversation.
    pub prompt: u64,
    /// What the model reads at most.
    pub window: u64,
}

impl Costing<'_> {
    /// The tokens of a run's prompt without the conversation, and the model's window, where it does not fit (R35). Such
    /// a prompt is sent whole, with no room for an answer: a vendor refuses it unbilled, a server of one's own cuts it.
    pub fn overflow(&self, subject: &Subject<'_>, choice: &Choice, model: &PricedModel) -> Option<Overflow> {
        let window = model.found.context_window?;
        let (_, parts) = self.parts(subject, choice, model, Level::Typical);
        let prompt = tokenizer::tokens(parts.total(), model.tokens_per_mille);
        (prompt > window).then_some(Overflow { prompt, window })
    }

    /// The tokens of a run's prompt without the conversation, and what a plan of its provider passes a minute, where
    /// that is less: on that plan every run is refused, unbilled.
    pub fn minute_limit(
        &self,
        subject: &Subject<'_>,
        choice: &Choice,
        model: &PricedModel,
    ) -> Option<(u64, MinuteLimit)> {
        let limit = model.minute_limit.as_ref()?;
        let (_, parts) = self.parts(subject, choice, model, Level::Typical);
        let prompt = tokenizer::tokens(parts.total(), model.tokens_per_mille);
        (prompt > limit.tokens).then(|| (prompt, limit.clone()))
    }

    /// Whether a model's window or a plan of its provider is too small for one prompt: a choice that nobody is advised.
    pub fn is_refused(&self, subject: &Subject<'_>, choice: &Choice, model: &PricedModel) -> bool {
        self.overflow(subject, choice, model).is_some() || self.minute_limit(subject, choice, model).is_some()
    }
}
