# Hendelsesloggen: siden, ordene, kontroll av den.
audit-audit-chosen = Valg for hendelsesloggen ble endret
audit-audit-exported = Hendelsesloggen ble lastet ned
audit-audit-shortened = Gamle rader i hendelsesloggen ble slettet, slik virksomheten har valgt
audit-mail-read = Rapportert e-post ble lest
audit-people-exported = Listen over folk ble lastet ned
audit-person-viewed = Siden til en person ble åpnet
audit-result-viewed = Resultatene til én person ble åpnet

# Setninger
audit-sentence = { $action }, av { $who }
audit-sentence-about = , gjelder { $whom }
audit-sentence-from = , fra { $address }
audit-no-longer-readable = kan ikke leses lenger
audit-column-what = Hva som skjedde
audit-none-found = Fant ingenting som passer
audit-none-found-text = La et felt stå tomt, eller velg flere dager.

# Søk etter rader
audit-look-for = Finn
audit-by = Hvem som gjorde det
audit-about = Hvem det gjelder
audit-person-hint = Hele brukernavnet.
audit-nobody = Ingen her har dette brukernavnet.
audit-no-day = Dette er ikke en dato. Skriv den slik: 2026-11-28.
audit-area = Hva det handler om
audit-area-all = Alt
audit-area-sign-in = På- og avlogging
audit-area-people = Folk og roller
audit-area-reads = Hvem som har sett på eller tatt med opplysninger om folk
audit-area-settings = Innstillinger
audit-area-ways-back = Nødkoder og engangslenker
audit-area-log = Selve loggen
audit-from = Fra
audit-until = Til og med
audit-refusals = Bare det som ble avvist eller mislyktes
audit-show = Vis
audit-show-all = Vis alt
audit-take-csv = Ta med som tabell (CSV)
audit-take-lines = Ta med som JSON Lines
audit-taken-is-logged = Også det at noen tar med rader, skrives her.
audit-is-it-whole = Er den hel?
audit-signed = Signert til og med rad { $seq }, { $at }.
audit-not-signed = Ingenting er signert ennå. Det skjer hver dag.
audit-verify-open = Kontroller
audit-kept-for = Hvor lenge den beholdes
audit-keep-open = Endre

