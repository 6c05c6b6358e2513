package secdesc

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Parts of descriptors in hexadecimal.
const (
	systemBytes = "01 01 000000000005 12000000"          // 12 bytes
	adminsBytes = "01 02 000000000005 20000000 20020000" // 16 bytes
	emptyACL    = "02 00 0800 0000 0000"                 // 8 bytes
	oneACE      = "02 00 1c00 0100 0000" + "00 02 1400 10000000" + worldBytes
)

// header is the head of a descriptor: offsets of owner, group, SACL, DACL.
func header(control string, offsets string) string { return "01 00" + control + offsets }

// layouts are descriptors that nobody writes and everybody may: each must come
// back byte for byte.
var layouts = []struct {
	name, bytes string
	sddl        string
}{
	{"nothing", header("0080", "00000000 00000000 00000000 00000000"), ""},
	{"as AD: SACL, DACL, owner, group",
		header("1480", "38000000 48000000 14000000 1c000000") + emptyACL + oneACE + adminsBytes + systemBytes,
		"O:BAG:SYD:(A;CI;RP;;;WD)S:"},
	{"as Samba: owner, group, SACL, DACL",
		header("1480", "14000000 24000000 30000000 38000000") + adminsBytes + systemBytes + emptyACL + oneACE,
		"O:BAG:SYD:(A;CI;RP;;;WD)S:"},
	{"reversed: group, owner, DACL, SACL",
		header("1480", "20000000 14000000 4c000000 30000000") + systemBytes + adminsBytes + oneACE + emptyACL,
		"O:BAG:SYD:(A;CI;RP;;;WD)S:"},
	{"owner and group share a SID",
		header("0480", "14000000 14000000 00000000 24000000") + adminsBytes + emptyACL, "O:BAG:BAD:"},
	{"equal owner and group that do not share",
		header("0480", "14000000 24000000 00000000 34000000") + adminsBytes + adminsBytes + emptyACL, "O:BAG:BAD:"},
	{"gaps and a tail",
		header("0480", "18000000 00000000 00000000 2a000000") + "01020304" + adminsBytes + "0506" + emptyACL + "070809", "O:BAD:"},
	{"a tail alone", header("0080", "00000000 00000000 00000000 00000000") + "ff", ""},
	{"absent DACL", header("0080", "14000000 00000000 00000000 00000000") + adminsBytes, "O:BA"},
	{"NULL DACL", header("0480", "14000000 00000000 00000000 00000000") + adminsBytes, "O:BAD:NO_ACCESS_CONTROL"},
	{"empty DACL", header("0480", "00000000 00000000 00000000 14000000") + emptyACL, "D:"},
	{"a DACL that is not said to be present", header("0080", "00000000 00000000 00000000 14000000") + emptyACL, ""},
	{"NULL SACL", header("1080", "00000000 00000000 00000000 00000000"), "S:NO_ACCESS_CONTROL"},
	{"every control bit and RM control",
		"01 2a ffff 00000000 00000000 14000000 1c000000" + emptyACL + emptyACL, "D:PARAIS:PARAI"},
	{"reserved fields, an odd revision and slack in the ACL",
		header("0480", "00000000 00000000 00000000 14000000") + "04 7f 0e00 0000 3412 aabbccddeeff", "D:"},
	{"slack behind an ACE",
		header("0480", "00000000 00000000 00000000 14000000") + "02 00 2000 0100 0000 00 02 1400 10000000" + worldBytes + "00000000", "D:(A;CI;RP;;;WD)"},
	{"AceSize larger than the SID needs",
		header("0480", "00000000 00000000 00000000 14000000") + "02 00 2000 0100 0000 00 02 1800 10000000" + worldBytes + "01020304", "D:(A;CI;RP;;;WD)"},
	{"types that are not understood",
		header("0480", "00000000 00000000 00000000 14000000") + "02 00 1400 0200 0000 16 00 0800 01020304 20 00 0400", "D:(0x16;;#01020304)(0x20;;#)"},
}

func TestLayouts(t *testing.T) {
	for _, c := range layouts {
		b := unhex(t, c.bytes)
		d, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if out := marshal(t, d); !bytes.Equal(out, b) {
			t.Errorf("%s:\n was %x\n  is %x", c.name, b, out)
		}
		if out := marshal(t, d.Clone()); !bytes.Equal(out, b) {
			t.Errorf("%s: the clone is %x", c.name, out)
		}
		if d.SDDL() != c.sddl {
			t.Errorf("%s is printed as %s, want %s", c.name, d.SDDL(), c.sddl)
		}
	}
}

func TestKindsOfDACL(t *testing.T) {
	for _, c := range []struct {
		sddl                 string
		has, null, protected bool
	}{
		{"O:BA", false, false, false},
		{"D:NO_ACCESS_CONTROL", false, true, false},
		{"D:", true, false, false},
		{"D:P", true, false, true},
		{"D:PAI(A;;RP;;;WD)", true, false, true},
	} {
		d, err := ParseSDDL(c.sddl, DomainSIDs{})
		if err != nil {
			t.Fatal(err)
		}
		if d.HasDACL() != c.has || d.NullDACL() != c.null || d.Protected() != c.protected {
			t.Errorf("%s: has %v, NULL %v, protected %v", c.sddl, d.HasDACL(), d.NullDACL(), d.Protected())
		}
	}
}

