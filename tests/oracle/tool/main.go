// Command oracle asks the real Helm engine and the real sigs.k8s.io/yaml what they make of an input, so that the tests'
// expectations come from them and from nobody else.
//
//	oracle cases FILE.cases VALUES.yaml > FILE.expected   one template a line, rendered by Helm's engine
//	oracle yaml-read  < documents.json > results.json     a JSON list of YAML texts: each to JSON or to an error
//	oracle yaml-bytes < documents.json > results.json     each read as by yaml-read, then written as by yaml-write as a string;
//	                                                      a character of the JSON strings stands for the byte of its number
//	oracle json-read  < documents.json > results.json     the same with encoding/json
//	oracle yaml-write < values.json > results.json        a JSON list of values: each as toYaml, toYamlPretty, toJson, quote, %v
//	oracle forms < question.json > results.json           {"forms": templates, "values": {...}}: each template by Helm's engine
//	oracle strvals     < cases.jsonl > expected.jsonl     a --set text a line: the values after it, with their Go types
//	oracle chart-values < cases.jsonl > expected.jsonl    a chart and values a line: what templates see of them
//	oracle lifecycle > lifecycle.txt                      the kinds of Kubernetes that are deprecated, a line each
//	oracle addresses < texts.txt > addresses.expected     whether each line is a mail address, a web address, a source's address
//
// A line of a cases file is a template; an empty line or one that starts with "# " is skipped; a line that starts with a
// double quote is a JSON string (for templates with line breaks). The expected file has one JSON object a case.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"
)

type result struct {
	Out *string `json:"out,omitempty"`
	Err *string `json:"err,omitempty"`
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: oracle SUBCOMMAND; see the comment at the top"))
	}
	var err error
	switch os.Args[1] {
	case "cases":
		err = cases(os.Args[2], os.Args[3])
	case "yaml-read":
		err = read(func(text string, value any) error { return yaml.Unmarshal([]byte(text), value) })
	case "yaml-bytes":
		err = yamlBytes()
	case "json-read":
		err = read(func(text string, value any) error { return json.Unmarshal([]byte(text), value) })
	case "yaml-write":
		err = yamlWrite()
	case "forms":
		err = forms()
	case "strvals":
		err = setValues()
	case "chart-values":
		err = chartValues()
	case "lifecycle":
		err = lifecycle()
	case "addresses":
		err = addresses()
	default:
		err = fmt.Errorf("unknown subcommand %q", os.Args[1])
	}
	fail(err)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func cases(casesPath, valuesPath string) error {
	text, err := os.ReadFile(casesPath)
	if err != nil {
		return err
	}
	valuesText, err := os.ReadFile(valuesPath)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for number, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		template := line
		if strings.HasPrefix(line, `"`) {
			if err := json.Unmarshal([]byte(line), &template); err != nil {
				return fmt.Errorf("%s:%d: %w", casesPath, number+1, err)
			}
		}
		values := map[string]any{}
		if err := yaml.Unmarshal(valuesText, &values); err != nil {
			return err
		}
		if err := encoder.Encode(render(template, values)); err != nil {
			return err
		}
	}
	return nil
}

// render runs one template as x/templates/t of a chart x 0.1.0 with the release r in namespace n.
func render(template string, values map[string]any) (r result) {
	defer func() {
		if p := recover(); p != nil {
			text := fmt.Sprint("panic: ", p)
			r = result{Err: &text}
		}
	}()
	c := &chart.Chart{
		Metadata:  &chart.Metadata{Name: "x", Version: "0.1.0", APIVersion: "v2", AppVersion: "1.0"},
		Templates: []*common.File{{Name: "templates/t", ModTime: time.Time{}, Data: []byte(template)}},
	}
	top := map[string]any{
		"Chart":        c.Metadata,
		"Release":      map[string]any{"Name": "r", "Namespace": "n", "Revision": 1, "IsInstall": true, "IsUpgrade": false, "Service": "Helm"},
		"Capabilities": common.DefaultCapabilities,
		"Values":       common.Values(values),
	}
	rendered, err := engine.Render(c, top)
	if err != nil {
		text := err.Error()
		return result{Err: &text}
	}
	text := rendered["x/templates/t"]
	return result{Out: &text}
}

func read(unmarshal func(text string, value any) error) error {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		return err
	}
	results := make([]any, 0, len(texts))
	for _, text := range texts {
		results = append(results, readOne(text, unmarshal))
	}
	return writeLines(results)
}

func readOne(text string, unmarshal func(text string, value any) error) result {
	var value any
	if err := unmarshal(text, &value); err != nil {
		message := err.Error()
		return result{Err: &message}
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		message := err.Error()
		return result{Err: &message}
	}
	out := string(encoded)
	return result{Out: &out}
}

func yamlWrite() error {
	var values []any
	if err := json.NewDecoder(os.Stdin).Decode(&values); err != nil {
		return err
	}
	results := make([]any, 0, len(values))
	for _, value := range values {
		results = append(results, writeOne(value))
	}
	return writeLines(results)
}

func writeOne(value any) []result {
	forms := []string{`{{ toYaml .Values.v }}`, `{{ toYamlPretty .Values.v }}`, `{{ toJson .Values.v }}`, `{{ quote .Values.v }}`, `{{ printf "%v" .Values.v }}`}
	row := make([]result, 0, len(forms))
	for _, form := range forms {
		row = append(row, render(form, map[string]any{"v": value}))
	}
	return row
}

func yamlBytes() error {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		return err
	}
	results := make([]any, 0, len(texts))
	for _, text := range texts {
		raw := make([]byte, 0, len(text))
		for _, character := range text {
			raw = append(raw, byte(character))
		}
		row := []result{readOne(string(raw), func(text string, value any) error { return yaml.Unmarshal([]byte(text), value) })}
		results = append(results, append(row, writeOne(string(raw))[:3]...))
	}
	return writeLines(results)
}

// writeLines writes a JSON list with one item a line.
func writeLines(items []any) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	out.WriteString("[\n")
	for at, item := range items {
		encoded, err := json.Marshal(item)
		if err != nil {
			return err
		}
		out.Write(encoded)
		if at < len(items)-1 {
			out.WriteString(",")
		}
		out.WriteString("\n")
	}
	_, err := out.WriteString("]\n")
	return err
}
