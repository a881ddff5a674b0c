use clap::Parser;
use microsoft::CredentialKind::{self, Certificate as Cert, Secret, TokenFile};
use time::macros::datetime;

use crate::{cli::cert, config::Config};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

fn config(arguments: &[&str]) -> Config {
    Args::parse_from(["server"].iter().chain(arguments)).config
}

fn kinds(config: &Config) -> Vec<CredentialKind> {
    let client = config.microsoft.client(false).unwrap();
    client.credentials().into_iter().map(|credential| credential.kind).collect()
}

fn problem(arguments: &[&str]) -> String {
    format!("{:#}", config(arguments).microsoft.client(false).unwrap_err())
}

#[test]
fn credentials_are_combined_in_the_order_of_preference() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        let out = folder.path().join(name);
        cert::make(&out, "Warmy", 90, datetime!(2026-11-23 12:00 UTC)).unwrap()
    };
    let (old, new) = (made("old"), made("new"));
    let both = folder.path().join("both.pem");
    let text = [std::fs::read(&new.certificate).unwrap(), std::fs::read(&new.key).unwrap()].concat();
    std::fs::write(&both, text).unwrap();
    let [certificate, key, both] = [&old.certificate, &old.key, &both].map(|path| path.to_str().unwrap());
    let everything = config(&[
        "--microsoft-client-secret=a",
        "--microsoft-client-secret-next=b",
        "--microsoft-client-secret-next-expires=2027-05-31",
        "--microsoft-token-file=/var/run/token",
        "--microsoft-certificate-next",
        both,
        "--microsoft-certificate",
        certificate,
        "--microsoft-certificate-key",
        key,
    ]);
    assert_eq!(kinds(&everything), [Cert, Cert, TokenFile, Secret, Secret]);
    let credentials = everything.microsoft.client(false).unwrap().credentials();
    assert_eq!((&credentials[0].name, &credentials[1].name), (&old.facts.sha1, &new.facts.sha1));
    assert_eq!(credentials[3].expires_at, None);
    assert_eq!(credentials[4].expires_at, Some(datetime!(2027-05-31 0:00 UTC)));

    let swapped = problem(&["--microsoft-certificate", certificate, "--microsoft-certificate-key", both]);
    assert!(swapped.contains("belongs to another certificate") && swapped.contains(certificate), "{swapped}");
    let alone = problem(&["--microsoft-certificate", certificate]);
    assert!(alone.contains("no private key"), "{alone}");
    let missing = problem(&["--microsoft-certificate", "/does/not/exist.pem"]);
    assert!(missing.contains("reading /does/not/exist.pem"), "{missing}");
}

#[test]
fn azures_variable_names_the_token_file_unless_ours_is_set() {
    let azure = config(&["--azure-federated-token-file=/azure"]);
    assert_eq!(azure.microsoft.client(false).unwrap().credentials()[0].name, "/azure");
    let both = config(&["--azure-federated-token-file=/azure", "--microsoft-token-file=/ours"]);
    assert_eq!(both.microsoft.client(false).unwrap().credentials()[0].name, "/ours");
    assert_eq!(kinds(&both), [TokenFile]);
}

#[test]
fn missing_credentials_are_an_error_that_names_the_settings_except_in_the_demo() {
    for arguments in [&[][..], &["--microsoft-client-secret="]] {
        let problem = problem(arguments);
        for name in ["DWD_MICROSOFT_CERTIFICATE", "DWD_MICROSOFT_TOKEN_FILE", "DWD_MICROSOFT_CLIENT_SECRET"] {
            assert!(problem.contains(name), "{problem}");
        }
    }
    assert!(crate::state::microsoft(&config(&["--demo"])).is_ok());
    assert!(crate::state::microsoft(&config(&[])).is_err());
}

#[test]
fn the_cloud_sets_the_addresses_and_other_hosts_must_be_allowed() {
    let secret = "--microsoft-client-secret=a";
    let cloud = |arguments: &[&str]| {
        let arguments: Vec<_> = [secret].iter().chain(arguments).copied().collect();
        config(&arguments).microsoft.client(false).unwrap().cloud().clone()
    };
    assert_eq!(cloud(&[]), microsoft::Cloud::global());
    let dod = cloud(&["--microsoft-cloud=dod", "--microsoft-login-url=http://127.0.0.1:9"]);
    assert_eq!(
        (dod.login.as_str(), dod.resource.as_str()),
        ("http://127.0.0.1:9/", "https://dod-graph.microsoft.us")
    );

    let foreign = ["--microsoft-login-url=http://simulator:3001", secret];
    assert!(
        problem(&foreign).contains("http://simulator:3001/ is not a host of Microsoft's worldwide cloud")
    );
    cloud(&[foreign[0], "--microsoft-allow-host=proxy.example,simulator"]);
    let other = problem(&["--microsoft-graph-url=https://graph.microsoft.us", secret]);
    assert!(other.contains("choose gcc-high"), "{other}");
}

#[test]
fn secrets_are_not_printed_with_the_configuration() {
    assert!(!format!("{:?}", config(&["--microsoft-client-secret=hunter2"])).contains("hunter2"));
}
