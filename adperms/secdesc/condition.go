package secdesc

// Conditional expressions of callback ACEs (MS-DTYP 2.4.4.17).
//
// The rules:
//   - An expression is kept as the bytes that were read (ACE.Data). Text is
//     made from it on demand; bytes are made from text when SDDL is parsed.
//   - The bytes are "artx", then tokens in postfix order, then zeros up to a
//     multiple of four.
//   - Text is printed only where it gives the same bytes again. Windows writes
//     every integer as 64 bits, so an 8-bit literal, for one, has no text.
//   - Nothing is evaluated: to the access check a condition is unknown.

// conditionSignature starts an expression (MS-DTYP 2.4.4.17.4).
const conditionSignature = "artx"

// conditionDepth is how deep parentheses and operators may be nested. It is
// far above what an administrator writes and far below what hurts the stack.
const conditionDepth = 128

// dataLimit is the most bytes behind the SID that an ACE could hold: AceSize
// is a 16-bit field.
const dataLimit = 0xffff

// token is the byte code of a part of an expression.
type token byte

// The literals (MS-DTYP 2.4.4.17.5). Text never gives the shorter integers.
const (
	tokenInt64     token = 0x04
	tokenUnicode   token = 0x10
	tokenOctets    token = 0x18
	tokenComposite token = 0x50
	tokenSID       token = 0x51
)

// The operators (MS-DTYP 2.4.4.17.6 and 2.4.4.17.7).
const (
	tokenEqual             token = 0x80
	tokenNotEqual          token = 0x81
	tokenLess              token = 0x82
	tokenLessOrEqual       token = 0x83
	tokenGreater           token = 0x84
	tokenGreaterOrEqual    token = 0x85
	tokenContains          token = 0x86
	tokenExists            token = 0x87
	tokenAnyOf             token = 0x88
	tokenMemberOf          token = 0x89
	tokenDeviceMemberOf    token = 0x8a
	tokenMemberOfAny       token = 0x8b
	tokenDeviceMemberOfAny token = 0x8c
	tokenNotExists         token = 0x8d
	tokenNotContains       token = 0x8e
	tokenNotAnyOf          token = 0x8f
	tokenNotMemberOf       token = 0x90
	tokenNotDeviceMember   token = 0x91
	tokenNotMemberOfAny    token = 0x92
	tokenNotDeviceAny      token = 0x93
	tokenAnd               token = 0xa0
	tokenOr                token = 0xa1
	tokenNot               token = 0xa2
)

// The attributes (MS-DTYP 2.4.4.17.8).
const (
	tokenLocal    token = 0xf8
	tokenUser     token = 0xf9
	tokenResource token = 0xfa
	tokenDevice   token = 0xfb
)

// operatorTexts are the operators as MS-DTYP 2.5.1.1 spells them. They are
// read in any case: Windows itself prints Member_of_any.
var operatorTexts = map[token]string{
	tokenEqual: "==", tokenNotEqual: "!=", tokenLess: "<", tokenLessOrEqual: "<=",
	tokenGreater: ">", tokenGreaterOrEqual: ">=",
	tokenContains: "Contains", tokenNotContains: "Not_Contains", tokenAnyOf: "Any_of", tokenNotAnyOf: "Not_Any_of",
	tokenExists: "Exists", tokenNotExists: "Not_Exists",
	tokenMemberOf: "Member_of", tokenNotMemberOf: "Not_Member_of",
	tokenMemberOfAny: "Member_of_Any", tokenNotMemberOfAny: "Not_Member_of_Any",
	tokenDeviceMemberOf: "Device_Member_of", tokenNotDeviceMember: "Not_Device_Member_of",
	tokenDeviceMemberOfAny: "Device_Member_of_Any", tokenNotDeviceAny: "Not_Device_Member_of_Any",
}

// prefixTexts start the names of attributes that are not local.
var prefixTexts = map[token]string{tokenUser: "@User.", tokenResource: "@Resource.", tokenDevice: "@Device."}

// takesMembers says that t is one of the operators behind which a SID or a
// list of them stands.
func (t token) takesMembers() bool {
	return t >= tokenMemberOf && t <= tokenDeviceMemberOfAny || t >= tokenNotMemberOf && t <= tokenNotDeviceAny
}

// takesAttribute says that t asks whether an attribute is there.
func (t token) takesAttribute() bool { return t == tokenExists || t == tokenNotExists }

// compares says that t stands between an attribute and a value.
func (t token) compares() bool {
	_, ok := operatorTexts[t]
	return ok && !t.takesMembers() && !t.takesAttribute()
}

// meaning is what a part of an expression stands for: operators are choosy.
type meaning uint8

const (
	meansTruth     meaning = iota // what an operator gives
	meansAttribute                // @User., @Resource., @Device.: may stand on both sides
	meansLocal                    // an attribute without a prefix: on the left side only
	meansValue                    // a literal or a list of them
)

// named says that m is an attribute of either kind.
func (m meaning) named() bool { return m == meansAttribute || m == meansLocal }

// sameAgain says that text is a faithful form of data.
func sameAgain(parse func(DomainSIDs, string) (string, error), text, data string) bool {
	again, err := parse(DomainSIDs{}, text)
	return err == nil && again == data
}

// padded fills b with zeros up to a multiple of four, as Windows does behind
// conditions and claims.
func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
