## Hvor mange eiere som trengs med nødkoder, og å vente på hverandre.

kit-rule-title = Hvor mange eiere som trengs
kit-rule-purpose = Hvem sine nødkoder som slipper inn en eier når ingenting annet virker: én eiers, eller flere eieres sammen.
kit-rule-open = Velg hvor mange eiere som trengs
kit-rule-number = Det trengs
kit-rule-one = Koden til én eier
kit-rule-one-hint = Den raskeste veien tilbake. Den som finner nødkodearket til en eier, kan bruke det.
kit-rule-several = Koder fra { $number } eiere sammen
kit-rule-several-hint = Innen én time. Et enkelt ark som er funnet eller stjålet, slipper ingen inn.
kit-rule-all-hint = Dette er alle som har nødkoder som virker. Har en av dem mistet arket eller er borte, slipper ingen inn med koder.
kit-rule-now-one = Koden til én eier er nok
kit-rule-now-several = Det trengs koder fra { $number } eiere sammen
kit-rule-holders =
    { $holders ->
        [one] Én eier har nødkoder som virker.
       *[other] { $holders } eiere har nødkoder som virker.
    }
kit-rule-fewer = { $number } er valgt, og { $holders } har nødkoder som virker. For at ingen skal stenges ute, er færre nok så lenge.
kit-rule-lower-one = Fra { $time } er koden til én eier nok. Velg { $number } igjen for å stoppe det.
kit-rule-lower-several = Fra { $time } er koder fra { $lower } eiere nok. Velg { $number } igjen for å stoppe det.
kit-rule-few = For å kreve flere må minst to eiere ha nødkoder der én kode er prøvd.
kit-rule-will-told = Alle eiere får beskjed på e-post, nå.
kit-rule-will-more = Et høyere tall gjelder med en gang.
kit-rule-will-fewer = Et lavere tall gjelder etter 72 timer. Før det kan enhver eier stoppe det ved å velge det nåværende tallet igjen.
kit-rule-will-leave = Slutter eiere, slik at færre har nødkoder som virker, er kodene til alle som har dem, nok. Ingen stenges ute av et tall.
kit-rule-proof = Det er ikke nok å være logget på for å endre dette.
kit-rule-no-proof = En økt er ikke nok til å endre dette, for den kan være stjålet. Lag nødkoder først; de viser at det er deg.
kit-rule-save = Lagre valget
kit-rule-saved = Lagret. Alle eiere får beskjed.
kit-rule-too-few =
    { $holders ->
        [one] Bare én eier har nødkoder som virker. Be de andre lage nødkoder og prøve en av dem.
       *[other] Bare { $holders } eiere har nødkoder som virker. Be de andre lage nødkoder og prøve en av dem.
    }
kit-rule-same = Dette er valgt fra før
together-title = Koden er riktig. Flere må være med
together-more =
    { $count ->
        [one] Den venter på koden til én eier til, senest { $until }.
       *[other] Den venter på koder fra { $count } eiere til, senest { $until }.
    }
together-1 = Ring de andre eierne. De har fått en e-post om det.
together-2 = Hver av dem åpner denne påloggingssiden i sin egen nettleser og skriver brukernavn og kode.
together-3 = La denne siden stå åpen. Når de har gjort det, se etter på nytt. Da er du logget på.
together-unused = Koden din brukes ikke opp mens den venter.
together-look = Se etter på nytt
together-over = Det er ingenting som venter her lenger: Timen er over, eller en kode er byttet ut. Skriv koden på nytt. Er den brukt, skriv den neste på arket.
audit-recovery-kit-rule-chosen = Valgt hvor mange eiere som trengs med nødkoder
audit-sign-in-recovery-code-waits = Nødkode skrevet; den venter på andre eieres
audit-sign-in-recovery-together = Nødkoder fra flere eiere slapp dem inn
held-kit-waiting-person-id = At en av nødkodene dine venter på andre eieres. En time.
