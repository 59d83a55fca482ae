//! Forgetting a person.

use std::collections::BTreeMap;

use tillit_store::{Actor, Cx, Duration, Id, Kind, OrganisationId, PersonId, Row, Scope, Timestamp, Tx, args};

use super::answer::LastAddress;
use super::{sql, words};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::mirror::table;
use crate::notice::Notice;

/// Where a forgotten person's id stays, and with it nothing that says who it was: table, column, why.
pub const REMAINS: &[(&str, &str, &str)] = &[
    ("audit", "actor_id", "who did what stays answerable, by an id that leads to nobody"),
    ("audit", "target_id", "the same"),
    ("erasure_receipt", "person_id", "the receipt"),
    ("erasure_receipt", "erased_by", "who forgot somebody else"),
    ("erasure_request", "answered_by", "who answered somebody else"),
    ("invitation", "invited_by", "who invited somebody else"),
    ("profile_deletion", "asked_by", "who asked for a deletion"),
    ("restore_link", "person_id", "whose link to stop a restore it was, until the restore's row goes"),
    ("sso_connection", "created_by", "who made the settings"),
    ("sso_test", "person_id", "who tested single sign-on before it was enforced"),
    ("ways_back", "glass_person", "the break-glass account is nobody's; another one is made when it is opened"),
    ("vault_erasure", "person_id", "until the ledger outside the database has it"),
];

/// Rows that are the person's and go with no foreign key.
const DELETED: &[(&str, &str)] = &[("sso_session", "person_id"), ("sso_sign_in", "person_id"), ("sso_transaction", "person_id")];

/// How long a receipt is kept, and a refusal.
const RECEIPTS_KEPT: Duration = Duration::days(3 * 365);

/// Marks ids of receipts.
#[derive(Debug)]
pub enum ReceiptKind {}
impl Kind for ReceiptKind {
    const PREFIX: &'static str = "rcp";
}

/// That somebody was forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReceipt {
    /// The id.
    pub id: Id<ReceiptKind>,
    /// Who it was: an id that leads to nobody.
    pub person: PersonId,
    /// When the person asked for it; `None` if nobody asked.
    pub asked_at: Option<Timestamp>,
    /// When it was done.
    pub erased_at: Timestamp,
    /// Who did it; `None` for the operator.
    pub erased_by: Option<PersonId>,
    /// From when on no backup opens anything of the person; `None` where backups are not limited by keys.
    pub backups_until: Option<Timestamp>,
}

impl Accounts {
    /// Forgets a person: key, row, sessions, linked accounts, and whatever else names the person as its own. The person is
    /// told by a last mail, and every owner that somebody was forgotten, and by whom. Nothing of this can be undone.
    ///
    /// The caller asks before: [`Accounts::prove_way`], and for an owner the room that knows the activation
    /// (docs/activation.md, O1 and O2); and calls [`Accounts::after_forgetting`] after the commit.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::LastOwner`], then drop the transaction; [`AccountsError::Denied`] for
    /// whoever would forget themselves; [`AccountsError::WaysBack`] for the break-glass account while it is open: an owner
    /// closes it first, which voids its code.
    pub async fn forget(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<ErasureReceipt> {
        let organisation = crate::scope(cx)?;
        // Held first: the log is the lock under which two owners cannot remove each other at once.
        self.hold_person(tx, cx, person).await?;
        let (role, _) = self.standing(tx, cx, person).await?;
        let by = match cx.actor() {
            Actor::Person(by) if by == person => return Err(AccountsError::Denied),
            Actor::Person(by) => Some(by),
            _ => None,
        };
        self.may_be_forgotten(tx, cx, person).await?;
        // Before the person's key goes.
        self.record(tx, cx, Entry::new(actions::PERSON_FORGOTTEN).target(person)).await?;
        let request = tx.fetch_optional(sql::OPEN_REQUEST_OF, args![organisation, person]).await?;
        let asked_at: Option<Timestamp> = request.map(|row| row.get("asked_at")).transpose()?;
        let last = self.last_address(tx, cx, person).await;
        self.forget_addresses(tx, cx, person).await?;
        let forgotten = self.vault().forget_person(tx, cx, organisation, person).await?;
        self.delete_rows(tx, organisation, person).await?;
        self.keep_an_owner(tx, organisation, role).await?;
        let receipt = ErasureReceipt {
            id: cx.new_id(),
            person,
            asked_at,
            erased_at: forgotten.at,
            erased_by: by,
            backups_until: forgotten.final_in_backups,
        };
        let values = args![receipt.id, organisation, person, asked_at, receipt.erased_at, by, receipt.backups_until];
        tx.execute(sql::ADD_RECEIPT, values).await?;
        if let Some(last) = last {
            let (subject, text) = words::forgotten(last.language, &last.organisation, receipt.backups_until);
            self.mail_last(tx, cx, &last, subject, text).await?;
        }
        // It cannot be undone, so every owner hears of it at once; the person is named no more.
        if let Some(by) = by {
            self.announce(tx, cx, Notice::Forgotten, by).await?;
        }
        Ok(receipt)
    }

    /// Writes the erasure to the ledger outside the database, so that a restored backup forgets the person again. If that
    /// fails the background work does it.
    pub async fn after_forgetting(&self, cx: &Cx) {
        if let Err(error) = self.vault().note_erasures(self.db(), cx).await {
            tracing::error!(%error, "an erasure is not in the ledger yet; the background work will try again");
        }
    }

    /// Deletes every row that is the person's, and the person.
    async fn delete_rows(&self, tx: &mut Tx, organisation: OrganisationId, person: PersonId) -> Result<()> {
        for (name, column) in DELETED {
            tx.execute(table::delete(name, column), args![organisation, person]).await?;
        }
        tx.execute(sql::DELETE_PERSON, args![organisation, person]).await?;
        Ok(())
    }

    /// Deletes what is left of people whose key is gone, with a receipt: after a backup was brought back and the ledger replayed. How many
    /// people. Call it at start, before anybody can sign in.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn forget_keyless(&self, cx: &Cx) -> Result<usize> {
        let cx = &cx.with_scope(Scope::Installation);
        let mut people = 0;
        loop {
            let mut tx = self.db().read(cx).await?;
            let rows = tx.fetch_all(sql::LIST_KEYLESS, args![]).await?;
            tx.rollback().await?;
            let mut of: BTreeMap<OrganisationId, Vec<PersonId>> = BTreeMap::new();
            for row in &rows {
                of.entry(row.get("organisation_id")?).or_default().push(row.get("id")?);
            }
            for (organisation, gone) in of {
                self.forget_keyless_of(&cx.in_organisation(organisation), organisation, &gone).await?;
            }
            people += rows.len();
            if rows.is_empty() {
                return Ok(people);
            }
        }
    }

