//! Browsers that somebody signed in from, and the mail when a new one does.
//!
//! A browser keeps a random key in a cookie for a year; here is a blind index of it, for each person. It says nothing
//! about who sits there. Whoever signs in locally from a browser that the person never used is told about by mail:
//! a provider tells its own people, so nothing is sent about single sign-on.

use serde_json::{Value as Json, json};
use tillit_store::{Cx, Duration, Tx, args};

use crate::audit::{Entry, actions};
use crate::device::device_words;
use crate::error::Result;
use crate::language::Language;
use crate::notice::{moment, wrapped};
use crate::people::Person;
use crate::session::{NewSession, SignInMethod};
use crate::{Accounts, sql_sign_in as sql};

/// A browser is known for so long after the last sign-in from it.
pub(crate) const KNOWN_FOR: Duration = Duration::days(180);
/// Purpose of the blind index over keys of browsers.
const BROWSER_INDEX: &str = "person.browser";

/// A browser, by the hash of the key that it keeps. Debug output hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BrowserMark([u8; 32]);

impl BrowserMark {
    /// From a hash of the browser's key.
    pub const fn of_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }
    pub(crate) fn text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for BrowserMark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrowserMark(…)")
    }
}

impl SignInMethod {
    /// Whether a sign-in from a new browser is told about by mail. Of recovery codes and of the operator's links
    /// every owner is told anyway.
    const fn is_told(self) -> bool {
        matches!(self, Self::Password | Self::PasswordAndCode | Self::Passkey)
    }
}

impl Accounts {
    /// Notes that a person signed in from a browser; tells the person if it is a new one.
    pub(crate) async fn meet_browser(&self, tx: &mut Tx, cx: &Cx, new: &NewSession) -> Result<()> {
        let Some(browser) = new.browser else { return Ok(()) };
        let organisation = crate::scope(cx)?;
        let index = self.vault().organisation(tx, organisation).await?.blind(BROWSER_INDEX, &browser.text());
        let values = args![new.person, organisation, index, cx.now()];
        if tx.execute(sql::SEE_BROWSER, values.clone()).await? > 0 || tx.execute(sql::ADD_BROWSER, values).await? == 0 {
            return Ok(());
        }
        tx.execute(sql::FORGET_SURPLUS_BROWSERS, args![organisation, new.person]).await?;
        if new.method.is_told() {
            let detail = self.tell_of_browser(tx, cx, new).await?;
            self.record(tx, cx, Entry::new(actions::NEW_BROWSER).target(new.person).detail(detail)).await?;
        }
        Ok(())
    }

    async fn tell_of_browser(&self, tx: &mut Tx, cx: &Cx, new: &NewSession) -> Result<Json> {
        let device = new.user_agent.as_deref().and_then(device_words);
        let from = cx.client().map(|client| client.0.to_canonical().to_string());
        let told = self.tell(tx, cx, new.person, |language, person, organisation| {
            words(language, &Facts { person, organisation, device: device.as_deref(), from: from.as_deref(), when: moment(cx.now()) })
        });
        Ok(json!({ "told": told.await? }))
    }
}

struct Facts<'a> {
    person: &'a Person,
    organisation: &'a str,
    device: Option<&'a str>,
    from: Option<&'a str>,
    when: String,
}

/// Subject and text. No link in it: a mail that asks people to sign in by a link is what phishing looks like.
fn words(language: Language, facts: &Facts<'_>) -> (String, String) {
    let Facts { person, organisation, device, from, when } = facts;
    let who = person.username.as_str();
    let (subject, text) = match language {
        Language::English => (
            format!("{organisation}: signed in from a new browser"),
            format!(
                "{when}: somebody signed in to {organisation} as {who} from a browser that was not used for this account before.\n\n\
                 Browser: {}\nAddress: {}\n\n\
                 If this was you, nothing needs to be done.\n\n\
                 If it was not: open the portal as you always do (there is no link here on purpose), choose your name at the top, then \
                 Sessions, and \"Sign out everywhere\". Then change your password, and tell whoever looks after {organisation}'s security.\n",
                device.unwrap_or("not known"),
                from.unwrap_or("not known"),
            ),
        ),
        Language::Norwegian => (
            format!("{organisation}: pålogging fra en ny nettleser"),
            format!(
                "{when}: noen logget på hos {organisation} som {who}, fra en nettleser som ikke har vært brukt til denne kontoen før.\n\n\
                 Nettleser: {}\nAdresse: {}\n\n\
                 Var det deg, trenger du ikke gjøre noe.\n\n\
                 Var det ikke deg: Åpne kundeportalen slik du pleier (det er ingen lenke her, med vilje), velg navnet ditt øverst, så \
                 Økter og \"Logg av overalt\". Bytt deretter passord, og si fra til dem som har ansvar for sikkerheten hos {organisation}.\n",
                device.unwrap_or("ukjent"),
                from.unwrap_or("ukjent"),
            ),
        ),
    };
    (subject, wrapped(&text))
}
