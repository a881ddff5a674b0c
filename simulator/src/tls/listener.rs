//! Accepts connections with TLS handshakes, for `axum::serve`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Time limit for a handshake, after which the connection is closed.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Maximum number of connections that wait to be served after their handshake.
const WAITING: usize = 64;

/// TLS on top of a TCP listener. Handshakes run concurrently, so a slow one does not delay others.
#[derive(Debug)]
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    /// Takes over a bound listener; it is closed when this is dropped.
    ///
    /// # Errors
    /// When the listener has no address.
    pub(crate) fn new(mut tcp: TcpListener, server: Arc<ServerConfig>) -> io::Result<Self> {
        let address = tcp.local_addr()?;
        let acceptor = TlsAcceptor::from(server);
        let (sender, ready) = mpsc::channel(WAITING);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, from) = Listener::accept(&mut tcp).await;
                // As Microsoft's servers do: frames would otherwise wait 40 ms for an acknowledgement.
                _ = stream.set_nodelay(true);
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                        // An error means that the listener was dropped; the connection is closed.
                        Ok(Ok(stream)) => drop(sender.send((stream, from)).await),
                        // Usually a client that does not trust the authority.
                        Ok(Err(error)) => tracing::warn!(%from, %error, "TLS handshake failed"),
                        Err(_) => tracing::warn!(%from, "TLS handshake took too long"),
                    }
                });
            }
        });
        Ok(Self { address, ready, accepting })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends only when this listener is dropped.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
