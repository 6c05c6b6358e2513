package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/steps"
)

const resetsPassword = "(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;"

// hardenBench is a bench whose connector account is in others' hands: a help desk that may
// reset its password, by an ACE on it and by one from above, which the first call gives.
func (g ground) hardenBench(t *testing.T) (b *bench, file string, helper func() error) {
	b = g.bench(t)
	parent := b.connector.DN[strings.IndexByte(b.connector.DN, ',')+1:]
	b.dc.KeepDACL(t, b.connector.DN)
	b.dc.KeepDACL(t, parent)
	name := "desk-" + b.connector.Name[len(b.connector.Name)-8:]
	const password = "Helper-1-of-the-desk"
	dn := b.dc.AddUser(t, b.dc.BaseDN, name, password)
	sid := b.dc.SID(t, dn)
	b.addACE(b.connector.DN, resetsPassword+sid+")")
	b.addACE(parent, "(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;"+sid+")")
	b.also = b.connector.DN
	b.flags = append(b.flags, "--connector", b.connector.DN)
	return b, filepath.Join(b.dir, "harden.json"), func() error {
		conn, err := b.dc.BindAs(t, b.dc.UPN(name), password)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return b.dc.SetPassword(conn, b.connector.DN, b.connector.Password)
	}
}

// all is every ACE of an object, also the inherited ones, whatever their order.
func (b *bench) all(dn string) []string {
	b.t.Helper()
	sd, err := secdesc.Parse(b.dc.Descriptor(b.t, dn))
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, a := range sd.DACL.ACEs {
		out = append(out, a.SDDL())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// unharden takes the latest run back, with its digest.
func (b *bench) unharden() {
	b.t.Helper()
	store, err := steps.OpenStore(filepath.Join(b.state, "runs"))
	if err != nil {
		b.t.Fatal(err)
	}
	x, err := store.Examine(b.latest().ID)
	if err != nil {
		b.t.Fatal(err)
	}
	b.want(exitDone, "undo", "--yes", "--digest", x.SHA256)
}

// What others can do to the account, before, after, and after the undo; what others set in
// between stays.
func TestHarden(t *testing.T) { onEach(t, oneByOne, harden) }

func harden(t *testing.T, g ground) {
	b, file, helper := g.hardenBench(t)
	if err := helper(); err != nil {
		t.Fatalf("the help desk cannot reset the account's password to begin with: %v", err)
	}
	before := b.all(b.connector.DN)
	b.ends(exitRefused, []string{"--yes approves that only from a plan file", "--out FILE"}, "harden", "--yes")
	b.ends(exitRefused, []string{"--out FILE"}, "harden")
	plan := b.want(exitDone, "harden", "--out", file)
	if !strings.Contains(plan.out, "Inheritance of permissions: on → off") || strings.Count(plan.out, "\n    - ") < 2 {
		t.Errorf("the plan says\n%s", plan.out)
	}
	if now := b.all(b.connector.DN); !slices.Equal(now, before) || b.runs() != 0 {
		t.Fatalf("a plan wrote: %s", difference(now, before))
	}
	b.proxy.Reset()
	done := b.want(exitDone, "apply", file, "--yes")
	if n := b.proxy.Writes(); n != 1 {
		t.Errorf("%d writes", n)
	}
	if strings.Contains(done.out, "count the people") || !strings.Contains(done.out, "What was planned is in place.") {
		t.Errorf("it ends with\n%s", done.out)
	}
	if err := helper(); err == nil {
		t.Error("the help desk can still reset the account's password")
	}
	for _, a := range b.all(b.connector.DN) {
		if strings.Contains(a, "ID;") {
			t.Errorf("%s is still inherited", a)
		}
	}
	b.want(exitDone, "apply", file, "--yes") // again: nothing is left to do
	b.want(exitDone, "harden", "--yes")
	report := b.want(exitDone, "report", "latest", "-o", "-", "--format", "md")
	if !strings.Contains(report.out, "ACEs removed") || !strings.Contains(report.out, "switched inheritance of permissions off") {
		t.Errorf("the report does not say what was removed:\n%s", report.out)
	}

	b.addACE(b.connector.DN, b.theirs())
	b.ends(exitUsage, []string{"--digest"}, "undo", "--yes")
	b.unharden()
	want := slices.Sorted(slices.Values(append(slices.Clone(before), b.theirs())))
	if now := b.all(b.connector.DN); !slices.Equal(now, want) {
		t.Errorf("after the undo: %s", difference(now, want))
	}
	if err := helper(); err != nil {
		t.Errorf("after the undo the help desk is as it was: %v", err)
	}
}

// One ACE is left where it was named, from the plan through the journal to the next look.
func TestHardenKeepsWhatIsNamed(t *testing.T) { onEach(t, oneByOne, hardenKeeps) }

func hardenKeeps(t *testing.T, g ground) {
	b, file, helper := g.hardenBench(t)
	var keep []string
	for _, a := range b.all(b.connector.DN) {
		if strings.HasPrefix(a, resetsPassword) {
			keep = append(keep, "--keep", a)
		}
	}
	b.want(exitDone, slices.Concat([]string{"harden", "--out", file}, keep)...)
	b.want(exitDone, "apply", file, "--yes")
	if err := helper(); err != nil {
		t.Errorf("what was to stay: %v", err)
	}
	b.ends(exitRefused, []string{"has no ACE"}, "harden", "--keep", "(A;;RP;;;WD)", "--out", file)
	b.unharden()
}

// Killed anywhere, the same plan file brings it to the end, and undo back.
func TestCutHarden(t *testing.T) { onEach(t, everyCut, cutHarden) }

func cutHarden(t *testing.T, g ground) {
	b, file, _ := g.hardenBench(t)
	first := b.world()
	b.want(exitDone, "harden", "--out", file)
	b.proxy.Reset()
	b.want(exitDone, "apply", file, "--yes")
	final, all := b.world(), cuts(b.latest().Records, b.proxy.Writes())
	b.unharden()
	b.wantWorld(first, "uncut, then undo")
	for _, c := range picked(t, g, all) {
		b.afresh()
		b.dieAt(c, "apply", file, "--yes")
		b.want(exitDone, "apply", file, "--yes")
		b.wantWorld(final, "cut "+c.String()+", then apply")
		b.unharden()
		b.wantWorld(first, "cut "+c.String()+", then undo")
	}
}
