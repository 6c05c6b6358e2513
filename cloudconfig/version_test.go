package cloudconfig

import (
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	const today = "2026-11-29"
	for _, c := range []struct {
		product, version string
		in               Cloud
		on               string // the day that it is asked
		want             VersionState
		says             string
	}{
		{"connect", "2.6.92.0", Global, today, VersionFine, "when its support ends is not known here"},
		{"connect", "2.6.91.0", Global, today, VersionFine, "is supported until 2027-09-23 ("},
		{"connect", "2.6.91.0", Global, "2027-09-23", VersionFine, "2027-09-23"},
		{"connect", "2.6.91.0", Global, "2027-09-24", VersionOld, "its support ended on 2027-09-23 ("},
		{"connect", "2.6.85.0", Global, today, VersionFine, "until 2027-09-23 at the latest"},
		{"connect", "2.6.85.0", Global, "2027-09-24", VersionOld, "ended on 2027-09-23 at the latest"},
		{"connect", "2.6.79.0", Global, today, VersionOld, "was recalled"},
		{"connect", "2.6.79.0", Global, "2028-01-01", VersionOld, "was recalled"},
		{"connect", "2.5.79.0", Global, "2026-10-23", VersionFine, "until 2026-10-23"},
		{"connect", "2.5.79.0", Global, today, VersionOld, "ended on 2026-10-23"},
		{"connect", "2.5.100.0", Global, today, VersionFine, "2027-02-02 at the latest"},
		{"connect", "2.5.76.0", Global, today, VersionOld, "below 2.5.79.0: such versions are said to have stopped synchronizing on 2026-09-30"},
		{"connect", "2.5.76.0", Global, "2026-09-30", VersionOld, "are said to stop synchronizing on 2026-09-30"},
		{"connect", "2.3.20.0", Global, today, VersionOld, "below 2.5.79.0"},
		{"connect", "2.3.19.9", Global, today, VersionOld, "deadlocks"},
		{"connect", "2.1.19.0", Global, today, VersionOld, "deadlocks"},
		{"connect", "2.1.18.0", Global, today, VersionOld, "SSPR_0029"},
		{"connect", "2.1", Global, today, VersionOld, "SSPR_0029"},
		{"connect", "1.6.16.0", Global, today, VersionDead, "no longer works (Microsoft's release notes, as known on 2026-11-28)"},
		{"connect", " 1.6.16.0 ", Global, "2020-01-01", VersionDead, "no longer works"},
		{"connect", "1.999.0.0", Global, today, VersionDead, "no longer works"},
		{"connect", "2.6.93.0", Global, today, VersionNewer, "newer than known here (2.6.92.0"},
		{"connect", "2.10.0.0", Global, today, VersionNewer, "newer"},
		{"connect", "3.0", Global, "2030-01-01", VersionNewer, "newer"},
		{"cloud", "1.1.977.0", Global, today, VersionFine, "nothing is known against"},
		{"cloud", "1.1.2505.0", Global, today, VersionFine, "nothing is known against"},
		{"cloud", "1.1.2102.0", Global, today, VersionFine, "nothing is known against"},
		{"cloud", "1.1.2102.0", USGov, today, VersionOld, "1.1.2108.0 mended it"},
		{"cloud", "1.1.2107.9", USGovDoD, today, VersionOld, "US Government"},
		{"cloud", "1.1.2108.0", USGov, today, VersionFine, ""},
		{"cloud", "1.1.2101.0", USGov, today, VersionFine, ""},
		{"cloud", "1.1.2505.1", Global, today, VersionNewer, "newer than known here (1.1.2505.0"},
		{"cloud", "1.1.976.9", Global, today, VersionOld, "1.1.977.0 on (Microsoft's tutorial, as known on 2026-11-28)"},
		{"cloud", "1.1", Global, today, VersionOld, "1.1.977.0 on"},
		{"connect", "", Global, today, VersionUnknown, ""}, {"connect", "2", Global, today, VersionUnknown, ""},
		{"connect", "2.x.1", Global, today, VersionUnknown, ""}, {"connect", "-2.1", Global, today, VersionUnknown, ""},
		{"connect", "2.1.2.3.4", Global, today, VersionUnknown, ""}, {"connect", "2.99999999999", Global, today, VersionUnknown, ""},
		{"cloud", "2.1 beta", Global, today, VersionUnknown, ""},
	} {
		v := Versions(c.product, c.version, c.in, day(c.on))
		if v.State != c.want || !strings.Contains(v.Text, c.says) {
			t.Errorf("%s %q on %s: %s, %q, want %s, %q", c.product, c.version, c.on, v.State, v.Text, c.want, c.says)
		}
		if v.State != VersionUnknown && !strings.Contains(v.Text, strings.TrimSpace(c.version)) {
			t.Errorf("%s %q: the version is not named: %s", c.product, c.version, v.Text)
		}
		// What is second-hand says so, with its date; what is Microsoft's says that.
		hand := strings.Contains(v.Text, "as known on 2026-11-28, from second-hand sources")
		if official := strings.Contains(v.Text, "Microsoft's"); v.State != VersionUnknown && !hand && !official {
			t.Errorf("%s %q: no source: %s", c.product, c.version, v.Text)
		}
		if stops := !v.Stopped.IsZero(); stops != strings.Contains(v.Text, "synchronizing on ") {
			t.Errorf("%s %q: stopped %s, %s", c.product, c.version, v.Stopped, v.Text)
		}
	}
}

