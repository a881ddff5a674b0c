//! Receivers of notifications that keep each sender waiting until the test accepts the delivery.

use axum::{Router, extract::State, http::StatusCode, routing::post};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc, oneshot},
    time::timeout,
};

use super::TIMEOUT;

/// A delivery whose sender waits for an answer.
pub(crate) struct Arrival {
    /// The sequence number of a webhook message; the address of an e-mail.
    pub(crate) what: String,
    answer: oneshot::Sender<()>,
}

impl Arrival {
    pub(crate) fn accept(self) {
        // The sender may have given up.
        _ = self.answer.send(());
    }
}

type Arrivals = mpsc::UnboundedSender<Arrival>;

pub(crate) trait Receiver {
    fn arrivals(&self) -> &Mutex<mpsc::UnboundedReceiver<Arrival>>;

    async fn next(&self) -> Arrival {
        let mut arrivals = self.arrivals().lock().await;
        timeout(TIMEOUT, arrivals.recv()).await.expect("a delivery in time").expect("a receiver")
    }
}

/// Announces a delivery and waits until it is accepted.
async fn arrived(arrivals: &Arrivals, what: String) {
    let (answer, accepted) = oneshot::channel();
    _ = arrivals.send(Arrival { what, answer });
    _ = accepted.await;
}

/// Receives webhook messages over plain HTTP.
pub(crate) struct WebhookReceiver {
    /// `host:port`.
    pub(crate) host: String,
    arrivals: Mutex<mpsc::UnboundedReceiver<Arrival>>,
}

impl WebhookReceiver {
    pub(crate) async fn start() -> Self {
        async fn receive(State(arrivals): State<Arrivals>, body: String) -> StatusCode {
            let message: Value = serde_json::from_str(&body).unwrap();
            arrived(&arrivals, message["sequence"].to_string()).await;
            StatusCode::OK
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let (sender, arrivals) = mpsc::unbounded_channel();
        let router = Router::new().route("/", post(receive)).with_state(sender);
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { host, arrivals: Mutex::new(arrivals) }
    }
}

impl Receiver for WebhookReceiver {
    fn arrivals(&self) -> &Mutex<mpsc::UnboundedReceiver<Arrival>> {
        &self.arrivals
    }
}

/// Receives e-mail: as much of SMTP as a sender needs.
pub(crate) struct MailServer {
    pub(crate) url: String,
    arrivals: Mutex<mpsc::UnboundedReceiver<Arrival>>,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (sender, arrivals) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move { converse(stream, &sender).await });
            }
        });
        Self { url, arrivals: Mutex::new(arrivals) }
    }
}

impl Receiver for MailServer {
    fn arrivals(&self) -> &Mutex<mpsc::UnboundedReceiver<Arrival>> {
        &self.arrivals
    }
}

/// One connection, until the sender ends it.
async fn converse(stream: TcpStream, arrivals: &Arrivals) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mail.example\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let command = line.to_ascii_uppercase();
        let answer: &[u8] = match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => b"250 mail.example\r\n",
            "RCPT" => {
                to = line.split_once('<')?.1.split_once('>')?.0.to_owned();
                b"250 OK\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                while lines.next_line().await.ok()?? != "." {}
                arrived(arrivals, to.clone()).await;
                b"250 OK\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 OK\r\n",
        };
        writer.write_all(answer).await.ok()?;
    }
    Some(())
}
