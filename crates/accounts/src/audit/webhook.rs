//! New rows, streamed to an address of the organisation's choice. The log itself is the queue: what was delivered is a number,
//! so nothing is lost while the other side is down, and nothing comes out of order.
//!
//! ```text
//! POST address          Content-Type: application/json
//! Tillit-Signature: t=1795435200,v1=HEX[,v1=HEX]      HMAC-SHA256 of "t.body", under the secret (while it is being replaced: under both)
//! { "organisation": "org_…", "rows": [ { "number", "at", "action", "area", "by", "target", "reason", "hash" } … ], "checkpoint": "tillit-checkpoint-1 …", "try": false }
//! ```
//! Ids and fixed words only: what is sealed does not leave this way. Answer with a status of 200 to 299 within ten seconds; anything
//! else is tried again, later and later. After three days without success it is stopped, and owners are told.

use aws_lc_rs::hmac;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::json;
use tillit_fetch::{FetchErrorKind, Fetcher, Limits, Request};
use tillit_jobs::{Failure, JobsError, NewJob};
use tillit_store::{Cx, Duration, FromColumn, OrganisationId, PersonId, Row, Scope, StoreError, Timestamp, Tx, args};
use tillit_vault::{Place, Plaintext};
use url::Url;

use super::chain::hex;
use super::checkpoint::Checkpoint;
use super::entry::Entry;
use super::{actions, log_of, sql};
use crate::Accounts;
use crate::error::Result;
use crate::notice::Notice;

/// Kind of the job that delivers.
pub const WEBHOOK_JOB: &str = "audit.webhook";
/// Kind of the recurring job that looks where there is something to deliver.
pub const WEBHOOKS_JOB: &str = "audit.webhooks";

/// Rows of one request.
const BATCH: i64 = 100;
/// Requests of one run; the next run goes on.
const BATCHES: usize = 50;
/// Longest run, give or take a request: others wait for their turn. The next run goes on.
const LONGEST_RUN: Duration = Duration::seconds(20);
/// Without success for so long: stopped.
const PATIENCE: Duration = Duration::days(3);
/// How long the secret before signs as well.
const OVERLAP: Duration = Duration::days(7);
/// Longest address, in bytes.
const LONGEST: usize = 500;
const SIGNATURE: HeaderName = HeaderName::from_static("tillit-signature");

/// Where rows go: https, on its usual port, without a name and password in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookAddress(Url);

/// Why an address cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address that begins with https://, without port, name or password, of at most 500 characters")]
pub struct NotAnAddress;

impl std::str::FromStr for WebhookAddress {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let url = Url::parse(text.trim()).map_err(|_| NotAnAddress)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none() && url.fragment().is_none();
        if url.scheme() == "https" && plain && url.domain().is_some_and(|name| name.contains('.')) && url.as_str().len() <= LONGEST {
            Ok(Self(url))
        } else {
            Err(NotAnAddress)
        }
    }
}

impl WebhookAddress {
    /// The receiver of a demo, which listens on this machine: the one address that is not held to the rule. Only a
    /// fetcher that was told of it reaches it.
    pub fn of_practice_receiver(receiver: &Url) -> Self {
        Self(receiver.clone())
    }
    /// As text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// How the last request ended. Fixed words and a status: nothing of what the other side said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Taken, with this status.
    Taken(u16),
    /// Answered with another status.
    Refused(u16),
    /// The name leads nowhere, or to an address that is not public.
    NoWay,
    /// No connection, or a broken one.
    NoConnection,
    /// Too slow.
    TooSlow,
}

impl Delivery {
    /// As stored, and as the key of its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Taken(_) => "taken",
            Self::Refused(_) => "refused",
            Self::NoWay => "no_way",
            Self::NoConnection => "no_connection",
            Self::TooSlow => "too_slow",
        }
    }
    /// The status, if there was an answer.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Taken(status) | Self::Refused(status) => Some(status),
            _ => None,
        }
    }
    const fn is_taken(self) -> bool {
        matches!(self, Self::Taken(_))
    }
    fn of(code: &str, status: Option<i64>) -> Option<Self> {
        let status = status.and_then(|status| u16::try_from(status).ok());
        Some(match (code, status) {
            ("taken", Some(status)) => Self::Taken(status),
            ("refused", Some(status)) => Self::Refused(status),
            ("no_way", _) => Self::NoWay,
            ("no_connection", _) => Self::NoConnection,
            ("too_slow", _) => Self::TooSlow,
            _ => return None,
        })
    }
}

