# Settings, tab SECURITY: single sign-on.

security-title = Sikkerhetsinnstillinger
sso-title = Enkel pålogging (SSO)
sso-activate = Aktiver SSO
sso-activate-note = Ingenting sendes til Microsoft ennå. Neste side viser hva som blir lest.
sso-off-text = Med enkel pålogging logger folk på med Microsoft-kontoen de allerede har. Du ser hvert trinn før det skjer, prøver det selv og kan slå det av når som helst.
sso-since = På siden
sso-domains = Domener
sso-no-domains = Ingen bekreftet ennå
sso-sign-in-path = Deres egen påloggingsside
sso-sign-in-path-note = For folk med et brukernavn som ikke er på et av domenene deres.
sso-test = Testpålogging
sso-test-by = { $name }, { $time }
sso-test-counts = Bestått
sso-test-void = Gjelder ikke lenger
sso-turn-off = Slå av
sso-discard = Forkast utkastet
sso-change = Endre tilkoblingen
sso-receipt = Kvittering
stage-off = Av
stage-draft = Utkast
stage-testing = Testes
stage-enforced = Påkrevd, går tilbake om
stage-on = På
step-begin = Se hva som skjer
step-connect = Koble til
step-recovery-kit = Nødkoder
step-test = Test
step-enforce = Gjør påkrevd
step-confirm = Bekreft
step-begin-next = Se hva som kommer til å skje
step-begin-next-text = Hva som blir lest, hvilke administratorer som får treff, og veien tilbake.
step-begin-next-button = Vis det
step-connect-next = Koble til tenanten
step-connect-next-text = Logg på med Microsoft. Du ser hva som kom tilbake, og blir spurt før noe kobles.
step-connect-next-button = Fortsett aktiveringen
step-recovery-kit-next = Sørg for at du kommer inn igjen
step-recovery-kit-next-text = Lag nødkoder, skriv dem ut og prøv én.
step-recovery-kit-next-button = Åpne nødkodene
step-test-next = Test det selv
step-test-next-text = Logg på med Microsoft én gang, med akkurat disse innstillingene. Endres innstillingene, gjelder ikke testen lenger.
step-test-next-button = Test påloggingen
step-enforce-next = Klar til å gjøres påkrevd
step-enforce-next-text = Alt som trengs, er gjort. Neste side sier hva som kommer til å skje.
step-enforce-next-button = Vis hva som skjer
step-confirm-next = Bekreft fra et privat vindu
step-confirm-next-text = Åpne et privat vindu og logg på med Microsoft, så blir det stående på.
step-confirm-next-button = Se på nytt
obstacles-title = Før du kan gjøre det påkrevd
obstacle-not-connected = Ingen tenant er koblet til
obstacle-not-connected-do = Logg på med Microsoft og godta det som kom tilbake.
obstacle-not-tested = Påloggingen er ikke testet
obstacle-not-tested-do = Den som gjør det påkrevd, tester én gang i løpet av timen før.
obstacle-test-void = Testen gjelder ikke lenger
obstacle-test-void-do = Innstillingene ble endret etter testen, eller det har gått mer enn en time. Test på nytt.
obstacle-tested-by-other = Noen andre testet det
obstacle-tested-by-other-do = Test med din egen konto, for det er du som må komme inn.
obstacle-not-linked = Kontoen din er ikke koblet
obstacle-not-linked-do = Logg på med Microsoft herfra og godta koblingen.
obstacle-no-tried-kit = Ingen eier har prøvd en nødkode
obstacle-no-tried-kit-do = Lag nødkoder og prøv én. Det tar to minutter.
obstacle-not-permitted = Bare en eier kan gjøre det påkrevd
obstacle-not-permitted-do = Spør en eier i virksomheten.
obstacle-credential-expired = Legitimasjonen er utløpt
obstacle-credential-expired-do = Legg først inn et nytt sertifikat eller en ny hemmelighet.
connection-title = Tilkobling
connection-none = Ikke valgt ennå.
connection-choose = Velg tilkobling
connection-page-title = Hvordan dere kobler til
connection-page-purpose = De fleste bruker driftsleverandørens registrering: da trenger dere bare å samtykke. En egen registrering gir full kontroll hos Microsoft.
connection-choice = Velg tilkobling
connection-kind = Tilkobling
connection-operator = Microsoft, med driftsleverandørens registrering
connection-operator-hint = Ingenting å registrere. Administratoren deres samtykker bare.
connection-own = Microsoft, med egen registrering
connection-own-hint = Dere registrerer en app i tenanten deres. Skriptet under gjør det på et minutt.
connection-openid = En annen OpenID Connect-leverandør
connection-openid-hint = En leverandør med en utsteder som er tillatt i denne installasjonen.
connection-own-details = Egen registrering
connection-openid-details = En annen leverandør
connection-openid-client = Klient-ID-en brukes også for en annen leverandør.
connection-cloud = Sky
cloud-global = Global
cloud-us-gov = US Government (GCC High)
cloud-us-dod = US Government (DoD)
cloud-china = Kina, driftet av 21Vianet
connection-tenant = Tenant
connection-tenant-hint = Katalog-ID (tenant-ID), på appens oversiktsside i Entra
connection-client-id = Klient-ID
connection-client-id-hint = Program-ID (klient-ID), på den samme siden
connection-issuer = Utsteder
connection-issuer-hint = Adressen til leverandøren, for eksempel https://login.firma.no
connection-redirect-uri = Omdirigerings-URI (type: Web)
connection-az = Med Azure-kommandolinjen
connection-save = Lagre tilkoblingen
connection-saved = Tilkoblingen er lagret. En test må bestås på nytt før den gjøres påkrevd.
bad-tenant-id = En tenant-ID ser ut som 8f5b6a3e-0000-4000-8000-00000000a001
bad-client-id = En klient-ID ser ut som 2f1b6c1e-0000-4000-8000-00000000c11e
bad-issuer = Skriv adressen til utstederen. Den begynner med https://
bad-issuer-not-allowed = Den som drifter denne installasjonen, har ikke tillatt denne utstederen.
bad-number = Skriv et helt tall fra { $least } til { $most }
bad-certificate = Dette er ikke et sertifikat med privat nøkkel i PEM-format
bad-secret = Lim inn verdien til hemmeligheten, ikke ID-en
bad-date = Skriv en dato, for eksempel 2027-05-31
registration-title = Registrer appen hos Microsoft
registration-text = Lag en appregistrering med denne omdirigerings-URI-en og ingen annen. Eller kjør skriptet: det ber om User.Read og ingenting annet.
registration-manifest = Last ned manifestet
registration-az = Last ned skriptet
credentials-title = Legitimasjon
credentials-none = Ingen ennå. Legg inn et sertifikat (best) eller en hemmelighet.
credential-certificate = Sertifikat
credential-secret = Hemmelighet
credential-slot = { $kind }, plass { $slot }
credential-of-operator = { $kind } hos den som drifter
credential-ends-on = Utløper { $date }
credential-ended-on = Utløp { $date }
credential-end-unknown = Ukjent utløp
credential-in-use = I bruk
credential-spare = Reserve
credential-ends = Legitimasjonen utløper { $date }.
credential-ends-text = Legg inn en ny på den andre plassen før det. Påloggingene går uten avbrudd.
credential-expired = Legitimasjonen utløp { $date }.
credential-expired-text = Ingen kan bruke enkel pålogging før en ny er lagt inn.
credential-slot-label = Plass
credential-slot-hint = To plasser, så den nye kan prøves mens den gamle fortsatt virker.
slot-free = Plass { $slot }
slot-replace = Plass { $slot } (erstatter det som er der)
credential-generate-title = La oss lage et sertifikat
credential-generate-text = Den private nøkkelen forlater aldri denne installasjonen. Du laster ned sertifikatet og laster det opp i appregistreringen.
credential-generate = Lag et sertifikat
credential-made = Sertifikatet er laget. Last det ned og last det opp i appregistreringen.
credential-download = Last ned sertifikatet
credential-upload-title = Bruk eget sertifikat
credential-pem = Sertifikat og privat nøkkel (PEM)
credential-pem-hint = Lim inn begge blokkene. De begynner med -----BEGIN. Høyst 64 kB.
credential-upload = Lagre sertifikatet
credential-secret-title = Bruk en hemmelighet
credential-secret-hint = Verdien Microsoft viser én gang, ikke ID-en til hemmeligheten.
credential-secret-until = Utløper
credential-secret-until-hint = Slik det står hos Microsoft. Vi varsler 60, 30, 7 og 1 dag før.
credential-save-secret = Lagre hemmeligheten
credential-saved = Legitimasjonen er lagret.
credential-dropped = Legitimasjonen ble fjernet.
consent-title = Samtykke
consent-honest = Vi ber ikke Microsoft om tillatelse til å lese hvem som har samtykket. Det som står her, er det vi har sett.
consent-no-account = Ingen konto har samtykket ennå
consent-accounts =
    { $count ->
        [one] 1 konto har samtykket
       *[other] { $count } kontoer har samtykket
    }
