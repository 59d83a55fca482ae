# What people and owners are told beside mail.
told-first-time = This account has just been connected with you here: from now on it opens the portal as you. If you did not expect that, tell an administrator; your profile shows the account.
told-other-account = { $count ->
    [one] In the last week one sign-in came with another account than the one its person is linked to
   *[other] In the last week { $count } sign-ins came with another account than the one their person is linked to
}
told-other-account-text = All were refused. It happens when a username was given to somebody new, or an account was made anew. If it is the same human being, remove the old link on the person's page.
told-other-account-look = Look at the sign-ins
