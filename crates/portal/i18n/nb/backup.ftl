# Rader i loggen om sikkerhetskopier.
audit-installation-restored = Gjenopprettet fra en sikkerhetskopi
