use std::{os::unix::fs::PermissionsExt, path::Path};

use time::{Duration, macros::datetime};

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00:00.5 UTC);

fn new(out: &Path) -> CertCommand {
    CertCommand::New { out: out.to_owned(), days: 365, name: "Warmy – test".to_owned() }
}

fn show(file: &Path, now: OffsetDateTime) -> anyhow::Result<String> {
    CertCommand::Show { file: file.to_owned() }.execute(now)
}

#[test]
fn a_new_certificate_works_has_instructions_and_a_private_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("keys");
    let printed = new(&out).execute(NOW).unwrap();
    let file = |name: &str| out.join(name);
    let (key, pem) = (file("microsoft-app.key.pem"), file("microsoft-app.cert.pem"));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);

    let read = |path: &Path| std::fs::read(path).unwrap();
    let certificate = Certificate::from_pem(&read(&pem), Some(&read(&key))).unwrap();
    let facts = certificate.facts();
    assert_eq!(&CertificateFacts::read(&read(&file("microsoft-app.cer"))).unwrap(), facts);
    assert_eq!(facts.not_after, datetime!(2027-11-23 12:00 UTC));
    assert_eq!(facts.not_before, datetime!(2026-11-23 11:55 UTC));
    assert_eq!(facts.name, "Warmy – test");
    for part in [
        facts.sha1.as_str(),
        &facts.sha256,
        "2027-11-23",
        "App registrations > the application > Certificates & secrets >",
        &format!("DWD_MICROSOFT_CERTIFICATE={}\n", pem.display()),
        &format!("DWD_MICROSOFT_CERTIFICATE_KEY={}\n", key.display()),
        "DWD_MICROSOFT_CERTIFICATE_NEXT",
        "microsoft-app.cer",
    ] {
        assert!(printed.contains(part), "{part} is missing:\n{printed}");
    }
    assert!(!printed.contains("PRIVATE KEY"));
}

#[test]
fn nothing_is_ever_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for existing in ["microsoft-app.key.pem", "microsoft-app.cert.pem", "microsoft-app.cer"] {
        let out = folder.path().join(existing);
        std::fs::create_dir(&out).unwrap();
        std::fs::write(out.join(existing), "precious").unwrap();
        let refused = new(&out).execute(NOW).unwrap_err().to_string();
        assert!(refused.contains(existing) && refused.contains("--out"), "{refused}");
        assert_eq!(std::fs::read_to_string(out.join(existing)).unwrap(), "precious");
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);
    }
}

#[test]
fn an_existing_certificate_is_shown_with_the_days_it_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(folder.path(), "Warmy", 30, NOW).unwrap();
    for (after, expected) in [
        (Duration::ZERO, "(29 days left)"),
        (Duration::days(28), "(1 day left)"),
        (Duration::days(31), "(EXPIRED)"),
        (Duration::days(-1), "(not valid yet)"),
    ] {
        for file in [&made.certificate, &made.upload] {
            let printed = show(file, NOW + after).unwrap();
            assert!(printed.contains(expected) && printed.contains(&made.facts.sha1), "{printed}");
            assert!(!printed.contains("private key"));
        }
    }
    let both = folder.path().join("both.pem");
    let text = [&made.key, &made.certificate].map(|path| std::fs::read(path).unwrap()).concat();
    std::fs::write(&both, text).unwrap();
    assert!(show(&both, NOW).unwrap().contains("holds its private key as well"));
    assert!(show(&made.key, NOW).is_err() && show(&folder.path().join("none"), NOW).is_err());
}
