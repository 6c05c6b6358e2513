package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/adperms/secdesc"
)

// A name may be of another domain of the forest than those that were asked for. Which one,
// the crossRef objects of a DC that is trusted say; never a referral, whose host is neither
// looked up nor connected to. The other domain is connected to as a further --domain is:
// with the same sign-in, and by the same rules of trust.

// search finds the one principal that has a name.
type search struct {
	caller *Caller
	here   []*Domain // that are connected
	ask    func(context.Context, *Domain) (adperms.Principal, error)

	more []*Domain          // connected to since
	from map[string]*Domain // by DN, who told of a domain of the forest
	hits []hit
	none error   // what is said where no domain has the name
	lost []error // domains that might have it and could not be asked
}

type hit struct {
	in *Domain
	is adperms.Principal
}

// find gives the principal, and the domain that it is in: one of those that are here, or one
// that was connected to, which the caller closes.
func (x *search) find(ctx context.Context, name string) (in *Domain, is adperms.Principal, err error) {
	defer func() {
		closeAll(slices.DeleteFunc(x.more, func(d *Domain) bool { return d == in }))
	}()
	form, _ := directory.FormOf(name)
	if form != directory.DomainName { // which may be ambiguous
		err = x.askHere(ctx, name, form)
	}
	if err == nil {
		err = x.askElsewhere(ctx, name, form)
	}
	if err != nil {
		return nil, is, err
	}
	switch {
	case len(x.hits) == 1:
		return x.hits[0].in, x.hits[0].is, nil
	case len(x.hits) > 1:
		e := &directory.AmbiguousError{Name: name}
		for _, h := range x.hits {
			e.Candidates = append(e.Candidates, h.is)
		}
		return nil, is, e
	case len(x.lost) > 0:
		return nil, is, errors.Join(x.lost...)
	}
	if root := x.here[0].Conn.Root(); form == directory.BareName && root.Domain() != root.Forest() {
		return nil, is, fmt.Errorf(`%w; an account of another domain of the forest is named as DOMAIN\name, or by its UPN, DN or SID`, x.none)
	}
	return nil, is, x.none
}

// askHere asks the domains that are connected: of a DN, the one that it lies in.
func (x *search) askHere(ctx context.Context, name string, form directory.NameForm) error {
	ask := x.here
	if form == directory.DNName {
		ask = nil
		for _, d := range x.here {
			if adperms.DNWithin(name, d.Conn.Root().DefaultNC) && (len(ask) == 0 || adperms.DNWithin(d.Conn.Root().DefaultNC, ask[0].Conn.Root().DefaultNC)) {
				ask = []*Domain{d}
			}
		}
	}
	for _, d := range ask {
		missing, err := x.askIn(ctx, d)
		if err != nil {
			return err
		}
		if x.none == nil {
			x.none = missing
		}
		if len(x.hits) > 0 && form == directory.SIDName {
			break // nobody else has it
		}
	}
	return nil
}

// askIn asks one domain. missing is its answer where it does not have the name.
func (x *search) askIn(ctx context.Context, d *Domain) (missing, err error) {
	p, err := x.ask(ctx, d)
	if notThere(err) {
		return err, nil
	}
	if err == nil && !slices.ContainsFunc(x.hits, func(h hit) bool { return h.is.SID == p.SID }) {
		x.hits = append(x.hits, hit{d, p})
	}
	return nil, err
}

// notThere says that a domain does not have a name.
func notThere(err error) bool {
	var none *directory.NoSuchPrincipalError
	var gone *directory.NotFoundError
	var referred *directory.ReferralError
	return errors.As(err, &none) || errors.As(err, &gone) || errors.As(err, &referred)
}

// askElsewhere asks the domains that the name can be of and that are not here.
func (x *search) askElsewhere(ctx context.Context, name string, form directory.NameForm) error {
	if form == directory.BareName || len(x.hits) > 0 && (form != directory.UPNName || x.suffixOfHere(name)) {
		return nil
	}
	all, err := x.domains(ctx)
	if err != nil {
		return err
	}
	to, err := directory.InDomain(name, all)
	if err != nil {
		return err
	}
	if to != nil && (form != directory.UPNName || x.connected(*to) == nil) {
		return x.askOne(ctx, *to, name, true)
	}
	var referred *directory.ReferralError
	switch {
	case form == directory.DomainName, form == directory.DNName && (x.none == nil || errors.As(x.none, &referred)):
		return &directory.NoSuchDomainError{Name: name, Domains: all, Err: x.none}
	case len(x.hits) > 0, form == directory.DNName, form == directory.SIDName && x.sidOfHere(ctx, name):
		return nil
	}
	return x.askAll(ctx, all, name)
}

// askAll asks one domain after the other, where nothing says which has the name.
func (x *search) askAll(ctx context.Context, all []directory.DomainInfo, name string) error {
	for _, info := range all {
		if x.connected(info) != nil {
			continue // it was asked
		}
		var lost *UnreachedDomainError
		err := x.askOne(ctx, info, name, false)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &lost):
			x.lost = append(x.lost, err)
		case err != nil:
			return err
		}
		if form, _ := directory.FormOf(name); len(x.hits) > 0 && form == directory.SIDName {
			return nil // nobody else has it
		}
	}
	return nil
}

// askOne asks one domain of the forest; certain says that the name is of this one.
func (x *search) askOne(ctx context.Context, info directory.DomainInfo, name string, certain bool) error {
	d := x.connected(info)
	if d == nil {
		var err error
		if d, err = x.caller.neighbor(ctx, x.from[info.DN], info); err != nil {
			return &UnreachedDomainError{Name: name, Domain: info.DNS, Certain: certain, Err: err}
		}
		x.more = append(x.more, d)
	}
	missing, err := x.askIn(ctx, d)
	if missing != nil && certain {
		x.none = missing
	}
	return err
}

// domains are those of the forests of the domains that are here, as these tell them.
func (x *search) domains(ctx context.Context) (all []directory.DomainInfo, err error) {
	x.from = map[string]*Domain{}
	told := map[string]bool{}
	for _, d := range x.here {
		if told[d.Conn.Root().Forest()] {
			continue
		}
		told[d.Conn.Root().Forest()] = true
		found, err := d.Conn.Domains(ctx)
		if err != nil {
			return nil, err
		}
		for _, info := range found {
			x.from[info.DN] = d
		}
		all = append(all, found...)
	}
	return all, nil
}

// connected is a domain that is connected to; nil: it is not.
func (x *search) connected(info directory.DomainInfo) *Domain {
	for _, d := range slices.Concat(x.here, x.more) {
		if adperms.SameDN(d.Conn.Root().DefaultNC, info.DN) {
			return d
		}
	}
	return nil
}

// suffixOfHere says that a UPN ends in the name of a domain that was asked.
func (x *search) suffixOfHere(name string) bool {
	_, suffix := directory.FormOf(name)
	return slices.ContainsFunc(x.here, func(d *Domain) bool { return strings.EqualFold(d.Name(), suffix) })
}

// sidOfHere says that a SID is of a domain that was asked: then no other one has it.
func (x *search) sidOfHere(ctx context.Context, name string) bool {
	sid, err := secdesc.ParseSID(strings.TrimSpace(name))
	if err != nil {
		return false
	}
	for _, d := range x.here {
		if own, err := d.Conn.DomainSID(ctx); err == nil && own == sid.Domain() {
			return true
		}
	}
	return false
}
