package cloudconfig

import (
	"fmt"
	"slices"
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
	out := []Testimony{
		t(SSPROn, p.Writeback(), "On-premises integration: "+fields),
		t(UnlockOn, p.Unlock(), fmt.Sprintf("On-premises integration: accountUnlockEnabled %t", p.AccountUnlockEnabled)),
		t(WritebackOn, says(p.PasswordWritebackSupported), fmt.Sprintf("On-premises integration: passwordWritebackSupported %t", p.PasswordWritebackSupported)),
	}
	if p.CloudProvisioningEnabled {
		cloud := t(WritebackOn, On, "On-premises integration: cloudProvisioningEnablementForTenant true, which is taken for the switch of Cloud Sync and is not documented; an entry Reset password (by admin) whose OnPremisesAgent is CloudSync proves that it writes back")
		cloud.Witness, cloud.Product = CloudSync, "cloud"
		out = append(out, cloud)
	}
	return out
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
// back, so that its switch says nothing about the one that does. Of a server that may
// be in it, only what speaks against it counts. An agent of Cloud Sync says nothing of
// writeback, and the events on its host are of Entra Connect.
func (s Server) Testify() []Testimony {
	if s.Staging || s.Product == "cloud" {
		return nil
	}
	out := s.testify()
	if s.StagingUnknown {
		out = slices.DeleteFunc(out, func(t Testimony) bool { return t.Says == On })
	}
	return out
}

func (s Server) testify() []Testimony {
	var out []Testimony
	if r := s.Reset; r != nil {
		t := Testimony{
			Claim: WritebackOn, Witness: Cmdlet, Says: Unclear, At: s.At,
			What:   fmt.Sprintf("Enabled %t, ServiceStatus %s, OnboardingRequiredStatus %s", r.Enabled, r.ServiceStatus, r.OnboardingStatus),
			Source: "Get-ADSyncAADPasswordResetConfiguration on " + s.Host,
		}
		if r.Modified != nil {
			t.What += ", changed " + r.Modified.UTC().Format(time.RFC3339)
		}
		switch {
		case r.Running():
			t.Says = On
		case !r.Enabled:
			t.Says = Off
		}
		out = append(out, t)
	}
	for i := range out {
		out[i].Product = s.Product
	}
	for _, e := range s.Events {
		out = append(out, s.testifyEvent(e)...)
	}
	if sign, what := s.silence(); sign != "" {
		out = append(out, Testimony{
			Claim: WritebackOn, Witness: EventLog, Says: Failing, Sign: sign, At: s.At, Product: s.Product, Clock: s.Host, Read: s.At,
			What: what, Source: "application event log of " + s.Host,
		})
	}
	for i, t := range out {
		if hint := s.unreached(); hint != "" && (t.Sign == Down || t.Sign == Silent) {
			out[i].What += "; " + hint
		}
	}
	return out
}

// testifyEvent is what one event says. That a self-service reset was written back
// also shows that the tenant hands them over.
func (s Server) testifyEvent(e Event) []Testimony {
	m, known := Meaning(e.ID)
	cause, barred := s.barring(e)
	if c := cause; known && barred {
		m.Sign, m.Text = Lost, fmt.Sprintf("%s, for a cause that concerns every user (%s: %s)", m.Text, c.Code, c.Text)
	}
	if !known || m.Sign.says() == "" {
		return nil
	}
	t := Testimony{
		Claim: WritebackOn, Witness: EventLog, Says: m.Sign.says(), Sign: m.Sign, Event: e.ID, Fix: cause.Fix, At: e.At, Product: s.Product, Clock: s.Host, Read: s.At,
		What:   fmt.Sprintf("event %d %s: %s", e.ID, m.Name, m.Text) + e.often(),
		Source: fmt.Sprintf("application event log of %s, source %s", s.Host, e.Source),
	}
	if e.ID != selfReset {
		return []Testimony{t}
	}
	sspr := t
	sspr.Claim = SSPROn
	return []Testimony{t, sspr}
}

// selfReset is the event of a self-service reset that was written back.
const selfReset = 31002

// silence is [Silent] or [Unheard] with what was missed, where a fresh sign of life
// should be in the event log and was not seen. It should be there for a server whose
// switch is on, or whose log claims it where the switch could not be read. The agent
// of Cloud Sync logs no such events.
func (s Server) silence() (sign Sign, what string) {
	if s.Product != "connect" || fresh(s.SwitchedOn, s.At) {
		return "", ""
	}
	good := func(e Event) bool { return slices.Contains(mends[Silent], events[e.ID].Sign) }
	if s.Reset == nil && !slices.ContainsFunc(s.Events, good) || s.Reset != nil && !s.Reset.Enabled {
		return "", ""
	}
	if slices.ContainsFunc(s.Events, func(e Event) bool { return good(e) && fresh(e.At, s.At) }) {
		return "", ""
	}
	if s.EventsUnread {
		return Unheard, "the event log was not read, or not far enough: whether there was a heartbeat (event 31019) is not known"
	}
	var last time.Time
	for _, e := range s.Events {
		if events[e.ID].Sign == Beat && e.At.After(last) {
			last = e.At
		}
	}
	was := "the log has none"
	if !last.IsZero() {
		was = "the last one was at " + last.UTC().Format(time.RFC3339)
	}
	return Silent, fmt.Sprintf("no heartbeat (event 31019) in the %.0f minutes before %s: %s", FreshBeat.Minutes(), s.At.UTC().Format(time.RFC3339), was)
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
	t := func(c Claim, w Witness, sign Sign) Testimony {
		return Testimony{Claim: c, Witness: w, Says: sign.says(), Sign: sign, What: what, Product: a.product()}
	}
	is := func(activity string) bool { return strings.EqualFold(a.Activity, activity) }
	reset := is(AuditSelfReset) || is(AuditAdminReset) || is(AuditUnlock)
	switch {
	case !a.Success && reset:
		return a.testifyFailure(what)
	case !a.Success:
		return nil
	case is(AuditEnable):
		return []Testimony{t(WritebackOn, SwitchLog, Onboarded)}
	case is(AuditDisable):
		return []Testimony{t(WritebackOn, SwitchLog, Offboarded)}
	case is(AuditUnlock) && !strings.EqualFold(a.Agent, "None"):
		// An unlock is carried out in AD by definition, whoever's agent does it.
		return []Testimony{t(WritebackOn, WriteLog, Written), t(UnlockOn, WriteLog, Written)}
	case is(AuditSelfReset) && a.Agent == "":
		what += ", without the name of an agent: event 31002 on the sync server at that time, or pwdLastSet of the user in AD, shows whether it was written back"
		hint := func(c Claim) Testimony { return Testimony{Claim: c, Witness: ResetLog, Says: On, What: what} }
		return []Testimony{hint(WritebackOn), hint(SSPROn)}
	case !a.OnPremises():
		return nil
	case is(AuditSelfReset):
		return []Testimony{t(WritebackOn, WriteLog, Written), t(SSPROn, WriteLog, Written)}
	case is(AuditAdminReset):
		return []Testimony{t(WritebackOn, WriteLog, Written)}
	}
	return nil
}

// testifyFailure is what a reset or unlock that failed says about the way to AD,
// by the code that the log gives as its reason.
func (a Audit) testifyFailure(what string) []Testimony {
	sign, why, fix := Failed, "no reason is given", ""
	if a.Reason != "" {
		why = a.Reason
	}
	if f, known := failureOf(a.Reason); known {
		if sign = f.sign; sign == "" {
			return nil
		}
		why, fix = f.code+": "+f.text, f.fix
	}
	return []Testimony{{Claim: WritebackOn, Witness: FailLog, Says: sign.says(), Sign: sign, Fix: fix, Product: a.product(), What: what + " failed: " + why}}
}

// product is whose agent the entry names; "": none.
func (a Audit) product() string {
	switch agent := strings.ToLower(a.Agent); {
	case strings.Contains(agent, "cloud"):
		return "cloud"
	case strings.Contains(agent, "connect"):
		return "connect"
	}
	return ""
}
