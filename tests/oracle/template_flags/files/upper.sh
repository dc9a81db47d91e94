#!/bin/sh
sed -e "s/shop/${1:-SHOP}/" -e "s/prepare/$2ready/"
