package cloudconfig

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Version is what is known of one version of a sync product.
type Version struct {
	State VersionState
	Text  string // what is to be said of it, with source and date; "" for VersionUnknown
	// Stopped is when synchronisation is said to stop, or to have stopped, with this
	// version; zero: nothing is said.
	Stopped time.Time
}

// VersionState is what a version is worth.
type VersionState string

// The states.
const (
	VersionUnknown VersionState = "unknown" // it is not of the form of a version
	VersionFine    VersionState = "fine"    // nothing is known against it
	VersionNewer   VersionState = "newer"   // newer than the table
	VersionOld     VersionState = "old"     // there is something against it
	VersionDead    VersionState = "dead"    // Microsoft's own pages say that it does not work
)

// The table of versions ages: it carries its date, and all that is said by it says
// so. It is second-hand, not Microsoft's own page.
var versionsAsOf = day("2026-11-28")

func asKnown() string { return asOf() + ", from second-hand sources" }

// asOf is for what Microsoft's own pages say: they change, too.
func asOf() string { return "as known on " + date(versionsAsOf) }

// release is one version in the table.
type release struct {
	version  string
	ends     time.Time // the last day of support; zero: not known
	recalled bool
}

// connectFloor is the version below which synchronisation is said to have
// stopped, and on which day.
var (
	connectFloor   = numbersOf("2.5.79.0")
	connectStopped = day("2026-09-30")
)

// releases are the versions of Entra Connect that are known, oldest first. The
// last one is the newest that was seen.
var releases = []release{
	{version: "2.5.76.0", ends: day("2026-09-01")},
	{version: "2.5.79.0", ends: day("2026-10-23")},
	{version: "2.5.190.0", ends: day("2027-02-02")},
	{version: "2.6.1.0", ends: day("2027-03-10")},
	{version: "2.6.3.0", ends: day("2027-07-07")},
	{version: "2.6.79.0", recalled: true},
	{version: "2.6.84.0", ends: day("2027-09-16")},
	{version: "2.6.91.0", ends: day("2027-09-23")},
	{version: "2.6.92.0"},
}

// The versions of the Cloud Sync agent that are known.
var (
	agentFloor    = numbersOf("1.1.977.0")  // the first that writes passwords back, by Microsoft's tutorial
	agentBroken   = numbersOf("1.1.2102.0") // does not in the cloud of the US Government
	agentMended   = numbersOf("1.1.2108.0") // does again
	agentNewest   = numbersOf("1.1.2505.0")
	faultsOfOlder = []struct {
		before []int
		text   string
	}{ // by Microsoft's release notes
		{numbersOf("2.1.19.0"), "before Entra Connect 2.1.19.0 resets could fail with SSPR_0029 and ERROR_ACCESS_DENIED"},
		{numbersOf("2.3.20.0"), "before Entra Connect 2.3.20.0 resets could fail in deadlocks of its database"},
	}
)

// Judged is the product of a server whose version counts, and that version: the one
// that a run is about, where the server has it, else what the server is.
func (s Server) Judged(product string) (its, version string) {
	if product == "cloud" && s.Agent != "" {
		return "cloud", s.Agent
	}
	return s.Product, s.Version
}

// Witnessed says that what is said against a version is seen in the tenant, too: late
// is that it is not synchronised any more. Without it, what is said is what others say.
func (v Version) Witnessed(late bool, now time.Time) bool {
	return late && (v.State == VersionDead || !v.Stopped.IsZero() && now.After(v.Stopped))
}

// Unsupported says why a product does not write back in a cloud, whatever its version;
// "": nothing is known against it.
func Unsupported(product string, in Cloud) string {
	if product == "cloud" && in == China {
		return fmt.Sprintf("Cloud Sync does not write passwords back in the cloud operated by 21Vianet (%s)", asKnown())
	}
	return ""
}

// Versions judges a version of a product ("connect" or "cloud") as of a time, in
// one of Microsoft's clouds.
func Versions(product, version string, in Cloud, now time.Time) Version {
	v, ok := numbers(version)
	switch {
	case !ok:
		return Version{State: VersionUnknown}
	case product == "cloud":
		return agentVersion(v, strings.TrimSpace(version), in)
	}
	return connectVersion(v, strings.TrimSpace(version), now)
}

