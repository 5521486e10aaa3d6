"""English sentence frames, grouped by what they tell (price, deadline, place…), with the questions each group answers.
A line `S` is a statement, `Q` a question for any statement of its group; the slots in braces are filled by facts.py."""

FRAMES = """
# price
S {t} costs {c} per {per}.
S The price of {t} is {c}, including tax.
S For {t} we charge {c} per {per}, payable in advance.
S A fee of {c} applies to {t}.
S Anyone who needs {t} pays {c}.
Q How much does {t~} cost?
Q What is the price of {t~}?
Q What do I pay for {t~}?
Q Is there a fee for {t~} and how high is it?
# plan price
S The {x} plan costs {c} per {per}.
S Customers on the {x} plan pay {c} a {per}, billed in advance.
S Plan: {x}; Storage: {n} {u}; Price: {c}
S Plan: {x}; Seats: {n}; Price: {c}; Support: {w} to Friday
S {x} plan: {c} per user and {per}
S The {x} package includes {n} {u} and costs {c}.
Q How much is the {x} plan?
Q What does {x} cost?
Q Which price applies to the {x} package?
Q what do we pay for {x}
# plan limit
S The {x} plan includes {n} {u}.
S On the {x} plan, each account may use up to {n} {u}.
S Plan: {x}; Limit: {n} {u}; Overage: {c}
S With {x} you get {n} {u}; more can be bought for {c}.
S {x} customers are limited to {n} {u} per {per}.
Q How much can I use on the {x} plan?
Q What is the limit for {x}?
Q How many {u} does {x} include?
Q what do I get with the {x} package?
# product limit
S {b} accepts at most {n} {u} per {per}.
S The maximum for {b} is {n} {u}.
S {b} stores up to {n} {u} in each project.
S Every {b} account comes with {n} {u} free of charge.
S A single upload to {b} must not exceed {n} {u}.
S | {b} | {n} {u} | {c} |
Q How many {u} does {b} allow?
Q What is the limit of {b}?
Q How big can it get in {b}?
Q What is the most that {b} accepts?
# allowance
S Employees receive {n} days of {t} per year.
S Full-time staff are entitled to {n} days for {t}.
S After {n2} years of service, the entitlement to {t} rises to {n} days.
S {r} may take {n} {p} of {t} each year.
S The yearly allowance for {t} is {c} per person.
Q How many days of {t~} do I get?
Q How much {t~} am I entitled to?
Q What is the allowance for {t~}?
Q what do we get for {t~} per year?
# deadline
S Requests for {t} must be submitted at least {n} {p} in advance.
S {r} must ask for {t} no later than {n} {p} before it begins.
S Applications for {t} close on {d}.
S The deadline for {t} is {d} at {h}.
S {t}: hand in the form by {w} {h}.
S Anything about {t} has to reach {r} within {n} {p}.
Q How early do I have to ask for {t~}?
Q When is the deadline for {t~}?
Q By when must I apply for {t~}?
Q how long before do I need to hand in {t~}?
# duration
S {t} lasts {n} {p}.
S The period for {t} is {n} {p} and may be extended once.
S {t} may not exceed {n} {p}.
S Processing of {t} takes {n} to {n2} {p}.
S It takes {n} {p} until {t} is completed.
S Records about {t} are kept for {n} {p} and then deleted.
Q How long does {t~} take?
Q What is the duration of {t~}?
Q For how long is {t~} valid or kept?
Q how many {p} for {t~}?
# place
S {t} is handled at {l}.
S You can find the form for {t} in {l}.
S For {t}, go to {l} on the {nth} floor.
S Documents on {t} are kept in {l}.
S Please drop off everything for {t} at {l} in {y}.
S {t} can be requested through {l}.
Q Where do I go for {t~}?
Q Where is {t~} handled?
Q Where can I find something on {t~}?
Q At which place do I get {t~}?
# person
S {g} is responsible for {t}.
S Questions about {t} are answered by {g} in {y}.
S {t} is approved by {r}.
S Please contact {e} about {t}.
S Only {r} may decide on {t}.
S Send anything that concerns {t} to {e}.
S {g} ({e}) looks after {t}.
Q Who is responsible for {t~}?
Q Who do I contact about {t~}?
Q Who approves {t~}?
Q Whom can I ask about {t~}?
# command
S To {v} the {j}, run `{m}`.
S Use `{m}` to {v} the {j}.
S The {j} is {vd} with the command `{m}`.
S Run `{m}` as administrator and the {j} will be {vd}.
S `{m}` – {v} the {j}
S If you want to {v} the {j}, type `{m}` and wait {n} {p}.
Q How do I {v} the {j}?
Q Which command can {v} the {j}?
Q What do I type to {v} a {j}?
Q How can the {j} be {vd}?
# penalty
S Anyone in breach of {t} pays {c}.
S If {t} is late, interest of {pct} per {per} is charged.
S A penalty of {pct} of the contract value applies in case of {t}.
S Violations of the rules on {t} lead to a written warning.
S Failure to comply with {t} is fined with {c}.
Q What happens if I break the rules on {t~}?
Q What is the penalty for {t~}?
Q What are the consequences with {t~}?
Q how high is the fine in case of {t~}?
# eligibility
S {r} are entitled to {t} if {k}.
S {t} is available only if {k}.
S Only {r} with more than {n} {p} of service can apply for {t}.
S {t} is open to {r} and {r2}.
S Interns and part-time staff are not entitled to {t}.
S You qualify for {t} once {k}.
Q Who can get {t~}?
Q Am I entitled to {t~}?
Q Under which condition is {t~} possible?
Q Who is eligible for {t~}?
# rule
S {t} must be approved by {r} before it starts.
S {t} is not allowed unless {k}.
S {r} must {v} the {j} before {t}.
S During {t}, the {j} must not be {vd}.
S {t} is permitted on {w} and {w2} only.
S For {t}, {r} have to {v} a {j}.
Q What must be done before {t~}?
Q Is {t~} allowed?
Q What are the rules for {t~}?
Q What do I have to watch with {t~}?
# percentage
S {pct} of the costs of {t} are covered.
S The company contributes {pct} to {t}.
S {t} is reduced by {pct} when {k}.
S For {t}, a rate of {pct} applies from {d}.
Q Which percentage applies to {t~}?
Q How many percent are paid for {t~}?
Q What share of {t~} is covered?
# time
S {t} is possible from {h} to {h2}.
S {t} takes place every {w} at {h}.
S The desk for {t} is open on {w} between {h} and {h2}.
S {t} starts on {d}.
S Salaries and {t} are settled on the {nth} of each month.
Q When does {t~} take place?
Q At what time is {t~} possible?
Q On which day is {t~}?
Q when can I come for {t~}?
# clause
S {cl} {t} ends with a notice period of {n} {p}.
S {cl} {r} shall {v} the {j} within {n} {p}.
S {cl} In case of {t}, {r} shall pay {c} to {r2}.
S {cl} {r} may terminate {t} if {k}.
S {cl} {t} shall be governed by the law of {y}.
S {cl} {r} bears the costs of {t}.
Q What does the contract say about {t~}?
Q What is agreed on {t~}?
Q Which clause deals with {t~}?
# office
S The {y} office opens at {h} and closes at {h2}.
S In {y}, {r} can be reached at {e}.
S Our branch in {y} has {n} employees and {n2} meeting rooms.
S The {y} site is led by {g}.
S City: {y}; Manager: {g}; Phone: {tel}
Q Tell me about the {y} office.
Q Who or what is in {y}?
Q How do I reach the {y} branch?
# support
S {x} customers receive an answer within {n} {p}.
S Support for {b} answers within {n} {p} on working days.
S For {b}, faults of severity {n2} are handled within {n} {p}.
S The response time for {x} tickets of {b} is {n} {p}.
Q How fast does support answer?
Q What is the response time?
Q How long until someone replies to my ticket?
# steps
S To {v} the {j}, open {l} and choose "{J}".
S First {v} the {j}, then {v2} the {j2}.
S The {j} can be {vd} in {l} under {J2}.
S {r} can {v} the {j} at any time in {l}.
S Before you {v} the {j}, make sure that {k}.
Q How do I {v} the {j}?
Q What do I do to {v} the {j}?
Q Where or how can I {v} a {j}?
# object rule
S The {j} must be {vd} every {n} {p}.
S {r} must {v} the {j} before {h}.
S Never {v} the {j} while the {j2} is {vd}.
S The {j} may only be {vd} by {r}.
S Every {j} has to be {vd} within {n} {p} after delivery.
S {r} may not {v} the {j} without approval from {r2}.
Q Who must {v} the {j} and when?
Q How often or when is the {j} {vd}?
Q May I {v} the {j}?
Q When does the {j} have to be {vd}?
# object place
S The {j} is stored in {l}.
S You will find the {j} next to the {j2} in {l}.
S The {j} has been moved to {l} since {d}.
S Please return the {j} to {l} by {h}.
S The {j} belongs to {g} and stays in {l}.
Q Where is the {j}?
Q Where do I find the {j}?
Q Where should the {j} be returned?
# object cost
S A lost {j} costs {c}.
S The deposit for the {j} is {c} and is refunded after {n} {p}.
S Renting the {j} costs {c} per {per}.
S {J}: {c}, delivery within {n} {p}
S Item: {j}; Quantity: {n}; Unit price: {c}
Q What does the {j} cost?
Q How much do I pay for a {j}?
Q What is the price for the {j}?
# product fact
S {b} is available in {y} and {y2}.
S {b} was released on {d}.
S {b} supports {n} {u} and {n2} users at the same time.
S Data in {b} are encrypted and stored in {y}.
S {b} does not work when {k}.
S Version {ver} of {b} requires at least {n} {u}.
S The default region of {b} is {y}.
Q What should I know about {b}?
Q Where and since when is {b} available?
Q What does {b} support or require?
# warranty
S The warranty for the {j} runs for {n} {p} from delivery.
S The {j} may be returned within {n} {p} if {k}.
S We refund the {j} within {n} {p} after it arrives.
S Repairs of the {j} are free during the first {n} {p}.
Q How long is the warranty on the {j}?
Q Can I return the {j}?
Q How long do I have to bring back the {j}?
# definition
S {J} means any {j2} that {r} {v} for {r2}.
S "{J}" is the {j2} issued by {r}.
S A {j} is a {j2} used for {t}.
S {ABC} stands for {j} {n1}.
Q What is a {j}?
Q What does {j} mean?
Q How is {j} defined?
# safety
S In case of fire, leave the building through {l} and meet at {l2}.
S Wear a {j} whenever the {j2} is being {vd}.
S If the {j} leaks, close the {j2} and call {tel}.
S The {j} must be kept at {n} degrees.
Q What should I do about the {j}?
Q What is important for safety with the {j}?
Q what do I have to know when handling the {j}
"""