func TestMalformedDescriptors(t *testing.T) {
	none := "00000000"
	for _, c := range []struct {
		name, bytes string
		offset      int
		says        string
	}{
		{"empty", "", 0, "0 bytes are too few"},
		{"header cut", header("0080", none+none+none+"000000"), 19, "too few"},
		{"revision", "02 00 0080" + none + none + none + none, 0, "revision 2"},
		{"absolute", header("0000", none+none+none+none), 2, "not self-relative"},
		{"owner in the header", header("0080", "13000000"+none+none+none) + adminsBytes, 4, "owner at byte 4: its offset 19 lies outside"},
		{"group at the end", header("0080", none+"24000000"+none+none) + adminsBytes, 8, "group at byte 8: its offset 36"},
		{"SACL far away", header("1080", none+none+"ffffffff"+none), 12, "SACL at byte 12"},
		{"owner cut", header("0080", "14000000"+none+none+none) + "0105000000000005", 28, "owner: SID at byte 28: ends early"},
		{"owner of a revision", header("0080", "14000000"+none+none+none) + "0901000000000005 00000000", 20, "revision 9"},
		{"group with 16", header("0080", none+"14000000"+none+none) + "0110000000000005 00000000", 21, "16 sub-authorities"},
		{"group starts in owner", header("0080", "14000000 18000000"+none+none) + "01 02 0000 01 01 000000000005 01000000 01000000", 24, "group at byte 24: it overlaps another part"},
		{"DACL in SACL", header("1480", none+none+"14000000 14000000") + emptyACL, 20, "overlaps another part"},
		{"owner in DACL", header("0480", "1c000000"+none+none+"14000000") + oneACE, 28, "revision 0"},
		{"ACL header cut", header("0480", none+none+none+"14000000") + "02000800 0000", 20, "DACL at byte 20: its header runs past the end"},
		{"AclSize too large", header("0480", none+none+none+"14000000") + "02000900 0000 0000", 22, "AclSize 9 does not fit: 8 to 8"},
		{"AclSize too small", header("0480", none+none+none+"14000000") + "02000700 0000 0000", 22, "AclSize 7 does not fit"},
		{"AceCount too large", header("0480", none+none+none+"14000000") + "02000800 ffff 0000", 24, "65535 ACEs cannot fit"},
		{"ACE runs past the ACL", header("0480", none+none+none+"14000000") + "02001000 0100 0000 00001400 10000000" + worldBytes, 30, "DACL: ACE 0 at byte 30: AceSize 20 does not fit: 4 to 8"},
		{"second ACE of the SACL", header("1080", none+none+"14000000"+none) + "02002400 0200 0000 00001400 10000000" + worldBytes + "00000800 00000000", 56, "SACL: ACE 1: SID at byte 56"},
		{"ACEs fewer than said", header("0480", none+none+none+"14000000") + "02002000 0200 0000 00001800 10000000" + worldBytes + "00000000", 52, "DACL: ACE 1 at byte 52: its header runs past the ACL"},
	} {
		_, err := Parse(unhex(t, c.bytes))
		if err == nil {
			t.Errorf("%s is accepted", c.name)
			continue
		}
		mustBlame(t, c.name, err, c.offset, c.says)
	}
}

