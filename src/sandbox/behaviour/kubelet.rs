//! The server that stands for every node's kubelet: it answers the API server's questions for logs.

use super::logs::{LogBook, NoLog, Run};
use super::world::Name;
use crate::sandbox::credentials::Authority;
use crate::sandbox::error::Error;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use k8s_openapi::jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How long the server pauses when it cannot accept a connection, for want of file descriptors say.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The server, listening but not serving yet.
pub struct Kubelet {
    listener: TcpListener,
    port: u16,
    tls: TlsAcceptor,
}

impl Kubelet {
    /// Listens on a free port of loopback, with a certificate of the sandbox's authority.
    ///
    /// # Errors
    /// `Certificates`, `Tls`, and `NoPort`.
    pub async fn listen(authority: &Authority) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|_| Error::NoPort)?;
        let port = listener.local_addr().map_err(|_| Error::NoPort)?.port();
        let identity = authority.server("kubelet", &["127.0.0.1", "localhost"])?;
        let unreadable = |error: rustls::pki_types::pem::Error| Error::Tls(rustls::Error::General(error.to_string()));
        let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).map_err(unreadable)?;
        let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).map_err(unreadable)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key)?;
        Ok(Kubelet { listener, port, tls: TlsAcceptor::from(Arc::new(config)) })
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves for ever.
    pub async fn serve(self, logs: LogBook) {
        loop {
            let Ok((connection, _)) = self.listener.accept().await else {
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            };
            let (tls, logs) = (self.tls.clone(), logs.clone());
            tokio::spawn(async move {
                let Ok(connection) = tls.accept(connection).await else { return };
                let service = service_fn(|request| {
                    let response = answer(&request, &logs);
                    async move { Ok::<_, Infallible>(response) }
                });
                // A client that goes away in the middle of a log is nothing to tell anyone.
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
            });
        }
    }
}

/// Answers `/containerLogs/NAMESPACE/POD/CONTAINER`, the path that the API server asks a kubelet for.
fn answer(request: &Request<Incoming>, logs: &LogBook) -> Response<Body> {
    let parts: Vec<&str> = request.uri().path().trim_matches('/').split('/').collect();
    match parts[..] {
        ["containerLogs", namespace, pod, container] => {
            let options = LogOptions::read(request.uri().query().unwrap_or_default());
            let name = Name::new(namespace, pod);
            match logs.read(&name, container, options.previous) {
                Ok(run) => respond(StatusCode::OK, StreamBody::new(lines(run, options)).boxed_unsync()),
                Err(NoLog::NotStarted) => {
                    refuse(StatusCode::BAD_REQUEST, format!("container {container:?} in pod {pod:?} is waiting to start"))
                }
                Err(NoLog::NoPrevious) => {
                    refuse(StatusCode::BAD_REQUEST, format!("previous terminated container {container:?} in pod {pod:?} not found"))
                }
            }
        }
        ["healthz"] => refuse(StatusCode::OK, "ok".to_owned()),
        _ => refuse(StatusCode::NOT_IMPLEMENTED, "a sandbox simulates its pods: only their logs can be asked for".to_owned()),
    }
}

fn respond(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
    response
}

fn refuse(status: StatusCode, text: String) -> Response<Body> {
    respond(status, Full::new(Bytes::from(text)).boxed_unsync())
}

/// How a log is asked for (the query of `PodLogOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct LogOptions {
    follow: bool,
    previous: bool,
    timestamps: bool,
    tail: Option<usize>,
    limit: Option<usize>,
    since: Option<Timestamp>,
}

impl LogOptions {
    fn read(query: &str) -> Self {
        let values: BTreeMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let is = |key: &str| values.get(key).is_some_and(|value| value == "true");
        let number = |key: &str| values.get(key).and_then(|value| value.parse().ok());
        let ago = number("sinceSeconds").and_then(|seconds| Timestamp::now().checked_sub(Duration::from_secs(seconds as u64)).ok());
        LogOptions {
            follow: is("follow"),
            previous: is("previous"),
            timestamps: is("timestamps"),
            tail: number("tailLines"),
            limit: number("limitBytes"),
            since: ago.or_else(|| values.get("sinceTime").and_then(|time| time.parse().ok())),
        }
    }

    /// Writes the lines from the `first` on.
    fn write(&self, run: &Run, first: usize) -> Bytes {
        let mut text = String::new();
        for (moment, line) in run.lines.iter().skip(first).filter(|(moment, _)| self.since.is_none_or(|since| *moment >= since)) {
            if self.timestamps {
                text.push_str(&format!("{moment:.9} "));
            }
            text.push_str(line);
            text.push('\n');
        }
        Bytes::from(text)
    }
}

/// Streams a log: what there is, and what comes if it is followed, until the run ends or the pod goes.
fn lines(run: watch::Receiver<Run>, options: LogOptions) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> {
    let first = options.tail.map_or(0, |tail| run.borrow().lines.len().saturating_sub(tail));
    let mut left = options.limit.unwrap_or(usize::MAX);
    let chunks = stream::unfold(Some((run, first)), move |state| {
        let options = options.clone();
        async move {
            let (mut run, next) = state?;
            loop {
                let (chunk, seen, over) = {
                    let now = run.borrow_and_update();
                    (options.write(&now, next), now.lines.len(), now.ended || !options.follow)
                };
                if !chunk.is_empty() {
                    return Some((chunk, (!over).then_some((run, seen))));
                }
                if over || run.changed().await.is_err() {
                    return None;
                }
            }
        }
    });
    chunks.map(move |mut chunk| {
        chunk.truncate(left);
        left -= chunk.len();
        Ok(Frame::data(chunk))
    })
}
