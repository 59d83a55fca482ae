//! Roles, and what each may do: the matrix (docs/decisions/0010).

use serde::{Deserialize, Serialize};
use tillit_store::{FromColumn, Row, StoreError, Value};

use crate::language::Language;
use crate::permission::Permission;

/// What a person is in the organisation. Everybody has exactly one role.
///
/// Roles are no ladder: an analyst and a campaign author may each do what the other may not. Two
/// things can be said of any role: whether it is [above employee](Role::is_above_employee), and
/// whether it [includes](Role::includes) another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers for the organisation's account and may everything; there is always at least one.
    Owner,
    /// Runs security from day to day: single sign-on, campaigns and reports.
    SecurityAdministrator,
    /// Brings employees in and takes them out again.
    DirectoryManager,
    /// Writes and sends campaigns of simulated phishing.
    CampaignAuthor,
    /// Reads reported mail and decides what it is.
    Analyst,
    /// Decides what is kept about people, and answers them.
    PrivacyOfficer,
    /// Reads, and changes nothing.
    Auditor,
    /// Everybody else.
    Employee,
}

impl Role {
    /// All roles, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::SecurityAdministrator,
        Self::DirectoryManager,
        Self::CampaignAuthor,
        Self::Analyst,
        Self::PrivacyOfficer,
        Self::Auditor,
        Self::Employee,
    ];

    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::SecurityAdministrator => "security_administrator",
            Self::DirectoryManager => "directory_manager",
            Self::CampaignAuthor => "campaign_author",
            Self::Analyst => "analyst",
            Self::PrivacyOfficer => "privacy_officer",
            Self::Auditor => "auditor",
            Self::Employee => "employee",
        }
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// As it stands in a mail: "you are …".
    pub(crate) const fn in_mail(self, language: Language) -> &'static str {
        let (en, nb) = match self {
            Self::Owner => ("an owner", "eier"),
            Self::SecurityAdministrator => ("a security administrator", "sikkerhetsadministrator"),
            Self::DirectoryManager => ("a directory manager", "brukeradministrator"),
            Self::CampaignAuthor => ("a campaign author", "kampanjeansvarlig"),
            Self::Analyst => ("an analyst", "analytiker"),
            Self::PrivacyOfficer => ("a privacy officer", "personvernansvarlig"),
            Self::Auditor => ("an auditor", "revisor"),
            Self::Employee => ("an employee", "ansatt"),
        };
        match language {
            Language::English => en,
            Language::Norwegian => nb,
        }
    }

    /// True for every role that may see or do something of others: it is never given by a user
    /// name alone (rule (d) of "who becomes whom"), only by an owner who proves to be one.
    pub const fn is_above_employee(self) -> bool {
        !matches!(self, Self::Employee)
    }

    /// Whether this role may everything that `other` may, so that taking it loses nothing.
    pub fn includes(self, other: Self) -> bool {
        Permission::ALL.iter().all(|permission| self.may(*permission) || !other.may(*permission))
    }

    /// What it takes to manage people of this role: to invite them, switch them off, unlink them.
    pub const fn managed_by(self) -> Permission {
        if self.is_above_employee() { Permission::ManageRoles } else { Permission::ManageEmployees }
    }

    /// What it takes to invite people to this role. To the role of an owner it is a permission of its own: the
    /// break-glass account brings an owner back, and touches nobody who is there.
    pub const fn invited_by(self) -> Permission {
        if matches!(self, Self::Owner) { Permission::InviteOwners } else { self.managed_by() }
    }

    /// Whether this role holds `permission`.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        use Role::{Analyst, Auditor, CampaignAuthor, DirectoryManager, Owner, PrivacyOfficer, SecurityAdministrator};
        match permission {
            P::ViewOverview | P::ManageOwnSignIn => true,
            P::ReadGuides => self.is_above_employee(),
            P::ViewSettings | P::ViewPeople | P::ViewSignIns => {
                matches!(self, Owner | SecurityAdministrator | DirectoryManager | PrivacyOfficer | Auditor)
            }
            P::ManageEmployees | P::EndSessionsOfOthers | P::ManageDomains => {
                matches!(self, Owner | SecurityAdministrator | DirectoryManager)
            }
            P::ViewServiceIdentities => matches!(self, Owner | SecurityAdministrator | DirectoryManager | Auditor),
            P::ChangeSingleSignOn | P::ManageServiceIdentities => matches!(self, Owner | SecurityAdministrator),
            P::ViewAudit | P::ExportAudit | P::VerifyAudit | P::ViewProcessingTerms => {
                matches!(self, Owner | SecurityAdministrator | PrivacyOfficer | Auditor)
            }
            P::ChooseFields | P::AnswerErasure | P::ApproveIndividualResults => matches!(self, Owner | PrivacyOfficer),
            P::AuthorCampaigns | P::LaunchCampaigns => matches!(self, Owner | SecurityAdministrator | CampaignAuthor),
            P::ViewGroupResults => matches!(self, Owner | SecurityAdministrator | CampaignAuthor | PrivacyOfficer | Auditor),
            P::ViewIndividualResults => matches!(self, Owner | CampaignAuthor),
            P::ReadReportedMail | P::DecideReports => matches!(self, Owner | SecurityAdministrator | Analyst),
            P::ManageRoles
            | P::InviteOwners
            | P::ManageOrganisation
            | P::ManageAudit
            | P::EnforceSingleSignOn
            | P::TurnOffSingleSignOn
            | P::HoldRecoveryKit => matches!(self, Owner),
        }
    }
}

