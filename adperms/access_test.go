package adperms_test

import (
	"testing"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

func TestAccess(t *testing.T) {
	for _, c := range accessCases {
		t.Run(c.name, func(t *testing.T) {
			if got := paper.may(paper.descriptor(t, c.whole()), c, userClass); got != c.want {
				t.Errorf("%s: may %q, want %q", c.dacl, got, c.want)
			}
		})
	}
}

// whole puts the full control of Domain Admins in front: they go on working
// with the object when a DC judges.
func (c accessCase) whole() string { return "D:P(A;;{full};;;DA)" + c.dacl }

// may gives the letters of the rights that me has by Access.
func (c cast) may(d *secdesc.Descriptor, of accessCase, class secdesc.GUID) string {
	target := adperms.Target{Descriptor: d, Self: c.other, Class: class}
	if of.self {
		target.Self = c.me
	}
	d.Owner = c.domain.Child(512)
	if of.mine {
		d.Owner = c.me
	}
	var got string
	for _, try := range attempts {
		if adperms.Access(target, c.token(), try.right).Granted {
			got += try.letter
		}
	}
	return got
}

var (
	readControl = adperms.Right{Name: "Read permissions", Mask: secdesc.ReadControl}
	writeDACL   = adperms.Right{Name: "Modify permissions", Mask: secdesc.WriteDACL}
	readSet     = adperms.Right{Name: "Read pwdLastSet", Mask: secdesc.ReadProperty, Type: adperms.WritePwdLastSet.Type, Set: restrictions}
	selfWrite   = adperms.Right{Name: "Validated write", Mask: secdesc.SelfWrite, Type: changePassword, Set: restrictions}
)

func TestAccessReasons(t *testing.T) {
	reset := adperms.ResetPassword
	for _, c := range []struct {
		name, sddl string
		right      adperms.Right
		granted    bool
		ground     adperms.Ground
		index      int
		unsure     bool
	}{
		{"no DACL", "O:DA", reset, true, adperms.NullDACL, -1, false},
		{"NULL DACL", "D:NO_ACCESS_CONTROL", reset, true, adperms.NullDACL, -1, false},
		{"empty DACL", "D:", reset, false, adperms.NoACE, -1, false},
		{"protected and empty", "D:P", reset, false, adperms.NoACE, -1, false},
		{"the deciding ACE", "D:(A;;RP;;;{me})(OA;;CR;{reset};;{inner})(OD;;CR;{reset};;{me})", reset, true, adperms.ByACE, 1, false},
		{"the denying ACE", "D:(OA;CIIO;CR;{reset};;{me})(D;;CR;;;{outer})(OA;;CR;{reset};;{me})", reset, false, adperms.ByACE, 1, false},

		{"conditional allow", "D:(XA;;CR;;;{me};(Exists a))", reset, false, adperms.NoACE, -1, true},
		{"conditional allow, then allow", "D:(XA;;CR;;;{me};(Exists a))(A;;CR;;;{me})", reset, true, adperms.ByACE, 1, false},
		{"conditional allow, then deny", "D:(XA;;CR;;;{me};(Exists a))(D;;CR;;;{me})", reset, false, adperms.ByACE, 1, true},
		{"conditional object allow", "D:(ZA;;CR;{reset};;{me};(Exists a))", reset, false, adperms.NoACE, -1, true},
		{"conditional object allow of something else", "D:(ZA;;CR;{change};;{me};(Exists a))", reset, false, adperms.NoACE, -1, false},
		{"conditional deny", "D:(XD;;CR;;;{me};(Exists a))", reset, false, adperms.ByACE, 0, false},
		{"conditional deny, then allow", "D:(XD;;CR;;;{me};(Exists a))(A;;CR;;;{me})", reset, false, adperms.ByACE, 0, true},
		{"conditional deny, then deny", "D:(XD;;CR;;;{me};(Exists a))(D;;CR;;;{me})", reset, false, adperms.ByACE, 0, false},
		{"conditional deny, then conditional allow", "D:(XD;;CR;;;{me};(Exists a))(XA;;CR;;;{me};(Exists a))", reset, false, adperms.ByACE, 0, true},
		{"allow, then conditional deny", "D:(A;;CR;;;{me})(XD;;CR;;;{me};(Exists a))", reset, true, adperms.ByACE, 0, false},

		{"read through the set", "D:(OA;;RP;{restrictions};;{me})", readSet, true, adperms.ByACE, 0, false},
		{"a validated write has no set", "D:(OA;;SW;{restrictions};;{me})(OA;;SW;{user};;{me})", selfWrite, false, adperms.NoACE, -1, false},
		{"a validated write by its name", "D:(OA;;SW;{change};;{me})", selfWrite, true, adperms.ByACE, 0, false},

		{"owner reads the descriptor", "O:{me}D:", readControl, true, adperms.ByOwner, -1, false},
		{"owner writes the DACL, denied or not", "O:{inner}D:(D;;WD;;;{me})", writeDACL, true, adperms.ByOwner, -1, false},
		{"others do not", "O:{other}D:", writeDACL, false, adperms.NoACE, -1, false},
		{"nobody's object", "D:", writeDACL, false, adperms.NoACE, -1, false},
		{"OWNER RIGHTS takes it away", "O:{me}D:(A;;RC;;;OW)", writeDACL, false, adperms.NoACE, -1, false},
		{"OWNER RIGHTS gives it back", "O:{me}D:(A;;RCWD;;;OW)", writeDACL, true, adperms.ByACE, 0, false},
		{"OWNER RIGHTS for descendants", "O:{me}D:(A;CIIO;RC;;;OW)", writeDACL, true, adperms.ByOwner, -1, false},
		{"an object ACE gives no standard right", "D:(OA;;WD;{lockout};;{me})", writeDACL, false, adperms.NoACE, -1, false},
		{"zero ObjectType gives no standard right", "D:(OA;;WD;{none};;{me})", writeDACL, false, adperms.NoACE, -1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := adperms.Access(adperms.Target{Descriptor: paper.descriptor(t, c.sddl), Class: userClass}, paper.token(), c.right)
			if got.Granted != c.granted || got.Ground != c.ground || got.Index != c.index || got.Unsure != c.unsure {
				t.Errorf("granted %v by %s %d, unsure %v; want %v by %s %d, %v", got.Granted, got.Ground, got.Index, got.Unsure,
					c.granted, c.ground, c.index, c.unsure)
			}
			if got.Ground == adperms.ByACE && got.ACE != paper.descriptor(t, c.sddl).DACL.ACEs[got.Index] {
				t.Errorf("the ACE %s is not the one at %d", got.ACE.SDDL(), got.Index)
			}
		})
	}
}

// An ACE type of a later Windows, and a compound one, decide nothing.
func TestAccessUnknownACE(t *testing.T) {
	for _, typ := range []secdesc.ACEType{secdesc.AccessAllowedCompound, 0x7f, secdesc.SystemAudit} {
		d := paper.descriptor(t, "D:(A;;CR;;;{me})")
		d.DACL.ACEs[0].Type = typ
		if got := adperms.Access(adperms.Target{Descriptor: d}, paper.token(), adperms.ResetPassword); got.Granted {
			t.Errorf("an ACE of type %#x grants", byte(typ))
		}
	}
}
