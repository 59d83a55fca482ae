# Pålogging uten Single sign-on: økter, nettlesere, andre faktor, passnøkler.

column-from = Fra
session-from-here = Nettet du er på nå
session-from-elsewhere = Et annet nett
sessions-told = Når noen logger på her med passordet ditt fra en nettleser vi ikke kjenner, får du en e-post.
audit-session-new-browser = Pålogging fra en ny nettleser

# Egen side.
ways-title = Slik logger du på
ways-purpose = Dine egne veier inn i kundeportalen: passnøkler, eller et passord med en autentiseringsapp ved siden av.
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
ways-password-will-3 = Det føres i hendelsesloggen at du byttet det. Selve passordet lagres bare som en hash.
ways-password-save = Lagre det nye passordet
ways-password-changed = Passordet ditt er byttet. Du er logget av alle andre steder. Se på passnøklene og appen din her også: Fjern det som ikke er ditt.
method-password-and-code = Passord og kode
proof-app = Eller en kode fra autentiseringsappen, eller en av gjenopprettingskodene dine
proof-app-or-kit = Eller en kode fra autentiseringsappen, eller en av nødkodene du har
kit-proof-code-alone = En av nødkodene du har
proof-app-alone = En kode fra autentiseringsappen, eller en av gjenopprettingskodene dine
proof-app-or-kit-alone = En kode fra autentiseringsappen, eller en av nødkodene du har
proof-stronger-needed = Passordet alene er ikke nok her, siden du også har en app eller en passnøkkel. Vis en av dem, eller skriv en av gjenopprettingskodene dine.
proof-last = Dette er det siste du kan vise hvem du er med. Sett opp noe annet først.
proof-provider = Logg på på nytt hos leverandøren din
proof-provider-hint = Det er ikke nok å være logget på her. Leverandøren din spør hvem du er og sender deg tilbake hit; det du har fylt ut, venter.
proof-provider-needed = Vis at det er deg først: Logg på på nytt hos leverandøren din. Etterpå kommer du tilbake hit.
proof-none = Det er ikke satt opp noe du kan vise hvem du er med. Be en eier i virksomheten om hjelp: Med en ny lenke kan du velge et passord.

# Autentiseringsappen.
app-title = Autentiseringsapp
app-purpose = Et bevis til, ved siden av passordet: seks sifre som en app på telefonen viser, nye hvert halve minutt.
app-none = Ingen autentiseringsapp er satt opp
app-none-text = Med et passord her er det nok alene til å logge på.
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
app-will-remove = Fjerne appen: Pålogging spør ikke lenger etter en kode, og du får en e-post om det.
app-proof = Det er ikke nok å være logget på til dette. Det du skriver, kontrolleres én gang og lagres ikke.
app-begin = Vis koden som skal skannes
app-replace = Sett opp en annen app
app-new-codes = Lag nye gjenopprettingskoder
app-remove = Fjern appen
app-removed = Autentiseringsappen er fjernet. Pålogging spør ikke lenger etter en kode.
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
second-step-lost = Er både telefonen og kodene borte? En eier i virksomheten kan nullstille den andre faktoren din.
person-second-factor = Denne personen har en autentiseringsapp eller passnøkler. Er de mistet, eller kan noen andre ha en av dem, tar du dem bort her.
person-second-factor-reset = Nullstill den andre faktoren
person-enable-clear = Ta bort autentiseringsappen, gjenopprettingskodene og passnøklene fra før. La dette stå på, med mindre du er sikker på at ingen andre har dem.
second-factor-reset-title = Nullstill den andre faktoren til { $name }
second-factor-reset-purpose = For en som har mistet både telefonen og gjenopprettingskodene, eller har en passnøkkel på avveie. Forsikre deg om at det virkelig er vedkommende som ber om det: Ring.
second-factor-reset-will-1 = Autentiseringsappen, gjenopprettingskodene og passnøklene til { $name } slutter å virke. Et passord virker fortsatt, alene, til noe er satt opp på nytt.
second-factor-reset-will-2 = { $name } logges av overalt.
second-factor-reset-will-3 = { $name } og alle eiere får beskjed på e-post, og det føres i hendelsesloggen.
second-factor-reset-proof = Dette åpner kontoen for den som kan passordet, så det er ikke nok å være logget på. Det du skriver, kontrolleres én gang og lagres ikke.
second-factor-reset-button = Nullstill den andre faktoren
second-factor-reset-done = Den andre faktoren er nullstilt. Personen og alle eiere har fått beskjed.

