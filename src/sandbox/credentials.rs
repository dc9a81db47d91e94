//! Keys and certificates of a sandbox: made anew each time it comes up.

use super::error::Error;
use super::layout::Layout;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// A certificate authority of one sandbox.
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, both PEM.
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

impl Authority {
    /// Makes an authority.
    ///
    /// # Errors
    /// `Certificates` when the system gives no randomness.
    pub fn new() -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "stackwright-sandbox");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let certificate = params.self_signed(&key)?.pem();
        Ok(Authority { certificate, issuer: Issuer::new(params, key) })
    }

    /// Returns the authority's own certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Makes the identity of a server on loopback.
    ///
    /// # Errors
    /// `Certificates` as above.
    pub fn server(&self, name: &str, alternatives: &[&str]) -> Result<Identity, Error> {
        let mut params = CertificateParams::new(alternatives.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
        params.distinguished_name.push(DnType::CommonName, name);
        self.sign(params, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// Makes the identity of a client in the group that may do everything.
    ///
    /// # Errors
    /// `Certificates` as above.
    pub fn administrator(&self, user: &str) -> Result<Identity, Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, user);
        params.distinguished_name.push(DnType::OrganizationName, "system:masters");
        self.sign(params, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(&self, mut params: CertificateParams, usage: ExtendedKeyUsagePurpose) -> Result<Identity, Error> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        Ok(Identity { certificate, key: key.serialize_pem() })
    }
}

/// Writes the files that the control plane reads: the authority, the API server's identity, the key for service account tokens.
///
/// # Errors
/// `Certificates`, or `File` when they cannot be written.
pub fn write(authority: &Authority, layout: &Layout) -> Result<(), Error> {
    let server =
        authority.server("kube-apiserver", &["127.0.0.1", "localhost", "kubernetes.default.svc", "kubernetes.default", "10.96.0.1"])?;
    let folder = layout.pki("");
    fs::create_dir_all(&folder).map_err(Error::file("making", folder))?;
    write_private(&layout.pki("ca.crt"), authority.certificate())?;
    write_private(&layout.pki("apiserver.crt"), &server.certificate)?;
    write_private(&layout.pki("apiserver.key"), &server.key)?;
    let accounts = KeyPair::generate()?;
    write_private(&layout.pki("service-accounts.key"), &accounts.serialize_pem())?;
    write_private(&layout.pki("service-accounts.pub"), &accounts.public_key_pem())
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, content: &str) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(Error::file("writing", path))?;
    file.write_all(content.as_bytes()).map_err(Error::file("writing", path))
}
