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
domain-remove = Remove
domain-remove-title = Remove { $domain }
domain-remove-purpose = The domain decides where people are led to sign in. Look at what changes without it.
domain-remove-button = Remove { $domain }
domain-remove-nobody = Nobody who is active has a username on it.
domain-remove-not-counted = There are so many people that not all usernames were looked at. Until now nobody's is on it.
domain-remove-these =
    { $count ->
        [one] One active person has a username on it: { $names }.
       *[other] { $count } active people have a username on it: { $names }.
    }
domain-remove-among = { $count } active people have a username on it, among them { $names }.
domain-remove-at-least = At least { $count } active people have a username on it, among them { $names }.
domain-remove-will-route = The sign-in page no longer leads usernames on { $domain } to your organisation. Whoever has one signs in at { $address }.
domain-remove-will-new = Single sign-on lets in nobody new whose username is on { $domain }.
domain-remove-will-linked = Accounts that are linked stay linked. People, roles and passwords stay.
domain-remove-will-free = Another organisation on this portal can show that the domain is theirs.
domain-remove-will-back = It stands in the audit log. You can add the domain again with a record in its DNS.
domain-kept-vouched = The operator of this portal confirmed { $domain }, and rests on it when your organisation has to be let in again. So only the operator removes it: nobody who takes over an owner's session can take that way away. Write to the operator.
domain-kept-in-use = The domain stays while single sign-on is in force. { $who } The sign-in page would no longer lead them to it, and would ask for passwords that are not accepted. Turn single sign-on off first, or switch these people off.
domain-kept-not-counted = The domain stays while single sign-on is in force: there are so many people that not all usernames could be looked at, and nobody may be locked out. Try again when less is going on, or turn single sign-on off first.
domain-removed = The domain is not your organisation's any more.
