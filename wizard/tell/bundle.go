package tell

import (
	"fmt"
	"maps"
	"slices"

	"writeback/steps"
)

// Bundle is what goes into a bundle, or went.
type Bundle struct {
	FormatVersion int            `json:"formatVersion"` // filled in when it is shown
	File          string         `json:"file"`
	Replaces      bool           `json:"replaces"` // a file of that name
	Written       bool           `json:"written"`
	Files         []BundleFile   `json:"files"`
	Replaced      map[string]int `json:"replaced"` // by kind
	LeftOut       map[string]int `json:"leftOut"`  // by kind
	Names         string         `json:"names"`    // file of what was replaced by what; "": nothing is written yet
}

// BundleFile is one file of it.
type BundleFile struct {
	Name    string `json:"name"`
	Entries int    `json:"entries"`
	Bytes   int64  `json:"bytes"`
}

// Document is the bundle for programs.
func (b Bundle) Document() Bundle {
	b.FormatVersion = steps.FormatVersion
	return b
}

// bundleContents says what is in each file.
var bundleContents = map[string]string{
	"directory.json": "objects of Active Directory, with their permissions",
	"coverage.json":  "example users, as far as Active Directory decides",
	"plan.json":      "steps, with changes and the codes of findings",
	"tenant.json":    "the tenant: ID, domains, licenses, switches",
	"server.json":    "the sync server: version, switches, events by number",
	"journal.jsonl":  "records of the run",
	"timings.json":   "kinds of requests, and how long they took",
}

// Contents are what goes into the bundle, for whoever is to allow that.
func (b Bundle) Contents() []Block {
	out := []Block{head("What goes into "+b.File, "")}
	if b.Replaces {
		out = append(out, line(Alarm, "This file exists and will be replaced."))
	}
	t := Table{}
	for _, f := range b.Files {
		t.Rows = append(t.Rows, []Cell{{Text: f.Name}, {Text: fmt.Sprintf("%d", f.Entries), Number: true}, {Text: bundleContents[f.Name]}})
	}
	out = append(out, Block{Table: &t}, gap, line(Bare, "Replaced; within this bundle a name always gets the same substitute:"))
	out = append(out, kinds(b.Replaced)...)
	out = append(out, line(Bare, "Left out:"))
	return append(out, kinds(b.LeftOut)...)
}

func kinds(all map[string]int) []Block {
	var points []string
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		points = append(points, fmt.Sprintf("%d %s", all[kind], kind))
	}
	if len(points) == 0 {
		points = []string{"nothing"}
	}
	return []Block{{List: &List{Points: points}}}
}

// Saved says that the bundle is written, and what must not be sent with it.
func (b Bundle) Saved() []Block {
	return []Block{gap, line(Good, "Written: "+b.File+". Look through it before you send it; its manifest.json says how to read it."),
		line(Alarm, "Keep this to yourself: "+b.Names+" says which name stands for which.")}
}
