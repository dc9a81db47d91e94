//! Where charts come from: folders, and servers on loopback.

use flate2::{Compression, write::GzEncoder};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use stackwright::source::{
    CacheFolders, ChartRef, ChartRequest, Credentials, Digest, Error, Event, Fetched, OsFiles, Password, Repository, Retries, Settings,
    Sources,
};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a server got: the path with its query, and the `Authorization` header.
type Asked = Arc<Mutex<Vec<(String, Option<String>)>>>;

struct Server {
    url: String,
    asked: Asked,
}

impl Server {
    fn paths(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

fn ok(body: impl Into<Vec<u8>>) -> Answer {
    Answer { status: 200, headers: Vec::new(), body: body.into() }
}

fn status(status: u16) -> Answer {
    Answer { status, headers: Vec::new(), body: Vec::new() }
}

/// Serves on loopback; `answer` gets the server's address and a request.
async fn serve(answer: impl Fn(&str, &Request<Incoming>) -> Answer + Send + Sync + 'static) -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked: Asked = Arc::default();
    let (answer, own_url, log) = (Arc::new(answer), url.clone(), Arc::clone(&asked));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, url, log) = (Arc::clone(&answer), own_url.clone(), Arc::clone(&log));
            let service = service_fn(move |request: Request<Incoming>| {
                let path = request.uri().path_and_query().unwrap().to_string();
                let authorization = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
                log.lock().unwrap().push((path, authorization));
                let given = answer(&url, &request);
                let mut response = Response::builder().status(given.status);
                for (name, value) in given.headers {
                    response = response.header(name, value);
                }
                let response = response.body(Full::new(Bytes::from(given.body)));
                async move { response }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    Server { url, asked }
}

/// Packs a chart: its Chart.yaml and one template.
fn archive(name: &str, version: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    for (path, text) in [("Chart.yaml", metadata.as_str()), ("templates/a.yaml", "a: 1\n")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{name}/{path}"), text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn index(entries: &[(&str, &str, &str, Option<&[u8]>)]) -> String {
    let mut text = "apiVersion: v1\nentries:\n".to_owned();
    for (name, version, url, content) in entries {
        let digest = content.map(|content| format!(", digest: {}", Digest::of(content))).unwrap_or_default();
        text.push_str(&format!("  {name}-{version}: []\n"));
        text.push_str(&format!("  {name}:\n    - {{name: {name}, version: {version}, urls: [\"{url}\"]{digest}}}\n"));
    }
    text
}

struct Place {
    folder: tempfile::TempDir,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), events: Arc::default() }
    }

    /// A new run of the program over the same cache.
    fn sources(&self) -> Sources {
        let events = Arc::clone(&self.events);
        Sources::new(Settings {
            folders: CacheFolders { repository: self.folder.path().join("repository"), content: self.folder.path().join("content") },
            retries: Retries { times: 3, first_wait: Duration::from_millis(1) },
            events: Arc::new(move |event| events.lock().unwrap().push(event)),
        })
    }

    fn events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

async fn fetch(sources: &Sources, repository: &Repository, chart: &str, version: &str) -> Result<Fetched, Error> {
    let reference = ChartRef::Repository { repository: Box::new(repository.clone()), chart: chart.to_owned() };
    fetch_reference(sources, &reference, version).await
}

async fn fetch_reference(sources: &Sources, reference: &ChartRef, version: &str) -> Result<Fetched, Error> {
    sources.fetch(&ChartRequest { reference, version, devel: false, repositories: &[], skip_dependencies: false, patches: None }).await
}

#[tokio::test]
async fn a_repository_is_asked_once_and_its_archives_are_kept() {
    let content = archive("a", "1.2.0");
    let text = index(&[("a", "1.2.0", "charts/a-1.2.0.tgz", Some(&content))]);
    let server = serve(move |_, request| match request.uri().path() {
        "/repo/index.yaml" if request.headers().get("if-none-match").is_some_and(|etag| etag == "v1") => status(304),
        "/repo/index.yaml" => Answer { headers: vec![("etag", "v1".into())], ..ok(text.clone()) },
        "/repo/charts/a-1.2.0.tgz" => ok(content.clone()),
        _ => status(404),
    })
    .await;
    let repository = Repository::at(format!("{}/repo/", server.url));
    let place = Place::new();
    let sources = place.sources();
    let (one, two) = tokio::join!(fetch(&sources, &repository, "a", "^1"), fetch(&sources, &repository, "a", ""));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.chart.metadata.version, "1.2.0");
    assert!(Arc::ptr_eq(&one.chart, &two.chart), "one download however many ask");
    assert_eq!(server.paths(), ["/repo/index.yaml", "/repo/charts/a-1.2.0.tgz"]);
    place.events();

    let again = place.sources();
    fetch(&again, &repository, "a", "1.2.0").await.unwrap();
    assert_eq!(server.paths().len(), 3, "only the index is asked for news");
    let url = format!("{}/repo/charts/a-1.2.0.tgz", server.url);
    assert_eq!(place.events(), [Event::Index { repository: repository.url.clone(), fresh: true }, Event::Cached { url }]);
}

#[tokio::test]
async fn credentials_stay_with_their_host() {
    let content = archive("a", "1.0.0");
    let elsewhere = serve(move |_, _| ok(content.clone())).await;
    let text = index(&[("a", "1.0.0", &format!("{}/a.tgz", elsewhere.url), None)]);
    let server =
        serve(move |_, request| if request.headers().contains_key("authorization") { ok(text.clone()) } else { status(401) }).await;
    let place = Place::new();
    let mut repository = Repository::at(server.url.as_str());
    let refused = fetch(&place.sources(), &repository, "a", "").await.unwrap_err();
    assert!(matches!(refused, Error::Status { status: 401, .. }), "{refused}");
    assert!(refused.diagnostic().help[0].contains("username"));

    repository.credentials = Some(Credentials { username: "me".into(), password: Password::new("secret") });
    assert!(!format!("{repository:?}").contains("secret"));
    fetch(&place.sources(), &repository, "a", "").await.unwrap();
    assert_eq!(elsewhere.asked.lock().unwrap()[0].1, None);
    repository.pass_credentials = true;
    fetch(&place.sources(), &repository, "a", "").await.unwrap();
    assert!(elsewhere.asked.lock().unwrap()[1].1.is_some());
}

#[tokio::test]
async fn passing_failures_are_tried_again_and_others_are_not() {
    let failures = Arc::new(Mutex::new(2));
    let text = index(&[("a", "1.0.0", "a.tgz", None)]);
    let server = serve(move |_, request| {
        let mut failures = failures.lock().unwrap();
        if request.uri().path() != "/index.yaml" {
            return status(404);
        }
        if *failures > 0 {
            *failures -= 1;
            return status(503);
        }
        ok(text.clone())
    })
    .await;
    let place = Place::new();
    let error = fetch(&place.sources(), &Repository::at(server.url.as_str()), "a", "").await.unwrap_err();
    assert!(matches!(error, Error::Status { status: 404, .. }), "{error}");
    assert_eq!(server.paths(), ["/index.yaml", "/index.yaml", "/index.yaml", "/a.tgz"]);
}

#[tokio::test]
async fn a_repository_that_is_away_is_replaced_by_its_last_index() {
    let content = archive("a", "1.0.0");
    let text = index(&[("a", "1.0.0", "a.tgz", Some(&content))]);
    let away = Arc::new(Mutex::new(false));
    let is_away = Arc::clone(&away);
    let server = serve(move |_, request| match request.uri().path() {
        _ if *is_away.lock().unwrap() => status(502),
        "/index.yaml" => ok(text.clone()),
        _ => ok(content.clone()),
    })
    .await;
    let repository = Repository::at(server.url.as_str());
    let place = Place::new();
    fetch(&place.sources(), &repository, "a", "").await.unwrap();
    *away.lock().unwrap() = true;
    place.events();
    fetch(&place.sources(), &repository, "a", "").await.unwrap();
    assert!(place.events().iter().any(|event| matches!(event, Event::StaleIndex { .. })));
}

#[tokio::test]
async fn content_with_another_digest_is_refused() {
    let text = index(&[("a", "1.0.0", "a.tgz", Some(b"something else"))]);
    let server =
        serve(move |_, request| if request.uri().path() == "/index.yaml" { ok(text.clone()) } else { ok(archive("a", "1.0.0")) }).await;
    let error = fetch(&Place::new().sources(), &Repository::at(server.url.as_str()), "a", "").await.unwrap_err();
    assert!(matches!(error, Error::Digest { .. }), "{error}");
}

#[tokio::test]
async fn what_is_not_there_is_told_with_what_is() {
    let text = index(&[("keystone", "1.0.0", "a.tgz", None)]);
    let server = serve(move |_, _| ok(text.clone())).await;
    let repository = Repository::at(server.url.as_str());
    let sources = Place::new().sources();
    let error = fetch(&sources, &repository, "keystnoe", "").await.unwrap_err();
    assert_eq!(error.diagnostic().help, ["did you mean `keystone`?"]);
    let error = fetch(&sources, &repository, "keystone", "^2").await.unwrap_err();
    assert_eq!(error.diagnostic().help, ["newest versions there: 1.0.0"]);
}

/// A registry with one chart, `HOST/charts/a`, that wants a token.
async fn registry() -> Server {
    let content = archive("a", "1.0.0+b");
    let digest = Digest::of(&content);
    serve(move |url, request| {
        let authorization = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        if request.uri().path() == "/token" {
            let known = authorization.as_deref() == Some("Basic bWU6c2VjcmV0");
            return if known { ok(r#"{"token": "let-me-in"}"#) } else { status(403) };
        }
        if authorization.as_deref() != Some("Bearer let-me-in") {
            let challenge = format!("Bearer realm=\"{url}/token\",service=\"test\",scope=\"repository:charts/a:pull\"");
            return Answer { headers: vec![("www-authenticate", challenge)], ..status(401) };
        }
        match request.uri().path() {
            "/v2/charts/a/tags/list" => ok(r#"{"name": "charts/a", "tags": ["0.9.0", "1.0.0_b", "latest", "2.0.0-rc.1"]}"#),
            "/v2/charts/a/manifests/1.0.0_b" => ok(format!(
                r#"{{"schemaVersion": 2, "layers": [{{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "sha256:{digest}", "size": 1}}]}}"#
            )),
            path if path == format!("/v2/charts/a/blobs/sha256:{digest}") => ok(content.clone()),
            _ => status(404),
        }
    })
    .await
}

#[tokio::test]
async fn a_registry_gives_a_chart_by_version_range_or_newest() {
    let server = registry().await;
    let host = server.url.strip_prefix("http://").unwrap();
    let credentials = Some(Credentials { username: "me".into(), password: Password::new("secret") });
    let repository =
        Repository { name: "reg".into(), url: format!("{host}/charts"), oci: true, plain_http: true, credentials, ..Repository::default() };
    let reference = ChartRef::parse("reg/a", Path::new("."), &[repository], &OsFiles).unwrap();
    assert_eq!(reference.to_string(), format!("oci://{host}/charts/a"));
    for version in ["", "^1", "1.0.0+b"] {
        let fetched = fetch_reference(&Place::new().sources(), &reference, version).await.unwrap();
        assert_eq!(fetched.chart.metadata.version, "1.0.0+b", "{version}");
    }
}

fn write_chart(folder: &Path, name: &str, version: &str, dependencies: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("Chart.yaml"), format!("apiVersion: v2\nname: {name}\nversion: {version}\n{dependencies}")).unwrap();
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path.display().to_string()) }
    }
    found.sort();
    found
}

