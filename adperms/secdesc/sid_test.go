package secdesc

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// unhex reads bytes with spaces between them.
func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSID(t *testing.T) {
	for _, c := range []struct{ text, bytes string }{
		{"S-1-0-0", "01 01 000000000000 00000000"},
		{"S-1-1-0", "01 01 000000000001 00000000"},
		{"S-1-5", "01 00 000000000005"},
		{"S-1-5-32-544", "01 02 000000000005 20000000 20020000"},
		{"S-1-5-21-1004336348-1177238915-682003330-512",
			"01 05 000000000005 15000000 dcf4dc3b 833d2b46 828ba628 00020000"},
		{"S-1-4294967295-4294967295", "01 01 0000ffffffff ffffffff"},
		{"S-1-0x000100000000-7", "01 01 000100000000 07000000"},
		{"S-1-0xffffffffffff-7", "01 01 ffffffffffff 07000000"},
		{"S-1-5" + strings.Repeat("-1", 15), "01 0f 000000000005" + strings.Repeat("01000000", 15)},
	} {
		sid, err := SIDFromBytes(unhex(t, c.bytes))
		if err != nil || sid.String() != c.text {
			t.Errorf("%s is printed as %s, %v; want %s", c.bytes, sid, err, c.text)
		}
		parsed, err := ParseSID(c.text)
		if err != nil || parsed != sid || !bytes.Equal(parsed.Bytes(), unhex(t, c.bytes)) {
			t.Errorf("%s is %x, %v; want %s", c.text, parsed.Bytes(), err, c.bytes)
		}
	}
}

func TestSIDOtherSpellings(t *testing.T) {
	for text, want := range map[string]string{
		"s-1-1-0":               "S-1-1-0",
		"S-1-0x5-0x20-0x220":    "S-1-5-32-544",
		"S-1-0X5-32-0X220":      "S-1-5-32-544",
		"S-1-0x500000000-32-1":  "S-1-0x000500000000-32-1",
		"S-1-0x12A05F200-30-40": "S-1-0x00012a05f200-30-40",
		"S-1-5000000000-30-40":  "S-1-0x00012a05f200-30-40",
		"S-1-005-0032-0544":     "S-1-5-32-544",
	} {
		if sid, err := ParseSID(text); err != nil || sid.String() != want {
			t.Errorf("%s is %s, %v; want %s", text, sid, err, want)
		}
	}
}

func TestMalformedSIDs(t *testing.T) {
	for text, says := range map[string]string{
		"":                                 "is not a SID",
		"S":                                "is not a SID",
		"S-1":                              "must look like",
		"X-1-5":                            "must look like",
		"S-2-5":                            "revision",
		"S-1-":                             "authority",
		"S-1-x":                            "authority",
		"S-1-0x":                           "authority",
		"S-1-+5":                           "authority",
		"S-1-0x1000000000000":              "48 bits",
		"S-1-5-":                           "sub-authority",
		"S-1-5--1":                         "sub-authority",
		"S-1-5-4294967296":                 "32 bits",
		"S-1-5-1_0":                        "32 bits",
		"S-1-5 -32":                        "authority",
		"S-1-5" + strings.Repeat("-1", 16): "16 sub-authorities",
	} {
		if sid, err := ParseSID(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %s, %v; want an error that says %q", text, sid, err, says)
		}
	}
	if _, err := ParseSID("S-1-5" + strings.Repeat("-1", 1<<20)); err == nil || len(err.Error()) > 300 {
		t.Errorf("a SID of 2 MB: %.100v", err)
	}
}

func TestMalformedSIDBytes(t *testing.T) {
	for _, c := range []struct {
		bytes  string
		offset int
		says   string
	}{
		{"", 0, "too few"},
		{"01 00 0000000000", 0, "too few"},
		{"02 01 000000000005 20000000", 0, "revision 2"},
		{"01 10 000000000005" + strings.Repeat("01000000", 16), 1, "16 sub-authorities"},
		{"01 02 000000000005 20000000 2002", 14, "ends early"},
		{"01 01 000000000001 00000000 00", 12, "1 bytes behind"},
	} {
		_, err := SIDFromBytes(unhex(t, c.bytes))
		mustBlame(t, c.bytes, err, c.offset, c.says)
	}
}

func TestSIDFamily(t *testing.T) {
	domain := MustSID("S-1-5-21-1-2-3")
	user := domain.Child(1104)
	if user != MustSID("S-1-5-21-1-2-3-1104") || user.RID() != 1104 || user.Domain() != domain {
		t.Errorf("child %s, RID %d, domain %s", user, user.RID(), user.Domain())
	}
	if !domain.IsAccountDomain() || user.IsAccountDomain() || MustSID("S-1-5-32-544").IsAccountDomain() {
		t.Error("IsAccountDomain is true for a domain alone")
	}
	none := SID{}
	full := MustSID("S-1-5" + strings.Repeat("-1", 15))
	for name, sid := range map[string]SID{
		"child of none": none.Child(1), "child of a full SID": full.Child(1), "domain of none": none.Domain(), "domain of S-1-5": MustSID("S-1-5").Domain(),
	} {
		if !sid.IsZero() {
			t.Errorf("%s is %s", name, sid)
		}
	}
	if none.String() != "" || none.Bytes() != nil || none.RID() != 0 || MustSID("S-1-5").RID() != 0 || none.IsAccountDomain() {
		t.Error("no SID has parts")
	}
}

func TestMustPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"MustSID":  func() { MustSID("S-1") },
		"MustGUID": func() { MustGUID("x") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
}

// genSID draws a SID; String and ParseSID, Bytes and SIDFromBytes must agree.
func genSID() *rapid.Generator[SID] {
	return rapid.Custom(func(t *rapid.T) SID {
		authority := rapid.OneOf(rapid.Uint64Range(0, 20), rapid.Uint64Range(0, 1<<48-1)).Draw(t, "authority")
		return newSID(authority, rapid.SliceOfN(rapid.Uint32(), 0, sidMaxSubs).Draw(t, "subs")...)
	})
}

func TestSIDProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sid := genSID().Draw(t, "sid")
		if again, err := ParseSID(sid.String()); err != nil || again != sid {
			t.Fatalf("%s reads as %s, %v", sid, again, err)
		}
		if again, err := SIDFromBytes(sid.Bytes()); err != nil || again != sid {
			t.Fatalf("%x reads as %s, %v", sid.Bytes(), again, err)
		}
		var again SID
		if b, err := json.Marshal(sid); err != nil || json.Unmarshal(b, &again) != nil || again != sid {
			t.Fatalf("%s in JSON reads as %s, %v", sid, again, err)
		}
		rid := rapid.Uint32().Draw(t, "rid")
		if child := sid.Child(rid); !child.IsZero() && (child.Domain() != sid || child.RID() != rid) {
			t.Fatalf("%s is no child of %s", child, sid)
		}
	})
	var none SID
	if err := json.Unmarshal([]byte(`""`), &none); err != nil || !none.IsZero() {
		t.Errorf("the empty text is %s, %v", none, err)
	}
}
