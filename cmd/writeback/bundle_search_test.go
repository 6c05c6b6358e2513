package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
	"writeback/internal/bundle"
	"writeback/internal/leaks"
	"writeback/internal/practice/domain"
	"writeback/internal/session"
	"writeback/internal/test/windows"
)

// What belongs to the domain of a test is looked for in the bundle that was made of it, by
// somebody who shares no table with package bundle.

// needles are what must not be found, with what each is.
type needles map[string]string

func (n needles) add(what string, all ...string) {
	for _, one := range all {
		if len(one) >= 3 {
			n[one] = what
		}
	}
}

// meaningless are values that name nothing: numbers, switches, times.
var meaningless = regexp.MustCompile(`^(-?[0-9.]+|TRUE|FALSE|[0-9]{14}\.0Z|B:32:.*)$`)

// unnamed are attributes whose values are the schema's or the directory's own, and those
// that are looked for in another form.
var unnamed = []string{"objectClass", "objectCategory", "objectGUID", "objectSid", "nTSecurityDescriptor", "replPropertyMetaData", "distinguishedName", "memberOf", "member",
	"wellKnownObjects", "operatingSystem", "operatingSystemVersion", "dSCorePropagationData", "showInAdvancedViewOnly", "instanceType"}

// needlesOf are the names, SIDs and GUIDs of a domain's objects. Of those that are not own only
// the identities count: every domain has them by the same names.
func needlesOf(all map[string]windows.Entry, own func(windows.Entry) bool) needles {
	n := needles{}
	for dn, e := range all {
		if g, err := secdesc.GUIDFromBytes([]byte(e.One("objectGUID"))); err == nil {
			n.add("GUID of "+dn, g.String(), string(g[:]))
		}
		if s, err := secdesc.SIDFromBytes([]byte(e.One("objectSid"))); err == nil && (s.IsAccountDomain() || s.Domain().IsAccountDomain()) {
			domain := s.Domain()
			if s.IsAccountDomain() {
				domain = s
			}
			n.add("SID of the domain", strings.TrimPrefix(domain.String(), "S-1-5-21-"), string(domain.Bytes()[12:]))
		}
		if !own(e) {
			continue
		}
		if parsed, err := ldap.ParseDN(dn); err == nil {
			n.add("name of "+dn, parsed.RDNs[0].Attributes[0].Value)
		}
		for name, values := range e.Attributes {
			if slices.Contains(unnamed, name) {
				continue
			}
			for _, v := range values {
				if !meaningless.MatchString(v) && !strings.Contains(v, ",DC=") {
					n.add(name+" of "+dn, v)
				}
			}
		}
	}
	return n
}

// searched fails the test for every needle in any file of the bundle.
func searched(t *testing.T, file string, n needles) {
	t.Helper()
	found, files := foundIn(t, file, n)
	for i, one := range found {
		if i < 20 {
			t.Error(one)
		}
	}
	t.Logf("%d names, SIDs, GUIDs and secrets were looked for in %d files: %d found", len(n), files, len(found))
	if len(n) < 20 || files < 4 {
		t.Errorf("only %d needles in %d files", len(n), files)
	}
}

// foundIn looks for needles as text, in the forms that package leaks knows, and in what is base64
// there.
func foundIn(t *testing.T, file string, n needles) (found []string, files int) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	texts, words := map[string]string{}, map[string]bool{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		texts[f.Name] = string(raw)
		for d := json.NewDecoder(strings.NewReader(string(raw))); ; {
			var v any
			if err := d.Decode(&v); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			eachWord(v, func(word string) { words[strings.ToLower(word)] = true })
		}
		texts[f.Name+" decoded"] = decoded(t, raw, f.Name)
	}
	tell := func(needle, where, how string) {
		found = append(found, fmt.Sprintf("%q %s stands in %s, %s", needle, n[needle], where, how))
	}
	long := leaks.Index{}
	for needle := range n {
		if lower := strings.ToLower(needle); len(needle) >= shortest {
			long.Add(needle)
			long.Add(lower)
		} else if words[lower] {
			tell(needle, "a file", "as a value or a part of one")
		}
	}
	for name, text := range texts {
		for _, what := range append(long.Find(text), long.Find(strings.ToLower(text))...) {
			tell(what.Secret, name, what.Form)
		}
	}
	return found, len(z.File)
}

// A name shorter than that stands by chance inside of the documents' own words (Grant in
// already-granted), and is looked for as a value, or a part of a DN or a DNS name.
const shortest = leaks.Shortest

// eachWord visits all values of a document, and the parts of DNs and DNS names one by one.
func eachWord(v any, visit func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v { // keys are constants of the documents, but for codes
			eachWord(inner, visit)
		}
	case []any:
		for _, inner := range v {
			eachWord(inner, visit)
		}
	case string:
		visit(v)
		for _, word := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",=.@\\", r) }) {
			visit(word)
		}
	}
}

// decoded is what a file holds in base64.
func decoded(t *testing.T, raw []byte, name string) string {
	t.Helper()
	if name != "directory.json" {
		return ""
	}
	var d bundle.Directory
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, one := range d.Domains {
		for _, e := range one.Entries {
			for _, values := range e.Values {
				for _, v := range values {
					fmt.Fprintf(&b, "%s\n", string(v))
				}
			}
		}
	}
	return b.String()
}

