#!/usr/bin/env python3
"""Writes cases.jsonl, charts and values whose coalescing, switching, importing and checking is to be compared, and
expected.jsonl, what the real Helm library makes of them.

    generate.py ORACLE [COUNT [SEED [FOLDER]]]

ORACLE is the program of ../tool, built. COUNT (150) random cases from SEED (1) follow those that are written here. With a
FOLDER the files go there instead; STACKWRIGHT_CHART_VALUES=FOLDER has the test read them.
"""

import json
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def chart(name, values=None, dependencies=None, subcharts=(), prefix="", **fields):
    """Returns the files of a chart; subcharts are made by this function too, with their own arguments."""
    metadata = {"apiVersion": "v2", "name": name, "version": "0.1.0", **fields}
    if dependencies is not None:
        metadata["dependencies"] = dependencies
    files = {prefix + "Chart.yaml": json.dumps(metadata), prefix + "templates/x.yaml": "kind: X"}
    if values is not None:
        files[prefix + "values.yaml"] = json.dumps(values)
    for sub in subcharts:
        files.update(chart(**{**sub, "prefix": f"{prefix}charts/{sub['name']}/"}))
    return files


def case(name, files, values=None, **more):
    return {"name": name, "files": files, "values": json.dumps(values or {}), **more}


def dependency(name, **fields):
    return {"name": name, "version": "0.1.0", "repository": "", **fields}


def written():
    """Cases by hand: what nulls delete, where globals go, what conditions and tags switch, what import-values takes."""
    sub = {"name": "sub", "values": {"a": 1, "b": {"c": 2, "d": None}, "global": {"x": "sub", "t": {"u": 1}}}}
    for name, values in {
        "none": {},
        "null-in-user": {"a": None, "b": {"c": None}},
        "null-subchart": {"sub": None},
        "null-in-subchart": {"sub": {"a": None, "b": None}},
        "null-nested": {"sub": {"b": {"c": None}}},
        "null-unknown": {"nope": None, "sub": {"nope": {"deep": None}}},
        "table-over-scalar": {"a": {"x": 1}, "sub": {"a": {"x": 1}}},
        "scalar-over-table": {"b": 1, "sub": {"b": 1}},
        "list-over-table": {"b": [1], "sub": {"b": []}},
        "subchart-scalar": {"sub": 1},
        "subchart-list": {"sub": [1]},
        "global": {"global": {"x": "user", "n": 1}},
        "global-null": {"global": None},
        "global-null-entry": {"global": {"x": None, "t": None, "own": None}},
        "global-scalar": {"global": "x"},
        "global-subchart": {"sub": {"global": {"x": "user", "own": {"deep": 2}}}},
        "global-subchart-scalar": {"sub": {"global": 1}},
        "global-table-over": {"global": {"t": 1, "own": 2}},
    }.items():
        files = chart("top", {"a": 1, "b": {"c": 1}, "global": {"own": {"deep": 1}}, "sub": {"e": None, "f": {"g": None}}}, subcharts=[sub])
        yield case(f"coalesce-{name}", files, values)
    nested = {"name": "mid", "values": {"leaf": {"v": "mid", "n": None}, "global": {"m": 1}},
              "subcharts": [{"name": "leaf", "values": {"v": "leaf", "n": 1, "w": {"x": None, "y": 1}, "global": {"m": 2, "l": 1}}}]}
    for name, values in {
        "none": {},
        "user": {"mid": {"leaf": {"v": "user", "w": None}}},
        "nulls": {"mid": {"leaf": {"v": None, "w": {"y": None}}}},
        "mid-null": {"mid": {"leaf": None}},
        "global": {"global": {"m": None, "l": {"deep": True}}},
    }.items():
        yield case(f"nested-{name}", chart("top", {"mid": {"leaf": {"v": "top"}}}, subcharts=[nested]), values)
    yield from conditions()
    yield from imports()
    yield from kinds()


def conditions():
    two = [{"name": "one", "values": {"v": 1}}, {"name": "two", "values": {"v": 2}}]
    lists = {
        "condition": [dependency("one", condition="one.enabled"), dependency("two")],
        "conditions": [dependency("one", condition="nope.x,one.enabled,two.enabled"), dependency("two", condition=" two.enabled , x ")],
        "tags": [dependency("one", tags=["front", "all"]), dependency("two", tags=["back", "all"])],
        "both": [dependency("one", condition="one.enabled", tags=["front"]), dependency("two", tags=["back"])],
        "alias": [dependency("one", alias="uno", condition="uno.enabled"), dependency("two", alias="due")],
        "twice": [dependency("one"), dependency("one", alias="again", condition="again.enabled")],
        "version": [dependency("one", version=">9"), dependency("two", version="~0.1")],
        "empty": [],
        "missing": [dependency("three", condition="three.enabled")],
    }
    for name, dependencies in lists.items():
        for index, values in enumerate([
            {},
            {"one": {"enabled": False}, "two": {"enabled": False}},
            {"one": {"enabled": "false"}, "two": {"enabled": None}},
            {"tags": {"front": False, "back": True}},
            {"tags": {"front": False, "all": True}},
            {"tags": {"front": "x", "back": 0}},
            {"tags": None},
            {"tags": [1]},
            {"uno": {"enabled": False, "v": 5}, "again": {"enabled": False}},
            {"one": {"enabled": True}, "tags": {"front": False, "all": False}},
        ]):
            yield case(f"{name}-{index}", chart("top", {"one": {"enabled": True}}, dependencies, two), values)
    deep = [{"name": "mid", "dependencies": [dependency("leaf", condition="leaf.on,global.leaf")], "values": {"leaf": {"on": True}},
             "subcharts": [{"name": "leaf", "values": {"x": 1}}]}]
    for index, values in enumerate([{}, {"mid": {"leaf": {"on": False}}}, {"leaf": {"on": False}}, {"global": {"leaf": False}},
                                    {"mid": {"leaf": {"on": None}}, "global": {"leaf": False}}]):
        yield case(f"deep-{index}", chart("top", {}, [dependency("mid", condition="mid.enabled")], deep), values)


