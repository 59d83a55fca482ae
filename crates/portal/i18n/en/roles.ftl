# Roles: their names, and what each may.
role-owner = Owner
role-security-administrator = Security administrator
role-directory-manager = Directory manager
role-campaign-author = Campaign author
role-analyst = Analyst
role-privacy-officer = Privacy officer
role-auditor = Auditor
role-employee = Employee
role-owner-may = Answers for the organisation and may everything: gives roles, enforces and turns off single sign-on, holds a recovery kit.
role-security-administrator-may = Runs security from day to day: sets up and tests single sign-on, manages employees, runs simulations, reads reported mail and the logs.
role-directory-manager-may = Brings employees in and takes them out again, ends their sessions, looks after domains. Reads no mail and no results.
role-campaign-author-may = Writes and sends simulated phishing, and sees results in groups. Reads no reported mail.
role-analyst-may = Reads reported mail and decides what it is. Sees no results of simulations.
role-privacy-officer-may = Decides what is kept about people, answers those who ask to be erased, reads the log. Reads no mail and sees nobody's own results.
role-auditor-may = Reads settings, people and the log, and changes nothing. Reads no mail and sees nobody's own results.
role-employee-may = Signs in, and sees the own account.

few-owners = There is only one owner
few-owners-text = If this person leaves or cannot sign in, nobody here can give roles or turn single sign-on off. Make a second person owner, and let both keep a recovery kit.
few-owners-text-other = If this person leaves or cannot sign in, nobody here can give roles or turn single sign-on off. The owner can make a second person owner.
