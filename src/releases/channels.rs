//! The channels that come with a release. Asked of 2026.4.15, 2026.7.35 and 2026.9.6.

use super::version::{FIRST, NEWEST_LEGACY, REWORK, Version, v};

/// The channels that come with every OpenClaw from 2026.4.15 on, and the other names they go by.
#[rustfmt::skip]
pub const CHANNELS: [&str; 29] = [
    "discord", "feishu", "googlechat", "imessage", "irc", "line", "matrix", "mattermost", "msteams", "nextcloud-talk",
    "nostr", "signal", "slack", "synology-chat", "telegram", "tlon", "twitch", "whatsapp", "zalo", "zalouser",
    "imsg", "google-chat", "gchat", "teams", "internet-relay-chat", "lark", "nc", "zl", "zlu",
];

/// Channels that some releases bring, from the first on and before the second; between 2026.4.15 and 2026.7.35 both
/// answers are accepted.
const DATED: [(&str, Version, Option<Version>); 9] = [
    ("nc-talk", FIRST, None),
    ("a2a", REWORK, None),
    ("buzz", REWORK, None),
    ("reef", REWORK, None),
    ("clickclack", v(4, 20), None),
    ("raft", v(4, 20), None),
    ("sms", v(4, 20), None),
    ("qqbot", FIRST, Some(REWORK)),
    ("bluebubbles", FIRST, Some(NEWEST_LEGACY)),
];

/// Whether a release brings a channel, by any of its names.
pub fn is_channel(name: &str, version: Version) -> bool {
    let is_here = |(_, from, before): &(&str, Version, Option<Version>)| {
        *from <= version && before.is_none_or(|before| version < before)
    };
    CHANNELS.contains(&name) || DATED.iter().any(|dated| dated.0 == name && is_here(dated))
}
