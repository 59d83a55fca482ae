# Frame, switches and parts that every page has.

skip = Skip to the content
nav-label = Main menu
nav-open = Open the main menu
nav-overview = Overview
nav-people = People
nav-simulations = Simulations
nav-reports = Reports
nav-guides = Guides
nav-settings = Settings
search-label = Find a person by username
person-menu = { $name }: account and sessions
menu-account = Your account
menu-sessions = Your sessions
menu-sign-out = Sign out
demo-note = This is a demo with a practice tenant.
demo-practice = Open the practice tenant
foot-support = Support
foot-privacy = Privacy
foot-terms = Terms
foot-operator = Run by { $name }
foot-styleguide = Style guide
foot-mailbox = Demo mailbox
foot-language = Language
foot-theme = Colours
theme-system = Colours as your system
theme-light = Light colours
theme-dark = Dark colours
or = or
never = Never
not-now = Not now
copy = Copy
copied = Copied
print = Print
reference = Reference number
will-happen = What will happen
name-you = { $name } (you)
form-problem = There is something to correct
form-error = Correct this:
table-filter = Filter
table-export = Export as CSV
table-next = Show older
steps-label = Steps
steps-done = done
flash-saved = Saved.
time-full = { $day } { $month } { $year }, { $clock } { $zone }
time-date = { $day } { $month } { $year }
span-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
span-hours =
    { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
span-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
column-action = Action
column-actor = By
column-answer = Answer
column-detail = Details
column-device = Device
column-domain = Domain
column-ends = Ends at the latest
column-field = Field
column-kept = Kept
column-last-sign-in = Last sign-in
column-last-used = Last used
column-match = Match
column-number = Number
column-ours = Stored here
column-outcome = Outcome
column-person = Person
column-proof = Proof
column-purpose = Purpose
column-reference = Reference
column-request = Request
column-result = Result
column-role = Role
column-started = Started
column-state = State
column-theirs = At the provider
column-time = Time
column-why = What it is for
role-owner = Owner
role-security-administrator = Security administrator
role-employee = Employee
state-active = Active
state-disabled = Switched off
profile-email = Email
profile-name = Name
profile-title = Title
profile-company = Company
profile-department = Department
profile-phone = Phone
profile-address = Address
profile-language = Language
profile-profile-image = Profile image
part-card = Section card, states and buttons
part-stepper = Stepper
part-facts = Definition list
part-evidence = Evidence list
part-timeline = Timeline
part-code = Code block
part-table = Table
part-table-empty = Table without rows
part-form = Form
part-note = Messages
styleguide-purpose = The parts that every page is made of, each with a sample.
mailbox-purpose = In the demo no mail leaves this machine. What would have been sent is shown here.
mailbox-to = To { $name }
mailbox-empty = No mail yet
mailbox-empty-text = Mails appear here when something happens that people must hear of.
later-simulations-title = Simulations
later-simulations-heading = Not in this version
later-simulations-text = Here you will train your people with simulated phishing that respects them. This version of Tillit does not have it yet.
later-reports-title = Reports
later-reports-heading = Not in this version
later-reports-text = Here you will see the mails that your people report, and answer the people who reported them. This version of Tillit does not have it yet.
later-user-sync-title = User sync
later-user-sync-heading = Not in this version
later-user-sync-text = Here your directory will add and remove people for you. Until then, people are added when they sign in, if you switch that on under SECURITY.
later-add-in-title = Add-in
later-add-in-heading = Not in this version
later-add-in-text = Here you will set up the MailRisk add-in for Outlook, Gmail and Thunderbird. This version of Tillit does not have it yet.
later-delivery-title = Delivery
later-delivery-heading = Not in this version
later-delivery-text = Here you will prove that simulated mails arrive, by reading their headers. This version of Tillit does not have it yet.
