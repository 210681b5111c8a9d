//! Device identification: a cookie per browser, and a display name from its User-Agent header.

use http::{
    HeaderMap,
    header::{ORIGIN, USER_AGENT},
};

use super::{cookies, tokens};
use crate::{AppState, identity::Device, network::Network};

impl Device {
    /// The device that sent a request, and its token: the one in its cookie, or a new one. The
    /// network is not set.
    pub(crate) fn from_headers(state: &AppState, headers: &HeaderMap) -> (Self, String) {
        let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let known = cookies::read_tokens(state, headers).device;
        let is_new = known.is_none();
        let is_app = is_new && !headers.contains_key(ORIGIN) && !headers.contains_key("sec-fetch-site");
        let token = known.unwrap_or_else(tokens::generate_secret);
        (
            Self {
                name: describe_user_agent(agent),
                token_hash: tokens::hash_secret(&token),
                is_new,
                is_app,
                network: Network::default(),
            },
            token,
        )
    }
}

/// Browser and system of a User-Agent header: "Firefox on Android". The first match counts, because
/// User-Agent headers name older browsers too.
fn describe_user_agent(agent: &str) -> String {
    let first_match =
        |names: &[(&str, &'static str)]| names.iter().find(|(token, _)| agent.contains(token)).map(|(_, name)| *name);
    let browser = first_match(&[
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first_match(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "Chromebook"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::describe_user_agent;

    #[test]
    fn user_agent_becomes_browser_and_system() {
        for (agent, expected) in [
            ("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0", "Firefox on Android"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36 Edg/128.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5", "Unknown device"),
            ("", "Unknown device"),
        ] {
            assert_eq!(describe_user_agent(agent), expected);
        }
    }
}
