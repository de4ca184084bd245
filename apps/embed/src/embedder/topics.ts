/**
 * Everyday topics and their English words. The hashing embedder, which otherwise compares letters only, treats words of
 * one topic as similar. A word may have several topics.
 */
export const topics = {
  food: 'apple bake baking beans beef bread breakfast broth butter cake cheese chicken chickpea chocolate coconut coffee cook cooking cuisine curry delicious dessert diet dine dinner dish drink eat egg espresso fish flour food fridge fruit fry garlic grill herb ingredient juice kitchen lasagna lemon lentil lunch meal meat menu milk mushroom noodle nut oil olive onion oven pan pancake pasta pepper pizza pork potato recipe restaurant rice roast salad salmon salt sauce sausage snack soup spaghetti spice spicy spinach stew sugar supper taste tasty tea tofu tomato vegan vegetable vegetarian vinegar wine yogurt',
  travel:
    'abroad airbnb airline airport backpack beach boarding bus camping city coast cruise destination ferry flight fly greece holiday hostel hotel island itinerary japan journey lisbon london luggage map mountain museum neighborhood neighbourhood pack packing paris passport plane portugal resort rome sightseeing spain station suitcase ticket tour tourist train travel trip vacation visa visit',
  home: 'apartment area attic balcony basement bathroom bedroom builder carpet ceiling cellar chimney damp door estate flat floor furniture garage heating house housing insulation kitchen landlord lease move neighborhood neighbour neighbourhood paint plumbing property realtor renovate renovation rent roof room school sofa tenant wall window',
  money:
    'account bank bond borrow broker budget cash credit crypto currency debt deduct deposit dividend etf euro expense fee finance fund income index inflation interest invest investing investment invoice loan market money mortgage pay payment pension percent portfolio price rate refund risk salary saving savings share stock tax tuition wage',
  tax: 'accountant deadline deduct deduction income invoice return tax taxes vat',
  car: 'auto battery brake car clutch diesel drive driver driving electric engine fuel garage gear golf headlight honda license maintenance mechanic mileage motor motorcycle oil park parking petrol repair tire toyota transmission truck tyre vehicle wheel',
  health:
    'ache allergy appointment blood body cold cough diagnosis diet disease doctor dose drug fever flu headache health heart hospital hurt illness infection injury insomnia knee medication medicine migraine muscle nurse pain patient pharmacy physio pill prescription pressure rash sick sleep stomach stress surgeon surgery symptom therapist therapy tired treatment vaccination vaccine virus vitamin',
  sport:
    'ball basketball bike coach cycling exercise fitness football game gym jog league lift marathon match pace player race run runner running score shoe ski soccer sport squat stretch swim swimming team tennis tournament train training workout yoga',
  software:
    'algorithm api app array backend browser bug build cache class code coding commit compile compiler crash css debug deploy developer error exception file framework frontend function git github html http java javascript json library linux log loop memory module node npm object parse parser process program programming python react regex repository runtime rust script server software stack stream string syntax test thread type typescript variable web website',
  database:
    'column database explain index join key migration mongodb mysql plan postgres postgresql query redis replica row schema sql sqlite table transaction',
  operations:
    'aws cloud cluster container cpu crash deploy docker helm image kubernetes limit load memory monitoring nginx node pipeline pod port probe replica restart scale server terraform volume',
  hardware:
    'battery cable camera charger computer cpu desktop disk display gpu graphics headphone iphone keyboard laptop memory monitor mouse phone printer processor ram router screen ssd tablet usb wifi',
  garden:
    'bloom compost fertilizer flower fungus garden gardening grass grow harvest hedge herb lawn leaf nitrogen pest plant pot prune root rose seed seedling shrub soil spot sun tomato tree vegetable water watering weed',
  pets: 'aquarium bark breed cage cat chew collar dog fur hamster kitten labrador leash litter parrot paw pet puppy rabbit toy vaccination vet',
  family:
    'aunt baby birthday brother child childhood cousin dad daughter divorce family father grandfather grandmother husband kid mom mother parent sibling sister son toddler uncle wife',
  party:
    'anniversary birthday bride cake celebrate celebration ceremony dance dress event game gift groom guest host invitation invite married marry party photographer present reception ring venue wedding',
  work: 'application apply boss business career colleague company contract cv employee employer freelance hire hiring interview job lawyer manager meeting office onboarding overtime profession promotion recruiter remote resume salary senior startup team work',
  school:
    'academic assignment class classroom college course degree essay exam grade graduate homework kindergarten learn lecture lesson library math maths professor pupil scholarship school student study teach teacher thesis university',
  maths:
    'algebra angle calculate calculus derivative divide equation formula fraction function geometry integral math maths matrix minus multiply negative number plus probability proof quadratic root solve square squared statistics sum theorem triangle variable zero',
  science:
    'astronomy atom biology cell chemical chemistry climate dna earth electron energy evolution experiment galaxy genetic gravity laboratory molecule moon nuclear orbit oxygen particle physics planet quantum reaction science scientist space species star sun telescope universe',
  language:
    'accent adjective conjugate conversation dictionary english estar fluent french german grammar italian japanese language noun phrase plural pronounce pronunciation sentence ser spanish speak spelling subjunctive tense translate translation verb vocabulary word',
  history:
    'ancient army battle castle century civilization colony communism crown decline dynasty emperor empire greek history king medieval monarchy napoleon pharaoh queen republic revolution roman rome ruler soldier treaty tribe war',
  music:
    'album band bass beat chord concert drum flute guitar instrument jazz key listen lyrics melody minor music musician note opera orchestra piano play playlist practice practise rhythm rock scale sing singer song string symphony tempo tune violin',
  film: 'actor actress award camera character cinema comedy direct directed director documentary drama episode fiction film genre hollywood horror movie netflix oscar plot scene season series show star thriller trailer tv watch',
  books:
    'author bestseller book chapter essay fantasy fiction library literature novel novelist page poem poet poetry publish publisher read reader reading story write writer writing',
  art: 'architecture art artist canvas color colour craft design draw drawing exhibition gallery museum paint painter painting photo photograph photographer photography picture portrait sculpture sketch',
  games:
    'board card chess console game gamer gaming level minecraft multiplayer nintendo play player playstation puzzle quest steam strategy xbox',
  weather:
    'cloud cloudy cold degree drought fog forecast hot humid ice lightning rain rainy shower snow storm sun sunny temperature thunder umbrella weather wet wind windy winter',
  fashion:
    'boot cloth clothes coat color colour cotton dress fabric fashion hat jacket jeans outfit pants scarf shirt shoe size skirt sneaker style suit sweater trousers wardrobe wear wool',
  beauty: 'acne beard cream cut hair haircut lotion makeup nail perfume shampoo shave skin skincare sunscreen',
  politics:
    'campaign candidate citizen congress constitution democracy election government law minister parliament party policy political politician politics president senate state vote voter',
  law: 'agreement attorney claim clause contract copyright court crime defendant judge jury law lawsuit lawyer legal liability license police prison sue trial witness',
  faith:
    'bible buddhism christian church faith god islam meditation mosque muslim pray prayer religion religious temple',
  mind: 'anxiety anxious confidence depressed depression emotion feel feeling habit happiness happy lonely mental mindful mood motivation psychology sad stress therapist therapy worry',
  love: 'boyfriend breakup date dating girlfriend husband love marriage partner propose relationship romantic spouse wife',
  shopping:
    'amazon brand buy cheap coupon delivery discount order parcel price product purchase refund retailer sale seller shipping shop shopping store warranty',
  energy:
    'battery boiler charge coal electric electricity energy gas grid heat insulation nuclear panel power solar turbine volt watt wind',
  appliances:
    'appliance blender clean cleaner cleaning coffee detergent dishwasher dryer dust espresso freezer fridge iron kettle laundry machine microwave mop oven stain toaster vacuum wash washing',
  learning:
    'beginner chord coach course exercise learn lesson master practice practise skill study teach training tutor tutorial',
  security:
    'attack authentication breach encrypt encryption firewall hack hacker login malware password phishing privacy secure security token vpn vulnerability',
  ai: 'ai chatbot classifier dataset embedding gpt inference learning llm model network neural prompt training transformer',
  baby: 'babies baby bath bottle breastfeed crawl crib cry diaper feed lullaby midwife milk nap newborn nursery pacifier pregnancy pregnant sleep stroller teeth toddler wake',
  cycling:
    'bicycle bike brake cassette chain crank cyclist derailleur frame gear handlebar helmet pedal pump puncture ride saddle spoke tire tube tyre wheel',
  drinks:
    'alcohol bar barrel beer bottle brewery champagne cider cocktail cork gin glass grape juice lemonade liqueur red rioja rum sommelier syrah vineyard vintage vodka whiskey white wine',
  network:
    'bandwidth broadband cable channel connection dns ethernet fiber internet ip latency line mesh modem network ping provider router signal speed vpn wifi wireless',
  moving:
    'address box cancel city contract electricity flat furniture landlord lease lift move mover moving notice pack parking relocate removal rent tenant truck van',
  chess:
    'attack bishop castle centre check checkmate chess defence defense endgame gambit game king knight move opening opponent pawn queen rook sicilian stalemate tactic',
  hiking:
    'backpack boot camp camping campsite climb climbing hike hiking map mountain path peak summit tent trail trekking valley walk waterfall',
  transport:
    'bus commute delay departure fare ferry metro platform rail route schedule station subway taxi ticket timetable train tram transport',
  office:
    'agenda calendar chart column document email excel folder formula inbox mail meeting powerpoint presentation row sheet slide spreadsheet template word',
  marketing:
    'ad advertisement audience blog brand campaign content conversion customer instagram launch logo marketing newsletter post product seo slogan social traffic',
  insurance: 'accident claim cover coverage damage deductible insurance insure insurer liability policy premium theft',
  dental: 'braces brush cavity crown dentist enamel floss gum jaw root teeth tooth toothache toothbrush toothpaste',
  craft:
    'bead crochet drill fabric glue hammer hook knit knitting nail needle paint pattern pottery sand saw screw sew sewing stitch thread wood wool yarn',
  photography:
    'aperture camera contrast editing exposure filter flash focus image iso lens light photo photographer photography portrait raw shutter tripod',
  philosophy:
    'argument aristotle belief consciousness ethics existence freedom kant logic meaning moral nietzsche philosopher philosophy plato reason soul stoic truth virtue',
  economics:
    'bank capital central currency demand economy export gdp growth import inflation market monetary price recession supply tariff trade unemployment wage',
  geography:
    'africa america asia border canada capital china climate continent country desert europe france germany island lake ocean population river sea volcano',
  academia:
    'abstract bachelor bibliography citation cite conclusion dissertation hypothesis journal literature master paper peer phd plagiarism question reference research review source supervisor thesis topic',
  patterns:
    'capture character empty engine expression greedy group lookahead lookbehind match pattern plus quantifier regex regular repetition replace star string',
  writing:
    'chapter character dialogue draft edit editor essay fiction letter manuscript narrator novel paragraph plot publisher rewrite scene sentence story style writer writing',
  swimming:
    'backstroke breaststroke crawl dive diving freestyle goggles kick lane lap pool stroke swim swimmer swimming water',
  aquarium: 'algae aquarium coral filter fish freshwater goldfish guppy shrimp snail tank water',
} as const satisfies Readonly<Record<string, string>>
