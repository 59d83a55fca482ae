//! What Microsoft must know of this installation: the app registration, filled in, and its credentials.
//!
//! - [`Registration::manifest`] and [`Registration::az_script`]: the same registration, as a file for the
//!   admin centre and as lines for the `az` command.
//! - [`generate`] and [`accept`]: a new certificate, or one that somebody brings.
//! - [`stage`] and [`choose`]: when to warn, and which of two credentials to use.

mod certificate;
mod credentials;
mod manifest;
mod redirect;
mod script;

pub use certificate::{GenerateError, Lifetime, NewCertificate, UploadError, accept, generate};
pub use credentials::{SLOTS, Slot, Stage, choose, stage};
pub use manifest::{Audience, GRAPH_APP_ID, Links, Registration, USER_READ_ID};
pub use redirect::{RedirectProblem, redirect_problems};
