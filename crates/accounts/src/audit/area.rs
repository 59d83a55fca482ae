//! Areas: what an action belongs to, for people who look for something.

use tillit_store::{FromColumn, Row, StoreError, Value};

/// What an action has to do with. Stored with the row when it is written, and covered by the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// Coming in, going out, and what is needed for it.
    SignIn,
    /// Who is here, in which role.
    People,
    /// Somebody looked at what is held of people, or took it along.
    Reads,
    /// The organisation's settings.
    Settings,
    /// Recovery, one-time links, the operator's help.
    WaysBack,
    /// The log itself.
    Log,
}

impl Area {
    /// All areas, as they are offered.
    pub const ALL: [Self; 6] = [Self::SignIn, Self::People, Self::Reads, Self::Settings, Self::WaysBack, Self::Log];

    /// As stored, and in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::People => "people",
            Self::Reads => "reads",
            Self::Settings => "settings",
            Self::WaysBack => "ways_back",
            Self::Log => "log",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.code() == code)
    }

    /// The area of an action. What no rule names is a setting: so a new action is found at least there.
    pub fn of(action: &str) -> Self {
        let (of, what) = action.split_once('.').unwrap_or((action, ""));
        let has = |any: &[&str]| any.iter().any(|part| what.contains(part));
        match of {
            _ if what.ends_with("viewed") || what.ends_with("exported") || action == "mail.read" => Self::Reads,
            "audit" => Self::Log,
            "recovery" | "link" | "restore" | "break_glass" | "recover" => Self::WaysBack,
            "sign_in" if has(&["recovery", "break_glass"]) => Self::WaysBack,
            "password" | "second_factor" | "session" | "sign_in" | "passkey" | "totp" | "device" => Self::SignIn,
            "person" | "people" | "invitation" | "role" | "privacy" | "erasure" => Self::People,
            "sso" if has(&["signed_in", "sign_in", "recheck"]) => Self::SignIn,
            "sso" if has(&["account_", "person_", "linked"]) => Self::People,
            _ => Self::Settings,
        }
    }
}

impl From<Area> for Value {
    fn from(area: Area) -> Self {
        area.code().into()
    }
}
impl FromColumn for Area {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Self::from_code(&row.get::<String>(column)?).ok_or_else(|| row.inconsistent(column, "no such area"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_look_for_is_where_they_look() {
        for (action, area) in [
            ("sso.signed_in", Area::SignIn),
            ("sso.sign_in_refused", Area::SignIn),
            ("sso.recheck_ended_session", Area::SignIn),
            ("password.refused", Area::SignIn),
            ("second_factor.removed", Area::SignIn),
            ("sign_in.recovery_refused", Area::WaysBack),
            ("recovery.kit_made", Area::WaysBack),
            ("person.viewed", Area::Reads),
            ("people.exported", Area::Reads),
            ("audit.exported", Area::Reads),
            ("person.role_changed", Area::People),
            ("sso.account_unlinked", Area::People),
            ("sso.enforced", Area::Settings),
            ("domain.added", Area::Settings),
            ("audit.shortened", Area::Log),
            ("something.new", Area::Settings),
        ] {
            assert_eq!(Area::of(action), area, "{action}");
        }
        assert!(Area::ALL.into_iter().all(|area| Area::from_code(area.code()) == Some(area)));
    }
}
