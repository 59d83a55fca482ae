## How many owners' codes of the recovery kit are needed together, and waiting for one another.

kit-rule-title = How many owners it takes
kit-rule-purpose = Whose codes of the recovery kit let an owner in when nothing else does: those of one owner, or of several together.
kit-rule-open = Choose how many owners it takes
kit-rule-number = It takes
kit-rule-one = The code of one owner
kit-rule-one-hint = The fastest way back. Whoever finds an owner's sheet of codes can use it.
kit-rule-several = Codes of { $number } owners together
kit-rule-several-hint = Within one hour. A single sheet that is found or stolen lets nobody in.
kit-rule-all-hint = These are all who hold a kit that works. If one of them lost the sheet or cannot be reached, nobody gets in with codes.
kit-rule-now-one = The code of one owner is enough
kit-rule-now-several = Codes of { $number } owners are needed together
kit-rule-holders =
    { $holders ->
        [one] One owner holds a recovery kit that works.
       *[other] { $holders } owners hold a recovery kit that works.
    }
kit-rule-fewer = { $number } were chosen, and { $holders } hold a kit that works. So that nobody is locked out, fewer are enough meanwhile.
kit-rule-lower-one = From { $time } the code of one owner is enough. To stop it, choose { $number } again.
kit-rule-lower-several = From { $time } codes of { $lower } owners are enough. To stop it, choose { $number } again.
kit-rule-few = To ask for several, at least two owners must hold a recovery kit of which a code was tried.
kit-rule-will-told = Every owner is told by mail, now.
kit-rule-will-more = A higher number counts at once.
kit-rule-will-fewer = A lower number counts after 72 hours. Until then any owner can stop it, by choosing the present number again.
kit-rule-will-leave = If owners leave and fewer hold a kit that works, the codes of all who do are enough. Nobody is locked out by counting.
kit-rule-proof = Being signed in is not enough for this.
kit-rule-no-proof = A session alone cannot change this, since it may be stolen. Make a recovery kit first; its codes show that it is you.
kit-rule-save = Save the choice
kit-rule-saved = Saved. Every owner is told.
kit-rule-too-few =
    { $holders ->
        [one] Only one owner holds a recovery kit that works. Ask the others to make one and try a code.
       *[other] Only { $holders } owners hold a recovery kit that works. Ask the others to make one and try a code.
    }
kit-rule-same = This is chosen already
together-title = Your code is right. Others are needed too
together-more =
    { $count ->
        [one] It waits for the code of one more owner, until { $until }.
       *[other] It waits for codes of { $count } more owners, until { $until }.
    }
together-1 = Call the other owners. They have a mail that says so.
together-2 = Each of them opens this sign-in page in a browser of their own, and types username and code.
together-3 = Keep this page open. When they have done so, look again: then you are signed in.
together-unused = While it waits, your code is not used up.
together-look = Look again
together-over = Nothing waits here any more: the hour is over, or a code was replaced. Type your code again; if it was used, the next one on your sheet.
audit-recovery-kit-rule-chosen = How many owners' codes of the recovery kit are needed was chosen
audit-sign-in-recovery-code-waits = Code of the recovery kit typed; it waits for those of other owners
audit-sign-in-recovery-together = Codes of several owners' recovery kits let them in
held-kit-waiting-person-id = That a code of your recovery kit waits for those of other owners. An hour.
