//! People with a role above employee. Every rule about the last way in asks for them, so one of them whose data does not open
//! keeps nobody from anything: who that is, is said beside the others.

use tillit_store::{Cx, PersonId, Row, Tx, args};

use crate::error::Result;
use crate::people::Person;
use crate::role::Role;
use crate::{Accounts, sql};

/// Most administrators that are listed.
const MOST: u32 = 200;

/// Active people of a role.
#[derive(Debug, Clone, Default)]
pub struct Administrators {
    /// Whose data opens, the first added first.
    pub people: Vec<Person>,
    /// Whose data does not: changed past this program, or by a broken disk.
    pub damaged: Vec<Damaged>,
}

/// Somebody whose data does not open: the id and the role are held in plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged {
    /// The id.
    pub id: PersonId,
    /// The role.
    pub role: Role,
}

impl Administrators {
    /// All of them, whether or not their data opens.
    pub fn ids(&self) -> impl Iterator<Item = PersonId> {
        self.people.iter().map(|person| person.id).chain(self.damaged.iter().map(|damaged| damaged.id))
    }
}

impl Accounts {
    /// Active owners; at most 200. The break-glass account is none, also while it is open.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn owners_in(&self, tx: &mut Tx, cx: &Cx) -> Result<Administrators> {
        let rows = tx.fetch_all(sql::LIST_OWNERS, args![crate::scope(cx)?, MOST]).await?;
        self.administrators_of(tx, cx, &rows).await
    }

    /// Active people with a role [above employee](Role::is_above_employee); at most 200.
    /// For owners ask [`Accounts::owners_in`]: others must not crowd them out.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn administrators_in(&self, tx: &mut Tx, cx: &Cx) -> Result<Administrators> {
        let rows = tx.fetch_all(sql::LIST_ADMINISTRATORS, args![crate::scope(cx)?, MOST]).await?;
        self.administrators_of(tx, cx, &rows).await
    }

    /// Active owners to whom a mail can be written.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn owners_who_read(&self, tx: &mut Tx, cx: &Cx) -> Result<Vec<Person>> {
        let owners = self.owners_in(tx, cx).await?.people;
        Ok(owners.into_iter().filter(Person::takes_mail).collect())
    }

    async fn administrators_of(&self, tx: &mut Tx, cx: &Cx, rows: &[Row]) -> Result<Administrators> {
        let organisation = crate::scope(cx)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let mut found = Administrators::default();
        for row in rows {
            match self.open_person(&keys, organisation, row) {
                Ok(person) => found.people.push(person),
                Err(error) => {
                    let damaged = Damaged { id: row.get("id")?, role: row.get("role")? };
                    tracing::error!(person = %damaged.id, %error, "the data of somebody above employee does not open");
                    found.damaged.push(damaged);
                }
            }
        }
        Ok(found)
    }
}
