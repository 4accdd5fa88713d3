"""Frames of names that credit no text: pictures, and sources quoted in running text.

How to read a row is said in ``dedup.credit_frames``.
"""

from __future__ import annotations

from dedup.credit_frames import rows

__all__ = ["MENTIONS", "PHOTOS"]

PHOTOS = (
    *rows(
        "photo main line",
        ("photo: file picture", r"^{W}?file(?:\sphoto)?\s?[-:].*{X}"),
    ),
    *rows(
        "photo main phrase",
        (
            "photo: (agency photo)",
            r"\((?=[^()]{0,160}\b{PHOTO}\b)(?=[^()]{0,160}{X})(?![^()]{0,160}\b(?:reworked|not been edited|rest of)\b)"
            r"[^()]{1,200}\)",
        ),
        ("photo: (agency photo)", r"\((?P<people>[^/,:{NOT}]{1,25}\s[^/:{NOT}]{1,40})/\s?(?P<who>{LIST})[^()]{0,60}\)"),
        ("photo: (agency photo)", r"\((?P<who>{LIST})\s?/\s?(?P<people>[^/,:{NOT}]{1,25}\s[^/:{NOT}]{1,40})\)"),
        ("photo: (agency photo)", r"\([^()=]{0,20}{X}={X}[^()]{0,40}\)"),
        ("photo: agency photo", r"{X}\s(?:file\s|pool\s)?(?:photos?|images?|pictures?|foto|via\s{X})\b"),
        (
            "photo: credit line",
            r"(?:\b|(?<=\.))(?:{PHOTO}|credit|legende|copyright(?!\s?:[^()]{0,60}\b(?:19|20)\d\d))\w{0,3}"
            r"(?:\s?(?:credits?|by|courtesy of|source|copyright|/?quelle))?"
            r"\s{0,2}[:=/]\s{0,2}[^.()]{0,80}{X}.{0,60}$",
        ),
        ("photo: image copyright", r"\b(?:image|photo|foto)\s(?:copyright|credit|courtesy)\b.{0,40}?{LIST}"),
        ("photo: name / agency", r"(?:/[^()/]{2,40}|\b{X})\svia\s(?P<who>{LIST})"),
        (
            "photo: name / agency",
            r"(?:^(?!(?:by|von|par|por|oprac\.?)\s|{DESK}(?:\s(?-i:[A-Z]{2,5}))?\s?/)|(?<!oprac)[.!?)]\s?)(?P<people>[^\s,;:.!?()/{NOT}]{1,20}\s[^,;:!?()/{NOT}]{1,30}?)"
            r"(?:\s?/\s?|\s-\s)(?P<who>{X}(?>(?:\s?/\s?{X}){0,7})){W}?$",
        ),
        (
            "photo: agency / name",
            r"(?<=[.!?])\s?(?P<who>{X})\s?/\s?(?P<people>[^\s/,;:!?()]{1,20}\s[^,;:!?()/]{1,30})$",
        ),
    ),
    *rows(
        "photo main line",
        (
            "photo: copyright name / copyright agency",
            r"^copyright\s(?P<people>[^{NOT}/,.:]{2,40})\s?/\s?copyright\b[^{NOT}]{0,12}(?P<who>{LIST})",
        ),
    ),
    *rows(
        "photo main phrase",
        ("photo: © agency / name", r"©\s?(?P<who>{X})\s?/\s?(?-i:[A-Z])[\w.'-]{0,20}"),
        (
            "photo: © agency / name",
            r"©\s?(?P<people>[^\W\d_][^{NOT}/,.]{2,30}\s[^{NOT}/,.]{1,30})[(/]\s?(?P<who>{X})[^()]{0,30}\)?",
        ),
        ("photo: agency 摄", r"{X}(?:记者|記者)?[^{NOT}.]{0,12}[摄攝]"),
    ),
    *rows(
        "photo main line",
        # [Reuters] | [AP=연합뉴스] | /연합뉴스 | EFE/Ana López
        ("photo: [agency]", r"^(?:\[[^{NOT}]{0,25}{X}(?:[=/]{X})?\]|/{X})$"),
        ("photo: agency/name", r"^(?P<who>{X})/(?P<people>(?-i:[A-ZÀ-Þ])\w{1,20}\s[^{NOT}/,:\d]{2,30})$"),
    ),
)

