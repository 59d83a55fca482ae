# Frame, switches and parts that every page has.

skip = Gå til innholdet
nav-label = Hovedmeny
nav-open = Åpne hovedmenyen
nav-overview = Oversikt
nav-people = Personer
nav-simulations = Simuleringer
nav-reports = Rapporter
nav-guides = Veiledninger
nav-settings = Innstillinger
search-label = Finn en person ut fra brukernavnet
person-menu = { $name }: konto og økter
menu-account = Kontoen din
menu-sessions = Øktene dine
menu-sign-out = Logg av
demo-note = Dette er en demo med en øvingstenant.
demo-practice = Åpne øvingstenanten
foot-support = Brukerstøtte
foot-privacy = Personvern
foot-terms = Vilkår
foot-operator = Driftes av { $name }
foot-styleguide = Stilguide
foot-mailbox = Demoens innboks
foot-language = Språk
foot-theme = Farger
theme-system = Farger som systemet ditt
theme-light = Lyse farger
theme-dark = Mørke farger
or = eller
never = Aldri
not-now = Ikke nå
copy = Kopier
copied = Kopiert
print = Skriv ut
reference = Referansenummer
will-happen = Dette kommer til å skje
name-you = { $name } (deg)
form-problem = Noe må rettes
form-error = Rett dette:
table-filter = Filtrer
table-export = Eksporter som CSV
table-next = Vis eldre
steps-label = Trinn
steps-done = gjort
flash-saved = Lagret.
time-full = { $day }. { $month } { $year } kl. { $clock } { $zone }
time-date = { $day }. { $month } { $year }
span-minutes =
    { $count ->
        [one] 1 minutt
       *[other] { $count } minutter
    }
span-hours =
    { $count ->
        [one] 1 time
       *[other] { $count } timer
    }
span-days =
    { $count ->
        [one] 1 dag
       *[other] { $count } dager
    }
month-1 = jan.
month-2 = feb.
month-3 = mars
month-4 = april
month-5 = mai
month-6 = juni
month-7 = juli
month-8 = aug.
month-9 = sep.
month-10 = okt.
month-11 = nov.
month-12 = des.
column-action = Handling
column-actor = Av
column-answer = Svar
column-detail = Detaljer
column-device = Enhet
column-domain = Domene
column-ends = Avsluttes senest
column-field = Felt
column-kept = Oppbevares
column-last-sign-in = Siste pålogging
column-last-used = Sist brukt
column-match = Gjenkjennes
column-number = Nummer
column-ours = Lagret her
column-outcome = Resultat
column-person = Person
column-proof = Bevis
column-purpose = Formål
column-reference = Referanse
column-request = Forespørsel
column-result = Resultat
column-role = Rolle
column-started = Startet
column-state = Status
column-theirs = Hos leverandøren
column-time = Tid
column-why = Hva det brukes til
role-owner = Eier
role-security-administrator = Sikkerhetsadministrator
role-employee = Ansatt
state-active = Aktiv
state-disabled = Slått av
profile-email = E-post
profile-name = Navn
profile-title = Stilling
profile-company = Firma
profile-department = Avdeling
profile-phone = Telefon
profile-address = Adresse
profile-language = Språk
profile-profile-image = Profilbilde
part-card = Kort, statuser og knapper
part-stepper = Trinnviser
part-facts = Definisjonsliste
part-evidence = Liste over funn
part-timeline = Tidslinje
part-code = Kodeblokk
part-table = Tabell
part-table-empty = Tabell uten rader
part-form = Skjema
part-note = Meldinger
styleguide-purpose = Delene som alle sidene er laget av, hver med et eksempel.
mailbox-purpose = I demoen forlater ingen e-post denne maskinen. Det som ville blitt sendt, vises her.
mailbox-to = Til { $name }
mailbox-empty = Ingen e-post ennå
mailbox-empty-text = Her dukker e-post opp når det skjer noe folk må få vite om.
later-simulations-title = Simuleringer
later-simulations-heading = Ikke i denne versjonen
later-simulations-text = Her skal du kunne trene folkene dine med simulert phishing som behandler dem med respekt. Denne versjonen av Tillit har det ikke ennå.
later-reports-title = Rapporter
later-reports-heading = Ikke i denne versjonen
later-reports-text = Her skal du kunne se e-postene folk rapporterer, og svare dem som rapporterte. Denne versjonen av Tillit har det ikke ennå.
later-user-sync-title = Brukersynk
later-user-sync-heading = Ikke i denne versjonen
later-user-sync-text = Her vil personer bli lagt til og fjernet automatisk, ut fra katalogen deres. Inntil da blir folk lagt til når de logger på, hvis du slår det på under SIKKERHET.
later-add-in-title = Tillegg
later-add-in-heading = Ikke i denne versjonen
later-add-in-text = Her skal du kunne sette opp MailRisk-tillegget for Outlook, Gmail og Thunderbird. Denne versjonen av Tillit har det ikke ennå.
later-delivery-title = Levering
later-delivery-heading = Ikke i denne versjonen
later-delivery-text = Her skal du kunne bevise at simulerte e-poster kommer fram, ved å lese e-posthodene. Denne versjonen av Tillit har det ikke ennå.