impl From<Role> for Value {
    fn from(role: Role) -> Self {
        role.code().into()
    }
}
impl FromColumn for Role {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let code: String = row.get(column)?;
        Self::of_code(&code).ok_or_else(|| row.inconsistent(column, "no such role"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| role.may(*permission))
    }

    #[test]
    fn any_change_of_who_may_what_is_a_visible_difference() {
        let mut matrix = format!("{:<60}", "");
        for role in Role::ALL {
            matrix.push_str(&format!("{:<24}", role.code()));
        }
        for permission in Permission::ALL.iter().copied() {
            let (resource, action) = (format!("{:?}", permission.resource()), format!("{:?}", permission.action()));
            matrix = format!("{}\n{permission:<30}{resource:<20}{action:<10}", matrix.trim_end(), permission = format!("{permission:?}"));
            for role in Role::ALL {
                matrix.push_str(&format!("{:<24}", if role.may(permission) { "yes" } else { "-" }));
            }
        }
        insta::assert_snapshot!("who_may_what", matrix.trim_end());
    }

    #[test]
    fn a_permission_is_one_action_on_one_thing() {
        for (n, one) in Permission::ALL.iter().enumerate() {
            for other in Permission::ALL.iter().skip(n + 1) {
                assert!(one.resource() != other.resource() || one.action() != other.action(), "{one:?} and {other:?} are the same");
            }
        }
    }

    #[test]
    fn an_owner_may_everything_and_an_employee_nothing_of_others() {
        assert!(Permission::ALL.iter().all(|permission| Role::Owner.may(*permission)));
        assert_eq!(held(Role::Employee).collect::<Vec<_>>(), [Permission::ViewOverview, Permission::ManageOwnSignIn]);
    }

    #[test]
    fn whoever_reads_reported_mail_sees_no_results_and_whoever_sees_results_reads_no_mail() {
        use Permission::{ApproveIndividualResults, DecideReports, ReadReportedMail, ViewGroupResults, ViewIndividualResults};
        assert!(Role::Analyst.may(ReadReportedMail) && Role::Analyst.may(DecideReports));
        assert!(!Role::Analyst.may(ViewGroupResults) && !Role::Analyst.may(ViewIndividualResults));
        assert!(Role::CampaignAuthor.may(ViewGroupResults));
        assert!(!Role::CampaignAuthor.may(ReadReportedMail) && !Role::CampaignAuthor.may(DecideReports));
        // Two keys are two people: whoever below owner holds one does not hold the other.
        let both = |role: &Role| role.may(ViewIndividualResults) && role.may(ApproveIndividualResults);
        assert_eq!(Role::ALL.into_iter().filter(both).collect::<Vec<_>>(), [Role::Owner]);
    }

    #[test]
    fn an_auditor_changes_nothing() {
        for permission in held(Role::Auditor) {
            assert!(!permission.action().changes() || permission == Permission::ManageOwnSignIn, "{permission:?}");
        }
        assert!(Role::Auditor.may(Permission::ViewAudit) && Role::Auditor.may(Permission::ViewSettings));
        assert!(!Role::Auditor.may(Permission::ReadReportedMail) && !Role::Auditor.may(Permission::ViewIndividualResults));
    }

    #[test]
    fn a_privacy_officer_decides_about_data_and_reads_neither_mail_nor_single_results() {
        use Permission::{AnswerErasure, ChooseFields, ReadReportedMail, ViewIndividualResults, ViewProcessingTerms};
        assert!([AnswerErasure, ChooseFields, ViewProcessingTerms].iter().all(|permission| Role::PrivacyOfficer.may(*permission)));
        assert!(![ReadReportedMail, ViewIndividualResults].iter().any(|permission| Role::PrivacyOfficer.may(*permission)));
    }

    #[test]
    fn only_an_owner_gives_roles_and_decides_how_everybody_gets_in() {
        use Permission::{EnforceSingleSignOn, HoldRecoveryKit, InviteOwners, ManageRoles, TurnOffSingleSignOn};
        for permission in [ManageRoles, InviteOwners, EnforceSingleSignOn, TurnOffSingleSignOn, HoldRecoveryKit] {
            assert_eq!(Role::ALL.into_iter().filter(|role| role.may(permission)).collect::<Vec<_>>(), [Role::Owner], "{permission:?}");
        }
        for role in Role::ALL {
            let owners_only = role.managed_by() == ManageRoles;
            assert_eq!(owners_only, role != Role::Employee, "{role:?}");
            assert_eq!(role.invited_by() == InviteOwners, role == Role::Owner, "{role:?}");
        }
    }

    #[test]
    fn roles_are_no_ladder_but_everything_stands_between_owner_and_employee() {
        for role in Role::ALL {
            assert!(Role::Owner.includes(role) && role.includes(Role::Employee) && role.includes(role), "{role:?}");
            assert!(role == Role::Owner || !role.includes(Role::Owner), "{role:?}");
            assert!(role == Role::Employee || !Role::Employee.includes(role), "{role:?}");
        }
        assert!(Role::SecurityAdministrator.includes(Role::DirectoryManager) && Role::SecurityAdministrator.includes(Role::Analyst));
        assert!(!Role::Analyst.includes(Role::CampaignAuthor) && !Role::CampaignAuthor.includes(Role::Analyst));
        assert!(!Role::SecurityAdministrator.includes(Role::PrivacyOfficer));
    }

    #[test]
    fn a_role_is_stored_under_its_own_code() {
        for role in Role::ALL {
            assert_eq!(Role::of_code(role.code()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
        assert_eq!(Role::of_code("administrator"), None);
    }
}
