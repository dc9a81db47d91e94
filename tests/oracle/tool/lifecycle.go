package main

import (
	"fmt"
	"sort"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgo "k8s.io/client-go/kubernetes/scheme"
)

type deprecated interface{ APILifecycleDeprecated() (int, int) }
type removed interface{ APILifecycleRemoved() (int, int) }
type replaced interface {
	APILifecycleReplacement() schema.GroupVersionKind
}

// lifecycle prints a line for every kind of Kubernetes that is deprecated at some version: apiVersion, kind, the version of
// its deprecation, that of its removal (or -), and what to use in its place (or -).
func lifecycle() error {
	// A scheme of its own, as Helm's lint makes one: that of client-go may have been added to.
	scheme := runtime.NewScheme()
	if err := clientgo.AddToScheme(scheme); err != nil {
		return err
	}
	var lines []string
	for kind := range scheme.AllKnownTypes() {
		object, err := scheme.New(kind)
		if err != nil {
			return err
		}
		end, isDeprecated := object.(deprecated)
		if !isDeprecated {
			continue
		}
		major, minor := end.APILifecycleDeprecated()
		if major == 0 && minor == 0 {
			continue
		}
		gone, instead := "-", "-"
		if removal, ok := object.(removed); ok {
			if major, minor := removal.APILifecycleRemoved(); major != 0 || minor != 0 {
				gone = fmt.Sprintf("%d.%d", major, minor)
			}
		}
		if replacement, ok := object.(replaced); ok {
			if next := replacement.APILifecycleReplacement(); !next.Empty() {
				instead = fmt.Sprintf("%s %s", next.GroupVersion(), next.Kind)
			}
		}
		lines = append(lines, fmt.Sprintf("%s\t%s\t%d.%d\t%s\t%s", kind.GroupVersion(), kind.Kind, major, minor, gone, instead))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
	return nil
}
