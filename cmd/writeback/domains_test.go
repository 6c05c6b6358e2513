package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"writeback/internal/sambatest"
	"writeback/steps"
)

// two are two domains, each a forest of its own with its own administrator and
// its own connector account, and a configuration file that tells them apart.
type two struct {
	*program
	dcs        []*sambatest.DC
	connectors []sambatest.Account
	users      []string
}

func twoDomains(t *testing.T) *two {
	d := &two{program: newProgram(t)}
	var config strings.Builder
	config.WriteString("domains:\n")
	for i, name := range []string{"one.example", "two.example"} {
		dc := sambatest.New(t, sambatest.Realm(name))
		d.dcs = append(d.dcs, dc)
		d.connectors = append(d.connectors, dc.Connector(t))
		d.users = append(d.users, dc.AddUser(t, dc.OU(t), sambatest.Unique("ann"), "First-1234"))
		fmt.Fprintf(&config, "  - domain: %s\n    ca-cert: %s\n    ad-user: %s\n    ad-password-file: %s\n", name, dc.CAFile, dc.AdminUser, secretFile(t, dc.AdminPassword))
		if i == 1 {
			fmt.Fprintf(&config, "    connector: %s\n", d.connectors[i].Name)
		}
	}
	if err := os.WriteFile(filepath.Join(d.dir, "writeback.yaml"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, dnsEnv+"="+sambatest.ServeDNS(t, d.dcs...), "WRITEBACK_CONFIG=writeback.yaml")
	return d
}

func (d *two) refused(t *testing.T, i int) {
	t.Helper()
	refused(t, d.dcs[i], d.connectors[i], d.users[i])
}

func (d *two) granted(t *testing.T, i int) {
	t.Helper()
	granted(t, d.dcs[i], d.connectors[i], d.users[i])
}

// Two domains with connector accounts of their own: one plan, one approval, one
// journal; a kill between the domains leaves what was made true, and the same
// command goes on; undo takes back both.
func TestTwoDomains(t *testing.T) {
	t.Parallel()
	d := twoDomains(t)
	before := [][]string{explicit(t, d.dcs[0]), explicit(t, d.dcs[1])}
	plan := decode[steps.Plan](t, d.want(exitDone, "plan", "--output", "json"))
	if got := stepIDs(plan); !slices.Equal(got[:2], []string{"delegate@one.example", "delegate@two.example"}) || plan.Pending() != 6 {
		t.Fatalf("%d changes in %q", plan.Pending(), got)
	}
	if plan.Target.Domain != "one.example, two.example" {
		t.Errorf("the plan is about %+v", plan.Target)
	}
	if c, ok := plan.Coverage.Coverage(); !ok || len(c.Domains) != 2 || c.Domains[0].Domain != "one.example" ||
		c.Users != c.Domains[0].Users+c.Domains[1].Users || *c.After != *c.Domains[0].After+*c.Domains[1].After || *c.After == 0 {
		t.Errorf("coverage: %+v", c)
	}

	cut := *d.program
	cut.env = append(slices.Clone(d.env), cutEnv+"=before intent 11")
	killed := cut.run("apply", "--yes")
	if killed.code != -1 {
		t.Fatalf("not killed: exit code %d\n%s", killed.code, killed.err)
	}
	d.granted(t, 0)
	d.refused(t, 1)
	res := decode[steps.Result](t, d.want(exitDone, "apply", "--yes", "--output", "json"))
	if res.State != steps.ResultDone || len(res.Steps[0].Made) != 3 || len(res.Steps[1].Made) != 3 {
		t.Fatalf("apply: %+v", res)
	}
	d.granted(t, 0)
	d.granted(t, 1)
	d.want(exitDone, "verify")
	for i, user := range d.users {
		if o := d.want(exitDone, "explain", user); !strings.Contains(o.out, "can be written back") || !strings.Contains(o.out, d.connectors[i].DN) {
			t.Errorf("explain %s: %s", user, o.out)
		}
	}
	if o := d.want(exitDone, "runs"); strings.Count(o.out, res.Run) != 1 {
		t.Errorf("more than one journal: %s", o.out)
	}

	d.want(exitDone, "undo", "--yes")
	for i := range d.dcs {
		d.refused(t, i)
		if now := explicit(t, d.dcs[i]); !sameSet(now, before[i]) {
			t.Errorf("%s after undo: %q, want %q", d.dcs[i].Realm, now, before[i])
		}
	}
}

// What cannot be done in one domain stops all before anything is written, and
// says which domain it is.
func TestTwoDomainsRefused(t *testing.T) {
	t.Parallel()
	d := twoDomains(t)
	before := [][]string{explicit(t, d.dcs[0]), explicit(t, d.dcs[1])}
	low := sambatest.Unique("low")
	d.dcs[1].AddUser(t, d.dcs[1].OU(t), low, "Lowly-1234")
	low += "@two.example"
	d.env = append(d.env, "WRITEBACK_AD_PASSWORD=Somebody-Elses-1") // nobody's here: it goes to no domain with a user of its own
	file := filepath.Join(d.dir, "writeback.yaml")
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		old   string
		new   string
		args  []string
		code  int
		parts []string
	}{
		{"no right in the second", d.dcs[1].AdminUser + "\n    ad-password-file: ", low + "\n    ad-password-file: " + secretFile(t, "Lowly-1234") + " #", nil, exitRefused, []string{"delegate@two.example", "WRITE_DAC"}},
		{"wrong connector in the second", "connector: " + d.connectors[1].Name, "connector: nobody", nil, exitError, []string{"two.example", "nobody"}},
		{"a domain that is not there", "domain: two.example", "domain: three.example", nil, exitError, []string{"three.example"}},
		{"a scope in one of them", "", "", []string{"--scope", d.dcs[0].BaseDN}, exitUsage, []string{"--scope", "two.example"}},
		{"one DC for both", "", "", []string{"--dc", d.dcs[0].LDAPS}, exitUsage, []string{"--dc", "domains:"}},
		{"what is the same everywhere", "    ca-cert:", "    tenant: x\n    ca-cert:", nil, exitUsage, []string{"tenant", "does not differ"}},
		{"no password of its own", passwordLine(string(config)), "", nil, exitUsage, []string{"ad-user of its own", "ad-password-file"}},
		{"no name", "  - domain: one.example\n    ca-cert", "  - ca-cert", nil, exitUsage, []string{"line 1", "domain: FQDN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(strings.Replace(string(config), c.old, c.new, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			d.ends(c.code, c.parts, append([]string{"apply", "--yes"}, c.args...)...)
			for i := range d.dcs {
				if now := explicit(t, d.dcs[i]); !sameSet(now, before[i]) {
					t.Errorf("%s was written to: %q", d.dcs[i].Realm, now)
				}
			}
		})
	}
}

// --all-domains goes through the forest's own list of its domains; one that
// cannot be reached is named.
func TestAllDomains(t *testing.T) {
	t.Parallel()
	dc := sambatest.New(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--all-domains", "--output", "json"))
	if plan.Target.Domain != domainOf(dc) || plan.Steps[0].ID != "delegate" {
		t.Errorf("one domain alone: %+v", plan.Target)
	}
	dc.CrossRef(t, "child", sambatest.CrossRefNC|sambatest.CrossRefDomain, nil)
	p.env = append(p.env, dnsEnv+"="+sambatest.ServeDNS(t, dc))
	p.ends(exitError, []string{"child." + domainOf(dc)}, "plan", "--all-domains")
}

// passwordLine is the first line of a configuration that names a password's file.
func passwordLine(config string) string {
	at := strings.Index(config, "    ad-password-file:")
	return config[at : at+strings.IndexByte(config[at:], '\n')+1]
}

func stepIDs(p steps.Plan) (out []string) {
	for _, s := range p.Steps {
		out = append(out, s.ID)
	}
	return out
}
