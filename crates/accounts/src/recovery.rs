//! Recovery kits: how an owner gets in when nothing else works.
//!
//! A kit is ten codes of 80 random bits, shown once, each good for one use; only the last one stays
//! good until a newer kit was tried. A new kit takes the place of the old when one of its codes is
//! tried. These rules are what docs/activation.md calls K1 to K4; the model of the activation shows
//! what goes wrong without them.
//!
//! Codes are stored as
//! HMAC-SHA256 under the kit's random salt and not with a slow hash: slowness protects secrets that
//! people choose, and 2⁸⁰ guesses are out of reach at any speed.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use serde_json::json;
use tillit_store::{Cx, Id, OrganisationId, PersonId, Row, Scope, Timestamp, Tx, args, kinds};
use zeroize::Zeroizing;

use crate::audit::{Entry, actions};
use crate::error::{AccountsError, Result};
use crate::gate::{Door, MORE, Recorded};
use crate::kit_rule::{CodeSignIn, GoodCode};
use crate::local::{LocalRefusal, LocalSignIn, SignInPlace, organisation_of, whole_minutes};
use crate::notice::Notice;
use crate::own_proof::OwnProof;
use crate::people::{PersonState, username_index};
use crate::role::Role;
use crate::session::SessionToken;
use crate::session_end::Endings;
use crate::username::Username;
use crate::{Accounts, sql};

/// Codes in a kit.
const CODES: usize = 10;
/// Characters of a code.
const CHARACTERS: usize = 16;
/// Crockford's base 32: digits and letters without I, L, O, U, which look like others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Id of a kit.
pub type KitId = Id<kinds::RecoveryKit>;

/// A code of a recovery kit: 80 bits. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; CHARACTERS]>);

/// The text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 16 letters and digits")]
pub struct RecoveryCodeError;

impl RecoveryCode {
    pub(crate) fn new(cx: &Cx) -> Self {
        // 256 is a multiple of 32: every character is equally likely, each five bits.
        let random = Zeroizing::new(cx.random::<CHARACTERS>());
        let mut code = Zeroizing::new([b'0'; CHARACTERS]);
        for (character, byte) in code.iter_mut().zip(random.iter()) {
            *character = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        }
        Self(code)
    }

    /// For [`Accounts::stored`], where a code is looked up by itself: 80 random bits need no salt.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    pub(crate) fn hash(&self, salt: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), self.0.as_slice()).as_ref());
        out
    }
}

impl FromStr for RecoveryCode {
    type Err = RecoveryCodeError;
    /// Forgives what people do when they copy from paper: case, spaces, hyphens, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, RecoveryCodeError> {
        if text.len() > 100 {
            return Err(RecoveryCodeError);
        }
        let mut code = Zeroizing::new([b'0'; CHARACTERS]);
        let mut places = code.iter_mut();
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '.' | '_')) {
            let character = match c.to_ascii_uppercase() {
                'O' => b'0',
                'I' | 'L' => b'1',
                c => u8::try_from(c).ok().filter(|byte| ALPHABET.contains(byte)).ok_or(RecoveryCodeError)?,
            };
            *places.next().ok_or(RecoveryCodeError)? = character;
        }
        if places.next().is_some() {
            return Err(RecoveryCodeError);
        }
        Ok(Self(code))
    }
}

impl fmt::Display for RecoveryCode {
    /// In groups of four: `7Q2M-9XKD-4HTB-0WZV`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (group, characters) in self.0.chunks(4).enumerate() {
            if group > 0 {
                f.write_str("-")?;
            }
            f.write_str(std::str::from_utf8(characters).map_err(|_| fmt::Error)?)?;
        }
        Ok(())
    }
}
impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// A new kit, in the only moment in which its codes are known.
#[derive(Debug)]
pub struct RecoveryCodes {
    /// The kit.
    pub kit: KitId,
    /// When it was made.
    pub created_at: Timestamp,
    /// The codes.
    pub codes: Vec<RecoveryCode>,
    /// For the cookie of the session that asked, if one did.
    pub token: Option<SessionToken>,
}

