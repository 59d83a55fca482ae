//! For tests of the rooms above: a database with an organisation, an owner with a password, and cheap hashes.

pub mod functions;

use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Db, OrganisationId, PersonId};
use tillit_vault::{MasterKey, Vault};

use crate::{
    Accounts, AccountsOptions, HashingOptions, Language, Limits, NewOrganisation, NewPassword, NewPerson, OwnProof, Password, PasswordCost,
    Profile, ProfileText, Role, Slug, Username, VerifiedDomain,
};

/// The password of every person that [`TestOrganisation`] makes.
pub const PASSWORD: &str = "måkene ror mot vest";

/// The room over a test database.
pub struct TestAccounts {
    /// The room.
    pub accounts: Accounts,
    /// The database.
    pub db: Db,
    /// The vault, checked.
    pub vault: Vault,
    /// Installation scope, operator.
    pub cx: Cx,
}

/// An organisation with an owner.
pub struct TestOrganisation {
    /// The organisation.
    pub id: OrganisationId,
    /// Its slug.
    pub slug: Slug,
    /// Its scope; a visitor.
    pub cx: Cx,
    /// The owner: `owner@{slug}.example`, password [`PASSWORD`].
    pub owner: PersonId,
    /// The owner's username.
    pub username: Username,
    /// The owner's call.
    pub owner_cx: Cx,
}

#[expect(clippy::expect_used, reason = "tests")]
impl TestAccounts {
    /// The room with the cheapest hashes that argon2 allows, over `t`.
    pub async fn new(t: &TestDb) -> Self {
        Self::with_limits(t, Limits::default()).await
    }

    /// [`TestAccounts::new`] with other limits.
    pub async fn with_limits(t: &TestDb, limits: Limits) -> Self {
        let hashing = HashingOptions { cost: PasswordCost::LEAST, ..HashingOptions::default() };
        Self::with_options(t, AccountsOptions { hashing, limits }).await
    }

    /// [`TestAccounts::new`] with other options.
    pub async fn with_options(t: &TestDb, options: AccountsOptions) -> Self {
        let vault = Vault::new(MasterKey::from_bytes([7; 32]).expect("a key"));
        let cx = t.cx().with_actor(Actor::Operator);
        vault.check(&t.db, &cx).await.expect("check the vault");
        let accounts = Accounts::with_options(t.db.clone(), vault.clone(), options);
        accounts.begin_installation_log(&cx).await.expect("begin the log");
        Self { accounts, db: t.db.clone(), vault, cx }
    }

    /// How many passwords were hashed so far.
    pub fn hashes(&self) -> u64 {
        self.accounts.hasher().computed()
    }

    /// The same room, in a moment in which so many passwords are being tried that nobody else can try one.
    pub async fn swamped(&self) -> Accounts {
        let hashing = HashingOptions { cost: PasswordCost::LEAST, at_once: 1, waiting: 0 };
        let options = AccountsOptions { hashing, limits: self.accounts.limits() };
        let accounts = Accounts::with_options(self.db.clone(), self.vault.clone(), options);
        std::mem::forget(accounts.hasher().turn().expect("the only place"));
        accounts
    }

    /// An organisation with the domain `{slug}.example` and an owner with a password.
    pub async fn organisation(&self, slug: &str) -> TestOrganisation {
        let new = NewOrganisation {
            name: ProfileText::new(slug).expect("a name"),
            slug: slug.parse().expect("a slug"),
            language: Language::English,
        };
        let mut tx = self.db.begin(&self.cx).await.expect("begin");
        let id = self.accounts.create_organisation(&mut tx, &self.cx, &new).await.expect("create an organisation");
        let cx = self.cx.in_organisation(id);
        let domain = format!("{slug}.example").parse().expect("a domain");
        let verified = VerifiedDomain::by_operator(&cx, domain).expect("a verified domain");
        self.accounts.add_domain(&mut tx, &cx, &verified).await.expect("add a domain");
        tx.commit().await.expect("commit");
        let username: Username = format!("owner@{slug}.example").parse().expect("a username");
        let owner = self.person(&cx, username.as_str(), Role::Owner).await;
        let cx = cx.with_actor(Actor::Visitor);
        let owner_cx = cx.with_actor(Actor::Person(owner));
        TestOrganisation { id, slug: new.slug, cx, owner, username, owner_cx }
    }

    /// A person with the password [`PASSWORD`] in the organisation of `cx`.
    pub async fn person(&self, cx: &Cx, username: &str, role: Role) -> PersonId {
        let username: Username = username.parse().expect("a username");
        let new = NewPerson { username: username.clone(), role, profile: Profile::named(username.local_part()) };
        let mut tx = self.db.begin(cx).await.expect("begin");
        let id = self.accounts.add_person(&mut tx, cx, &new).await.expect("add a person");
        tx.commit().await.expect("commit");
        let password = NewPassword::parse(PASSWORD, &username).expect("a good password");
        let operator = cx.with_actor(Actor::Operator);
        self.accounts.set_password(&operator, id, OwnProof::None, &password, None).await.expect("set a password");
        id
    }
}

/// [`PASSWORD`], typed.
#[expect(clippy::expect_used, reason = "tests")]
pub fn password() -> Password {
    Password::typed(PASSWORD).expect("a password")
}
