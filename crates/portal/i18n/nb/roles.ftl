# Roller: navnene, og hva de gir tilgang til.
role-owner = Eier
role-security-administrator = Sikkerhetsadministrator
role-directory-manager = Brukeradministrator
role-campaign-author = Kampanjeansvarlig
role-analyst = Analytiker
role-privacy-officer = Personvernansvarlig
role-auditor = Revisor
role-employee = Ansatt
role-owner-may = Har ansvaret for virksomheten her og kan gjøre alt: gir roller, gjør enkel pålogging påkrevd og slår den av, og har nødkoder.
role-security-administrator-may = Tar seg av sikkerheten i det daglige: setter opp og prøver enkel pålogging, tar hånd om ansatte, kjører simuleringer og leser rapportert e-post og loggene.
role-directory-manager-may = Legger til ansatte og fjerner dem igjen, avslutter øktene deres og tar hånd om domener. Leser verken e-post eller resultater.
role-campaign-author-may = Lager og sender simulert phishing, og ser resultater for grupper. Leser ikke rapportert e-post.
role-analyst-may = Leser rapportert e-post og avgjør hva den er. Ser ingen resultater fra simuleringer.
role-privacy-officer-may = Bestemmer hva som lagres om folk, svarer dem som vil bli slettet, og leser loggen. Leser ikke e-post og ser ikke enkeltpersoners resultater.
role-auditor-may = Leser innstillinger, personer og loggen, og endrer ingenting. Leser ikke e-post og ser ikke enkeltpersoners resultater.
role-employee-may = Logger på og ser sin egen konto.

few-owners = Det er bare én eier
few-owners-text = Hvis denne personen slutter eller ikke får logget på, kan ingen her gi roller eller slå av enkel pålogging. Gjør én person til til eier, og la begge ta vare på nødkoder.
few-owners-text-other = Hvis denne personen slutter eller ikke får logget på, kan ingen her gi roller eller slå av enkel pålogging. Eieren kan gjøre én person til til eier.
