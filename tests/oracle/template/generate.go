//go:build ignore

// Command generate writes what Go itself makes of templates and formats:
//
//	go run generate.go
//
// It reads Go's own test tables from GOROOT, takes the templates and formats out of them, runs them with data that has a
// counterpart in our value room, and writes templates.jsonl, formats.jsonl, and data.json beside it. own.cases adds ours.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// data is the counterpart of exec_test.go's tVal and cmpStruct, as far as charts could hold it.
var data = map[string]any{
	"True": true, "I": 17, "U16": uint(16), "X": "x", "S": "xyz", "FloatZero": 0.0,
	"U": map[string]any{"V": "v"}, "SI": []int{3, 4, 5}, "SIEmpty": []int{}, "SB": []bool{true, false}, "AI": []int{3, 4, 5},
	"MSI":    map[string]any{"one": 1, "two": 2, "three": 3},
	"MSIone": map[string]any{"one": 1}, "MSIEmpty": map[string]any{}, "MXI": map[string]any{"one": 1},
	"MSS":    map[string]string{"a": "b"},
	"SMSI":   []any{map[string]any{"one": 1, "two": 2}, map[string]any{"eleven": 11, "twelve": 12}},
	"Empty0": nil, "Empty1": 3, "Empty2": "empty2", "Empty3": []int{7, 8}, "Empty4": map[string]any{"V": "UinEmpty"},
	"PI": 23, "UPI": 23, "PAI": []int{3, 4, 5}, "PS": "a string", "PSI": []int{21, 22, 23}, "NIL": nil, "Str": "foozle", "Err": "erroozle",
	"Uthree": uint(3), "Ufour": uint(4), "NegOne": -1, "Three": 3, "Ptr": nil, "NilPtr": nil, "NonNilPtr": 1,
	"Map": map[string]any{}, "NilMap": nil, "Iface1": 1, "NilIface": nil, "V1": 1, "V2": 2,
	"Float": 1.5, "Big": 1e21, "Million": 1e6, "Int64": int64(7), "Rune": int32('x'), "Byte": uint8('b'), "U64": uint64(1) << 62,
	"Bytes": []byte("bytes"), "Strings": []string{"a", "b"}, "Mixed": []any{1, "a", nil, true, 2.5},
	"Empty": "", "Zero": 0, "False": false, "List": []any{"p", "q", "r"}, "EmptyList": []any{}, "NilInList": []any{nil},
	"Deep":  map[string]any{"a": map[string]any{"b": map[string]any{"c": "found", "n": nil}}},
	"Quote": `"quoted" & 'single' <tag>`, "Raw": "\xff\x00é",
}

var functions = template.FuncMap{
	"add": func(args ...int) int {
		sum := 0
		for _, x := range args {
			sum += x
		}
		return sum
	},
	"echo":         func(arg any) any { return arg },
	"oneArg":       func(a string) string { return "oneArg=" + a },
	"twoArgs":      func(a, b string) string { return "twoArgs=" + a + b },
	"zeroArgs":     func() string { return "zeroArgs" },
	"returnInt":    func() int { return 7 },
	"mapOfThree":   func() any { return map[string]any{"three": 3} },
	"typeOf":       func(arg any) string { return fmt.Sprintf("%T", arg) },
	"fails":        func(a string) (string, error) { return "", fmt.Errorf("it failed: %s", a) },
	"takesInt":     func(a int) int { return a },
	"takesBool":    func(a bool) bool { return a },
	"takesFloat":   func(a float64) float64 { return a },
	"takesInt64":   func(a int64) int64 { return a },
	"takesMap":     func(a map[string]any) int { return len(a) },
	"takesList":    func(a []any) int { return len(a) },
	"takesStrings": func(a []string) int { return len(a) },
	"atLeastOne":   func(a string, more ...string) int { return len(more) },
}

type templateCase struct {
	Template string  `json:"template"`
	Missing  string  `json:"missing,omitempty"`
	Out      *string `json:"out,omitempty"`
	Raw      *string `json:"raw,omitempty"`
	Err      *string `json:"err,omitempty"`
}

type formatCase struct {
	Format string  `json:"format"`
	Args   []any   `json:"args"`
	Out    *string `json:"out,omitempty"`
	Raw    *string `json:"raw,omitempty"`
}

