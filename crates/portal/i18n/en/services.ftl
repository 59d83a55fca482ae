# Service identities: programs that talk to us, and their tokens.
services-title = Service identities
services-purpose = Programs that bring people in, use the API or read reports. Their tokens belong to the organisation, so nothing stops when somebody leaves.
services-open = Open service identities
services-none = No program has access
services-none-text = Make a service identity when a program needs one. Never give a program the password of a person.
service-new = New service identity
service-new-purpose = A name and a purpose that a colleague understands in two years, and no more scopes than it needs.
service-new-button = Make the identity and its first token
service-name = Name
service-name-hint = Such as: User sync.
service-name-missing = Type a name.
service-purpose = What it is for
service-purpose-hint = Such as: Entra ID brings people in. Whoever runs it is good to name here too.
service-purpose-missing = Say what it is for.
service-scopes = What it may do
service-scope-scim-missing = Choose at least one thing that it may do.
scope-scim = Bring people and groups in (SCIM)
scope-api = Use the API for administrators
scope-reports = Send and read reports of suspicious mail
service-life = The token works for
service-life-hint = Owners are told by mail 30 days, 7 days and a day before it ends.
service-life-bad = A token works for 1 to 730 days.
service-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
service-proof-text = A token outlives this session, so being signed in is not enough. What you type here is checked once and not kept.
service-will-once = The token is shown once. We keep only its hash, and cannot show it again.
service-will-scopes = It may do what is ticked, and never more: scopes do not change.
service-will-warn = It ends by itself. Owners are told before.
service-will-log = It stands in the audit log who made it.
service-too-many = There are as many service identities as there may be (50). Revoke one that is not used.
service-two-tokens = Two tokens work already. Revoke the one that is not used any more first.
service-is-revoked = This identity was revoked. Make a new one.
service-works = Works
service-ends = Ends on { $date }
service-no-token = No token works
service-revoked = Revoked
service-revoke = Revoke this identity
service-revoke-title = Revoke { $name }?
service-revoke-purpose = For a program that is not used any more, or a token that leaked.
service-revoke-button = Revoke { $name }
service-revoke-will-tokens = { $count ->
    [0] None of its tokens works already.
    [one] Its token stops working at once.
   *[other] Its { $count } tokens stop working at once.
}
service-revoke-will-used = It was last used at { $time }. What uses it gets no answer any more.
service-revoke-will-unused = It was never used.
service-revoke-will-final = This cannot be undone. A new identity can be made any time.
tokens-title = Tokens
tokens-none = No tokens
tokens-none-text = Tokens that were over for 90 days are not shown any more.
column-token = Token
column-created = Made
token-works = Works
token-until = until { $date }
token-over = Ended
token-revoked = Revoked
token-revoke = Revoke
token-another = Replace the token without an outage
token-another-text = Make a second token, put it where the first one is used, and revoke the first when its last use stays in the past.
token-another-button = Make another token
token-another-full = Two tokens work. When the old one is not used any more, revoke it; then another can be made.
token-once-title = Copy this token now
token-once-purpose = For { $name }. It is shown this once.
token-once-text = Put it where the program keeps its secrets, not in a mail and not in a file that is shared. If it is lost, make another one and revoke this one.
token-once-button = I have kept it
flash-token-revoked = The token is revoked.
flash-service-revoked = The service identity is revoked, with its tokens.
audit-service-added = Service identity made
audit-service-revoked = Service identity revoked
audit-service-token-added = Token of a service identity made
audit-service-token-revoked = Token of a service identity revoked
audit-service-token-warned = Owners told that a token ends
