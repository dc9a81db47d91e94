//! Charts from repositories and registries against the real Helm: `tests/oracle/dependency/cases.txt`, and `expected/CASE.out`, what
//! Helm printed and left on disk. Repositories are served on loopback, to a program that takes the server for its proxy.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

const PROGRAM: &str = env!("CARGO_BIN_EXE_stackwright");

fn oracle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/dependency")
}

/// Serves `site/HOST/PATH` as `http://HOST/PATH`, as server.py does for Helm; returns the proxy's address.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
    let address = listener.local_addr().expect("it listens");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

/// What cases have pushed, by host and path.
static PUSHED: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

fn answer(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let first = lines.next()?;
    let (method, rest) = first.split_once(' ')?;
    let url = rest.split(' ').next()?.strip_prefix("http://")?.replace("%2B", "+");
    let headers: Vec<(String, String)> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let mut brought = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut brought).ok()?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let (host, below) = path.split_once('/')?;
    let may = !host.starts_with("locked.") || header("authorization") == Some("Basic bWU6c2VjcmV0");
    let mut pushed = PUSHED.lock().expect("no case panics with the lock");
    let known = || pushed.get(path).cloned().or_else(|| fs::read(oracle().join("site").join(host).join(below.replace(':', "_"))).ok());
    let (status, body) = match method {
        _ if !may => ("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"charts\"".to_owned(), Vec::new()),
        "POST" => (format!("202 Accepted\r\nLocation: /{below}one"), Vec::new()),
        "PUT" => {
            match path.split_once("/uploads/") {
                Some((blobs, _)) => pushed.insert(format!("{blobs}/{}", query.strip_prefix("digest=")?.replace("%3A", ":")), brought),
                None => pushed.insert(path.to_owned(), brought),
            };
            ("201 Created".to_owned(), Vec::new())
        }
        _ if below == "v2/" => ("200 OK".to_owned(), Vec::new()),
        _ => known().map_or(("404 Not Found".to_owned(), Vec::new()), |body| ("200 OK".to_owned(), body)),
    };
    drop(pushed);
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).ok()?;
    if method == "HEAD" { Some(()) } else { stream.write_all(&body).ok() }
}

/// One case at work, in folders laid out as generate.sh lays them out.
struct Case<'a> {
    fields: Vec<&'a str>,
    work: tempfile::TempDir,
    proxy: &'a str,
}

impl Case<'_> {
    fn new<'a>(line: &'a str, proxy: &'a str) -> Case<'a> {
        let work = tempfile::tempdir().expect("a folder can be made");
        let case = Case { fields: line.split('\t').collect(), work, proxy };
        for folder in ["charts", "archives", "keys"] {
            copy(&oracle().join(folder), &case.work.path().join("run").join(folder));
        }
        if let Some((repositories, _)) = case.fields[0].split_once(':') {
            let config = case.work.path().join("home/.config/helm");
            fs::create_dir_all(&config).expect("a folder can be made");
            let file = oracle().join(format!("repositories/{repositories}.yaml"));
            fs::copy(file, config.join("repositories.yaml")).expect("the list is there");
        }
        case
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.work.path().join("home"))
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .env("TZ", "UTC")
            .env("HTTP_PROXY", self.proxy)
            .env("NO_PROXY", "127.0.0.1")
            .current_dir(self.work.path().join("run/charts"));
        command
    }

    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Output {
        self.command(PROGRAM).arg("chart").args(arguments).output().expect("the program starts")
    }

    fn prepare(&self) {
        for step in self.fields[2].split(';').map(str::trim).filter(|step| *step != "-") {
            match step.strip_prefix('@') {
                Some(arguments) => drop(self.run(arguments.split(' '))),
                None => assert!(self.command("sh").args(["-c", step]).status().expect("there is a shell").success(), "{step}"),
            }
        }
    }

    /// Returns what the program printed and left, as generate.sh writes it; of standard error as much as Helm says, where it
    /// begins with that.
    fn shown(&self, expected: &str) -> String {
        self.prepare();
        let output = self.run(self.fields[3..].iter().copied());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.work.path().display().to_string(), "WORK");
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let wanted = expected.split_once("--- stderr\n").and_then(|(_, rest)| rest.split_once("--- exit")).map_or("", |(err, _)| err);
        let err = if !wanted.is_empty() && err.starts_with(wanted) { wanted } else { &err };
        let mut shown = format!("--- stdout\n{out}--- stderr\n{err}--- exit {}\n", output.status.code().unwrap_or(-1));
        describe(&self.work.path().join("run/charts"), Path::new(self.fields[1]), &mut shown);
        shown
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there") {
        let entry = entry.expect("the folder can be read");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("can be copied");
        }
    }
}

