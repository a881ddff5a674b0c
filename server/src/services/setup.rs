//! Set-up: API clients, authorisation, and the tenant of an address.

use app::ports::Setup;
use async_trait::async_trait;
use domain::{
    Act, AppError, Reason, Role,
    address::AdminEmail,
    consent::{ApiClientView, AttemptState, AttemptView, Authorization},
    delegation::{DelegationState, DelegationView, LinkFacts},
    ids::{ApiClientId, AttemptId, DelegationId},
    permissions::{PastedScopes, REQUIRED, read_client_id},
    run::RunKind,
    workspace::{Me, SetupFacts, SupportLinks},
};
use microsoft::{Class, CloudKind, Failure, TenantId};

use super::SignedInCaller;
use crate::tenant::{credentials::ending, tenant_reason};
use store::{Delegation, NewAttempt, NewRun, StoreError};

#[async_trait]
impl Setup for SignedInCaller {
    async fn me(&self) -> Result<Me, AppError> {
        self.load_me().await.map_err(Into::into)
    }

    async fn link_facts(&self, delegation: DelegationId) -> Result<LinkFacts, AppError> {
        self.state.store.delegations(&self.ctx).link_facts(delegation).await.map_err(Into::into)
    }

    async fn facts(&self) -> Result<SetupFacts, AppError> {
        let invitation = self.state.store.consent(&self.ctx).open_invitation().await?;
        Ok(SetupFacts { client_id: self.state.config.microsoft.client_id.clone(), invitation })
    }

    async fn api_clients(&self) -> Result<Vec<ApiClientView>, AppError> {
        self.state.store.consent(&self.ctx).api_clients().await.map_err(Into::into)
    }

    async fn add_api_client(&self, client_id: &str, scopes: &str) -> Result<ApiClientView, AppError> {
        self.allow(Act::SetUp)?;
        let ours = &self.state.config.microsoft.client_id;
        let Some(read) = read_client_id(client_id) else {
            return Err(AppError::invalid(
                "client_id",
                "This is not a client ID. Copy the Service Account ID from the Setup page: it looks like 00001111-aaaa-2222-bbbb-3333cccc4444.",
            ));
        };
        if !read.eq_ignore_ascii_case(ours) {
            return Err(AppError::invalid(
                "client_id",
                format!(
                    "{read} is not Warmy’s: it belongs to another application. Copy the Service Account ID from the Setup page."
                ),
            ));
        }
        let scopes = PastedScopes::read(scopes);
        if let Some(problem) = scopes.problem() {
            return Err(AppError::invalid("scopes", problem));
        }
        self.state.store.consent(&self.ctx).add_api_client(&read, &scopes.found).await.map_err(Into::into)
    }

    async fn authorize(&self, client: ApiClientId) -> Result<Authorization, AppError> {
        self.allow(Act::SetUp)?;
        let started = self.state.store.consent(&self.ctx).start_attempt(client).await?;
        Ok(Authorization {
            url: format!("{}/connect/microsoft/{}", self.state.config.public(), started.link),
            attempt: started.view,
        })
    }

    async fn invite(&self) -> Result<Authorization, AppError> {
        self.allow(Act::SetUp)?;
        let started = self.start_invitation().await?;
        Ok(Authorization {
            url: format!("{}/connect/invitation/{}", self.state.config.public(), started.link),
            attempt: started.view,
        })
    }

    async fn revoke_invitation(&self, attempt: AttemptId) -> Result<AttemptView, AppError> {
        self.allow(Act::SetUp)?;
        self.state.store.consent(&self.ctx).revoke_invitation(attempt).await.map_err(Into::into)
    }

    async fn attempt(&self, attempt: AttemptId) -> Result<AttemptView, AppError> {
        self.state.store.consent(&self.ctx).attempt(attempt).await.map_err(Into::into)
    }

    async fn remove_delegation(&self, delegation: DelegationId) -> Result<u32, AppError> {
        self.allow(Act::RemoveDelegation)?;
        let store = &self.state.store;
        let tid = store.delegations(&self.ctx).delegation(delegation).await?.view.tid;
        let connected = store.delegations(&self.ctx).remove_delegation(delegation).await?;
        if let Some(tid) = tid.and_then(|tid| tid.parse::<TenantId>().ok()) {
            self.state.microsoft.invalidate_token(&tid);
        }
        Ok(connected)
    }

    async fn connect_tenant(&self, admin_email: &str) -> Result<DelegationView, AppError> {
        self.allow(Act::SetUp)?;
        let email = AdminEmail::parse(admin_email)?;
        let tid = self
            .state
            .microsoft
            .discover(&email.domain)
            .await
            .map_err(|f| not_discovered(&email.domain, &f))?;
        let delegation = self.approved_delegation(&email.domain, &tid).await?;
        let id = delegation.view.id;
        let store = &self.state.store;
        // An active link keeps its state while it is checked again.
        if delegation.view.state != DelegationState::Active
            || delegation.view.admin_email.as_deref() != Some(&email.address)
        {
            store.delegations(&self.ctx).name_delegation(id, &email.domain, &email.address).await?;
        }
        let sync = NewRun { delegation: id, kind: RunKind::Sync, rows: &[], key: None };
        store.runs(&self.ctx).accept_run(&sync).await?;
        Ok(store.delegations(&self.ctx).delegation(id).await?.view)
    }
}

