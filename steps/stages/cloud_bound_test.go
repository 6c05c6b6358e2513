package stages

import (
	"slices"
	"testing"
	"time"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/steps"
)

// A server that is not bound to this domain and tenant proves nothing here, and
// nothing is switched on it, however it is reached.
func TestServerIsBound(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*fakeCloud, *Writeback)
		on      bool   // writeback is on there
		finding string // level, code, and what --accept takes
		changes int
		state   string // of the evidence
	}{
		{"another forest", func(f *fakeCloud, _ *Writeback) { f.server.Connectors[0].Forest = "fabrikam.example" }, false, "error wrong-server ", 0, steps.EvidenceUnknown},
		{"another forest, on", func(f *fakeCloud, _ *Writeback) { f.server.Connectors[0].Forest = "fabrikam.example" }, true, "error wrong-server ", 0, steps.EvidenceUnknown},
		{"another tenant, on", func(f *fakeCloud, _ *Writeback) { f.server.Cloud = "fabrikam.onmicrosoft.com - AAD" }, true, "error wrong-tenant ", 0, steps.EvidenceUnknown},
		{"another account", func(f *fakeCloud, _ *Writeback) { f.server.Connectors[0].Account = "MSOL_2" }, false, "error connector-mismatch ", 0, steps.EvidenceUnknown},
		{"another account, of another product", func(f *fakeCloud, w *Writeback) {
			f.server.Connectors[0].Account, w.Expected.Product = "MSOL_2", "cloud"
		}, true, "", 0, steps.EvidenceUnknown},
		{"another host than was named", func(_ *fakeCloud, w *Writeback) { w.Expected.Asked = "sync02" }, false, "error host-unproven host-unproven", 1, steps.EvidenceUnknown},
		{"another host than was named, on, accepted", func(_ *fakeCloud, w *Writeback) { w.Expected.Asked, w.Accepted = "sync02", []string{"host-unproven"} }, true, "warning host-unproven ", 0, steps.EvidenceVerified},
		{"an account of another domain", func(f *fakeCloud, _ *Writeback) { f.server.Connectors[0].Domain = "EMEA" }, false, "error connector-mismatch ", 0, steps.EvidenceUnknown},
		{"a server of another product, of another tenant", func(f *fakeCloud, w *Writeback) {
			f.server.Cloud, w.Expected.Product = "fabrikam.onmicrosoft.com - AAD", "cloud"
		}, true, "", 0, steps.EvidenceUnknown},
		{"a staging server with an account of its own", func(f *fakeCloud, _ *Writeback) {
			f.server.Staging, f.server.Connectors[0].Account = true, "MSOL_2"
		}, false, "error staging-server ", 0, steps.EvidenceUnknown},
		{"nothing to compare with", func(_ *fakeCloud, w *Writeback) { w.Tenant = nil }, false, "error server-unbound ", 0, steps.EvidenceUnknown},
		{"nothing to compare with, on", func(_ *fakeCloud, w *Writeback) { w.Tenant = nil }, true, "warning server-unbound ", 0, steps.EvidenceUnknown},
		{"a tenant that was named", func(_ *fakeCloud, w *Writeback) { w.Tenant, w.Expected.Tenant = nil, "corp.onmicrosoft.com" }, true, "", 0, steps.EvidenceVerified},
		{"a renamed connector", func(f *fakeCloud, _ *Writeback) { f.server.Cloud = "Cloud" }, false, "error tenant-unproven tenant-unproven", 1, steps.EvidenceUnknown},
		{"a renamed connector, on", func(f *fakeCloud, _ *Writeback) { f.server.Cloud = "Cloud" }, true, "error tenant-unproven tenant-unproven", 0, steps.EvidenceUnknown},
		{"a renamed connector, on, accepted", func(f *fakeCloud, w *Writeback) { f.server.Cloud, w.Accepted = "Cloud", []string{"tenant-unproven"} }, true, "warning tenant-unproven ", 0, steps.EvidenceVerified},
		{"the agent of Cloud Sync, with events of Entra Connect", func(f *fakeCloud, w *Writeback) {
			f.server = cloudconfig.Server{Host: "AGENT9", At: morning, Product: "cloud", Version: "1.1.2505.0", Events: append(f.server.Events, cloudconfig.Event{ID: 31002, At: morning.Add(-time.Hour)})}
		}, true, "", 0, steps.EvidenceUnknown},
		{"the agent of Cloud Sync, with bad ones", func(f *fakeCloud, w *Writeback) {
			f.server = cloudconfig.Server{Host: "AGENT9", At: morning, Product: "cloud", Version: "1.1.2505.0", Events: []cloudconfig.Event{{ID: 31034, At: morning}}}
			f.audits = []cloudconfig.Audit{{At: morning.Add(-time.Hour), Activity: cloudconfig.AuditAdminReset, Success: true, Agent: "CloudSync"}}
			w.Expected.Product = "cloud"
		}, true, "", 0, steps.EvidenceVerified},
		{"an account that cannot be the connector's", func(_ *fakeCloud, w *Writeback) {
			w.Expected.Unfit = &adperms.Unfit{Code: adperms.NotAnAccount, Why: "is a computer's account", Fix: "name another"}
		}, true, "error connector-not-account ", 0, steps.EvidenceUnknown},
		{"no grantee", func(_ *fakeCloud, w *Writeback) { w.Expected.Account.SAM = "" }, false, "error connector-unproven connector-unproven", 1, steps.EvidenceUnknown},
		{"a domain that it leaves out", func(f *fakeCloud, w *Writeback) {
			f.server.Connectors[0].LeftOut, w.Expected.Domains = []string{"DC=emea,DC=corp,DC=example"}, []string{"corp.example", "emea.corp.example"}
		}, false, "warning domain-left-out ", 1, steps.EvidenceOff},
		{"an answer that was brought", func(f *fakeCloud, w *Writeback) {
			w.Method, f.server.Told, f.server.Connectors[0].Forest = ByHandoff, true, "fabrikam.example"
		}, true, "error wrong-server ", 0, steps.EvidenceUnknown},
		{"an answer that was brought, of a renamed connector", func(f *fakeCloud, w *Writeback) { w.Method, f.server.Told, f.server.Cloud = ByHandoff, true, "Cloud" },
			false, "error tenant-unproven tenant-unproven", 0, steps.EvidenceUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			w := &Writeback{Cloud: f.cloud(), Method: ByServer}
			if c.on {
				f.alive()
			}
			c.change(f, w)
			have, err := w.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			changes, findings, err := w.Plan(have)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			outdated := false
			for _, x := range findings {
				outdated = outdated || x.Code == "undocumented-api"
				if _, may := Acceptable[x.Accept]; x.Accept != "" && !may {
					t.Errorf("--accept does not take %s", x.Accept)
				}
				if x.Code != "writeback-by-hand" && x.Code != "undocumented-api" {
					got = append(got, string(x.Level)+" "+x.Code+" "+x.Accept)
				}
			}
			if c.finding != "" && !slices.Equal(got, []string{c.finding}) || c.finding == "" && len(got) > 0 || len(changes) != c.changes {
				t.Errorf("%d changes, findings %q; want %d and %q", len(changes), got, c.changes, c.finding)
			}
			if outdated != (len(changes) > 0) {
				t.Errorf("what is known of the cmdlet is told: %t, with %d changes", outdated, len(changes))
			}
			if e := w.Prove(have); e[0].State != c.state {
				t.Errorf("the evidence is %q, want %q", e[0].State, c.state)
			}
		})
	}
}

