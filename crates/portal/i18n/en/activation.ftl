# The steps of activating single sign-on, and of turning it off.

back-to-security = Single sign-on
back-to-activation = Activate single sign-on
activate-title = Activate single sign-on
activate-purpose = Before anything happens: what will be read, who will match, and the way back.
activate-read-title = What will be read
activate-read-text = These four permissions and nothing else. They are used only while somebody signs in, for that person's own profile.
activate-fields-title = Nine fields of the profile
activate-fields-text = Stored encrypted, each person with a key of their own.
activate-way-back = If it goes wrong
activate-will-1 = You go to { $host } and sign in with your Microsoft account.
activate-will-2 = Microsoft asks you to consent, for yourself; a Global Administrator can tick “Consent on behalf of your organization”.
activate-will-3 = You come back and see what Microsoft told us. Nothing is linked before you say yes.
activate-will-4 = Nobody else notices anything. Everybody signs in as before.
activate-will-5 =
    { $count ->
        [one] Later, enforcing it reverts after 1 minute unless you confirm it.
       *[other] Later, enforcing it reverts after { $count } minutes unless you confirm it.
    }
activate-continue = Continue to Microsoft
activate-continue-openid = Continue to the provider
activate-or-sign-in = Or open the sign-in page in this browser, type your username and click Continue. Only this browser is taken to Microsoft.
activate-or-link = Open the sign-in page
proposal-title = What came back from Microsoft
proposal-purpose = Compare, then decide. Nothing is linked yet.
proposal-came-back = The account
proposal-object-id = Object id
proposal-name = Name
proposal-username-theirs = Username at Microsoft
proposal-username-ours = Username here
proposal-same = The username at Microsoft is the same as here.
proposal-differ = The usernames differ.
proposal-differ-text = Microsoft says { $theirs }, here it is { $ours }. Accept only if both are you.
proposal-domains = Verified domains of the tenant
proposal-no-graph = Microsoft Graph did not answer. Domains and profile are read at a later sign-in.
proposal-profile = Profile
proposal-no-profile = No profile was read
proposal-no-profile-text = It comes with a later sign-in.
proposal-none = None
proposal-equal = Same
proposal-changes = Will be updated
proposal-will-1 = Your organisation is bound to the tenant { $tenant }, and to no other.
proposal-will-2 = Your account here is linked to this Microsoft account.
proposal-will-3 = The domains marked above become yours for signing in. Nobody else notices anything yet.
proposal-accept = Accept and link
proposal-other-account = Use another account
proposal-accepted = The tenant is connected and your account is linked.
problems-title = This cannot be accepted
problem-tenant-taken = This tenant belongs to another organisation here
problem-tenant-taken-do = One tenant belongs to one organisation. The operator can look into it.
problem-account-taken = This Microsoft account is linked to somebody else here
problem-account-taken-do = Sign in with your own account.
problem-person-linked = You are already linked to another Microsoft account
problem-person-linked-do = Sign in with that one, or ask another owner.
problem-guest = The account is a guest of this tenant
problem-guest-do = A tenant is connected by one of its own members.
problem-stale = This is too old
problem-stale-do = More than an hour passed, or the settings were changed. Sign in with Microsoft again.
domain-will-be-added = Will become yours for signing in
domain-yours = Already yours
domain-another = Belongs to another organisation here; it stays there
kit-title = Recovery kit
kit-purpose = Ten codes on paper that let you in when nothing else does.
kit-open = Recovery kit
kit-none = You have no recovery kit
kit-none-do = Make one and try one code.
kit-untried = You have a kit, but no code was tried
kit-untried-do = Try one now, so that you know they work.
kit-tried = Your recovery kit works
kit-left =
    { $count ->
        [one] 1 code is left
       *[other] { $count } codes are left
    }
