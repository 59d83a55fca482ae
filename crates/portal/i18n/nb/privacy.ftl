# Innstillinger, fanen PERSONVERN: hvilke felt som lagres, hva som slettes når du velger mindre, databehandlervilkårene.

privacy-title = Personverninnstillinger
privacy-back = Personverninnstillinger
privacy-fields = Hva som lagres om en person
privacy-purpose = For hvert felt velger du: lagre det kryptert, bare bruke det ved pålogging, eller aldri spørre etter det. Det som bare brukes ved pålogging, ligger kryptert i økten til personen, og i svaret fra leverandøren mens noen ser på det før de sier ja, høyst en time. Det du aldri spør etter, slippes der det kommer inn.
privacy-sealed = Hvert felt er kryptert med personens egen nøkkel. Slettes nøkkelen, er personen glemt. Det katalogen vet utover disse ni feltene, blir ikke hentet. Et navn og en adresse følger med hver pålogging, enten de er spurt etter eller ikke.
privacy-needed = Lagres uansett hva du velger
privacy-needed-identity = Brukernavnet, og kontoen hos leverandøren som er koblet til det. De trengs: Uten dem kunne ingen logge på.
privacy-needed-owners = E-postadressene til eiere, fordi varsler om virksomheten går dit.
privacy-who-chooses = Eiere og personvernansvarlige velger.
privacy-readers = Hvem som ser det
privacy-readers-text = Det som er lagret, ser personen selv og disse rollene:
privacy-carrying =
    { $count ->
        [0] Ingen økter bærer felt som bare brukes ved pålogging.
        [one] 1 økt bærer felt som bare brukes ved pålogging. De er borte når den er over.
       *[other] { $count } økter bærer felt som bare brukes ved pålogging. De er borte når økten er over.
    }
privacy-held =
    { $count ->
        [0] Ingenting lagret
        [one] 1 verdi lagret
       *[other] { $count } verdier lagret
    }
privacy-since-store = Lagret siden { $date }.
privacy-since-sign-in-only = Bare brukt ved pålogging siden { $date }.
privacy-since-never = Verken spurt etter eller lagret siden { $date }.
privacy-staying =
    { $count ->
        [one] Adressen til 1 eier blir stående.
       *[other] Adressene til { $count } eiere blir stående.
    }
privacy-look = Se hva som kommer til å skje
privacy-look-text = Ingenting er lagret ennå. Skal noe slettes, sier neste side hvor mye.
preset-title = Begynn med
preset-text = Fyller ut valgene under. Du kan fortsatt endre hvert av dem.
preset-needed = Bare det som trengs
preset-recommended = Anbefalt
preset-everything = Alt
preset-shown = Disse valgene er ikke lagret ennå. Se gjennom dem, og gå videre nederst på siden.
use-store = Lagre kryptert
use-store-hint = Forseglet med personens egen nøkkel, til personen fjernes eller du velger mindre.
use-sign-in-only = Bare bruke ved pålogging
use-never = Aldri spørre
less-email-sign-in-only = E-post går til brukernavnet i stedet, så det må ha en postboks. Adressene til eiere blir stående, for varsler om virksomheten går dit.
less-email-never = Som over, og en invitasjon til en annen adresse enn brukernavnet blir ikke lenger kjent igjen ved pålogging.
less-name-sign-in-only = Administratorer, e-poster og logger viser brukernavnet. Personen ser sitt eget navn mens hun eller han er pålogget.
less-name-never = Brukernavn overalt. Personer med samme navn kan bare skilles på det.
less-title-sign-in-only = Administratorer ser den ikke.
less-title-never = Ingen ser den, og katalogen blir ikke spurt.
less-company-sign-in-only = Administratorer ser det ikke.
less-company-never = Som over, og katalogen blir ikke spurt.
less-department-sign-in-only = Administratorer ser den ikke.
less-department-never = Som over, og katalogen blir ikke spurt.
less-phone-sign-in-only = Ingen kan ringes om en mistenkelig pålogging med et nummer herfra.
less-phone-never = Som over, og katalogen blir ikke spurt.
less-address-sign-in-only = Administratorer ser den ikke.
less-address-never = Som over, og katalogen blir ikke spurt.
less-language-sign-in-only = E-poster kommer på virksomhetens språk. Sidene kommer på personens.
less-language-never = E-poster kommer på virksomhetens språk, sidene på nettleserens.
less-profile-image-sign-in-only = Kolleger ser initialer. Personen ser sitt eget bilde mens hun eller han er pålogget.
less-profile-image-never = Initialer overalt.
why-email = For å sende folk det de må vite, og for å kjenne dem igjen ved første pålogging
why-name = For å kunne tiltale folk, og vise administratorer hvem som logget på
why-title = For å skille personer med samme navn
why-company = For å skille firmaer i samme virksomhet
why-department = For å skille personer med samme navn, og for grupper av folk, som denne versjonen ikke har ennå
why-phone = For å nå folk ved en mistenkelig pålogging
why-address = For å vite hvor folk arbeider, og for grupper av folk, som denne versjonen ikke har ennå
why-language = For å snakke språket til personen
why-profile-image = Så folk og kolleger kjenner igjen en konto
change-title = Endre hva som lagres
change-purpose = Dette skjer når du lagrer. Ingenting har skjedd ennå.
change-none = Ingenting er annerledes
change-none-text = Valgene er som de var.
change-will-now = Fra du lagrer, behandles feltene slik du har valgt: ved hver pålogging, for alle.
change-will-delete =
    { $count ->
        [one] 1 lagret verdi slettes i bakgrunnen. Du ser hvor langt det er kommet, og får en kvittering du kan skrive ut.
       *[other] { $count } lagrede verdier slettes i bakgrunnen. Du ser hvor langt det er kommet, og får en kvittering du kan skrive ut.
    }