# En lenke for å velge nytt passord
password-link-section = Passord
password-link-section-text = Er passordet borte, eller har det aldri vært noe på grunn av enkel pålogging, kan du sende en lenke for å velge et nytt. Den går til personens egen e-postadresse, og du får aldri se den.
password-link-open = Send en lenke for å velge passord
password-link-passkeys = Denne personen logger på med passnøkkel, som er tryggere enn et passord. Er passnøklene borte, nullstiller en eier den andre faktoren først. Deretter kan det sendes en lenke for å velge passord.
password-link-title = Send { $name } en lenke for å velge passord
password-link-purpose = For den som har mistet passordet, eller aldri har hatt noe. Forsikre deg om at det virkelig er vedkommende som spør: ring.
password-link-will-mail = { $name } får en e-post med en lenke, på { $address }.
password-link-will-until = Lenken virker én gang, i to døgn. Alt er som før til et nytt passord er valgt. Da blir { $name } logget av alle andre steder.
password-link-will-app = Bruker { $name } en autentiseringsapp, spørres det etter koden som før.
password-link-will-log = Det skrives i hendelsesloggen.
password-link-will-owners = Alle eiere får beskjed på e-post, og det skrives i hendelsesloggen.
password-link-proof = Den som også kan lese e-posten til denne personen, kunne komme inn med lenken. Derfor er det ikke nok å være pålogget. Det du skriver, kontrolleres én gang og lagres ikke.
password-link-button = Send lenken
password-link-sent = Lenken er sendt.
password-link-chosen = Det nye passordet er satt. Logg på med det, så spørres det etter koden fra autentiseringsappen.
password-link-not-active = Ingen lenke sendes: Denne personen er ikke med ennå, er slått av, eller er deg.
password-link-no-mail = Det kan ikke sendes e-post til adressen til denne personen. Ingenting ble sendt.
password-link-too-many = Det er sendt mange lenker og invitasjoner i dag. Den neste er mulig om { $span }.

# Lenker for å velge passord, til alle som ikke har noe
password-links-title = Lenker for å velge passord
password-links-purpose = For ansatte som bare har logget på med enkel pålogging. Uten den har de ingenting å logge på med her.
password-links-note-title = Noen kommer ikke inn.
password-links-note = { $people ->
    [one] 1 ansatt har verken passord eller passnøkkel her, og enkel pålogging er ikke påkrevd.
   *[other] { $people } ansatte har verken passord eller passnøkkel her, og enkel pålogging er ikke påkrevd.
}
password-links-open = Send dem lenker
password-links-nobody = Alle har noe å logge på med.
password-links-waiting = { $people ->
    [one] 1 ansatt har en lenke som ikke er brukt ennå. Den virker i to døgn.
   *[other] { $people } ansatte har en lenke som ikke er brukt ennå. Lenkene virker i to døgn.
}
password-links-left = { $people ->
    [one] 1 ansatt har ingenting å logge på med, og ingen lenke.
   *[other] { $people } ansatte har ingenting å logge på med, og ingen lenke.
}
password-links-will-mail = { $people ->
    [one] 1 ansatt får en e-post med en lenke for å velge passord, på sin egen adresse.
   *[other] { $people } ansatte får hver sin e-post med en lenke for å velge passord, på sin egen adresse.
}
password-links-will-until = Hver lenke virker én gang, i to døgn.
password-links-will-roles = De som har andre roller, er ikke med: Dem sender du en lenke fra siden deres.
password-links-button = { $people ->
    [one] Send 1 lenke
   *[other] Send { $people } lenker
}
password-links-sent = { $sent ->
    [one] 1 lenke er sendt.
   *[other] { $sent } lenker er sendt.
}
password-links-unreachable = { $people ->
    [one] 1 person har ingen adresse som tar imot e-post.
   *[other] { $people } personer har ingen adresse som tar imot e-post.
}
audit-second-factor-set = Autentiseringsapp satt opp
audit-second-factor-removed = Autentiseringsapp fjernet
audit-second-factor-reset = Andre faktor nullstilt av en eier
audit-second-factor-accepted = Kode fra appen godtatt
audit-second-factor-refused = Andre trinn avvist
audit-second-factor-codes-made = Nye gjenopprettingskoder laget
audit-second-factor-code-used = Gjenopprettingskode brukt i stedet for appen

