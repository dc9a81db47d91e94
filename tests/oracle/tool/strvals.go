package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/strvals"
)

// A setCase is a text that --set or one of its sisters takes, and the values that it is set into.
type setCase struct {
	Form string         `json:"form"`
	Text string         `json:"text"`
	Into map[string]any `json:"into,omitempty"`
}

// setValues reads one case a line and prints the values after it, or Helm's error.
func setValues() error {
	decoder := json.NewDecoder(os.Stdin)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		var c setCase
		if err := decoder.Decode(&c); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(setOne(c)); err != nil {
			return err
		}
	}
}

func setOne(c setCase) result {
	values := c.Into
	if values == nil {
		values = map[string]any{}
	}
	var err error
	switch c.Form {
	case "set":
		err = strvals.ParseInto(c.Text, values)
	case "set-string":
		err = strvals.ParseIntoString(c.Text, values)
	case "set-json":
		err = strvals.ParseJSON(c.Text, values)
	case "set-literal":
		err = strvals.ParseLiteralInto(c.Text, values)
	default:
		err = fmt.Errorf("unknown form %q", c.Form)
	}
	if err != nil {
		text := err.Error()
		return result{Err: &text}
	}
	text := typed(values)
	return result{Out: &text}
}

// typed shows a value with the Go types of its numbers, which JSON does not tell.
func typed(value any) string {
	switch value := value.(type) {
	case nil:
		return "nil"
	case string:
		return fmt.Sprintf("%q", value)
	case bool:
		return fmt.Sprint(value)
	case []any:
		parts := make([]string, len(value))
		for i, item := range value {
			parts[i] = typed(item)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(value))
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, fmt.Sprintf("%q:%s", key, typed(value[key])))
		}
		return "{" + strings.Join(parts, " ") + "}"
	default:
		return fmt.Sprintf("%T(%v)", value, value)
	}
}
