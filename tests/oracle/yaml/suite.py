#!/usr/bin/env python3
"""Reads every text of the yaml-test-suite with Go's reader and with ours, and compares values and messages.

    suite.py ORACLE PEER SRC

ORACLE is tests/oracle/tool, built; PEER is `cargo build --release --example yaml-peer`; SRC is the folder `src` of a checkout of
yaml/yaml-test-suite. What Go makes of a text is the rule, not what the suite says of it: its YAML is 1.2, Go's is 1.1.
"""

import pathlib
import sys

import differential
import yaml

# The suite shows what cannot be seen.
SHOWN = {"␣": " ", "»": "\t", "—": "", "←": "\r", "⇔": "\ufeff", "↵": "", "∎\n": ""}


def texts(folder):
    for path in sorted(folder.glob("*.yaml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8")):
            if "yaml" in test:
                text = test["yaml"]
                for mark, meaning in SHOWN.items():
                    text = text.replace(mark, meaning)
                yield path.stem, text


def main():
    oracle, peer, folder = sys.argv[1:]
    names, questions = zip(*texts(pathlib.Path(folder)))
    theirs, ours = (differential.ask(program, "yaml-read", questions) for program in (oracle, peer))
    differences = 0
    for name, text, go, rust in zip(names, questions, theirs, ours):
        if go != rust:
            differences += 1
            print(name, differential.shown(text, go, rust))
    read = sum("out" in answer for answer in theirs)
    print(f"{len(questions)} texts, {read} read by Go, {len(questions) - read} refused, {differences} differences")
    sys.exit(differences > 0)


if __name__ == "__main__":
    main()