_AGENCY = r"(?:'s)?(?:\s(?:state\s)?(?:news\s(?:agency|service)|agency|wire|newswire|television|tv|radio))?"
_OUTLETS = r"(?:(?:the|a|an|to|with|by)\s)?(?:[\w'-]{1,20}\s){0,4}?"

MENTIONS = (
    *rows(
        "mention prose phrase",
        ("mention: according to", r"\baccording to\s" + _OUTLETS + r"(?P<who>{LIST})" + _AGENCY),
        (
            "mention: interview with",
            r"\b(?:in )?(?:an?\s)?(?:\w{1,15}\s)?interviews?\s(?:with|by|to|for)\s(?:the\s)?(?P<who>{A})" + _AGENCY,
        ),
        (
            "mention: told",
            r"\b(?:told|tells|telling|informed)\s(?:the\s)?(?:[\w'-]{1,15}\s){0,2}?(?P<who>{A})" + _AGENCY,
        ),
        (
            "mention: quoted",
            r"\b(?:citing|cites|(?:cited|quoted|reported|seen|obtained|reviewed|published|tally) by|quoting|"
            r"reported|said|reports|as per|via|from)\s" + _OUTLETS + r"(?P<who>{A})" + _AGENCY,
        ),
        (
            "mention: reported",
            r"(?:\b(?:the\s)?(?:[\w'-]{1,20}\s)?state-?(?:run|owned|media)\s(?:\w{1,15}\s){0,2}?|\bthe\s)?(?P<who>{A})"
            + _AGENCY
            + r",?\s(?:has\s|had\s|also\s|later\s|earlier\s|first\s)?"
            r"(?:reported|reports?|said|says|quot(?:ed|es)|cit(?:ed|es|ing)|wrote|noted|confirmed|added|announced|published|"
            r"described|claim(?:ed|s)|found|saw|counted)\b",
        ),
        (
            "mention: agency's work",
            r"\b(?:an?\s|the\s)?(?P<who>{A})(?:'s)?(?:/\w{1,15})?\s(?:news\s)?"
            r"(?:polls?|surveys?|journalists?|reporters?|photographers?|correspondents?|writers?|witness(?:es)?|tally|"
            r"analysis|review|investigation|count|requests?|report|interview|estimates?|calculations?)\b",
        ),
        # Об этом сообщают российский "Интерфакс", РИА Новости
        (
            "mention: сообщает",
            r"\b(?:сообща[ею]т|передаёт|переда[ею]т|пишет|пишут|сообщил[аи]?)\s(?:[а-яё-]{3,20}\s){0,3}\"?(?P<who>{A}\"?(?:,\s?\"?{A}\"?){0,5})",
        ),
        # selon l'AFP | según EFE | dijo a Efe | wie die dpa meldet | сообщает ТАСС
        (
            "mention: selon, según, laut",
            r"(?:\b(?:selon|según|segundo|secondo|laut|zufolge|volgens|według|à|wie|der|menurut|kepada|enligt|ifølge|podle|"
            r"podała|(?:dijo|dicho|declar(?:ó|ado)|explicó|aseguró|confirmó|señaló|disse|dichiarato|detto|hoy|ieri) a|"
            r"сообщил[аи]?|сообщает|сообщают|передает|передаёт|ссылкой на|агентство|агентству|وفق|عن|من|وكالة|को)\s)"
            r"(?:l'|la\s|die\s|der\s|le\s|el\s|the\s|агентство\s)?"
            r"(?:(?:agencia|agenzia|agência|nachrichtenagentur|agence|agencja)\s)?{W}?(?P<who>{A})",
        ),
        # 据新华社报道 | 共同通信によると
        ("mention: 据…报道", r"[据據](?P<who>{A})[^{NOT}.,]{0,12}(?:报道|報道|報導|消息)"),
        ("mention: によると", r"(?P<who>{A})(?:は|が)?(?:によると|に対し|에 따르면|को बताया|'a göre|'nın haberine)"),
    ),
)
