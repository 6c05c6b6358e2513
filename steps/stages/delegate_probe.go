package stages

import (
	"context"
	"fmt"

	"writeback/adperms"
	"writeback/steps"
)

// Probe says what proves that the rights are there: the ACEs that were just
// read, by object and DC. It reads nothing again.
func (d *Delegate) Probe(context.Context) ([]steps.Evidence, []steps.Finding, error) {
	if d.last == nil {
		return nil, nil, nil
	}
	var out []steps.Evidence
	for _, c := range d.covers(*d.last) {
		if len(c.By) == 0 || len(c.Denied) > 0 {
			continue
		}
		by := c.By[0]
		out = append(out, steps.Evidence{
			State: steps.EvidenceVerified, At: d.now().UTC(),
			What: fmt.Sprintf("%s, applies to: %s, on %s is granted to %s by %s",
				c.Want.Right.Name, adperms.Describe(c.Want.ACE()).AppliesTo, steps.Plain(c.on.DN), nameOf(by.Trustee, d.last.Names), by.SDDL()),
			Source: "nTSecurityDescriptor read from " + d.Place.DC,
		})
	}
	return out, nil, nil
}
