//! Model servers of the user's own, which send no bill: known by OpenClaw's provider id or by a private address.

use std::net::{IpAddr, Ipv4Addr};

/// OpenClaw's providers for servers that one runs oneself.
const RUNTIMES: [&str; 5] = ["apple-fm", "lmstudio", "ollama", "sglang", "vllm"];

/// Endings of names that only a private network resolves.
const PRIVATE_ENDINGS: [&str; 5] = [".home.arpa", ".internal", ".lan", ".local", ".localhost"];

/// The provider runs models on the user's own machines.
pub(super) fn is_runtime(provider: &str) -> bool {
    RUNTIMES.contains(&provider)
}

/// The model of a local runtime that its vendor runs in its own data centre, such as `kimi-k2.5:cloud` at `ollama`.
pub(super) fn is_forwarded(provider: &str, model_id: &str, host: Option<&str>) -> bool {
    let cloud_host = host.is_some_and(|host| host == "ollama.com" || host.ends_with(".ollama.com"));
    provider == "ollama" && (cloud_host || model_id.ends_with(":cloud") || model_id.ends_with("-cloud"))
}

/// The host is this machine or a private network.
pub(super) fn is_private(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => is_private_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(mapped) => is_private_v4(mapped),
            None => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
        },
        // A name without a dot is this machine's or a container network's.
        Err(_) => !bare.contains('.') || PRIVATE_ENDINGS.iter().any(|ending| bare.ends_with(ending)),
    }
}

fn is_private_v4(ip: Ipv4Addr) -> bool {
    // 100.64.0.0/10 is shared address space, as in a tailnet.
    let shared = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.1",
            "192.168.1.5",
            "100.100.1.1",
            "::1",
            "[::1]",
            "localhost",
            "host.docker.internal",
            "mac.local",
            "ollama",
            "0.0.0.0",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(host), "{host}");
        }
        for host in ["172.32.0.1", "api.nexos.ai", "8.8.8.8", "100.128.0.1", "local.example.com", "2001:db8::1"] {
            assert!(!is_private(host), "{host}");
        }
    }
}
