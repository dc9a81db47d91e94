// Computes the status of each object of cases.json with kstatus, the library that Helm asks, and writes expected.json.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type testCase struct {
	Name   string          `json:"name"`
	Object json.RawMessage `json:"object"`
}

type expectation struct {
	Name    string `json:"name"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

func main() {
	text, err := os.ReadFile("cases.json")
	check(err)
	var cases []testCase
	check(json.Unmarshal(text, &cases))
	out, err := os.Create("expected.json")
	check(err)
	fmt.Fprintln(out, "[")
	for i, c := range cases {
		var object unstructured.Unstructured
		check(object.UnmarshalJSON(c.Object))
		result, err := status.Compute(&object)
		check(err)
		e := expectation{Name: c.Name, State: result.Status.String(), Message: result.Message}
		if len(result.Conditions) > 0 {
			e.Reason = result.Conditions[0].Reason
		}
		line, err := json.Marshal(e)
		check(err)
		comma := ","
		if i == len(cases)-1 {
			comma = ""
		}
		fmt.Fprintf(out, "%s%s\n", line, comma)
	}
	fmt.Fprintln(out, "]")
	check(out.Close())
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
