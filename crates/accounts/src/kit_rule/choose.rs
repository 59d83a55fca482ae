//! What an owner chooses.

use serde_json::json;
use tillit_store::{Cx, OrganisationId, PersonId, Row, Tx, args};

use super::{KitRule, sql};
use crate::Accounts;
use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::local::LocalRefusal;
use crate::own_proof::OwnProof;
use crate::people::PersonState;
use crate::role::Role;
use crate::session::SessionToken;

/// The rule, and how many owners it could ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KitRuleState {
    /// The rule.
    pub rule: KitRule,
    /// Active owners who hold a kit that works.
    pub holders: u32,
}

impl Accounts {
    /// How many owners' codes are needed together.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn kit_rule(&self, cx: &Cx) -> Result<KitRuleState> {
        let mut tx = self.db().read(cx).await?;
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_RULE, args![organisation]).await?;
        Ok(KitRuleState { rule: rule_of(row.as_ref())?, holders: holders(&mut tx, organisation).await? })
    }

    /// An owner chooses how many owners' codes are needed together. Every owner is told. The session that asks gets a new
    /// token, which comes back.
    ///
    /// It takes a proof of this moment, for a lower number as for a higher one (docs/activation.md, K1, K5): a thief with a
    /// session could lower it to come back with one stolen sheet, or raise it so that nobody comes back.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong proof; [`LocalRefusal::Failed`] with [`AccountsError::ProofNeeded`] also where
    /// nothing could be shown, [`AccountsError::KitRule`], [`AccountsError::Denied`], [`AccountsError::NotAnOwner`].
    pub async fn choose_kit_rule(
        &self,
        cx: &Cx,
        person: PersonId,
        proof: OwnProof<'_>,
        number: u32,
    ) -> Result<Option<SessionToken>, LocalRefusal> {
        self.prove_owner(cx, person, proof).await?;
        self.change_kit_rule(cx, person, proof, number).await.map_err(LocalRefusal::Failed)
    }

    async fn change_kit_rule(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>, number: u32) -> Result<Option<SessionToken>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_log(&mut tx, cx).await?;
        if self.standing(&mut tx, cx, person).await? != (Role::Owner, PersonState::Active) {
            return Err(AccountsError::NotAnOwner);
        }
        tx.execute(sql::ENSURE_RULE, args![organisation, cx.now()]).await?;
        let before = hold_rule(&mut tx, organisation).await?;
        let holders = holders(&mut tx, organisation).await?;
        let rule = before.choose(number, holders, cx.now())?;
        let (next, from) = rule.next.unzip();
        tx.execute(sql::SET_RULE, args![organisation, i64::from(rule.chosen), next.map(i64::from), from, cx.now()]).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        let told = self.tell_of_kit_rule(&mut tx, cx, person, before.in_force(cx.now()), &rule).await?;
        let detail = json!({ "from": before.in_force(cx.now()), "to": number, "counts_from": from, "told": told });
        self.record(&mut tx, cx, Entry::new(actions::KIT_RULE_CHOSEN).target(person).detail(detail)).await?;
        tx.commit().await?;
        Ok(token)
    }
}

/// The rule, held until the transaction ends. The same statement for nobody's organisation.
pub(super) async fn hold_rule(tx: &mut Tx, organisation: OrganisationId) -> Result<KitRule> {
    let row = tx.fetch_optional(sql::HOLD_RULE, args![organisation]).await?;
    rule_of(row.as_ref())
}

/// How many owners hold a kit that works.
pub(super) async fn holders(tx: &mut Tx, organisation: OrganisationId) -> Result<u32> {
    let row = tx.fetch_one(sql::COUNT_HOLDERS, args![organisation]).await?;
    Ok(u32::try_from(row.get::<i64>("n")?).unwrap_or(u32::MAX))
}

fn rule_of(row: Option<&Row>) -> Result<KitRule> {
    let Some(row) = row else { return Ok(KitRule::default()) };
    let number = |value: i64| u32::try_from(value).map_err(|error| row.inconsistent("needed", error));
    let next = row.get::<Option<i64>>("next_needed")?.map(number).transpose()?;
    Ok(KitRule { chosen: number(row.get("needed")?)?, next: next.zip(row.get("next_from")?) })
}
