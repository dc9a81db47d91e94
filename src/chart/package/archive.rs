//! The archive: a tar in a gzip, the same bytes for the same chart.

use super::entries::{Entry, entries};
use crate::chart::{Chart, Error};
use flate2::{Compression, GzBuilder};
use std::io::{self, Write};
use tar::{EntryType, Header};

/// Which time the entries of an archive have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryTime {
    /// The same in every archive: 1980-01-01, before which some programs complain.
    Fixed,
    /// Seconds since 1970, for the times of locks too (SOURCE_DATE_EPOCH).
    Epoch(u64),
}

/// 1980-01-01T00:00:00Z
const FIXED: u64 = 315_532_800;

/// Returns the name of a chart's archive: `NAME-VERSION.tgz`.
pub fn archive_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// Returns a chart as an archive that Helm reads.
///
/// # Errors
/// What cannot be packaged; see `entries`.
pub fn archive(chart: &Chart, time: EntryTime) -> Result<Vec<u8>, Error> {
    let (seconds, generated) = match time {
        EntryTime::Fixed => (FIXED, None),
        EntryTime::Epoch(seconds) => (seconds, Some(rfc3339(seconds))),
    };
    let entries = entries(chart, generated.as_deref())?;
    write(&entries, seconds).map_err(|error| Error::Package { message: error.to_string() })
}

fn write(entries: &[Entry<'_>], seconds: u64) -> io::Result<Vec<u8>> {
    let zipped = GzBuilder::new().comment("Helm").write(Vec::new(), Compression::default());
    let mut archive = tar::Builder::new(zipped);
    for entry in entries {
        append(&mut archive, entry, seconds)?;
    }
    archive.into_inner()?.finish()
}

fn append(archive: &mut tar::Builder<impl Write>, entry: &Entry<'_>, seconds: u64) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(seconds);
    header.set_size(entry.data.len() as u64);
    if !entry.name.is_ascii() || header.set_path(&entry.name).is_err() {
        archive.append_pax_extensions([("path", entry.name.as_bytes())])?;
        // Who knows no extended headers sees the end of the path.
        let name: String = entry.name.chars().filter(char::is_ascii).collect();
        header.set_path(name[name.len().saturating_sub(100)..].trim_start_matches('/'))?;
    }
    header.set_cksum();
    archive.append(&header, &*entry.data)
}

fn rfc3339(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{File, Metadata, load_archive};

    fn chart(files: &[&str]) -> Chart {
        let metadata = Metadata { name: "c".into(), version: "1.0.0".into(), api_version: "v2".into(), ..Metadata::default() };
        let file = |name: &&str| File { name: (*name).to_owned(), data: name.as_bytes().into(), modified: None };
        Chart { metadata, files: files.iter().map(file).collect(), ..Chart::default() }
    }

    #[test]
    fn names_of_any_length_and_script_come_back() {
        let long = "a/".repeat(120) + "file.txt";
        let names = ["files/ä.txt", long.as_str(), "x.txt"];
        let bytes = archive(&chart(&names), EntryTime::Fixed).expect("nothing is wrong with it");
        let read = load_archive(&bytes).expect("it is a chart");
        assert_eq!(read.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), names);
        assert_eq!(bytes, archive(&chart(&names), EntryTime::Fixed).expect("as before"), "the same chart gives the same bytes");
    }
}