change-will-undo = Dette kan ikke angres. Velger du mer igjen, kommer verdiene tilbake fra katalogen når folk logger på.
change-will-backups = Sikkerhetskopier kan ha verdiene i inntil { $span } til. Kvitteringen sier datoen.
change-will-backups-unlimited = Sikkerhetskopier har verdiene til de blir slettet. Spør den som drifter, hvor lenge det er.
change-will-owners = E-postadressene til eiere blir stående: Varsler som beskytter virksomheten, går dit.
change-will-more = Det som det spørres etter fra nå av, kommer inn når folk logger på. Ingen blir spurt på nytt.
change-will-log = Det skrives i hendelsesloggen.
change-save = Lagre valgene
change-delete =
    { $count ->
        [one] Slett 1 verdi og lagre
       *[other] Slett { $count } verdier og lagre
    }
column-asked = Bedt om
column-fields = Felt
column-deleted = Slettet
column-now = Nå
column-then = Fra nå av
column-to-delete = Verdier som slettes
column-choice = Valg
deletions-title = Slettinger
deletions-none = Ingenting er slettet
deletions-none-text = Når du velger å lagre mindre, står kvitteringen her i tre år.
deletion-title = Sletter det som ikke lenger lagres
deletion-receipt = Kvittering for en sletting
deletion-purpose = Verdier i profiler, slettet fordi det ble valgt å lagre mindre.
deletion-running = Pågår
deletion-done = Slettet
deletion-progress = { $done } av { $all } verdier er slettet. Du kan gå fra siden: Det fortsetter av seg selv, også etter en omstart.
deletion-look-again = Se på nytt
deletion-what = Hva som er slettet
deletion-organisation = Virksomhet
deletion-values = Verdier slettet
deletion-finished = Ferdig
deletion-backups = I sikkerhetskopier til
deletion-backups-text = Da har alle sikkerhetskopier fra før passert tiden de kan beholdes, og ukens nøkkel er ødelagt.
deletion-backups-unlimited = Til den som drifter, sletter den siste sikkerhetskopien fra før.
deletion-copies = En sikkerhetskopi som noen beholder lenger enn tillatt, kan ikke åpnes alene. Sammen med nøklene i drift kan den det, til nøklene er byttet («tillit keys rotate» gir hver person nye).
deletion-number = Kvitteringens nummer
flash-fields-same = Ingenting ble endret.
flash-fields-saved = Valgene er lagret og gjelder fra nå av.
terms-title = Databehandlervilkår
terms-open = Databehandlervilkår
terms-purpose = Laget av innstillingene slik de er nå. Skriv dem ut, signer dem, og sammenlign fingeravtrykket senere.
terms-parties = Mellom
terms-controller = Behandlingsansvarlig
terms-processor = Databehandler
terms-date = Per
terms-fingerprint = Fingeravtrykk
terms-fingerprint-text = Dekker partene, valgene, hvem som ser, underleverandører og frister, også hvor mange år hendelsesloggen lagres. Så lenge det er det samme, stemmer en signert kopi fortsatt.
terms-instructions = Databehandleren behandler personopplysninger bare slik disse innstillingene sier. Innstillingene er den behandlingsansvarliges instruks; endres de, endres instruksen, og hendelsesloggen sier hvem som gjorde det og når.
terms-fields = Hva som lagres, og hvorfor
terms-others = Hva pålogging trenger ellers
terms-other-username = Brukernavnet, kryptert, og en nøklet hash å finne det med: så lenge personen er her.
terms-other-account = Hvilken konto hos leverandøren som er hvilken person, som nøklede hasher, detaljer kryptert: så lenge personen er her, eller til den kobles fra.
terms-other-local = For dem som logger på uten leverandøren: hashen av et passord, passnøkler og hemmeligheten til en autentiseringsapp, kryptert, og hasher av gjenopprettingskoder: til personen erstatter eller fjerner dem.
terms-other-browser = Nettlesere en person har logget på fra, som nøklede hasher: 180 dager etter siste pålogging fra den.
terms-other-session = Økter med nettleser og adresse, kryptert: høyst { $span }.
terms-other-sign-in = Gjennomførte og avviste pålogginger: 90 dager.
terms-other-audit =
    { $years ->
        [one] Hendelsesloggen, med id-er og krypterte detaljer: 1 år.
       *[other] Hendelsesloggen, med id-er og krypterte detaljer: { $years } år.
    }
