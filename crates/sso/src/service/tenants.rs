//! Tenants at Microsoft that an organisation is bound to, and giving one up. One tenant belongs to one organisation;
//! only the operator can end that, since whoever holds the tenant signs people in.

use tillit_accounts::DomainProof;
use tillit_accounts::audit::Entry;
use tillit_store::{Actor, Cx, PersonId, Row, Timestamp, Tx, args};

use super::settings::{self, microsoft_issuer};
use super::{Sso, actions, progress, scope};
use crate::error::{Result, SsoError};
use crate::protocol::TenantId;
use crate::sql;

/// A tenant that an organisation is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundTenant {
    /// Name of its cloud.
    pub cloud: String,
    /// Tenant id.
    pub tenant: TenantId,
    /// Its name, if Graph told it.
    pub name: Option<String>,
    /// Since when.
    pub bound_at: Timestamp,
    /// How many people of the organisation are linked to accounts of it.
    pub linked: u64,
}

/// What went with a tenant that was given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Released {
    /// Accounts that are linked to nobody any more.
    pub accounts: u64,
    /// Domains that were the organisation's because this tenant listed them.
    pub domains: u64,
}

impl Sso {
    /// Tenants that the organisation is bound to, the first bound first.
    ///
    /// # Errors
    /// [`SsoError::NoOrganisation`]; [`SsoError::UnknownCloud`] for one of a cloud that is configured no more.
    pub async fn tenants(&self, cx: &Cx) -> Result<Vec<BoundTenant>> {
        let organisation = scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let mut list = Vec::new();
        for row in tx.fetch_all(sql::LIST_TENANTS, args![organisation]).await? {
            let (cloud, tenant): (String, TenantId) = (row.get("cloud")?, tenant_of(&row)?);
            let issuer = self.tenant_issuer(&cloud, &tenant)?;
            let linked: i64 = tx.fetch_one(sql::COUNT_IDENTITIES_OF_ISSUER, args![organisation, issuer]).await?.get("n")?;
            list.push(BoundTenant {
                cloud,
                tenant,
                name: row.get("name")?,
                bound_at: row.get("bound_at")?,
                linked: u64::try_from(linked).unwrap_or(0),
            });
        }
        Ok(list)
    }

    /// Gives a tenant up, so that another organisation can bind it: nobody of this one is linked to its accounts any
    /// more, and domains that only its list proved are given back. People, roles and passwords stay.
    ///
    /// # Errors
    /// [`SsoError::Denied`] unless the caller is the operator; [`SsoError::NotFound`] if the organisation is not bound
    /// to it; [`SsoError::TenantInForce`] while people sign in with it.
    pub async fn release_tenant(&self, cx: &Cx, cloud: &str, tenant: &TenantId) -> Result<Released> {
        if cx.actor() != Actor::Operator {
            return Err(SsoError::Denied);
        }
        let organisation = scope(cx)?;
        let domains = self.accounts().domains(cx).await?;
        let mut tx = self.db().begin(cx).await?;
        let issuer = self.tenant_issuer(cloud, tenant)?;
        // Whoever is linked to it, then the log, under which nobody enforces meanwhile.
        let linked = tx.fetch_all(sql::LIST_PEOPLE_OF_ISSUER, args![organisation, issuer.as_str()]).await?;
        let linked = linked.iter().map(|row| row.get("person_id")).collect::<Result<Vec<PersonId>, _>>()?;
        self.accounts().hold_people(&mut tx, cx, linked).await?;
        let detail = serde_json::json!({ "cloud": cloud, "tenant": tenant.as_str() });
        self.accounts().record(&mut tx, cx, Entry::new(actions::TENANT_RELEASED).detail(detail)).await?;
        if tx.execute(sql::RELEASE_TENANT, args![organisation, cloud, tenant.as_str()]).await? == 0 {
            return Err(SsoError::NotFound);
        }
        if self.is_in_force(&mut tx, cx, &issuer).await? {
            return Err(SsoError::TenantInForce);
        }
        let mut released = Released::default();
        for row in tx.fetch_all(sql::DROP_IDENTITIES_OF_ISSUER, args![organisation, issuer]).await? {
            tx.execute(sql::NOTE_LINKED, args![organisation, row.get::<PersonId>("person_id")?]).await?;
            released.accounts += 1;
        }
        let listed = DomainProof::MicrosoftTenant { cloud: cloud.to_owned(), tenant: tenant.as_str().to_owned() };
        for verified in domains.iter().filter(|verified| *verified.proof() == listed) {
            self.accounts().remove_domain(&mut tx, cx, verified.domain()).await?;
            released.domains += 1;
        }
        tx.commit().await?;
        Ok(released)
    }

    async fn is_in_force(&self, tx: &mut Tx, cx: &Cx, issuer: &str) -> Result<bool> {
        let organisation = scope(cx)?;
        let Some(version) = progress::find(tx, organisation).await?.in_force(cx) else { return Ok(false) };
        let connection = settings::find(tx, organisation, version).await?;
        Ok(self.issuer_of(&connection)?.as_deref() == Some(issuer))
    }

    fn tenant_issuer(&self, cloud: &str, tenant: &TenantId) -> Result<String> {
        let cloud = self.config().cloud(cloud).ok_or(SsoError::UnknownCloud)?;
        Ok(microsoft_issuer(&cloud, tenant)?.as_str().to_owned())
    }
}

fn tenant_of(row: &Row) -> Result<TenantId> {
    row.get::<String>("tenant")?.parse().map_err(|_| SsoError::Inconsistent("tenant id"))
}
