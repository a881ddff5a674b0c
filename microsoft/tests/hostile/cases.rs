use std::{io::Write as _, sync::LazyLock, time::Duration};

use microsoft::{Class, Failure};
use tokio::time::Instant;

use crate::server::{Hostile, Misdeed, limits};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

/// Calls once, and asserts what every one of them must keep: the time, and that there is a failure.
async fn suffer(misdeed: Misdeed) -> (Failure, Hostile) {
    let hostile = Hostile::new(misdeed).await;
    let start = Instant::now();
    let failure = hostile.tenant.organization().await.unwrap_err();
    assert!(start.elapsed() <= limits().call + Duration::from_secs(1), "it took {:?}", start.elapsed());
    (failure, hostile)
}

#[tokio::test]
async fn a_body_of_a_gigabyte_is_cut_off() {
    let (failure, hostile) = suffer(|mut wire| {
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
    // Beyond the limit only what the sockets had already taken in.
    assert!(hostile.sent() < 32 << 20, "{} bytes", hostile.sent());
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_cut_off() {
    LazyLock::force(&BOMB);
    let (failure, _) = suffer(|mut wire| {
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
        let misdeed: Misdeed = match head.contains("403") {
            true => |mut wire| Box::pin(async move { deep(&mut wire, "HTTP/1.1 403 Forbidden\r\n").await }),
            false => |mut wire| Box::pin(async move { deep(&mut wire, "HTTP/1.1 200 OK\r\n").await }),
        };
        let (failure, _) = suffer(misdeed).await;
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
    let (failure, _) = suffer(|mut wire| {
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
    let (failure, hostile) = suffer(|mut wire| {
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
    assert!(hostile.sent() < 32 << 20, "{} bytes", hostile.sent());
}

#[tokio::test]
async fn an_answer_that_drips_is_given_up() {
    let (failure, _) = suffer(|mut wire| {
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
async fn a_server_that_never_answers_is_given_up() {
    let (failure, _) = suffer(|wire| {
        Box::pin(async move {
            std::future::pending::<()>().await;
            drop(wire);
        })
    })
    .await;
    assert_eq!(failure.class, Class::Unavailable, "{failure}");
}

#[tokio::test]
async fn half_an_answer_and_noise_are_failures_of_the_moment() {
    let misdeeds: [Misdeed; 3] = [
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
    for misdeed in misdeeds {
        let (failure, _) = suffer(misdeed).await;
        assert_eq!(failure.class, Class::Unavailable, "{failure}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_circle_of_them_does_not_turn() {
    let (failure, hostile) = suffer(|mut wire| {
        Box::pin(async move {
            wire.write(b"HTTP/1.1 302 Found\r\nlocation: /v1.0/organization\r\ncontent-length: 0\r\n\r\n")
                .await;
        })
    })
    .await;
    assert_eq!((failure.class, failure.status), (Class::Unknown, Some(302)));
    assert!(hostile.sent() < 200, "it was asked again");
}
