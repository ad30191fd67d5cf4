//! Values by the names of the way to them, as the program itself writes them. A JSON pointer would have each name
//! searched for escapes and copied, and a config is asked hundreds of times.

use serde_json::Value;

/// What holds named values.
pub trait Named {
    /// The value at the end of names with dots between them, `agents.defaults.model`; the names themselves have none.
    fn at(&self, names: &str) -> Option<&Value>;
}

impl Named for Value {
    fn at(&self, names: &str) -> Option<&Value> {
        names.split('.').try_fold(self, |value, name| value.as_object()?.get(name))
    }
}
