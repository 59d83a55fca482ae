//! Where a typed user name leads. The domain alone decides, never whether a person exists; known and
//! unknown names cause the same queries.

use tillit_accounts::Username;
use tillit_store::{Cx, OrganisationId, Scope, args};

use super::views::{Browser, Place, Purpose, Route};
use super::{Sso, identity, progress};
use crate::activation::{self, DraftView, Phase};
use crate::error::Result;
use crate::sql;

impl Sso {
    /// Where `username`, typed at `place` in `browser`, leads. What is no user name leads to the local form.
    ///
    /// # Errors
    /// The database fails.
    pub async fn route(&self, cx: &Cx, place: &Place, username: Option<&Username>, browser: &Browser) -> Result<Route> {
        let cx = cx.with_scope(Scope::Installation);
        let organisation = match (place, username) {
            (Place::Organisation(slug), _) => self.accounts().organisation_of_slug(&cx, slug).await?,
            (Place::Portal, Some(username)) => self.accounts().organisation_of_domain(&cx, username.domain()).await?,
            (Place::Portal, None) => None,
        };
        if let Some(route) = self.route_by_draft(&cx, organisation, browser).await? {
            return Ok(route);
        }
        let mut tx = self.db().read(&cx).await?;
        // Asked for nobody's organisation too, so that the work is the same.
        let asked = organisation.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil()));
        let progress = progress::find(&mut tx, asked).await?;
        Ok(match (organisation, progress.in_force(&cx)) {
            (Some(organisation), Some(_)) => Route::Provider { organisation, purpose: Purpose::SignIn },
            _ => Route::Local,
        })
    }

    /// The browser that carries a draft, while the administrator is signed in there, is led by the draft:
    /// names of the organisation's own domains, and names of domains that are nobody's.
    async fn route_by_draft(&self, cx: &Cx, typed: Option<OrganisationId>, browser: &Browser) -> Result<Option<Route>> {
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::FIND_BROWSER, args![browser.key.hash()]).await?;
        let Some(session) = &browser.session else { return Ok(None) };
        for row in rows {
            let organisation: OrganisationId = row.get("organisation_id")?;
            if organisation != session.organisation || typed.is_some_and(|typed| typed != organisation) {
                continue;
            }
            let state = progress::parse(&row.get::<String>("state")?)?;
            let purpose = match activation::view(&state, cx.now()) {
                Phase::Draft(_) => Purpose::Activate,
                Phase::Testing(DraftView { issuer: Some(issuer), .. })
                    if identity::is_linked(&mut tx, organisation, session.person, issuer.as_str()).await? =>
                {
                    Purpose::Test
                }
                Phase::Testing(_) => Purpose::Activate,
                Phase::Off | Phase::Enforced { .. } | Phase::On { .. } => continue,
            };
            return Ok(Some(Route::Provider { organisation, purpose }));
        }
        Ok(None)
    }
}
