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
func (d *Delegate) doubt(ctx context.Context, have *Delegation) {
	var use Use
	if d.Uses != nil && !d.watching {
		use = d.Uses(ctx)
	}
	have.Strange = use.Strange
	if use.Is == cloudconfig.OtherAccount {
		have.Used = use.As
		return
	}
	if have.Trustee.Unseen != "" {
		return // that is a finding of its own, and weighs more
	}
	root := have.Objects[0]
	have.Doubt = adperms.ConnectorDoubt(have.Trustee, adperms.Target{Descriptor: root.Descriptor, Self: root.SID}, use.Is == cloudconfig.SameAccount)
}

const orNone = "; if this run is for another sync product, add --sync none"

const unused = " is not the account that the sync server signs in with: that is "

// refused says that nothing may be granted to the account, whatever is accepted.
func (d *Delegate) refused(have Delegation) bool {
	return !d.watching && (d.unfit(have) != nil || len(d.misused(have)) > 0)
}

// aboutConnector refuses what cannot be the account of the sync product, and what
// nobody has confirmed.
func (d *Delegate) aboutConnector(have Delegation, changes int) (out []steps.Finding) {
	who := d.who()
	unfit, misused := d.unfit(have), d.misused(have)
	switch {
	case unfit != nil:
		text := who + " " + unfit.Why
		if holds := d.holds(have); unfit.Code == adperms.TierZero && holds != "" {
			text += ". " + holds
		}
		return []steps.Finding{{Level: steps.LevelError, Code: unfit.Code, Text: text, Fix: unfit.Fix}}
	case len(misused) > 0:
		for _, r := range misused {
			out = append(out, steps.Finding{Level: steps.LevelError, Code: r.Code, Text: r.Text, Fix: r.Fix})
		}
		return out
	case have.Doubt != "":
		f := steps.Finding{Level: steps.LevelWarning, Code: codeUnproven, Text: who + " " + have.Doubt,
			Fix: adperms.CheckConnector}
		if changes > 0 {
			f.Level, f.Accept = steps.LevelError, codeUnproven
			f.Fix += "; if it is, say --accept " + codeUnproven
		}
		out = append(out, f)
	case have.Trustee.Unseen != "":
		out = append(out, d.aboutUnseen(have, changes))
	}
	if r := d.unreached(have); r.Code != "" && r.Code != codeUnasked { // which aboutUnasked tells
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: r.Code, Text: r.Text, Fix: r.Fix})
	}
	return out
}

// misused is what the sync server says against the account: it uses another one, or it
// is another domain's, so that nobody knows which account the right one uses.
func (d *Delegate) misused(have Delegation) (out []adperms.Reason) {
	if have.Used != "" {
		return []adperms.Reason{{Code: adperms.NotUsed, Weight: adperms.Blocks, Text: d.who() + unused + steps.Plain(have.Used) + ". Rights that are granted to another one have no effect",
			Fix: "name the account that the sync server uses: " + shell.Option("--connector", have.Used) + orNone}}
	}
	for _, m := range have.Strange {
		out = append(out, adperms.Reason{Code: m.Code, Weight: adperms.Unknown, Text: m.Text, Fix: m.Fix + orNone})
	}
	return out
}

func (d *Delegate) unfit(have Delegation) *adperms.Unfit {
	if have.Trustee.Unseen != "" {
		return nil // nobody knows: aboutUnseen
	}
	return adperms.CannotConnect(have.Trustee, d.Product, d.now())
}

// unreached says why nobody is reached with the account's rights; the zero value where
// nothing stands against it.
func (d *Delegate) unreached(have Delegation) adperms.Reason {
	var u *adperms.Unfit
	var weight adperms.Weight
	if have.Trustee.Unseen == "" {
		u, weight = adperms.CannotReach(have.Trustee, d.Product, d.now())
	}
	if all := d.misused(have); len(all) > 0 && weight != adperms.Blocks {
		return all[0]
	}
	if u == nil {
		return d.uncertain(have)
	}
	r := adperms.Reason{Code: u.Code, Weight: weight, Text: d.who() + " " + u.Why, Fix: u.Fix}
	if weight == adperms.Unknown && u.Code != adperms.CardOnly {
		r.Fix = "check that it is the account that the other product uses now"
	}
	return r
}

// uncertain says that groups are not known which may have a deny, or the right.
func (d *Delegate) uncertain(have Delegation) adperms.Reason {
	unasked := d.unasked(have)
	if len(unasked) == 0 {
		return adperms.Reason{}
	}
	return adperms.Reason{Code: codeUnasked, Weight: adperms.Unknown, Text: "not asked: " + steps.Plain(strings.Join(unasked, "; ")) + ": one of these may have a deny, or the right",
		Fix: "explain with an account that may read the groups of both domains"}
}

// Unfit is what speaks against the account that was seen last, though it reaches whom
// its rights reach; no code where nothing does, or where nobody has looked.
func (d *Delegate) Unfit() adperms.Reason {
	if d.last == nil {
		return adperms.Reason{}
	}
	if r := d.unreached(*d.last); r.Code != "" && r.Code != codeUnasked {
		return adperms.Reason{}
	}
	u := d.unfit(*d.last)
	switch {
	case d.last.Trustee.Unseen != "":
		f := d.aboutUnseen(*d.last, 0)
		return adperms.Reason{Code: f.Code, Weight: adperms.Hinders, Text: f.Text, Fix: f.Fix}
	case u == nil && d.last.Doubt != "":
		return adperms.Reason{Code: codeUnproven, Weight: adperms.Hinders, Text: d.who() + " " + d.last.Doubt, Fix: adperms.CheckConnector}
	case u == nil:
		return adperms.Reason{}
	}
	return adperms.Reason{Code: u.Code, Weight: adperms.Hinders, Text: d.who() + " " + u.Why, Fix: u.Fix}
}

func (d *Delegate) who() string {
	return fmt.Sprintf("%s (%s)", steps.Plain(d.Connector.DN), d.Connector.SID)
}

// holds says which of the rights an account has already, that is in a protected
// group; "" where none is wanted of any object. Unexpire Password is everybody's by
// default, and no right on users.
func (d *Delegate) holds(have Delegation) string {
	var has, lacks []string
	onUsers := false
	for _, c := range d.covers(have) {
		what := c.Want.Right.Name + " on " + steps.Plain(c.on.DN)
		onUsers = onUsers || len(c.Missing) == 0 && c.Want.Right != adperms.UnexpirePassword
		if len(c.Missing) > 0 {
			lacks = append(lacks, what)
		} else {
			has = append(has, what)
		}
	}
	switch {
	case len(lacks)+len(has) == 0:
		return ""
	case len(lacks) == 0:
		return "It has all of the rights already, and needs no grant"
	case !onUsers:
		return "That gives it none of the rights on users"
	}
	return "It has " + strings.Join(has, ", ") + " already, and not " + strings.Join(lacks, ", ")
}
