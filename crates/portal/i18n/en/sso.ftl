# Settings, tab SECURITY: single sign-on.

security-title = Security settings
sso-title = Single sign-on
sso-activate = Activate SSO
sso-activate-note = Nothing is sent to Microsoft yet. The next page shows what will be read.
sso-off-text = With single sign-on your people sign in with the Microsoft account they already have. You see every step before it happens, test it yourself, and can turn it off at any time.
sso-since = On since
sso-domains = Domains
sso-no-domains = None verified yet
sso-sign-in-path = Your own sign-in page
sso-sign-in-path-note = For people whose username is not on one of your domains.
sso-test = Test sign-in
sso-test-by = { $name }, { $time }
sso-test-counts = Passed
sso-test-void = No longer counts
sso-turn-off = Turn off
sso-discard = Discard the draft
sso-change = Change the connection
sso-receipt = Receipt
stage-off = Off
stage-draft = Draft
stage-testing = Testing
stage-enforced = Enforced, reverts in
stage-on = On
step-begin = See what will happen
step-connect = Connect
step-recovery-kit = Recovery kit
step-test = Test
step-enforce = Enforce
step-confirm = Confirm
step-begin-next = See what will happen
step-begin-next-text = What will be read, which administrators will match, and the way back.
step-begin-next-button = Show it
step-connect-next = Connect your tenant
step-connect-next-text = Sign in with Microsoft. You see what came back, and are asked before anything is linked.
step-connect-next-button = Continue activating
step-recovery-kit-next = Make sure you can get back in
step-recovery-kit-next-text = Make a recovery kit, print it, and try one code.
step-recovery-kit-next-button = Open the recovery kit
step-test-next = Test it yourself
step-test-next-text = Sign in with Microsoft once, with exactly these settings. A change of the settings voids the test.
step-test-next-button = Test the sign-in
step-enforce-next = Ready to enforce
step-enforce-next-text = Everything needed is done. The next page says what will happen.
step-enforce-next-button = Show what will happen
step-confirm-next = Confirm from a private window
step-confirm-next-text = Open a private window, sign in with Microsoft, and it stays on.
step-confirm-next-button = Look again
obstacles-title = Before you can enforce it
obstacle-not-connected = No tenant is connected
obstacle-not-connected-do = Sign in with Microsoft and accept what came back.
obstacle-not-tested = The sign-in was not tested
obstacle-not-tested-do = Whoever enforces it tests it once, within the hour before.
obstacle-test-void = The test no longer counts
obstacle-test-void-do = The settings were changed after the test, or more than an hour passed. Test again.
obstacle-tested-by-other = Somebody else tested it
obstacle-tested-by-other-do = Test it with your own account, because you would be the one who must get in.
obstacle-not-linked = Your account is not linked
obstacle-not-linked-do = Sign in with Microsoft from here and accept the link.
obstacle-no-tried-kit = No owner has tried a recovery code
obstacle-no-tried-kit-do = Make a recovery kit and try one code. It takes two minutes.
obstacle-not-permitted = Only an owner can enforce it
obstacle-not-permitted-do = Ask an owner of your organisation.
obstacle-credential-expired = The credential has expired
obstacle-credential-expired-do = Add a new certificate or secret first.
connection-title = Connection
connection-none = Not chosen yet.
connection-choose = Choose the connection
connection-page-title = How to connect
connection-page-purpose = Most organisations use the operator's registration: you only consent. Your own registration gives you full control at Microsoft.
connection-choice = Choose the connection
connection-kind = Connection
connection-operator = Microsoft, through the operator's registration
connection-operator-hint = Nothing to register. Your administrator only consents.
connection-own = Microsoft, with your own registration
connection-own-hint = You register an app in your tenant. The script below does it in a minute.
connection-openid = Another OpenID Connect provider
connection-openid-hint = Any provider whose issuer is allowed in this installation.
connection-own-details = Your own registration
connection-openid-details = Another provider
connection-openid-client = The client id above is used for another provider too.
connection-cloud = Cloud
cloud-global = Global
cloud-us-gov = US Government (GCC High)
cloud-us-dod = US Government (DoD)
cloud-china = China, operated by 21Vianet
connection-tenant = Tenant
connection-tenant-hint = Directory (tenant) ID, on the app's overview page in Entra
connection-client-id = Client id
connection-client-id-hint = Application (client) ID, on the same page
connection-issuer = Issuer
connection-issuer-hint = Address of the provider, such as https://login.company.com
connection-redirect-uri = Redirect URI (type: Web)
connection-az = With the Azure command line
connection-save = Save the connection
connection-saved = The connection was saved. A test must pass again before it is enforced.
bad-tenant-id = A tenant id looks like 8f5b6a3e-0000-4000-8000-00000000a001
bad-client-id = A client id looks like 2f1b6c1e-0000-4000-8000-00000000c11e
bad-issuer = Type the address of the issuer, beginning with https://
bad-issuer-not-allowed = The operator of this installation has not allowed this issuer.
bad-number = Type a whole number from { $least } to { $most }
bad-certificate = This is not a certificate with its private key in PEM format
bad-secret = Paste the value of the secret, not its id
bad-date = Type a date such as 2027-05-31
registration-title = Register the app at Microsoft
registration-text = Create an app registration with this redirect URI and no other. Or run the script: it asks for User.Read and nothing else.
registration-manifest = Download the manifest
registration-az = Download the script
credentials-title = Credentials
credentials-none = None yet. Add a certificate (best) or a secret.
credential-certificate = Certificate
credential-secret = Secret
credential-slot = { $kind }, slot { $slot }
credential-of-operator = { $kind } of the operator
credential-ends-on = Ends on { $date }
credential-ended-on = Ended on { $date }
credential-end-unknown = End not known
credential-in-use = In use
credential-spare = Spare
credential-ends = The credential ends on { $date }.
credential-ends-text = Add a new one in the other slot before that; sign-ins go on without a pause.
credential-expired = The credential ended on { $date }.
credential-expired-text = Nobody can sign in with single sign-on until a new one is added.
credential-slot-label = Slot
credential-slot-hint = Two slots, so that the new one can be tried while the old one still works.
slot-free = Slot { $slot }
slot-replace = Slot { $slot } (replaces what is there)
credential-generate-title = Let us make a certificate
credential-generate-text = The private key never leaves this installation. You download the certificate and upload it to the app registration.
credential-generate = Make a certificate
credential-made = The certificate was made. Download it and upload it to the app registration.
credential-download = Download the certificate
credential-upload-title = Use your own certificate
credential-pem = Certificate and private key (PEM)
credential-pem-hint = Paste both blocks, beginning with -----BEGIN. At most 64 kB.
credential-upload = Save the certificate
credential-secret-title = Use a secret
credential-secret-hint = The value that Microsoft shows once, not the secret's id.
credential-secret-until = Expires on
credential-secret-until-hint = As shown at Microsoft. We warn you 60, 30, 7 and 1 days before.
credential-save-secret = Save the secret
credential-saved = The credential was saved.
credential-dropped = The credential was removed.
consent-title = Consent
consent-honest = We do not ask Microsoft for the permission to read who consented. What stands here is what was seen.
consent-no-account = No account has consented yet
consent-accounts =
    { $count ->
        [one] 1 account has consented
       *[other] { $count } accounts have consented
    }
