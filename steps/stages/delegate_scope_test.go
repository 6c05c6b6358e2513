package stages

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"writeback/adperms"
)

// A scope is one object however it is named, and however often.
func TestScopes(t *testing.T) {
	for _, c := range []struct {
		name   string
		scopes []string
		want   []string // DNs of the changes
	}{
		{"none: the root", nil, []string{rootDN, rootDN, rootDN}},
		{"the root in other words", []string{"dc=CORP, dc=Example"}, []string{rootDN, rootDN, rootDN}},
		{"an OU", []string{ouDN}, []string{ouDN, ouDN, ouDN}},
		{"twice the same", []string{ouDN, "ou=sales, dc=corp, dc=example", ouDN}, []string{ouDN, ouDN, ouDN}},
		{"an OU and the root", []string{ouDN, rootDN}, []string{rootDN, rootDN, rootDN, ouDN, ouDN, ouDN}},
	} {
		f := newFake(t, unexpireToAU)
		d := f.stage()
		d.Scopes = c.scopes
		changes, _ := planned(t, d)
		var got []string
		for _, x := range changes {
			got = append(got, x.DN)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	f := newFake(t, "")
	d := f.stage()
	d.Scopes = []string{"OU=Nowhere," + rootDN}
	if _, err := d.Inspect(t.Context()); err == nil || !strings.Contains(err.Error(), "OU=Nowhere") {
		t.Errorf("a scope that is not there: %v", err)
	}
}

// The Unexpire right is granted on the root even where the scope is an OU; the changes of
// an object are one write.
func TestVersionsOfAPlan(t *testing.T) {
	f := newFake(t, "")
	d := f.stage()
	d.Scopes = []string{ouDN}
	f.byDN(ouDN).version = 40
	changes, _ := planned(t, d)
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s %d", c.DN, c.Version))
	}
	if want := []string{rootDN + " 5", ouDN + " 40", ouDN + " 40", ouDN + " 40"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSpecialScopes(t *testing.T) {
	for _, c := range []struct {
		name, dn, sddl, class string
		changes               int
		flags                 string
		code                  string
	}{
		{"protected OU", ouDN, "D:PAI(A;;GA;;;SY)", "organizationalUnit", 3, "CIIO", "info inheritance-blocked"},
		{"single account", "CN=Ann,CN=Users," + rootDN, "D:(A;;GA;;;SY)", "user", 3, "", "warning single-account"},
		{"AdminSDHolder", "CN=AdminSDHolder,CN=System," + rootDN, "D:PAI(A;;GA;;;SY)", "container", 0, "", "error admin-sd-holder"},
	} {
		f := newFake(t, unexpireToAU)
		f.put(t, c.dn, c.sddl, c.class)
		d := f.stage()
		d.Scopes, d.Classes = []string{c.dn}, adperms.WritebackClasses()[:1]
		changes, findings := planned(t, d)
		if len(changes) != c.changes {
			t.Errorf("%s: %d changes", c.name, len(changes))
		}
		for _, x := range changes {
			if flags := strings.Split(x.ACE, ";")[1]; flags != c.flags {
				t.Errorf("%s: %s", c.name, x.ACE)
			}
		}
		if !slices.Contains(codes(findings), c.code) {
			t.Errorf("%s: findings %q", c.name, codes(findings))
		}
		explained(t, findings)
	}
}

// On a single account both classes are the same three rights.
func TestSingleAccountOnce(t *testing.T) {
	f := newFake(t, unexpireToAU)
	dn := "CN=Ann,CN=Users," + rootDN
	f.put(t, dn, "D:(A;;GA;;;SY)", "user")
	d := f.stage()
	d.Scopes, d.Classes = []string{dn}, adperms.WritebackClasses()
	if changes, _ := planned(t, d); len(changes) != 3 {
		t.Errorf("%q", sddls(changes))
	}
}
