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
	case mask == secdesc.WriteProperty && name == "":
		return "Write all properties"
	case mask == secdesc.WriteProperty:
		return "Write " + name
	case mask == secdesc.ReadProperty|secdesc.WriteProperty && name == "":
		return "Read and write all properties"
	case mask == secdesc.ReadProperty|secdesc.WriteProperty:
		return "Read and write " + name
	case name == "":
		return "Special (" + maskText(a) + ")"
	default:
		return "Special (" + maskText(a) + ") on " + name
	}
}

// maskText borrows the rights field of the ACE's SDDL.
func maskText(a secdesc.ACE) string {
	fields := strings.Split(a.SDDL(), ";")
	if len(fields) < 3 {
		return fmt.Sprintf("%#x", uint32(a.Mask))
	}
	return fields[2]
}

func appliesTo(a secdesc.ACE) string {
	inherits := a.Flags&secdesc.ContainerInherit != 0
	direct := a.Flags&secdesc.NoPropagate != 0
	class := ""
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 {
		class = guidName(a.InheritedObjectType)
	}
	switch {
	case !inherits:
		return "This object only"
	case a.Flags&secdesc.InheritOnly == 0 && direct:
		return "This object and its direct children"
	case a.Flags&secdesc.InheritOnly == 0:
		return "This object and all descendant objects"
	case class == "" && direct:
		return "Direct children only"
	case class == "":
		return "All descendant objects"
	case direct:
		return "Direct child " + class + " objects"
	default:
		return "Descendant " + class + " objects"
	}
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
		}
		return s.Name
	}
	return g.String()
}

// Dsacls is the dsacls command that adds the same ACE, for people who check
// against what they know; empty where dsacls has no words for the ACE. trustee
// is DOMAIN\name.
func Dsacls(dc, dn, trustee string, a secdesc.ACE) string {
	if a.Type != secdesc.AccessAllowedObject || a.ObjectFlags&secdesc.ObjectTypePresent == 0 {
		return ""
	}
	object, class := dsaclsName(a.ObjectType), ""
	if a.ObjectFlags&secdesc.InheritedObjectTypePresent != 0 {
		class = ";" + dsaclsName(a.InheritedObjectType)
	}
	rights := map[secdesc.AccessMask]string{secdesc.ControlAccess: "CA", secdesc.WriteProperty: "WP"}[a.Mask]
	inherit, known := map[secdesc.ACEFlags]string{
		0:                        "",
		secdesc.ContainerInherit: "/I:T ",
		secdesc.ContainerInherit | secdesc.InheritOnly: "/I:S ",
	}[a.Flags]
	if rights == "" || !known || object == "" || class == ";" {
		return ""
	}
	if dc != "" {
		dn = `\\` + dc + `\` + dn
	}
	return fmt.Sprintf(`dsacls "%s" %s/G "%s:%s;%s%s"`, dn, inherit, trustee, rights, object, class)
}

// dsaclsName is the display name of a right, the LDAP name of the rest.
func dsaclsName(g secdesc.GUID) string {
	for _, s := range Schema {
		if s.GUID == g && (s.Kind == Attribute || s.Kind == Class) {
			return s.Name
		}
	}
	switch g {
	case ResetPassword.Type:
		return "Reset Password"
	case UnexpirePassword.Type:
		return "Unexpire Password"
	}
	return ""
}
