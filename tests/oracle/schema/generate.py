#!/usr/bin/env python3
"""Writes cases.jsonl, values and their schemas of every draft, and expected.jsonl, what the real Helm library says of them.

    generate.py ORACLE [COUNT [SEED [FOLDER]]]

ORACLE is the program of ../tool, built. COUNT (150) random cases from SEED (1) follow those that are written here. With a
FOLDER the files go there instead; STACKWRIGHT_SCHEMAS=FOLDER has the test read them.
"""

import json
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
DRAFTS = {
    "none": None,
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema#",
    "7": "http://json-schema.org/draft-07/schema#",
    "2019": "https://json-schema.org/draft/2019-09/schema",
    "2020": "https://json-schema.org/draft/2020-12/schema",
}


def case(name, schema, values, **more):
    text = schema if isinstance(schema, str) else json.dumps(schema)
    files = {"Chart.yaml": '{"apiVersion": "v2", "name": "top", "version": "0.1.0"}', "values.schema.json": text, "templates/x.yaml": "kind: X"}
    files.update(more.pop("files", {}))
    return {"name": name, "files": files, "values": json.dumps(values), **more}


# A schema for the value `v`, and values to try.
KEYWORDS = {
    "type": ({"type": "string"}, ["x", 1, None, True, [], {}]),
    "types": ({"type": ["integer", "null"]}, [1, 1.0, 1.5, None, "x"]),
    "integer": ({"type": "integer"}, [1, 1.5, 1e20, -3, "1"]),
    "const": ({"const": 1}, [1, 2, "1", None]),
    "const-text": ({"const": "a'b\"c"}, ["x", "a'b\"c"]),
    "const-object": ({"const": {"a": 1}}, [{"a": 1}, {"a": 2}]),
    "enum": ({"enum": ["a", 1, None, True, 1.5]}, ["a", "b", 1, None, True, 1.5, []]),
    "enum-one": ({"enum": ["only"]}, ["only", "x"]),
    "enum-object": ({"enum": ["a", {"b": 1}]}, ["x", {"b": 1}]),
    "minimum": ({"minimum": 5, "maximum": 1234567}, [4, 5, 1234567, 1234568, 4.5, "x"]),
    "exclusive": ({"exclusiveMinimum": 5, "exclusiveMaximum": 10}, [5, 6, 10, 9.99]),
    "exclusive-4": ({"minimum": 5, "exclusiveMinimum": True, "maximum": 10, "exclusiveMaximum": True}, [5, 6, 10]),
    "multiple": ({"multipleOf": 0.1}, [1, 1.25, 0.3, 7]),
    "multiple-int": ({"multipleOf": 3}, [9, 10, 1e30]),
    "length": ({"minLength": 2, "maxLength": 3}, ["", "a", "éé", "abcd", 1]),
    "pattern": ({"pattern": "^[a-z]+\\d$"}, ["a1", "A1", "", 1]),
    "pattern-bad": ({"pattern": "(?=x)"}, ["x"]),
    "items-count": ({"minItems": 1, "maxItems": 2}, [[], [1], [1, 2, 3], "x"]),
    "unique": ({"uniqueItems": True}, [[1, 2], [1, 1], [{"a": 1}, {"a": 1}], [1, True], [[], []]]),
    "items": ({"items": {"type": "integer"}}, [[1, 2], [1, "a", "b"], [], {}]),
    "items-false": ({"items": False}, [[], [1], [1, 2]]),
    "items-list": ({"items": [{"type": "integer"}, {"type": "string"}], "additionalItems": False}, [[1, "a"], ["a", 1], [1, "a", 2, 3], [1]]),
    "prefix": ({"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, [[1, "a"], ["a", 1], []]),
    "contains": ({"contains": {"type": "integer"}}, [[1], ["a", "b"], [], "x"]),
    "contains-count": ({"contains": {"type": "integer"}, "minContains": 2, "maxContains": 3}, [[1], [1, 2], [1, 2, 3, 4], ["a"], []]),
    "contains-none": ({"contains": {"type": "integer"}, "minContains": 0}, [["a"], []]),
    "properties-count": ({"minProperties": 1, "maxProperties": 2}, [{}, {"a": 1}, {"a": 1, "b": 2, "c": 3}]),
    "required": ({"required": ["a", "b"]}, [{}, {"a": 1}, {"a": 1, "b": 1}, []]),
    "properties": ({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}, [{"a": 1, "b": "x"}, {"a": "x"}, {"b": "x"}]),
    "additional": ({"properties": {"a": {}}, "additionalProperties": False}, [{"a": 1}, {"b": 1}, {"b": 1, "c": 2, "a": 3}]),
    "additional-schema": ({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}, [{"b": 1}, {"b": "x"}, {"b": 1, "c": 2}]),
    "pattern-properties": ({"patternProperties": {"^x": {"type": "integer"}, "y$": {"type": "integer"}}, "additionalProperties": False}, [{"x1": 1}, {"x1": "a"}, {"xy": "a"}, {"z": 1}]),
    "names": ({"propertyNames": {"pattern": "^[a-z]$"}}, [{"a": 1}, {"AB": 1}, {"A": 1, "B": 2}]),
    "names-length": ({"propertyNames": {"maxLength": 1, "pattern": "^x"}}, [{"ab": 1}]),
    "names-false": ({"propertyNames": False}, [{}, {"a": 1}]),
    "dependencies": ({"dependencies": {"a": ["b", "c"], "d": {"required": ["e"]}}}, [{"a": 1}, {"d": 1}, {"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}]),
    "dependent-required": ({"dependentRequired": {"a": ["b", "c"]}}, [{"a": 1}, {"a": 1, "b": 1}, {}]),
    "dependent-schemas": ({"dependentSchemas": {"a": {"required": ["b"], "maxProperties": 1}}}, [{"a": 1}, {"a": 1, "b": 1}]),
    "not": ({"not": {"type": "string"}}, ["x", 1]),
    "not-empty": ({"not": {}}, [1]),
    "all": ({"allOf": [{"type": "string"}, {"minLength": 2}, {"maxLength": 3}]}, ["ab", "a", 1, "abcd"]),
    "all-two": ({"allOf": [{"minimum": 5}, {"multipleOf": 2}]}, [3, 4, 7, 8]),
    "any": ({"anyOf": [{"type": "string"}, {"minimum": 5}]}, ["x", 4, 6, None]),
    "any-deep": ({"anyOf": [{"properties": {"a": {"type": "string"}}, "required": ["b"]}, {"required": ["c", "d"]}]}, [{"a": 1}, {"b": 1, "a": "x"}, {"c": 1}]),
    "one": ({"oneOf": [{"type": "integer"}, {"minimum": 5}]}, [1, 6, 5.5, 1.5, "x"]),
    "one-three": ({"oneOf": [{}, {}, {}]}, [1]),
    "if": ({"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 5}}, ["a", "ab", 4, 6]),
    "ref": ({"$ref": "#/definitions/d"}, [1, "x"]),
    "ref-defs": ({"$ref": "#/$defs/d"}, [1, "x"]),
    "ref-two": ({"$ref": "#/$defs/two"}, [1, "x", 20]),
    "ref-beside": ({"$ref": "#/$defs/d", "maximum": 5}, [1, 7, "x"]),
    "ref-deep": ({"items": {"$ref": "#/$defs/chain"}}, [["x"], [1]]),
    "ref-root": ({"properties": {"v": {"$ref": "#"}}}, [{"v": 5}, {"v": {"v": 1}}]),
    "ref-missing": ({"$ref": "#/$defs/nope"}, [1]),
    "ref-pointer": ({"$ref": "#/$defs/a~1b%25"}, ["x", 1]),
    "ref-id": ({"$ref": "item.json"}, ["x", 1]),
    "ref-anchor": ({"$ref": "#named"}, ["x", 1]),
    "ref-dynamic": ({"$dynamicRef": "#node"}, [{"v": 1}]),
    "ref-urn": ({"$ref": "urn:nobody:knows"}, [1]),
    "ref-file": ({"$ref": "file:///nowhere/else.json"}, [1]),
    "ref-bad": ({"$ref": "::"}, [1]),
    "true": (True, [1]),
    "false": (False, [1, None]),
    "unevaluated": ({"properties": {"a": {}}, "unevaluatedProperties": False}, [{"a": 1}, {"b": 1}, {"b": 1, "c": 1}]),
    "unevaluated-all": ({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": {"type": "string"}}, [{"a": 1}, {"b": 1}, {"b": "x"}]),
    "unevaluated-items": ({"prefixItems": [{}], "unevaluatedItems": False}, [[1], [1, 2]]),
    "content": ({"contentEncoding": "base64", "contentMediaType": "application/json"}, ["e30=", "!", "x"]),
    "default": ({"default": 1, "title": "t", "description": "d", "examples": [1], "$comment": "c", "readOnly": True, "deprecated": True}, [1, "x"]),
    "unknown": ({"nope": 1, "x-more": {}}, [1]),
    "nested": ({"type": "object", "required": ["a"], "properties": {"a": {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "object", "required": ["c"]}}}}}},
               [{}, {"a": 1}, {"a": {"b": 1}}, {"a": {"b": [{}, {"c": 1}, 1]}}, {"a": {"b": [{"c": 1}]}}]),
    "escapes": ({"properties": {"a/b": {"type": "string"}, "c~d": {"type": "string"}, "é\"'": {"type": "string"}}}, [{"a/b": 1}, {"c~d": 1}, {"é\"'": 1}]),
    "bad-type": ({"type": "nope"}, [1]),
    "bad-minimum": ({"minimum": "x"}, [1]),
    "bad-properties": ({"properties": []}, [1]),
    "bad-required": ({"required": "a"}, [1]),
    "bad-enum": ({"enum": []}, [1]),
    "bad-items": ({"items": 1}, [1]),
    "bad-any": ({"anyOf": []}, [1]),
}

FORMATS = {
    "date": ["2020-02-29", "2021-02-29", "x", 1], "date-time": ["2020-01-01T00:00:00Z", "2020-01-01 00:00:00Z", "x"], "time": ["10:00:00Z", "25:00:00Z", "x"],
    "duration": ["P1D", "1D", "PT"], "email": ["a@b.c", "a", "a@[127.0.0.1]", "a b@c"], "idn-email": ["é@b.c", "x"], "hostname": ["a.b", "-a", "a_b", ""],
    "idn-hostname": ["é.b", "-"], "ipv4": ["1.2.3.4", "1.2.3", "01.2.3.4"], "ipv6": ["::1", "1::2::3", "::ffff:1.2.3.4", "fe80::1%eth0"],
    "uri": ["http://a", "a", "//x", "http://[::1"], "uri-reference": ["a", "\\", "#x"], "iri": ["http://é", "x"], "iri-reference": ["é", "\\"],
    "uri-template": ["http://{a}", "{", "{a"], "json-pointer": ["/a~1", "a", "/~2"], "relative-json-pointer": ["0/a", "-1", "0#"], "regex": ["^a", "("],
    "uuid": ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "x"], "period": ["2020-01-01T00:00:00Z/P1D"], "semver": ["1.2.3", "x"], "unknown-format": ["x"],
}


# Where we differ on purpose, or the validator that we use does (docs/compatibility.md): nothing outside the chart is read, an
# empty enum passes the drafts up to 7, an address that is none is told of in other words, prefixItems counts in 2019, too.
DIFFERENT = ("ref-file-", "ref-id-4-", "ref-id-6-", "ref-id-7-", "draft-unknown", "draft-3", "bad-enum-4-", "bad-enum-6-", "bad-enum-7-", "ref-bad-4-",
             "unevaluated-items-2019-")


def whole(schema, draft):
    made = {"properties": {"v": schema}}
    if "Ref" in json.dumps(schema) or "$ref" in json.dumps(schema):
        made.update(definitions())
    if DRAFTS[draft]:
        made["$schema"] = DRAFTS[draft]
    # Helm warns of a URN once in its life.
    return json.loads(json.dumps(made).replace("urn:nobody:", f"urn:nobody-{draft}:"))


def definitions():
    return {
        "definitions": {"d": {"type": "string"}},
        "$defs": {"d": {"type": "integer"}, "two": {"$ref": "#/$defs/d", "allOf": [{"maximum": 10}]}, "chain": {"$ref": "#/$defs/d"}, "a/b%": {"type": "integer"},
                  "item": {"$id": "item.json", "type": "integer"}, "anchor": {"$anchor": "named", "type": "integer"}, "node": {"$dynamicAnchor": "node", "type": "object"}},
    }


def written():
    for name, (schema, values) in KEYWORDS.items():
        for draft in DRAFTS:
            for index, value in enumerate(values):
                if draft in ("none", "7") or index < 3 and draft == "4" or index < 2:
                    yield case(f"{name}-{draft}-{index}", whole(schema, draft), {"v": value})
    for name, values in FORMATS.items():
        for draft in ("none", "4", "7", "2019"):
            for index, value in enumerate(values):
                if draft in ("none", "7") or index < 2:
                    yield case(f"format-{name}-{draft}-{index}", whole({"format": name}, draft), {"v": value})
    yield from odd()


def odd():
    ok = {"type": "object", "properties": {"a": {"type": "string"}}}
    yield case("no-json", "{", {})
    yield case("empty", "", {})
    yield case("twice", "{} {}", {})
    yield case("list", "[]", {})
    yield case("number", "1", {})
    yield case("true", "true", {"a": 1})
    yield case("false", "false", {"a": 1})
    yield case("draft-unknown", {"$schema": "http://nowhere/schema"}, {})
    yield case("draft-number", {"$schema": 1}, {})
    yield case("draft-3", {"$schema": "http://json-schema.org/draft-03/schema#"}, {})
    yield case("draft-no-hash", {"$schema": "http://json-schema.org/draft-07/schema", **ok}, {"a": 1})
    yield case("id", {"$id": "http://x/y.json", **ok}, {"a": 1})
    yield case("skip", ok, {"a": 1}, skipSchema=True)
    yield case("several", {"required": ["b", "c"], "properties": {"a": {"type": "string"}, "d": {"minimum": 5, "multipleOf": 2}}}, {"a": 1, "d": 1})
    yield case("defaults", ok, {}, files={"values.yaml": "a: 1\n"})
    yield case("null-removes", ok, {"a": None}, files={"values.yaml": "a: 1\n"})
    sub = {"charts/sub/Chart.yaml": '{"apiVersion": "v2", "name": "sub", "version": "0.1.0"}', "charts/sub/values.schema.json": json.dumps(ok), "charts/sub/templates/x.yaml": "kind: X"}
    yield case("sub", {}, {"sub": {"a": 1}}, files=sub)
    yield case("both", ok, {"a": 1, "sub": {"a": 1}}, files=sub)
    yield case("sub-global", {}, {"global": {"x": 1}}, files={**sub, "charts/sub/values.schema.json": '{"additionalProperties": false}'})
    library = {**sub, "charts/sub/Chart.yaml": '{"apiVersion": "v2", "name": "sub", "version": "0.1.0", "type": "library"}'}
    yield case("library", {}, {"sub": {"a": 1}}, files=library)
    aliased = {**sub, "Chart.yaml": '{"apiVersion": "v2", "name": "top", "version": "0.1.0", "dependencies": [{"name": "sub", "version": "0.1.0", "alias": "other", "condition": "other.on"}]}'}
    yield case("alias", {}, {"other": {"a": 1}}, files=aliased)
    yield case("alias-off", {}, {"other": {"a": 1, "on": False}}, files=aliased)


def random_schema(rng, depth):
    made = {}
    for name in rng.sample(list(KEYWORDS), rng.randint(1, 3)):
        schema = KEYWORDS[name][0]
        if isinstance(schema, dict) and not name.startswith(("bad", "ref", "pattern-bad", "exclusive-4", "items-list", "dependencies")):
            made.update(schema)
    if depth:
        made["properties"] = {key: random_schema(rng, depth - 1) for key in rng.sample(["a", "b", "c"], rng.randint(0, 2))}
        if rng.random() < 0.3:
            made[rng.choice(["allOf", "anyOf", "oneOf"])] = [random_schema(rng, depth - 1) for _ in range(rng.randint(1, 2))]
        if rng.random() < 0.2:
            made["items"] = random_schema(rng, depth - 1)
    return made


def random_value(rng, depth):
    if depth and rng.random() < 0.5:
        return {key: random_value(rng, depth - 1) for key in rng.sample(["a", "b", "c"], rng.randint(0, 3))}
    if depth and rng.random() < 0.3:
        return [random_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    return rng.choice(["x", "ab", "a1", 1, 6, 1.5, None, True, 12])


def random_cases(count, seed):
    rng = random.Random(seed)
    for number in range(count):
        draft = rng.choice(["none", "7", "2020"])
        yield case(f"random-{seed}-{number}", whole(random_schema(rng, 2), draft), {"v": random_value(rng, 3)})


def main():
    oracle, count, seed = sys.argv[1], int((sys.argv[2:] or ["150"])[0]), int((sys.argv[3:] or ["1"])[0])
    folder = pathlib.Path((sys.argv[4:] or [HERE])[0])
    folder.mkdir(parents=True, exist_ok=True)
    cases = [one for one in [*written(), *random_cases(count, seed)] if not one["name"].startswith(DIFFERENT)]
    text = "".join(json.dumps(one) + "\n" for one in cases)
    # Helm walks maps in random order: what comes out differently from run to run is nobody's rule.
    runs = [subprocess.run([oracle, "chart-values"], input=text, text=True, capture_output=True, check=True).stdout.splitlines() for _ in range(60)]
    kept = [(one, lines[0]) for one, lines in zip(cases, zip(*runs)) if len(set(lines)) == 1]
    (folder / "cases.jsonl").write_text("".join(json.dumps(one) + "\n" for one, _ in kept))
    (folder / "expected.jsonl").write_text("".join(line + "\n" for _, line in kept))
    print(f"{len(kept)} cases, {len(cases) - len(kept)} left out for changing from run to run")


main()