consent-seen = Sist sett { $time }
consent-whole-unknown = Hele virksomheten: ikke kjent
consent-whole-unknown-text = Vi har ikke sett noe som tyder på at en administrator har samtykket for alle.
consent-whole-claimed = Hele virksomheten: det sier Microsoft
consent-whole-claimed-text = Sagt { $time }, i et svar som ikke er signert. Det bekreftes når noen logger på uten å bli spurt.
consent-whole-seen = Hele virksomheten: sett
consent-whole-seen-text = Gitt { $time }. Siden har folk logget på uten å bli spurt.
consent-scopes = Tillatelser
consent-grant = Gi administratorsamtykke
consent-grant-note = Tar deg til Microsoft. Du må være administrator der.
consent-returned = Microsoft sier at samtykket er gitt. Det bekreftes når noen logger på uten å bli spurt.
consent-not-returned = Microsoft sa ikke at samtykke ble gitt. Ingenting ble endret.
consent-other-tenant = Microsoft svarte for en annen tenant enn deres, så ingenting ble notert.
permission-openid = For å vite at det er deg
permission-profile = Navnet ditt og ID-en til kontoen
permission-email = E-postadressen din
permission-user-read = Din egen profil og ditt bilde, lest mens du logger på
sign-ins-title = Siste pålogginger
sign-ins-purpose = Hver fullført pålogging med enkel pålogging, godtatt eller avvist.
sign-ins-all = Vis alle pålogginger
sign-ins-count =
    { $count ->
        [one] 1 pålogging
       *[other] { $count } pålogginger
    }
