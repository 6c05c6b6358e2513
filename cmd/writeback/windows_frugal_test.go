package main

import (
	"strings"
	"testing"
)

// asked runs a verb and counts its requests to the DC, by what --debug shows of each.
func asked(t *testing.T, p *program, verb ...string) int {
	t.Helper()
	o := p.want(exitDone, append(verb, "--debug")...)
	n := 0
	for line := range strings.Lines(o.err) {
		if strings.Contains(line, " ldap ") {
			n++
		}
	}
	return n
}

// What a verb asks of a domain as Windows sets it up. A plan has one question for each
// further page, and for each fifty users in protected groups: here there is one.
func TestWindowsDomainIsAskedLittle(t *testing.T) {
	t.Parallel()
	d, p := windowsDomain(t)
	windowsPeople(t, d)
	p.flags = append(p.flags, "--only", "delegate")
	connector := "MSOL_0a1b2c3d4e5f"
	for _, c := range []struct {
		most int
		verb []string
	}{
		{12 + 1, []string{"plan", "--coverage"}},
		{12 + 1, []string{"plan", "--coverage", "--connector", connector}},
		{12 + 1, []string{"plan", "--coverage", "--connector", "CN=" + connector + ",CN=Users," + d.BaseDN()}},
		{8, []string{"explain", "ann"}},
		{8, []string{"explain", "ann@" + d.Name()}},
		{8, []string{"explain", "CN=ann,OU=People," + d.BaseDN()}},
		{8, []string{"explain", `WINDOMAIN\ann`}},
		{8, []string{"explain", "Administrator"}},
		{8, []string{"explain", "vagrant"}},
		{8, []string{"explain", "ann", "--connector", connector}},
	} {
		n := asked(t, p, c.verb...)
		t.Logf("%s: %d requests", strings.Join(c.verb, " "), n)
		if n > c.most || n < 5 {
			t.Errorf("%s: %d requests, at most %d are needed", strings.Join(c.verb, " "), n, c.most)
		}
	}
	p.want(exitDone, "apply", "--yes")
	verify, doctor := asked(t, p, "verify", "--coverage"), asked(t, p, "doctor")
	t.Logf("verify: %d requests; doctor: %d", verify, doctor)
	if verify > 12+1 || verify < 5 || doctor > 16 || doctor < 5 {
		t.Errorf("verify: %d requests; doctor: %d", verify, doctor)
	}
}
