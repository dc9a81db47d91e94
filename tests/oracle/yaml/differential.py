#!/usr/bin/env python3
"""Compares our YAML and JSON with Go's on random texts and values, and on files.

    differential.py ORACLE PEER [--count N] [--seed S] [--mutate] [FILE...]

ORACLE is tests/oracle/tool, built; PEER is `cargo build --release --example yaml-peer`. With FILEs, both read them whole,
and each of their documents, and write again what they read; with `--mutate`, N times some lines of one of them, changed in a few
places; without FILEs, N random texts and N random values (100,000 unless told). Prints the first differences and exits with 1 if
there are any. Maps whose keys have no order in go-yaml (it compares digits and letters in a circle) are left out.
"""

import argparse
import itertools
import json
import random
import subprocess
import sys

BATCH = 5000
WORDS = """yes no on off y n Y N true True TRUE tRue null Null ~ NULL .inf -.inf +.INF .nan .NaN << = 0 -0 +1 007 0o7 0o8 0x1F 0b11 0b-1
 0B1 0O7 0X1f -0x1f 1_000 1__ 0_ _1 1. .5 -.5 .e1 1e3 1.e3 12e03 1e 1e400 1e-400 .5_0 ._5 1_0.5 NaN Inf inf 12:30 1:60 1_0:5 12:30:45 1:2.5_
 190:20:30 2001-01-02 2001-1-1 2001-13-01 2001-02-29 2000-02-29 2001-01-01T1:2:3Z 2001-01-01t1:2:3.5+01:00 2001-01-01T1:2:3+25:00
 2001-01-01T1:2:3 1.5 9007199254740993 18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809
 9223372036854775807 9223372036854775808 1.0 100 1e20 1e21 1e22 1e-7 0.000001 1234567.5 3.14 - -- --- ... .... ? : :x ?x -x a:b a#b a]
 , , a,b it's 'q' "q" quote"in a\\b @a `a %a !a &a *a |a >a #a [a {a ]a }a (a a: :a a?b""".split()
CHARACTERS = list("abcXYZ019 -_.:#,[]{}&*!|>'\"%@`?\\/=+~<>$") + list("  \n\n") + [
    "\t", "\r", "\0", "\x01", "\x1b", "\x7f", "\u0080", "\u0085", "\u009f", "\u00a0", "é", "ß", "\u2028", "\u2029", "日本", "\ufeff",
    "\ufffd", "\ufffe", "\uffff", "\U0001f600", "\U0010ffff", "\u0301", "\ue000", "٣", "Ⅷ", "\ud7ff",
]
PIECES = ["a", "b: 1", "key", ": ", ":", "\n", "\n", "\n", "  ", " ", "    ", "- ", "- - ", "? ", "[", "]", "{", "}", ", ", ",", "|\n", ">\n",
          "|-\n", ">+\n", "|2\n", "|1-\n", ">2+ # c\n", "|x", "&a ", "*a", "&b ", "*b", "!!str ", "!!int ", "!!float ", "!!binary ", "!!null ",
          "!!bool ", "!!timestamp ", "!t ", "!e!x ", "! ", "!<tag:yaml.org,2002:int> ", "!%41 ", "!<", "%YAML 1.1\n", "%YAML 1.2\n",
          "%TAG ! tag:x:\n", "%TAG !e! tag:e:\n", "%FOO\n", "---\n", "--- ", "...\n", "... x", "#c\n", " # c\n", "'", "''", "\"", "'x'", "\"x\"",
          "\"\\x41\\u00e9\\n\"", "\\", "\\\n", "\"a\n  b\"", "'a\n\n  b'", "<<: ", "<<: *a\n", "<<: [*a, *b]\n", "aGk=", "\t", "\r\n", "\r", "\u0085",
          "\u2028", "é", "\ufeff", "\x01", "\x7f", "\0", "x y z", "0x10", "12", "1.5", "yes", "~", "null: ", "2001-01-01", "1e3: "]


def text_of_words(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 30)))


def string(rng):
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(WORDS)
    if kind < 0.55:
        return text_of_words(rng)
    if kind < 0.6:
        return rng.choice(WORDS) + rng.choice(["\n", "\n\n", " ", "_", "e5", ":", ": "])
    if kind < 0.7:
        return "\n".join("".join(rng.choice("ab cd ") for _ in range(rng.randint(0, 120))) for _ in range(rng.randint(1, 4)))
    if kind < 0.75:
        return " ".join("x" * rng.randint(0, 12) + rng.choice(["", "é", "日", " "]) for _ in range(rng.randint(5, 40)))
    characters = CHARACTERS if kind < 0.85 else CHARACTERS[:44]
    return "".join(rng.choice(characters) for _ in range(rng.randint(0, rng.choice([3, 8, 30, 150]))))


