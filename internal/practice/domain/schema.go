package domain

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// The schema of the practice is a part of the published one: what a small company's objects
// have, and what people look at. It cannot be extended.

//go:embed attributes.tsv
var attributeTable string

//go:embed classes.tsv
var classTable string

//go:embed rights.tsv
var rightTable string

// syntax is how an attribute's values are compared (MS-ADTS 3.1.1.2.2.2).
type syntax string

const (
	textSyntax  syntax = "text"
	oidSyntax   syntax = "oid"
	dnSyntax    syntax = "dn"
	intSyntax   syntax = "int"
	int64Syntax syntax = "int64"
	boolSyntax  syntax = "bool"
	timeSyntax  syntax = "time"
	octetSyntax syntax = "octets"
	sidSyntax   syntax = "sid"
	sdSyntax    syntax = "sd"
)

func (s syntax) numeric() bool { return s == intSyntax || s == int64Syntax }

// attribute is an attributeSchema object.
type attribute struct {
	name, key, cn, oid              string // key is the name in lower case
	syntax                          syntax
	single, systemOnly, constructed bool
	guid, set                       secdesc.GUID
	link                            int        // linkID; even: forward; odd: the back link of link-1; 0: none
	ahead                           *attribute // of a back link: its forward link; nil: there is none
}

func (a *attribute) forward() bool  { return a.link != 0 && a.link%2 == 0 }
func (a *attribute) backward() bool { return a.link%2 == 1 }

func (a *attribute) read() adperms.Right {
	return adperms.Right{Name: "Read " + a.name, Mask: secdesc.ReadProperty, Type: a.guid, Set: a.set}
}

func (a *attribute) write() adperms.Right {
	return adperms.Right{Name: "Write " + a.name, Mask: secdesc.WriteProperty, Type: a.guid, Set: a.set}
}

// class is a classSchema object.
type class struct {
	name, cn, oid, super, naming string
	guid                         secdesc.GUID
	category                     string   // the cn of its defaultObjectCategory
	sddl                         string   // its default descriptor
	chain                        []string // its own name and its superclasses', most general first
	types                        *schema
}

func (c *class) is(name string) bool {
	return slices.ContainsFunc(c.chain, func(s string) bool { return strings.EqualFold(s, name) })
}

// principal says that objects of the class get a SID.
func (c *class) principal() bool { return c.is("user") || c.is("group") }

// right is a controlAccessRight object.
type right struct {
	cn, label string
	guid      secdesc.GUID
	accesses  int
	appliesTo []string
}

// schema is what a forest's objects are made of.
type schema struct {
	attributes map[string]*attribute // by lower-case name, and by OID
	all        []*attribute
	classes    map[string]*class // likewise
	allClasses []*class
	rights     []right
}

// published is the one in the tables.
var published = readSchema()

func readSchema() *schema {
	s := &schema{attributes: map[string]*attribute{}, classes: map[string]*class{}}
	s.readAttributes()
	s.readClasses()
	s.readRights()
	return s
}

// rows are the lines of a table, split.
func rows(table string) (out [][]string) {
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// given is a cell, "" where the table has a dash.
func given(cell string) string { return strings.TrimPrefix(cell, "-") }

func guidCell(cell string) secdesc.GUID {
	if given(cell) == "" {
		return secdesc.GUID{}
	}
	return secdesc.MustGUID(cell)
}

func numberCell(cell string) int {
	if given(cell) == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil {
		panic(fmt.Sprintf("practice domain: %q in a table of the schema is no number", cell))
	}
	return n
}

func (s *schema) readAttributes() {
	for _, r := range rows(attributeTable) {
		s.addAttribute(&attribute{
			name: r[0], cn: r[1], oid: r[2], syntax: syntax(r[3]), guid: guidCell(r[5]), set: guidCell(r[6]), link: numberCell(r[7]),
			single: strings.Contains(r[4], "1"), systemOnly: strings.Contains(r[4], "s"), constructed: strings.Contains(r[4], "c"),
		})
	}
	s.pair()
}

func (s *schema) addAttribute(a *attribute) {
	a.key = strings.ToLower(a.name)
	s.attributes[a.key], s.attributes[a.oid] = a, a
	s.all = append(s.all, a)
}

// pair leads from each back link to its forward link.
func (s *schema) pair() {
	forward := map[int]*attribute{}
	for _, a := range s.all {
		if a.forward() {
			forward[a.link] = a
		}
	}
	for _, a := range s.all {
		if a.backward() {
			a.ahead = forward[a.link-1]
		}
	}
}

func (s *schema) readClasses() {
	for _, r := range rows(classTable) { // superclasses stand first in the table
		s.addClass(&class{name: r[0], cn: r[1], oid: r[2], super: given(r[3]), naming: r[4], guid: guidCell(r[5]), category: r[6], sddl: templates[r[7]]})
	}
}

// addClass adds a class whose superclass is there.
func (s *schema) addClass(c *class) {
	if c.super != "" {
		c.chain = slices.Clone(s.class(c.super).chain)
	}
	c.chain, c.types = append(c.chain, c.name), s
	s.classes[strings.ToLower(c.name)], s.classes[c.oid] = c, c
	s.allClasses = append(s.allClasses, c)
}

func (s *schema) readRights() {
	for _, r := range rows(rightTable) {
		s.rights = append(s.rights, right{cn: r[0], label: r[1], guid: guidCell(r[2]), accesses: numberCell(r[3]), appliesTo: strings.Fields(r[4])})
	}
}

// class finds a class by its name or OID; nil: there is none.
func (s *schema) class(name string) *class { return s.classes[strings.ToLower(name)] }

// attribute finds an attribute by its name or OID, without options; nil: there is none.
func (s *schema) attribute(name string) *attribute { return s.attributes[strings.ToLower(name)] }

// described finds an attribute by its description: a name with options.
func (s *schema) described(description string) *attribute {
	name, _, _ := strings.Cut(description, ";")
	return s.attribute(name)
}

// must is attribute for the names that the code itself writes.
func (s *schema) must(name string) *attribute {
	a := s.attribute(name)
	if a == nil {
		panic("practice domain: the schema does not have " + name)
	}
	return a
}

// extended is an extended right by its cn.
func (s *schema) extended(cn string) adperms.Right {
	i := slices.IndexFunc(s.rights, func(r right) bool { return r.cn == cn })
	if i < 0 {
		panic("practice domain: there is no right " + cn)
	}
	return adperms.Right{Name: s.rights[i].label, Mask: secdesc.ControlAccess, Type: s.rights[i].guid}
}
