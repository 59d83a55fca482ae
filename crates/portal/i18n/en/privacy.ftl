# Settings, tab PRIVACY: which fields are held, what choosing less deletes, the data processing terms.

privacy-title = Privacy settings
privacy-back = Privacy settings
privacy-fields = What is held about a person
privacy-purpose = For each field you choose: store it encrypted, use it at sign-in only, or never ask for it. What is used at sign-in only lives encrypted in the session of its person, and while somebody looks at an answer before saying yes to it, up to an hour, in that answer. What you never ask for is dropped where it arrives.
privacy-sealed = Each field is encrypted with a key of its own person, so that forgetting the key forgets the person. What your directory knows beyond these nine fields is not asked for. A name and an address come with every sign-in, asked for or not.
privacy-needed = Held whatever you choose
privacy-needed-identity = The username, and the account at the provider that is linked to it. They are needed: without them nobody could sign in.
privacy-needed-owners = The mail addresses of owners, since warnings about your organisation go there.
privacy-who-chooses = Owners and privacy officers choose.
privacy-readers = Who reads it
privacy-readers-text = What is stored is seen by the person, and by these roles:
privacy-carrying =
    { $count ->
        [0] No session carries fields that are used at sign-in only.
        [one] 1 session carries fields that are used at sign-in only. They are gone when it ends.
       *[other] { $count } sessions carry fields that are used at sign-in only. They are gone when the session ends.
    }
privacy-held =
    { $count ->
        [0] Nothing held
        [one] 1 value held
       *[other] { $count } values held
    }
privacy-since-store = Stored since { $date }.
privacy-since-sign-in-only = Used at sign-in only since { $date }.
privacy-since-never = Not asked for or kept since { $date }.
privacy-staying =
    { $count ->
        [one] The address of 1 owner stays.
       *[other] The addresses of { $count } owners stay.
    }
privacy-look = See what will happen
privacy-look-text = Nothing is saved yet. If something is to be deleted, the next page names the number.
preset-title = Begin with
preset-text = Fills in the choices below. You can still change each of them.
preset-needed = Only what is needed
preset-recommended = Recommended
preset-everything = Everything
preset-shown = These choices are not saved yet. Look through them, then go on at the end of the page.
use-store = Store encrypted
use-store-hint = Sealed with the person's own key, until the person is removed or you choose less.
use-sign-in-only = Use at sign-in only
use-never = Never ask
less-email-sign-in-only = Mail goes to the username instead: it must have a mailbox. Owners' addresses stay stored, since warnings about your organisation go there.
less-email-never = As before, and an invitation to an address that is not the username is no longer recognised at sign-in.
less-name-sign-in-only = Administrators, mails and logs show the username. The person sees the own name while signed in.
less-name-never = Usernames everywhere. People of one name cannot be told apart but by it.
less-title-sign-in-only = Administrators do not see it.
less-title-never = Nobody sees it, and your directory is not asked for it.
less-company-sign-in-only = Administrators do not see it.
less-company-never = As before, and your directory is not asked for it.
less-department-sign-in-only = Administrators do not see it.
less-department-never = As before, and your directory is not asked for it.
less-phone-sign-in-only = Nobody can be called about a suspicious sign-in with the number from here.
less-phone-never = As before, and your directory is not asked for it.
less-address-sign-in-only = Administrators do not see it.
less-address-never = As before, and your directory is not asked for it.
less-language-sign-in-only = Mails come in the organisation's language. Pages come in the person's.
less-language-never = Mails come in the organisation's language, pages in the browser's.
less-profile-image-sign-in-only = Colleagues see initials. The person sees the own picture while signed in.
less-profile-image-never = Initials everywhere.
why-email = To send people what they must know, and to recognise them at first sign-in
why-name = To address people, and to show administrators who signed in
why-title = To tell people of the same name apart
why-company = To tell companies of one organisation apart
why-department = To tell people of the same name apart, and for groups of people, which this version does not have yet
why-phone = To reach people about a suspicious sign-in
why-address = To know where people work, and for groups of people, which this version does not have yet
why-language = To speak the person's language
why-profile-image = So that people and colleagues recognise an account
change-title = Change what is held
change-purpose = This is what saving will do. Nothing has happened yet.
change-none = Nothing is different
change-none-text = Your choices are as they were.
change-will-now = From the moment you save, fields are held as you chose: at every sign-in, for everybody.
change-will-delete =
    { $count ->
        [one] 1 stored value is deleted, in the background. You see how far that is, and get a receipt to print.
       *[other] { $count } stored values are deleted, in the background. You see how far that is, and get a receipt to print.
    }
change-will-undo = This cannot be undone. If you choose more again, the values come back from your directory when people sign in.
change-will-backups = Backups may hold the values for up to { $span } more. The receipt names the date.
change-will-backups-unlimited = Backups hold the values until they are deleted. Ask the operator how long that is.
change-will-owners = The mail addresses of owners stay stored: warnings that protect your organisation go there.
change-will-more = What is asked for from now on comes in as people sign in. Nobody is asked anew.
change-will-log = It is written to the audit log.
change-save = Save the choices
change-delete =
    { $count ->
        [one] Delete 1 value and save
       *[other] Delete { $count } values and save
    }
