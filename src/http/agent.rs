//! The client of one request.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use crate::http::trouble::{Kind, Trouble};

/// How long a server may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until its name is known, and again until a connection stands.
    pub connect: Duration,
    /// Until the next byte.
    pub stall: Duration,
}

/// Which proxies are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxies {
    /// Those that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    OfEnvironment,
    /// None.
    None,
}

/// Returns a client for one request to `url`.
pub(super) fn agent(url: &str, redirects: u32, proxies: Proxies, patience: Patience) -> Result<Agent, Trouble> {
    let secure = url.starts_with("https:");
    let proxy = match proxies {
        Proxies::OfEnvironment => Proxy::try_from_env(),
        Proxies::None => None,
    };
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        // What begins protected does not go on unprotected, wherever it is redirected to.
        .https_only(secure)
        .max_redirects(redirects)
        .user_agent(concat!("hotseat/", env!("CARGO_PKG_VERSION")))
        .proxy(proxy)
        .timeout_resolve(Some(patience.connect))
        .timeout_connect(Some(patience.connect))
        .timeout_per_read(Some(patience.stall));
    if secure {
        config = config.tls_config(tls()?);
    }
    Ok(config.build().new_agent())
}

/// Trusts what the system trusts, so that the certificate of a company's proxy counts, once it is installed there.
fn tls() -> Result<TlsConfig, Trouble> {
    let trusted = rustls_native_certs::load_native_certs();
    if trusted.certs.is_empty() {
        let why = "this system has no list of certificates to trust; install its package `ca-certificates`".into();
        return Err(Trouble { why, kind: Kind::Lasting });
    }
    let trusted = trusted.certs.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::from(trusted))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}
