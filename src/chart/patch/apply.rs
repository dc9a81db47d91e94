//! Applies patches to the files of a chart.

use super::conflict::PatchError;
use super::parse::{FilePatch, Hunk, parse};
use super::paths::resolve;
use crate::diag::{Source, nearest};

/// Patches for a chart, in the order in which they are applied.
#[derive(Clone, Debug, Default)]
pub struct Patches {
    chart: String,
    patches: Vec<Source>,
}

/// A patch that a chart was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedPatch {
    /// Its file.
    pub name: String,
    /// The files of the chart that it changes.
    pub files: Vec<String>,
    /// How many of its hunks stand at other lines than it says.
    pub moved: usize,
}

/// A file that can be patched.
pub(in crate::chart) trait Patchable {
    fn name(&self) -> &str;
    fn data(&self) -> &[u8];
    /// Makes a file like `from`, or like none.
    fn with(name: String, data: Vec<u8>, from: Option<&Self>) -> Self;
}

impl Patches {
    /// Takes the texts of patches for the chart of that name.
    pub fn new(chart: impl Into<String>, patches: Vec<Source>) -> Patches {
        Patches { chart: chart.into(), patches }
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty()
    }

    /// Returns what tells these patches from others: their texts.
    pub fn key(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut digest = Sha256::new();
        for patch in &self.patches {
            digest.update((patch.text().len() as u64).to_be_bytes());
            digest.update(patch.text());
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the names of the files that patches name in subcharts, as `charts/NAME/`.
    ///
    /// # Errors
    /// A patch that cannot be read.
    pub(in crate::chart) fn subcharts(&self) -> Result<Vec<String>, PatchError> {
        let mut found: Vec<String> = Vec::new();
        for patch in &self.patches {
            for file in parse(patch)? {
                for name in [file.old, file.new].into_iter().flatten() {
                    let name = resolve(&name, &self.chart, |candidate| candidate.starts_with("charts/"));
                    let subchart = name.strip_prefix("charts/").and_then(|inner| inner.split_once('/')).map(|(name, _)| name.to_owned());
                    found.extend(subchart.filter(|name| !found.contains(name)));
                }
            }
        }
        Ok(found)
    }

    /// Applies the patches one after another.
    ///
    /// # Errors
    /// The first that cannot be read or does not fit.
    pub(in crate::chart) fn apply<F: Patchable>(&self, files: &mut Vec<F>) -> Result<Vec<AppliedPatch>, PatchError> {
        let mut applied = Vec::with_capacity(self.patches.len());
        for patch in &self.patches {
            let mut done = AppliedPatch { name: patch.name().to_owned(), files: Vec::new(), moved: 0 };
            for change in parse(patch)? {
                self.change(&change, files, &mut done)?;
            }
            applied.push(done);
        }
        Ok(applied)
    }

    fn change<F: Patchable>(&self, change: &FilePatch, files: &mut Vec<F>, done: &mut AppliedPatch) -> Result<(), PatchError> {
        let there = |files: &[F], name: &str| files.iter().position(|file| file.name() == name);
        let resolved = |name: &str, files: &[F]| resolve(name, &self.chart, |candidate| there(files, candidate).is_some());
        let old = change.old.as_ref().map(|name| resolved(name, files));
        // A renamed file lies beside where the patch has it; one that is changed keeps its name.
        let new = match (&change.old, &change.new, &old) {
            (Some(before), Some(after), Some(old)) if without_first(before) == without_first(after) || before == after => Some(old.clone()),
            (_, Some(after), _) => Some(resolved(after, files)),
            (_, None, _) => None,
        };
        let span = || change.span.clone();
        let at = match &old {
            None => None,
            Some(old) => Some(there(files, old).ok_or_else(|| {
                let near = nearest(old, files.iter().map(Patchable::name)).map(ToOwned::to_owned);
                PatchError::NoFile { file: old.clone(), near, span: span() }
            })?),
        };
        let file = new.as_ref().or(old.as_ref()).cloned().unwrap_or_default();
        if old != new && new.as_ref().is_some_and(|new| there(files, new).is_some()) {
            return Err(PatchError::Exists { file, span: span() });
        }
        let data = at.map(|at| files[at].data().to_vec()).unwrap_or_default();
        let (patched, moved) = patch_file(&file, &data, &change.hunks)?;
        done.moved += moved;
        done.files.push(file.clone());
        match (at, new) {
            (Some(at), None) if patched.is_empty() => drop(files.remove(at)),
            (_, None) => return Err(PatchError::NotEmpty { file, span: span() }),
            (Some(at), Some(new)) => files[at] = F::with(new, patched, Some(&files[at])),
            (None, Some(new)) => {
                // Templates are known by their names; where a new one stands among the others decides nothing but the order of output.
                let at = files.iter().position(|file| file.name() > new.as_str()).unwrap_or(files.len());
                files.insert(at, F::with(new, patched, None));
            }
        }
        Ok(())
    }
}

fn without_first(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, rest)| rest)
}

