package secdesc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

// The tokens of MS-DTYP 2.4.4.17, put together by hand.

func counted32(code byte, data string) string {
	b := binary.LittleEndian.AppendUint32([]byte{code}, uint32(len(data)))
	return string(b) + data
}

func utf16le(s string) string { return string(appendUnits(nil, utf16.Encode([]rune(s)))) }

func localAttr(name string) string    { return counted32(0xf8, utf16le(name)) }
func userAttr(name string) string     { return counted32(0xf9, utf16le(name)) }
func resourceAttr(name string) string { return counted32(0xfa, utf16le(name)) }
func deviceAttr(name string) string   { return counted32(0xfb, utf16le(name)) }
func str(s string) string             { return counted32(0x10, utf16le(s)) }
func octets(s string) string          { return counted32(0x18, s) }
func list(values ...string) string    { return counted32(0x50, strings.Join(values, "")) }
func sidLiteral(s string) string      { return counted32(0x51, MustSID(s).raw) }

func num(v int64, sign, base byte) string {
	return "\x04" + string(binary.LittleEndian.AppendUint64(nil, uint64(v))) + string([]byte{sign, base})
}

// artx puts an expression together as Windows does.
func artx(tokens ...string) string { return string(padded([]byte("artx" + strings.Join(tokens, "")))) }

const (
	everyone = "S-1-1-0"
	admins   = "S-1-5-32-544"
	guests   = "S-1-5-32-546"
)

