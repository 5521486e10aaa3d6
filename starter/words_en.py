"""English words for the starter's own texts: topics with synonyms, people, places, actions, values.
Lists only; how they are joined is decided in facts.py and frames_en.py."""
# ruff: noqa: SIM905 (a list of words is easier to read and mend as text)

# Each line: a topic, then other ways people call it.
TOPICS = [
    tuple(part.strip() for part in line.split(","))
    for line in """
annual leave, holiday, vacation, days off
sick leave, illness, being sick
parental leave, baby leave, time off for a child
remote work, working from home, home office
overtime, extra hours, working late
business travel, a work trip, travelling for work
travel expenses, trip costs, getting money back for a trip
probation, trial period, the first months
notice period, resignation, quitting
training budget, money for courses, course allowance
performance review, appraisal, yearly review
company laptop, work computer, notebook
office key, door key
parking space, parking, car park
lunch break, midday break
meeting room, conference room, booking a room
visitor badge, guest pass
payslip, salary statement, pay sheet
salary payment, wages, payday
bonus, extra pay, yearly premium
pension plan, retirement savings
health insurance, medical cover
expense report, claiming costs, reimbursement
purchase order, buying something, order form
supplier contract, vendor agreement
lease agreement, rental contract, renting
security deposit, deposit, bond
monthly rent, rent
late payment, paying late, overdue payment
termination, ending the contract, cancellation
confidentiality, secrecy, keeping things secret
intellectual property, ownership of inventions
liability, damages, who pays for damage
warranty, guarantee
product return, sending goods back, returns
refund, money back
delivery, shipping, sending the parcel
gift card, voucher
invoice, bill
discount code, promo code, coupon
membership, subscription
customer account, profile, login
password reset, forgotten password
two-factor login, second factor, extra login code
object storage, file storage, bucket
block volume, disk
virtual machine, server, instance
load balancer, traffic distribution
database backup, backup copy, snapshot
firewall rule, open port
access token, API key, secret key
log retention, keeping logs
data export, downloading the data
support ticket, help request
service outage, downtime, incident
maintenance window, planned maintenance
rate limit, request quota, number of calls
free plan, free tier
team plan, team package
business plan, enterprise package
domain name, web address
certificate, TLS certificate
container registry, image store
message queue, queue service
monitoring alert, alarm, notification
school trip, class excursion
homework, assignment
exam, test, final paper
library card, borrowing books
school uniform, school clothes
tuition fee, study cost, course fee
scholarship, grant, study money
swimming lesson, swim class
bus pass, transit ticket
train ticket, rail fare
bicycle rental, hire bike
residence permit, right to stay
passport, travel document
driving licence, permission to drive
tax return, tax form
waste collection, rubbish, garbage
water bill, water charge
electricity meter, power counter
noise complaint, loud neighbours
dog registration, dog licence
building permit, permission to build
fire drill, evacuation exercise
first aid kit, bandages
safety helmet, head protection
protective gloves, gloves
forklift, lift truck
assembly line, production line
quality check, inspection
machine cleaning, cleaning the press
spare part, replacement part
raw material, input goods
night shift, working at night
shift swap, changing shifts
accident report, reporting an injury
cold storage, fridge room
allergen label, allergy information
table reservation, booking a table
room service, food in the room
check-out, leaving the room
airport shuttle, ride to the airport
loyalty points, bonus points
season ticket, yearly ticket
concert hall, music venue
museum tour, guided tour
volunteer programme, volunteering
data protection, privacy, personal data
email signature, mail footer
mobile phone, work phone
dress code, what to wear
smoking area, smoking
pet policy, bringing a dog
company car, fleet vehicle
fuel card, petrol card
relocation support, moving help
referral reward, recommending a friend
exit interview, last talk
onboarding, first day, joining
code review, checking code
release process, shipping a version
test environment, staging
incident report, post-mortem
vaccination, flu jab
gym contribution, sports money
childcare, nursery
sabbatical, long unpaid leave
side job, second job
arbitration, dispute settlement
governing law, applicable law
force majeure, events beyond control
subletting, passing on the flat
renovation, changes to the flat
heating, warm water
elevator, lift
mailbox, letter box
""".strip().splitlines()
]

