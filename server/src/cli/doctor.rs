//! `server doctor`: checks an installation step by step, and reports how to fix what does not work. It changes nothing
//! and runs beside a server.

mod finding;
mod registration;

use domain::{Reason, delegation::Check, ids::Millis, schedule::MINUTE};
use microsoft::{Failure, Microsoft, TenantId};
use migrations::{Migrator, MigratorTrait};

use crate::{
    config::Config,
    tenant::{preflight, tenant_reason},
    worker::Mailer,
};
pub use finding::{Finding, Problem};
use store::clock::Sources;
use store::{Db, LoopState, Signals, Store};

/// Runs all checks; those that depend on a failed one are skipped.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let microsoft = credential(config, &mut findings);
    if let Some(microsoft) = &microsoft {
        registration::addresses(config, microsoft, &mut findings).await;
    }
    mail(config, &mut findings).await;
    let store = database(config, &mut findings).await;
    if let Some(store) = &store {
        registration::roles(store, &mut findings).await;
        background(store, &mut findings).await;
    }
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
            let fix = "See the settings DWD_MICROSOFT_… in docs/configuration.md; `server cert new` makes a certificate.";
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
            None => Finding::good(ABOUT, format!("{name}, expiry unknown")),
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
            "its user is a superuser, or bypasses row-level security",
            "Give the server an ordinary user of its own: then PostgreSQL itself separates the workspaces.",
        ));
    }
    Some(Store::new(db, Signals::default(), Sources::system()))
}

/// A process that has not reported for this long counts as stopped, in milliseconds.
const REPORTED_WITHIN: Millis = 2 * MINUTE;
/// A loop may take this long beyond its period before it counts as stuck, in milliseconds.
const GRACE: Millis = 5 * MINUTE;

/// The background loops of the servers that run on this database.
async fn background(store: &Store, findings: &mut Vec<Finding>) {
    const ABOUT: &str = "background";
    let reports = match store.loop_reports(REPORTED_WITHIN).await {
        Ok(reports) => reports,
        Err(error) => {
            findings.push(Finding::bad(ABOUT, error, "Is it the database of this product?"));
            return;
        }
    };
    if reports.is_empty() {
        findings.push(Finding::good(ABOUT, "no server has reported in the last 2 min: none is running"));
    }
    for report in reports {
        let LoopState { name, period, started_at, succeeded_at, failures, panics, last_error } = report.state;
        let since = |at: Option<Millis>| {
            at.map_or_else(
                || "never".to_owned(),
                |at| format!("{} s before", (report.reported_at - at) / 1_000),
            )
        };
        let text = format!(
            "{name} of {}: started {}, succeeded {}, {failures} failures, {panics} panics",
            report.process,
            since(started_at),
            since(succeeded_at)
        );
        let newest = succeeded_at.unwrap_or(Millis::MIN);
        let is_late = report.reported_at.saturating_sub(newest) > period.saturating_add(GRACE);
        findings.push(match last_error {
            Some(error) if is_late => Finding::bad(
                ABOUT,
                format!("{text}; last error: {error}"),
                "The server retries it. If the failure lasts, look for `background.name` in the server's log.",
            ),
            None if is_late => Finding::bad(
                ABOUT,
                format!("{text}: it hangs"),
                "Restart this server; other servers take over its leased work.",
            ),
            _ => Finding::good(ABOUT, text),
        });
    }
}

async fn mail(config: &Config, findings: &mut Vec<Finding>) {
    const ABOUT: &str = "e-mail";
    let fix = "See DWD_SMTP_URL and DWD_MAIL_FROM in docs/configuration.md. Until then alerts are on the Overview only.";
    findings.push(match Mailer::from_config(&config.mail, &config.public()) {
        Ok(None) => Finding::good(ABOUT, "off: no mail server is configured"),
        Ok(Some(mailer)) => match mailer.check().await {
            Ok(()) => Finding::good(ABOUT, "the mail server answers"),
            Err(answer) => Finding::bad(ABOUT, answer, fix),
        },
        Err(error) => Finding::bad(ABOUT, error, fix),
    });
}

/// Checks one organisation from end to end: the newest one that is linked.
async fn organisation(microsoft: &Microsoft, store: &Store, findings: &mut Vec<Finding>) {
    const ABOUT: &str = "organisation";
    let (ctx, view) = match store.newest_linked().await {
        Ok(Some(found)) => found,
        Ok(None) => {
            let text = "none is connected yet, so Microsoft was not tried";
            findings.push(Finding::good(ABOUT, text));
            return;
        }
        Err(error) => {
            findings.push(Finding::bad(
                ABOUT,
                error,
                "The database answers, but this query fails: see its log.",
            ));
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
        format!("{} answers, and gives us access to {name}", microsoft.cloud().name),
    ));
    let known = store.mailboxes(&ctx).probe_candidates(view.id).await.unwrap_or_default();
    match preflight::check(&microsoft.tenant(&tid), &token, &known).await {
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

/// The steps from Help, in one line.
fn steps(reason: Reason) -> String {
    reason.help().steps.join(" ")
}
