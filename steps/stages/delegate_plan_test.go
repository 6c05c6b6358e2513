package stages

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// ace is an ACE for the connector account, or for trustee where one is given.
func ace(typ, flags, rights, object, class string, trustee ...string) string {
	to := connector.String()
	if len(trustee) > 0 {
		to = trustee[0]
	}
	return fmt.Sprintf("(%s;%s;%s;%s;%s;%s)", typ, flags, rights, object, class, to)
}

var (
	aReset   = ace("OA", "CIIO", "CR", resetPassword, user)
	aLockout = ace("OA", "CIIO", "WP", lockoutTime, user)
	aPwdLast = ace("OA", "CIIO", "WP", pwdLastSet, user)
	aUnexp   = ace("OA", "", "CR", unexpire, "")
)

var backupOperators = []adperms.Protected{{SID: secdesc.MustSID("S-1-5-32-551"), Name: "Backup Operators"}}

// pastPassword has the account's password expire by its policy.
func pastPassword(f *fake) {
	f.account.Control = adperms.NormalAccount
	f.account.PasswordSet, f.account.Policy.MaxAge = f.clock.Add(-48*time.Hour), 24*time.Hour
}

// Who is in a protected group is told which of the rights that gave it, by the access
// check: Administrators have all, operators and key administrators none.
func TestTierZeroHolds(t *testing.T) {
	var groups []adperms.Protected
	for sid, name := range map[string]string{"S-1-5-32-550": "Print Operators", "S-1-5-32-551": "Backup Operators", "S-1-5-32-552": "Replicator", "S-1-5-32-544": "Administrators"} {
		groups = append(groups, adperms.Protected{SID: secdesc.MustSID(sid), Name: name})
	}
	groups = append(groups, adperms.Protected{SID: secdesc.MustSID("S-1-5-21-1-2-3").Child(526), Name: "Key Admins"}, adperms.Protected{SID: secdesc.MustSID("S-1-5-21-1-2-3").Child(527), Name: "Enterprise Key Admins"})
	for _, g := range groups {
		by := func(rights string) string {
			f := newFake(t, unexpireToAU+"(OA;CI;RPWP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;"+secdesc.MustSID("S-1-5-21-1-2-3").Child(526).String()+")(A;CI;GA;;;S-1-5-32-544)"+rights)
			f.account.ProtectedBy, f.token = []adperms.Protected{g}, adperms.NewToken(connector, g.SID)
			changes, findings := planned(t, f.stage())
			if len(changes) > 0 || findings[0].Code != adperms.TierZero || !strings.Contains(findings[0].Text, g.Name) {
				t.Fatalf("%s: %q, %+v", g.Name, sddls(changes), findings)
			}
			_, holds, _ := strings.Cut(findings[0].Text, "neither. ")
			return holds
		}
		const all, none = "It has all of the rights already, and needs no grant", "That gives it none of the rights on users"
		if g.Name == "Administrators" {
			if got := by(""); got != all {
				t.Errorf("%s: %q", g.Name, got)
			}
			continue
		}
		some := "It has Reset password on " + rootDN + ", Unexpire Password on " + rootDN + " already, and not Write lockoutTime on " + rootDN + ", Write pwdLastSet on " + rootDN
		for rights, want := range map[string]string{"": none, aReset: some, aReset + aLockout + aPwdLast: all} {
			if got := by(rights); got != want {
				t.Errorf("%s with %q: %q, want %q", g.Name, rights, got, want)
			}
		}
	}
	f := newFake(t, unexpireToAU)
	f.account.ProtectedBy = backupOperators
	d := f.stage()
	f.put(t, "CN=Sites,CN=Configuration,"+rootDN, "D:", "container")
	d.Scopes, d.Unexpire = []string{"CN=Sites,CN=Configuration," + rootDN}, UnexpireNever
	if _, findings := planned(t, d); !strings.HasSuffix(findings[0].Text, "neither") {
		t.Errorf("without a scope: %s", findings[0].Text)
	}
}