impl FromColumn for Delivery {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        Self::of(&row.get::<String>(column)?, row.get("last_status")?).ok_or_else(|| row.inconsistent(column, "no such end"))
    }
}

/// The organisation's webhook, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where rows go; `None` if the address does not open.
    pub address: Option<String>,
    /// Whether rows are sent.
    pub running: bool,
    /// How many rows wait.
    pub waiting: i64,
    /// How the last request ended, and when.
    pub last: Option<(Timestamp, Delivery)>,
    /// Since when nothing was taken.
    pub failing_since: Option<Timestamp>,
    /// Until when the secret before signs as well.
    pub old_secret_until: Option<Timestamp>,
}

/// What stands in the row, opened.
struct Opened {
    address: Url,
    secrets: Vec<Plaintext>,
    after: i64,
    failing_since: Option<Timestamp>,
}

impl Accounts {
    /// The call's organisation's webhook.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn audit_webhook(&self, cx: &Cx) -> Result<Option<Webhook>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let Some(row) = tx.fetch_optional(sql::WEBHOOK, args![organisation]).await? else { return Ok(None) };
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let opened = keys.open(place("address", organisation), &row.get::<Vec<u8>>("address")?).ok();
        let last: Option<Timestamp> = row.get("last_at")?;
        Ok(Some(Webhook {
            address: opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()),
            running: row.get("running")?,
            waiting: (row.get::<i64>("head")? - row.get::<i64>("after_seq")?).max(0),
            last: last.map(|at| Ok::<_, StoreError>((at, Delivery::from_column(&row, "last_result")?))).transpose()?,
            failing_since: row.get("failing_since")?,
            old_secret_until: row.get::<Option<Timestamp>>("old_until")?.filter(|until| *until > cx.now()),
        }))
    }

    /// Sets the webhook up, or gives it another address; rows that are written from now on are sent. A new secret comes
    /// back, to be shown once.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn set_webhook(&self, tx: &mut Tx, cx: &Cx, address: &WebhookAddress) -> Result<String> {
        let organisation = crate::scope(cx)?;
        // Recorded first: the row takes the lock of the log, and is the first that is sent.
        let head: i64 = tx.fetch_one(sql::HEAD, args![organisation]).await?.get("seq")?;
        self.record(tx, cx, Entry::new(actions::WEBHOOK_SET).reason("address")).await?;
        let secret = hex(&cx.random::<32>());
        let keys = self.vault().organisation(tx, organisation).await?;
        let sealed = |column, text: &str| keys.seal(cx, place(column, organisation), text.as_bytes());
        let values = args![organisation, sealed("address", address.as_str())?, sealed("secret", &secret)?, head];
        tx.execute(sql::SET_WEBHOOK, values).await?;
        Ok(secret)
    }

    /// A new secret, to be shown once. The one before signs as well for seven days, so that the other side can change in peace.
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound) without a webhook.
    pub async fn renew_webhook_secret(&self, tx: &mut Tx, cx: &Cx) -> Result<String> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::WEBHOOK, args![organisation]).await?.ok_or(crate::AccountsError::NotFound)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let old = keys.open(place("secret", organisation), &row.get::<Vec<u8>>("secret")?)?;
        let secret = hex(&cx.random::<32>());
        let new = keys.seal(cx, place("secret", organisation), secret.as_bytes())?;
        let old = keys.seal(cx, place("old_secret", organisation), &old)?;
        tx.execute(sql::RENEW_WEBHOOK, args![organisation, new, old, cx.now() + OVERLAP]).await?;
        self.record(tx, cx, Entry::new(actions::WEBHOOK_SET).reason("secret")).await?;
        Ok(secret)
    }

    /// Starts a webhook that was stopped: what waited is sent.
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound) without a webhook.
    pub async fn start_webhook(&self, tx: &mut Tx, cx: &Cx) -> Result<()> {
        if tx.execute(sql::START_WEBHOOK, args![crate::scope(cx)?]).await? == 0 {
            return Err(crate::AccountsError::NotFound);
        }
        self.record(tx, cx, Entry::new(actions::WEBHOOK_SET).reason("started")).await
    }

    /// Removes the webhook.
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound) without a webhook.
    pub async fn remove_webhook(&self, tx: &mut Tx, cx: &Cx) -> Result<()> {
        if tx.execute(sql::REMOVE_WEBHOOK, args![crate::scope(cx)?]).await? == 0 {
            return Err(crate::AccountsError::NotFound);
        }
        self.record(tx, cx, Entry::new(actions::WEBHOOK_SET).reason("removed")).await
    }

    /// Lets a request without rows be sent, in the background; how it ended is in [`Webhook::last`].
    ///
    /// # Errors
    /// [`NotFound`](crate::AccountsError::NotFound) without a webhook; [`Busy`](crate::AccountsError::Busy) when too much waits already.
    pub async fn try_webhook(&self, tx: &mut Tx, cx: &Cx) -> Result<()> {
        tx.fetch_optional(sql::WEBHOOK, args![crate::scope(cx)?]).await?.ok_or(crate::AccountsError::NotFound)?;
        let job = NewJob::new(WEBHOOK_JOB, json!({ "try": true })).dedup("try");
        match tillit_jobs::enqueue(tx, cx, self.vault(), job).await {
            Ok(_) => Ok(()),
            Err(JobsError::Store(error)) => Err(error.into()),
            Err(JobsError::Vault(error)) => Err(error.into()),
            Err(JobsError::QueueFull { .. } | JobsError::PayloadTooLarge { .. }) => Err(crate::AccountsError::Busy),
        }
    }

    /// Lets a job wait for every organisation that has rows to deliver. For a recurring job, once a minute.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn wake_webhooks(&self, cx: &Cx) -> Result<u64> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().read(&cx).await?;
        let rows = tx.fetch_all(sql::WAITING_WEBHOOKS, vec![]).await?;
        tx.rollback().await?;
        let mut woken = 0;
        for row in rows {
            let cx = cx.in_organisation(row.get("organisation_id")?);
            let mut tx = self.db().begin(&cx).await?;
            let job = NewJob::new(WEBHOOK_JOB, json!({ "try": false })).dedup("rows");
            match tillit_jobs::enqueue(&mut tx, &cx, self.vault(), job).await {
                Ok(_) => tx.commit().await?,
                Err(error) => tracing::error!(%error, "rows of an audit log cannot be sent now"),
            }
            woken += 1;
        }
        Ok(woken)
    }

    /// [`Accounts::deliver`] as the payload of a job says.
    ///
    /// # Errors
    /// [`Failure`]: to be tried again.
    pub async fn deliver_job(&self, cx: &Cx, fetcher: &Fetcher, payload: &serde_json::Value) -> Result<(), Failure> {
        self.deliver(cx, fetcher, payload.get("try").and_then(serde_json::Value::as_bool).unwrap_or(false)).await
    }

    /// Delivers: for the handler of [`WEBHOOK_JOB`]. `fetcher` must be one that allows no private origin: the address is a customer's.
    ///
    /// # Errors
    /// [`Failure`]: to be tried again.
    pub async fn deliver(&self, cx: &Cx, fetcher: &Fetcher, only_try: bool) -> Result<(), Failure> {
        let began = cx.now();
        for _ in 0..BATCHES {
            if cx.now() - began >= LONGEST_RUN {
                return Ok(());
            }
            let Some(opened) = self.open_webhook(cx, only_try).await.map_err(Failure::retry)? else { return Ok(()) };
            let (body, last) = self.body(cx, opened.after, only_try).await.map_err(Failure::retry)?;
            if last.is_none() && !only_try {
                return Ok(());
            }
            // No transaction is open here.
            let end = send(cx, fetcher, &opened, body).await;
            let stopped = self.note(cx, &opened, end, last.filter(|_| !only_try), only_try).await.map_err(Failure::retry)?;
            if only_try || stopped {
                return Ok(());
            }
            if !end.is_taken() {
                return Err(Failure::retry(format!("the webhook was not taken: {}", end.code())));
            }
        }
        Ok(())
    }

    async fn open_webhook(&self, cx: &Cx, even_stopped: bool) -> Result<Option<Opened>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let Some(row) = tx.fetch_optional(sql::WEBHOOK, args![organisation]).await? else { return Ok(None) };
        if !row.get::<bool>("running")? && !even_stopped {
            return Ok(None);
        }
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let address = keys.open(place("address", organisation), &row.get::<Vec<u8>>("address")?)?;
        let address = std::str::from_utf8(&address).ok().and_then(|text| Url::parse(text).ok());
        let mut secrets = vec![keys.open(place("secret", organisation), &row.get::<Vec<u8>>("secret")?)?];
        if let Some(old) = row.get::<Option<Vec<u8>>>("old_secret")?
            && row.get::<Option<Timestamp>>("old_until")?.is_some_and(|until| until > cx.now())
        {
            secrets.push(keys.open(place("old_secret", organisation), &old)?);
        }
        Ok(Some(Opened {
            address: address.ok_or_else(|| row.inconsistent("address", "no address"))?,
            secrets,
            after: row.get("after_seq")?,
            failing_since: row.get("failing_since")?,
        }))
    }

    /// What is sent, and the number of the last row in it.
    async fn body(&self, cx: &Cx, after: i64, only_try: bool) -> Result<(String, Option<i64>)> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let limit = if only_try { 0 } else { BATCH };
        let (mut rows, mut last) = (Vec::new(), None);
        for row in tx.fetch_all(sql::WEBHOOK_ROWS, args![log_of(cx), after, limit]).await? {
            let target: Option<(String, uuid::Uuid)> = row.get::<Option<String>>("target")?.zip(row.get("target_id")?);
            last = Some(row.get("seq")?);
            rows.push(json!({
                "number": last, "at": row.get::<Timestamp>("at")?.0, "action": row.get::<String>("action")?, "area": row.get::<String>("area")?,
                "by": row.get::<Option<PersonId>>("actor_id")?, "target": target.map(|(kind, id)| format!("{kind}_{}", id.simple())),
                "reason": row.get::<Option<String>>("reason")?, "hash": hex(&row.get::<Vec<u8>>("hash")?),
            }));
        }
        let newest = tx.fetch_optional(sql::NEWEST_CHECKPOINT, args![log_of(cx)]).await?;
        let checkpoint = newest.map(|row| Checkpoint::of_row(&row)).transpose()?.map(|checkpoint| checkpoint.line());
        let body = json!({ "organisation": organisation, "rows": rows, "checkpoint": checkpoint, "try": only_try });
        Ok((body.to_string(), last))
    }

    /// Notes how a request ended; whether the webhook was stopped.
    async fn note(&self, cx: &Cx, opened: &Opened, end: Delivery, last: Option<i64>, only_try: bool) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        let after = if end.is_taken() { last.unwrap_or(opened.after) } else { opened.after };
        let failing = if end.is_taken() { None } else { opened.failing_since.or(Some(cx.now()).filter(|_| !only_try)) };
        // Only if nobody set it anew meanwhile.
        let values = args![organisation, opened.after, after, cx.now(), end.code(), end.status().map(i64::from), failing];
        let noted = tx.execute(sql::NOTE_DELIVERY, values).await?;
        let stopped = noted > 0 && !only_try && failing.is_some_and(|since| cx.now() - since >= PATIENCE);
        if stopped {
            tx.execute(sql::STOP_WEBHOOK, args![organisation]).await?;
            self.record(&mut tx, cx, Entry::new(actions::WEBHOOK_STOPPED).reason(end.code())).await?;
            self.announce(&mut tx, cx, Notice::WebhookStopped, crate::nil()).await?;
        }
        tx.commit().await?;
        Ok(stopped || noted == 0)
    }
}

