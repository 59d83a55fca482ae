# Searching for people.
search-title = Search for people
search-purpose = Names are stored encrypted, and no index over them exists. So a name is searched by opening one after the other; a whole username or mail address is found at once.
search-back = Back to the list
search-go-on = Search further
search-so-far = { $seen } of { $of } names searched so far.
search-all = All { $of } names searched.
search-full = Fifty people found after { $seen } of { $of } names. Type more of the name to find fewer.
search-count =
    { $count ->
        [one] One person found
       *[other] { $count } people found
    }
search-nobody-yet = Nobody yet
search-nobody-yet-text = Not all names were searched. Search further.
search-nobody = Nobody found
search-nobody-text = No word of a name begins with “{ $query }”.
search-nobody-address = Nobody has the username or mail address “{ $query }”.
search-among = Searched only among: { $choice }.
search-everybody = Search everybody
search-nobody-among = No word of a name of those you chose begins with “{ $query }”. Others were not searched.
search-nobody-address-among = None of those you chose has the username or mail address “{ $query }”. Others were not searched.
search-too-short = Type more of the name
search-too-short-text = Two letters are the least, a hundred the most.
search-nothing-typed = Nothing to search for
search-nothing-typed-text = Type a part of a name, or a whole username or mail address.
