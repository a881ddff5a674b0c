//! Requests that no browser sends, and many at once: each gets an answer that is not a failure of ours.

use futures::{StreamExt, stream};

use crate::support::{database::TestDatabase, world::World};

/// `DWD_HOSTILE` sets another number.
fn size() -> usize {
    std::env::var("DWD_HOSTILE").ok().and_then(|size| size.parse().ok()).unwrap_or(10_000)
}

/// Bytes that differ from request to request and are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.next() % of.len() as u64).unwrap_or(0)]
    }

    fn text(&mut self, most: u64) -> String {
        let length = self.next() % most;
        (0..length).map(|_| char::from(u8::try_from(self.next() % 95 + 32).unwrap_or(b'?'))).collect()
    }
}

const PATHS: [&str; 16] = [
    "/",
    "/mailboxes",
    "/runs",
    "/settings",
    "/activity.csv",
    "/live/",
    "/runs/",
    "/enter",
    "/sign-in/microsoft",
    "/sign-in/microsoft/back",
    "/connect/microsoft/consented",
    "/connect/microsoft/signed-in",
    "/embed/session",
    "/embed",
    "/join/",
    "/api/app/api/",
];
const FUNCTIONS: [&str; 8] = [
    "runs/start_run",
    "mailboxes/list_spine",
    "mailboxes/load_rows",
    "people/invite_member",
    "setup/connect_tenant",
    "setup/load_me",
    "activity/list_activity",
    "nonsense",
];
const BODIES: [&str; 10] = [
    "",
    "{",
    "[]",
    "null",
    "{\"delegation\":\"\"}",
    "{\"token\":\"a.b.c\"}",
    "{\"run\":\"00000000-0000-0000-0000-000000000000\"}",
    "token=%00%ff",
    "{\"rows\":[4294967296]}",
    "{\"query\":{\"tab\":\"\\u0000\"}}",
];

async fn send(world: &World, noise: &mut Noise, session: &str) -> u16 {
    let mut path = noise.pick(&PATHS).to_owned();
    if path.ends_with("/api/") {
        path.push_str(noise.pick(&FUNCTIONS));
    } else if path.ends_with('/') || noise.next().is_multiple_of(4) {
        path.push_str(&percent(&noise.text(40)));
    }
    if noise.next().is_multiple_of(3) {
        path.push('?');
        path.push_str(&percent(&noise.text(60)));
    }
    let method = noise.pick(&["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]);
    let mut request = world.client.request(method.parse().unwrap(), format!("{}{path}", world.base));
    if noise.next().is_multiple_of(2) {
        request = request.header("cookie", format!("sid={session}"));
    } else if noise.next().is_multiple_of(2) {
        request = request.header("cookie", printable(&noise.text(80)));
    }
    for name in [
        "authorization",
        "content-type",
        "x-forwarded-for",
        "last-event-id",
        "accept",
        "origin",
        "sec-fetch-site",
    ] {
        if noise.next().is_multiple_of(5) {
            request = request.header(name, printable(&noise.text(60)));
        }
    }
    if noise.next().is_multiple_of(2) {
        request = request.header("content-type", "application/json");
    }
    let body = match noise.next() % 3 {
        0 => noise.pick(&BODIES).to_owned(),
        1 => noise.text(400),
        _ => String::new(),
    };
    // Only the head of a stream is waited for.
    request.body(body).send().await.map_or(0, |answer| answer.status().as_u16())
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

fn printable(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_comes_in_makes_the_server_fail() {
    let world = World::start(TestDatabase::sqlite().await).await;
    let (session, ..) = world.session(10).await;
    let mut noise = Noise(0x5eed_0001);
    let mut seen = std::collections::BTreeMap::<u16, usize>::new();
    for _ in 0..size() {
        *seen.entry(send(&world, &mut noise, &session).await).or_default() += 1;
    }
    println!("{seen:?}");
    assert!(seen.keys().all(|status| *status != 0 && *status < 500), "{seen:?}");
    // It has refused most of it, and lives.
    assert!(seen.contains_key(&404) && seen.contains_key(&422) || seen.contains_key(&400), "{seen:?}");
    assert_eq!(world.client.get(format!("{}/readyz", world.base)).send().await.unwrap().status(), 200);

    // Two hundred people open a page at once.
    let pages = stream::iter(0..200).map(|n| {
        let path = ["/", "/mailboxes", "/runs", "/settings", "/help"][n % 5];
        let request =
            world.client.get(format!("{}{path}", world.base)).header("cookie", format!("sid={session}"));
        async move {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            (status, answer.text().await.unwrap().len())
        }
    });
    let answers: Vec<(u16, usize)> = pages.buffer_unordered(200).collect().await;
    assert!(answers.iter().all(|(status, length)| *status == 200 && *length > 1_000), "{answers:?}");
}
