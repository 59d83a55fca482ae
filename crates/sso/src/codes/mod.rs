//! What the codes AADSTS… mean, what to do and who can do it.
