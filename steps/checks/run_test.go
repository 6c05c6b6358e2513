package checks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/steps"
)

// mangled is a directory whose descriptors do not parse.
type mangled struct{ *world }

func (mangled) Object(_ context.Context, dn string) (adperms.Object, error) {
	return adperms.Object{DN: dn, Descriptor: []byte{1, 2}}, nil
}

func TestHealthy(t *testing.T) {
	w := healthy()
	r := w.run(t)
	if len(r.Results) != len(All) || !r.OK() {
		t.Errorf("%d results, ok %v", len(r.Results), r.OK())
	}
	for i, x := range r.Results {
		if x.State != OK || x.Code != All[i].Code || x.Text == "" || x.Source == "" || !x.At.Equal(noon) {
			t.Errorf("%+v", x)
		}
	}
	for _, once := range []string{syncDN, "delegation", "features", "server"} {
		if n := len(slices.DeleteFunc(slices.Clone(w.asked), func(s string) bool { return s != once })); n != 1 {
			t.Errorf("%s was asked for %d times", once, n)
		}
	}
}

// What cannot be reached is not checked: never ok, and nothing to act on.
func TestUnreachable(t *testing.T) {
	offline := []string{"dc-certificate", "tls-version", "channel-binding", "functional-level", "ldap-controls"} // known since the sign-in
	for _, c := range []struct {
		name  string
		broke func(*world)
		only  []string // of these codes all are not checked; nil: all of the domain
		skip  []string
	}{
		{"the DC is gone", func(w *world) { w.down = errDown; w.s.Delegation = w.gone },
			nil, offline},
		{"there is no DC", func(w *world) { w.s.Directory = nil }, nil, nil},
		{"neither tenant nor server", func(w *world) { w.s.Features, w.s.Server, w.s.Roles, w.s.Unasked = nil, nil, nil, "give --auth" },
			[]string{"sync-server", "sync-version", "writeback-feature", "tenant-sync", "tenant-licence", "sspr-feature", "tenant-roles", "outbound"}, nil},
		{"the sync server is gone", func(w *world) {
			w.s.Server = func(context.Context) (cloudconfig.Server, error) { return cloudconfig.Server{}, errDown }
		}, []string{"sync-server", "sync-version", "outbound"}, nil},
		{"the stages fail", func(w *world) {
			w.s.Features = func(context.Context) ([]steps.StepPlan, error) { return nil, errDown }
		}, []string{"sync-server", "writeback-feature", "tenant-sync", "tenant-licence", "sspr-feature"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := healthy()
			c.broke(w)
			r := w.run(t)
			if !r.OK() {
				t.Error("something is to be done")
			}
			for i, x := range r.Results {
				out := slices.Contains(c.only, x.Code) || c.only == nil && All[i].Need == Domain || All[i].Alone && w.s.Directory == nil
				if slices.Contains(c.skip, x.Code) {
					out = false
				}
				if (x.State == NotChecked) != out || out && (x.Text == "" || len(x.Findings) > 0) {
					t.Errorf("%s is %s: %s", x.Code, x.State, x.Text)
				}
			}
		})
	}
}

func (w *world) gone(context.Context) (steps.StepPlan, error) { return steps.StepPlan{}, errDown }

func TestSelect(t *testing.T) {
	_, err := Select([]string{"tls-version", "tls"})
	var unknown *UnknownError
	if !errors.As(err, &unknown) || unknown.Code != "tls" || !strings.Contains(err.Error(), "dc-certificate, tls-version") {
		t.Errorf("%v", err)
	}
	some, err := Select([]string{"outbound", "tls-version"})
	if err != nil || len(some) != 2 || some[0].Code != "tls-version" || some[1].Alone {
		t.Errorf("%+v, %v", some, err)
	}
	seen := map[string]bool{}
	for _, c := range All {
		if seen[c.Code] || c.Title == "" || c.run == nil {
			t.Errorf("%+v", c)
		}
		seen[c.Code] = true
	}
}

// Who leaves gets what was looked at, and no check that was cut short.
func TestCancelled(t *testing.T) {
	w := healthy()
	ctx, cancel := context.WithCancel(t.Context())
	w.s.Begin = func(c Check) {
		if c.Code == "live-schema" {
			cancel()
		}
	}
	r, err := Run(ctx, w.s, All)
	if !errors.Is(err, context.Canceled) || len(r.Results) != slices.Index(Codes(), "live-schema") {
		t.Errorf("%d results, %v", len(r.Results), err)
	}
}

func TestLimits(t *testing.T) {
	seen := map[string]int{}
	for _, l := range Limits() {
		seen[l.Written]++
		if l.What == "" || l.Written == "unclear" && l.Note == "" {
			t.Errorf("%+v", l)
		}
	}
	if seen["yes"] != 5 || seen["no"] != 5 || seen["unclear"] != 2 {
		t.Errorf("%v", seen)
	}
	for _, want := range []string{"passwordreset.microsoftonline.com", "OnPremisesAgent", "31002"} {
		if !strings.Contains(strings.Join(HowToTest(), "\n"), want) {
			t.Errorf("how to test does not name %s", want)
		}
	}
}
