use std::{io::Write as _, sync::LazyLock, time::Duration};

use microsoft::{Class, Failure};
use tokio::time::Instant;

use crate::server::{Behaviour, HostileServer, limits};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/// Makes one call, and asserts that it fails within the time limit.
async fn fail_once(behaviour: Behaviour) -> (Failure, HostileServer) {
    let server = HostileServer::new(behaviour).await;
    let start = Instant::now();
    let failure = server.tenant.organization().await.unwrap_err();
    assert!(start.elapsed() <= limits().call + Duration::from_secs(1), "it took {:?}", start.elapsed());
    (failure, server)
}

#[tokio::test]
async fn a_body_of_a_gigabyte_is_cut_off() {
    let (failure, server) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(OK).await;
            wire.write(b"content-length: 1073741824\r\n\r\n").await;
            let megabyte = vec![b' '; 1 << 20];
            for _ in 0..1024 {
                if !wire.write(&megabyte).await {
                    return;
                }
            }
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unknown, "{failure}");
    // Beyond the limit, only the buffers of the sockets are filled.
    assert!(server.sent() < 64 << 20, "{} bytes", server.sent());
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_cut_off() {
    LazyLock::force(&BOMB);
    let (failure, _) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(OK).await;
            wire.write(b"content-encoding: gzip\r\nconnection: close\r\n\r\n").await;
            wire.write(&BOMB).await;
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unknown, "{failure}");
}

/// 64 MB in a few kilobytes.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let megabyte = vec![b' '; 1 << 20];
    for _ in 0..64 {
        packed.write_all(&megabyte).unwrap();
    }
    packed.finish().unwrap()
});

#[tokio::test]
async fn json_ten_thousand_levels_deep_is_not_read() {
    for head in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 403 Forbidden\r\n"] {
        let behaviour: Behaviour = match head.contains("403") {
            true => |mut wire| Box::pin(async move { deep(&mut wire, "HTTP/1.1 403 Forbidden\r\n").await }),
            false => |mut wire| Box::pin(async move { deep(&mut wire, "HTTP/1.1 200 OK\r\n").await }),
        };
        let (failure, _) = fail_once(behaviour).await;
        assert_eq!(failure.class, Class::Unknown, "{head}: {failure}");
    }
}

async fn deep(wire: &mut crate::server::Wire, head: &str) {
    let body = format!(r#"{{"error":{}"#, r#"{"innerError":"#.repeat(10_000));
    wire.write(format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).as_bytes())
        .await;
}

#[tokio::test]
async fn ten_thousand_headers_are_refused() {
    let (failure, _) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(OK).await;
            for number in 0..10_000 {
                if !wire.write(format!("x-bomb-{number}: boom\r\n").as_bytes()).await {
                    return;
                }
            }
            wire.write(b"content-length: 2\r\n\r\n{}").await;
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unavailable, "{failure}");
}

#[tokio::test]
async fn a_header_of_a_hundred_megabytes_is_refused() {
    let (failure, server) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(OK).await;
            wire.write(b"x-bomb: ").await;
            let megabyte = vec![b'a'; 1 << 20];
            for _ in 0..100 {
                if !wire.write(&megabyte).await {
                    return;
                }
            }
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unavailable, "{failure}");
    assert!(server.sent() < 64 << 20, "{} bytes", server.sent());
}

#[tokio::test]
async fn an_answer_sent_byte_by_byte_times_out() {
    let (failure, _) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(OK).await;
            wire.write(b"content-length: 100000\r\n\r\n{").await;
            let mut drip = tokio::time::interval(Duration::from_millis(50));
            while wire.write(b" ").await {
                drip.tick().await;
            }
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unavailable, "{failure}");
}

#[tokio::test]
async fn a_server_that_never_answers_times_out() {
    let (failure, _) = fail_once(|wire| {
        Box::pin(async move {
            std::future::pending::<()>().await;
            drop(wire);
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unavailable, "{failure}");
}

#[tokio::test]
async fn incomplete_answers_and_noise_are_temporary_failures() {
    let behaviours: [Behaviour; 3] = [
        |mut wire| {
            Box::pin(async move {
                wire.write(OK).await;
                wire.write(b"content-length: 1000\r\n\r\n{\"value\":[").await;
            })
        },
        |mut wire| {
            Box::pin(async move {
                wire.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n").await;
            })
        },
        |wire| Box::pin(async move { drop(wire) }),
    ];
    for behaviour in behaviours {
        let (failure, _) = fail_once(behaviour).await;
        assert_eq!(failure.class, Class::Unavailable, "{failure}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (failure, server) = fail_once(|mut wire| {
        Box::pin(async move {
            wire.write(b"HTTP/1.1 302 Found\r\nlocation: /v1.0/organization\r\ncontent-length: 0\r\n\r\n")
                .await;
        })
    })
    .await;
    assert_eq!((failure.class, failure.status), (Class::Unknown, Some(302)));
    // Three attempts of less than 100 bytes each.
    assert!(server.sent() < 300, "the redirect was followed");
}
