"""Frames of text credits: lines that say where the text came from.

How to read a row is said in ``dedup.credit_frames``; the order of the rows is the order in which
they are tried.
"""

from __future__ import annotations

from dedup.credit_frames import rows

__all__ = ["DATELINES", "SIGNATURES", "TAILS", "WITH_EDITORS"]

WITH_EDITORS = "tail: agency with additional editing"
"""The rule whose people are the outlet's own."""

_PLACE = (  # "ST. JOSEPH, Mich. ", "By Ann Lee Kathmandu, Oct 17 ", "Mandi (Himachal Pradesh) [India], May 29 "
    r"^(?:by\s)?(?P<place>[^\W\d_][^{NOT}:]{0,70}(?:\([^{NOT}]{2,30}\)\s?)?(?:\[[^{NOT}]{2,30}\])?[^{NOT}:]{0,25}?)"
)
_DATED = r"^(?:by\s)?(?P<place>[^\W\d_][^{NOT}:]{0,70}\d[^{NOT}:]{0,15}?)"

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
        ("dateline: place (agency) dash", _PLACE + r"\((?P<who>{LIST})[^()]{0,40}\)\s{0,3}\.?\s?{DASH}"),
        # ISLAMABAD, May 16 (APP): | Wiesbaden (KNA/iz). : weaker closers need a date or a name with one meaning
        ("dateline: place, date (agency):", _DATED + r"\((?P<who>{LIST})[^()]{0,40}\)(?::|\.(?=\s))"),
        ("dateline: place (agency).", _PLACE + r"\((?P<who>{N})[^()]{0,40}\)(?::|\.(?=\s))"),
        # New Delhi, Apr 25 (PTI) The Income Tax department ...
        ("dateline: place, date (agency)", _DATED + r"\((?P<who>{LIST})\)(?=\s|$)"),
        # 9 يونيو (رويترز) -
        ("dateline: date (agency) dash", r"^(?P<place>\d{1,2}\.?\s[^{NOT}:]{2,25})\((?P<who>{LIST})\)\s{0,3}\.?{DASH}"),
        # BEIJING, May 16. /TASS/. | NEW YORK, Sept. 22, 2023 /PRNewswire/ -- | RALEIGH, NC / ACCESSWIRE / December 5
        ("dateline: place /agency/", _PLACE + r"/\s?(?P<who>{A})\s?/\s?(?:\.|{DASH})?"),
        # МОСКВА, 15 апр - РИА Новости. | Tehran, IRNA - | TOKYO, May 16 Kyodo - | Riyadh, May 16, 2024, SPA --
        ("dateline: place, agency dash", _PLACE + r"[,.-]\s{0,3}(?P<who>{N})\.?\s?(?:{DASH}\s|\.(?=\s))"),
        ("dateline: place, date agency dash", _DATED + r"[\s,-]{1,3}(?P<who>{A})\s?{DASH}\s"),
        # (ANSA) - ROMA, 22 MAR -
        (
            "dateline: (agency) place, date",
            r"^\((?P<who>{LIST})\)\s?{DASH}\s?(?P<place>[^\W\d_][^{NOT}:]{1,40}\d[^{NOT}:]{0,15}?)\s?{DASH}",
        ),
        # (CNN) - | (StatePoint) Spring is ... : the bracket alone counts only for names that mean nothing else,
        # and for house features, whose style has no place
        ("dateline: (agency) dash", r"^\((?P<who>{N}(?:{SEP}{X})*)\)\s?{DASH}"),
        ("dateline: (agency) dash", r"^\((?P<who>{A})\)\s?{DASH}(?=\s?(?-i:[A-Z]))"),
        ("dateline: (agency) text", r"^\((?P<who>{A})\)(?=\s(?-i:[A-Z\"']))"),
        # 新华社北京8月12日电 | 据新华社北京9月8日电 | (中央社記者黃巧雯台北20日電) | (路透巴黎23日電)
        ("dateline: agency place date 电", r"^\(?[据據]?(?P<who>{A})[^{NOT}。,]{0,24}[电電]\)?"),
        # [北京共同] | [東京 26日 ロイター] - | [서울=뉴시스]
        ("dateline: [place agency]", r"^\[(?P<place>[^{NOT}]{1,24})(?P<who>{A})\](?:\s?{DASH})?"),
        # أنقرة/ الأناضول | باكو/ روسلان رحيموف/ الأناضول | أنقرة- سانا
        (
            "dateline: place / agency",
            r"^(?P<place>[\u0600-\u06ff][\u0600-\u06ff ]{1,30}\s?(?:/[\u0600-\u06ff ]{2,40})?)"
            r"[/-]\s?(?P<who>{A})(?=\s|$)",
        ),
    ),
)

