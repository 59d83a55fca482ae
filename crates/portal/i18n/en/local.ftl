# Signing in without single sign-on: sessions, browsers, second factor, passkeys.

column-from = From
session-from-here = The network you are in now
session-from-elsewhere = Another network
sessions-told = When somebody signs in here with your password from a browser that is new to us, you get a mail.
audit-session-new-browser = Signed in from a new browser

# The own page.
ways-title = How you sign in
ways-purpose = Your own ways in to this portal: passkeys, or a password with an authenticator app beside it.
ways-not-accepted = Your organisation signs in with single sign-on now, so these are not accepted for signing in. They still show that it is you when something important is changed.
ways-password-set = You have a password here
ways-password-since = Set { $time }
ways-password-none = You have no password here
ways-password-none-text = You sign in with your organisation's provider.
ways-password-change = Change the password
ways-password-choose = Choose a password
ways-password-title = Your password
ways-password-purpose = At least 12 characters, and none of those that guessers try first.
ways-password-will-1 = The old password stops working at once.
ways-password-will-2 = You are signed out everywhere but here.
ways-password-will-3 = It is written to the audit log that you changed it. The password itself is kept only as a hash.
ways-password-save = Save the new password
ways-password-changed = Your password was changed. You are signed out everywhere else. Look at your passkeys and your app here, too: remove what is not yours.
method-password-and-code = Password and code
proof-app = Or a code of your authenticator app, or one of your own recovery codes
proof-app-or-kit = Or a code of your authenticator app, or of a recovery kit you have
kit-proof-code-alone = A code from the kit you have
proof-app-alone = A code of your authenticator app, or one of your own recovery codes
proof-app-or-kit-alone = A code of your authenticator app, or of a recovery kit you have
proof-stronger-needed = The password alone is not enough for this, since you also have an app or a passkey. Show one of them, or type one of your recovery codes.
proof-last = This is the last thing with which you can show that it is you. Set up something else first.
proof-provider = Sign in again at your provider
proof-provider-hint = Being signed in is not enough for this. Your provider asks who you are and brings you back here; what you have filled in waits.
proof-provider-needed = Show that it is you first: sign in again at your provider. You come back here afterwards.
proof-none = Nothing is set up with which you can show that it is you. Ask an owner of your organisation to help: a new link lets you choose a password.

# The authenticator app.
app-title = Authenticator app
app-purpose = A second proof beside your password: six digits that an app on your telephone shows, new every half minute.
app-none = No authenticator app is set up
app-none-text = With a password here, it alone is enough to sign in.
app-since = An authenticator app is asked for since { $time }
app-codes-left =
    { $count ->
        [one] 1 recovery code is left.
       *[other] { $count } recovery codes are left.
    }
app-set-up = Set up an app
app-manage = Manage the app
app-will-1 = You see a code to scan. Nothing changes until you have typed what the app shows.
app-will-2 = From then on, signing in with your password asks for the app's code.
app-will-3 = You get ten recovery codes, for when the telephone is lost, and a mail that says so.
app-will-replace = Set up another app: the present one works until the new one has shown its first code.
app-will-codes = New recovery codes: the earlier ones stop working at once.
app-will-remove = Remove the app: signing in no longer asks for a code, and you get a mail that says so.
app-proof = Being signed in is not enough for this. What you type is checked once and not kept.
app-begin = Show the code to scan
app-replace = Set up another app
app-new-codes = Make new recovery codes
app-remove = Remove the app
app-removed = The authenticator app was removed. Signing in no longer asks for a code.
app-scan-title = Scan this with your app
app-scan-purpose = Any authenticator app will do. Then type the six digits that it shows.
app-qr = QR code for your authenticator app
app-open = On this telephone? Open it in the app
app-secret = If you cannot scan, type this into the app
app-secret-text = It is shown now and never again. Whoever has it can make your codes, so keep no picture of it.
app-code = Code that the app shows
app-code-hint = Six digits.
app-code-shape = Type the six digits that the app shows
app-code-wrong = That code does not fit. Check that the clock of your telephone is right, then type the newest code.
app-too-late = That took more than ten minutes. Begin again.
app-finish = Finish setting up
own-codes-fresh = The app is set up. Here are your recovery codes
own-codes-title = Your new recovery codes
own-codes-purpose = Each works once in place of the app's code, for when the telephone is lost.
own-codes-once = They are shown now and never again. Print them or write them down, and keep them away from the telephone.
own-codes-done = I have kept them
second-step-title = Type the code of your app
second-step-purpose = Your password is right. The authenticator app shows the second proof.
second-step-code = Code
second-step-hint = Six digits of the app, or one of your recovery codes.
second-step-shape = Type six digits, or one of your recovery codes
second-step-wrong = That code does not work. Each works once, for half a minute: wait for the next one.
second-step-again = That took too long, or your password changed meanwhile. Sign in again.
second-step-lost = Telephone and codes lost? An owner of your organisation can reset your second factor.
person-second-factor = This person has an authenticator app or passkeys. If they were lost, or somebody else may hold one, take them away here.
person-second-factor-reset = Reset the second factor
person-enable-clear = Take away the authenticator app, the recovery codes and the passkeys from before. Leave this on unless you are sure that nobody else has them.
second-factor-reset-title = Reset { $name }'s second factor
second-factor-reset-purpose = For somebody who lost the telephone and the recovery codes, or whose passkey may be in other hands. Make sure that it is really them who asks: call them.
second-factor-reset-will-1 = { $name }'s authenticator app, recovery codes and passkeys stop working. A password goes on to work, alone, until something is set up again.
second-factor-reset-will-2 = { $name } is signed out everywhere.
second-factor-reset-will-3 = { $name } and every owner are told by mail, and it is written to the audit log.
second-factor-reset-proof = This opens somebody's account to whoever knows the password, so being signed in is not enough. What you type is checked once and not kept.
second-factor-reset-button = Reset the second factor
second-factor-reset-done = The second factor was reset. The person and every owner were told.

