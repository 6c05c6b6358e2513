package adperms

import "writeback/adperms/secdesc"

// Right is what an administrator would tick: one kind of access to one thing.
// Mask is a single bit in every Right of this package. Type names the extended
// right or attribute; Set is the property set that the attribute is in, zero
// where in none: an ACE for the set gives the attribute, too.
type Right struct {
	Name string
	Mask secdesc.AccessMask
	Type secdesc.GUID
	Set  secdesc.GUID
}

// The rights of password writeback, in the words of Active Directory Users and
// Computers.
var (
	ResetPassword    = extended("Reset password", "User-Force-Change-Password")
	WriteLockoutTime = write("Write lockoutTime", "lockoutTime")
	WritePwdLastSet  = write("Write pwdLastSet", "pwdLastSet")
	UnexpirePassword = extended("Unexpire Password", "Unexpire-Password")
)

func extended(label, name string) Right {
	return Right{Name: label, Mask: secdesc.ControlAccess, Type: mustLookup(name).GUID}
}

func write(label, name string) Right {
	s := mustLookup(name)
	return Right{Name: label, Mask: secdesc.WriteProperty, Type: s.GUID, Set: s.PropertySet}
}

// Scope is where a grant applies: on the object that carries the ACE (no
// flags), or on its descendants of a class.
type Scope struct {
	Flags secdesc.ACEFlags
	Class secdesc.GUID
}

// ThisObjectOnly is the scope of an ACE without inheritance flags.
var ThisObjectOnly = Scope{}

// Descendants is the scope "Descendant … objects" of one class.
func Descendants(class SchemaName) Scope {
	return Scope{Flags: secdesc.ContainerInherit | secdesc.InheritOnly, Class: class.GUID}
}

// Grant is a right that a trustee is to have in a scope.
type Grant struct {
	Trustee secdesc.SID
	Right   Right
	Scope   Scope
}

// ACE is the one entry that gives exactly the grant.
func (g Grant) ACE() secdesc.ACE {
	return secdesc.Allow(g.Trustee, g.Right.Mask, g.Scope.Flags, g.Right.Type, g.Scope.Class)
}

// WritebackClasses gives the classes that grants can be made for, by name.
// Documented for password writeback is "user" alone; a user's ACE does not
// reach inetOrgPerson objects, which are matched by their own class.
func WritebackClasses() []SchemaName {
	return []SchemaName{mustLookup("user"), mustLookup("inetOrgPerson")}
}

// WritebackGrants are the three rights that the connector account needs on
// descendants of each class, in the order in which Microsoft documents them.
func WritebackGrants(connector secdesc.SID, classes ...SchemaName) []Grant {
	var out []Grant
	for _, c := range classes {
		for _, r := range []Right{ResetPassword, WriteLockoutTime, WritePwdLastSet} {
			out = append(out, Grant{connector, r, Descendants(c)})
		}
	}
	return out
}

// UnexpireGrant is the right that the DC checks on the domain object itself
// when a new password is set: without it the password expires at once
// (MS-SAMR 3.1.1.8.7).
func UnexpireGrant(connector secdesc.SID) Grant {
	return Grant{connector, UnexpirePassword, ThisObjectOnly}
}
