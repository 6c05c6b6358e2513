package bundle

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"writeback/adperms/secdesc"
	"writeback/cloudconfig"
	"writeback/steps"
)

// needle is what a hostile, or just an unusual, directory puts everywhere.
const needle = "Cellar-Key-4711"

func wide(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// packed is the text of all files of a bundle.
func packed(t *testing.T, m *Maker) string {
	t.Helper()
	parts, err := m.Bundle().parts()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range parts {
		b.Write(p.text)
	}
	for _, d := range m.Bundle().Directory.Domains {
		for _, e := range d.Entries {
			for _, values := range e.Values {
				for _, v := range values {
					b.WriteString(string(v))
				}
			}
		}
	}
	return b.String()
}

// Whatever attribute a name is put into, it does not pass: as itself, behind a number, in two
// bytes each, and as a whole megabyte.
func TestHostileValues(t *testing.T) {
	sid := secdesc.MustSID("S-1-5-21-11111111-22222222-33333333-1104")
	forms := map[string]string{"alone": needle, "behind a number": "512 " + needle, "before a number": needle + "512", "wide": wide(needle), "long": strings.Repeat(needle, 1<<16),
		"as a DN": "CN=" + needle + ",DC=corp,DC=example", "escaped": `CN=a\2C\+` + needle + `\00,DC=corp,DC=example`, "as a type": needle + "=x,DC=corp,DC=example",
		"with a product's words": "Account created by " + needle, "as a UPN": "a@" + needle + ".example", "as a time": "20260101000000.0Z" + needle, "as a version": "10.0 (14393)" + needle,
		"as a system": "Windows Server 2016 " + needle, "as OIDs": "1.2.3." + needle, "as a GUID": "{" + needle + "}"}
	for name, form := range forms {
		m := New(needle, needle, at)
		values := map[string][][]byte{"objectSid": {sid.Bytes()}}
		for _, a := range attributes {
			values[a.name] = append(values[a.name], []byte(form))
		}
		values[needle] = [][]byte{[]byte(form)}
		root := map[string][]string{needle: {form}}
		for attribute := range rootAttributes {
			root[attribute] = []string{form}
		}
		m.Domain(Read{RootDSE: root, Objects: []Object{{DN: "CN=x,DC=corp,DC=example", Values: values}, {DN: form, Values: values}},
			Asked: Asked{Connector: form, Scopes: []string{form}, Classes: []string{form}, Unexpire: form}})
		hostileWords(m, form)
		text := strings.ToLower(packed(t, m))
		for _, found := range []string{strings.ToLower(needle), strings.ToLower(wide(needle)), "11111111", string(sid.Bytes()[12:20])} {
			if strings.Contains(text, found) {
				i := strings.Index(text, found)
				t.Errorf("%s: %q stands in it: %q", name, found, text[max(0, i-80):min(len(text), i+80)])
			}
		}
		if len(m.LeftOut()) == 0 {
			t.Errorf("%s: nothing was left out", name)
		}
	}
}

// hostileWords puts a text wherever stages, server and tenant could have it.
func hostileWords(m *Maker, text string) {
	finding := steps.Finding{Level: steps.Level(text), Code: text, Text: text, Fix: text, Accept: text}
	change := steps.Change{Verb: text, Target: text, Line: text, SDDL: text, Before: text, After: text, Equivalent: text}
	step := steps.StepPlan{ID: "delegate@" + text, Title: text, State: steps.State(text), Changes: []steps.Change{change}, Findings: []steps.Finding{finding}, Evidence: []steps.Evidence{{State: text, What: text}}}
	m.Plan(steps.Plan{Steps: []steps.StepPlan{step}})
	n := 1
	m.Coverage(steps.Coverage{Users: 1, Before: &n, After: &n, Blocked: []steps.OutOfReach{{Reason: text, Text: text, Examples: []string{text}}}}, true,
		[]Example{{DN: "CN=" + needle + ",DC=x", Codes: []string{text}, Reasons: map[string]string{text: text}, Rights: map[string]bool{text: true}}, {DN: text}})
	m.Journal([]steps.Record{{Time: time.Now(), Kind: steps.Kind(text), Step: text, Target: text, Error: text, State: text, Change: &change, Outcome: []steps.StepPlan{step},
		Opening: &steps.Opening{Verb: text, Program: text, How: text}, Data: []byte(`"` + needle + `"`)}})
	m.Tenant(cloudconfig.Tenant{ID: text, DisplayName: text, Domains: []string{text}, Plans: []cloudconfig.Plan{{ID: text, Name: text, Usable: true}}, Unread: []cloudconfig.Unread{{What: text}}}, &cloudconfig.Policy{ObjectID: text})
	m.Server(cloudconfig.Server{Host: text, Product: text, Version: text, LeftOut: text, PowerShell: text, Agent: text, Cloud: text, Problems: []string{text},
		Connectors: []cloudconfig.ServerConnector{{Name: text, Forest: text, Domain: text, Account: text, LeftOut: []string{text}}}, RestrictRemoteSAM: &text,
		Reset: &cloudconfig.ResetConfiguration{ServiceStatus: text, OnboardingStatus: text}, Events: []cloudconfig.Event{{Source: text, Message: text}}, Relays: []cloudconfig.Relay{{Host: text, Text: text}}})
	timer := &Timer{}
	timer.Add(text, text, 1, time.Second, true)
	m.Timings(timer)
}

// Of a descriptor the parts that hold names are cut off, and what they belong to stays.
func TestDescriptors(t *testing.T) {
	m := New("v1.2.3", "linux", at)
	user := secdesc.MustSID("S-1-5-21-11111111-22222222-33333333-1104")
	own := "deadbeef-0000-4000-8000-000000000001" // of a company's attribute
	d, err := secdesc.ParseSDDL("O:"+user.String()+"G:BAD:PAI(XA;;CR;;;"+user.String()+`;(@User.`+"CellarKey"+` == "4711"))`+
		"(OA;CIIO;WP;"+own+";bf967aba-0de6-11d0-a285-00aa003049e2;"+user.String()+")(A;;CCDC;;;AU)", secdesc.DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	d.DACL.ACEs = append(d.DACL.ACEs, secdesc.ACE{Type: 0x77, Data: wide(needle) + "xx"})
	d.DACL.Slack = wide(needle) + "xx"
	raw, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	out, err := secdesc.Parse(m.descriptor(raw))
	if err != nil {
		t.Fatal(err)
	}
	if !out.Protected() || len(out.DACL.ACEs) != 3 || m.LeftOut()[leftACEs] != 1 || out.Owner != m.names.SID(user) {
		t.Fatalf("it is %s, and %v was left out", out.SDDL(), m.LeftOut())
	}
	conditional, object, plain := out.DACL.ACEs[0], out.DACL.ACEs[1], out.DACL.ACEs[2]
	if !conditional.Type.Conditional() || conditional.Data != "" || conditional.Trustee != m.names.SID(user) {
		t.Errorf("the condition is %+v", conditional)
	}
	if object.ObjectType == secdesc.MustGUID(own) || object.ObjectType != m.names.GUID(secdesc.MustGUID(own)) || object.InheritedObjectType.String() != "bf967aba-0de6-11d0-a285-00aa003049e2" {
		t.Errorf("the object ACE is %s", object.SDDL())
	}
	if plain.SDDL() != "(A;;CCDC;;;AU)" {
		t.Errorf("the plain one is %s", plain.SDDL())
	}
	for _, bad := range []string{"", "x", needle, string(raw[:30])} {
		if got := m.descriptor([]byte(bad)); got != nil {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
}

// Times keep how long ago they were, to the minute.
func TestTimesMove(t *testing.T) {
	m := New("v1.2.3", "linux", at)
	if got := m.moved(at.Add(-26*time.Hour - 59*time.Second)); !got.Equal(Made.Add(-26 * time.Hour)) {
		t.Errorf("a day ago becomes %s", got)
	}
	for in, want := range map[string]string{"0": "0", "-1": "-1", "9223372036854775807": "9223372036854775807", needle: "", "20261129120030.0Z": ""} {
		if got := m.moveFileTime(in); got != want {
			t.Errorf("%s becomes %s", in, got)
		}
	}
	if got := m.moveTime("20261129120030.0Z"); got != "19991231000000.0Z" {
		t.Errorf("a day ago becomes %s", got)
	}
	const dayAgo = "134086752300000000"
	moved := m.moveFileTime(dayAgo)
	if back := restoredValue(asFileTime, moved, "", at); back[:11] != dayAgo[:11] {
		t.Errorf("%s becomes %s, and again %s", dayAgo, moved, back)
	}
}
