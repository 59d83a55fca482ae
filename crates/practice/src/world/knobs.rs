//! What tests and the fault panel turn. Methods without a tenant or application mean the first one.

use std::collections::BTreeSet;

use tillit_store::Duration;
use uuid::Uuid;

use super::{Account, Certificate, Fault, PracticeError, Profile, Tenant, User, UserConsent, World};
use crate::log::Request;
use crate::mischief::Mischief;
use crate::text::guid;

/// Renaming of the fault panel: who, and what she is called then.
const RENAMED: (&str, &str, &str) = ("kari.nordmann@", "kari.fjellheim@", "Fjellheim");

impl World {
    fn first_tenant(&mut self) -> Result<&mut Tenant, PracticeError> {
        self.tenants.first_mut().ok_or(PracticeError::Tenant(Uuid::nil()))
    }
    fn first_app(&self) -> Result<Uuid, PracticeError> {
        self.apps.first().map(|app| app.client_id).ok_or(PracticeError::App(Uuid::nil()))
    }
    /// A person of any tenant by user name or mail address, to change: the member first, then guests.
    ///
    /// # Errors
    /// [`PracticeError::User`] if nobody is called so; likewise for all methods here that take a name.
    pub fn user_mut(&mut self, name: &str) -> Result<&mut User, PracticeError> {
        let (tenant, oid) = self.user(name).map(|(tenant, user)| (tenant.id, user.oid)).ok_or_else(|| PracticeError::User(name.into()))?;
        let found = self.tenant_mut(tenant).and_then(|tenant| tenant.users.iter_mut().find(|user| user.oid == oid));
        found.ok_or_else(|| PracticeError::User(name.into()))
    }

