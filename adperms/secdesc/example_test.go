package secdesc_test

import (
	"fmt"

	"writeback/adperms/secdesc"
)

// A descriptor is read from its bytes, and written again byte for byte.
func ExampleParse() {
	raw := marshaled("O:BAG:SYD:(A;CI;RPLC;;;AU)")
	again, err := secdesc.Parse(raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(raw), again.SDDL())
	// Output: 76 O:BAG:SYD:(A;CI;LCRP;;;AU)
}

// Offsets and lengths are checked, and the error says where they are wrong.
func ExampleParse_damaged() {
	_, err := secdesc.Parse([]byte{1, 0, 4, 0x80, 0, 0, 0, 0})
	fmt.Println(err)
	// Output: security descriptor at byte 8: 8 bytes are too few
}

// One ACE: who may reset the passwords of the users below.
func ExampleParseACE() {
	a, err := secdesc.ParseACE("(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;bf967aba-0de6-11d0-a285-00aa003049e2;S-1-5-21-1-2-3-1104)", secdesc.DomainSIDs{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(a.Trustee, a.ObjectType, a.Flags&secdesc.InheritOnly != 0)
	// Output: S-1-5-21-1-2-3-1104 00299570-246d-11d0-a768-00aa006e0529 true
}

// An ACL with ACEs of one's own, as text.
func ExampleACE_SDDL() {
	a := secdesc.Allow(secdesc.MustSID("S-1-5-11"), secdesc.ReadProperty, secdesc.ContainerInherit, secdesc.GUID{}, secdesc.GUID{})
	fmt.Println(a.SDDL(), a.Size())
	// Output: (A;CI;RP;;;AU) 20
}

// Of a million descriptors the few ACEs that matter are picked from the bytes.
func ExampleFilter() {
	s, err := secdesc.NewFilter(secdesc.WriteProperty, secdesc.MustSID("S-1-5-11"))
	if err != nil {
		fmt.Println(err)
		return
	}
	raw := marshaled("O:BAG:SYD:(A;;WP;;;AU)(A;;WP;;;BA)(A;;RP;;;AU)")
	var picked secdesc.Filtered
	if err := s.Read(raw, &picked); err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range picked.DACL.ACEs {
		fmt.Println(a.SDDL())
	}
	// Output: (A;;WP;;;AU)
}

// marshaled are the bytes of a descriptor, as a DC gives them.
func marshaled(sddl string) []byte {
	d, err := secdesc.ParseSDDL(sddl, secdesc.DomainSIDs{})
	if err != nil {
		panic(err)
	}
	raw, err := d.Marshal()
	if err != nil {
		panic(err)
	}
	return raw
}
