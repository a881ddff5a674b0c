//! Client assertions from a token file that the platform writes.

use std::path::Path;

use secrecy::SecretString;

use crate::failure::{Class, Failure};

/// The current content of the file. Kubernetes and Azure replace it about every hour, so it is never cached.
pub(super) async fn read(path: &Path) -> Result<SecretString, Failure> {
    let unusable = |why: &str| {
        Failure::new(Class::OurCredential, format!("the token file {why}")).code("token_file_unusable")
    };
    let text = tokio::fs::read_to_string(path)
        .await
        .map_err(|error| unusable(&format!("cannot be read: {}", error.kind())))?;
    match text.trim() {
        "" => Err(unusable("is empty")),
        assertion => Ok(assertion.to_owned().into()),
    }
}
