#!/bin/sh
cat > /dev/null
echo "nothing of this" >&2
exit 3
