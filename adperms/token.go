package adperms

import "writeback/adperms/secdesc"

// SIDs that every signed-in account carries without being a member anywhere.
var (
	Everyone           = secdesc.MustSID("S-1-1-0")
	AuthenticatedUsers = secdesc.MustSID("S-1-5-11")
	Network            = secdesc.MustSID("S-1-5-2") // who signs in to a DC by LDAP comes over the network
	principalSelf      = secdesc.MustSID("S-1-5-10")
	ownerRights        = secdesc.MustSID("S-1-3-4")
	creatorOwner       = secdesc.MustSID("S-1-3-0")
	creatorGroup       = secdesc.MustSID("S-1-3-1")
)

// Token is the set of SIDs that an account has when it asks for access: its
// own, its groups' (nested ones, too) and the well-known ones.
type Token map[secdesc.SID]struct{}

// NewToken is the token of an account that has signed in to a DC: self, groups,
// Everyone, Authenticated Users and Network. groups are the values of the
// account's tokenGroups (MS-ADTS 3.1.1.4.5.19). Those do not tell of groups that
// Everyone or Authenticated Users are members of, as they may be of
// Pre-Windows 2000 Compatible Access: whoever can read these adds them.
func NewToken(self secdesc.SID, groups ...secdesc.SID) Token {
	t := Token{self: {}, Everyone: {}, AuthenticatedUsers: {}, Network: {}}
	for _, g := range groups {
		t[g] = struct{}{}
	}
	return t
}

// Has says that the SID is in the token.
func (t Token) Has(s secdesc.SID) bool {
	_, ok := t[s]
	return ok
}

// Relatives are the trustees that stand for somebody else on each object; see
// [Relative].
func Relatives() []secdesc.SID {
	return []secdesc.SID{principalSelf, ownerRights, creatorOwner, creatorGroup}
}
