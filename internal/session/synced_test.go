package session

import (
	"fmt"
	"strings"
	"testing"
	"writeback/adperms/coverage"
	"writeback/cloudconfig/graph"
)

// What makes no sense in the list makes it unknown who is synchronized, and a list that
// broke off is not kept.
func TestSyncedPass(t *testing.T) {
	user := func(sid string) *graph.SyncedUser { return &graph.SyncedUser{SID: sid} }
	for name, c := range map[string]struct {
		told []*graph.SyncedUser
		want string // the error has; "": none
		cut  bool
	}{
		"whole":                    {told: []*graph.SyncedUser{user("S-1-5-21-1-2-3-1104"), user(""), user("S-1-5-32-544"), nil}},
		"nobody":                   {told: []*graph.SyncedUser{nil}},
		"broken off":               {told: []*graph.SyncedUser{user("S-1-5-21-1-2-3-1104")}, cut: true},
		"no SID":                   {told: []*graph.SyncedUser{user("anna"), user("S-1-5-21-1-2-3-1104"), nil}, want: "is not a SID"},
		"RIDs beyond what is kept": {told: append(spread(1<<14+1), nil), want: coverage.ErrTooSpread.Error()},
	} {
		var p syncedPass
		for _, u := range c.told {
			p.take(u)
		}
		if p.whole == c.cut || (p.err == nil) != (c.want == "") || p.err != nil && !strings.Contains(p.err.Error(), c.want) {
			t.Errorf("%s: whole %t, %v", name, p.whole, p.err)
		}
	}
}

func spread(n int) (out []*graph.SyncedUser) {
	for i := range n {
		out = append(out, &graph.SyncedUser{SID: fmt.Sprintf("S-1-5-21-1-2-3-%d", i<<12)})
	}
	return out
}
