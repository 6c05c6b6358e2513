package secdesc

import (
	"strings"
	"testing"
)

var testNames = DomainSIDs{Domain: MustSID("S-1-5-21-1-2-3"), Forest: MustSID("S-1-5-21-7-8-9")}

// sddlForms are texts, how they are printed ("": the same), and why Samba 4.17
// refuses them or reads them otherwise ("": it agrees). On these Windows is
// right (MS-DTYP 2.5.1.1).
var sddlForms = []struct{ text, printed, samba string }{
	{"", "", ""},
	{"O:BAG:SY", "", ""},
	{"O:S-1-5-21-1-2-3-512G:S-1-5-21-1-2-3-513D:P", "", ""},
	{"D:S:", "", ""},
	{"D:PS:", "", "takes the S for a flag"},
	{"D:PARAI(A;;GA;;;SY)", "", ""},
	{"D:NO_ACCESS_CONTROL", "", "does not know the word"},
	{"D:PAINO_ACCESS_CONTROL", "", "does not know the word"},
	{"S:(AU;SA;CR;;;WD)(AU;FA;CR;;;WD)", "", ""},
	{"D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWOGAGXGWGR;;;BA)", "", ""},
	{"D:(A;OICINPIOIDCRSAFA;RP;;;BA)", "", "does not know the flag CR"},
	{"D:(OA;;RPWP;00000000-0000-0000-0000-000000000000;;PS)", "", ""},
	{"S:(ML;;NWNRNX;;;ME)(SP;;;;;S-1-17-1)(TL;;RC;;;S-1-19-512-4096)", "", "does not know ML, SP and TL"},
	{"S:(RA;;;;;WD;(\"n\",TI,0x0,7))(FL;;WP;;;WD;(@User.a))(XU;SA;RP;;;WD;(@User.a))", "", "does not know FL"},

	// Order of the components, of flags and of rights.
	{"S:D:P", "D:PS:", ""},
	{"S:(AU;SA;CR;;;WD)G:SYO:BAD:", "O:BAG:SYD:S:(AU;SA;CR;;;WD)", ""},
	{"D:AIPAR(A;;GA;;;SY)", "D:PARAI(A;;GA;;;SY)", ""},
	{"D:PPPP", "D:P", ""},
	{"D:NO_ACCESS_CONTROLPAI", "D:PAINO_ACCESS_CONTROL", "does not know the word"},
	{"D:(A;IOCI;WPRP;;;SY)", "D:(A;CIIO;RPWP;;;SY)", ""},
	{"D:(A;;GAGA;;;SY)", "D:(A;;GA;;;SY)", ""},

	// Lower case.
	{"O:baG:syD:pai(a;ci;rpwp;;;wd)(oa;;cr;00299570-246D-11D0-A768-00AA006E0529;;s-1-5-32-544)", "O:BAG:SYD:PAI(A;CI;RPWP;;;WD)(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;BA)", "does not take lower case"},
	{"D:(xa;;rp;;;wd;(member_of sid(ba)))", "D:(XA;;RP;;;WD;(Member_of SID(BA)))", "does not take lower case"},
	{"D:no_access_control", "D:NO_ACCESS_CONTROL", "does not take lower case"},

	// Spaces.
	{"  O: BA  G:SY \n D: AI (A;;GA;;; SY)\t( A ; CI ; GA ; ; ; SY )\r\n S: ", "O:BAG:SYD:AI(A;;GA;;;SY)(A;CI;GA;;;SY)S:", "does not take spaces"},
	{"D:(A;;RP LCLO  RC;;;AU)", "D:(A;;LCRPLORC;;;AU)", "stops at a space"},
	{"D:(XA;;RP;;;WD; (@User.a))", "D:(XA;;RP;;;WD;(@User.a))", "reads conditions since 4.20"},

	// Numbers.
	{"D:(A;;0;;;BA)", "D:(A;;;;;BA)", ""},
	{"D:(A;;16;;;BA)(A;;020;;;BA)(A;;0X10;;;BA)", "D:(A;;RP;;;BA)(A;;RP;;;BA)(A;;RP;;;BA)", "takes numbers with 0x only"},
	{"D:(A;;0xffffffff;;;BA)", "", ""},
	{"D:(A;;123456789;;;BA)", "D:(A;;0x75bcd15;;;BA)", "takes numbers with 0x only"},
	{"D:(A;0x0B;RP;;;BA)(A;0Xff;RP;;;BA)", "D:(A;OICIIO;RP;;;BA)(A;OICINPIOIDCRSAFA;RP;;;BA)", "takes numbers for no flags"},
	{"S:(FL;TP;RP;;;WD;(@User.a))", "S:(FL;SA;RP;;;WD;(@User.a))", "does not know FL"},
	{"O:S-1-2-0x200D:(A;;GA;;;S-1-5-0x20-544)", "O:S-1-2-512D:(A;;GA;;;BA)", "takes decimal numbers in a SID only"},
	{"D:(A;;FAFRFWFX;;;BA)", "D:(A;;0x1f01ff;;;BA)", "takes FA for 0x1201ff; it is 0x1f01ff on Windows"},
	{"D:(A;;KA;;;BA)(A;;KRKWKX;;;BA)", "D:(A;;CCDCLCSWRPWPSDRCWDWO;;;BA)(A;;CCDCLCSWRPRC;;;BA)", "does not know the rights of registry keys"},

	// Braces around a GUID; raw ACEs that have words.
	{"D:(OA;;CR;{00299570-246d-11d0-a768-00aa006e0529};;WD)", "D:(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;WD)", ""},
	{"D:(0x00;CI;#10000000010100000000000100000000)", "D:(A;CI;RP;;;WD)", "an extension of this package"},
	{"D:(0X20;;#0A0b0c0D)", "D:(0x20;;#0a0b0c0d)", "an extension of this package"},

	// Relative names: of the domain, of the forest's root.
	{"O:DAG:DU", "O:S-1-5-21-1-2-3-512G:S-1-5-21-1-2-3-513", ""},
	{"O:EAG:SA", "O:S-1-5-21-7-8-9-519G:S-1-5-21-7-8-9-518", ""},
	{"O:ROG:EK", "O:S-1-5-21-7-8-9-498G:S-1-5-21-7-8-9-527", ""},
}

