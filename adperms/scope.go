package adperms

import "slices"

// Rights on users are granted where users are: on a domain's root, on an OU or
// container of that domain, or on one user. Anything else is a slip at best.

// holders are the classes that hold users (the possSuperiors of user and of
// organizationalUnit, MS-ADSC), without the head of a naming context.
var holders = []string{"organizationalunit", "container", "builtindomain", "organization", "locality", "country"}

// NoScope says why the rights must not be granted on o, as the end of a sentence
// that begins with its name; "" where they may be. domainDN is the root of the
// domain that is meant. AdminSDHolder is told apart from these: see [IsSDHolder].
func NoScope(o Object, domainDN string) string {
	if SameDN(o.DN, domainDN) || IsSDHolder(o.DN) {
		return ""
	}
	top := topmost(o.DN, domainDN)
	kind := AccountKindOf(o.Classes, o.Control, o.SID, o.DN)
	switch {
	case !IsDN(o.DN):
		return "is no name that Active Directory gives"
	case top == named("CN", "Configuration"):
		return "is the forest's configuration, or its schema, which holds no users"
	case top == dnPart{}, top.kind == "dc", o.is("domaindns"), o.is("configuration"), o.is("dmd"):
		return "is not in the domain but in another naming context, which is another domain's, or an application's"
	case top == named("CN", "System"), top == named("CN", "Deleted Objects"):
		return "holds the directory's own objects, and no users"
	case kind == Person || kind == NoAccount && slices.ContainsFunc(holders, o.is):
		return ""
	case kind == NoAccount:
		return "is neither a place for users nor a user"
	}
	return "is " + string(kind) + ", whose password nobody resets by self-service"
}

// The codes of a [RefusedScope].
const (
	NotAScope   = "not-a-scope"
	HolderScope = "admin-sd-holder"
)

// RefusedScope says why nothing is granted on o though it was named as a scope; no code
// where it is one. domainDN and domain are the domain that is meant.
func RefusedScope(o Object, domainDN, domain string) Reason {
	if IsSDHolder(o.DN) {
		return Reason{Code: HolderScope, Weight: Blocks, Text: o.DN + " is the pattern for the permissions of all protected accounts",
			Fix: "leave it alone, and name another scope: the rights on it would let the connector account take over every administrator"}
	}
	if why := NoScope(o, domainDN); why != "" {
		return Reason{Code: NotAScope, Weight: Blocks, Text: o.DN + " " + why,
			Fix: "name the domain's root, an OU or container of " + domain + ", or one user, with --scope"}
	}
	return Reason{}
}

// topmost is the part of dn that stands right before base; none where dn is not
// below it.
func topmost(dn, base string) dnPart {
	x, _ := partsOf(dn)
	y, ok := partsOf(base)
	if !ok || len(x) <= len(y) || !endsIn(x, y) {
		return dnPart{}
	}
	return x[len(x)-len(y)-1]
}

// IsSDHolder says that a DN is AdminSDHolder's, in whatever domain.
func IsSDHolder(dn string) bool {
	x, ok := partsOf(dn)
	return ok && len(x) > 2 && x[0] == named("CN", "AdminSDHolder") && x[1] == named("CN", "System") &&
		!slices.ContainsFunc(x[2:], func(p dnPart) bool { return p.kind != "dc" })
}

// is says that the object is of a class, which is given in lower case.
func (o Object) is(class string) bool {
	return slices.ContainsFunc(o.Classes, func(c string) bool { return isClass(c, class) })
}
