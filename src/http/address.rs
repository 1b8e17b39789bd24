//! The address of a server with OpenAI's interface, as users write it: with or without a scheme, with or without `/v1`. Knows whether
//! it is this computer.

use core::net::{IpAddr, Ipv6Addr};
use std::fmt;

/// Where a server is: all of its addresses begin with this, such as `http://127.0.0.1:11434/v1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    base: String,
    host: String,
    is_loopback: bool,
}

/// Why a text is no address of a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is no address of a server: {why}")]
pub struct BadAddress {
    /// What was written, without what may be secret.
    shown: String,
    /// Why, as a clause.
    why: &'static str,
}

impl Address {
    /// Reads an address, such as `localhost:11434` or `https://api.example.com/v1/`. Without a scheme it is `http` on this computer
    /// and where a port is named, else `https`.
    ///
    /// # Errors
    /// [`BadAddress`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let bad = |why| BadAddress { shown: without_secrets(text), why };
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some("http"), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some("https"), rest),
            Some(_) => return Err(bad("it must begin with http:// or https://")),
            None => (None, text),
        };
        if rest.contains(['?', '#']) {
            return Err(bad("leave out what is behind `?` or `#`"));
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(bad("a key does not belong into an address; put it into its variable or file"));
        }
        let (host, port) = host_and_port(authority).map_err(bad)?;
        let is_loopback = is_loopback(&host);
        let scheme = scheme.unwrap_or(match port {
            _ if is_loopback => "http",
            Some(port) if port != 443 => "http",
            _ => "https",
        });
        let path = versioned(path).ok_or_else(|| bad("its path holds letters that no path holds"))?;
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Ok(Self { base: format!("{scheme}://{host}{port}{path}"), host, is_loopback })
    }

    /// Returns the address of something at the server, such as `chat/completions`.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// Returns the name of the host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether this computer is meant, so that nothing leaves it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Returns whether others on the way can read along.
    #[must_use]
    pub fn is_unprotected(&self) -> bool {
        !self.is_loopback && self.base.starts_with("http:")
    }

    /// Tells where something goes: `What you say is sent to api.example.com`. None where it stays on this computer.
    #[must_use]
    pub fn told(&self, what: &str) -> Option<String> {
        let openly = if self.is_unprotected() { ", and others on the way can read it" } else { "" };
        (!self.is_loopback).then(|| format!("{what} is sent to {}{openly}.", self.host))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.base)
    }
}

/// Returns an address as it may be shown: without a name and a password before the host.
fn without_secrets(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => text.into(),
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let address: Ipv6Addr = address.parse().map_err(|_| "there is no such IPv6 address")?;
            let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':').unwrap_or("?")) };
            (format!("[{address}]"), port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host.to_lowercase(), Some(port)),
            None => (authority.to_lowercase(), None),
        },
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if host.is_empty() {
        return Err("it names no host");
    }
    if !host.starts_with('[') && !host.chars().all(is_name) {
        return Err("its host holds letters that no host holds");
    }
    let port = match port {
        None => None,
        Some(port) => Some(port.parse().ok().filter(|port| *port > 0).ok_or("its port is no number from 1 to 65535")?),
    };
    // A server that listens everywhere is often named by that; it is this computer.
    let host = if host == "0.0.0.0" || host == "[::]" { "127.0.0.1".into() } else { host };
    Ok((host, port))
}

fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or(host == "localhost" || host.ends_with(".localhost"), |address| address.is_loopback())
}

/// Returns a path that ends in a version: as it is where it names one, else with `/v1` behind it.
fn versioned(path: &str) -> Option<String> {
    let is_in_paths = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !path.chars().all(is_in_paths) {
        return None;
    }
    let mut path = path.trim_matches('/');
    for endpoint in ["chat/completions", "models", "audio/transcriptions", "audio/speech"] {
        path = path.strip_suffix(endpoint).unwrap_or(path).trim_end_matches('/');
    }
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    Some(match path {
        "" => "/v1".into(),
        path if path.split('/').any(is_version) => format!("/{path}"),
        path => format!("/{path}/v1"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Address;

    #[test]
    fn an_address_is_understood_as_users_write_it() {
        for (written, base, is_loopback) in [
            ("localhost:11434", "http://localhost:11434/v1", true),
            ("http://localhost:11434", "http://localhost:11434/v1", true),
            ("http://localhost:11434/", "http://localhost:11434/v1", true),
            (" http://localhost:11434/v1/ ", "http://localhost:11434/v1", true),
            ("HTTP://LocalHost:11434/v1", "http://localhost:11434/v1", true),
            ("http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1", true),
            ("0.0.0.0:8080", "http://127.0.0.1:8080/v1", true),
            ("http://[::1]:8080", "http://[::1]:8080/v1", true),
            ("127.8.9.1", "http://127.8.9.1/v1", true),
            ("llm.localhost", "http://llm.localhost/v1", true),
            ("api.example.com", "https://api.example.com/v1", false),
            ("api.example.com:443", "https://api.example.com:443/v1", false),
            ("192.168.1.7:11434", "http://192.168.1.7:11434/v1", false),
            ("http://api.example.com", "http://api.example.com/v1", false),
            ("https://example.com/openai/v1", "https://example.com/openai/v1", false),
            ("https://example.com/api", "https://example.com/api/v1", false),
            ("https://example.com/v1beta/openai/", "https://example.com/v1beta/openai", false),
            ("https://127.0.0.1.example.com", "https://127.0.0.1.example.com/v1", false),
            ("https://localhost.example.com", "https://localhost.example.com/v1", false),
        ] {
            let address = Address::parse(written).expect(written);
            assert_eq!((address.to_string().as_str(), address.is_loopback()), (base, is_loopback), "{written}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for (written, why) in [
            ("", "names no host"),
            ("http://", "names no host"),
            ("ftp://example.com", "http:// or https://"),
            ("file:///etc/passwd", "http:// or https://"),
            ("https://example.com:0", "port"),
            ("localhost:port", "port"),
            ("localhost:70000", "port"),
            ("http://[::1]8080", "port"),
            ("http://[fe80]:1", "IPv6"),
            ("https://exa mple.com", "letters that no host holds"),
            ("https://example.com\\@evil.example", "does not belong"),
            ("https://example.com/v1?key=secret", "leave out"),
            ("https://example.com/a b", "no path holds"),
        ] {
            let error = Address::parse(written).expect_err(written).to_string();
            assert!(error.contains(why), "{written}: {error}");
        }
    }

    #[test]
    fn a_key_in_an_address_is_refused_and_not_shown() {
        let error = Address::parse("https://me:sk-secret@api.example.com").unwrap_err().to_string();
        assert!(error.contains("does not belong") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn where_something_goes_is_told_unless_it_stays_here() {
        let told = |text: &str| Address::parse(text).unwrap().told("What you say");
        assert_eq!(told("localhost:1"), None);
        assert_eq!(told("https://api.example.com"), Some("What you say is sent to api.example.com.".into()));
        assert_eq!(
            told("http://box.lan:8080"),
            Some("What you say is sent to box.lan, and others on the way can read it.".into())
        );
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic_and_an_address_reads_itself_back(text in "(https?://)?[a-z0-9.:/@\\[\\]-]{0,24}|.{0,24}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert_eq!(Address::parse(&address.to_string()), Ok(address));
            }
        }
    }
}
