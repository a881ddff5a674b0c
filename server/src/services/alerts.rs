//! To whom alerts go by e-mail.

use app::ports::Alerts;
use async_trait::async_trait;
use domain::{
    AppError,
    alerts::{Alerts as Everything, read_address},
    ids::AlertAddressId,
};

use super::Caller;
use crate::store::StoreError;

#[async_trait]
impl Alerts for Caller {
    async fn alerts(&self) -> Result<Everything, AppError> {
        let addresses = self.state.store.alert_addresses(&self.ctx).await.map_err(|e| self.app_error(e))?;
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
        match self.state.store.add_alert_address(&self.ctx, &address).await {
            Err(StoreError::TooMany { limit, .. }) => {
                let text = format!(
                    "Alerts go to {limit} addresses at most. Remove one first, or use a mailing list."
                );
                Err(AppError::invalid("address", text))
            }
            done => done.map_err(|e| self.app_error(e)),
        }
    }

    async fn remove(&self, id: AlertAddressId) -> Result<(), AppError> {
        self.state.store.remove_alert_address(&self.ctx, id).await.map_err(|e| self.app_error(e))
    }
}
