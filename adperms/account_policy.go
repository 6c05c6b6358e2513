package adperms

import (
	"slices"
	"strings"
	"time"

	"writeback/adperms/secdesc"
)

// PasswordPolicy is a set of password rules: the domain's own, which stands on
// its root object, or a password settings object (PSO). 0 means no such rule.
type PasswordPolicy struct {
	DN   string // the object that holds it; raw
	Name string // of a PSO; "": it is the domain's
	// Unread says that the object is there and did not show its rules: reading a
	// PSO takes rights that not everybody has.
	Unread           bool
	MinAge, MaxAge   time.Duration
	MinLength        int           // characters
	History          int           // passwords that must not be used again
	Complex          bool          // of several kinds of characters
	LockoutThreshold int           // wrong passwords until the account is locked
	LockoutDuration  time.Duration // 0: until an administrator unlocks it
}

// FineGrained says that it is a PSO's and not the domain's.
func (p PasswordPolicy) FineGrained() bool { return p.Name != "" }

// PasswordSettings is a PSO with whom it is for.
type PasswordSettings struct {
	PasswordPolicy
	GUID       secdesc.GUID
	Precedence int      // the least one wins
	AppliesTo  []string // DNs of users and global groups; raw
}

// ResultantPolicy computes what msDS-ResultantPSO says (MS-ADTS 3.1.1.4.5.36),
// for DCs that do not: of the PSOs that name the account itself, else of those
// that name one of its groups, the one of least precedence, and of several the
// one of least GUID. groups are the DNs of the account's groups with all nesting.
// ok is false where no PSO is for the account.
func ResultantPolicy(dn string, groups []string, all []PasswordSettings) (p PasswordSettings, ok bool) {
	own, byGroup := []PasswordSettings{}, []PasswordSettings{}
	for _, s := range all {
		switch {
		case s.names(dn):
			own = append(own, s)
		case slices.ContainsFunc(groups, s.names):
			byGroup = append(byGroup, s)
		}
	}
	if len(own) == 0 {
		own = byGroup
	}
	if len(own) == 0 {
		return PasswordSettings{}, false
	}
	return slices.MinFunc(own, func(a, b PasswordSettings) int {
		if a.Precedence != b.Precedence {
			return a.Precedence - b.Precedence
		}
		return strings.Compare(a.GUID.String(), b.GUID.String()) // field by field, as DCs compare GUIDs
	}), true
}

func (s PasswordSettings) names(dn string) bool {
	return slices.ContainsFunc(s.AppliesTo, func(to string) bool { return strings.EqualFold(to, dn) })
}
