//! The addresses that receive alerts by e-mail.

use app::ports::Alerts;
use async_trait::async_trait;
use domain::{
    AppError,
    alerts::{Alerts as Everything, read_address},
    ids::AlertAddressId,
};

use super::SignedInCaller;
use store::StoreError;

#[async_trait]
impl Alerts for SignedInCaller {
    async fn alerts(&self) -> Result<Everything, AppError> {
        let addresses = self.state.store.notifications(&self.ctx).alert_addresses().await?;
        Ok(Everything { can_send: self.state.config.mail.is_set(), addresses })
    }

    async fn add(&self, address: &str) -> Result<(), AppError> {
        self.allow(domain::Act::ManageAlerts)?;
        if !self.state.config.mail.is_set() {
            return Err(AppError::invalid(
                "address",
                "This installation cannot send e-mail yet. Nothing was changed.",
            ));
        }
        let address = read_address(address)?;
        match self.state.store.notifications(&self.ctx).add_alert_address(&address).await {
            Err(StoreError::LimitExceeded { limit, .. }) => {
                let text = format!(
                    "Alerts go to {limit} addresses at most. Remove one first, or use a mailing list."
                );
                Err(AppError::invalid("address", text))
            }
            done => done.map_err(Into::into),
        }
    }

    async fn remove(&self, id: AlertAddressId) -> Result<(), AppError> {
        self.state.store.notifications(&self.ctx).remove_alert_address(id).await.map_err(Into::into)
    }
}
