//! A proxy between the program and the API server that makes things go wrong.

use super::support::Place;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustix::process::{Pid, Signal, kill_process};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// It is passed on.
    #[default]
    None,
    /// The program is killed before the server sees it.
    KillBefore,
    /// The program is killed when the server has done it.
    KillAfter,
    /// The connection breaks before the server sees it.
    ResetBefore,
    /// The connection breaks when the server has done it.
    ResetAfter,
    /// This answer is given, and the server does not see it.
    Answer(u16),
    /// It is passed on after a while.
    Late(Duration),
    /// The answer, which is a watch, ends after a while.
    Cut(Duration),
}

/// A request, as far as rules look at it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How many requests came before it.
    pub number: usize,
    /// How many writes came before it.
    pub writes: usize,
    /// Whether it changes something.
    pub is_write: bool,
    /// Whether it is a watch.
    pub is_watch: bool,
    /// Method and path.
    pub line: String,
}

/// Decides what becomes of each request.
pub type Rule = Arc<dyn Fn(&Seen) -> Fault + Send + Sync>;

/// The proxy. It ends when it is dropped.
pub struct Proxy {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub address: String,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    client: kube::Client,
    rule: Rule,
    victim: AtomicI32,
    requests: AtomicUsize,
    writes: AtomicUsize,
}

impl Proxy {
    /// Starts a proxy to the sandbox; it speaks to it as its administrator.
    pub async fn start(place: &Place, rule: impl Fn(&Seen) -> Fault + Send + Sync + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}", listener.local_addr().expect("it has an address"));
        let state = Arc::new(State {
            client: place.client.clone(),
            rule: Arc::new(rule),
            victim: AtomicI32::new(0),
            requests: AtomicUsize::new(0),
            writes: AtomicUsize::new(0),
        });
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                let service = service_fn(move |request| handle(state.clone(), request));
                let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Proxy { address, state, task }
    }

    /// Returns a kubeconfig that leads through the proxy.
    pub fn kubeconfig(&self) -> String {
        format!(
            "apiVersion: v1\nkind: Config\nclusters: [{{name: c, cluster: {{server: '{}'}}}}]\nusers: [{{name: u, user: {{}}}}]\n\
             contexts: [{{name: proxied, context: {{cluster: c, user: u}}}}]\ncurrent-context: proxied\n",
            self.address
        )
    }

    /// Says which process is killed.
    pub fn aim_at(&self, pid: u32) {
        self.state.victim.store(pid as i32, Ordering::SeqCst);
    }

    /// Returns how many requests came.
    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// Returns how many writes came.
    pub fn writes(&self) -> usize {
        self.state.writes.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

async fn handle(state: Arc<State>, request: Request<Incoming>) -> Result<Answer, io::Error> {
    let seen = look(&state, &request);
    let fault = (state.rule)(&seen);
    match fault {
        Fault::KillBefore => return Err(state.kill()),
        Fault::ResetBefore => return Err(io::ErrorKind::ConnectionReset.into()),
        Fault::Answer(code) => return Ok(refusal(code)),
        Fault::Late(pause) => tokio::time::sleep(pause).await,
        _ => {}
    }
    let answer = forward(&state, request).await?;
    match fault {
        Fault::KillAfter => {
            whole(answer).await?;
            Err(state.kill())
        }
        Fault::ResetAfter => {
            whole(answer).await?;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fault::Cut(after) => Ok(answer.map(|body| cut(body, after))),
        _ => Ok(answer),
    }
}

fn look(state: &State, request: &Request<Incoming>) -> Seen {
    let is_review = request.uri().path().contains("/selfsubject");
    let is_write = request.method() != Method::GET && !is_review && !request.uri().query().unwrap_or_default().contains("dryRun=All");
    let number = state.requests.fetch_add(1, Ordering::SeqCst);
    let writes = if is_write { state.writes.fetch_add(1, Ordering::SeqCst) } else { state.writes.load(Ordering::SeqCst) };
    let is_watch = request.uri().query().unwrap_or_default().contains("watch=");
    Seen { number, writes, is_write, is_watch, line: format!("{} {}", request.method(), request.uri()) }
}

impl State {
    fn kill(&self) -> io::Error {
        if let Some(pid) = Pid::from_raw(self.victim.load(Ordering::SeqCst)) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::KILL);
        }
        io::ErrorKind::ConnectionReset.into()
    }
}

async fn forward(state: &State, request: Request<Incoming>) -> Result<Answer, io::Error> {
    let (mut parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    // Both belong to the connection that the request came over.
    parts.headers.remove(http::header::HOST);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    parts.headers.remove(http::header::ACCEPT_ENCODING);
    let request = Request::from_parts(parts, kube::client::Body::from(body));
    let answer = state.client.send(request).await.map_err(io::Error::other)?;
    let (mut parts, body) = answer.into_parts();
    parts.headers.remove(http::header::TRANSFER_ENCODING);
    parts.headers.remove(http::header::CONTENT_LENGTH);
    parts.headers.remove(http::header::CONTENT_ENCODING);
    Ok(Response::from_parts(parts, body.map_err(io::Error::other).boxed_unsync()))
}

async fn whole(answer: Answer) -> Result<(), io::Error> {
    answer.into_body().collect().await.map(|_| ())
}

/// Ends a body after a while, as a connection that breaks does.
fn cut(body: UnsyncBoxBody<Bytes, io::Error>, after: Duration) -> UnsyncBoxBody<Bytes, io::Error> {
    let end = tokio::time::Instant::now() + after;
    let frames = futures_util::stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match tokio::time::timeout_at(end, body.frame()).await {
            Ok(frame) => frame.map(|frame| (frame, Some(body))),
            Err(_) => Some((Err(io::ErrorKind::ConnectionReset.into()), None)),
        }
    });
    http_body_util::StreamBody::new(frames).boxed_unsync()
}

/// What a server says that is too busy or broken.
fn refusal(code: u16) -> Answer {
    let reason = if code == 429 { "TooManyRequests" } else { "InternalError" };
    let body = serde_json::json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": "made up", "code": code});
    let body = Full::new(Bytes::from(body.to_string())).map_err(io::Error::other).boxed_unsync();
    Response::builder().status(code).header("content-type", "application/json").body(body).expect("it is a response")
}
