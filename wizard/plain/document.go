package plain

import (
	"fmt"
	"strings"
	"time"

	"writeback/steps"
)

// The documents of runs are of this renderer: the engine's own are the plan, the
// results and the journal's records. Fields are added and never renamed.

type runsDocument struct {
	FormatVersion int           `json:"formatVersion"`
	Runs          []runDocument `json:"runs"`
}

// runDocument is one run.
type runDocument struct {
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

func documentOf(r steps.Run) runDocument {
	d := runDocument{
		Run: r.ID, State: r.State, Started: r.Started, Ended: r.Ended, Target: r.Target, Program: r.Program,
		Who: r.Who, Settings: r.Settings, Made: []steps.Change{}, Attested: r.Attested, Told: r.Told, Error: r.Error,
	}
	for _, o := range r.Made {
		d.Made = append(d.Made, o.Change)
	}
	return d
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

// Version shows which program this is.
func (f *Renderer) Version(b Build) error {
	if f.JSON {
		b.FormatVersion = steps.FormatVersion
		return f.document(b)
	}
	of := ""
	if b.Commit != "" {
		of = fmt.Sprintf("commit %.12s", b.Commit)
		if day, _, dated := strings.Cut(b.Date, "T"); dated {
			of += " of " + day
		}
		of += ", "
	}
	_, err := fmt.Fprintf(f.Out, "writeback %s (%s%s, %s/%s)\n", b.Version, of, b.Go, b.OS, b.Arch)
	return err
}
