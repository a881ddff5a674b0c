//! Starts and stops a listening simulator.

use std::io;

use axum::Router;
use axum::serve::{Listener, ListenerExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::lateness;
use crate::options::Options;
use crate::start_error::StartError;
use crate::state::Simulator;
use crate::tls::{Tls, TlsListener};
use crate::web;

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
    /// Measures how late this process is.
    _lateness: JoinSet<()>,
}

impl Running {
    /// Stops accepting requests, and returns when the running ones are finished.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Err(error) = self.server.await {
            tracing::warn!(%error, "the server task failed");
        }
    }

    /// Waits until the server ends, which happens only when its socket fails.
    ///
    /// # Errors
    /// The error that ended the server.
    pub async fn wait(&mut self) -> io::Result<()> {
        (&mut self.server).await.map_err(io::Error::other)?
    }
}

/// Starts a simulator on its own task.
///
/// # Errors
/// When the address cannot be bound, a key or certificate cannot be generated or read, the recording cannot be opened,
/// or a scenario fails.
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
    Ok(Running {
        base_url: format!("{scheme}://{address}"),
        ca_pem,
        simulator,
        stop: Some(stop),
        server,
        _lateness: JoinSet::from_iter([lateness::measure()]),
    })
}

/// Sets `TCP_NODELAY`, as Microsoft's servers do: small answers would otherwise wait 40 ms for an acknowledgement.
fn without_delay(stream: &mut TcpStream) {
    _ = stream.set_nodelay(true);
}

/// The host of the public URL, if there is one.
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
                // An error means that the sender was dropped, by which `stop` ends the server.
                let _ = stopped.await;
            })
            .await
    })
}
