package main

import (
	"bytes"
	"encoding/hex"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"writeback/internal/exit"
	"writeback/internal/ldapproxy"
	"writeback/internal/sambatest"
	"writeback/steps"
)

// What stands in the way on the side of the domain controller: each ends with a
// clear error and its exit code, and nothing is written.

func TestWrongPassword(t *testing.T) {
	dc := sambatest.Shared(t)
	p := signedIn(t, dc)
	p.env = []string{"WRITEBACK_AD_PASSWORD=not-the-password"}
	for _, way := range [][]string{nil, {"--kerberos", "--krb5-conf", dc.Krb5Conf(t)}} {
		o := p.ends(exitSignIn, []string{"Administrator@", dc.LDAPS, "password is wrong"}, append([]string{"plan", "--output", "json"}, way...)...)
		if d := decode[exit.Document](t, o); d.Error.Code != "sign-in-refused" {
			t.Errorf("the document of a refused sign-in is %s", o.out)
		}
	}
}

func TestUntrustedCertificate(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc).without("--ca-cert")
	o := p.ends(exitError, []string{"is not trusted", dc.Host, "--ca-cert FILE"}, "plan")
	pin := regexp.MustCompile(`--tls-pin (SHA256:[0-9A-F]{64})`).FindStringSubmatch(o.err)
	if pin == nil {
		t.Fatalf("it does not say how to pin: %s", o.err)
	}
	p.want(exitDone, "plan", "--tls-pin", pin[1])
	p.ends(exitError, []string{"not the pinned certificate"}, "plan", "--tls-pin", "SHA256:"+strings.Repeat("0", 64))
	p.ends(exitUsage, []string{"--tls-pin", "64 hex digits"}, "plan", "--tls-pin", "SHA256:00")
	p.ends(exitUsage, []string{"--ca-cert", "no such file"}, "plan", "--ca-cert", "nowhere.pem")
	p.ends(exitUsage, []string{"--dc", "ldaps://HOST"}, "plan", "--dc", "https://dc1.corp.example")
}

// A server that does not start TLS gets the request for it and not one byte
// more, whatever it answers.
func TestNothingSecretWithoutTLS(t *testing.T) {
	startTLS, err := hex.DecodeString("301d02010177188016312e332e362e312e342e312e313436362e3230303337") // RFC 4511 4.14.1
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]string{
		"unavailable":   "300c02010178070a013404000400",
		"a bind answer": "300c02010161070a010004000400",
	} {
		t.Run(name, func(t *testing.T) {
			reply, err := hex.DecodeString(answer)
			if err != nil {
				t.Fatal(err)
			}
			address, heard := impostor(t, reply)
			p := newProgram(t)
			p.env = []string{"WRITEBACK_AD_PASSWORD=Secret-1234"}
			p.ends(exitError, []string{"StartTLS", address}, "apply", "--yes", "--dc", "ldap://"+address, "--ad-user", "admin@corp.example")
			if got := heard(); !bytes.Equal(got, startTLS) {
				t.Errorf("sent: %x", got)
			}
		})
	}
}

// impostor answers the first thing that it hears, and keeps all that it hears
// of the one client that comes.
func impostor(t *testing.T, answer []byte) (address string, heard func() []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	all := make(chan []byte, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			all <- nil
			return
		}
		defer c.Close()
		first := make([]byte, 4096)
		n, _ := c.Read(first) // what went wrong shows in what was heard
		_, _ = c.Write(answer)
		rest, _ := io.ReadAll(c)
		all <- append(first[:n], rest...)
	}()
	return l.Addr().String(), func() []byte { return <-all }
}