func TestSDDL(t *testing.T) {
	for _, c := range sddlForms {
		want := c.printed
		if want == "" {
			want = c.text
		}
		d, err := ParseSDDL(c.text, testNames)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if d.SDDL() != want {
			t.Errorf("%s\n is printed as %s\n       want %s", c.text, d.SDDL(), want)
		}
		again, err := ParseSDDL(d.SDDL(), DomainSIDs{})
		if err != nil || string(marshal(t, again)) != string(marshal(t, d)) {
			t.Errorf("%s reads again as %+v, %v", d.SDDL(), again, err)
		}
	}
}

func TestForestDefaultsToDomain(t *testing.T) {
	d, err := ParseSDDL("O:EA", DomainSIDs{Domain: testNames.Domain})
	if err != nil || d.Owner != MustSID("S-1-5-21-1-2-3-519") {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestMalformedSDDL(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		says   string
	}{
		{"Z:(A;;GA;;;SY)", 0, "one of O:, G:, D:, S:"},
		{"d:(A;;GA;;;SY)", 0, "one of O:, G:, D:, S:"},
		{"D :S:", 0, "one of O:, G:, D:, S:"},
		{"O", 0, "one of O:, G:, D:, S:"},
		{"O:BAO:BA", 4, "O: stands there twice"},
		{"D:D:", 2, "D: stands there twice"},
		{"O:", 2, "a SID is expected"},
		{"O:S", 2, "a SID is expected"},
		{"O:XX", 2, `"XX" is no SID`},
		{"O:S-1", 2, "must look like"},
		{"O:S-1-", 2, "authority"},
		{"O:BABA", 4, "one of O:, G:, D:, S:"},
		{"D:P:S:", 3, `":" is not a flag`},
		{"D:Q(A;;GA;;;SY)", 2, `"Q" is not a flag`},
		{"D:((A;;GA;;;SY))", 3, `"(A" is not a type`},
		{"D:(A;;GA;;;SY)x", 14, "one of O:, G:, D:, S:"},
		{"D:NO_ACCESS_CONTROL(A;;GA;;;SY)", 31, "exclude each other"},
		{"D:(A;;GA;;;SY", 2, "no closing parenthesis"},
		{`D:(XA;;GA;;;SY;(@User.a == "))`, 2, "no closing parenthesis"},
		{"D:(A;;GA;;)", 2, "six fields or seven, not 5"},
		{"D:()", 2, "not 1"},
		{"D:(;;;;;)", 3, `"" is not a type of ACE`},
		{"D:(Antlers;;GA;;;SY)", 3, `"Antlers" is not a type`},
		{"D:(A;CIX;GA;;;SY)", 5, `"CIX" are not the flags`},
		{"D:(A;0x100;GA;;;SY)", 5, "are not the flags"},
		{"D:(A;3;GA;;;SY)", 5, "are not the flags"},
		{"D:(A;; GAX;;;SY)", 7, `"GAX" are not rights`},
		{"D:(A;;R P;;;SY)", 6, "are not rights"},
		{"D:(A;;0x;;;SY)", 6, "is not an access mask"},
		{"D:(A;;0x 10;;;SY)", 6, "is not an access mask"},
		{"D:(A;;0b11;;;SY)", 6, "is not an access mask"},
		{"D:(A;;1_0;;;SY)", 6, "is not an access mask"},
		{"D:(A;;08;;;SY)", 6, "is not an access mask"},
		{"D:(A;;GA;" + resetPassword + ";;SY)", 9, "type A has no object"},
		{"D:(A;;GA;;" + resetPassword + ";SY)", 10, "type A has no object"},
		{"D:(OA;;GA;123;;SY)", 10, "is not a GUID"},
		{"D:(OA;;GA;;" + resetPassword + "0;SY)", 11, "is not a GUID"},
		{"D:(A;;GA;;;)", 11, "a SID is expected"},
		{"D:(A;;GA;;;ZZ)", 11, `"ZZ" is no SID`},
		{"D:(A;;GA;;;SYX)", 11, `"SYX" is more than a SID`},
		{"D:(A;;GA;;;S-1-5-18x)", 11, "sub-authority"},
		{"D:(A;;GA;;;SY;)", 14, "type A has six fields"},
		{"D:(A;;GA;;;SY)(XA;;GA;;;SY)", 24, "type XA has seven fields"},
		{"D:(XA;;GA;;;SY; (@User.a ==))", 27, "SDDL: condition at byte 27: a value is expected"},
		{`S:(RA;;;;;WD;("n",TI,0,x))`, 23, "SDDL: claim at byte 23: an integer"},
		{"D:(0x;;#00)", 3, "type of ACE in hexadecimal"},
		{"D:(0x100;;#00)", 3, "type of ACE in hexadecimal"},
		{"D:(20;;#00)", 3, "type of ACE in hexadecimal"},
		{"D:(0x20;zz;#00)", 8, "are not the flags"},
		{"D:(0x20;;#0)", 9, "not hexadecimal"},
		{"D:(0x20;;#0g)", 9, "not hexadecimal"},
		{"D:(0x00;;#)", 9, "AceSize 4 is too small"},
		{"D:(0x20;;#00)", 9, "AceSize 5 is not a multiple of 4"},
		{`D:(XA;;GA;;;SY;(@User.a == "` + strings.Repeat("x", 32750) + `"))`, 2, "the ACE has 65540 bytes"},
		{"D:(0x20;;#" + strings.Repeat("00", 65532) + ")", 9, "65,535 are allowed"},
	} {
		d, err := ParseSDDL(c.text, DomainSIDs{})
		if err == nil {
			t.Errorf("%.80s reads as %+v", c.text, d)
			continue
		}
		mustBlame(t, c.text, err, c.offset, c.says)
	}
}

func TestRelativeNamesNeedADomain(t *testing.T) {
	_, err := ParseSDDL("D:(A;;GA;;;DA)", DomainSIDs{})
	mustBlame(t, "no domain", err, 11, "needs a domain")
	full := DomainSIDs{Domain: MustSID("S-1-5" + strings.Repeat("-1", 15))}
	_, err = ParseSDDL("O:DA", full)
	mustBlame(t, "a full domain", err, 2, "cannot have accounts")
}

// Hostile SDDL of some megabytes ends early, with a short error.
func TestSDDLLimits(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 1<<18) }
	for name, text := range map[string]string{
		"ACEs":            "D:" + many("(A;;GA;;;SY)"),
		"parentheses":     "D:" + many("("),
		"a long type":     "D:(" + many("A") + ";;GA;;;SY)",
		"a long flag":     "D:(A;" + many("x") + ";GA;;;SY)",
		"a long right":    "D:(A;;" + many("x") + ";;;SY)",
		"a long GUID":     "D:(OA;;GA;" + many("x") + ";;SY)",
		"a long SID":      "O:S-1-5" + many("-1"),
		"a long trustee":  "D:(A;;GA;;;SY" + many("x") + ")",
		"a long raw ACE":  "D:(0x20;;#" + many("00") + ")",
		"semicolons":      "D:(" + many(";") + ")",
		"opening quotes":  "D:(XA;;GA;;;SY;(" + many(`"`) + "))",
		"flags of an ACL": "D:" + many("x"),
	} {
		_, err := ParseSDDL(text, DomainSIDs{})
		if err == nil || len(err.Error()) > 500 {
			t.Errorf("%s: got %.200v, want a short error", name, err)
		}
	}
}

// No two names may stand for one SID: which of them is printed would be chance.
func TestNamesAreOneToOne(t *testing.T) {
	if len(wellKnownNames) != len(wellKnown) {
		t.Errorf("%d names stand for %d SIDs", len(wellKnown), len(wellKnownNames))
	}
	for _, rids := range []map[string]uint32{domainRIDs, forestRIDs} {
		for name := range rids {
			if _, twice := wellKnown[name]; twice {
				t.Errorf("%s has two meanings", name)
			}
		}
	}
	for name := range domainRIDs {
		if _, twice := forestRIDs[name]; twice {
			t.Errorf("%s has two meanings", name)
		}
	}
}