func main() {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	check(err)
	src := filepath.Join(strings.TrimSpace(string(root)), "src")
	writeJSON("data.json", encode(data))
	writeTemplates(src)
	writeLeftOut(filepath.Join(src, "text/template/exec_test.go"))
	writeFormats(src)
	writeJSON("characters.json", map[string][][2]rune{
		"printable":     ranges(strconv.IsPrint),
		"letterOrDigit": ranges(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }),
	})
}

// ranges returns the first and last characters of every run that belongs to a class.
func ranges(belongs func(rune) bool) [][2]rune {
	var found [][2]rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch {
		case !belongs(r):
		case len(found) > 0 && found[len(found)-1][1] == r-1:
			found[len(found)-1][1] = r
		default:
			found = append(found, [2]rune{r, r})
		}
	}
	return found
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeJSON(name string, value any) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(value))
	check(os.WriteFile(name, out.Bytes(), 0o644))
}

// writeTemplates runs every template in the tables, whatever its test wants to show.
func writeTemplates(src string) {
	var texts []string
	for _, name := range []string{"exec_test.go", "multi_test.go", "parse/parse_test.go", "parse/lex_test.go"} {
		texts = append(texts, templatesIn(filepath.Join(src, "text/template", name))...)
	}
	own, err := os.ReadFile("own.cases")
	check(err)
	for _, line := range strings.Split(string(own), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		if strings.HasPrefix(line, `"`) {
			check(json.Unmarshal([]byte(line), &line))
		}
		texts = append(texts, line)
	}
	file, err := os.Create("templates.jsonl")
	check(err)
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	seen := map[string]bool{}
	for _, text := range texts {
		if seen[text] || leftOut(text) {
			continue
		}
		seen[text] = true
		zero := run(text, "zero")
		check(encoder.Encode(zero))
		for _, missing := range []string{"default", "error"} {
			other := run(text, missing)
			if fmt.Sprint(str(other.Out), str(other.Raw), str(other.Err)) != fmt.Sprint(str(zero.Out), str(zero.Raw), str(zero.Err)) {
				other.Missing = missing
				check(encoder.Encode(other))
			}
		}
	}
	check(out.Flush())
	check(file.Close())
}

func str(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

// notInCharts says, by what a case of execTests holds, why Go's result for it cannot be had with a chart's values.
var notInCharts = []struct{ part, reason string }{
	{"{{call ", "functions as values"}, {"| call", "functions as values"}, {"Func", "functions as values"},
	{"Method", "methods of Go values"}, {"TrueFalse", "methods of Go values"}, {".GetU", "methods of Go values"}, {".MAdd", "methods of Go values"},
	{".Copy", "methods of Go values"}, {".MyError", "methods of Go values"},
	{".V0", "methods of Go values"}, {".V1", "methods of Go values"}, {".V2", "methods of Go values"},
	{".W0", "methods of Go values"}, {".W1", "methods of Go values"}, {".W2", "methods of Go values"},
	{"stringer", "functions of the test with Go types"}, {"makemap", "functions of the test with Go types"}, {"dddArg", "functions of the test with Go types"},
	{"valueString", "functions of the test with Go types"}, {"(die)", "a function that panics"},
	{"count ", "channels and iterators"}, {"range $i := .}}", "channels and iterators"}, {"range $i = .}}", "channels and iterators"},
	{"range $i, $c := .}}", "channels and iterators"}, {"range $i, $c = .}}", "channels and iterators"}, {"range $v := .}}", "channels and iterators"},
	{"NonEmptyInterface", "interfaces with methods"}, {".NIL", "pointers with a type that are nil"},
	{".SICap", "a slice's capacity"}, {"{{.Empty4}}", "structs"}, {"7-3i", "complex numbers"},
	{".MI64S", "maps with keys that are no strings"}, {".MI32S", "maps with keys that are no strings"}, {".MI8S", "maps with keys that are no strings"},
	{".MUI64S", "maps with keys that are no strings"}, {".MUI8S", "maps with keys that are no strings"},
	{"{{index .MSI `", "maps whose elements have a type (a missing key is 0)"}, {"{{.cause}}", "maps whose elements have a type (a missing key is 0)"},
	{"range $v := 5", "%T of an untyped constant's iteration"},
	{"{{.MII.one}}", "maps with keys that are no strings"}, {"{{.unexported}}", "structs"}, {"{{typeOf }}", "functions of the test with Go types"},
	{"{{js .}}", "another dot (own.cases has it)"}, {"{{eq . '", "another dot (own.cases has it)"}, {"<{{.}}>", "another dot (own.cases has it)"}, {"{{$}}", "another dot (own.cases has it)"},
	{"", "a text without an action"},
}

// writeLeftOut lists the cases of execTests whose result is not Go's own with our data, each with the reason. A case
// without one ends the program.
func writeLeftOut(path string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	out, err := os.Create("left-out.tsv")
	check(err)
	count := map[string]int{}
	total := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || spec.Names[0].Name != "execTests" {
			return true
		}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			fields := element.(*ast.CompositeLit).Elts
			name, _ := constant(fields[0])
			input, _ := constant(fields[1])
			output, known := constant(fields[2])
			succeeds := fields[4].(*ast.Ident).Name == "true"
			total++
			got := run(input, "default")
			same := succeeds && known && got.Out != nil && *got.Out == output || !succeeds && got.Err != nil || succeeds && !known && got.Out != nil
			if same && strings.Contains(input, "{{") && !leftOut(input) {
				continue
			}
			reason := whyNot(input)
			count[reason]++
			fmt.Fprintf(out, "%s\t%s\t%s\n", reason, name, input)
		}
		return false
	})
	check(out.Close())
	fmt.Println("execTests:", total, "cases; left out:", count)
}