func agentVersion(v []int, version string, in Cloud) Version {
	gov := in == USGov || in == USGovDoD
	switch {
	case slices.Compare(v, agentFloor) < 0:
		return Version{State: VersionOld, Text: fmt.Sprintf("Cloud Sync writes passwords back from agent 1.1.977.0 on (Microsoft's tutorial, %s); this one is %s", asOf(), version)}
	case gov && slices.Compare(v, agentBroken) >= 0 && slices.Compare(v, agentMended) < 0:
		return Version{State: VersionOld, Text: fmt.Sprintf("Cloud Sync agent %s does not write passwords back in the US Government's cloud; 1.1.2108.0 mended it (%s)", version, asKnown())}
	case slices.Compare(v, agentNewest) > 0:
		return newer("Cloud Sync agent", version, "1.1.2505.0")
	}
	return Version{State: VersionFine, Text: fmt.Sprintf("nothing is known against Cloud Sync agent %s (%s)", version, asKnown())}
}

func newer(product, version, newest string) Version {
	return Version{State: VersionNewer, Text: fmt.Sprintf("%s %s is newer than known here (%s is the newest, %s)", product, version, newest, asKnown())}
}

func connectVersion(v []int, version string, now time.Time) Version {
	if v[0] < 2 {
		return Version{State: VersionDead, Text: fmt.Sprintf("Entra Connect 1 is not supported and no longer works (Microsoft's release notes, %s); this one is %s", asOf(), version)}
	}
	last := releases[len(releases)-1]
	if slices.Compare(v, numbersOf(last.version)) > 0 {
		return newer("Entra Connect", version, last.version)
	}
	out := Version{State: VersionOld}
	product := "Entra Connect " + version
	ends, exact := supportEnds(v)
	switch {
	case slices.Compare(v, connectFloor) < 0:
		out.Stopped = connectStopped
		out.Text = fmt.Sprintf("%s is below 2.5.79.0: such versions are said to %s (%s)", product, stopping(connectStopped, now), asKnown())
	case exact.recalled:
		out.Text = fmt.Sprintf("%s was recalled (%s)", product, asKnown())
	case !ends.IsZero() && over(ends, now):
		out.Text = fmt.Sprintf("%s is not supported any more: its support ended on %s%s (%s)", product, date(ends), atLatest(exact), asKnown())
	case ends.IsZero():
		return Version{State: VersionFine, Text: fmt.Sprintf("%s: when its support ends is not known here (%s)", product, asKnown())}
	default:
		return Version{State: VersionFine, Text: fmt.Sprintf("%s is supported until %s%s (%s)", product, date(ends), atLatest(exact), asKnown())}
	}
	for _, f := range faultsOfOlder {
		if slices.Compare(v, f.before) < 0 {
			out.Text += "; " + f.text
			break
		}
	}
	return out
}

// supportEnds is the last day of support of a version. One that is not in the
// table is supported no longer than the next that is: each is replaced by a later
// one. exact is the entry of this version itself, zero where there is none.
func supportEnds(v []int) (ends time.Time, exact release) {
	for _, r := range releases {
		switch slices.Compare(v, numbersOf(r.version)) {
		case 0:
			return r.ends, r
		case -1:
			if !r.ends.IsZero() {
				return r.ends, release{}
			}
		}
	}
	return time.Time{}, release{}
}

// stopping is that synchronization ends on a day, or did.
func stopping(on, now time.Time) string {
	if over(on, now) {
		return "have stopped synchronizing on " + date(on)
	}
	return "stop synchronizing on " + date(on)
}

func atLatest(exact release) string {
	if exact.version == "" {
		return " at the latest"
	}
	return ""
}

// over says that a day has passed everywhere that uses UTC.
func over(last, now time.Time) bool { return !now.Before(last.AddDate(0, 0, 1)) }

func date(t time.Time) string { return t.Format(time.DateOnly) }

// day reads a date of the table.
func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func numbersOf(version string) []int {
	v, ok := numbers(version)
	if !ok {
		panic("no version: " + version)
	}
	return v
}

// numbers reads 2.3.20.0; what is left out is 0.
func numbers(version string) ([]int, bool) {
	parts := strings.Split(strings.TrimSpace(version), ".")
	if len(parts) < 2 || len(parts) > 4 {
		return nil, false
	}
	out := make([]int, 4)
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return nil, false
		}
		out[i] = int(n)
	}
	return out, true
}

// ProductName is what people call a sync product.
func ProductName(product string) string {
	return cmp.Or(map[string]string{"connect": "Entra Connect", "cloud": "Cloud Sync agent"}[product], "the sync product")
}

// Cloud is the cloud of these places; Global for any that are of none.
func (e Endpoints) Cloud() Cloud {
	for _, c := range Clouds() {
		if endpoints[c] == e {
			return c
		}
	}
	return Global
}
