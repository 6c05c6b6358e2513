package cloudconfig

import (
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		product, version string
		want             string // "ok", "unknown", "dead", or what the text says
	}{
		{"connect", "2.5.76.0", "ok"}, {"connect", "2.3.20.0", "ok"}, {"connect", "2.3.20", "ok"}, {"connect", "3.0", "ok"}, {"connect", "2.10.0.0", "ok"},
		{"connect", "2.3.19.9", "deadlocks"}, {"connect", "2.1.19.0", "deadlocks"}, {"connect", "2.1.18.0", "SSPR_0029"}, {"connect", "2.1", "SSPR_0029"}, {"connect", "2.0.0.0", "SSPR_0029"},
		{"connect", "1.6.16.0", "dead"}, {"connect", "1.999.0.0", "dead"}, {"connect", " 1.6.16.0 ", "dead"},
		{"cloud", "1.1.977.0", "ok"}, {"cloud", "1.1.1107.0", "ok"}, {"cloud", "1.2", "ok"}, {"cloud", "1.1.976.9", "1.1.977.0 on"}, {"cloud", "1.1", "1.1.977.0 on"},
		{"connect", "", "unknown"}, {"connect", "2", "unknown"}, {"connect", "2.x.1", "unknown"}, {"connect", "-2.1", "unknown"},
		{"connect", "2.1.2.3.4", "unknown"}, {"connect", "2.99999999999", "unknown"}, {"cloud", "2.1 beta", "unknown"},
	} {
		v := Versions(c.product, c.version)
		got := v.Text
		switch {
		case v.Unknown:
			got = "unknown"
		case v.Dead:
			got = "dead"
		case v.Text == "":
			got = "ok"
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s %q: %s, want %s", c.product, c.version, got, c.want)
		}
		if v.Text != "" && !strings.Contains(v.Text, c.version) {
			t.Errorf("%s %q: the version is not named: %s", c.product, c.version, v.Text)
		}
	}
}

// Every cloud has names that must be open, and no host is tried that is not
// among them.
func TestOutboundHosts(t *testing.T) {
	for _, c := range append(Clouds(), "") {
		names := OutboundNames(c)
		if len(names) == 0 {
			t.Errorf("%q needs nothing", c)
		}
		for _, host := range Outbound(c) {
			fits := false
			for _, n := range names {
				suffix, wild := strings.CutPrefix(n, "*")
				fits = fits || host == n || wild && strings.HasSuffix(host, suffix)
			}
			if !fits || strings.Contains(host, "*") {
				t.Errorf("%q: %s is none of %v", c, host, names)
			}
		}
	}
}
