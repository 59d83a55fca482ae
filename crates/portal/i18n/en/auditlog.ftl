# The audit log: its page, its words, verifying it.
audit-audit-chosen = Choices about the audit log changed
audit-audit-end-accepted = The operator looked at an end of this log that somebody else wrote, and accepted it
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
audit-who-visitor = somebody not signed in
audit-who-job = the system
audit-who-operator = the operator, on the server
audit-who-unknown = a former person
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
audit-verify-purpose = Each row covers the one before, and a signature covers the newest one daily. Whoever changes, deletes or adds a row up to the newest checkpoint that left the house breaks that, even somebody who owns the database.
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
audit-find-deleted-early = Rows up to { $seq } were deleted before their time: your checkpoint is younger than what may be deleted.
audit-find-ends-early = The log ends with row { $seq }, but row { $other } was there.
audit-find-other-head = Row { $seq } is not the end that the log names: rows were added or taken away past it.
audit-find-end-not-ours = The end of the log, row { $seq }, was not written by this program: rows that no checkpoint covers may be changed or missing.
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
audit-keep-hint = Older rows are deleted daily. More years hold at once, fewer after seven days. The log stays verifiable from there on.
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
} will be deleted, up to a checkpoint.
audit-keep-will-wait = Nothing goes for seven days. All owners get a mail now, and each of them can choose more years again until then. What was deleted afterwards cannot be brought back.
audit-keep-waits-title = A shorter time was chosen.
audit-keep-waits = Until { $until } rows are still kept for { $longer ->
    [one] 1 year
   *[other] { $longer } years
}, from then on for { $years ->
    [one] 1 year
   *[other] { $years } years
}. To take it back, choose more years.
audit-keep-will-stay = The checkpoint at which the log then begins stays, so that the rest can be verified.
audit-keep-will-say = The deletion is written to the log.
audit-keep-save-delete = { $years ->
    [one] Keep 1 year and delete the rest
   *[other] Keep { $years } years and delete the rest
}
audit-keep-back = Keep it as it is
audit-choices-saved = Saved.

# Webhook
audit-audit-webhook-set = Webhook of the audit log changed
audit-audit-webhook-stopped = Webhook of the audit log stopped: it took nothing for three days
audit-hook-title = Webhook
audit-hook-purpose = New rows of the audit log are sent to an address of yours, signed, as they are written. Then they also exist where nobody here can change them.
audit-hook-elsewhere = Elsewhere too
audit-hook-elsewhere-text = Rows can be sent to your own monitoring as they are written.
audit-hook-address = Address
audit-hook-address-hint = Begins with https://, reachable from the internet, on the usual port.
audit-hook-no-address = This cannot be the address. It begins with https:// and has no port, name or password in it.
audit-hook-now = How it stands
audit-hook-state = State
audit-hook-running = Rows are sent
audit-hook-stopped = Stopped
audit-hook-waiting = Rows that wait
audit-hook-last = Last request
audit-hook-taken = Taken ({ $status })
audit-hook-refused = Answered with { $status }
audit-hook-no-way = The name leads nowhere, or to a private address{ $status }
audit-hook-no-connection = No connection{ $status }
audit-hook-too-slow = No answer within ten seconds{ $status }
audit-hook-failing-since = Nothing taken since
audit-hook-old-secret = The secret before signs too, until
audit-hook-secret = The secret
audit-hook-secret-once = Copy it now: it is shown once. With it your side can tell that a request came from here.
audit-hook-start = Send again
audit-hook-try = Send a test
audit-hook-tried = A test is on its way. Open this page again in a moment to see how it ended.
audit-hook-renew = Replace the secret
audit-hook-remove = Remove the webhook
audit-hook-set = Set up the webhook
audit-hook-change = Change the address
audit-hook-none = No webhook is set up. Owners can do that.
audit-hook-will-send = Rows that are written from now on are sent within a minute or so, in order, up to a hundred at once, with the newest checkpoint.
audit-hook-will-not = A row holds ids and fixed words: no names, addresses or details.
audit-hook-will-retry = If your side does not answer with 200 to 299, it is tried again, later and later. Nothing is lost: rows wait in the log.
audit-hook-will-stop = After three days without success it stops, and owners are told by mail.
audit-hook-how-title = How your side checks that it was us
audit-hook-how = The header holds the time in seconds and the signature. Compute it over the body as it came, compare, and refuse times that are more than five minutes away. While a secret is being replaced there are two signatures; one that fits is enough.
