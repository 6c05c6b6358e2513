package adperms

import (
	"fmt"
	"strings"

	"writeback/adperms/secdesc"
)

// ACEs in the words that Active Directory Users and Computers uses in its
// "Advanced Security Settings": principal, permission, applies to.

// Words is one ACE as an administrator knows it.
type Words struct {
	Type       string // "Allow" or "Deny"
	Permission string // "Reset password"
	AppliesTo  string // "Descendant User objects"
}

// Describe puts an ACE into words. What the compiled table has no name for is
// shown as its GUID or mask.
func Describe(a secdesc.ACE) Words {
	w := Words{Type: "Allow", Permission: permission(a), AppliesTo: appliesTo(a)}
	if a.Type.Denies() {
		w.Type = "Deny"
	} else if !a.Type.Allows() {
		w.Type = fmt.Sprintf("ACE type %#x", byte(a.Type))
	}
	if a.Type.Conditional() {
		w.Type += " (conditional)"
	}
	return w
}

func permission(a secdesc.ACE) string {
	if !a.Type.Understood() {
		return "Special"
	}
	name := ""
	if a.ObjectFlags&secdesc.ObjectTypePresent != 0 {
		name = guidName(a.ObjectType)
	}
	switch mask := a.Mask.MapGeneric(); {
	case mask.Has(secdesc.GenericAll.MapGeneric()) && name == "":
		return "Full control"
	case mask == secdesc.ControlAccess && name == "":
		return "All extended rights"
	case mask == secdesc.ControlAccess:
		return name
	case mask == secdesc.ReadProperty, mask == secdesc.WriteProperty, mask == secdesc.ReadProperty|secdesc.WriteProperty:
		if name == "" {
			name = "all properties"
		}
		return verb[mask] + " " + name
	case name == "":
		return "Special (" + maskText(a) + ")"
	default:
		return "Special (" + maskText(a) + ") on " + name
	}
}

var verb = map[secdesc.AccessMask]string{
	secdesc.ReadProperty:                         "Read",
	secdesc.WriteProperty:                        "Write",
	secdesc.ReadProperty | secdesc.WriteProperty: "Read and write",
}

// maskText borrows the rights field of the ACE's SDDL.
func maskText(a secdesc.ACE) string {
	return strings.Split(secdesc.Allow(a.Trustee, a.Mask, 0, secdesc.GUID{}, secdesc.GUID{}).SDDL(), ";")[2]
}

// appliesTo is the box of that name. The consoles have no words for an ACE
// that is in force on the object and also for descendants of one class.
func appliesTo(a secdesc.ACE) string {
	here := inForce(&a)
	if a.Flags&secdesc.ContainerInherit == 0 {
		if here {
			return "This object only"
		}
		return "No object" // passed on to things that are not containers: a directory has none
	}
	below := "all descendant objects"
	class := ""
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 {
		class = guidName(a.InheritedObjectType)
		below = "descendant " + class + " objects"
	}
	if a.Flags&secdesc.NoPropagate != 0 {
		below = "direct children"
		if class != "" {
			below = "direct child " + class + " objects"
		}
	}
	if here {
		return "This object and " + below
	}
	return strings.ToUpper(below[:1]) + below[1:]
}

// guidName is what the consoles call a GUID of the compiled table.
func guidName(g secdesc.GUID) string {
	for _, s := range Schema {
		if s.GUID != g {
			continue
		}
		switch s.Name {
		case "User-Force-Change-Password":
			return ResetPassword.Name
		case "Unexpire-Password":
			return UnexpirePassword.Name
		case "User-Account-Restrictions":
			return "Account Restrictions"
		case "user":
			return "User"
		case "inetOrgPerson":
			return "InetOrgPerson"
		}
		return s.Name
	}
	return g.String()
}
