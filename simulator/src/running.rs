//! A simulator that listens.

use std::io;

use axum::Router;
use axum::serve::{Listener, ListenerExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::keys::KeyError;
use crate::login::credentials::CertificateError;
use crate::options::Options;
use crate::scenario::ScenarioError;
use crate::state::Simulator;
use crate::tls::{Tls, TlsError, TlsListener};
use crate::web;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("cannot listen: {0}")]
    Listen(#[from] io::Error),
    /// A scenario that does not exist or fails.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No certificate for `https`.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A certificate of [`Options::certificates`] is none.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// [`Options::record`] cannot be written.
    #[error("cannot record: {0}")]
    Record(#[source] io::Error),
}

/// A listening simulator. Dropping it stops it as [`Running::stop`] does, without waiting.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:PORT`, with TLS `https://…`; without a trailing slash.
    pub base_url: String,
    /// With TLS, the certificate of the authority that clients have to trust, PEM.
    pub ca_pem: Option<String>,
    /// The simulation behind the socket.
    pub simulator: Simulator,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Stops accepting, finishes the requests under way, and returns.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Err(error) = self.server.await {
            tracing::warn!(%error, "the server task did not end well");
        }
    }

    /// Waits until the server ends by itself, which it does only when its socket fails.
    ///
    /// # Errors
    /// What ended the server.
    pub async fn wait(&mut self) -> io::Result<()> {
        (&mut self.server).await.map_err(io::Error::other)?
    }
}

/// Starts a simulator on its own task.
///
/// # Errors
/// When the address cannot be bound, a key or certificate cannot be made or read, the recording not be written, or a
/// scenario fails.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let tls = options.tls.then(|| Tls::new(&hosts(&options))).transpose()?;
    let simulator = Simulator::new(options)?;
    simulator.set_the_scene().await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let router = web::router(simulator.clone());
    let (scheme, ca_pem, server) = match tls {
        None => ("http", None, serve(listener.tap_io(without_delay), router, stopped)),
        Some(tls) => {
            let listener = TlsListener::new(listener, tls.server)?;
            ("https", Some(tls.ca_pem), serve(listener, router, stopped))
        }
    };
    Ok(Running { base_url: format!("{scheme}://{address}"), ca_pem, simulator, stop: Some(stop), server })
}

/// As Microsoft's servers do: small answers that wait for an acknowledgement wait for 40 ms.
fn without_delay(stream: &mut TcpStream) {
    _ = stream.set_nodelay(true);
}

/// The host that clients use when it is not this machine's own name.
fn hosts(options: &Options) -> Vec<String> {
    options.public_url.iter().filter_map(|url| url.host_str()).map(str::to_owned).collect()
}

fn serve<L>(listener: L, router: Router, stopped: oneshot::Receiver<()>) -> JoinHandle<io::Result<()>>
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // An error means that the sender was dropped, which is how `stop` says it.
                let _ = stopped.await;
            })
            .await
    })
}
