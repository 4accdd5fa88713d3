"""Frames of bylines and signatures: lines, and ends of lines, that hold little but a name.

How to read a row is said in ``dedup.credit_frames``; the order of the rows is the order in which
they are tried.
"""

from __future__ import annotations

from dedup.credit_frames import rows

__all__ = ["BARE", "CAPTIONS", "SIGNATURES"]

BARE = "signature: sentence. AGENCY"
"""The rule of a name that stands bare after the last sentence: a short one must be all capitals there."""
CAPTIONS = (BARE, "signature: (agency)")
"""Rules of names at the end of a paragraph: where several paragraphs end so, they are captions."""

_INITIALS = r"(?-i:[a-z]{2,4})"
_ENDED = (  # a sentence has ended: no initial, no "Mr.", no "Photo."
    r"(?:(?<=[a-z]{3}[.!?])|(?<=[0-9)\]\"'à-ÿ][.!?…])|(?<=(?-i:[\u0370-\u1fff\u3040-\uffdc])[.!?…])|(?<=[.!?…][\"']))"
    r"(?<!\bfot.)(?<!foto.)(?<!photo.)(?<!bild.)(?<!\bpic.)(?<!mrs.)(?<!prof.)(?<!\bgen.)(?<!\bsen.)(?<!\bgov.)(?<!\brep.)(?<!capt.)"
)
_LINKS = r"\s?[/,|+-]{1,2}\s?"
_EMPLOYER = (
    r"(?:(?:of|for|from)\s)?(?:the\s)?\(?(?P<who>{LIST}(?:\s\({X}\))?)\)?(?:[\s,]{1,2}{ROLE})"
    r"?(?:/[^{NOT}]{2,30}|{STAMP}|\s(?:\[email.protected\]|[^\s@]{2,40}@[^\s@]{4,40}))?{W}{0,3}$"
)

