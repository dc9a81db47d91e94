//! Lists what would be taken over.

use super::words::{count, table};
use crate::ops::Adoptions;
use std::io::{self, Write};

/// Writes a row an object, and what is known already.
///
/// # Errors
/// What the stream says.
pub fn write_adoptions(out: &mut dyn Write, adoptions: &Adoptions) -> io::Result<()> {
    for name in &adoptions.installed {
        writeln!(out, "release {name} is installed already: it belongs to the stack as it is")?;
    }
    if adoptions.objects.is_empty() {
        return writeln!(out, "Nothing to take over.");
    }
    let mut rows = vec![["OBJECT", "RELEASE", "NAMESPACE", "TAKEN FROM"].map(str::to_owned).to_vec()];
    for object in &adoptions.objects {
        rows.push(vec![
            object.id.to_string(),
            object.release.clone(),
            object.namespace.clone(),
            object.from.clone().unwrap_or_else(|| "nobody".into()),
        ]);
    }
    write!(out, "{}", table(&rows))?;
    writeln!(out, "{} to take over.", count(adoptions.objects.len(), "object", "objects"))
}
