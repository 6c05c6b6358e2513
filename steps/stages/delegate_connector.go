package stages

import (
	"context"
	"fmt"
	"strings"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// Whoever is granted Reset password on a domain can take over every user in it. So
// what cannot be the sync product's account is refused, and what nothing tells to be
// one is granted nothing before a person has said that it is.

const codeUnproven = "connector-unproven"

// doubt is why a person has to confirm the account, and which one the sync server
// uses instead, where it is another. What the server says outweighs how accounts look.
func (d *Delegate) doubt(ctx context.Context, have Delegation) (why, used string) {
	root := have.Objects[0]
	target := adperms.Target{Descriptor: root.Descriptor, Self: root.SID}
	if d.Uses == nil || d.watching {
		return adperms.ConnectorDoubt(have.Trustee, target, false), ""
	}
	as, is := d.Uses(ctx)
	if is == cloudconfig.OtherAccount {
		return "", as
	}
	return adperms.ConnectorDoubt(have.Trustee, target, is == cloudconfig.SameAccount), ""
}

// refused says that nothing may be granted to the account, whatever is accepted.
func (d *Delegate) refused(have Delegation) bool { return d.unfit(have) != nil || have.Used != "" }

// aboutConnector refuses what cannot be the account of the sync product, and what
// nobody has confirmed.
func (d *Delegate) aboutConnector(have Delegation, changes int) (out []steps.Finding) {
	who := fmt.Sprintf("%s (%s)", steps.Plain(d.Connector.DN), d.Connector.SID)
	unfit := d.unfit(have)
	switch {
	case unfit != nil:
		text := who + " " + unfit.Why
		if unfit.Code == adperms.TierZero {
			text += ". " + d.holds(have)
		}
		return []steps.Finding{{Level: steps.LevelError, Code: unfit.Code, Text: text, Fix: unfit.Fix}}
	case have.Used != "":
		return []steps.Finding{{Level: steps.LevelError, Code: cloudconfig.OtherConnector, Text: who + " is not the account that the sync server signs in with: that is " + steps.Plain(have.Used) + ". Rights that are granted to another one have no effect",
			Fix: "name the account that the sync server uses: " + shell.Option("--connector", have.Used) + "; if this run is for another sync product, add --sync none"}}
	case have.Doubt != "":
		f := steps.Finding{Level: steps.LevelWarning, Code: codeUnproven, Text: who + " " + have.Doubt,
			Fix: "check that it is the account that the sync product signs in to Active Directory with; if not, name that one with --connector"}
		if changes > 0 {
			f.Level, f.Accept = steps.LevelError, codeUnproven
			f.Fix += "; if it is, say --accept " + codeUnproven
		}
		out = append(out, f)
	}
	if as := adperms.CannotConnect(have.Trustee, "", d.now()); as != nil && (as.Code == adperms.OutOfUse || as.Code == adperms.PastItsEnd) {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: as.Code,
			Text: who + " " + as.Why, Fix: "check that it is the account that the other product uses now"})
	}
	return out
}

func (d *Delegate) unfit(have Delegation) *adperms.Unfit {
	return adperms.CannotConnect(have.Trustee, d.Product, d.now())
}

// Unfit says why the account that was seen last cannot be the connector account; nil
// where it can, or where nobody has looked.
func (d *Delegate) Unfit() *adperms.Unfit {
	if d.last == nil {
		return nil
	}
	return d.unfit(*d.last)
}

// holds says which of the rights an account has already, that is in a protected
// group.
func (d *Delegate) holds(have Delegation) string {
	var has, lacks []string
	for _, c := range d.covers(have) {
		what := c.Want.Right.Name + " on " + steps.Plain(c.on.DN)
		if len(c.Missing) > 0 {
			lacks = append(lacks, what)
		} else {
			has = append(has, what)
		}
	}
	switch {
	case len(lacks) == 0:
		return "It has all of the rights already, and needs no grant"
	case len(has) == 0:
		return "That gives it none of the rights on users"
	}
	return "It has " + strings.Join(has, ", ") + " already, and not " + strings.Join(lacks, ", ")
}
