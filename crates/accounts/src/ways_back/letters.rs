//! What people are told about the ways back, in both languages.

use tillit_store::Timestamp;

use crate::language::Language;
use crate::notice::{moment, wrapped};

/// A mail. Its link, if it has one, stands alone on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letter {
    Begun,
    Agree,
    WaitBegan,
    StillWaiting,
    Stopped,
    OverrideBegan,
    StillOverriding,
    ComeIn,
    Opened,
    CameIn,
    Over,
    ContactSet,
    /// [`ContactSet`](Self::ContactSet) to whom that was until now.
    ContactReplaced,
    ContactWillChange,
    /// [`ContactWillChange`](Self::ContactWillChange) to whom it still is.
    ContactWillBeReplaced,
    ContactKept,
    GlassSealed,
    GlassOpened,
    /// [`GlassOpened`](Self::GlassOpened) to the contact, who cannot sign in.
    GlassOpenedAsContact,
    GlassClosed,
}

/// What stands in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub organisation: String,
    pub named: String,
    pub domain: String,
    pub who: String,
    pub until: Option<Timestamp>,
    pub link: String,
}

impl Letter {
    #[cfg(test)]
    pub const ALL: [Self; 20] = [
        Self::Begun,
        Self::Agree,
        Self::WaitBegan,
        Self::StillWaiting,
        Self::Stopped,
        Self::OverrideBegan,
        Self::StillOverriding,
        Self::ComeIn,
        Self::Opened,
        Self::CameIn,
        Self::Over,
        Self::ContactSet,
        Self::ContactReplaced,
        Self::ContactWillChange,
        Self::ContactWillBeReplaced,
        Self::ContactKept,
        Self::GlassSealed,
        Self::GlassOpened,
        Self::GlassOpenedAsContact,
        Self::GlassClosed,
    ];

