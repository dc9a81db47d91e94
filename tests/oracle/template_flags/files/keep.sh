#!/bin/sh
cat > input.yaml; cat input.yaml
