package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"writeback/cloudconfig/graph"
)

// A Graph whose lists have no end: every page names another next one. None of it
// is asked for more often than it can have news.
func TestListsWithoutEnd(t *testing.T) {
	id := func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
	users := func(w *world) error { _, err := w.client.Registrations(t.Context(), nil, nil); return err }
	roles := func(w *world) error { _, err := w.client.Roles(t.Context()); return err }
	audits := func(w *world) error { _, err := w.client.Audits(t.Context(), time.Now()); return err }
	for name, c := range map[string]struct {
		ask  func(*world) error
		page func(n int) string
		most int
		says string
	}{
		"empty pages":             {users, func(int) string { return "" }, 100, "empty pages"},
		"one page again":          {users, func(int) string { return `{"id":"` + id(1) + `"}` }, 4, "repeats itself"},
		"a page turned around":    {users, func(n int) string { a, b := id(n%2), id(1-n%2); return `{"id":"` + a + `"},{"id":"` + b + `"}` }, 4, "repeats itself"},
		"a circle of fifty":       {users, func(n int) string { return `{"id":"` + id(n%50) + `"}` }, 200, "repeats itself"},
		"roles without end":       {roles, func(n int) string { return fmt.Sprintf(`{"roleTemplateId":"%d"}`, n) }, 201, "more than 200 pages"},
		"another activity's":      {audits, func(n int) string { return fmt.Sprintf(`{"id":"%d","activityDisplayName":"x"}`, n) }, 201, "more than 200 pages"},
		"lists within lists":      {roles, func(int) string { return strings.Repeat("[", 5000) + strings.Repeat("]", 5000) }, 1, "lists within lists"},
		"a page of a million":     {roles, func(int) string { return strings.Repeat("{},", 1_000_000) + "{}" }, 1, "more than"},
		"a page that is too long": {roles, func(int) string { return `{"displayName":"` + strings.Repeat("x", 9<<20) + `"}` }, 1, "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			var w *world
			asked := 0
			w = interrupting(t, func(rw http.ResponseWriter, _ *http.Request) bool {
				asked++
				rw.Header().Set("Content-Type", "application/json")
				if asked > 2*c.most {
					fmt.Fprint(rw, `{"value":[]}`) // so that the test ends
					return true
				}
				fmt.Fprintf(rw, `{"value":[%s],"@odata.nextLink":"%s/v1.0/x?$skiptoken=%d"}`, c.page(asked), w.GraphEndpoint(), asked)
				return true
			})
			err := c.ask(w)
			refused(t, err, graph.Malformed, c.says)
			if asked > c.most {
				t.Errorf("it was asked %d times, %d at most", asked, c.most)
			}
		})
	}
}
