package cloudconfig

import (
	"strings"
	"testing"
	"time"
)

// Calls to SAM that are denied, as Microsoft's page of SSPR_0029 has them, with what the
// sync server's registry says about it.
func TestRemoteSAM(t *testing.T) {
	const denied = `ERR_: MMS(4711): admaexport.cpp(2944): Failed to acquire user information: Contoso\MSOL_1. Error Code: ERROR_ACCESS_DENIED`
	at := func(min int64, id int, message string) Event {
		return Event{ID: id, At: time.Unix(min*60, 0), Message: message}
	}
	text := func(s string) *string { return &s }
	for _, c := range []struct {
		name     string
		registry *string
		barred   bool
		events   []Event
		is       bool
		want     []string // in text and fix
	}{
		{"nothing", nil, false, nil, false, nil},
		{"denied, the registry not looked at", nil, false, []Event{at(1, 33004, ""), at(1, 6329, denied)}, true, []string{"event 6329", "RestrictRemoteSam", "check the rights"}},
		{"denied, not set", text(""), false, []Event{at(1, 6329, denied)}, true, []string{"not set on SYNC01", "domain controllers"}},
		{"denied and set", text("O:BAG:BAD:(A;;RC;;;BA)"), true, []Event{at(1, 6329, denied)}, true, []string{"set on SYNC01: O:BAG:BAD:(A;;RC;;;BA)", "Remote Access", "undefining alone leaves it"}},
		{"denied before a success", text("O:BAG:BAD:(A;;RC;;;BA)"), true, []Event{at(1, 6329, denied), at(2, 31002, "")}, false, nil},
		{"barred, no event yet", text("O:BAG:BAD:(A;;RC;;;BA)"), true, nil, true, []string{"does not let MSOL_1", "33004"}},
		{"another cause", nil, false, []Event{at(1, 6329, "hr=8023062C")}, false, nil},
	} {
		s := Server{Host: "SYNC01", Product: "connect", At: time.Unix(600, 0), RestrictRemoteSAM: c.registry, Events: c.events}
		r, is := s.RemoteSAM("MSOL_1", c.barred)
		if is != c.is || is && (r.Code != RemoteSAMRestricted || r.Fix == "") {
			t.Errorf("%s: %t, %+v", c.name, is, r)
		}
		for _, w := range c.want {
			if !strings.Contains(r.Text+"; "+r.Fix, w) {
				t.Errorf("%s: %q is not in %q, %q", c.name, w, r.Text, r.Fix)
			}
		}
	}
}
