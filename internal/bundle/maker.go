package bundle

import (
	"maps"
	"slices"
	"strings"
	"time"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// Format is the version of bundles. Readers refuse a greater one.
const Format = 1

// What is left out, by kind. Only their numbers are told.
const (
	leftValues = "values of an unexpected form"
	leftACEs   = "ACEs of an unknown type"
	leftTexts  = "texts" // descriptions, and words of events, cmdlets and findings
	leftObject = "objects whose name is no DN"
	leftWords  = "words of servers that are not on the list"
)

// Maker makes one bundle. It is not safe for concurrent use.
type Maker struct {
	names *Names
	at    time.Time
	left  map[string]int
	b     Bundle
}

// New begins a bundle that is made at a time by a version of this program on a system.
func New(program, system string, at time.Time) *Maker {
	m := &Maker{names: newNames(), at: at.UTC(), left: map[string]int{}}
	m.b.Manifest = Manifest{Format: Format, About: about, Program: matching(program, programForm), System: among(system, "linux", "windows", "darwin")}
	return m
}

// about tells whoever opens the zip what it is.
const about = "Made by writeback bundle, for a report of a problem. Names, SIDs and GUIDs of the directory are replaced by random ones; beginnings that mean something, such as MSOL_, are kept. " +
	"Times count from 2000-01-01, when every bundle was made. Values of the form {\"b\": …} are base64: permissions, SIDs and GUIDs in their binary form, with the same replacements."

func (m *Maker) leave(what string) { m.left[what]++ }

// Part is a part of a bundle that an error can keep out.
type Part string

// The parts.
const (
	ThePlan        Part = "plan"
	TheCoverage    Part = "coverage"
	AnExplanation  Part = "explanation"
	TheSchemaNames Part = "schema"
)

// Failure is a part that an error kept out, of which kind that was ("result", "lost", "other-object",
// "" for another), and the result code of the DC; 0: it gave none.
type Failure struct {
	Part   Part   `json:"part"`
	Kind   string `json:"kind,omitempty"`
	Result int    `json:"result,omitempty"`
}

// Fail says that a part could not be made.
func (m *Maker) Fail(f Failure) {
	f.Kind = matching(f.Kind, codeForm)
	if !slices.Contains(m.b.Manifest.Failed, f) {
		m.b.Manifest.Failed = append(m.b.Manifest.Failed, f)
	}
}

// Names are what was replaced so far.
func (m *Maker) Names() *Names { return m.names }

// LeftOut counts what was left out so far.
func (m *Maker) LeftOut() map[string]int { return maps.Clone(m.left) }

// Bundle is what was made so far.
func (m *Maker) Bundle() *Bundle {
	m.b.Manifest.LeftOut = m.LeftOut()
	return &m.b
}

// Read is one domain as a session read it.
type Read struct {
	RootDSE map[string][]string
	Objects []Object
	Asked   Asked                // what the run was about
	Schema  []adperms.SchemaName // as the live schema has them
}

// Object is one object. Values are by the names of [Attributes].
type Object struct {
	DN     string
	Values map[string][][]byte
	// Groups are all groups that it is in, whatever the nesting; nil: nobody asked.
	Groups []secdesc.SID
}

// Asked is what a run was to do in a domain, as its DNs.
type Asked struct {
	Connector string   `json:"connector"`
	Scopes    []string `json:"scopes"` // none: the domain's root
	Classes   []string `json:"classes"`
	Unexpire  string   `json:"unexpire"`
}

// Domain adds a domain.
func (m *Maker) Domain(r Read) {
	d := Domain{RootDSE: map[string][]string{}, Asked: m.asked(r.Asked), Schema: []SchemaName{}, Entries: []Entry{}}
	for name, form := range rootAttributes {
		for _, v := range r.RootDSE[name] {
			if out := m.value(form, []byte(v), secdesc.SID{}); out != "" {
				d.RootDSE[name] = append(d.RootDSE[name], out)
			} else {
				m.leave(leftValues)
			}
		}
	}
	for _, n := range r.Schema {
		one := SchemaName{Kind: string(n.Kind), Name: m.text(asWord, n.Name), GUID: m.names.GUID(n.GUID).String()}
		if !n.PropertySet.IsZero() {
			one.Set = m.names.GUID(n.PropertySet).String()
		}
		d.Schema = append(d.Schema, one)
	}
	for _, o := range r.Objects {
		if e, ok := m.object(o); ok {
			d.Entries = append(d.Entries, e)
		} else {
			m.leave(leftObject)
		}
	}
	slices.SortFunc(d.Entries, func(a, b Entry) int { return strings.Compare(a.DN, b.DN) }) // not by who was met first
	m.b.Directory.Domains = append(m.b.Directory.Domains, d)
}

func (m *Maker) asked(a Asked) Asked {
	out := Asked{Scopes: m.dns(a.Scopes), Classes: []string{}, Unexpire: among(a.Unexpire, "auto", "always", "never")}
	out.Connector, _ = m.names.DN(a.Connector)
	for _, c := range a.Classes {
		out.Classes = append(out.Classes, m.text(asWord, c))
	}
	return out
}

// dns are those of several texts that are DNs.
func (m *Maker) dns(all []string) []string {
	out := []string{}
	for _, dn := range all {
		if passed, ok := m.names.DN(dn); ok {
			out = append(out, passed)
		} else {
			m.leave(leftValues)
		}
	}
	return out
}

func (m *Maker) object(o Object) (e Entry, ok bool) {
	if e.DN, ok = m.names.DN(o.DN); !ok {
		return e, false
	}
	sid, _ := secdesc.SIDFromBytes(first(o.Values["objectSid"])) // zero: it has none
	e.Values = map[string][]Octets{}
	for _, a := range attributes {
		values := o.Values[a.name]
		if a.form == asPresence && len(values) > 0 {
			values = values[:1]
		}
		for _, raw := range values {
			switch out := m.value(a.form, raw, sid); {
			case out != "":
				e.Values[a.name] = append(e.Values[a.name], Octets(out))
			case a.form == asDescription:
				m.leave(leftTexts)
			default:
				m.leave(leftValues)
			}
		}
	}
	if o.Groups != nil {
		e.Groups = []string{}
	}
	for _, g := range o.Groups {
		e.Groups = append(e.Groups, m.names.SID(g).String())
	}
	slices.Sort(e.Groups)
	return e, true
}

func first(all [][]byte) []byte {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func last(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}
