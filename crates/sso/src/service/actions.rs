//! Names of the actions that this room records in the audit log. Those of the activation are in
//! [`crate::activation::Effect::action`].

/// Somebody signed in through the provider.
pub const SIGNED_IN: &str = "sso.signed_in";
/// A sign-in was refused; the reason says why.
pub const SIGN_IN_REFUSED: &str = "sso.sign_in_refused";
/// Somebody new has to wait until Microsoft Graph answers.
pub const WAITING: &str = "sso.sign_in_waiting";
/// A never-linked employee was linked by the verified user name (rule c).
pub const LINKED_ONCE: &str = "sso.person_linked_once";
/// An account was linked with the person's own session as the second side (rule d).
pub const ACCOUNT_LINKED: &str = "sso.account_linked";
/// An account was taken off a person.
pub const ACCOUNT_UNLINKED: &str = "sso.account_unlinked";
/// A sign-in created an employee (rule b).
pub const PERSON_CREATED: &str = "sso.person_created";
/// What came back from the provider waits for the person's yes.
pub const PROPOSED: &str = "sso.proposed";
/// A tenant was bound to the organisation.
pub const TENANT_BOUND: &str = "sso.tenant_bound";
/// A tenant was given up, so that another organisation can bind it.
pub const TENANT_RELEASED: &str = "sso.tenant_released";
/// Microsoft's unsigned answer said that an administrator consented for everybody.
pub const CONSENT_CLAIMED: &str = "sso.consent_claimed";
/// A silent re-check went well.
pub const RECHECKED: &str = "sso.rechecked";
/// A silent re-check could not be made; the session goes on.
pub const RECHECK_UNREACHABLE: &str = "sso.recheck_unreachable";
/// A silent re-check found that the account is no longer signed in; the session ended.
pub const RECHECK_ENDED: &str = "sso.recheck_ended_session";
/// Somebody without an own proof signed in afresh at the provider to show who asks.
pub const PROVED: &str = "sso.proved";
/// What the organisation decided about people was changed.
pub const POLICY_CHANGED: &str = "sso.policy_changed";
/// A credential was added.
pub const CREDENTIAL_ADDED: &str = "sso.credential_added";
/// A credential was dropped.
pub const CREDENTIAL_DROPPED: &str = "sso.credential_dropped";
/// Owners were warned of a credential's end.
pub const CREDENTIAL_WARNED: &str = "sso.credential_warned";
/// The operator was warned of the end of the installation's own credential.
pub const OPERATOR_CREDENTIAL_WARNED: &str = "sso.operator_credential_warned";
