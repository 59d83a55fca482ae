# Signing in without single sign-on: sessions, browsers, second factor, passkeys.

column-from = From
session-from-here = The network you are in now
session-from-elsewhere = Another network
sessions-told = When somebody signs in here with your password from a browser that is new to us, you get a mail.
audit-session-new-browser = Signed in from a new browser

# The own page.
ways-title = How you sign in
ways-purpose = Your own ways in to this portal: a password, and an authenticator app beside it.
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
ways-password-changed = Your password was changed. You are signed out everywhere else.
method-password-and-code = Password and code
proof-app = Or a code of your authenticator app, or one of your own recovery codes
proof-app-or-kit = Or a code of your authenticator app, or of a recovery kit you have

# The authenticator app.
app-title = Authenticator app
app-purpose = A second proof beside your password: six digits that an app on your telephone shows, new every half minute.
app-none = No authenticator app is set up
app-none-text = Your password alone is enough to sign in.
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
app-will-remove = Remove the app: the password alone is enough again, and you get a mail that says so.
app-proof = Being signed in is not enough for this. What you type is checked once and not kept.
app-begin = Show the code to scan
app-replace = Set up another app
app-new-codes = Make new recovery codes
app-remove = Remove the app
app-removed = The authenticator app was removed. Your password alone is enough to sign in.
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
person-second-factor = This person signs in with a password and an authenticator app.
person-second-factor-reset = Reset the second factor
second-factor-reset-title = Reset { $name }'s second factor
second-factor-reset-purpose = For somebody who lost the telephone and the recovery codes. Make sure that it is really them who asks: call them.
second-factor-reset-will-1 = { $name }'s authenticator app and recovery codes stop working. The password alone is enough until an app is set up again.
second-factor-reset-will-2 = { $name } is signed out everywhere.
second-factor-reset-will-3 = { $name } and every owner are told by mail, and it is written to the audit log.
second-factor-reset-proof = This opens somebody's account to whoever knows the password, so being signed in is not enough. What you type is checked once and not kept.
second-factor-reset-button = Reset the second factor
second-factor-reset-done = The second factor was reset. The person and every owner were told.
audit-second-factor-set = Authenticator app set up
audit-second-factor-removed = Authenticator app removed
audit-second-factor-reset = Second factor reset by an owner
audit-second-factor-accepted = Code of the app accepted
audit-second-factor-refused = Second step refused
audit-second-factor-codes-made = New own recovery codes made
audit-second-factor-code-used = Own recovery code used in place of the app
