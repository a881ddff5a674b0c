//! The state of a simulation.

use std::sync::Arc;

use crate::directory::cloud::Cloud;
use crate::directory::registry::{Blueprint, Registry};
use crate::directory::tenant::Tenant;
use crate::entropy::Clock;
use crate::keys::SigningKey;
use crate::login::codes::Codes;
use crate::login::credentials::Credentials;
use crate::login::permissions::{self, Permission};
use crate::login::registration::Registration;
use crate::login::sessions::Sessions;
use crate::options::Options;
use crate::recorder::Recorder;
use crate::request_log::RequestLog;
use crate::start_error::StartError;

/// A simulation. Clones share its state.
#[derive(Debug, Clone)]
pub struct Simulator {
    pub(crate) options: Arc<Options>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) tenants: Arc<Registry>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) codes: Arc<Codes>,
    pub(crate) log: Arc<RequestLog>,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) registration: Arc<Registration>,
    pub(crate) recorder: Option<Arc<Recorder>>,
}

impl Simulator {
    /// A simulation with the default tenants.
    ///
    /// # Errors
    /// When no signing key can be generated, a registered certificate is invalid, or the recording cannot be opened.
    pub fn new(options: Options) -> Result<Self, StartError> {
        let recorder =
            options.record.as_deref().map(Recorder::open).transpose().map_err(StartError::Record)?;
        let simulator = Self {
            credentials: Arc::new(Credentials::new(&options.certificates)?),
            recorder: recorder.map(Arc::new),
            options: Arc::new(options),
            clock: Arc::default(),
            key: SigningKey::of_this_process()?,
            tenants: Arc::default(),
            sessions: Arc::default(),
            codes: Arc::default(),
            log: Arc::default(),
            registration: Arc::default(),
        };
        simulator.reset();
        Ok(simulator)
    }

    /// Restores the initial state: default tenants, no consent, no sign-ins, no log, the machine's time.
    pub fn reset(&self) {
        self.clock.reset();
        self.sessions.clear();
        self.codes.clear();
        self.credentials.reset();
        self.registration.reset(&self.options.redirect_uris);
        self.log.clear();
        self.tenants.clear();
        let usual = |domain: &str, name: &str, mailboxes: u32| Blueprint {
            domain: domain.to_owned(),
            display_name: name.to_owned(),
            mailboxes,
            extras: Blueprint::usual_extras(mailboxes),
            exchange: true,
            cloud: self.options.cloud,
            seed: self.options.seed,
            few_plans: false,
        };
        let plans = [
            usual("contoso.com", "Contoso", self.options.mailboxes),
            usual("fabrikam.com", "Fabrikam", 40),
            Blueprint { exchange: false, extras: 21, ..usual("litware.example", "Litware", 0) },
        ];
        let foreign = [
            (Cloud::Global, "adatum.example", "A. Datum"),
            (Cloud::GccHigh, "treyresearch.us", "Trey Research"),
            (Cloud::Dod, "proseware.mil", "Proseware"),
            (Cloud::China, "wingtiptoys.cn", "Wingtip Toys"),
            (Cloud::Sovereign, "vanarsdel.example", "VanArsdel"),
        ];
        let foreign = foreign
            .into_iter()
            .filter(|(cloud, ..)| *cloud != self.options.cloud)
            .map(|(cloud, domain, name)| Blueprint { cloud, ..usual(domain, name, 12) });
        for plan in plans.into_iter().chain(foreign) {
            self.add_tenant(plan);
        }
    }

    /// Adds a tenant; `None` if its domain is taken.
    pub(crate) fn add_tenant(&self, plan: Blueprint) -> Option<Arc<Tenant>> {
        self.tenants.add(plan, self.options.cloud, self.clock.now())
    }

    /// The permissions that the registered application requests; unknown ones are omitted.
    pub(crate) fn requested(&self) -> Vec<&'static Permission> {
        self.options.permissions.iter().filter_map(|name| permissions::named(name)).collect()
    }
}
