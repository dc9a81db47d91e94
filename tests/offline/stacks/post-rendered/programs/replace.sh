#!/bin/sh
# Replaces one word with what a file beside the stack file says.
sed "s/$1/$(cat words/"$2")/"
