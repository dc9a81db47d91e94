#!/bin/sh
echo "a: ["
