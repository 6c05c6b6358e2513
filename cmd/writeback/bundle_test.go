package main

import (
	"archive/zip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"writeback/adperms/secdesc"
	"writeback/internal/practice/domain"
	"writeback/internal/test/windows"
	"writeback/wizard/tell"
)

// A bundle of the practice world holds nothing of it but what every forest has, and loaded
// again it is the same: the plan, the findings, and the verdict on every example.
func TestBundlePractice(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	before, after := filepath.Join(p.dir, "before.zip"), filepath.Join(p.dir, "after.zip")
	p.want(exitDone, "bundle", "-o", before, "--yes")
	p.want(exitDone, "apply", "--yes", "--only", "delegate")
	p.want(exitDone, "bundle", "latest", "-o", after, "--yes")

	d, all := practiceCompany(t)
	n := needlesOf(all, func(e windows.Entry) bool {
		sid, err := secdesc.SIDFromBytes([]byte(e.One("objectSid")))
		common := err == nil && (sid.RID() < 1000 || !sid.Domain().IsAccountDomain()) // Administrator, krbtgt, S-1-5-11
		return !common && e.One("isCriticalSystemObject") == "" && !strings.Contains(e.DN, "CN=Configuration,") && !strings.HasPrefix(e.DN, "CN=Password Settings Container,")
	})
	n.add("name of the domain", d.Name(), "corp", "contoso", d.NetBIOS(), "dc1", "dc1."+d.Name())
	n.add("name on the sync side", "SYNC01", "contoso.onmicrosoft.com")
	for _, a := range d.Accounts() {
		n.add("password of "+a.Name, a.Password)
	}
	n.add("password", d.Account(domain.RoleAdmin).Password)
	searched(t, before, n)
	searched(t, after, n)

	findsWhatIsThere(t, before)
	if b := sameAgain(t, before); len(b.Plan.Steps[0].Changes) < 3 || b.Journal != nil || b.Tenant == nil || b.Server == nil {
		t.Errorf("before: %+v", b.Plan)
	}
	b := sameAgain(t, after)
	kinds := map[string]int{}
	for _, r := range b.Journal {
		kinds[r.Kind]++
	}
	if kinds["approved"] != 1 || kinds["intent"] < 3 || kinds["made"] != kinds["intent"] {
		t.Errorf("the journal has %v", kinds)
	}
}

// A bundle of format 1, which every later program reads. -update makes it anew, of the practice
// world as it is then.
func TestBundleFixture(t *testing.T) {
	t.Parallel()
	const parts = "testdata/bundle" // what the zip holds: the repository has texts alone
	file := filepath.Join(t.TempDir(), "practice.zip")
	if *update {
		newProgram(t).want(exitDone, "bundle", "-o", file, "--yes", "--practice")
		unpack(t, file, parts)
	}
	pack(t, parts, file)
	if b := sameAgain(t, file); b.Manifest.Format != 1 || len(b.Plan.Steps) != 3 || b.Tenant == nil || b.Server == nil {
		t.Errorf("it is %+v", b.Manifest)
	}
}

// findsWhatIsThere holds that the search can find: what is in a bundle is found, in each of its forms.
func findsWhatIsThere(t *testing.T, file string) {
	t.Helper()
	_, there := windows.OfBundle(t, file)
	for _, e := range there.Directory.Domains[0].Entries {
		if !strings.HasPrefix(e.DN, "CN=name-") || e.One("objectSid") == "" {
			continue
		}
		sid := e.One("objectSid")
		for what, needle := range map[string]string{"name": strings.TrimPrefix(strings.SplitN(e.DN, ",", 2)[0], "CN="), "SID": sid[8:24], "GUID": e.One("objectGUID"), "class": "top"} {
			if found, _ := foundIn(t, file, needles{needle: what}); len(found) == 0 {
				t.Errorf("the %s of %s is not found", what, e.DN)
			}
		}
		return
	}
	t.Error("there is nothing to be found")
}

// A bundle of a domain whose Administrator cannot sign in is loaded all the same.
func TestBundleWithoutAdministrator(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice", "--only", "delegate")
	file := filepath.Join(p.dir, "report.zip")
	p.want(exitDone, "bundle", "-o", file, "--yes")
	dump, b := windows.OfBundle(t, file)
	disabled := 0
	for _, e := range dump.Entries {
		if sid, err := secdesc.SIDFromBytes([]byte(e.One("objectSid"))); err == nil && sid.RID() == 500 {
			e.Attributes["userAccountControl"] = []string{"514"}
			disabled++
		}
	}
	_, loaded := serveDump(t, dump)
	loaded.flags = append(loaded.flags, "--only", "delegate")
	plan := decode[planDoc](t, loaded.want(exitDone, "plan", "--output", "json"))
	if disabled != 1 || len(plan.Steps[0].Changes) != len(b.Plan.Steps[0].Changes) {
		t.Errorf("%d accounts are disabled, and the step is %+v", disabled, plan.Steps[0])
	}
}

// What goes in is shown first, and without consent nothing is written.
func TestBundleAsks(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice", "--only", "delegate")
	file := filepath.Join(p.dir, "report.zip")
	o := p.want(exitUsage, "bundle", "-o", file)
	for _, part := range []string{"directory.json", "timings.json", "Replaced", "Left out"} {
		if !strings.Contains(o.out, part) {
			t.Errorf("it does not show %q:\n%s", part, o.out)
		}
	}
	shown := strictly[tell.Bundle](t, p.want(exitUsage, "bundle", "-o", file, "--output", "json"))
	if shown.Written || shown.Names != "" || len(shown.Files) < 4 {
		t.Errorf("it says %+v", shown)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
	p.ends(exitUsage, []string{"-o FILE.zip"}, "bundle")

	done := strictly[tell.Bundle](t, p.want(exitDone, "bundle", "-o", file, "--yes", "--output", "json"))
	if !done.Written || done.File != file || done.Replaced["names"] < 20 {
		t.Errorf("it says %+v", done)
	}
	table, err := os.ReadFile(done.Names)
	if err != nil || !strings.Contains(string(table), `"contoso"`) && !strings.Contains(string(table), `"CONTOSO"`) {
		t.Errorf("the table of names is %.200s, %v", table, err)
	}
	if folder := filepath.Join(p.state, "practice", "bundles"); filepath.Dir(done.Names) != folder {
		t.Errorf("the table of names is %s, and not in %s", done.Names, folder)
	}
	p.ends(exitUsage, []string{"must not lie beside one"}, "bundle", "-o", filepath.Join(filepath.Dir(done.Names), "x.zip"), "--yes")
	for name, mode := range map[string]os.FileMode{done.Names: 0o600, file: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != mode && os.PathSeparator == '/' {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}

// pack makes a zip of the files of a folder, and unpack the files of a zip.
func pack(t *testing.T, folder, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	if err := errors.Join(w.AddFS(os.DirFS(folder)), w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, file, folder string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		text, err := fs.ReadFile(z, f.Name)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, f.Name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
