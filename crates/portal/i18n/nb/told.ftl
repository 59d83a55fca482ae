# Det folk og eiere får vite ved siden av e-post.
told-first-time = Denne kontoen er nå koblet til deg her: Fra i dag åpner den portalen som deg. Kom det uventet, si fra til en administrator. Du finner kontoen i profilen din.
told-other-account = { $count ->
    [one] Den siste uken kom én pålogging med en annen konto enn den personen er koblet til
   *[other] Den siste uken kom { $count } pålogginger med andre kontoer enn dem personene er koblet til
}
told-other-account-text = Alle ble avvist. Det skjer når et brukernavn er gitt til en ny person, eller når en konto er laget på nytt. Er det samme menneske, fjerner du den gamle koblingen på siden til personen.
told-other-account-look = Se påloggingene
