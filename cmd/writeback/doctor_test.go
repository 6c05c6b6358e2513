package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/internal/tier"
	"writeback/steps/checks"
	"writeback/wizard/tell"
)

// checkup runs doctor and reads its document.
func checkup(p *program, code int, args ...string) tell.Checkup {
	p.t.Helper()
	return decode[tell.Checkup](p.t, p.want(code, slices.Concat([]string{"doctor", "--output", "json"}, args)...))
}

func checkOf(t *testing.T, c tell.Checkup, code string) tell.CheckupCheck {
	t.Helper()
	return stage(t, c.Checks, func(x tell.CheckupCheck) string { return x.Code }, code)
}

// is wants a check to come out so, by findings of these codes.
func is(t *testing.T, c tell.Checkup, code, state string, findings ...string) {
	t.Helper()
	x := checkOf(t, c, code)
	var got []string
	for _, f := range x.Findings {
		got = append(got, f.Code)
	}
	if x.State != state || !slices.Equal(got, findings) {
		t.Errorf("%s is %s %q, want %s %q: %+v", code, x.State, got, state, findings, x)
	}
}

// What people read on the practice domain, before and after.
func TestDoctorPractice(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	golden := func(name string, o outcome) {
		t.Helper()
		text := fmt.Sprintf("-- stdout --\n%s-- stderr --\n%s-- exit %d --\n", o.out, o.err, o.code)
		for _, r := range []struct{ form, name string }{
			{`ldaps://127\.0\.0\.1:\d+`, "ldaps://DC:636"}, {`set \d+ days ago`, "set DAYS ago"},
			{`\d{4}-\d\d-\d\d( \d\d:\d\d:\d\dZ|T\d\d:\d\d:\d\d(\.\d+)?Z)?`, "TIME"},
			{`https://127\.0\.0\.1:\d+`, "https://TENANT"},
		} {
			text = regexp.MustCompile(r.form).ReplaceAllString(text, r.name)
		}
		compare(t, name, text)
	}
	golden("doctor-practice", p.run("doctor"))
	golden("doctor-practice-json", p.run("doctor", "--output", "json", "--check", "ldap-controls,password-policy,outbound"))
	p.want(exitDone, "apply", "--yes", "--allow-undocumented-api")
	after := checkup(p, exitDone)
	for _, code := range []string{"delegated-rights", "writeback-feature", "sspr-feature", "sync-server"} {
		is(t, after, code, "ok")
	}
	if len(after.Checks) != len(checks.All) || len(after.Limits) == 0 || len(after.Test) == 0 || after.Target.Tenant == "" || !after.OK {
		t.Errorf("%d checks, %d limits, %d steps, target %+v", len(after.Checks), len(after.Limits), len(after.Test), after.Target)
	}
}

// Nothing is written by looking: neither to the journals nor to the world.
func TestDoctorOnlyReads(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	before := p.want(exitDone, "plan", "--output", "json", "--allow-undocumented-api")
	p.want(exitChanges, "doctor")
	after := p.want(exitDone, "plan", "--output", "json", "--allow-undocumented-api")
	created := regexp.MustCompile(`"created": "[^"]*"|127\.0\.0\.1:\d+|"at": "[^"]*"`)
	if a, b := created.ReplaceAllString(before.out, ""), created.ReplaceAllString(after.out, ""); a != b {
		t.Errorf("the plan was\n%s\nand is\n%s", a, b)
	}
	if o := p.want(exitDone, "runs", "--output", "json"); !strings.Contains(o.out, `"runs": []`) {
		t.Errorf("there are runs: %s", o.out)
	}
}

func TestDoctorSingleChecks(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p := newProgram(t)
	p.flags = append(p.flags, "--practice")
	c := checkup(p, exitDone, "--check", "tls-version,connector-account", "--check", "live-schema")
	if len(c.Checks) != 3 || !c.OK || c.Limits != nil || c.Checks[1].Code != "live-schema" {
		t.Errorf("%+v", c)
	}
	if o := p.want(exitDone, "doctor", "--check", "tls-version"); !strings.Contains(o.out, "Nothing has to be done, as far as was looked.") {
		t.Errorf("%s", o.out)
	}
	if o := p.want(exitDone, "doctor", "--check", "ldap-signing"); !strings.Contains(o.out, "Nothing was checked; 1 check could not be made.") {
		t.Errorf("%s", o.out)
	}
	p.ends(exitUsage, []string{`no check "tls-versoin"`, `did you mean "tls-version"`}, "doctor", "--check", "tls-versoin")
	p.ends(exitUsage, []string{"no arguments are expected"}, "doctor", "tls-version")
	// Nothing real is reached from practice.
	is(t, checkup(p, exitDone, "--check", "outbound"), "outbound", "not-checked")
}

// The ways out are tried without any domain; here nobody resolves the names.
func TestDoctorOutbound(t *testing.T) {
	p := newProgram(t)
	p.env = append(p.env, dnsEnv+"=127.0.0.1:9")
	c := checkup(p, exitChanges, "--check", "outbound")
	is(t, c, "outbound", "warning", "outbound", "outbound")
	if c.Target.Domain != "" {
		t.Errorf("a domain was asked: %+v", c.Target)
	}
	is(t, checkup(p, exitDone, "--check", "outbound", "--cloud", "usgov"), "outbound", "not-checked")
}

// A domain that cannot be reached is no finding: doctor did not run.
func TestDoctorWithoutDomain(t *testing.T) {
	p := newProgram(t)
	p.ends(exitError, []string{"connecting"}, "doctor", "--dc", "ldaps://127.0.0.1:9", "--ad-user", "x@corp.example")
}
