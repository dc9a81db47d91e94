//! Reads the files of a chart's archive.

use super::super::Error;
use super::budget::{Budget, LIMIT};
use super::loaded::Loaded;
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};
use std::time::{Duration, SystemTime};
use tar::{Archive, Entry};

/// Reads every file of a gzipped tar, the first path segment dropped. Nothing is written anywhere.
///
/// # Errors
/// Bytes that are no such archive, names that lead outside the chart, or too many bytes.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Loaded>, Error> {
    let mut archive = Archive::new(Unpacked { reader: MultiGzDecoder::new(bytes), left: LONGEST });
    let mut budget = Budget::new();
    let mut files = Vec::new();
    for entry in archive.entries().map_err(unreadable)? {
        let mut entry = entry.map_err(unreadable)?;
        budget.count()?;
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if kind.is_dir() || name.ends_with('/') || kind.is_pax_global_extensions() || kind.is_pax_local_extensions() {
            continue;
        }
        let name = inner_name(&name).map_err(|message| Error::Archive { message })?;
        files.push(contents(&mut entry, name, &mut budget)?);
    }
    if files.is_empty() {
        return Err(Error::Archive { message: "no files in chart archive".into() });
    }
    Ok(files)
}

/// How long an archive may be when it is unpacked: names, folders and what else is passed over included.
const LONGEST: u64 = 3 * LIMIT;

/// An unpacked archive that ends in an error where it is too long.
struct Unpacked<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other(format!("chart archive unpacks to more than {LONGEST} bytes")))?;
        Ok(read)
    }
}

fn unreadable(source: std::io::Error) -> Error {
    Error::Unpack { source }
}

fn contents(entry: &mut Entry<'_, impl Read>, name: String, budget: &mut Budget) -> Result<Loaded, Error> {
    let too_large = || Error::Archive { message: format!("decompressed chart is larger than the maximum size {LIMIT}") };
    if entry.size() > budget.left() {
        return Err(too_large());
    }
    let mut data = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or(0));
    entry.by_ref().take(budget.left()).read_to_end(&mut data).map_err(unreadable)?;
    budget.spend(data.len()).map_err(|_| too_large())?;
    if budget.left() == 0 {
        return Err(too_large());
    }
    let modified = entry.header().mtime().ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(1 << 40)));
    Ok(Loaded::new(name, data, modified))
}

/// Returns the path below the chart's folder, or why the name is refused, in Helm's words.
fn inner_name(name: &str) -> Result<String, String> {
    let delimiter = if name.contains('\\') { '\\' } else { '/' };
    let (first, rest) = name.split_once(delimiter).unwrap_or((name, ""));
    let inner = rest.replace(delimiter, "/");
    if inner.starts_with('/') {
        return Err("chart illegally contains absolute paths".into());
    }
    let inner = clean(&inner);
    if inner == "." {
        return Err(format!("chart illegally contains content outside the base directory: {}", crate::value::quote(name.as_bytes())));
    }
    if inner.starts_with("..") {
        return Err("chart illegally references parent directory".into());
    }
    if is_drive_path(&inner) {
        return Err("chart contains illegally named files".into());
    }
    if first == "Chart.yaml" {
        return Err("chart yaml not in base directory".into());
    }
    Ok(inner)
}

/// Go's `path.Clean` of a relative path.
fn clean(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    if segments.is_empty() { ".".to_owned() } else { segments.join("/") }
}

/// Says whether a path begins like `c:/`.
fn is_drive_path(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::inner_name;

    #[track_caller]
    fn check(name: &str, expected: Result<&str, &str>) {
        assert_eq!(inner_name(name).as_deref().map_err(String::as_str), expected, "{name}");
    }

    #[test]
    fn names_stay_inside_the_chart() {
        check("mychart/Chart.yaml", Ok("Chart.yaml"));
        check("./templates/a.yaml", Ok("templates/a.yaml"));
        check("mychart\\templates\\a.yaml", Ok("templates/a.yaml"));
        check("mychart/a/../b", Ok("b"));
        check("Chart.yaml", Err("chart illegally contains content outside the base directory: \"Chart.yaml\""));
        check("x/../../etc/passwd", Err("chart illegally references parent directory"));
        check("x/../etc", Err("chart illegally references parent directory"));
        check("x//etc/passwd", Err("chart illegally contains absolute paths"));
        check("x\\c:\\foo", Err("chart contains illegally named files"));
        check("Chart.yaml/a", Err("chart yaml not in base directory"));
        check("x/..a", Err("chart illegally references parent directory"));
    }
}
