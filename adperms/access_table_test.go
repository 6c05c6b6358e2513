package adperms_test

// accessCase is a user's DACL and who may do what with it: R resets the
// password, L writes lockoutTime, P writes pwdLastSet.
type accessCase struct {
	name string
	dacl string // ACEs; those in front for the administrators are left out
	want string // what {me} may do
	self bool   // the user is {me}
	mine bool   // {me} is the owner
	// A difference of Samba from the documents: what it lets {me} do, and the
	// reason.
	samba, why string
}

const (
	whyControl = "MS-ADTS 5.1.3.3.3: an object ACE gives the rights in its mask. Samba 4.17 lets an object ACE that allows control access write as well"
	whyOwner   = "MS-DTYP 2.4.2.4: OWNER RIGHTS stands for the owner. Samba 4.17 does not know it in the directory"
)

var accessCases = []accessCase{
	{name: "no ACE"},
	{name: "others alone", dacl: "(A;;{full};;;{other})"},
	{name: "one by one: reset", dacl: "(OA;;CR;{reset};;{me})", want: "R"},
	{name: "one by one: lockoutTime", dacl: "(OA;;WP;{lockout};;{me})", want: "L"},
	{name: "one by one: pwdLastSet", dacl: "(OA;;WP;{pwdlastset};;{me})", want: "P"},
	{name: "through a group", dacl: "(OA;;CR;{reset};;{inner})", want: "R"},
	{name: "through a nested group", dacl: "(OA;;CR;{reset};;{outer})", want: "R"},
	{name: "through Authenticated Users", dacl: "(OA;;WP;{lockout};;AU)", want: "L"},
	{name: "through Everyone", dacl: "(OA;;WP;{lockout};;WD)", want: "L"},
	{name: "through Network", dacl: "(OA;;WP;{lockout};;NU)", want: "L"},

	{name: "property set", dacl: "(OA;;WP;{restrictions};;{me})", want: "P"},
	{name: "class of the object", dacl: "(OA;;WP;{user};;{me})", want: "LP"},
	{name: "another class", dacl: "(OA;;WP;{inet};;{me})"},
	{name: "all properties", dacl: "(A;;WP;;;{me})", want: "LP"},
	{name: "all properties, as an object ACE", dacl: "(OA;;WP;;{user};{me})", want: "LP"},
	{name: "read is not write", dacl: "(OA;;RP;{lockout};;{me})(OA;;RP;{restrictions};;{me})"},
	{name: "all extended rights", dacl: "(A;;CR;;;{me})", want: "R"},
	{name: "all extended rights, as an object ACE", dacl: "(OA;;CR;;{user};{me})", want: "R", samba: "RLP", why: whyControl},
	{name: "another extended right", dacl: "(OA;;CR;{change};;{me})"},
	{name: "control access names a class", dacl: "(OA;;CR;{user};;{me})", samba: "LP", why: whyControl},
	{name: "control access names a property set", dacl: "(OA;;CR;{restrictions};;{me})", samba: "P", why: whyControl},
	{name: "control access names an attribute", dacl: "(OA;;CR;{lockout};;{me})", samba: "L", why: whyControl},
	{name: "write property names an extended right", dacl: "(OA;;WP;{reset};;{me})"},
	{name: "ObjectType is there and zero", dacl: "(OA;;CRWP;{none};;{me})"},

	{name: "full control", dacl: "(A;;{full};;;{me})", want: "RLP"},
	{name: "generic all", dacl: "(A;;GA;;;{me})", want: "RLP"},
	{name: "generic write", dacl: "(A;;GW;;;{me})", want: "LP"},
	{name: "generic read and execute", dacl: "(A;;GRGX;;;{me})"},
	{name: "generic all on one right", dacl: "(OA;;GA;{reset};;{me})", want: "R"},
	{name: "generic write on a property set", dacl: "(OA;;GW;{restrictions};;{me})", want: "P"},

	{name: "deny before allow", dacl: "(OD;;CR;{reset};;{me})(OA;;CR;{reset};;{me})"},
	{name: "allow before deny", dacl: "(OA;;CR;{reset};;{me})(OD;;CR;{reset};;{me})", want: "R"},
	{name: "deny to a group", dacl: "(OD;;CR;{reset};;{outer})(A;;{full};;;{me})", want: "LP"},
	{name: "deny to others", dacl: "(D;;{full};;;{other})(A;;{full};;;{me})", want: "RLP"},
	{name: "deny all properties", dacl: "(D;;WP;;;{me})(A;;{full};;;{me})", want: "R"},
	{name: "deny a property set", dacl: "(OD;;WP;{restrictions};;{me})(A;;{full};;;{me})", want: "RL"},
	{name: "deny an attribute, allow its set", dacl: "(OD;;WP;{pwdlastset};;{me})(OA;;WP;{restrictions};;{me})"},
	{name: "allow an attribute, deny its set", dacl: "(OA;;WP;{pwdlastset};;{me})(OD;;WP;{restrictions};;{me})", want: "P"},
	{name: "deny the class", dacl: "(OD;;WP;{user};;{me})(A;;{full};;;{me})", want: "R"},
	{name: "deny another class", dacl: "(OD;;WP;{inet};;{me})(A;;{full};;;{me})", want: "RLP"},
	{name: "deny control access to a property set", dacl: "(OD;;CR;{restrictions};;{me})(A;;{full};;;{me})", want: "RLP"},
	{name: "deny to read", dacl: "(D;;RPLC;;;{me})(OA;;CR;{reset};;{me})(A;;WP;;;{me})", want: "RLP"},
	{name: "deny generic write", dacl: "(D;;GW;;;{me})(A;;{full};;;{me})", want: "R"},

	{name: "inherit-only allow", dacl: "(OA;CIIO;CR;{reset};{user};{me})(A;CIIO;{full};;;{me})"},
	{name: "inherit-only deny", dacl: "(D;CIIO;{full};;;{me})(A;;{full};;;{me})", want: "RLP"},
	{name: "inheritable and in force", dacl: "(OA;CI;CR;{reset};{user};{me})", want: "R"},
	{name: "InheritedObjectType of another class is in force", dacl: "(OA;CI;CR;{reset};{inet};{me})", want: "R"},

	{name: "PRINCIPAL_SELF of others", dacl: "(A;;{full};;;PS)"},
	{name: "PRINCIPAL_SELF", dacl: "(OA;;CR;{reset};;PS)(OA;;WP;{lockout};;PS)", want: "RL", self: true},
	{name: "PRINCIPAL_SELF denied", dacl: "(OD;;CR;{reset};;PS)(A;;{full};;;{me})", want: "LP", self: true},
	{name: "OWNER RIGHTS of others", dacl: "(A;;{full};;;OW)"},
	{name: "OWNER RIGHTS", dacl: "(A;;CRWP;;;OW)", want: "RLP", mine: true, samba: "none", why: whyOwner},
	{name: "the owner as such", dacl: "(A;;RP;;;{me})", mine: true},
	{name: "CREATOR OWNER is nobody's SID", dacl: "(A;CIIO;{full};;;CO)", mine: true},
}