// The table is in order, and nothing in it is newer than it says.
func TestVersionTable(t *testing.T) {
	for i, r := range releases {
		if i > 0 && slices.Compare(numbersOf(releases[i-1].version), numbersOf(r.version)) >= 0 {
			t.Errorf("%s is out of order", r.version)
		}
	}
	for _, c := range Clouds() {
		if e, _ := c.Endpoints(); e.Cloud() != c {
			t.Errorf("the endpoints of %s are called those of %s", c, e.Cloud())
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

// Each text about a version carries the date of the table.
func TestVersionsAreDated(t *testing.T) {
	for _, product := range []string{"connect", "cloud"} {
		for _, version := range []string{"0.1", "1.0.0.0", "1.1.976.0", "1.1.2102.0", "2.1.1.1", "2.5.76.0", "2.6.79.0", "2.6.85.0", "2.6.92.0", "9.9"} {
			if v := Versions(product, version, USGov, day("2026-11-29")); !strings.Contains(v.Text, "2026-11-28") {
				t.Errorf("%s %s: %s", product, version, v.Text)
			}
		}
	}
}

// Pairs of product and cloud.
func TestUnsupported(t *testing.T) {
	for _, product := range []string{"connect", "cloud", "none", ""} {
		for _, in := range Clouds() {
			if why := Unsupported(product, in); (why != "") != (product == "cloud" && in == China) {
				t.Errorf("%s in %s: %q", product, in, why)
			}
		}
	}
}

func TestJudgedVersion(t *testing.T) {
	both := Server{Product: "connect", Version: "2.6.92.0", Agent: "1.1.900.0"}
	for _, c := range []struct {
		server                 Server
		about, product, number string
	}{
		{both, "", "connect", "2.6.92.0"},
		{both, "connect", "connect", "2.6.92.0"},
		{both, "cloud", "cloud", "1.1.900.0"},
		{Server{Product: "connect", Version: "2.6.92.0"}, "cloud", "connect", "2.6.92.0"},
		{Server{Product: "cloud", Version: "1.1.2505.0"}, "cloud", "cloud", "1.1.2505.0"},
	} {
		if product, number := c.server.Judged(c.about); product != c.product || number != c.number {
			t.Errorf("%+v about %q: %s %s", c.server, c.about, product, number)
		}
	}
	now := day("2026-11-29")
	for version, want := range map[string]bool{"1.6.16.0": true, "2.5.76.0": true, "2.5.79.0": false, "2.6.92.0": false} {
		v := Versions("connect", version, Global, now)
		if v.Witnessed(true, now) != want || v.Witnessed(false, now) {
			t.Errorf("%s: witnessed %t", version, v.Witnessed(true, now))
		}
	}
}
