//! What the provider tells about a person, read once the account is known, and never needed for somebody
//! who is linked already.

use tillit_accounts::{Carried, FieldChoices, FieldUse, Photo, PhotoChange, Profile, ProfileField, ProfileText, Username};
use tillit_store::Cx;

use super::Sso;
use super::callback::Arrival;
use super::views::Purpose;
use crate::decide;
use crate::error::Result;
use crate::protocol::{ClaimedProfile, GraphOrganization, GraphProfile, Identity, Membership};

/// What could be read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub profile: Option<Profile>,
    /// `None`: not read. `Some(None)`: there is no picture.
    pub photo: Option<Option<Photo>>,
    pub organization: Option<GraphOrganization>,
    /// User name that the account has now.
    pub username: Option<Username>,
    /// The same as the provider writes it, for pages.
    pub username_text: Option<String>,
    pub name: Option<String>,
    /// Member or guest, as far as token and Graph say.
    pub account: decide::Account,
    /// Graph was asked and did not answer.
    pub unavailable: bool,
}

impl Reading {
    fn new(account: decide::Account, name: Option<String>) -> Self {
        Self { profile: None, photo: None, organization: None, username: None, username_text: None, name, account, unavailable: false }
    }
    pub fn graph(&self) -> decide::Graph {
        if self.unavailable { decide::Graph::Unavailable } else { decide::Graph::Answered }
    }
    /// What the session carries of it, by the choices of this moment.
    pub fn carried(&self, choices: &FieldChoices) -> Option<Carried> {
        choices.carried(self.profile.as_ref()?, self.photo.as_ref().and_then(Option::as_ref))
    }
    pub fn photo_change(&self) -> PhotoChange<'_> {
        match &self.photo {
            None => PhotoChange::Keep,
            Some(None) => PhotoChange::Remove,
            Some(Some(photo)) => PhotoChange::Replace(photo),
        }
    }
}

impl Sso {
    /// Reads what this purpose needs: for a sign-in profile and picture, for an activation the tenant too,
    /// for a test or a re-check nothing. Of the profile only what the organisation chose; what comes unasked is dropped here.
    pub(crate) async fn read_profile(&self, cx: &Cx, arrival: &Arrival<'_>) -> Result<Reading> {
        let choices = self.accounts().field_choices(cx).await?;
        let mut reading = self.ask_profile(cx, arrival, &choices).await;
        reading.profile = reading.profile.map(|profile| choices.asked_of(&profile));
        if choices.of(ProfileField::Name) == FieldUse::Never {
            reading.name = None;
        }
        Ok(reading)
    }

    async fn ask_profile(&self, cx: &Cx, arrival: &Arrival<'_>, choices: &FieldChoices) -> Reading {
        let claims = arrival.claims;
        let fields = choices.asked();
        let account = match (&claims.identity, claims.membership) {
            // Other providers have no guests.
            (Identity::OpenId { .. }, _) | (_, Membership::Member) => decide::Account::Member,
            (_, Membership::Guest) => decide::Account::Guest,
            (_, Membership::Unsaid) => decide::Account::Unsaid,
        };
        let mut reading = Reading::new(account, claims.profile.name.clone());
        let wants = matches!(arrival.taken.purpose, Purpose::SignIn | Purpose::Activate);
        match &claims.identity {
            Identity::Microsoft { tenant, object, .. } => {
                reading.username_text.clone_from(&claims.profile.username);
                let graph = self.0.protocol.graph(cx, arrival.client, arrival.tokens, arrival.log);
                if let Some(graph) = graph.filter(|_| wants) {
                    let organization = async {
                        match arrival.taken.purpose {
                            Purpose::Activate => Some(graph.organization(tenant).await),
                            _ => None,
                        }
                    };
                    let photo = async { if fields.contains(&ProfileField::ProfileImage) { graph.photo().await.ok() } else { None } };
                    let (profile, photo, organization) = tokio::join!(graph.profile(object, &fields), photo, organization);
                    reading.unavailable = profile.is_err() || matches!(organization, Some(Err(_)));
                    if let Ok(profile) = profile {
                        reading.take_graph(&profile);
                    }
                    reading.photo = photo.map(|photo| photo.and_then(|photo| Photo::jpeg(photo.into_jpeg())));
                    reading.organization = organization.and_then(Result::ok);
                }
            }
            Identity::OpenId { .. } => {
                let mut told = claims.profile.clone();
                if wants && let Ok(Some(more)) = self.0.protocol.userinfo(cx, arrival.client, arrival.tokens, claims, arrival.log).await {
                    fill(&mut told, more);
                }
                // Elsewhere only an address that the provider vouches for can be somebody's user name.
                reading.username_text = told.email.clone().filter(|_| told.email_verified).or_else(|| told.username.clone());
                reading.username = told.email.as_deref().filter(|_| told.email_verified).and_then(|email| email.parse().ok());
                reading.name.clone_from(&told.name);
                reading.profile = Some(of_claims(&told));
                return reading;
            }
        }
        reading.username = reading.username_text.as_deref().and_then(|text| text.parse().ok());
        reading
    }
}

