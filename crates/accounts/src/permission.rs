//! What somebody may do: each permission names a thing and what is done with it.

/// Defines [`Permission`] so that no list of it can forget one.
macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $resource:ident $action:ident;)*) => {
        /// Something that not everybody may do. [`Role::may`](crate::Role::may) says who may.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// All permissions, by the thing that they are about.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The thing.
            pub const fn resource(self) -> Resource {
                match self { $(Self::$name => Resource::$resource,)* }
            }
            /// What is done with it.
            pub const fn action(self) -> Action {
                match self { $(Self::$name => Action::$action,)* }
            }
        }
    };
}

permissions! {
    /// See the first page after signing in.
    ViewOverview: Overview Read;
    /// See and end own sessions, change the own password.
    ManageOwnSignIn: OwnAccount Change;
    /// Read the guides for system administrators.
    ReadGuides: Guides Read;
    /// See the settings.
    ViewSettings: Settings Read;
    /// Rename the organisation, choose its language.
    ManageOrganisation: Organisation Change;
    /// Add and remove domains.
    ManageDomains: Domains Change;
    /// See the list of people.
    ViewPeople: People Read;
    /// Add, invite, change and disable employees.
    ManageEmployees: People Change;
    /// End sessions of other people.
    EndSessionsOfOthers: Sessions Change;
    /// Change who has which role.
    ManageRoles: Roles Change;
    /// Invite somebody to be an owner.
    InviteOwners: Roles Invite;
    /// See the sign-ins and the ledger of requests to the provider.
    ViewSignIns: SignIns Read;
    /// Activate, edit and test single sign-on; its credentials.
    ChangeSingleSignOn: SingleSignOn Change;
    /// Make single sign-on the only way in.
    EnforceSingleSignOn: SingleSignOn Enforce;
    /// Turn single sign-on off.
    TurnOffSingleSignOn: SingleSignOn TurnOff;
    /// Have a recovery kit.
    HoldRecoveryKit: RecoveryKit Hold;
    /// See service identities, when they were used and when their secrets end.
    ViewServiceIdentities: ServiceIdentities Read;
    /// Make and revoke service identities and their secrets.
    ManageServiceIdentities: ServiceIdentities Change;
    /// Read the audit log.
    ViewAudit: Audit Read;
    /// Take the audit log along.
    ExportAudit: Audit Export;
    /// Check that the audit log is whole.
    VerifyAudit: Audit Verify;
    /// Choose how long the audit log is kept and where it is sent.
    ManageAudit: Audit Change;
    /// Read the data processing terms.
    ViewProcessingTerms: ProcessingTerms Read;
    /// Choose which fields of people are kept.
    ChooseFields: ProfileFields Change;
    /// Answer people who ask to be forgotten.
    AnswerErasure: ErasureRequests Decide;
    /// Write campaigns of simulated phishing.
    AuthorCampaigns: Campaigns Change;
    /// Send a campaign out.
    LaunchCampaigns: Campaigns Launch;
    /// See results of campaigns, in groups.
    ViewGroupResults: GroupResults Read;
    /// See results of single people, where that was chosen before launch and the second key agrees.
    ViewIndividualResults: IndividualResults Read;
    /// Be the second key to results of single people, without seeing them.
    ApproveIndividualResults: IndividualResults Approve;
    /// Read mail that people reported.
    ReadReportedMail: ReportedMail Read;
    /// Decide what a reported mail is, and tell those who asked.
    DecideReports: ReportedMail Decide;
}

/// What a permission is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the things, by their names")]
pub enum Resource {
    Overview,
    OwnAccount,
    Guides,
    Settings,
    Organisation,
    Domains,
    People,
    Sessions,
    Roles,
    SignIns,
    SingleSignOn,
    RecoveryKit,
    ServiceIdentities,
    Audit,
    ProcessingTerms,
    ProfileFields,
    ErasureRequests,
    Campaigns,
    GroupResults,
    IndividualResults,
    ReportedMail,
}

/// What is done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the actions, by their names")]
pub enum Action {
    Read,
    Export,
    Verify,
    Change,
    Invite,
    Decide,
    Approve,
    Launch,
    Enforce,
    TurnOff,
    Hold,
}

impl Action {
    /// Whether anything is different afterwards.
    pub const fn changes(self) -> bool {
        !matches!(self, Self::Read | Self::Export | Self::Verify)
    }
}