kit-owner-ready = An owner holds a tried kit
kit-no-owner-ready = No owner holds a tried kit yet
kit-make-title = Make your kit
kit-again-title = Make a new kit
kit-make = Make the codes
kit-will-1 = Ten codes are shown once. Only their fingerprints are stored.
kit-will-2 = Print them and keep them where you keep contracts, not on this computer.
kit-will-replace = The codes you have now stop working.
kit-codes-title = Your recovery codes
kit-codes-purpose = Print this page now. The codes are not shown again.
kit-codes-use = To use one, open
kit-codes-once = Whoever holds this sheet can sign in as you. Keep it locked away.
kit-try-title = Try one code
kit-try-text = Type one code from the sheet. It is used up, and you know that the others work.
kit-try = Try this code
kit-code = Recovery code
kit-code-hint = Spaces, hyphens and capitals do not matter.
kit-code-wrong = This code is not one of your present kit
kit-works = The code works. Your recovery kit is ready.
enforce-title = Enforce single sign-on
enforce-purpose = From then on, your domains lead to Microsoft, and local passwords are no longer accepted.
enforce-will-1 = Whoever types a username on { $domains } is taken to Microsoft.
enforce-will-2 = Local passwords of your people are no longer accepted. Recovery codes still are.
enforce-will-3 = This session stays, and can only turn single sign-on off.
enforce-will-4 =
    { $count ->
        [one] A countdown of 1 minute starts. Without confirmation everything is as before when it ends.
       *[other] A countdown of { $count } minutes starts. Without confirmation everything is as before when it ends.
    }
enforce-will-5 = You confirm by signing in with Microsoft in a private window.
enforce-button = Enforce for { $organisation }
enforced-now = Single sign-on is enforced. Confirm it in a private window before the time is over.
confirmed-now = Confirmed: single sign-on stays on.
turn-off-title = Turn single sign-on off for { $organisation }
turn-off-purpose = Your people sign in with local passwords again.
turn-off-will-1 = Usernames of { $organisation } are no longer taken to Microsoft.
turn-off-will-2 = People without a local password need a link from you to set one.
turn-off-will-3 = Links to Microsoft accounts and the settings are kept, so that you can switch it on again. Every owner is told.
turn-off-button = Turn off for { $organisation }
turned-off = Single sign-on is off.
discard-title = Discard the draft of { $organisation }
discard-purpose = The activation that was begun is thrown away.
discard-will-1 = The draft for { $organisation } and its test are deleted.
discard-will-2 = Nobody notices anything: people sign in as before.
discard-will-3 = At Microsoft nothing changes. The app stays in your tenant until you delete it there.
discard-button = Discard the draft
discarded = The draft was discarded.
test-passed = The test passed.
receipt-title = Receipt of the activation
receipt-purpose = Who may read what, the way back, and how to undo it. Print it or keep it with your records.
receipt-organisation = Organisation
receipt-activated-by = Activated by
receipt-tested = Test passed
receipt-printed = This receipt was made
receipt-reads = Who may read what
receipt-reads-app = { $app } reads nine fields of the person who signs in
receipt-reads-app-text = While that person signs in, and at no other time.
receipt-reads-administrators = Your administrators see these fields
receipt-reads-administrators-text = On the page of each person.
receipt-reads-operator = { $operator } runs the server
receipt-reads-operator-text = The fields are stored encrypted; whoever holds the master key of the installation can decrypt them.
receipt-kits = Recovery kits: { $names }
receipt-kits-text = Each of them has tried a code.
receipt-undo = How to undo it
receipt-undo-1 = Settings, SECURITY, Single sign-on: Turn off. Or use a recovery code first, if you cannot get in.
receipt-undo-2 = In Microsoft's admin centre, Enterprise applications: delete the app. That takes back every consent.
receipt-undo-3 = With your own registration: delete the app registration and its certificate or secret as well.
kit-proof = To show that it is you
kit-proof-text = A new kit is a new way in, so being signed in is not enough.
kit-proof-password = Your password here
kit-proof-code = Or a code of the kit you have
kit-proof-needed = Type your password, or a code of the kit you have. Neither is kept.
kit-proof-wrong = That is not right. Check it and try again.