    /// What people of the first tenant may consent to.
    pub fn set_user_consent(&mut self, policy: UserConsent) {
        if let Ok(tenant) = self.first_tenant() {
            tenant.user_consent = policy;
        }
    }
    /// "Assignment required?" of the first application in the first tenant.
    pub fn require_assignment(&mut self, required: bool) {
        self.with_principal(|principal| principal.assignment_required = required);
    }
    /// "Enabled for users to sign in?" of the first application in the first tenant.
    pub fn enable_app(&mut self, enabled: bool) {
        self.with_principal(|principal| principal.enabled = enabled);
    }
    fn with_principal(&mut self, change: impl FnOnce(&mut super::ServicePrincipal)) {
        let Ok(app) = self.first_app() else { return };
        if let Ok(tenant) = self.first_tenant() {
            change(tenant.principals.entry(app).or_default());
        }
    }
    /// Assigns a person of the first tenant to the first application.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn assign(&mut self, name: &str) -> Result<(), PracticeError> {
        let oid = self.first_tenant()?.user_named(name).map(|user| user.oid).ok_or_else(|| PracticeError::User(name.into()))?;
        self.with_principal(|principal| {
            principal.assigned.insert(oid);
        });
        Ok(())
    }
    /// Consents for everybody in the first tenant to what the first application requires, as its first Global Administrator.
    pub fn grant_admin_consent(&mut self) {
        let Some(app) = self.apps.first() else { return };
        let (client_id, scopes) = (app.client_id, app.required.iter().cloned().collect::<BTreeSet<_>>());
        let Some(tenant) = self.tenants.first() else { return };
        let by = tenant.users.iter().find(|user| user.global_administrator).map_or(Uuid::nil(), |user| user.oid);
        self.consent(Account { tenant: tenant.id, oid: by }, client_id, &scopes, true);
    }
    /// Consents for one person to what the first application requires.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn grant_user_consent(&mut self, name: &str) -> Result<(), PracticeError> {
        let app = self.apps.first().ok_or(PracticeError::App(Uuid::nil()))?;
        let (client_id, scopes) = (app.client_id, app.required.iter().cloned().collect::<BTreeSet<_>>());
        let (tenant, user) = self.user(name).ok_or_else(|| PracticeError::User(name.into()))?;
        let account = Account { tenant: tenant.id, oid: user.oid };
        self.consent(account, client_id, &scopes, false);
        Ok(())
    }
    /// Withdraws every consent that the first tenant gave the first application, and the tokens with it.
    pub fn revoke_consent(&mut self) {
        if let (Ok(app), Some(tenant)) = (self.first_app(), self.tenants.first().map(|tenant| tenant.id)) {
            self.withdraw_consent(tenant, app);
        }
    }

    /// Disables (or enables) an account; its tokens and sessions end.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn disable_user(&mut self, name: &str, disabled: bool) -> Result<(), PracticeError> {
        let (tenant, user) = self.user(name).ok_or_else(|| PracticeError::User(name.into()))?;
        let account = Account { tenant: tenant.id, oid: user.oid };
        self.set_enabled(account, !disabled);
        Ok(())
    }
    /// Gives a person another user name, which becomes the mail address too. The object id stays.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn rename_user(&mut self, name: &str, new_name: &str) -> Result<(), PracticeError> {
        let user = self.user_mut(name)?;
        user.user_principal_name = new_name.into();
        user.profile.mail = Some(new_name.into());
        Ok(())
    }
    /// Takes a person away and puts another with the same user name and mail address in her place: a reassigned address.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn replace_user(&mut self, name: &str) -> Result<Uuid, PracticeError> {
        let user = self.user_mut(name)?;
        user.oid = guid(&format!("successor of {}", user.oid));
        Ok(user.oid)
    }
    /// The next sign-in in any browser happens as this person, without user name and password. May be called several times: a queue.
    ///
    /// # Errors
    /// See [`World::user_mut`].
    pub fn next_sign_in_as(&mut self, name: &str) -> Result<(), PracticeError> {
        let account = self.home_account(name).ok_or_else(|| PracticeError::User(name.into()))?;
        self.next_sign_ins.push_back(account);
        Ok(())
    }

    /// Signs with a new key from now on; the last one stays published, the one before goes.
    pub fn roll_keys(&mut self) {
        self.oldest = self.generation;
        self.generation += 1;
    }
    /// Publishes the current key only.
    pub fn forget_old_keys(&mut self) {
        self.oldest = self.generation;
    }
    /// Key id of the key that signs for organisations now.
    pub fn signing_kid(&self) -> String {
        crate::keys::organisation(self.generation).kid.clone()
    }
    /// Lets every secret of an application expire now.
    ///
    /// # Errors
    /// [`PracticeError::App`] if there is no such application.
    pub fn expire_secret(&mut self, client_id: Uuid) -> Result<(), PracticeError> {
        let now = self.now();
        let app = self.app_mut(client_id).ok_or(PracticeError::App(client_id))?;
        app.secrets.iter_mut().for_each(|secret| secret.expires = now);
        Ok(())
    }
    /// Registers a certificate (DER) for client assertions.
    ///
    /// # Errors
    /// [`PracticeError::App`] or [`PracticeError::Certificate`].
    pub fn add_certificate(&mut self, client_id: Uuid, der: &[u8]) -> Result<(), PracticeError> {
        let certificate = Certificate::from_der(der)?;
        self.app_mut(client_id).ok_or(PracticeError::App(client_id))?.certificates.push(certificate);
        Ok(())
    }

    /// The provider answers nothing but 503, or works again.
    pub fn tenant_down(&mut self, down: bool) {
        self.set_fault(Fault::TenantDown, down);
    }
    /// Every Graph answer is delayed by this (real time).
    pub fn slow_graph(&mut self, delay: Duration) {
        self.graph_delay = delay;
    }
    /// The next `requests` Graph requests are answered 429 with this Retry-After.
    pub fn throttle_graph(&mut self, requests: u32, retry_after_seconds: u32) {
        self.throttled = (requests, retry_after_seconds);
    }
    /// Misbehaves so from now on; [`Mischief::default`] ends it.
    pub fn mischief(&mut self, mischief: Mischief) {
        self.mischief = mischief;
    }

    /// The requests so far, at most the last 10,000.
    pub fn requests(&self) -> Vec<Request> {
        self.log.list()
    }
    /// How many requests there were since the start or [`World::forget_requests`].
    pub fn request_count(&self) -> u64 {
        self.log.count()
    }
    /// Begins to count anew.
    pub fn forget_requests(&mut self) {
        self.log.clear();
    }

    /// The faults that are on.
    pub fn faults(&self) -> &BTreeSet<Fault> {
        &self.faults
    }
    /// Turns a fault on or off. Twice the same is no change.
    pub fn set_fault(&mut self, fault: Fault, on: bool) {
        let changed = if on { self.faults.insert(fault) } else { self.faults.remove(&fault) };
        match fault {
            Fault::KeysRolledOver if changed && on => {
                self.roll_keys();
                self.forget_old_keys();
            }
            // The way back: the new key stays, and the old ones are published again.
            Fault::KeysRolledOver if changed => self.oldest = self.generation.saturating_sub(1),
            Fault::UserRenamed if changed && on => self.marry(),
            Fault::UserRenamed if changed => self.undo_marriage(),
            _ => {}
        }
    }
    fn marry(&mut self) {
        let (prefix, new_prefix, surname) = RENAMED;
        let users = self.tenants.iter_mut().flat_map(|tenant| &mut tenant.users);
        let Some(user) = users.into_iter().find(|user| user.user_principal_name.starts_with(prefix)) else { return };
        let before = (user.oid, user.user_principal_name.clone(), user.profile.clone());
        user.user_principal_name = before.1.replace(prefix, new_prefix);
        let given = user.profile.given_name.clone().unwrap_or_default();
        user.profile = Profile {
            display_name: format!("{given} {surname}"),
            surname: Some(surname.into()),
            mail: Some(user.user_principal_name.clone()),
            ..user.profile.clone()
        };
        self.renamed = Some(before);
    }
    fn undo_marriage(&mut self) {
        let Some((oid, name, profile)) = self.renamed.take() else { return };
        let users = self.tenants.iter_mut().flat_map(|tenant| &mut tenant.users);
        if let Some(user) = users.into_iter().find(|user| user.oid == oid) {
            user.user_principal_name = name;
            user.profile = profile;
        }
    }
    /// Everything honest and working: no fault, no mischief, no throttling, no delay, nobody queued. Consents and people stay.
    pub fn reset(&mut self) {
        for fault in Fault::ALL {
            self.set_fault(fault, false);
        }
        self.mischief = Mischief::default();
        self.throttled = (0, 0);
        self.graph_delay = Duration::ZERO;
        self.next_sign_ins.clear();
    }
}
