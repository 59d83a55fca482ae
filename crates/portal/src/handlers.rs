//! What answers each address: a request read, a room called, the answer shown. No rule of the
//! business lives here.

mod account;
mod audit;
mod audit_check;
mod audit_webhook;
mod break_glass;
mod callback;
mod cannot;
mod csv;
mod demo;
mod domains;
mod erasure;
mod general;
mod guides;
mod handover;
mod health;
mod invitation;
mod invite;
mod later;
mod link;
mod logout;
mod overview;
mod own_proof;
mod password_link;
mod people;
mod people_search;
mod person;
mod preferences;
mod privacy;
pub(crate) mod provider;
mod records;
mod restore;
mod role;
mod second_factor;
mod security;
mod sent;
mod services;
mod sessions;
mod sign_in;
mod unlink;
mod ways_back;

pub(crate) use services::LIVES as SERVICE_LIVES;
use sign_in::{continue_on, passkey, password, recovery_code, second_step, sign_out};

use crate::web::Table;

/// Every address of the portal.
pub(crate) fn table() -> Table {
    let table = Table::new()
        .get("/healthz", health::alive)
        .get("/readyz", health::ready)
        .get("/assets/{path}", crate::assets::serve)
        .post("/preferences", preferences::send);
    inside(settings(doors(table)))
}

/// For people who are not signed in (yet).
fn doors(table: Table) -> Table {
    table
        .get("/sign-in", continue_on::show)
        .post("/sign-in", continue_on::send)
        .get("/sign-in/other", password::show)
        .get("/sign-in/password", password::show)
        .post("/sign-in/password", password::send)
        .post("/sign-in/code", second_step::send)
        .post("/sign-in/passkey", passkey::send)
        .get("/sign-in/recovery-code", recovery_code::show)
        .post("/sign-in/recovery-code", recovery_code::send)
        .post("/sign-in/recovery-code/together", recovery_code::together)
        .get("/o/{slug}/sign-in", continue_on::show)
        .post("/o/{slug}/sign-in", continue_on::send)
        .get("/o/{slug}/sign-in/other", password::show)
        .get("/o/{slug}/sign-in/password", password::show)
        .post("/o/{slug}/sign-in/password", password::send)
        .post("/o/{slug}/sign-in/code", second_step::send)
        .post("/o/{slug}/sign-in/passkey", passkey::send)
        .get("/o/{slug}/sign-in/recovery-code", recovery_code::show)
        .post("/o/{slug}/sign-in/recovery-code", recovery_code::send)
        .post("/o/{slug}/sign-in/recovery-code/together", recovery_code::together)
        .get("/cannot-get-in", cannot::start)
        .post("/cannot-get-in", cannot::send)
        .get("/cannot-get-in/{step}", cannot::show)
        .get("/break-glass", break_glass::show)
        .post("/break-glass", break_glass::open)
        .get("/restore/agree/{token}", restore::agree)
        .post("/restore/agree/{token}", restore::send_agree)
        .get("/restore/stop/{token}", restore::stop)
        .post("/restore/stop/{token}", restore::send_stop)
        .get("/restore/come-in/{token}", restore::come_in)
        .post("/restore/come-in/{token}", restore::send_come_in)
        .get("/set-up/{token}", link::show)
        .post("/set-up/{token}", link::send)
        .get("/recover/{token}", link::show)
        .post("/recover/{token}", link::send)
        .get("/invitation", invitation::carried)
        .post("/invitation/again", invitation::again)
        .post("/invitation/leave", invitation::leave)
        .get("/invitation/proposal/{id}", invitation::proposal)
        .post("/invitation/proposal/{id}", invitation::accept)
        .get("/invitation/{token}", invitation::show)
        .post("/invitation/{token}", invitation::send)
        .post("/sign-out", sign_out::send)
        .get("/sso/callback", callback::show)
        .get("/sso/logout", logout::show)
        .get("/sso/handover/{token}", handover::show)
        .post("/sso/handover/{token}/consent", handover::consent)
}