    const fn texts(self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::English => self.english(),
            Language::Norwegian => self.norwegian(),
        }
    }

    const fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::Begun => (
                "{organisation}: somebody asked to be let back in",
                "The operator of this portal began to restore access to {organisation}. At the end, {named} would become an owner.\n\n\
                 Nothing has been proved yet. Until {until} two things must be shown: a record in the DNS of {domain}, and the yes of your contact for emergencies. \
                 If both are, you get another mail and have 72 hours to stop it.\n\n\
                 If {organisation} asked for this, nothing needs to be done.\n",
            ),
            Self::Agree => (
                "{organisation}: do you agree to a new owner?",
                "You are the contact for emergencies of {organisation}. The operator of its portal was asked to let {named} in as an owner, because \
                 no owner can get in any more. It needs your yes, and a record in the DNS of {domain}.\n\n\
                 Ask in your organisation first, by telephone or in person. Then open this page:\n\n{link}\n\n\
                 If you agree there, you get a code. {named} needs it to come in: hand it over yourself, and to nobody else. The page works until {until}. \
                 If you do not agree, do nothing.\n",
            ),
            Self::WaitBegan => (
                "{organisation}: somebody becomes an owner in 72 hours, unless you stop it",
                "The DNS of {domain} and the contact for emergencies of {organisation} both said yes: on {until}, {named} can come in as an owner.\n\n\
                 If that is right, nothing needs to be done. If it is not, stop it here. Every owner can:\n\n{link}\n\n\
                 What you stop goes on only if {domain} shows a new record after that.\n",
            ),
            Self::StillWaiting => (
                "{organisation}: somebody becomes an owner on {until}, unless you stop it",
                "This is the daily reminder. On {until}, {named} can come in to {organisation} as an owner. If that is not right, stop it here:\n\n{link}\n",
            ),
            Self::Stopped => (
                "{organisation}: the restore was stopped",
                "{who} stopped the restore that would have made {named} an owner of {organisation}.\n\n\
                 It goes on only if a second, new record stands in the DNS of {domain} before {until}; the operator knows which. Then 72 hours run again, and \
                 nobody can stop it any more: whoever shows twice that the domain is theirs is the organisation itself.\n",
            ),
            Self::OverrideBegan => (
                "{organisation}: somebody becomes an owner in 72 hours",
                "After the restore was stopped, {domain} showed the second record. On {until}, {named} can come in to {organisation} as an owner. Nobody can stop this any more.\n\n\
                 If that is not right, somebody else controls the DNS of {domain}: speak with whoever runs it, and with the operator, today.\n",
            ),
            Self::StillOverriding => (
                "{organisation}: somebody becomes an owner on {until}",
                "This is the daily reminder. On {until}, {named} can come in to {organisation} as an owner. Nobody can stop this any more.\n",
            ),
            Self::ComeIn => (
                "{organisation}: you can come in now",
                "The wait is over. Open this page until {until}. It asks for the code that the contact for emergencies of {organisation} has for you:\n\n{link}\n\n\
                 Then you choose a password and are an owner. Every owner is told.\n",
            ),
            Self::Opened => (
                "{organisation}: a new owner can come in now",
                "The 72 hours are over. Until {until}, {named} can come in to {organisation} as an owner.\n",
            ),
            Self::CameIn => (
                "{organisation}: somebody came in by the restore and is an owner now",
                "{named} came in by the restore and is an owner of {organisation}.\n\n\
                 If that is not right, sign in, end the sessions of {named} and change the role. The log under Settings names each step.\n",
            ),
            Self::Over => (
                "{organisation}: the restore is over",
                "The restore that would have made {named} an owner of {organisation} was taken back, or its time ran out. Nothing was changed.\n",
            ),
            Self::ContactSet => (
                "{organisation}: a contact was registered",
                "{who} registered {named} as the contact that answers for {organisation} when no owner can get in.\n\n\
                 If that is not right, sign in and change it under Settings, GENERAL.\n",
            ),
            Self::ContactReplaced => (
                "{organisation}: another contact was registered",
                "{who} registered {named} as the contact that answers for {organisation} when no owner can get in. You no longer are.\n\n\
                 If this surprises you, call an owner: every owner can change it in the portal.\n",
            ),
            Self::ContactWillChange => (
                "{organisation}: another contact counts from {until}",
                "{who} named {named} as the contact that answers for {organisation} when no owner can get in. It counts from {until}; until then the present one does.\n\n\
                 If that is not right, an owner keeps the present contact under Settings, GENERAL.\n",
            ),
            Self::ContactWillBeReplaced => (
                "{organisation}: another contact counts from {until}",
                "{who} named {named} as the contact that answers for {organisation} when no owner can get in. It counts from {until}; until then you are it.\n\n\
                 If this surprises you, call an owner: every owner can keep you as the contact in the portal.\n",
            ),
            Self::ContactKept => (
                "{organisation}: the contact stays",
                "{who} kept the contact for emergencies of {organisation}. The change that was waiting will not happen.\n",
            ),
            Self::GlassSealed => (
                "{organisation}: the break-glass account has a new code",
                "{who} sealed the break-glass account of {organisation}. An earlier code is void.\n\n\
                 If that is not right, sign in and seal it again under Settings, GENERAL, Ways back.\n",
            ),
            Self::GlassOpened => (
                "ALARM: the break-glass account of {organisation} was opened",
                "{until}: somebody opened the break-glass account of {organisation} with the code from the safe, and is signed in with it.\n\n\
                 If you know who it was and why, let them finish, then close it under Settings, GENERAL, Ways back.\n\n\
                 If you do not, sign in and close it now: that ends its sessions and voids the code. Then look at the log for what was done.\n",
            ),
            Self::GlassOpenedAsContact => (
                "ALARM: the break-glass account of {organisation} was opened",
                "{until}: somebody opened the break-glass account of {organisation} with the code from the safe, and is signed in with it.\n\n\
                 You read this as the contact for emergencies. Call an owner, whether or not a mail reached them: whoever does not know who it was \
                 closes the account in the portal.\n",
            ),
            Self::GlassClosed => (
                "{organisation}: the break-glass account was closed",
                "{who} closed the break-glass account of {organisation}. Its sessions ended and its code is void. Seal it again, so that there is a code in the safe.\n",
            ),
        }
    }

    const fn norwegian(self) -> (&'static str, &'static str) {
        match self {
            Self::Begun => (
                "{organisation}: noen har bedt om å bli sluppet inn igjen",
                "Den som drifter portalen, har begynt å gjenopprette tilgangen til {organisation}. Til slutt blir {named} eier.\n\n\
                 Ingenting er bevist ennå. Innen {until} må to ting vises: en oppføring i DNS for {domain}, og et ja fra kontakten for nødstilfeller deres. \
                 Kommer begge, får du en ny e-post og har 72 timer på deg til å stoppe det.\n\n\
                 Har {organisation} bedt om dette, er det ingenting å gjøre.\n",
            ),
            Self::Agree => (
                "{organisation}: går du med på en ny eier?",
                "Du er kontakten for nødstilfeller for {organisation}. Den som drifter portalen deres, er bedt om å slippe inn {named} som eier, fordi \
                 ingen av eierne kommer inn lenger. Det trengs et ja fra deg og en oppføring i DNS for {domain}.\n\n\
                 Spør i virksomheten først, på telefon eller ansikt til ansikt. Åpne så denne siden:\n\n{link}\n\n\
                 Sier du ja der, får du en kode. {named} trenger den for å komme inn: gi den fra deg selv, og ikke til noen andre. Siden virker til {until}. \
                 Vil du ikke, trenger du ikke gjøre noe.\n",
            ),
            Self::WaitBegan => (
                "{organisation}: noen blir eier om 72 timer hvis du ikke stopper det",
                "Både DNS for {domain} og kontakten for nødstilfeller for {organisation} har sagt ja: {until} kan {named} komme inn som eier.\n\n\
                 Er det riktig, er det ingenting å gjøre. Er det ikke det, så stopp det her. Det kan hver eier:\n\n{link}\n\n\
                 Det du stopper, går bare videre hvis {domain} viser en ny oppføring etterpå.\n",
            ),
            Self::StillWaiting => (
                "{organisation}: noen blir eier {until} hvis du ikke stopper det",
                "Dette er den daglige påminnelsen. {until} kan {named} komme inn hos {organisation} som eier. Er det ikke riktig, så stopp det her:\n\n{link}\n",
            ),
            Self::Stopped => (
                "{organisation}: gjenopprettingen er stoppet",
                "{who} har stoppet gjenopprettingen som ville gjort {named} til eier av {organisation}.\n\n\
                 Den går bare videre hvis en ny oppføring nummer to står i DNS for {domain} før {until}; den som drifter portalen, vet hvilken. Da går 72 timer på nytt, og \
                 ingen kan stoppe det lenger: den som to ganger viser at domenet er sitt, er virksomheten selv.\n",
            ),
            Self::OverrideBegan => (
                "{organisation}: noen blir eier om 72 timer",
                "Etter at gjenopprettingen ble stoppet, har {domain} vist oppføring nummer to. {until} kan {named} komme inn hos {organisation} som eier. Det kan ingen stoppe lenger.\n\n\
                 Er det ikke riktig, er det noen andre som styrer DNS for {domain}: snakk med dem som drifter det, og med den som drifter portalen, i dag.\n",
            ),
            Self::StillOverriding => (
                "{organisation}: noen blir eier {until}",
                "Dette er den daglige påminnelsen. {until} kan {named} komme inn hos {organisation} som eier. Det kan ingen stoppe lenger.\n",
            ),
            Self::ComeIn => (
                "{organisation}: nå kan du komme inn",
                "Ventetiden er over. Åpne denne siden innen {until}. Den spør etter koden som kontakten for nødstilfeller for {organisation} har til deg:\n\n{link}\n\n\
                 Så velger du et passord og er eier. Alle eiere får beskjed.\n",
            ),
            Self::Opened => (
                "{organisation}: nå kan en ny eier komme inn",
                "De 72 timene er over. Til {until} kan {named} komme inn hos {organisation} som eier.\n",
            ),
            Self::CameIn => (
                "{organisation}: noen kom inn ved gjenopprettingen og er eier nå",
                "{named} kom inn ved gjenopprettingen og er eier av {organisation}.\n\n\
                 Er det ikke riktig, så logg på, avslutt øktene til {named} og endre rollen. Loggen under Innstillinger viser hvert trinn.\n",
            ),
            Self::Over => (
                "{organisation}: gjenopprettingen er over",
                "Gjenopprettingen som ville gjort {named} til eier av {organisation}, er trukket tilbake, eller tiden er ute. Ingenting er endret.\n",
            ),
            Self::ContactSet => (
                "{organisation}: en kontakt er registrert",
                "{who} har registrert {named} som kontakten som svarer for {organisation} når ingen eier kommer inn.\n\n\
                 Er det ikke riktig, så logg på og endre det under Innstillinger, GENERELT.\n",
            ),
            Self::ContactReplaced => (
                "{organisation}: en annen kontakt er registrert",
                "{who} har registrert {named} som kontakten som svarer for {organisation} når ingen eier kommer inn. Det er ikke lenger deg.\n\n\
                 Kommer dette overraskende, så ring en eier: alle eiere kan endre det i portalen.\n",
            ),
            Self::ContactWillChange => (
                "{organisation}: en annen kontakt gjelder fra {until}",
                "{who} har oppgitt {named} som kontakten som svarer for {organisation} når ingen eier kommer inn. Det gjelder fra {until}; til da gjelder den nåværende.\n\n\
                 Er det ikke riktig, beholder en eier den nåværende kontakten under Innstillinger, GENERELT.\n",
            ),
            Self::ContactWillBeReplaced => (
                "{organisation}: en annen kontakt gjelder fra {until}",
                "{who} har oppgitt {named} som kontakten som svarer for {organisation} når ingen eier kommer inn. Det gjelder fra {until}; til da er det deg.\n\n\
                 Kommer dette overraskende, så ring en eier: alle eiere kan beholde deg som kontakt i portalen.\n",
            ),
            Self::ContactKept => (
                "{organisation}: kontakten blir stående",
                "{who} har beholdt kontakten for nødstilfeller for {organisation}. Endringen som ventet, blir ikke noe av.\n",
            ),
            Self::GlassSealed => (
                "{organisation}: nødkontoen har fått ny kode",
                "{who} har forseglet nødkontoen til {organisation}. En tidligere kode gjelder ikke lenger.\n\n\
                 Er det ikke riktig, så logg på og forsegle den på nytt under Innstillinger, GENERELT, Veier tilbake.\n",
            ),
            Self::GlassOpened => (
                "ALARM: nødkontoen til {organisation} er åpnet",
                "{until}: noen har åpnet nødkontoen til {organisation} med koden fra safen og er logget på med den.\n\n\
                 Vet du hvem det er og hvorfor, så la dem bli ferdige, og lukk den etterpå under Innstillinger, GENERELT, Veier tilbake.\n\n\
                 Vet du det ikke, så logg på og lukk den nå: det avslutter øktene og gjør koden ugyldig. Se så i loggen hva som er gjort.\n",
            ),
            Self::GlassOpenedAsContact => (
                "ALARM: nødkontoen til {organisation} er åpnet",
                "{until}: noen har åpnet nødkontoen til {organisation} med koden fra safen og er logget på med den.\n\n\
                 Du får dette som kontakten for nødstilfeller. Ring en eier, enten en e-post har nådd fram eller ikke: den som ikke vet hvem det er, \
                 lukker kontoen i portalen.\n",
            ),
            Self::GlassClosed => (
                "{organisation}: nødkontoen er lukket",
                "{who} har lukket nødkontoen til {organisation}. Øktene er avsluttet, og koden gjelder ikke lenger. Forsegle den på nytt, så det ligger en kode i safen.\n",
            ),
        }
    }

    /// The letter with these facts in it, which must be all that it names.
    pub(super) fn words(self, language: Language, facts: &Facts) -> (String, String) {
        let (subject, text) = self.texts(language);
        let lacks = |place: &str, is_there: bool| text.contains(place) && !is_there;
        debug_assert!(
            !lacks("{named}", !facts.named.is_empty())
                && !lacks("{domain}", !facts.domain.is_empty())
                && !lacks("{who}", !facts.who.is_empty())
                && !lacks("{until}", facts.until.is_some())
                && !lacks("{link}", !facts.link.is_empty()),
            "{self:?} lacks a fact"
        );
        let until = facts.until.map_or_else(String::new, moment);
        let fill = |text: &str| {
            text.replace("{organisation}", &facts.organisation)
                .replace("{named}", &facts.named)
                .replace("{domain}", &facts.domain)
                .replace("{who}", &facts.who)
                .replace("{until}", &until)
        };
        (fill(subject).chars().take(tillit_mail::MAX_SUBJECT).collect(), wrapped(&fill(text)).replace("{link}", &facts.link))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_facts_in_both_languages_and_leaves_the_link_whole() {
        let facts = Facts {
            organisation: "Nordvik kommune".to_owned(),
            named: "ny@nordvik.example".to_owned(),
            domain: "nordvik.example".to_owned(),
            who: "Hanne Moe".to_owned(),
            until: Some(Timestamp(1_795_435_200_000_000)),
            link: format!("https://portal.a-rather-long-name.example/restore/stop/{}", "A".repeat(43)),
        };
        for letter in Letter::ALL {
            let [english, norwegian] = [Language::English, Language::Norwegian].map(|language| letter.texts(language));
            for (subject, _) in [english, norwegian] {
                assert!(!subject.contains("{named}") && !subject.contains("{who}"), "{letter:?}: subjects are read in passing");
            }
            for place in ["{organisation}", "{named}", "{domain}", "{who}", "{until}", "{link}"] {
                let has = |(subject, text): (&str, &str)| subject.contains(place) || text.contains(place);
                assert_eq!(has(english), has(norwegian), "{letter:?}: {place}");
            }
            for language in Language::ALL {
                let (subject, text) = letter.words(language, &facts);
                assert!(!format!("{subject}{text}").contains(['{', '}']), "{letter:?}: {text}");
                assert!(text.lines().all(|line| line == facts.link || line.chars().count() <= 72), "{letter:?}: {text}");
                let has_link = letter.texts(language).1.contains("{link}");
                assert_eq!(text.lines().any(|line| line == facts.link), has_link, "{letter:?}");
            }
        }
    }
}
