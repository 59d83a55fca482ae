# The audit log: its page, its words, verifying it.
audit-audit-chosen = Choices about the audit log changed
audit-audit-exported = Audit log downloaded
audit-audit-shortened = Old rows of the audit log deleted, as the organisation chose
audit-mail-read = Reported mail read
audit-people-exported = List of people downloaded
audit-person-viewed = Somebody looked at a person's page
audit-result-viewed = Results of one person looked at
