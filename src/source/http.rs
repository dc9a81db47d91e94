//! Asking web servers, with retries, limits and credentials that stay with their host.

use super::error::Error;
use super::event::{Event, EventSink};
use super::redact::redacted;
use super::repository::{Credentials, Repository};
use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH, LINK, LOCATION,
    WWW_AUTHENTICATE,
};
use reqwest::{Certificate, Client, Identity, Method, RequestBuilder, Response, StatusCode};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// How often and how patiently a request is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// Attempts after the first.
    pub times: usize,
    /// The wait before the first of them; each further wait is twice as long.
    pub first_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Retries { times: 4, first_wait: Duration::from_millis(500) }
    }
}

/// A client for one repository: its certificates, its credentials.
#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    home: Option<Url>,
    credentials: Option<Credentials>,
    pass_credentials: bool,
    retries: Retries,
    events: EventSink,
}

/// What a server sent.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What to ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) accept: Option<&'a str>,
    /// The `ETag` of the copy at hand.
    pub(super) etag: Option<&'a str>,
    /// A token of the registry, instead of name and password.
    pub(super) token: Option<&'a str>,
    /// Whether the name and password are kept back: registries say first which form they want.
    pub(super) anonymous: bool,
    /// Whether the answer may come compressed. Never for archives: their digest is of the bytes as stored.
    pub(super) compressed: bool,
    pub(super) limit: u64,
    /// How it is asked: GET unless something is brought.
    pub(super) method: Method,
    /// What is brought, and of which type it is.
    pub(super) brought: Option<(&'a str, &'a [u8])>,
}