def key(rng):
    kind = rng.random()
    if kind < 0.5:
        return "".join(rng.choice("abcXY_-./01239") for _ in range(rng.randint(1, 6)))
    if kind < 0.52:
        return "".join(rng.choice("ab c") for _ in range(rng.randint(120, 140)))
    if kind < 0.53:
        return "".join(rng.choice("ab <") for _ in range(rng.choice([160, 180, 1010, 1021, 1022, 1023, 1024])))
    return string(rng)


def number(rng):
    kind = rng.random()
    if kind < 0.4:
        return rng.randint(-1000, 100000)
    if kind < 0.6:
        return rng.choice([0.0, -0.0, 1e20, 1e21, 1e-7, 1e-6, 1.5, 1e6, 1234567.5, 2.0**53, 2.0**63, -2.0**63, 2.0**64, 1.8e19, 1e300, 5e-324])
    if kind < 0.8:
        return rng.random() * 10 ** rng.randint(-10, 25)
    return float(rng.randint(-(2**64), 2**64))


def value(rng, depth=0):
    kind = rng.random()
    if depth < 4 and kind < 0.25 + 0.2 * (depth == 0):
        keys = [key(rng) for _ in range(rng.randint(0, 6))]
        keys = [name for name in keys if "\ud800" not in name]
        return {name: value(rng, depth + 1) for name in (keys if has_order(keys) else keys[:1])}
    if depth < 4 and kind < 0.5:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    if kind < 0.85:
        return string(rng)
    if kind < 0.95:
        return number(rng)
    return rng.choice([True, False, None])


def is_less(a, b, v3):
    digits = False
    for at, (x, y) in enumerate(zip(a, b)):
        if x == y:
            digits = x.isdecimal()
            continue
        x_letter, y_letter = x.isalpha(), y.isalpha()
        if x_letter and y_letter:
            return x < y
        if x_letter or y_letter:
            return x_letter if v3 and digits else y_letter
        inside = "0" in (x, y) and any(c != "0" for c in itertools.takewhile(str.isdecimal, reversed(a[:at])))

        def run(text):
            digits = "".join(itertools.takewhile(str.isdecimal, text[at:]))
            n = int(inside)
            for digit in digits:
                n = (n * 10 + ord(digit) - 48 + 2**63) % 2**64 - 2**63  # int64 wraps around
            return (n, len(digits), text[at])

        return run(a) < run(b)
    return len(a) < len(b)


def has_order(keys):
    for v3 in (False, True):
        for a, b, c in itertools.permutations(set(keys), 3):
            if is_less(a, b, v3) and is_less(b, c, v3) and not is_less(a, c, v3):
                return False
    return True


def text(rng):
    kind = rng.random()
    if kind < 0.6:
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, rng.choice([4, 10, 25]))))
    if kind < 0.9:
        return document(rng)
    lines = document(rng)
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(lines))
        lines = lines[:at] + rng.choice(PIECES) + lines[at + rng.randint(0, 2):]
    return lines


def scalar_text(rng):
    kind = rng.random()
    if kind < 0.6:
        return rng.choice(WORDS)
    if kind < 0.7:
        return "'" + string(rng).replace("'", "''") + "'"
    if kind < 0.8:
        return json.dumps(string(rng), ensure_ascii=rng.random() < 0.5)
    return rng.choice(["&a 1", "*a", "!!str 12", "!!int '12'", "x y", "[a, {b: c}]", "{a: 1, ? b : c}", "[]", "{}"])


def document(rng, indent=0, depth=0):
    pad = " " * indent
    lines = []
    is_list = rng.random() < 0.3
    for _ in range(rng.randint(1, 5)):
        head = pad + ("-" if is_list else rng.choice(["k", "a", "b", "'q'", "yes", "1", "1.5", "a b", "k%d" % rng.randint(0, 9)]) + ":")
        kind = rng.random()
        if depth < 3 and kind < 0.3:
            step = rng.choice([2, 2, 2, 4, 1])
            lines.append(head + rng.choice(["", "", "", " &a", " !!map", " # c"]))
            lines.append(document(rng, indent + step, depth + 1).rstrip("\n"))
        elif kind < 0.45:
            header = rng.choice("|>") + rng.choice(["", "-", "+", "2", "2-"])
            lines.append(head + " " + header)
            for _ in range(rng.randint(0, 5)):
                lines.append(rng.choice(["", pad + "  text here", pad + "   more", pad + "  # no comment", pad + "  x\t", pad + "    "]))
        elif kind < 0.5:
            lines.append(head + " plain\n" + pad + "  goes on" + rng.choice(["", "\n\n" + pad + "  and on", " # c"]))
        else:
            lines.append(head + rng.choice([" ", "  "]) + scalar_text(rng) + rng.choice(["", "", "", " ", " # c", "\t"]))
        if rng.random() < 0.1:
            lines.append(rng.choice(["", "# comment", pad + "# c", "   "]))
    return rng.choice(["\n"] * 9 + ["\r\n"]).join(lines) + "\n"


