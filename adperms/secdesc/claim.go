package secdesc

// Resource attribute claims (MS-DTYP 2.4.10.1, CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1),
// which stand behind the SID of a resource attribute ACE (MS-DTYP 2.4.4.15).
//
// The header is: offset of the name, type of the values, reserved, flags,
// number of values, and an offset for each. All offsets count from the start
// of the claim. Windows writes name and values in this order, without gaps and
// unaligned, and zeros behind them up to a multiple of four. Other layouts
// mean the same, but text cannot tell them apart: they have no text.

const claimHeader = 16 // bytes before the offsets of the values

// claimType is the type of a claim's values.
type claimType uint16

const (
	claimInt    claimType = 0x01
	claimUint   claimType = 0x02
	claimString claimType = 0x03
	claimSID    claimType = 0x05
	claimBool   claimType = 0x06
	claimOctets claimType = 0x10
)

// claimTokens are the types as SDDL spells them (MS-DTYP 2.5.1.1).
var claimTokens = map[claimType]string{
	claimInt: "TI", claimUint: "TU", claimString: "TS", claimSID: "TD", claimOctets: "TX", claimBool: "TB",
}

var claimTypeOf = invert(claimTokens)
