#!/bin/sh
cat > /dev/null
echo 'kind: List'
echo 'items:'
echo '- {kind: A, metadata: {name: a}}'
echo '- {kind: B, metadata: {name: b, annotations: {postrenderer.helm.sh/postrender-filename: shop/templates/b.yaml}}}'
