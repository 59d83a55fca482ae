//! `tillit audit`: whether a log is whole, and the log as a file.

use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tillit_accounts::audit::chain::{BEGINNING, hex, unhex};
use tillit_accounts::audit::file::{checkpoint_line, first_line, log_name, row_line, verify_file};
use tillit_accounts::audit::{Checkpoint, EndAccepted, PublicKey, Report, Voucher, actions, log_of};
use tillit_store::{Clock as _, Cx, SystemClock};

use super::people::find;
use crate::cli;
use crate::config::Config;
use crate::house::House;
use crate::say;

/// Largest file of checkpoints.
const LARGEST: u64 = 16 << 20;

/// `tillit audit verify --file`: needs neither a configuration nor a database.
pub fn verify_exported(file: &Path, options: &cli::AuditVerify) -> Result<()> {
    let opened = std::fs::File::open(file).with_context(|| file.display().to_string())?;
    let outside = kept(options)?;
    let key = options.key.as_deref().map(key).transpose()?;
    let found =
        verify_file(BufReader::new(opened), SystemClock.now(), outside, key.as_slice()).with_context(|| file.display().to_string())?;
    say::line(format!("Log: {}", log_name(found.log)));
    for key in &found.keys {
        say::line(format!("Key: {}", hex(key)));
    }
    if found.voucher == Voucher::File {
        say::line(
            "The file itself names this key. Compare it with the one in a checkpoint that you got by mail, or give that with --checkpoints or --key.",
        );
    }
    conclude(&found.report)
}

/// `tillit audit verify`: the log in the database.
pub async fn verify(config: &Config, options: &cli::AuditVerify) -> Result<()> {
    let outside = kept(options)?;
    let house = House::open(config).await?;
    let cx = scope(&house, options.organisation.as_deref()).await?;
    let keys = house.accounts.checkpoint_keys(&cx).await?;
    let report = house.accounts.audit_verify(&cx, outside).await?;
    house.close().await;
    say::line(format!("Log: {}", log_name(log_of(&cx))));
    for key in &keys {
        say::line(format!("Key: {}", hex(key)));
    }
    conclude(&report)
}

/// `tillit audit accept`.
pub async fn accept(config: &Config, options: &cli::AuditAccept) -> Result<()> {
    let hash = unhex(&options.hash).context("--hash is not a hash: 64 hexadecimal digits")?;
    let house = House::open(config).await?;
    let cx = scope(&house, options.organisation.as_deref()).await?;
    let accepted = house.accounts.accept_audit_end(&cx, (options.number, hash)).await?;
    house.close().await;
    match accepted {
        EndAccepted::Yes { since } => {
            if since > 0 {
                say::line(format!("{since} rows were added since you looked. Each of them follows from the one before."));
            }
            say::line("The end of this log is accepted as it stands, and the log says so. It is signed again from the next daily work on.")
        }
        EndAccepted::Ours => say::line("The end of this log was written by this program; there is nothing to accept."),
        EndAccepted::Other((number, hash)) => bail!(
            "the log ends with row {number}, hash {}, which does not follow from the row that you name. Verify it again, and accept what that says",
            hex(&hash)
        ),
    }
    Ok(())
}

/// `tillit audit export`: the whole log, on standard output.
pub async fn export(config: &Config, organisation: Option<&str>) -> Result<()> {
    let house = House::open(config).await?;
    let cx = scope(&house, organisation).await?;
    house.accounts.note_export(&cx, actions::AUDIT_EXPORTED).await?;
    let key = house.accounts.checkpoint_keys(&cx).await?.first().copied().unwrap_or([0; 32]);
    let checkpoints = house.accounts.checkpoints(&cx).await?;
    let head = house.accounts.audit_head(&cx).await?.unwrap_or((0, BEGINNING));
    say::line(first_line(log_of(&cx), head, cx.now(), &key));
    for checkpoint in checkpoints.iter().filter(|checkpoint| checkpoint.seq <= head.0) {
        say::line(checkpoint_line(checkpoint));
    }
    let mut after = i64::MIN;
    loop {
        let links = house.accounts.audit_links(&cx, after).await?;
        let Some(last) = links.last() else { break };
        after = last.fields.seq;
        for link in links.iter().filter(|link| link.fields.seq <= head.0) {
            say::line(row_line(link));
        }
        if after >= head.0 {
            break;
        }
    }
    house.close().await;
    Ok(())
}