    /// These people of one organisation, in one transaction: whatever is found by their rows goes with the rows.
    async fn forget_keyless_of(&self, cx: &Cx, organisation: OrganisationId, people: &[PersonId]) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        for person in people {
            self.hold_person(&mut tx, cx, *person).await?;
        }
        self.forget_unread_addresses(&mut tx, cx, people).await?;
        for person in people {
            self.delete_rows(&mut tx, organisation, *person).await?;
            // The receipt of then is not in the database that was brought back.
            let (id, until): (Id<ReceiptKind>, _) = (cx.new_id(), self.vault().final_in_backups());
            let values = args![id, organisation, *person, None::<Timestamp>, cx.now(), None::<PersonId>, until];
            tx.execute(sql::ADD_RECEIPT, values).await?;
        }
        tx.commit().await?;
        self.vault().durable("forgetting: rows of one organisation's people without keys");
        Ok(())
    }

    /// The receipt of an erasure.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn erasure_receipt(&self, cx: &Cx, id: Id<ReceiptKind>) -> Result<ErasureReceipt> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::FIND_RECEIPT, args![crate::scope(cx)?, id]).await?;
        read(&row.ok_or(AccountsError::NotFound)?)
    }

    /// Receipts, the newest first; at most 100.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn erasure_receipts(&self, cx: &Cx) -> Result<Vec<ErasureReceipt>> {
        let mut tx = self.db().read(cx).await?;
        tx.fetch_all(sql::LIST_RECEIPTS, args![crate::scope(cx)?]).await?.iter().map(read).collect()
    }

    /// Where the last mail goes. Nothing that does not open keeps anybody from being forgotten.
    async fn last_address(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Option<LastAddress> {
        let person = self.person_in(tx, cx, person).await.ok()?;
        let organisation = self.organisation_in(tx, cx).await.ok()?;
        Some(LastAddress {
            to: person.mail_address().to_owned(),
            language: person.language().unwrap_or(organisation.language),
            organisation: organisation.name,
        })
    }
}

fn read(row: &Row) -> Result<ErasureReceipt> {
    Ok(ErasureReceipt {
        id: row.get("id")?,
        person: row.get("person_id")?,
        asked_at: row.get("asked_at")?,
        erased_at: row.get("erased_at")?,
        erased_by: row.get("erased_by")?,
        backups_until: row.get("backups_until")?,
    })
}

/// Deletes receipts and refusals that are three years old.
pub(crate) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let before = now - RECEIPTS_KEPT;
    Ok(tx.execute(sql::PRUNE_RECEIPTS, args![before]).await? + tx.execute(sql::PRUNE_REQUESTS, args![before]).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables_about_people;

    /// Whether the table goes with the person by a foreign key on this column.
    fn goes_with_the_person(table: &str, column: &str) -> bool {
        let text =
            tillit_store::migration_texts().map(|(_, text)| text).find_map(|text| text.split(&format!("CREATE TABLE {table} (")).nth(1));
        let table = text.and_then(|text| text.split("\n)").next()).unwrap_or_default();
        column == "person_id" && table.contains("(organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE")
    }

    #[test]
    fn every_table_that_names_people_says_what_forgetting_does_to_it() {
        for (table, column) in tables_about_people() {
            let forgotten = table == "person" && column == "id" || table == "vault_person_key";
            let answers = [
                forgotten,
                goes_with_the_person(table, column),
                DELETED.contains(&(table, column)),
                REMAINS.iter().any(|(name, remains, why)| (*name, *remains) == (table, column) && !why.is_empty()),
            ];
            assert_eq!(
                answers.iter().filter(|answer| **answer).count(),
                1,
                "{table}.{column}: give it a foreign key to person with ON DELETE CASCADE, or a place in DELETED, or in REMAINS with the reason"
            );
        }
        for (table, column) in DELETED.iter().copied().chain(REMAINS.iter().map(|(table, column, _)| (*table, *column))) {
            assert!(tables_about_people().contains(&(table, column)), "{table}.{column} is no more");
        }
    }
}