impl Http {
    /// Makes a client for a repository.
    pub(super) fn new(repository: &Repository, retries: Retries, events: EventSink) -> Result<Http, Error> {
        // Fails only where a provider is installed already, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_gzip()
            .user_agent(concat!("stackwright/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(Duration::from_secs(60));
        if repository.skip_tls_verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        if let Some(path) = &repository.ca_file {
            let certificates = Certificate::from_pem_bundle(&read(path)?).map_err(|source| transport(path, source))?;
            builder = builder.tls_certs_merge(certificates);
        }
        if let (Some(certificate), Some(key)) = (&repository.cert_file, &repository.key_file) {
            let mut pem = read(certificate)?;
            pem.push(b'\n');
            pem.extend(read(key)?);
            builder = builder.identity(Identity::from_pem(&pem).map_err(|source| transport(certificate, source))?);
        }
        let client = builder.build().map_err(|source| Error::Transport { url: redacted(&repository.url), source })?;
        Ok(Http {
            client,
            home: Url::parse(&repository.url).ok(),
            credentials: repository.credentials.clone(),
            pass_credentials: repository.pass_credentials,
            retries,
            events,
        })
    }

    /// Asks until an answer comes that is no passing failure, or the attempts are used up. Success, "not modified" and
    /// "unauthorized" are answers; every other status is an error.
    pub(super) async fn ask(&self, question: Question<'_>) -> Result<Answer, Error> {
        let waits = ExponentialBuilder::default()
            .with_max_times(self.retries.times)
            .with_min_delay(self.retries.first_wait)
            .with_max_delay(Duration::from_secs(30));
        (|| self.attempt(&question))
            .retry(waits)
            .when(Error::is_transient)
            .notify(|error, wait| {
                (self.events)(Event::Retry { url: redacted(question.url), reason: describe(error), wait });
            })
            .await
    }

    /// Asks a server that may know the name and password, wherever it is: a registry that wants them, or the server that gives
    /// its tokens.
    pub(super) async fn ask_trusted(&self, question: Question<'_>) -> Result<Answer, Error> {
        let trusting = Http { pass_credentials: true, ..self.clone() };
        trusting.ask(Question { anonymous: false, ..question }).await
    }

    async fn attempt(&self, question: &Question<'_>) -> Result<Answer, Error> {
        let url = Url::parse(question.url).map_err(|source| Error::Address { url: redacted(question.url), source })?;
        let response = self.request(question, url).send().await.map_err(|source| self.transport(question, source))?;
        let status = response.status();
        let headers = response.headers().clone();
        match status {
            status if status.is_success() => {}
            StatusCode::NOT_MODIFIED | StatusCode::UNAUTHORIZED if question.etag.is_some() || headers.contains_key(WWW_AUTHENTICATE) => {
                return Ok(Answer { status, headers, body: Vec::new() });
            }
            status => return Err(self.status(question.url, status)),
        }
        let body = self.body(question, response).await?;
        let body = if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip") && question.compressed {
            unpack(question, &body)?
        } else {
            body
        };
        Ok(Answer { status, headers, body })
    }

    fn request(&self, question: &Question<'_>, url: Url) -> RequestBuilder {
        let may_know = self.pass_credentials || self.home.as_ref().is_some_and(|home| same_host(home, &url));
        let mut request = self.client.request(question.method.clone(), url);
        if let Some(accept) = question.accept {
            request = request.header(ACCEPT, accept);
        }
        if let Some((kind, body)) = question.brought {
            request = request.header(CONTENT_TYPE, kind).body(body.to_vec());
        }
        if let Some(etag) = question.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if question.compressed {
            request = request.header(ACCEPT_ENCODING, "gzip");
        }
        match (question.token, &self.credentials) {
            (Some(token), _) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            (None, Some(credentials)) if may_know && !question.anonymous => {
                request.basic_auth(&credentials.username, Some(credentials.password.reveal()))
            }
            _ => request,
        }
    }

    async fn body(&self, question: &Question<'_>, mut response: Response) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|source| self.transport(question, source))? {
            if (body.len() + chunk.len()) as u64 > question.limit {
                return Err(Error::TooLarge { url: redacted(question.url), limit: question.limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Says whether there is a name and a password to tell.
    pub(super) fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// Returns the error for an answer that is no success.
    pub(super) fn status(&self, url: &str, status: StatusCode) -> Error {
        Error::Status { url: redacted(url), status: status.as_u16() }
    }

    fn transport(&self, question: &Question<'_>, source: reqwest::Error) -> Error {
        // The error carries the address too, perhaps with a token in its query: it is named once, by us.
        Error::Transport { url: redacted(question.url), source: source.without_url() }
    }
}

impl Answer {
    /// Returns the version mark of the content, for asking whether it changed.
    pub(super) fn etag(&self) -> Option<&str> {
        self.headers.get(ETAG)?.to_str().ok()
    }

    /// Returns where the rest of a list is, as registries say it: `Link: <…>; rel="next"`.
    pub(super) fn next_page(&self, url: &str) -> Option<String> {
        let link = self.headers.get(LINK)?.to_str().ok()?;
        let (target, relation) = link.trim().strip_prefix('<')?.split_once('>')?;
        let next = relation.contains("rel=\"next\"") || relation.contains("rel=next");
        next.then(|| Url::parse(url).ok()?.join(target).ok()).flatten().map(Into::into)
    }

    /// Returns where to go on, as a server says it that takes something.
    pub(super) fn location(&self, url: &str) -> Option<Url> {
        Url::parse(url).ok()?.join(self.headers.get(LOCATION)?.to_str().ok()?).ok()
    }

    /// Returns what the server wants to know before it answers.
    pub(super) fn challenge(&self) -> Option<&str> {
        self.headers.get(WWW_AUTHENTICATE)?.to_str().ok()
    }
}

/// Says whether credentials for one address may be sent to another: same scheme, host and port (Helm's rule, CVE-2021-32690).
fn same_host(home: &Url, url: &Url) -> bool {
    home.scheme() == url.scheme() && home.host_str() == url.host_str() && home.port_or_known_default() == url.port_or_known_default()
}

fn unpack(question: &Question<'_>, body: &[u8]) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::new();
    let reader = flate2::read::MultiGzDecoder::new(body);
    reader
        .take(question.limit + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| Error::Protocol { url: redacted(question.url), what: format!("broken gzip: {error}") })?;
    if unpacked.len() as u64 > question.limit {
        return Err(Error::TooLarge { url: redacted(question.url), limit: question.limit });
    }
    Ok(unpacked)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), task: "read", source })
}

fn transport(path: &Path, source: reqwest::Error) -> Error {
    Error::Transport { url: path.display().to_string(), source }
}

/// Writes an error with its causes in one line.
pub(super) fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
