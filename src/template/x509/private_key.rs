//! A private key of one of the kinds that sprig makes.

use super::{Error, der, pem};
use chacha20::ChaCha20Rng;
use dsa::{Components, KeySize};
use p256::ecdsa::Signature as EcdsaSignature;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, PrivateKeyInfoRef};
use rsa::rand_core::Rng as _;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use x509_cert::der::asn1::{Int, ObjectIdentifier};
use x509_cert::der::{Decode as _, Document};

/// A private key.
#[derive(Clone, Debug)]
pub enum PrivateKey {
    /// RSA with two primes.
    Rsa(Box<rsa::PrivateKey>),
    /// DSA: the DER of its numbers. sprig makes such keys, but they cannot sign certificates.
    Dsa(Vec<u8>),
    /// ECDSA on the curve P-256.
    P256(p256::SecretKey),
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

impl PrivateKey {
    /// Makes an RSA key from a random stream.
    ///
    /// # Errors
    /// None that a stream without end can cause.
    pub fn generate_rsa(random: &mut ChaCha20Rng, bits: usize) -> Result<PrivateKey, Error> {
        rsa::PrivateKey::new(random, bits).map(|key| PrivateKey::Rsa(Box::new(key))).map_err(generate_error)
    }

    /// Makes a DSA key of 2048 and 256 bits from a random stream.
    pub fn generate_dsa(random: &mut ChaCha20Rng) -> PrivateKey {
        let Ok(components) = Components::try_generate_from_rng_with_key_size(random, KeySize::DSA_2048_256);
        let Ok(key) = dsa::SigningKey::try_generate_from_rng_with_components(random, components);
        let public = key.verifying_key();
        let components = public.components();
        let numbers = [components.p().as_ref(), components.q().as_ref(), components.g().as_ref(), public.y().as_ref(), key.x().as_ref()];
        let numbers: Vec<Vec<u8>> = numbers.iter().map(|number| der::integer(&number.to_be_bytes())).collect();
        let version = der::integer(&[0]);
        PrivateKey::Dsa(der::sequence(&[&version, &numbers.concat()]))
    }

    /// Makes an ECDSA key from a random stream.
    pub fn generate_p256(random: &mut ChaCha20Rng) -> PrivateKey {
        loop {
            let mut scalar = [0; 32];
            random.fill_bytes(&mut scalar);
            // One in 2^32 draws is no scalar of the curve.
            if let Ok(key) = p256::SecretKey::from_slice(&scalar) {
                return PrivateKey::P256(key);
            }
        }
    }

    /// Makes an Ed25519 key from a random stream.
    pub fn generate_ed25519(random: &mut ChaCha20Rng) -> PrivateKey {
        let mut seed = [0; 32];
        random.fill_bytes(&mut seed);
        PrivateKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Reads the first PEM block of a text.
    ///
    /// # Errors
    /// There is none, or it holds no private key that is known.
    pub fn parse_pem(text: &str) -> Result<PrivateKey, Error> {
        let pem::Block { label, bytes } = pem::decode(text).ok_or(Error::NoPem)?;
        match kind(&label) {
            None => Err(Error::NoPrivateKey { label }),
            Some("") => parse_pkcs8(&bytes),
            Some("RSA") => Self::parse_pkcs1(&bytes).ok_or(Error::PrivateKey { kind: "RSA" }),
            Some("EC") => p256::SecretKey::from_sec1_der(&bytes).map(PrivateKey::P256).map_err(|_| Error::PrivateKey { kind: "EC" }),
            Some("DSA") => match Vec::<Int>::from_der(&bytes) {
                Ok(numbers) if numbers.len() == 6 => Ok(PrivateKey::Dsa(bytes)),
                _ => Err(Error::PrivateKey { kind: "DSA" }),
            },
            Some(_) => Err(Error::PrivateKeyKind { label }),
        }
    }

    fn parse_pkcs1(bytes: &[u8]) -> Option<PrivateKey> {
        rsa::PrivateKey::from_pkcs1_der(bytes).ok().map(|key| PrivateKey::Rsa(Box::new(key)))
    }

    /// Writes the key as a PEM block of the form that sprig chooses for its kind.
    pub fn to_pem(&self) -> String {
        const ENCODES: &str = "a key that was made or read can be encoded";
        match self {
            PrivateKey::Rsa(key) => pem::encode("RSA PRIVATE KEY", key.to_pkcs1_der().expect(ENCODES).as_bytes()),
            PrivateKey::Dsa(bytes) => pem::encode("DSA PRIVATE KEY", bytes),
            PrivateKey::P256(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1_der().expect(ENCODES)),
            PrivateKey::Ed25519(key) => {
                let seed = der::element(der::OCTET_STRING, &[&der::element(der::OCTET_STRING, &[key.as_bytes()])]);
                let algorithm = der::sequence(&[&der::identifier(ED25519)]);
                pem::encode("PRIVATE KEY", &der::sequence(&[&der::integer(&[0]), &algorithm, &seed]))
            }
        }
    }

    /// Returns the DER of the public key with its algorithm, as certificates hold it.
    ///
    /// # Errors
    /// DSA keys are not certified.
    pub(super) fn public_key(&self) -> Result<Document, Error> {
        let encoded = match self {
            PrivateKey::Rsa(key) => key.to_public_key().to_public_key_der(),
            PrivateKey::P256(key) => key.public_key().to_public_key_der(),
            PrivateKey::Ed25519(key) => key.verifying_key().to_public_key_der(),
            PrivateKey::Dsa(_) => return Err(Error::PublicKeyKind),
        };
        Ok(encoded.expect("a sound public key can be encoded"))
    }

    /// Returns the bytes of the public key alone, from which its identifier is made.
    ///
    /// # Errors
    /// DSA keys are not certified.
    pub(super) fn public_key_bytes(&self) -> Result<Vec<u8>, Error> {
        const ENCODES: &str = "a sound public key can be encoded";
        Ok(match self {
            PrivateKey::Rsa(key) => key.to_public_key().to_pkcs1_der().expect(ENCODES).into_vec(),
            PrivateKey::P256(key) => key.public_key().to_sec1_bytes().into_vec(),
            PrivateKey::Ed25519(key) => key.verifying_key().to_bytes().to_vec(),
            PrivateKey::Dsa(_) => return Err(Error::PublicKeyKind),
        })
    }

    /// Says whether the key can sign certificates.
    ///
    /// # Errors
    /// It cannot: it is a DSA key.
    pub(super) fn check_signer(&self) -> Result<(), Error> {
        if matches!(self, PrivateKey::Dsa(_)) { Err(Error::NoSigner) } else { Ok(()) }
    }

    /// Returns the DER of what names the algorithm of the key's signatures.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(_) => der::sequence(&[&der::identifier(SHA256_WITH_RSA), &der::element(der::NULL, &[])]),
            PrivateKey::P256(_) => der::sequence(&[&der::identifier(ECDSA_WITH_SHA256)]),
            PrivateKey::Ed25519(_) | PrivateKey::Dsa(_) => der::sequence(&[&der::identifier(ED25519)]),
        }
    }

