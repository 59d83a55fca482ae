# Legge til et domene med en oppføring i DNS.

domain-title = Legg til et domene
domain-purpose = Vis at et domene hører til virksomheten, med en oppføring i DNS.
domain-field = Domene
domain-hint = Det som står etter @ i e-postadressene deres, for eksempel firma.no
domain-bad = Skriv et domene, for eksempel firma.no
domain-show-record = Vis oppføringen
domain-record-title = Oppføring som skal inn
domain-record-do = Legg inn en TXT-oppføring med dette navnet og denne teksten i DNS for domenet. Den som drifter DNS hos dere, kan gjøre det; den er den samme til dere trenger den.
domain-record-name = Navn
domain-record-text = Tekst
domain-check = Sjekk nå
domain-different = Et annet domene
domain-will-1 = Vi spør DNS etter oppføringen. Ikke noe annet blir sendt.
domain-will-2 = Står den der, blir folk med adresser på dette domenet sendt til påloggingen deres.
domain-will-3 = Det gjør ingen til eier og teller ikke ved gjenoppretting.
domain-added = { $domain } hører nå til virksomheten. Oppføringen kan fjernes.
domain-own = { $domain } hørte allerede til virksomheten.
domain-not-there = Oppføringen for { $domain } er ikke der ennå. Det kan ta en time før nye oppføringer synes.
domain-taken = { $domain } hører til en annen virksomhet her. Det kan bare den som drifter portalen, ordne opp i.
domain-no-answer = DNS svarte ikke for { $domain }. Prøv igjen om noen minutter.
domain-too-many = For mange sjekker. Vent et minutt, og sjekk { $domain } på nytt.
domain-card-button = Legg til et domene
proof-dns = En oppføring i DNS
domain-remove = Fjern
domain-remove-title = Fjern { $domain }
domain-remove-purpose = Domenet avgjør hvor folk blir sendt for å logge på. Se hva som endres uten det.
domain-remove-button = Fjern { $domain }
domain-remove-nobody = Ingen aktive har et brukernavn på det.
domain-remove-not-counted = Det er så mange personer at ikke alle brukernavn ble sett på. Så langt er ingen på dette domenet.
domain-remove-these =
    { $count ->
        [one] Én aktiv person har et brukernavn på det: { $names }.
       *[other] { $count } aktive personer har et brukernavn på det: { $names }.
    }
domain-remove-among = { $count } aktive personer har et brukernavn på det, blant dem { $names }.
domain-remove-at-least = Minst { $count } aktive personer har et brukernavn på det, blant dem { $names }.
domain-remove-will-route = Påloggingssiden sender ikke lenger brukernavn på { $domain } til virksomheten. De som har et, logger på på { $address }.
domain-remove-will-new = Enkel pålogging slipper ikke inn noen nye med brukernavn på { $domain }.
domain-remove-will-linked = Kontoer som er koblet, er fortsatt koblet. Personer, roller og passord blir som de er.
domain-remove-will-free = En annen virksomhet i denne portalen kan vise at domenet er deres.
domain-remove-will-back = Det står i hendelsesloggen. Du kan legge til domenet igjen med en oppføring i DNS.
domain-kept-vouched = De som drifter portalen, har bekreftet { $domain }, og bygger på det når virksomheten må slippes inn igjen. Derfor er det bare de som fjerner det: ingen som overtar økten til en eier, skal kunne ta bort den veien. Skriv til dem som drifter portalen.
domain-kept-in-use = Domenet blir så lenge enkel pålogging er påkrevd. { $who } Påloggingssiden ville ikke lenger sende dem dit, og ville spørre etter passord som ikke godtas. Slå av enkel pålogging først, eller slå av disse personene.
domain-kept-not-counted = Domenet blir så lenge enkel pålogging er påkrevd: det er så mange personer at ikke alle brukernavn kunne ses på, og ingen skal bli stengt ute. Prøv igjen når det er roligere, eller slå av enkel pålogging først.
domain-removed = Domenet er ikke virksomhetens lenger.
