//! The demo workspace: created once, and entered by a link that is new at every start.

use store::{NewPool, Store, StoreError};

/// Creates a one-time link into the demo workspace, and the workspace if it is missing.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn link(store: &Store, public: &str) -> Result<String, StoreError> {
    let (workspace, owner) = match store.first_workspace().await? {
        Some(known) => known,
        None => {
            let pool = NewPool {
                plan_type_id: "warmup".into(),
                name: "Warm-up".into(),
                limit: Some(2_000),
                used_elsewhere: 0,
            };
            store.create_workspace("Demo workspace", "Owner", &[pool]).await?
        }
    };
    Ok(format!("{public}/enter/{}", store.create_enter_link(workspace, owner).await?))
}