// What the stage plans and says, by what stands on the domain's root.
func TestPlan(t *testing.T) {
	for _, c := range []struct {
		name    string
		root    string // ACEs beside that of SYSTEM and Unexpire for Authenticated Users
		changed func(t *testing.T, f *fake, d *Delegate)
		want    []string // SDDL of the changes
		codes   []string
	}{
		{name: "nothing there", want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "all there", root: aReset + aLockout + aPwdLast, codes: []string{"info already-granted"}},
		{name: "full control", root: ace("A", "CI", "GA", "", ""), codes: []string{"info already-granted"}},
		{name: "generic write gives the attributes", root: ace("A", "CI", "GW", "", ""), want: []string{aReset}, codes: []string{"info already-granted"}},
		{name: "write all properties", root: ace("OA", "CIIO", "WP", "", user), want: []string{aReset}, codes: []string{"info already-granted"}},
		{name: "a property set gives pwdLastSet, and lockoutTime is in none", root: ace("OA", "CIIO", "WP", restrictions, user),
			want: []string{aReset, aLockout}, codes: []string{"info already-granted"}},
		{name: "all extended rights", root: ace("A", "CI", "CR", "", ""), want: []string{aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "a group", root: ace("OA", "CIIO", "CR", resetPassword, user, group.String()), want: []string{aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "everyone", root: ace("OA", "CIIO", "WP", lockoutTime, user, "WD"), want: []string{aReset, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "somebody else's is no help", root: ace("A", "CI", "GA", "", "", stranger.String()), want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "this object only is no help", root: ace("A", "", "CR", "", "") + ace("A", "", "WP", "", ""), want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "denied in the whole scope", root: ace("OD", "CIIO", "CR", resetPassword, user),
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error dacl-not-canonical", "error denied-by-ace", "info already-granted"}},
		{name: "denied to a group in a part", root: ace("OD", "CINPIO", "WP", lockoutTime, user, group.String()),
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error dacl-not-canonical", "info already-granted", "warning denied-by-ace"}},
		{name: "no Unexpire", changed: func(t *testing.T, f *fake, _ *Delegate) { f.drop(t, rootDN, unexpireToAU) },
			want: []string{aReset, aLockout, aPwdLast, aUnexp}},
		{name: "no Unexpire, never", changed: func(t *testing.T, f *fake, d *Delegate) { f.drop(t, rootDN, unexpireToAU); d.Unexpire = UnexpireNever },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"warning unexpire-missing"}},
		{name: "Unexpire always", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Unexpire = UnexpireAlways },
			want: []string{aReset, aLockout, aPwdLast, aUnexp}},
		{name: "Unexpire never, and there", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Unexpire = UnexpireNever },
			want: []string{aReset, aLockout, aPwdLast}},
		{name: "inetOrgPerson, too", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Classes = adperms.WritebackClasses() },
			want: []string{aReset, aLockout, aPwdLast, ace("OA", "CIIO", "CR", resetPassword, inetOrgPerson),
				ace("OA", "CIIO", "WP", lockoutTime, inetOrgPerson), ace("OA", "CIIO", "WP", pwdLastSet, inetOrgPerson)}, codes: []string{"info already-granted"}},
		{name: "a read-only DC", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Place.ReadOnly = true },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error read-only-dc", "info already-granted"}},
		{name: "a read-only DC and nothing to do", root: aReset + aLockout + aPwdLast, changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Place.ReadOnly = true },
			codes: []string{"info already-granted"}},
		{name: "a DC that has not replicated", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Place.Synced = false },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted", "warning dc-not-synchronized"}},
		{name: "a disabled connector", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Control |= adperms.AccountDisabled },
			codes: []string{"error connector-disabled", "info already-granted"}},
		{name: "a disabled account of another product", changed: func(_ *testing.T, f *fake, d *Delegate) {
			f.account.Control |= adperms.AccountDisabled
			d.Product = adperms.OtherProduct
		}, want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted", "warning connector-disabled"}},
		{name: "an expired connector", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Expires = f.clock.Add(-time.Hour) },
			codes: []string{"error connector-expired", "info already-granted"}},
		{name: "a connector that must change its password", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.MustChange = true },
			codes: []string{"error connector-must-change", "info already-granted"}},
		{name: "a connector whose password has expired", changed: func(_ *testing.T, f *fake, _ *Delegate) { pastPassword(f) },
			codes: []string{"error connector-password-expired", "info already-granted"}},
		{name: "that of another product", changed: func(_ *testing.T, f *fake, d *Delegate) {
			pastPassword(f)
			d.Product = adperms.OtherProduct
		}, want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error connector-unproven", "info already-granted", "warning connector-password-expired"}},
		{name: "a connector that needs a smart card", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Control |= adperms.SmartCardRequired },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted", "warning connector-smart-card"}},
		{name: "a Backup Operator", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.ProtectedBy = backupOperators },
			codes: []string{"error connector-protected", "info already-granted"}},
		{name: "a Backup Operator with the rights", root: aReset + aLockout + aPwdLast, changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.ProtectedBy = backupOperators },
			codes: []string{"error connector-protected", "info already-granted"}},
		{name: "an account that nothing tells to be a connector's", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Control = adperms.NormalAccount },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error connector-unproven", "info already-granted"}},
		{name: "and nothing to do", root: aReset + aLockout + aPwdLast, changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Control = adperms.NormalAccount },
			codes: []string{"info already-granted", "warning connector-unproven"}},
		{name: "an account that the sync server uses", changed: func(_ *testing.T, f *fake, d *Delegate) {
			f.account.Control = adperms.NormalAccount
			d.Uses = func(context.Context) Use { return Use{As: `CORP\msol_1`, Is: cloudconfig.SameAccount} }
		}, want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted"}},
		{name: "another one than the sync server uses", changed: func(_ *testing.T, f *fake, d *Delegate) {
			f.account.Control = adperms.NormalAccount
			d.Uses = func(context.Context) Use { return Use{As: "MSOL_2", Is: cloudconfig.OtherAccount} }
		}, codes: []string{"error connector-mismatch", "info already-granted"}},
		{name: "an account that looks right and that the sync server does not use", changed: func(_ *testing.T, _ *fake, d *Delegate) {
			d.Uses = func(context.Context) Use { return Use{As: "MSOL_2", Is: cloudconfig.OtherAccount} }
		}, codes: []string{"error connector-mismatch", "info already-granted"}},
		{name: "a sync server of another forest", changed: func(_ *testing.T, _ *fake, d *Delegate) {
			d.Uses = func(context.Context) Use {
				return Use{Strange: []cloudconfig.Mismatch{{Code: cloudconfig.WrongServer, Text: "SYNC01 synchronizes the forest fabrikam.example", Fix: "name another"}}}
			}
		}, codes: []string{"error wrong-server", "info already-granted"}},
		{name: "a person's account", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.account.Traits.Manager = true },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error connector-unproven", "info already-granted"}},
		{name: "a group as connector", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Connector.Class = "group" },
			codes: []string{"error connector-not-account", "info already-granted"}},
		{name: "everyone as connector", changed: func(_ *testing.T, _ *fake, d *Delegate) { d.Connector.SID = adperms.Everyone },
			codes: []string{"error connector-not-account", "info already-granted"}},
		{name: "no right to write", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.byDN(rootDN).rights = 3 },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error no-right-to-write", "info already-granted"}},
		{name: "no right to write, and somebody else may apply", changed: func(_ *testing.T, f *fake, d *Delegate) { f.byDN(rootDN).rights, d.ReadOnly = 3, true },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted", "warning no-right-to-write"}},
		{name: "no right to write, and nothing to do", root: aReset + aLockout + aPwdLast, changed: func(_ *testing.T, f *fake, _ *Delegate) { f.byDN(rootDN).rights = 0 },
			codes: []string{"info already-granted"}},
		{name: "another schema", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.schema[0].GUID = f.schema[1].GUID },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error schema-mismatch", "info already-granted"}},
		{name: "an attribute missing in the schema", changed: func(_ *testing.T, f *fake, _ *Delegate) { f.schema = f.schema[:3] },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error schema-mismatch", "info already-granted"}},
		{name: "NULL DACL", changed: func(t *testing.T, f *fake, _ *Delegate) { f.byDN(rootDN).sd.DACL = nil }, codes: []string{"error null-dacl"}},
		{name: "near 64 kB", changed: func(t *testing.T, f *fake, _ *Delegate) { f.fill(rootDN, 61000) },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"info already-granted", "warning dacl-near-limit"}},
		{name: "over 64 kB", changed: func(t *testing.T, f *fake, _ *Delegate) { f.fill(rootDN, 65500) },
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error dacl-not-editable", "info already-granted"}},
		{name: "not canonical", root: ace("D", "", "DC", "", "", stranger.String()),
			want: []string{aReset, aLockout, aPwdLast}, codes: []string{"error dacl-not-canonical", "info already-granted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t, unexpireToAU+c.root)
			d := f.stage()
			if c.changed != nil {
				c.changed(t, f, d)
			}
			changes, findings := planned(t, d)
			if got := sddls(changes); !slices.Equal(got, c.want) {
				t.Errorf("changes\n%q, want\n%q", got, c.want)
			}
			want := append([]string{}, c.codes...)
			if got := codes(findings); !slices.Equal(got, want) {
				t.Errorf("findings %q, want %q", got, want)
			}
			explained(t, findings)
			if f.writes != 0 {
				t.Error("a plan wrote")
			}
		})
	}
}

