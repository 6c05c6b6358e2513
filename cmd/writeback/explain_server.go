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

// explainSide adds how writeback stands on the sync side.
func (a *app) explainSide(ctx context.Context, told *reasonsOf) error {
	r, planned, err := a.writeback.Reason(ctx)
	if err != nil || r.Code == "" {
		return err
	}
	if !slices.ContainsFunc(told.now, func(is adperms.Reason) bool { return is.Code == r.Code }) {
		told.add(adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	if r.Weight == cloudconfig.Notes {
		return nil
	}
	if told.side.Now = r.Code; !planned {
		told.side.After = r.Code
	}
	return nil
}
