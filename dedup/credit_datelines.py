"""Frames of datelines: place, date and agency at the head of a text.

How to read a row is said in ``dedup.credit_frames``; the order of the rows is the order in which
they are tried.
"""

from __future__ import annotations

from dedup.credit_frames import rows

__all__ = ["DATELINES", "TITLED"]

_PREFIX = "dateline: (agency) text"
TITLED = (_PREFIX, "dateline: place (agency) dash", "dateline: (agency) dash")
"""Rules of what headlines have, too: "(Bloomberg) Putin and Xi Vow"."""

_PLACE = (  # "ST. JOSEPH, Mich. ", "By Ann Lee Kathmandu, Oct 17 ", "Mandi (Himachal Pradesh) [India], May 29 "
    r"^(?:by\s)?(?P<place>[^\W\d_][^{NOT}:]{0,70}(?:\([^{NOT}]{2,30}\)\s?)?(?:\[[^{NOT}]{2,30}\])?[^{NOT}:]{0,25}?)"
)
_DATED = r"^(?:by\s)?(?P<place>[^\W\d_][^{NOT}:]{0,70}\d[^{NOT}:]{0,15}?)"
_CAPITALS = r"(?-i:[A-ZÄÖÜÉ]{3,20}(?:[ /-][A-ZÄÖÜÉ]{2,20}){0,2})"
_BEGINS = r"(?=\s?(?-i:[A-ZÄÖÜÉÈÀÇØÅ0-9\"']|[^\x00-\u024f]))"  # a sentence: a capital, or a script without them