// conditions are texts, their bytes, and the text that is printed ("": the same).
var conditions = []struct{ text, data, printed string }{
	// Relations, and the padding behind them: two bytes, none.
	{`(@User.Title == "PM")`, "artx" + userAttr("Title") + str("PM") + "\x80\x00\x00\x00", ""},
	{`(@User.Title=="PM")`, artx(userAttr("Title"), str("PM"), "\x80"), `(@User.Title == "PM")`},
	{`(@User.a == @User.b)`, "artx" + userAttr("a") + userAttr("b") + "\x80\x00", ""},
	{`(@User.Title != "PM")`, artx(userAttr("Title"), str("PM"), "\x81"), ""},
	{`(@Device.legs < 1)`, artx(deviceAttr("legs"), num(1, 3, 2), "\x82"), ""},
	{`(@Device.legs <= 1)`, artx(deviceAttr("legs"), num(1, 3, 2), "\x83"), ""},
	{`(@Device.legs > 1)`, artx(deviceAttr("legs"), num(1, 3, 2), "\x84"), ""},
	{`(@Device.legs >= 1)`, artx(deviceAttr("legs"), num(1, 3, 2), "\x85"), ""},
	{`(@User.Project Contains @Resource.Project)`, artx(userAttr("Project"), resourceAttr("Project"), "\x86"), ""},
	{`(@User.Project Any_of {1, 2})`, artx(userAttr("Project"), list(num(1, 3, 2), num(2, 3, 2)), "\x88"), ""},
	{`(@User.Project Not_Contains "x")`, artx(userAttr("Project"), str("x"), "\x8e"), ""},
	{`(@USER.Project not_any_OF 1)`, artx(userAttr("Project"), num(1, 3, 2), "\x8f"), `(@User.Project Not_Any_of 1)`},
	{`(x == SID(BA))`, artx(localAttr("x"), sidLiteral(admins), "\x80"), ""},
	{`((x) == SID(BA))`, artx(localAttr("x"), sidLiteral(admins), "\x80"), `(x == SID(BA))`},
	{`(17pq == 3)`, artx(localAttr("17pq"), num(3, 3, 2), "\x80"), ""},

	// Presence and membership.
	{`(Exists hooly)`, artx(localAttr("hooly"), "\x87"), ""},
	{`(not_exists @resource.dept)`, artx(resourceAttr("dept"), "\x8d"), `(Not_Exists @Resource.dept)`},
	{`(Member_of {SID(BA), SID(S-1-77-88-99)})`, artx(list(sidLiteral(admins), sidLiteral("S-1-77-88-99")), "\x89"), ""},
	{`(member_of{sid(BA)})`, artx(list(sidLiteral(admins)), "\x89"), `(Member_of {SID(BA)})`},
	{`(Member_of SID(WD))`, artx(sidLiteral(everyone), "\x89"), ""},
	{`(Member_of((SID(S-1-1-0))))`, artx(sidLiteral(everyone), "\x89"), `(Member_of SID(WD))`},
	{`(Member_of {})`, artx(list(), "\x89"), ""},
	{`(Device_Member_of {SID(BA)})`, artx(list(sidLiteral(admins)), "\x8a"), ""},
	{`(Member_of_any {SID(BA)})`, artx(list(sidLiteral(admins)), "\x8b"), `(Member_of_Any {SID(BA)})`},
	{`(Device_Member_of_Any {SID(BA)})`, artx(list(sidLiteral(admins)), "\x8c"), ""},
	{`(Not_Member_of {SID(BA)})`, artx(list(sidLiteral(admins)), "\x90"), ""},
	{`(Not_Device_Member_of {SID(BA)})`, artx(list(sidLiteral(admins)), "\x91"), ""},
	{`(Not_Member_of_Any {SID(BA)})`, artx(list(sidLiteral(admins)), "\x92"), ""},
	{`(Not_Device_Member_of_Any {SID(BA)})`, artx(list(sidLiteral(admins)), "\x93"), ""},

	// Logic: && before ||, both from the left.
	{`(@User.A && @Device.B && @User.C)`, artx(userAttr("A"), deviceAttr("B"), "\xa0", userAttr("C"), "\xa0"),
		`(((@User.A) && (@Device.B)) && (@User.C))`},
	{`(@User.A || @Device.B && @User.C)`, artx(userAttr("A"), deviceAttr("B"), userAttr("C"), "\xa0\xa1"),
		`((@User.A) || ((@Device.B) && (@User.C)))`},
	{`(@User.A && @Device.B || @User.C)`, artx(userAttr("A"), deviceAttr("B"), "\xa0", userAttr("C"), "\xa1"),
		`(((@User.A) && (@Device.B)) || (@User.C))`},
	{`(@User.A&&(@User.B||@User.C))`, artx(userAttr("A"), userAttr("B"), userAttr("C"), "\xa1\xa0"),
		`((@User.A) && ((@User.B) || (@User.C)))`},
	{`(!(! (Member_of{SID(BG)})))`, artx(list(sidLiteral(guests)), "\x89\xa2\xa2"), `(!(!(Member_of {SID(BG)})))`},
	{`(!@User.a)`, artx(userAttr("a"), "\xa2"), `(!(@User.a))`},
	{`(!@User.a == 1)`, artx(userAttr("a"), num(1, 3, 2), "\x80\xa2"), `(!(@User.a == 1))`},
	{" (\t@Resource.c )\n", artx(resourceAttr("c")), `(@Resource.c)`},

	// Integers keep sign and base; without a sign all 64 bits can be used.
	{`(x == +10)`, artx(localAttr("x"), num(10, 1, 2), "\x80"), ""},
	{`(x == -10)`, artx(localAttr("x"), num(-10, 2, 2), "\x80"), ""},
	{`(x == 0)`, artx(localAttr("x"), num(0, 3, 2), "\x80"), ""},
	{`(x == -0)`, artx(localAttr("x"), num(0, 2, 2), "\x80"), ""},
	{`(x == 00)`, artx(localAttr("x"), num(0, 3, 1), "\x80"), ""},
	{`(x == -017)`, artx(localAttr("x"), num(-15, 2, 1), "\x80"), ""},
	{`(x == 0X1F)`, artx(localAttr("x"), num(31, 3, 3), "\x80"), `(x == 0x1f)`},
	{`(x == 0xffffffffffffffff)`, artx(localAttr("x"), num(-1, 3, 3), "\x80"), ""},
	{`(x == -9223372036854775808)`, artx(localAttr("x"), num(-1<<63, 2, 2), "\x80"), ""},
	{`(x == 0x7fffffffffffffff)`, artx(localAttr("x"), num(1<<63-1, 3, 3), "\x80"), ""},

	// Octets: # is 0, an odd count begins with one.
	{`(x == #01020300)`, artx(localAttr("x"), octets("\x01\x02\x03\x00"), "\x80"), ""},
	{`(x == ##1#2#3##)`, artx(localAttr("x"), octets("\x01\x02\x03\x00"), "\x80"), `(x == #01020300)`},
	{`(x == #1#2#3##)`, artx(localAttr("x"), octets("\x01\x02\x03\x00"), "\x80"), `(x == #01020300)`},
	{`(x == #)`, artx(localAttr("x"), octets(""), "\x80"), ""},

	// Names and strings.
	{`(@User.ad://ext/AuthenticationSilo == "silo")`, artx(userAttr("ad://ext/AuthenticationSilo"), str("silo"), "\x80"), ""},
	{`(WIN://SYSAPPID Contains "a;b)(c")`, artx(localAttr("WIN://SYSAPPID"), str("a;b)(c"), "\x86"), ""},
	{`(@User.a%0020b%0025 == "%0020")`, artx(userAttr("a b%"), str("%0020"), "\x80"), ""},
	{`(@Device.%025cɜ == 3)`, artx(deviceAttr("ɜɜ"), num(3, 3, 2), "\x80"), `(@Device.ɜɜ == 3)`},
	{`(@Device.%d83d%de00 == "😀")`, artx(deviceAttr("😀"), str("😀"), "\x80"), `(@Device.😀 == "😀")`},
	{`(@User.%d83d == 1)`, artx(counted32(0xf9, "\x3d\xd8"), num(1, 3, 2), "\x80"), ""},
	{`(@User.Title == "")`, artx(userAttr("Title"), str(""), "\x80"), ""},
	{`(@User.x == {"orange", 1, #ff, SID(BA)})`, artx(userAttr("x"), list(str("orange"), num(1, 3, 2), octets("\xff"), sidLiteral(admins)), "\x80"), ""},
}

