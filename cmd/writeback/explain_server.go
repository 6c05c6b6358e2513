package main

import (
	"context"
	"slices"

	"writeback/adperms"
	"writeback/cloudconfig"
)

// explainOnServer adds what the sync server, where it is asked, tells of calls to SAM
// that it, or a domain controller, does not let through: that concerns every user.
func (a *app) explainOnServer(ctx context.Context, at *place, told *reasonsOf) error {
	if at.delegate.Connector.DN == "" {
		return nil
	}
	if a.writeback == nil {
		return nil
	}
	s := a.writeback.Believed(ctx)
	if s == nil {
		return ctx.Err()
	}
	connector, err := at.delegate.Directory.Trustee(ctx, at.delegate.Connector.DN)
	if err != nil {
		return err
	}
	if r, is := s.RemoteSAM(connector.SAM, adperms.BarredFromSAM(s.RestrictRemoteSAM, connector)); is {
		told.add(adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	return nil
}

// explainSide adds how writeback stands on the sync side, and in the tenant.
func (a *app) explainSide(ctx context.Context, told *reasonsOf) error {
	if a.writeback != nil {
		r, planned, err := a.writeback.Reason(ctx)
		if err != nil {
			return err
		}
		told.everybody(r, planned)
	}
	if a.sspr != nil {
		r, planned, err := a.sspr.Reason(ctx)
		if err != nil {
			return err
		}
		told.everybody(r, planned)
	}
	return nil
}

// everybody adds what concerns every user; the first that is in the way is said.
func (told *reasonsOf) everybody(r cloudconfig.Reason, planned bool) {
	if r.Code == "" {
		return
	}
	if !slices.ContainsFunc(told.now, func(is adperms.Reason) bool { return is.Code == r.Code }) {
		told.add(adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	if r.Weight == cloudconfig.Notes {
		return
	}
	if told.side.Now == "" {
		told.side.Now = r.Code
	}
	if !planned && told.side.After == "" {
		told.side.After = r.Code
	}
}
