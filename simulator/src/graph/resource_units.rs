//! The cost of directory calls in resource units.
//!
//! <https://learn.microsoft.com/en-us/graph/throttling-limits#identity-and-access-service-limits>

use super::context::GraphRequest;

/// Resource units: a base cost for each call, less for small or narrow answers, and never below one.
pub(crate) fn cost(request: &GraphRequest) -> u32 {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let base: u32 = match segments.as_slice() {
        ["users"] => 2,
        ["users", "delta" | "delta()" | "microsoft.graph.delta()"] if !request.continues() => 2,
        ["users", _, "licenseDetails"] => 2,
        ["groups", _, "members"] | ["subscribedSkus"] => 3,
        ["groups", _, "transitiveMembers"] => 5,
        _ => 1,
    };
    let has = |name| u32::from(request.option(name).is_some());
    let few = request.option("top").and_then(|top| top.parse::<u32>().ok()).is_some_and(|top| top < 20);
    (base + has("expand")).saturating_sub(has("select") + u32::from(few)).max(1)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method};

    use super::*;

    #[test]
    fn costs_are_the_documented_ones() {
        for (path, units) in [
            ("/users", 2),
            ("/users?$select=id", 1),
            ("/users?$top=5", 1),
            ("/users?$select=id&$top=5", 1),
            ("/users?$select=id&$top=999&$expand=manager", 2),
            ("/users/delta", 2),
            ("/users/delta?$skiptoken=x", 1),
            ("/users/someone@contoso.com", 1),
            ("/users/someone@contoso.com/licenseDetails", 2),
            ("/subscribedSkus", 3),
            ("/groups?$filter=displayName eq 'Sales'", 1),
            ("/groups/1/members", 3),
            ("/groups/1/transitiveMembers", 5),
            ("/groups/1/transitiveMembers?$select=id&$top=999", 4),
            ("/organization", 1),
        ] {
            let request = GraphRequest::parse(Method::GET, path, HeaderMap::new());
            assert_eq!(cost(&request), units, "{path}");
        }
    }
}
