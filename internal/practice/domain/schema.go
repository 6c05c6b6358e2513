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

// The schema is a part of the published one: what a small company's objects
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
	link                            int // linkID; even: forward; odd: the back link of link-1; 0: none
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
	template                     string   // which default descriptor
	chain                        []string // its own name and its superclasses', most general first
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

var (
	attributes, attributeList = readAttributes()
	classes, classList        = readClasses()
	rights                    = readRights()
	links                     = linksByID()
)

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

func readAttributes() (map[string]*attribute, []*attribute) {
	byName, list := map[string]*attribute{}, []*attribute(nil)
	for _, r := range rows(attributeTable) {
		a := &attribute{
			name: r[0], key: strings.ToLower(r[0]), cn: r[1], oid: r[2], syntax: syntax(r[3]), guid: guidCell(r[5]), set: guidCell(r[6]), link: numberCell(r[7]),
			single: strings.Contains(r[4], "1"), systemOnly: strings.Contains(r[4], "s"), constructed: strings.Contains(r[4], "c"),
		}
		byName[a.key], byName[a.oid] = a, a
		list = append(list, a)
	}
	return byName, list
}

func readClasses() (map[string]*class, []*class) {
	byName, list := map[string]*class{}, []*class(nil)
	for _, r := range rows(classTable) {
		c := &class{name: r[0], cn: r[1], oid: r[2], super: given(r[3]), naming: r[4], guid: guidCell(r[5]), category: r[6], template: r[7]}
		if c.super != "" {
			c.chain = slices.Clone(byName[strings.ToLower(c.super)].chain) // superclasses stand first in the table
		}
		c.chain = append(c.chain, c.name)
		byName[strings.ToLower(c.name)], byName[c.oid] = c, c
		list = append(list, c)
	}
	return byName, list
}

func readRights() (out []right) {
	for _, r := range rows(rightTable) {
		out = append(out, right{cn: r[0], label: r[1], guid: guidCell(r[2]), accesses: numberCell(r[3]), appliesTo: strings.Fields(r[4])})
	}
	return out
}

func linksByID() map[int]*attribute {
	out := map[int]*attribute{}
	for _, a := range attributeList {
		if a.link != 0 {
			out[a.link] = a
		}
	}
	return out
}

// known finds an attribute by its name or OID, without options; nil: the schema
// does not have it.
func known(name string) *attribute { return attributes[strings.ToLower(name)] }

// mustKnow is known for the names that the code itself writes.
func mustKnow(name string) *attribute {
	a := known(name)
	if a == nil {
		panic("practice domain: the schema does not have " + name)
	}
	return a
}

// extended is an extended right by its cn.
func extended(cn string) adperms.Right {
	i := slices.IndexFunc(rights, func(r right) bool { return r.cn == cn })
	if i < 0 {
		panic("practice domain: there is no right " + cn)
	}
	return adperms.Right{Name: rights[i].label, Mask: secdesc.ControlAccess, Type: rights[i].guid}
}
