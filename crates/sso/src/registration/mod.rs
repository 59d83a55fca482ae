//! What Microsoft must know of this installation: the app registration, filled in, and its credentials.