/// What is known about somebody's kits later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KitState {
    /// The kit that counts: the current one, else the pending one.
    pub kit: KitId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a code of it was first tried; `None` for a pending one.
    pub tried_at: Option<Timestamp>,
    /// Codes left.
    pub left: u32,
    /// Codes it was made with.
    pub codes: u32,
    /// When a newer kit was made of which no code was tried yet. The older one works until then.
    pub replacement_made_at: Option<Timestamp>,
}

impl KitState {
    /// Whether this is a way back: a code was tried, and one is left.
    pub const fn is_usable(&self) -> bool {
        self.tried_at.is_some() && self.left > 0
    }
}

impl Accounts {
    /// Makes a kit for an owner. It waits: an earlier kit works until a code of the new one is
    /// tried, so that a kit nobody has on paper never replaces one that somebody has. An earlier
    /// kit that waits is void.
    ///
    /// Only the owner, with an [`OwnProof`], or the operator may: codes in another's hands are a
    /// way to sign in as the owner, and a session alone may be stolen. The session that asks gets a new token.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong proof; [`LocalRefusal::Failed`] with
    /// [`AccountsError::ProofNeeded`], [`AccountsError::Denied`], [`AccountsError::NotFound`],
    /// [`AccountsError::NotAnOwner`].
    pub async fn make_kit(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<RecoveryCodes, LocalRefusal> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.owner_asks(&mut tx, cx, person).await?;
        tx.rollback().await?;
        self.check_way(cx, person, proof).await?;
        let mut tx = self.db().begin(cx).await?;
        self.hold_person(&mut tx, cx, person).await?;
        self.owner_asks(&mut tx, cx, person).await?;
        let kit: KitId = cx.new_id();
        let salt = cx.random::<32>();
        let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::new(cx)).collect();
        tx.execute(sql::DELETE_KIT, args![organisation, person, PENDING]).await?;
        tx.execute(sql::ADD_KIT, args![kit, organisation, person, salt, cx.now()]).await?;
        for code in &codes {
            let id: KitId = cx.new_id();
            tx.execute(sql::ADD_CODE, args![id, organisation, kit, code.hash(&salt)]).await?;
        }
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        // A kit is a way in: whoever else owns the organisation hears of it.
        let told = self.announce(&mut tx, cx, Notice::KitMade, person).await?;
        self.record(&mut tx, cx, Entry::new(actions::KIT_MADE).target(person).detail(json!({ "kit": kit, "told": told }))).await?;
        tx.commit().await?;
        Ok(RecoveryCodes { kit, created_at: cx.now(), codes, token })
    }

    /// The kit of a person, if there is one.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn kit_state(&self, cx: &Cx, person: PersonId) -> Result<Option<KitState>> {
        let mut tx = self.db().read(cx).await?;
        self.kit_state_in(&mut tx, cx, person).await
    }

    /// [`Accounts::kit_state`] in the caller's transaction.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn kit_state_in(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<Option<KitState>> {
        self.standing(tx, cx, person).await?;
        let rows = tx.fetch_all(sql::FIND_KITS, args![crate::scope(cx)?, person]).await?;
        let kits = rows.iter().map(Kit::of_row).collect::<Result<Vec<_>>>()?;
        let newest = kits.last();
        Ok(kits.first().map(|counts| {
            let replacement_made_at = newest.filter(|kit| kit.state.kit != counts.state.kit).map(|kit| kit.state.created_at);
            KitState { replacement_made_at, ..counts.state }
        }))
    }

    /// The signed-in owner tries a code, which is used up by it, and so proves to hold the kit. A
    /// pending kit becomes the current one. The state of the kit afterwards. A wrong code is
    /// refused in a committed transaction.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong or used code or too many; [`LocalRefusal::Failed`].
    pub async fn try_code(&self, cx: &Cx, person: PersonId, code: &RecoveryCode) -> Result<KitState, LocalRefusal> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.owner_asks(&mut tx, cx, person).await?;
        let subject = self.recovery_subject(cx, Some(organisation), &person.to_string())?;
        let wait = self.count_recovery(&mut tx, cx, &subject).await?;
        self.hold_person(&mut tx, cx, person).await?;
        let before = self.kit_state_in(&mut tx, cx, person).await?;
        let used = self.use_code(&mut tx, cx, organisation, Some(person).filter(|_| wait.is_none()), code).await?;
        if used || wait.is_some() {
            self.settle_recovery(&mut tx, cx, &subject).await?;
        }
        let state = self.kit_state_in(&mut tx, cx, person).await?;
        let action = if used { actions::KIT_TRIED } else { actions::KIT_TRY_FAILED };
        let first = used && before.is_none_or(|before| before.tried_at.is_none() || state.is_none_or(|now| now.kit != before.kit));
        if first {
            self.announce(&mut tx, cx, Notice::KitTried, person).await?;
        }
        self.record(&mut tx, cx, Entry::new(action).target(person)).await?;
        tx.commit().await?;
        state.filter(|_| used).ok_or(LocalRefusal::Refused { wait_minutes: wait.map(whole_minutes) })
    }

    /// Signs an owner in with a code, which is used up by it; or lets it wait for those of other owners, where an organisation
    /// chose that several are needed. Works whatever the organisation
    /// enforces, ends nothing else, and is announced by mail to all owners. Has a limit of its own
    /// per username and client address, so that nobody elsewhere can shut it by guessing passwords or codes.
    ///
    /// # Errors
    /// [`LocalRefusal`], the same for a wrong code, a wrong username, and a person without a kit.
    pub async fn sign_in_with_code(
        &self,
        cx: &Cx,
        place: SignInPlace<'_>,
        username: &Username,
        code: &RecoveryCode,
    ) -> Result<CodeSignIn, LocalRefusal> {
        let cx = cx.with_scope(Scope::Installation);
        if let Err(wait) = self.knock(&cx, Door::Recovery)
            && !self.is_good_code(&cx, place, username, code).await?
        {
            return Err(LocalRefusal::TooMany { wait });
        }
        let mut tx = self.db().begin(&cx).await?;
        let organisation = organisation_of(&mut tx, place, username).await?;
        let index = match organisation {
            Some(id) => username_index(&self.vault().organisation(&mut tx, id).await?, username),
            None => [0; 32],
        };
        let scope = organisation.unwrap_or(crate::nil());
        let subject = self.recovery_subject(&cx, organisation, username.as_str())?;
        let wait = self.count_recovery(&mut tx, &cx, &subject).await?;
        let own = organisation.map_or_else(|| cx.clone(), |id| cx.in_organisation(id));
        // The log, the rule and the kits are held in this order. The same statements for nobody's organisation.
        self.hold_log(&mut tx, &own).await?;
        let row = tx.fetch_optional(sql::STANDING_OF_USERNAME, args![scope, index]).await?;
        let found = row.as_ref().map(Found::of_row).transpose()?;
        let holder = found.filter(|found| found.may_have_a_kit() && wait.is_none());
        let needed = self.codes_needed(&mut tx, &cx, scope).await?;
        let good = self.find_good_code(&mut tx, scope, holder.map(|found| found.person), code).await?;
        let who = holder.zip(organisation).map(|(found, organisation)| found.signs_in(organisation));
        let taken = match (good, who) {
            (Some(good), Some(who)) if needed > 1 => Some(self.join_codes(&mut tx, &own, who, good, needed).await?),
            (Some(good), Some(who)) if self.use_good_code(&mut tx, &own, who.person, good).await? => Some(CodeSignIn::In(who)),
            _ => None,
        };
        if taken.is_some() || wait.is_some() {
            self.settle_recovery(&mut tx, &cx, &subject).await?;
        }
        let answer = taken.ok_or(LocalRefusal::Refused { wait_minutes: wait.map(whole_minutes) });
        let mut entry = match (&answer, wait) {
            (Ok(CodeSignIn::In(_)), _) => Entry::new(actions::RECOVERY_ACCEPTED),
            (Ok(CodeSignIn::Waits(waits)), _) => {
                Entry::new(actions::CODE_WAITS).detail(json!({ "more": waits.more, "until": waits.until }))
            }
            (Err(_), Some(_)) => Entry::new(actions::RECOVERY_REFUSED).reason("limit_of_account"),
            (Err(_), None) => Entry::new(actions::RECOVERY_REFUSED).reason("wrong_code"),
        };
        if let Some(found) = &found {
            entry = entry.target(found.person);
        }
        if let (Ok(CodeSignIn::In(signed_in)), 1) = (&answer, needed) {
            let left = self.kit_state_in(&mut tx, &own, signed_in.person).await?.map_or(0, |kit| kit.left);
            entry = entry.detail(self.announce(&mut tx, &own, Notice::RecoveryCodeUsed { left }, signed_in.person).await?);
        }
        let recorded = match (&answer, wait) {
            (Ok(_), _) => Recorded::Yes,
            (Err(_), None) => self.may_record(&cx),
            // Over the limit, the first of a window is written down.
            (Err(_), Some(_)) if self.say_once(&cx, subject, self.limits().recovery) => self.may_record(&cx),
            (Err(_), Some(_)) => Recorded::No,
        };
        match recorded {
            Recorded::Yes => self.record(&mut tx, &own, entry).await?,
            Recorded::Summary => self.record(&mut tx, &own, Entry::new(actions::RECOVERY_REFUSED).reason(MORE)).await?,
            Recorded::No => {}
        }
        tx.commit().await?;
        if answer.is_ok() {
            self.give_back(&cx, Door::Recovery);
        }
        answer
    }

    /// Whether a code would let its owner in; nothing is written. Asked when a network has tried very many:
    /// recovery is never shut, but wrong codes leave no row any more. The same statements for every name.
    async fn is_good_code(&self, cx: &Cx, place: SignInPlace<'_>, username: &Username, code: &RecoveryCode) -> Result<bool> {
        let mut tx = self.db().read(cx).await?;
        let organisation = organisation_of(&mut tx, place, username).await?;
        let index = match organisation {
            Some(id) => username_index(&self.vault().organisation(&mut tx, id).await?, username),
            None => [0; 32],
        };
        let scope = organisation.unwrap_or(crate::nil());
        let row = tx.fetch_optional(sql::STANDING_OF_USERNAME, args![scope, index]).await?;
        let found = row.as_ref().map(Found::of_row).transpose()?;
        let holder = found.filter(|found| found.may_have_a_kit()).map_or(crate::nil(), |found| found.person);
        let rows = tx.fetch_all(sql::FIND_KITS, args![scope, holder]).await?;
        let kits = rows.iter().map(Kit::of_row).collect::<Result<Vec<_>>>()?;
        let mut good = false;
        for place in 0..2 {
            let (id, salt) = kits.get(place).map_or((crate::nil(), [0; 32].as_slice()), |kit| (kit.state.kit, kit.salt.as_slice()));
            good |= tx.fetch_optional(sql::FIND_CODE, args![scope, id, code.hash(salt)]).await?.is_some();
        }
        Ok(good)
    }

    /// Uses up a code of either kit; whether it was good. The last code of a kit stays good, so that
    /// recovering never leaves an owner without a way to recover.
    async fn use_code(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: OrganisationId,
        person: Option<PersonId>,
        code: &RecoveryCode,
    ) -> Result<bool> {
        match (self.find_good_code(tx, organisation, person, code).await?, person) {
            (Some(good), Some(person)) => self.use_good_code(tx, cx, person, good).await,
            _ => Ok(false),
        }
    }

    /// A code of either kit that is not used up, with the kits held until the transaction ends. The same statements for nobody.
    async fn find_good_code(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        person: Option<PersonId>,
        code: &RecoveryCode,
    ) -> Result<Option<GoodCode>> {
        let person = person.unwrap_or(crate::nil());
        tx.execute(sql::HOLD_KITS, args![organisation, person]).await?;
        let rows = tx.fetch_all(sql::FIND_KITS, args![organisation, person]).await?;
        let kits = rows.iter().map(Kit::of_row).collect::<Result<Vec<_>>>()?;
        let mut good = None;
        for place in 0..2 {
            let kit = kits.get(place);
            let (id, salt) = kit.map_or((crate::nil(), [0; 32].as_slice()), |kit| (kit.state.kit, kit.salt.as_slice()));
            let row = tx.fetch_optional(sql::FIND_CODE, args![organisation, id, code.hash(salt)]).await?;
            if let (Some(row), Some(kit)) = (row, kit) {
                good = Some(GoodCode { code: row.get("id")?, kit: kit.state.kit, pending: kit.pending });
            }
        }
        Ok(good)
    }

    /// Only an active owner, for the own kit; or the operator, for the kit of an owner.
    async fn owner_asks(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let (role, state) = self.standing(tx, cx, person).await?;
        crate::person_or_operator(cx, person)?;
        if role == Role::Owner && state == PersonState::Active { Ok(()) } else { Err(AccountsError::NotAnOwner) }
    }
}

