# Pålogging uten Single sign-on: økter, nettlesere, andre faktor, passnøkler.

column-from = Fra
session-from-here = Nettet du er på nå
session-from-elsewhere = Et annet nett
sessions-told = Når noen logger på her med passordet ditt fra en nettleser vi ikke kjenner, får du en e-post.
audit-session-new-browser = Pålogging fra en ny nettleser

# Egen side.
ways-title = Slik logger du på
ways-purpose = Dine egne veier inn i kundeportalen: et passord, og en autentiseringsapp ved siden av.
ways-not-accepted = Organisasjonen din logger på med Single sign-on nå, så disse godtas ikke ved pålogging. De viser fortsatt at det er deg når noe viktig skal endres.
ways-password-set = Du har et passord her
ways-password-since = Satt { $time }
ways-password-none = Du har ikke noe passord her
ways-password-none-text = Du logger på hos leverandøren organisasjonen bruker.
ways-password-change = Bytt passord
ways-password-choose = Velg et passord
ways-password-title = Passordet ditt
ways-password-purpose = Minst 12 tegn, og ingen av dem som gjettes først.
ways-password-will-1 = Det gamle passordet slutter å virke med én gang.
ways-password-will-2 = Du logges av overalt, unntatt her.
ways-password-will-3 = Det føres i revisjonsloggen at du byttet det. Selve passordet lagres bare som en hash.
ways-password-save = Lagre det nye passordet
ways-password-changed = Passordet er byttet. Du er logget av alle andre steder.
method-password-and-code = Passord og kode
proof-app = Eller en kode fra autentiseringsappen, eller en av gjenopprettingskodene dine
proof-app-or-kit = Eller en kode fra autentiseringsappen, eller en av nødkodene du har

# Autentiseringsappen.
app-title = Autentiseringsapp
app-purpose = Et bevis til, ved siden av passordet: seks sifre som en app på telefonen viser, nye hvert halve minutt.
app-none = Ingen autentiseringsapp er satt opp
app-none-text = Passordet alene er nok til å logge på.
app-since = Autentiseringsappen er i bruk siden { $time }
app-codes-left =
    { $count ->
        [one] 1 gjenopprettingskode igjen.
       *[other] { $count } gjenopprettingskoder igjen.
    }
app-set-up = Sett opp en app
app-manage = Administrer appen
app-will-1 = Du får se en kode du kan skanne. Ingenting endres før du har skrevet det appen viser.
app-will-2 = Fra da av spør pålogging med passord også etter koden fra appen.
app-will-3 = Du får ti gjenopprettingskoder, til den dagen telefonen er borte, og en e-post om det.
app-will-replace = Sette opp en annen app: Den du har, virker til den nye har vist sin første kode.
app-will-codes = Nye gjenopprettingskoder: De gamle slutter å virke med én gang.
app-will-remove = Fjerne appen: Passordet alene er nok igjen, og du får en e-post om det.
app-proof = Det er ikke nok å være logget på til dette. Det du skriver, kontrolleres én gang og lagres ikke.
app-begin = Vis koden som skal skannes
app-replace = Sett opp en annen app
app-new-codes = Lag nye gjenopprettingskoder
app-remove = Fjern appen
app-removed = Autentiseringsappen er fjernet. Passordet alene er nok til å logge på.
app-scan-title = Skann dette med appen
app-scan-purpose = Hvilken autentiseringsapp som helst duger. Skriv så de seks sifrene den viser.
app-qr = QR-kode til autentiseringsappen
app-open = Er du på telefonen nå? Åpne i appen
app-secret = Kan du ikke skanne, skriv dette inn i appen
app-secret-text = Det vises nå og aldri igjen. Den som har det, kan lage kodene dine, så ta ikke bilde av det.
app-code = Koden appen viser
app-code-hint = Seks sifre.
app-code-shape = Skriv de seks sifrene appen viser
app-code-wrong = Koden stemmer ikke. Se etter at klokken på telefonen går riktig, og skriv den nyeste koden.
app-too-late = Det tok mer enn ti minutter. Begynn på nytt.
app-finish = Fullfør oppsettet
own-codes-fresh = Appen er satt opp. Her er gjenopprettingskodene dine
own-codes-title = De nye gjenopprettingskodene dine
own-codes-purpose = Hver av dem virker én gang i stedet for koden fra appen, til den dagen telefonen er borte.
own-codes-once = De vises nå og aldri igjen. Skriv dem ut eller noter dem, og legg dem et annet sted enn telefonen.
own-codes-done = Jeg har tatt vare på dem
second-step-title = Skriv koden fra appen
second-step-purpose = Passordet stemmer. Autentiseringsappen viser det andre beviset.
second-step-code = Kode
second-step-hint = Seks sifre fra appen, eller en av gjenopprettingskodene dine.
second-step-shape = Skriv seks sifre, eller en av gjenopprettingskodene dine
second-step-wrong = Koden virker ikke. Hver kode virker én gang, i et halvt minutt: Vent på den neste.
second-step-again = Det tok for lang tid, eller passordet ble byttet i mellomtiden. Logg på på nytt.
second-step-lost = Er både telefonen og kodene borte? En eier i organisasjonen kan nullstille den andre faktoren din.
person-second-factor = Denne personen logger på med passord og autentiseringsapp.
person-second-factor-reset = Nullstill den andre faktoren
second-factor-reset-title = Nullstill den andre faktoren til { $name }
second-factor-reset-purpose = For en som har mistet både telefonen og gjenopprettingskodene. Forsikre deg om at det virkelig er vedkommende som ber om det: Ring.
second-factor-reset-will-1 = Autentiseringsappen og gjenopprettingskodene til { $name } slutter å virke. Passordet alene er nok til en app er satt opp på nytt.
second-factor-reset-will-2 = { $name } logges av overalt.
second-factor-reset-will-3 = { $name } og alle eiere får beskjed på e-post, og det føres i revisjonsloggen.
second-factor-reset-proof = Dette åpner kontoen for den som kan passordet, så det er ikke nok å være logget på. Det du skriver, kontrolleres én gang og lagres ikke.
second-factor-reset-button = Nullstill den andre faktoren
second-factor-reset-done = Den andre faktoren er nullstilt. Personen og alle eiere har fått beskjed.
audit-second-factor-set = Autentiseringsapp satt opp
audit-second-factor-removed = Autentiseringsapp fjernet
audit-second-factor-reset = Andre faktor nullstilt av en eier
audit-second-factor-accepted = Kode fra appen godtatt
audit-second-factor-refused = Andre trinn avvist
audit-second-factor-codes-made = Nye gjenopprettingskoder laget
audit-second-factor-code-used = Gjenopprettingskode brukt i stedet for appen