impl Reading {
    fn take_graph(&mut self, graph: &GraphProfile) {
        if let Some(upn) = &graph.user_principal_name {
            // Where the token does not say who is a guest, the name in the directory does.
            if upn.to_ascii_uppercase().contains("#EXT#") {
                self.account = decide::Account::Guest;
            }
            self.username_text = Some(upn.clone());
        }
        match (graph.user_type.as_deref(), self.account) {
            (Some("Member"), decide::Account::Unsaid) => self.account = decide::Account::Member,
            (Some("Guest"), _) => self.account = decide::Account::Guest,
            _ => {}
        }
        if graph.display_name.is_some() {
            self.name.clone_from(&graph.display_name);
        }
        self.profile = Some(of_graph(graph));
    }
}

/// Fields that an account's provider tells at each sign-in: there they are corrected. Microsoft's directory has all nine; the claims of
/// OpenID Connect have an address, a name and a language (`of_claims`), and what they do not have is nobody's but ours.
pub(crate) const fn brought(microsoft: bool) -> &'static [ProfileField] {
    if microsoft { &ProfileField::ALL } else { &[ProfileField::Email, ProfileField::Name, ProfileField::Language] }
}

/// [`brought`] by the provider of this account.
pub(crate) const fn brings(identity: &Identity) -> &'static [ProfileField] {
    brought(matches!(identity, Identity::Microsoft { .. }))
}

fn text(value: Option<&str>) -> Option<ProfileText> {
    value.and_then(ProfileText::new)
}

/// The nine fields (the ninth is the picture).
fn of_graph(graph: &GraphProfile) -> Profile {
    Profile {
        email: text(graph.mail.as_deref()),
        name: text(graph.display_name.as_deref()),
        title: text(graph.job_title.as_deref()),
        company: text(graph.company_name.as_deref()),
        department: text(graph.department.as_deref()),
        phone: text(graph.phone()),
        address: text(graph.address().as_deref()),
        language: text(graph.preferred_language.as_deref()),
    }
}

fn of_claims(claims: &ClaimedProfile) -> Profile {
    Profile {
        email: text(claims.email.as_deref()),
        name: text(claims.name.as_deref()),
        language: text(claims.locale.as_deref()),
        ..Profile::default()
    }
}

/// Userinfo tells what the id_token left out.
fn fill(told: &mut ClaimedProfile, more: ClaimedProfile) {
    if told.email.is_none() {
        told.email = more.email;
        told.email_verified = more.email_verified;
    }
    told.name = told.name.take().or(more.name);
    told.given_name = told.given_name.take().or(more.given_name);
    told.family_name = told.family_name.take().or(more.family_name);
    told.username = told.username.take().or(more.username);
    told.locale = told.locale.take().or(more.locale);
}