terms-other-invitation = Invitasjoner, med adressen kryptert: 30 dager etter at de gikk ut eller ble besvart.
terms-other-contact = Kontakten for nødstilfeller, kryptert, som eiere kan oppgi: til de oppgir en annen. En gjenoppretting av tilgang nevner hvem den slipper inn: 90 dager etter at den er over.
terms-other-erasure = Forespørsler om å bli glemt, med det som ble sagt og svart, kryptert: til personen er glemt eller trekker den; et avslag, og kvitteringen for en sletting med id-er, i 3 år.
terms-other-mail = E-post som venter på å bli sendt, kryptert: til den er sendt; det som ikke kan sendes, 30 dager.
terms-kept-store = Til personen fjernes
terms-kept-sign-in-only = Bare i økten, høyst { $span }
terms-kept-never = Lagres ikke
terms-kept-owners = Adressen til en eier lagres.
terms-who = Hvem som ser det, og hvem andre som behandler det
terms-who-reads = I virksomheten: personen selv og disse rollene: { $roles }.
terms-who-operator = { $operator } drifter programmet og databasen. Den som har maskinen, nøklene og databasen, kan lese det som er lagret; en kopi av databasen alene åpner ingenting.
terms-sub-processors = Underleverandører
terms-no-sub-processors = { $operator } oppgir ingen.
terms-provider = Leverandøren folk logger på hos, for eksempel Microsoft, er den behandlingsansvarliges eget valg og ingen underleverandør her. Når noen logger på, følger brukernavnet med som et hint; ellers sendes ingenting om personer dit.
terms-measures = Hvordan det er beskyttet
terms-measure-1 = Hvert felt er kryptert med AES-256-GCM-SIV under personens egen nøkkel. Personens nøkkel er pakket inn med virksomhetens nøkkel og med en ukenøkkel som ligger utenfor databasen.
terms-measure-1-plain = Hvert felt er kryptert med AES-256-GCM-SIV under personens egen nøkkel. Personens nøkkel er pakket inn med virksomhetens nøkkel.
terms-measure-2 = En verdi er bundet til virksomhet, tabell, kolonne og rad: Flyttes den, lar den seg ikke åpne.
terms-measure-3 = Virksomheter holdes fra hverandre i hver spørring; på PostgreSQL håndhever databasen det i tillegg.
terms-measure-4 = Kontoer hos leverandøren kjennes igjen på id, aldri på en adresse. Lokale passord hashes med argon2id. Økter og lenker lagres som hasher.
terms-measure-5 = Roller har de tilgangene de trenger, i én tabell som er testet.
terms-measure-6 = Det som endrer personer, roller eller sikkerhet, skrives i en hendelseslogg.
terms-measure-7 = Programmets logglinjer nevner ingen: ingen navn, ingen adresser.
terms-measure-8 = Nøkler byttes mens programmet går; det som er lest med en gammel nøkkel, åpner ingenting som skrives etterpå.
terms-measure-9 = Sidene laster ingenting fra tredjeparter, og forbindelsene til leverandøren er kontrollert og begrenset.
terms-rights = Rettighetene til den enkelte
terms-rights-text = Den behandlingsansvarlige svarer den som vil se, rette eller slette det som er lagret. Programmet viser hver person hva som er lagret, og glemmer en person med en gang: Personens nøkkel ødelegges, så ingenting som er forseglet med den, lar seg åpne igjen.
terms-end = Når det er over
terms-end-person = En person som fjernes, er borte fra systemet i drift med en gang.
terms-end-backups = I sikkerhetskopier senest { $span } etterpå: Da er ukens nøkkel ødelagt, og kopier fra før åpner ingens profil.
terms-end-backups-unlimited = I sikkerhetskopier til den som drifter, sletter dem.
terms-end-organisation = Når virksomheten slutter, fjerner { $operator } den med en gang, med alt som hører til den, og noterer det utenfor databasen, så en sikkerhetskopi som hentes tilbake, mister den igjen. Det som ikke står i en profil, som navn, innstillinger og hendelseslogg, blir liggende i sikkerhetskopier til { $operator } sletter dem fra før.
terms-signatures = Underskrifter
terms-signatures-text = Signert av begge er vilkårene databehandleravtalen, slik den er den dagen. Vil du se om den fortsatt stemmer, sammenligner du fingeravtrykket med det over.
audit-privacy-fields-chosen = Felt om personer valgt
audit-privacy-fields-deleted = Verdier i felt slettet
