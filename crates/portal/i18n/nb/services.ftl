# Tjenesteidentiteter: programmer som snakker med oss, og nøklene deres.
services-title = Tjenesteidentiteter
services-purpose = Programmer som henter inn folk, bruker API-et eller leser rapporter. Nøklene deres tilhører virksomheten, så ingenting stopper når noen slutter.
services-open = Åpne tjenesteidentiteter
services-none = Ingen programmer har tilgang
services-none-text = Lag en tjenesteidentitet når et program trenger det. Gi aldri et program passordet til en person.
service-new = Ny tjenesteidentitet
service-new-purpose = Et navn og et formål som en kollega forstår om to år, og ikke flere tilganger enn nødvendig.
service-new-button = Lag identiteten og den første nøkkelen
service-name = Navn
service-name-hint = For eksempel: Brukersynkronisering.
service-name-missing = Skriv et navn.
service-purpose = Hva den er til
service-purpose-hint = For eksempel: Entra ID henter inn folk. Skriv gjerne også hvem som har ansvaret for den.
service-purpose-missing = Skriv hva den er til.
service-scopes = Hva den kan gjøre
service-scope-scim-missing = Velg minst én ting den kan gjøre.
scope-scim = Hente inn personer og grupper (SCIM)
scope-api = Bruke API-et for administratorer
scope-reports = Sende og lese rapporter om mistenkelig e-post
service-life = Nøkkelen virker i
service-life-hint = Eierne får e-post 30 dager, 7 dager og én dag før den utløper.
service-life-bad = En nøkkel virker i 1 til 730 dager.
service-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dager
}
service-proof-text = En nøkkel lever lenger enn denne økten, så det er ikke nok å være pålogget. Det du skriver her, kontrolleres én gang og lagres ikke.
service-will-once = Nøkkelen vises én gang. Vi lagrer bare et avtrykk (hash) av den, og kan ikke vise den igjen.
service-will-scopes = Den kan gjøre det som er krysset av, og aldri mer: Tilgangene endres ikke.
service-will-warn = Den utløper av seg selv. Eierne får beskjed i god tid.
service-will-log = Det står i hendelsesloggen hvem som laget den.
service-too-many = Det er så mange tjenesteidentiteter som det kan være (50). Trekk tilbake en som ikke er i bruk.
service-two-tokens = To nøkler virker allerede. Trekk først tilbake den som ikke lenger er i bruk.
service-is-revoked = Denne identiteten er trukket tilbake. Lag en ny.
service-works = Virker
service-ends = Utløper { $date }
service-no-token = Ingen nøkkel virker
service-revoked = Trukket tilbake
service-revoke = Trekk tilbake denne identiteten
service-revoke-title = Vil du trekke tilbake { $name }?
service-revoke-purpose = For et program som ikke er i bruk lenger, eller en nøkkel som er på avveie.
service-revoke-button = Trekk tilbake { $name }
service-revoke-will-tokens = { $count ->
    [0] Ingen av nøklene virker fra før.
    [one] Nøkkelen slutter å virke med én gang.
   *[other] De { $count } nøklene slutter å virke med én gang.
}
service-revoke-will-used = Den ble sist brukt { $time }. Det som bruker den, får ikke svar lenger.
service-revoke-will-unused = Den er aldri brukt.
service-revoke-will-final = Dette kan ikke angres. Du kan når som helst lage en ny identitet.
tokens-title = Nøkler
tokens-none = Ingen nøkler
tokens-none-text = Nøkler som utløp for mer enn 90 dager siden, vises ikke lenger.
column-token = Nøkkel
column-created = Laget
token-works = Virker
token-until = til { $date }
token-over = Utløpt
token-revoked = Trukket tilbake
token-revoke = Trekk tilbake
token-another = Bytt nøkkel uten avbrudd
token-another-text = Lag en ny nøkkel, legg den inn der den første brukes, og trekk tilbake den første når den ikke lenger brukes.
token-another-button = Lag en ny nøkkel
token-another-full = To nøkler virker. Trekk tilbake den gamle når den ikke lenger er i bruk. Da kan du lage en ny.
token-once-title = Kopier nøkkelen nå
token-once-purpose = For { $name }. Den vises bare denne ene gangen.
token-once-text = Legg den der programmet har hemmelighetene sine, ikke i en e-post og ikke i en delt fil. Mister du den, lager du en ny og trekker tilbake denne.
token-once-button = Jeg har tatt vare på den
flash-token-revoked = Nøkkelen er trukket tilbake.
flash-service-revoked = Tjenesteidentiteten og nøklene er trukket tilbake.
audit-service-added = Tjenesteidentitet laget
audit-service-revoked = Tjenesteidentitet trukket tilbake
audit-service-token-added = Nøkkel til tjenesteidentitet laget
audit-service-token-revoked = Nøkkel til tjenesteidentitet trukket tilbake
audit-service-token-warned = Eiere varslet om nøkkel som utløper
