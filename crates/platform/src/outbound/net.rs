//! Names and sockets, as the operating system has them.

use super::Reach;
use crate::error::Result;
use futures_util::future::BoxFuture;
use rustls::ClientConfig;
use rustls::RootCertStore;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;

/// How names become addresses and addresses connections. The two are apart so that what is
/// connected to is what was looked at.
pub trait Net: Send + Sync + 'static {
    /// All addresses of `host`.
    fn resolve<'a>(
        &'a self,
        host: &'a str,
        port: u16,
    ) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
    /// A connection to exactly this address.
    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>>;
}

/// The machine's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNet;

impl Net for SystemNet {
    fn resolve<'a>(
        &'a self,
        host: &'a str,
        port: u16,
    ) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }

    fn connect(&self, address: SocketAddr) -> BoxFuture<'_, io::Result<TcpStream>> {
        Box::pin(TcpStream::connect(address))
    }
}

/// Trust in the certificate authorities of Mozilla's programme, which are part of this binary: a
/// fresh server need not have a list of its own, and where there is one nobody can add to ours.
///
/// # Errors
/// Internal, when the cryptography cannot be used.
pub fn tls_config() -> Result<Arc<ClientConfig>> {
    tls_config_with(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect())
}

/// The same with other authorities, for tests.
///
/// # Errors
/// Internal, when the cryptography cannot be used.
pub fn tls_config_with(roots: RootCertStore) -> Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(crate::Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Looks `host` up once and refuses what may not be connected to.
pub(super) async fn vetted(
    net: &dyn Net,
    reach: Reach,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, super::Unsent> {
    match net.resolve(host, port).await {
        Ok(addresses) if addresses.is_empty() => Err(super::Unsent::NoHost),
        Ok(addresses) => reach.vet(addresses).ok_or(super::Unsent::Refused),
        Err(_unknown) => Err(super::Unsent::NoHost),
    }
}
