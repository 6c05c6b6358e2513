package checks

import (
	"context"
	"strings"

	"writeback/cloudconfig"
)

// fits says whether a check that is made alone fits where the program runs: on
// the sync server that it was told about.
func (x *examination) fits(ctx context.Context, c Check) bool {
	if c.Need != Network || x.Server == nil || x.HostName == "" || x.Directory == nil {
		return false
	}
	s, err := x.serverOf(ctx)
	return err == nil && !s.Told && strings.EqualFold(firstLabel(s.Host), firstLabel(x.HostName))
}

func firstLabel(host string) string {
	label, _, _ := strings.Cut(host, ".")
	return label
}

// outbound reaches out to the documented hosts, as the writeback service does.
// It sees this computer's way, which is the service's only on the sync server.
func outbound(ctx context.Context, x *examination) (answer, error) {
	hosts := cloudconfig.Outbound(x.Cloud)
	switch {
	case x.Dialer == nil:
		return unchecked("this run reaches out to nothing but what it is told of"), nil
	case len(hosts) == 0:
		return unchecked("no host to try is documented for this national cloud: writeback needs %s on port 443", strings.Join(cloudconfig.OutboundNames(x.Cloud), ", ")), nil
	}
	a := answer{source: "this computer"}
	if x.HostName != "" {
		a.source += ", " + x.HostName
	}
	var reached []string
	for _, host := range hosts {
		issuer, err := x.Dialer.Reach(ctx, host)
		if err != nil {
			a = a.warn("outbound", "open TCP port 443 from the sync server to "+strings.Join(cloudconfig.OutboundNames(x.Cloud), ", ")+", without TLS inspection; mind a proxy's idle timeout",
				"%s cannot be reached on port 443: %v", host, err)
			continue
		}
		reached = append(reached, host+" (certificate by "+issuer+")")
	}
	a.text = "reached on port 443: " + strings.Join(reached, ", ")
	if len(reached) == 0 {
		a.text = "none of " + strings.Join(hosts, ", ") + " was reached"
	}
	return a, nil
}
