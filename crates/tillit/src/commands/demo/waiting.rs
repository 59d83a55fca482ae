//! What waits in the demo for somebody to do something about it: a request to be forgotten, an invitation, a token that ends soon.
//! Lists would be empty without.

use anyhow::{Context as _, Result};
use tillit_accounts::{NewInvitation, NewServiceIdentity, Role, ServiceScope, ServiceScopes, Username};
use tillit_practice::demo::{DISABLED, GLOBAL_ADMINISTRATOR};
use tillit_store::{Actor, Cx, Duration, PersonId};
use url::Url;

use super::world::text;
use crate::house::House;

/// An auditor from outside, on no domain of the tenant: she can accept without single sign-on.
const INVITED: &str = "berit.aas@nordvik-revisjon.example";
/// Soon enough that owners are warned of it.
const TOKEN_LIFE: Duration = Duration::days(20);

/// Lets these wait. `people`: those of the organisation.
pub async fn prepare(house: &House, cx: &Cx, people: &[(PersonId, Username, Role)], portal: &Url) -> Result<()> {
    let by = |wanted: &str| -> Result<Cx> {
        let found = people.iter().find(|(_, username, _)| username.as_str() == wanted);
        Ok(cx.with_actor(Actor::Person(found.with_context(|| format!("the demo has no {wanted}"))?.0)))
    };
    let (owner, leaver) = (by(GLOBAL_ADMINISTRATOR)?, by(DISABLED)?);
    let mut tx = house.db.begin(&leaver).await?;
    house.accounts.ask_for_erasure(&mut tx, &leaver, Some(&text("I was a temp in the summer and do not work here any more.")?)).await?;
    tx.commit().await?;

    let mut tx = house.db.begin(&owner).await?;
    let page = portal.join("invitation/")?;
    let invitation = NewInvitation { address: INVITED.parse()?, person: None, role: Role::Auditor, page: page.as_str() };
    house.accounts.invite(&mut tx, &owner, &invitation).await?;
    let identity = NewServiceIdentity {
        name: text("Personnel system")?,
        purpose: text("Brings people in from the personnel system")?,
        scopes: ServiceScopes::new([ServiceScope::Scim]).context("a scope")?,
    };
    // Nobody has this token: it is there to be replaced.
    house.accounts.add_service_identity(&mut tx, &owner, &identity, TOKEN_LIFE).await?;
    tx.commit().await?;
    Ok(())
}
