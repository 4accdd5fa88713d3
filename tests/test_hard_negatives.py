"""Ten thousand lines that name a wire and credit it with no text: the generator, and what is read in them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from dedup.credits import read_credits
from dedup.model import Credit

NUMBER = 10_000
MOST = 4
"""False text credits in all of them."""

TIES = {
    *("origin", "co_origin", "contributor", "rights", "republished", "distributor", "wire_staff", "press_release"),
    "generic_wire",
}
PROSE = (
    "The minister said on Friday that the new bridge will be open in two years and that it will cost less than planned."
)

SLOTS = {
    "wire": "AP|the AP|the Associated Press|The Associated Press|Reuters|AFP|Agence France-Presse|Bloomberg|"
    "Bloomberg News|"
    "UPI|dpa|Xinhua|TASS|Interfax|RIA Novosti|Kyodo News|Yonhap|PTI|ANI|IANS|Bernama|Anadolu|Anadolu Agency|"
    "the Canadian Press|PA Media|the PA news agency|AAP|EFE|ANSA|Ritzau|CNN|CBS News|NBC News|ABC News|NPR|the BBC|"
    "BBC News|VOA|Voice of America|RFE/RL|ProPublica|the Conversation|KFF Health News|Getty Images|Axios and Reuters|"
    "Reuters and AFP|The New York Times and AP|Dow Jones|Dow Jones Newswires|Sputnik|Lusa|Belga|agencies|news agencies",
    "who": "a nurse|an aide|the mayor|two officials|a spokeswoman|Ann Lee|Mr. Lee|the father of the boy",
    "what": "the town had fallen|the talks were over|nobody was hurt|it would sell its stake|the tower was "
    "empty|no one had paid",
    "day": "on Monday|on Friday|last week|in 2019|earlier this month|hours later",
    "name": "Ann Lee|Joe Roe|Mary Poe|John A. Doe|Petra Anders|Efe Ambrose|Nova Peris|Andreas Reuter|Lusa Jones|"
    "Andina Lopez",
    "short": "AFP|AP|PTI|UPI|AAP|TNS|SPA|CP|PA|TT|APA|MENA|AGI|NAN|EPA|STA|MAP|BNA|TAP|INA|ONA|RSS|ACN|CNS|CNA|"
    "IPS|PL|DIRE",
    "call": "KDVR|WLNS|KTLA|WABC|KCRA|WISH|KSNW|WGN|WPTV|KXAN|WRIC|KGO|WDAF|KHON|KOIN|WWLP|KTVU|WJW|KUNA|WAFA",
    "city": "DENVER|LANSING, Mich.|HOUSTON|SACRAMENTO, Calif.|MIAMI|WICHITA, Kan.|PALM SPRINGS, Calif.|Honolulu|"
    "RICHMOND, Va.",
    "bare": "Reuters|AFP|Bloomberg|Xinhua|TASS|dpa|EFE|ANSA|Associated Press|AP",
}

TEMPLATES = {
    "mention": """
        {who} told {wire} {day} that {what}.
        “It is over,” {who} told {wire}.
        In an interview with {wire}, {who} said that {what}.
        According to {wire}, {what}.
        {what}, according to {wire}.
        {wire} reported {day} that {what}.
        {wire} first reported the deal {day}.
        {wire} could not independently verify that {what}.
        {wire} was not able to reach {who}.
        {wire} has contacted {who} for comment.
        {who} declined to comment when asked by {wire}.
        The document was seen by {wire} {day}.
        A report from {wire} said {what}.
        Reports from {wire} said that {what}.
        Reports by {wire} suggested that {what}.
        Information from {wire} showed that {what}.
        Reporting by {wire} found that {what}.
        With reports from {wire} suggesting that {what}, {who} resigned.
        With {wire} watching, {who} signed the deal {day}.
        An investigation by {wire} found {day} that {what}.
        {who} spoke to {wire} by phone.
        {who} said so to {wire}.
        {who} did not respond to a request from {wire}.
        A journalist of {wire} saw that {what}.
        A poll by {wire} showed a dead heat {day}.
        Data from {wire} show that {what}.
        State media such as {wire} said {what}.
        The deal was reported by {wire}.
        A story published by {wire} {day} prompted an inquiry.
        The article appeared in {wire} {day} and angered {who}.
        The news was delivered by {wire} {day}.
        The picture was distributed by {wire} {day}.
        The story by {wire} was wrong, {who} said.
        The content produced by {wire} is read in 120 countries.
        Sources: {who} and two others told {wire} that {what}.
        Source material for the book came from {who}, not from {wire}.
        {who}, citing {wire}, said that {what}.
        The source of the story, {wire} said, was {who}.
        Who said so? {wire} did.
        {who} quoted {wire} as saying that {what}.""",
    "business": """
        {wire} employs 2,500 journalists.
        {name} joined {wire} {day}.
        {name} worked for {wire} and a local paper.
        {name} is a reporter for {wire}.
        {name} covers courts for {wire} in Ohio.
        {name}'s work has appeared in {wire} and elsewhere.
        {wire} contributed $5,000 to the fund {day}.
        {wire} said it had cut 40 jobs.
        {who} sued {wire} {day}.
        The licence of {wire} was not renewed.
        It is owned by {wire}.
        {who} thanked {wire} for its work.
        The copyright case against {wire} goes on.
        {wire} holds the copyright, {who} said.
        Subscribers of {wire} paid more {day}.
        {who} and {wire} contributed to the debate.
        {name} contributed to {wire} for years.
        {who} was hired by {wire}.
        He stood by {wire}.
        By {day} the shares of {wire} had lost a tenth.""",
    "abbreviation": """
        Australian Federal Police (AFP) officers seized the drugs {day}.
        Officers of the Australian Federal Police (AFP) - the largest force - seized the drugs.
        MANILA — Armed Forces of the Philippines (AFP) soldiers left {day}.
        Payments by Unified Payments Interface (UPI) rose {day}.
        Pakistan Tehreek-e-Insaf (PTI) leaders met {day}.
        Aam Aadmi Party (AAP) leader {name} said that {what}.
        The American Academy of Pediatrics (AAP) recommends more sleep.
        Advanced Placement (AP) courses are open to all.
        The Environmental Protection Agency (EPA) — founded in 1970 — sued {who}.
        Canadian Pacific (CP) trains stopped {day}.
        Artificial General Intelligence (AGI): what it is.
        The Administration of Professional Athletes ({short}) said that {what}.
        The board ({short}) said that {what}.
        The {short} chairman was arrested {day}.
        The {short} exam takes place {day}.
        She took {short} classes.
        {short} officers seized the drugs {day}.
        Total Negative Slack (TNS): 4 ns.
        He spoke over the PA system.
        The MENA region grew {day}.
        Payments by {short} grew, {who} said.
        What is {short}?
        {short} is short for many things.
        - {short} chief {name} said that {what}
        {short}: what you need to know""",
    "person": """
        By {name}
        {name}
        By {name} and Joe Roe
        {name} said that {what}.
        {what}, said {name}.
        {name} won in two sets {day}.
        Andreas Reuter, a baker, said that {what}.
        Written by {name}
        Von {name}
        Par {name}
        Por {name}
        {what}, said Mr. Efe.
        By {name}, Staff Writer
        By {name} for the Daily News""",
    "call sign": """
        {city} ({call}) — The police said {day} that {what}.
        {city} ({call}) -- The police said {day} that {what}.
        ({call}) – The police said {day} that {what}.
        {city} ({call}) - {who} said that {what}.
        By {name}, {call}
        {name}, {call}
        {call} contributed to the fund.
        Copyright 2024 {call}. All rights reserved.
        © 2024 {call}-TV
        {city} — The police said {day} that {what}.
        {who} told {call} that {what}.""",
    "photo": """
        (AP Photo/{name})
        The bridge {day}. (AP Photo/{name}, File)
        Photo: {bare}
        Photo by {name}/{bare}
        (Photo by {name} / {bare})
        FILE PHOTO: The bridge {day}. REUTERS/{name}/File Photo
        The bridge {day}. {name}/{bare}
        {name} / {bare}
        {name}/{bare} via Getty Images
        Image: {bare}
        Picture: PA
        [{name}/{bare}]
        (Image credit: {bare})
        Foto: {bare}
        Foto: {name}/{bare}
        © {name} / {bare}
        Bild: {bare}
        Crédit photo : {bare}
        Fot. {name} / {bare}
        {bare}/{name}""",
    "languages": """
        Das sagte {name} der Deutschen Presse-Agentur.
        Das sagte {name} der dpa.
        Wie die Nachrichtenagentur {bare} meldet, ist {name} zurückgetreten.
        Das berichtete {bare} unter Berufung auf die Polizei.
        Im Gespräch mit {bare} sagte {name} nein.
        Nach Informationen der {bare} ist die Brücke gesperrt.
        Informationen von {bare} zufolge ist die Brücke gesperrt.
        « C'est fini », a déclaré à l'AFP {name}.
        Selon {bare}, {name} a démissionné.
        Contacté par {bare}, {name} n'a pas répondu.
        {name} a refusé de répondre à l'AFP.
        Le ministère a indiqué à {bare} que le pont est fermé.
        {name} dijo a {bare} que no irá.
        Según la agencia {bare}, el puente está cerrado.
        Fuentes policiales informaron a {bare} del suceso.
        Así lo confirmó {name} a EFE.
        Disse {name} à agência {bare}.
        Segundo a {bare}, a ponte está fechada.
        A informação foi avançada pela {bare}.
        Lo ha detto all'ANSA {name}.
        Secondo {bare}, il ponte è chiuso.
        Lo riferisce l'agenzia {bare}.
        Dat zegt {name} tegen persbureau {bare}.
        Volgens {bare} is de brug dicht.
        Det siger {name} til Ritzau.
        Det skriver nyhedsbureauet {bare}.
        Det sier {name} til NTB.
        Det säger {name} till TT.
        Enligt {bare} är bron stängd.
        Jak podaje {bare}, most jest zamknięty.
        Powiedział PAP {name}.
        Řekl ČTK {name}.
        Uvedla to agentura {bare}.
        Об этом сообщает {bare}.
        Как передаёт {bare}, мост закрыт.
        Об этом {name} рассказал ТАСС.
        По данным {bare}, мост закрыт.
        Про це повідомляє {bare}.
        {bare}'ın haberine göre köprü kapalı.
        {name} AA muhabirine konuştu.
        وقال المسؤول لوكالة {bare} إن الجسر مغلق.
        ونقلت رويترز عن مسؤول قوله إن الجسر مغلق.
        وأضاف المسؤول لرويترز.
        उन्होंने पीटीआई को बताया कि पुल बंद है।
        समाचार एजेंसी एएनआई के अनुसार पुल बंद है।
        Kata {name} kepada ANTARA.
        Perjanjian antara Rusia dan China.
        Demikian dilansir {bare}.
        据新华社报道，大桥已关闭。
        他对路透社记者表示，大桥已关闭。
        路透社援引消息人士的话报道。
        據法新社報導，大橋已關閉。
        共同通信によると、橋は閉鎖された。
        ロイターの取材に答えた。
        日中共同声明に署名した。
        연합뉴스에 따르면 다리가 폐쇄됐다.
        그는 로이터통신에 이같이 말했다.
        AFP통신은 다리가 폐쇄됐다고 전했다.""",
}


def lines(seed: int) -> Iterator[str]:
    """Lines without end, each kind as often as the other."""
    chance = random.Random(seed)
    kinds = [[row.strip() for row in rows.strip().split("\n")] for rows in TEMPLATES.values()]
    fillings = {slot: words.split("|") for slot, words in SLOTS.items()}
    while True:
        line = chance.choice(chance.choice(kinds))
        filled = line.format(**{slot: chance.choice(words) for slot, words in fillings.items()})
        yield filled[0].upper() + filled[1:] if line.startswith(("{w", "{what")) else filled


def articles(number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Lines, and the article that hides each: at its head, in its middle, at its end, or in its last paragraph."""
    chance = random.Random(seed)
    for _, line in zip(range(number), lines(seed + 1), strict=False):
        body = [PROSE] * 8
        match chance.randrange(4):
            case 0:
                body.insert(0, line)
            case 1:
                body.insert(4, line)
            case 2:
                body.append(line)
            case _:
                body[-1] += " " + line
        yield line, "\n\n".join(["A bridge for everybody", *body])


def false_credits(line: str, text: str) -> list[Credit]:
    return [credit for credit in read_credits(text) if credit.role in TIES]


def test_hard_negatives_credit_no_text() -> None:
    found = {line: credits for line, text in articles(NUMBER, 6) if (credits := false_credits(line, text))}
    assert len(found) <= MOST, "\n".join(
        f"{line}: {[(c.wire, c.role, c.rule, c.text) for c in credits]}" for line, credits in sorted(found.items())
    )
