//! Where an organisation's activation stands, read and written in a transaction.

use tillit_store::{Cx, OrganisationId, Tx, args};

use super::Sso;
use crate::activation::{self, Effect, Event, Phase, State, Version};
use crate::error::{Result, SsoError};
use crate::sql;

/// The stored state with its revision.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// 0: never stored.
    pub revision: i64,
    pub state: State,
    /// SHA-256 of the key of the browser that carries the draft.
    pub browser: Option<[u8; 32]>,
}

impl Progress {
    /// Where it stands at the moment of the call.
    pub fn phase(&self, cx: &Cx) -> Phase {
        activation::view(&self.state, cx.now())
    }
    /// Version in force, if any.
    pub fn in_force(&self, cx: &Cx) -> Option<Version> {
        match self.phase(cx) {
            Phase::Enforced { version, .. } | Phase::On { version, .. } => Some(version),
            Phase::Off | Phase::Draft(_) | Phase::Testing(_) => None,
        }
    }
    /// Version being prepared, if any.
    pub fn draft(&self, cx: &Cx) -> Option<Version> {
        match self.phase(cx) {
            Phase::Draft(draft) | Phase::Testing(draft) | Phase::On { draft: Some(draft), .. } => Some(draft.version),
            Phase::Off | Phase::Enforced { .. } | Phase::On { draft: None, .. } => None,
        }
    }
}

/// Reads it.
pub(crate) async fn find(tx: &mut Tx, organisation: OrganisationId) -> Result<Progress> {
    let Some(row) = tx.fetch_optional(sql::FIND_ACTIVATION, args![organisation]).await? else {
        return Ok(Progress { revision: 0, state: State::default(), browser: None });
    };
    let state = parse(&row.get::<String>("state")?)?;
    let browser: Option<Vec<u8>> = row.get("browser")?;
    Ok(Progress { revision: row.get("revision")?, state, browser: browser.and_then(|bytes| bytes.try_into().ok()) })
}

pub(crate) fn parse(text: &str) -> Result<State> {
    serde_json::from_str(text).map_err(|_| SsoError::Inconsistent("activation state"))
}

/// Writes it, if nobody else did since it was read.
///
/// # Errors
/// [`SsoError::ChangedMeanwhile`].
pub(crate) async fn save(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, progress: &Progress) -> Result<()> {
    let text = serde_json::to_string(&progress.state).map_err(|_| SsoError::Inconsistent("activation state"))?;
    let written = if progress.revision == 0 {
        tx.execute(sql::ADD_ACTIVATION, args![organisation, text, progress.browser, cx.now()]).await?
    } else {
        tx.execute(sql::SAVE_ACTIVATION, args![organisation, progress.revision, text, progress.browser, cx.now()]).await?
    };
    if written == 1 { Ok(()) } else { Err(SsoError::ChangedMeanwhile) }
}

impl Sso {
    /// Takes the machine one step: new state stored under the revision that was read, every effect in
    /// the audit log, owners told of what concerns them. Nothing is written when nothing changed.
    pub(crate) async fn advance(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        progress: &mut Progress,
        event: &Event,
    ) -> Result<Vec<Effect>> {
        let outcome = activation::step(&progress.state, event, cx.now())?;
        if outcome.state == progress.state && outcome.effects.is_empty() {
            return Ok(outcome.effects);
        }
        progress.state = outcome.state;
        if progress.state.draft.is_none() {
            progress.browser = None;
        }
        save(tx, cx, organisation, progress).await?;
        progress.revision += 1;
        for effect in &outcome.effects {
            self.record_effect(tx, cx, effect).await?;
            if effect.concerns_owners() {
                self.tell_owners_of(tx, cx, effect).await?;
            }
        }
        Ok(outcome.effects)
    }
}
