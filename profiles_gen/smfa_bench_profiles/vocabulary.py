"""The words that private facts are made of: invented places and companies, common occupations and conditions."""

from collections.abc import Mapping
from typing import Final


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


TOWNS: Final = _lines("""
    Tarnfield, Ambermouth, Ashwater, Barrowick, Bellhaven, Birchgate, Blythecombe, Brackenport, Brightsea, Calderbrook,
    Cinderwick, Copperhill, Cranmoor, Dapplewood, Deepwell, Dunharrow, Eastermere, Eldergate, Embermoor, Fallowby,
    Fernholme, Flintwater, Foxhollow, Glimmerton, Goldenlea, Greyhaven, Gullcove, Harrowmead, Hazelbridge, Heronsford,
    Hollowbeck, Inkwater, Ivydale, Junipermere, Kettlemoor, Lanternby, Larchmouth, Limewick, Mapleford, Marrowdale,
    Mistleby, Mossgate, Nettlecombe, Northquay, Oakenshore, Otterquay, Pebblewick, Pinehaven, Quillport,
    Ravenquay, Rookhaven, Rushwater, Saltcombe, Silverbeck, Snowdrift, Stonewick, Thistledown, Umberlea, Willowmere,
    Yarrowby
""")

STREETS: Final = _lines("""
    Alder Lane, Anchor Row, Apricot Street, Bakers Walk, Barley Road, Beacon Row, Bluebell Way, Bramble Lane,
    Candle Street, Cedar Court, Cherry Walk, Clover Road, Compass Street, Cooper Lane, Dahlia Way, Dove Street,
    Falcon Road, Fiddle Lane, Garnet Street, Granary Row, Hawthorn Road, Honey Lane, Indigo Street, Jasmine Way,
    Juniper Court, Lark Street, Lavender Road, Linden Walk, Marble Street, Meadow Row, Mulberry Lane, Nutmeg Street,
    Orchard Way, Pepper Lane, Poplar Road, Quince Street, Saffron Walk, Sparrow Lane, Thimble Street, Walnut Road
""")

OCCUPATIONS: Final = _lines("""
    accountant, acrobat, actuary, archivist, astronomer, auctioneer, baker, barber, beekeeper, blacksmith, bookbinder,
    bricklayer, butcher, carpenter, cartographer, chef, chemist, dentist, editor, electrician, engraver, farmer,
    firefighter, fisher, florist, gardener, geologist, glazier, goldsmith, illustrator, interpreter, judge, librarian,
    locksmith, magician, mechanic, midwife, miller, notary, nurse, optician, pharmacist, photographer, pilot, plumber,
    potter, roofer, sculptor, surveyor, tailor, translator, upholsterer, veterinarian, watchmaker, weaver, welder
""")

EMPLOYERS: Final = _lines("""
    Norvex Labs, Altimar Foods, Arbolux Systems, Aventro Press, Balmarine Group, Bertagon Media, Brontel Works,
    Calvanto Design, Cendrix Energy, Corvando Trading, Dalvero Motors, Delphinor Studio, Dravenco Tools,
    Eltrona Optics, Embrico Textiles, Fandrell Paper, Ferrovant Parts, Galdora Films, Glenvico Farms, Grovanta Homes,
    Halcorix Labs, Hydranor Marine, Illuvane Lighting, Intrava Travel, Jandoro Toys, Jovitek Systems, Kalderix Mining,
    Kormada Shipping, Lanvetta Shoes, Lumarico Glass, Marvonne Hotels, Medrosa Clinics, Nautivex Marine,
    Nimbora Airways, Obrascon Steel, Orvanta Bank, Palmerix Foods, Pentrova Media, Quadrano Music, Quintorel Tea,
    Redovar Transport, Rivanto Press, Salvora Insurance, Soltrix Energy, Tandrova Books, Tervantis Design,
    Ultrava Cycles, Vantoria Works, Wexalon Gardens, Zentaro Games
""")

FIELDS: Final = _lines("""
    anthropology, archaeology, architecture, astronomy, botany, chemistry, economics, engineering, geography, geology,
    history, law, linguistics, literature, mathematics, medicine, music, philosophy, physics, statistics
""")

COLLEGES: Final = _lines("""
    Kestrel College, Argent College, Bellflower College, Cormorant College, Driftwood College, Everbloom College,
    Foxglove College, Gable College, Heather College, Ironleaf College, Lapwing College, Moonstone College,
    Nightjar College, Plover College, Sandpiper College
""")

CONDITIONS: Final = _lines("""
    acid reflux, anaemia, arthritis, asthma, astigmatism, bronchitis, bursitis, carpal tunnel syndrome, cataracts,
    coeliac disease, colour blindness, Crohn's disease, eczema, epilepsy, fibromyalgia, gallstones, gastritis,
    glaucoma, gout, hay fever, high blood pressure, high cholesterol, hypothyroidism, insomnia,
    irritable bowel syndrome, kidney stones, lactose intolerance, low blood pressure, migraines, narcolepsy,
    osteoporosis, psoriasis, restless legs syndrome, rosacea, sciatica, scoliosis, sinusitis, sleep apnoea, tendinitis,
    tinnitus, type 1 diabetes, type 2 diabetes, vertigo, vitiligo
""")

DIAGNOSES: Final = _lines("""
    Best disease, birdshot retinopathy, blepharitis, central serous retinopathy, chalazion, choroidal naevus,
    Coats disease, cone dystrophy, conjunctivitis, convergence insufficiency, corneal abrasion, diabetic retinopathy,
    dry eye syndrome, ectropion, epiretinal membrane, hypertensive retinopathy, iritis, keratoconus,
    macular degeneration, macular hole, ocular migraine, optic neuritis, pinguecula, presbyopia, pterygium,
    retinal vein occlusion, retinitis pigmentosa, scleritis, Stargardt disease, trachoma, uveitis, vitreous detachment
""")

PHYSICIANS: Final = _lines("""
    Abel Thornbury, Agnes Lockridge, Basil Wetherell, Bridie Castlemain, Clement Ashdown, Cora Whitcombe,
    Desmond Farleigh, Edda Rowanhill, Elias Brockway, Esme Hartwell, Felix Underhay, Flora Penrith, Gideon Marlowe,
    Greta Stainforth, Hector Dunwoody, Ida Fallowfield, Jasper Kettering, Judith Holmfirth, Kester Appleyard,
    Lydia Crossfell, Marius Tollgate, Nadia Wainscott, Osbert Greenhalgh, Pauline Eastlake, Ralph Sedgewick,
    Sybil Oakmere, Tobias Haverstock, Una Bleasdale, Vernon Millgrove, Wilma Yardley
""")

MAIL_DOMAINS: Final = ("inbox.example", "letter.example", "mail.example", "post.example")

MONTHS: Final = _lines("""
    January, February, March, April, May, June, July, August, September, October, November, December
""")

OTHER_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "anaemia": ("anemia",),
    "blond": ("blonde",),
    "coeliac disease": ("celiac disease",),
    "colour blindness": ("color blindness",),
    "Crohn's disease": ("Crohn disease",),
    "grey": ("gray",),
    "high blood pressure": ("hypertension",),
    "low blood pressure": ("hypotension",),
    "mathematics": ("maths", "math"),
    "migraines": ("migraine",),
    "purple": ("violet",),
    "sleep apnoea": ("sleep apnea",),
    "tendinitis": ("tendonitis",),
    "type 1 diabetes": ("diabetes type 1",),
    "type 2 diabetes": ("diabetes type 2",),
}
"""Spellings that count as the value they stand under."""
