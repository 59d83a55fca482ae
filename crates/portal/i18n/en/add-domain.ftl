# Adding a domain by a DNS record.

domain-title = Add a domain
domain-purpose = Show that a domain is your organisation's with a record in its DNS.
domain-field = Domain
domain-hint = What stands behind the @ of your mail addresses, such as company.com
domain-bad = Type a domain, such as company.com
domain-show-record = Show the record to set
domain-record-title = Record to set
domain-record-do = Add a TXT record with this name and this text to the DNS of the domain. Whoever runs your DNS can do it; it stays the same until you need it.
domain-record-name = Name
domain-record-text = Text
domain-check = Check now
domain-different = Another domain
domain-will-1 = We ask DNS for the record. Nothing else is sent.
domain-will-2 = If it is there, people with addresses of this domain are sent to your sign-in.
domain-will-3 = It makes nobody an owner, and counts for no restore by the operator.
domain-added = { $domain } is your organisation's now. The record may be removed.
domain-own = { $domain } was your organisation's already.
domain-not-there = The record of { $domain } is not there yet. New records can take an hour to be seen.
domain-taken = { $domain } belongs to another organisation here. Only the operator of this portal can settle that.
domain-no-answer = DNS did not answer for { $domain }. Try again in a few minutes.
domain-too-many = Too many checks. Wait a minute, then check { $domain } again.
domain-card-button = Add a domain
proof-dns = A record in its DNS