# Passnøkler.
method-passkey = Passnøkkel
passkeys-title = Passnøkler
passkeys-none = Ingen passnøkler ennå
passkeys-none-text = En passnøkkel logger deg på med finger, ansikt eller PIN: ingenting å skrive, og ingenting som kan fiskes.
passkeys-not-here = Nettlesere lager bare passnøkler til en kundeportal med navn og https. Den som drifter portalen, kan ordne det.
passkey-synced = Kan finnes på flere av enhetene dine
passkey-bound = På én enhet
column-passkey = Passnøkkel
column-added = Lagt til
passkey-add = Legg til en passnøkkel
passkey-purpose = En passnøkkel logger deg på med finger, ansikt eller enhetens PIN: ingenting å skrive, og ingenting som kan fiskes.
passkey-will-1 = Nettleseren spør hvor den skal ligge: på denne enheten, på telefonen eller på en sikkerhetsnøkkel.
passkey-will-2 = Fra da av kan du logge på med den alene. Den teller som begge faktorer, så du blir ikke spurt om kode.
passkey-will-3 = Du får en e-post om det. Passord og app virker som før.
passkey-name = Navn på passnøkkelen
passkey-name-hint = Så du kjenner den igjen i listen: for eksempel enheten den ligger på.
passkey-name-bad = Gi den et navn på høyst 60 tegn
passkey-begin = Gå videre
passkey-make-title = Lag passnøkkelen
passkey-make-purpose = Nettleseren viser vei. Avbryter du, er ingenting endret.
passkey-make = Lag passnøkkelen nå
passkey-added = Passnøkkelen er lagt til. Du kan logge på med den fra nå av.
passkey-removed = Passnøkkelen er fjernet. Du kan slette den på enheten også.
passkey-not-taken = Passnøkkelen kunne ikke tas imot: Det tok for lang tid, eller den finnes allerede. Prøv en gang til.
passkey-remove = Fjern passnøkkelen
passkey-unnamed = En passnøkkel uten navn
passkey-remove-named = Fjern { $name }
passkey-remove-purpose = Når enheten er borte, eller tilhører noen andre nå.
passkey-remove-will-1 = Passnøkkelen logger deg ikke på lenger.
passkey-remove-will-2 = Der du er pålogget, forblir du pålogget. Vil du avslutte det, logg av overalt på siden med øktene dine.
passkey-remove-will-3 = Du får en e-post om det, og det føres i hendelsesloggen.
passkey-sign-in = Logg på med passnøkkel
passkey-needs-script = En passnøkkel trenger JavaScript, som er slått av i denne nettleseren. De andre måtene virker uten.
passkey-failed = Ingen passnøkkel ble brukt. Prøv en gang til, eller bruk en annen måte.
passkey-refused = Passnøkkelen virker ikke her. Last siden på nytt og prøv en gang til, eller bruk en annen måte.
proof-passkey = Vis en passnøkkel
passkey-shown = Passnøkkelen er vist
audit-passkey-added = Passnøkkel lagt til
audit-passkey-removed = Passnøkkel fjernet
audit-passkey-accepted = Passnøkkel godtatt
audit-passkey-refused = Passnøkkel avvist

# Hvem som må ha en andre faktor.
second-factor-due = Sett opp en andre faktor.
second-factor-due-from = Organisasjonen krever en ved siden av passordet. Du kan utsette det til { $time }.
second-factor-due-now = Organisasjonen krever en ved siden av passordet. Sett opp en app for å gå videre, eller logg på med en passnøkkel.
factor-policy-title = Andre faktor ved siden av passordet
factor-policy-purpose = Hvem som må vise en kode fra en autentiseringsapp ved pålogging med passord her. En passnøkkel teller som begge deler.
factor-policy-who = Hvem må
factor-policy-nobody = Ingen
factor-policy-nobody-hint = Den som vil, kan sette opp en.
factor-policy-administrators = Alle over ansatt
factor-policy-everybody = Alle
factor-policy-count = { $all } logger på med passord, { $without } av dem har ingen app ennå.
factor-policy-will-1 = Den som må ha en og ikke har det, ser det på hver side, med en knapp som setter den opp.
factor-policy-will-2 = I 14 dager kan det utsettes. Deretter må en økt som begynte med bare passord, sette opp en app først.
factor-policy-will-3 = Ingen stenges ute: Passordet fører fortsatt til siden der appen settes opp. En eier kan nullstille en som er mistet.
factor-policy-will-4 = Single sign-on, passnøkler og nødkoder berøres ikke. Endringen føres i hendelsesloggen.
factor-policy-binding = Det kan ikke utsettes fra { $time }.
factor-policy-save = Lagre valget
factor-policy-saved = Valget er lagret. Den som må ha en andre faktor og ikke har det, får vite det på hver side.
factor-policy-open = Velg hvem som må
audit-second-factor-policy-changed = Hvem som må ha en andre faktor, ble endret
