"""How a form of credit line is written down: the frames of ``credit_lines`` and ``credit_asides``.

A frame is matched against *masked* text: white space, dashes, brackets and quotes in one plain
form, and every name of a wire overwritten, letter by letter, with a mark for what the name can
bear (``MARKS``).  So a row says "a place, then a wire in brackets, then a dash" without listing a
name, and all offsets are those of the original.

Patterns ignore case.  Two groups are checked by ``dedup.credits`` afterwards, because case is what
tells a place from prose: ``place`` and ``people`` must be capitalised.  The names inside the group
``who`` are credited, or all names of the match if there is no such group.  Every repetition is
bounded or made of characters that cannot start what follows, so the cost is linear.

Rows are tried in order and the first that takes a name keeps it: position decides first, then the
verb, then the name.  After a change: ``python tests/literals.py > dedup/data/literals.txt``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, cast

from dedup import kept
from dedup.literals import starts
from dedup.model import Role
from dedup.wires import Strength

__all__ = [
    "MARKS",
    "NAMELESS",
    "PLAIN",
    "REACH",
    "Form",
    "Frame",
    "Unit",
    "Zone",
    "compiled",
    "plain",
    "rows",
    "source",
]

Zone = Literal["any", "main", "head", "tail", "edge", "prose"]
"""Where a frame may stand: on any line; on any but links, tags, biographies and comments; in the
head, the tail, or either of these; in running text."""
Unit = Literal["phrase", "sentence", "line"]
"""What is searched and, but for a phrase, what the credit spans."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One form of credit.

    ``implied`` is the wire of a house form that leaves the name out.  ``alone`` marks lines that
    hold little but the name, where an ambiguous one needs support from a neighbouring line."""

    rule: str
    role: Role
    zone: Zone
    unit: Unit
    pattern: str
    implied: str | None = None
    alone: bool = False


MARKS: dict[Strength, str] = {
    "plain": "\ue000",
    "service": "\ue001",
    "ambiguous": "\ue002",
    "generic": "\ue003",
    "publisher": "\ue004",
}

_FULL_WIDTH = range(0xFF01, 0xFF5F)  # "！" to "～", as "!" to "~"
_SAME_SIGNS = {
    " ": "\t\r\xa0\xad\u061c\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c"
    "\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2066\u2067\u2068\u2069\u3000\ufeff" + "".join(MARKS.values()),
    "-": "‐‑‒–—―−﹘",
    "[": "【〔",
    "]": "】〕",
    ",": "、،，",
    ".": "。｡।۔",
    ";": "؛",
    "?": "؟",
    "/": "∕⁄",
    "|": "│¦",
    "'": "’‘ʼ´`",
    '"': "“”„«»",
    "©": "ⓒ",
}
PLAIN = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in _FULL_WIDTH if code != 0xFF3E}
    | {sign: plain for plain, signs in _SAME_SIGNS.items() for sign in signs}
)
"""Typography in one plain form, one character for one, so that offsets stay."""

_SIGNS = re.compile("[" + re.escape("".join(map(chr, PLAIN))) + "]")
_ASCII_SIGNS = "".join(chr(sign) for sign in PLAIN if sign < 128)
_PLAIN = {chr(sign): str(plain) for sign, plain in PLAIN.items()}


def plain(text: str) -> str:
    """``text.translate(PLAIN)``, much faster where few characters change.

    >>> plain("“It’s”")
    '"It\\'s"'
    """
    if text.isascii() and not any(sign in text for sign in _ASCII_SIGNS):  # most lines
        return text
    for sign in set(_SIGNS.findall(text)):
        text = text.replace(sign, _PLAIN[sign])
    return text


REACH = 130
"""The longest text before the group ``who``, or else the last name, in a frame that is not anchored."""

_CITIES = (  # where a name that means other things too is credited without a dash or a date
    "aarau|aarhus|abu dhabi|abuja|accra|addis ababa|algiers|almaty|amman|amsterdam|ankara|antwerpen|astana|"
    "athens|atlanta|auckland|baku|bangkok|barcelona|basel|beijing|beirut|belfast|belgrade?|bergen|berlin|berne?|"
    "bielefeld|bilbao|bishkek|bogota|bogotá|bologna|bonn|bordeaux|boston|brasília|bratislava|brazzaville|bremen|"
    "brisbane|brno|bruselas|brussel|brussels|bruxelles|brüssel|bucharest|budapest|buenos aires|bukarest|bursa|"
    "cairo|calgary|canberra|cape town|caracas|cardiff|chemnitz|chicago|chisinau|chur|ciudad de méxico|cluj|"
    "colombo|copenhagen|dakar|dallas|damascus|dar es salaam|den haag|denver|detroit|dhaka|doha|dortmund|dresden|"
    "dubai|dublin|dushanbe|düsseldorf|edinburgh|erfurt|essen|firenze|florence|frankfurt am main|"
    "frankfurt(?: a\\. ?m\\.)?|freiburg|gaza|gdańsk|geneva|genf|genoa|genève|ginebra|glasgow|gothenburg|graz|"
    "göteborg|hamburg|hannover|hanoi|harare|havana|helsinki|hong kong|houston|innsbruck|islamabad|istanbul|izmir|"
    "jakarta|jerusalem|johannesburg|juba|kabul|kampala|karachi|karlsruhe|kathmandu|kharkiv|khartoum|kiel|kiew|"
    "kigali|kinshasa|košice|kraków|kuala lumpur|kuwait|kyiv|köln|københavn|la habana|la paz|lagos|lahore|"
    "lausanne|leipzig|lille|lima|linz|lisboa|lisbon|lissabon|ljubljana|london|londres|los angeles|luanda|lugano|"
    "lusaka|luxembourg|luxemburg|luzern|lviv|lyon|madrid|magdeburg|mailand|mainz|malmö|manama|manila|maputo|"
    "marseille|melbourne|mexico city|miami|milan|milano|minsk|montevideo|montreal|moscow|moscú|moskau|mumbai|"
    "munich|muscat|münchen|nairobi|nantes|naples|napoli|new delhi|new york|nicosia|novi sad|nuremberg|nuuk|"
    "nürnberg|odesa|osaka|oslo|ostrava|ottawa|palermo|panama city|paris|parís|peking|pekín|perth|philadelphia|"
    "phnom penh|podgorica|postdam|potsdam|prag|prague|praha|pretoria|pristina|pyongyang|quito|rabat|ramallah|"
    "reykjavik|riad|riga|riyadh|rom|roma|rome?|rostock|rotterdam|saarbrücken|salzburg|san francisco|san josé|"
    "san salvador|sanaa|santiago|sarajevo|schwerin|seattle|seoul|sevilla|shanghai|singapore|skopje|sofia|"
    "st\\. gallen|st\\. petersburg|stockholm|strasbourg|straßburg|stuttgart|sydney|szeged|taipei|tallinn|tampere|"
    "tashkent|tbilisi|tegucigalpa|teheran|tehran|tel aviv|thessaloniki|tirana|tokio|tokyo|torino|toronto|"
    "toulouse|tripoli|trondheim|tunis|turin|turku|ulaanbaatar|uppsala|valencia|valletta|vancouver|varna|"
    "vatican city|venezia|venice|vienna|vientiane|vilnius|warsaw|warschau|warszawa|washington|wellington|wien|"
    "wiesbaden|windhoek|winterthur|yangon|yaoundé|yerevan|zagreb|zurich|zürich|алматы|киев|минск|москва|"
    "санкт-петербург|أبوظبي|الدوحة|الرياض|القاهرة|باريس|بغداد|بيروت|دبي|دمشق|عمان|لندن|موسكو|نई दिल्ली|मुंबई"
)

_TOKENS = {  # filled in from the top down
    # one or more wires; bounded, so that each place costs little (possessive, it would not match up to Python 3.11.4)
    "{LIST}": "{X}(?>(?:{SEP}{X}){0,15})",
    "{DASH}": "[_-]{1,4}",  # "(AP) _ A sheriff says": what became of the dash in old copy
    # what a time stamp is made of: "| Updated: November 3, 2023 18:20 IST", ", publié le 3 novembre 2023 à 10h20"
    "{STAMP}": r"(?:{W}{0,9}(?:(?:last\s)?{STAMPED}{W}{0,3}){0,2}(?:{NAMED}{W}{1,3}){0,3}\d{1,4}\w{0,4}"
    r"(?:{W}{1,3}(?:\d\w{0,5}|{NAMED}|{STAMPED}|[ap]m|uhr|min)){0,10}{W}{0,2})",
    "{STAMPED}": r"(?:updated?|published|posted|publiée?|publicado|pubblicato|aktualisiert|veröffentlicht|am|le|"
    r"on|el|at|à|um|de|of|il)",
    "{NAMED}": r"(?:(?-i:[A-ZÀ-ÞА-Я])\w{0,12}|(?:jan|feb|f[ée]v|mar|märz|apr|avr|abr|ma[iyj]|jun|juin|jul|juil|"
    r"ago|ao[uû]|aug|sep|"
    r"o[ck]t|out|nov|de[cz]|d[ée]c|gen|mag|giu|lug|set|ott|dic)\w{0,8})",
    # the outlet's own people, and the initials of an editor: "red", "Redacción", "jok"
    "{OWN}": r"(?:{DESK}|[a-z0-9-]{2,20}\.(?:[a-z]{2}|com|net|org|info)\b|(?-i:[a-zäöü]{2,4})(?![\w.']))",
    "{S}": "\ue001{1,60}+",  # a name that only credits use
    "{N}": "[\ue000\ue001]{1,60}+",  # a name that means this wire and nothing else
    "{A}": "[\ue000-\ue002]{1,60}+",  # any wire
    "{G}": "\ue003{1,60}+",  # "agencies"
    "{X}": "[\ue000-\ue004]{1,60}+",  # any wire, "agencies", or the newspaper behind a service
    "{P}": "[\ue000-\ue002\ue004]{1,60}+",  # any wire or newspaper
    "{W}": "[^\\w\ue000-\ue004]",  # neither a word nor a name
    "{SEP}": r"(?:[\s,/;&+|-]{1,3}(?:{AND}\s{1,3}|with\s{1,3}|also\s{1,3})?(?:the\s{1,3}|l'|la\s|el\s)?)",
    "{AND}": r"(?:and|und|y|e|et|ve|og|och|i|a|en|und der|dan|ja|&|и|та|و|और)",
    "{PHOTO}": r"(?:photo|photograph|image|picture|pic|foto|fotograf|\w{0,20}bild|bildquelle|imagen|immagine|zdjęcie|"
    r"fotoğraf|fot|borítókép|beeld|kuva|pool|file|handout|courtesy|getty|shutterstock|via|video|screengrab|写真|摄|图片|圖片|"
    r"圖|사진|صورة|фото|φωτο|ảnh)",
    "{NOT}": '\ue000-\ue004()\\[\\]"',  # inside a character class: what ends a place or a list of people
    "{TEXT}": r"(?:content|story|article|report|piece|column|commentary|dispatch|feature|post|news|copy)",
    "{FROM}": r"(?:from|by|of|von|der|de|del|della|dell'|da|das|do|d'|des|dari|van|z|od|av|fra|från|från|από)",
    "{WITH}": r"(?:with|mit|avec|con|com|met|med|dengan|plus|με)",
    "{INPUTS}": r"(?:inputs?|informations?|reporting|reports|files?|content|contributions?|assistance|material(?:ien)?|"
    r"agenturmaterial|informationen|beiträgen|unterstützung|info(?:rmaci(?:ón|ones))?|informações|informazioni|datos|reportes?|"
    r"despachos|medewerking|bijdragen?|fonte|πληροφορίες|इनपुट)",
    "{SOURCE}": r"(?:sources?|agency|quellen?|fontes?|fonti|fuentes?|font|kaynak(?:lar)?|bron(?:nen)?|źródł[oa]|"
    r"zdroje?|forrás|surs[ae]|"
    r"izvori?|vir|källa|källor|kilder?|lähde|lähteet|allikas|avots|šaltinis|heimild|iturria|πηγή|πηγές|источники?|источник|"
    r"източни[кц]и?|извори?|джерел[оа]|sumber|nguồn|来源|來源|稿源|出典|配信|提供|출처|자료|المصدر|المصادر|كتب|منبع|מקור|स्रोत|সূত্র|credits?)",
    "{BY}": r"(?:by|von|par|por|di|da|door|av|af|oleh|yazan|(?:written|reported|published|produced|"
    r"posted|story|text|texte)\sby|"
    r"(?:publié|écrit|rédigé)\spar|(?:publicado|escrito)\spor|pubblicato\sda|a cura di|"
    r"(?:author|autor|autore|auteur|autor/in|text|texte|texto|tekst|źródło|redigerat av)\s?(?=:))",
    "{DESK}": r"(?:(?:(?:our|own|la|onze|die|the|a)\s)?(?:staff(?:\s(?:writers?|reporters?|correspondents?))?|"
    r"red\.?|redaktion(?:en)?|"
    r"redacci[oó]n|redação|redazione|rédaction|redactie|redakcja|redakce|redaktsiya|redaksi|newsroom|(?:news|web|online|"
    r"world|foreign|digital|international)\s?desk|news team|correspondents?|bureau|haber merkezi|редакция|"
    r"редакція|toimitus|agenturen))",
    "{CITY}": f"(?:{_CITIES})",
    "{ROLE}": r"(?:(?:staff|chief|senior|political|sports|business|foreign|national|science|health|economics|photo|"
    r"video|aviation|medical|legal|religion|food|film|music|entertainment|white house|technology|diplomatic|"
    r"environment)\s)?"
    r"(?:writers?|reporters?|correspondents?|staff|journalists?|editors?|columnists?|producers?|business|sports?|politics|"
    r"news|health|travel|newsroom|entertainment|world|wire|video)",
}


def rows(spec: str, *table: tuple[str, str], implied: str | None = None, alone: bool = False) -> tuple[Frame, ...]:
    """Frames of one kind: ``spec`` is "role zone unit", the table has rule and pattern."""
    role, zone, unit = spec.split()
    return tuple(
        Frame(rule, cast(Role, role), cast(Zone, zone), cast(Unit, unit), pattern, implied, alone)
        for rule, pattern in table
    )


@cache
def source(pattern: str) -> str:
    """A pattern with its tokens filled in."""
    for token, meaning in _TOKENS.items():
        pattern = pattern.replace(token, meaning)
    return pattern


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, filled in; each takes a millisecond, so this waits for the first line that may fit it."""
    return kept.compiled(source(pattern), re.IGNORECASE)


