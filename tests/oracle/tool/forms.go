package main

import (
	"encoding/json"
	"os"
)

// forms reads {"forms": [template, ...], "values": {...}} from standard input and writes what Helm's engine makes of each
// template with these values, read as JSON: numbers are float64, as in any chart's values.
func forms() error {
	var question struct {
		Forms  []string       `json:"forms"`
		Values map[string]any `json:"values"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&question); err != nil {
		return err
	}
	results := make([]any, 0, len(question.Forms))
	for _, form := range question.Forms {
		results = append(results, render(form, question.Values))
	}
	return writeLines(results)
}
