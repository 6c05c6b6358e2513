package adperms_test

import (
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// inheritCase is an ACE of a container and what its children get from it. The
// child's owner is {other}, its group {inner}.
type inheritCase struct {
	name    string
	parent  string
	user    string // what a user inherits
	inet    string // an inetOrgPerson
	ou      string // an organizational unit
	samba   [3]string
	why     string
	offline bool // no DC keeps such an ACE on the parent
}

const (
	whyZero  = "MS-DTYP 2.5.3.4.4: a GUID that is present must be a class of the child. Samba takes zero as no GUID"
	whyPlain = "TestInheritAsWindows: Windows Server 2019 keeps the type of an object ACE that had no GUID. Samba makes it a plain one"
	whyBits  = "TestInheritAsWindows: Windows Server 2019 drops the bits that mean nothing in a directory. Samba keeps them"
)

var inheritCases = []inheritCase{
	{name: "not inheritable", parent: "(A;;RP;;;{me})"},
	{name: "CI", parent: "(A;CI;RP;;;{me})", user: "(A;CIID;RP;;;{me})", inet: "(A;CIID;RP;;;{me})", ou: "(A;CIID;RP;;;{me})"},
	{name: "CI and IO", parent: "(D;CIIO;RP;;;{me})", user: "(D;CIID;RP;;;{me})", inet: "(D;CIID;RP;;;{me})", ou: "(D;CIID;RP;;;{me})"},
	{name: "CI and NP", parent: "(A;CINP;RP;;;{me})", user: "(A;ID;RP;;;{me})", inet: "(A;ID;RP;;;{me})", ou: "(A;ID;RP;;;{me})"},
	{name: "CI, IO and NP", parent: "(A;CINPIO;RP;;;{me})", user: "(A;ID;RP;;;{me})", inet: "(A;ID;RP;;;{me})", ou: "(A;ID;RP;;;{me})"},
	{name: "OI alone is carried on", parent: "(A;OI;RP;;;{me})", user: "(A;OIIOID;RP;;;{me})", inet: "(A;OIIOID;RP;;;{me})", ou: "(A;OIIOID;RP;;;{me})"},
	{name: "OI and NP ends", parent: "(A;OINP;RP;;;{me})"},
	{name: "OI and CI", parent: "(A;OICI;RP;;;{me})", user: "(A;OICIID;RP;;;{me})", inet: "(A;OICIID;RP;;;{me})", ou: "(A;OICIID;RP;;;{me})"},
	{name: "our own grant", parent: "(OA;CIIO;CR;{reset};{user};{me})",
		user: "(OA;CIID;CR;{reset};{user};{me})", inet: "(OA;CIIOID;CR;{reset};{user};{me})", ou: "(OA;CIIOID;CR;{reset};{user};{me})"},
	{name: "for one class, direct children", parent: "(OA;CINPIO;CR;{reset};{inet};{me})", inet: "(OA;ID;CR;{reset};;{me})"},
	{name: "for one class, no ObjectType", parent: "(OA;CIIO;RP;;{user};{me})",
		user: "(OA;CIID;RP;;{user};{me})", inet: "(OA;CIIOID;RP;;{user};{me})", ou: "(OA;CIIOID;RP;;{user};{me})"},
	{name: "for one class, direct children, no ObjectType", parent: "(OD;CINPIO;RP;;{user};{me})", user: "(D;ID;RP;;;{me})"},
	{name: "for one class, OI", parent: "(OA;OIIO;RP;{lockout};{user};{me})", user: "(OA;OIIOID;RP;{lockout};{user};{me})",
		inet: "(OA;OIIOID;RP;{lockout};{user};{me})", ou: "(OA;OIIOID;RP;{lockout};{user};{me})"},
	{name: "generic rights become what they stand for, and are carried on", parent: "(A;CIIO;GX;;;{me})",
		user: "(A;ID;LCRC;;;{me})(A;CIIOID;GX;;;{me})", inet: "(A;ID;LCRC;;;{me})(A;CIIOID;GX;;;{me})", ou: "(A;ID;LCRC;;;{me})(A;CIIOID;GX;;;{me})"},
	{name: "generic rights for one class", parent: "(OA;CIIO;GA;;{ou};{me})", user: "(OA;CIIOID;GA;;{ou};{me})", inet: "(OA;CIIOID;GA;;{ou};{me})",
		ou: "(A;ID;{full};;;{me})(OA;CIIOID;GA;;{ou};{me})"},
	{name: "generic rights on one thing for one class", parent: "(OA;CIIO;GW;{lockout};{user};{me})",
		user: "(OA;ID;SWWPRC;{lockout};;{me})(OA;CIIOID;GW;{lockout};{user};{me})", inet: "(OA;CIIOID;GW;{lockout};{user};{me})",
		ou: "(OA;CIIOID;GW;{lockout};{user};{me})"},
	{name: "CREATOR OWNER", parent: "(A;CIIO;RP;;;CO)", user: "(A;ID;RP;;;{other})(A;CIIOID;RP;;;CO)",
		inet: "(A;ID;RP;;;{other})(A;CIIOID;RP;;;CO)", ou: "(A;ID;RP;;;{other})(A;CIIOID;RP;;;CO)"},
	{name: "CREATOR GROUP, direct children", parent: "(D;CINPIO;RP;;;CG)", user: "(D;ID;RP;;;{inner})", inet: "(D;ID;RP;;;{inner})", ou: "(D;ID;RP;;;{inner})"},
	{name: "PRINCIPAL_SELF and OWNER RIGHTS stay", parent: "(A;CIIO;RP;;;PS)(A;CIIO;RP;;;OW)",
		user: "(A;CIID;RP;;;PS)(A;CIID;RP;;;OW)", inet: "(A;CIID;RP;;;PS)(A;CIID;RP;;;OW)", ou: "(A;CIID;RP;;;PS)(A;CIID;RP;;;OW)"},
	{name: "zero class", parent: "(OA;CIIO;RP;{lockout};{none};{me})", user: "(OA;CIIOID;RP;{lockout};{none};{me})",
		inet: "(OA;CIIOID;RP;{lockout};{none};{me})", ou: "(OA;CIIOID;RP;{lockout};{none};{me})", why: whyZero,
		samba: [3]string{"(OA;CIID;RP;{lockout};{none};{me})", "(OA;CIID;RP;{lockout};{none};{me})", "(OA;CIID;RP;{lockout};{none};{me})"}},
	{name: "zero class, a deny", parent: "(OD;CIIO;RP;{lockout};{none};{me})", user: "(OD;CIID;RP;{lockout};{none};{me})",
		inet: "(OD;CIID;RP;{lockout};{none};{me})", ou: "(OD;CIID;RP;{lockout};{none};{me})"},
	{name: "zero class, a deny of everything", parent: "(OD;CI;RP;;{none};{me})", user: "(OD;CIID;RP;;{none};{me})",
		inet: "(OD;CIID;RP;;{none};{me})", ou: "(OD;CIID;RP;;{none};{me})"},
	{name: "zero class, direct children", parent: "(OA;CINPIO;RP;{lockout};{none};{me})", why: whyZero,
		samba: [3]string{"(OA;ID;RP;{lockout};;{me})", "(OA;ID;RP;{lockout};;{me})", "(OA;ID;RP;{lockout};;{me})"}},
	{name: "zero class, direct children, a deny", parent: "(OD;CINPIO;RP;{lockout};{none};{me})",
		user: "(OD;ID;RP;{lockout};;{me})", inet: "(OD;ID;RP;{lockout};;{me})", ou: "(OD;ID;RP;{lockout};;{me})"},
	{name: "an object ACE without a GUID stays one", parent: "(OA;CIIO;GX;;;{me})",
		user: "(OA;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})", inet: "(OA;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})", ou: "(OA;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})",
		why: whyPlain, samba: [3]string{"(A;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})", "(A;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})", "(A;ID;LCRC;;;{me})(OA;CIIOID;GX;;;{me})"}},
	{name: "every bit there is", parent: "(A;CINP;0xffffffff;;;{me})", user: "(A;ID;{full};;;{me})", inet: "(A;ID;{full};;;{me})", ou: "(A;ID;{full};;;{me})",
		why: whyBits, samba: [3]string{"(A;ID;0xfffffff;;;{me})", "(A;ID;0xfffffff;;;{me})", "(A;ID;0xfffffff;;;{me})"}},
	{name: "inherited by the parent", parent: "(OA;CIIOID;CR;{reset};{user};{me})", offline: true,
		user: "(OA;CIID;CR;{reset};{user};{me})", inet: "(OA;CIIOID;CR;{reset};{user};{me})", ou: "(OA;CIIOID;CR;{reset};{user};{me})"},
	{name: "conditional, generic, for one class", parent: "(ZA;CIIO;GX;;{user};{me};(Exists a))", offline: true,
		user: "(XA;ID;LCRC;;;{me};(Exists a))(ZA;CIIOID;GX;;{user};{me};(Exists a))",
		inet: "(ZA;CIIOID;GX;;{user};{me};(Exists a))", ou: "(ZA;CIIOID;GX;;{user};{me};(Exists a))"},
	{name: "order is kept", parent: "(A;CI;RP;;;{me})(D;CI;WP;;;{me})", offline: true, user: "(A;CIID;RP;;;{me})(D;CIID;WP;;;{me})",
		inet: "(A;CIID;RP;;;{me})(D;CIID;WP;;;{me})", ou: "(A;CIID;RP;;;{me})(D;CIID;WP;;;{me})"},
}

func TestInherit(t *testing.T) {
	for _, c := range inheritCases {
		t.Run(c.name, func(t *testing.T) {
			parent := paper.descriptor(t, "D:"+c.parent).DACL
			for _, child := range []struct {
				name  string
				class secdesc.GUID
				want  string
			}{{"user", userClass, c.user}, {"inetOrgPerson", inetClass, c.inet}, {"organizationalUnit", ouClass, c.ou}} {
				got := adperms.Inherit(parent, adperms.Child{Class: child.class, Owner: paper.other, Group: paper.inner})
				if spoken := paper.spoken(got); spoken != child.want {
					t.Errorf("%s inherits %s, want %s", child.name, spoken, child.want)
				}
			}
		})
	}
}

func TestInheritNothing(t *testing.T) {
	parent := paper.descriptor(t, "D:(A;CI;RP;;;{me})").DACL
	if got := adperms.Inherit(parent, adperms.Child{Protected: true}); got != nil {
		t.Errorf("a protected child inherits %s", paper.spoken(got))
	}
	if got := adperms.Inherit(nil, adperms.Child{}); got != nil {
		t.Errorf("of a NULL DACL comes %s", paper.spoken(got))
	}
}

// A child without an owner keeps CREATOR OWNER: an ACE must have a trustee.
func TestInheritNoOwner(t *testing.T) {
	parent := paper.descriptor(t, "D:(A;CINP;RP;;;CO)(A;CINP;RP;;;CG)").DACL
	if got, want := paper.spoken(adperms.Inherit(parent, adperms.Child{})), "(A;ID;RP;;;CO)(A;ID;RP;;;CG)"; got != want {
		t.Errorf("inherits %s, want %s", got, want)
	}
}

func TestInheritAuxiliaryClass(t *testing.T) {
	parent := paper.descriptor(t, "D:(OA;CIIO;RP;;{inet};{me})").DACL
	got := adperms.Inherit(parent, adperms.Child{Class: userClass, Auxiliary: []secdesc.GUID{inetClass}})
	if spoken, want := paper.spoken(got), "(OA;CIID;RP;;{inet};{me})"; spoken != want {
		t.Errorf("inherits %s, want %s", spoken, want)
	}
}

func TestInheritUnknownACE(t *testing.T) {
	a := secdesc.ACE{Type: secdesc.AccessAllowedCompound, Flags: secdesc.ContainerInherit | secdesc.NoPropagate, Data: "abcd"}
	want := a
	want.Flags = secdesc.Inherited
	if got := adperms.Inherit(&secdesc.ACL{ACEs: []secdesc.ACE{a}}, adperms.Child{}); len(got) != 1 || got[0] != want {
		t.Errorf("inherits %v, want its bytes as they are", got)
	}
}

func TestChildDACL(t *testing.T) {
	for _, c := range []struct{ name, parent, own, want string }{
		{"explicit, then inherited", "D:(A;CI;RP;;;{me})", "D:(D;;WP;;;{other})(A;;WP;;;{me})", "(D;;WP;;;{other})(A;;WP;;;{me})(A;CIID;RP;;;{me})"},
		{"what was inherited before goes", "D:(A;CI;RP;;;{me})", "D:AI(A;;WP;;;{me})(A;CIID;GA;;;{other})", "(A;;WP;;;{me})(A;CIID;RP;;;{me})"},
		{"nearest generation first", "D:(D;CI;WP;;;{me})(A;CI;WP;;;{me})(D;CIID;CR;;;{me})(A;CIID;CR;;;{me})", "D:",
			"(D;CIID;WP;;;{me})(A;CIID;WP;;;{me})(D;CIID;CR;;;{me})(A;CIID;CR;;;{me})"},
		{"protected", "D:(A;CI;RP;;;{me})", "D:P(A;;WP;;;{me})", "(A;;WP;;;{me})"},
		{"protected, with leftovers", "D:(A;CI;RP;;;{me})", "D:P(A;CIID;WP;;;{me})", "(A;CIID;WP;;;{me})"},
		{"CREATOR OWNER", "D:(A;CINPIO;RP;;;CO)", "O:{other}D:", "(A;ID;RP;;;{other})"},
	} {
		t.Run(c.name, func(t *testing.T) {
			own := paper.descriptor(t, c.own)
			before := own.SDDL()
			if got := paper.spoken(adperms.ChildDACL(paper.descriptor(t, c.parent).DACL, own, userClass).ACEs); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if own.SDDL() != before {
				t.Errorf("the child's descriptor was changed to %s", own.SDDL())
			}
		})
	}
}

// An object ACE that comes from above needs the revision (MS-DTYP 2.4.5).
func TestChildDACLRevision(t *testing.T) {
	own := paper.descriptor(t, "D:(A;;RP;;;{me})")
	if got := adperms.ChildDACL(paper.descriptor(t, "D:(OA;CI;CR;{reset};;{me})").DACL, own, userClass); got.Revision != secdesc.ACLRevisionDS {
		t.Errorf("revision %d, want %d", got.Revision, secdesc.ACLRevisionDS)
	}
	if own.DACL.Revision != secdesc.ACLRevision {
		t.Errorf("the child's own revision became %d", own.DACL.Revision)
	}
	null := paper.descriptor(t, "D:NO_ACCESS_CONTROL")
	if got := adperms.ChildDACL(own.DACL, null, userClass); got != nil {
		t.Errorf("a NULL DACL became %v", got)
	}
}
