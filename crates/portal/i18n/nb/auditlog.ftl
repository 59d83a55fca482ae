# Hendelsesloggen: siden, ordene, kontroll av den.
audit-audit-chosen = Valg for hendelsesloggen ble endret
audit-audit-exported = Hendelsesloggen ble lastet ned
audit-audit-shortened = Gamle rader i hendelsesloggen ble slettet, slik virksomheten har valgt
audit-mail-read = Rapportert e-post ble lest
audit-people-exported = Listen over folk ble lastet ned
audit-person-viewed = Siden til en person ble åpnet
audit-result-viewed = Resultatene til én person ble åpnet
