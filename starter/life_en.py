"""English sentences of working life, law and cloud, in families; the questions under a sentence are answered
by it alone. Within a family the sentences are near-misses of one another."""

LIFE = """
# Annual leave
S Up to {n} unused days may be carried over into the following year.
Q How many leftover holidays can I take into next year?
Q Can I keep days that I have not used?
Q What happens to unused leave at the end of the year?
S Days carried over expire on {d} if they have not been taken.
Q When do old holidays lapse?
Q Until when do I have to use last year's leave?
S Employees who join during the year earn {n} days for each full month worked.
Q I start in the middle of the year, how much holiday do I get?
Q How is leave counted for newcomers?
S Your manager answers a leave request within {n} working days.
Q How long does my boss have to reply to my holiday request?
Q When will I hear whether my vacation is approved?
S Leave longer than {n} weeks in a row needs the approval of {r}.
Q Who has to agree to a very long vacation?
Q Can I be away for more than a month at once?
# Sick leave
S Employees who fall ill must inform their team before {h} on the first day.
Q By what time do I have to call in sick?
Q I am ill today, when should I tell my colleagues?
S A doctor's certificate is required from the {nth} day of illness.
Q When do I need a medical certificate?
Q From which day must I bring a note from the doctor?
S During illness, the full salary is paid for {n} weeks.
Q Do I still get paid when I am sick, and how long?
Q For how many weeks is my wage continued?
S Send the certificate to {e} as a scan.
Q Where do I send the doctor's note?
Q Which address gets the sick certificate?
# Remote work
S Employees may work from home up to {n} days a week.
Q How often can I do home office?
Q How many days per week may I stay at home to work?
S Ask your manager at least {n} hours before working from home.
Q How early must I announce a home office day?
Q How long beforehand do I request to work remotely?
S Working from abroad is allowed for at most {n} days a year and needs the approval of {r}.
Q May I work from another country?
Q How many days can I spend abroad with my laptop?
S While working remotely, everyone must be reachable between {h} and {h2}.
Q At what times do I have to be available at home?
Q What are the core hours for remote staff?
S The company pays {c} once for a desk and a chair at home.
Q Do I get money for furniture in my home office?
Q How much is paid for equipping my workplace at home?
# Travel and expenses
S Hotel nights are reimbursed up to {c} per night in {y}.
Q How expensive may the hotel be?
Q What is the limit for accommodation?
S Receipts must be uploaded within {n} days after the end of the trip.
Q How long do I have to hand in my receipts?
Q When do I need to submit travel costs at the latest?
S Flights under {n} hours are booked in economy class.
Q Can I fly business class?
Q Which class may I book on a short flight?
S The daily meal allowance is {c} for trips of more than {n} hours.
Q How much do I get for food when travelling?
Q Is there money for meals on the road?
S Private cars are compensated with {c} per kilometre.
Q What do I receive for using my own car?
Q How much per kilometre?
S Expenses above {c} need the signature of {r} in advance.
Q Who must sign large expenses?
Q From which amount do I need approval before spending?
# Pay
S Salaries are transferred on the {nth} of each month.
Q When is payday?
Q On which day does my money arrive?
S Overtime on {w} is paid with a surcharge of {pct}.
Q How much extra is there for working on the weekend?
Q What is the overtime supplement?
S Pay slips can be downloaded from {l}.
Q Where do I find my salary statement?
Q How can I get my payslip?
S A change of bank details must reach {r} by the {nth} of the month.
Q I have a new bank account, until when must I report it?
Q Whom do I tell about a new account number?
S The annual bonus amounts to {pct} of the base salary when all goals are met.
Q How high is the bonus?
Q What share of my pay can I get as a yearly extra?
# Joining and leaving
S The probation period lasts {n} months.
Q How long am I on trial?
Q When is my probation over?
S During probation, either side may end the employment with {n} weeks' notice.
Q How quickly can I quit in the first months?
Q What notice applies at the beginning?
S After probation, the notice period is {n} months to the end of a month.
Q How long before leaving must I give notice?
Q What is the regular period for resigning?
S Laptop, badge and keys are returned to {r} on the last working day.
Q Where do I hand in my equipment when I leave?
Q What do I have to give back on my last day?
S New colleagues receive their badge at {l} at {h}.
Q Where do I pick up my pass on the first day?
Q When should I come on my first morning?
# Payment terms
S Invoices are payable within {n} days of receipt without deduction.
Q How long may we take to pay the bill?
Q What is the payment term?
S If payment is made within {n} days, the buyer may deduct {pct}.
Q Is there a discount for paying early?
Q How much cash discount is granted?
S Late payments bear interest at {pct} per year.
Q What does it cost if the customer pays too late?
Q How high is default interest?
S All prices are stated in euros and exclude value added tax.
Q Is tax included in the prices?
Q Which currency applies?
S The seller may suspend deliveries once an invoice is more than {n} days overdue.
Q When can the supplier stop delivering because of unpaid bills?
Q What may happen to shipments if we owe money?
# Term and termination
S This agreement starts on {d} and runs for {n} years.
Q When does the contract begin and how long does it run?
Q What is the term of the agreement?
S It renews for another {n} months unless a party objects in writing.
Q Is the contract extended automatically?
Q What happens when the term is over and nobody says anything?
S Either party may terminate with {n} days' written notice.
Q How can we get out of the contract?
Q How much notice must be given to end the agreement?
S Termination for cause requires a warning and a period of {n} days to remedy the breach.
Q Can we end it at once when the other side breaks the contract?
Q How long does the other party have to fix a violation?
S Upon termination, confidential papers are destroyed within {n} days.
Q What must be done with secret documents afterwards?
Q When do papers have to be shredded after the end?
# Liability and secrecy
S Total liability is limited to {c} per year.
Q What is the cap on damages?
Q Up to which amount is the supplier liable?
S The limit does not apply to intent, gross negligence or personal injury.
Q When is liability unlimited?
Q Are there exceptions to the cap?
S The duty of confidentiality continues for {n} years after the contract ends.
Q How long must we keep things secret?
Q Does secrecy end together with the contract?
S For each breach of secrecy, the receiving party pays {c}.
Q What is the fine for passing on confidential information?
Q How much must be paid for leaking a secret?
S Disputes are decided by the courts of {y}.
Q Which court is competent?
Q Where would we have to sue?
# Storage
S Objects are copied to {n} zones in the same region.
Q How many copies of my files are kept?
Q Is my data stored more than once?
S Deleted objects can be restored for {n} days.
Q I removed a file by mistake, can I get it back?
Q How long are deleted files recoverable?
S Storage is billed at {c} per GB and month.
Q What does a gigabyte cost?
Q How is storage charged?
S A bucket name must have between {n1} and {n} characters.
Q How long may the name of a bucket be?
Q What are the rules for naming buckets?
S Upload large files with `{m}`.
Q Which command do I use for uploading big files?
Q How can I send a very large file?
# Access and keys
S API keys expire after {n} days.
Q How long is a key valid?
Q When do I need a new API key?
S Create a new key with `{m}` and delete the old one afterwards.
Q How do I rotate a key?
Q What is the command for a fresh key?
S Passwords must have at least {n} characters.
Q How long must my password be?
Q What is the minimum length of passwords?
S After {n} failed attempts, the account is locked for {n2} minutes.
Q What happens if I type the wrong password several times?
Q How often may I fail to log in?
S Only {r} can invite new users.
Q Who may add people to the account?
Q How do new members get access?
# Servers and network
S A stopped instance is still charged for its disks.
Q Do I pay for a machine that is switched off?
Q Are there costs when a server is stopped?
S Resizing an instance takes about {n} minutes and restarts it.
Q How long does it take to change the size of a server?
Q Will my machine reboot when I make it bigger?
S Traffic within one region is free; traffic to the internet costs {c} per GB.
Q What does outgoing data transfer cost?
Q Do I pay for traffic?
S Each project may have {n} public addresses; ask {e} for more.
Q How many public IPs can I have?
Q Where can the address quota be raised?
S Open port {n} in the firewall before connecting.
Q Which port must be open?
Q Why can I not connect, what should the firewall allow?
# Backups and incidents
S Backups run every night at {h} and are kept for {n} days.
Q How often is a copy made and how long is it kept?
Q When do the nightly backups start?
S Restore a backup with `{m}`.
Q How do I get my database back?
Q Which command restores a copy?
S We aim for an availability of {pct} per month.
Q How reliable is the service?
Q Which uptime is promised?
S If availability falls below the target, {pct} of the monthly fee is credited.
Q Do I get money back after an outage?
Q What compensation is there for downtime?
S Report an incident at {e} or call {tel}.
Q How do I report that something is down?
Q Whom do I call in an emergency at night?
S Maintenance takes place on {w} from {h} and is announced {n} days before.
Q When are systems down for maintenance?
Q How early are planned interruptions announced?
# Shop and rent
S Unused goods can be sent back within {n} days for a full refund.
Q How long can I return something?
Q Can I get my money back if I do not like it?
S Orders over {c} are shipped free of charge.
Q From which amount is delivery free?
Q Do I pay for shipping?
S The tenant pays a deposit of {n} months' rent.
Q How much is the deposit for the flat?
Q What must the renter leave as security?
S Small repairs up to {c} are paid by the tenant.
Q Who pays when a tap drips?
Q Which repairs does the renter bear?
S Pets need the written consent of {r}.
Q May I keep a dog in the flat?
Q Whom do I ask before getting a cat?
"""
