package secdesc

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

const (
	userClass      = "bf967aba-0de6-11d0-a285-00aa003049e2"
	userClassBytes = "ba7a96bf e60d d011 a285 00aa003049e2"
	worldBytes     = "01 01 000000000001 00000000"
)

// aces are one of each layout: bytes, what they mean, and SDDL.
var aces = []struct {
	name, bytes string
	want        ACE
	sddl        string
}{
	{"allowed", "00 02 1400 10000000" + worldBytes,
		ACE{Type: AccessAllowed, Flags: ContainerInherit, Mask: ReadProperty, Trustee: MustSID(everyone)}, "(A;CI;RP;;;WD)"},
	{"denied", "01 00 1400 40000100" + worldBytes,
		ACE{Type: AccessDenied, Mask: Delete | DeleteTree, Trustee: MustSID(everyone)}, "(D;;DTSD;;;WD)"},
	{"audit", "02 c0 1400 20000000" + worldBytes,
		ACE{Type: SystemAudit, Flags: SuccessfulAccess | FailedAccess, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(AU;SAFA;WP;;;WD)"},
	{"alarm", "03 00 1400 20000000" + worldBytes,
		ACE{Type: SystemAlarm, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(AL;;WP;;;WD)"},
	{"compound", "04 00 1800 20000000 01000000" + worldBytes,
		ACE{Type: AccessAllowedCompound, Data: "\x20\x00\x00\x00\x01\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"},
		"(0x04;;#2000000001000000010100000000000100000000)"},
	{"allowed object, no GUID", "05 00 1800 00010000 00000000" + worldBytes,
		ACE{Type: AccessAllowedObject, Mask: ControlAccess, Trustee: MustSID(everyone)}, "(OA;;CR;;;WD)"},
	{"allowed object, first GUID", "05 00 2800 00010000 01000000" + resetPasswordBytes + worldBytes,
		ACE{Type: AccessAllowedObject, Mask: ControlAccess, ObjectFlags: ObjectTypePresent, ObjectType: MustGUID(resetPassword), Trustee: MustSID(everyone)},
		"(OA;;CR;" + resetPassword + ";;WD)"},
	{"allowed object, second GUID", "05 0a 2800 ff010f00 02000000" + userClassBytes + worldBytes,
		ACE{Type: AccessAllowedObject, Flags: ContainerInherit | InheritOnly, Mask: dsGenericAll, ObjectFlags: InheritedObjectTypePresent,
			InheritedObjectType: MustGUID(userClass), Trustee: MustSID(everyone)},
		"(OA;CIIO;CCDCLCSWRPWPDTLOCRSDRCWDWO;;" + userClass + ";WD)"},
	{"denied object, both GUIDs", "06 1a 3800 00010000 03000000" + resetPasswordBytes + userClassBytes + worldBytes,
		ACE{Type: AccessDeniedObject, Flags: ContainerInherit | InheritOnly | Inherited, Mask: ControlAccess,
			ObjectFlags: ObjectTypePresent | InheritedObjectTypePresent, ObjectType: MustGUID(resetPassword), InheritedObjectType: MustGUID(userClass), Trustee: MustSID(everyone)},
		"(OD;CIIOID;CR;" + resetPassword + ";" + userClass + ";WD)"},
	{"audit object", "07 40 1800 20000000 00000000" + worldBytes,
		ACE{Type: SystemAuditObject, Flags: SuccessfulAccess, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(OU;SA;WP;;;WD)"},
	{"alarm object", "08 40 1800 20000000 00000000" + worldBytes,
		ACE{Type: SystemAlarmObject, Flags: SuccessfulAccess, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(OL;SA;WP;;;WD)"},
	{"allowed callback", "09 00 2000 20000000" + worldBytes + "61727478 fa 02000000 6300 00",
		ACE{Type: AccessAllowedCallback, Mask: WriteProperty, Trustee: MustSID(everyone), Data: artx(resourceAttr("c"))}, "(XA;;WP;;;WD;(@Resource.c))"},
	{"denied callback", "0a 00 2000 20000000" + worldBytes + "61727478 f9 02000000 6300 00",
		ACE{Type: AccessDeniedCallback, Mask: WriteProperty, Trustee: MustSID(everyone), Data: artx(userAttr("c"))}, "(XD;;WP;;;WD;(@User.c))"},
	{"allowed callback object", "0b 00 3400 00010000 01000000" + resetPasswordBytes + worldBytes + "61727478 f9 02000000 6300 00",
		ACE{Type: AccessAllowedCallbackObject, Mask: ControlAccess, ObjectFlags: ObjectTypePresent, ObjectType: MustGUID(resetPassword), Trustee: MustSID(everyone), Data: artx(userAttr("c"))},
		"(ZA;;CR;" + resetPassword + ";;WD;(@User.c))"},
	{"denied callback object", "0c 00 1c00 00010000 00000000" + worldBytes + "61727478",
		ACE{Type: AccessDeniedCallbackObject, Mask: ControlAccess, Trustee: MustSID(everyone), Data: "artx"},
		"(0x0c;;#000100000000000001010000000000010000000061727478)"},
	{"audit callback", "0d 40 2000 20000000" + worldBytes + "61727478 fb 02000000 6300 00",
		ACE{Type: SystemAuditCallback, Flags: SuccessfulAccess, Mask: WriteProperty, Trustee: MustSID(everyone), Data: artx(deviceAttr("c"))}, "(XU;SA;WP;;;WD;(@Device.c))"},
	{"alarm callback", "0e 00 1400 20000000" + worldBytes,
		ACE{Type: SystemAlarmCallback, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(0x0e;;#20000000010100000000000100000000)"},
	{"audit callback object", "0f 00 1800 20000000 00000000" + worldBytes,
		ACE{Type: SystemAuditCallbackObject, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(0x0f;;#2000000000000000010100000000000100000000)"},
	{"alarm callback object", "10 00 1800 20000000 00000000" + worldBytes,
		ACE{Type: SystemAlarmCallbackObject, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(0x10;;#2000000000000000010100000000000100000000)"},
	{"mandatory label", "11 00 1400 03000000 01 01 000000000010 00100000",
		ACE{Type: SystemMandatoryLabel, Mask: 3, Trustee: MustSID("S-1-16-4096")}, "(ML;;NWNR;;;LW)"},
	{"resource attribute", "12 00 3400 00000000" + worldBytes + "14000000 0100 0000 00000000 01000000 18000000 6e000000 0700000000000000",
		ACE{Type: SystemResourceAttribute, Trustee: MustSID(everyone), Data: claimOf("n", 1, 0, qword(7))}, `(RA;;;;;WD;("n",TI,0x0,7))`},
	{"resource attribute that has no text", "12 00 1400 00000000" + worldBytes,
		ACE{Type: SystemResourceAttribute, Trustee: MustSID(everyone)}, "(0x12;;#00000000010100000000000100000000)"},
	{"allowed callback without a condition", "09 00 1400 20000000" + worldBytes,
		ACE{Type: AccessAllowedCallback, Mask: WriteProperty, Trustee: MustSID(everyone)}, "(0x09;;#20000000010100000000000100000000)"},
	{"scoped policy", "13 00 1800 00000000 01 02 000000000011 01000000 02000000",
		ACE{Type: SystemScopedPolicyID, Trustee: MustSID("S-1-17-1-2")}, "(SP;;;;;S-1-17-1-2)"},
	{"process trust label", "14 00 1800 00000200 01 02 000000000013 00020000 00200000",
		ACE{Type: SystemProcessTrustLabel, Mask: ReadControl, Trustee: MustSID("S-1-19-512-8192")}, "(TL;;RC;;;S-1-19-512-8192)"},
	{"access filter", "15 40 2000 20000000" + worldBytes + "61727478 f9 02000000 6300 00",
		ACE{Type: SystemAccessFilter, Flags: TrustProtectedFilter, Mask: WriteProperty, Trustee: MustSID(everyone), Data: artx(userAttr("c"))}, "(FL;SA;WP;;;WD;(@User.c))"},
	{"a later type", "16 03 0800 01020304", ACE{Type: 0x16, Flags: 3, Data: "\x01\x02\x03\x04"}, "(0x16;OICI;#01020304)"},
	{"a later type without a body", "ff ff 0400", ACE{Type: 0xff, Flags: 0xff}, "(0xff;OICINPIOIDCRSAFA;#)"},
}

func TestACETypes(t *testing.T) {
	seen := map[ACEType]bool{}
	for _, c := range aces {
		seen[c.want.Type] = true
		b := unhex(t, c.bytes)
		var a ACE
		size, err := parseACE(string(b), &a)
		if err != nil || size != len(b) || a != c.want {
			t.Errorf("%s:\n got %+v, %d, %v\nwant %+v, %d", c.name, a, size, err, c.want, len(b))
			continue
		}
		if out := a.appendTo(nil); string(out) != string(b) || a.Size() != len(b) {
			t.Errorf("%s:\n got %x, %d\nwant %x, %d", c.name, out, a.Size(), b, len(b))
		}
		if a.SDDL() != c.sddl {
			t.Errorf("%s is printed as %s, want %s", c.name, a.SDDL(), c.sddl)
		}
		d, err := ParseSDDL("S:"+c.sddl, DomainSIDs{})
		if err != nil || d.SACL.ACEs[0] != c.want {
			t.Errorf("%s: %s reads as %+v, %v", c.name, c.sddl, d, err)
		}
	}
	for typ := AccessAllowed; typ <= SystemAccessFilter; typ++ {
		if !seen[typ] {
			t.Errorf("type %#x is in no line of the table", typ)
		}
	}
}

func TestACEKinds(t *testing.T) {
	for typ := range ACEType(0x20) {
		allows := typ == 0 || typ == 5 || typ == 9 || typ == 0xb
		denies := typ == 1 || typ == 6 || typ == 0xa || typ == 0xc
		conditional := typ >= 9 && typ <= 0x10
		object := typ >= 5 && typ <= 8 || typ == 0xb || typ == 0xc || typ == 0xf || typ == 0x10
		understood := typ != 4 && typ <= 0x15
		if typ.Allows() != allows || typ.Denies() != denies || typ.Conditional() != conditional ||
			typ.HasObject() != object || typ.Understood() != understood {
			t.Errorf("type %#x: allows %v, denies %v, conditional %v, object %v, understood %v",
				byte(typ), typ.Allows(), typ.Denies(), typ.Conditional(), typ.HasObject(), typ.Understood())
		}
	}
}

func TestMalformedACEs(t *testing.T) {
	for _, c := range []struct {
		bytes  string
		offset int
		says   string
	}{
		{"00 00 14", 0, "header runs past"},
		{"00 00 0300", 2, "AceSize 3 does not fit"},
		{"00 00 0000", 2, "AceSize 0 does not fit"},
		{"00 00 1500 10000000" + worldBytes, 2, "AceSize 21 does not fit: 4 to 20"},
		{"00 00 0400", 2, "AceSize 4 is too small for type 0x0"},
		{"00 00 0700 000000", 2, "AceSize 7 is not a multiple of 4"},
		{"00 00 0c00 10000000 01010000", 8, "4 bytes are too few"},
		{"00 00 1000 10000000 0101000000000001", 16, "ends early: 8 of 12"},
		{"00 00 1400 10000000 02 01 000000000001 00000000", 8, "revision 2"},
		{"00 00 1400 10000000 01 10 000000000001 00000000", 9, "16 sub-authorities"},
		{"05 00 0800 10000000", 2, "AceSize 8 is too small for type 0x5"},
		{"04 00 0800 10000000", 2, "AceSize 8 is too small for type 0x4"},
		{"04 00 1c00 10000000 01000000" + worldBytes + "00000000", 24, "4 bytes follow the SID"},
		{"04 00 1800 10000000 01000000 02 01 000000000001 00000000", 12, "revision 2"},
		{"05 00 1800 10000000 01000000" + worldBytes, 2, "AceSize 24 is too small for type 0x5"},
		{"05 00 2800 10000000 03000000" + resetPasswordBytes + worldBytes, 2, "AceSize 40 is too small"},
		{"05 00 1c00 10000000 01000000" + resetPasswordBytes, 28, "0 bytes are too few"},
	} {
		var a ACE
		_, err := parseACE(string(unhex(t, c.bytes)), &a)
		mustBlame(t, c.bytes, err, c.offset, c.says)
	}
}

// AceSize is trusted, not what the SID needs: the rest is kept.
func TestACEWithUnusedBytes(t *testing.T) {
	for _, c := range []struct{ bytes, data string }{
		{"00 00 1800 10000000" + worldBytes + "deadbeef", "\xde\xad\xbe\xef"},
		{"05 00 1c00 10000000 04000000" + worldBytes + "01020304", "\x01\x02\x03\x04"},
		{"04 00 1800 10000000 01000000" + worldBytes, "\x10\x00\x00\x00\x01\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00"},
	} {
		b := unhex(t, c.bytes)
		var a ACE
		if _, err := parseACE(string(b), &a); err != nil || a.Data != c.data || string(a.appendTo(nil)) != string(b) {
			t.Errorf("%s: %+v, %v", c.bytes, a, err)
		}
	}
}

func TestAllowAndDeny(t *testing.T) {
	reset, user, none := MustGUID(resetPassword), MustGUID(userClass), GUID{}
	for _, c := range []struct {
		a    ACE
		sddl string
	}{
		{Allow(MustSID(everyone), ReadProperty, 0, none, none), "(A;;RP;;;WD)"},
		{Allow(MustSID(everyone), ControlAccess, ContainerInherit|InheritOnly, reset, user), "(OA;CIIO;CR;" + resetPassword + ";" + userClass + ";WD)"},
		{Allow(MustSID(everyone), dsGenericAll, ContainerInherit, none, user), "(OA;CI;CCDCLCSWRPWPDTLOCRSDRCWDWO;;" + userClass + ";WD)"},
		{Deny(MustSID(everyone), ReadProperty, 0, none, none), "(D;;RP;;;WD)"},
		{Deny(MustSID(everyone), ControlAccess, 0, reset, none), "(OD;;CR;" + resetPassword + ";;WD)"},
	} {
		if c.a.SDDL() != c.sddl {
			t.Errorf("got %s, want %s", c.a.SDDL(), c.sddl)
		}
	}
	a := Allow(MustSID(everyone), ReadProperty, ContainerInherit|Inherited, none, none)
	if !a.Inherited() || a.Explicit().Inherited() || a.Explicit().Flags != ContainerInherit || !a.Inherited() {
		t.Errorf("inherited %v, explicit %+v", a.Inherited(), a.Explicit())
	}
}

// genACE draws any ACE that can be written.
func genACE() *rapid.Generator[ACE] {
	return rapid.Custom(func(t *rapid.T) ACE {
		a := ACE{Type: ACEType(rapid.ByteRange(0, 0x18).Draw(t, "type")), Flags: ACEFlags(rapid.Byte().Draw(t, "flags"))}
		data := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data")
		a.Data = string(data[:len(data)&^3])
		if a.Type == AccessAllowedCompound {
			a.Data = "\x10\x00\x00\x00\x01\x00\x00\x00" + genSID().Draw(t, "server").raw
		}
		if !a.Type.Understood() {
			return a
		}
		a.Mask, a.Trustee = AccessMask(rapid.Uint32().Draw(t, "mask")), genSID().Draw(t, "trustee")
		if a.Type.HasObject() {
			a.ObjectFlags = ObjectFlags(rapid.Uint32().Draw(t, "object flags"))
			if a.ObjectFlags&ObjectTypePresent != 0 {
				a.ObjectType = genGUID().Draw(t, "object type")
			}
			if a.ObjectFlags&InheritedObjectTypePresent != 0 {
				a.InheritedObjectType = genGUID().Draw(t, "inherited object type")
			}
		}
		return a
	})
}

func TestACEProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := genACE().Draw(t, "ace")
		b := a.appendTo(nil)
		if len(b) != a.Size() {
			t.Fatalf("%d bytes were written, Size is %d", len(b), a.Size())
		}
		var again ACE
		if n, err := parseACE(string(b)+"next", &again); err != nil || n != len(b) || again != a {
			t.Fatalf("%x reads as %+v, %d, %v", b, again, n, err)
		}
		d, err := ParseSDDL("S:"+a.SDDL(), DomainSIDs{})
		if err != nil {
			t.Fatalf("%s: %v", a.SDDL(), err)
		}
		if got, want := fmt.Sprintf("%+v", d.SACL.ACEs[0]), fmt.Sprintf("%+v", sayableACE(a)); got != want {
			t.Fatalf("%s reads as\n     %s\nwant %s", a.SDDL(), got, want)
		}
	})
}

// sayableACE takes away what SDDL has no words for: unused bytes, and object
// flags without a meaning.
func sayableACE(a ACE) ACE {
	if _, words := aceTokens[a.Type]; !words || !a.Type.Understood() {
		return a
	}
	if a.Type.carriesText() {
		if a.SDDL() == a.rawText() {
			return a
		}
	} else {
		a.Data = ""
	}
	a.ObjectFlags &= ObjectTypePresent | InheritedObjectTypePresent
	return a
}