// fill makes a DACL that has so many bytes, with ACEs of others.
func (f *fake) fill(dn string, size int) {
	f.set(dn, func(all []secdesc.ACE) []secdesc.ACE {
		for rid := uint32(5000); ; rid++ {
			l := secdesc.ACL{ACEs: append(slices.Clone(all), secdesc.Allow(connector.Domain().Child(rid), secdesc.ReadProperty, 0, secdesc.GUID{}, secdesc.GUID{}))}
			if l.Size() > size {
				return all
			}
			all = l.ACEs
		}
	})
}

func planned(t *testing.T, d *Delegate) ([]ACEChange, []steps.Finding) {
	t.Helper()
	have, err := d.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, findings, err := d.Plan(have)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := d.Plan(have)
	if err != nil || !slices.Equal(again, changes) {
		t.Errorf("another plan from the same: %v, %v", again, err)
	}
	// Since when all is in place is TestSecondOfTwo's.
	return changes, slices.DeleteFunc(findings, func(f steps.Finding) bool { return f.Code == "in-place-since" })
}

func sddls(changes []ACEChange) (out []string) {
	for _, c := range changes {
		out = append(out, c.ACE)
	}
	return out
}

// explained: a finding has a text, and where it stands in the way a fix.
func explained(t *testing.T, fs []steps.Finding) {
	t.Helper()
	for _, f := range fs {
		if f.Text == "" || f.Level != steps.LevelInfo && f.Fix == "" {
			t.Errorf("finding without words: %+v", f)
		}
		if strings.ContainsAny(f.Text+f.Fix, "\n\x1b") {
			t.Errorf("finding of several lines: %q", f.Text)
		}
	}
}

