#!/usr/bin/env python3
"""Writes many random cases for the functions on patterns, versions and times, for nested calls and for changing dicts, and
what Helm makes of them.

    bulk.py ORACLE [SEED] [COUNT] [FAMILY...]

Makes bulk-FAMILY.cases and bulk-FAMILY.expected beside this script, for all families or those named. They are not
kept in the repository; the test of the function families runs them where they are.
"""

import json
import pathlib
import random
import subprocess
import sys

from calls import call_case, change_case

HERE = pathlib.Path(__file__).parent

ATOMS = [
    "a", "b", "c", "A", "K", "é", "λ", ".", "x", "1", " ", "-", "_", "^", "$", "\\b", "\\B", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S",
    "\\A", "\\z", "\\Z", "[abc]", "[^a]", "[a-c]", "[^\\d]", "[\\w-]", "[[:alpha:]]", "[[:^alpha:]x]", "[]a]", "[^]a]", "[a-]", "[-a]",
    "[a&&b]", "[[a]b]", "\\pL", "\\PL", "\\p{Greek}", "\\p{^Lu}", "\\P{Ll}", "\\p{letter}", "[\\p{Lu}\\d]", "\\Qa.b\\E", "\\Q*", "\\E",
    "\\x41", "\\x{e9}", "\\141", "\\0", "\\n", "\\t", "\\.", "\\*", "\\_", "\\é", "\\y", "\\1", "\\C", "\n", "(?i)", "(?s)", "(?m)", "(?U)",
    "(?-i)", "(?i-s)", "(?x)", "(?=", "(?!", "(?<", "[", "]", "{", "}", "\\", "\\<", "`", "\"",
]
GROUPS = ["(", "(?:", "(?i:", "(?P<n>", "(?<m>", "(?s-i:", "(?U:", "(?P<n"]
REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,}", "{2,}?", "{,2}", "{2,1}", "{0}", "{1001}", "{", "{1", "{01}", "**"]
TEXTS = ["a", "b", "c", "A", "k", "K", "K", "ſ", "é", "É", "λ", "Λ", "x", "1", "9", " ", "-", "_", "\n", "ab", "abc", ".", "*", "]", "\\", ""]
REPLACEMENTS = ["$0", "$1", "${1}", "$n", "${n}x", "$$", "$", "${", "<$1$2>", "-", "", "$01", "$m$9", "${1", "é$é"]


def pattern(chance, depth=0):
    parts = []
    for _ in range(chance.randint(0, 3) if depth else chance.randint(1, 4)):
        pick = chance.random()
        if pick < 0.25 and depth < 3:
            part = chance.choice(GROUPS) + pattern(chance, depth + 1) + (")" if chance.random() < 0.97 else "")
        elif pick < 0.33:
            part = "|"
        else:
            # The rare atoms at the end of the list are mostly mistakes.
            part = chance.choice(ATOMS if chance.random() < 0.2 else ATOMS[:48])
        if chance.random() < 0.35:
            part += chance.choice(REPEATS if chance.random() < 0.2 else REPEATS[:9])
        parts.append(part)
    return "".join(parts)


def text(chance):
    return "".join(chance.choice(TEXTS) for _ in range(chance.randint(0, 8)))


def go(value):
    """Quotes a string as a template's literal."""
    return json.dumps(value, ensure_ascii=False).replace("\\/", "/")


def regex_case(chance):
    p, t = go(pattern(chance)), go(text(chance))
    if chance.random() < 0.1:
        t = f"({t} | trunc {chance.randint(1, 6)})"
    n = chance.choice([-1, -1, 0, 1, 2, 3])
    return chance.choice([
        f"{{{{ mustRegexMatch {p} {t} }}}}",
        f"{{{{ mustRegexFind {p} {t} | printf \"%q\" }}}}",
        f"{{{{ mustRegexFindAll {p} {t} {n} | printf \"%q\" }}}}",
        f"{{{{ mustRegexFindAll {p} {t} -1 | printf \"%q\" }}}}",
        f"{{{{ mustRegexSplit {p} {t} {n} | printf \"%q\" }}}}",
        f"{{{{ mustRegexReplaceAll {p} {t} {go(chance.choice(REPLACEMENTS))} | printf \"%q\" }}}}",
        f"{{{{ regexReplaceAll {p} {t} {go(chance.choice(REPLACEMENTS))} | printf \"%q\" }}}}",
    ])


NUMBERS = ["0", "1", "2", "3", "10", "00", "01", "x", "X", "*", "xx", "1x"]
PRERELEASES = ["alpha", "alpha.1", "beta", "beta.2", "beta.11", "rc.1", "0", "1", "01", "-", "a..b", "a-b", "x"]
SIGNS = ["", "", "=", "!=", ">", "<", ">=", "<=", "=>", "=<", "~", "~>", "^", "^", "==", "<>", "> ", ">= "]


def version(chance, wild):
    numbers = NUMBERS if wild else NUMBERS[:5]
    pick = lambda: chance.choice(numbers[:3] if chance.random() < 0.6 else numbers)
    result = ("v" if chance.random() < 0.1 else "") + ".".join(pick() for _ in range(chance.choice([1, 2, 3, 3, 3, 3, 3, 4 if chance.random() < 0.1 else 3])))
    if chance.random() < 0.3:
        result += "-" + chance.choice(PRERELEASES[:8] if chance.random() < 0.9 else PRERELEASES)
    if chance.random() < 0.1:
        result += "+" + chance.choice(["b", "b.1", "001", ""])
    return result


def constraint(chance):
    groups = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if chance.random() < 0.15:
            groups.append(version(chance, True) + chance.choice([" - ", "  -  ", " -", "-"]) + version(chance, True))
        else:
            parts = [chance.choice(SIGNS) + version(chance, True) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
            groups.append(chance.choice([" ", ", ", ",", " , ", "  "]).join(parts))
    return chance.choice(["||", " || ", "|| "]).join(groups)


def semver_case(chance):
    if chance.random() < 0.15:
        return f"{{{{ $v := semver {go(version(chance, chance.random() < 0.3))} }}}}{{{{ $v }}}} {{{{ $v.IncPatch }}}} {{{{ $v.Compare (semver {go(version(chance, False))}) }}}}"
    return f"{{{{ semverCompare {go(constraint(chance))} {go(version(chance, False))} }}}}"


ELEMENTS = [
    "2006", "06", "Jan", "January", "01", "1", "02", "2", "_2", "002", "__2", "Mon", "Monday", "15", "03", "3", "04", "4", "05", "5",
    "PM", "pm", "MST", "-07", "-0700", "-07:00", "-07:00:00", "-070000", "Z07", "Z0700", "Z07:00", "Z070000", "Z07:00:00", ".000", ".999",
    ",00", ".9", ".0000000000", "Janu", "Mont", "_2006", "0", "T", "h", " ", " ", "-", "/", ":", ".", "é",
]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo", "Nowhere"]
UNITS = ["ns", "us", "µs", "μs", "ms", "s", "m", "h", "d", "", "S"]


def layout(chance):
    return "".join(chance.choice(ELEMENTS) + chance.choice(["", "", " ", "-", ":"]) for _ in range(chance.randint(1, 6)))


def duration(chance):
    parts = [f"{chance.choice(['', str(chance.randint(0, 10 ** chance.randint(1, 12)))])}{chance.choice(['', '', '.', f'.{chance.randint(0, 999999)}'])}{chance.choice(UNITS)}" for _ in range(chance.choice([1, 1, 2, 3]))]
    return chance.choice(["", "", "-", "+"]) + "".join(parts)


def times_case(chance):
    pick = chance.random()
    seconds = chance.choice([chance.randint(0, 2**31), chance.randint(-(10**9), 4 * 10**9), chance.randint(-6 * 10**10, 2 * 10**11)])
    zone = "UTC" if seconds < 0 else chance.choice(ZONES)
    l = go(layout(chance))
    if pick < 0.3:
        return f"{{{{ dateInZone {l} {seconds} {go(zone)} }}}}"
    if pick < 0.6:
        # What was written by a layout is read by it, or is a mistake in both.
        return f"{{{{ $l := {l} }}}}{{{{ $text := dateInZone $l {seconds} {go(zone)} }}}}{{{{ toDate $l $text }}}} {{{{ mustToDate $l $text }}}}"
    if pick < 0.7:
        other = go(layout(chance))
        return f"{{{{ mustToDate {l} (dateInZone {other} {seconds} {go(zone)}) }}}}"
    if pick < 0.8:
        return f"{{{{ $t := toDate \"2006\" \"2001\" }}}}{{{{ ($t.Add (mustToDuration {seconds})).AddDate {chance.randint(-3, 3)} {chance.randint(-30, 30)} {chance.randint(-400, 400)} }}}}"
    if pick < 0.9:
        return f"{{{{ mustToDuration {go(duration(chance))} }}}} {{{{ durationRound {go(duration(chance))} }}}}"
    return f"{{{{ durationRoundTo {go(duration(chance))} {go(duration(chance))} }}}} {{{{ durationTruncateTo {go(duration(chance))} {go(duration(chance))} }}}} {{{{ durationSeconds {go(duration(chance))} }}}}"


def write(oracle, name, make, chance, count):
    lines = [make(chance) for _ in range(count)]
    cases = HERE / f"bulk-{name}.cases"
    cases.write_text("\n".join(lines) + "\n")
    expected = subprocess.run([oracle, "cases", cases, HERE / "values.yaml"], check=True, stdout=subprocess.PIPE, env={"TZ": "UTC"}).stdout
    cases.with_suffix(".expected").write_bytes(expected)


FAMILIES = {"calls": call_case, "changes": change_case, "regex": regex_case, "semver": semver_case, "times": times_case}


def main():
    oracle = sys.argv[1]
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    for name in sys.argv[4:] or FAMILIES:
        write(oracle, name, FAMILIES[name], random.Random(f"{name} {seed}"), count)


main()