// The server is told what its switch is for; an undo is for whoever signs in by
// then.
func TestSwitchSaysWhatItIsFor(t *testing.T) {
	f := healthy()
	w := &Writeback{Cloud: f.cloud(), Method: ByServer}
	changes, _ := plan[Switch](t, w)
	if _, err := w.Apply(t.Context(), changes[0]); err != nil {
		t.Fatal(err)
	}
	if want := (cloudconfig.Bound{Connector: "corp.onmicrosoft.com - AAD", Host: "SYNC01", Forest: "corp.example", Account: "MSOL_1"}); f.bound != want {
		t.Errorf("switched on for %+v, want %+v", f.bound, want)
	}
	if err := w.Undo(t.Context(), changes[0]); err != nil {
		t.Fatal(err)
	}
	if want := (cloudconfig.Bound{Connector: "corp.onmicrosoft.com - AAD", Host: "SYNC01", Forest: "corp.example"}); f.bound != want {
		t.Errorf("switched off for %+v, want %+v", f.bound, want)
	}
}

// Only a script that inspects is handed over, until the answer is from the right
// server.
func TestHandOver(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*fakeCloud)
		accepted []string
		may      bool
	}{
		{"off", func(*fakeCloud) {}, nil, true},
		{"on", func(f *fakeCloud) { f.server.Reset.Enabled = true }, nil, false},
		{"staging", func(f *fakeCloud) { f.server.Staging = true }, nil, false},
		{"a switch that failed", func(f *fakeCloud) {
			f.server.Told, f.server.Switch = true, &cloudconfig.SwitchTold{Enable: true, Outcome: steps.ToldFailed, Why: "x"}
		}, nil, false},
		{"a switch that was made before", func(f *fakeCloud) {
			f.server.Told, f.server.Switch = true, &cloudconfig.SwitchTold{Enable: true, Outcome: steps.ToldMade}
		}, nil, true},
		{"another forest", func(f *fakeCloud) { f.server.Connectors[0].Forest = "fabrikam.example" }, nil, false},
		{"a renamed connector", func(f *fakeCloud) { f.server.Cloud = "Cloud" }, nil, false},
		{"a renamed connector, accepted", func(f *fakeCloud) { f.server.Cloud = "Cloud" }, []string{"tenant-unproven"}, true},
		{"another forest, accepted", func(f *fakeCloud) { f.server.Connectors[0].Forest = "fabrikam.example" }, []string{"wrong-server"}, false},
	} {
		f := healthy()
		c.change(f)
		other := f.cloud()
		other.Expected.Product = "cloud"
		if _, may, err := (&Writeback{Cloud: other, Method: ByHandoff}).HandOver(t.Context(), c.accepted); may || err != nil {
			t.Errorf("%s: a script for Entra Connect where Cloud Sync writes back: %t, %v", c.name, may, err)
		}
		b, may, err := (&Writeback{Cloud: f.cloud(), Method: ByHandoff}).HandOver(t.Context(), c.accepted)
		if err != nil || may != c.may || may && b != (cloudconfig.Bound{Connector: f.server.Cloud, Host: "SYNC01", Forest: "corp.example", Account: "MSOL_1"}) {
			t.Errorf("%s: %+v, %t, %v", c.name, b, may, err)
		}
	}
}

