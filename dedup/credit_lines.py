"""Frames of text credits: lines that say where the text came from.

How to read a row is said in ``dedup.credit_frames``; the order of the rows is the order in which
they are tried.
"""

from __future__ import annotations

from dedup.credit_frames import rows

__all__ = ["ABOUT", "TAILS", "WITH_EDITORS"]

_OTHERS = (
    r"(?:(?:\s?[,&/]\s?|\s(?:and|y|e|et|und|with|i|og|och)\s|\s)(?:(?-i:[A-ZÀ-Þ])[\w.'-]{0,20}|other|"
    r"agencies|news|reports?|{X})){0,8}"
)
"""Sources beside the agencies, who are named too: "EFE Reuters y El País"."""
ABOUT = "about the service"
"""The rule of what services that give their text away say of themselves."""
WITH_EDITORS = "tail: agency with additional editing"
"""The rule whose people are the outlet's own."""

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
            r"^{W}{0,3}(?:this|the|our|all)\s{TEXT}s?\s(?:is\s|was\s|has been\s)?(?:provided|supplied|powered|"
            r"delivered|produced)\s"
            r"(?:to \w{1,20} )?by\s(?:the\s)?(?P<who>{LIST})(?={W}{0,3}$|[.,;]|\s(?:and|under|through|as|via|"
            r"for|with)\b)",
        ),
        ("agency is responsible", r"(?P<who>{A})\sis solely responsible for (?:all|this) content"),
    ),
    *rows(
        "origin main line",
        ("taken over from agency", r"\besta notícia é da\s(?P<who>{LIST})"),
        # Dieser Text stammt von der dpa. | Diese Meldung ist Teil des Feeds der dpa.
        (
            "taken over from agency",
            r"^{W}{0,2}(?:hinweis:\s)?(?:dieser?|der)\s(?:text|artikel|meldung|beitrag|bericht|inhalt)\s"
            r"(?:stammt\s(?:von|aus)|ist teil|kommt von|wurde von)\b[^{NOT}.]{0,40}\s(?P<who>{LIST})",
        ),
        (
            "taken over from agency",
            r"^{W}{0,2}(?:this is an?|(?:the above|this)\s{TEXT}\sis\s(?:from|by)(?:\sthe)?)"
            r"\s(?P<who>{N}|{A}(?=\s(?:news\s)?feed))"
            r"\s(?:{TEXT}|(?:news\s)?feed){W}{0,3}$",
        ),
        (
            "taken over from agency",
            r"^cet article (?:a été (?:publié|rédigé) par|est de)\s(?:l'|la\s)?(?P<who>{LIST}){W}{0,3}$",
        ),
        (
            "provided by agency",
            r"^{W}{0,3}(?:transcript\s)?(?:(?:provided|supplied|powered|produced)\sby|"
            r"(?:produced|created)\sin\sassociation\swith)\s(?:the\s)?(?P<who>{LIST})(?:\stalker)?{W}{0,2}$",
        ),
    ),
    *rows(
        "origin tail line",
        # AP NFL: https://apnews.com/hub/nfl | Follow AP's coverage of the war at https://...: the end of AP's own copy
        (
            "more from agency",
            r"^{W}{0,3}(?:(?:more|follow|read|see)\s(?:more\s|all\s)?(?:of\s)?(?:the\s)?)?(?P<who>{A})(?:'s)?\s"
            r"(?:[^{NOT}:]{2,60}:|(?:full\s|complete\s)?coverage\b[^{NOT}]{2,60}\sat:?)\s?https?://[^\s{NOT}]{0,12}(?:{A})?\S{0,80}$",
        ),
    ),
    *rows(
        "press_release tail line",
        # Original-Content von: Acme AG, übermittelt durch news aktuell
        ("release: original content", r"^original-content von:.{2,80}?(?P<who>{A})"),
        ("release: on behalf of", r"^{W}{0,2}(?:distributed|issued) by\s(?P<who>{A})\son behalf of\s"),
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
        (
            "distributed by agency",
            r"(?:^{W}{0,3}|\band\s|[,.)]\s|\bthis\s{TEXT}\s(?:is\s|was\s)?)distributed\s(?:by|through|via|in "
            r"partnership with)\s(?:the\s)?(?P<who>{LIST})",
        ),
    ),
    *rows(
        "origin any phrase",
        # Story Filed By Cox Newspapers For Use By Clients of the New York Times News Service
        ("story filed by agency", r"\bstory filed by\s{1,3}(?:the\s{1,3})?(?P<who>{LIST})"),
    ),
    *rows(
        "distributor any phrase",
        # (For use by New York Times News Service clients)
        (
            "for clients of the agency",
            r"\bfor use by\s{1,3}(?:clients of\s{1,3})?(?:the\s{1,3})?(?P<who>{LIST})(?=\s{1,3}clients\b|{W}{0,3}$)",
        ),
    ),
    *rows(
        "republished any sentence",
        (
            "republished from agency",
            r"\b(?:re-?published|re-?printed|reproduced|syndicated|adapted)\s"
            r"(?:here\s)?(?:with (?:the )?permission\s)?(?:from|by|of)\s(?:the\s)?(?P<who>{P})",
        ),
        # Texto originalmente publicado pela Agência Brasil | Dieser Text erschien zuerst bei ProPublica
        (
            "first appeared in publisher",
            r"\b(?:publicad[oa]\soriginalmente|originalmente\spublicad[oa]|pubblicato\s(?:originariamente|originalmente)|"
            r"(?:initialement|d'abord)\spubliée?|publiée?\s(?:initialement|d'abord)|(?:erschien|erschienen)\s(?:zuerst|ursprünglich)|"
            r"(?:zuerst|ursprünglich)\serschienen)\s(?:por|pela|pelo|en|em|na|no|par|sur|dans|su|da|bei|auf|in|im)\s"
            r"(?:the\s|la\s|l'|der\s)?(?P<who>{P})",
        ),
        (
            "first appeared in publisher",
            r"(?:\b(?:{TEXT}|and)\s(?:was\s|is\s|has\s)?(?:originally|first)\s(?:appeared|published|produced)|"
            r"^{W}{0,3}this\s{TEXT}\s(?:was\s|is\s|has\s|also\s){0,2}(?:appeared|published|produced))\s"
            r"(?:first\s)?(?:on|in|by|at)\s(?:the\s)?(?P<who>{P})(?!\s?(?:poll|survey))",
        ),
        # The post Talks fail appeared first on Stateline. | Articolul ... apare prima dată în Mediafax.: WordPress
        (
            "first appeared in publisher",
            r"^{W}{0,3}(?:the post|la entrada|l'article|l'articolo|o post|articolul|het bericht|artykuł|inlägget)\s"
            r".{3,200}\s(?:appeared first on|(?:se publicó primero|apareció primero) en|est apparu en premier sur|"
            r"(?:proviene da|sembra essere il primo su)|apareceu primeiro em|apare prima dată în|"
            r"verscheen eerst op|pochodzi z serwisu|dök först upp på)\s(?:the\s|la\s|l')?(?P<who>{P}){W}{0,3}$",
        ),
    ),
    *rows(
        "rights any line",
        # © 2024 Cable News Network | Copyright 2018 The Associated Press | (c) 2023, The Washington Post
        (
            "rights: © agency",
            r"(?:©|\(c\)|\bc\.(?=\d{4}\b)|\bcopyright\b:?|저작권자)(?:\s?(?:©|\(c\)|copyright))?[\s,]{0,3}"
            r"(?:\(?(?:19|20)\d\d(?:-\d{2,4})?\)?[\s,.]{0,3})?"
            r"(?:riproduzione riservata[\s,-]{1,3}|todos los derechos reservados[\s,-]{1,3})?(?:(?:by|the)\s)?"
            r"(?P<who>{P}(?:\s?[,&]\s?{P}){0,7})",
        ),
        ("rights: © agency", r"^\(c\)\s(?:19|20)\d\d,?\s(?P<who>{P})"),
        ("rights: terms of the agency", r"^(?P<who>{N})\stext, photo, graphic"),
    ),
    *rows(
        "origin main sentence",
        # Sie wurde automatisch von der Deutschen Presse-Agentur (dpa) übernommen | published from a syndicated feed
        ("taken over from agency", r"\b(?:von|der)\s(?P<who>{LIST})\s(?:übernommen|bezogen)"),
        (
            "taken over from agency",
            r"\b(?:published|generated|sourced|taken)\b.{0,30}\bfrom\s"
            r"(?:an?\s|the\s)?(?P<who>{LIST})(?={W}*$|\s(?:feed|wire|news\s?feed)\b)",
        ),
        (
            "taken over from agency",
            r"\b(?:published|generated|sourced|taken|story|edited)\b.{0,40}\b(?:from|of|in)\s"
            r"(?:an?\s|the\s)?(?:[\w-]{1,20}\s){0,3}?"
            r"(?P<who>{G}(?:\s?[:-]\s?{A})?)(?={W}{0,3}$|\s(?:without|with no)\b|\s?[.,])",
        ),
    ),
    *rows(
        "wire_staff main phrase",
        # (Reporting by Ben Blanchard; Editing by Himani Sarkar): Reuters' house form leaves its name out
        (
            "sign-off: reporting by; editing by",
            r"(?:(?<=^)|(?<=[(.]))(?:(?:additional\s|writing and\s)?reporting|reportagem)\s"
            r"(?:and writing\s)?(?:by|de|por)\s[^{NOT};]{3,160}"
            r"(?:[;,]\s?(?:additional |writing|editing|edição|compiled)[^{NOT}]{3,160}|(?<=[a-z])\))",
        ),
        (
            "sign-off: reporting by; editing by",
            r"\((?:writing|editing|additional reporting)\sby\s[^{NOT};]{3,80}(?:;\s?editing\sby[^{NOT}]{3,120})?\)",
        ),
        # (Reporte de A; editado por B) | (Reportage de A, édité par B) | (Por A; edição de B) | (A, editing B)
        (
            "sign-off: reporting by; editing by",
            r"\((?:reporte|reportes|reportaje|reportage|reportagem|por|par|bericht|tradotto|escrito|información)\s?(?:de|d'|por|par|von|da)?\s?"
            r"[^{NOT};]{3,120}?[;,.]\s?(?:[^{NOT};]{3,60}[;,]\s?)?(?:editado|edición|traducido|édité|edição|"
            r"redigiert|editing|version française)"
            r"\b[^{NOT}]{3,160}\)",
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
        "wire_staff tail line",
        # Bloomberg's house form leaves its name out
        ("sign-off: with assistance from", r"^-{1,2}\s?with assistance from\s(?P<people>[^{NOT};:]{4,200})$"),
        implied="bloomberg",
    ),
    *rows(
        "republished tail sentence",
        # KFF Health News is a national newsroom that ... | The Reflector is part of States Newsroom, a nonprofit ...
        (
            ABOUT,
            r"^(?P<who>{N})\sis an?\s[^{NOT}.]{0,60}\b(?:newsroom|news (?:organi[sz]ation|outlet|service|"
            r"network|site))\b",
        ),
        (ABOUT, r"\bis part of\s(?P<who>{N}),\s(?:the|an?)\s"),
    ),
    *rows(
        "contributor main sentence",
        # Some material in this report came from The Associated Press, Agence France-Presse and Reuters.
        # Reporting by AFP and Reuters | Material from AP was used in this story
        (
            "tail: material from agencies",
            r"^{W}{0,3}(?:(?:some|additional|other|certain|background)\s)?(?:of the\s)?"
            r"(?:material|information|reporting|details|content|data|quotes)\b"
            r"[^{NOT}.]{0,30}\b(?:this|the)\s{TEXT}\b[^{NOT}]{0,30}\s"
            r"(?:came|comes|come|is|was|were|are|provided|supplied|taken|used|from|by)\s[^{NOT}]{0,20}?(?P<who>{LIST})",
        ),
        (
            "tail: material from agencies",
            r"^{W}{0,3}(?:(?:some|additional|other|certain|background)\s)?"
            r"(?:material|information|reporting|details|content|data|quotes)\s(?:\w{2,12}\s)?(?:from|by)\s[^{NOT}]{0,12}?(?P<who>{LIST})"
            r"(?:{W}{0,3}$|\s(?:was|were|is|are|has been|contributed|included)\b.{0,40}\b(?:this|the)\s{TEXT})",
        ),
        (
            "tail: includes material from agencies",
            r"^{W}{0,3}(?:(?:this|the)\s{TEXT}\s)?(?:also\s)?(?:includes?|contains?|uses?|incorporates?|"
            r"(?:has been|was) compiled|is based)\b(?=[^{NOT}]{0,40}\s(?:information|reporting|material|"
            r"reports?|content|compiled|based|from|by|on))"
            r"[^{NOT}]{0,40}\s(?:from|by|on)\s[^{NOT}]{0,12}(?P<who>{LIST})",
        ),
        ("tail: agencies contributed", r"^{W}{0,3}(?:the\s)?(?P<who>{LIST})\s(?:also\s)?contributed{W}{0,2}$"),
        ("tail: with inputs (agencies)", r"^{W}{0,3}{WITH}\s(?:{INPUTS}|{G})\s\((?P<who>{LIST})\){W}{0,2}$"),
        ("tail: after agencies", r"^{W}{0,3}d'après\s(?:l')?(?P<who>{LIST}){W}{0,3}$"),
        # По материалам РИА Новости | За матеріалами Укрінформ | Theo TTXVN | D'après un texte de l'AFP
        ("tail: after agencies", r"^{W}{0,3}(?:по материалам|за матеріалами|theo)\s?:?\s(?P<who>{LIST}){W}{0,3}$"),
        (
            "tail: after agencies",
            r"^{W}{0,3}d'après (?:un texte|une dépêche|un article|les informations|des informations)"
            r"\sde\s?(?:l'|la\s)?(?P<who>{LIST}){W}{0,3}$",
        ),
    ),
    *rows(
        "contributor main phrase",
        # (With inputs from PTI, ANI) | With files from The Canadian Press | Mit Material der dpa
        # With files from Ann Lee, The Canadian Press | (Inputs from IANS)
        (
            "tail: with inputs from agencies",
            r"(?:^|(?<=[.!?\"'] )|(?<=[.!?])|(?<=[(*,-]))\s?{W}{0,2}{WITH}\s(?:an?\s|the\s|les\s|des\s)"
            r"?(?:additional\s)?{INPUTS}"
            r"(?:\s{FROM}|(?<=fonte)|(?<=πληροφορίες))\s?(?:the\s|la\s|l'|other\s|news\s)?(?:[^{NOT}.;:]{2,50},\s(?:and\s)?(?:the\s)?)?"
            r"(?P<who>{LIST}" + _OTHERS + r")\s?(?:\)|$|\*|\.(?=\s|$|\)))",
        ),
        (
            "tail: inputs from agencies",
            r"(?:^|(?<=[.!?\"'] )|(?<=[(*]))\s?{W}{0,2}(?:additional\s)?{INPUTS}"
            r"(?:\s{FROM}|(?<=इनपुट)\s?[:-])\s?(?:the\s|la\s|l'|other\s|news\s)?(?P<who>{LIST}"
            + _OTHERS
            + r"){W}{0,3}$",
        ),
        ("tail: with agency inputs", r"(?:^{W}{0,3}|(?<=[(*])){WITH}\s(?P<who>{LIST})\s{INPUTS}{W}{0,3}$"),
        ("tail: with agency inputs", r"(?:^{W}{0,3}|(?<=[(*]))(?P<who>{LIST})\s{INPUTS}\sके साथ"),
        ("tail: (outlet with agency)", r"\((?:[^{NOT}.,;]{1,30}\s)?{WITH}\s(?P<who>{LIST})\)(?={W}{0,3}$|\s@)"),
    ),
    *rows(
        "contributor edge line",
        (
            "tail: compiled from agencies",
            r"^{W}{0,3}(?:compiled|from|based on|edited)\s(?:by\s)?(?:from\s)?[^{NOT}]{0,30}?(?P<who>{LIST})"
            r"(?:\s(?:wire\s)?(?:reports?|dispatches))?{W}{0,2}$",
        ),
    ),
    *rows(
        "contributor edge phrase",
        ("tail: 综合 agencies", r"[综綜]合(?P<who>{LIST})(?:报道|報道|報導)"),
    ),
    *rows(
        "wire_staff tail sentence",
        # AP writer Joe Roe contributed from Rome.
        (
            "tail: agency's people contributed",
            r"(?P<who>{A})(?:'s)?\s(?:\w{2,20}\s){0,2}?(?:writers?|journalists?|reporters?|correspondents?)\s[^{NOT}]{3,200}?"
            r"\scontributed(?:\s(?:from|in)\s[^{NOT}.]{2,40})?\.?$",
        ),
    ),
    *rows(
        "origin main phrase",
        # Source: AFP | Quelle: red/dpa | Sources: Automotive News, Reuters, Der Spiegel
        (
            "source: agency",
            r"(?:^{W}{0,3}|(?<=[.!?|,] )|(?<=[(.])){SOURCE}\s?[:/]\s?"
            r"(?P<who>(?:[^{NOT}:;\n]{0,40}(?:{SEP}|\s))?{LIST}(?>(?:\s?[,/+][^{NOT}:;\n]{1,40}){0,3}))"
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