def mutated(rng, lines):
    """A run of at most 60 of the lines, changed in one to four places."""
    start = rng.randrange(len(lines))
    lines = lines[start:start + rng.randint(1, 60)]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        line = lines[at]
        cut = rng.randint(0, len(line))
        kind = rng.randrange(9)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(rng.randint(0, len(lines)), line)
        elif kind == 2:
            lines[at] = " " * rng.randint(1, 3) + line
        elif kind == 3:
            lines[at] = line[rng.randint(1, 2):]
        elif kind == 4:
            lines[at] = line[:cut] + rng.choice(PIECES) + line[cut:]
        elif kind == 5:
            lines[at] = line[:cut] + rng.choice(CHARACTERS) + line[cut + 1:]
        elif kind == 6:
            lines[at] = line[:cut]
        elif kind == 7:
            lines[at] = line[:line.find(":") + 1] + " " + rng.choice(WORDS) if ":" in line else line + ":"
        else:
            lines[at] = line + (" " + lines.pop(at + 1).strip() if at + 1 < len(lines) else "\t")
        lines = lines or [""]
    return "\n".join(lines) + rng.choice(["", "\n"])


def compare_mutated(arguments):
    rng = random.Random(arguments.seed)
    files = [open(name, encoding="utf-8", newline="").read().split("\n") for name in arguments.files]
    differences = 0
    for at in range(0, arguments.count, BATCH):
        count = min(BATCH, arguments.count - at)
        differences += compare(arguments, "yaml-read", [mutated(rng, rng.choice(files)) for _ in range(count)])
    return differences


def ask(program, mode, questions):
    answer = subprocess.run([program, mode], input=json.dumps(questions).encode(), capture_output=True)
    if answer.returncode != 0:
        sys.exit(f"{program} {mode}: {answer.stderr.decode()[-2000:]}")
    return json.loads(answer.stdout)


def shown(question, go, ours):
    """The question, and both answers around their first difference."""
    texts = [repr(go), repr(ours)]
    at = next((at for at, (x, y) in enumerate(zip(*texts)) if x != y), 0)
    return f"{question!r:.400}\n" + "\n".join(f"  {name} ...{text[max(0, at - 60):at + 120]}" for name, text in zip(("go  ", "ours"), texts))


def compare(arguments, mode, questions, forms=None):
    differences = 0
    theirs = ask(arguments.oracle, mode, questions)
    ours = ask(arguments.peer, mode, questions)
    for question, go, rust in zip(questions, theirs, ours):
        go = go[:forms] if forms else go
        if go != rust:
            differences += 1
            if arguments.shown < 20:
                arguments.shown += 1
                print(f"{mode} {shown(question, go, rust)}")
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("oracle")
    parser.add_argument("peer")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", action="store_true")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    arguments.shown = 0
    differences = 0
    if arguments.mutate:
        differences = compare_mutated(arguments)
        print(f"{arguments.count} changed texts, {differences} differences")
        sys.exit(differences > 0)
    if arguments.files:
        documents = 0
        for at in range(0, len(arguments.files), 100):
            texts = [open(name, encoding="utf-8", newline="").read() for name in arguments.files[at:at + 100]]
            texts += [part for text in texts for part in text.split("\n---") if part != text]
            documents += len(texts)
            differences += compare(arguments, "yaml-read", texts)
            values = [json.loads(answer["out"]) for answer in ask(arguments.oracle, "yaml-read", texts) if "out" in answer]
            differences += compare(arguments, "yaml-write", values, forms=3)
        print(f"{documents} documents of {len(arguments.files)} files, {differences} differences")
        sys.exit(differences > 0)
    rng = random.Random(arguments.seed)
    for at in range(0, arguments.count, BATCH):
        count = min(BATCH, arguments.count - at)
        differences += compare(arguments, "yaml-read", [text(rng) for _ in range(count)])
        differences += compare(arguments, "yaml-write", [value(rng) for _ in range(count)], forms=3)
        jsons = [json.dumps(value(rng), ensure_ascii=False) for _ in range(count // 5)]
        jsons += [broken(rng, json.dumps(value(rng))) for _ in range(count // 5)]
        differences += compare(arguments, "json-read", jsons)
    print(f"{arguments.count} texts and values, {differences} differences")
    sys.exit(differences > 0)


def broken(rng, text):
    for _ in range(rng.randint(1, 2)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(['"', ",", "}", "]", "{", "[", "\\", "\\u", "\\ud83d", "\\ude00", "1", "-", ".", "e", "t", "nul", "é", "\x01", " ", "1e999"]) \
            + text[at + rng.randint(0, 2):]
    return text


if __name__ == "__main__":
    main()
