package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"writeback/cloudconfig/graph"
	"writeback/internal/output"
	"writeback/internal/practice"
	"writeback/internal/settings"
)

// The table of settings knows no client: what it says of theirs is theirs.
func TestWordsOfSettings(t *testing.T) {
	var methods []string
	for _, m := range graph.Methods() {
		methods = append(methods, string(m))
	}
	if !slices.Equal(settings.Auth.Words(), methods) {
		t.Errorf("--auth: %q, package graph has %q", settings.Auth.Words(), methods)
	}
	if forms := slices.Sorted(maps.Keys(output.ReportForms)); !slices.Equal(slices.Sorted(slices.Values(settings.Format.Words())), forms) {
		t.Errorf("--format: %q, reports have %q", settings.Format.Words(), forms)
	}
	if all := strings.Join(practice.Troubles(), ", "); !strings.HasSuffix(settings.Trouble.Usage, ": "+all) {
		t.Errorf("--trouble: %q, the practice world has %s", settings.Trouble.Usage, all)
	}
}
