//! One-time links: each works once, for one person, one purpose and a limited time.
//!
//! A link in a mail is opened by scanners before its reader sees it: a page shows
//! [`Accounts::find_link`] when asked and calls [`Accounts::use_link`] only when its button is pressed.

use serde_json::{Value as Json, json};
use tillit_store::{Cx, Duration, Id, OrganisationId, PersonId, Row, Timestamp, Tx, Value, args, kinds};

use crate::audit::{Entry, actions};
use crate::credential::{PreparedPassword, Telling};
use crate::error::{AccountsError, Result};
use crate::notice::Notice;
use crate::people::PersonState;
use crate::secret_text::{Secret, SecretText};
use crate::session::{NewSession, SessionToken};
use crate::session_end::Endings;
use crate::{Accounts, sql};

/// The secret of a link. Debug output hides it.
#[derive(Debug, Clone)]
pub struct LinkToken(SecretText);

impl LinkToken {
    /// A token as it came back in an address; `None` if no link can have it.
    pub fn parse(text: &str) -> Option<Self> {
        SecretText::parse(text).map(Self)
    }
    /// For the address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
    /// As stored.
    pub(crate) fn stored(&self, accounts: &Accounts) -> Result<[u8; 32]> {
        self.0.stored(accounts, Secret::Link)
    }
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// Sets up the first owner's account.
    SetUp,
    /// Lets an owner in who lost every other way; made by the operator on the host.
    Recover,
    /// The second side of whoever was invited; made by [`Accounts::invite`], without whose row it does not work.
    Invitation,
    /// Hands a task (such as granting consent) to a colleague.
    Handover,
}

impl LinkPurpose {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::Recover => "recover",
            Self::Invitation => "invitation",
            Self::Handover => "handover",
        }
    }

    /// The longest such a link may live.
    pub const fn longest_life(self) -> Duration {
        match self {
            Self::Recover => Duration::minutes(15),
            Self::SetUp => Duration::days(2),
            Self::Invitation | Self::Handover => Duration::days(14),
        }
    }
}
impl From<LinkPurpose> for Value {
    fn from(purpose: LinkPurpose) -> Self {
        purpose.code().into()
    }
}

/// Whose link it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The person's organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub person: PersonId,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// A link that was used up a moment ago. Only [`Accounts::use_link`] makes one, so it proves that
/// its holder had the link: see [`OwnProof::Link`](crate::OwnProof::Link).
#[derive(Debug)]
#[non_exhaustive]
pub struct UsedLink {
    /// The person's organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub person: PersonId,
    /// What the link was for.
    pub purpose: LinkPurpose,
    /// Which link it was.
    pub(crate) id: Id<kinds::Invitation>,
    /// How often all sessions of the person had been ended then.
    endings: Endings,
}

impl Link {
    fn of_row(row: &Row) -> Result<Self> {
        Ok(Self { organisation: row.get("organisation_id")?, person: row.get("person_id")?, expires_at: row.get("expires_at")? })
    }
}

impl Accounts {
    /// Makes a link for a person; an earlier unused one for the same purpose is void. `life` is cut
    /// to the purpose's longest. The token is known here and now only. All owners are told by mail
    /// of a link to recover.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person, or the person is disabled.
    pub async fn make_link(&self, tx: &mut Tx, cx: &Cx, person: PersonId, purpose: LinkPurpose, life: Duration) -> Result<LinkToken> {
        let announced = match purpose {
            LinkPurpose::Recover => Some(self.announce(tx, cx, Notice::RecoverLinkMade, person).await?),
            _ => None,
        };
        self.add_link(tx, cx, person, purpose, life, announced).await
    }

    /// [`Accounts::make_link`] of which nobody is told here; `announced` says for the log what owners were.
    pub(crate) async fn add_link(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        purpose: LinkPurpose,
        life: Duration,
        announced: Option<Json>,
    ) -> Result<LinkToken> {
        let organisation = crate::scope(cx)?;
        let (_, state) = self.standing(tx, cx, person).await?;
        if state != PersonState::Active && (state, purpose) != (PersonState::Invited, LinkPurpose::Invitation) {
            return Err(AccountsError::NotFound);
        }
        self.hold_log(tx, cx).await?;
        let token = LinkToken(SecretText::new(cx));
        let id: Id<kinds::Invitation> = cx.new_id();
        let expires_at = cx.now() + life.min(purpose.longest_life());
        tx.execute(sql::DELETE_LINKS, args![organisation, person, purpose]).await?;
        tx.execute(sql::ADD_LINK, args![id, organisation, person, purpose, token.stored(self)?, cx.now(), expires_at]).await?;
        let mut detail = json!({ "expires_at": expires_at });
        if let (Some(announced), Some(detail)) = (announced, detail.as_object_mut()) {
            detail.insert("mail".to_owned(), announced);
        }
        let entry = Entry::new(actions::LINK_MADE).target(person).reason(purpose.code()).detail(detail);
        self.record(tx, cx, entry).await?;
        Ok(token)
    }

