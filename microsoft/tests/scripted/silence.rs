//! Nothing that opens a door is ever logged, at any level, by us or by what we are built of.

use std::{
    io,
    sync::{Arc, Mutex},
};

use microsoft::{Certificate, Credential, Microsoft};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use crate::script::{Asked, Reply, Script, reply, tid, token};

const SECRET: &str = "S3cret~of-the-application";
const FILE: &str = "header-of-the-file.claims-of-the-file.signature-of-the-file";
/// A part that is shorter than this gives nothing away (`e30` is `{}`).
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

/// Refuses assertions, takes the secret, and then is of no use; every failure repeats what it was sent.
fn answer(asked: &Asked) -> Reply {
    let sent = format!("{} {}", asked.body, asked.authorization.as_deref().unwrap_or_default());
    let refused = |code: u64| {
        json!({"error": "invalid_client", "error_codes": [code], "error_description": sent.as_str()})
            .to_string()
    };
    if asked.path.ends_with("/token") {
        return match asked.body.contains("client_secret") {
            true if asked.nth < 8 => token(asked.nth, &["User.Read.All"]),
            true => reply(401, refused(7000222)),
            false => reply(401, refused(700027)),
        };
    }
    let failure = |code: &str| json!({"error": {"code": code, "message": sent.as_str()}}).to_string();
    match asked.nth {
        0 => reply(200, r#"{"value":[]}"#),
        1 => reply(401, failure("InvalidAuthenticationToken")),
        2 => reply(500, sent.clone()),
        3 => reply(200, sent.clone()),
        _ => reply(403, failure("Authorization_RequestDenied")),
    }
}

async fn use_it(microsoft: &Microsoft) {
    for _ in 0..6 {
        _ = microsoft.tenant(&tid()).first_user().await;
        microsoft.forget_token(&tid());
    }
}

#[tokio::test]
async fn neither_secret_nor_assertion_nor_token_is_logged_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    // For the whole process, with what is logged by way of `log`: the connections have tasks of their own.
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
    use_it(&microsoft).await;
    let nowhere = Script::nowhere(credentials).await;
    assert!(nowhere.app_token(&tid()).await.is_err());
    tracing::error!(?microsoft, credentials = ?microsoft.credentials(), "all that we would ever print");

    let mut precious = vec![SECRET.to_owned()];
    for asked in script.asked("") {
        precious.extend(asked.authorization.iter().map(|header| header.replace("Bearer ", "")));
        let fields = url::form_urlencoded::parse(asked.body.as_bytes());
        precious.extend(fields.filter(|(name, _)| name == "client_assertion").map(|(_, value)| value.into()));
    }
    let assertions = precious.iter().filter(|one| one.matches('.').count() == 2 && one.len() > 400).count();
    assert!(assertions >= 1 && precious.iter().any(|one| one == FILE), "the test tests nothing");
    let parts = precious.iter().flat_map(|one| one.split('.').filter(|part| part.len() > LONG));
    let forbidden: Vec<&str> = precious.iter().map(String::as_str).chain(parts).collect();
    assert!(forbidden.len() > 10, "{}", forbidden.len());

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for line in log.lines() {
        let leak = forbidden.iter().find(|forbidden| line.contains(**forbidden));
        assert_eq!(leak, None, "{line}");
    }
    for expected in
        ["hyper_util", "a credential of ours was refused", "a call failed", "no app token", "no connection"]
    {
        assert!(log.contains(expected), "{expected} was not logged");
    }
    println!("{} lines", log.lines().count());
}