// reload starts the domain of a bundle, and the program that is to look at it.
func reload(t *testing.T, file string) (*bundle.Bundle, *program) {
	t.Helper()
	dump, b := windows.OfBundle(t, file)
	_, p := serveDump(t, dump)
	asked := b.Directory.Domains[0].Asked
	p.flags = append(p.flags, "--only", "delegate", "--connector", asked.Connector, "--class", strings.Join(asked.Classes, ","), "--unexpire", asked.Unexpire)
	for _, scope := range asked.Scopes {
		p.flags = append(p.flags, "--scope", scope)
	}
	return b, p
}

// sameAgain loads a bundle and wants what the run saw: the plan, the findings, the verdict on
// each example, and of a domain that is whole in it, the coverage.
func sameAgain(t *testing.T, file string) *bundle.Bundle {
	t.Helper()
	b, p := reload(t, file)
	users := filepath.Join(p.dir, "users.jsonl")
	o := p.run("plan", "--output", "json", "--users-out", users)
	if o.code != exitDone && o.code != exitRefused {
		t.Fatalf("plan ends with %d: %s%s", o.code, o.out, o.err)
	}
	plan := decode[planDoc](t, o)
	had, have := b.Plan.Steps[0], plan.Steps[0]
	if had.State != have.State || len(had.Changes) != len(have.Changes) || len(had.Findings) != len(have.Findings) {
		t.Errorf("the step was %s with %d changes and findings %v; loaded it is %s with %d and %+v", had.State, len(had.Changes), had.Findings, have.State, len(have.Changes), have.Findings)
	}
	for i := range min(len(had.Changes), len(have.Changes)) {
		x, y := had.Changes[i], have.Changes[i]
		if x.Verb != y.Verb || !adperms.SameDN(x.Target, y.Target) || x.SDDL != y.SDDL {
			t.Errorf("a change was %+v; loaded it is %s %s %s", x, y.Verb, y.Target, y.SDDL)
		}
	}
	for i := range min(len(had.Findings), len(have.Findings)) {
		if had.Findings[i] != (bundle.Finding{Level: have.Findings[i].Level, Code: have.Findings[i].Code}) {
			t.Errorf("a finding was %+v; loaded it is %s %s", had.Findings[i], have.Findings[i].Level, have.Findings[i].Code)
		}
	}
	if b.Coverage == nil {
		t.Fatal("it has no coverage")
	}
	sameCoverage(t, b.Coverage.Domains[0], p, o, linesOf(t, users))
	return b
}

func sameCoverage(t *testing.T, c bundle.DomainCoverage, p *program, plan outcome, lines map[string]session.UserLine) {
	t.Helper()
	if c.Whole {
		have := decode[struct{ Coverage bundle.DomainCoverage }](t, plan).Coverage
		if c.Users != have.Users || c.Before != have.Before || c.After != have.After || !slices.Equal(c.Blocked, have.Blocked) || len(lines) != len(c.Examples) {
			t.Errorf("the coverage was %d, %d, %d, %v; loaded it is %d, %d, %d, %v of %d users", c.Users, c.Before, c.After, c.Blocked, have.Users, have.Before, have.After, have.Blocked, len(lines))
		}
	}
	var users []string
	for _, e := range c.Examples {
		users = append(users, e.DN)
	}
	all := explainAll(t, p, users)
	for _, e := range c.Examples {
		l, there := lines[e.DN]
		if !there || *l.Before != e.Before || *l.After != e.After || !slices.Equal(l.Reasons, e.Codes) {
			t.Errorf("%s was %v, %v, %v; loaded it is %+v", e.DN, e.Before, e.After, e.Codes, l)
		}
		reasons, rights := map[string]string{}, map[string]bool{}
		for _, r := range all[e.DN].Reasons {
			reasons[r.Code] = r.Weight
		}
		for _, r := range all[e.DN].Rights {
			rights[r.Right] = r.Granted
		}
		if !maps.Equal(reasons, e.Reasons) || !maps.Equal(rights, e.Rights) {
			t.Errorf("%s: explain said %v, %v; loaded it says %v, %v", e.DN, e.Reasons, e.Rights, reasons, rights)
		}
	}
	t.Logf("%d users, of which %d are examples, and %d reasons: compared", c.Users, len(users), len(c.Blocked))
	if len(users) < 3 {
		t.Errorf("only %d examples", len(users))
	}
}

// sameExamples is sameAgain for whoever may not see all that an administrator does: the plan of the
// two differs, for the one may not write.
func sameExamples(t *testing.T, file string) []bundle.Example {
	t.Helper()
	b, p := reload(t, file)
	users := filepath.Join(p.dir, "users.jsonl")
	o := p.run("plan", "--users-out", users)
	sameCoverage(t, b.Coverage.Domains[0], p, o, linesOf(t, users))
	return b.Coverage.Domains[0].Examples
}

// practiceCompany is the domain of every fresh practice.
func practiceCompany(t *testing.T) (*domain.Domain, map[string]windows.Entry) {
	t.Helper()
	d, err := domain.Start(domain.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	c := adminOf(t, d, d.Account(domain.RoleAdmin).Password)
	defer c.Close()
	return d, readTrees(t, c, d.BaseDN())
}