func TestConditions(t *testing.T) {
	for _, c := range conditions {
		data, err := DomainSIDs{}.parseCondition(c.text)
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
		if text, ok := conditionText(c.data); !ok || text != want {
			t.Errorf("%s is printed as %s, %v", want, text, ok)
		}
	}
}

func TestConditionTakesRelativeNames(t *testing.T) {
	names := DomainSIDs{Domain: MustSID("S-1-5-21-1-2-3")}
	data, err := names.parseCondition("(Member_of {SID(DA)})")
	if err != nil {
		t.Fatal(err)
	}
	if want := artx(list(sidLiteral("S-1-5-21-1-2-3-512")), "\x89"); data != want {
		t.Errorf("got %x, want %x", data, want)
	}
}

// What cannot be said so that it gives the same bytes has no text.
func TestConditionWithoutText(t *testing.T) {
	a, one := userAttr("a"), num(1, 3, 2)
	deep := "artx" + a + strings.Repeat("\xa2", conditionDepth+1)
	for name, data := range map[string]string{
		"empty":                          "",
		"another signature":              "artz" + a,
		"signature alone":                "artx",
		"padding short":                  "artx" + a + one + "\x80",
		"padding long":                   artx(a, one, "\x80") + "\x00\x00\x00\x00",
		"padding not zero":               "artx" + userAttr("abc") + "\x00\x00\x01",
		"unknown token":                  artx(a, "\x70"),
		"a value alone":                  artx(one),
		"two expressions":                artx(a, a),
		"operand missing":                artx(one, "\x80"),
		"two operands missing":           artx("\xa0"),
		"not of nothing":                 artx("\xa2"),
		"not of a value":                 artx(one, "\xa2"),
		"and of a value":                 artx(a, one, "\xa0"),
		"value on the left":              artx(one, a, "\x80"),
		"local attribute on the right":   artx(a, localAttr("b"), "\x80"),
		"truth on the right":             artx(a, a, "\xa2\x80"),
		"exists of a value":              artx(one, "\x87"),
		"member of an attribute":         artx(a, "\x89"),
		"member of a truth":              artx(a, "\xa2\x89"),
		"8-bit integer":                  artx(a, "\x01"+one[1:], "\x80"),
		"32-bit integer":                 artx(a, "\x03"+one[1:], "\x80"),
		"integer cut":                    "artx" + a + one[:10],
		"sign not known":                 artx(a, num(1, 4, 2), "\x80"),
		"sign zero":                      artx(a, num(1, 0, 2), "\x80"),
		"base not known":                 artx(a, num(1, 3, 4), "\x80"),
		"plus before a negative":         artx(a, num(-1, 1, 2), "\x80"),
		"minus before a positive":        artx(a, num(1, 2, 2), "\x80"),
		"quotation mark in a string":     artx(a, str(`a"b`), "\x80"),
		"NUL in a string":                artx(a, str("a\x00b"), "\x80"),
		"half a surrogate in a string":   artx(a, counted32(0x10, "\x00\xd8"), "\x80"),
		"odd length of a string":         artx(a, counted32(0x10, "abc"), "\x80"),
		"odd length of a name":           artx(counted32(0xf9, "abc")),
		"empty name":                     artx(userAttr("")),
		"empty local name":               artx(localAttr("")),
		"local name with a space":        artx(localAttr("a b")),
		"local name that is an operator": artx(localAttr("Member_of")),
		"length past the end":            "artx\xf9\xff\xff\xff\xff",
		"length cut":                     "artx\xf9\x01\x00\x00",
		"SID longer than it says":        artx(counted32(0x51, MustSID(admins).raw+"\x00\x00\x00\x00"), "\x89"),
		"SID cut":                        artx(counted32(0x51, "\x01\x05\x00\x00\x00\x00\x00\x05"), "\x89"),
		"list in a list":                 artx(a, list(list(one)), "\x80"),
		"list cut":                       artx(a, list(one[:5]), "\x80"),
		"operator in a list":             artx(a, list("\x80\x80\x80\x80\x80"), "\x80"),
		"nested too deep":                string(padded([]byte(deep))),
		"all operators":                  "artx" + strings.Repeat("\xa2", 60000),
	} {
		if text, ok := conditionText(data); ok {
			t.Errorf("%s has the text %s", name, text)
		}
	}
}

