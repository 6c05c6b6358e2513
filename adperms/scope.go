package adperms

import (
	"slices"
	"strings"
)

// Rights on users are granted where users are: on a domain's root, on an OU or
// container of that domain, or on one user. Anything else is a slip at best.

// holders are the classes that hold users (the possSuperiors of user and of
// organizationalUnit, MS-ADSC), without the head of a naming context.
var holders = []string{"organizationalUnit", "container", "builtinDomain", "organization", "locality", "country"}

// NoScope says why the rights must not be granted on o, as the end of a sentence
// that begins with its name; "" where they may be. domainDN is the root of the
// domain that is meant. AdminSDHolder is told apart from these: see [IsSDHolder].
func NoScope(o Object, domainDN string) string {
	dn, root := strings.ToLower(o.DN), strings.ToLower(domainDN)
	if dn == root || IsSDHolder(o.DN) {
		return ""
	}
	inside, below := relative(dn, root)
	top := topmost(inside)
	switch {
	case below && top == "cn=configuration":
		return "is the forest's configuration, or its schema, which holds no users"
	case !below, strings.HasPrefix(top, "dc="), o.is("domainDNS"), o.is("configuration"), o.is("dMD"):
		return "is not in the domain but in another naming context, which is another domain's, or an application's"
	case top == "cn=system", top == "cn=deleted objects":
		return "holds the directory's own objects, and no users"
	case o.is("computer"):
		return "is the account of a computer or a service, whose password nobody resets by self-service"
	case o.is("user") || slices.ContainsFunc(holders, o.is):
		return ""
	}
	return "is neither a place for users nor a user"
}

// Below says that a DN is that of an object, or of one below it, both as a DC spells
// them.
func Below(dn, top string) bool {
	dn, top = strings.ToLower(dn), strings.ToLower(top)
	_, below := relative(dn, top)
	return below || dn == top
}

// relative is a DN without what it ends in; both in lower case.
func relative(dn, top string) (inside string, below bool) {
	inside, below = strings.CutSuffix(dn, ","+top)
	escapes := len(inside) - len(strings.TrimRight(inside, `\`))
	return inside, below && escapes%2 == 0 // else the comma is part of a name
}

// IsSDHolder says that a DN is AdminSDHolder's, in whatever domain.
func IsSDHolder(dn string) bool {
	return strings.HasPrefix(strings.ToLower(dn), "cn=adminsdholder,cn=system,dc=")
}

// topmost is the last name of a relative DN: what stands behind the last comma
// that is not escaped (RFC 4514 section 2.4).
func topmost(inside string) string {
	top := 0
	for i := 0; i < len(inside); i++ {
		switch inside[i] {
		case '\\':
			i++
		case ',':
			top = i + 1
		}
	}
	return inside[top:]
}

func (o Object) is(class string) bool {
	return slices.ContainsFunc(o.Classes, func(c string) bool { return strings.EqualFold(c, class) })
}
