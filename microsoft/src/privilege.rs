//! Directory roles that may approve our application permissions.

/// Template ids of Global Administrator and Privileged Role Administrator: the same in every tenant
/// ([built-in roles](https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference)).
const PRIVILEGED: [&str; 2] =
    ["62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814"];

/// Whether one of these role template ids (an id_token's `wids`) may consent to Graph *application*
/// permissions. Application Administrator is explicitly not enough
/// ([grant tenant-wide admin consent](https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent)).
///
/// Advisory in one direction: custom roles may consent too and are not recognised here.
#[must_use]
pub fn is_privileged(wids: &[String]) -> bool {
    wids.iter().any(|wid| PRIVILEGED.iter().any(|role| role.eq_ignore_ascii_case(wid)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_roles_that_may_grant_app_roles_count() {
        let owned = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        assert!(is_privileged(&owned(&["x", "62E90394-69f5-4237-9190-012177145e10"])));
        assert!(is_privileged(&owned(&["e8611ab8-c189-46e8-94e1-60213ab1f814"])));
        let application_admin = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
        assert!(!is_privileged(&owned(&[application_admin])));
        assert!(!is_privileged(&[]));
    }
}