DATELINES = (
    *rows(
        "origin head phrase",
        # (서울=연합뉴스) 김병규 기자 =
        ("dateline: (place=agency)", r"^[(\[](?P<place>[^{NOT}=]{1,20})=(?P<who>{A})[)\]]"),
    ),
    *rows(
        "press_release head phrase",
        # New Delhi [India], May 17 (ANI/GPRC): a client's name after the agency is paid copy
        ("dateline: place (agency/client):", _PLACE + r"\((?P<who>{A})/(?:{A}|(?-i:[A-Z])[\w .&]{1,30})\)\s?:"),
    ),
    *rows(
        "origin head phrase",
        # BEIJING (AP) - | LONDON, May 16 (Reuters) - | Berlin (dpa/bb) - | Madrid, 11 may (EFE).- | Wiesbaden (KNA/iz).
        # ST. LOUIS--(BUSINESS WIRE)-- | Toronto, Ontario--(Newsfile Corp. - May 3, 2024) -
        # SÃO PAULO, SP (UOL/FOLHAPRESS) -
        (
            "dateline: place (agency) dash",
            _PLACE + r"\((?:\w{2,12}/)?(?P<who>{LIST})[^()]{0,40}\)\s{0,3}\.?\s?{DASH}",
        ),
        # ISLAMABAD, May 16 (APP): | Wiesbaden (KNA/iz). : weaker closers need a date or a name with one meaning
        ("dateline: place, date (agency):", _DATED + r"\((?P<who>{LIST})[^()]{0,40}\)(?::|\.(?=\s))"),
        ("dateline: place (agency).", _PLACE + r"\((?P<who>{N})[^()]{0,40}\)(?::|\.(?=\s))"),
        # नई दिल्ली, तीन नवंबर (भाषा) सरकार ... : the day in words
        (
            "dateline: place, date (agency)",
            r"^(?P<place>[\u0900-\u097f ]{2,30}),\s[\u0900-\u097f]{1,12}\s[\u0900-\u097f]{2,12}\s"
            r"\((?P<who>{A})\)(?=\s|$)",
        ),
        # New Delhi, Apr 25 (PTI) The Income Tax department ...
        ("dateline: place, date (agency)", _DATED + r"\((?P<who>{LIST})\)(?=\s|$)"),
        # Atlanta (CNN)The | Bonn (KNA) Der Bischof | Köln (SID) Der Verein | OSLO (NTB):
        ("dateline: place (agency) text", r"^(?P<place>[^\W\d_][^{NOT}:,;\d]{1,25})\((?P<who>{N})\)" + _BEGINS),
        (
            "dateline: city (agency) text",
            r"^{CITY}(?:/{CITY}|,\s\w{4,20})?[.,]?\s?"
            r"\((?P<who>{X}(?>(?:/{X}){0,7}))(?:/[^()]{1,12})?\)\s?[.:]?" + _BEGINS,
        ),
        # CLEVELAND, Tenn. (AP)  A sheriff says: the dash was lost
        (
            "dateline: PLACE (agency) text",
            r"^(?P<place>" + _CAPITALS + r",\s(?-i:[A-Z])[\w. ]{1,14})\((?P<who>{A})\)\s{1,3}" + _BEGINS,
        ),
        ("dateline: PLACE (agency) text", r"^" + _CAPITALS + r"\s?\((?P<who>{A})\)\s{2,3}" + _BEGINS),
        # Berlin (dpa) | HEILBRONN (Reuters) - : on a line of its own
        (
            "dateline: city (agency)",
            r"^{CITY}\s?\((?P<who>{X}(?>(?:/{X}){0,7}))(?:/[^()]{1,12})?\)(?:\s?{DASH})?$",
        ),
        ("dateline: city (agency)", r"^" + _CAPITALS + r"\s?\((?P<who>{N})\)(?:\s?{DASH})?$"),
        # (MENAFN- AFP) Dubai: what a collector of other people's news puts before the text
        ("dateline: (collector - agency)", r"^\(menafn\s?-\s{0,2}(?P<who>{LIST})[^(){NOT}]{0,40}\)"),
        # RSS (KATHMANDU, 29 March 2022) - Foreign
        (
            "dateline: agency (place, date) dash",
            r"^(?P<who>{A})\s?\((?P<place>[^\W\d_][^{NOT}:]{1,40}\d[^{NOT}:]{0,15})\)\s?(?:{DASH}|:)",
        ),
        # WASHINGTON - (AP) The Senate | NEW DELHI: (AFP) The
        (
            "dateline: place dash (agency)",
            r"^(?P<place>[^\W\d_][^{NOT}:;]{1,50}?)(?:\s?{DASH}|:)\s?\((?P<who>{A})\)" + _BEGINS,
        ),
        # 9 يونيو (رويترز) -
        ("dateline: date (agency) dash", r"^(?P<place>\d{1,2}\.?\s[^{NOT}:]{2,25})\((?P<who>{LIST})\)\s{0,3}\.?{DASH}"),
        # BEIJING, May 16. /TASS/. | NEW YORK, Sept. 22, 2023 /PRNewswire/ -- | RALEIGH, NC / ACCESSWIRE / December 5
        ("dateline: place /agency/", _PLACE + r"/\s?(?P<who>{A})\s?/\s?(?:\.|{DASH})?"),
        ("dateline: /agency/", r"^/\s?(?P<who>{X}(?>(?:/{X}){0,7}))\s?/\s?(?:\.|{DASH})?(?=\s|$)"),
        # МОСКВА, 15 апр - РИА Новости. | Tehran, IRNA - | TOKYO, May 16 Kyodo - | Riyadh, May 16, 2024, SPA --
        (
            "dateline: place, agency dash",
            _PLACE
            + r"[,.-]\s{0,3}(?P<who>{N})\.?\s?"
            + r"(?:{DASH}\s|[.:](?=\s|$)|,\s(?-i:\w[\w-]{1,20})\s\w[\w-]{1,20}\.\s)",
        ),
        ("dateline: place, date agency dash", _DATED + r"[\s,-]{1,3}(?P<who>{A})\s?{DASH}\s"),
        ("dateline: place, date, agency", _DATED + r",\s(?P<who>{N})$"),
        # BERLIN dpa | Die Regierung | dpa BERLIN. Die Regierung
        (
            "dateline: PLACE agency |",
            r"^" + _CAPITALS + r"\s(?P<who>{X}(?>(?:/{X}){0,7}))(?:/\w{2,12})?\s?\|\s",
        ),
        ("dateline: agency place.", r"^(?P<who>{N})[,:]?\s(?:{CITY}|" + _CAPITALS + r")\s?[.:]" + _BEGINS),
        # AFP, Paris: The talks | ТАСС, 3 ноября. | पीटीआई, नई दिल्ली।
        (
            "dateline: agency, place:",
            r"^(?P<who>{N}|{G}),\s(?P<place>[^{NOT}:;,.!?-]{2,30})(?::\s?(?=\S)|\.\s?" + _BEGINS + r"|\.$)",
        ),
        # Reuters - Stocks fell on Tuesday | EFE.- El Gobierno
        ("dateline: agency dash", r"^(?P<who>{N})\s?(?:\.-|{DASH})\s" + _BEGINS + r"(?=[^\n{NOT}|]{30})(?=.{40})"),
        # (ANSA) - ROMA, 22 MAR -
        (
            "dateline: (agency) place, date",
            r"^\((?P<who>{LIST})\)\s?{DASH}\s?(?P<place>[^\W\d_][^{NOT}:]{1,40}\d[^{NOT}:]{0,15}?)\s?{DASH}",
        ),
        # (CNN) - | (StatePoint) Spring is ... : the bracket alone counts only for names that mean nothing else,
        # and for house features, whose style has no place
        ("dateline: (agency) dash", r"^\((?P<who>{N}(?:{SEP}{X}){0,15})(?:/[\w -]{2,12})?\)\s?(?:\.?{DASH}|:)"),
        ("dateline: (agency) dash", r"^\((?P<who>{A})\)\s?\.?{DASH}(?=\s?(?-i:[A-Z]))"),
        (_PREFIX, r"^\((?P<who>{A})\)(?=\s(?-i:[A-Z\"']))"),
        # 新华社北京8月12日电 | 据新华社北京9月8日电 | (中央社記者黃巧雯台北20日電) | (路透巴黎23日電)
        ("dateline: agency place date 电", r"^[(\[]?[据據]?(?P<who>{A})[^{NOT}.,]{0,24}[电電][)\]]?"),
        ("dateline: (agency 记者 name)", r"^[(\[](?P<who>{A})(?:记者|記者|特派员|特派員)[^{NOT}.,]{1,16}[)\]](?=\S)"),
        # 路透伦敦11月3日 - | 路透北京3日 -
        ("dateline: agency place date -", r"^(?P<who>{A})[^{NOT}.,\d]{1,16}(?:\d{1,2}月)?\d{1,2}[日号]\s?{DASH}"),
        # [北京共同] | [東京 26日 ロイター] - | [서울=뉴시스]
        ("dateline: [place agency]", r"^\[(?P<place>[^{NOT}/]{1,24})(?P<who>{A})\](?:\s?{DASH})?"),
        ("dateline: [agency]", r"^\[(?P<who>{N})\](?=[^\x00-\u1fff])"),
        # أنقرة/ الأناضول | باكو/ روسلان رحيموف/ الأناضول | أنقرة- سانا
        (
            "dateline: place / agency",
            r"^(?P<place>[\u0600-\u06ff][\u0600-\u06ff ]{1,30}\s?(?:/[\u0600-\u06ff ]{2,40})?)"
            r"[/-]\s?(?P<who>{A}|{G})(?=\s|$|:)",
        ),
    ),
)