/// Writes what is in a folder: files and the names in archives, and Chart.lock without its time.
fn describe(base: &Path, path: &Path, shown: &mut String) {
    let mut files = Vec::new();
    collect(base, path, &mut files);
    files.sort();
    for file in files {
        let _ = writeln!(shown, "--- {file}");
        let bytes = fs::read(base.join(&file)).expect("it is there");
        if file.ends_with(".tgz") {
            let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(&bytes[..]));
            let entries = archive.entries().expect("it is an archive");
            let mut names: Vec<String> =
                entries.map(|entry| entry.expect("it is whole").path().expect("it has a name").display().to_string()).collect();
            names.sort();
            names.iter().for_each(|name| shown.push_str(&format!("{name}\n")));
        } else if file.ends_with("/repositories.yaml") || file.ends_with("/config.json") {
            shown.push_str(&String::from_utf8(bytes).expect("it is text"));
        } else if file.ends_with("/index.yaml") {
            let text = String::from_utf8(bytes).expect("it is text");
            text.split_inclusive('\n').for_each(|line| shown.push_str(&without_now(line)));
        } else if file.ends_with(".lock") {
            let text = String::from_utf8(bytes).expect("it is text");
            for line in text.lines() {
                let line = if line.starts_with("generated: ") { "generated: NOW" } else { line };
                let _ = writeln!(shown, "{line}");
            }
        }
    }
}

/// Returns a line of an index without the time at which it was made; the cases write 2020 or no year where one is to be kept.
fn without_now(line: &str) -> String {
    let is_time = ["created: ", "generated: ", "created\": ", "generated\": "].iter().any(|key| line.contains(key));
    let is_kept = line.contains("\"2020-") || line.contains("\"0001-");
    match line.rsplit_once(": \"").filter(|_| is_time && !is_kept) {
        Some((key, rest)) => format!("{key}: NOW{}", rest.split_once('"').map_or("", |(_, end)| end)),
        None => line.to_owned(),
    }
}

fn collect(base: &Path, path: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(base.join(path)).expect("the folder is there") {
        let path = path.join(entry.expect("the folder can be read").file_name());
        if base.join(&path).is_dir() { collect(base, &path, files) } else { files.push(path.display().to_string()) }
    }
}

#[test]
fn charts_come_from_repositories_and_registries_as_helms_do() {
    let cases = fs::read_to_string(oracle().join("cases.txt")).expect("the cases are there");
    let lines: Vec<&str> = cases.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 80, "only {} cases were found", lines.len());
    let proxy = serve();
    let check = |line: &&str| {
        let case = Case::new(line, &proxy);
        let name = case.fields[0].replace(':', "-");
        let expected = fs::read_to_string(oracle().join(format!("expected/{name}.out"))).expect("generate.sh has run");
        let found = case.shown(&expected);
        (found != expected).then(|| format!("{name}:\n{found}\nhelm:\n{expected}\n"))
    };
    let failures: String = std::thread::scope(|scope| {
        let workers =
            lines.chunks(lines.len().div_ceil(8)).map(|lines| scope.spawn(move || lines.iter().filter_map(&check).collect::<String>()));
        workers.collect::<Vec<_>>().into_iter().map(|worker| worker.join().expect("a case does not panic")).collect()
    });
    assert!(failures.is_empty(), "{failures}");
}