func whyNot(input string) string {
	for _, known := range notInCharts {
		if known.part != "" && strings.Contains(input, known.part) || known.part == "" && !strings.Contains(input, "{{") {
			return known.reason
		}
	}
	check(fmt.Errorf("no reason is known why this case of Go's tables is left out: %s", input))
	return ""
}

// leftOut names what our room does not do; docs/compatibility.md gives the reasons.
var leftOutParts = []string{
	"{{template `a", "{{template \"r\"", // recursion up to Go's own limit
	"range count", "VariadicFunc", "BinaryFunc", "dddArg", "stringer", "vfunc", "valueString", "makemap", // Go functions as values
}

func leftOut(text string) bool {
	for _, part := range leftOutParts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return !utf8.ValidString(text) || strings.Count(text, "(") > 1000
}

// pointers print differently each time; no case with one is kept.
var pointer = regexp.MustCompile(`0xc[0-9a-f]{6,}`)

func run(text, missing string) (c templateCase) {
	c.Template = text
	t, err := template.New("t").Option("missingkey=" + missing).Funcs(functions).Parse(text)
	var out bytes.Buffer
	if err == nil {
		err = t.Execute(&out, data)
	}
	if err != nil {
		message := err.Error()
		c.Err = &message
		return c
	}
	c.Out, c.Raw = texts(out.Bytes())
	return c
}

func texts(out []byte) (text, raw *string) {
	if utf8.Valid(out) {
		s := string(out)
		return &s, nil
	}
	s := base64.StdEncoding.EncodeToString(out)
	return nil, &s
}

// templatesIn returns the strings of a Go file that hold an action, and the comparisons of cmpTests as conditions.
func templatesIn(path string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Names) == 1 && spec.Names[0].Name == "cmpTests" {
			for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
				if expression, ok := constant(element.(*ast.CompositeLit).Elts[0]); ok {
					found = append(found, "{{if "+expression+"}}true{{else}}false{{end}}")
				}
			}
			return false
		}
		if expression, ok := node.(ast.Expr); ok {
			if text, ok := constant(expression); ok {
				if strings.Contains(text, "{{") {
					found = append(found, text)
				}
				return false
			}
		}
		return true
	})
	return found
}

func constant(expression ast.Expr) (string, bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.BinaryExpr:
		left, ok := constant(e.X)
		right, ok2 := constant(e.Y)
		return left + right, ok && ok2 && e.Op == token.ADD
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return "", false
}

