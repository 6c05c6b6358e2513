package cloudconfig

import (
	"fmt"
	"strings"
	"time"
)

// What each source's answer says to the claims.

// Testify is what the portal's policy says. source is where it was read.
func (p Policy) Testify(source string, at time.Time) []Testimony {
	t := func(c Claim, says Says, what string) Testimony {
		return Testimony{Claim: c, Witness: Portal, Says: says, What: what, Source: source, At: at}
	}
	fields := fmt.Sprintf("enablementForTenant %t, passwordWritebackSupported %t", p.EnablementForTenant, p.PasswordWritebackSupported)
	return []Testimony{
		t(SSPROn, p.Writeback(), "On-premises integration: "+fields),
		t(UnlockOn, p.Unlock(), fmt.Sprintf("On-premises integration: accountUnlockEnabled %t", p.AccountUnlockEnabled)),
		t(WritebackOn, says(p.PasswordWritebackSupported), fmt.Sprintf("On-premises integration: passwordWritebackSupported %t", p.PasswordWritebackSupported)),
	}
}

// Testify is what the tenant's own flag says: nothing that counts.
func (t Tenant) Testify(source string, at time.Time) []Testimony {
	if t.GraphFlag == nil {
		return nil
	}
	return []Testimony{{
		Claim: WritebackOn, Witness: GraphFlag, Says: says(*t.GraphFlag), Source: source, At: at,
		What: fmt.Sprintf("features.passwordWritebackEnabled %t, which Microsoft documents as not in use", *t.GraphFlag),
	}}
}

// Testify is what the sync server says. A server in staging mode writes nothing
// back, so that its switch says nothing about the one that does.
func (s Server) Testify() []Testimony {
	if s.Staging {
		return nil
	}
	var out []Testimony
	if r := s.Reset; r != nil {
		t := Testimony{
			Claim: WritebackOn, Witness: Cmdlet, Says: Unclear, At: s.At,
			What:   fmt.Sprintf("Enabled %t, ServiceStatus %s, OnboardingRequiredStatus %s", r.Enabled, r.ServiceStatus, r.OnboardingStatus),
			Source: "Get-ADSyncAADPasswordResetConfiguration on " + s.Host,
		}
		switch {
		case r.Running():
			t.Says = On
		case !r.Enabled:
			t.Says = Off
		}
		out = append(out, t)
	}
	for _, e := range s.Events {
		m, known := Meaning(e.ID)
		if !known || m.Says == "" {
			continue
		}
		out = append(out, Testimony{
			Claim: WritebackOn, Witness: EventLog, Says: m.Says, At: e.At,
			What:   fmt.Sprintf("event %d %s: %s", e.ID, m.Name, m.Text),
			Source: fmt.Sprintf("application event log of %s, source %s", s.Host, e.Source),
		})
	}
	return out
}

// TestifyAudits is what the directory audit log says.
func TestifyAudits(all []Audit, source string) (out []Testimony) {
	for _, a := range all {
		for _, t := range a.testify() {
			t.Source, t.At = source, a.At
			out = append(out, t)
		}
	}
	return out
}

func (a Audit) testify() []Testimony {
	what := fmt.Sprintf("%q by %s", a.Activity, a.By)
	if a.OnPremises() {
		what += ", written back by " + a.Agent
	}
	t := func(c Claim, w Witness, s Says) Testimony {
		return Testimony{Claim: c, Witness: w, Says: s, What: what}
	}
	is := func(activity string) bool { return strings.EqualFold(a.Activity, activity) }
	switch {
	case !a.Success:
		return nil
	case is(AuditEnable):
		return []Testimony{t(WritebackOn, SwitchLog, On)}
	case is(AuditDisable):
		return []Testimony{t(WritebackOn, SwitchLog, Off)}
	case !a.OnPremises():
		return nil
	case is(AuditSelfReset):
		return []Testimony{t(WritebackOn, WriteLog, On), t(SSPROn, WriteLog, On)}
	case is(AuditAdminReset):
		return []Testimony{t(WritebackOn, WriteLog, On)}
	case is(AuditUnlock):
		return []Testimony{t(WritebackOn, WriteLog, On), t(UnlockOn, WriteLog, On)}
	}
	return nil
}
