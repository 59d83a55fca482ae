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
