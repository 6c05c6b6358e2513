package tell

import (
	"fmt"
	"strings"
	"time"

	"writeback/steps"
)

// The documents that are not the engine's own: the plan, the results and the journal's
// records are. Fields are added and never renamed.

// RunDocument is one run for programs, version 1.
type RunDocument struct {
	FormatVersion int                      `json:"formatVersion,omitempty"`
	Run           string                   `json:"run"`
	State         string                   `json:"state"`
	Started       time.Time                `json:"started"`
	Ended         time.Time                `json:"ended"`
	Target        steps.Target             `json:"target"`
	Program       string                   `json:"program"`
	Who           steps.Who                `json:"who"`
	Settings      map[string]steps.Setting `json:"settings"`
	Made          []steps.Change           `json:"made"`               // ours, and in the world now
	Attested      []steps.Attestation      `json:"attested,omitempty"` // what a person said
	Told          []steps.Told             `json:"told,omitempty"`     // what came back of what was handed over
	Error         string                   `json:"error,omitempty"`
	Digest        string                   `json:"digest,omitempty"` // SHA-256 of the journal's whole lines
	Records       []steps.Record           `json:"records,omitempty"`
}

func runDocument(r steps.Run) RunDocument {
	d := RunDocument{
		Run: r.ID, State: r.State, Started: r.Started, Ended: r.Ended, Target: r.Target, Program: r.Program,
		Who: r.Who, Settings: r.Settings, Made: []steps.Change{}, Attested: r.Attested, Told: r.Told, Error: r.Error,
	}
	for _, o := range r.Made {
		d.Made = append(d.Made, o.Change)
	}
	return d
}

// RunsDocument is the list of runs for programs, version 1.
func RunsDocument(all []steps.Run) any {
	doc := struct {
		FormatVersion int           `json:"formatVersion"`
		Runs          []RunDocument `json:"runs"`
	}{steps.FormatVersion, []RunDocument{}}
	for _, r := range all {
		doc.Runs = append(doc.Runs, runDocument(r))
	}
	return doc
}

// RunWhole is one run with its records.
func RunWhole(r steps.Run) RunDocument {
	doc := runDocument(r)
	doc.FormatVersion, doc.Records, doc.Digest = steps.FormatVersion, r.Records, r.Digest
	return doc
}

// RunBriefly is one run without its records.
func RunBriefly(r steps.Run) RunDocument {
	doc := runDocument(r)
	doc.FormatVersion = steps.FormatVersion
	return doc
}

// FaultsDocument is what is wrong with the journals, for programs, version 1.
func FaultsDocument(dir string, all []steps.Fault, mended []string) any {
	return struct {
		FormatVersion int           `json:"formatVersion"`
		Dir           string        `json:"dir"`
		Faults        []steps.Fault `json:"faults"` // that are there now
		Mended        []string      `json:"mended"` // files
	}{steps.FormatVersion, dir, append([]steps.Fault{}, all...), append([]string{}, mended...)}
}

// Build is what version says of the program.
type Build struct {
	FormatVersion int    `json:"formatVersion"` // filled in when it is shown
	Version       string `json:"version"`
	Commit        string `json:"commit,omitempty"` // that it was built from; "": not known
	Date          string `json:"date,omitempty"`   // of that commit, RFC 3339 UTC
	Go            string `json:"go"`
	OS            string `json:"os"`
	Arch          string `json:"arch"`
}

// Text is the build on one line.
func (b Build) Text() string {
	of := ""
	if b.Commit != "" {
		of = fmt.Sprintf("commit %.12s", b.Commit)
		if day, _, dated := strings.Cut(b.Date, "T"); dated {
			of += " of " + day
		}
		of += ", "
	}
	return fmt.Sprintf("writeback %s (%s%s, %s/%s)", b.Version, of, b.Go, b.OS, b.Arch)
}
