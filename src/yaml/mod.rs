//! Text <-> value, exactly as Go's sigs.k8s.io/yaml (over go-yaml v2) reads and writes it; and Go's encoding/json.
//!
//! In: a `Source`, or a `Value`. Out: a `Value` with origins, a span tree of `Node`s, or text.
//! May not know: templates, charts, stacks.
//! Rule: go.yaml.in/yaml/v2 2.4.4 under sigs.k8s.io/yaml 1.6.0; go.yaml.in/yaml/v3 for `toYamlPretty`; encoding/json.
