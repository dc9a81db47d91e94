#!/bin/sh
# Adds an object of no template, and one in the middle of the stream.
cat
echo '---'
echo 'apiVersion: v1'
echo 'kind: ConfigMap'
echo 'metadata: {name: added}'
