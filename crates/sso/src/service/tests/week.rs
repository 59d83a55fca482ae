//! The promise of the ledger: nobody is asked anything outside of sign-ins.

use tillit_practice::{World, demo};
use tillit_store::{Duration, Scope, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::service::Admission;
use crate::service::views::*;

on_both_engines!(a_practice_week_asks_microsoft_nothing_outside_of_sign_ins, |t| {
    let stage = Stage::new(&t).await;
    let ingrid = stage.on().await;
    let people = [demo::EMPLOYEE, demo::GLOBAL_ADMINISTRATOR];
    stage.world(World::forget_requests);
    for _day in 0..7 {
        stage.clock.advance(Duration::hours(10));
        let mut seats = Vec::new();
        for username in people {
            let mut seat = stage.seat(username);
            signed_in(seat.trip(&stage, Purpose::SignIn).await);
            seats.push(seat);
        }
        for _hour in 0..8 {
            stage.clock.advance(Duration::hours(1));
            for seat in &mut seats {
                seat.refresh(&stage).await;
                if seat.admission(&stage).await == Admission::Recheck {
                    let landing = seat.trip(&stage, Purpose::Recheck).await;
                    assert!(matches!(landing, Landing::Rechecked { .. }), "{landing:?}");
                }
            }
            // Between two looks: the pages that administrators read, and the recurring work.
            let quiet = stage.world(|world| world.request_count());
            let owner = seats.last().unwrap();
            stage.view(owner).await;
            stage.sso.receipt(&stage.cx, &owner.session()).await.unwrap();
            stage.sso.what_if(&stage.cx, &owner.session(), &demo::EMPLOYEE.parse().unwrap()).await.unwrap();
            let cx = stage.cx.with_scope(Scope::Installation);
            stage.sso.sweep(&cx).await.unwrap();
            stage.sso.warn_of_credentials(&cx).await.unwrap();
            assert_eq!(stage.world(|world| world.request_count()), quiet);
        }
        stage.clock.advance(Duration::hours(6));
    }
    let requests = stage.world(|world| world.requests());
    let graph: Vec<_> = requests.iter().filter(|request| request.endpoint.is_graph()).collect();
    assert_eq!(graph.len(), 7 * people.len() * 2, "profile and picture, once a sign-in");
    assert!(graph.iter().all(|request| request.during_sign_in));

    // The ledger knows every single one of them.
    let mut owner = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    signed_in(owner.trip(&stage, Purpose::SignIn).await);
    let ours = |request: &&tillit_practice::Request| {
        use tillit_practice::mischief::Endpoint::{GraphMe, GraphOrganization, GraphOther, GraphPhoto, Keys, Metadata, Token};
        matches!(request.endpoint, Metadata | Keys | Token | GraphMe | GraphPhoto | GraphOrganization | GraphOther)
    };
    let answered = stage.world(|world| world.requests()).iter().filter(ours).count();
    let mut seen = 0;
    let mut offset = 0;
    loop {
        let page = stage.sso.ledger(&stage.cx, &owner.session(), offset, 100).await.unwrap();
        seen += page.entries.iter().filter(|entry| entry.at >= ingrid.session().started_at + Duration::hours(1)).count();
        offset += 100;
        if page.entries.is_empty() {
            break;
        }
    }
    assert_eq!(seen, answered);
});
