"""Words of our own for a made-up register: what homes, companies, towns and people are called."""

TREES = (
    "Acorn", "Alder", "Ash", "Aspen", "Beech", "Birch", "Bramble", "Cedar", "Cherry", "Chestnut",
    "Cypress", "Elder", "Elm", "Fern", "Fir", "Hawthorn", "Hazel", "Heather", "Holly", "Ivy",
    "Juniper", "Laburnum", "Larch", "Laurel", "Lavender", "Lilac", "Lime", "Linden", "Magnolia",
    "Maple", "Myrtle", "Oak", "Orchard", "Pine", "Poplar", "Primrose", "Rose", "Rowan",
    "Rosemary", "Spruce", "Sycamore", "Thistle", "Violet", "Walnut", "Whitebeam", "Willow", "Yew",
)  # fmt: skip
SAINTS = (
    "Aidan", "Andrew", "Anne", "Barnabas", "Bede", "Bridget", "Catherine", "Clare", "Cuthbert",
    "David", "Edmund", "Elizabeth", "Francis", "George", "Gregory", "Helen", "Hilda", "James",
    "John", "Joseph", "Jude", "Luke", "Margaret", "Mark", "Martin", "Mary", "Michael", "Monica",
    "Nicholas", "Oswald", "Patrick", "Paul", "Peter", "Stephen", "Teresa", "Thomas", "Vincent",
    "Winifred",
)  # fmt: skip
KINDLY = (
    "Abiding", "Amber", "Angel", "Bright", "Bluebell", "Brighter", "Caring", "Cherished", "Clear",
    "Compass", "Comfort", "Crystal", "Diamond", "Divine", "Eden", "Ember", "Evergreen", "Fairway",
    "Faithful", "First", "Friendly", "Gentle", "Golden", "Good", "Grace", "Guardian", "Happy",
    "Harbour", "Harmony", "Haven", "Heart", "Helping", "Honest", "Hope", "Horizon", "Ideal",
    "Jasmine", "Joyful", "Kind", "Liberty", "Light", "Loving", "Lotus", "Noble", "Nova", "Oasis",
    "Paramount", "Peaceful", "Pearl", "Precious", "Prestige", "Prime", "Pure", "Quality",
    "Radiant", "Reliable", "Royal", "Safe", "Serene", "Silver", "Sincere", "Smile", "Steady",
    "Sterling", "Sunny", "Sunrise", "Tender", "Tranquil", "Trinity", "True", "Trusted", "Unity",
    "Universal", "Valley", "Vital", "Warm", "Welcome", "Zenith",
)  # fmt: skip
HANDS = (
    "Hands", "Hearts", "Paths", "Steps", "Wings", "Touch", "Days", "Hours", "Lives", "Futures",
    "Horizons", "Moments", "Choices", "Companions", "Friends", "Homes", "Bridges", "Dreams",
    "Ways", "Voices", "Minds", "Souls", "Promise", "Journey",
)  # fmt: skip
BUILDINGS = (
    "House", "Lodge", "Court", "Grange", "Manor", "View", "Hall", "Gardens", "Cottage", "Villa",
    "Park", "Mount", "Bank", "Croft", "Place", "Mews", "Close", "Rise", "Dene", "Brook", "Meadow",
    "Fields", "Lea", "Lawns", "Heights", "Towers", "Priory", "Rectory", "Abbey", "Mill",
)  # fmt: skip
STEMS = (
    "Ash", "Bar", "Beck", "Birk", "Black", "Bol", "Brad", "Brank", "Brom", "Buck", "Burn", "Cal",
    "Carl", "Chad", "Cold", "Cop", "Cran", "Crow", "Dal", "Den", "Don", "Dun", "East", "Eccles",
    "Elling", "Far", "Fen", "Gar", "Glen", "Gos", "Gran", "Grim", "Had", "Hal", "Har", "Hat",
    "Hazel", "Heb", "High", "Hol", "Horn", "Hud", "Ing", "Kel", "Ken", "Kirk", "Lang", "Lin",
    "Long", "Mar", "Mel", "Mil", "Mor", "Nant", "Nether", "New", "Nor", "Oak", "Old", "Orm",
    "Pad", "Pem", "Pick", "Rad", "Rams", "Raven", "Rib", "Roth", "Row", "Rush", "Sal", "Sand",
    "Shel", "Ship", "Skel", "Stan", "Stock", "Strat", "Sut", "Swin", "Tad", "Thorn", "Tod", "Up",
    "Wake", "Wal", "War", "Wel", "West", "Wether", "Whit", "Win", "Wood", "Wor", "Yar",
)  # fmt: skip
ENDINGS = (
    "bury", "by", "combe", "dale", "den", "field", "ford", "ham", "hurst", "ley", "low", "mere",
    "mouth", "port", "shaw", "stead", "ton", "well", "wick", "worth",
)  # fmt: skip
SURNAME_ENDINGS = (
    "ard", "er", "ing", "ison", "ley", "man", "more", "ridge", "sall", "son", "stone", "tree",
    "wood", "worth", "wright", "yard",
)  # fmt: skip
STREETS = (
    "Street", "Road", "Lane", "Avenue", "Drive", "Crescent", "Close", "Grove", "Terrace", "Way",
)  # fmt: skip
SYLLABLES = (
    "a", "al", "an", "ar", "be", "bel", "ca", "car", "ce", "co", "cor", "da", "del", "di", "do",
    "el", "en", "er", "fa", "fi", "fo", "ga", "gen", "ha", "hel", "il", "in", "ja", "jo", "ka",
    "ki", "la", "le", "li", "lo", "lu", "ma", "mar", "me", "mi", "mo", "na", "ne", "ni", "no",
    "o", "ol", "or", "pa", "pe", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "sol",
    "ta", "te", "ti", "to", "tri", "u", "va", "ve", "vi", "vo", "wa", "we", "xa", "ye", "yo",
    "za", "zi",
)  # fmt: skip
HOME_TAILS = (
    "", "", "", "", " Care Home", " Care Home", " Nursing Home", " Residential Home",
    " Residential Care Home", " Rest Home", " Limited", " Care Home Limited",
)  # fmt: skip
COMPANY_TAILS = (
    " Care", " Care Ltd", " Care Limited", " Homecare", " Homecare Ltd", " Care Services",
    " Healthcare Ltd", " Care Services Limited", " Support", " Support Services Ltd",
    " Home Care", " Healthcare", " Care Group Ltd", " Social Care Ltd", " Community Care", " Ltd",
)  # fmt: skip