_NO_STATION = ("source", "tail", "signature", "mention", "photo")
"""Rules of what nobody writes of a station."""


class Form:
    """A frame made ready; each part of it when it is first needed."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.source = source(frame.pattern)
        self.anchored = frame.pattern.startswith("^")
        self.dateline = frame.rule.startswith("dateline")
        self.on_air = not frame.rule.startswith(_NO_STATION)
        self.starts = () if self.anchored else starts(self.source)
        self.who = "who" if "(?P<who>" in self.source else 0
        self.capitals = [group for group in ("place", "people") if f"(?P<{group}>" in self.source]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiling takes a millisecond."""
        return kept.compiled(self.source, re.IGNORECASE)

    @cached_property
    def rest(self) -> re.Pattern[str] | None:
        """The pattern from its group ``who`` on, where a name begins that group, in no other group, and something
        stands before it."""
        before, group, after = self.source.partition(_WHO)
        if not before or not group or _has_choice(after):
            return None
        try:
            return kept.compiled(group + after, re.IGNORECASE)
        except re.error:  # a bracket that closes what was opened before
            return None

    @cached_property
    def last(self) -> re.Pattern[str] | None:
        """The last name of a pattern without such a group, where one is needed, and what follows it."""
        at = -1 if self.who else _last_name(self.source)
        return kept.compiled(self.source[at:], re.IGNORECASE) if at >= 0 else None

    @cached_property
    def lead(self) -> re.Pattern[str] | None:
        """What stands before ``rest``, up to where the search ends; None where that says nothing."""
        before = self.source.partition(_WHO)[0]
        if _LOOKS_AHEAD.search(before):
            return None
        lead = kept.compiled(rf"(?:{before})\Z", re.IGNORECASE)
        return None if lead.match("") else lead  # what may be missing fits everywhere

    def matches(self, piece: str, names: Sequence[int], odd: bool) -> Iterable[re.Match[str]]:
        """What the frame matches in a unit, left to right: what ``finditer`` finds, or for one with ``^`` ``match``.

        ``names`` is where names begin in it, see ``Row.starts``; ``odd`` says that ``literals.ODD`` may occur in it.
        The word that must begin the match is looked for first, or the name that is credited with what follows it and
        then what stands before it: most lines hold one part of a form and not the other."""
        if self.anchored:
            match = self.pattern.match(piece)
            return () if match is None else (match,)
        if self.starts and not odd:
            return _matches_from(self.pattern, self.starts, piece, names if self.who else None)
        if self.rest is not None:
            return self._matches_around(self.rest, piece, names)
        if self.last is None:
            return self.pattern.finditer(piece)
        first = next((name for name in names if self.last.match(piece, name)), None)
        return () if first is None else self.pattern.finditer(piece, max(0, first - REACH))

    def _matches_around(self, rest: re.Pattern[str], piece: str, names: Sequence[int]) -> Iterator[re.Match[str]]:
        at = 0
        for name in names:
            if name < at or not rest.match(piece, name):
                continue
            first = max(at, name - REACH)
            if self.lead is not None and not self.lead.search(piece, first, name):
                continue
            whole = self.pattern.search(piece, first)
            if whole is None:
                return
            yield whole
            at = whole.end()


