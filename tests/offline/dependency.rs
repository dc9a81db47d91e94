//! Charts from repositories and registries against the real Helm: `tests/oracle/dependency/cases.txt`, and `expected/CASE.out`, what
//! Helm printed and left on disk. Repositories are served on loopback, to a program that takes the server for its proxy.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

fn answer(mut stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let url = lines.next()?.split(' ').nth(1)?.strip_prefix("http://")?.replace("%2B", "+");
    let authorization = lines.take_while(|line| !line.is_empty()).find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
    });
    let (host, path) = url.split_once('/')?;
    let may = !host.starts_with("locked.") || authorization.as_deref() == Some("Basic bWU6c2VjcmV0");
    let file = oracle().join("site").join(host).join(path.replace(':', "_"));
    let (status, body) = match fs::read(file) {
        _ if !may => ("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"charts\"", Vec::new()),
        _ if path == "v2/" => ("200 OK", Vec::new()),
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).ok()?;
    stream.write_all(&body).ok()
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
        } else if file.ends_with(".lock") {
            let text = String::from_utf8(bytes).expect("it is text");
            for line in text.lines() {
                let line = if line.starts_with("generated: ") { "generated: NOW" } else { line };
                let _ = writeln!(shown, "{line}");
            }
        }
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
