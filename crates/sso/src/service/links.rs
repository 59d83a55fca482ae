//! Accounts that a person is linked to: shown to administrators, and taken off again.

use tillit_accounts::audit::Entry;
use tillit_accounts::{ProfileField, Role, Session};
use tillit_store::{Actor, Cx, PersonId, Row, Tx, args};
use tillit_vault::{Json, Place};

use super::identity::{Account, IdentityKind};
use super::invitation::not_found;
use super::progress::Progress;
use super::settings;
use super::views::{LinkedAccount, LinkedAccountId};
use super::{Sso, actions, identity, progress, scope};
use crate::activation::{self, Refused};
use crate::error::{Result, SsoError};
use crate::protocol::Identity;
use crate::sql;

impl Sso {
    /// Accounts that a person is linked to, the last linked first.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] if there is no such person in the organisation.
    pub async fn linked_accounts(&self, cx: &Cx, person: PersonId) -> Result<Vec<LinkedAccount>> {
        let organisation = scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.accounts().standing(&mut tx, cx, person).await.map_err(not_found)?;
        let in_force = self.issuer_in_force(&mut tx, cx).await?;
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        let mut list = Vec::new();
        for row in tx.fetch_all(sql::LIST_IDENTITIES_OF, args![organisation, person]).await? {
            let id: LinkedAccountId = row.get("id")?;
            let Json(account): Json<Account> = keys.open_value(place(id), &row.get("detail")?)?;
            let tenant_name = self.tenant_name(&mut tx, &account.identity).await?;
            list.push(shown(id, account, tenant_name, &row, in_force.as_deref())?);
        }
        Ok(list)
    }

    /// Fields of a person's profile that the provider in force tells at each sign-in; none for somebody who has no account there.
    ///
    /// # Errors
    /// As [`Sso::linked_accounts`].
    pub async fn fields_brought(&self, cx: &Cx, person: PersonId) -> Result<&'static [ProfileField]> {
        let links = self.linked_accounts(cx, person).await?;
        Ok(links.iter().find(|link| link.in_force).map_or(&[], LinkedAccount::brings))
    }

    /// Takes an account off a person: it is nobody's any more, the sessions that it vouched for end, the person is
    /// told by mail.
    ///
    /// The caller asks for an own proof before, if the person is an owner
    /// ([`tillit_accounts::Accounts::prove_self`]): a stolen session must not shut the owners out. `judged` is the role by which it
    /// asked: an owner who was made one since then is not touched.
    ///
    /// # Errors
    /// [`SsoError::NotFound`]; [`RoleChanged`](tillit_accounts::AccountsError::RoleChanged) if the role is not `judged` any more; [`SsoError::Denied`] for whoever does not manage people of this role, or is not fully
    /// admitted; [`SsoError::Activation`] with [`Refused::LastWayBack`] if no owner would have a way in.
    pub async fn unlink(&self, cx: &Cx, session: &Session, person: PersonId, judged: Role, id: LinkedAccountId) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        // The person and the log are held: two owners cannot unlink each other at once, and both roles stay what they are.
        self.accounts().still_has_role(&mut tx, cx, person, judged, &[]).await.map_err(not_found)?;
        let acting = self.acting(&mut tx, cx, session).await?;
        let progress = progress::find(&mut tx, organisation).await?;
        let admitted = activation::admit(&progress.state, &acting, cx.now()) == activation::Admission::Full;
        if !admitted || !acting.role.may(judged.managed_by()) || !session.method.may(judged.managed_by()) {
            return Err(SsoError::Denied);
        }
        self.accounts().record(&mut tx, cx, Entry::new(actions::ACCOUNT_UNLINKED).target(person)).await?;
        let row = tx.fetch_optional(sql::DROP_IDENTITY, args![organisation, person, id]).await?.ok_or(SsoError::NotFound)?;
        tx.execute(sql::NOTE_LINKED, args![organisation, person]).await?;
        let issuer: String = row.get("issuer")?;
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        let Json(account): Json<Account> = keys.open_value(place(id), &row.get("detail")?)?;
        if judged == Role::Owner {
            self.some_owner_gets_in(&mut tx, cx, person, &progress).await?;
        }
        for row in tx.fetch_all(sql::LIST_SESSIONS_OF_ISSUER, args![organisation, person, issuer.as_str()]).await? {
            self.accounts().end_session_in(&mut tx, cx, row.get("session_id")?).await?;
        }
        tx.execute(sql::DROP_PROPOSALS, args![organisation, person]).await?;
        self.tell_unlinked(&mut tx, cx, person, &account.identity).await?;
        Ok(tx.commit().await?)
    }

    /// While local passwords are not accepted: an owner has a linked account or a recovery kit that works. Asked
    /// after the account was taken off `without`, who alone may have been that owner.
    async fn some_owner_gets_in(&self, tx: &mut Tx, cx: &Cx, without: PersonId, progress: &Progress) -> Result<()> {
        let organisation = scope(cx)?;
        let Some(version) = progress.in_force(cx) else { return Ok(()) };
        let connection = settings::find(tx, organisation, version).await?;
        let issuer = self.issuer_of(&connection)?;
        for owner in self.accounts().owners_in(tx, cx).await?.ids() {
            let linked = match &issuer {
                Some(issuer) if owner != without => identity::is_linked(tx, organisation, owner, issuer).await?,
                _ => false,
            };
            if linked || self.kit(tx, cx, owner).await?.works() {
                return Ok(());
            }
        }
        Err(SsoError::Activation(Refused::LastWayBack))
    }

    pub(crate) async fn issuer_in_force(&self, tx: &mut Tx, cx: &Cx) -> Result<Option<String>> {
        let organisation = scope(cx)?;
        let Some(version) = progress::find(tx, organisation).await?.in_force(cx) else { return Ok(None) };
        let connection = settings::find(tx, organisation, version).await?;
        self.issuer_of(&connection)
    }

    async fn tenant_name(&self, tx: &mut Tx, identity: &Identity) -> Result<Option<String>> {
        let Identity::Microsoft { cloud, tenant, .. } = identity else { return Ok(None) };
        let row = tx.fetch_optional(sql::FIND_TENANT, args![cloud.as_str(), tenant.as_str()]).await?;
        Ok(row.map(|row| row.get("name")).transpose()?.flatten())
    }
}

fn shown(id: LinkedAccountId, account: Account, tenant_name: Option<String>, row: &Row, in_force: Option<&str>) -> Result<LinkedAccount> {
    let (microsoft, tenant, object) = match &account.identity {
        Identity::Microsoft { tenant, object, .. } => (true, tenant.as_str().to_owned(), object.as_str().to_owned()),
        Identity::OpenId { issuer, subject } => (false, issuer.as_str().to_owned(), subject.as_str().to_owned()),
    };
    Ok(LinkedAccount {
        id,
        microsoft,
        tenant,
        tenant_name,
        object,
        rule: row.get("rule")?,
        linked_at: row.get("linked_at")?,
        last_used_at: row.get("last_seen_at")?,
        in_force: in_force == Some(account.issuer.as_str()),
    })
}

fn place(id: tillit_store::Id<IdentityKind>) -> Place {
    Place::new("sso_identity", "detail", id.uuid())
}
