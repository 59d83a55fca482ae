//! Who works on a job, for how long, and what becomes of it when its worker is gone.

use super::*;

on_both_engines!(a_job_of_a_worker_that_died_is_run_by_another, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("test", json!("x"))).await;
    let begun = Arc::new(Notify::new());
    let signal = begun.clone();
    let dying = Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default()).handle("test", move |_, _| {
        let signal = signal.clone();
        async move {
            signal.notify_one();
            std::future::pending().await
        }
    });
    let context = t.cx();
    tokio::select! {
        _ = dying.run_due(&context) => panic!("it never ends"),
        () = begun.notified() => {} // and here the worker is killed, in the middle of the job
    }
    let (other, seen) = worker(&t, &vault, |_| Ok(()));
    other.run_due(&t.cx()).await.unwrap();
    assert!(seen.len() == 0, "the lease still holds");
    t.clock.advance(Duration::minutes(1));
    other.run_due(&t.cx()).await.unwrap();
    assert_eq!(seen.all()[0].2, 2, "the second attempt");
    assert_eq!(count(&t).await, 0);
});

on_both_engines!(a_job_that_kills_every_worker_is_given_up, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let (worker, _) = worker(&t, &vault, |_| Ok(()));
    let context = t.cx();
    for _ in 0..12 {
        assert_eq!(worker.claim(&context, 10).await.unwrap().len(), 1);
        t.clock.advance(Duration::minutes(1));
    }
    assert_eq!(worker.claim(&context, 10).await.unwrap().len(), 0);
    assert_eq!(dead_jobs(&t).await[0].reason, "the worker stopped during every attempt");
});

on_both_engines!(a_worker_that_lost_its_lease_changes_nothing, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let context = t.cx();
    for outcome in [|_| Ok(()), |_| Err(Failure::retry("late")), |_| Err(Failure::fatal("late"))] {
        let (worker, seen) = worker(&t, &vault, outcome);
        let late = worker.claim(&context, 1).await.unwrap().remove(0);
        t.clock.advance(Duration::minutes(2));
        assert_eq!(worker.claim(&context, 1).await.unwrap().len(), 1, "another has it now");
        worker.attempt(&context, late).await.unwrap();
        assert_eq!((seen.len(), count(&t).await), (1, 1));
        assert!(dead_jobs(&t).await.is_empty());
        assert!(worker.claim(&context, 1).await.unwrap().is_empty(), "and the other's lease still holds");
        t.clock.advance(Duration::minutes(2));
    }
});

on_both_engines!(a_long_job_keeps_its_lease, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    let (other, _) = worker(&t, &vault, |_| Ok(()));
    other.run_due(&t.cx()).await.unwrap(); // the first cleaning
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let options = WorkerOptions { lease: Duration(90_000), ..WorkerOptions::default() };
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (signal, wait) = (begun.clone(), go_on.clone());
    let slow = Worker::new(t.db.clone(), vault.clone(), options).handle("test", move |_, _| {
        let (signal, wait) = (signal.clone(), wait.clone());
        async move {
            signal.notify_one();
            wait.notified().await;
            Ok(())
        }
    });
    let context = t.cx();
    let watch = async {
        begun.notified().await;
        // Time goes on; each time the lease would have ended, it has been renewed before.
        for _ in 0..3 {
            t.clock.advance(Duration(89_999));
            let due = context.now() + Duration(1);
            loop {
                let mut tx = t.db.begin(&context).await.unwrap();
                let any = tx.fetch_optional(crate::sql::ANY_DUE, args![due]).await.unwrap();
                drop(tx);
                if any.is_none() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            assert!(other.claim(&context, 1).await.unwrap().is_empty());
        }
        go_on.notify_one();
    };
    let (done, ()) = tokio::join!(slow.run_due(&context), watch);
    done.unwrap();
    assert_eq!(count(&t).await, 0);
});

on_both_engines!(many_workers_run_each_job_once, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    for n in 0..40 {
        add(&t, &cx, &vault, NewJob::new("test", json!(n))).await;
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (seen, context) = (seen.clone(), t.cx());
        let worker = Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default()).handle("test", move |_, job| {
            seen.lock().unwrap().push(job.payload.as_i64().unwrap());
            async { Ok(()) }
        });
        workers.spawn(async move { worker.run_due(&context).await.unwrap() });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_unstable();
    assert_eq!(seen, (0..40).collect::<Vec<_>>());
});

on_both_engines!(a_running_worker_finishes_its_jobs_when_told_to_stop, |t| {
    let vault = vault(&t).await;
    let (_, cx) = organisation(&t, &vault).await;
    add(&t, &cx, &vault, NewJob::new("test", Json::Null)).await;
    let (begun, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (signal, stopped) = (begun.clone(), stop.clone());
    let worker = Worker::new(t.db.clone(), vault.clone(), WorkerOptions::default()).handle("test", move |_, _| {
        let signal = signal.clone();
        async move {
            signal.notify_one();
            tokio::task::yield_now().await;
            Ok(())
        }
    });
    let context = t.cx();
    let running = tokio::spawn(async move { worker.run(&context, stopped.notified()).await });
    begun.notified().await;
    stop.notify_one();
    running.await.unwrap();
    assert_eq!(count(&t).await, 0);
});
