//! A domain that an organisation shows to be its own by a DNS record.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_fetch::TxtResolver;
use tillit_store::Cx;

use crate::Accounts;
use crate::domain::{Domain, VerifiedDomain};
use crate::error::{AccountsError, Result};
use crate::gate::Door;
use crate::ways_back::RecordAsked;

/// Purpose of the keyed value that a domain's record holds.
const DOMAIN_RECORD: &str = "domain.record";

/// What came of a look at a domain's DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainLook {
    /// The record is there: the domain is the organisation's from now on.
    Added,
    /// It is the organisation's already.
    Own,
    /// The record is not there (yet).
    NotThere,
    /// The domain belongs to another organisation here; only the operator can settle that.
    Taken,
    /// No resolver answered.
    NoAnswer,
    /// So many looks came from this network that the next must wait.
    TooMany,
}

impl Accounts {
    /// The record that shows `domain` to be the organisation's: the same each time, and another one for every
    /// organisation and every domain, so that nobody's record counts for somebody else.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn domain_record(&self, cx: &Cx, domain: &Domain) -> Result<RecordAsked> {
        let mut tx = self.db().read(cx).await?;
        let keys = self.vault().organisation(&mut tx, crate::scope(cx)?).await?;
        let value = URL_SAFE_NO_PAD.encode(keys.blind(DOMAIN_RECORD, domain.as_str()));
        Ok(RecordAsked { name: format!("_tillit.{domain}"), text: format!("tillit-domain={value}") })
    }

    /// Looks for the record now, and adds the domain if it is there. No transaction is open while DNS is asked.
    ///
    /// # Errors
    /// [`AccountsError::Store`], [`AccountsError::Vault`].
    pub async fn look_for_domain(&self, cx: &Cx, domain: &Domain, resolver: &TxtResolver) -> Result<DomainLook> {
        let mut tx = self.db().read(cx).await?;
        let own = self.holds_domain(&mut tx, cx, domain).await?;
        tx.rollback().await?;
        if own {
            return Ok(DomainLook::Own);
        }
        if self.knock(cx, Door::Code).is_err() {
            return Ok(DomainLook::TooMany);
        }
        let record = self.domain_record(cx, domain).await?;
        #[cfg(any(test, feature = "testing"))]
        tillit_store::testing::no_transaction_is_open("DNS is asked");
        match resolver.has(&record.name, &record.text).await {
            Err(_) => return Ok(DomainLook::NoAnswer),
            Ok(false) => return Ok(DomainLook::NotThere),
            Ok(true) => {}
        }
        let mut tx = self.db().begin(cx).await?;
        match self.add_domain(&mut tx, cx, &VerifiedDomain::by_dns(domain.clone())).await {
            Ok(_) => {}
            Err(AccountsError::DomainTaken) => return Ok(DomainLook::Taken),
            Err(error) => return Err(error),
        }
        tx.commit().await?;
        Ok(DomainLook::Added)
    }
}
