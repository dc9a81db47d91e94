#!/usr/bin/env bash
# Makes provenance/: keys by GnuPG, archives signed with them by the real Helm, and what `helm verify` says of each. The keys are
# for nothing else.
#
#   provenance.sh HELM
set -euo pipefail
cd "$(dirname "$0")"
helm=${1:?HELM}
rm -rf provenance
mkdir provenance
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME"' EXIT
make_key() { gpg --quiet --batch --pinentry-mode loopback --passphrase "$3" --quick-generate-key "$1 <$1@example.com>" "$2" sign never; }
make_key rsa rsa3072 ''
make_key ed25519 ed25519 ''
make_key nistp256 nistp256 ''
make_key locked ed25519 secret
gpg --export > provenance/public.gpg
gpg --batch --pinentry-mode loopback --passphrase secret --export-secret-keys > provenance/secret.gpg
echo secret > provenance/passphrase
for key in rsa ed25519 nistp256 locked; do
    "$helm" package charts/else --version "1.0.0-$key" --sign --key "$key" --keyring provenance/secret.gpg \
        --passphrase-file provenance/passphrase -d provenance > /dev/null
    "$helm" verify --keyring provenance/public.gpg "provenance/else-1.0.0-$key.tgz" > "provenance/$key.out"
done
