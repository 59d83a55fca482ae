# The steps of activating single sign-on, and of turning it off.

back-to-security = Enkel pålogging
back-to-activation = Aktiver enkel pålogging
activate-title = Aktiver enkel pålogging
activate-purpose = Før noe skjer: hva som blir lest, hvem som får treff, og veien tilbake.
activate-read-title = Hva som blir lest
activate-read-text = Disse fire tillatelsene og ingenting annet. De brukes bare mens noen logger på, og bare for personens egen profil.
activate-fields-title = Ni felter i profilen
activate-fields-text = Lagres kryptert, med egen nøkkel for hver person.
activate-way-back = Hvis det går galt
activate-will-1 = Du går til { $host } og logger på med Microsoft-kontoen din.
activate-will-2 = Microsoft ber om samtykke, for deg selv. En global administrator kan krysse av for «Consent on behalf of your organization».
activate-will-3 = Du kommer tilbake og ser hva Microsoft fortalte oss. Ingenting kobles før du sier ja.
activate-will-4 = Ingen andre merker noe. Alle logger på som før.
activate-will-5 =
    { $count ->
        [one] Når du senere gjør det påkrevd, går det tilbake etter 1 minutt hvis du ikke bekrefter.
       *[other] Når du senere gjør det påkrevd, går det tilbake etter { $count } minutter hvis du ikke bekrefter.
    }
activate-continue = Fortsett til Microsoft
activate-continue-openid = Fortsett til leverandøren
activate-or-sign-in = Eller åpne påloggingssiden i denne nettleseren, skriv brukernavnet og klikk Fortsett. Bare denne nettleseren sendes til Microsoft.
activate-or-link = Åpne påloggingssiden
proposal-title = Det som kom tilbake fra Microsoft
proposal-purpose = Sammenlign og bestem deg. Ingenting er koblet ennå.
proposal-came-back = Kontoen
proposal-object-id = Objekt-ID
proposal-name = Navn
proposal-username-theirs = Brukernavn hos Microsoft
proposal-username-ours = Brukernavn her
proposal-same = Brukernavnet hos Microsoft er det samme som her.
proposal-differ = Brukernavnene er forskjellige.
proposal-differ-text = Microsoft sier { $theirs }, her er det { $ours }. Godta bare hvis begge er deg.
proposal-domains = Bekreftede domener i tenanten
proposal-no-graph = Microsoft Graph svarte ikke. Domener og profil leses ved en senere pålogging.
proposal-profile = Profil
proposal-no-profile = Ingen profil ble lest
proposal-no-profile-text = Den kommer ved en senere pålogging.
proposal-none = Ingen
proposal-equal = Likt
proposal-changes = Blir oppdatert
proposal-will-1 = Virksomheten bindes til tenanten { $tenant }, og ingen annen.
proposal-will-2 = Kontoen din her kobles til denne Microsoft-kontoen.
proposal-will-3 = Domenene som er merket over, blir deres for pålogging. Ingen andre merker noe ennå.
proposal-accept = Godta og koble
proposal-other-account = Bruk en annen konto
proposal-accepted = Tenanten er koblet til, og kontoen din er koblet.
problems-title = Dette kan ikke godtas
problem-tenant-taken = Denne tenanten tilhører en annen virksomhet her
problem-tenant-taken-do = Én tenant tilhører én virksomhet. Den som drifter portalen, kan se på det.
problem-account-taken = Denne Microsoft-kontoen er koblet til en annen person her
problem-account-taken-do = Logg på med din egen konto.
problem-person-linked = Du er allerede koblet til en annen Microsoft-konto
problem-person-linked-do = Logg på med den, eller spør en annen eier.
problem-guest = Kontoen er gjest i denne tenanten
problem-guest-do = En tenant kobles til av et av dens egne medlemmer.
problem-stale = Dette er for gammelt
problem-stale-do = Det har gått mer enn en time, eller innstillingene er endret. Logg på med Microsoft på nytt.
domain-will-be-added = Blir deres for pålogging
domain-yours = Allerede deres
domain-another = Tilhører en annen virksomhet her og blir værende der
kit-title = Nødkoder
kit-purpose = Ti koder på papir som slipper deg inn når ingenting annet gjør det.
kit-open = Nødkoder
kit-none = Du har ingen nødkoder
kit-none-do = Lag dem og prøv én kode.
kit-untried = Du har nødkoder, men ingen er prøvd
kit-untried-do = Prøv én nå, så vet du at de virker.
kit-tried = Nødkodene dine virker
kit-left =
    { $count ->
        [one] 1 kode er igjen
       *[other] { $count } koder er igjen
    }
