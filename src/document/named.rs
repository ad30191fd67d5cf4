//! Values by the names of the way to them, as the program itself writes them. A JSON pointer would have each name
//! searched for escapes and copied, and a map would hash it; a config is asked hundreds of times, and its objects are small.

use serde_json::{Map, Value};

/// Objects of more keys than this are searched by hash.
const SMALL: usize = 12;

/// What holds named values.
pub trait Named {
    /// The value at the end of names with dots between them, `agents.defaults.model`; the names themselves have none.
    fn at(&self, names: &str) -> Option<&Value>;
}

impl Named for Value {
    fn at(&self, names: &str) -> Option<&Value> {
        self.as_object()?.at(names)
    }
}

impl Named for Map<String, Value> {
    fn at(&self, names: &str) -> Option<&Value> {
        // Names are short, and to set up a search takes longer than to look at them.
        match names.bytes().position(|byte| byte == b'.') {
            Some(dot) => field(self, &names[..dot])?.at(&names[dot + 1..]),
            None => field(self, names),
        }
    }
}

/// The value of one key.
pub(super) fn field<'v>(object: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    if object.len() > SMALL {
        return object.get(key);
    }
    object.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}