/// Applies the hunks of one file. Each may stand anywhere behind the one before it; the nearest place to its line counts. Returns
/// also how many do not stand at their line.
fn patch_file(file: &str, data: &[u8], hunks: &[Hunk]) -> Result<(Vec<u8>, usize), PatchError> {
    let lines: Vec<&[u8]> = data.split_inclusive(|byte| *byte == b'\n').collect();
    let mut patched = Vec::with_capacity(data.len());
    let (mut done, mut offset, mut moved) = (0, 0, 0);
    for (index, hunk) in hunks.iter().enumerate() {
        let (old, new) = (hunk.lines_before(), hunk.lines_after());
        // A hunk without old lines stands after the line that it names.
        let wanted = if old.is_empty() { hunk.start } else { hunk.start.saturating_sub(1) };
        let expected = wanted.saturating_add_signed(offset);
        let Some(at) = find(&old, &lines, done, expected) else {
            let is_done = find(&new, &lines, done, expected).is_some();
            return Err(PatchError::conflict(file, index + 1, hunk, &lines, is_done));
        };
        moved += usize::from(at != wanted);
        offset = at as isize - wanted as isize;
        patched.extend(lines[done..at].concat());
        patched.extend(new.concat());
        done = at + old.len();
    }
    patched.extend(lines[done..].concat());
    Ok((patched, moved))
}

