//! Forms that wait for a re-check. A session whose account was not looked at for too long may not go on acting;
//! what somebody just sent is not lost for it. The form is kept sealed, the look is made, and the browser sends
//! it again: docs/decisions/0003-recheck-and-forms.md.

use serde::{Deserialize, Serialize};
use tillit_accounts::Session;
use tillit_store::{Cx, Duration, Id, Timestamp, args, kinds};
use tillit_vault::{Json, Place};

use super::Sso;
use super::views::Browser;
use crate::error::{Result, SsoError};
use crate::sql;

/// Id of a parked form.
pub type ParkedFormId = Id<kinds::ParkedForm>;

/// How long a form waits: long enough to sign in again at the provider.
const GOOD_FOR: Duration = Duration::hours(1);

/// A form as it was sent. It may hold anything that somebody typed, a password too.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedForm {
    /// Path that it was sent to.
    pub path: String,
    /// Names and values, in their order.
    pub fields: Vec<(String, String)>,
    /// Whether somebody must press before it is sent again. For what needs a proof: whoever copied the cookies could let
    /// a form wait here, and its owner's fresh sign-in must not send it unseen.
    #[serde(default)]
    pub press: bool,
}

/// A form as it is kept: beside it stands which session sent it.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    session: Option<String>,
    #[serde(flatten)]
    form: ParkedForm,
}

impl std::fmt::Debug for ParkedForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParkedForm").field("fields", &self.fields.len()).finish_non_exhaustive()
    }
}

impl Sso {
    /// Keeps a form for the person of `session`, in this browser only, for an hour. The ten newest of a person are kept.
    ///
    /// # Errors
    /// The database fails.
    pub async fn park_form(&self, cx: &Cx, session: &Session, browser: &Browser, form: &ParkedForm) -> Result<ParkedFormId> {
        let (organisation, person) = (session.organisation, session.person);
        let cx = &cx.in_organisation(organisation);
        let id: ParkedFormId = cx.new_id();
        let mut tx = self.db().begin(cx).await?;
        let kept = Kept { session: Some(session.id.to_string()), form: form.clone() };
        let sealed = self.vault().person(&mut tx, organisation, person).await?.seal_value(cx, place(id), &Json(kept))?;
        tx.execute(sql::PARK_FORM, args![id, organisation, person, browser.key.hash(), sealed, cx.now() + GOOD_FOR]).await?;
        tx.execute(sql::DROP_SURPLUS_FORMS, args![organisation, person]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The form that waits, for the person who sent it, in the same browser. Reading it twice is the same as
    /// sending it twice from a page that is still open: nothing is lost by a reload. In another session than the one that sent
    /// it somebody must press: that session may have been in other hands, and may have done less than this one.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] for one that never was, is over, or is somebody else's.
    pub async fn parked_form(&self, cx: &Cx, session: &Session, browser: &Browser, id: ParkedFormId) -> Result<ParkedForm> {
        let (organisation, person) = (session.organisation, session.person);
        let cx = &cx.in_organisation(organisation);
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::FIND_PARKED, args![organisation, person, id, browser.key.hash()]).await?;
        let row = row.ok_or(SsoError::NotFound)?;
        if row.get::<Timestamp>("expires_at")? <= cx.now() {
            return Err(SsoError::NotFound);
        }
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        let Json(Kept { session: sent_by, mut form }) = keys.open_value(place(id), &row.get("sealed")?)?;
        form.press |= sent_by != Some(session.id.to_string());
        Ok(form)
    }
}

fn place(id: ParkedFormId) -> Place {
    Place::new("sso_parked_form", "sealed", id.uuid())
}
