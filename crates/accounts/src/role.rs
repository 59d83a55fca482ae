//! Roles, and what each may do.

use serde::{Deserialize, Serialize};
use tillit_store::{FromColumn, Row, StoreError, Value};

/// What a person is in the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everybody else.
    Employee,
    /// Runs security settings from day to day.
    SecurityAdministrator,
    /// Answers for the organisation's account; there is always at least one.
    Owner,
}

impl Role {
    /// All roles, the weakest first.
    pub const ALL: [Self; 3] = [Self::Employee, Self::SecurityAdministrator, Self::Owner];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::SecurityAdministrator => "security_administrator",
            Self::Owner => "owner",
        }
    }

    /// True for every role above employee.
    pub const fn is_administrator(self) -> bool {
        !matches!(self, Self::Employee)
    }

    /// What it takes to manage people of this role: to invite them, switch them off, unlink them.
    pub const fn managed_by(self) -> Permission {
        if self.is_administrator() { Permission::ManageRoles } else { Permission::ManageEmployees }
    }

    /// Whether this role holds `permission`.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            ChangeSingleSignOn, EndSessionsOfOthers, EnforceSingleSignOn, HoldRecoveryKit, ManageDomains, ManageEmployees,
            ManageOrganisation, ManageOwnSignIn, ManageRoles, ReadGuides, TurnOffSingleSignOn, ViewAudit, ViewOverview, ViewPeople,
            ViewSettings,
        };
        match permission {
            ViewOverview | ManageOwnSignIn => true,
            ReadGuides | ViewSettings | ViewPeople | ViewAudit | ManageEmployees | EndSessionsOfOthers | ChangeSingleSignOn => {
                self.is_administrator()
            }
            ManageRoles | ManageOrganisation | ManageDomains | EnforceSingleSignOn | TurnOffSingleSignOn | HoldRecoveryKit => {
                matches!(self, Self::Owner)
            }
        }
    }
}

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the first page after signing in.
    ViewOverview,
    /// See and end own sessions, change the own password.
    ManageOwnSignIn,
    /// Read the guides for system administrators.
    ReadGuides,
    /// See the settings.
    ViewSettings,
    /// See the list of people.
    ViewPeople,
    /// See the audit log, the sign-ins and the ledger of requests.
    ViewAudit,
    /// Add, change and disable employees.
    ManageEmployees,
    /// End sessions of other people.
    EndSessionsOfOthers,
    /// Activate, edit and test single sign-on; its credentials.
    ChangeSingleSignOn,
    /// Change who is owner or administrator.
    ManageRoles,
    /// Rename the organisation, choose its language.
    ManageOrganisation,
    /// Add and remove domains.
    ManageDomains,
    /// Make single sign-on the only way in.
    EnforceSingleSignOn,
    /// Turn single sign-on off.
    TurnOffSingleSignOn,
    /// Have a recovery kit.
    HoldRecoveryKit,
}

impl Permission {
    /// All permissions, the most common first.
    pub const ALL: [Self; 15] = [
        Self::ViewOverview,
        Self::ManageOwnSignIn,
        Self::ReadGuides,
        Self::ViewSettings,
        Self::ViewPeople,
        Self::ViewAudit,
        Self::ManageEmployees,
        Self::EndSessionsOfOthers,
        Self::ChangeSingleSignOn,
        Self::ManageRoles,
        Self::ManageOrganisation,
        Self::ManageDomains,
        Self::EnforceSingleSignOn,
        Self::TurnOffSingleSignOn,
        Self::HoldRecoveryKit,
    ];
}

impl From<Role> for Value {
    fn from(role: Role) -> Self {
        role.code().into()
    }
}
impl FromColumn for Role {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let code: String = row.get(column)?;
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or_else(|| row.inconsistent(column, "no such role"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_who_may_what_is_a_visible_difference() {
        let mut matrix = format!("{:<24}", "");
        for role in Role::ALL {
            matrix.push_str(&format!("{:<24}", role.code()));
        }
        for permission in Permission::ALL {
            matrix = format!("{}\n{:<24}", matrix.trim_end(), format!("{permission:?}"));
            for role in Role::ALL {
                matrix.push_str(&format!("{:<24}", if role.may(permission) { "yes" } else { "-" }));
            }
        }
        insta::assert_snapshot!(matrix.trim_end(), @r"
                                employee                security_administrator  owner
        ViewOverview            yes                     yes                     yes
        ManageOwnSignIn         yes                     yes                     yes
        ReadGuides              -                       yes                     yes
        ViewSettings            -                       yes                     yes
        ViewPeople              -                       yes                     yes
        ViewAudit               -                       yes                     yes
        ManageEmployees         -                       yes                     yes
        EndSessionsOfOthers     -                       yes                     yes
        ChangeSingleSignOn      -                       yes                     yes
        ManageRoles             -                       -                       yes
        ManageOrganisation      -                       -                       yes
        ManageDomains           -                       -                       yes
        EnforceSingleSignOn     -                       -                       yes
        TurnOffSingleSignOn     -                       -                       yes
        HoldRecoveryKit         -                       -                       yes
        ");
    }

    #[test]
    fn a_higher_role_may_everything_that_a_lower_one_may() {
        for permission in Permission::ALL {
            for pair in Role::ALL.windows(2) {
                assert!(!pair[0].may(permission) || pair[1].may(permission), "{permission:?}");
            }
        }
    }
}
