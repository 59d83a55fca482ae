//! The codes, in the order in which people most often meet them.

use super::{Entry, Text, WhoCan};

const fn text(en: &'static str, nb: &'static str) -> Text {
    Text { en, nb }
}

/// All entries. No code is in two of them.
pub const TABLE: &[Entry] = &[
    Entry {
        codes: &[50105],
        meaning: text(
            "Your organisation lets only selected people use this app, and you are not one of them yet.",
            "Virksomheten din lar bare utvalgte personer bruke denne appen, og du er ikke lagt til ennå.",
        ),
        advice: text(
            "In the Entra admin centre, open Enterprise applications, this app, Users and groups, and add the person or a group. Or switch off “Assignment required” under Properties.",
            "Åpne Enterprise applications i Entra-administrasjonssenteret, velg denne appen og Users and groups, og legg til personen eller en gruppe. Eller slå av «Assignment required» under Properties.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[65001],
        meaning: text(
            "Nobody has agreed yet that this app may read the profile.",
            "Ingen har godtatt ennå at denne appen kan lese profilen.",
        ),
        advice: text(
            "Grant admin consent for the whole organisation, or let people agree themselves at their next sign-in.",
            "Gi administratorsamtykke for hele virksomheten, eller la hver enkelt godta ved neste pålogging.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[65004],
        meaning: text(
            "Somebody chose “Cancel” on Microsoft's page that asks for permission.",
            "Noen valgte «Avbryt» på Microsofts side som ber om tillatelse.",
        ),
        advice: text(
            "Sign in again and choose “Accept”. The app reads your own profile, and nothing else.",
            "Logg på på nytt og velg «Godta». Appen leser din egen profil, og ingenting annet.",
        ),
        who: WhoCan::Person,
    },
    Entry {
        codes: &[90094],
        meaning: text(
            "In your organisation an administrator has to agree before anybody can use this app.",
            "I virksomheten din må en administrator godta appen før noen kan bruke den.",
        ),
        advice: text(
            "Send the consent link to somebody who administers Microsoft for you, and sign in again afterwards.",
            "Send samtykkelenken til en som administrerer Microsoft hos dere, og logg på på nytt etterpå.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[90095],
        meaning: text(
            "You have asked for approval of this app, and the request is waiting for an administrator.",
            "Du har bedt om at appen godkjennes, og forespørselen venter på en administrator.",
        ),
        advice: text(
            "Approve it in the Entra admin centre: Enterprise applications, Admin consent requests.",
            "Godkjenn den i Entra-administrasjonssenteret: Enterprise applications, Admin consent requests.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[50020, 16000, 16003, 50034, 51004, 90072],
        meaning: text(
            "The account belongs to another organisation than the one you are signing in to.",
            "Kontoen hører til en annen virksomhet enn den du logger på hos.",
        ),
        advice: text(
            "Sign in again and pick your work account. If somebody from outside needs access, invite them as a guest in Entra first.",
            "Logg på på nytt og velg jobbkontoen din. Trenger noen utenfra tilgang, må de først inviteres som gjest i Entra.",
        ),
        who: WhoCan::Person,
    },
    Entry {
        codes: &[500_208],
        meaning: text("This is a personal Microsoft account.", "Dette er en privat Microsoft-konto."),
        advice: text(
            "Sign in again with the account that your employer gave you.",
            "Logg på på nytt med kontoen du har fått av arbeidsgiveren din.",
        ),
        who: WhoCan::Person,
    },
    Entry {
        codes: &[7_000_222],
        meaning: text(
            "The secret with which this portal proves who it is has expired.",
            "Hemmeligheten som portalen bruker for å vise hvem den er, er utløpt.",
        ),
        advice: text(
            "Make a new certificate or secret for the app in the Entra admin centre, and enter it in the second slot under Settings, SECURITY. With the shared registration, tell the operator.",
            "Lag et nytt sertifikat eller en ny hemmelighet for appen i Entra-administrasjonssenteret, og legg det inn på den andre plassen under Innstillinger, SIKKERHET. Bruker dere den felles registreringen, si fra til den som drifter portalen.",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[7_000_215],
        meaning: text(
            "The secret is wrong. Most often the secret's ID was pasted instead of its value.",
            "Hemmeligheten er feil. Som oftest er ID-en limt inn i stedet for verdien.",
        ),
        advice: text(
            "Copy the column “Value” in Certificates & secrets. It is shown only once: if it is gone, make a new one.",
            "Kopier verdien i kolonnen «Value» under Certificates & secrets. Den vises bare én gang: er den borte, må du lage en ny.",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[7_000_218, 700_025, 700_027, 50012, 700_030],
        meaning: text(
            "Microsoft did not accept the portal's certificate or secret.",
            "Microsoft godtok ikke portalens sertifikat eller hemmelighet.",
        ),
        advice: text(
            "Compare the certificate's thumbprint here and under Certificates & secrets, and check that the redirect URI is listed under the platform “Web”.",
            "Sammenlign avtrykket av sertifikatet her og under Certificates & secrets, og sjekk at omdirigerings-URI-en står under plattformen «Web».",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[50011, 900_971, 70004],
        meaning: text(
            "Microsoft does not know the address to which it should send you back.",
            "Microsoft kjenner ikke adressen du skal sendes tilbake til.",
        ),
        advice: text(
            "Add this installation's redirect URI to the app registration, exactly as it is shown here. With the shared registration, tell the operator.",
            "Legg til denne installasjonens omdirigerings-URI i appregistreringen, nøyaktig slik den vises her. Bruker dere den felles registreringen, si fra til den som drifter portalen.",
        ),
        who: WhoCan::Operator,
    },
    Entry {
        codes: &[700_016, 700_011],
        meaning: text("Microsoft does not find this app in your tenant.", "Microsoft finner ikke denne appen i tenanten deres."),
        advice: text(
            "Check the client ID and the tenant ID in the settings. With the shared registration somebody has to consent first.",
            "Sjekk klient-ID og tenant-ID i innstillingene. Bruker dere den felles registreringen, må noen samtykke først.",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[7_000_112, 70001, 1_000_031],
        meaning: text("The app is switched off in your tenant.", "Appen er slått av i tenanten deres."),
        advice: text(
            "In the Entra admin centre, open Enterprise applications, this app, Properties, and set “Enabled for users to sign in” to Yes.",
            "Åpne Enterprise applications i Entra-administrasjonssenteret, velg denne appen og Properties, og sett «Enabled for users to sign in» til Yes.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[650_052, 650_054, 650_056, 650_057, 65005, 50001, 500_011],
        meaning: text(
            "The app asks for a permission that its registration does not list, or that your tenant does not have.",
            "Appen ber om en tillatelse som ikke står i registreringen, eller som ikke finnes i tenanten deres.",
        ),
        advice: text(
            "Check that API permissions lists Microsoft Graph, User.Read (delegated), and grant consent again.",
            "Sjekk at Microsoft Graph, User.Read (delegert) står under API permissions, og gi samtykke på nytt.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[500_021, 500_022, 500_212, 500_213],
        meaning: text(
            "Your organisation's rules for other tenants do not allow this sign-in.",
            "Virksomhetens regler for andre tenanter tillater ikke denne påloggingen.",
        ),
        advice: text(
            "Allow this app or this tenant in the tenant restrictions, or in the cross-tenant access settings.",
            "Tillat denne appen eller tenanten i tenantbegrensningene, eller i innstillingene for tilgang på tvers av tenanter.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[50194, 90130, 9_002_332, 9_001_023],
        meaning: text(
            "The app is registered for one tenant only, and somebody from another one tried to use it.",
            "Appen er registrert for bare én tenant, og noen fra en annen prøvde å bruke den.",
        ),
        advice: text(
            "Enter the tenant ID in the settings, or change the registration to accounts in any organisation.",
            "Oppgi tenant-ID i innstillingene, eller endre registreringen til kontoer i alle virksomheter.",
        ),
        who: WhoCan::Operator,
    },
    Entry {
        codes: &[90002, 90019, 50059, 50128],
        meaning: text("Microsoft does not know this tenant or domain.", "Microsoft kjenner ikke denne tenanten eller dette domenet."),
        advice: text(
            "Check the tenant ID and the domain in the settings, letter by letter.",
            "Sjekk tenant-ID og domene i innstillingene, tegn for tegn.",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[90038, 900_382, 900_432, 1_000_104],
        meaning: text(
            "Your tenant is in another of Microsoft's clouds (government or China).",
            "Tenanten deres ligger i en annen av Microsofts skyer (myndigheter eller Kina).",
        ),
        advice: text(
            "Choose the right cloud in the settings. Each cloud needs an app registration of its own.",
            "Velg riktig sky i innstillingene. Hver sky trenger sin egen appregistrering.",
        ),
        who: WhoCan::Administrator,
    },
    Entry {
        codes: &[53003, 530_032, 53000, 53001, 53002, 50131, 530_035],
        meaning: text(
            "Your organisation's security rules stopped this sign-in, for example because of the device or the place.",
            "Sikkerhetsreglene i virksomheten stoppet påloggingen, for eksempel på grunn av enheten eller stedet.",
        ),
        advice: text(
            "Try again on a device that your organisation manages. An administrator finds the exact rule in Entra's sign-in logs by the correlation ID.",
            "Prøv igjen fra en enhet som virksomheten administrerer. En administrator finner den nøyaktige regelen i påloggingsloggen i Entra ved hjelp av korrelasjons-ID-en.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[50074, 50076, 50078, 50079, 50072, 50158],
        meaning: text(
            "Microsoft wants a second proof that it is you (multifactor authentication).",
            "Microsoft ber om enda et bevis på at det er deg (flerfaktorautentisering).",
        ),
        advice: text(
            "Sign in again and follow Microsoft's steps. The first time you may have to set up your phone.",
            "Logg på på nytt og følg trinnene hos Microsoft. Første gang må du kanskje sette opp telefonen.",
        ),
        who: WhoCan::Person,
    },
    Entry {
        codes: &[50053, 50055, 50057, 50126, 50144],
        meaning: text(
            "Microsoft did not accept the account or its password: wrong, expired, locked or disabled.",
            "Microsoft godtok ikke kontoen eller passordet: feil, utløpt, sperret eller deaktivert.",
        ),
        advice: text(
            "Check that you can sign in to other Microsoft services. If not, your organisation's Microsoft administrator can help.",
            "Sjekk om du kommer inn i andre Microsoft-tjenester. Hvis ikke, kan virksomhetens Microsoft-administrator hjelpe.",
        ),
        who: WhoCan::MicrosoftAdministrator,
    },
    Entry {
        codes: &[50058, 50140, 50132, 50133, 50173, 70008, 700_082, 70043],
        meaning: text(
            "The sign-in at Microsoft has ended, or took too long.",
            "Påloggingen hos Microsoft er avsluttet, eller tok for lang tid.",
        ),
        advice: text("Start the sign-in again from the portal.", "Start påloggingen på nytt fra portalen."),
        who: WhoCan::Person,
    },
    Entry {
        codes: &[501_481, 50147, 501_491, 54005, 70000, 700_005, 9_002_313],
        meaning: text(
            "Microsoft's answer was used twice, or does not belong to this sign-in.",
            "Svaret fra Microsoft ble brukt to ganger, eller hører ikke til denne påloggingen.",
        ),
        advice: text(
            "Start the sign-in again from the portal, without the browser's back button. If it happens again, send the reference to the operator.",
            "Start påloggingen på nytt fra portalen, uten å bruke tilbakeknappen i nettleseren. Skjer det igjen, send referansen til den som drifter portalen.",
        ),
        who: WhoCan::Operator,
    },
    Entry {
        codes: &[70011, 650_053, 28002],
        meaning: text("Microsoft did not understand what the portal asked for.", "Microsoft forstod ikke hva portalen ba om."),
        advice: text(
            "This is for whoever runs the portal to mend. Send them the reference on this page.",
            "Dette må den som drifter portalen, rette opp. Send dem referansen på denne siden.",
        ),
        who: WhoCan::Operator,
    },
    Entry {
        codes: &[50196, 90055, 90024, 90006, 90033],
        meaning: text(
            "Microsoft is busy right now, or has had too many requests.",
            "Microsoft er opptatt akkurat nå, eller har fått for mange forespørsler.",
        ),
        advice: text("Wait a few minutes and try again.", "Vent noen minutter og prøv igjen."),
        who: WhoCan::Person,
    },
];
