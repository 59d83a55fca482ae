//! Requests to the portal, counted.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tillit_sso::tally::Durations;
use tillit_store::Clock;

/// Requests by class of their route and status. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Requests {
    counts: Arc<Mutex<Counts>>,
    clock: Arc<dyn Clock>,
}

type Counts = BTreeMap<(&'static str, u16), Durations>;

impl Requests {
    /// Nothing counted yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { counts: Arc::default(), clock }
    }
    /// The same router, its requests counted.
    pub fn count(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), count))
    }
    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn count(State(requests): State<Requests>, request: Request, next: Next) -> Response {
    let class = request.extensions().get::<MatchedPath>().map_or("unknown", |route| class(route.as_str()));
    let started = requests.clock.now();
    let response = next.run(request).await;
    let took = requests.clock.now() - started;
    let mut counts = requests.counts.lock().unwrap_or_else(PoisonError::into_inner);
    counts.entry((class, response.status().as_u16())).or_default().add(took);
    response
}

/// Class of a route as the router knows it; what a visitor typed never becomes a label.
fn class(route: &str) -> &'static str {
    let within = |prefix: &str| route == prefix || route.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    match route {
        "/healthz" | "/readyz" => "health",
        "/sso/callback" => "callback",
        _ if within("/assets") => "asset",
        _ if within("/sso") => "sso",
        _ if within("/settings") => "settings",
        _ if ["/sign-in", "/sign-out", "/o", "/set-up", "/recover"].into_iter().any(within) => "sign-in",
        _ => "page",
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn routes_fall_into_few_classes() {
        for (route, expected) in [
            ("/", "page"),
            ("/people/{id}", "page"),
            ("/sign-in", "sign-in"),
            ("/o/{slug}/sign-in/password", "sign-in"),
            ("/sso/callback", "callback"),
            ("/sso/handover/{token}", "sso"),
            ("/settings", "settings"),
            ("/settingsx", "page"),
            ("/assets/{path}", "asset"),
            ("/healthz", "health"),
        ] {
            assert_eq!(class(route), expected, "{route}");
        }
    }
}
