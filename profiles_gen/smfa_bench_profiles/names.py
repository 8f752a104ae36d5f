"""Names of fictional people: rare and invented given names, invented family names."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from smfa_bench_profiles.drawing.chance import choose
from smfa_bench_profiles.drawing.measures import Presentation


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PRESENTATIONS: Final[tuple[Presentation, ...]] = ("woman", "man")

GIVEN_NAMES: Final[Mapping[Presentation, tuple[str, ...]]] = {
    "woman": _words(
        """
        Adelka Amarys Anwen Belisa Briony Calista Corvina Davina Delphie Elowen Eskara Fenella Fiorel Ghislaine
        Halcyon Ilsabet Iolanthe Jessamy Junisa Kerensa Leocadia Linnet Lisbeth Lucinde Mara Marisol Melisend Mirabel
        Nerys Nimue Odalys Ottilie Perpetua Philippa Quilla Rhoswen Rosamund Sabrielle Sidony Solvei Sunniva Tabitha
        Tamsin Thessaly Tirzah Ulrika Valda Verity Wilmott Winifred Xanthe Yseult Zelmira Zuleika
        """
    ),
    "man": _words(
        """
        Alaric Ambrose Anselm Aurelio Balthar Barnaby Bertram Caspian Cedric Corwin Dashiel Dorian Eldred Emeric
        Evander Fabian Fergus Florent Gareth Godwin Hadrian Haskell Hjalmar Ignace Isidor Jareth Jorund Kelvor Kendric
        Lambert Leopold Lorcan Magnar Merrik Mungo Nevin Norbert Oberon Osric Oswin Percival Quentin Radomir Ragnar
        Roderic Rufino Sigmund Stellan Tancred Theobald Torquil Ulfric Valentin Wendell Yorick Zoltan
        """
    ),
}

FAMILY_NAMES: Final[tuple[str, ...]] = _words(
    """
    Abelwick Akerholm Aldine Amberlow Anquist Arkwell Ashgrove Averdun Balfrey Barrowen Beldane Berrin Bexholt
    Blackmere Bodrin Bramwell Brantov Brindel Calloway Cardell Carrin Castrell Chelmin Clovelle Coldrake Corbray
    Cradlin Crestow Dalmuir Danforth Darrow Delvane Derwyn Dolvich Dovrin Drummel Dunmarch Earlby Eddowen Elkhorn
    Elverson Emberly Endicott Eskola Fairholm Falkner Farrimond Fennimore Ferrand Finchley Fonteyn Foxmoor Galbrek
    Garrow Gastrell Gilmarten Glanfield Gorrin Grendel Grimshaw Halvard Harrowby Hawkmoor Hebborn Hexwell Holloway
    Hurndall Iddlewell Ilverton Ingrove Isenhart Ivory Jarndyke Jelbert Jorrick Kandler Kelsall Kerrow Kestevan
    Kilbrae Kingdon Kolvane Lambourne Larkspur Lavrin Leddon Lindqvar Lomarch Lundrey Malkin Marchbank Marrable
    Mellorby Merridew Mirfin Montclar Morvane Nancarrow Nethercot Newbrand Nightwell Norrell Nyborg Oakhanger Oddling
    Olivander Orland Ostrow Padgery Palfrey Pellew Penhallow Pettibone Pinkney Polwhele Quarrel Quellin Quillmar
    Ravendal Redfern Renshaw Ridlow Rimbault Rosevear Rowntree Saltmarsh Sarkany Scoresby Selwood Sherrinford Silvane
    Skelhorn Sorrell Standen Starling Stormont Swannick Talverin Tarrant Tedder Thackery Thornhale Tindall Trelawn
    Trevanion Tulliver Umberton Uxley Valcourt Vanterpool Varley Velt Venning Vosper Wackrill Walgrave Wexcombe Whitlow
    Windrush Wolvern Wyndel Yarwood Yelland Zabrin Zellick
    """
)

AVAILABLE: Final = sum(len(given) for given in GIVEN_NAMES.values()) * len(FAMILY_NAMES)
"""Number of distinct full names."""


@dataclass(frozen=True)
class Name:
    """A full name in its two parts."""

    given: str
    family: str

    def __str__(self) -> str:
        """Return "Mara Velt"."""
        return f"{self.given} {self.family}"


def sample_name(rng: random.Random, *, presentation: Presentation) -> Name:
    """Draw one full name; each of that presentation is equally likely."""
    return Name(given=choose(rng, GIVEN_NAMES[presentation]), family=choose(rng, FAMILY_NAMES))