#[tokio::test]
async fn dependencies_of_a_folder_are_added_in_memory() {
    let content = archive("remote", "2.1.0");
    let text = index(&[("remote", "2.1.0", "remote.tgz", Some(&content))]);
    let server = serve(move |_, request| if request.uri().path() == "/index.yaml" { ok(text.clone()) } else { ok(content.clone()) }).await;
    let place = Place::new();
    let charts = place.folder.path().join("charts");
    let dependencies = format!(
        "dependencies:\n  - {{name: toolkit, version: '>= 0.1.0', repository: 'file://../toolkit'}}\n  - {{name: remote, version: ^2, repository: '{}'}}\n",
        server.url
    );
    write_chart(&charts.join("nova"), "nova", "1.0.0", &dependencies);
    write_chart(&charts.join("toolkit"), "toolkit", "0.2.0", "dependencies:\n  - {name: inner, repository: 'file://./inner'}\n");
    write_chart(&charts.join("toolkit/inner"), "inner", "0.0.1", "");
    let before = files_below(&charts);
    let reference = ChartRef::parse("./charts/nova", place.folder.path(), &[], &OsFiles).unwrap();
    let fetched = fetch_reference(&place.sources(), &reference, "").await.unwrap();
    let names: Vec<&str> = fetched.chart.dependencies.iter().map(|chart| chart.name()).collect();
    assert_eq!(names, ["toolkit", "remote"]);
    assert_eq!(fetched.chart.dependencies[0].dependencies[0].name(), "inner");
    assert_eq!(files_below(&charts), before, "nothing is written into the folder");
    let added = place.events().into_iter().filter(|event| matches!(event, Event::Dependency { .. })).count();
    assert_eq!(added, 3);
}

