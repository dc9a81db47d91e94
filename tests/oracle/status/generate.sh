#!/bin/sh
# Makes expected.json with kstatus (github.com/fluxcd/cli-utils v1.2.2, as Helm 4.3.1 uses it). Wants Go.
set -eu
cd "$(dirname "$0")"
go run .