consent-seen = Last seen { $time }
consent-whole-unknown = Whole organisation: not known
consent-whole-unknown-text = Nothing was seen that says that an administrator consented for everybody.
consent-whole-claimed = Whole organisation: Microsoft said so
consent-whole-claimed-text = Said on { $time }, in an answer that is not signed. It is confirmed when somebody signs in without being asked.
consent-whole-seen = Whole organisation: seen
consent-whole-seen-text = Granted { $time }; since then people signed in without being asked.
consent-scopes = Permissions
consent-grant = Grant admin consent
consent-grant-note = Takes you to Microsoft. You need to be an administrator there.
consent-returned = Microsoft says that consent was granted. It is confirmed when somebody signs in without being asked.
consent-not-returned = Microsoft did not say that consent was granted. Nothing was changed.
consent-other-tenant = Microsoft answered for another tenant than yours, so nothing was noted.
permission-openid = To know that it is you
permission-profile = Your name and the id of your account
permission-email = Your email address
permission-user-read = Your own profile and picture, read while you sign in
sign-ins-title = Last sign-ins
sign-ins-purpose = Every finished sign-in with single sign-on, good or refused.
sign-ins-all = Show all sign-ins
sign-ins-count =
    { $count ->
        [one] 1 sign-in
       *[other] { $count } sign-ins
    }
sign-ins-empty = No sign-ins yet
sign-ins-empty-text = They appear here as soon as somebody signs in.
outcome-signed-in = Signed in
outcome-linked = Linked
outcome-created = Created
outcome-test-passed = Test passed
outcome-rechecked = Checked again
outcome-proposed = Waiting for your yes
outcome-consented = Consent returned
outcome-waiting = Waiting for Microsoft
outcome-refused = Refused
purpose-sign-in = Sign-in
purpose-activate = Activation
purpose-test = Test
purpose-admin-consent = Admin consent
purpose-recheck = Silent check
ledger-title = Requests to the provider
ledger-purpose = Every request this portal ever made to the identity provider for your organisation.
ledger-count =
    { $count ->
        [one] 1 request
       *[other] { $count } requests
    }