SIGNATURES = (
    *rows(
        "contributor any line",
        # rc/msh (AP, dpa): the initials of editors, and what they worked from
        (
            "signature: initials (agencies)",
            r"^" + _INITIALS + r"(?:[/-](?:{A}|" + _INITIALS + r")){1,3}\s?\((?P<who>{LIST})\){W}?$",
        ),
    ),
    *rows(
        "contributor edge line",
        ("signature: initials (agencies)", r"^" + _INITIALS + r"\s?\((?P<who>{LIST})\){W}?$"),
    ),
    *rows(
        "origin main phrase",
        # Updated: 2016-07-15 06:50 (Xinhua) | Updated: 2016-07-15 13:14 By Agencies(China Daily USA)
        (
            "time stamp, agency",
            r"\b(?:updated|published|posted):?\s\d{4}-\d\d-\d\d\s\d\d:\d\d\s(?:\((?P<by>by\s)?|by\s)(?P<who>{LIST})(?:\)|$|\s?\()",
        ),
    ),
    *rows(
        "contributor edge line",
        # ---- an agency with the outlet's own people, who are named by their desk or by initials
        # red/dpa | als/dpa/Reuters | Redacción / EFE | (dpa/red/lro) | AFP/ab/cd | ČTK, Redakce
        (
            "signature: desk/agency",
            r"^{W}{0,3}(?:(?:{OWN}(?:\s(?-i:[A-Z]{2,5}))?|oprac\.?\s[\w. ]{1,25})" + _LINKS + r"){1,3}"
            r"(?P<who>{LIST})(?:" + _LINKS + r"{OWN}){0,3}(?:,\s\d[\d.]{3,10})?{W}{0,3}$",
        ),
        (
            "signature: agency/desk",
            r"^{W}{0,3}(?P<who>{LIST})(?:" + _LINKS + r"(?:{OWN}|oprac\.?\s[\w. ]{1,20})){1,4}"
            r"(?:,\s\d[\d.]{3,10})?(?:\s(?P<place>[^{NOT}:;!?\d]{3,20}))?{W}{0,3}$",
        ),
        # Staff and agencies | Redactie en ANP | By Al Jazeera and AFP
        (
            "byline: outlet and agencies",
            r"^{W}{0,3}(?:{BY}\s?:?\s)?[^{NOT}:;!?/]{0,40}{DESK}(?:\s?[,/]\s?|\s{AND}\s)(?P<who>{LIST}){W}{0,3}$",
        ),
        (
            "byline: outlet and agencies",
            r"^{W}{0,3}(?:{BY}\s?:?\s)?(?P<people>[^{NOT}:;!?/]{2,40})\s{AND}\s(?P<who>{G}){W}{0,3}$",
        ),
        (
            "byline: outlet and agencies",
            r"^{W}{0,3}{BY}\s?:?\s(?P<people>[^{NOT}:;!?/]{2,60})\s{AND}\s(?P<who>{LIST}){W}{0,3}$",
        ),
        (
            "byline: agencies and outlet",
            r"^{W}{0,3}(?:{BY}\s?:?\s)?(?P<who>{LIST})\s{AND}\s[^{NOT}:;!?/]{0,30}{DESK}{W}{0,3}$",
        ),
        (
            "outlet with agency",
            r"^{W}{0,3}(?:{BY}\s?:?\s)?(?:{DESK}(?:\s{X})?|[^\s{NOT}:;!?]{2,20}|{X}|(?:article|artikel|artículo|texte?|articolo)\s\w{5,10}|"
            r"(?P<people>[^{NOT}:;!?]{2,60}?))[\s,]{1,3}\(?{WITH}\s"
            r"(?:(?:les\s|des\s|the\s|additional\s)?{INPUTS}\s)?"
            r"(?:{FROM}\s)?(?:the\s|l'|les\s|la\s)?(?P<who>{LIST})\)?(?:\s@\w{1,30})?{W}?$",
        ),
        # with AP | Avec AFP et Reuters | *Com Agência Brasil | With Post wires
        (
            "with agencies",
            r"^{W}{0,3}{WITH}\s(?:the\s|l'|les\s|des\s|la\s)?(?:(?P<people>[^{NOT}:;,.!?]{2,20})\s)?(?P<who>{LIST})"
            r"(?:\s(?:internacionais|internacionales|internationales|internazionali))?{W}{0,3}$",
        ),
    ),
    *rows(
        "origin tail phrase",
        # ... 9.7 crore. -- PTI | — AFP | - IANS xx/yy | ... in Ukraine. (Reuters) | ... a dit le ministre. (ats)
        (
            "signature: dash agency",
            r"(?:^|(?<=[.!?…\"'] )|(?<=[.!?…\"']))\s?{DASH}\s?(?P<who>{LIST})(?:\s[a-z]{2,3}/[a-z]{2,3})?{W}?$",
        ),
        (
            "signature: (agency)",
            r"(?:(?<=[.!?…\"'])\s{0,2}|^)\((?P<who>{LIST}|\w{2,5}/{LIST})\)(?:\s?\(www\.[\w.-]{3,30}\))?{W}?$",
        ),
        # AGERPRES/(AS - autor: Ana Pop) | ... added Citu. AGERPRES (RO - author: Ana Pop, editor: Ion Rus)
        (
            "signature: (initials - author: name)",
            r"(?:^\(?|(?<=[.!?\"'] )\(?)(?P<who>{N})\s?/?\s?\([A-Z]{2,3}\s?[-,]\s?[^(){NOT}]{5,200}\)\)?$",
        ),
        # ... на Киев. /БГНЕС
        ("signature: sentence. /agency", _ENDED + r"\s/(?P<who>{N})/?$"),
        # ... the police said. AFP
        (BARE, _ENDED + r"\s(?P<who>{A}(?>(?:\s?[/,]\s?{A}){0,7})){W}?$"),
    ),
    *rows(
        "origin tail line",
        # PTI KK GK | IANS ab/cd | dpa ab cd efg | UNI XC ABC 1830
        ("signature: agency CODES", r"^(?P<who>{A})(?:\s(?-i:[A-Z]{2,4})){2,6}(?:\s\d{3,6})?$"),
        ("signature: agency codes", r"^(?P<who>{A})(?:[\s/]" + _INITIALS + r"){2,5}$"),
        # an/ jk/ (PAP) | (PAP) an/ jk/ | Z Warszawy Anna Nowak (PAP)
        ("signature: initials/ (agency)", r"^(?:[a-z]{2,5}/\s?){1,4}\((?P<who>{A})\)$"),
        ("signature: (agency) initials/", r"^\((?P<who>{A})\)(?:\s?[a-z]{2,5}/){1,4}$"),
        (
            "signature: from place name (agency)",
            r"^(?:z|ze|from|aus|de)\s(?P<people>[^{NOT}:;!?/]{5,50})\s\((?P<who>{A})\)$",
        ),
        # Lusa/Fim | (END) Dow Jones Newswires | ◎공감언론 뉴시스
        ("signature: end of the report", r"^(?P<who>{A})/(?:fim|end|fin|fine|ende)$"),
        ("signature: end of the report", r"^\(end\)\s(?P<who>{A})$"),
        ("signature: house mark", r"^[◎ⓒ]공감언론\s(?P<who>{A})(?:\s\S{3,40}@\S{3,30})?$"),
        # dpa-infocom, dpa:231103-99-12345/2
        ("signature: number of the report", r"^(?P<who>{A}),\s{A}:\d{6}-\d\d-\d+(?:/\d+)?$"),
    ),
    *rows(
        "distributor edge line",
        # Agencies via Xinhua
        ("agencies via agency", r"^{W}{0,3}{G}\svia\s(?:the\s)?(?P<who>{A}){W}{0,3}$"),
    ),
    *rows(
        "origin edge line",
        # ---- lines that hold nothing else
        # Reuters, with files from The Canadian Press
        (
            "agency, with files from others",
            r"^{W}{0,3}(?P<who>{N}),?\s{WITH}\s{INPUTS}\s{FROM}\s(?:the\s|l'|la\s)?{LIST}{W}{0,3}$",
        ),
        (
            "by agency",
            r"^{W}{0,3}{BY}\s?:?\s(?:\w{2,5}/)?(?:the\s|l'|la\s|{DESK}\s)?"
            r"(?P<who>{LIST})(?:\s(?:and\s)?{ROLE}|\s?/\s?{CITY})?{STAMP}?{W}{0,3}$",
        ),
        (
            "by agency",
            r"^(?:published|publié|publicado|pubblicato|opublikowano)\s[^{NOT}]{4,40}\s{BY}\s(?P<who>{LIST})$",
        ),
        ("by agency", r"配信\s(?P<who>{LIST})$"),
        ("source agency", r"^{W}{0,3}source\s(?P<who>{LIST}){W}{0,3}$"),
        ("desk agency", r"^{W}{0,3}(?:{BY}\s?:?\s)?{DESK}\s(?P<who>{N}){W}{0,3}$"),
        ("by agency in place", r"^(?:by\s)?(?P<who>{LIST})\s(?:in|at|à|en|aus)\s(?P<place>[^{NOT}:;!?]{2,60})$"),
        ("agency place", r"^(?:by\s)?(?P<who>{N})\s{CITY}$"),
        # Press Trust of India  |  New Delhi Last Updated at November 3, 2023 09:15 IST
        ("agency place", r"^(?:by\s)?(?P<who>{A})\s{0,3}[/|,-]\s{0,3}{CITY}{STAMP}?$"),
        ("via agency", r"^via\s(?P<who>{A})\s(?:news\s?)?wire$"),
        # New Delhi | Press Trust of India | Updated: November 3, 2023 10:25 IST
        ("place / agency", r"^{CITY}(?:/{CITY})?\s{0,3}[/|:-]\s{0,3}(?P<who>{LIST})(?:\s{0,3}\|{STAMP})?$"),
        # 21 February,2026 10:25 AM IST | Adelaide | PTI
        (
            "date | place | agency",
            r"^[^{NOT}|]{0,30}\d{4}[^{NOT}|]{0,30}\|(?:[^{NOT}|\d]{2,40}\|)?\s{0,3}(?P<who>{A}|{G})$",
        ),
    ),
    *rows(
        "origin edge line",
        (
            "byline: by name, agency",
            r"^{W}{0,3}{BY}\s?:?\s(?P<people>[^{NOT}:;!?]{2,120}?)(?:\s?[,/|(-]\s?|\s(?=of|for|from))" + _EMPLOYER,
        ),
        # a blank alone says so after two words: "By Mary Roe AP" is a reporter, "By Ann Reuters" is her name
        (
            "byline: by name, agency",
            r"^{W}{0,3}{BY}\s?:?\s(?P<people>[^{NOT}:;!?]{2,100}\s[^{NOT}:;!?\s]{2,30})\s" + _EMPLOYER,
        ),
        (
            "byline: name, agency",
            r"^(?P<people>[^{NOT}:;!?,/|]{2,30}\s[^{NOT}:;!?,/|]{1,30}),\s(?:of\s)?(?:the\s)?(?P<who>{LIST})(?:\s{ROLE})?{W}?$",
        ),
        (
            "byline: name | agency",
            r"^(?P<people>[^{NOT}:;!?,/|\d]{2,30}\s[^{NOT}:;!?,/|\d]{1,30})\s\|\s(?:the\s)?(?P<who>{LIST})$",
        ),
        # Tom Davies Associated Press: a name of several words
        (
            "byline: name agency",
            r"^(?P<people>(?-i:[A-Z])[\w.'-]{1,15}(?:\s(?-i:[A-Z])[\w.'-]{0,15}){1,2})\s(?:the\s)?(?P<who>[\ue000\ue001]{12,60}+)(?:\s{ROLE})?$",
        ),
        # By Associated Press Writer TOM DAVIES | By AP Sports Writer Tom Davies
        (
            "byline: by agency's writer",
            r"^{W}{0,3}{BY}\s?:?\s(?:the\s)?(?P<who>{A})\s{ROLE}\s(?P<people>[^{NOT}:;!?\d]{4,60}?){W}{0,3}$",
        ),
        # 서울=연합뉴스 김민수 기자
        (
            "byline: place=agency name 기자",
            r"^(?P<place>[^{NOT}=]{1,20})=(?P<who>{A})\s[^{NOT}:;!?/=]{2,30}\s?(?:기자|특파원)\s?=?$",
        ),
        ("byline: name 기자 (agency)", r"^(?P<people>[^{NOT}:;!?/]{2,30})\s?(?:기자|특파원)\s?\((?P<who>{A})\)$"),
        # Haberler - Anadolu Ajansı
        ("section - agency", r"^(?P<people>[^\W\d_]\w{2,14})\s-\s(?P<who>{N})$"),
        # EFE | Abril 21, 2022 - Associated Press November 19, 2019, 9:02 AM - Xinhua | Updated: 2017-09-15
        # 0 Comment(s)Print E-mail Xinhua, May 29, 2012
        (
            "agency and date",
            r"^{W}{0,3}(?:(?:\d{1,5}\scomments?|\(s\)|print|e-?mail)[\s|,]{0,3}){0,5}"
            r"(?P<who>{N})(?=[^{NOT}]{0,60}\d{4}|[^{NOT}]{0,40}\d:\d\d){STAMP}$",
        ),
        ("agency and date", r"^{W}{0,3}(?P<who>{A})\s{0,3}[|,·•-](?=[^{NOT}]{0,60}\d{4}){STAMP}$"),
        # 会談が始まる ロイター 3/9(木) 15:47
        ("headline agency date", r"\s(?P<who>{N})\s\d{1,2}/\d{1,2}\(\w\)\s\d{1,2}:\d\d$"),
    ),
    *rows(
        "origin edge line",
        # Reuters | Associated Press | AGENCIES | dpa/afp
        ("agency alone", r"^{W}{0,3}(?:the\s)?(?P<who>{LIST})(?:报道|報道|報導|通信)?(?:\s(?:{ROLE}))?{W}{0,3}$"),
        # Reuters, Washington, | Reuters, Thorsten Kramer | EFE / Madrid | AFP | Paris
        ("agency, place or name", r"^(?P<who>{N}|{G})\s{0,3}[,/|]\s{0,3}(?P<place>[^{NOT}:;!?\d]{3,30}),?$"),
        alone=True,
    ),
)