async fn scope(house: &House, organisation: Option<&str>) -> Result<Cx> {
    let cx = house.operator();
    Ok(match organisation {
        Some(name) => cx.in_organisation(find(house, &cx, name).await?.id),
        None => cx,
    })
}

fn key(text: &str) -> Result<PublicKey> {
    unhex(text).context("--key is not a public key: 64 hexadecimal digits")
}

fn kept(options: &cli::AuditVerify) -> Result<Vec<Checkpoint>> {
    let mut all = Vec::new();
    for file in &options.checkpoints {
        let name = || file.display().to_string();
        if std::fs::metadata(file).with_context(name)?.len() > LARGEST {
            bail!("{} is larger than 16 MiB", file.display());
        }
        let text = String::from_utf8_lossy(&std::fs::read(file).with_context(name)?).into_owned();
        let (found, broken) = Checkpoint::all_in(&text);
        if broken > 0 {
            bail!("{}: {broken} checkpoints are cut off or damaged", file.display());
        }
        if found.is_empty() {
            bail!("{} holds no checkpoint; the line begins with tillit-checkpoint-1", file.display());
        }
        all.extend(found);
    }
    Ok(all)
}

fn conclude(report: &Report) -> Result<()> {
    say::line(format!("Rows: {} ({} to {})", report.rows, report.first, report.last));
    if let Some((number, hash)) = &report.end {
        say::line(format!("End: row {number}, hash {}", hex(hash)));
    }
    say::line(format!(
        "Checkpoints that fit: {} of the log, {} that were kept elsewhere; signed up to row {}",
        report.inside, report.outside, report.signed_until
    ));
    if report.lost > 0 {
        say::line(format!("Parts that are no longer readable, of people who were forgotten or whose keys are lost: {}", report.lost));
    }
    if report.is_whole() {
        say::line("The log is whole.");
        return Ok(());
    }
    for finding in &report.findings {
        say::line(format!("BROKEN: {finding}"));
    }
    if report.more > 0 {
        say::line(format!("… and {} more", report.more));
    }
    bail!(
        "the log is not whole, or not the one that was signed. Keep this output, a copy of the database and its backups, and find out who could write to the database"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tillit_accounts::audit::chain::BEGINNING;

    fn options(folder: &Path, checkpoints: Option<&str>) -> cli::AuditVerify {
        let checkpoints = checkpoints.map(|text| {
            let file = folder.join("checkpoints");
            std::fs::write(&file, text).unwrap();
            file
        });
        let config = cli::ConfigFile { config: None };
        cli::AuditVerify { config, organisation: None, file: None, checkpoints: checkpoints.into_iter().collect(), key: None }
    }

    #[test]
    fn a_file_is_verified_without_a_database_and_what_is_wrong_ends_with_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.jsonl");
        std::fs::write(&file, first_line(Default::default(), (0, BEGINNING), tillit_store::Timestamp(0), &[1; 32])).unwrap();
        verify_exported(&file, &options(folder.path(), None)).unwrap();
        std::fs::write(&file, first_line(Default::default(), (3, BEGINNING), tillit_store::Timestamp(0), &[1; 32])).unwrap();
        let error = verify_exported(&file, &options(folder.path(), None)).unwrap_err();
        assert!(error.to_string().contains("not whole"), "{error}");
        let error = verify_exported(&file, &options(folder.path(), Some("nothing"))).unwrap_err();
        assert!(error.to_string().contains("holds no checkpoint"), "{error}");
        let error = verify_exported(&file, &options(folder.path(), Some("tillit-checkpoint-1 chk_1"))).unwrap_err();
        assert!(error.to_string().contains("cut off or damaged"), "{error}");
        let options = cli::AuditVerify { key: Some("12".to_owned()), ..options(folder.path(), None) };
        assert!(verify_exported(&file, &options).unwrap_err().to_string().contains("--key"));
    }
}