# A link to choose a new password
password-link-section = Password
password-link-section-text = If the password is lost, or there never was one because of single sign-on, send a link with which a new one can be chosen. It goes to the person’s own mail address; you never see it.
password-link-open = Send a link to choose a password
password-link-passkeys = This person signs in with a passkey, which is safer than a password. If the passkeys are lost, an owner resets the second factor first; then a link to choose a password can be sent.
password-link-title = Send { $name } a link to choose a password
password-link-purpose = For somebody who lost the password, or never had one. Make sure that it is really them who asks: call them.
password-link-will-mail = { $name } gets a mail with a link, at { $address }.
password-link-will-until = The link works once, for two days. Until a new password is chosen, everything stays as it is. Then { $name } is signed out everywhere else.
password-link-will-app = If { $name } uses an authenticator app, its code is asked for as always.
password-link-will-log = It is written to the audit log.
password-link-will-owners = Every owner is told by mail, and it is written to the audit log.
password-link-proof = Whoever can also read this person’s mail could come in with the link, so being signed in is not enough. What you type is checked once and not kept.
password-link-button = Send the link
password-link-sent = The link was sent.
password-link-chosen = Your new password is set. Sign in with it; the code of your authenticator app is asked for then.
password-link-not-active = No link is sent: this person has not joined, is switched off, or is you.
password-link-no-mail = No mail can be sent to this person’s address. Nothing was sent.
password-link-too-many = Many links and invitations were sent today. The next one is possible in { $span }.

# Links to choose a password, to everybody without one
password-links-title = Links to choose a password
password-links-purpose = For employees who signed in with single sign-on only. Without it they have nothing to sign in with here.
password-links-note-title = Some people cannot sign in.
password-links-note = { $people ->
    [one] 1 employee has neither a password nor a passkey here, and single sign-on is not enforced.
   *[other] { $people } employees have neither a password nor a passkey here, and single sign-on is not enforced.
}
password-links-open = Send them links
password-links-nobody = Everybody has something to sign in with.
password-links-waiting = { $people ->
    [one] 1 employee has a link that was not used yet. It works for two days.
   *[other] { $people } employees have a link that was not used yet. Links work for two days.
}
password-links-left = { $people ->
    [one] 1 employee has nothing to sign in with, and no link.
   *[other] { $people } employees have nothing to sign in with, and no link.
}
password-links-will-mail = { $people ->
    [one] 1 employee gets a mail with a link to choose a password, at the own address.
   *[other] { $people } employees get a mail each with a link to choose a password, at their own addresses.
}
password-links-will-until = Each link works once, for two days.
password-links-will-roles = People with other roles are not among them: you send those a link from their pages.
password-links-button = { $people ->
    [one] Send 1 link
   *[other] Send { $people } links
}
password-links-sent = { $sent ->
    [one] 1 link was sent.
   *[other] { $sent } links were sent.
}
password-links-unreachable = { $people ->
    [one] 1 person has no address that takes mail.
   *[other] { $people } people have no address that takes mail.
}
audit-second-factor-set = Authenticator app set up
audit-second-factor-removed = Authenticator app removed
audit-second-factor-reset = Second factor reset by an owner
audit-second-factor-accepted = Code of the app accepted
audit-second-factor-refused = Second step refused
audit-second-factor-codes-made = New own recovery codes made
audit-second-factor-code-used = Own recovery code used in place of the app