// Every condition without a text survives SDDL in its raw form.
func TestConditionInRawForm(t *testing.T) {
	a := ACE{Type: AccessAllowedCallback, Flags: ContainerInherit, Mask: ReadProperty, Trustee: MustSID(everyone),
		Data: artx(userAttr("a"), str(`a"b`), "\x80")}
	d := &Descriptor{Control: DACLPresent | SelfRelative, DACL: NewACL(a)}
	text := d.SDDL()
	if !strings.HasPrefix(text, "D:(0x09;CI;#10000000") {
		t.Errorf("printed as %s", text)
	}
	again, err := ParseSDDL(text, DomainSIDs{})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.DACL.ACEs[0]; got != a {
		t.Errorf("got %+v, want %+v", got, a)
	}
}

func TestMalformedConditions(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		says   string
	}{
		{``, 0, "parenthesis is expected"},
		{`@User.a == 1`, 0, "parenthesis is expected"},
		{`()`, 1, "attribute, an operator or a parenthesis"},
		{`(@User.a == 1`, 13, `")" is expected`},
		{`(@User.a == 1) (@User.b)`, 15, "more than one condition"},
		{`(@User.a = 1)`, 9, `")" is expected`},
		{`(@User.a ==)`, 11, "a value is expected"},
		{`(@User.a == b)`, 12, "a value is expected"},
		{`(@User.a == (@User.b < 62))`, 12, "a value is expected"},
		{`(> 3)`, 1, "attribute, an operator or a parenthesis"},
		{`(Contains 3)`, 1, "Contains needs an attribute before it"},
		{`("x" == "x")`, 1, "attribute, an operator or a parenthesis"},
		{`((@User.a == 1) == 2)`, 16, "only an attribute can stand before an operator"},
		{`(@User.a == 1 == 2)`, 14, `")" is expected`},
		{`(@Usr.a == 1)`, 1, "@User., @Resource. or @Device."},
		{`(@User. == 1)`, 7, "name of an attribute"},
		{`(@User.%12 == 1)`, 7, "four hexadecimal digits"},
		{`(@User.a%`, 8, "four hexadecimal digits"},
		{"(@User.\xff == 1)", 7, "not UTF-8"},
		{`(!)`, 2, "is expected behind !"},
		{`(! Member_of{SID(BA)})`, 3, "is expected behind !"},
		{`(!!(@User.a))`, 2, "is expected behind !"},
		{`(Exists)`, 7, "name of an attribute"},
		{`(Exists 'x')`, 8, "name of an attribute"},
		{`(Member_of_AnySID(S-1-1-0))`, 17, `")" is expected`},
		{`(Member_of @User.a)`, 11, "a value is expected"},
		{`(Member_of {SID(BA),})`, 20, "a value is expected"},
		{`(Member_of {SID(BA) SID(BG)})`, 20, `"," is expected`},
		{`(Member_of {,})`, 12, "a value is expected"},
		{`(Member_of {{SID(BA)}})`, 12, "a value is expected"},
		{`(Member_of (SID(BA))`, 20, `")" is expected`},
		{`(Member_of (SID(BA)`, 19, `")" is expected`},
		{`(Member_of SID(zorro))`, 15, "no SID and no name"},
		{`(Member_of SID(DA))`, 15, "needs a domain"},
		{`(Member_of SID())`, 15, "no SID and no name"},
		{`(Member_of SID(BA`, 17, `")" is expected`},
		{`(@User.a == "x)`, 13, "no closing quotation mark"},
		{"(@User.a == \"\xff\")", 13, "not UTF-8"},
		{"(@User.a == \"\x00\")", 13, "NUL"},
		{`(@User.a == 17pq)`, 12, "integer of 64 bits"},
		{`(@User.a == 09)`, 12, "integer of 64 bits"},
		{`(@User.a == 0b1)`, 12, "integer of 64 bits"},
		{`(@User.a == 1_0)`, 12, "integer of 64 bits"},
		{`(@User.a == - 1)`, 12, "integer of 64 bits"},
		{`(@User.a == --1)`, 12, "integer of 64 bits"},
		{`(@User.a == 0x10000000000000000)`, 12, "integer of 64 bits"},
		{`(@User.a == +9223372036854775808)`, 12, "integer of 64 bits"},
		{`(@User.a == -9223372036854775809)`, 12, "integer of 64 bits"},
		{`(@User.a || )`, 12, "attribute, an operator or a parenthesis"},
		{`(@User.a && && @User.b)`, 12, "attribute, an operator or a parenthesis"},
		{`(@User.a & @User.b)`, 9, `")" is expected`},
	} {
		_, err := DomainSIDs{}.parseCondition(c.text)
		mustBlame(t, c.text, err, c.offset, c.says)
	}
}

