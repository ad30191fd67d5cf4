//! What has to be at hand for a rule beside the config.

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The config alone.
    Config,
    /// A schema that was given beside it.
    GivenSchema,
    /// A workspace that was read.
    Workspace,
    /// The jobs of a gateway's store.
    Jobs,
    /// The requests of a gateway's store.
    Records,
}
