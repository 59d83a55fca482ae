//! The audit log: who did what to whom, when, from where and why.
//!
//! Each organisation has its own, the installation has one for what concerns no organisation.
//! Rows are numbered without gaps, and each covers the one before ([`chain`]), so that a change shows. Columns in
//! the open hold ids and fixed words only; where somebody came from and the details are sealed under the key of whom
//! they are about (`record`), and stand in a table of their own, so that they can be forgotten while the chain stays whole.
//! Why it is so: docs/decisions/0005-audit-log-that-shows-tampering.md.

mod area;
pub mod chain;
mod check;
mod checkpoint;
mod entry;
pub mod file;
mod head;
mod keep;
mod read;
mod record;
pub mod sql;
mod verify;
mod webhook;

use tillit_store::{Cx, Id};
use uuid::Uuid;

pub use area::Area;
pub use checkpoint::{Checkpoint, PublicKey};
pub use entry::{AuditEntry, AuditFilter, AuditPage, Entry, Target};
pub use file::Voucher;
pub use head::{EndAccepted, Head};
pub use keep::{AuditWork, Choices, Chosen, KeepYears, Longer, SHORTENED_AFTER};
pub use read::{Link, PartText, View, ViewKind};
pub use verify::{Finding, Report, Verifier};
pub use webhook::{Delivery, NotAnAddress, WEBHOOK_JOB, WEBHOOKS_JOB, Webhook, WebhookAddress};

/// The log of a call: its organisation, or all zeros for the installation's.
pub fn log_of(cx: &Cx) -> Uuid {
    cx.organisation().map_or(Uuid::nil(), Id::uuid)
}

