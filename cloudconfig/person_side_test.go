package cloudconfig

import (
	"strings"
	"testing"
	"time"
)

// What the sync side does to every user's password.
func TestReasonOfASide(t *testing.T) {
	elsewhere := []Mismatch{{Code: WrongServer, Text: "SYNC01 synchronizes another forest", Fix: "name another"}}
	off, lost := onServer(0), onServer(0, ev(31019, 2*time.Minute), ev(32004, time.Minute))
	off.Reset = &ResetConfiguration{}
	for _, c := range []struct {
		name    string
		server  *Server
		against []Mismatch
		code    string
		weight  Weight
		says    string
	}{
		{"it works", ptr(onServer(0, ev(31019, 2*time.Minute))), nil, "", "", ""},
		{"it is off", &off, nil, "writeback-off", Hinders, "Enabled false"},
		{"it does not arrive", &lost, nil, "writeback-unproven", Hinders, "32004"},
		{"nobody was asked", nil, nil, "writeback-unproven", Notes, "nothing that was asked"},
		{"somebody else was asked", nil, elsewhere, WrongServer, Hinders, "another forest"},
	} {
		var all []Testimony
		if c.server != nil {
			all = c.server.Testify()
		}
		r := Judge(WritebackOn, all, noon).Reason(c.against)
		if r.Code != c.code || r.Weight != c.weight || !strings.Contains(r.Text, c.says) || (r.Code != "") != (r.Fix != "") {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func ptr[T any](v T) *T { return &v }