column-asked = Asked for
column-fields = Fields
column-deleted = Deleted
column-now = Now
column-then = From now on
column-to-delete = Values to delete
column-choice = Choice
deletions-title = Deletions
deletions-none = Nothing was deleted
deletions-none-text = When you choose to hold less, the receipt stands here for three years.
deletion-title = Deleting what is no longer held
deletion-receipt = Receipt of a deletion
deletion-purpose = Values of profiles, deleted because less was chosen.
deletion-running = Under way
deletion-done = Deleted
deletion-progress = { $done } of { $all } values are deleted. You may leave this page: it goes on by itself, also after a restart.
deletion-look-again = Look again
deletion-what = What was deleted
deletion-organisation = Organisation
deletion-values = Values deleted
deletion-finished = Finished
deletion-backups = In backups until
deletion-backups-text = By then every backup from before is past the time it may be kept, and the key of its week is destroyed.
deletion-backups-unlimited = Until the operator deletes the last backup from before.
deletion-copies = A backup that somebody keeps longer than allowed opens no more by itself. Together with the live keys it would, until keys are rotated (“tillit keys rotate” gives every person new ones).
deletion-number = Number of this receipt
flash-fields-same = Nothing was changed.
flash-fields-saved = The choices are saved, and hold from now on.
terms-title = Data processing terms
terms-open = Data processing terms
terms-purpose = Made from your settings as they are now. Print it, sign it, and compare the fingerprint later.
terms-parties = Between
terms-controller = Controller
terms-processor = Processor
terms-date = As of
terms-fingerprint = Fingerprint
terms-fingerprint-text = Covers the parties, the choices, who reads, sub-processors and periods, also how many years the audit log is kept. As long as it is the same, a signed copy still says what is so.
terms-instructions = The processor handles personal data only as these settings say. The settings are the controller's instructions; changing them changes the instructions, and the audit log keeps who did and when.
terms-fields = What is held, and why
terms-others = What else signing in needs
terms-other-username = The username, encrypted, and a keyed hash to find it by: as long as the person is here.
terms-other-account = Which account at the provider is which person, as keyed hashes, details encrypted: as long as the person is here, or until it is unlinked.
terms-other-local = For those who sign in without the provider: the hash of a password, passkeys, the secret of an authenticator app, encrypted, and hashes of recovery codes: until the person replaces or removes them.
terms-other-browser = Browsers that a person signed in from, as keyed hashes: 180 days after the last sign-in from one.
terms-other-session = Sessions with browser and address, encrypted: at most { $span }.
terms-other-sign-in = Finished and refused sign-ins: 90 days.
terms-other-audit =
    { $years ->
        [one] The audit log, by ids, with details encrypted: 1 year.
       *[other] The audit log, by ids, with details encrypted: { $years } years.
    }
terms-other-invitation = Invitations, with the address encrypted: 30 days after they ran out or were answered.
terms-other-contact = The contact for emergencies, encrypted, which owners may name: until they name another one. A restore of access names whom it lets in: 90 days after its end.
terms-other-erasure = Requests to be forgotten, with what was said and answered, encrypted: until the person is forgotten or takes it back; a refusal, and the receipt of an erasure by ids, 3 years.
terms-other-mail = Mail that waits to be sent, encrypted: until it is sent; what cannot be sent 30 days.
terms-kept-store = Until the person is removed
terms-kept-sign-in-only = In the session only, at most { $span }
terms-kept-never = Not held
terms-kept-owners = An owner's address is stored.
terms-who = Who reads it, and who else processes it
terms-who-reads = In the organisation: the person, and these roles: { $roles }.
terms-who-operator = { $operator } runs the program and its database. Whoever has the host, its keys and its database can read what is stored; a copy of the database alone opens nothing.
terms-sub-processors = Sub-processors
terms-no-sub-processors = { $operator } names none.
terms-provider = The identity provider that people sign in with, such as Microsoft, is the controller's own choice and not a sub-processor here. When somebody signs in, the username goes with them as a hint; nothing else about people is sent there.
terms-measures = How it is protected
terms-measure-1 = Every field is encrypted with AES-256-GCM-SIV under a key of its own person. Keys of people are wrapped by a key of the organisation, and by a key of the week that is kept outside the database.
terms-measure-1-plain = Every field is encrypted with AES-256-GCM-SIV under a key of its own person. Keys of people are wrapped by a key of the organisation.
terms-measure-2 = A value is bound to its organisation, table, column and row: moved elsewhere it does not open.
terms-measure-3 = Organisations are kept apart in every statement; on PostgreSQL the database enforces it as well.
terms-measure-4 = Accounts at the provider are recognised by their ids, never by an address. Local passwords are hashed with argon2id. Sessions and links are stored as hashes.
terms-measure-5 = Roles hold the permissions they need, in one table that is tested.
terms-measure-6 = What changes people, roles or security is written to an audit log.
terms-measure-7 = Log lines of the program name nobody: no names, no addresses.
terms-measure-8 = Keys are replaced while the program runs; what was read with an old key opens nothing that is written afterwards.
terms-measure-9 = Pages load nothing from third parties, and connections to the provider are checked and limited.
terms-rights = The rights of people
terms-rights-text = The controller answers people who ask to see, correct or erase what is held about them. The program shows each person what is held, and forgets a person at once: the person's key is destroyed, so that nothing sealed with it opens again.
terms-end = When it ends
terms-end-person = A person who is removed is gone at once from the live system.
terms-end-backups = In backups at the latest { $span } afterwards: then the key of that week is destroyed, and backups from before open no one's profile.
terms-end-backups-unlimited = In backups until the operator deletes them.
terms-end-organisation = When the organisation leaves, { $operator } removes it at once, with everything that belongs to it, and notes that outside the database, so that a backup that is brought back loses it again. What is not in a profile, such as names, settings and the audit log, stays in backups until { $operator } deletes those from before.
terms-signatures = Signatures
terms-signatures-text = Signed by both, these terms are the data processing agreement of their day. To see whether it still says what is so, compare its fingerprint with the one above.
audit-privacy-fields-chosen = Fields of people chosen
audit-privacy-fields-deleted = Values of fields deleted
