//! Finished sign-ins, good or refused, as administrators see them.

use std::collections::HashMap;

use tillit_accounts::Accounts;
use tillit_store::{Cx, Duration, Id, OrganisationId, PersonId, Timestamp, Tx, args, kinds};
use tillit_vault::{Place, Vault};
use uuid::Uuid;

use super::views::{Purpose, RefusalKind, SignInOutcome, SignInPage, SignInRecord};
use crate::decide::Rule;
use crate::error::{Result, SsoError};
use crate::sql;

/// How long records are kept.
pub(crate) const KEPT_FOR: Duration = Duration::days(90);

/// A sign-in that just ended.
pub(crate) struct NewSignIn<'a> {
    pub purpose: Purpose,
    pub outcome: SignInOutcome,
    pub rule: Option<Rule>,
    pub reason: Option<&'static str>,
    pub aadsts: Option<u32>,
    pub trace_id: Option<&'a str>,
    pub correlation_id: Option<&'a str>,
    pub person: Option<PersonId>,
    /// What the account is called at the provider; kept only when it is nobody of ours.
    pub username: Option<&'a str>,
}

/// Writes it down.
pub(crate) async fn add(tx: &mut Tx, cx: &Cx, vault: &Vault, organisation: OrganisationId, new: &NewSignIn<'_>) -> Result<()> {
    let id: Id<kinds::SignIn> = cx.new_id();
    let (sealed, about) = match (new.person, new.username) {
        (None, Some(username)) => {
            let keys = vault.organisation(tx, organisation).await?;
            (Some(keys.seal(cx, place(id), username.as_bytes())?), Some(keys.blind_address(username)))
        }
        _ => (None, None),
    };
    tx.execute(
        sql::ADD_SIGN_IN,
        args![
            id,
            organisation,
            cx.now(),
            new.purpose.key(),
            new.outcome.key(),
            new.rule.map(rule_name),
            new.reason,
            new.aadsts.map(i64::from),
            new.trace_id,
            new.correlation_id,
            new.person,
            sealed,
            cx.request().0,
            about
        ],
    )
    .await?;
    Ok(())
}

fn place(id: Id<kinds::SignIn>) -> Place {
    Place::new("sso_sign_in", "sealed", id.uuid())
}

/// Name of a rule, as stored and in messages.
pub(crate) fn rule_name(rule: Rule) -> String {
    serde_json::to_value(rule).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// How many were refused in this way since a moment.
pub(crate) async fn refused_since(tx: &mut Tx, organisation: OrganisationId, kind: RefusalKind, since: Timestamp) -> Result<u64> {
    let n: i64 = tx.fetch_one(sql::COUNT_REFUSED_SINCE, args![organisation, kind.key(), since]).await?.get("n")?;
    Ok(u64::try_from(n).unwrap_or(0))
}

/// A page, newest first, with the names of those who are people of ours.
pub(crate) async fn list(
    tx: &mut Tx,
    cx: &Cx,
    vault: &Vault,
    accounts: &Accounts,
    organisation: OrganisationId,
    limit: u32,
    offset: u32,
) -> Result<SignInPage> {
    let rows = tx.fetch_all(sql::LIST_SIGN_INS, args![organisation, limit, offset]).await?;
    let keys = vault.organisation(tx, organisation).await?;
    let mut names: HashMap<PersonId, (String, String)> = HashMap::new();
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let id: Id<kinds::SignIn> = row.get("id")?;
        let person: Option<PersonId> = row.get("person_id")?;
        let (name, username) = match person {
            Some(person) => match names.get(&person) {
                Some((name, username)) => (Some(name.clone()), Some(username.clone())),
                // Somebody who was forgotten meanwhile has no name any more.
                None => match accounts.person_in(tx, cx, person).await {
                    Ok(found) => {
                        let both = (found.display_name().to_owned(), found.username.as_str().to_owned());
                        names.insert(person, both.clone());
                        (Some(both.0), Some(both.1))
                    }
                    Err(tillit_accounts::AccountsError::NotFound) => (None, None),
                    Err(error) => return Err(error.into()),
                },
            },
            None => {
                let sealed: Option<Vec<u8>> = row.get("sealed")?;
                let opened = sealed.map(|sealed| keys.open(place(id), &sealed)).transpose()?;
                (None, opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            }
        };
        records.push(SignInRecord {
            at: row.get("at")?,
            purpose: Purpose::from_key(&row.get::<String>("purpose")?).ok_or(SsoError::Inconsistent("purpose"))?,
            outcome: SignInOutcome::from_key(&row.get::<String>("outcome")?).ok_or(SsoError::Inconsistent("outcome"))?,
            rule: row.get("rule")?,
            person,
            name,
            username,
            aadsts: row.get::<Option<i64>>("aadsts")?.and_then(|code| u32::try_from(code).ok()),
            trace_id: row.get("trace_id")?,
            correlation_id: row.get("correlation_id")?,
            reason: row.get("reason")?,
            reference: tillit_store::RequestId(row.get::<Uuid>("request_id")?).to_string(),
        });
    }
    let total: i64 = tx.fetch_one(sql::COUNT_SIGN_INS, args![organisation]).await?.get("n")?;
    Ok(SignInPage { records, total: u64::try_from(total).unwrap_or(0) })
}
