//! Checks over HTTP whether a local program answers.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// Whether `GET path` on a local port answers 200 now.
pub(crate) fn answers_ok(port: u16, path: &str) -> bool {
    status(port, path).is_some_and(|line| line.starts_with("HTTP/1.1 200"))
}

/// Whether a local port answers HTTP now, with any status.
pub(crate) fn answers(port: u16) -> bool {
    status(port, "/").is_some()
}

fn status(port: u16, path: &str) -> Option<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).ok()?;
    String::from_utf8(answer.to_vec()).ok()
}