// writeFormats runs the formats of fmt_test.go whose arguments are constants, and a grid of verbs, flags and values.
func writeFormats(src string) {
	file, err := os.Create("formats.jsonl")
	check(err)
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	seen := map[string]bool{}
	add := func(format string, args []any) {
		text := fmt.Sprintf(format, args...)
		c := formatCase{Format: format, Args: make([]any, len(args))}
		for i, arg := range args {
			c.Args[i] = encode(arg)
		}
		key := fmt.Sprintf("%q %T %#v", format, args, args)
		if seen[key] || len(text) > 400 || pointer.MatchString(text) || !utf8.ValidString(format) || strings.Contains(format, "%w") {
			return
		}
		seen[key] = true
		c.Out, c.Raw = texts([]byte(text))
		check(encoder.Encode(c))
	}
	formatsIn(filepath.Join(src, "fmt/fmt_test.go"), add)
	for _, verb := range "vTqsdxXobOcUeEfFgGtz" {
		for _, flags := range []string{"", "+", "-8", "#", " ", "08", "+8.3", ".3", "#.2", "#+08.1", "20", "-020", "# "} {
			for _, value := range []any{-17, 0.5, "héé\n", true, nil, uint8(200)} {
				add("%"+flags+string(verb)+"|", []any{value})
			}
		}
		for _, value := range []any{
			int64(1) << 40, -1e21, 123456.789, "a\x00\xff`", []byte("hey"), []any{1, "a", nil, 2.5}, []string{"x", "y"}, []string(nil),
			map[string]any{"b": nil, "a": []any{1, map[string]any{"z": "q"}}}, map[string]string{"k": "v"}, int32('☺'), 0x10ffff + 1,
			math.Inf(1), math.Inf(-1), math.NaN(), 0.0, math.Copysign(0, -1), 1e-7, 5e-324, math.MaxFloat64, 100000.0, 1e6, 2.5,
		} {
			for _, flags := range []string{"", "#", "+", "12", "012", ".2", "#+.5"} {
				add("%"+flags+string(verb), []any{value})
			}
		}
	}
	for _, format := range []string{
		"%", "%d %", "%!", "%[1]d %[1]v", "%[2]d %[1]d", "%[3]d", "%[x]d", "%[", "%[1", "%[-1]d", "%[2]*[1]d", "%*d", "%.*f", "%-*d", "%[1]*.[2]*[3]f",
		"%d %d %d", "%d %d %d %d", "%.d", "%6.[1]d", "%[1]6d", "%[1].2d", "%1000001d", "%.1000001d", "%-", "%+", "%d%%", "100%", "%é", "%!d", "%.", "%5.", "%d %s",
	} {
		add(format, []any{1, 2, 3})
		add(format, []any{4, 3, 2.5})
		add(format, []any{-7, "x", 1.5})
		add(format, nil)
		add(format, []any{nil, []any{}})
	}
	check(out.Flush())
	check(file.Close())
}

func formatsIn(path string, add func(string, []any)) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	check(err)
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
			return true
		}
		name := spec.Names[0].Name
		if name != "fmtTests" && name != "reorderTests" {
			return true
		}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			parts := element.(*ast.CompositeLit).Elts
			format, ok := constant(parts[0])
			if !ok {
				continue
			}
			if value, ok := evaluate(parts[1]); ok {
				if list, isList := value.([]any); isList && name == "reorderTests" {
					add(format, list)
				} else {
					add(format, []any{value})
				}
			}
		}
		return false
	})
}

// evaluate returns the value of a constant expression of the tables, where our value room has its type.
func evaluate(expression ast.Expr) (any, bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		switch e.Kind {
		case token.STRING:
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		case token.INT:
			n, err := strconv.ParseInt(e.Value, 0, 64)
			return int(n), err == nil
		case token.FLOAT:
			f, err := strconv.ParseFloat(e.Value, 64)
			return f, err == nil
		case token.CHAR:
			r, _, _, err := strconv.UnquoteChar(e.Value[1:], '\'')
			return r, err == nil
		}
	case *ast.UnaryExpr:
		if value, ok := evaluate(e.X); ok && e.Op == token.SUB {
			switch n := value.(type) {
			case int:
				return -n, true
			case float64:
				return -n, true
			}
		}
	case *ast.Ident:
		switch e.Name {
		case "true", "false":
			return e.Name == "true", true
		case "nil":
			return nil, true
		case "posInf":
			return math.Inf(1), true
		case "negInf":
			return math.Inf(-1), true
		case "NaN":
			return math.NaN(), true
		}
	case *ast.CallExpr:
		return convert(e)
	case *ast.CompositeLit:
		return composite(e)
	}
	return nil, false
}

