//! Resolves the names of webhook receivers to public addresses only: a public name may point into the server's own
//! network.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::config::{Refusal, is_public};

/// A resolver that returns only public addresses.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_lowercase();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err(Refusal::Private.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_with_a_private_address_is_refused() {
        let found = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert_eq!(found.err().map(|error| error.to_string()), Some(Refusal::Private.to_string()));
    }
}
