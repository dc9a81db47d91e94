#!/usr/bin/env python3
"""Compares what stackwright and the real Helm make of every chart in any number of folders, byte for byte.

    corpus.py HELM STACKWRIGHT FOLDER... [--generated N] [--seed S] [--jobs J] [--report FILE] [--keep FOLDER] [--only TEXT]

A chart is a folder with a Chart.yaml that does not lie in another chart; its cases are its defaults, each values file that
lies in it (`ci/*.yaml`, `values-*.yaml`, `*-values.yaml`, ...), and N generated ones: overrides of keys that its values.yaml
has (booleans flipped, empty things filled, wrong types), the same for the same seed, so that branches are rendered that the
defaults leave out. Charts whose dependencies are not in their `charts` are what Helm says they are: an error.

Each case ends as one of
    equal        the same bytes and exit code
    random       the same but for lines that differ between two runs of Helm
    refused      both refuse, and ours names the place (template:line:column) and the cause that Helm names
    worded       both refuse, but ours lacks the place or the cause: to be looked at
    DIFFERENT    anything else
REPORT gets a line a case: the verdict, the folder, the chart, the case. What differs is kept in FOLDER (`--keep`), both sides.
Exit code 1 when anything differs.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

SECONDS = 60
RUNS = (2, 6)
PLACE = re.compile(r"([\w./*+-]+):(\d+)(?::(\d+))?")
ENCODED = re.compile(rb"[A-Za-z0-9+/_-]{40,}=*(?:\s+[A-Za-z0-9+/]+=*$)*", re.MULTILINE)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TEXTS = ["text", "10", "true", "", "a: b # c", "two\nlines\n", "{{ .Release.Name }}-x", 'a "quoted" one', "0x1F", "1e3", "été", "-", "~", "a" * 90,
         "/path/to", "example.org", "5Gi", "2001-01-01", "{{ .Values.global | default \"x\" }}", "100m", "key=value,other=2", "v1.2.3"]
FILLED = [
    (r"nodeselector", [{"disk": "ssd", "kubernetes.io/os": "linux"}]),
    (r"toleration", [[{"key": "a", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 300}]]),
    (r"affinity", [{"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": []}}]}}]),
    (r"resources", [{"limits": {"cpu": 1, "memory": "512Mi"}, "requests": {"cpu": 0.5, "memory": 1000000000}}, {"limits": {"cpu": "100m"}}]),
    (r"security.?context", [{"runAsUser": 1000, "fsGroup": 10000000, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}]),
    (r"annotations|labels", [{"example.org/key": "value", "n": "1"}, {"a": "{{ .Release.Name }}", "b": "true"}, {"number": 1, "bool": True}]),
    (r"pullsecrets|imagesecrets", [["regcred"], [{"name": "regcred"}]]),
    (r"env", [[{"name": "A", "value": "b"}, {"name": "N", "value": "1"}], {"A": "b", "N": 1, "T": True, "F": 1.5}]),
    (r"mount", [[{"name": "v", "mountPath": "/v", "readOnly": True}]]),
    (r"volume", [[{"name": "v", "emptyDir": {}}], [{"name": "c", "configMap": {"name": "x", "defaultMode": 420}}]]),
    (r"containers", [[{"name": "c", "image": "busybox:1", "command": ["sh", "-c", "sleep 1"]}]]),
    (r"tls", [[{"secretName": "t", "hosts": ["a.example"]}]]),
    (r"hosts", [["a.example", "b.example"], [{"host": "a.example", "paths": ["/"]}], [{"host": "a.example", "paths": [{"path": "/", "pathType": "Prefix"}]}]]),
    (r"args|command", [["--a=b", "x y", "1"], {"level": 4, "x": "y"}]),
    (r"ports", [[{"name": "p", "port": 8080, "targetPort": "http", "protocol": "TCP"}], {"http": 80}]),
    (r"rules", [[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]]),
    (r"type$", ["NodePort", "LoadBalancer", "Recreate", "ClusterIP"]),
    (r"storageclass", ["-", "fast"]),
    (r"secret", ["existing", {"name": "s", "key": "k"}]),
    (r"schedule", ["*/5 * * * *"]),
]
API_VERSIONS = ["monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "networking.k8s.io/v1/Ingress", "policy/v1/PodDisruptionBudget",
                "cert-manager.io/v1", "route.openshift.io/v1", "security.openshift.io/v1", "autoscaling/v2/HorizontalPodAutoscaler"]


class Case:
    """One chart with one set of arguments."""

    def __init__(self, folder, chart, name, arguments):
        self.folder, self.chart, self.name, self.arguments = folder, chart, name, arguments

    def command(self, program):
        release = re.sub(r"[^a-z0-9-]", "-", self.chart.name.lower()).strip("-") or "chart"
        return [*program, "template", release[:40].strip("-"), "./" + str(self.chart), *self.arguments]

    def __str__(self):
        return f"{self.folder.name}\t{self.chart}\t{self.name}"


def charts(folder):
    found = []
    for path in sorted(folder.rglob("Chart.yaml"), key=lambda path: (len(path.parts), path)):
        chart = path.parent.relative_to(folder)
        if not any(other in chart.parents for other in found):
            found.append(chart)
    return sorted(found)


def values_files(folder, chart):
    for path in sorted((folder / chart).rglob("*.y*ml")):
        parts = path.relative_to(folder / chart).parts
        inside = parts[0] in ("charts", "templates", "crds", "node_modules")
        if not inside and path.name != "values.yaml" and ("values" in path.name or parts[0] == "ci"):
            yield path.relative_to(folder)


def cases(folder, chart, arguments, work):
    yield Case(folder, chart, "defaults", [])
    for path in values_files(folder, chart):
        yield Case(folder, chart, str(path), ["-f", str(path)])
    if not arguments.generated:
        return
    try:
        values = yaml.load((folder / chart / "values.yaml").read_text(encoding="utf-8"), LOADER)
    except (OSError, ValueError, yaml.YAMLError):
        return
    rng = random.Random(f"{arguments.seed} {folder.name} {chart}")
    for number in range(arguments.generated if isinstance(values, dict) and values else 0):
        text = json.dumps(override(rng, values, number), default=str, indent=1)
        path = work / (hashlib.sha256(f"{folder} {chart} {number}".encode()).hexdigest()[:16] + ".yaml")
        path.write_text(text)
        extra = []
        if number % 2:
            extra += [argument for version in API_VERSIONS for argument in ("-a", version)]
        if number % 3 == 2:
            extra += ["--kube-version", rng.choice(["1.19.0", "1.25.3", "v1.31.1-gke.5", "1.16"])]
        if rng.random() < 0.2:
            extra += ["--is-upgrade"]
        yield Case(folder, chart, f"generated {number}", ["-f", str(path), *extra])


def override(rng, values, number):
    """Overrides for some keys of the values; the number chooses how bold."""
    leaves = list(walk(values, ()))
    wrong = number % 6 == 5
    if wrong:
        chosen = rng.sample(leaves, min(len(leaves), rng.choice([1, 1, 3])))
    elif number % 6 in (0, 3):
        chosen = [leaf for leaf in leaves if isinstance(leaf[1], bool) or rng.random() < 0.3]
    elif number % 6 in (1, 4):
        chosen = [leaf for leaf in leaves if rng.random() < 0.5]
    else:
        chosen = rng.sample(leaves, min(len(leaves), rng.randint(1, 4)))
    top = {}
    for path, value in chosen:
        new = broken(rng, value) if wrong else other(rng, path, value, always=number % 6 == 0)
        node = top
        for key in path[:-1]:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                break
        else:
            node[path[-1]] = new
    return top


def walk(value, path):
    for key, inner in value.items():
        if not isinstance(key, str):
            continue
        if isinstance(inner, dict) and inner:
            yield from walk(inner, path + (key,))
        else:
            yield path + (key,), inner


def other(rng, path, value, always):
    if isinstance(value, bool):
        return True if always else not value
    name = path[-1].lower()
    if value in ({}, [], "", None):
        for pattern, choices in FILLED:
            fitting = [choice for choice in choices if value in ("", None) or isinstance(choice, type(value))]
            if re.search(pattern, name) and fitting:
                return rng.choice(fitting)
        if value == {}:
            return {"key": "value", "nested": {"a": [1, 2.5, True, None, "x"]}, "big": 10000000, "text": "two\nlines"}
        if value == []:
            return rng.choice([["one", "two"], [{"name": "one", "value": 1}, {"name": "two", "value": "2"}], [1, 2.5, True]])
        return rng.choice(TEXTS)
    if isinstance(value, int):
        # Only where nobody counts to it: Helm would take all memory.
        large = [1000000, 10000000, 2**31] if re.search(r"port|size|second|timeout|byte|user|group|id$", name) else []
        return rng.choice([0, 1, value + 1, 12, "8", *large])
    if isinstance(value, float):
        return rng.choice([0.5, 1.0, 3, 12.25])
    if isinstance(value, str):
        return rng.choice(TEXTS)
    return value


def broken(rng, value):
    """A value of another type than the chart expects."""
    return rng.choice([None, "text", 0, -1, 1.5, True, [], {}, ["a"], 7, {"a": {"b": 1}}, [[1]], "{{ .Values.nothing.at.all }}", "{{ fail \"x\" }}", "{{"])


def run(case, program, seconds):
    try:
        done = subprocess.run(case.command(program), cwd=case.folder, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return b"", b"no answer in time", -1
    errors = b"".join(line for line in done.stderr.splitlines(True) if not line.startswith(b"level="))
    return done.stdout, errors, done.returncode


def compare(case, arguments):
    helm, ours = [arguments.helm], [arguments.stackwright, "chart"]
    theirs, mine = run(case, helm, SECONDS), run(case, ours, SECONDS)
    if theirs == mine:
        return "equal", theirs, mine
    if theirs[2] and mine[2] and mine[2] != 101 and mine[2] > 0:
        return ("refused" if is_as_useful(theirs[1], mine[1]) else "worded"), theirs, mine
    if theirs[2] == mine[2]:
        runs = [theirs]
        for count in RUNS:
            runs += [run(case, helm, SECONDS) for _ in range(count)]
            if any(again != theirs for again in runs) and is_random(runs, mine):
                return "random", theirs, mine
    return "DIFFERENT", theirs, mine


def is_random(runs, mine):
    """Whether ours is what all runs of Helm have in common, their random parts aside."""
    texts = [out.split(b"\n") + errors.split(b"\n") for out, errors, _ in [*runs, mine]]
    *theirs, ours = texts
    if all(len(text) == len(ours) for text in theirs):
        if all(line[-1] == line[0] for line in zip(*texts) if len(set(line[:-1])) == 1):
            return True
    elif any(len(text) != len(theirs[0]) for text in theirs):
        # Whole lines come in a random order or number: what is always there must be there.
        return set(theirs[0]).intersection(*theirs[1:]) <= set(ours)
    # Keys and certificates have random lengths.
    return ENCODED.sub(b"", b"\n".join(ours)) in [ENCODED.sub(b"", b"\n".join(text)) for text in theirs]


def is_as_useful(theirs, ours):
    """Whether our message names the last place and the cause that Helm's names.

    A column may lie before Helm's, which is that of the second field of `.Values.a.b`; the words of the cause may be in
    another order, as keys are.
    """
    theirs, ours = theirs.decode(errors="replace").split("\n\nUse --debug")[0].strip(), ours.decode(errors="replace")
    findings = [line for line in theirs.split("\n") if line.lstrip().startswith("- at '")]
    if findings:
        return all(flat(line) in flat(ours) for line in findings)
    place = PLACE.findall(theirs)[-1:]
    if place and not any(found[:2] == place[0][:2] and int(found[2] or 0) <= int(place[0][2] or 0) + 1 for found in PLACE.findall(ours)):
        return False
    failed = re.match(r"Error: execution error at \([^)]*\): (.*)", theirs, re.DOTALL)
    cause = failed[1] if failed else theirs.rsplit("\n", 1)[-1].rsplit(": ", 1)[-1]
    return set(words(cause)) <= set(words(ours))


def words(text):
    return re.split(r"[\s│|,]+", text.strip())


def flat(text):
    return " ".join(words(text))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("helm")
    parser.add_argument("stackwright")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--generated", type=int, default=0)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    totals = collections.Counter()
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        work = arguments.keep or pathlib.Path(work)
        work.mkdir(parents=True, exist_ok=True)
        for folder in arguments.folders:
            folder = folder.resolve()
            todo = [case for chart in charts(folder) for case in cases(folder, chart, arguments, work) if arguments.only in str(case)]
            counts = collections.Counter()
            for case, (verdict, theirs, mine) in zip(todo, pool.map(lambda case: compare(case, arguments), todo)):
                counts[verdict] += 1
                if arguments.report:
                    with arguments.report.open("a") as report:
                        report.write(f"{verdict}\t{case}\n")
                if verdict in ("DIFFERENT", "worded"):
                    keep(case, verdict, theirs, mine, arguments.keep)
            totals += counts
            print(folder.name, shown(counts), flush=True)
    print("all", shown(totals))
    sys.exit(totals["DIFFERENT"] > 0)


def keep(case, verdict, theirs, mine, folder):
    if verdict == "DIFFERENT":
        print(f"DIFFERENT {case} {' '.join(case.arguments)}", flush=True)
    if folder:
        name = re.sub(r"[^\w.-]+", "_", f"{verdict} {case}")[:200]
        for side, (out, errors, code) in (("helm", theirs), ("ours", mine)):
            (folder / f"{name}.{side}").write_bytes(out + b"--- stderr\n" + errors + b"--- exit %d\n" % code)
        (folder / f"{name}.command").write_text(" ".join(case.command(["template"])[1:]) + "\n")


def shown(counts):
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("equal", "random", "refused", "worded", "DIFFERENT"))


if __name__ == "__main__":
    main()
