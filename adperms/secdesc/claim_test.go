package secdesc

import (
	"encoding/binary"
	"strings"
	"testing"
)

// claimOf lays a claim out as Windows does (MS-DTYP 2.4.10.1).
func claimOf(name string, valueType uint16, flags uint32, values ...string) string {
	at := 16 + 4*len(values)
	b := binary.LittleEndian.AppendUint32(nil, uint32(at))
	b = binary.LittleEndian.AppendUint16(b, valueType)
	b = append(b, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
	body := utf16le(name) + "\x00\x00"
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(at+len(body)))
		body += v
	}
	return string(padded(append(b, body...)))
}

func qword(v uint64) string { return string(binary.LittleEndian.AppendUint64(nil, v)) }
func wide(s string) string  { return utf16le(s) + "\x00\x00" }
func blob(s string) string {
	return string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

// claims are texts, their bytes, and the text that is printed ("": the same).
var claims = []struct{ text, data, printed string }{
	{`("colour",TS,0x0,"blue")`,
		"\x14\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x22\x00\x00\x00" +
			"c\x00o\x00l\x00o\x00u\x00r\x00\x00\x00b\x00l\x00u\x00e\x00\x00\x00", ""},
	{`("colOIr",TU,0xe,29925)`, // values are not aligned; two bytes of padding
		"\x14\x00\x00\x00\x02\x00\x00\x00\x0e\x00\x00\x00\x01\x00\x00\x00\x22\x00\x00\x00" +
			"c\x00o\x00l\x00O\x00I\x00r\x00\x00\x00\xe5\x74\x00\x00\x00\x00\x00\x00\x00\x00", ""},
	{` ( "colour" , ts , 0 , "blue" , "red" ) `, claimOf("colour", 3, 0, wide("blue"), wide("red")), `("colour",TS,0x0,"blue","red")`},
	{`("n",TI,0x0,1,-1)`, claimOf("n", 1, 0, qword(1), qword(1<<64-1)), ""},
	{`("n",TI,0x0,-9223372036854775808)`, claimOf("n", 1, 0, qword(1<<63)), ""},
	{`("n",TI,0x0,0x10,010,+7)`, claimOf("n", 1, 0, qword(16), qword(8), qword(7)), `("n",TI,0x0,16,8,7)`},
	{`("n",TU,0x0,18446744073709551615)`, claimOf("n", 2, 0, qword(1<<64-1)), ""},
	{`("n",TB,0x10020,0,1)`, claimOf("n", 6, 0x10020, qword(0), qword(1)), ""},
	{`("n",TD,0x0,BA,S-1-5-21-1-2-3-512)`, claimOf("n", 5, 0, blob(MustSID(admins).raw), blob(MustSID("S-1-5-21-1-2-3-512").raw)), ""},
	{`("n",TX,0x0,#0077,#)`, claimOf("n", 16, 0, blob("\x00\x77"), blob("")), ""},
	{`("n",TX,0,0077,#1#2##)`, claimOf("n", 16, 0, blob("\x00\x77"), blob("\x01\x02\x00")), `("n",TX,0x0,#0077,#010200)`},
	{`("n",TI,0x0)`, claimOf("n", 1, 0), ""},
	{`("a%0020b%0022",TS,0x0,"")`, claimOf(`a b"`, 3, 0, wide("")), ""},
	{`("a b;c(d",TS,0x0,"x;y)(z")`, claimOf("a b;c(d", 3, 0, wide("x;y)(z")), `("a%0020b;c%0028d",TS,0x0,"x;y)(z")`},
	{`("ключ😀",TS,0x0,"значение")`, claimOf("ключ😀", 3, 0, wide("значение")), ""},
}

func TestClaims(t *testing.T) {
	for _, c := range claims {
		data, err := DomainSIDs{}.parseClaim(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if data != c.data {
			t.Errorf("%s:\n got %x\nwant %x", c.text, data, c.data)
		}
		want := c.printed
		if want == "" {
			want = c.text
		}
		if text, ok := claimText(c.data); !ok || text != want {
			t.Errorf("%s is printed as %s, %v", want, text, ok)
		}
	}
}

// change gives data with the bytes at a place replaced.
func change(data string, at int, to string) string {
	return data[:at] + to + data[at+len(to):]
}

func TestClaimWithoutText(t *testing.T) {
	good := claimOf("name", 3, 0, wide("value"))
	one := claimOf("n", 1, 0, qword(1))
	for name, data := range map[string]string{
		"empty":                          "",
		"header cut":                     good[:15],
		"offsets cut":                    good[:18],
		"name cut":                       good[:24],
		"value cut":                      good[:32],
		"integer cut":                    one[:28],
		"padding cut":                    one[:30],
		"unused bytes behind":            good + "\x00\x00\x00\x00",
		"type 4, a fully qualified name": change(good, 4, "\x04"),
		"type 0":                         change(good, 4, "\x00"),
		"reserved field used":            change(good, 6, "\x01"),
		"count past the end":             change(good, 12, "\xff\xff\xff\xff"),
		"count of a million":             change(good, 12, "\x40\x42\x0f\x00"),
		"name elsewhere":                 change(good, 0, "\x16"),
		"name far away":                  change(good, 0, "\xff\xff\xff\xff"),
		"value elsewhere":                change(good, 16, "\x14"),
		"value far away":                 change(good, 16, "\xff\xff\xff\xff"),
		"no name":                        claimOf("", 1, 0, qword(1)),
		"a boolean that is 2":            claimOf("n", 6, 0, qword(2)),
		"quotation mark in a value":      claimOf("n", 3, 0, wide(`a"b`)),
		"SID as text":                    claimOf("n", 5, 0, blob("S-1-5-32-544")),
		"SID with a tail":                claimOf("n", 5, 0, blob(MustSID(admins).raw+"\x00")),
		"octets cut":                     change(claimOf("n", 16, 0, blob("ab")), 24, "\xff\xff\xff\xff"),
		"length of octets cut":           claimOf("n", 16, 0, "ab")[:26],
	} {
		if text, ok := claimText(data); ok {
			t.Errorf("%s has the text %s", name, text)
		}
	}
}

func TestMalformedClaims(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		says   string
	}{
		{``, 0, `"(" is expected`},
		{`"n",TI,0,1`, 0, `"(" is expected`},
		{`(n,TI,0,1)`, 1, "is expected"},
		{`("",TI,0,1)`, 2, "name of an attribute"},
		{`("n,TI,0,1)`, 11, "is expected"},
		{`("n%00",TI,0,1)`, 3, "four hexadecimal digits"},
		{`("n%0000",TI,0,1)`, 8, "NUL"},
		{`("n" TI,0,1)`, 5, `"," is expected`},
		{`("n",TQ,0,1)`, 5, "none of the types"},
		{`("n",TI 0,1)`, 8, `"," is expected`},
		{`("n",TI,,1)`, 8, "flags of a claim"},
		{`("n",TI,0x100000000,1)`, 8, "flags of a claim"},
		{`("n",TI,-1,1)`, 8, "flags of a claim"},
		{`("n",TI,0,)`, 10, "integer of 64 bits"},
		{`("n",TI,0,1 2)`, 12, `"," is expected`},
		{`("n",TI,0,9223372036854775808)`, 10, "does not fit the type TI"},
		{`("n",TI,0,0xffffffffffffffff)`, 10, "does not fit the type TI"},
		{`("n",TU,0,-1)`, 10, "does not fit the type TU"},
		{`("n",TB,0,2)`, 10, "does not fit the type TB"},
		{`("n",TB,0,0,-1)`, 12, "does not fit the type TB"},
		{`("n",TI,0,"1")`, 10, "integer of 64 bits"},
		{`("n",TS,0,1)`, 10, "is expected"},
		{`("n",TS,0,"1)`, 11, "no closing quotation mark"},
		{`("n",TD,0,zorro)`, 10, "no SID and no name"},
		{`("n",TD,0,SID(BA))`, 12, `"," is expected`}, // SI is a name: without SID()
		{`("n",TD,0,DA)`, 10, "needs a domain"},
		{`("n",TX,0,#0g)`, 12, `"," is expected`},
		{`("n",TI,0,1`, 11, `"," is expected`},
		{`("n",TI,0,1)x`, 12, "more than one claim"},
	} {
		_, err := DomainSIDs{}.parseClaim(c.text)
		mustBlame(t, c.text, err, c.offset, c.says)
	}
}

func TestClaimLimits(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 1<<20) }
	for _, text := range []string{
		`("` + many("x") + `",TI,0,1)`,
		`("n",TI,0` + many(",1") + `)`,
		`("n",TS,0,"` + many("x") + `")`,
		`("n",TS,0` + strings.Repeat(`,"xxxxxxxx"`, 3200) + `)`,
		`("n",TX,0,#` + many("00") + `)`,
		`("n",TS,0,"` + strings.Repeat("x", 32764) + `")`,
	} {
		_, err := DomainSIDs{}.parseClaim(text)
		if err == nil || len(err.Error()) > 500 {
			t.Errorf("%.40s: got %.100v, want a short error", text, err)
		}
	}
}
