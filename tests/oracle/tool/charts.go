package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
)

// A chartCase is a chart by its files, and the values of a user.
type chartCase struct {
	Name  string            `json:"name"`
	Files map[string]string `json:"files"`
	// Values is JSON or YAML, as a values file.
	Values     string `json:"values"`
	SkipSchema bool   `json:"skipSchema,omitempty"`
}

// A chartResult is what Helm makes of it: the values that templates see, the charts that take part (but libraries), and what it says.
type chartResult struct {
	Values string   `json:"values,omitempty"`
	Charts []string `json:"charts,omitempty"`
	Err    *string  `json:"err,omitempty"`
	Log    []string `json:"log,omitempty"`
}

// chartValues reads one case a line and prints what `helm template` would hand to the templates, or its error.
func chartValues() error {
	decoder := json.NewDecoder(os.Stdin)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		var c chartCase
		if err := decoder.Decode(&c); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(chartValuesOf(c)); err != nil {
			return err
		}
	}
}

func chartValuesOf(c chartCase) chartResult {
	var log bytes.Buffer
	noTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: noTime})))
	values, charts, err := handedToTemplates(c)
	var lines []string
	for _, line := range strings.Split(log.String(), "\n") {
		if line != "" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	if err != nil {
		text := err.Error()
		return chartResult{Err: &text, Log: lines}
	}
	return chartResult{Values: typed(values), Charts: charts, Log: lines}
}

func handedToTemplates(c chartCase) (any, []string, error) {
	names := make([]string, 0, len(c.Files))
	for name := range c.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	var files []*archive.BufferedFile
	for _, name := range names {
		files = append(files, &archive.BufferedFile{Name: name, ModTime: time.Time{}, Data: []byte(c.Files[name])})
	}
	loaded, err := loader.LoadFiles(files)
	if err != nil {
		return nil, nil, err
	}
	values, err := loader.LoadValues(strings.NewReader(c.Values))
	if err != nil {
		return nil, nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	options := common.ReleaseOptions{Name: "release", Namespace: "default", Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, values, options, common.DefaultCapabilities, c.SkipSchema)
	if err != nil {
		return nil, nil, err
	}
	return plain(top["Values"]), chartNames(loaded, ""), nil
}

func chartNames(c *chart.Chart, path string) []string {
	path += c.Name()
	var found []string
	if !strings.EqualFold(c.Metadata.Type, "library") {
		found = append(found, path)
	}
	for _, dependency := range c.Dependencies() {
		found = append(found, chartNames(dependency, path+"/")...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// plain takes the named type off a map.
func plain(value any) any {
	switch value := value.(type) {
	case common.Values:
		return plain(map[string]any(value))
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, item := range value {
			out[key] = plain(item)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = plain(item)
		}
		return out
	default:
		return value
	}
}