// mustBlame wants an *Error at a place.
func mustBlame(t *testing.T, input string, err error, offset int, says string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%.80q: got %v, want an error at %d that says %q", input, err, offset, says)
		return
	}
	if e.Offset != offset || !strings.Contains(e.Error(), says) {
		t.Errorf("%.80q: got %v, want it at %d and to say %q", input, err, offset, says)
	}
}

// Hostile input ends in an error, not in a full stack or a full memory.
func TestConditionLimits(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 1<<20) }
	for _, c := range []struct{ name, text, says string }{
		{"parentheses", many("("), "nested deeper"},
		{"not", many("!("), "parenthesis is expected"},
		{"not in parentheses", "(" + many("!("), "nested deeper"},
		{"members in parentheses", "(Member_of" + many("("), "nested deeper"},
		{"a long chain", "(@User.a" + many("&&@User.a") + ")", "longer than an ACE"},
		{"a long string", `(@User.a=="` + many("x") + `")`, "an ACE holds"},
		{"a long name", "(@User." + many("x") + ")", "longer than an ACE"},
		{"a long local name", "(" + many("x") + ")", "longer than an ACE"},
		{"a long escaped name", "(@User." + many("%0041") + ")", "longer than an ACE"},
		{"two long names", "(" + strings.Repeat("x", 20000) + "||" + strings.Repeat("x", 20000) + ")", "longer than an ACE"},
		{"long octets", "(@User.a==#" + many("00") + ")", "more than an ACE can hold"},
		{"a long list", "(@User.a=={1" + many(",1") + "})", "longer than an ACE"},
		{"a string just too long", `(@User.a=="` + strings.Repeat("x", 32767) + `")`, "more than an ACE can hold"},
	} {
		_, err := DomainSIDs{}.parseCondition(c.text)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %.200v, want %q", c.name, err, c.says)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("%s: the error has %d bytes", c.name, len(err.Error()))
		}
	}
}

// Many small parts under one deep operator must not be copied again and again.
func TestConditionPrintsInBoundedTime(t *testing.T) {
	chain := bytes.NewBufferString("artx" + userAttr("a"))
	for range 4000 {
		chain.WriteString(userAttr("a") + "\xa0")
	}
	if _, ok := conditionText(string(padded(chain.Bytes()))); ok {
		t.Error("a chain of 4000 parts has a text")
	}
}
