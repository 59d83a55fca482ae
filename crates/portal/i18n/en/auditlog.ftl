# The audit log: its page, its words, verifying it.
audit-audit-chosen = Choices about the audit log changed
audit-audit-exported = Audit log downloaded
audit-audit-shortened = Old rows of the audit log deleted, as the organisation chose
audit-mail-read = Reported mail read
audit-people-exported = List of people downloaded
audit-person-viewed = Somebody looked at a person's page
audit-result-viewed = Results of one person looked at

# Sentences
audit-sentence = { $action }, by { $who }
audit-sentence-about = , about { $whom }
audit-sentence-from = , from { $address }
audit-no-longer-readable = no longer readable
audit-column-what = What happened
audit-none-found = Nothing like this was found
audit-none-found-text = Leave out a field, or choose more days.

# Looking for rows
audit-look-for = Look for
audit-by = Who did it
audit-about = Whom it was done to
audit-person-hint = A username, whole.
audit-nobody = Nobody here has this username.
audit-no-day = This is not a day. Write it like 2026-11-28.
audit-area = What it was about
audit-area-all = Everything
audit-area-sign-in = Signing in and out
audit-area-people = People and roles
audit-area-reads = Who looked at or took along data about people
audit-area-settings = Settings
audit-area-ways-back = Recovery and one-time links
audit-area-log = The log itself
audit-from = From
audit-until = To and including
audit-refusals = Only what was refused or failed
audit-show = Show
audit-show-all = Show everything
audit-take-csv = Take along as a table (CSV)
audit-take-lines = Take along as JSON Lines
audit-taken-is-logged = Whoever takes rows along is written down here too.
audit-is-it-whole = Is it whole?
audit-signed = Signed up to row { $seq }, { $at }.
audit-not-signed = Nothing is signed yet. That happens daily.
audit-verify-open = Verify
audit-kept-for = How long it is kept
audit-keep-open = Change

# Verifying
audit-verify-title = Verify the audit log
audit-verify-purpose = Each row covers the one before, and a signature covers the newest one daily. Whoever changes, deletes or adds a row breaks that, even somebody who owns the database.
audit-verify-here = Here, now
audit-verify-kept = Checkpoints that you kept
audit-verify-kept-hint = Optional, and stronger with it: paste a line from a mail, beginning with tillit-checkpoint-1. Whole mails are fine.
audit-verify-no-checkpoint = There is no whole checkpoint in this text. Copy the line from tillit-checkpoint-1 to its end.
audit-verify-button = Verify
audit-verify-whole = The log is whole: rows { $first } to { $last }.
audit-verify-broken = The log is not whole.
audit-verify-counts = Rows: { $rows }. Checkpoints that fit: { $inside } in the log, { $outside } that you kept. Signed up to row { $until }.
audit-verify-lost = Parts no longer readable, of people who were forgotten or whose keys are lost: { $lost }. That is in order.
audit-verify-too-many = The log has { $rows } rows, too many to wait for on a page. Take it along and verify the file below, or ask the operator to run: tillit audit verify
audit-verify-more = More findings: { $more }
audit-find-changed = Row { $seq } does not follow from the one before: one of the two was changed after it was written.
audit-find-missing = Rows { $seq } to { $other } are missing.
audit-find-disordered = Row { $seq } stands in the wrong place.
audit-find-other-log = Row { $seq } belongs to another log.
audit-find-begins-late = The log begins with row { $seq }, and nothing explains what became of the rows before.
audit-find-ends-early = The log ends with row { $seq }, but row { $other } was there.
audit-find-other-head = Row { $seq } is not the end that the log names: rows were added or taken away past it.
audit-find-other-than-signed = Row { $seq } is not the one that was signed.
audit-find-not-signed = The checkpoint of row { $seq } is not signed by this installation’s key.
audit-find-other-checkpoint = A checkpoint (of row { $seq }) is of another log.
audit-find-part-changed = The sealed part of row { $seq } is not the one that was written.
audit-find-part-taken = The sealed part of row { $seq } was taken away or damaged, though nobody it is about was forgotten.
audit-broken-title = What this means, and what to do
audit-broken-means = Somebody changed the database past Tillit, or a backup was brought back. Rows that are not named fit together.
audit-broken-keep = Take the log along now, as it is, and keep it with your checkpoints.
audit-broken-ask = Ask the operator whether a backup was restored, and who can write to the database. Ask for the database’s backups to be kept.
audit-broken-compare = Compare with a file that you took along earlier: the first row that differs tells when.
audit-newest-title = The newest checkpoint
audit-newest-text = Row { $seq }, signed { $at }. Keep it somewhere else: what it covers cannot be changed unseen.
audit-newest-none = Nothing is signed yet. That happens daily, when something was added.
audit-key-title = The key that signs
audit-key-text = The same in every checkpoint. If it ever differs from the one in your mails, ask the operator why.
audit-browser-title = Without believing this server
audit-browser-text = Take the whole log along, then verify the file in your browser. Nothing is sent anywhere. The file holds addresses and details: keep it safe, and delete it when you are done.
audit-take-whole = Take the whole log along
audit-browser-without = Verifying in the browser needs JavaScript. The command does the same:
audit-browser-command = Command
audit-verify-file = The file
audit-verify-browser-button = Verify the file
audit-verify-key-used = Key that was trusted: { $key }. Compare it with the one in your mails.
audit-verify-progress = Verifying: { $count } rows …
audit-verify-no-file = Choose a file first.
audit-verify-unsigned = This browser cannot check signatures (Ed25519). The chain was verified; for the signatures use a newer browser, or the command.
audit-verify-unreadable = This is not a file of the whole log, or it is damaged. Rows that were looked for cannot be verified; take the whole log along.

# How long it is kept
audit-keep-title = How long the audit log is kept
audit-keep-purpose = Long enough to find out after an incident, and not for ever.
audit-keep-how-long = Keep rows for
audit-keep-years = { $years ->
    [one] 1 year
   *[other] { $years } years
}
audit-keep-hint = Older rows are deleted daily. The log stays verifiable from there on.
audit-keep-mail = Send owners the newest checkpoint by mail, weekly
audit-keep-save = Save
audit-keep-now = Rows are kept for { $years ->
    [one] 1 year
   *[other] { $years } years
}. Owners can change it.
audit-keep-will-delete = { $rows ->
    [one] 1 row older
   *[other] { $rows } rows older
} than { $years ->
    [one] 1 year
   *[other] { $years } years
} will be deleted within a day, up to a checkpoint. That cannot be undone.
audit-keep-will-stay = The checkpoint at which the log then begins stays, so that the rest can be verified.
audit-keep-will-say = The deletion is written to the log.
audit-keep-save-delete = { $years ->
    [one] Keep 1 year and delete the rest
   *[other] Keep { $years } years and delete the rest
}
audit-keep-back = Keep it as it is
audit-choices-saved = Saved.
