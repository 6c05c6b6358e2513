package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/paste"
	"writeback/internal/practice"
	company "writeback/internal/practice/domain"
	"writeback/internal/session"
	"writeback/internal/tier"
	"writeback/internal/visible"
)

// pasted are the texts of a call that a person pastes: fixes, equivalents, next
// steps and commands of its document, and what it says went wrong, with its hint.
func pasted(t *testing.T, o outcome) (out []string) {
	t.Helper()
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, one := range v {
				walk(k, one)
			}
		case []any:
			for _, one := range v {
				walk(key, one)
			}
		case string:
			if slices.Contains([]string{"fix", "equivalent", "try", "hint", "command", "verify"}, key) && v != "" {
				out = append(out, v)
			}
		}
	}
	var doc any
	if json.Unmarshal([]byte(o.out), &doc) == nil {
		walk("", doc)
	}
	for _, line := range strings.Split(o.err, "\n") {
		if line = strings.TrimSpace(strings.TrimPrefix(line, "writeback: ")); strings.Contains(line, "--") || strings.Contains(line, "writeback ") {
			out = append(out, line)
		}
	}
	for _, line := range strings.Split(o.out, "\n") {
		for _, label := range []string{"same as: ", "To take back what it made: ", "Evidence for the record of the change: "} {
			if _, command, ok := strings.Cut(line, label); ok {
				out = append(out, command)
			}
		}
	}
	return out
}

// hostileOUs makes an OU of each name that the domain takes, which blocks
// inheritance and has a user in it.
func hostileOUs(t *testing.T, world *practice.World) (ous, users []string) {
	t.Helper()
	admin := world.Domain.Account(company.RoleAdmin)
	conn, err := ldap.DialURL(world.Domain.LDAPS(), ldap.DialWithTLSConfig(&tls.Config{RootCAs: world.Domain.RootCAs()}))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Bind(admin.UPN, admin.Password); err != nil {
		t.Fatal(err)
	}
	sd, err := secdesc.ParseSDDL("D:PAI(A;CI;GA;;;BA)(A;CI;GR;;;AU)", secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := sd.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range paste.Hostile {
		ou := "OU=" + ldap.EscapeDN(fmt.Sprintf("%s %d", name, i)) + "," + world.Domain.BaseDN()
		add := ldap.NewAddRequest(ou, nil)
		add.Attribute("objectClass", []string{"organizationalUnit"})
		add.Attribute("nTSecurityDescriptor", []string{string(blocks)})
		if err := conn.Add(add); err != nil {
			continue // a name that no domain takes
		}
		user := fmt.Sprintf("CN=u%d,%s", i, ou)
		add = ldap.NewAddRequest(user, nil)
		add.Attribute("objectClass", []string{"user"})
		add.Attribute("sAMAccountName", []string{fmt.Sprintf("u%d", i)})
		if err := conn.Add(add); err != nil {
			t.Fatalf("%s: %v", user, err)
		}
		ous, users = append(ous, ou), append(users, user)
	}
	return ous, users
}

// amongHostileNames is a program that signs in to a domain with an OU, and a user in
// it, of each hostile name that a domain takes.
func amongHostileNames(t *testing.T) (p *program, ous, users []string) {
	t.Helper()
	world, err := practice.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })      // it is thrown away
	if err := world.Domain.Rekey(); err != nil { // what is used as a secret here is none elsewhere
		t.Fatal(err)
	}
	ous, users = hostileOUs(t, world)
	if len(ous) < 40 {
		t.Fatalf("%d OUs", len(ous))
	}
	admin := world.Domain.Account(company.RoleAdmin)
	p = newProgram(t)
	p.flags = append(p.flags, "--dc", world.Domain.LDAPS(), "--ca-cert", world.CAFile(), "--ad-user", admin.UPN)
	p.env = append(p.env, "WRITEBACK_AD_PASSWORD="+admin.Password, "WRITEBACK_ONLY=delegate")
	return p, ous, users
}

// The list of users holds their names so that a reader sees what they are, and a
// program still finds them.
func TestUsersOutIsVisible(t *testing.T) {
	tier.Turn(t)
	t.Parallel()
	p, _, users := amongHostileNames(t)
	file := filepath.Join(p.dir, "users.jsonl")
	p.run("plan", "--users-out", file)
	var listed []string
	for line := range strings.Lines(read(t, file)) {
		if err := visible.Check(strings.TrimSuffix(line, "\n")); err != nil {
			t.Errorf("%v: %q", err, line)
		}
		listed = append(listed, decode[session.UserLine](t, outcome{out: line}).DN)
	}
	for _, user := range users {
		if !slices.ContainsFunc(listed, func(dn string) bool { return adperms.SameDN(dn, user) }) {
			t.Errorf("%q is not in the list", user)
		}
	}
}

// Whatever objects, hosts and files are called, nothing that the program offers for
// pasting does anything but what it says. Each OU and each name takes programs of
// its own: one of each in the quick tier, ten in .ci/test, all in .ci/run.
func TestNothingPastedIsObeyed(t *testing.T) {
	t.Parallel()
	p, ous, users := amongHostileNames(t)
	var texts []string
	add := func(least int, args ...string) {
		t.Helper()
		got := pasted(t, p.run(args...))
		if len(got) < least {
			t.Errorf("writeback %q offers %d texts", args, len(got))
		}
		texts = append(texts, got...)
	}
	all := []string{}
	for _, ou := range ous {
		all = append(all, "--scope", ou)
	}
	add(1, "plan", "--output", "json") // the OUs block: the fix names each as a scope
	share := tier.Share{Quick: 1, Test: 10, Run: tier.All}
	for _, i := range share.Of(t, len(ous)) {
		ou := ous[i]
		add(3, "plan", "--coverage=false", "--output", "json", "--scope", ou)
		if i%4 == 0 {
			add(1, "explain", users[i], "--output", "json")
		}
	}
	add(3, append([]string{"plan"}, all...)...)
	add(3, append([]string{"apply", "--yes"}, all[:20]...)...)
	add(1, append([]string{"verify", "--output", "json"}, all...)...)
	add(1, "runs", "show", "latest", "--output", "json")
	add(1, "report", "--format", "json")
	add(1, "doctor", "--output", "json")
	for _, i := range share.Of(t, len(paste.Hostile)) {
		name := paste.Hostile[i]
		if strings.Contains(name, "\x00") {
			continue // no argument holds it
		}
		add(0, "plan", "--connector="+name)
		add(0, "plan", "--domain="+name)
		add(0, "plan", "--tls-name="+name)
		add(0, "plan", "--scope="+name)
		add(0, "explain", "--", name)
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	t.Logf("%d texts", len(texts))
	paste.Harmless(t, texts)
}
