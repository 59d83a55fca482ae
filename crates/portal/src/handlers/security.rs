//! Settings, SECURITY: single sign-on, from before its activation to its receipt.

pub(super) mod activate;
pub(super) mod connection;
pub(super) mod consent;
pub(super) mod credential;
pub(super) mod discard;
pub(super) mod enforce;
pub(super) mod kit;
pub(super) mod kit_rule;
pub(super) mod policy;
pub(super) mod proposal;
pub(super) mod receipt;
pub(super) mod registration;
pub(super) mod second_factor;
pub(super) mod section;
pub(super) mod test;
pub(super) mod turn_off;
mod what_if;

use tillit_accounts::Permission;
use tillit_sso::service::views::SecurityView;

use crate::web::{Person, Result};

/// Path of the section.
const HERE: &str = "/settings/security";

/// Everything that the section shows to this person.
async fn view(person: &Person) -> Result<SecurityView> {
    person.require(Permission::ViewSettings)?;
    Ok(person.state().sso.settings(&person.cx, &person.session).await?)
}
