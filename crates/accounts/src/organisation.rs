//! Organisations and their domains.

use serde_json::json;
use tillit_store::{Cx, OrganisationId, Row, Timestamp, Tx, args};

use crate::audit::{Entry, actions};
use crate::domain::{Domain, DomainProof, VerifiedDomain};
use crate::error::{AccountsError, Result};
use crate::language::Language;
use crate::profile::ProfileText;
use crate::slug::Slug;
use crate::{Accounts, sql};

/// Most domains of one organisation.
const MOST_DOMAINS: i64 = 500;

/// What a new organisation needs.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    /// Name as shown, at most 256 bytes.
    pub name: ProfileText,
    /// Short name in addresses.
    pub slug: Slug,
    /// Language of pages and mails for people who have none of their own.
    pub language: Language,
}

/// What an owner can change about the organisation. The short name stays: it stands in addresses that people keep.
#[derive(Debug, Clone)]
pub struct OrganisationChange {
    /// Name as shown.
    pub name: ProfileText,
    /// Language of pages and mails for people who have none of their own.
    pub language: Language,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Short name in addresses.
    pub slug: Slug,
    /// Name as shown.
    pub name: String,
    /// Language of pages and mails for people who have none of their own.
    pub language: Language,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Organisation {
    fn of_row(row: &Row) -> Result<Self> {
        let slug = row.get::<String>("slug")?.parse().map_err(|error| row.inconsistent("slug", error))?;
        Ok(Self { id: row.get("id")?, slug, name: row.get("name")?, language: row.get("language")?, created_at: row.get("created_at")? })
    }
}

impl Accounts {
    /// Makes an organisation and its keys. `cx` is the installation's (the operator's).
    ///
    /// # Errors
    /// [`AccountsError::SlugTaken`].
    pub async fn create_organisation(&self, tx: &mut Tx, cx: &Cx, new: &NewOrganisation) -> Result<OrganisationId> {
        let id: OrganisationId = cx.new_id();
        let added = tx.execute(sql::ADD_ORGANISATION, args![id, &new.slug, new.name.as_str(), new.language, cx.now()]).await?;
        if added == 0 {
            return Err(AccountsError::SlugTaken);
        }
        self.vault().create_organisation_keys(tx, cx, id).await?;
        self.begin_log(tx, &cx.in_organisation(id)).await?;
        self.record(tx, &cx.in_organisation(id), Entry::new(actions::ORGANISATION_CREATED).target(id)).await?;
        Ok(id)
    }

    /// The organisation of the call.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`], [`AccountsError::NotFound`].
    pub async fn organisation(&self, cx: &Cx) -> Result<Organisation> {
        let mut tx = self.db().read(cx).await?;
        self.organisation_in(&mut tx, cx).await
    }

    /// [`Accounts::organisation`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`], [`AccountsError::NotFound`].
    pub async fn organisation_in(&self, tx: &mut Tx, cx: &Cx) -> Result<Organisation> {
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?.ok_or(AccountsError::NotFound)?;
        Organisation::of_row(&row)
    }

    /// Renames the organisation and sets its language. True if something differs now; the audit row
    /// says what it was, so that it can be undone by changing it back.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`], [`AccountsError::NotFound`].
    pub async fn change_organisation(&self, tx: &mut Tx, cx: &Cx, change: &OrganisationChange) -> Result<bool> {
        let id = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_ORGANISATION, args![id]).await?.ok_or(AccountsError::NotFound)?;
        let before = Organisation::of_row(&row)?;
        if before.name == change.name.as_str() && before.language == change.language {
            return Ok(false);
        }
        tx.execute(sql::UPDATE_ORGANISATION, args![id, change.name.as_str(), change.language]).await?;
        let detail = json!({
            "name": { "from": before.name, "to": change.name.as_str() },
            "language": { "from": before.language.code(), "to": change.language.code() },
        });
        self.record(tx, cx, Entry::new(actions::ORGANISATION_CHANGED).target(id).detail(detail)).await?;
        Ok(true)
    }

