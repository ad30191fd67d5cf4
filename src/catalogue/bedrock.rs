//! Amazon Bedrock's ids: an optional region, the maker and the model, as in `us.anthropic.claude-opus-4-6-v1`. OpenClaw asks
//! the account for what it may use, so no package lists them; those of its table of context windows are known.

/// OpenClaw's spellings of the provider (`normalizeProviderId`).
const PROVIDERS: [&str; 3] = ["amazon-bedrock", "aws-bedrock", "bedrock"];

/// Places from which an inference profile serves (OpenClaw's Bedrock plugin, and AWS's government region).
const REGIONS: [&str; 9] = ["ap", "apac", "au", "eu", "global", "in", "jp", "us", "us-gov"];

/// Models that OpenClaw's Bedrock plugin knows (`KNOWN_CONTEXT_WINDOWS`), in the ids that AWS listed in September 2026, and
/// whether 2026.4.15 lists them already (its `pi-ai` package). Shut down ones are not here.
const MODELS: [(&str, bool); 12] = [
    ("anthropic.claude-fable-5", false),
    ("anthropic.claude-sonnet-5", false),
    ("anthropic.claude-opus-4-8", false),
    ("anthropic.claude-opus-4-7", false),
    ("anthropic.claude-opus-4-6-v1", true),
    ("anthropic.claude-sonnet-4-6", true),
    ("anthropic.claude-opus-4-5-20251101-v1:0", true),
    ("anthropic.claude-sonnet-4-5-20250929-v1:0", true),
    ("anthropic.claude-haiku-4-5-20251001-v1:0", true),
    ("amazon.nova-pro-v1:0", true),
    ("amazon.nova-lite-v1:0", true),
    ("amazon.nova-micro-v1:0", true),
];

/// An id in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct IdParts<'a> {
    /// `us`; empty without one.
    region: &'a str,
    maker: &'a str,
}

fn parts(id: &str) -> Option<IdParts<'_>> {
    let (first, rest) = id.split_once('.')?;
    if !REGIONS.contains(&first) {
        return Some(IdParts { region: "", maker: first });
    }
    Some(IdParts { region: first, maker: rest.split_once('.')?.0 })
}

/// The provider is Bedrock.
pub fn is_bedrock(provider: &str) -> bool {
    PROVIDERS.contains(&provider)
}

/// The models that stand beside one on the same account: of the same maker, from the same region. AWS opens the models of
/// each maker one by one.
pub(super) fn beside(id: &str, newest: bool) -> Vec<String> {
    let Some(here) = parts(id) else { return Vec::new() };
    let prefix = if here.region.is_empty() { String::new() } else { format!("{}.", here.region) };
    let same_maker = |(id, _): &&(&str, bool)| parts(id).is_some_and(|other| other.maker == here.maker);
    let offered = MODELS.iter().filter(same_maker).filter(|(_, early)| newest || *early);
    offered.map(|(id, _)| format!("{prefix}{id}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_model_is_of_its_maker_and_region() {
        let ids = beside;
        assert!(ids("us.anthropic.claude-opus-4-7", true).contains(&"us.anthropic.claude-sonnet-5".to_owned()));
        for (id, prefix) in [
            ("us.anthropic.claude-opus-4-6-v1:0", "us.anthropic.claude-"),
            ("eu.anthropic.claude-opus-4-7", "eu.anthropic.claude-"),
            ("apac.anthropic.claude-opus-4-7", "apac.anthropic.claude-"),
            ("us-gov.anthropic.claude-opus-4-7", "us-gov.anthropic.claude-"),
            ("global.anthropic.claude-opus-4-7", "global.anthropic.claude-"),
            ("anthropic.claude-opus-4-6-v1", "anthropic.claude-"),
            ("us.amazon.nova-pro-v1:0", "us.amazon.nova-"),
        ] {
            assert!(!ids(id, false).is_empty() && ids(id, true).iter().all(|other| other.starts_with(prefix)), "{id}");
        }
        let profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc";
        assert_eq!(ids(profile, true), Vec::<String>::new());
    }
}