kit-owner-ready = En eier har prøvde nødkoder
kit-no-owner-ready = Ingen eier har prøvde nødkoder ennå
kit-make-title = Lag nødkodene dine
kit-again-title = Lag nye nødkoder
kit-make = Lag kodene
kit-will-1 = Ti koder vises én gang. Bare avtrykkene deres lagres.
kit-will-2 = Skriv dem ut og oppbevar dem der dere har kontrakter, ikke på denne maskinen.
kit-will-replace = Kodene du har nå, slutter å virke.
kit-codes-title = Nødkodene dine
kit-codes-purpose = Skriv ut denne siden nå. Kodene vises ikke igjen.
kit-codes-use = Åpne denne adressen for å bruke en kode:
kit-codes-once = Den som har dette arket, kan logge på som deg. Lås det inn.
kit-try-title = Prøv én kode
kit-try-text = Skriv én kode fra arket. Den blir brukt opp, og du vet at de andre virker.
kit-try = Prøv denne koden
kit-code = Nødkode
kit-code-hint = Mellomrom, bindestreker og store bokstaver spiller ingen rolle.
kit-code-wrong = Denne koden er ikke blant nødkodene du har nå
kit-works = Koden virker. Nødkodene dine er klare.
enforce-title = Gjør enkel pålogging påkrevd
enforce-purpose = Fra da av fører domenene deres til Microsoft, og lokale passord godtas ikke lenger.
enforce-will-1 = Den som skriver et brukernavn på { $domains }, sendes til Microsoft.
enforce-will-2 = De lokale passordene til folk godtas ikke lenger. Nødkoder gjør det fortsatt.
enforce-will-3 = Denne økten fortsetter, men kan bare slå av enkel pålogging.
enforce-will-4 =
    { $count ->
        [one] En nedtelling på 1 minutt starter. Uten bekreftelse er alt som før når den er ferdig.
       *[other] En nedtelling på { $count } minutter starter. Uten bekreftelse er alt som før når den er ferdig.
    }
enforce-will-5 = Du bekrefter ved å logge på med Microsoft i et privat vindu.
enforce-button = Gjør påkrevd for { $organisation }
enforced-now = Enkel pålogging er påkrevd. Bekreft i et privat vindu før tiden er ute.
confirmed-now = Bekreftet: enkel pålogging forblir på.
turn-off-title = Slå av enkel pålogging for { $organisation }
turn-off-purpose = Folk logger på med lokale passord igjen.
turn-off-will-1 = Brukernavn hos { $organisation } sendes ikke lenger til Microsoft.
turn-off-will-2 = De som ikke har et lokalt passord, trenger en lenke fra deg for å lage et.
turn-off-will-3 = Koblinger til Microsoft-kontoer og innstillingene beholdes, så du kan slå det på igjen. Alle eiere får beskjed.
turn-off-button = Slå av for { $organisation }
turned-off = Enkel pålogging er av.
discard-title = Forkast utkastet til { $organisation }
discard-purpose = Aktiveringen som er påbegynt, kastes.
discard-will-1 = Utkastet for { $organisation } og testen slettes.
discard-will-2 = Ingen merker noe: folk logger på som før.
discard-will-3 = Hos Microsoft endres ingenting. Appen blir i tenanten til du sletter den der.
discard-button = Forkast utkastet
discarded = Utkastet er forkastet.
test-passed = Testen er bestått.
receipt-title = Kvittering for aktiveringen
receipt-purpose = Hvem som kan lese hva, veien tilbake, og hvordan det gjøres om. Skriv den ut eller arkiver den.
receipt-organisation = Virksomhet
receipt-activated-by = Aktivert av
receipt-tested = Test bestått
receipt-printed = Kvitteringen ble laget
receipt-reads = Hvem som kan lese hva
receipt-reads-app = { $app } leser ni felter om den som logger på
receipt-reads-app-text = Mens personen logger på, og aldri ellers.
receipt-reads-administrators = Administratorene deres ser disse feltene
receipt-reads-administrators-text = På siden til hver person.
receipt-reads-operator = { $operator } drifter serveren
receipt-reads-operator-text = Feltene lagres kryptert. Den som har installasjonens hovednøkkel, kan dekryptere dem.
receipt-kits = Nødkoder: { $names }
receipt-kits-text = Hver av dem har prøvd en kode.
receipt-undo = Slik gjør du det om
receipt-undo-1 = Innstillinger, SIKKERHET, Enkel pålogging: Slå av. Bruk først en nødkode hvis du ikke kommer inn.
receipt-undo-2 = I Microsofts administrasjonssenter, Enterprise applications: slett appen. Da trekkes alle samtykker tilbake.
receipt-undo-3 = Med egen registrering: slett også appregistreringen og sertifikatet eller hemmeligheten.
kit-proof = For å vise at det er deg
kit-proof-text = Et nytt sett er en ny vei inn, så det er ikke nok å være logget på.
kit-proof-password = Passordet ditt her
kit-proof-code = Eller en kode fra settet du har
kit-proof-needed = Skriv passordet ditt, eller en kode fra settet du har. Ingen av dem lagres.
kit-proof-wrong = Det stemmer ikke. Kontroller og prøv igjen.
