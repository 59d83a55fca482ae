//! Settings, GENERAL, "Ways back": the contact that answers for the organisation, and a restore that is under way.

use askama::Template;
use tillit_accounts::ways_back::{ContactState, Glass, RestoreState, View};
use tillit_store::Duration;

use super::break_glass::{glass_pill, glass_text, no_proof};
use super::restore::{sample, until};
use super::{Page, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{Evidence, Fact, Field, FieldKind, FormErrors, Note, Pill, Tone};

/// Ways back, for owners.
#[derive(Debug, Template)]
#[template(path = "ways_back.html")]
pub struct WaysBackPage {
    /// Frame.
    pub f: Frame,
    /// The contact for emergencies.
    pub contact: ContactState,
    /// What was typed as another one.
    pub typed: String,
    /// The last restore.
    pub restore: Option<RestoreState>,
    /// The break-glass account.
    pub glass: Glass,
    /// What the viewer can show beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

/// Key of the word for where a restore stands, and how it is shown.
const fn view_key(view: &View) -> (&'static str, Tone) {
    match view {
        View::None => ("none", Tone::Neutral),
        View::Gathering { .. } => ("gathering", Tone::Info),
        View::Waiting { .. } => ("waiting", Tone::Warn),
        View::Stopped { .. } => ("stopped", Tone::Warn),
        View::Overriding { .. } => ("overriding", Tone::Bad),
        View::Open { .. } => ("open", Tone::Bad),
    }
}

impl WaysBackPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn contact_facts(&self) -> Vec<Fact> {
        let w = &self.f.w;
        let present = self.contact.contact.as_ref().map_or_else(|| w.t("way-back-contact-none"), |contact| contact.as_str().to_owned());
        let mut facts = vec![Fact::text(w.t("way-back-contact-present"), present)];
        if let Some((next, from)) = &self.contact.next {
            facts.push(Fact::text(w.t1("way-back-contact-next", "from", w.time(*from)), next.as_str()));
        }
        facts
    }
    fn contact_note(&self) -> Option<Note> {
        let w = &self.f.w;
        let note = || Note::new(Tone::Warn, w.t("way-back-contact-counts-not-text")).titled(w.t("way-back-contact-counts-not"));
        self.contact.at_own_domain.then(note)
    }
    fn can_prove(&self) -> bool {
        !self.proof.is_empty()
    }
    fn contact_fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        let label = if self.contact.contact.is_some() { "way-back-contact-another" } else { "way-back-contact-field" };
        let address = Field::text("contact", w.t(label))
            .kind(FieldKind::Input("email"))
            .hint(w.t("way-back-contact-hint"))
            .value(&self.typed)
            .errors(&self.errors);
        [vec![address], self.proof.clone()].concat()
    }
    fn contact_will(&self) -> Vec<String> {
        let w = &self.f.w;
        let second = if self.contact.contact.is_some() && !self.contact.at_own_domain {
            "way-back-contact-will-later"
        } else {
            "way-back-contact-will-now"
        };
        vec![w.t("way-back-contact-will-told"), w.t(second), w.t("way-back-contact-will-power")]
    }
    fn pill(&self) -> Option<Pill> {
        let restore = self.restore.as_ref()?;
        let (key, tone) = view_key(&restore.view);
        Some(Pill::new(tone, self.f.w.t(&format!("way-back-restore-{key}"))))
    }
    fn restore_text(&self) -> String {
        let w = &self.f.w;
        let Some(restore) = &self.restore else { return w.t("way-back-restore-never") };
        let until = until(&restore.view).map_or_else(String::new, |until| w.time(until));
        let (key, _) = view_key(&restore.view);
        w.t2(&format!("way-back-restore-{key}-text"), "until", until, "named", restore.named.as_str())
    }
    fn timeline(&self) -> Vec<Evidence> {
        let Some(restore) = &self.restore else { return vec![] };
        let tone = |what: &str| match what {
            "stopped" | "override_began" | "second_record_seen" => Tone::Warn,
            "came_in" => Tone::Ok,
            _ => Tone::Info,
        };
        let line = |moment: &tillit_accounts::ways_back::Moment| Evidence {
            tone: tone(&moment.what),
            title: self.f.w.t(&format!("way-back-moment-{}", moment.what.replace('_', "-"))),
            detail: String::new(),
            at: Some(moment.at),
        };
        restore.history.iter().map(line).collect()
    }
    fn restore_facts(&self) -> Vec<Fact> {
        let Some(restore) = &self.restore else { return vec![] };
        let w = &self.f.w;
        vec![
            Fact::text(w.t("restore-named"), restore.named.as_str()),
            Fact::text(w.t("restore-domain"), &restore.domain),
            Fact::text(w.t("restore-contact"), restore.contact.as_str()),
        ]
    }
    fn can_stop(&self) -> bool {
        self.restore.as_ref().is_some_and(|restore| restore.can_be_stopped)
    }
    fn stop_will(&self) -> Vec<String> {
        let named = self.restore.as_ref().map_or("", |restore| restore.named.as_str());
        ["way-back-stop-will-1", "way-back-stop-will-2", "way-back-stop-will-3"].map(|key| self.f.w.t1(key, "named", named)).into()
    }
    fn glass_pill(&self) -> Pill {
        glass_pill(&self.f.w, &self.glass)
    }
    fn glass_text(&self) -> String {
        glass_text(&self.f.w, &self.glass)
    }
    fn no_proof(&self) -> Note {
        no_proof(&self.f.w)
    }
}

impl Page for WaysBackPage {
    const NAME: &'static str = "ways-back";
    #[expect(clippy::expect_used, reason = "samples")]
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let address = |text: &str| text.parse().expect("a username");
        let contact = ContactState { contact: Some(address("styreleder@fjordadvokat.example")), ..ContactState::default() };
        let page = |view: Option<View>| Self {
            f: f.clone(),
            contact: contact.clone(),
            typed: String::new(),
            restore: view.map(|view| sample(f, view)),
            glass: Glass::Sealed { at: f.now - Duration::days(20) },
            proof: proof_fields(&f.w, Proofs::SAMPLE, &FormErrors::default()),
            errors: FormErrors::default(),
        };
        let own_domain = ContactState { contact: Some(address("styreleder@nordvik.example")), at_own_domain: true, next: None };
        let until = f.now + Duration::hours(48);
        let by = tillit_store::PersonId::from_uuid(Default::default());
        let next = Some((address("ny.styreleder@fjordadvokat.example"), f.now + Duration::days(5)));
        let errors = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        vec![
            ("none", Self { contact: ContactState::default(), glass: Glass::None, proof: vec![], ..page(None) }),
            ("glass-open", Self { glass: Glass::Open { at: f.now - Duration::hours(1) }, ..page(None) }),
            ("glass-none", Self { glass: Glass::None, ..page(None) }),
            ("", page(None)),
            ("changing", Self { contact: ContactState { next, ..contact.clone() }, errors, ..page(None) }),
            ("own-domain", Self { contact: own_domain, ..page(None) }),
            ("gathering", page(Some(View::Gathering { dns: false, contact: true, until }))),
            ("waiting", page(Some(View::Waiting { until }))),
            ("stopped", page(Some(View::Stopped { by, until }))),
            ("overriding", page(Some(View::Overriding { until }))),
            ("open", page(Some(View::Open { until }))),
            ("over", page(Some(View::None))),
        ]
    }
}
