#!/usr/bin/env python3
"""Compares what templates make of random values here and in Helm's engine: written as YAML, JSON and TOML, read again,
quoted, and formatted with printf's verbs.

    values.py ORACLE PEER [--count N] [--seed S] [--sample N]

ORACLE is tests/oracle/tool, built; PEER is `cargo build --release --example yaml-peer`. N values (100,000 unless told) are nested maps and
lists, strings with everything that is hard about strings, numbers of all sizes, booleans and null; the same for the same
seed. Prints the first differences and exits with 1 if there are any. With --sample the values and what Helm makes of them
become forms.json and forms.expected, which the tests compare.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys

import differential

HERE = pathlib.Path(__file__).parent
BATCH = 2500
END = "\0end\0"
# How malformed TOML is refused is each reader's own business.
REFUSED = '$t := fromToml (toString .) }}{{ if hasKey $t "Error" }}refused{{ else }}{{ toJson $t }}{{ end'
VERBS = ["%v", "%+v", "%#v", "%T", "%s", "%q", "%d", "%x", "%X", "% x", "%t", "%e", "%f", "%g", "%G", "%5.2f", "%08.3f|%-10v|%10v|%+d", "%#x|%#q|%+q|%U",
         "%c|%o|%b|%O", "%6d|%-6d|%06d", "%.3s|%10.3s|%-10s|", "%!|%z", "%[2]v %[1]v", "%*d", "%v %v"]
FORMS = [
    "toYaml .", "toYamlPretty .", "toJson .", "mustToJson .", "toPrettyJson .", "toRawJson .", "quote .", "squote .", "print .", "print 1 . nil .", "println .",
    'toToml (dict "v" .)', 'toYaml (fromYaml (toYaml (dict "v" .)))', 'toJson (fromJson (toJson (dict "v" .)))',
    "toJson (fromYamlArray (toYaml (list . 1)))", "toJson (fromJsonArray (toJson (list . 1)))", 'toYaml (fromYaml (toString .))',
    "toYaml (fromYamlArray (toString .))", "toJson (fromJson (toString .))", 'toYaml (fromYaml (printf "v: %v" .))', REFUSED,
    "toString .", "toStrings (list .)", 'join "," (list . 1 nil)', "cat . 1 nil", "kindOf .", "typeOf .", "empty .", 'default "d" .', 'coalesce . 1', "not .",
    "int .", "int64 .", "float64 .", "atoi (toString .)", "toDecimal .", "add . 1", "sub . 1", "mul . 2", "round . 2", "floor .", "ceil .", "max . 1",
    "b64enc (toString .)", "b32enc (toString .)", "sha256sum (toString .)", "adler32sum (toString .)", "upper (toString .)", "lower (toString .)", "title (toString .)",
    "untitle (toString .)", "snakecase (toString .)", "camelcase (toString .)", "kebabcase (toString .)", "swapcase (toString .)", "nospace (toString .)",
    "initials (toString .)", "trim (toString .)", "trunc 5 (toString .)", "trunc -5 (toString .)", "abbrev 8 (toString .)", "wrap 10 (toString .)",
    'wrapWith 7 "|" (toString .)', "indent 3 (toString .)", "nindent 3 (toYaml .)", 'splitList "," (toString .)', 'split " " (toString .)',
    'regexReplaceAll "[^a-z0-9]+" (toString .) "-"', 'regexFindAll "\\\\w+" (toString .) -1', 'html .', 'js .', 'urlquery .', "substr 1 4 (toString .)",
    "deepCopy . | toJson", "list . . | uniq | toJson", 'dict "a" . | values | toJson', 'has . (list . 1)', 'ternary . 1 true | toJson', 'compact (list . 1) | toJson',
    "printf \"%v\" (list .)", 'printf "%#v" (dict "k" .)', 'printf "%v" (int64 .)', 'printf "%x|%c|%q|%U" (int64 .) (int64 .) (int64 .) (int64 .)',
    'printf "%v|%.3e|%8.2f" (float64 .) (float64 .) (float64 .)', 'toYaml (dict "i" (int64 .) "f" (float64 .) "s" (toString .))', "toYaml (list (toString .) (list .))",
] + [f"printf {json.dumps(verb)} ." for verb in VERBS]


def value(rng):
    kind = rng.random()
    if kind < 0.45:
        return differential.value(rng)
    if kind < 0.75:
        return differential.string(rng)
    if kind < 0.97:
        return number(rng)
    return rng.choice([None, True, False, {}, [], "", [[]], [{}], {"": None}, 0, -1])


def number(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.randint(-1000, 100000)
    if kind < 0.5:
        return float(rng.randint(-(2**70), 2**70) >> rng.randint(0, 69))
    if kind < 0.6:
        return rng.choice([1e20, 1e21, 123456789.0, 1e-4, 1e-5, 21e5, 2.0**31, 2.0**32, 2.0**53 + 2, 2.0**62, 2.0**63, -(2.0**63), 2.0**64, 1e308, 5e-324, -0.0])
    if kind < 0.8:
        return rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 30)
    return round(rng.uniform(-1000, 1000), rng.randint(0, 4))


def is_known(form, value):
    """Whether docs/compatibility.md has a row for this difference: `null` and numbers beyond float64 in fromJson."""
    return form == "toJson (fromJson (toString .))" and ("1e400" in str(value) or str(value).strip() == "null")


def question(values):
    return {"forms": ["{{ range .Values.list }}{{ " + form + " }}" + END + "{{ end }}" for form in FORMS], "values": {"list": values}}


def ask(program, values):
    # Bytes that are no UTF-8 become U+FFFD on both sides.
    answer = subprocess.run([program, "forms"], input=json.dumps(question(values)).encode(), capture_output=True)
    if answer.returncode != 0:
        sys.exit(f"{program}: {answer.stderr.decode()[-2000:]}")
    return json.loads(answer.stdout)


def compare(arguments, values):
    differences = 0
    theirs, ours = ask(arguments.oracle, values), ask(arguments.peer, values)
    for form, go, rust in zip(FORMS, theirs, ours):
        if go == rust:
            continue
        if "err" in go or "err" in rust:
            if len(values) > 1:
                middle = len(values) // 2
                return compare(arguments, values[:middle]) + compare(arguments, values[middle:])
            if "err" in go and "err" in rust:
                continue
        for value, one, other in zip(values, go.get("out", go.get("err")).split(END), rust.get("out", rust.get("err")).split(END)):
            if one != other and not is_known(form, value):
                differences += 1
                if arguments.shown < 40:
                    arguments.shown += 1
                    print(f"{form}: {differential.shown(value, one, other)}", flush=True)
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("oracle")
    parser.add_argument("peer")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int)
    arguments = parser.parse_args()
    arguments.shown = 0
    rng = random.Random(arguments.seed)
    if arguments.sample:
        values = [value(rng) for _ in range(arguments.sample)]
        (HERE / "forms.json").write_text(json.dumps(question(values), indent=0) + "\n")
        (HERE / "forms.expected").write_text("[\n" + ",\n".join(json.dumps(answer) for answer in ask(arguments.oracle, values)) + "\n]\n")
        return
    differences = 0
    for at in range(0, arguments.count, BATCH):
        differences += compare(arguments, [value(rng) for _ in range(min(BATCH, arguments.count - at))])
    print(f"{arguments.count} values in {len(FORMS)} forms, {differences} differences")
    sys.exit(differences > 0)


if __name__ == "__main__":
    main()
