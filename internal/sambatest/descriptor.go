package sambatest

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"testing"

	"github.com/go-ldap/ldap/v3"
)

// Parts of a security descriptor in the SD flags control (MS-ADTS 3.1.1.3.4.1.11).
const (
	ownerGroupDACL = 7
	daclOnly       = 4
)

func sdFlags(parts int32) ldap.Control {
	return &ldap.ControlMicrosoftSDFlags{Criticality: true, ControlValue: parts}
}

// Descriptor returns the entry's security descriptor with owner, group and DACL, self-relative as the DC sent it (MS-DTYP 2.4.6).
func (dc *DC) Descriptor(t testing.TB, dn string) []byte {
	t.Helper()
	return dc.Value(t, dn, "nTSecurityDescriptor", sdFlags(ownerGroupDACL))
}

// SetDACL replaces the entry's DACL by that of a self-relative descriptor; the descriptor's other parts are not written.
func (dc *DC) SetDACL(t testing.TB, dn string, descriptor []byte) {
	t.Helper()
	m := ldap.NewModifyRequest(dn, []ldap.Control{sdFlags(daclOnly)})
	m.Replace("nTSecurityDescriptor", []string{string(descriptor)})
	if err := dc.Admin(t).Modify(m); err != nil {
		t.Fatalf("write the DACL of %s: %v", dn, err)
	}
}

// KeepDACL puts the DACL that the entry has now back when t ends. It is for tests that change the domain root of the shared DC.
func (dc *DC) KeepDACL(t testing.TB, dn string) {
	t.Helper()
	before := dc.Descriptor(t, dn)
	t.Cleanup(func() { dc.SetDACL(t, dn, before) })
}

// USNChanged returns the update sequence number of the entry's last change on this DC.
func (dc *DC) USNChanged(t testing.TB, dn string) int64 {
	t.Helper()
	usn, err := strconv.ParseInt(string(dc.Value(t, dn, "uSNChanged")), 10, 64)
	if err != nil {
		t.Fatalf("uSNChanged of %s: %v", dn, err)
	}
	return usn
}

// SID returns the entry's objectSid in the form S-1-….
func (dc *DC) SID(t testing.TB, dn string) string {
	t.Helper()
	raw := dc.Value(t, dn, "objectSid")
	sid, err := formatSID(raw)
	if err != nil {
		t.Fatalf("objectSid of %s: %v", dn, err)
	}
	return sid
}

// Value returns the first value of an attribute as the administrator reads it; no value at all fails t.
func (dc *DC) Value(t testing.TB, dn, attribute string, controls ...ldap.Control) []byte {
	t.Helper()
	req := ldap.NewSearchRequest(dn, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{attribute}, controls)
	res, err := dc.Admin(t).Search(req)
	if err != nil {
		t.Fatalf("read %s of %s: %v", attribute, dn, err)
	}
	if len(res.Entries) != 1 {
		t.Fatalf("read %s of %s: %d entries", attribute, dn, len(res.Entries))
	}
	values := res.Entries[0].GetRawAttributeValues(attribute)
	if len(values) == 0 {
		t.Fatalf("read %s of %s: no value", attribute, dn)
	}
	return values[0]
}

// formatSID writes a SID as MS-DTYP 2.4.2.1 has it. It is written here once more so that the tests do not judge our codec by itself.
func formatSID(b []byte) (string, error) {
	if len(b) < 8 || len(b) != 8+4*int(b[1]) {
		return "", fmt.Errorf("%d bytes are no SID", len(b))
	}
	authority := uint64(binary.BigEndian.Uint16(b[2:]))<<32 | uint64(binary.BigEndian.Uint32(b[4:]))
	sid := fmt.Sprintf("S-%d-%d", b[0], authority)
	for sub := b[8:]; len(sub) > 0; sub = sub[4:] {
		sid += "-" + strconv.FormatUint(uint64(binary.LittleEndian.Uint32(sub)), 10)
	}
	return sid, nil
}