async fn send(cx: &Cx, fetcher: &Fetcher, opened: &Opened, body: String) -> Delivery {
    let signature = sign(cx.now(), &body, &opened.secrets);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // Digits and hex: always a header.
    let Ok(signature) = HeaderValue::from_str(&signature) else { return Delivery::NoWay };
    headers.insert(SIGNATURE, signature);
    let limits = Limits { max_bytes: 256 << 10, ..Limits::default() };
    let request = Request { method: Method::POST, url: opened.address.clone(), headers, body: body.into(), limits };
    #[cfg(any(test, feature = "testing"))]
    tillit_store::testing::no_transaction_is_open("a webhook is sent");
    match fetcher.send(request).await {
        Ok(answer) if answer.status.is_success() => Delivery::Taken(answer.status.as_u16()),
        Ok(answer) => Delivery::Refused(answer.status.as_u16()),
        Err(error) => match error.kind {
            FetchErrorKind::Refused(_) | FetchErrorKind::Name => Delivery::NoWay,
            FetchErrorKind::Timeout => Delivery::TooSlow,
            _ => Delivery::NoConnection,
        },
    }
}

/// `t=1795435200,v1=…`
fn sign(now: Timestamp, body: &str, secrets: &[Plaintext]) -> String {
    let time = now.unix_seconds();
    let message = format!("{time}.{body}");
    secrets.iter().fold(format!("t={time}"), |text, secret| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
        format!("{text},v1={}", hex(tag.as_ref()))
    })
}

fn place(column: &'static str, organisation: OrganisationId) -> Place {
    Place::new("audit_webhook", column, organisation.uuid())
}
