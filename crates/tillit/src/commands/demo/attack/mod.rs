//! `tillit demo --attack`: attacks the demo that is running, from outside, a plain line each.
//!
//! These are the attacks of docs/security/attacks.md that a stranger with a browser and a provider
//! that misbehaves can try, under their numbers there ("–": bad input that is no attack of that list).
//! Every one of them, and those that need more, runs in the test suite too.

mod browser;
mod doors;
mod tokens;

use anyhow::{Result, bail};
use url::Url;

use super::DemoFile;
use crate::say;

/// How an attack ended.
pub enum Outcome {
    /// Refused, with what was seen.
    Held(String),
    /// It worked. That must not be.
    Broken(String),
    /// It could not be tried, and why.
    NotTried(String),
}

/// What is attacked.
pub struct Target {
    /// Address of the portal.
    pub portal: Url,
    /// Address of the practice tenant.
    pub practice: Url,
    /// Who may sign in.
    pub file: DemoFile,
}

/// Runs all attacks.
///
/// # Errors
/// When one of them worked, or the demo does not answer.
pub async fn run(portal: &Url, practice: &Url, file: DemoFile) -> Result<()> {
    let target = Target { portal: portal.clone(), practice: practice.clone(), file };
    let (mut held, mut not_tried, mut broken) = (0, 0, 0);
    let mut report = |title: &str, outcome: Outcome| match outcome {
        Outcome::Held(seen) => {
            held += 1;
            say::line(format!("held       {title}: {seen}"));
        }
        Outcome::NotTried(why) => {
            not_tried += 1;
            say::line(format!("not tried  {title}: {why}"));
        }
        Outcome::Broken(seen) => {
            broken += 1;
            say::line(format!("BROKEN     {title}: {seen}"));
        }
    };
    doors::run(&target, &mut report).await?;
    tokens::run(&target, &mut report).await?;
    if broken > 0 {
        bail!("{broken} attacks worked, {held} were held, {not_tried} were not tried");
    }
    say::line(format!("No attack worked: {held} held, {not_tried} not tried."));
    Ok(())
}
