//! The engine as a whole: made-up mail, hostile mail, and the pages about it.

mod documents;
mod hostile;
mod made_up;
mod quiet;
mod reasons;
