//! Our own first chart: a web server with everything that such a thing may need.

use super::copy::PLACEHOLDER;

/// The files, in the order in which they are written.
const FILES: [(&str, &str); 12] = [
    ("Chart.yaml", include_str!("files/Chart.yaml")),
    ("values.yaml", include_str!("files/values.yaml")),
    // Without its dot it is not taken for rules of this folder.
    (".helmignore", include_str!("files/helmignore")),
    ("templates/ingress.yaml", include_str!("files/templates/ingress.yaml")),
    ("templates/httproute.yaml", include_str!("files/templates/httproute.yaml")),
    ("templates/deployment.yaml", include_str!("files/templates/deployment.yaml")),
    ("templates/service.yaml", include_str!("files/templates/service.yaml")),
    ("templates/serviceaccount.yaml", include_str!("files/templates/serviceaccount.yaml")),
    ("templates/hpa.yaml", include_str!("files/templates/hpa.yaml")),
    ("templates/NOTES.txt", include_str!("files/templates/NOTES.txt")),
    ("templates/_helpers.tpl", include_str!("files/templates/_helpers.tpl")),
    ("templates/tests/test-connection.yaml", include_str!("files/templates/tests/test-connection.yaml")),
];

/// Returns the paths and texts of a new chart of this name. An empty folder `charts` belongs to it.
pub fn own_files(name: &str) -> Vec<(&'static str, String)> {
    FILES.iter().map(|(path, text)| (*path, text.replace(PLACEHOLDER, name))).collect()
}
