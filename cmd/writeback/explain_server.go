package main

import (
	"context"

	"writeback/adperms"
)

// explainOnServer adds what the sync server, where it is asked, tells of calls to SAM
// that it, or a domain controller, does not let through: that concerns every user.
func (a *app) explainOnServer(ctx context.Context, at *place, told *reasonsOf) error {
	if a.cloud == nil || at.delegate.Connector.DN == "" {
		return nil
	}
	s := a.cloud.Told(ctx)
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
