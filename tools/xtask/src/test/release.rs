//! The product as it is deployed, built once for all parts that need it.

use anyhow::Result;

use super::session::{Release, Session};
use crate::{
    build::{self, Mode},
    bundle,
};

pub(crate) fn run(session: &Session) -> Result<()> {
    ready(session).map(drop)
}

/// Builds it unless this run did already.
pub(crate) fn ready(session: &Session) -> Result<&Release> {
    if let Some(release) = session.release.get() {
        return Ok(release);
    }
    let programs = build::programs(&session.workspace, Mode::Release)?;
    let site = bundle::ready(&session.workspace, Mode::Release)?;
    Ok(session.release.get_or_init(|| Release { programs, site }))
}
