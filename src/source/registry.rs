//! Pulling charts from OCI registries.

use super::digest::Digest;
use super::error::Error;
use super::http::{Answer, Http, Question};
use super::index::choose_version;
use super::repository::Repository;
use crate::template::semver::Version;
use reqwest::StatusCode;
use serde::Deserialize;

/// What a manifest, a list of tags or a token may have.
pub(super) const SMALL: u64 = 4 << 20;
const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";
const CHART_LAYERS: [&str; 2] = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];
const PROVENANCE_LAYER: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
/// No registry has more pages of tags for a chart.
const PAGES: usize = 1000;

/// A chart in a registry, found but not fetched.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The tag or digest that was chosen.
    pub(super) reference: String,
    /// The archive's digest.
    pub(super) digest: Digest,
    /// The manifest's digest.
    pub(super) manifest: Digest,
    /// The provenance's digest, where it was pushed too.
    provenance: Option<Digest>,
    pass: Pass,
}

/// What a registry wants to see with each request.
#[derive(Clone, Debug, Default)]
pub(super) enum Pass {
    /// Nothing, or it is not known yet.
    #[default]
    None,
    /// Name and password.
    Credentials,
    /// A token.
    Token(String),
}

/// One repository of a registry: `HOST/PATH`.
pub(super) struct Registry<'a> {
    http: &'a Http,
    pub(super) base: String,
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

    /// The registry itself, for asking whether it takes a login.
    pub(super) fn whole(host: &'a str, repository: &Repository, http: &'a Http) -> Registry<'a> {
        let scheme = if repository.plain_http { "http" } else { "https" };
        Registry { http, base: format!("{scheme}://{host}/v2/"), path: "", name: host }
    }

    /// Asks nothing but whether one may ask.
    pub(super) async fn greet(&self) -> Result<(), Error> {
        self.ask(&self.base, None, SMALL, &mut Pass::None).await.map(drop)
    }

    /// Finds the chart that a digest, a version or a range names.
    ///
    /// Rule: Helm pkg/registry: `+` in versions is `_` in tags; without a version the newest that is no prerelease.
    pub(super) async fn find(&self, wanted: &str, tag: Option<&str>, digest: Option<&str>) -> Result<Found, Error> {
        let mut pass = Pass::None;
        let reference = match (digest, tag) {
            (Some(digest), _) => digest.to_owned(),
            (None, Some(tag)) if wanted.is_empty() => tag.to_owned(),
            _ if is_plain_version(wanted) => wanted.replace('+', "_"),
            _ => self.newest(wanted, &mut pass).await?.replace('+', "_"),
        };
        let url = format!("{}/manifests/{reference}", self.base);
        let answer = self.ask(&url, Some(MANIFESTS), SMALL, &mut pass).await.map_err(|error| match error {
            Error::Registry { status: 404, .. } => Error::NoSuchTag { reference: format!("{}:{reference}", self.name) },
            error => error,
        })?;
        self.check_digest(&url, digest, &answer.body)?;
        let manifest: Manifest = read(&url, &answer)?;
        let layer = |kinds: &[&str]| {
            let layer = manifest.layers.iter().find(|layer| kinds.contains(&layer.media_type.as_str()));
            layer.and_then(|layer| Digest::parse(&layer.digest))
        };
        let digest = layer(&CHART_LAYERS).ok_or_else(|| Error::Protocol {
            url: format!("oci://{}:{reference}", self.name),
            what: "an image that holds no chart".to_owned(),
        })?;
        Ok(Found { reference, digest, manifest: Digest::of(&answer.body), provenance: layer(&[PROVENANCE_LAYER]), pass })
    }

    /// Fetches the archive of a chart.
    pub(super) async fn fetch(&self, found: &Found, limit: u64) -> Result<Vec<u8>, Error> {
        self.blob(found, found.digest, limit).await
    }

    /// Fetches the provenance of a chart.
    pub(super) async fn fetch_provenance(&self, found: &Found) -> Result<Vec<u8>, Error> {
        let Some(digest) = found.provenance else {
            let message = format!("manifest does not contain a layer with mediatype {PROVENANCE_LAYER}");
            return Err(Error::Provenance { message, help: Some("the chart was pushed without its .prov file") });
        };
        self.blob(found, digest, SMALL).await
    }

    /// Returns the versions that there are, newest first, with `+` for `_`. Tags that are no versions are left out.
    pub(super) async fn versions(&self) -> Result<Vec<String>, Error> {
        self.list(&mut Pass::None).await
    }

    async fn blob(&self, found: &Found, digest: Digest, limit: u64) -> Result<Vec<u8>, Error> {
        let url = format!("{}/blobs/sha256:{digest}", self.base);
        Ok(self.ask(&url, None, limit, &mut found.pass.clone()).await?.body)
    }

    fn check_digest(&self, url: &str, wanted: Option<&str>, body: &[u8]) -> Result<(), Error> {
        let Some(expected) = wanted.and_then(Digest::parse) else { return Ok(()) };
        let actual = Digest::of(body);
        if actual == expected { Ok(()) } else { Err(Error::Digest { url: url.to_owned(), expected, actual }) }
    }

    async fn newest(&self, wanted: &str, pass: &mut Pass) -> Result<String, Error> {
        let versions = self.list(pass).await?;
        let texts: Vec<&str> = versions.iter().map(String::as_str).collect();
        let choice = choose_version(self.path, &texts, wanted)?;
        Ok(versions[choice.item].clone())
    }

    async fn list(&self, pass: &mut Pass) -> Result<Vec<String>, Error> {
        let mut versions = Vec::new();
        let mut next = Some(format!("{}/tags/list", self.base));
        for _ in 0..PAGES {
            let Some(url) = next else { break };
            let answer = self.ask(&url, None, SMALL, pass).await?;
            let tags: Tags = read(&url, &answer)?;
            versions.extend(tags.tags.unwrap_or_default().into_iter().filter_map(|tag| {
                let text = tag.replace('_', "+");
                Some((Version::parse_strict(&text).ok()?, text))
            }));
            next = answer.next_page(&url);
        }
        versions.sort_by(|(a, _), (b, _)| b.compare(a));
        Ok(versions.into_iter().map(|(_, text)| text).collect())
    }

    /// Reads, and once more with what the registry wants to see.
    async fn ask(&self, url: &str, accept: Option<&str>, limit: u64, pass: &mut Pass) -> Result<Answer, Error> {
        self.exchange(Question { url, accept, limit, ..Question::default() }, pass).await
    }

    /// Asks, and once more with what the registry wants to see.
    pub(super) async fn exchange(&self, question: Question<'_>, pass: &mut Pass) -> Result<Answer, Error> {
        let url = question.url;
        let answer = self.ask_as(question.clone(), pass).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let challenge = answer.challenge().unwrap_or_default();
        let refused = || Error::Registry { url: url.to_owned(), status: 401 };
        *pass = match token_url(challenge, self.path) {
            Some(address) => self.token(&address).await?,
            None if is_basic(challenge) && !self.http.has_credentials() => return Err(Error::NoLogin { url: url.to_owned() }),
            None if is_basic(challenge) => Pass::Credentials,
            None => return Err(refused()),
        };
        let answer = self.ask_as(question, pass).await?;
        if answer.status == StatusCode::UNAUTHORIZED { Err(refused()) } else { Ok(answer) }
    }

    async fn ask_as(&self, question: Question<'_>, pass: &Pass) -> Result<Answer, Error> {
        let question = Question { anonymous: true, ..question };
        let answer = match pass {
            Pass::None => self.http.ask(question).await,
            Pass::Credentials => self.http.ask_trusted(question).await,
            Pass::Token(token) => self.http.ask(Question { token: Some(token), ..question }).await,
        };
        answer.map_err(|error| match error {
            Error::Status { url, status } => Error::Registry { url, status },
            error => error,
        })
    }

    async fn token(&self, address: &str) -> Result<Pass, Error> {
        let given = self.http.ask_trusted(Question { url: address, limit: SMALL, ..Question::default() }).await?;
        let parsed: Token = read(address, &given)?;
        Ok(parsed.token.or(parsed.access_token).map_or(Pass::None, Pass::Token))
    }
}

fn is_plain_version(text: &str) -> bool {
    Version::parse_strict(text).is_ok()
}

fn read<T: for<'de> Deserialize<'de>>(url: &str, answer: &Answer) -> Result<T, Error> {
    serde_json::from_slice(&answer.body)
        .map_err(|error| Error::Protocol { url: url.to_owned(), what: format!("JSON of another form: {error}") })
}

fn is_basic(challenge: &str) -> bool {
    challenge.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
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
    let scope = parameter("scope").or_else(|| (!path.is_empty()).then(|| format!("repository:{path}:pull")));
    let mut query = url.query_pairs_mut();
    if let Some(service) = parameter("service") {
        query.append_pair("service", &service);
    }
    if let Some(scope) = scope {
        query.append_pair("scope", &scope);
    }
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
