//! No secret is ever logged, at any level, by this crate or by its dependencies.

use std::{
    io,
    sync::{Arc, Mutex},
};

use microsoft::{Certificate, Credential, Microsoft};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use crate::script::{Reply, Script, ScriptedRequest, reply, tid, token};

const SECRET: &str = "S3cret~of-the-application";
const FILE: &str = "header-of-the-file.claims-of-the-file.signature-of-the-file";
/// A shorter part of a token reveals nothing (`e30` is `{}`).
const LONG: usize = 12;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn certificate() -> Certificate {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let block = |tag, content: &[u8]| pem::encode(&pem::Pem::new(tag, content));
    let text = block("CERTIFICATE", certificate.der()) + &block("PRIVATE KEY", &key.serialize_der());
    Certificate::from_pem(text.as_bytes(), None).unwrap()
}

/// Refuses assertions, accepts the secret, and then answers with failures, each of which repeats the request.
fn answer(request: &ScriptedRequest) -> Reply {
    let sent = format!("{} {}", request.body, request.authorization.as_deref().unwrap_or_default());
    let refused = |code: u64| {
        json!({"error": "invalid_client", "error_codes": [code], "error_description": sent.as_str()})
            .to_string()
    };
    if request.path.ends_with("/token") {
        return match request.body.contains("client_secret") {
            true if request.nth < 8 => token(request.nth, &["User.Read.All"]),
            true => reply(401, refused(7000222)),
            false => reply(401, refused(700027)),
        };
    }
    let failure = |code: &str| json!({"error": {"code": code, "message": sent.as_str()}}).to_string();
    match request.nth {
        0 => reply(200, r#"{"value":[]}"#),
        1 => reply(401, failure("InvalidAuthenticationToken")),
        2 => reply(500, sent.clone()),
        3 => reply(200, sent.clone()),
        _ => reply(403, failure("Authorization_RequestDenied")),
    }
}

async fn make_calls(microsoft: &Microsoft) {
    for _ in 0..6 {
        _ = microsoft.tenant(&tid()).first_user().await;
        microsoft.invalidate_token(&tid());
    }
}

#[tokio::test]
async fn neither_secret_nor_assertion_nor_token_is_logged_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process and including the `log` crate, because the connections have tasks of their own.
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, FILE).unwrap();
    let credentials = vec![
        Credential::Certificate(certificate()),
        Credential::TokenFile(path),
        Credential::Secret { value: SECRET.into(), expires_at: None },
    ];
    let script = Script::all(answer).await;
    let microsoft = script.with_credentials(credentials.clone());
    make_calls(&microsoft).await;
    let unreachable = Script::unreachable(credentials).await;
    assert!(unreachable.app_token(&tid()).await.is_err());
    tracing::error!(?microsoft, credentials = ?microsoft.credentials(), "the client and its credentials");

    let mut secrets = vec![SECRET.to_owned()];
    for request in script.requests("") {
        secrets.extend(request.authorization.iter().map(|header| header.replace("Bearer ", "")));
        let fields = url::form_urlencoded::parse(request.body.as_bytes());
        secrets.extend(fields.filter(|(name, _)| name == "client_assertion").map(|(_, value)| value.into()));
    }
    let assertions = secrets.iter().filter(|one| one.matches('.').count() == 2 && one.len() > 400).count();
    assert!(assertions >= 1 && secrets.iter().any(|one| one == FILE), "no secret was sent");
    let parts = secrets.iter().flat_map(|one| one.split('.').filter(|part| part.len() > LONG));
    let forbidden: Vec<&str> = secrets.iter().map(String::as_str).chain(parts).collect();
    assert!(forbidden.len() > 10, "{}", forbidden.len());

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in log.lines() {
        let leak = forbidden.iter().find(|forbidden| line.contains(**forbidden));
        assert_eq!(leak, None, "{line}");
    }
    for expected in
        ["hyper_util", "Microsoft refused a credential", "a call failed", "no app token", "no connection"]
    {
        assert!(log.contains(expected), "{expected} was not logged");
    }
    println!("{} lines", log.lines().count());
}
