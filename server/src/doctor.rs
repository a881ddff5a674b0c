//! `server doctor`: whether this installation can do its work, step by step, and what to do where it cannot. It changes
//! nothing and runs beside a server.

use std::fmt;

use domain::{Reason, delegation::Check};
use microsoft::{Failure, Microsoft, TenantId};
use migrations::{Migrator, MigratorTrait};

use crate::{
    config::Config,
    live::Hub,
    runs::{preflight, tenant_reason},
    sources::Sources,
    store::{Db, Store},
};

/// What one step found: what is well, or what is not and what to do about it.
#[derive(Debug)]
pub struct Finding {
    pub about: &'static str,
    pub said: Result<String, Trouble>,
}

/// What is not well.
#[derive(Debug)]
pub struct Trouble {
    pub what: String,
    pub fix: String,
}

impl Finding {
    fn good(about: &'static str, said: impl Into<String>) -> Self {
        Self { about, said: Ok(said.into()) }
    }

    fn bad(about: &'static str, what: impl fmt::Display, fix: impl Into<String>) -> Self {
        Self { about, said: Err(Trouble { what: what.to_string(), fix: fix.into() }) }
    }

    #[must_use]
    pub fn is_good(&self) -> bool {
        self.said.is_ok()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said {
            Ok(said) => write!(f, "ok    {:<13} {said}", self.about),
            Err(trouble) => {
                write!(f, "FIX   {:<13} {}\n{:<20}{}", self.about, trouble.what, "", trouble.fix)
            }
        }
    }
}

/// Goes through everything as far as it comes: what rests on a step that fails is not tried.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let microsoft = credential(config, &mut findings);
    mail(config, &mut findings).await;
    let store = database(config, &mut findings).await;
    if let (Some(microsoft), Some(store)) = (microsoft, store) {
        organisation(&microsoft, &store, &mut findings).await;
    }
    findings
}

fn credential(config: &Config, findings: &mut Vec<Finding>) -> Option<Microsoft> {
    const ABOUT: &str = "credential";
    let microsoft = match crate::state::microsoft(config) {
        Ok(microsoft) => microsoft,
        Err(error) => {
            let fix =
                "See the settings DWD_MICROSOFT_… in the README; `server cert new` makes a certificate.";
            findings.push(Finding::bad(ABOUT, format!("{error:#}"), fix));
            return None;
        }
    };
    for known in microsoft.credentials() {
        let name = format!("{} {}", known.kind, known.name);
        findings.push(match known.days_left {
            Some(left) if left < 0 => Finding::bad(
                ABOUT,
                format!("{name} has expired"),
                "Make a new one, add it to the application in Entra, and configure it beside this one.",
            ),
            Some(left) => Finding::good(ABOUT, format!("{name}, {left} days left")),
            None => Finding::good(ABOUT, format!("{name}, no end known")),
        });
    }
    Some(microsoft)
}

async fn database(config: &Config, findings: &mut Vec<Finding>) -> Option<Store> {
    const ABOUT: &str = "database";
    let db = match Db::open_read_only(&config.database_url).await {
        Ok(db) => db,
        Err(error) => {
            let fix = "Is DWD_DATABASE_URL right, and does the database run? An SQLite file is made by `server serve`.";
            findings.push(Finding::bad(ABOUT, error, fix));
            return None;
        }
    };
    let kind = if db.is_postgres() { "PostgreSQL" } else { "SQLite" };
    match Migrator::get_pending_migrations_read_only(db.read()).await {
        Ok(pending) if pending.is_empty() => {
            findings.push(Finding::good(ABOUT, format!("{kind} answers, its schema is up to date")));
        }
        Ok(pending) => {
            let what = format!("{kind} answers, {} steps of its schema are missing", pending.len());
            findings.push(Finding::bad(
                ABOUT,
                what,
                "`server migrate` brings it up to date; so does `server serve`.",
            ));
            return None;
        }
        Err(error) => {
            findings.push(Finding::bad(ABOUT, error, "Is it the database of this product?"));
            return None;
        }
    }
    if db.is_unbound().await.unwrap_or_default() {
        findings.push(Finding::bad(
            ABOUT,
            "its user is a superuser, or one whom row-level security does not bind",
            "Give the server a user of its own: then PostgreSQL itself keeps workspaces apart.",
        ));
    }
    Some(Store::new(db, Hub::default(), Sources::system()))
}

async fn mail(config: &Config, findings: &mut Vec<Finding>) {
    const ABOUT: &str = "e-mail";
    let fix = "See DWD_SMTP_URL and DWD_MAIL_FROM in the README. Until then alerts are on the Overview only.";
    findings.push(match config.mail.mailer(&config.public()) {
        Ok(None) => Finding::good(ABOUT, "off: no mail server is configured"),
        Ok(Some(mailer)) => match mailer.check().await {
            Ok(()) => Finding::good(ABOUT, "the mail server answers"),
            Err(answer) => Finding::bad(ABOUT, answer, fix),
        },
        Err(error) => Finding::bad(ABOUT, error, fix),
    });
}

/// One organisation from end to end: the newest one that is linked.
async fn organisation(microsoft: &Microsoft, store: &Store, findings: &mut Vec<Finding>) {
    const ABOUT: &str = "organisation";
    let (ctx, view) = match store.newest_linked().await {
        Ok(Some(found)) => found,
        Ok(None) => {
            let said = "none is connected yet, so Microsoft was not asked";
            findings.push(Finding::good(ABOUT, said));
            return;
        }
        Err(error) => {
            findings.push(Finding::bad(ABOUT, error, "The database answers, but not this: see its log."));
            return;
        }
    };
    let Some(tid) = view.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else { return };
    let name = view.organisation.clone().or(view.domain.clone()).unwrap_or_else(|| tid.to_string());
    let token = match microsoft.app_token(&tid).await {
        Ok(token) => token,
        Err(failure) => {
            findings.push(refused(&name, &failure));
            return;
        }
    };
    findings.push(Finding::good(
        "Microsoft",
        format!("{} answers, and lets us into {name}", microsoft.cloud().name),
    ));
    let approver = store.approver(&ctx, view.id).await.ok().flatten();
    match preflight::check(&microsoft.tenant(&tid), &token, approver.as_deref()).await {
        Err(failure) => findings.push(refused(&name, &failure)),
        Ok(verdict) => {
            for check in verdict.checklist.unwrap_or_default() {
                findings.push(permission(&name, &check));
            }
        }
    }
}

fn permission(name: &str, check: &Check) -> Finding {
    const ABOUT: &str = "permission";
    let what = format!("{} at {name}", check.permission);
    match check.reason {
        _ if check.is_good() => Finding::good(ABOUT, what),
        Some(reason) => Finding::bad(ABOUT, format!("{what}: {}", reason.title()), steps(reason)),
        None => Finding::bad(ABOUT, format!("{what} does not work"), steps(Reason::PermissionMissing)),
    }
}

fn refused(name: &str, failure: &Failure) -> Finding {
    let reason = tenant_reason(failure, true);
    Finding::bad("Microsoft", format!("{name}: {} ({failure})", reason.title()), steps(reason))
}

/// What Help says, in a line.
fn steps(reason: Reason) -> String {
    reason.help().steps.join(" ")
}
