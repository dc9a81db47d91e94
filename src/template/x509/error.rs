//! What can be wrong with a key or a certificate, in the words of sprig and of Go's crypto/x509.

use crate::value::quote;

/// What is wrong with a key or a certificate. What Go says about malformed DER beyond `x509: malformed …` is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text holds no PEM block.
    #[error("no PEM data in input")]
    NoPem,
    /// The PEM block holds something else than a private key.
    #[error("no private key data in PEM block of type {label}")]
    NoPrivateKey {
        /// What the block holds.
        label: String,
    },
    /// The private key is of a kind that nobody knows.
    #[error("invalid private key type {label}")]
    PrivateKeyKind {
        /// What the block holds.
        label: String,
    },
    /// The bytes of a `PRIVATE KEY` are malformed, or hold a kind of key that is not supported.
    #[error("decoding PEM as PKCS#8: x509: {problem}")]
    Pkcs8 {
        /// What is wrong.
        problem: &'static str,
    },
    /// The bytes of an `RSA`, `EC` or `DSA PRIVATE KEY` are malformed.
    #[error("parsing {kind} private key from PEM: x509: failed to parse private key")]
    PrivateKey {
        /// The kind.
        kind: &'static str,
    },
    /// A key could not be made.
    #[error("failed to generate private key: {problem}")]
    Generate {
        /// What went wrong.
        problem: String,
    },
    /// The text holds no PEM block where a certificate should be.
    #[error("unable to decode certificate")]
    NoCertificate,
    /// The bytes of the certificate are malformed.
    #[error("error parsing certificate: {which}: x509: malformed certificate")]
    Certificate {
        /// What sprig calls it.
        which: &'static str,
    },
    /// The private key of an authority is malformed.
    #[error("error parsing private key: {0}")]
    Signer(Box<Error>),
    /// DSA keys sign no certificates.
    #[error("error creating certificate: x509: certificate private key does not implement crypto.Signer")]
    NoSigner,
    /// DSA keys are not certified.
    #[error("error creating certificate: x509: unsupported public key type: *dsa.PublicKey")]
    PublicKeyKind,
    /// The private key of an authority is not that of its certificate.
    #[error("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey")]
    ForeignKey,
    /// A DNS name has characters beyond ASCII.
    #[error("error creating certificate: x509: {} cannot be encoded as an IA5String", quote(.name.as_bytes()))]
    NotAscii {
        /// The name.
        name: String,
    },
    /// Signing failed: the key is too small.
    #[error("error creating certificate: {problem}")]
    Sign {
        /// What went wrong.
        problem: String,
    },
}
