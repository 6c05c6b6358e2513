package main

import (
	"context"
	"slices"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/internal/session"
)

// explainOnServer adds what the sync server, where it is asked, tells of calls to SAM
// that it, or a domain controller, does not let through: that concerns every user.
func explainOnServer(ctx context.Context, in *session.Session, at *session.Domain, told *reasonsOf) error {
	if at.Delegate.Connector.DN == "" {
		return nil
	}
	if in.Writeback == nil {
		return nil
	}
	s := in.Writeback.Believed(ctx)
	if s == nil {
		return ctx.Err()
	}
	connector, err := at.Delegate.Directory.Trustee(ctx, at.Delegate.Connector.DN)
	if err != nil {
		return err
	}
	if r, is := s.RemoteSAM(connector.SAM, adperms.BarredFromSAM(s.RestrictRemoteSAM, connector)); is {
		told.add(adperms.Reason{Code: r.Code, Weight: adperms.Weight(r.Weight), Text: r.Text, Fix: r.Fix})
	}
	return nil
}

// explainSide adds how writeback stands on the sync side, and in the tenant.
func explainSide(ctx context.Context, in *session.Session, told *reasonsOf) error {
	if in.Writeback != nil {
		r, planned, err := in.Writeback.Reason(ctx)
		if err != nil {
			return err
		}
		told.everybody(r, planned)
	}
	if in.SSPR != nil {
		r, planned, err := in.SSPR.Reason(ctx)
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