func typeName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.ArrayType:
		if e.Len == nil {
			return "[]" + typeName(e.Elt)
		}
	case *ast.InterfaceType:
		return "any"
	case *ast.MapType:
		return "map[" + typeName(e.Key) + "]" + typeName(e.Value)
	}
	return "?"
}

func convert(call *ast.CallExpr) (any, bool) {
	if len(call.Args) != 1 {
		return nil, false
	}
	value, ok := evaluate(call.Args[0])
	if !ok {
		return nil, false
	}
	n, isInt := value.(int)
	text, isText := value.(string)
	switch name := typeName(call.Fun); {
	case name == "int" && isInt:
		return n, true
	case name == "int64" && isInt:
		return int64(n), true
	case name == "int32" && isInt, name == "rune" && isInt:
		return int32(n), true
	case name == "uint" && isInt:
		return uint(n), true
	case name == "uint64" && isInt:
		return uint64(n), true
	case (name == "uint8" || name == "byte") && isInt:
		return uint8(n), true
	case name == "float64" && isInt:
		return float64(n), true
	case name == "float64":
		f, ok := value.(float64)
		return f, ok
	case name == "[]byte" && isText:
		return []byte(text), true
	}
	return nil, false
}

func composite(literal *ast.CompositeLit) (any, bool) {
	var items []any
	for _, element := range literal.Elts {
		value, ok := evaluate(element)
		if !ok {
			return nil, false
		}
		items = append(items, value)
	}
	switch typeName(literal.Type) {
	case "[]any", "SE":
		if items == nil {
			items = []any{}
		}
		return items, true
	case "[]string":
		list := []string{}
		for _, item := range items {
			list = append(list, item.(string))
		}
		return list, true
	case "[]int":
		list := []int{}
		for _, item := range items {
			n, ok := item.(int)
			if !ok {
				return nil, false
			}
			list = append(list, n)
		}
		return list, true
	}
	return nil, false
}

// encode writes a value with its Go type, for our reader in tests/offline/template.rs.
func encode(value any) any {
	tagged := func(tag string, value any) any { return map[string]any{tag: value} }
	switch v := value.(type) {
	case nil:
		return nil
	case bool, string:
		if s, ok := v.(string); ok && !utf8.ValidString(s) {
			return tagged("raw", base64.StdEncoding.EncodeToString([]byte(s)))
		}
		return v
	case int:
		return tagged("int", strconv.Itoa(v))
	case int32:
		return tagged("int32", strconv.FormatInt(int64(v), 10))
	case int64:
		return tagged("int64", strconv.FormatInt(v, 10))
	case uint:
		return tagged("uint", strconv.FormatInt(int64(v), 10))
	case uint8:
		return tagged("uint8", strconv.FormatInt(int64(v), 10))
	case uint64:
		return tagged("uint64", strconv.FormatInt(int64(v), 10))
	case float64:
		return tagged("float64", strconv.FormatFloat(v, 'g', -1, 64))
	case []byte:
		return tagged("bytes", base64.StdEncoding.EncodeToString(v))
	case []any:
		return tagged("list", encodeAll(v))
	case []string:
		if v == nil {
			return tagged("strings", nil)
		}
		return tagged("strings", encodeAll(v))
	case []int:
		return tagged("ints", encodeAll(v))
	case []bool:
		return tagged("bools", encodeAll(v))
	case map[string]any:
		return tagged("map", encodeMap(v))
	case map[string]string:
		return tagged("stringMap", encodeMap(v))
	}
	check(fmt.Errorf("no encoding for %T", value))
	return nil
}

func encodeAll[T any](items []T) []any {
	encoded := []any{}
	for _, item := range items {
		encoded = append(encoded, encode(item))
	}
	return encoded
}

func encodeMap[T any](entries map[string]T) map[string]any {
	keys := make([]string, 0, len(entries))
	for key := range entries {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	encoded := map[string]any{}
	for _, key := range keys {
		encoded[key] = encode(entries[key])
	}
	return encoded
}
