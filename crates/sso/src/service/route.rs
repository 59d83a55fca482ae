//! Where a typed user name leads. The domain alone decides, never whether a person exists; known and
//! unknown names cause the same queries.

use tillit_accounts::{Permission, Session, Username};
use tillit_store::{Cx, OrganisationId, Scope, Tx, args};

use super::views::{Browser, Place, Purpose, Route};
use super::{Sso, identity, progress};
use crate::activation::{self, DraftView, Phase, State};
use crate::error::{Result, SsoError};
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
        let mut tx = self.db().read(&cx).await?;
        if let Some(route) = self.route_by_draft(&mut tx, &cx, organisation, browser).await? {
            return Ok(route);
        }
        // Asked for nobody's organisation too, so that the work is the same.
        let asked = organisation.unwrap_or(OrganisationId::from_uuid(uuid::Uuid::nil()));
        let progress = progress::find(&mut tx, asked).await?;
        Ok(match (organisation, progress.in_force(&cx)) {
            (Some(organisation), Some(_)) => Route::Provider { organisation, purpose: Purpose::SignIn },
            _ => Route::Local,
        })
    }

    /// The browser that carries a draft, while somebody is signed in there who may prepare it, is led by the draft:
    /// names of the organisation's own domains, and names of domains that are nobody's. A colleague at the same
    /// browser goes the ordinary way; whether the typed name is anybody's plays no part.
    async fn route_by_draft(&self, tx: &mut Tx, cx: &Cx, typed: Option<OrganisationId>, browser: &Browser) -> Result<Option<Route>> {
        let rows = tx.fetch_all(sql::FIND_BROWSER, args![browser.key.hash()]).await?;
        let Some(session) = &browser.session else { return Ok(None) };
        for row in rows {
            let organisation: OrganisationId = row.get("organisation_id")?;
            if organisation != session.organisation || typed.is_some_and(|typed| typed != organisation) {
                continue;
            }
            let state = progress::parse(&row.get::<String>("state")?)?;
            if !self.may_prepare(tx, &cx.in_organisation(organisation), session, &state).await? {
                continue;
            }
            let purpose = match activation::view(&state, cx.now()) {
                Phase::Draft(_) => Purpose::Activate,
                Phase::Testing(DraftView { issuer: Some(issuer), .. })
                    if identity::is_linked(tx, organisation, session.person, issuer.as_str()).await? =>
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

    /// Whether a session may prepare settings now, as [`Sso::begin`] will ask.
    async fn may_prepare(&self, tx: &mut Tx, cx: &Cx, session: &Session, state: &State) -> Result<bool> {
        let acting = match self.acting(tx, cx, session).await {
            Ok(acting) => acting,
            Err(SsoError::Denied) => return Ok(false),
            Err(error) => return Err(error),
        };
        let full = activation::admit(state, &acting, cx.now()) == activation::Admission::Full;
        Ok(full && acting.role.may(Permission::ChangeSingleSignOn))
    }
}
