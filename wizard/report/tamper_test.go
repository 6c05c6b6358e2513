package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/steps"
	"writeback/wizard/tell"
)

// honest is what every report says of the chain, because nobody can see from the
// file alone what it says here.
var honest = []string{"the hashes have no key", "cut lines off its end, add some there, or write all of it anew", "This report has no signature either.", "kept on the day of the run"}

// What somebody does to a journal who leaves the hashes as they were is told in front
// of everything, and what can be read is not hidden. What is done at its end, or with
// hashes that fit, cannot be seen: the report has another digest, and says that this
// is what it can be known by.
func TestTampered(t *testing.T) {
	d := newDesk(t)
	if err := d.apply(some); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(d.dir, d.latest()+".jsonl")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before := d.report(d.latest())
	lines := bytes.SplitAfter(raw, []byte("\n"))
	lines = lines[:len(lines)-1] // nothing stands behind the last line feed
	n := len(lines)
	join := func(all ...[][]byte) (out []byte) {
		for _, some := range all {
			out = append(out, bytes.Join(some, nil)...)
		}
		return out
	}
	changed := bytes.Replace(raw, []byte(`"typed corp.example"`), []byte(`"typed corp.exomple"`), 1)
	for name, c := range map[string]struct {
		raw    []byte
		breach string // the line, "" where the chain holds
		torn   bool
	}{
		"a byte changed":              {changed, "line 2", false},
		"a record removed":            {join(lines[:1], lines[2:]), "line 2", false},
		"two in another order":        {join(lines[:3], lines[4:5], lines[3:4], lines[5:]), "line 4", false},
		"one inserted":                {join(lines[:3], lines[2:]), "line 4", false},
		"changed, its own sum made":   {join(lines[:1], [][]byte{resealed(t, bytes.Replace(lines[1], []byte("typed"), []byte("tapped"), 1))}, lines[2:]), "line 3", false},
		"the last line cut in half":   {raw[:len(raw)-40], "", true},
		"the last line cut off":       {join(lines[:n-1]), "", false},
		"one appended, with its hash": {join(lines, [][]byte{forged(t, lines[n-1], n+1)}), "", false},
		"as it was":                   {raw, "", false},
	} {
		if err := os.WriteFile(file, c.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		r := d.report(d.latest())
		if r.Trusted != (c.breach == "") || !strings.Contains(r.Breach, c.breach) || r.Journal.Torn != c.torn || len(r.Changes) != 2 {
			t.Errorf("%s: trusted %t, torn %t, %d changes, %s", name, r.Trusted, r.Journal.Torn, len(r.Changes), r.Breach)
		}
		if same := r.Journal.SHA256 == before.Journal.SHA256; same != bytes.Equal(c.raw, raw) {
			t.Errorf("%s: the digest is the same: %t", name, same)
		}
		p := r.Page()
		if r.Trusted {
			tells(t, r, append([]string{"The chain holds.", "is the journal's chain of hashes"}, honest...), "cannot be trusted.")
			if c.torn {
				tells(t, r, []string{"so does whoever cuts the file there", "until the program goes on with the run"}, "must have this digest for ever")
			}
			continue
		}
		if !strings.HasSuffix(p.Title, "(not trusted)") || len(p.Lead) != 1 || p.Lead[0].Para.Tone != tell.Alarm || p.Sections[0].Blocks[1].Figures[0].Tone != tell.Bare || r.WordsUnread == "" || !r.Journal.Lines[0].Trusted || r.Journal.Lines[n-2].Trusted {
			t.Errorf("%s: it begins with %+v, %+v", name, p.Lead, r.Journal.Lines)
		}
		tells(t, r, append([]string{"This report cannot be trusted.", "The chain is broken.", "is the journal's chain of hashes", "1. Add: WD", "2. Add: AU", "Some journals could not be asked"}, honest...),
			"The chain holds", "writeback undo")
	}
}

// resealed is a line with the sum of what it says now.
func resealed(t *testing.T, line []byte) []byte {
	t.Helper()
	body, _, ok := bytes.Cut(line, []byte(`,"sum":"`))
	if !ok {
		t.Fatalf("no sum in %s", line)
	}
	sum := sha256.Sum256(append(bytes.Clone(body), '}'))
	return fmt.Appendf(nil, `%s,"sum":"%s"}`+"\n", body, hex.EncodeToString(sum[:]))
}

// forged is a line that follows last as the program would write it.
func forged(t *testing.T, last []byte, seq int) []byte {
	t.Helper()
	prev := sha256.Sum256(bytes.TrimSuffix(last, []byte("\n")))
	return resealed(t, fmt.Appendf(nil, `{"formatVersion":1,"seq":%d,"time":"2026-11-22T11:18:44Z","kind":"closed","state":%q,"prev":"%s","sum":"`, seq, steps.RunDone, hex.EncodeToString(prev[:])))
}
