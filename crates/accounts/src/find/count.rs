//! How many people there are of each kind.

use tillit_store::{Cx, Tx, args};

use super::{PeopleFilter, sql};
use crate::Accounts;
use crate::error::Result;
use crate::people::PersonState;
use crate::role::Role;

/// How many people there are, by role, by state, and by whether they are linked to an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleCount(Vec<(Role, PersonState, bool, u64)>);

impl PeopleCount {
    /// Of groups that do not overlap.
    pub fn of_groups(groups: impl IntoIterator<Item = (Role, PersonState, bool, u64)>) -> Self {
        Self(groups.into_iter().collect())
    }
    /// Those whom a filter means.
    pub fn matching(&self, filter: PeopleFilter) -> u64 {
        self.0.iter().filter(|(role, state, linked, _)| filter.admits(*role, *state, *linked)).map(|(.., n)| n).sum()
    }
    /// Everybody.
    pub fn all(&self) -> u64 {
        self.matching(PeopleFilter::default())
    }
    /// Those with a role, in any state.
    pub fn of(&self, role: Role) -> u64 {
        self.matching(PeopleFilter { role: Some(role), ..PeopleFilter::default() })
    }
    /// Those in a state, of any role.
    pub fn in_state(&self, state: PersonState) -> u64 {
        self.matching(PeopleFilter { state: Some(state), ..PeopleFilter::default() })
    }
    /// Owners who can act.
    pub fn owners(&self) -> u64 {
        self.matching(PeopleFilter { role: Some(Role::Owner), state: Some(PersonState::Active), linked: None })
    }
}

impl Accounts {
    /// How many people the organisation has.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn count_people(&self, tx: &mut Tx, cx: &Cx) -> Result<PeopleCount> {
        let rows = tx.fetch_all(sql::COUNT_PEOPLE, args![crate::scope(cx)?]).await?;
        let group = |row: &tillit_store::Row| -> Result<_> {
            let n = u64::try_from(row.get::<i64>("n")?).unwrap_or(0);
            Ok((row.get("role")?, row.get("state")?, row.get("linked")?, n))
        };
        rows.iter().map(group).collect::<Result<_>>().map(PeopleCount)
    }
}
