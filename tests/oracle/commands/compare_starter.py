#!/usr/bin/env python3
"""Renders the chart that `stackwright chart create` makes and the one of `helm create` with the real Helm, with many values, and
compares the objects. Needs PyYAML.

    compare_starter.py HELM STACKWRIGHT
"""

import json
import subprocess
import sys
import tempfile

import yaml

HELM, STACKWRIGHT = sys.argv[1:]
NAMES = ["r", "my-demo", "x" * 53]
CASES = [
    "",
    "--set ingress.enabled=true,ingress.className=nginx,ingress.tls[0].secretName=t,ingress.tls[0].hosts[0]=h",
    "--set httpRoute.enabled=true,httpRoute.annotations.a=b",
    "--set autoscaling.enabled=true,autoscaling.targetMemoryUtilizationPercentage=70",
    "--set autoscaling.enabled=true,autoscaling.targetCPUUtilizationPercentage=null",
    "--set serviceAccount.create=false",
    "--set serviceAccount.create=false,serviceAccount.name=x",
    "--set serviceAccount.name=y,serviceAccount.annotations.k=v",
    "--set nameOverride=n",
    "--set fullnameOverride=f",
    "--set nameOverride=r",
    "--set podLabels.a=b,podAnnotations.c=d,imagePullSecrets[0].name=s",
    "--set-json {\"podSecurityContext\":{\"fsGroup\":1},\"securityContext\":{\"runAsUser\":1},\"resources\":{\"limits\":{\"cpu\":1}},\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}],\"volumeMounts\":[{\"name\":\"v\",\"mountPath\":\"/v\"}],\"nodeSelector\":{\"a\":\"b\"},\"tolerations\":[{\"key\":\"k\"}],\"affinity\":{\"nodeAffinity\":{}}}",
    "--set livenessProbe=null,readinessProbe=null",
    "--set service.type=NodePort,service.port=8080",
    "--set image.tag=9",
    "--set service.type=LoadBalancer",
    "--set ingress.enabled=true",
    "--set-json {\"httpRoute\":{\"enabled\":true,\"rules\":[{\"filters\":[{\"type\":\"x\"}]},{\"matches\":[{\"path\":{\"type\":\"Exact\",\"value\":\"/\"}}],\"filters\":[{\"type\":\"y\"}]}]}}",
]


def objects(folder, release, case):
    """Returns the objects as sorted JSON, or nothing where Helm refuses to render."""
    rendered = subprocess.run([HELM, "template", release, folder + "/demo", *case.split()], capture_output=True, text=True)
    if rendered.returncode:
        return None
    return sorted(json.dumps(one, sort_keys=True) for one in yaml.safe_load_all(rendered.stdout) if one)


def files(folder):
    return subprocess.run(["find", ".", "-printf", "%P\\n"], cwd=folder, capture_output=True, text=True).stdout.split("\n")


def main():
    equal = only_ours = different = 0
    with tempfile.TemporaryDirectory() as theirs, tempfile.TemporaryDirectory() as ours:
        subprocess.run([HELM, "create", "demo"], cwd=theirs, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([STACKWRIGHT, "chart", "create", "demo"], cwd=ours, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([HELM, "lint", "--strict", "demo"], cwd=ours, check=True, stdout=subprocess.DEVNULL)
        if sorted(files(theirs)) != sorted(files(ours)):
            sys.exit("other files")
        for case in CASES:
            for release in NAMES:
                expected, found = objects(theirs, release, case), objects(ours, release, case)
                if expected == found:
                    equal += 1
                elif expected is None:
                    only_ours += 1
                else:
                    different += 1
                    print("DIFFERENT", release, case)
    print(f"{equal} equal, {only_ours} that only ours renders, {different} different")
    sys.exit(different > 0)


main()