impl SignedInCaller {
    async fn load_me(&self) -> Result<Me, StoreError> {
        let store = &self.state.store;
        Ok(Me {
            workspace: self.ctx.workspace(),
            workspace_name: store.workspace(&self.ctx).workspace_name().await?,
            user_name: self.ctx.who().to_owned(),
            role: self.ctx.role(),
            delegations: store.delegations(&self.ctx).list().await?,
            pools: store.slots(&self.ctx).pools().await?,
            support: SupportLinks {
                support_url: self.state.config.support.support_url.clone(),
                whatsapp: self.state.config.support.whatsapp.clone(),
            },
            credential_days: self.credential_days(),
        })
    }

    /// Days until our credentials end, for owners of an installation without a host: a host's customers cannot renew
    /// its credentials.
    fn credential_days(&self) -> Option<i64> {
        let hosted = self.state.config.has_host();
        let ending = ending(&self.state.microsoft).filter(|_| !hosted && self.ctx.role() == Role::Owner)?;
        Some(ending.days)
    }

    async fn start_invitation(&self) -> Result<NewAttempt, StoreError> {
        let store = &self.state.store;
        let client = match store.consent(&self.ctx).api_clients().await?.into_iter().next() {
            Some(client) => client,
            None => {
                let scopes: Vec<&str> = REQUIRED.iter().map(|permission| permission.name).collect();
                store
                    .consent(&self.ctx)
                    .add_api_client(&self.state.config.microsoft.client_id, &scopes)
                    .await?
            }
        };
        store.consent(&self.ctx).invite(client.id).await
    }

    /// The delegation for which an administrator of this tenant has signed in and approved. Knowing a domain proves
    /// nothing: without the proof the error is the same whether or not another workspace has linked the tenant.
    async fn approved_delegation(&self, domain: &str, tid: &TenantId) -> Result<Delegation, AppError> {
        let store = &self.state.store;
        match store.delegations(&self.ctx).delegation_of_tenant(tid.as_str()).await {
            Ok(Some(delegation)) => return Ok(delegation),
            Ok(None) | Err(StoreError::LinkedElsewhere) => {}
            Err(error) => return Err(error.into()),
        }
        let clients = store.consent(&self.ctx).api_clients().await?;
        let delegations = store.delegations(&self.ctx).list().await?;
        let awaits_address = |client: &&ApiClientView| {
            client.attempt.as_ref().is_some_and(|attempt| attempt.state == AttemptState::Granted)
                && delegations
                    .iter()
                    .any(|d| Some(d.id) == client.delegation && d.state == DelegationState::Authorized)
        };
        if let Some(client) = clients.iter().find(awaits_address) {
            let who = client
                .attempt
                .as_ref()
                .and_then(|attempt| attempt.signed_in_as.as_deref())
                .unwrap_or("another administrator");
            return Err(AppError::refused(
                Reason::WrongTenant,
                format!(
                    "{domain} has not approved Warmy: the approval on record was given by {who}, for another organisation. Type an address of that organisation, or authorize again as an administrator of {domain}."
                ),
            ));
        }
        Err(AppError::refused(
            Reason::ConsentMissing,
            format!(
                "{domain} is a Microsoft 365 organisation, and none of its administrators has approved Warmy from here yet. Authorize first, then connect."
            ),
        ))
    }
}

fn not_discovered(domain: &str, failure: &Failure) -> AppError {
    let reason = tenant_reason(failure, false);
    let message = match failure.class {
        Class::TenantUnknown => format!(
            "No Microsoft 365 organisation is found for {domain}. Check the spelling, or use an address of the organisation’s onmicrosoft.com domain."
        ),
        Class::NationalCloud if let Some(host) = failure.unknown_host() => format!(
            "{domain} is in a cloud of Microsoft that Warmy does not know ({host}), so it cannot be connected yet."
        ),
        Class::NationalCloud => {
            let cloud = failure.cloud().map_or("such as GCC High, DoD or 21Vianet", CloudKind::label);
            format!(
                "{domain} lives in a national cloud of Microsoft ({cloud}), where Warmy does not work yet."
            )
        }
        Class::Throttled => {
            "Microsoft asks us to slow down. Wait a minute and press Connect again; nothing was lost."
                .to_owned()
        }
        _ => "Microsoft does not answer right now. Press Connect again in a minute; nothing was lost."
            .to_owned(),
    };
    if !matches!(failure.class, Class::TenantUnknown | Class::NationalCloud) {
        tracing::warn!(%failure, "discovery failed");
    }
    AppError::refused(
        if failure.class == Class::Unknown { Reason::MicrosoftUnavailable } else { reason },
        message,
    )
}