// The stage that grants asks the same server: of another forest or tenant it is a
// stranger, whose account counts for nothing.
func TestUses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*fakeCloud, *Cloud)
		as     string
		is     cloudconfig.Likeness
		codes  []string
	}{
		{"the account", func(*fakeCloud, *Cloud) {}, "MSOL_1", cloudconfig.SameAccount, nil},
		{"another account", func(f *fakeCloud, _ *Cloud) { f.server.Connectors[0].Account = "MSOL_2" }, "MSOL_2", cloudconfig.OtherAccount, nil},
		{"another forest", func(f *fakeCloud, _ *Cloud) { f.server.Connectors[0].Forest = "fabrikam.example" }, "", cloudconfig.NotSaid, []string{cloudconfig.WrongServer}},
		{"another forest and tenant", func(f *fakeCloud, _ *Cloud) {
			f.server.Connectors[0].Forest, f.server.Cloud = "fabrikam.example", "fabrikam.onmicrosoft.com - AAD"
		}, "", cloudconfig.NotSaid, []string{cloudconfig.WrongTenant, cloudconfig.WrongServer}},
		{"another forest, and this run is for another product", func(f *fakeCloud, c *Cloud) {
			f.server.Connectors[0].Forest, c.Expected.Product = "fabrikam.example", "cloud"
		}, "", cloudconfig.NotSaid, nil},
		{"nothing to compare with", func(_ *fakeCloud, c *Cloud) { c.Tenant = nil }, "", cloudconfig.NotSaid, nil},
		{"staging", func(f *fakeCloud, _ *Cloud) { f.server.Staging = true }, "", cloudconfig.NotSaid, nil},
		{"no server", func(_ *fakeCloud, c *Cloud) { c.Server = nil }, "", cloudconfig.NotSaid, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			cloud := f.cloud()
			c.change(f, cloud)
			u := cloud.Uses(t.Context())
			var codes []string
			for _, m := range u.Strange {
				codes = append(codes, m.Code)
			}
			if u.As != c.as || u.Is != c.is || !slices.Equal(codes, c.codes) {
				t.Errorf("got %+v", u)
			}
		})
	}
}

// Neither an undo nor the resolving of an interrupted switch takes another company's server
// for the one that was switched.
func TestSwitchIsOfOneServer(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*fakeCloud)
		not    bool
	}{
		"the same": {func(*fakeCloud) {}, false},
		"another company's SYNC01": {func(f *fakeCloud) {
			f.server.Cloud, f.server.Connectors[0].Forest = "fabrikam.onmicrosoft.com - AAD", "fabrikam.example"
		}, true},
		"another forest's SYNC01":     {func(f *fakeCloud) { f.server.Connectors[0].Forest = "fabrikam.example" }, true},
		"another tenant's SYNC01":     {func(f *fakeCloud) { f.server.Cloud = "fabrikam.onmicrosoft.com - AAD" }, true},
		"one that signs in otherwise": {func(f *fakeCloud) { f.server.Connectors[0].Account = "svc" }, false},
	} {
		f := healthy()
		w := &Writeback{Cloud: f.cloud(), Method: ByServer}
		changes, _ := plan[Switch](t, w)
		f.alive()
		c.change(f)
		if _, made, err := w.Resolve(t.Context(), changes[0]); (err != nil) != c.not || made == c.not {
			t.Errorf("%s: resolved as made %t, %v", name, made, err)
		}
		err := w.Undo(t.Context(), changes[0])
		if (err != nil) != c.not || len(f.switched) > 0 == c.not {
			t.Errorf("%s: undone %v, %v", name, f.switched, err)
		}
	}
}
