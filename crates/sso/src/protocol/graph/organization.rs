//! `GET /organization`: the tenant's name and the domains it has proven to own.

use serde_json::{Map, Value};

use super::super::error::Trouble;
use super::super::ids::TenantId;
use super::super::token::clean;
use super::GraphTrouble;

/// User.Read gives exactly these (learn.microsoft.com/graph/api/organization-list).
pub(super) const PATH: &str = "/organization?$select=id,displayName,verifiedDomains";
/// Largest answer that is read. A tenant may have 5,000 domains.
pub(super) const MAX_BYTES: usize = 1024 * 1024;
/// Most domains that are kept.
const MAX_DOMAINS: usize = 5000;

/// A tenant as Graph describes it to one of its accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphOrganization {
    /// The tenant.
    pub id: TenantId,
    /// Its name.
    pub name: Option<String>,
    /// The domains it has proven to own.
    pub verified_domains: Vec<VerifiedDomainName>,
}

/// A domain of a tenant, as text in lower case. The caller parses it as a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDomainName {
    /// `nordvik.example`.
    pub name: String,
    /// Whether new accounts get it.
    pub is_default: bool,
    /// Whether it is the `….onmicrosoft.com` that came with the tenant.
    pub is_initial: bool,
}

impl GraphOrganization {
    pub(super) fn read(answer: &Map<String, Value>, tenant: &TenantId) -> Result<Self, GraphTrouble> {
        let unreadable = GraphTrouble::Broken(Trouble::Unreadable);
        let Some([Value::Object(organization)]) = answer.get("value").and_then(Value::as_array).map(Vec::as_slice) else {
            return Err(unreadable);
        };
        let id: TenantId = organization.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).ok_or(unreadable)?;
        if id != *tenant {
            return Err(GraphTrouble::SomebodyElse);
        }
        let domains = organization.get("verifiedDomains").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            id,
            name: organization.get("displayName").and_then(Value::as_str).and_then(|name| clean(name, 256)),
            verified_domains: domains.iter().take(MAX_DOMAINS).filter_map(domain).collect(),
        })
    }
}

fn domain(value: &Value) -> Option<VerifiedDomainName> {
    let name = value.get("name")?.as_str().filter(|name| (1..=253).contains(&name.len()))?;
    let flag = |flag: &str| value.get(flag).and_then(Value::as_bool).unwrap_or(false);
    Some(VerifiedDomainName { name: name.to_lowercase(), is_default: flag("isDefault"), is_initial: flag("isInitial") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TENANT: &str = "a1b2c3d4-0000-4000-8000-0123456789ab";

    fn read(answer: Value) -> Result<GraphOrganization, GraphTrouble> {
        GraphOrganization::read(answer.as_object().unwrap(), &TENANT.parse().unwrap())
    }

    #[test]
    fn domains_count_only_from_the_tenant_that_was_expected() {
        let answer = |id: &str| {
            json!({ "value": [{ "id": id, "displayName": "Nordvik", "verifiedDomains": [
                { "name": "Nordvik.example", "isDefault": true, "isInitial": false }, { "name": 7 }, "x", { "name": "" }] }] })
        };
        let read_one = read(answer(TENANT)).unwrap();
        assert_eq!(read_one.verified_domains, [VerifiedDomainName { name: "nordvik.example".into(), is_default: true, is_initial: false }]);
        assert_eq!(read(answer("a1b2c3d4-0000-4000-8000-0123456789ac")), Err(GraphTrouble::SomebodyElse));
    }

    #[test]
    fn none_or_several_organisations_are_no_answer() {
        for answer in [json!({}), json!({ "value": [] }), json!({ "value": {} }), json!({ "value": [{ "id": TENANT }, { "id": TENANT }] })]
        {
            assert_eq!(read(answer), Err(GraphTrouble::Broken(Trouble::Unreadable)));
        }
    }
}