# Kontroll
audit-verify-title = Kontroller hendelsesloggen
audit-verify-purpose = Hver rad dekker den forrige, og hver dag dekker en signatur den nyeste. Den som endrer, sletter eller legger til en rad, bryter dette, også den som rår over databasen.
audit-verify-here = Her og nå
audit-verify-kept = Kontrollpunkter du har tatt vare på
audit-verify-kept-hint = Valgfritt, men sterkere: Lim inn en linje fra en e-post, den begynner med tillit-checkpoint-1. Du kan lime inn hele e-poster.
audit-verify-no-checkpoint = Det er ikke noe helt kontrollpunkt i denne teksten. Kopier linjen fra tillit-checkpoint-1 og helt ut.
audit-verify-button = Kontroller
audit-verify-whole = Loggen er hel: rad { $first } til { $last }.
audit-verify-broken = Loggen er ikke hel.
audit-verify-counts = Rader: { $rows }. Kontrollpunkter som stemmer: { $inside } i loggen, { $outside } som du har tatt vare på. Signert til og med rad { $until }.
audit-verify-lost = Deler som ikke kan leses lenger, fordi personen er glemt eller nøkkelen er tapt: { $lost }. Slik skal det være.
audit-verify-too-many = Loggen har { $rows } rader, og det er for mange til å vente på her. Ta den med og kontroller filen nedenfor, eller be den som drifter, om å kjøre: tillit audit verify
audit-verify-more = Flere funn: { $more }
audit-find-changed = Rad { $seq } følger ikke av den forrige: En av de to er endret etter at den ble skrevet.
audit-find-missing = Rad { $seq } til { $other } mangler.
audit-find-disordered = Rad { $seq } står på feil plass.
audit-find-other-log = Rad { $seq } hører til en annen logg.
audit-find-begins-late = Loggen begynner med rad { $seq }, og ingenting forklarer hva som ble av radene før den.
audit-find-ends-early = Loggen slutter med rad { $seq }, men rad { $other } har vært der.
audit-find-other-head = Rad { $seq } er ikke slutten som loggen selv oppgir: Noen har lagt til eller tatt bort rader utenom.
audit-find-other-than-signed = Rad { $seq } er ikke den som ble signert.
audit-find-not-signed = Kontrollpunktet for rad { $seq } er ikke signert med nøkkelen til denne installasjonen.
audit-find-other-checkpoint = Et kontrollpunkt (for rad { $seq }) hører til en annen logg.
audit-find-part-changed = Den forseglede delen av rad { $seq } er ikke den som ble skrevet.
audit-find-part-taken = Den forseglede delen av rad { $seq } er tatt bort eller skadet, selv om ingen den gjelder, er glemt.
audit-broken-title = Hva dette betyr, og hva du gjør nå
audit-broken-means = Noen har endret databasen utenom Tillit, eller en sikkerhetskopi er lagt tilbake. Rader som ikke er nevnt, henger sammen.
audit-broken-keep = Ta med loggen nå, slik den er, og oppbevar den sammen med kontrollpunktene dine.
audit-broken-ask = Spør den som drifter, om en sikkerhetskopi er lagt tilbake, og hvem som kan skrive til databasen. Be om at sikkerhetskopiene blir tatt vare på.
audit-broken-compare = Sammenlign med en fil du har tatt med tidligere: Den første raden som er forskjellig, viser når.
audit-newest-title = Det nyeste kontrollpunktet
audit-newest-text = Rad { $seq }, signert { $at }. Ta vare på det et annet sted: Det som er dekket, kan ikke endres uten at det vises.
audit-newest-none = Ingenting er signert ennå. Det skjer hver dag, når noe er kommet til.
audit-key-title = Nøkkelen som signerer
audit-key-text = Den samme i alle kontrollpunkter. Er den en annen enn i e-postene dine, spør du den som drifter, hvorfor.
audit-browser-title = Uten å stole på denne serveren
audit-browser-text = Ta med hele loggen, og kontroller filen i nettleseren din. Ingenting sendes noe sted. Filen inneholder adresser og detaljer: Pass på den, og slett den når du er ferdig.
audit-take-whole = Ta med hele loggen
audit-browser-without = Kontroll i nettleseren krever JavaScript. Kommandoen gjør det samme:
audit-browser-command = Kommando
audit-verify-file = Filen
audit-verify-browser-button = Kontroller filen
audit-verify-key-used = Nøkkelen det ble stolt på: { $key }. Sammenlign den med den i e-postene dine.
audit-verify-progress = Kontrollerer: { $count } rader …
audit-verify-no-file = Velg en fil først.
audit-verify-unsigned = Denne nettleseren kan ikke kontrollere signaturer (Ed25519). Kjeden er kontrollert; bruk en nyere nettleser eller kommandoen til signaturene.
audit-verify-unreadable = Dette er ikke en fil med hele loggen, eller den er skadet. Rader du har søkt fram, kan ikke kontrolleres; ta med hele loggen.

# Hvor lenge den beholdes
audit-keep-title = Hvor lenge hendelsesloggen beholdes
audit-keep-purpose = Lenge nok til å finne ut av noe i ettertid, og ikke for alltid.
audit-keep-how-long = Behold rader i
audit-keep-years = { $years } år
audit-keep-hint = Eldre rader slettes hver dag. Resten av loggen kan fortsatt kontrolleres.
audit-keep-mail = Send eierne det nyeste kontrollpunktet på e-post hver uke
audit-keep-save = Lagre
audit-keep-now = Rader beholdes i { $years } år. Eiere kan endre det.
audit-keep-will-delete = { $rows ->
    [one] 1 rad som er eldre
   *[other] { $rows } rader som er eldre
} enn { $years } år, blir slettet innen et døgn, fram til et kontrollpunkt. Det kan ikke angres.
audit-keep-will-stay = Kontrollpunktet som loggen da begynner ved, blir stående, så resten fortsatt kan kontrolleres.
audit-keep-will-say = Slettingen skrives i loggen.
audit-keep-save-delete = Behold { $years } år og slett resten
audit-keep-back = La det være som det er
audit-choices-saved = Lagret.