#[tokio::test]
async fn dependencies_that_cannot_be_had_are_told() {
    let place = Place::new();
    let root = place.folder.path();
    write_chart(&root.join("a"), "a", "1.0.0", "dependencies:\n  - {name: b, repository: 'file://../b'}\n");
    write_chart(&root.join("b"), "b", "1.0.0", "dependencies:\n  - {name: a, repository: 'file://../a'}\n");
    write_chart(&root.join("c"), "c", "1.0.0", "dependencies:\n  - {name: nowhere, version: 1.0.0}\n");
    write_chart(&root.join("d"), "d", "1.0.0", "dependencies:\n  - {name: b, version: ^2, repository: 'file://../c'}\n");
    write_chart(&root.join("e"), "e", "1.0.0", "dependencies:\n  - {name: b, version: ^2, repository: '@unknown'}\n");
    let fetch = async |name: &str| fetch_reference(&place.sources(), &ChartRef::Local(root.join(name)), "").await.unwrap_err();
    assert!(matches!(fetch("a").await, Error::DependencyCycle { path } if path.len() == 3));
    assert!(matches!(fetch("c").await, Error::NoDependency { name, .. } if name == "nowhere"));
    assert!(matches!(fetch("d").await, Error::NoDependency { .. }));
    assert!(matches!(fetch("e").await, Error::Dependency { source, .. } if matches!(*source, Error::UnknownRepository { .. })));
}

