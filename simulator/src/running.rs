//! A simulator that listens.

use std::io;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::keys::KeyError;
use crate::options::Options;
use crate::scenario::ScenarioError;
use crate::state::Simulator;
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
}

/// A listening simulator. Dropping it stops it as [`Running::stop`] does, without waiting.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:PORT`, without a trailing slash.
    pub base_url: String,
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
/// When the address cannot be bound, no signing key can be made, or a scenario fails.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let listener = TcpListener::bind(options.listen).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let simulator = Simulator::new(options)?;
    simulator.set_the_scene().await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let router = web::router(simulator.clone());
    let server = tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // An error means that the sender was dropped, which is how `stop` says it.
                let _ = stopped.await;
            })
            .await
    });
    Ok(Running { base_url, simulator, stop: Some(stop), server })
}