ledger-all =
    { $count ->
        [one] Show the one request
       *[other] Show all { $count } requests
    }
ledger-promise = No request was made outside a sign-in
ledger-promise-text = This portal asks Microsoft only while somebody signs in.
ledger-broken =
    { $count ->
        [one] 1 request belongs to no sign-in
       *[other] { $count } requests belong to no sign-in
    }
ledger-empty = No requests yet
ledger-empty-text = The provider was never asked anything for your organisation.
request-metadata = Description of the provider
request-keys = Signing keys
request-token = Sign-in token
request-me = Profile of the person signing in
request-photo = Picture of the person signing in
request-organization = Name and domains of the tenant
request-user-info = Profile of the person signing in, from another provider
request-no-answer = No answer
administrators-title = Administrators
match-linked = Linked
match-linked-text = Signs in with Microsoft already.
match-will = Will match
match-will-text = Is linked when he or she signs in with Microsoft from the portal.
match-will-not = Will not match
match-will-not-text = Has no Microsoft account on a domain of this tenant.
match-unknown = Not known yet
match-unknown-text = Will be known when the tenant is connected.
way-back-title = The way back
way-back-revert = It reverts by itself
way-back-revert-text =
    { $count ->
        [one] Without your confirmation, everything is as before after 1 minute.
       *[other] Without your confirmation, everything is as before after { $count } minutes.
    }
way-back-kit = A recovery kit of your own
way-back-kit-text = You make it on the way, and try one code before anything is enforced.
way-back-host = Help on the server
way-back-host-text = Whoever runs this installation can make a one-time link for an owner. Every owner is told.
what-if-title = What happens if … signs in?
what-if-label = Username to ask about
what-if-hint = Nobody is signed in and nothing is sent.
what-if-ask = Tell me
what-if-in = Is let in
what-if-out = Is refused
what-if-wait = Depends on the provider
what-if-provider = Signs in at
what-if-local = This portal, with a password
what-if-rule = Rule
what-if-becomes = Becomes
what-if-refusal = Reason
rule-a = (a) The account is linked: this person
rule-b = (b) Nobody of this name yet: created as employee
rule-c = (c) An employee who was never linked: linked once
rule-d = (d) A role above employee: needs the own session or an invitation too
rule-e = (e) The person is linked to another account: refused
rule-guest = A guest of the tenant
rule-waiting = Graph cannot be asked: somebody new waits
codes-title = What does this code mean?
codes-label = Code or words of the message
codes-hint = Such as AADSTS50105, or what a colleague read to you
codes-search = Search
codes-none = No code matches. Search for the number alone, such as 50105.
policy-title = Who may come in
policy-create = Add people as employees when they sign in for the first time
policy-guests = Let guests of the tenant in
policy-cap = At most this many people
policy-cap-hint =
    { $count ->
        [one] 1 was added so far
       *[other] { $count } were added so far
    }
policy-recheck = Minutes until a session is checked again
policy-recheck-hint = Microsoft is asked silently whether the account is still good. A form you are sending is never interrupted.
policy-save = Save who may come in
policy-voids = A change makes a new version of the settings: a test counts for one version only.
enforced-left = until it reverts by itself
enforced-text = Now try it in a private window: type your username, click Continue, and sign in with Microsoft. When you are in, it stays on. If that fails, do nothing: everything will be as before.
enforced-try = Open this in a private window
enforced-only-turn-off = This session stays open for you, but can only turn single sign-on off.
enforced-look-again = Look again
proposal-open = Look at what came back
connection-openid-client-id-hint = As your provider shows it for this app
connection-logout-uri = Front-channel logout URL
bad-openid-client-id = Type the client id that the provider shows
bad-kind = Choose one of the ways to connect
slots-taken = Both slots are taken. Remove a credential first.
credential-drop = Remove slot { $slot }
certificate-title = Your new certificate
certificate-todo = What to do with it
certificate-todo-1 = Copy the text above into a file named tillit.pem.
certificate-todo-2 = In Entra, open the app registration, Certificates & secrets, Certificates, and upload the file.
certificate-todo-3 = Compare the thumbprint there with the one on the next page.
certificate-go-on = I have uploaded it
draft-beside = A change is being prepared
in-force = In force now
what-if-linked = Is linked once, and let in
what-if-created = Is added as employee, and let in
what-if-asked = Is asked before being linked
what-if-at-provider = The identity provider
what-if-domain-of-another = Belongs to another organisation here
what-if-note = Note
what-if-not-in-force = Single sign-on is not in force. This is what would happen if it were.
