"""Offline Meaningful score: whether an answer is a meaningful text, right or wrong, in [0, 10].

Nothing is known of the right answer: a fluent lie and a fluent refusal score as high as the truth. The score is that of
the form, or the lowest limit that applies, less 2 for each fault of grammar (not below 1 by faults alone).

| form                                                           | score |
|----------------------------------------------------------------|-------|
| sentence: 3 words or more, one of them a function word, ended  | 10    |
| the same without a final mark                                  | 9     |
| fragment: anything shorter, or without a function word         | 7     |

| what is wrong                                                             | limit   |
|---------------------------------------------------------------------------|---------|
| no letter and no figure                                                   | 0       |
| under 0.5 of the letters in a script of the question, under 0.9           | 1, 5    |
| under 0.7 of the signs are letters, figures or usual punctuation          | 2       |
| under 0.5 of the words are pronounceable, under 0.8, under 1              | 1, 4, 7 |
| under 0.4 of the first 50 words are distinct                              | 1       |
| a word three times running, twice running                                 | 2, 5    |
| a phrase of 2 to 8 words three times running, twice running               | 1, 3    |
| under 0.6 of the word triples are distinct (of 8 triples or more)         | 2       |
| 6 words or more in lower case, none of them a function word               | 3       |
| two signs or more that words are out of order                             | 2       |
| the end calls for more: "born in the", "lives at", "was bo"               | 5       |
| the question said back                                                    | 3       |
| over 60 words and over 8 times the words of the question                  | 6       |

Faults of grammar: word pairs that English does not have ("the in", "in was", "she the"), a statement in the order of a
question ("was she", "is hair …"), a subject at the end, and a sentence that begins in the middle ("brown The hair").
Signs of words out of order: each fault of grammar, each sentence that goes on in lower case after its end, each word
such as "Please" or "Everyone" in capitals in the middle, a beginning in lower case or an end without a mark where there
is a full stop between.
Function words and grammar are read for English; an answer in another script, to a question in that script, is taken as
a sentence. Only the first 5,000 characters are read.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from smfa_bench.data.question import Question
from smfa_bench.scoring.fact import LONGEST
from smfa_bench.scoring.wording import ARTICLES, listed, plain

_SUBJECTS: Final = frozenset(listed("i he she we they"))
_COPULAS: Final = frozenset(listed("am are is was were"))
_VERBS: Final = _COPULAS | frozenset(listed("did does has had would could"))
_MODALS: Final = frozenset(listed("can could must would"))
_PREPOSITIONS: Final = frozenset(listed("at by for from in into of on with about"))
_OPENERS: Final = ARTICLES | frozenset(listed("and because but if my or our their your"))
"""Words that can't end a sentence."""
_FUNCTION_WORDS: Final = (_SUBJECTS | _VERBS | _PREPOSITIONS | _OPENERS) | frozenset(
    listed(
        """as be been can do have her him his how it me might must no nor not nothing none out over so some such than
        that them there these this those to under up us what when where which who whose why will without yes you"""
    )
)
_SHORT_WORDS: Final = _FUNCTION_WORDS | frozenset(
    listed("ad cm dr eh go hi id jr kg km mm mr mrs ms ok ph pm st tv uk")
)
_DOUBLED: Final = frozenset({"had", "that", "very"})
"""Words that may well stand twice running."""

_NO_PAIRS: Final = (
    (ARTICLES, ARTICLES | _VERBS | _PREPOSITIONS | frozenset(listed("he she we they it and or but to"))),
    (_PREPOSITIONS, _SUBJECTS | _VERBS | {"and", "or"}),
    (_SUBJECTS, _SUBJECTS | _PREPOSITIONS | ARTICLES),
    (_COPULAS, _VERBS),
    (frozenset(listed("my our their your")), _SUBJECTS | _VERBS | _PREPOSITIONS | ARTICLES),
    (_MODALS, _PREPOSITIONS),
    (frozenset({"to"}), _SUBJECTS),
)
_MID_CAPITAL: Final = re.compile(r"[^\W\d_],? (?:The|She|He|It|There|This|Her|His|They)\b")
_STOP: Final = r"\b(?!(?:st|rd|ln|ave?|blvd|dr|ct|sq|mr|mrs|ms|jr|no|vs|etc)\.)[^\W\d_]{2,}[.!?] "
_STOP_WITHIN: Final = re.compile(_STOP, re.IGNORECASE)
_GOES_ON: Final = re.compile(rf"(?i:{_STOP})[a-z]")
_COPULA_FIRST: Final = re.compile(rf"(?i:{_STOP}(?:am|are|is|was|were))\b")
_OPENER_WITHIN: Final = re.compile(r"[^\W\d_],? (?:Everyone|Please|Sorry|Such|Thank|That|These|Unfortunately|You)\b")
_WORD: Final = re.compile(r"[^\W_]+")
_UNSPEAKABLE: Final = re.compile(r"(.)\1\1|[bcdfghjklmnpqrstvwxz]{6}|[aeiou]{4}|(..)\2\2")
_VOWEL: Final = re.compile(r"[aeiouy]")
_LONGEST_WORD: Final = 20
_USUAL_SIGNS: Final = frozenset(".,;:!?'\"()-/@$€£%&+‘’“”–—。，、！？")
_FINAL_MARKS: Final = tuple(".!?\"')’”。！？")
_FAULT: Final = 2.0
_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})


