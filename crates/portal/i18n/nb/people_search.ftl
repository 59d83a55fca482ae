# Søk etter folk.
search-title = Søk etter folk
search-purpose = Navn lagres kryptert, og det finnes ingen indeks over dem. Derfor søkes et navn fram ved å åpne ett etter ett; et helt brukernavn eller en hel e-postadresse finnes med en gang.
search-back = Tilbake til listen
search-go-on = Søk videre
search-so-far = { $seen } av { $of } navn er gjennomsøkt så langt.
search-all = Alle { $of } navn er gjennomsøkt.
search-full = Femti personer funnet etter { $seen } av { $of } navn. Skriv mer av navnet for å finne færre.
search-count =
    { $count ->
        [one] Én person funnet
       *[other] { $count } personer funnet
    }
search-nobody-yet = Ingen ennå
search-nobody-yet-text = Ikke alle navn er gjennomsøkt. Søk videre.
search-nobody = Ingen funnet
search-nobody-text = Ingen del av et navn begynner med «{ $query }».
search-nobody-address = Ingen har brukernavnet eller e-postadressen «{ $query }».
search-among = Søkt bare blant: { $choice }.
search-everybody = Søk blant alle
search-nobody-among = Ingen del av et navn blant dem du valgte, begynner med «{ $query }». Det ble ikke søkt blant de andre.
search-nobody-address-among = Ingen av dem du valgte, har brukernavnet eller e-postadressen «{ $query }». Det ble ikke søkt blant de andre.
search-too-short = Skriv mer av navnet
search-too-short-text = To bokstaver er det minste, hundre det meste.
search-nothing-typed = Ingenting å søke etter
search-nothing-typed-text = Skriv en del av et navn, eller et helt brukernavn eller en hel e-postadresse.