TAILS = (
    *rows(
        "origin any line",
        # The-CNN-Wire | CNN Newsource: the service under which a station files what it is sent
        ("service alone", r"^{W}{0,3}(?P<who>{S}){W}{0,3}$"),
    ),
    *rows(
        "origin any sentence",
        ("first published by agency", r"\b{TEXT}\s(?:by|from|of)\s(?:the\s)?(?P<who>{LIST})\swas first published"),
        ("source: terms of the agency", r"\bour standards:\s?(?:the\s)?(?P<who>{A})"),
        (
            "provided by agency",
            r"\b{TEXT}\s(?:is\s|was\s|has been\s)?(?:provided|supplied|powered|delivered)\s"
            r"(?:to \w{1,20} )?by\s(?:the\s)?(?P<who>{LIST})",
        ),
    ),
    *rows(
        "origin main line",
        ("taken over from agency", r"\besta notícia é da\s(?P<who>{LIST})"),
        ("provided by agency", r"^{W}{0,3}(?:provided|supplied|powered)\sby\s(?:the\s)?(?P<who>{LIST}){W}{0,2}$"),
    ),
    *rows(
        "press_release any sentence",
        (
            "release: provided by",
            r"\bpress release\b.{0,40}\b(?:provided|distributed|issued)\s(?:by|via|through)\s(?P<who>{LIST})",
        ),
    ),
    *rows(
        "press_release any line",
        ("release: view source", r"^{W}{0,3}view (?:original|source)\s?\w{0,10}\b.{0,80}?(?P<who>{A})"),
    ),
    *rows(
        "distributor any sentence",
        ("distributed by agency", r"\bdistributed\s(?:by|through|via)\s(?:the\s)?(?P<who>{LIST})"),
    ),
    *rows(
        "republished any sentence",
        (
            "republished from agency",
            r"\b(?:re-?published|re-?printed|reproduced|syndicated|adapted)\s"
            r"(?:here\s)?(?:with (?:the )?permission\s)?(?:from|by|of)\s(?:the\s)?(?P<who>{P})",
        ),
        (
            "first appeared in publisher",
            r"\b(?:{TEXT}|and)\s(?:was\s|is\s|has\s)?(?:originally|first|also)?\s?(?:appeared|published|produced)\s"
            r"(?:first\s)?(?:on|in|by|at)\s(?:the\s)?(?P<who>{P})(?!\s?(?:poll|survey))",
        ),
    ),
    *rows(
        "rights any line",
        # © 2024 Cable News Network | Copyright 2018 The Associated Press | (c) 2023, The Washington Post
        (
            "rights: © agency",
            r"(?:©|\(c\)|\bcopyright\b|저작권자)(?:\s?(?:©|\(c\)|copyright))?[\s,]{0,3}"
            r"(?:(?:19|20)\d\d(?:-\d{2,4})?[\s,.]{0,3})?(?:(?:by|the)\s)?"
            r"(?P<who>{P}(?:\s?[,&]\s?{P})*)",
        ),
        ("rights: © agency", r"^\(c\)\s(?:19|20)\d\d,?\s(?P<who>{P})"),
    ),
    *rows(
        "origin main sentence",
        # Sie wurde automatisch von der Deutschen Presse-Agentur (dpa) übernommen | published from a syndicated feed
        ("taken over from agency", r"\b(?:von|der)\s(?P<who>{LIST})(?:\s\({A}\))?\s(?:übernommen|bezogen)"),
        (
            "taken over from agency",
            r"\b(?:published|generated|sourced|taken)\b.{0,30}\bfrom\s"
            r"(?:an?\s|the\s)?(?P<who>{LIST})(?={W}*$|\s(?:feed|wire|news\s?feed)\b)",
        ),
    ),
    *rows(
        "wire_staff main phrase",
        # (Reporting by Ben Blanchard; Editing by Himani Sarkar): Reuters' house form leaves its name out
        (
            "sign-off: reporting by; editing by",
            r"(?:(?<=^)|(?<=[(.]))(?:(?:additional\s|writing and\s)?reporting|reportagem)\s"
            r"(?:and writing\s)?(?:by|de|por)\s[^{NOT};]{3,160}"
            r"(?:;\s?(?:additional |writing|editing|edição|compiled)[^{NOT}]{3,160}|(?<=[a-z])\))",
        ),
        implied="reuters",
    ),
    *rows(
        "origin edge line",
        # Reuters with additional editing by Jim Pollard
        (
            WITH_EDITORS,
            r"^(?P<who>{LIST})[\s,]{1,3}with\s(?:additional|further|extra|some)\s"
            r"(?:editing|reporting|inputs?|writing)\sby\s(?P<people>[^{NOT};:]{3,60})$",
        ),
    ),
    *rows(
        "contributor main sentence",
        # Some material in this report came from The Associated Press, Agence France-Presse and Reuters.
        (
            "tail: material from agencies",
            r"^{W}{0,3}(?:(?:some|additional|other|certain|background)\s)?(?:of the\s)?"
            r"(?:material|information|reporting|details|content|data|quotes)\b"
            r"[^{NOT}]{0,40}\s(?:came|comes|come|is|was|were|are|provided|supplied|taken|used|from|by)\s[^{NOT}]{0,20}?(?P<who>{LIST})",
        ),
        (
            "tail: includes material from agencies",
            r"^{W}{0,3}(?:this|the)\s{TEXT}\s(?:also\s)?(?:includes?|contains?|uses?|incorporates?|"
            r"(?:has been|was) compiled|is based)\b"
            r"[^{NOT}]{0,40}\s(?:from|by|on)\s[^{NOT}]{0,12}(?P<who>{LIST})",
        ),
    ),
    *rows(
        "contributor main phrase",
        # (With inputs from PTI, ANI) | With files from The Canadian Press | Mit Material der dpa
        (
            "tail: with inputs from agencies",
            r"(?:^|(?<=[.!?\"'] )|(?<=[.!?])|(?<=[(*,]))\s?(?:{W}{0,2}{WITH}\s)?(?:additional\s)?{INPUTS}"
            r"(?:\s{FROM}|(?<=fonte)|(?<=इनपुट):)\s?(?:the\s|la\s|l'|other\s|news\s)?"
            r"(?P<who>{LIST}(?:[^.()\n]{0,40}{X})?)[^.()\n]{0,40}\)?",
        ),
        ("tail: (outlet with agency)", r"\((?:[^{NOT}.,;]{1,30}\s)?{WITH}\s(?P<who>{LIST})\)(?={W}{0,3}$|\s@)"),
    ),
    *rows(
        "contributor edge line",
        (
            "tail: compiled from agencies",
            r"^{W}{0,3}(?:compiled|from|based on|edited)\s(?:by\s)?(?:from\s)?[^{NOT}]{0,30}?(?P<who>{LIST}){W}{0,2}$",
        ),
    ),
    *rows(
        "contributor edge phrase",
        ("tail: 综合 agencies", r"[综綜]合(?P<who>{LIST}(?:、{X})*)(?:报道|報道|報導)"),
    ),
    *rows(
        "origin main phrase",
        # Source: AFP | Quelle: red/dpa | Sources: Automotive News, Reuters, Der Spiegel
        (
            "source: agency",
            r"(?:^{W}{0,3}|(?<=[.!?|] )|(?<=[(.])){SOURCE}\s?:\s?"
            r"(?P<who>(?:[^{NOT}:;\n]{0,40}(?:{SEP}|\s))?{LIST}(?:,[^{NOT}:;\n]{1,40}){0,3}+)"
            r"(?:\s\w{1,12})?[.,)]{0,2}(?:$|\s?\|)",
        ),
    ),
    *rows(
        "origin main line",
        # names of two letters in small type are names here only
        ("source: aa", r"^{W}{0,3}(?:kaynak|muhabir)\s?:\s?(?P<who>aa){W}?$"),
        implied="aa",
    ),
    *rows(
        "origin head line",
        # AP-US--Trump-Impeachment, 4th Ld-Writethru
        ("slug: agency, writethru", r"^(?P<who>{A})-{1,2}[^\n]{2,80}\b(?:ld|writethru|advisory|urgent)\b"),
    ),
)

