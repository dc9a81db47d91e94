//! One request to the API server: bounded in time and number, repeated where that is harmless, its warnings kept.

use super::connect::Cluster;
use super::error::Error;
use super::refusal::Refusal;
use super::retry::{Repeat, Retry};
use super::transport;
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use kube::client::Body;
use serde::de::DeserializeOwned;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::time::{Duration, Instant};

/// How many calls at once, how long each, how often again. Watches and logs are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls in flight. Above 32 the server is the limit, and each call has a connection of its own.
    pub in_flight: usize,
    /// How long one try may take.
    pub call_timeout: Duration,
    /// How long and how often to try again.
    pub retry: Retry,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { in_flight: 32, call_timeout: Duration::from_secs(60), retry: Retry::default() }
    }
}

/// What happens between us and the cluster that is worth telling.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A request failed and will be sent again.
    Retrying {
        /// What was being done.
        doing: String,
        /// How many tries have failed.
        tries: u32,
        /// How long until the next.
        pause: Duration,
        /// Why the last one failed.
        because: Error,
    },
    /// The server sent a warning with its answer.
    Warning {
        /// What was being done.
        doing: String,
        /// The warning.
        text: String,
    },
    /// A watch broke and starts again.
    WatchBroken {
        /// What is watched: `Deployment in shop`.
        watching: String,
        /// Why.
        reason: String,
    },
}

/// One request, before it is sent.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<(&'static str, Bytes)>,
    pub(super) accept: &'static str,
    pub(super) repeat: Repeat,
    pub(super) doing: String,
}

impl Call {
    pub(super) fn get(path: String, doing: String) -> Call {
        Call { method: Method::GET, path, body: None, accept: "application/json", repeat: Repeat::Harmless, doing }
    }
}

/// What the server answered: a success.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) body: Bytes,
    pub(super) warnings: Vec<String>,
}

impl Answer {
    pub(super) fn json<T: DeserializeOwned>(&self, doing: &str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::Answer { doing: doing.to_owned(), reason: error.to_string() })
    }
}

impl Cluster {
    /// Sends a call, again where it is harmless and worth it, and returns the server's success.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer, Error> {
        let begun = Instant::now();
        let spread = BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one(&call.path);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.send_once(call).await {
                Ok(answer) => return Ok(self.with_warnings_told(call, answer)),
                Err(error) => error,
            };
            let Some(pause) = self.inner.limits.retry.pause(&error, call.repeat, tries, begun.elapsed(), spread) else {
                return Err(error);
            };
            (self.inner.on_event)(Event::Retrying { doing: call.doing.clone(), tries, pause, because: error });
            tokio::time::sleep(pause).await;
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Answer, Error> {
        let _permit = self.inner.permits.acquire().await;
        let after = self.inner.limits.call_timeout;
        match tokio::time::timeout(after, self.exchange(call)).await {
            Ok(result) => result,
            Err(_) => Err(Error::TimedOut { doing: call.doing.clone(), after }),
        }
    }

    async fn exchange(&self, call: &Call) -> Result<Answer, Error> {
        let broken = |error: &kube::Error| transport::failure(error, &call.doing, &self.inner.target);
        let response = self.inner.client.send(request(call)?).await.map_err(|error| broken(&error))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| broken(&error))?.to_bytes();
        if parts.status.is_success() {
            return Ok(Answer { code: parts.status.as_u16(), body, warnings: warnings(&parts.headers) });
        }
        let refusal = Box::new(Refusal::read(parts.status.as_u16(), retry_after(&parts.headers), &body));
        Err(Error::Refused { doing: call.doing.clone(), refusal })
    }

    fn with_warnings_told(&self, call: &Call, answer: Answer) -> Answer {
        for text in &answer.warnings {
            (self.inner.on_event)(Event::Warning { doing: call.doing.clone(), text: text.clone() });
        }
        answer
    }
}

fn request(call: &Call) -> Result<Request<Body>, Error> {
    let mut builder = Request::builder().method(call.method.clone()).uri(&call.path).header(header::ACCEPT, call.accept);
    let body = match &call.body {
        Some((content_type, bytes)) => {
            builder = builder.header(header::CONTENT_TYPE, *content_type);
            Body::from(bytes.clone())
        }
        None => Body::empty(),
    };
    builder.body(body).map_err(|error| Error::Answer { doing: call.doing.clone(), reason: error.to_string() })
}

fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Reads `Warning: 299 - "text"` headers (RFC 7234, as the API server writes them).
fn warnings(headers: &http::HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::WARNING).into_iter().filter_map(|value| value.to_str().ok());
    values.filter_map(quoted).collect()
}

fn quoted(header: &str) -> Option<String> {
    let (_, rest) = header.split_once('"')?;
    let mut text = String::with_capacity(rest.len());
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_warning_is_read_out_of_its_quotes() {
        let header = r#"299 - "unknown field \"spec.foo\"""#;
        assert_eq!(quoted(header).as_deref(), Some(r#"unknown field "spec.foo""#));
    }

    #[test]
    fn a_warning_without_an_end_is_none() {
        assert_eq!(quoted(r#"299 - "open"#), None);
    }
}
