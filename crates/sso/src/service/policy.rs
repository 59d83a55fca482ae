//! What the organisation decided about people: may sign-ins create them, how many, guests, re-checks.
//! It holds at once, for settings of every version: it says who may come in, not how.

use tillit_store::{Duration, OrganisationId, Tx, args};

use super::views::PolicyView;
use crate::error::{Result, SsoError};
use crate::sql;

/// Most people that sign-ins may create in one organisation.
pub const LARGEST_CAP: u32 = 100_000;
/// Bounds of the minutes between re-checks.
pub const RECHECK_MINUTES: std::ops::RangeInclusive<u32> = 5..=720;

impl Default for PolicyView {
    fn default() -> Self {
        Self { create_people: false, cap: 100, created: 0, guests: false, recheck_minutes: 60 }
    }
}

impl PolicyView {
    /// Span between silent re-checks.
    pub(crate) fn recheck(&self) -> Duration {
        Duration::minutes(i64::from(self.recheck_minutes))
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.cap > LARGEST_CAP {
            return Err(SsoError::OutOfBounds("cap"));
        }
        if !RECHECK_MINUTES.contains(&self.recheck_minutes) {
            return Err(SsoError::OutOfBounds("recheck_minutes"));
        }
        Ok(())
    }
}

/// Reads the policy; what was never set has its default.
pub(crate) async fn find(tx: &mut Tx, organisation: OrganisationId) -> Result<PolicyView> {
    let Some(row) = tx.fetch_optional(sql::FIND_POLICY, args![organisation]).await? else { return Ok(PolicyView::default()) };
    let number = |column| -> Result<u32> { Ok(u32::try_from(row.get::<i64>(column)?).unwrap_or(u32::MAX)) };
    Ok(PolicyView {
        create_people: row.get("create_people")?,
        cap: number("cap")?,
        created: number("created")?,
        guests: row.get("guests")?,
        recheck_minutes: number("recheck_minutes")?,
    })
}

/// Writes everything but the count of created people.
pub(crate) async fn save(tx: &mut Tx, organisation: OrganisationId, policy: &PolicyView) -> Result<()> {
    policy.check()?;
    tx.execute(sql::SAVE_POLICY, args![organisation, policy.create_people, policy.cap, policy.guests, policy.recheck_minutes]).await?;
    Ok(())
}

/// Takes one place under the cap. False when creation is off or the cap is reached: the row decides,
/// so that two sign-ins at once cannot both take the last place.
pub(crate) async fn take_place(tx: &mut Tx, organisation: OrganisationId) -> Result<bool> {
    Ok(tx.execute(sql::TAKE_PLACE, args![organisation]).await? == 1)
}