func TestConnectorNotFound(t *testing.T) {
	dc := sambatest.Shared(t)
	p := signedIn(t, dc)
	p.ends(exitError, []string{"no account in " + domainOf(dc), "--connector"}, "plan")
	first := dc.ConnectorOn(t, "SYNC01", "one.onmicrosoft.example")
	p.ends(exitError, []string{"there is no account " + first.Name + "x", "did you mean " + first.Name}, "plan", "--connector", first.Name+"x")
	p.ends(exitError, []string{`there is no account "nobody@` + domainOf(dc)}, "plan", "--connector", "nobody@"+domainOf(dc))
	p.ends(exitError, []string{"there is no CN=nobody"}, "plan", "--connector", "CN=nobody,"+dc.BaseDN)
	second := dc.ConnectorOn(t, "SYNC02", "two.onmicrosoft.example")
	o := p.ends(exitError, []string{"several accounts", "--connector",
		first.Name, "sync server SYNC01", "tenant one.onmicrosoft.example",
		second.Name, "sync server SYNC02", "tenant two.onmicrosoft.example"}, "apply", "--yes", "--output", "json")
	if d := decode[exit.Document](t, o); d.Error.Code != "error" || !strings.Contains(d.Error.Detail, second.Name) {
		t.Errorf("the document is %s", o.out)
	}
	for _, name := range []string{second.Name, second.UPN, second.DN, second.SID, dc.Domain + `\` + second.Name} {
		plan := decode[steps.Plan](t, p.want(exitDone, "plan", "--output", "json", "--connector", name))
		if !strings.Contains(plan.Steps[0].Changes[0].SDDL, second.SID) {
			t.Errorf("--connector %s plans for %s", name, plan.Steps[0].Changes[0].SDDL)
		}
	}
}

func TestScopeNotThere(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	p := signedIn(t, dc)
	nowhere := "OU=nowhere," + dc.BaseDN
	p.ends(exitError, []string{"there is no " + nowhere, "--scope takes the DN"}, "plan", "--scope", nowhere)
	p.ends(exitUsage, []string{"is not a DN, such as"}, "plan", "--scope", "nowhere")
}

// Who may not change the permissions can plan, and is told that somebody else has
// to apply it. Their own apply is refused before any write: which right, which
// account, which object. The plan is good for whoever has the right.
func TestNoRightToWrite(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.KeepDACL(t, dc.BaseDN)
	dc.Connector(t)
	name := sambatest.Unique("low")
	dc.AddUser(t, dc.OU(t), name, "Start-1234")
	p := signedIn(t, dc).without("--ad-user")
	p.flags = append(p.flags, "--ad-user", dc.UPN(name))
	p.env = []string{"WRITEBACK_AD_PASSWORD=Start-1234", "WRITEBACK_COVERAGE=false"}
	usn := dc.USNChanged(t, dc.BaseDN)
	says := []string{dc.Domain + `\` + name, dc.BaseDN, "Modify permissions", "Domain Admins"}
	file := filepath.Join(p.dir, "plan.json")

	plan := decode[steps.Plan](t, p.want(exitChanges, "plan", "--output", "json", "--detailed-exitcode", "-o", file))
	f, told := finding(plan.Steps[0], "no-right-to-write")
	if plan.Steps[0].State != steps.StateChange || len(plan.Steps[0].Changes) == 0 || !told || f.Level != steps.LevelWarning || !f.AtApply {
		t.Errorf("planned %+v", plan.Steps[0])
	}
	contains(t, p.want(exitDone, "plan").out, append(says, "Not for this account to apply: "+f.Text)...)
	contains(t, p.want(exitDone, "plan", "--output", "github").out, "**Not for this account to apply:**", "may not change the permissions", "<code>no-right-to-write</code>")
	if v := decode[steps.Verification](t, p.want(exitChanges, "verify", "--output", "json")); v.Steps[0].State != steps.StateChange {
		t.Errorf("verified %+v", v.Steps[0])
	}

	for _, args := range [][]string{{"apply"}, {"apply", file}} {
		res := decode[steps.Result](t, p.ends(exitRefused, says, append(args, "--yes", "--output", "json")...))
		f, told := finding(res.Steps[0].StepPlan, "no-right-to-write")
		if res.Run != "" || res.State != steps.ResultPartial || len(res.Steps[0].Made) != 0 || !told || f.Level != steps.LevelError || f.AtApply {
			t.Errorf("%v: %+v", args, res)
		}
	}
	if now := dc.USNChanged(t, dc.BaseDN); now != usn {
		t.Errorf("the root was written: %d, %d before", now, usn)
	}
	if o := p.want(exitDone, "runs"); !strings.Contains(o.out, "No runs yet.") {
		t.Errorf("a run was begun: %s", o.out)
	}

	admin := signedIn(t, dc)
	res := decode[steps.Result](t, admin.want(exitDone, "apply", file, "--yes", "--output", "json"))
	if len(res.Steps[0].Made) != len(plan.Steps[0].Changes) || hasFinding(res.Steps[0].Findings, "no-right-to-write") {
		t.Errorf("the plan, applied by who may: %+v", res)
	}
	if v := decode[steps.Verification](t, p.want(exitDone, "verify", "--output", "json")); !v.OK {
		t.Errorf("who may only read does not see that it is done: %+v", v)
	}
}

// contains wants every part in text.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in\n%s", part, text)
		}
	}
}

func hasFinding(all []steps.Finding, code string) bool {
	return slices.ContainsFunc(all, func(f steps.Finding) bool { return f.Code == code })
}

func TestReadOnlyDC(t *testing.T) {
	dc := sambatest.Shared(t)
	dc.Connector(t)
	proxy, err := ldapproxy.Listen(ldapproxy.Config{Upstream: dc.LDAPS, UpstreamTLS: dc.TLS(), Certificate: dc.Issue(t, "127.0.0.1", dc.Host)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	proxy.After(ldapproxy.Rewrite(func(search *ldapproxy.Message, e *ldapproxy.Entry) bool {
		if search.DN() != "" {
			return false
		}
		e.Set("supportedCapabilities", append(e.Values("supportedCapabilities"), "1.2.840.113556.1.4.1920")...) // MS-ADTS 3.1.1.3.4.3.8
		return true
	}))
	p := signedIn(t, dc).without("--dc")
	p.flags = append(p.flags, "--dc", proxy.LDAPS)
	says := []string{dc.Host, "read-only", "--dc"}
	if plan := decode[steps.Plan](t, p.ends(exitRefused, says, "plan", "--output", "json")); !hasFinding(plan.Steps[0].Findings, "read-only-dc") {
		t.Errorf("planned %+v", plan.Steps[0])
	}
	p.ends(exitRefused, says, "apply", "--yes")
	if n := proxy.Writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
}
