package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
)

// What the configuration says of the forest, in one search: its domains, the extended
// rights that are granted, and how the forest is set (MS-ADTS 6.1.1.2). All of it is
// readable by whoever is signed in, as a rule.

type forest struct {
	domains    []*Entry // crossRef objects
	rights     []*Entry // controlAccessRight objects
	schema     []*Entry // of schemaFilter; none: the DC has to be asked for it apart
	heuristics string   // "": not set, or not shown
}

// The flags FLAG_CR_NTDS_NC and FLAG_CR_NTDS_DOMAIN (MS-ADTS 6.1.1.2.1.1): a domain of
// this forest, not an application's partition or another forest.
const domainsOfTheForest = "(&(objectClass=crossRef)(systemFlags:1.2.840.113556.1.4.803:=3))"

const heuristicsOfTheForest = "(&(objectClass=nTDSService)(cn=Directory Service))"

var forestFilter = domainsOfTheForest + heuristicsOfTheForest + "(&(objectClass=controlAccessRight)(|" + rightsFilter() + "))"

var forestAttributes = []string{"nCName", "nETBIOSName", "dnsRoot", "Enabled", "dSHeuristics", "cn", "rightsGuid", "validAccesses"}

func rightsFilter() string {
	var b strings.Builder
	for _, s := range adperms.Schema {
		if s.Kind == adperms.ExtendedRight || s.Kind == adperms.PropertySet {
			fmt.Fprintf(&b, "(cn=%s)", ldap.EscapeFilter(s.Name))
		}
	}
	return b.String()
}

// The schema is a naming context of its own below the configuration. With phantomRoot a
// search goes into it, too: SERVER_SEARCH_FLAG_PHANTOM_ROOT of LDAP_SERVER_SEARCH_OPTIONS_OID
// (MS-ADTS 3.1.1.3.4.1.12), as a SEQUENCE of an INTEGER.
const oidSearchOptions = "1.2.840.113556.1.4.1340"

var phantomRoot = ldap.NewControlString(oidSearchOptions, true, "0\x03\x02\x01\x02")

// forest asks for all of it, and in a reading for the schema as well. An object counts at its own place alone: whoever may create
// one elsewhere says nothing about the forest.
func (c *Conn) forest(ctx context.Context) (forest, error) {
	if l := c.answers(ctx); l != nil && !l.apart && slices.Contains(c.root.Controls, oidSearchOptions) {
		q := listing(c.root.ConfigNC, Subtree, "(|"+forestFilter+schemaFilter+")", slices.Concat(forestAttributes, schemaAttributes))
		q.controls = append(q.controls, phantomRoot)
		f, err := c.forestBy(ctx, q)
		var lost *LostError
		if err == nil || errors.As(err, &lost) || ctx.Err() != nil {
			return f, err
		}
		l.apart = true // the DC does not take the control, whatever it says
	}
	return c.forestBy(ctx, listing(c.root.ConfigNC, Subtree, "(|"+forestFilter+")", forestAttributes))
}

func (c *Conn) forestBy(ctx context.Context, q query) (f forest, err error) {
	config := c.root.ConfigNC
	at := func(e *Entry, place string) bool { return adperms.SameDN(adperms.ParentDN(e.DN), place+","+config) }
	err = c.list(ctx, q, func(e *Entry) error {
		switch {
		case adperms.SameDN(adperms.ParentDN(e.DN), c.root.SchemaNC):
			f.schema = append(f.schema, e)
		case at(e, "CN=Partitions"):
			f.domains = append(f.domains, e)
		case at(e, "CN=Extended-Rights"):
			f.rights = append(f.rights, e)
		case adperms.SameDN(e.DN, "CN=Directory Service,CN=Windows NT,CN=Services,"+config):
			f.heuristics = e.Text("dSHeuristics")
		}
		return nil
	})
	return f, err
}

// heuristics is the forest's dSHeuristics (MS-ADTS 6.1.1.2.4.1.2); "" where it
// is not set, or not shown.
func (c *Conn) heuristics(ctx context.Context) (string, error) {
	f, err := c.forest(ctx)
	return f.heuristics, err
}
