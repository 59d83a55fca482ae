//! The table itself.

use super::facts::{Account, Creation, Facts, Graph, Identity, Namesake, Purpose, Tenant};
use super::{Outcome, RefusalKind, Rule};

/// One row.
pub struct Row {
    /// Its name.
    pub rule: Rule,
    /// The letter that the design gives it, for those that have one.
    pub letter: Option<char>,
    /// The rule in English.
    pub en: &'static str,
    /// The rule in Norwegian (bokmål).
    pub nb: &'static str,
    /// Whether it applies. Rows above it did not.
    pub applies: fn(&Facts) -> bool,
    /// What comes of it.
    pub outcome: fn(&Facts) -> Outcome,
}

/// All rows, in order. The first that applies decides.
pub const TABLE: &[Row] = &[
    Row {
        rule: Rule::TenantTaken,
        letter: None,
        en: "The tenant is connected to another organisation here: nobody comes in. Only the operator can move it.",
        nb: "Tenanten er koblet til en annen virksomhet her: ingen slipper inn. Bare den som drifter portalen, kan flytte den.",
        applies: |f| f.tenant == Tenant::BoundElsewhere,
        outcome: |_| Outcome::Refuse(RefusalKind::TenantTaken),
    },
    Row {
        rule: Rule::WrongTenant,
        letter: None,
        en: "The tenant is not the one in the organisation's settings: nobody comes in. Only an activation may bring a new tenant.",
        nb: "Tenanten er ikke den som står i virksomhetens innstillinger: ingen slipper inn. Bare en aktivering kan ta inn en ny tenant.",
        applies: |f| f.tenant == Tenant::NotBound && f.purpose != Purpose::Activate,
        outcome: |_| Outcome::Refuse(RefusalKind::WrongTenant),
    },
    Row {
        rule: Rule::OtherOrganisation,
        letter: None,
        en: "The account belongs to a person of another organisation: nobody comes in.",
        nb: "Kontoen tilhører en person i en annen virksomhet: ingen slipper inn.",
        applies: |f| f.identity == Identity::OtherOrganisation,
        outcome: |_| Outcome::Refuse(RefusalKind::OtherOrganisation),
    },
    Row {
        rule: Rule::Disabled,
        letter: None,
        en: "The account belongs to a person who is switched off here: nobody comes in.",
        nb: "Kontoen tilhører en person som er deaktivert her: Ingen slipper inn.",
        applies: |f| matches!(f.identity, Identity::Disabled(_)),
        outcome: |_| Outcome::Refuse(RefusalKind::Disabled),
    },
    Row {
        rule: Rule::GuestsOff,
        letter: None,
        en: "A guest of the tenant is refused unless the organisation switched guests on. An unknown account that nothing calls a member counts as a guest.",
        nb: "En gjest i tenanten avvises, med mindre virksomheten har slått på gjester. En ukjent konto som ingenting sier er medlem, regnes som gjest.",
        applies: |f| (f.account == Account::Guest || counts_as_guest(f)) && !f.guests_allowed,
        outcome: |_| Outcome::Refuse(RefusalKind::GuestRefused),
    },
    Row {
        rule: Rule::SessionGone,
        letter: None,
        en: "Linking, testing and re-checking need the session that began them.",
        nb: "Kobling, test og ny kontroll krever økten som startet dem.",
        applies: |f| f.purpose != Purpose::SignIn && f.session().is_none(),
        outcome: |_| Outcome::Refuse(RefusalKind::SessionGone),
    },
    Row {
        rule: Rule::OtherAccount,
        letter: None,
        en: "Linking, testing and re-checking with an account that is linked to somebody else are refused.",
        nb: "Kobling, test og ny kontroll med en konto som er koblet til noen andre, avvises.",
        applies: |f| matches!(f.identity, Identity::Active(person) if f.purpose != Purpose::SignIn && f.session() != Some(person)),
        outcome: |_| Outcome::Refuse(RefusalKind::OtherAccount),
    },
    Row {
        rule: Rule::Known,
        letter: Some('a'),
        en: "A known account (cloud, tenant, object id) is its person, whatever name it bears today and whether or not Graph answers.",
        nb: "En kjent konto (sky, tenant, objekt-ID) er personen den er koblet til, uansett hvilket navn den har i dag og om Graph svarer.",
        applies: |f| matches!(f.identity, Identity::Active(_)),
        outcome: |f| match f.identity {
            Identity::Active(person) => Outcome::SignIn(person),
            Identity::Unknown | Identity::Disabled(_) | Identity::OtherOrganisation => Outcome::Refuse(RefusalKind::NotLinked),
        },
    },
    Row {
        rule: Rule::NotLinked,
        letter: None,
        en: "A test or a re-check never links: with an unknown account it fails.",
        nb: "En test eller ny kontroll kobler aldri: Med en ukjent konto mislykkes den.",
        applies: |f| matches!(f.purpose, Purpose::Test | Purpose::Recheck),
        outcome: |_| Outcome::Refuse(RefusalKind::NotLinked),
    },
    Row {
        rule: Rule::LinkedToOther,
        letter: Some('e'),
        en: "The person is linked to another account already: refused, and the owners are told.",
        nb: "Personen er allerede koblet til en annen konto: avvises, og eierne får beskjed.",
        applies: |f| match f.target() {
            Some(target) => target.linked_to_other,
            None => member_on_verified_domain(f) && matches!(f.namesake, Namesake::LinkedToOther(_)),
        },
        outcome: |_| Outcome::Refuse(RefusalKind::LinkedToOther),
    },
    Row {
        rule: Rule::GuestTakesNoName,
        letter: None,
        en: "A guest whose name somebody here bears already is linked by an invitation only.",
        nb: "En gjest med et brukernavn som allerede er i bruk her, kan bare kobles med en invitasjon.",
        applies: |f| alone(f) && (f.account == Account::Guest || counts_as_guest(f)) && f.namesake != Namesake::Nobody,
        outcome: |_| Outcome::Refuse(RefusalKind::NotLinked),
    },
    Row {
        rule: Rule::DomainNotVerified,
        letter: None,
        en: "An unknown member whose username is not on a verified domain of the organisation is refused.",
        nb: "Et ukjent medlem med brukernavn utenfor virksomhetens bekreftede domener avvises.",
        applies: |f| alone(f) && f.account == Account::Member && !f.domain_verified,
        outcome: |_| Outcome::Refuse(RefusalKind::DomainNotVerified),
    },
    Row {
        rule: Rule::NamesakeDisabled,
        letter: None,
        en: "The username belongs to a person who is switched off here: refused.",
        nb: "Brukernavnet tilhører en person som er deaktivert her: avvises.",
        applies: |f| alone(f) && matches!(f.namesake, Namesake::Disabled(_)),
        outcome: |_| Outcome::Refuse(RefusalKind::Disabled),
    },
    Row {
        rule: Rule::RoleNeedsLink,
        letter: Some('d'),
        en: "The username belongs to somebody with a role above employee: the name alone is not enough, refused.",
        nb: "Brukernavnet tilhører en med høyere rolle enn ansatt: Navnet alene er ikke nok, avvises.",
        applies: |f| alone(f) && matches!(f.namesake, Namesake::AboveEmployee(_)),
        outcome: |_| Outcome::Refuse(RefusalKind::RoleNeedsLink),
    },
    Row {
        rule: Rule::CreationOff,
        letter: Some('b'),
        en: "Nobody here bears the username, and the organisation does not create people at sign-in: refused.",
        nb: "Ingen her har brukernavnet, og virksomheten oppretter ikke personer ved pålogging: avvises.",
        applies: |f| alone(f) && f.namesake == Namesake::Nobody && f.creation == Creation::Off,
        outcome: |_| Outcome::Refuse(RefusalKind::CreationOff),
    },
    Row {
        rule: Rule::CapReached,
        letter: Some('b'),
        en: "Nobody here bears the username, and the organisation's cap on new people is reached: refused.",
        nb: "Ingen her har brukernavnet, og virksomhetens grense for nye personer er nådd: avvises.",
        applies: |f| alone(f) && f.namesake == Namesake::Nobody && f.creation == Creation::CapReached,
        outcome: |_| Outcome::Refuse(RefusalKind::CapReached),
    },
    Row {
        rule: Rule::Waiting,
        letter: None,
        en: "Whoever is new needs Microsoft Graph once: while it does not answer, they wait and try again.",
        nb: "En ny person trenger Microsoft Graph én gang: så lenge Graph ikke svarer, må personen vente og prøve igjen.",
        applies: |f| f.graph == Graph::Unavailable,
        outcome: |_| Outcome::Wait,
    },
    Row {
        rule: Rule::TwoSides,
        letter: Some('d'),
        en: "With the person's own session or an invitation as the second side, the person sees what came back and is asked before linking. Any role.",
        nb: "Med personens egen økt eller en invitasjon som bekreftelse nummer to vises det som kom tilbake, og personen blir spurt før kobling. Alle roller.",
        applies: |f| f.target().is_some(),
        outcome: |f| f.target().map_or(Outcome::Refuse(RefusalKind::NotLinked), |target| Outcome::ProposeLink(target.person)),
    },
    Row {
        rule: Rule::LinkedOnce,
        letter: Some('c'),
        en: "An employee who was never linked, with the same username on a verified domain, is linked once; the person is told and it is logged.",
        nb: "En ansatt som aldri har vært koblet, med samme brukernavn på et bekreftet domene, kobles én gang. Personen får beskjed, og det loggføres.",
        applies: |f| member_on_verified_domain(f) && matches!(f.namesake, Namesake::Employee(_)),
        outcome: |f| match f.namesake {
            Namesake::Employee(person) => Outcome::LinkOnce(person),
            Namesake::Nobody | Namesake::AboveEmployee(_) | Namesake::LinkedToOther(_) | Namesake::Disabled(_) => {
                Outcome::Refuse(RefusalKind::NotLinked)
            }
        },
    },
    Row {
        rule: Rule::Created,
        letter: Some('b'),
        en: "A member on a verified domain whom nobody here is: created, as employee.",
        nb: "Et medlem på et bekreftet domene som ikke finnes her fra før: opprettes som ansatt.",
        applies: |f| member_on_verified_domain(f) && f.namesake == Namesake::Nobody && f.creation == Creation::On,
        outcome: |_| Outcome::Create,
    },
    Row {
        rule: Rule::GuestCreated,
        letter: None,
        en: "A guest whom nobody here is, guests and creation being switched on: created, as employee.",
        nb: "En gjest som ikke finnes her fra før, når både gjester og oppretting er slått på: opprettes som ansatt.",
        applies: |f| {
            (f.account == Account::Guest || counts_as_guest(f))
                && f.guests_allowed
                && f.namesake == Namesake::Nobody
                && f.creation == Creation::On
        },
        outcome: |_| Outcome::Create,
    },
];

/// The identity comes without a second side.
fn alone(f: &Facts) -> bool {
    f.target().is_none()
}

/// Somebody unknown, without a second side, whom neither the token nor Graph calls a member. While Graph does not
/// answer it may still say so: they wait.
fn counts_as_guest(f: &Facts) -> bool {
    f.account == Account::Unsaid
        && f.graph == Graph::Answered
        && f.identity == Identity::Unknown
        && f.purpose == Purpose::SignIn
        && alone(f)
}

fn member_on_verified_domain(f: &Facts) -> bool {
    f.account == Account::Member && f.domain_verified
}
