//! What is held about a person that does not name the person by id: it is under the organisation's key, with an address of the
//! person. The same places that forgetting looks through (`erasure::addresses`).

use tillit_store::{Cx, PersonId, Tx, args};
use tillit_vault::Place;

use super::shown::{self, HeldRow, HeldValue};
use super::{table, table_named};
use crate::Accounts;
use crate::error::Result;
use crate::people::Person;

/// Tables that hold something with an address of a person: table, and the column that is the address or its blind index.
pub(super) const ADDRESSED: &[(&str, &str)] = &[
    ("job", "about"),
    ("sso_sign_in", "about"),
    ("ways_back", "contact"),
    ("ways_back", "next_contact"),
    ("restore", "named"),
    ("restore", "contact"),
];

/// What is shown of a mail. Its text is not: it may hold a link or a code that is worth something in the mailbox only.
const OF_A_MAIL: &[&str] = &["id", "created_at", "attempts", "dead_at", "payload", "about"];

impl Accounts {
    /// Up to so many rows of such a table with one of the person's addresses. Whose profile does not open has no addresses that
    /// could be looked for.
    pub(super) async fn rows_with_address(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: PersonId,
        (name, column): (&'static str, &'static str),
        most: usize,
    ) -> Result<Vec<HeldRow>> {
        let Ok(of) = self.person_in(tx, cx, person).await else { return Ok(Vec::new()) };
        match name {
            "ways_back" | "restore" => {
                let is = |address: &str| addresses(&of).iter().any(|own| own.eq_ignore_ascii_case(address));
                let mut rows = self.named_in_ways_back(tx, cx, (name, column), &is).await?;
                rows.truncate(most);
                Ok(rows)
            }
            _ => self.rows_about_address(tx, cx, &of, (name, column), most).await,
        }
    }

    /// Rows with a blind index of an address.
    async fn rows_about_address(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        person: &Person,
        (name, column): (&'static str, &'static str),
        most: usize,
    ) -> Result<Vec<HeldRow>> {
        let organisation = crate::scope(cx)?;
        let Some(table) = table_named(name) else { return Ok(Vec::new()) };
        let of_organisation = self.vault().organisation(tx, organisation).await?;
        let keys = self.vault().person(tx, organisation, person.id).await?;
        let mut held = Vec::new();
        for address in addresses(person) {
            let left = i64::try_from(most - held.len()).unwrap_or(0);
            let values = args![organisation, of_organisation.blind_address(address), left];
            for row in tx.fetch_all(table::rows(table, column), values).await? {
                let mut values = shown::read(table, &row, person.id, &keys)?;
                if name == "job" {
                    values.retain(|(column, _)| OF_A_MAIL.contains(column));
                } else if let Some(sealed) = row.get::<Option<Vec<u8>>>("sealed")? {
                    // The name that was typed: the person's own address.
                    let opened = of_organisation.open(Place::new(name, "sealed", row.get("id")?), &sealed).ok();
                    let text = opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
                    let value = text.map_or(HeldValue::Unreadable, HeldValue::Text);
                    values.iter_mut().filter(|(column, _)| *column == "sealed").for_each(|(_, held)| *held = value.clone());
                }
                held.push(values);
            }
        }
        Ok(held)
    }
}

/// The person's addresses: the username, and the mail address if that is another one.
fn addresses(person: &Person) -> Vec<&str> {
    let mut addresses = vec![person.username.as_str(), person.mail_address()];
    addresses.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
    addresses
}
