package adperms

import (
	"writeback/adperms/secdesc"
	"writeback/internal/shell"
)

// Dsacls is the dsacls command that adds the same ACE, for people who check
// against what they know; empty where dsacls has no words for the ACE. trustee
// is DOMAIN\name: where that is none for a shell, the command has the SID. No DC
// is named, since \\DC is \DC for sh.
func Dsacls(dn, trustee string, a secdesc.ACE) string {
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
		secdesc.ContainerInherit: "/I:T",
		secdesc.ContainerInherit | secdesc.InheritOnly: "/I:S",
	}[a.Flags]
	if rights == "" || !known || object == "" || class == ";" {
		return ""
	}
	if !shell.Safe(trustee) {
		trustee = a.Trustee.String()
	}
	return shell.Words("dsacls %s "+inherit+" /G %s", dn, trustee+":"+rights+";"+object+class).String()
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
