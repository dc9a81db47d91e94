//! Certificates of version 3, with the fields and extensions that sprig's templates give them.

use super::{Error, PrivateKey, der, pem};
use crate::template::go_time::{Duration, Time, Zone};
use rsa::sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

/// What a certificate is to say.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The common name of the subject; empty for none.
    pub common_name: &'a str,
    /// The addresses that it is valid for.
    pub addresses: Vec<IpAddr>,
    /// The DNS names that it is valid for.
    pub dns_names: Vec<&'a str>,
    /// For how many days.
    pub days_valid: i64,
    /// Whether it may sign others.
    pub is_authority: bool,
    /// The serial number, the highest byte first.
    pub serial: [u8; 16],
    /// From when on, in nanoseconds since the Unix epoch.
    pub now: i128,
}

/// Who signs: the certificate and the private key, as PEM.
#[derive(Clone, Copy, Debug)]
pub struct Authority<'a> {
    /// The certificate.
    pub certificate: &'a str,
    /// The private key.
    pub key: &'a str,
}

/// Makes a certificate that is signed by its own key; returns it as PEM.
///
/// # Errors
/// The key cannot sign, or a name cannot be written.
pub fn self_signed(request: &Request<'_>, key: &PrivateKey) -> Result<String, Error> {
    key.check_signer()?;
    let issuer = Issuer { name: subject(request.common_name), key_identifier: None, key };
    certificate(request, key, &issuer)
}

/// Makes a certificate that is signed by an authority; returns it as PEM.
///
/// # Errors
/// The authority is malformed, its key is not that of its certificate or cannot sign, or a name cannot be written.
pub fn signed(request: &Request<'_>, key: &PrivateKey, authority: Authority<'_>) -> Result<String, Error> {
    const WHICH: &str = "decodedSignerCert.Bytes";
    let block = pem::decode(authority.certificate).ok_or(Error::NoCertificate)?;
    let malformed = || Error::Certificate { which: WHICH };
    let parent = x509_cert::Certificate::from_der(&block.bytes).map_err(|_| malformed())?;
    let parent = parent.tbs_certificate();
    let signer = PrivateKey::parse_pem(authority.key).map_err(|error| Error::Signer(Box::new(error)))?;
    signer.check_signer()?;
    key.public_key()?;
    let own = signer.public_key()?;
    if parent.subject_public_key_info().to_der().map_err(|_| malformed())? != own.as_bytes() {
        return Err(Error::ForeignKey);
    }
    let key_identifier = parent.get_extension::<SubjectKeyIdentifier>().map_err(|_| malformed())?;
    let issuer = Issuer {
        name: parent.subject().to_der().map_err(|_| malformed())?,
        key_identifier: key_identifier.map(|(_, identifier)| identifier.0.as_bytes().to_vec()),
        key: &signer,
    };
    certificate(request, key, &issuer)
}

/// Checks that a text holds a certificate.
///
/// # Errors
/// It holds none, or a malformed one.
pub fn check_certificate(text: &str) -> Result<(), Error> {
    let block = pem::decode(text).ok_or(Error::NoCertificate)?;
    let parsed = x509_cert::Certificate::from_der(&block.bytes);
    parsed.map(drop).map_err(|_| Error::Certificate { which: "decodedCert.Bytes" })
}

struct Issuer<'a> {
    /// The DER of its name.
    name: Vec<u8>,
    key_identifier: Option<Vec<u8>>,
    key: &'a PrivateKey,
}

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const SUBJECT_ALTERNATIVE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

fn certificate(request: &Request<'_>, key: &PrivateKey, issuer: &Issuer<'_>) -> Result<String, Error> {
    let algorithm = issuer.key.signature_algorithm();
    let subject = subject(request.common_name);
    let extensions = extensions(request, key, &subject, issuer)?;
    let version = der::context(0, &[&der::integer(&[2])]);
    let serial = der::integer(&request.serial);
    let public_key = key.public_key()?;
    let extensions = der::context(3, &[&der::sequence(&[&extensions])]);
    let to_sign =
        der::sequence(&[&version, &serial, &algorithm, &issuer.name, &validity(request), &subject, public_key.as_bytes(), &extensions]);
    let signature = der::bit_string(0, &issuer.key.sign(&to_sign)?);
    Ok(pem::encode("CERTIFICATE", &der::sequence(&[&to_sign, &algorithm, &signature])))
}

