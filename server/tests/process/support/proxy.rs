//! A proxy between a replica and its database, whose connections can be stalled or broken.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole,
    /// No data passes and no error is reported, as after the failure of a switch.
    Silent,
    /// Connections are closed, and new ones are closed at once.
    Cut,
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    line: watch::Sender<Line>,
}

impl Proxy {
    /// Starts a proxy to an address with a port. It ends with the runtime of the test.
    pub(crate) async fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = watch::Sender::new(Line::Whole);
        let state = line.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (address, line) = (address.clone(), state.subscribe());
                tokio::spawn(async move {
                    if *line.borrow() == Line::Cut {
                        return;
                    }
                    let Ok(far) = TcpStream::connect(address).await else { return };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    let mut cut = line.clone();
                    tokio::select! {
                        () = pass(near_in, far_out, line.clone()) => {}
                        () = pass(far_in, near_out, line) => {}
                        _ = cut.wait_for(|line| *line == Line::Cut) => {}
                    }
                });
            }
        });
        Self { port, line }
    }

    pub(crate) fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut line: watch::Receiver<Line>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        // Data read meanwhile is passed on when the line is whole again.
        if line.wait_for(|line| *line == Line::Whole).await.is_err()
            || to.write_all(&bytes[..read]).await.is_err()
        {
            return;
        }
    }
}