NOUNS = """
account agenda agreement annex answer apartment applicant application archive article asset attachment audit
award bag balance ballot banner barrier basket battery bench bicycle blanket board boat boiler bolt book booth
bottle box bracket branch brick bridge broom brush bucket budget bundle bus button cabinet cable calendar camera
canteen card cargo carpet cart carton case catalogue ceiling cell centre chain chair chart checklist cheque
circuit claim class client clinic clock cloud cluster coat code column comment committee component compressor
console consultant container contract copy corridor cost counter course court cover crane crate cupboard curtain
cylinder dashboard deadline deck deposit depot desk detector device diagram dish document door drawer drawing
dress driver drum elevator endpoint engine entrance envelope equipment escalator estimate exhibit exit factory
fan fence field file filter finding floor folder forecast form fountain frame freezer fund funnel furnace garage
garden gate gateway gauge glass guide hall hammer handbook handle hanger harness heater helmet hinge hose hotel
image index instrument inventory island jacket kettle key keyboard kitchen kiosk label lab ladder lamp landlord
lane lantern laptop lawn leaflet ledger lens letter level licence lid list loan lobby locker logbook lounge
machine magnet mail manual map marker market mask mat menu meter mirror mixer mode module monitor motor mug nail
napkin network newsletter node note notebook notice number office orchard order oven package packet pallet panel
paper park parcel partner path patient pavilion pen permit phone photo pipe pipeline plan plant plate platform
plug policy pool port post poster press printer process profile project proposal protocol pump purchase quarter
queue quote rack radiator rail ramp receipt recipe record region register regulator relay rental repair replica
report request reservation resource review ribbon ring road robot roof room rope route router rule sample
scaffold scale scanner schedule school screen screw seal seat section sensor server session sheet shelf shipment
shop shower sign signal site sketch socket sofa solution spool spring stage stairs stamp station statement
sticker stock stool storage store stove street string studio subscription suite summary supply survey switch
table tablet tag tank tap task team template tenant tent terminal test ticket tile timer toaster token tool towel
tower track tractor trailer transfer tray trolley truck tube tunnel turbine uniform unit update upload valve van
vault vehicle vendor venue version vessel village visitor volume wall wardrobe warehouse washer wheel whistle
window wire workshop wrench yard zone
""".split()

ADJECTIVES = """
active annual approved automatic backup basic blank blue bright broken certified cheap clean closed cold common
complete confidential corporate current daily damaged dark digital direct domestic double dry early eastern
electric electronic empty encrypted external extra fast final first flexible foreign formal former free fresh
front full general global gold green grey heavy hidden hot hourly idle inner internal international joint junior
large late legal light local long loose main manual medical metal mobile modern monthly municipal narrow national
new night northern official old online open orange original outer paid paper partial permanent personal plain
plastic portable premium primary printed private professional public purple quiet rear recent red regional
registered regular remote rented reserved retail rural safe sealed second secondary secure senior separate shared
short signed silver simple single small social soft solid southern spare special standard static steel sterile
strong technical temporary thick thin third tiny transparent upper urban urgent valid virtual warm weekly western
wet white wide wireless wooden written yearly yellow
""".split()

# base form, past participle
VERBS = [
    tuple(pair.split("/"))
    for pair in """
accept/accepted adjust/adjusted announce/announced approve/approved archive/archived arrange/arranged
assemble/assembled assign/assigned attach/attached block/blocked book/booked borrow/borrowed bring/brought
build/built calculate/calculated cancel/cancelled change/changed check/checked clean/cleaned close/closed
collect/collected compare/compared confirm/confirmed connect/connected copy/copied correct/corrected
count/counted cover/covered create/created cut/cut deactivate/deactivated deliver/delivered delete/deleted
deploy/deployed describe/described destroy/destroyed disconnect/disconnected dispatch/dispatched
display/displayed distribute/distributed document/documented download/downloaded draft/drafted encrypt/encrypted
examine/examined exchange/exchanged export/exported file/filed fill/filled fix/fixed forward/forwarded
freeze/frozen handle/handled heat/heated hide/hidden import/imported inspect/inspected install/installed
invite/invited issue/issued keep/kept label/labelled lend/lent list/listed load/loaded lock/locked log/logged
lower/lowered mark/marked measure/measured mix/mixed monitor/monitored mount/mounted move/moved name/named
notify/notified open/opened order/ordered pack/packed paint/painted park/parked pay/paid photograph/photographed
place/placed plan/planned polish/polished post/posted prepare/prepared present/presented print/printed
process/processed protect/protected publish/published purchase/purchased record/recorded recycle/recycled
refuse/refused register/registered reject/rejected release/released remove/removed rename/renamed renew/renewed
rent/rented repair/repaired replace/replaced report/reported request/requested reserve/reserved reset/reset
restart/restarted restore/restored return/returned review/reviewed rinse/rinsed save/saved scan/scanned
schedule/scheduled seal/sealed sell/sold send/sent share/shared sharpen/sharpened ship/shipped show/shown
sign/signed sort/sorted split/split stamp/stamped start/started stop/stopped store/stored submit/submitted
suspend/suspended tag/tagged test/tested tighten/tightened track/tracked train/trained transfer/transferred
translate/translated unlock/unlocked unpack/unpacked update/updated upload/uploaded validate/validated
verify/verified wash/washed weigh/weighed withdraw/withdrawn wrap/wrapped write/written
""".split()
]

