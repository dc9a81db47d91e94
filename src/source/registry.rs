//! Pulling charts from OCI registries.

use super::digest::Digest;
use super::error::Error;
use super::http::{Answer, Http, Question};
use super::index::choose_version;
use super::repository::Repository;
use reqwest::StatusCode;
use serde::Deserialize;

/// What a manifest, a list of tags or a token may have.
const SMALL: u64 = 4 << 20;
const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
const CHART_LAYERS: [&str; 2] = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];

/// A chart in a registry, found but not fetched.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The tag or digest that was chosen.
    pub(super) reference: String,
    /// The archive's digest.
    pub(super) digest: Digest,
    /// Where the archive is.
    pub(super) url: String,
    token: Option<String>,
}

/// One repository of a registry: `HOST/PATH`.
pub(super) struct Registry<'a> {
    http: &'a Http,
    base: String,
    path: &'a str,
    name: &'a str,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    media_type: String,
    digest: String,
}

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl<'a> Registry<'a> {
    pub(super) fn new(name: &'a str, repository: &Repository, http: &'a Http) -> Result<Registry<'a>, Error> {
        let (host, path) = name
            .split_once('/')
            .ok_or_else(|| Error::Protocol { url: format!("oci://{name}"), what: "no path after the host".to_owned() })?;
        let scheme = if repository.plain_http { "http" } else { "https" };
        Ok(Registry { http, base: format!("{scheme}://{host}/v2/{path}"), path, name })
    }

    /// Finds the chart that a digest, a version or a range names.
    ///
    /// Rule: Helm pkg/registry: `+` in versions is `_` in tags; without a version the newest that is no prerelease.
    pub(super) async fn find(&self, wanted: &str, tag: Option<&str>, digest: Option<&str>) -> Result<Found, Error> {
        let mut token = None;
        let reference = match (digest, tag) {
            (Some(digest), _) => digest.to_owned(),
            (None, Some(tag)) if wanted.is_empty() => tag.to_owned(),
            _ if is_plain_version(wanted) => wanted.replace('+', "_"),
            _ => self.newest(wanted, &mut token).await?,
        };
        let url = format!("{}/manifests/{reference}", self.base);
        let answer = self.ask(&url, Some(MANIFESTS), SMALL, &mut token).await?;
        self.check_digest(&url, digest, &answer.body)?;
        let manifest: Manifest = read(&url, &answer)?;
        let layer = manifest.layers.iter().find(|layer| CHART_LAYERS.contains(&layer.media_type.as_str()));
        let digest = layer.and_then(|layer| Digest::parse(&layer.digest)).ok_or_else(|| Error::Protocol {
            url: format!("oci://{}:{reference}", self.name),
            what: "an image that holds no chart".to_owned(),
        })?;
        Ok(Found { reference, digest, url: format!("{}/blobs/sha256:{digest}", self.base), token })
    }

    /// Fetches the archive of a chart.
    pub(super) async fn fetch(&self, found: &Found, limit: u64) -> Result<Vec<u8>, Error> {
        let mut token = found.token.clone();
        Ok(self.ask(&found.url, None, limit, &mut token).await?.body)
    }

    fn check_digest(&self, url: &str, wanted: Option<&str>, body: &[u8]) -> Result<(), Error> {
        let Some(expected) = wanted.and_then(Digest::parse) else { return Ok(()) };
        let actual = Digest::of(body);
        if actual == expected { Ok(()) } else { Err(Error::Digest { url: url.to_owned(), expected, actual }) }
    }

    async fn newest(&self, wanted: &str, token: &mut Option<String>) -> Result<String, Error> {
        let url = format!("{}/tags/list", self.base);
        let answer = self.ask(&url, None, SMALL, token).await?;
        let tags: Tags = read(&url, &answer)?;
        let mut versions: Vec<_> = tags
            .tags
            .unwrap_or_default()
            .into_iter()
            .filter_map(|tag| Some((crate::template::semver::Version::parse_strict(&tag.replace('_', "+")).ok()?, tag)))
            .collect();
        versions.sort_by(|(a, _), (b, _)| b.compare(a));
        let texts: Vec<String> = versions.iter().map(|(_, tag)| tag.replace('_', "+")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let choice = choose_version(self.path, &texts, wanted)?;
        Ok(versions[choice.item].1.clone())
    }

    /// Asks, and once more with a token if the registry wants one.
    async fn ask(&self, url: &str, accept: Option<&str>, limit: u64, token: &mut Option<String>) -> Result<Answer, Error> {
        let answer = self.http.ask(Question { url, accept, limit, token: token.as_deref(), ..Question::default() }).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let challenge = answer.challenge().unwrap_or_default();
        let Some(address) = token_url(challenge, self.path) else {
            return Err(Error::Status { url: url.to_owned(), status: 401 });
        };
        let given = self.http.ask_token_server(&address, SMALL).await?;
        let parsed: Token = read(&address, &given)?;
        *token = parsed.token.or(parsed.access_token);
        let answer = self.http.ask(Question { url, accept, limit, token: token.as_deref(), ..Question::default() }).await?;
        if answer.status == StatusCode::UNAUTHORIZED { Err(Error::Status { url: url.to_owned(), status: 401 }) } else { Ok(answer) }
    }
}

fn is_plain_version(text: &str) -> bool {
    crate::template::semver::Version::parse_strict(text).is_ok()
}

fn read<T: for<'de> Deserialize<'de>>(url: &str, answer: &Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| Error::Protocol { url: url.to_owned(), what: format!("JSON of another form: {error}") })
}

/// Returns the address that gives tokens, from `Bearer realm="…",service="…",scope="…"`; none for other challenges.
fn token_url(challenge: &str, path: &str) -> Option<String> {
    let (scheme, parameters) = challenge.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let parameter = |name: &str| {
        let start = parameters.find(&format!("{name}=\""))? + name.len() + 2;
        parameters[start..].split('"').next().map(ToOwned::to_owned)
    };
    let mut url = url::Url::parse(&parameter("realm")?).ok()?;
    let scope = parameter("scope").unwrap_or_else(|| format!("repository:{path}:pull"));
    let mut query = url.query_pairs_mut();
    if let Some(service) = parameter("service") {
        query.append_pair("service", &service);
    }
    query.append_pair("scope", &scope);
    drop(query);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::token_url;

    #[test]
    fn a_challenge_names_where_tokens_are() {
        let challenge = r#"Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull""#;
        assert_eq!(
            token_url(challenge, "a/b").as_deref(),
            Some("https://auth.example/token?service=registry.example&scope=repository%3Aa%2Fb%3Apull")
        );
        assert_eq!(token_url("Basic realm=\"x\"", "a/b"), None);
    }
}
