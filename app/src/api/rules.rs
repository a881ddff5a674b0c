//! Rules for newcomers: see [`crate::ports::Rules`].

use domain::{
    ids::{DelegationId, RuleId},
    rule::{NewRule, RuleView},
};
use leptos::prelude::*;
use server_fn::codec::Json;

use super::{Wire, kept_alive::KeptAlive};
#[cfg(feature = "ssr")]
use crate::ports::caller;

/// The rules of an organisation.
#[server(input = Json, output = Json)]
pub async fn load_rules(delegation: DelegationId) -> Wire<Vec<RuleView>> {
    Ok(async { caller()?.rules.rules(delegation).await }.await)
}

/// Adds a rule, switched off.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn add_rule(delegation: DelegationId, new: NewRule) -> Wire<()> {
    Ok(async { caller()?.rules.add(delegation, new).await }.await)
}

/// Switches a rule on or off.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn switch_rule(delegation: DelegationId, rule: RuleId, on: bool) -> Wire<()> {
    Ok(async { caller()?.rules.switch(delegation, rule, on).await }.await)
}

/// Removes a rule.
#[server(client = KeptAlive, input = Json, output = Json)]
pub async fn remove_rule(delegation: DelegationId, rule: RuleId) -> Wire<()> {
    Ok(async { caller()?.rules.remove(delegation, rule).await }.await)
}