    /// Whose link this is, while it works. Uses nothing up. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link that does not work: used, over, void, of another
    /// purpose, or never made.
    pub async fn find_link(&self, cx: &Cx, token: &LinkToken, purpose: LinkPurpose) -> Result<Link> {
        let mut tx = self.db().read(cx).await?;
        let values = args![token.stored(self)?, purpose, cx.organisation(), cx.now()];
        Link::of_row(&tx.fetch_optional(sql::FIND_LINK, values).await?.ok_or(AccountsError::NotFound)?)
    }

    /// Carries out what a used link that sets a password promised, in one transaction: the password, perhaps without the app and
    /// passkeys that there were (`clear`, for whoever comes back), and the session. `None`: nobody is signed in, since the
    /// person has an app, whose code is asked for at the sign-in.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link of another purpose, and for somebody who is not here any more; for a link to choose a
    /// password also if all sessions were ended since it was used, or the person has a passkey by now, and signs in with that.
    pub async fn enter_by_link(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        used: &UsedLink,
        prepared: PreparedPassword,
        clear: bool,
        new: NewSession,
    ) -> Result<Option<SessionToken>> {
        let organisation = crate::scope(cx)?;
        let sets_one = matches!(used.purpose, LinkPurpose::SetUp | LinkPurpose::Recover);
        if !sets_one || used.organisation != organisation || new.person != used.person {
            return Err(AccountsError::NotFound);
        }
        self.hold_person(tx, cx, used.person).await?;
        if used.purpose == LinkPurpose::SetUp {
            let row = tx.fetch_optional(sql::FIND_ENDINGS, args![organisation, used.person]).await?.ok_or(AccountsError::NotFound)?;
            if Endings::of_row(&row)? != used.endings || self.own_proofs_in(tx, cx, used.person).await?.passkey {
                return Err(AccountsError::NotFound);
            }
        }
        self.put_password(tx, cx, used.person, prepared, None, Telling::ByLink).await?;
        if clear && used.purpose == LinkPurpose::Recover {
            self.clear_second_factors(tx, cx, used.person).await?;
        }
        // The mailbox alone is not both factors; the way back for whoever lost everything is.
        let has_app = tx.fetch_optional(crate::sql_sign_in::FIND_APP, args![organisation, used.person]).await?.is_some();
        if has_app && used.purpose == LinkPurpose::SetUp {
            return Ok(None);
        }
        let (token, _) = self.start_session(tx, cx, new).await?;
        Ok(Some(token))
    }

    /// Uses up a link, in a transaction of its own that is committed when this returns: whatever
    /// fails afterwards, the link does not work again. Asked in installation scope.
    ///
    /// # Errors
    /// As [`Accounts::find_link`].
    pub async fn use_link(&self, cx: &Cx, token: &LinkToken, purpose: LinkPurpose) -> Result<UsedLink> {
        let mut tx = self.db().begin(cx).await?;
        let values = args![token.stored(self)?, purpose, cx.organisation(), cx.now()];
        // Whose it is, so that the log is held before the link.
        let found = tx.fetch_optional(sql::FIND_LINK, values.clone()).await?.ok_or(AccountsError::NotFound)?;
        let endings = Endings::of_row(&found)?;
        self.hold_log(&mut tx, &cx.in_organisation(Link::of_row(&found)?.organisation)).await?;
        let row = tx.fetch_optional(sql::USE_LINK, values).await?.ok_or(AccountsError::NotFound)?;
        let Link { organisation, person, .. } = Link::of_row(&row)?;
        let link = UsedLink { organisation, person, purpose, id: row.get("id")?, endings };
        let entry = Entry::new(actions::LINK_USED).target(link.person).reason(purpose.code());
        self.record(&mut tx, &cx.in_organisation(link.organisation), entry).await?;
        tx.commit().await?;
        Ok(link)
    }
}