/// A kit of which a code was tried.
pub(crate) const CURRENT: &str = "current";
/// A kit of which no code was tried yet.
pub(crate) const PENDING: &str = "pending";

struct Kit {
    state: KitState,
    pending: bool,
    salt: Vec<u8>,
}

impl Kit {
    fn of_row(row: &Row) -> Result<Self> {
        let number =
            |column| -> Result<u32> { Ok(u32::try_from(row.get::<i64>(column)?).map_err(|error| row.inconsistent(column, error))?) };
        let state = KitState {
            kit: row.get("id")?,
            created_at: row.get("created_at")?,
            tried_at: row.get("tried_at")?,
            left: number("codes_left")?,
            codes: number("codes")?,
            replacement_made_at: None,
        };
        Ok(Self { state, pending: row.get::<String>("standing")? == PENDING, salt: row.get("salt")? })
    }
}

/// Who has a username.
#[derive(Clone, Copy)]
struct Found {
    person: PersonId,
    role: Role,
    state: PersonState,
    endings: Endings,
}

impl Found {
    fn of_row(row: &Row) -> Result<Self> {
        Ok(Self { person: row.get("id")?, role: row.get("role")?, state: row.get("state")?, endings: Endings::of_row(row)? })
    }
    const fn signs_in(self, organisation: OrganisationId) -> LocalSignIn {
        LocalSignIn { organisation, person: self.person, endings: self.endings }
    }
    fn may_have_a_kit(self) -> bool {
        self.role == Role::Owner && self.state == PersonState::Active
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_do_when_copying_from_paper_is_forgiven() {
        let code: RecoveryCode = "7Q2M-9XKD-41TB-0WZV".parse().unwrap();
        for typed in ["7q2m9xkd41tb0wzv", " 7Q2M 9XKD 4ITB OWZV\n", "7Q2M–9XKD–4lTB–oWZV"] {
            assert!(typed.parse::<RecoveryCode>().unwrap() == code, "{typed}");
        }
        assert_eq!(code.to_string(), "7Q2M-9XKD-41TB-0WZV");
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in
            ["", "7Q2M", "7Q2M-9XKD-41TB-0WZVX", "7Q2M-9XKD-41TB-0WZU", "7Q2M-9XKD-41TB-0WZ!", "７Q2M-9XKD-41TB-0WZV", &"7".repeat(1000)]
        {
            assert!(typed.parse::<RecoveryCode>().is_err(), "{typed}");
        }
    }

    #[test]
    fn the_same_code_hashes_differently_in_two_kits() {
        let code: RecoveryCode = "7Q2M-9XKD-41TB-0WZV".parse().unwrap();
        assert_ne!(code.hash(&[1; 32]), code.hash(&[2; 32]));
    }

    proptest! {
        #[test]
        fn a_shown_code_is_taken_back(seed in any::<u64>()) {
            let random = std::sync::Arc::new(tillit_store::testing::SeededRandom::new(seed));
            let clock = std::sync::Arc::new(tillit_store::testing::FakeClock::default());
            let cx = Cx::new(Scope::Installation, tillit_store::Actor::Visitor, None, clock, random);
            let code = RecoveryCode::new(&cx);
            prop_assert!(code.to_string().parse::<RecoveryCode>() == Ok(code));
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_panic(text in "(?s).{0,200}") {
            let _ = text.parse::<RecoveryCode>();
        }
    }
}