/// Names of the actions that this room records. Other rooms name theirs in one place each.
pub mod actions {
    /// An organisation was made.
    pub const ORGANISATION_CREATED: &str = "organisation.created";
    /// The organisation was renamed, or its language set.
    pub const ORGANISATION_CHANGED: &str = "organisation.changed";
    /// The operator removed an organisation that left, with everything that was its own.
    pub const ORGANISATION_REMOVED: &str = "organisation.removed";
    /// A domain was added.
    pub const DOMAIN_ADDED: &str = "domain.added";
    /// A domain was given back.
    pub const DOMAIN_REMOVED: &str = "domain.removed";
    /// A person was added.
    pub const PERSON_ADDED: &str = "person.added";
    /// A username was changed.
    pub const PERSON_RENAMED: &str = "person.renamed";
    /// A role was changed.
    pub const ROLE_CHANGED: &str = "person.role_changed";
    /// A person was disabled; all sessions ended.
    pub const PERSON_DISABLED: &str = "person.disabled";
    /// A disabled person may sign in again.
    pub const PERSON_ENABLED: &str = "person.enabled";
    /// Somebody was invited by mail.
    pub const INVITED: &str = "person.invited";
    /// An invitation was sent once more.
    pub const INVITED_AGAIN: &str = "person.invited_again";
    /// An invitation was withdrawn.
    pub const INVITATION_REVOKED: &str = "person.invitation_revoked";
    /// Somebody accepted an invitation.
    pub const INVITATION_ACCEPTED: &str = "person.invitation_accepted";
    /// Somebody who was invited came for the first time.
    pub const PERSON_JOINED: &str = "person.joined";
    /// A password was set or changed.
    pub const PASSWORD_SET: &str = "password.set";
    /// A password was removed.
    pub const PASSWORD_REMOVED: &str = "password.removed";
    /// A local password was accepted: of a visitor to sign in, of a person to prove to be the person.
    pub const PASSWORD_ACCEPTED: &str = "password.accepted";
    /// A local password was refused; the reason says why.
    pub const PASSWORD_REFUSED: &str = "password.refused";
    /// A passkey was added.
    pub const PASSKEY_ADDED: &str = "passkey.added";
    /// A passkey was removed.
    pub const PASSKEY_REMOVED: &str = "passkey.removed";
    /// A passkey was accepted: of a visitor to sign in, of a person to prove to be the person.
    pub const PASSKEY_ACCEPTED: &str = "passkey.accepted";
    /// A passkey was refused; the reason names the check.
    pub const PASSKEY_REFUSED: &str = "passkey.refused";
    /// Who must show a second factor was chosen.
    pub const SECOND_FACTOR_POLICY: &str = "second_factor.policy_changed";
    /// An authenticator app was set up.
    pub const SECOND_FACTOR_SET: &str = "second_factor.set";
    /// A person took the own authenticator app away.
    pub const SECOND_FACTOR_REMOVED: &str = "second_factor.removed";
    /// An owner took somebody's second factor away.
    pub const SECOND_FACTOR_RESET: &str = "second_factor.reset";
    /// A code of the app was accepted.
    pub const SECOND_FACTOR_ACCEPTED: &str = "second_factor.accepted";
    /// A second step was refused; the reason says why.
    pub const SECOND_FACTOR_REFUSED: &str = "second_factor.refused";
    /// Own recovery codes were made, in place of earlier ones.
    pub const OWN_CODES_MADE: &str = "second_factor.codes_made";
    /// An own recovery code was used in place of the app.
    pub const OWN_CODE_USED: &str = "second_factor.code_used";
    /// Somebody signed in with a recovery code.
    pub const RECOVERY_ACCEPTED: &str = "sign_in.recovery_accepted";
    /// A sign-in with a recovery code was refused; the reason says why.
    pub const RECOVERY_REFUSED: &str = "sign_in.recovery_refused";
    /// A session was ended before its time.
    pub const SESSION_ENDED: &str = "session.ended";
    /// Somebody signed in from a browser that the person had not used before; the person was told.
    pub const NEW_BROWSER: &str = "session.new_browser";
    /// All sessions of a person were ended.
    pub const SESSIONS_ENDED: &str = "session.all_ended";
    /// The provider signed a person out here too.
    pub const SESSION_ENDED_BY_PROVIDER: &str = "session.ended_by_provider";
    /// A right recovery code waits for those of other owners.
    pub const CODE_WAITS: &str = "sign_in.recovery_code_waits";
    /// Recovery codes of several owners were typed within an hour, and let them in.
    pub const CODES_TOGETHER: &str = "sign_in.recovery_together";
    /// An owner chose how many owners' recovery codes are needed together.
    pub const KIT_RULE_CHOSEN: &str = "recovery.kit_rule_chosen";
    /// A recovery kit was made; it counts when one of its codes was tried.
    pub const KIT_MADE: &str = "recovery.kit_made";
    /// An owner tried a code of the kit, and it worked.
    pub const KIT_TRIED: &str = "recovery.kit_tried";
    /// An owner tried a code, and it did not work.
    pub const KIT_TRY_FAILED: &str = "recovery.kit_try_failed";
    /// It was chosen which fields of profiles are held.
    pub const FIELDS_CHOSEN: &str = "privacy.fields_chosen";
    /// What was held of fields against the choices is deleted.
    pub const FIELDS_DELETED: &str = "privacy.fields_deleted";
    /// Somebody asks to be forgotten.
    pub const ERASURE_ASKED: &str = "privacy.erasure_asked";
    /// The person took the request back.
    pub const ERASURE_WITHDRAWN: &str = "privacy.erasure_withdrawn";
    /// The request was refused.
    pub const ERASURE_REFUSED: &str = "privacy.erasure_refused";
    /// More time was taken for the request.
    pub const ERASURE_EXTENDED: &str = "privacy.erasure_extended";
    /// Who may answer was reminded.
    pub const ERASURE_REMINDED: &str = "privacy.erasure_reminded";
    /// A person corrected the own profile.
    pub const PROFILE_CORRECTED: &str = "person.profile_corrected";
    /// A person was forgotten.
    pub const PERSON_FORGOTTEN: &str = "person.forgotten";
    /// A service identity was made.
    pub const SERVICE_ADDED: &str = "service.added";
    /// A service identity was revoked, with its tokens.
    pub const SERVICE_REVOKED: &str = "service.revoked";
    /// A service identity got a token.
    pub const SERVICE_TOKEN_ADDED: &str = "service.token_added";
    /// A token was revoked.
    pub const SERVICE_TOKEN_REVOKED: &str = "service.token_revoked";
    /// Owners were told that a token ends.
    pub const SERVICE_TOKEN_WARNED: &str = "service.token_warned";
    /// A one-time link was made.
    pub const LINK_MADE: &str = "link.made";
    /// A one-time link was used.
    pub const LINK_USED: &str = "link.used";
    /// Somebody looked at a person's page: once an hour for each who looks and each person.
    pub const PERSON_VIEWED: &str = "person.viewed";
    /// Somebody downloaded the list of people.
    pub const PEOPLE_EXPORTED: &str = "people.exported";
    /// Somebody downloaded rows of this log.
    pub const AUDIT_EXPORTED: &str = "audit.exported";
    /// The oldest rows were deleted, as the organisation chose; the target is the checkpoint at which the log begins now.
    pub const AUDIT_SHORTENED: &str = "audit.shortened";
    /// The organisation chose how long rows are kept, or whether owners get checkpoints by mail.
    pub const AUDIT_CHOSEN: &str = "audit.chosen";
    /// The operator looked at an end of the log that somebody else wrote, and lets it be signed from here on.
    pub const AUDIT_ACCEPTED: &str = "audit.end_accepted";
    /// A backup was brought back.
    pub const INSTALLATION_RESTORED: &str = "installation.restored";
    /// A webhook was set up, changed, started again or removed; the reason says which.
    pub const WEBHOOK_SET: &str = "audit.webhook_set";
    /// A webhook that took nothing for three days was stopped.
    pub const WEBHOOK_STOPPED: &str = "audit.webhook_stopped";
    /// Somebody read a mail that was reported.
    pub const MAIL_READ: &str = "mail.read";
    /// Somebody looked at one person's results.
    pub const RESULT_VIEWED: &str = "result.viewed";
}
