//! Authorization codes: each redeemable once, for ten minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::sessions::Account;
use crate::entropy::{random_text, real_now};

/// Seconds of real time in which a code can be redeemed.
const LIFETIME: i64 = 600;
const CAPACITY: usize = 10_000;

/// The sign-in behind a code.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) account: Account,
    pub(crate) redirect_uri: String,
    pub(crate) nonce: Option<String>,
    pub(crate) scope: String,
    /// The S256 challenge.
    pub(crate) challenge: Option<String>,
    issued: i64,
}

impl Grant {
    pub(crate) fn new(account: Account, redirect_uri: String, scope: String) -> Self {
        Self { account, redirect_uri, nonce: None, scope, challenge: None, issued: real_now() }
    }
}

/// The result of redeeming a code.
#[derive(Debug)]
pub(crate) enum Redeemed {
    Now(Box<Grant>),
    Already,
    Expired,
    Unknown,
}

/// The issued codes; redeemed ones are `None`.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    inner: Mutex<HashMap<String, Option<Grant>>>,
}

impl Codes {
    pub(crate) fn issue(&self, grant: Grant) -> String {
        let code = format!("1.A{}", random_text());
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.len() >= CAPACITY {
            inner.clear();
        }
        inner.insert(code.clone(), Some(grant));
        code
    }

    /// Redeems a code, after which it is not valid again.
    pub(crate) fn redeem(&self, code: &str) -> Redeemed {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.get_mut(code).map(Option::take) {
            None => Redeemed::Unknown,
            Some(None) => Redeemed::Already,
            Some(Some(grant)) if real_now() - grant.issued > LIFETIME => Redeemed::Expired,
            Some(Some(grant)) => Redeemed::Now(Box::new(grant)),
        }
    }

    pub(crate) fn clear(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