/// Settings, for administrators.
fn settings(table: Table) -> Table {
    table
        .get("/settings", general::lead)
        .get("/settings/general", general::show)
        .post("/settings/general", general::send)
        .get("/settings/domains", domains::show)
        .post("/settings/domains", domains::send)
        .get("/settings/domains/{domain}/remove", domains::confirm)
        .post("/settings/domains/{domain}/remove", domains::remove)
        .get("/settings/ways-back", ways_back::show)
        .post("/settings/ways-back/contact", ways_back::contact)
        .post("/settings/ways-back/stop", ways_back::stop)
        .get("/settings/ways-back/break-glass", break_glass::settings)
        .post("/settings/ways-back/break-glass", break_glass::send)
        .get("/settings/privacy", privacy::show)
        .post("/settings/privacy", privacy::send)
        .get("/settings/privacy/change", privacy::change)
        .post("/settings/privacy/change", privacy::save)
        .get("/settings/privacy/deletions/{id}", privacy::deletion)
        .get("/settings/privacy/terms", privacy::terms)
        .get("/settings/privacy/requests", erasure::list)
        .get("/settings/privacy/requests/{id}", erasure::show)
        .post("/settings/privacy/requests/{id}", erasure::answer)
        .get("/settings/privacy/erasures/{id}", erasure::receipt)
        .get("/settings/user-sync", later::show)
        .get("/settings/add-in", later::show)
        .get("/settings/delivery", later::show)
        .get("/settings/services", services::list)
        .get("/settings/services/new", services::new)
        .post("/settings/services/new", services::add)
        .get("/settings/services/{id}", services::show)
        .post("/settings/services/{id}/tokens", services::add_token)
        .post("/settings/services/{id}/tokens/{which}/revoke", services::revoke_token)
        .get("/settings/services/{id}/revoke", services::confirm)
        .post("/settings/services/{id}/revoke", services::revoke)
        .get("/settings/audit", audit::show)
        .post("/settings/audit", audit::search)
        .get("/settings/audit.csv", audit::table)
        .get("/settings/audit.jsonl", audit::lines)
        .get("/settings/audit/whole.jsonl", audit::whole)
        .get("/settings/audit/verify", audit_check::show)
        .post("/settings/audit/verify", audit_check::send)
        .get("/settings/audit/keep", audit_check::choices)
        .post("/settings/audit/keep", audit_check::choose)
        .get("/settings/audit/webhook", audit_webhook::show)
        .post("/settings/audit/webhook", audit_webhook::set)
        .post("/settings/audit/webhook/secret", audit_webhook::renew)
        .post("/settings/audit/webhook/try", audit_webhook::attempt)
        .post("/settings/audit/webhook/start", audit_webhook::start)
        .post("/settings/audit/webhook/remove", audit_webhook::remove)
        .get("/settings/security", security::section::show)
        .post("/settings/security/what-if", security::section::what_if)
        .get("/settings/security/activate", security::activate::show)
        .post("/settings/security/activate", security::activate::send)
        .post("/settings/security/connect", security::activate::connect)
        .get("/settings/security/connection", security::connection::show)
        .post("/settings/security/connection", security::connection::send)
        .get("/settings/security/manifest.json", security::registration::manifest)
        .get("/settings/security/register.sh", security::registration::script)
        .post("/settings/security/credential/generate", security::credential::generate)
        .post("/settings/security/credential/certificate", security::credential::certificate)
        .post("/settings/security/credential/secret", security::credential::secret)
        .post("/settings/security/credential/{id}/remove", security::credential::remove)
        .get("/settings/security/proposal/{id}", security::proposal::show)
        .post("/settings/security/proposal/{id}", security::proposal::send)
        .get("/settings/security/recovery-kit", security::kit::show)
        .post("/settings/security/recovery-kit", security::kit::send)
        .post("/settings/security/recovery-kit/try", security::kit::try_code)
        .get("/settings/security/recovery-kit/owners", security::kit_rule::show)
        .post("/settings/security/recovery-kit/owners", security::kit_rule::send)
        .post("/settings/security/test", security::test::send)
        .get("/settings/security/enforce", security::enforce::show)
        .post("/settings/security/enforce", security::enforce::send)
        .get("/settings/security/turn-off", security::turn_off::show)
        .post("/settings/security/turn-off", security::turn_off::send)
        .get("/settings/security/discard", security::discard::show)
        .post("/settings/security/discard", security::discard::send)
        .get("/settings/security/second-factor", security::second_factor::show)
        .post("/settings/security/second-factor", security::second_factor::send)
        .post("/settings/security/consent", security::consent::send)
        .post("/settings/security/policy", security::policy::send)
        .get("/settings/security/receipt", security::receipt::show)
        .get("/settings/security/ledger", records::ledger)
        .get("/settings/security/ledger.csv", records::ledger_file)
        .get("/settings/security/sign-ins", records::sign_ins)
        .get("/settings/security/sign-ins.csv", records::sign_ins_file)
}