    /// Organisations of the installation after `after`, at most `limit` (100). Installation scope only.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] in the scope of an organisation.
    pub async fn organisations(&self, cx: &Cx, after: Option<OrganisationId>, limit: u32) -> Result<Vec<Organisation>> {
        if cx.organisation().is_some() {
            return Err(AccountsError::Denied);
        }
        let after = after.unwrap_or(crate::nil());
        let mut tx = self.db().read(cx).await?;
        tx.fetch_all(sql::LIST_ORGANISATIONS, args![after, limit.min(100)]).await?.iter().map(Organisation::of_row).collect()
    }

    /// Which organisation a domain belongs to. Asked in installation scope: who signs in is not known yet.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn organisation_of_domain(&self, cx: &Cx, domain: &Domain) -> Result<Option<OrganisationId>> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::ORGANISATION_OF_DOMAIN, args![domain]).await?;
        let found: Option<OrganisationId> = row.map(|row| row.get("id")).transpose()?;
        Ok(found.filter(|id| cx.organisation().is_none_or(|own| own == *id)))
    }

    /// Which organisation has this short name. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn organisation_of_slug(&self, cx: &Cx, slug: &Slug) -> Result<Option<OrganisationId>> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::ORGANISATION_OF_SLUG, args![slug]).await?;
        let found: Option<OrganisationId> = row.map(|row| row.get("id")).transpose()?;
        Ok(found.filter(|id| cx.organisation().is_none_or(|own| own == *id)))
    }

    /// The organisation's domains, in alphabetical order, at most 500.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn domains(&self, cx: &Cx) -> Result<Vec<VerifiedDomain>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::LIST_DOMAINS, args![organisation]).await?;
        rows.iter()
            .map(|row| {
                let proof = match row.get::<String>("proof")?.as_str() {
                    "operator" => DomainProof::Operator,
                    "dns" => DomainProof::Dns,
                    _ => DomainProof::MicrosoftTenant { cloud: row.get("cloud")?, tenant: row.get("tenant")? },
                };
                Ok(VerifiedDomain::stored(row.get("domain")?, proof))
            })
            .collect()
    }

    /// Whether the organisation of the call holds `domain`.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn holds_domain(&self, tx: &mut Tx, cx: &Cx, domain: &Domain) -> Result<bool> {
        Ok(tx.fetch_optional(sql::OWN_DOMAIN, args![crate::scope(cx)?, domain]).await?.is_some())
    }

    /// Adds a domain to the organisation. Adding an own one again changes nothing. True if it was new.
    ///
    /// # Errors
    /// [`AccountsError::DomainTaken`] if another organisation has it, or the organisation has 500.
    pub async fn add_domain(&self, tx: &mut Tx, cx: &Cx, verified: &VerifiedDomain) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        if self.holds_domain(tx, cx, verified.domain()).await? {
            return Ok(false);
        }
        if tx.fetch_one(sql::COUNT_DOMAINS, args![organisation]).await?.get::<i64>("n")? >= MOST_DOMAINS {
            return Err(AccountsError::DomainTaken);
        }
        let (cloud, tenant) = match verified.proof() {
            DomainProof::Operator | DomainProof::Dns => (None, None),
            DomainProof::MicrosoftTenant { cloud, tenant } => (Some(cloud.as_str()), Some(tenant.as_str())),
        };
        let values = args![verified.domain(), organisation, verified.proof().code(), cloud, tenant, cx.now()];
        if tx.execute(sql::ADD_DOMAIN, values).await? == 0 {
            return Err(AccountsError::DomainTaken);
        }
        let detail = json!({ "domain": verified.domain().as_str(), "proof": verified.proof().code() });
        self.record(tx, cx, Entry::new(actions::DOMAIN_ADDED).detail(detail)).await?;
        Ok(true)
    }

    /// Gives a domain back, so that another organisation can have it.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if the organisation does not hold it.
    pub async fn remove_domain(&self, tx: &mut Tx, cx: &Cx, domain: &Domain) -> Result<()> {
        if tx.execute(sql::DELETE_DOMAIN, args![crate::scope(cx)?, domain]).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        self.record(tx, cx, Entry::new(actions::DOMAIN_REMOVED).detail(json!({ "domain": domain.as_str() }))).await
    }
}
