package stages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
)

// rechain changes each line of a journal and computes all sums and hashes anew, as
// somebody does who knows the format.
func rechain(t *testing.T, path string, change func(line string) string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	was, prev, out := regexp.MustCompile(`"prev":"[0-9a-f]*"`), "", bytes.Buffer{}
	for _, line := range strings.SplitAfter(strings.TrimSuffix(string(raw), "\n"), "\n") {
		line = strings.TrimSuffix(line, "\n")
		body := change(line[:strings.LastIndex(line, `,"sum":"`)] + "}")
		body = was.ReplaceAllString(body, `"prev":"`+prev+`"`)
		whole := body[:len(body)-1] + `,"sum":"` + sum(body) + `"}`
		out.WriteString(whole + "\n")
		prev = sum(whole)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) journal() string {
	b.t.Helper()
	run, err := b.store.History().Latest(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return filepath.Join(b.store.Dir(), run.ID+".jsonl")
}

// The lines of a journal say what was approved, the data behind them are ACEs of
// others: undo removes none of these, and takes nothing back.
func TestRechainedJournalUndoesNothingOfOthers(t *testing.T) {
	others := []string{ace("A", "CI", "GR", "", ""), foreignACE, ace("OA", "CIIO", "WP", lockoutTime, inetOrgPerson)}
	for name, c := range map[string]struct {
		change func(b *bench, line string) string
		err    string
	}{
		"other ACEs behind the lines": {func(b *bench, line string) string {
			for i, ours := range []string{aReset, aLockout, aPwdLast} {
				line = strings.ReplaceAll(line, `"ace":"`+ours+`"`, `"ace":"`+others[i]+`"`)
			}
			return line
		}, "its data mean"},
		"other ACEs in lines and data": {func(b *bench, line string) string {
			if strings.Contains(line, `"kind":"approved"`) || strings.Contains(line, `"kind":"saved"`) {
				return line
			}
			return strings.ReplaceAll(line, aReset, others[0])
		}, "nobody approved"},
		"other ACEs in lines, data and approval": {func(b *bench, line string) string {
			if strings.Contains(line, `"kind":"saved"`) {
				return line
			}
			return strings.ReplaceAll(line, aReset, others[0])
		}, "its data mean"},
		"another object behind the name": {func(b *bench, line string) string {
			return strings.ReplaceAll(line, b.d.Directory.(*fake).byDN(rootDN).guid.String(), b.d.Directory.(*fake).byDN(ouDN).guid.String())
		}, "answered with " + ouDN},
		"another name for the object": {func(b *bench, line string) string {
			dir := b.d.Directory.(*fake)
			line = strings.ReplaceAll(line, dir.byDN(rootDN).guid.String(), dir.byDN(otherDN).guid.String())
			return strings.ReplaceAll(line, `"`+rootDN+`"`, `"`+ouDN+`"`)
		}, "another one has that name"},
		"a name that nothing has, for the domain's root": {func(b *bench, line string) string {
			return strings.ReplaceAll(line, `"`+rootDN+`"`, `"OU=Pilot,`+rootDN+`"`)
		}, "answered with " + rootDN},
		"another object in what was made": {func(b *bench, line string) string {
			if !strings.Contains(line, `"kind":"made"`) {
				return line
			}
			return strings.ReplaceAll(line, b.d.Directory.(*fake).byDN(rootDN).guid.String(), b.d.Directory.(*fake).byDN(ouDN).guid.String())
		}, "data are those of another change"},
		"nothing kept": {func(b *bench, line string) string {
			return strings.ReplaceAll(line, `"kind":"saved"`, `"kind":"closed"`)
		}, "does not hold the object as it was"},
	} {
		f := newFake(t, unexpireToAU)
		f.put(t, otherDN, "D:(A;;GA;;;SY)", "organizationalUnit")
		b := newBench(t, f.stage())
		if _, err := b.apply(nil); err != nil {
			t.Fatal(err)
		}
		for _, dn := range []string{rootDN, ouDN} {
			for _, a := range append(others, aReset, aLockout, aPwdLast) {
				if !f.has(t, dn, a) {
					f.add(t, dn, a)
				}
			}
		}
		root, ou, writes := f.state(rootDN), f.state(ouDN), f.writes
		rechain(t, b.journal(), func(line string) string { return c.change(b, line) })
		res, err := b.undo()
		if err == nil || !strings.Contains(err.Error(), c.err) || len(res.Undone) != 0 {
			t.Errorf("%s: %+v, %v", name, res, err)
		}
		if !slices.Equal(f.state(rootDN), root) || !slices.Equal(f.state(ouDN), ou) || f.writes != writes {
			t.Errorf("%s: the directory was written: %q", name, f.state(rootDN))
		}
	}
}

// The whole journal was invented, its lines as true as its data, and what it kept is
// what the directory showed: what stood there before is not ours.
func TestInventedRunUndoesNothingThatWasThere(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	if _, err := b.apply(nil); err != nil {
		t.Fatal(err)
	}
	octets, err := f.byDN(rootDN).sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	kept := regexp.MustCompile(`"descriptor":"[0-9a-f]*"`)
	rechain(t, b.journal(), func(line string) string { return kept.ReplaceAllString(line, `"descriptor":"`+hexOf(octets)+`"`) })
	res, err := b.undo()
	if err == nil || !strings.Contains(err.Error(), "was on "+rootDN+" before the run") || len(res.Undone) != 0 || !f.has(t, rootDN, aReset) {
		t.Errorf("%+v, %v", res, err)
	}
}

// A write is taken by the DC, its answer is lost, and it is carried out after
// everybody has looked: it is ours, and undo finds it.
func TestALateWriteOnTheDCIsFound(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	first := f.state(rootDN)
	var late func() error
	f.answer = func(write func() error) error { late = write; return errors.New("the connection ended") }
	if _, err := b.apply(nil); err == nil || !strings.Contains(err.Error(), "in doubt until") || strings.Contains(err.Error(), "nothing was") {
		t.Fatal(err)
	}
	f.answer = nil
	if _, err := b.undo(); err == nil || !strings.Contains(err.Error(), "in doubt until") {
		t.Fatalf("an undo meanwhile: %v", err)
	}
	f.clock = f.clock.Add(80 * time.Second)
	if err := late(); err != nil {
		t.Fatal(err)
	}
	if res, err := b.undo(); err != nil || len(res.Undone) != 3 || !slices.Equal(f.state(rootDN), first) {
		t.Errorf("%+v, %v, %q", res, err, f.state(rootDN))
	}
}

// padded is a DC that sends more than a descriptor has.
type padded struct {
	*fake
	by int
}

func (d *padded) Object(ctx context.Context, dn string) (adperms.Object, error) {
	o, err := d.fake.Object(ctx, dn)
	o.Descriptor = append(o.Descriptor, make([]byte, d.by)...)
	return o, err
}

// A descriptor that no DC keeps is not kept, and its object is not written to.
func TestAHugeDescriptorIsNotWrittenTo(t *testing.T) {
	f := newFake(t, unexpireToAU)
	dc := &padded{fake: f}
	d := f.stage()
	d.Directory = dc
	b := newBench(t, d)
	plan := b.plan()
	dc.by = 135 << 20 / 64
	_, err := b.apply(&plan)
	if err == nil || f.writes != 0 || !strings.Contains(err.Error(), "no domain controller keeps one of more than") {
		t.Fatalf("%v, %d writes", err, f.writes)
	}
	runs, err := b.store.History().Runs()
	if err != nil || runs[0].Unfinished() || len(runs[0].Steps) != 0 { // nothing was announced, either
		t.Errorf("%v, %+v", err, runs)
	}
}

// What a journal calls an account, or an object, is what somebody wrote into it: the
// review of an undo has the names that the directory gives now.
func TestUndoIsReviewedByTodaysNames(t *testing.T) {
	f := newFake(t, unexpireToAU)
	b := newBench(t, f.stage())
	if _, err := b.apply(nil); err != nil {
		t.Fatal(err)
	}
	rechain(t, b.journal(), func(line string) string {
		return strings.ReplaceAll(line, `CORP\\MSOL_1`, `CORP\\Somebody`)
	})
	run, err := b.store.History().Latest(nil)
	if err != nil || len(run.Made) == 0 || !strings.Contains(run.Made[0].Change.Line, `CORP\Somebody`) {
		t.Fatalf("%+v, %v", run.Made, err)
	}
	now, err := b.runner().AsNow(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range now.Made {
		if !strings.Contains(o.Change.Line, `CORP\MSOL_1`) || o.Change.Target != rootDN {
			t.Errorf("%+v", o.Change)
		}
	}
	delete(f.names, connector)
	if now, err = b.runner().AsNow(t.Context(), run); err != nil || !strings.Contains(now.Made[0].Change.Line, connector.String()) {
		t.Errorf("an account that nobody knows: %+v, %v", now.Made, err)
	}
}
