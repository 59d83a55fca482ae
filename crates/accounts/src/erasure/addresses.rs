//! What stands under the organisation's key with an address of somebody who is forgotten: mails that wait, sign-ins that were
//! refused before the person was known, the contact, restores that ended. It does not go with the person's key.

use std::collections::HashSet;

use tillit_jobs::JobsError;
use tillit_mail::MailError;
use tillit_store::{Cx, PersonId, Tx, args};
use tillit_vault::{OrganisationKeys, Place};
use uuid::Uuid;

use super::sql;
use crate::Accounts;
use crate::error::Result;
use crate::find::mail_index_of;
use crate::mirror::table;
use crate::people::username_index;
use crate::username::Username;

/// Tables whose column `about` is a blind index of an address that is sealed beside it, in this column.
const OF_ADDRESSES: &[(&str, &str)] = &[("sso_sign_in", "sealed")];

/// Rows opened together.
const PART: i64 = 500;

impl Accounts {
    /// Deletes what stands there with an address of the person, while the person's profile still opens and says which these are.
    pub(super) async fn forget_addresses(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let Ok(opened) = self.person_in(tx, cx, person).await else { return self.forget_unread_addresses(tx, cx, &[person]).await };
        let mut addresses = vec![opened.username.as_str().to_owned(), opened.mail_address().to_owned()];
        addresses.dedup();
        for address in &addresses {
            unless_unreadable(tillit_mail::withdraw(tx, cx, self.vault(), address).await)?;
            let about = self.vault().organisation(tx, organisation).await?.blind_address(address);
            for (name, _) in OF_ADDRESSES {
                tx.execute(table::delete(name, "about"), args![organisation, about]).await?;
            }
        }
        self.forget_contact(tx, cx, &|named| addresses.iter().any(|gone| gone.eq_ignore_ascii_case(named.as_str()))).await
    }

    /// The same for people whose profiles open no more, as after a backup was brought back: their rows have blind indexes of their
    /// addresses, and what is sealed under the organisation's key still opens, so each address there is compared with these.
    pub(super) async fn forget_unread_addresses(&self, tx: &mut Tx, cx: &Cx, people: &[PersonId]) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let Ok(keys) = self.vault().organisation(tx, organisation).await else {
            // Nothing of the organisation opens to anybody.
            tracing::error!(%organisation, "addresses of people who are forgotten could not be looked for: the organisation's key does not open");
            return Ok(());
        };
        let mut gone = Gone { keys, indexes: HashSet::new() };
        for person in people {
            let Some(row) = tx.fetch_optional(sql::INDEXES_OF, args![organisation, *person]).await? else { continue };
            gone.indexes.insert(row.get("username_index")?);
            gone.indexes.extend(row.get::<Option<Vec<u8>>>("email_index")?);
        }
        unless_unreadable(tillit_mail::withdraw_those(tx, cx, self.vault(), &|to| gone.is_typed(to)).await)?;
        for (name, column) in OF_ADDRESSES {
            let mut after = Uuid::nil();
            loop {
                let rows = tx.fetch_all(table::sealed_addresses(name, column), args![organisation, after, PART]).await?;
                for row in &rows {
                    after = row.get("id")?;
                    let opened = gone.keys.open(Place::new(name, column, after), &row.get::<Vec<u8>>("sealed_address")?);
                    // What does not open names nobody any more.
                    if opened.is_ok_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(|text| gone.is_typed(text))) {
                        tx.execute(table::delete(name, "id"), args![organisation, after]).await?;
                    }
                }
                if rows.is_empty() {
                    break;
                }
            }
        }
        self.forget_contact(tx, cx, &|named| gone.is(named)).await
    }
}

/// Addresses of people who are forgotten, known by their blind indexes only.
struct Gone {
    keys: OrganisationKeys,
    indexes: HashSet<Vec<u8>>,
}

impl Gone {
    fn is(&self, address: &Username) -> bool {
        [username_index(&self.keys, address), mail_index_of(&self.keys, address)]
            .iter()
            .any(|index| self.indexes.contains(index.as_slice()))
    }
    fn is_typed(&self, address: &str) -> bool {
        address.parse().is_ok_and(|address| self.is(&address))
    }
}

/// Mails that cannot be looked for keep nobody from being forgotten; a database that fails does.
fn unless_unreadable(withdrawn: Result<u64, MailError>) -> Result<()> {
    match withdrawn {
        Ok(_) => Ok(()),
        Err(MailError::Jobs(JobsError::Store(error))) => Err(error.into()),
        Err(error) => {
            tracing::error!(%error, "mails that wait for somebody who is forgotten could not be looked for");
            Ok(())
        }
    }
}