// An explicit grant stands before a deny that is inherited, and wins.
func TestDenyOutranked(t *testing.T) {
	f := newFake(t, unexpireToAU)
	f.put(t, ouDN, "D:(A;;GA;;;SY)"+aReset+aLockout+aPwdLast+ace("OD", "CIIOID", "CR", resetPassword, user), "organizationalUnit")
	d := f.stage()
	d.Scopes = []string{ouDN}
	changes, findings := planned(t, d)
	if len(changes) != 0 || !slices.Equal(codes(findings), []string{"info already-granted", "info deny-outranked"}) {
		t.Errorf("%q, %q", sddls(changes), codes(findings))
	}
}

// A deny that wins is not called granted, nor proven.
func TestDeniedIsNotGranted(t *testing.T) {
	f := newFake(t, "")
	f.put(t, rootDN, "D:"+ace("OD", "CIIO", "CR", resetPassword, user)+aReset+aLockout+aPwdLast+unexpireToAU, "domainDNS")
	d := f.stage()
	changes, findings := planned(t, d)
	if len(changes) != 0 {
		t.Errorf("%q", sddls(changes))
	}
	for _, n := range findings {
		if n.Code == "already-granted" && strings.Contains(n.Text, "Reset password") {
			t.Errorf("%+v", n)
		}
	}
	evidence, _, err := d.Probe(t.Context())
	if err != nil || len(evidence) != 3 {
		t.Errorf("%d pieces of evidence, %v", len(evidence), err)
	}
	for _, e := range evidence {
		if strings.Contains(e.What, "Reset password") || !strings.Contains(e.Source, "dc1.corp.example") || !e.At.Equal(start) {
			t.Errorf("%+v", e)
		}
	}
}