SIGNATURES = (
    *rows(
        "origin tail phrase",
        # ... 9.7 crore. -- PTI | — AFP | - IANS xx/yy | ... in Ukraine. (Reuters) | ... a dit le ministre. (ats)
        (
            "signature: dash agency",
            r"(?:^|(?<=[.!?…\"'] )|(?<=[.!?…\"']))\s?{DASH}\s?(?P<who>{LIST})(?:\s[a-z]{2,3}/[a-z]{2,3})?{W}?$",
        ),
        ("signature: (agency)", r"(?:(?<=[.!?…\"'])\s?|^)\((?P<who>{LIST}|\w{2,5}/{LIST})\){W}?$"),
    ),
    *rows(
        "origin edge line",
        # ---- lines that hold nothing else
        (
            "by agency",
            r"^{W}{0,3}(?:by|von|par|por|da|door|av|af|oleh|yazan)\s?:?\s(?:\w{2,5}/)?(?:the\s)?"
            r"(?P<who>{LIST})(?:\s(?:and\s)?{ROLE})?{STAMP}?{W}{0,3}$",
        ),
        ("by agency in place", r"^(?:by\s)?(?P<who>{LIST})\s(?:in|at)\s(?P<place>[^{NOT}:;!?]{2,60})$"),
    ),
    *rows(
        "contributor edge line",
        (
            "outlet with agency",
            r"^{W}{0,3}(?:(?:by|von|par|por)\s)?(?P<people>[^{NOT}:;!?]{2,60}?)[\s,]{1,3}\(?{WITH}\s"
            r"(?:(?:additional\s)?{INPUTS}\s)?"
            r"(?:{FROM}\s)?(?:the\s|l')?(?P<who>{LIST})\)?(?:\s@\w{1,30})?{W}?$",
        ),
    ),
    *rows(
        "origin edge line",
        (
            "byline: by name, agency",
            r"^{W}{0,3}(?:by|von|par|por|da|door|text|autor)\s?:?\s(?P<people>[^{NOT}:;!?]{2,120}?)\s?[\s,/|-]\s?"
            r"(?:(?:of|for)\s)?(?:the\s)?\(?(?P<who>{LIST})\)?(?:[\s,]{1,2}{ROLE})?(?:/[^{NOT}]{2,30}|{STAMP})?{W}{0,3}$",
        ),
        (
            "byline: name, agency",
            r"^(?P<people>[^{NOT}:;!?,/|]{2,30}\s[^{NOT}:;!?,/|]{1,30}),\s(?:of\s)?(?:the\s)?(?P<who>{LIST})(?:\s{ROLE})?{W}?$",
        ),
        # Haberler - Anadolu Ajansı
        ("section - agency", r"^(?P<people>[^\W\d_]\w{2,14})\s-\s(?P<who>{N})$"),
        # EFE | Abril 21, 2022 - Associated Press November 19, 2019, 9:02 AM - Xinhua | Updated: 2017-09-15
        ("agency and date", r"^{W}{0,3}(?P<who>{N})(?=[^{NOT}]{0,60}\d{4}|[^{NOT}]{0,40}\d:\d\d){STAMP}$"),
        ("agency and date", r"^{W}{0,3}(?P<who>{A})\s?[|,·•-](?=[^{NOT}]{0,60}\d{4}){STAMP}$"),
    ),
    *rows(
        "origin edge line",
        # Reuters | Associated Press | AGENCIES | dpa/afp
        ("agency alone", r"^{W}{0,3}(?:the\s)?(?P<who>{LIST})(?:\s(?:{ROLE}))?{W}{0,3}$"),
        # Reuters, Washington, | Reuters, Thorsten Kramer | EFE / Madrid | Reuters/kra Frankfurt
        ("agency, place or name", r"^(?P<who>{N})\s?[,/]\s?(?P<place>[^{NOT}:;!?\d]{3,30}),?$"),
        alone=True,
    ),
    *rows(
        "contributor edge line",
        ("agency/initials place", r"^(?P<who>{N})/[a-z]{2,4}(?:\s(?P<place>[^{NOT}:;!?]{3,20}))?$"),
    ),
)