/// Finds lines in a file, from `first` on, nearest to where they are expected.
fn find(wanted: &[&[u8]], lines: &[&[u8]], first: usize, expected: usize) -> Option<usize> {
    let last = lines.len().checked_sub(wanted.len())?;
    if wanted.is_empty() {
        return (first..=last).contains(&expected).then_some(expected);
    }
    let fits = |at: &usize| lines[*at..].starts_with(wanted);
    (first..=last).filter(fits).min_by_key(|at| at.abs_diff(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Text(String, String);

    impl Patchable for Text {
        fn name(&self) -> &str {
            &self.0
        }

        fn data(&self) -> &[u8] {
            self.1.as_bytes()
        }

        fn with(name: String, data: Vec<u8>, _: Option<&Text>) -> Text {
            Text(name, String::from_utf8(data).expect("texts stay texts"))
        }
    }

    fn files(texts: &[(&str, &str)]) -> Vec<Text> {
        texts.iter().map(|(name, text)| Text((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn apply(patch: &str, before: &[(&str, &str)]) -> Result<(Vec<Text>, Vec<AppliedPatch>), PatchError> {
        let mut files = files(before);
        let applied = Patches::new("nova", vec![Source::new("p.patch", patch)]).apply(&mut files)?;
        Ok((files, applied))
    }

    #[track_caller]
    fn check(patch: &str, before: &[(&str, &str)], after: &[(&str, &str)]) -> usize {
        let (found, applied) = apply(patch, before).expect("it fits");
        assert_eq!(found, files(after));
        applied[0].moved
    }

    #[track_caller]
    fn refused(patch: &str, before: &[(&str, &str)], expected: &str) -> PatchError {
        let error = apply(patch, before).expect_err("it does not fit");
        assert_eq!(error.to_string(), expected);
        error
    }

    const HUNK: &str = "--- a/x\n+++ b/x\n@@ -2,3 +2,3 @@ where\n b\n-c\n+C\n d\n";

    #[test]
    fn a_hunk_may_have_moved() {
        assert_eq!(check(HUNK, &[("x", "a\nb\nc\nd\n")], &[("x", "a\nb\nC\nd\n")]), 0);
        assert_eq!(check(HUNK, &[("x", "0\n0\n0\na\nb\nc\nd\ne")], &[("x", "0\n0\n0\na\nb\nC\nd\ne")]), 1);
        // Of several places the nearest.
        check(HUNK, &[("x", "b\nc\nd\nb\nc\nd\n")], &[("x", "b\nC\nd\nb\nc\nd\n")]);
    }

    #[test]
    fn lines_may_not_differ() {
        let error = refused(HUNK, &[("x", "a\nb\nc2\nd\n")], "hunk 1 does not fit x");
        let PatchError::Conflict { line, diff, is_done, span, .. } = &error else { panic!("{error:?}") };
        assert_eq!((*line, diff.as_str(), *is_done, span.to_string().as_str()), (2, " b\n-c\n+c2\n d\n", false, "p.patch:3:1"));
        let error = refused(HUNK, &[("x", "a\nb\nC\nd\n")], "hunk 1 does not fit x");
        assert!(matches!(error, PatchError::Conflict { is_done: true, .. }));
    }

    #[test]
    fn files_are_made_removed_and_renamed() {
        let new = "diff --git a/templates/n.yaml b/templates/n.yaml\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/templates/n.yaml\n@@ -0,0 +1,2 @@\n+a\n+b\n";
        check(
            new,
            &[("templates/a", "1"), ("templates/z", "2")],
            &[("templates/a", "1"), ("templates/n.yaml", "a\nb\n"), ("templates/z", "2")],
        );
        refused(new, &[("templates/n.yaml", "1")], "the patch makes templates/n.yaml, which the chart has already");
        let gone = "--- a/x\t2024-01-01 00:00:00\n+++ b/x\t1970-01-01 00:00:00 +0000\n@@ -1,2 +0,0 @@\n-a\n-b\n";
        check(gone, &[("x", "a\nb\n"), ("y", "")], &[("y", "")]);
        refused(gone, &[("x", "a\nb\nc\n")], "the patch removes x, but not all of its lines");
        let renamed = "diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n";
        check(renamed, &[("x", "a\n")], &[("y", "b\n")]);
        check("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", &[("x", "a\n")], &[("y", "a\n")]);
        refused(HUNK, &[("xy", "a\n")], "the chart has no file x to patch");
    }

    #[test]
    fn the_end_of_a_file_may_have_no_newline() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n";
        check(patch, &[("x", "a\nb")], &[("x", "a\nc")]);
        refused(patch, &[("x", "a\nb\n")], "hunk 1 does not fit x");
    }

    #[test]
    fn mails_and_quilt_are_read() {
        let mail = format!("From 12 Mon\nSubject: --- x\n\n---\n x | 2 +-\n\ndiff --git a/x b/x\nindex 1..2 100644\n{HUNK}-- \n2.40\n");
        check(&mail, &[("x", "a\nb\nc\nd\n")], &[("x", "a\nb\nC\nd\n")]);
        let quilt = format!("Index: nova/x\n====\n{}", HUNK.replace("a/x", "nova.orig/x").replace("b/x", "nova/x"));
        check(&quilt, &[("x", "a\nb\nc\nd\n")], &[("x", "a\nb\nC\nd\n")]);
    }

    #[test]
    fn what_is_no_patch_is_told() {
        refused("hello\n", &[], "the patch cannot be read: it changes no file");
        refused(
            "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n",
            &[("x", "")],
            "the patch cannot be read: the hunk ends 2 old and 2 new lines too early",
        );
        refused("@@ -1 +1 @@\n-a\n+b\n", &[], "the patch cannot be read: this hunk is of no file: there is no `---` and `+++` before it");
        refused("diff --git a/x b/x\nBinary files a/x and b/x differ\n", &[], "the patch cannot be read: binary files are not patched");
    }
}