_WHO = "(?P<who>"
_NAME = re.compile(r"\[\ue000[^]{]*\]\{1,60\}\+")
_LOOKS_AHEAD = re.compile(r"\(\?[=!]")


def _signs(pattern: str) -> Iterator[tuple[int, str, int]]:
    """The signs of a pattern that are no characters of a class, each with its place and how deep in groups it is."""
    depth, inside, at = 0, False, 0
    while at < len(pattern):
        sign = pattern[at]
        if not inside:
            depth += (sign == "(") - (sign == ")")
            yield at, sign, depth
        inside = sign != "]" if inside or sign == "[" else False
        at += 2 if sign == "\\" else 1


def _has_choice(group: str) -> bool:
    """Whether a group, of which this is what stands behind its opening, may begin with anything but a name."""
    if not group.startswith("[\ue000"):
        return True
    for _, sign, depth in _signs(group):
        if depth < 0:
            break
        if sign == "|" and depth == 0:
            return True
    return False


def _last_name(pattern: str) -> int:
    """Where the last name stands that every match of a pattern has, -1 if it is not seen at once."""
    at = -1
    for place, sign, depth in _signs(pattern):
        if depth == 0 and sign == "|":
            return -1
        if depth == 0 and _NAME.match(pattern, place):
            at = place
    return at


def _matches_from(
    pattern: re.Pattern[str], words: Sequence[str], piece: str, names: Sequence[int] | None
) -> list[re.Match[str]]:
    """Matches that begin with one of some words; with ``names``, where one of these follows."""
    small, places = piece.lower(), []
    for word in words:
        at = small.find(word)
        while at >= 0:
            if names is None or _follows(names, at):
                places.append(at)
            at = small.find(word, at + 1)
    end, found = 0, []
    for at in sorted(places):
        if at >= end and (match := pattern.match(piece, at)):
            found.append(match)
            end = match.end()
    return found


def _follows(names: Sequence[int], at: int) -> bool:
    """Whether a name begins soon after a place."""
    after = bisect_right(names, at)
    return after < len(names) and names[after] <= at + 2 * REACH


NAMELESS = "|".join(
    rf"\b{words}"
    for words in (
        *(r"contribut\w{2,3} (?:reporting )?to", r"(?:reporting|writing|editing) by", r"with assist"),
        *(r"reportagem de", r"edição de", r"editad[oa] (?:por|en)", r"édité par", r"redigiert von", r"kaynak ?: ?aa\b"),
    )
)
"""Lines worth a look though they name no wire."""
