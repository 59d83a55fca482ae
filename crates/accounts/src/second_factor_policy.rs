//! Who must show a second factor when signing in with a password: nobody, administrators, everybody.
//!
//! Nobody is locked out by it. Whoever has none is led to set one up; for two weeks after the choice that can be put
//! off, afterwards a session that began with the password alone can do nothing else first. Single sign-on, passkeys and
//! the ways back are not touched.

use serde_json::json;
use tillit_store::{Cx, Duration, Timestamp, Tx, args};

use crate::audit::{Entry, actions};
use crate::error::Result;
use crate::role::Role;
use crate::session::{Session, SignInMethod};
use crate::{Accounts, sql_sign_in as sql};

/// For so long after the choice it can be put off.
pub const SECOND_FACTOR_GRACE: Duration = Duration::days(14);

/// Who must.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SecondFactorFor {
    /// Whoever wants to.
    #[default]
    Nobody,
    /// Everybody above employee.
    Administrators,
    /// Everybody.
    Everybody,
}

impl SecondFactorFor {
    /// All choices, the least first.
    pub const ALL: [Self; 3] = [Self::Nobody, Self::Administrators, Self::Everybody];
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Administrators => "administrators",
            Self::Everybody => "everybody",
        }
    }
    /// The choice of a [`code`](Self::code).
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.code() == code)
    }
    /// Whether somebody of this role must.
    pub const fn concerns(self, role: Role) -> bool {
        match self {
            Self::Nobody => false,
            Self::Administrators => role.is_above_employee(),
            Self::Everybody => true,
        }
    }
}

/// What an organisation chose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondFactorPolicy {
    /// Who must.
    pub who: SecondFactorFor,
    /// Since when; `None`: nothing was ever chosen.
    pub since: Option<Timestamp>,
    /// Since when for whoever is above employee, if that is longer.
    pub administrators_since: Option<Timestamp>,
}

impl SecondFactorPolicy {
    /// From when on it cannot be put off.
    pub fn binding_from(&self) -> Option<Timestamp> {
        self.since.map(|since| since + SECOND_FACTOR_GRACE)
    }
    /// From when on somebody of this role cannot put it off; `None`: never.
    pub fn binding_from_for(&self, role: Role) -> Option<Timestamp> {
        let since = if role.is_above_employee() { self.administrators_since.or(self.since) } else { self.since };
        since.filter(|_| self.who.concerns(role)).map(|since| since + SECOND_FACTOR_GRACE)
    }
}

/// Whether a session must set a second factor up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorDue {
    /// No.
    No,
    /// From this moment on.
    From(Timestamp),
    /// Before anything else.
    Now,
}

/// How many people a choice would concern.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondFactorCount {
    /// Administrators with a password, and of them without an app.
    pub administrators: (u64, u64),
    /// Everybody with a password, and of them without an app.
    pub everybody: (u64, u64),
}

impl Accounts {
    /// What the organisation of the call chose.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn second_factor_policy(&self, cx: &Cx) -> Result<SecondFactorPolicy> {
        let mut tx = self.db().read(cx).await?;
        self.second_factor_policy_in(&mut tx, cx).await
    }

    async fn second_factor_policy_in(&self, tx: &mut Tx, cx: &Cx) -> Result<SecondFactorPolicy> {
        let Some(row) = tx.fetch_optional(sql::FIND_LOCAL_POLICY, args![crate::scope(cx)?]).await? else {
            return Ok(SecondFactorPolicy::default());
        };
        let code: String = row.get("second_factor")?;
        let who = SecondFactorFor::from_code(&code).ok_or_else(|| row.inconsistent("second_factor", "no such choice"))?;
        Ok(SecondFactorPolicy { who, since: Some(row.get("since")?), administrators_since: row.get("administrators_since")? })
    }

    /// Chooses. True if something differs now. Whoever was concerned before goes on counting from then. The caller asks for the permission and an own proof before.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn set_second_factor_policy(&self, tx: &mut Tx, cx: &Cx, who: SecondFactorFor) -> Result<bool> {
        let before = self.second_factor_policy_in(tx, cx).await?;
        if before.who == who {
            return Ok(false);
        }
        let concerned = before.administrators_since.or(before.since).filter(|_| before.who != SecondFactorFor::Nobody);
        let administrators_since = concerned.unwrap_or(cx.now());
        tx.execute(sql::SET_LOCAL_POLICY, args![crate::scope(cx)?, who.code(), cx.now(), administrators_since]).await?;
        let detail = json!({ "from": before.who.code(), "to": who.code() });
        self.record(tx, cx, Entry::new(actions::SECOND_FACTOR_POLICY).detail(detail)).await?;
        Ok(true)
    }

    /// How many people there are with a password here, and without an app.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn count_second_factors(&self, cx: &Cx) -> Result<SecondFactorCount> {
        let mut tx = self.db().read(cx).await?;
        let mut count = SecondFactorCount::default();
        for row in tx.fetch_all(sql::COUNT_SECOND_FACTORS, args![crate::scope(cx)?]).await? {
            let number = |column| -> Result<u64> { Ok(u64::try_from(row.get::<i64>(column)?).unwrap_or(0)) };
            let (all, without) = (number("people")?, number("without")?);
            count.everybody = (count.everybody.0 + all, count.everybody.1 + without);
            if row.get::<Role>("role")?.is_above_employee() {
                count.administrators = (count.administrators.0 + all, count.administrators.1 + without);
            }
        }
        Ok(count)
    }

    /// Whether a session must set a second factor up, in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn second_factor_due(&self, tx: &mut Tx, cx: &Cx, session: &Session) -> Result<SecondFactorDue> {
        if !matches!(session.method, SignInMethod::Password | SignInMethod::SetUpLink) {
            return Ok(SecondFactorDue::No);
        }
        let policy = self.second_factor_policy_in(tx, cx).await?;
        let Some(from) = policy.binding_from_for(session.role) else { return Ok(SecondFactorDue::No) };
        if tx.fetch_optional(sql::FIND_APP, args![session.organisation, session.person]).await?.is_some() {
            return Ok(SecondFactorDue::No);
        }
        Ok(if from <= cx.now() { SecondFactorDue::Now } else { SecondFactorDue::From(from) })
    }
}