sign-ins-empty = Ingen pålogginger ennå
sign-ins-empty-text = De dukker opp her så snart noen logger på.
outcome-signed-in = Logget på
outcome-linked = Koblet
outcome-created = Opprettet
outcome-test-passed = Test bestått
outcome-rechecked = Sjekket på nytt
outcome-proposed = Venter på godkjenning
outcome-consented = Samtykke kom tilbake
outcome-waiting = Venter på Microsoft
outcome-refused = Avvist
purpose-sign-in = Pålogging
purpose-activate = Aktivering
purpose-test = Test
purpose-admin-consent = Administratorsamtykke
purpose-recheck = Stille sjekk
ledger-title = Forespørsler til leverandøren
ledger-purpose = Hver forespørsel denne portalen noen gang har sendt til leverandøren for virksomheten.
ledger-count =
    { $count ->
        [one] 1 forespørsel
       *[other] { $count } forespørsler
    }
ledger-all =
    { $count ->
        [one] Vis den ene forespørselen
       *[other] Vis alle { $count } forespørsler
    }
ledger-promise = Ingen forespørsel er sendt utenom en pålogging
ledger-promise-text = Portalen spør Microsoft bare mens noen logger på.
ledger-broken =
    { $count ->
        [one] 1 forespørsel hører ikke til noen pålogging
       *[other] { $count } forespørsler hører ikke til noen pålogging
    }
ledger-empty = Ingen forespørsler ennå
ledger-empty-text = Leverandøren har aldri blitt spurt om noe for virksomheten.
request-metadata = Beskrivelse av leverandøren
request-keys = Signeringsnøkler
request-token = Påloggingsbevis
request-me = Profilen til den som logger på
request-photo = Bildet av den som logger på
request-organization = Navn og domener til tenanten
request-user-info = Profilen til den som logger på, fra en annen leverandør
request-no-answer = Intet svar
administrators-title = Administratorer
match-linked = Koblet
match-linked-text = Logger allerede på med Microsoft.
match-will = Får treff
match-will-text = Kobles når vedkommende logger på med Microsoft fra portalen.
match-will-not = Får ikke treff
match-will-not-text = Har ingen Microsoft-konto på et domene i denne tenanten.
match-unknown = Ikke kjent ennå
match-unknown-text = Blir kjent når tenanten er koblet til.
way-back-title = Veien tilbake
way-back-revert = Det går tilbake av seg selv
way-back-revert-text =
    { $count ->
        [one] Uten bekreftelse er alt som før etter 1 minutt.
       *[other] Uten bekreftelse er alt som før etter { $count } minutter.
    }
