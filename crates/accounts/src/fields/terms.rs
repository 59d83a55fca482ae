//! The data processing terms as data: everything in them that depends on settings, and a fingerprint of it.

use aws_lc_rs::digest::{SHA256, digest};
use tillit_store::{Cx, Duration};

use super::{FieldChoices, ProfileField};
use crate::error::Result;
use crate::permission::Permission;
use crate::role::Role;
use crate::{Accounts, SESSION_LIFETIME};

/// Version of the text around the settings. Raise it when the meaning of the text changes: signed copies then differ.
const TEXT: u32 = 3;

/// What the operator brings to the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorTerms {
    /// The operator's name.
    pub name: String,
    /// Who else processes data, in the operator's words.
    pub sub_processors: Vec<String>,
}

/// The terms of an organisation at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Name of the organisation: the controller.
    pub organisation: String,
    /// The operator: the processor.
    pub operator: OperatorTerms,
    /// What is held of people.
    pub choices: FieldChoices,
    /// Roles that see the list of people.
    pub readers: Vec<Role>,
    /// How long backups may be kept; `None` where backups are not limited by keys.
    pub backups: Option<Duration>,
    /// How many years the audit log is kept at this moment.
    pub audit_years: i64,
}

impl Terms {
    /// Fingerprint of what depends on settings, and of the version of the text: the same in every language and on every day
    /// until something changes. SHA-256 in groups of four.
    pub fn fingerprint(&self) -> String {
        let mut text = format!("tillit terms {TEXT}\n{}\n{}\n", self.organisation, self.operator.name);
        for named in &self.operator.sub_processors {
            text.push_str(&format!("sub-processor {named}\n"));
        }
        for field in ProfileField::ALL {
            text.push_str(&format!("{} {}\n", field.key(), self.choices.of(field).code()));
        }
        for role in &self.readers {
            text.push_str(&format!("reader {}\n", role.code()));
        }
        text.push_str(&format!("session {}\n", SESSION_LIFETIME.as_seconds()));
        text.push_str(&format!("backups {}\n", self.backups.map_or(-1, Duration::as_seconds)));
        text.push_str(&format!("audit log {} years\n", self.audit_years));
        let hex: String = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        hex.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" ")
    }
}

/// Roles that may see what is stored of people.
pub fn readers() -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| role.may(Permission::ViewPeople)).collect()
}

impl Accounts {
    /// The terms as the settings of this moment make them.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`](crate::AccountsError::NoOrganisation).
    pub async fn terms(&self, cx: &Cx, operator: OperatorTerms) -> Result<Terms> {
        let mut tx = self.db().read(cx).await?;
        let organisation = self.organisation_in(&mut tx, cx).await?.name;
        let choices = self.field_choices_in(&mut tx, cx).await?;
        drop(tx);
        let audit_years = self.audit_choices(cx).await?.in_force(cx.now()).years();
        Ok(Terms { organisation, operator, choices, readers: readers(), backups: self.vault().backup_period(), audit_years })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldUse;

    #[test]
    fn a_fingerprint_changes_with_every_setting_and_with_nothing_else() {
        let terms = Terms {
            organisation: "Nordvik".to_owned(),
            operator: OperatorTerms { name: "Fjordvakt".to_owned(), sub_processors: vec![] },
            choices: FieldChoices::default(),
            readers: readers(),
            backups: Some(Duration::days(35)),
            audit_years: 2,
        };
        let other = |change: fn(&mut Terms)| {
            let mut terms = terms.clone();
            change(&mut terms);
            terms.fingerprint()
        };
        let mut all = vec![
            terms.fingerprint(),
            other(|terms| terms.organisation.push('x')),
            other(|terms| terms.operator.name.push('x')),
            other(|terms| terms.operator.sub_processors.push("a".to_owned())),
            other(|terms| terms.choices = terms.choices.with(ProfileField::Name, FieldUse::Never)),
            other(|terms| terms.readers.clear()),
            other(|terms| terms.backups = None),
            other(|terms| terms.audit_years = 3),
        ];
        assert_eq!(all[0], terms.clone().fingerprint());
        assert_eq!(all[0].len(), 64 + 15);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 8);
    }
}