ROLES = """
employees|staff members|the team lead|the line manager|the HR department|the payroll office|the finance team|
the IT help desk|the security officer|the data protection officer|the tenant|the landlord|the buyer|the seller|
the supplier|the contractor|the client|the lender|the borrower|the administrator|the account owner|
the project manager|the shift leader|the foreman|the safety officer|the warehouse clerk|the store manager|
the cashier|the receptionist|the caretaker|teachers|students|parents|visitors|volunteers|interns|
part-time workers|new hires|freelancers|the head of department|the board|the auditor|the librarian|the nurse|
the driver|the dispatcher|the chef|the waiter|the guide|the mayor's office|the licensee|the licensor|the operator|
the on-call engineer|the release manager|the site reliability team|the support desk|the legal department|
the works council|the training coordinator
""".replace("\n", "").split("|")

PLACES = """
the front desk|the ground floor|the second floor|the staff portal|the intranet|the blue cabinet|the archive room|
the main entrance|the loading bay|the canteen|the project folder|the control room|the shared drive|
the web console|the settings page|the billing page|the mobile app|the customer portal|the town hall|
the post office|the side building|the lobby|the library|the sports hall|the chemistry lab|the north gate|
the car park|the warehouse|the tool room|the server room|the dashboard|the help centre|the HR office|
the nurse's room|the reading room|the east wing|the reception|the basement|the courtyard|the meeting point|
the regional office|the service counter|the admin panel|the ticket system
""".replace("\n", "").split("|")

CONDITIONS = """
the manager agrees in writing|the item is unused|the invoice has been paid|the request arrives before noon|
the form is complete|the visitor carries an identity card|the account is verified|
the contract has run for one year|the device is locked|the weather is dry|two witnesses are present|
the seal is intact|the customer keeps the receipt|the employee has finished probation|the room is free|
the backup has finished|the machine is switched off|the plan is paid yearly|a doctor's note is attached|
the parents sign the form|the goods are faulty|both parties agree|the server is stopped|
the file is smaller than the limit|the licence is valid|the deposit has arrived|the project is open source|
an emergency occurs|the order was placed online|the user confirms by email|the temperature stays low|
the road is closed|the tenant gives notice in time|the child is under six|the supplier delivers late
""".replace("\n", "").split("|")

GIVEN = """
Anna Ben Carla David Elena Farid Grace Hugo Iris Jonas Karim Lena Marco Nadia Omar Paula Quentin Rosa Samir Tara
Umar Vera Wendy Xavier Yusuf Zoe Alice Bruno Clara Dario Emma Felix Gina Hanna Ivan Julia Kofi Laura Milan Nora
Oscar Petra Rami Sofia Tomas Ursula Viktor Wanda
""".split()
FAMILY = """
Abel Baker Castro Dorsey Ekman Fischer Garcia Hansen Ibarra Jensen Keller Lindt Moreno Novak Okafor Petrov Quist
Rossi Schmid Torres Ullman Vogel Weber Yilmaz Zander Archer Brook Cole Dale Ellis Frost Grant Hale Irving Joyce
Knox Lowe Marsh North Owens Pike Reed Stone Tate Vance Wells York
""".split()
BRANDS = """
Nimbus Orbit Falcon Harbor Cedar Lumen Quartz Breeze Summit Delta Aurora Polar Cobalt Maple River Ember Atlas
Comet Drift Echo Fjord Glade Halo Indigo Jade Karst Lotus Mistral Nova Onyx Pixel Raven Sable Tundra Umber Vertex
Willow Xenon Zephyr Acorn Beacon Canyon Dune Everest
""".split()
PRODUCTS = """
Cloud Store Drive Box Desk Pay Mail Flow Guard Sync Base Vault Bridge Note Track Lab Hub Cart Meter Forge
""".split()
PLANS = """
Free|Basic|Starter|Team|Business|Pro|Premium|Enterprise|Student|Family|Gold|Silver|Bronze|Standard|Plus|Small|
Medium|Large|Platinum|Light
""".replace("\n", "").split("|")
CITIES = """
Berlin Oslo Lyon Porto Dublin Boston Denver Austin Toronto Sydney Auckland Osaka Seoul Delhi Nairobi Lima Quito
Cairo Tunis Vienna Prague Warsaw Riga Geneva Milan Seville Bergen Leeds Bristol Cardiff Hanoi Manila Dakar Accra
Bogota
""".split()
COMMANDS = """
list create delete start stop restart login logout deploy backup restore status upload download attach detach
resize scale rotate export import enable disable verify init apply rollback sync mount prune
""".split()
OBJECTS = """
bucket server volume key user token network image project cluster backup queue log rule cert domain job node
group policy
""".split()
UNITS = """
GB|TB|MB|requests|users|seats|files|projects|pages|kilograms|metres|litres|items|devices|calls per minute|tickets|
copies|boxes|rooms|messages
""".replace("\n", "").split("|")
CURRENCIES = "yuan|euros|dollars|pounds|USD|EUR|CNY|francs".split("|")
PERIODS = "minutes|hours|days|working days|business days|weeks|months|calendar days|years".split("|")
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

