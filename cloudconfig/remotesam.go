package cloudconfig

import (
	"fmt"
	"slices"
	"time"
)

// Writeback asks a domain controller's SAM about the user (NetUserGetInfo). The policy
// "Network access: Restrict clients allowed to make remote calls to SAM" can keep the
// connector account from that. Microsoft's page of SSPR_0029 names the policy on the
// sync server and on the domain controllers alike; only the former is looked at here.

// RemoteSAMRestricted is the code of [Server.RemoteSAM].
const RemoteSAMRestricted = "remote-sam-restricted"

const allowRemoteSAM = "allow the connector account Remote Access in the policy Network access: Restrict clients allowed to make remote calls to SAM, for the sync server and for the domain controllers; " +
	"or undefine the policy and then delete RestrictRemoteSam below HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa on each of them: undefining alone leaves it there"

// deniedBySAM is the cause of an ERROR_ACCESS_DENIED, with what the server's registry
// says about it.
func (s Server) deniedBySAM() Cause {
	c := accessDenied
	switch v := s.RestrictRemoteSAM; {
	case v == nil:
	case *v == "":
		c.Text += fmt.Sprintf("; RestrictRemoteSam is not set on %s, and was not looked at on the domain controllers", s.Host)
	default:
		c.Text += fmt.Sprintf("; RestrictRemoteSam is set on %s: %s", s.Host, *v)
		c.Fix = allowRemoteSAM
	}
	return c
}

// RemoteSAM says whether a restriction of remote calls to SAM is a likely reason why
// nothing is written back: the server logged an access that was denied, or its
// registry bars the connector account. A password that was written back by the log's
// events speaks against the latter.
func (s Server) RemoteSAM(account string, barred bool) (Reason, bool) {
	r := Reason{Code: RemoteSAMRestricted, Weight: Hinders, Fix: allowRemoteSAM}
	own := s.Testify()
	for _, t := range s.Troubles(own) {
		if t.Cause.Code == accessDenied.Code && !t.Past() {
			r.Text = fmt.Sprintf("%s logged event %d at %s (%s): %s", s.Host, t.ID, t.At.UTC().Format(time.RFC3339), t.Cause.Code, t.Cause.Text)
			r.Fix = t.Advice()
			return r, true
		}
	}
	if !barred || slices.ContainsFunc(own, func(t Testimony) bool { return t.Sign == Written }) {
		return Reason{}, false
	}
	r.Text = fmt.Sprintf("RestrictRemoteSam on %s does not let %s make remote calls to SAM (%s): Microsoft names this as a cause of event 33004 and SSPR_0029", s.Host, account, *s.RestrictRemoteSAM)
	return r, true
}