def imports():
    sub = {"name": "sub", "values": {"exports": {"data": {"taken": 1, "t": {"u": 1}}, "more": {"m": [1]}, "odd": 1},
                                     "own": {"k": "v", "n": None, "list": [1, {"a": 1}]}, "scalar": 5}}
    for name, wanted in {
        "string": ["data"],
        "strings": ["data", "more"],
        "missing": ["nope"],
        "odd": ["odd"],
        "map": [{"child": "own", "parent": "mine"}],
        "map-root": [{"child": "own", "parent": "."}],
        "map-deep": [{"child": "exports.data.t", "parent": "a.b.c"}],
        "map-scalar": [{"child": "scalar", "parent": "mine"}],
        "map-missing": [{"child": "nope", "parent": "mine"}],
        "both": ["data", {"child": "own", "parent": "mine"}],
        "overlap": [{"child": "own", "parent": "x"}, {"child": "exports.data", "parent": "x"}],
        "number": [1],
        "null": [None],
        "empty-map": [{}],
    }.items():
        for index, values in enumerate([{}, {"mine": {"k": "user"}, "taken": None}, {"sub": {"own": {"k": "from-user", "k2": 2}}}, {"sub": {"exports": None}}]):
            files = chart("top", {"taken": "top", "mine": {"z": 1}}, [dependency("sub", **{"import-values": wanted})], [sub])
            yield case(f"import-{name}-{index}", files, values)
    chain = {"name": "mid", "values": {"from": {"x": 1}}, "dependencies": [dependency("leaf", **{"import-values": [{"child": "d", "parent": "from"}]})],
             "subcharts": [{"name": "leaf", "values": {"d": {"y": 2, "n": None}}}]}
    for index, values in enumerate([{}, {"mid": {"from": {"y": 3}}}, {"mid": {"leaf": {"d": {"y": 4}}}}]):
        yield case(f"import-chain-{index}", chart("top", {}, [dependency("mid", alias="m", **{"import-values": [{"child": "from", "parent": "got"}]})], [chain]), values)


def kinds():
    """Libraries, first versions of charts, and files of Helm 2."""
    library = {"name": "lib", "type": "library", "values": {"l": 1, "global": {"g": 1}}}
    yield case("library", chart("top", {"lib": {"l": 2}}, [dependency("lib")], [library]))
    yield case("library-unlisted", chart("top", {}, None, [library]), {"lib": {"x": None}})
    yield case("library-top", chart("top", {"a": 1}, type="library"), {"a": None})
    sub = {"name": "sub", "values": {"exports": {"d": {"x": 1}}}}
    requirements = json.dumps({"dependencies": [dependency("sub", alias="other", condition="other.on", **{"import-values": ["d"]})]})
    for api in ("v1", "v2"):
        files = {**chart("top", {"other": {"on": True}}, subcharts=[sub], apiVersion=api), "requirements.yaml": requirements}
        yield case(f"requirements-{api}", files)
        yield case(f"requirements-{api}-off", files, {"other": {"on": False}})
        both = {**chart("top", {}, [dependency("sub")], [sub], apiVersion=api), "requirements.yaml": requirements}
        yield case(f"requirements-and-dependencies-{api}", both)
        listed = chart("top", {}, [dependency("sub", alias="x")], [sub], apiVersion=api)
        yield case(f"dependencies-{api}", listed)
        yield case(f"requirements-bad-{api}", {**chart("top", {}, apiVersion=api), "requirements.yaml": "dependencies: x"})
        yield case(f"requirements-empty-{api}", {**chart("top", {}, apiVersion=api), "requirements.yaml": ""})
        yield case(f"requirements-lock-{api}", {**chart("top", {}, apiVersion=api), "requirements.lock": "digest: x\ngenerated: \"2020-01-01T00:00:00Z\"\ndependencies: []\n"})
        yield case(f"requirements-lock-bad-{api}", {**chart("top", {}, apiVersion=api), "requirements.lock": "dependencies: 1"})
    for name, line in {"version": "version: 72445e2", "exponent": "version: 1e3", "float": "version: 1.10", "octal": "version: 010", "hex": "version: 0x10",
                       "bool": "version: yes", "date": "version: 2020-01-01", "big": "version: 12345678901234567890", "null": "version: null",
                       "app": "version: 1.0.0\nappVersion: 72445e2", "description": "version: 1.0.0\ndescription: 1234567.5", "small": "version: 1.0.0\nhome: 0.00001",
                       "keywords": "version: 1.0.0\nkeywords: [1, 2.50, true]", "annotations": "version: 1.0.0\nannotations: {a: 1, b: 2.0, c: true}",
                       "deprecated": "version: 1.0.0\ndeprecated: \"true\"", "engine": "version: 1.0.0\nengine: gotpl\ntillerVersion: \">=2\"",
                       "unknown": "version: 1.0.0\nnope: {a: 1}", "duplicate": "version: 1.0.0\nversion: 2.0.0"}.items():
        yield case(f"number-{name}", {"Chart.yaml": f"apiVersion: v2\nname: top\n{line}\n", "templates/x.yaml": "kind: X"})