/// Everything else, for people who are signed in.
fn inside(table: Table) -> Table {
    table
        .get("/", overview::show)
        .get("/sent/{id}", sent::show)
        .get("/people", people::show)
        .post("/people/search", people_search::search)
        .get("/people.csv", people::file)
        .get("/people/invite", invite::show)
        .post("/people/invite", invite::send)
        .get("/people/invitations", invite::list)
        .post("/people/invitations/{id}/send-again", invite::send_again)
        .post("/people/invitations/{id}/revoke", invite::revoke)
        .get("/people/{id}", person::show)
        .get("/people/{id}/photo", person::photo)
        .post("/people/{id}/end-sessions", person::end_sessions)
        .post("/people/{id}/disable", person::disable)
        .get("/people/password-links", password_link::show_all)
        .post("/people/password-links", password_link::send_all)
        .get("/people/{id}/password-link", password_link::show)
        .post("/people/{id}/password-link", password_link::send)
        .get("/people/{id}/second-factor", second_factor::show)
        .post("/people/{id}/second-factor", second_factor::send)
        .post("/people/{id}/enable", person::enable)
        .get("/people/{id}/forget", erasure::forget)
        .post("/people/{id}/forget", erasure::send)
        .get("/people/{id}/role", role::show)
        .post("/people/{id}/role", role::send)
        .get("/people/{id}/unlink/{account}", unlink::show)
        .post("/people/{id}/unlink/{account}", unlink::send)
        .get("/simulations", later::show)
        .get("/reports", later::show)
        .get("/guides", guides::list)
        .get("/guides/{slug}", guides::show)
        .get("/guides/pictures/{language}/{name}", guides::picture)
        .get("/account", account::show)
        .get("/account/sign-in", account::ways::show)
        .get("/account/sign-in/password", account::password::show)
        .post("/account/sign-in/password", account::password::send)
        .get("/account/sign-in/app", account::app::show)
        .post("/account/sign-in/app", account::app::begin)
        .post("/account/sign-in/app/finish", account::app::finish)
        .post("/account/sign-in/app/codes", account::app::codes)
        .post("/account/sign-in/app/remove", account::app::remove)
        .get("/account/data", account::data::show)
        .get("/account/data.json", account::file)
        .get("/account/profile", account::correct)
        .post("/account/profile", account::save)
        .get("/account/erasure", account::erasure)
        .post("/account/erasure", account::ask)
        .post("/account/erasure/withdraw", account::withdraw)
        .get("/account/sign-in/passkeys/add", account::passkeys::show)
        .post("/account/sign-in/passkeys/add", account::passkeys::begin)
        .post("/account/sign-in/passkeys", account::passkeys::finish)
        .get("/account/sign-in/passkeys/{id}/remove", account::passkeys::ask_remove)
        .post("/account/sign-in/passkeys/{id}/remove", account::passkeys::remove)
        .get("/account/sessions", sessions::show)
        .post("/account/sessions/end/{id}", sessions::end)
        .post("/account/sessions/end-all", sessions::end_all)
        .get("/styleguide", demo::styleguide)
        .get("/demo/mail", demo::mailbox)
}
