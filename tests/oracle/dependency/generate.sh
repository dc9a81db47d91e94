#!/usr/bin/env bash
# Asks the real Helm: site/ (the repositories and the registry that server.py serves), and expected/CASE.out for every case of
# cases.txt: standard output, standard error, the exit code, and what is in the chart's folder afterwards.
#
#   generate.sh HELM [CASE...]
#
# With names of cases the site stays as it is, and only those are asked for.
set -euo pipefail
cd "$(dirname "$0")"
helm=${1:?HELM} here=$PWD
shift
work=$(mktemp -d)
trap 'kill $server 2> /dev/null; rm -rf "$work"' EXIT
export HOME=$work/home SOURCE_DATE_EPOCH=1700000000 TZ=UTC NO_PROXY=127.0.0.1
unset HELM_CONFIG_HOME HELM_CACHE_HOME HELM_DATA_HOME HTTPS_PROXY https_proxy
# Serves a folder; what is pushed goes there.
serve() {
    python3 server.py "$1" "$work/port" &
    server=$!
    while [ ! -e "$work/port" ]; do sleep 0.1; done
    export HTTP_PROXY="http://127.0.0.1:$(cat "$work/port")"
}

make_site() {

rm -rf site archives expected keys
mkdir -p site archives expected keys "$work/packed"
cp ../commands/provenance/public.gpg ../commands/provenance/secret.gpg keys/
pack() {
    mkdir -p "$work/$1/templates"
    printf 'apiVersion: v2\nname: %s\nversion: %s\n' "$1" "$2" > "$work/$1/Chart.yaml"
    printf 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: %s}\ndata: {version: "%s"}\n' "$1" "$2" > "$work/$1/templates/a.yaml"
    "$helm" package "$work/$1" -d archives "${@:3}" > /dev/null
}
for version in 1.0.0 1.2.0 1.10.0 2.0.0-rc.1; do pack a $version; done
pack b 0.1.0+x
pack gone 1.0.0
pack s 1.0.0 --sign --key rsa --keyring keys/secret.gpg
rm keys/secret.gpg
for host in charts locked; do
    mkdir site/$host.example
    cp archives/* site/$host.example/
    "$helm" repo index site/$host.example
    sed -i '/created:/s/".*"/"2024-01-01T00:00:00Z"/; /^generated:/s/".*"/"2024-01-01T00:00:00Z"/' site/$host.example/index.yaml
    rm site/$host.example/gone-1.0.0.tgz
done
rm archives/gone-1.0.0.tgz
"$helm" package charts/full -d archives > /dev/null
touch -d @1700000000 archives/*
echo 'x: {y: 1}' > site/charts.example/values.yaml
mkdir site/rich.example
cp repositories/rich-index.yaml site/rich.example/index.yaml
serve site
for archive in a-1.2.0 a-1.0.0 b-0.1.0+x; do "$helm" push --plain-http archives/$archive.tgz oci://registry.example/charts > /dev/null 2>&1; done
for chart in a b; do
    folder=site/registry.example/v2/charts/$chart
    mkdir "$folder/tags"
    (cd "$folder/manifests" && ls) | grep -v sha256 | sed 's/.*/"&"/' | paste -sd, | sed 's/.*/{"tags":[&]}/' > "$folder/tags/list"
done
mkdir site/locked.example/v2
cp -r site/registry.example/v2/charts site/locked.example/v2/
"$helm" version --template '{{ .Version }}' > expected/VERSION
kill $server
rm "$work/port"
}

[ $# != 0 ] || make_site
# What cases push is not for the next ones to find.
cp -r site "$work/site"
serve "$work/site"

# What is in a folder: files and the names in archives, and Chart.lock without its time.
describe() {
    find "$1" \( -type f -o -type l \) | LC_ALL=C sort | while IFS= read -r file; do
        echo "--- $file"
        case $file in
            *.tgz) tar -tzf "$file" | LC_ALL=C sort ;;
            */repositories.yaml | */config.json) cat "$file" ;;
            */index.yaml) sed '/"\(0001\|2020\)-/!s/\("\?\(created\|generated\)"\?: \)"[^"]*"/\1NOW/' "$file" ;;
            *.lock) sed 's/^generated: .*/generated: NOW/' "$file" ;;
        esac
    done
}
# Helm tells of repositories as they answer.
in_order() {
    python3 -c 'import itertools, sys
for news, lines in itertools.groupby(sys.stdin, lambda line: line.startswith("...Successfully")):
    sys.stdout.writelines(sorted(lines) if news else lines)'
}
while IFS= read -r line; do
    case $line in '#'* | '') continue ;; esac
    IFS=$'\t' read -r -a fields <<< "$line"
    name=${fields[0]#*:}
    repositories=${fields[0]%%:*}
    [ $# = 0 ] || [[ " $* " = *" ${fields[0]} "* ]] || continue
    rm -rf "$HOME" "$work/run"
    mkdir -p "$work/run" "$HOME/.config/helm"
    cp -r charts archives keys "$work/run/"
    case ${fields[0]} in *:*) cp "repositories/$repositories.yaml" "$HOME/.config/helm/repositories.yaml" ;; esac
    cd "$work/run/charts"
    IFS=';' read -r -a before <<< "${fields[2]}"
    for step in "${before[@]}"; do
        step=${step# }
        case $step in
            -) ;;
            @*) "$helm" ${step#@} > /dev/null 2>&1 || true ;;
            *) eval "$step" ;;
        esac
    done
    code=0
    "$helm" "${fields[@]:3}" > "$work/stdout" 2> "$work/stderr" || code=$?
    {
        echo "--- stdout"
        cat "$work/stdout"
        echo "--- stderr"
        grep -v '^level=INFO' "$work/stderr" || true
        echo "--- exit $code"
        describe "${fields[1]}"
    } | sed "s#$work#WORK#g; s#\(generated: \)\"2.*\"#\1NOW#; s#^Could not verify .*/tmpcharts-.* (Skipping)##" | in_order > "$here/expected/${fields[0]/:/-}.out"
    cd "$here"
done < cases.txt
