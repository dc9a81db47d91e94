//! Reading files and folders: `readFile`, `readDir`, `readDirEntries`, `isFile`, `isDir`. Relative paths start in the folder of
//! the template.

use super::render::host;
use super::{bytes, function, text};
use crate::source::{FileKind, join};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Kind, List, Object, Value};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) static FUNCTIONS: &[Function] = &[
    function("readFile", &[Ty::Str], None, read_file),
    function("readDir", &[Ty::Str], None, read_dir),
    function("readDirEntries", &[Ty::Str], None, read_dir_entries),
    function("isFile", &[Ty::Str], None, |call, arguments| Ok(Value::Bool(kind(call, &arguments[0])? == Some(FileKind::File)))),
    function("isDir", &[Ty::Str], None, |call, arguments| Ok(Value::Bool(kind(call, &arguments[0])? == Some(FileKind::Folder)))),
];

fn kind(call: &mut Call<'_, '_>, path: &Value) -> Result<Option<FileKind>, Fault> {
    let host = host(call)?;
    Ok(host.world.files.kind(&join(&host.folder, Path::new(&text(path)))))
}

fn read_file(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let host = host(call)?;
    host.check_insecure()?;
    let path = join(&host.folder, Path::new(&text(&arguments[0])));
    let content = host.world.files.read(&path).map_err(|error| Fault::new(format!("open {}: {error}", path.display())))?;
    Ok(bytes(content))
}

fn read_dir(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let given = text(&arguments[0]);
    let entries = list(call, &given, "ReadDir")?;
    let names = entries.into_iter().filter(|entry| !entry.is_folder);
    let paths = names.map(|entry| join(Path::new(&given), Path::new(&entry.name)).display().to_string());
    Ok(Value::List(List::of_strings(paths)))
}

fn read_dir_entries(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let entries = list(call, &text(&arguments[0]), "ReadDirEntries")?;
    Ok(entries.into_iter().map(|entry| Value::Object(Arc::new(DirEntry(entry)))).collect::<List>().into())
}

fn list(call: &mut Call<'_, '_>, given: &str, function: &str) -> Result<Vec<crate::source::FolderEntry>, Fault> {
    let host = host(call)?;
    host.check_insecure()?;
    let path: PathBuf = join(&host.folder, Path::new(given));
    host.world.files.list(&path).map_err(|error| Fault::new(format!("{function} \"{}\": {error}", path.display())))
}

/// Go's `fs.DirEntry`.
#[derive(Debug)]
struct DirEntry(crate::source::FolderEntry);

impl Object for DirEntry {
    fn type_name(&self) -> String {
        "*os.unixDirent".to_owned()
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn call(&self, name: &str, _arguments: &[Value]) -> Option<Result<Value, String>> {
        match name {
            "Name" => Some(Ok(Value::from(self.0.name.as_str()))),
            "IsDir" => Some(Ok(Value::Bool(self.0.is_folder))),
            "String" => Some(Ok(Value::from(self.display()))),
            _ => None,
        }
    }

    fn display(&self) -> String {
        if self.0.is_folder { format!("d {}/", self.0.name) } else { format!("- {}", self.0.name) }
    }

    fn json(&self) -> Value {
        Value::Map(crate::value::Map::new())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