    /// Signs. The same key and message give the same signature.
    ///
    /// # Errors
    /// The key is too small, or cannot sign.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |error: rsa::signature::Error| Error::Sign { problem: error.to_string() };
        match self {
            PrivateKey::Rsa(key) => {
                let key = rsa::pkcs1v15::SigningKey::<Sha256>::new((**key).clone());
                key.try_sign(message).map(|signature| signature.to_vec()).map_err(failed)
            }
            PrivateKey::P256(key) => {
                let signature: EcdsaSignature = p256::ecdsa::SigningKey::from(key).sign(message);
                Ok(signature.to_der().as_bytes().to_vec())
            }
            PrivateKey::Ed25519(key) => Ok(key.sign(message).to_vec()),
            PrivateKey::Dsa(_) => Err(Error::NoSigner),
        }
    }
}

fn generate_error(error: rsa::Error) -> Error {
    Error::Generate { problem: error.to_string() }
}

const MALFORMED: Error = Error::Pkcs8 { problem: "failed to parse private key" };

fn parse_pkcs8(bytes: &[u8]) -> Result<PrivateKey, Error> {
    let Ok(info) = PrivateKeyInfoRef::from_der(bytes) else { return Err(MALFORMED) };
    let key = match info.algorithm.oid {
        RSA => rsa::PrivateKey::from_pkcs8_der(bytes).ok().map(|key| PrivateKey::Rsa(Box::new(key))),
        EC => p256::SecretKey::from_pkcs8_der(bytes).ok().map(PrivateKey::P256),
        ED25519 => ed25519_dalek::SigningKey::from_pkcs8_der(bytes).ok().map(|key| PrivateKey::Ed25519(Box::new(key))),
        _ => return Err(Error::Pkcs8 { problem: "PKCS#8 wrapping contained private key with unknown algorithm" }),
    };
    key.ok_or(MALFORMED)
}

/// Returns what stands before `PRIVATE KEY`, without the blank between.
fn kind(label: &str) -> Option<&str> {
    match label.strip_suffix("PRIVATE KEY")? {
        "" => Some(""),
        kind => kind.strip_suffix(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rsa::rand_core::SeedableRng as _;
    use rsa::sha2::Digest as _;

    /// Releases store a seed, not their keys: these must never change, whatever crate makes them.
    #[test]
    fn a_seed_gives_the_same_keys_for_ever() {
        let random = || ChaCha20Rng::from_seed([7; 32]);
        let digest = |key: PrivateKey| {
            let digest = Sha256::digest(key.to_pem());
            digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let keys = [
            PrivateKey::generate_rsa(&mut random(), 2048).unwrap(),
            PrivateKey::generate_rsa(&mut random(), 4096).unwrap(),
            PrivateKey::generate_dsa(&mut random()),
            PrivateKey::generate_p256(&mut random()),
            PrivateKey::generate_ed25519(&mut random()),
        ];
        assert_eq!(keys.map(digest), ["d42cdeca7a6b3e80", "c7a6ad355a7810eb", "69fd196bd1dea85a", "869fcfb6899a54ff", "e20f3dd5e58b5700"]);
    }

    #[test]
    fn a_key_that_was_written_is_read_again() {
        let mut random = ChaCha20Rng::from_seed([1; 32]);
        let keys = [
            PrivateKey::generate_rsa(&mut random, 1024).unwrap(),
            PrivateKey::generate_p256(&mut random),
            PrivateKey::generate_ed25519(&mut random),
        ];
        for key in keys {
            assert_eq!(PrivateKey::parse_pem(&key.to_pem()).unwrap().to_pem(), key.to_pem());
        }
    }
}