# Passkeys.
method-passkey = Passkey
passkeys-title = Passkeys
passkeys-none = No passkeys yet
passkeys-none-text = A passkey signs you in with a finger, a face or a PIN: nothing to type, and nothing that could be phished.
passkeys-not-here = Browsers make passkeys only for a portal with a name and https. Whoever runs this portal can set that up.
passkey-synced = May live on several of your devices
passkey-bound = On one device
column-passkey = Passkey
column-added = Added
passkey-add = Add a passkey
passkey-purpose = A passkey signs you in with a finger, a face or a PIN of your device: nothing to type, and nothing that could be phished.
passkey-will-1 = Your browser asks where to keep it: on this device, on your telephone, or on a security key.
passkey-will-2 = From then on you can sign in with it alone. It counts as both factors, so no code is asked for.
passkey-will-3 = You get a mail that says so. Your password and app go on to work.
passkey-name = Name of this passkey
passkey-name-hint = So that you recognise it in the list: the device that keeps it, for example.
passkey-name-bad = Give it a name of at most 60 characters
passkey-begin = Go on
passkey-make-title = Make the passkey
passkey-make-purpose = Your browser shows you the way. If you stop, nothing has changed.
passkey-make = Make the passkey now
passkey-added = The passkey was added. You can sign in with it from now on.
passkey-removed = The passkey was removed. You can delete it on your device, too.
passkey-not-taken = That passkey could not be taken: it took too long, or it is there already. Try once more.
passkey-remove = Remove the passkey
passkey-unnamed = A passkey without a name
passkey-remove-named = Remove { $name }
passkey-remove-purpose = When the device is lost, or belongs to somebody else by now.
passkey-remove-will-1 = This passkey does not sign you in any more.
passkey-remove-will-2 = Where you are signed in, you stay signed in. To end that, sign out everywhere on the page with your sessions.
passkey-remove-will-3 = You get a mail that says so, and it is written to the audit log.
passkey-sign-in = Sign in with a passkey
passkey-needs-script = A passkey needs JavaScript, which is switched off in this browser. The other ways work without it.
passkey-failed = No passkey was used. Try once more, or use another way.
passkey-refused = That passkey does not work here. Load the page again and try once more, or use another way.
proof-passkey = Show a passkey
passkey-shown = Passkey shown
audit-passkey-added = Passkey added
audit-passkey-removed = Passkey removed
audit-passkey-accepted = Passkey accepted
audit-passkey-refused = Passkey refused

# Who must show a second factor.
second-factor-due = Set up a second factor.
second-factor-due-from = Your organisation asks for one beside the password. You can put it off until { $time }.
second-factor-due-now = Your organisation asks for one beside the password. Set up an app to go on, or sign in with a passkey.
factor-policy-title = Second factor beside a password
factor-policy-purpose = Who must show a code of an authenticator app when signing in with a password here. A passkey counts as both.
factor-policy-who = Who must
factor-policy-nobody = Nobody
factor-policy-nobody-hint = Whoever wants to can set one up.
factor-policy-administrators = Everybody above employee
factor-policy-everybody = Everybody
factor-policy-count = { $all } sign in with a password, { $without } of them have no app yet.
factor-policy-will-1 = Whoever must and has none sees it on every page, with a button that sets one up.
factor-policy-will-2 = For 14 days that can be put off. Afterwards a session that began with a password alone sets an app up first.
factor-policy-will-3 = Nobody is locked out: the password still leads to the page where an app is set up. An owner can reset a lost one.
factor-policy-will-4 = Single sign-on, passkeys and codes of recovery kits are not touched. The change is written to the audit log.
factor-policy-binding = It cannot be put off from { $time } on.
factor-policy-save = Save the choice
factor-policy-saved = The choice was saved. Who must and has no second factor is told on every page.
factor-policy-open = Choose who must
audit-second-factor-policy-changed = Who must show a second factor was changed
