"""What the electrical wholesaler delivered: a month of lines, note by note."""

from __future__ import annotations

from decimal import Decimal

from .records import Line

_NOTES = """
Lieferschein 4417208 vom 02.06.2025 · Bauvorhaben Kita Hansastraße
104220 | Mantelleitung NYM-J 3x1,5 mm², Ring 100 m | 600 | m | 0.64
104222 | Mantelleitung NYM-J 3x2,5 mm², Ring 100 m | 400 | m | 1.02
104231 | Mantelleitung NYM-J 5x2,5 mm², Trommel 500 m | 250 | m | 1.74
104240 | Mantelleitung NYM-J 5x6 mm², schwarz | 45 | m | 4.38
118410 | Installationsrohr flexibel M20, grau, Ring 50 m | 300 | m | 0.47
118412 | Installationsrohr flexibel M25, grau, Ring 50 m | 150 | m | 0.71
131005 | Geräteverbindungsdose 60 mm tief, winddicht | 120 | Stk | 0.86
131007 | Abzweigdose 68 mm, mit Deckel | 40 | Stk | 1.19
131044 | Hohlwanddose 35 mm flach | 25 | Stk | 1.42
142310 | Verbindungsklemme 3-polig, 0,2 bis 4 mm², Karton 100 Stück | 6 | Ktn | 38.90
142311 | Verbindungsklemme 5-polig, 0,2 bis 4 mm², Karton 60 Stück | 4 | Ktn | 33.75
Lieferschein 4417355 vom 05.06.2025 · Bauvorhaben Kita Hansastraße
201101 | Schutzkontakt-Steckdose, reinweiß, Steckklemmen | 86 | Stk | 3.48
201102 | Schutzkontakt-Steckdose mit erhöhtem Berührungsschutz, reinweiß | 64 | Stk | 4.65
201140 | Steckdose mit USB-C-Ladeanschluss 30 W, reinweiß | 8 | Stk | 34.90
201210 | Wippschalter-Einsatz Aus/Wechsel | 38 | Stk | 4.12
201212 | Wippschalter-Einsatz Serie | 12 | Stk | 6.85
201215 | Taster-Einsatz Schließer mit Glimmlampe | 9 | Stk | 7.94
201305 | Wippe reinweiß, glänzend | 47 | Stk | 1.96
201311 | Serienwippe reinweiß, glänzend | 12 | Stk | 2.88
201401 | Rahmen 1-fach, reinweiß | 72 | Stk | 1.74
201402 | Rahmen 2-fach, reinweiß | 31 | Stk | 2.69
201403 | Rahmen 3-fach, reinweiß | 14 | Stk | 4.18
Lieferschein 4417602 vom 11.06.2025 · Lager
310411 | Leitungsschutzschalter B16, 1-polig, 6 kA | 36 | Stk | 3.27
310415 | Leitungsschutzschalter C16, 3-polig, 10 kA | 6 | Stk | 21.60
310502 | FI-Schutzschalter 40 A, 4-polig, 30 mA, Typ A | 5 | Stk | 58.40
310520 | FI/LS-Schalter B16, 1+N, 30 mA | 10 | Stk | 39.85
310611 | Überspannungsableiter Typ 2, 4-polig, TN-S | 2 | Stk | 148.00
310702 | Hauptschalter 63 A, 3-polig, Hutschiene | 2 | Stk | 27.30
310810 | Phasenschiene 3-polig, 12 TE, Gabel | 8 | Stk | 7.15
310901 | Feldverteiler 3-reihig, unterputz, 36 TE, mit Tür | 3 | Stk | 96.50
310944 | Multimedia-Feldverteiler 4-reihig, Lochblech | 1 | Stk | 143.20
311020 | Reihenklemme 4 mm², grau | 150 | Stk | 0.88
311021 | Schutzleiterklemme 4 mm², grün-gelb | 50 | Stk | 2.05
311030 | Endhalter für Hutschiene 35 mm | 30 | Stk | 0.69
Lieferschein 4417840 vom 17.06.2025 · Bauvorhaben Sporthalle Emsdettener Straße
405110 | LED-Feuchtraumleuchte 1500 mm, 42 W, 4000 K, IP65 | 28 | Stk | 41.30
405117 | LED-Hallenstrahler 150 W, ballwurfsicher, Seilabhängung und Schutzkorb | 12 | Stk | 189.00
405202 | LED-Einlegeleuchte 620x620 mm, 32 W, UGR < 19 | 34 | Stk | 36.75
405301 | Rettungszeichenleuchte LED, 3 h, Wandmontage | 7 | Stk | 79.40
405305 | Sicherheitsleuchte LED, Antipanik, Deckeneinbau, Selbsttest-Elektronik | 9 | Stk | 88.60
405410 | Präsenzmelder 360°, Ø 24 m, unterputz, 2 Kanäle | 6 | Stk | 94.25
405412 | Bewegungsmelder 180°, Unterputz, 2,2 m | 11 | Stk | 43.10
405500 | Leuchtmittel LED E27, 8,5 W, 2700 K | 60 | Stk | 2.35
Lieferschein 4418013 vom 24.06.2025 · Bauvorhaben Sporthalle Emsdettener Straße
520101 | Verlegekabel Cat.7a S/FTP, AWG 22, Trommel 500 m | 1000 | m | 0.94
520140 | Anschlussdose Cat.6A, 2-fach, unterputz | 22 | Stk | 16.85
520160 | Patchfeld 24-fach, Cat.6A, 19 Zoll, 1 HE | 2 | Stk | 118.00
520171 | Patchkabel Cat.6A, 1,0 m, grau | 48 | Stk | 3.15
520210 | Wandverteiler 19 Zoll, 12 HE, 600x500 mm, Glastür | 1 | Stk | 214.50
530020 | Kabelrinne 60x200 mm, gelocht, feuerverzinkt, L = 3 m | 60 | m | 8.46
530024 | Ausleger 210 mm, feuerverzinkt | 44 | Stk | 5.72
530031 | Gewindestange M8, 2 m, verzinkt | 40 | Stk | 2.28
540300 | Brandschutzmasse, Kartusche 310 ml, EI 90 | 14 | Stk | 15.90
540411 | Sammelhalter für 30 Leitungen, Metall | 75 | Stk | 1.33
"""


def delivery_notes() -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return each delivery note's heading and its lines."""
    notes: list[tuple[str, list[Line]]] = []
    for row in _NOTES.strip().splitlines():
        if row.startswith("Lieferschein"):
            notes.append((row, []))
            continue
        code, description, quantity, unit, price = row.split(" | ")
        line = Line(description, Decimal(quantity), Decimal(price), unit, code=code)
        notes[-1][1].append(line)
    return tuple((heading, tuple(lines)) for heading, lines in notes)