KEYS = ["a", "b", "c", "enabled", "one", "two", "global"]


def random_value(rng, depth):
    if depth > 0 and rng.random() < 0.45:
        return {rng.choice(KEYS): random_value(rng, depth - 1) for _ in range(rng.randint(0, 3))}
    return rng.choice([None, None, True, False, 0, 1, 2.5, "x", "", [], [1, None], [{"a": 1}]])


def random_map(rng, depth, subcharts):
    values = {rng.choice(KEYS): random_value(rng, depth) for _ in range(rng.randint(0, 4))}
    for name in subcharts:
        if rng.random() < 0.5:
            values[name] = {rng.choice(KEYS): random_value(rng, depth) for _ in range(rng.randint(0, 3))}
    if rng.random() < 0.4:
        values["global"] = {rng.choice(["a", "b", "g"]): random_value(rng, 2) for _ in range(rng.randint(0, 3))}
    if rng.random() < 0.3:
        values["tags"] = {tag: rng.choice([True, False]) for tag in ("t", "u") if rng.random() < 0.6}
    return values


def random_dependency(rng, name):
    wanted = dependency(name)
    if rng.random() < 0.3:
        wanted["alias"] = rng.choice(["x", "y", name])
    if rng.random() < 0.5:
        wanted["condition"] = rng.choice([f"{name}.enabled", "x.enabled", "global.a", "a.b", "enabled,one.enabled"])
    if rng.random() < 0.3:
        wanted["tags"] = rng.sample(["t", "u"], rng.randint(1, 2))
    if rng.random() < 0.3:
        wanted["import-values"] = [rng.choice(["a", "b", {"child": rng.choice(KEYS), "parent": rng.choice(["a", ".", "c.d", "global"])}])
                                   for _ in range(rng.randint(1, 2))]
    return wanted


def random_chart(rng, name, depth):
    names = rng.sample(["one", "two", "three"], rng.randint(0, 2 if depth else 0))
    subcharts = [random_chart(rng, sub, depth - 1) for sub in names]
    values = random_map(rng, 2, names)
    if rng.random() < 0.3:
        values["exports"] = {key: {"e": random_value(rng, 1)} for key in ("a", "b") if rng.random() < 0.7}
    made = {"name": name, "values": values, "subcharts": subcharts}
    if rng.random() < 0.8:
        made["dependencies"] = [random_dependency(rng, sub) for sub in names if rng.random() < 0.9]
    if rng.random() < 0.05:
        made["type"] = "library"
    return made


def random_cases(count, seed):
    rng = random.Random(seed)
    for number in range(count):
        top = random_chart(rng, "top", 2)
        names = [sub["name"] for sub in top["subcharts"]] + ["x"]
        yield case(f"random-{seed}-{number}", chart(**top), random_map(rng, 2, names))


def main():
    oracle, count, seed = sys.argv[1], int((sys.argv[2:] or ["150"])[0]), int((sys.argv[3:] or ["1"])[0])
    folder = pathlib.Path((sys.argv[4:] or [HERE])[0])
    folder.mkdir(parents=True, exist_ok=True)
    cases = [*written(), *random_cases(count, seed)]
    text = "".join(json.dumps(one) + "\n" for one in cases)
    # Helm walks maps in random order: what comes out differently from run to run is nobody's rule.
    runs = [subprocess.run([oracle, "chart-values"], input=text, text=True, capture_output=True, check=True).stdout.splitlines() for _ in range(60)]
    kept = [(one, lines[0]) for one, lines in zip(cases, zip(*runs)) if len(set(lines)) == 1]
    (folder / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one, _ in kept))
    (folder / "expected.jsonl").write_text("".join(line + "\n" for _, line in kept))
    print(f"{len(kept)} cases, {len(cases) - len(kept)} left out for changing from run to run")


main()
