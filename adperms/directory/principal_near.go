package directory

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/internal/spelling"
)

// Whoever mistypes an account is told which ones could have been meant. A DC finds
// names by how they begin (sAMAccountName is indexed so), so that the first
// characters have to be right: four, or where nothing begins so, two.

const (
	nearNames = 5   // are told
	nearLimit = 500 // are looked at; of more, those that the DC gives
)

// withNear adds the near names to a NoSuchPrincipalError.
func (c *Conn) withNear(ctx context.Context, err error, sam string) error {
	none, ok := err.(*NoSuchPrincipalError)
	name := []rune(sam)
	if !ok || len(name) < 2 {
		return err
	}
	begins := func(n int) []adperms.Principal {
		found, err := c.principals(ctx, "(sAMAccountName="+ldap.EscapeFilter(string(name[:min(n, len(name))]))+"*)", nearLimit)
		if err != nil {
			return nil // there is nothing to propose, and the error is the first one
		}
		return found
	}
	if none.Near = nearest(sam, begins(4), false); len(none.Near) == 0 {
		none.Near = nearest(sam, begins(2), true)
	}
	return none
}

// nearest are a few of the principals, those first that are fewest edits away from
// the name. Strict leaves out what is too far away to be meant.
func nearest(sam string, all []adperms.Principal, strict bool) []adperms.Principal {
	away := func(p adperms.Principal) int { return spelling.Distance(sam, p.SAM) }
	if strict {
		all = slices.DeleteFunc(all, func(p adperms.Principal) bool { return away(p) > spelling.Near(sam) })
	}
	slices.SortStableFunc(all, func(p, q adperms.Principal) int {
		return cmp.Or(cmp.Compare(away(p), away(q)), cmp.Compare(p.SAM, q.SAM))
	})
	return all[:min(len(all), nearNames)]
}
