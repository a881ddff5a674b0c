//! A server without an HTTP library: each test writes the bytes of its answers.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use microsoft::{Cloud, Credential, Limits, Microsoft, Registration, Tenant};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";
/// `{"tid":…,"oid":"sp","idtyp":"app","roles":["User.Read.All"]}`, unsigned.
const TOKEN: &str = "e30.eyJvaWQiOiJzcCIsImlkdHlwIjoiYXBwIiwicm9sZXMiOlsiVXNlci5SZWFkLkFsbCJdfQ.c2ln";

pub type Behaviour = fn(Wire) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The connection after a request was read; counts the bytes written.
pub struct Wire {
    stream: TcpStream,
    sent: Arc<AtomicU64>,
}

impl Wire {
    /// Writes the bytes; `false` if the client has closed the connection.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        let written = self.stream.write_all(bytes).await.is_ok();
        if written {
            self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        }
        written
    }
}

pub struct HostileServer {
    pub tenant: Tenant,
    sent: Arc<AtomicU64>,
}

/// The limits of a call here; a real call may take a minute.
pub fn limits() -> Limits {
    let second = Duration::from_secs(1);
    Limits { connect: second, silence: second / 2, attempt: second, call: 5 * second, ..Limits::default() }
}

impl HostileServer {
    pub async fn new(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour, Arc::clone(&counter)));
            }
        });
        let credentials = vec![Credential::secret("the secret")];
        let registration = Registration { client_id: "client".to_owned(), credentials };
        let cloud = Cloud::at(base.clone(), base);
        let microsoft = Microsoft::with_limits(cloud, registration, limits()).unwrap();
        Self { tenant: microsoft.tenant(&TENANT.parse().unwrap()), sent }
    }

    /// Bytes sent to the client.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour, sent: Arc<AtomicU64>) {
    let (mut request, mut chunk) = (Vec::new(), [0; 4096]);
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => request.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    if String::from_utf8_lossy(&request).contains("/oauth2/v2.0/token") {
        let body = format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"{TOKEN}"}}"#);
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        return;
    }
    behaviour(Wire { stream, sent }).await;
}
