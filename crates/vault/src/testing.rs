//! For tests: everything sealed in a database, opened, so that a test can say in which columns a text stands, and in which not.

use tillit_store::{OrganisationId, PersonId, Tx, args};
use uuid::Uuid;

use crate::{Place, SealedTable, Vault, VaultError};

/// A sealed value, opened.
#[derive(Debug)]
pub struct Opened {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What stands in it.
    pub plain: Vec<u8>,
}

impl Opened {
    /// Whether these bytes are a part of it.
    pub fn holds(&self, part: &[u8]) -> bool {
        self.plain.windows(part.len()).any(|window| window == part)
    }
}

/// Every sealed value of these tables.
///
/// # Errors
/// As [`Vault::organisation`]; a value that does not open.
pub async fn opened(tx: &mut Tx, vault: &Vault, tables: &[SealedTable]) -> Result<Vec<Opened>, VaultError> {
    let mut found = Vec::new();
    for table in tables {
        for row in tx.fetch_all(table.everything(), args![]).await? {
            let id: Uuid = row.get("sealed_row")?;
            let (organisation, person): (Option<OrganisationId>, Option<PersonId>) =
                (row.get("sealed_organisation")?, row.get("sealed_person")?);
            for column in table.columns {
                let Some(sealed) = row.get::<Option<Vec<u8>>>(column)? else { continue };
                let place = Place::new(table.table, column, id);
                let plain = match (organisation, person) {
                    (Some(organisation), Some(person)) => vault.person(tx, organisation, person).await?.open(place, &sealed)?,
                    (Some(organisation), None) => vault.organisation(tx, organisation).await?.open(place, &sealed)?,
                    (None, _) => vault.installation_in(tx).await?.open(place, &sealed)?,
                };
                found.push(Opened { table: table.table, column, plain: plain.to_vec() });
            }
        }
    }
    Ok(found)
}