# Everyday words that real texts are full of; they season the loose sentences and shape the tokenizer.
COMMON = """
able about above access according account across action activity add additional address advance after again
against age agree ahead allow allowed almost alone along already also although always amount and animal another
any anyone apply appropriate are area around arrive ask asked at attend authority available average avoid away
back bad basis be because become been before begin behind being below benefit best better between beyond big bill
birth both break bring business but buy by call can cannot care carry case cause certain chance change charge
check child choose circumstances city claim clear close colleague come common company concern condition consider
contact contain continue control could country cover create current customer damage data date day deal decide
decision deduct default degree delay deliver depend describe detail develop different difficult directly discuss
do does done down due during each early earn easy either email emergency employee employer employment enable end
enough ensure enter entire entitled equal equipment error especially even event every everyone everything exact
example except exceed exceptional exchange existing expect expense experience expire explain extend fact fail
failure family far fast fault fee few field find finish first five follow following food for force form found
four free from full function further general get give given go good goods government group grow had half hand
happen hard has have he health help her here high him his hold holiday home hour house how however if immediately
important in include including income increase individual inform information inside instead insurance interest
internal into is issue it item its itself job join just keep kind know large last late later law lead learn least
leave left legal less let letter level life light like likely limit line little live load local location long
look lose loss lost low made main maintain make manage manager many may maybe mean means measure medical meet
meeting member mention might minimum minor miss mistake money more morning most mother move much must my name
near necessary need never next no nor normal not note nothing notify now obtain occur of off offer often old on
once one online only open operate option or other otherwise our out outside over own page paid part particular
party pass pay people per perform permission person personal phone place please point policy position possible
power prepare present prevent previous price prior private probably problem proceed produce product proof proper
protect prove provide provided public purpose put quality question quickly raise rather reach read ready real
reason reasonable receive recommend reduce refer regarding region relevant remain remember remind remote require
required resource respect respond responsible rest result return right risk role room rule run safe same save say
school second section see seek select sell send separate serious serve service set several shall she short should
show side sign similar simple since site situation six small so some someone something soon source special
specific spend stand start state stay step still stop store strictly strong such suffer suitable supply support
sure system take talk task team tell ten term than that the their them themselves then there therefore these they
thing think third this those three through throughout time to today together too top total toward travel treat
true try turn twice two type under understand unless until unused up upon urgent us use used user usual usually
valid value various very view visit wait walk want was water way we week well were what when where whether which
while who whole whose why wide will wish with within without witness word work worker working world would write
writing written wrong year yes yesterday yet you young your yourself zero remotely twenty thirty percent
encryption encrypted rotate backup billing login password invoice refund deadline approval Monday laptop mobile
dashboard console storage network region cluster instance snapshot bandwidth latency uptime downtime quota
namespace deployment configuration credentials authentication parental maternity paternity sickness bereavement
unpaid salary payroll overtime probation resignation confidentiality liability indemnify warranty governing
jurisdiction termination notice breach party parties hereby thereof agreement obligations reimbursement mileage
allowance receipts
""".split()
