package adperms_test

import (
	"testing"

	"writeback/adperms"
)

var (
	forUsers   = adperms.Descendants(mustName("user"))
	wantReset  = adperms.Grant{Trustee: paper.me, Right: adperms.ResetPassword, Scope: forUsers}
	wantLock   = adperms.Grant{Trustee: paper.me, Right: adperms.WriteLockoutTime, Scope: forUsers}
	wantPwdSet = adperms.Grant{Trustee: paper.me, Right: adperms.WritePwdLastSet, Scope: forUsers}
	wantHere   = adperms.UnexpireGrant(paper.me)
)

const (
	aceReset  = "(OA;CIIO;CR;{reset};{user};{me})"
	aceLock   = "(OA;CIIO;WP;{lockout};{user};{me})"
	acePwdSet = "(OA;CIIO;WP;{pwdlastset};{user};{me})"
	aceHere   = "(OA;;CR;{unexpire};;{me})"
)

func TestGrantACE(t *testing.T) {
	for _, c := range []struct {
		want adperms.Grant
		ace  string
	}{{wantReset, aceReset}, {wantLock, aceLock}, {wantPwdSet, acePwdSet}, {wantHere, aceHere}} {
		if got := paper.spoken(adperms.Covers(paper.descriptor(t, "D:").DACL, paper.token(), c.want)); got != c.ace {
			t.Errorf("%s: missing %s, want %s", c.want.Right.Name, got, c.ace)
		}
	}
}

func TestWritebackGrants(t *testing.T) {
	got := adperms.WritebackGrants(paper.me, adperms.WritebackClasses()...)
	if len(got) != 6 || got[0] != wantReset || got[1] != wantLock || got[2] != wantPwdSet || got[5].Scope.Class != inetClass {
		t.Errorf("grants %v", got)
	}
}