fn subject(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return der::sequence(&[]);
    }
    let attribute = der::sequence(&[&der::identifier(COMMON_NAME), &der::text(common_name)]);
    der::sequence(&[&der::element(der::SET, &[&attribute])])
}

fn validity(request: &Request<'_>) -> Vec<u8> {
    const DAY: i64 = 24 * 3600 * Duration::SECOND.0;
    let start = Time::unix_nanoseconds(request.now, Zone::Utc);
    // Go's multiplication wraps around after 292 years.
    let end = start.add(Duration(DAY.wrapping_mul(request.days_valid)));
    der::sequence(&[&time(&start), &time(&end)])
}

/// Writes `UTCTime` for the years that it can tell, `GeneralizedTime` for others.
fn time(time: &Time) -> Vec<u8> {
    const UTC_TIME: u8 = 0x17;
    const GENERALIZED_TIME: u8 = 0x18;
    match time.year() {
        1950..2050 => der::element(UTC_TIME, &[&time.format(b"060102150405Z")]),
        _ => der::element(GENERALIZED_TIME, &[&time.format(b"20060102150405Z")]),
    }
}

/// Returns the extensions in Go's order.
fn extensions(request: &Request<'_>, key: &PrivateKey, subject: &[u8], issuer: &Issuer<'_>) -> Result<Vec<u8>, Error> {
    const CRITICAL: bool = true;
    // The bits are, from the highest: digital signature, key encipherment; certificate signing.
    let usage = if request.is_authority { der::bit_string(2, &[0b1010_0100]) } else { der::bit_string(5, &[0b1010_0000]) };
    let extended = der::sequence(&[&der::identifier(SERVER_AUTHENTICATION), &der::identifier(CLIENT_AUTHENTICATION)]);
    let authority: &[u8] = if request.is_authority { &der::truth() } else { &[] };
    let mut out = extension(KEY_USAGE, CRITICAL, &usage);
    out.extend(extension(EXTENDED_KEY_USAGE, !CRITICAL, &extended));
    out.extend(extension(BASIC_CONSTRAINTS, CRITICAL, &der::sequence(&[authority])));
    if request.is_authority {
        // The first 160 bits of SHA-256 (RFC 7093, method 1).
        let identifier = &Sha256::digest(key.public_key_bytes()?)[..20];
        out.extend(extension(SUBJECT_KEY_IDENTIFIER, !CRITICAL, &der::element(der::OCTET_STRING, &[identifier])));
    }
    if let Some(identifier) = issuer.key_identifier.as_deref().filter(|identifier| !identifier.is_empty() && issuer.name != subject) {
        out.extend(extension(AUTHORITY_KEY_IDENTIFIER, !CRITICAL, &der::sequence(&[&der::context_string(0, identifier)])));
    }
    if !(request.addresses.is_empty() && request.dns_names.is_empty()) {
        let nameless = request.common_name.is_empty();
        out.extend(extension(SUBJECT_ALTERNATIVE_NAME, nameless, &alternative_names(request)?));
    }
    Ok(out)
}

fn extension(identifier: ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { der::truth() } else { Vec::new() };
    der::sequence(&[&der::identifier(identifier), &critical, &der::element(der::OCTET_STRING, &[value])])
}

fn alternative_names(request: &Request<'_>) -> Result<Vec<u8>, Error> {
    const DNS_NAME: u8 = 2;
    const ADDRESS: u8 = 7;
    let mut names = Vec::new();
    for name in &request.dns_names {
        if !name.is_ascii() {
            return Err(Error::NotAscii { name: (*name).into() });
        }
        names.extend(der::context_string(DNS_NAME, name.as_bytes()));
    }
    for address in &request.addresses {
        names.extend(match address.to_canonical() {
            IpAddr::V4(address) => der::context_string(ADDRESS, &address.octets()),
            IpAddr::V6(address) => der::context_string(ADDRESS, &address.octets()),
        });
    }
    Ok(der::sequence(&[&names]))
}
