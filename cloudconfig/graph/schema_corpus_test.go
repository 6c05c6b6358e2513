package graph_test

import (
	"errors"
	"io/fs"
	"testing"

	"writeback/internal/practice/tenant"
	"writeback/internal/practice/tenant/csdl"
)

// What is asked for and written has the names and types of Graph's own schema.
func TestCorpusRequestsAreOfTheSchema(t *testing.T) {
	schema, err := csdl.Open()
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus graph-v1.0-excerpt.csdl is not beside the project")
	}
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, tenant.Options{People: someUsers, PageSize: 500}, tenant.TokenOptions{})
	if err := w.everything(); err != nil {
		t.Fatal(err)
	}
	if err := schema.CheckRequests(w.Requests()); err != nil {
		t.Error(err)
	}
}