// Each row: a DACL and a grant → the ACEs that are missing, that give it
// already, that deny it, that deny it in part, that deny it in vain.
func TestSurvey(t *testing.T) {
	for _, c := range []struct {
		name                              string
		dacl                              string
		want                              adperms.Grant
		missing, by, denied, partly, idle string
	}{
		{name: "empty", want: wantReset, missing: aceReset},
		{name: "the very ACE", dacl: aceReset, want: wantReset, by: aceReset},
		{name: "inherited", dacl: "(OA;CIIOID;CR;{reset};{user};{me})", want: wantReset, by: "(OA;CIIOID;CR;{reset};{user};{me})"},
		{name: "in force here, too", dacl: "(OA;CI;CR;{reset};{user};{me})", want: wantReset, by: "(OA;CI;CR;{reset};{user};{me})"},
		{name: "for all classes", dacl: "(OA;CIIO;CR;{reset};;{me})", want: wantReset, by: "(OA;CIIO;CR;{reset};;{me})"},
		{name: "all extended rights", dacl: "(A;CI;CR;;;{me})", want: wantReset, by: "(A;CI;CR;;;{me})"},
		{name: "full control of a group", dacl: "(A;CI;{full};;;{outer})", want: wantReset, by: "(A;CI;{full};;;{outer})"},
		{name: "generic all", dacl: "(A;CIIO;GA;;;{me})", want: wantLock, by: "(A;CIIO;GA;;;{me})"},
		{name: "write all properties", dacl: "(OA;CIIO;WP;;{user};{me})", want: wantLock, by: "(OA;CIIO;WP;;{user};{me})"},
		{name: "the property set", dacl: "(OA;CIIO;WP;{restrictions};{user};{me})", want: wantPwdSet, by: "(OA;CIIO;WP;{restrictions};{user};{me})"},
		{name: "lockoutTime is in no property set", dacl: "(OA;CIIO;WP;{restrictions};{user};{me})", want: wantLock, missing: aceLock},
		{name: "the class above all attributes", dacl: "(OA;CIIO;WP;{user};;{me})", want: wantLock, by: "(OA;CIIO;WP;{user};;{me})"},
		{name: "two of them", dacl: aceReset + "(A;CI;CR;;;{me})", want: wantReset, by: aceReset + "(A;CI;CR;;;{me})"},

		{name: "others", dacl: "(A;CI;{full};;;{other})", want: wantReset, missing: aceReset},
		{name: "another right", dacl: aceLock, want: wantReset, missing: aceReset},
		{name: "read alone", dacl: "(A;CI;RP;;;{me})", want: wantLock, missing: aceLock},
		{name: "another class", dacl: "(OA;CIIO;CR;{reset};{inet};{me})", want: wantReset, missing: aceReset},
		{name: "here alone", dacl: "(OA;;CR;{reset};;{me})", want: wantReset, missing: aceReset},
		{name: "direct children alone", dacl: "(OA;CINPIO;CR;{reset};{user};{me})", want: wantReset, missing: aceReset},
		{name: "OI reaches nothing in a directory", dacl: "(OA;OIIO;CR;{reset};{user};{me})", want: wantReset, missing: aceReset},
		{name: "conditional", dacl: "(XA;CI;CR;;;{me};(Exists a))", want: wantReset, missing: aceReset},
		{name: "PRINCIPAL_SELF", dacl: "(OA;CIIO;CR;{reset};{user};PS)", want: wantReset, missing: aceReset},
		{name: "for no class that is named", dacl: "(OA;CIIO;CR;{reset};{none};{me})", want: wantReset, missing: aceReset},
		{name: "denied for no class that is named", dacl: "(OD;CIIO;CR;{reset};{none};{me})" + aceReset, want: wantReset, by: aceReset,
			partly: "(OD;CIIO;CR;{reset};{none};{me})"},
		{name: "zero ObjectType", dacl: "(OA;CIIO;CR;{none};{user};{me})", want: wantReset, missing: aceReset},

		{name: "this object", dacl: aceHere, want: wantHere, by: aceHere},
		{name: "this object, by Authenticated Users", dacl: "(OA;;CR;{unexpire};;AU)", want: wantHere, by: "(OA;;CR;{unexpire};;AU)"},
		{name: "this object and descendants", dacl: "(OA;CI;CR;{unexpire};;{me})", want: wantHere, by: "(OA;CI;CR;{unexpire};;{me})"},
		{name: "descendants are not this object", dacl: "(OA;CIIO;CR;{unexpire};;{me})", want: wantHere, missing: aceHere},

		{name: "denied", dacl: "(OD;CIIO;CR;{reset};{user};{me})", want: wantReset, missing: aceReset, denied: "(OD;CIIO;CR;{reset};{user};{me})"},
		{name: "granted and denied", dacl: "(D;CI;CR;;;{outer})" + aceReset, want: wantReset, by: aceReset, denied: "(D;CI;CR;;;{outer})"},
		{name: "denied in vain", dacl: aceReset + "(D;CI;CR;;;{outer})", want: wantReset, by: aceReset, idle: "(D;CI;CR;;;{outer})"},
		{name: "granted twice, denied between", dacl: aceReset + "(D;CIID;CR;;;{me})(A;CIID;CR;;;{me})", want: wantReset, by: aceReset, idle: "(D;CIID;CR;;;{me})"},
		{name: "denied from above, granted from above", dacl: "(D;CIID;CR;;;{me})(OA;CIIOID;CR;{reset};{user};{me})", want: wantReset,
			missing: aceReset, idle: "(D;CIID;CR;;;{me})"},
		{name: "denied from above", dacl: "(A;;RP;;;{me})(D;CIID;CR;;;{me})", want: wantReset, missing: aceReset, idle: "(D;CIID;CR;;;{me})"},
		{name: "denied to children, in part", dacl: "(D;CINP;CR;;;{me})" + aceReset, want: wantReset, by: aceReset, partly: "(D;CINP;CR;;;{me})"},
		{name: "denied in part, to be granted", dacl: "(D;CINP;CR;;;{me})(D;CINPID;CR;;;{me})", want: wantReset, missing: aceReset,
			partly: "(D;CINP;CR;;;{me})", idle: "(D;CINPID;CR;;;{me})"},
		{name: "denied on a condition", dacl: "(XD;CI;CR;;;{me};(Exists a))" + aceReset, want: wantReset, by: aceReset, partly: "(XD;CI;CR;;;{me};(Exists a))"},
		{name: "denied to owners", dacl: "(D;CIIO;CR;;;CO)(D;CI;CR;;;OW)" + aceReset, want: wantReset, by: aceReset, partly: "(D;CIIO;CR;;;CO)(D;CI;CR;;;OW)"},
		{name: "denied to owners in vain", dacl: aceReset + "(D;CIIO;CR;;;CG)(D;CI;CR;;;PS)", want: wantReset, by: aceReset, idle: "(D;CIIO;CR;;;CG)(D;CI;CR;;;PS)"},
		{name: "allowed to owners", dacl: "(A;CIIO;CR;;;CO)(A;CI;CR;;;PS)", want: wantReset, missing: aceReset},
		{name: "denied here alone", dacl: "(D;;CR;;;{me})" + aceReset, want: wantReset, by: aceReset},
		{name: "denied to others", dacl: "(D;CI;CR;;;{other})" + aceReset, want: wantReset, by: aceReset},
		{name: "denied for another class", dacl: "(OD;CIIO;CR;{reset};{inet};{me})" + aceReset, want: wantReset, by: aceReset},
		{name: "denied on the object", dacl: "(D;;CR;;;{me})" + aceHere, want: wantHere, by: aceHere, denied: "(D;;CR;;;{me})"},
		{name: "denied below the object", dacl: "(D;CIIO;CR;;;{me})" + aceHere, want: wantHere, by: aceHere},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := adperms.Survey(paper.descriptor(t, "D:"+c.dacl).DACL, paper.token(), c.want)
			for _, part := range []struct{ name, got, want string }{
				{"missing", paper.spoken(got.Missing), c.missing},
				{"by", paper.spoken(got.By), c.by},
				{"denied", paper.spoken(got.Denied), c.denied},
				{"partly", paper.spoken(got.Partly), c.partly},
				{"idle", paper.spoken(got.Idle), c.idle},
			} {
				if part.got != part.want {
					t.Errorf("%s: %s, want %s", part.name, part.got, part.want)
				}
			}
			if got.Want != c.want {
				t.Errorf("it is about %v", got.Want)
			}
		})
	}
}

func TestSurveyNullDACL(t *testing.T) {
	got := adperms.Survey(nil, paper.token(), wantReset)
	if got.Missing != nil || got.By != nil || got.Denied != nil {
		t.Errorf("a NULL DACL gives everything, but: %+v", got)
	}
}
