//! `chart template` as a program against the real `helm template`: `tests/oracle/template_flags/cases.txt`, and
//! `expected/CASE.out`, which `generate.sh` there made of it: standard output, standard error, exit code, written files.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/template_flags")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there").map(|entry| entry.expect("can be read")) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("can be copied");
        }
    }
}

/// What a run gave: standard output with what follows it in the golden, and standard error.
struct Ran {
    out: String,
    err: String,
    rest: String,
}

fn run(arguments: &[String]) -> Ran {
    let work = TempDir::new().expect("a folder can be made");
    let place = work.path().join("run");
    copy(&folder().join("files"), &place);
    let output = Command::new(env!("CARGO_BIN_EXE_stackwright"))
        .args(["chart", "template"])
        .args(arguments)
        .current_dir(&place)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", work.path().join("home"))
        .env("KUBECONFIG", "/dev/null")
        .env("HELM_PLUGINS", place.join("plugins"))
        .env("NAME_PART", "part")
        .stdin(Stdio::from(fs::File::open(place.join("stdin.yaml")).expect("the file is there")))
        .output()
        .expect("the program starts");
    let charts = folder().join("charts").display().to_string();
    let general = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace(&charts, "{charts}");
        text.replace(&format!("{}/", place.display()), "{run}/")
    };
    let mut rest = format!("--- exit {}\n", output.status.code().unwrap_or(-1));
    let mut written = Vec::new();
    files(&place.join("out"), &mut written);
    written.sort();
    written.extend(Some(place.join("input.yaml")).filter(|path| path.exists()));
    for path in written {
        let name = path.strip_prefix(&place).expect("lies below").display();
        let _ = write!(rest, "--- file {name}\n{}", general(&fs::read(&path).expect("can be read")));
    }
    Ran { out: general(&output.stdout), err: general(&output.stderr), rest }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("can be read").path()) {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

/// Says where a case differs; nothing where it does not. Our standard error goes on after Helm's words, with a drawing.
fn difference(name: &str, arguments: &[String]) -> Option<String> {
    let expected = fs::read_to_string(folder().join("expected").join(format!("{name}.out"))).expect("generate.sh has run");
    let (out, rest) = expected.split_once("--- stderr\n").expect("has the three parts");
    let (err, rest) = rest.split_at(rest.rfind("--- exit ").expect("has the three parts"));
    let found = run(arguments);
    if name.starts_with("usage-") {
        let agrees = found.rest == rest && !found.err.is_empty();
        return (!agrees).then(|| format!("{}\n{}", found.err, found.rest));
    }
    if found.out == out && found.err.starts_with(err) && found.rest == rest {
        return None;
    }
    Some(format!("{}--- stderr\n{}{}", found.out, found.err, found.rest))
}

#[test]
fn flags_do_what_they_do_in_helm() {
    let cases = fs::read_to_string(folder().join("cases.txt")).expect("the cases are there");
    let charts = folder().join("charts").display().to_string();
    let cases: Vec<Vec<String>> = cases
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(|field| field.replace("{charts}", &charts)).collect())
        .collect();
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
    let next = Mutex::new(cases.iter());
    let failures = Mutex::new(String::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let case = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(case) = case else { break };
                    if let Some(found) = difference(&case[0], &case[1..]) {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        let _ = writeln!(failures, "{} {:?}\n{found}", case[0], &case[1..]);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(failures.is_empty(), "{failures}");
}
