//! The promises, over every combination of facts, and the document that shows the table.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;

fn person(number: u32) -> PersonId {
    format!("usr_{number:032x}").parse().unwrap()
}

/// Every combination that the world can produce: two people, so that "somebody else" occurs everywhere.
fn all_facts() -> Vec<Facts> {
    let people = [person(1), person(2)];
    let identities = [Identity::Unknown, Identity::OtherOrganisation]
        .into_iter()
        .chain(people.map(Identity::Active))
        .chain(people.map(Identity::Disabled))
        .collect::<Vec<_>>();
    let namesakes = [Namesake::Nobody]
        .into_iter()
        .chain(
            people
                .into_iter()
                .flat_map(|p| [Namesake::Employee(p), Namesake::AboveEmployee(p), Namesake::LinkedToOther(p), Namesake::Disabled(p)]),
        )
        .collect::<Vec<_>>();
    let carried = [Carried::Nothing]
        .into_iter()
        .chain(people.into_iter().flat_map(|person| {
            [true, false].into_iter().flat_map(move |linked_to_other| {
                [Carried::Session { person, linked_to_other }, Carried::Invitation { person, linked_to_other }]
            })
        }))
        .collect::<Vec<_>>();
    let mut all = Vec::new();
    for purpose in [Purpose::SignIn, Purpose::Activate, Purpose::Test, Purpose::Recheck] {
        for tenant in [Tenant::BoundHere, Tenant::BoundElsewhere, Tenant::NotBound] {
            for &identity in &identities {
                for account in [Account::Member, Account::Guest, Account::Unsaid] {
                    for domain_verified in [true, false] {
                        for &namesake in &namesakes {
                            for creation in [Creation::Off, Creation::On, Creation::CapReached] {
                                for guests_allowed in [true, false] {
                                    for graph in [Graph::Answered, Graph::Unavailable] {
                                        for &carried in &carried {
                                            all.push(Facts {
                                                purpose,
                                                tenant,
                                                identity,
                                                account,
                                                domain_verified,
                                                namesake,
                                                creation,
                                                guests_allowed,
                                                graph,
                                                carried,
                                            });
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    all
}

/// Checks `promise` for every combination of facts, and that some combination meets `when`: a promise
/// about nothing would always hold.
fn always(when: impl Fn(&Facts, Outcome) -> bool, promise: impl Fn(&Facts, Outcome) -> bool) {
    let mut met = 0_u32;
    for facts in all_facts() {
        let decision = decide(&facts);
        if when(&facts, decision.outcome) {
            met += 1;
            assert!(promise(&facts, decision.outcome), "{decision:?} for {facts:?}");
        }
    }
    assert!(met > 0, "no combination of facts meets the condition");
}

const fn enters(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Refuse(_) | Outcome::Wait)
}

fn carried_person(facts: &Facts) -> Option<(PersonId, bool)> {
    match facts.carried {
        Carried::Nothing => None,
        Carried::Session { person, linked_to_other } | Carried::Invitation { person, linked_to_other } => Some((person, linked_to_other)),
    }
}

#[test]
fn only_a_known_identity_signs_in_and_only_as_its_own_person() {
    always(
        |_, outcome| matches!(outcome, Outcome::SignIn(_)),
        |f, outcome| match (f.identity, outcome) {
            (Identity::Active(linked), Outcome::SignIn(person)) => linked == person,
            _ => false,
        },
    );
}

#[test]
fn a_known_identity_enters_whatever_its_names_and_whether_or_not_graph_answers() {
    always(
        |f, _| {
            matches!(f.identity, Identity::Active(_))
                && f.purpose == Purpose::SignIn
                && f.tenant == Tenant::BoundHere
                && (f.account != Account::Guest || f.guests_allowed)
        },
        |f, outcome| matches!(f.identity, Identity::Active(person) if outcome == Outcome::SignIn(person)),
    );
}

#[test]
fn nobody_enters_from_another_organisations_tenant() {
    always(|f, _| f.tenant == Tenant::BoundElsewhere, |_, outcome| outcome == Outcome::Refuse(RefusalKind::TenantTaken));
}

#[test]
fn only_an_activation_brings_a_tenant_that_is_not_bound() {
    always(|f, outcome| f.tenant == Tenant::NotBound && enters(outcome), |f, _| f.purpose == Purpose::Activate && f.session().is_some());
}

#[test]
fn nobody_enters_who_is_disabled_or_belongs_to_another_organisation() {
    always(
        |f, _| matches!(f.identity, Identity::Disabled(_) | Identity::OtherOrganisation),
        |_, outcome| matches!(outcome, Outcome::Refuse(_)),
    );
    always(
        |f, _| matches!(f.namesake, Namesake::Disabled(_)) && f.identity == Identity::Unknown && f.target().is_none(),
        |_, outcome| matches!(outcome, Outcome::Refuse(_)),
    );
}

#[test]
fn guests_are_refused_unless_switched_on() {
    always(|f, _| f.account == Account::Guest && !f.guests_allowed, |_, outcome| matches!(outcome, Outcome::Refuse(_)));
    always(|f, outcome| f.account == Account::Guest && enters(outcome), |f, _| f.guests_allowed);
}

/// A registration without the optional claim `acct` must not make members of guests.
#[test]
fn an_unknown_account_that_nothing_calls_a_member_counts_as_a_guest() {
    let unsaid = |f: &Facts| f.account == Account::Unsaid && f.identity == Identity::Unknown && f.target().is_none();
    always(|f, _| unsaid(f), |_, outcome| !matches!(outcome, Outcome::LinkOnce(_)));
    always(|f, outcome| unsaid(f) && outcome == Outcome::Create, |f, _| f.guests_allowed);
    always(|f, _| unsaid(f) && f.graph == Graph::Unavailable, |_, outcome| matches!(outcome, Outcome::Wait | Outcome::Refuse(_)));
    for facts in all_facts().iter().filter(|facts| unsaid(facts) && facts.purpose == Purpose::SignIn && facts.graph == Graph::Answered) {
        let guest = decide(&Facts { account: Account::Guest, ..*facts });
        let (as_guest, itself) = (enters(guest.outcome), enters(decide(facts).outcome));
        assert!(as_guest || !itself, "{facts:?}");
    }
}

#[test]
fn nobody_is_created_but_where_the_organisation_switched_it_on_and_nobody_bears_the_name() {
    always(
        |_, outcome| outcome == Outcome::Create,
        |f, _| {
            f.identity == Identity::Unknown
                && f.purpose == Purpose::SignIn
                && f.tenant == Tenant::BoundHere
                && f.creation == Creation::On
                && f.namesake == Namesake::Nobody
                && f.graph == Graph::Answered
                && (f.account != Account::Member || f.domain_verified)
        },
    );
}

#[test]
fn a_name_alone_links_only_an_employee_who_was_never_linked_on_a_verified_domain() {
    always(
        |_, outcome| matches!(outcome, Outcome::LinkOnce(_)),
        |f, outcome| {
            matches!(f.namesake, Namesake::Employee(person) if outcome == Outcome::LinkOnce(person))
                && f.identity == Identity::Unknown
                && f.domain_verified
                && f.account == Account::Member
                && f.tenant == Tenant::BoundHere
                && f.purpose == Purpose::SignIn
                && f.graph == Graph::Answered
        },
    );
}

#[test]
fn a_role_above_employee_is_never_linked_without_the_persons_own_session_or_invitation() {
    always(
        |f, outcome| matches!(f.namesake, Namesake::AboveEmployee(_)) && enters(outcome),
        |f, outcome| match outcome {
            Outcome::SignIn(person) => f.identity == Identity::Active(person),
            Outcome::ProposeLink(person) => carried_person(f).is_some_and(|(carried, _)| carried == person),
            _ => false,
        },
    );
    always(
        |_, outcome| matches!(outcome, Outcome::ProposeLink(_)),
        |f, outcome| carried_person(f).is_some_and(|(person, linked)| outcome == Outcome::ProposeLink(person) && !linked),
    );
}

#[test]
fn whoever_is_linked_to_another_account_is_refused() {
    always(
        |f, _| f.identity == Identity::Unknown && f.target().is_some_and(|target| target.linked_to_other),
        |_, outcome| matches!(outcome, Outcome::Refuse(_)),
    );
    always(
        |f, _| f.identity == Identity::Unknown && f.target().is_none() && matches!(f.namesake, Namesake::LinkedToOther(_)),
        // Whether it is a member or a guest, Graph may still have to say.
        |f, outcome| matches!(outcome, Outcome::Refuse(_)) || (outcome == Outcome::Wait && f.account == Account::Unsaid),
    );
}

#[test]
fn without_graph_nobody_new_enters() {
    always(
        |f, _| f.graph == Graph::Unavailable && f.identity == Identity::Unknown,
        |_, outcome| matches!(outcome, Outcome::Wait | Outcome::Refuse(_)),
    );
    always(|_, outcome| outcome == Outcome::Wait, |f, _| f.graph == Graph::Unavailable && f.identity == Identity::Unknown);
}

/// Takes away what Microsoft may change: if the decision differs, it was rule (c), or it became stricter.
#[test]
fn names_decide_nothing_but_the_one_link_of_an_employee() {
    for facts in all_facts() {
        let nameless = Facts { namesake: Namesake::Nobody, domain_verified: false, ..facts };
        let (with, without) = (decide(&facts), decide(&nameless));
        if with.outcome != without.outcome && enters(with.outcome) {
            let linked_once = with.rule == Rule::LinkedOnce;
            let created_on_verified_domain = with.rule == Rule::Created && facts.domain_verified;
            let both_sides = with.rule == Rule::TwoSides && facts.session().is_some();
            assert!(linked_once || created_on_verified_domain || both_sides, "{with:?} instead of {without:?} for {facts:?}");
        }
    }
}

#[test]
fn a_test_or_a_recheck_never_changes_who_is_linked() {
    always(
        |f, _| matches!(f.purpose, Purpose::Test | Purpose::Recheck),
        |f, outcome| match outcome {
            Outcome::SignIn(person) => f.session() == Some(person),
            Outcome::Refuse(_) => true,
            _ => false,
        },
    );
}

#[test]
fn every_row_is_reached_and_stands_once() {
    let reached: Vec<Rule> = all_facts().iter().map(|facts| decide(facts).rule).collect();
    for row in TABLE {
        assert!(reached.contains(&row.rule), "{:?} never applies", row.rule);
        assert_eq!(TABLE.iter().filter(|other| other.rule == row.rule).count(), 1, "{:?}", row.rule);
        assert_eq!(row.rule.row().map(|found| found.en), Some(row.en));
    }
}

#[test]
fn some_row_covers_every_combination() {
    for facts in all_facts() {
        assert!(TABLE.iter().any(|row| (row.applies)(&facts)), "{facts:?}");
    }
}

/// docs/who-becomes-whom.md shows the table as it is. `UPDATE_DOCS=1 cargo test -p tillit-sso` rewrites it.
#[test]
fn the_document_shows_the_table_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/who-becomes-whom.md");
    let wanted = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/who-becomes-whom.md is not what the table says; run with UPDATE_DOCS=1 and look at the difference");
}

fn document() -> String {
    let mut text = String::from(INTRODUCTION);
    text.push_str("\n| # | | rule | then |\n|---|---|---|---|\n");
    let all = all_facts();
    for (number, row) in (1..).zip(TABLE) {
        let letter = row.letter.map_or_else(String::new, |letter| format!("({letter})"));
        let outcomes: BTreeSet<&str> =
            all.iter().map(decide_fully).filter(|(rule, _)| *rule == row.rule).map(|(_, outcome)| outcome_words(outcome)).collect();
        let outcomes = outcomes.into_iter().collect::<Vec<_>>().join(", ");
        writeln!(text, "| {number} | {letter} | {} | {outcomes} |", row.en).unwrap();
    }
    write!(text, "{}", PROMISES.replace("{count}", &thousands(all.len()))).unwrap();
    text
}

fn decide_fully(facts: &Facts) -> (Rule, Outcome) {
    let decision = decide(facts);
    (decision.rule, decision.outcome)
}

fn thousands(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", thousands(number / 1000), number % 1000) }
}

const fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignIn(_) => "signed in",
        Outcome::Create => "created and signed in",
        Outcome::LinkOnce(_) => "linked and signed in",
        Outcome::ProposeLink(_) => "asked",
        Outcome::Wait => "waits",
        Outcome::Refuse(_) => "refused",
    }
}

const INTRODUCTION: &str = "\
# Who becomes whom

<!-- Generated from crates/sso/src/decide/table.rs. Change the table, then: UPDATE_DOCS=1 cargo test -p tillit-sso decide -->

When an account comes back from Microsoft (or another OpenID provider), one table decides who that is here. It is
read from the top; the first row that applies decides. The page \"What happens if … signs in?\" reads the same table.

An **account** is (cloud, tenant id, object id), or (issuer, subject) with another provider. These never change hands.
A **username** is what the claims or Microsoft Graph call the account today. It can be changed by the tenant, and given to
somebody else tomorrow.
The **second side** is something that the account alone does not have: the person's own session, or an invitation
that was sent to the person. An open session counts only if it asked for the link, or if the username that came back is
the session's own: on a shared machine the open session may be somebody else's. An invitation counts only while it works, and
is accepted only by an account that bears the address it was sent to, or the invited person's username.
A domain is **verified** if the organisation proved it (DNS), or the bound tenant lists it as its own, or the operator entered it.
";

const PROMISES: &str = "
## What always holds

A test goes through all {count} combinations of facts and checks:

- Only a known account is signed in without being asked or announced, and only as the person it is linked to.
- It is signed in whatever its username and e-mail address say today, and whether or not Microsoft Graph answers.
- Nobody comes in from a tenant that belongs to another organisation. Only an activation brings a tenant that belongs to nobody yet.
- Nobody comes in who is switched off, or belongs to another organisation.
- Guests are refused unless the organisation switched guests on; an unknown account that neither the token nor Graph calls a member is one.
- Whoever is created is an employee, never more; only where creation is on and under its cap, and nobody here bears the username.
- A username alone links only an employee who was never linked, on a verified domain, once.
- Nobody with a role above employee is linked without their own session or an invitation.
- A person who is linked to another account of the tenant is never linked to a second one.
- While Microsoft Graph does not answer, known people come in and new ones wait.
- A test or a re-check never links anybody.
";
