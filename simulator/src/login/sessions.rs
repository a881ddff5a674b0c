//! The signed-in accounts of browsers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use uuid::Uuid;

use crate::entropy::random_text;

const COOKIE: &str = "ESTSAUTH";
/// Maximum number of sign-ins; when it is reached, all are deleted.
const CAPACITY: usize = 10_000;

/// A signed-in account: tenant and index in its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) tid: Uuid,
    pub(crate) index: u32,
}

/// Sign-in cookies and the accounts behind them.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    inner: Mutex<HashMap<String, Account>>,
}

impl Sessions {
    /// Signs an account in; returns the `Set-Cookie` value.
    pub(crate) fn open(&self, account: Account) -> Option<HeaderValue> {
        let key = random_text();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.len() >= CAPACITY {
            inner.clear();
        }
        inner.insert(key.clone(), account);
        HeaderValue::from_str(&format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax")).ok()
    }

    /// The account signed in in the browser that sent these headers.
    pub(crate) fn of(&self, headers: &HeaderMap) -> Option<Account> {
        let key = cookie(headers)?;
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    /// Signs the browser out.
    pub(crate) fn close(&self, headers: &HeaderMap) {
        if let Some(key) = cookie(headers) {
            self.inner.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        }
    }

    pub(crate) fn clear(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}
