//! Converts mailboxes that an earlier version has written to the form in which they are searched and sorted.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use crate::{
    Store, StoreError,
    db::in_write,
    entity::mailbox,
    mailboxes::list::{fold, search_text},
};

/// Mailboxes of one transaction.
const AT_ONCE: u64 = 500;

impl Store {
    /// Converts all mailboxes that need it; called when a server starts. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`]; the next call goes on.
    pub async fn refold_mailboxes(&self) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let done = in_write!(self.db, |tx| {
                let rows = mailbox::Entity::find()
                    .filter(mailbox::Column::Folded.eq(false))
                    .limit(AT_ONCE)
                    .all(tx)
                    .await?;
                let done = rows.len() as u64;
                for row in rows {
                    let department = row.department.as_deref();
                    let search = search_text(&row.name, &row.address, department, row.aliases.as_deref());
                    let (name, department) = (fold(&row.name), department.map(fold));
                    let mut model = row.into_active_model();
                    model.name_norm = Set(name);
                    model.department_norm = Set(department);
                    model.search_norm = Set(Some(search));
                    model.folded = Set(true);
                    model.update(tx).await?;
                }
                Ok(done)
            })?;
            total += done;
            if done < AT_ONCE {
                return Ok(total);
            }
        }
    }
}