#[test]
fn a_charts_name_is_looked_at_as_helmfile_does() {
    let place = Place::new();
    let root = place.folder.path();
    write_chart(&root.join("osh/nova"), "nova", "1.0.0", "");
    write_chart(&root.join("single"), "single", "1.0.0", "");
    let osh = Repository { name: "osh".into(), ..Repository::at("https://charts.example/osh/") };
    let reg = Repository { name: "reg".into(), oci: true, ..Repository::at("oci://reg.example/charts") };
    let repositories = [osh, reg];
    for (text, expected) in [
        ("./single", format!("{}", root.join("single").display())),
        ("single", format!("{}", root.join("single").display())),
        ("osh/nova", format!("{}", root.join("osh/nova").display())),
        ("osh/glance", "https://charts.example/osh/glance".into()),
        ("reg/sub/glance", "oci://reg.example/charts/sub/glance".into()),
        ("oci://h:5000/x/c:1.0.0@sha256:ab", "oci://h:5000/x/c:1.0.0@sha256:ab".into()),
        ("https://h/x.tgz", "https://h/x.tgz".into()),
        ("./sinlge", "error: there is a folder `single`".into()),
        ("ohs/nova", "error: did you mean repository `osh`?".into()),
        ("git::https://h/x@y", "error: check the repository out and name its folder".into()),
        ("s3://b/x.tgz", "error: use a folder, an archive, http(s)://, oci:// or REPOSITORY/CHART".into()),
    ] {
        let parsed = ChartRef::parse(text, root, &repositories, &OsFiles);
        let shown = parsed.map_or_else(|error| format!("error: {}", error.diagnostic().help[0]), |reference| reference.to_string());
        assert_eq!(shown, expected, "{text}");
    }
}