def meaningful_score(question: Question, answer: str) -> float:
    """Return whether the answer is a meaningful text, in [0, 10], higher is more; the truth is not looked at."""
    text = answer[:LONGEST].strip()
    said = _WORD.findall(plain(text))
    if not said:
        return 0.0
    asked = _WORD.findall(plain(question.text))
    limit = min(
        _form(text, said),
        _by_script(text, question.text),
        _by_words(text),
        _by_repetition(said),
        _by_end(text, said),
        _by_order(text, said),
        3.0 if said == asked else 10.0,
        6.0 if len(said) > max(60, 8 * len(asked)) else 10.0,
    )
    return max(min(limit, 1.0), limit - _FAULT * _faults(text, said))


def _form(text: str, said: Sequence[str]) -> float:
    ended = text.endswith(_FINAL_MARKS)
    scripts = _scripts(text)
    if "LATIN" in scripts or not scripts:
        known = not _FUNCTION_WORDS.isdisjoint(said)
        if (
            not known
            and len(said) >= 6
            and text[1:] == text[1:].lower()
            and not any(letter.isdigit() for letter in text)
        ):
            return 3.0
        if len(said) < 3 or not known:
            return 7.0
    return 10.0 if ended else 9.0


def _by_script(text: str, question: str) -> float:
    signs = [sign for sign in text if not sign.isspace()]
    usual = sum(unicodedata.category(sign)[0] in "LMN" or sign in _USUAL_SIGNS for sign in signs)
    scripts, own = _scripts(text), set(_scripts(question))
    share = sum(script in own for script in scripts) / len(scripts) if scripts and own else 1.0
    return min(2.0 if usual < 0.7 * len(signs) else 10.0, 1.0 if share < 0.5 else 5.0 if share < 0.9 else 10.0)


def _scripts(text: str) -> list[str]:
    """Return the script of each letter: the first word of its Unicode name, East Asian ones as one."""
    return [_script(letter) for letter in unicodedata.normalize("NFKC", text) if letter.isalpha()]


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "?").split()[0]
    return "CJK" if name in _EAST_ASIAN else name


def _by_words(text: str) -> float:
    chunks = [chunk for chunk in text.split() if _WORD.search(chunk)]
    share = sum(_is_speakable(chunk) for chunk in chunks) / len(chunks)
    return 1.0 if share < 0.5 else 4.0 if share < 0.8 else 7.0 if share < 1 else 10.0


@lru_cache(maxsize=2**14)
def _is_speakable(chunk: str) -> bool:
    """Tell whether a word looks like one; figures, mail addresses and short words in capitals always do."""
    if any(letter.isdigit() for letter in chunk) or "@" in chunk:
        return True
    parts = _WORD.findall(plain(chunk))
    if len(parts) == 1 and len(parts[0]) <= 4 and chunk.isupper():
        return True
    return all(_is_syllabic(part) or (len(part) <= 2 and len(parts) > 1) for part in parts)


def _is_syllabic(word: str) -> bool:
    if _UNSPEAKABLE.search(word) or len(word) > _LONGEST_WORD:
        return False
    return not word.isascii() or word in _SHORT_WORDS or (len(word) > 2 and _VOWEL.search(word) is not None)


def _by_repetition(said: Sequence[str]) -> float:
    limits = [10.0]
    if len(said) > 2 and len(set(said[:50])) < 0.4 * len(said[:50]):
        limits.append(1.0)
    triples = list(zip(said, said[1:], said[2:], strict=False))
    if len(triples) >= 8 and len(set(triples)) < 0.6 * len(triples):
        limits.append(2.0)
    limits += [_REPEATED[size > 1][times] for size, times in _runs(said)]
    return min(limits)


_REPEATED: Final = ({2: 5.0, 3: 2.0}, {2: 3.0, 3: 1.0})
"""Limit for a single word and for a phrase, by how often it is said running."""


def _runs(said: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (words, times) of every word or phrase that is said twice or three times running."""
    for size in range(1, 9):
        for start in range(len(said) - 2 * size + 1):
            phrase = said[start : start + size]
            if phrase != said[start + size : start + 2 * size] or not any(word.isalpha() for word in phrase):
                continue
            if phrase == said[start + 2 * size : start + 3 * size]:
                yield size, 3
            elif phrase[0] not in _DOUBLED or size > 1:
                yield size, 2


def _by_end(text: str, said: Sequence[str]) -> float:
    last = said[-1]
    piece = last.isalpha() and last.isascii() and len(last) <= 2 and last not in _SHORT_WORDS
    cut = not text.endswith(_FINAL_MARKS) and len(said) > 2 and (last in _PREPOSITIONS or piece)
    return 5.0 if cut or last in _OPENERS else 10.0


def _by_order(text: str, said: Sequence[str]) -> float:
    signs = _faults(text, said) + len(_GOES_ON.findall(text)) + len(_OPENER_WITHIN.findall(text))
    if _STOP_WITHIN.search(text):
        signs += text[0].islower() + (not text.endswith(_FINAL_MARKS))
    return 2.0 if signs >= 2 else 10.0


def _faults(text: str, said: Sequence[str]) -> int:
    pairs = list(pairwise(said))
    wrong = sum(any(left in lefts and right in rights for lefts, rights in _NO_PAIRS) for left, right in pairs)
    if "?" not in text:
        wrong += sum(left in _VERBS | _MODALS and right in _SUBJECTS for left, right in pairs)
        wrong += (said[0] in _COPULAS) + len(_COPULA_FIRST.findall(text))
    ends_with_subject = len(said) > 2 and said[-1] in _SUBJECTS
    return wrong + ends_with_subject + len(_MID_CAPITAL.findall(text))