way-back-kit = Dine egne nødkoder
way-back-kit-text = Du lager dem underveis, og prøver én før noe blir påkrevd.
way-back-host = Hjelp på serveren
way-back-host-text = Den som drifter installasjonen, kan lage en engangslenke til en eier. Alle eiere får beskjed.
what-if-title = Hva skjer hvis … logger på?
what-if-label = Brukernavn å spørre om
what-if-hint = Ingen blir logget på, og ingenting sendes.
what-if-ask = Vis svaret
what-if-in = Slippes inn
what-if-out = Avvises
what-if-wait = Avhenger av leverandøren
what-if-provider = Logger på hos
what-if-local = Denne portalen, med passord
what-if-rule = Regel
what-if-becomes = Blir
what-if-refusal = Grunn
rule-a = (a) Kontoen er koblet: denne personen
rule-b = (b) Ingen med dette navnet ennå: opprettes som ansatt
rule-c = (c) En ansatt som aldri er koblet: kobles én gang
rule-d = (d) En rolle over ansatt: krever også egen økt eller invitasjon
rule-e = (e) Personen er koblet til en annen konto: avvises
rule-guest = En gjest i tenanten
rule-waiting = Graph kan ikke spørres: nye må vente
codes-title = Hva betyr denne koden?
codes-label = Kode eller ord fra meldingen
codes-hint = For eksempel AADSTS50105, eller det en kollega leste opp
codes-search = Søk
codes-none = Ingen kode passer. Søk på tallet alene, for eksempel 50105.
policy-title = Hvem som slipper inn
policy-create = Legg til folk som ansatte når de logger på første gang
policy-guests = Slipp inn gjester i tenanten
policy-cap = Høyst så mange personer
policy-cap-hint =
    { $count ->
        [one] 1 er lagt til så langt
       *[other] { $count } er lagt til så langt
    }
policy-recheck = Minutter til en økt sjekkes på nytt
policy-recheck-hint = Microsoft blir spurt i stillhet om kontoen fortsatt er i orden. Et skjema du sender, blir aldri avbrutt.
policy-save = Lagre hvem som slipper inn
policy-voids = En endring gir en ny versjon av innstillingene. En test gjelder bare for én versjon.
enforced-left = til det går tilbake av seg selv
enforced-text = Prøv det nå i et privat vindu: skriv brukernavnet, klikk Fortsett og logg på med Microsoft. Når du er inne, blir det stående på. Går det ikke, gjør ingenting: alt blir som før.
enforced-try = Åpne denne i et privat vindu
enforced-only-turn-off = Denne økten holdes åpen for deg, men kan bare slå av enkel pålogging.
enforced-look-again = Se på nytt
proposal-open = Se på det som kom tilbake
connection-openid-client-id-hint = Slik leverandøren viser den for denne appen
connection-logout-uri = URL for avlogging (front-channel)
bad-openid-client-id = Skriv klient-ID-en som leverandøren viser
bad-kind = Velg en av tilkoblingsmåtene
slots-taken = Begge plassene er opptatt. Fjern først en legitimasjon.
credential-drop = Fjern plass { $slot }
certificate-title = Det nye sertifikatet
certificate-todo = Slik bruker du det
certificate-todo-1 = Kopier teksten over til en fil som heter tillit.pem.
certificate-todo-2 = I Entra: åpne appregistreringen, Certificates & secrets, Certificates, og last opp filen.
certificate-todo-3 = Sammenlign avtrykket der med det på neste side.
certificate-go-on = Jeg har lastet det opp
draft-beside = En endring er under arbeid
in-force = Gjelder nå
what-if-linked = Kobles én gang og slippes inn
what-if-created = Legges til som ansatt og slippes inn
what-if-asked = Blir spurt før koblingen
what-if-at-provider = Påloggingstjenesten
what-if-domain-of-another = Tilhører en annen virksomhet her
what-if-note = Merk
what-if-not-in-force = Enkel pålogging gjelder ikke. Dette ville skjedd hvis den gjorde det.
