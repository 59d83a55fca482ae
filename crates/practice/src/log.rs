//! The log of requests, for tests that count them.

use std::collections::VecDeque;

use serde::Serialize;
use tillit_store::Timestamp;

use crate::mischief::Endpoint;

/// How many requests are remembered; older ones are only counted.
const KEPT: usize = 10_000;

/// One request that reached the practice tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Which group of addresses.
    pub endpoint: Endpoint,
    /// HTTP method.
    pub method: String,
    /// Path without query: queries may carry personal data.
    pub path: String,
    /// Status answered, after faults and mischief.
    pub status: u16,
    /// When it arrived.
    pub at: Timestamp,
    /// For Graph: whether its access token was got within the last two minutes, thus in the sign-in that this request
    /// belongs to. False for Graph requests without a valid token, and for all other endpoints.
    pub during_sign_in: bool,
}

/// The requests, newest last.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    kept: VecDeque<Request>,
    counted: u64,
}

impl RequestLog {
    pub(crate) fn add(&mut self, request: Request) {
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
        self.counted += 1;
    }
    pub(crate) fn list(&self) -> Vec<Request> {
        self.kept.iter().cloned().collect()
    }
    pub(crate) fn count(&self) -> u64 {
        self.counted
    }
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
