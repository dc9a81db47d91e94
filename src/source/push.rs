//! Pushing images to OCI registries.

use super::digest::Digest;
use super::error::Error;
use super::fetch::Sources;
use super::http::Question;
use super::registry::{Pass, Registry, SMALL};
use super::repository::Repository;
use reqwest::{Method, StatusCode};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An image to push.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// Its parts: layers and configuration.
    pub parts: &'a [&'a [u8]],
    /// Its manifest, which names the parts by their digests.
    pub manifest: &'a [u8],
}

/// An image that was pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// `HOST/PATH:TAG`.
    pub reference: String,
    /// The digest of its manifest.
    pub manifest: Digest,
}

impl Sources {
    /// Pushes an image as `HOST/PATH:TAG`; parts that the registry has already are not sent again. `+` in the tag is written `_`.
    ///
    /// Rule: the distribution specification; Helm pkg/registry/client.go (`Push`).
    ///
    /// # Errors
    /// The registry does not answer, or does not take the image.
    pub async fn push(&self, path: &str, tag: &str, image: &Image<'_>, repository: &Repository) -> Result<Pushed, Error> {
        let http = self.client(repository)?;
        let registry = Registry::new(path, repository, &http)?;
        let mut pass = Pass::default();
        let digest = Digest::of(image.manifest);
        if !registry.has(&format!("{}/manifests/sha256:{digest}", registry.base), &mut pass).await? {
            for part in image.parts {
                registry.upload(part, &mut pass).await?;
            }
        }
        let tag = tag.replace('+', "_");
        let url = format!("{}/manifests/{tag}", registry.base);
        let brought = Some((MANIFEST, image.manifest));
        registry.exchange(Question { url: &url, limit: SMALL, method: Method::PUT, brought, ..Question::default() }, &mut pass).await?;
        Ok(Pushed { reference: format!("{path}:{tag}"), manifest: digest })
    }
}

impl Registry<'_> {
    async fn has(&self, url: &str, pass: &mut Pass) -> Result<bool, Error> {
        match self
            .exchange(
                Question {
                    url,
                    accept: Some("application/vnd.oci.image.manifest.v1+json, */*"),
                    limit: SMALL,
                    method: Method::HEAD,
                    ..Question::default()
                },
                pass,
            )
            .await
        {
            Ok(_) => Ok(true),
            Err(Error::Registry { status, .. }) if status == StatusCode::NOT_FOUND.as_u16() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Brings a part of an image, unless it is there.
    async fn upload(&self, bytes: &[u8], pass: &mut Pass) -> Result<(), Error> {
        let digest = format!("sha256:{}", Digest::of(bytes));
        let url = format!("{}/blobs/{digest}", self.base);
        if self.has(&url, pass).await? {
            return Ok(());
        }
        let begin = format!("{}/blobs/uploads/", self.base);
        let begun = self.exchange(Question { url: &begin, limit: SMALL, method: Method::POST, ..Question::default() }, pass).await?;
        let place = begun.location(&begin);
        let mut place = place.ok_or_else(|| Error::Protocol { url: begin.clone(), what: "no place to upload to".to_owned() })?;
        place.query_pairs_mut().append_pair("digest", &digest);
        let brought = Some(("application/octet-stream", bytes));
        let question = Question { url: place.as_str(), limit: SMALL, method: Method::PUT, brought, ..Question::default() };
        self.exchange(question, pass).await.map(drop)
    }
}