// Each cut of a good descriptor gives an error or a descriptor, never a panic.
func TestCutDescriptors(t *testing.T) {
	whole := domainRootBytes(t)
	for n := range whole {
		if d, err := Parse(whole[:n]); err == nil && !bytes.Equal(marshal(t, d), whole[:n]) {
			t.Errorf("the first %d bytes come back changed", n)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	big := ACE{Type: 0x20, Data: strings.Repeat("x", 65532)}
	half := ACE{Type: 0x20, Data: strings.Repeat("x", 40000)}
	for _, c := range []struct {
		d    Descriptor
		says string
	}{
		{Descriptor{DACL: NewACL(big)}, "ACE 0 of the DACL has 65536 bytes"},
		{Descriptor{SACL: NewACL(half, half)}, "the SACL has 80016 bytes"},
		{Descriptor{DACL: NewACL(ACE{Mask: ReadProperty})}, "ACE 0 of the DACL has no trustee"},
	} {
		if b, err := c.d.Marshal(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %d bytes, %v; want an error that says %q", len(b), err, c.says)
		}
	}
}

// What was made by hand comes as AD lays it out, and can be read.
func TestMarshalOfNewDescriptor(t *testing.T) {
	d := &Descriptor{Control: DACLPresent | SACLPresent, Owner: MustSID(admins), Group: MustSID("S-1-5-18"),
		SACL: NewACL(), DACL: NewACL(Allow(MustSID(everyone), ReadProperty, ContainerInherit, GUID{}, GUID{}))}
	if b := marshal(t, d); !bytes.Equal(b, unhex(t, layouts[1].bytes)) {
		t.Errorf("got %x", b)
	}
}

// A descriptor that was read keeps its layout where a part of it changes.
func TestMarshalOfChangedDescriptor(t *testing.T) {
	d, err := Parse(unhex(t, layouts[4].bytes)) // owner and group share a SID
	if err != nil {
		t.Fatal(err)
	}
	d.Group = MustSID("S-1-5-18")
	want := header("0480", "14000000 2c000000 00000000 24000000") + adminsBytes + emptyACL + systemBytes
	if b := marshal(t, d); !bytes.Equal(b, unhex(t, want)) {
		t.Errorf("got %x, want %x", b, unhex(t, want))
	}
	d.Owner, d.DACL = SID{}, nil
	want = header("0480", "00000000 14000000 00000000 00000000") + systemBytes
	if b := marshal(t, d); !bytes.Equal(b, unhex(t, want)) {
		t.Errorf("got %x, want %x", b, unhex(t, want))
	}
}

func TestDACLOnly(t *testing.T) {
	d, err := ParseSDDL("O:BAG:SYD:PAI(A;CI;RP;;;WD)S:PAI(AU;SA;WP;;;WD)", DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	only := d.DACLOnly()
	want := header("0494", "00000000 00000000 00000000 14000000") + oneACE
	if b := marshal(t, only); !bytes.Equal(b, unhex(t, want)) {
		t.Errorf("got %x, want %x", b, unhex(t, want))
	}
	only.DACL.ACEs[0].Mask = 0
	if d.DACL.ACEs[0].Mask != ReadProperty {
		t.Error("the DACL is shared with the original")
	}
}

func TestCloneSharesNothing(t *testing.T) {
	d, err := Parse(domainRootBytes(t))
	if err != nil {
		t.Fatal(err)
	}
	before := d.SDDL()
	c := d.Clone()
	c.DACL.ACEs[0].Mask, c.SACL.ACEs[0].Mask, c.Owner = 0, 0, SID{}
	if d.SDDL() != before {
		t.Error("the original changed with its clone")
	}
	if (*ACL)(nil).Clone() != nil || (*ACL)(nil).Explicit() != nil {
		t.Error("no ACL has a clone or ACEs")
	}
}

func TestExplicit(t *testing.T) {
	d, err := ParseSDDL("D:(A;;RP;;;WD)(A;ID;WP;;;WD)(A;CI;LC;;;WD)", DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	explicit := d.DACL.Explicit()
	if len(explicit) != 2 || explicit[0].Mask != ReadProperty || explicit[1].Mask != ListChildren {
		t.Errorf("got %+v", explicit)
	}
}

func TestParseSharesNoMemory(t *testing.T) {
	b := domainRootBytes(t)
	d, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	before := d.SDDL()
	clear(b)
	if d.SDDL() != before {
		t.Error("the descriptor changed with the bytes it was read from")
	}
}

func TestMapGeneric(t *testing.T) {
	for _, c := range []struct{ in, want AccessMask }{
		{GenericRead, 0x20094},
		{GenericWrite, 0x20028},
		{GenericExecute, 0x20004},
		{GenericAll, 0xf01ff},
		{GenericRead | CreateChild, 0x20095},
		{Delete, Delete},
	} {
		if got := c.in.MapGeneric(); got != c.want || !got.Has(c.in&0xffff) {
			t.Errorf("%#x maps to %#x, want %#x", uint32(c.in), uint32(got), uint32(c.want))
		}
	}
}

// genACL draws an ACL, or none.
func genACL() *rapid.Generator[*ACL] {
	return rapid.Custom(func(t *rapid.T) *ACL {
		if !rapid.Bool().Draw(t, "is there") {
			return nil
		}
		return &ACL{
			Revision: rapid.Byte().Draw(t, "revision"),
			Sbz1:     rapid.Byte().Draw(t, "sbz1"),
			Sbz2:     rapid.Uint16().Draw(t, "sbz2"),
			ACEs:     rapid.SliceOfN(genACE(), 0, 5).Draw(t, "aces"),
			Slack:    string(rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "slack")),
		}
	})
}

// What Marshal writes Parse reads, field for field.
func TestDescriptorProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &Descriptor{
			Revision:  descriptorRevision,
			RMControl: rapid.Byte().Draw(t, "RM control"),
			Control:   Control(rapid.Uint16().Draw(t, "control")) | SelfRelative,
			SACL:      genACL().Draw(t, "SACL"),
			DACL:      genACL().Draw(t, "DACL"),
		}
		if rapid.Bool().Draw(t, "has an owner") {
			d.Owner = genSID().Draw(t, "owner")
		}
		if rapid.Bool().Draw(t, "has a group") {
			d.Group = genSID().Draw(t, "group")
		}
		b, err := d.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		same := []cmp.Option{cmp.AllowUnexported(SID{}), cmpopts.IgnoreUnexported(Descriptor{}), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(d, again, same...); diff != "" {
			t.Fatal(diff)
		}
		if out, err := again.Marshal(); err != nil || !bytes.Equal(out, b) {
			t.Fatalf("%v: was %x, is %x", err, b, out)
		}
	})
}
