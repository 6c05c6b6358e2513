package bundle

import (
	"encoding/binary"
	"fmt"
	"strconv"

	"writeback/adperms/secdesc"
)

// SIDs: those that Windows gives everywhere pass (MS-DTYP 2.4.2.4); a domain becomes
// another one, and of its RIDs those below 1000 stay, which mean the same in every domain.
// The others are drawn: in a row they would tell when an account was made.

// firstOwnRID is the first RID that a domain gives to accounts of its own.
const firstOwnRID = 1000

// SID is what stands for a SID.
func (n *Names) SID(s secdesc.SID) secdesc.SID {
	switch {
	case s.IsZero() || wellKnownSID(s):
		return s
	case s.IsAccountDomain():
		return n.domain(s)
	case s.Domain().IsAccountDomain():
		return n.domain(s.Domain()).Child(n.rid(s))
	}
	return n.sid(s.String(), func() string {
		return fmt.Sprintf("S-1-5-80-%d-%d-%d-%d-%d", random32(), random32(), random32(), random32(), random32())
	})
}

func (n *Names) domain(s secdesc.SID) secdesc.SID {
	return n.sid(s.String(), func() string {
		return fmt.Sprintf("S-1-5-21-%d-%d-%d", random32(), random32(), random32())
	})
}

func (n *Names) sid(original string, draw func() string) secdesc.SID {
	return secdesc.MustSID(n.drawn(kindSID, original, draw))
}

func (n *Names) rid(s secdesc.SID) uint32 {
	if s.RID() < firstOwnRID {
		return s.RID()
	}
	text := n.drawn(kindSID, s.String(), func() string { return "rid " + strconv.Itoa(1100+int(random32()%1_000_000)) })
	rid, _ := strconv.Atoi(text[len("rid "):]) // it was drawn above
	return uint32(rid)
}

// wellKnownSID says that a SID is the same everywhere: of Windows itself and its groups,
// and not of a domain, a service, a session or a tenant.
func wellKnownSID(s secdesc.SID) bool {
	text := s.String()
	var authority, first, second uint64
	switch n, _ := fmt.Sscanf(text, "S-1-%d-%d-%d", &authority, &first, &second); {
	case n == 2:
		return authority <= 5 || authority == 16 || authority == 18
	case n == 3:
		alone := fmt.Sprintf("S-1-%d-%d-%d", authority, first, second) == text
		return alone && second < firstOwnRID && (authority == 5 && (first == 32 || first == 64 || first == 65) || authority == 15 && first == 2)
	}
	return false
}

// GUID is what stands for a GUID; one of the schema that every forest has passes.
func (n *Names) GUID(g secdesc.GUID) secdesc.GUID {
	if g.IsZero() || schemaGUIDs[g] {
		return g
	}
	return secdesc.MustGUID(n.drawn(kindGUID, g.String(), func() string {
		b := random(16)
		b[7], b[8] = b[7]&0x0f|0x40, b[8]&0x3f|0x80 // RFC 9562 section 5.4
		return secdesc.GUID(b).String()
	}))
}

// TenantID is what stands for the ID of a tenant, or of what is in it.
func (n *Names) TenantID(id string) string {
	if g, err := secdesc.ParseGUID(id); err == nil {
		return n.GUID(g).String()
	}
	return n.DNS(id)
}

func random32() uint32 { return binary.LittleEndian.Uint32(random(4)) }
