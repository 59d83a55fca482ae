//! "What happens if … signs in?", in words.

use tillit_accounts::Role;
use tillit_sso::service::views::{WhatIf, WhatIfOutcome};

use crate::pages::{WhatIfAnswer, role_key, rule_word};
use crate::ui::{Fact, Pill, Tone};
use crate::words::{Provider, Words};

/// The answer as the page shows it. `host` is where the organisation's provider signs people in.
pub(super) fn answer(w: &Words, found: &WhatIf, provider: Provider, host: Option<&str>) -> WhatIfAnswer {
    let verdict = match found.outcome {
        WhatIfOutcome::SignsIn | WhatIfOutcome::LinkedOnce | WhatIfOutcome::Created => Pill::new(Tone::Ok, w.t("what-if-in")),
        WhatIfOutcome::Asked => Pill::new(Tone::Info, w.t("what-if-asked")),
        WhatIfOutcome::Waits => Pill::new(Tone::Warn, w.t("what-if-wait")),
        WhatIfOutcome::Refused(_) => Pill::new(Tone::Bad, w.t("what-if-out")),
    };
    let place = if found.to_provider { host.map(str::to_owned) } else { None };
    let mut facts = vec![
        Fact::text(w.t("what-if-provider"), place.unwrap_or_else(|| w.t("what-if-local"))),
        Fact::text(w.t("what-if-rule"), rule_word(w, &found.rule_name)),
    ];
    match found.outcome {
        WhatIfOutcome::Refused(kind) => facts.push(Fact::text(w.t("what-if-refusal"), w.t(&format!("refusal-{}-title", kind.key())))),
        _ => facts.push(Fact::text(w.t("what-if-becomes"), w.t(role_key(found.role.unwrap_or(Role::Employee))))),
    }
    if found.domain_of_another {
        facts.push(Fact::text(w.t("what-if-note"), w.t("what-if-domain-of-another")));
    }
    if !found.in_force {
        facts.push(Fact::text(w.t("what-if-note"), w.t("what-if-not-in-force")));
    }
    if !found.assumptions.is_empty() {
        facts.push(Fact::text(w.t("what-if-assumes"), w.t(&provider.wording("what-if-assumed"))));
    }
    WhatIfAnswer { username: found.username.clone(), verdict, facts }
}
