#!/usr/bin/env python3
"""Compares --set and its sisters with Helm's parser on random texts: writes cases.jsonl and expected.jsonl into FOLDER.

    generate.py ORACLE FOLDER [COUNT [SEED]]

ORACLE is the program of ../tool, built. STACKWRIGHT_STRVALS=FOLDER has the test of strvals read the files.
"""

import json
import pathlib
import random
import subprocess
import sys

PIECES = {
    "set": ["a", "b", "c", ".", ".", "=", "=", ",", ",", "[", "]", "[0]", "[1]", "[2]", "{", "}", "{a,b}", "\\", "\\,", "\\.", "\\=", " ", "  ",
            "null", "true", "false", "1", "0", "-1", "007", "1e3", "1.5", "0x1f", "0b1", "1_000", "9223372036854775808", "é", "\"", "'", "-", "+", "~", "[-1]", "[x]",
            "[65536]", "[65537]", "name", "a.b", "a[0].b=c", "x=y", "\t", "\n", "=null", "={}", "={", "[0][1]", ":", "http://x", "@", "%", "True", "NULL", "a\\"],
    "set-json": ["a", ".", "=", ",", "[0]", "[1]", "{}", "[]", "{\"a\":1}", "[1,2]", "null", "true", "1", "1.5", "\"s\"", "\"", " ", "b", "{\"a\":{\"b\":null}}",
                 "{", "}", "1e3", "-0", "\\", "\\.", "x=", "={", "=[", "9223372036854775808", "\"\\u00e9\""],
}


def text(rng, form):
    pieces = PIECES["set-json" if form == "set-json" else "set"]
    if rng.random() < 0.5:
        # Something that looks like what people write.
        pairs = []
        for _ in range(rng.randint(1, 3)):
            path = ".".join(rng.choice(["a", "b", "c", "a\\.b", "d[0]", "d[1]", "e[0][1]", "f"]) for _ in range(rng.randint(1, 3)))
            pairs.append(path + "=" + rng.choice(pieces) + (rng.choice(pieces) if rng.random() < 0.4 else ""))
        return ",".join(pairs)
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, 8)))


INTO = [None, None, {}, {"a": 1}, {"a": {"b": 1}}, {"a": [1, {"b": 2}, [3]]}, {"d": [{"x": 1}, 2]}, {"a": None, "b": None}, {"e": [[1, 2], None]},
        {"a": "text", "b": {"c": [1]}, "d": {"e": 1}}]


def main():
    oracle, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count, rng = int((sys.argv[3:] or ["20000"])[0]), random.Random(int((sys.argv[4:] or ["1"])[0]))
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for _ in range(count):
        form = rng.choice(["set", "set", "set-string", "set-json", "set-literal"])
        case = {"form": form, "text": text(rng, form)}
        into = rng.choice(INTO)
        if into is not None:
            case["into"] = into
        lines.append(json.dumps(case) + "\n")
    cases = "".join(lines)
    (folder / "cases.jsonl").write_text(cases)
    ran = subprocess.run([oracle, "strvals"], input=cases, text=True, capture_output=True, check=True)
    (folder / "expected.jsonl").write_text(ran.stdout)


main()
