//! Where the ways back name somebody by an address: what that person may see of it.

use tillit_store::{Cx, Timestamp, Tx, args};

use super::{RestoreId, sql};
use crate::Accounts;
use crate::error::Result;
use crate::mirror::{HeldRow, HeldValue};

impl Accounts {
    /// What the ways back hold with an address in this column (`ways_back` and `contact`, `restore` and `named`), for whoever has it.
    pub(crate) async fn named_in_ways_back(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        (table, column): (&'static str, &'static str),
        is: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<HeldRow>> {
        if table == "ways_back" {
            let standing = self.find_ways_back(tx, cx).await?;
            let held = if column == "contact" { standing.contact } else { standing.next_contact };
            let held = held.filter(|address| is(address.as_str()));
            return Ok(held.into_iter().map(|address| vec![(column, HeldValue::Text(address.as_str().to_owned()))]).collect());
        }
        let mut held = Vec::new();
        for row in tx.fetch_all(sql::LIST_NAMED, args![crate::scope(cx)?]).await? {
            // What does not open names nobody any more.
            let Ok((_, named, contact)) = self.open_ended(tx, cx, &row).await else { continue };
            let address = if column == "named" { named } else { contact };
            if is(address.as_str()) {
                held.push(vec![
                    ("id", HeldValue::Id(row.get::<RestoreId>("id")?.uuid())),
                    (column, HeldValue::Text(address.as_str().to_owned())),
                    ("began_at", HeldValue::At(row.get("began_at")?)),
                    ("ended_at", row.get::<Option<Timestamp>>("ended_at")?.map_or(HeldValue::None, HeldValue::At)),
                ]);
            }
        }
        Ok(held)
    }
}
