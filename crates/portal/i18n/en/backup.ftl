# Rows of the audit log about backups.
audit-installation-restored = Brought back from a backup
