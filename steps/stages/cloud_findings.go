package stages

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/steps"
)

// staleAfter is when a synchronisation is late: Connect runs every 30 minutes.
const staleAfter = 24 * time.Hour

// maxSkew is what sign-ins bear between two clocks (Kerberos, and tokens).
const maxSkew = 5 * time.Minute

// common is what a stage tells of what concerns both: one of them tells it, lest
// be read twice. What blocks, blocks both, but for what is about the server alone.
func (c *Cloud) common(stage string, o Observation) []steps.Finding {
	teller := c.Teller
	if teller == "" {
		teller = WritebackInfo.ID
	}
	return slices.DeleteFunc(append(c.prerequisites(o), o.Unseen...), func(f steps.Finding) bool {
		switch ofServer := slices.ContainsFunc(o.Mismatches, func(m cloudconfig.Mismatch) bool { return m.Text == f.Text }); {
		case f.Level == steps.LevelError && !ofServer:
			return false
		case f.Code == portalUnread:
			return stage != SSPRInfo.ID
		}
		return stage != teller
	})
}

// prerequisites are what must hold in the tenant before writeback can work.
func (c *Cloud) prerequisites(o Observation) (out []steps.Finding) {
	add := func(level steps.Level, code, text, fix string) {
		out = append(out, steps.Finding{Level: level, Code: code, Text: text, Fix: fix})
	}
	out = append(out, c.whichTenant(o)...)
	if why := cloudconfig.Unsupported(c.product(o), c.Links.Cloud()); why != "" {
		add(steps.LevelError, "sync-unsupported", why,
			"have Entra Connect write back: --sync connect; the rights in Active Directory alone can be granted with --only delegate")
	}
	if t := o.Tenant; t != nil {
		switch {
		case t.SyncUnread: // it is among what was not read
		case !t.SyncEnabled:
			add(steps.LevelError, "sync-disabled", fmt.Sprintf("tenant %s is not synchronised with any Active Directory", t.DisplayName),
				"set up Entra Connect or Cloud Sync first")
		case t.LastSync.IsZero() || o.At.Sub(t.LastSync) > staleAfter:
			add(steps.LevelWarning, "sync-stale", fmt.Sprintf("the last synchronisation of tenant %s was %s", t.DisplayName, ago(o.At, t.LastSync)),
				"look at the sync server: a service that does not synchronise does not write back")
		}
		for _, part := range t.Unread {
			level, fix := steps.LevelWarning, "sign in with what is missing, or do without this part"
			if part.Idle {
				level, fix = steps.LevelInfo, ""
				part.Why += "; nothing is decided by it"
			}
			add(level, "tenant-part-unread", "could not read "+part.What+": "+part.Why, fix)
		}
		if t.Plans != nil && t.Licensed() == "" {
			add(steps.LevelWarning, "licence-missing", fmt.Sprintf("tenant %s has no licence that includes password writeback (Microsoft Entra ID P1 or P2)", t.DisplayName),
				"get Microsoft Entra ID P1 or P2, or a product that includes one, for the users whose passwords are to be written back")
		}
	}
	if skew := c.skew(o); skew != "" {
		add(steps.LevelWarning, "clock-skew", skew, "set both clocks; sign-ins fail beyond 5 minutes")
	}
	return append(out, c.aboutServer(o)...)
}

// product is the one that the run is about: as asked for, or as the server has it.
func (c *Cloud) product(o Observation) string {
	if c.Expected.Product == "" && o.Server != nil {
		return o.Server.Product
	}
	return c.Expected.Product
}

// skew names clocks that differ by more than sign-ins bear; "" where none does.
func (c *Cloud) skew(o Observation) string {
	var parts []string
	differs := func(whose string, by time.Duration) {
		if by.Abs() > maxSkew {
			parts = append(parts, fmt.Sprintf("the clock of %s differs from this computer's by %s", whose, by.Abs().Round(time.Minute)))
		}
	}
	if o.Tenant != nil {
		differs("Microsoft Graph", o.Tenant.Skew)
	}
	if o.Server != nil && !o.Server.At.IsZero() && !o.Server.Told {
		differs(o.Server.Host, o.Server.At.Sub(o.At))
	}
	return strings.Join(parts, "; ")
}

// ago says when something was.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return "never"
	}
	return then.UTC().Format(time.RFC3339) + fmt.Sprintf(", %.0f hours ago", now.Sub(then).Hours())
}

// whichTenant stops at a tenant that does not belong to the domain.
func (c *Cloud) whichTenant(o Observation) (out []steps.Finding) {
	wrong := func(text string) {
		out = append(out, steps.Finding{Level: steps.LevelError, Code: "wrong-tenant", Text: text,
			Fix: "sign in to the tenant that this domain is synchronised to, or check which connector account is the right one"})
	}
	if t := o.Tenant; t != nil {
		if c.Expected.Tenant != "" && !t.Is(c.Expected.Tenant) {
			wrong(fmt.Sprintf("signed in to tenant %s (%s), asked for was %s", t.DisplayName, t.ID, c.Expected.Tenant))
		}
		if c.Expected.Described != "" && !t.Is(c.Expected.Described) {
			wrong(fmt.Sprintf("signed in to tenant %s (%s), but the connector account says that this domain is synchronised to %s", t.DisplayName, t.ID, c.Expected.Described))
		}
		if o.Page != nil && o.Page.Tenant != "" && !t.Is(o.Page.Tenant) {
			wrong(fmt.Sprintf("the portal's token is for tenant %s, the sign-in to Graph for %s", o.Page.Tenant, t.ID))
		}
	}
	return out
}

// bindings tells of a server that is not bound to the run's domain and tenant. What
// is only unproven, or not comparable, is an error where something is switched.
func bindings(all []cloudconfig.Mismatch, switching bool) (out []steps.Finding) {
	for _, m := range all {
		f := steps.Finding{Level: steps.LevelError, Code: m.Code, Text: m.Text, Fix: m.Fix}
		open := m.Unproven || m.Code == cloudconfig.ServerUnbound
		switch {
		case open && !switching:
			f.Level = steps.LevelWarning
		case m.Unproven:
			f.Accept = m.Code
		}
		if open || !switching {
			out = append(out, f)
		}
	}
	return out
}

func (c *Cloud) aboutServer(o Observation) (out []steps.Finding) {
	s := o.Server
	if s == nil {
		return nil
	}
	out = bindings(o.Mismatches, false)
	warn := func(code, text, fix string) {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: code, Text: text, Fix: fix})
	}
	if s.Staging {
		warn("staging-server", fmt.Sprintf("%s is in staging mode: it writes nothing back", s.Host), "ask the active sync server instead (--sync-server)")
	}
	if k, _ := s.ConnectorOf(c.Expected.Forest); c.Expected.FromPlan && k.SignsInAs(c.Expected.Account) == cloudconfig.SameAccount {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "connector-as-planned",
			Text: fmt.Sprintf("%s signs in to %s as %s, which is the account in the plan file: whether it has the rights was not looked at here", s.Host, k.Forest, c.Expected.Account),
			Fix:  "whoever holds the stage delegate finds that out with writeback verify"})
	}
	for _, domain := range s.LeavesOut(c.Expected.Forest, c.Expected.Domains) {
		warn("domain-left-out", fmt.Sprintf("the connector of %s to the forest %s leaves the domain %s out: its users are not synchronized, and their passwords are not written back", s.Host, c.Expected.Forest, domain),
			"select the domain in the wizard of Microsoft Entra Connect (Customize synchronization options, Domain and OU filtering), or leave it out of this run")
	}
	if age := o.At.Sub(s.At); s.Told && age > staleAfter {
		warn("answer-old", fmt.Sprintf("the answer of %s is of %s: it says how things were then", s.Host, ago(o.At, s.At)), "run the script there again, and bring the new answer")
	}
	out = append(out, aboutAnswer(*s)...)
	if s.Agent != "" && c.Expected.Product == "" {
		warn("two-sync-products", fmt.Sprintf("%s runs Entra Connect (%s) and the Cloud Sync agent (%s): each has its own switch, and a user is written back by one of them", s.Host, s.Version, s.Agent),
			"say which one writes back: --sync connect, or --sync cloud")
	}
	for _, p := range s.Problems {
		warn("server-problem", fmt.Sprintf("%s could not answer everything: %s", s.Host, p), "")
	}
	out = append(out, c.aboutVersion(*s, o.At)...)
	return append(out, eventFindings(*s, o.Testimony)...)
}

// aboutAnswer is what there is to know of how an answer came here.
func aboutAnswer(s cloudconfig.Server) (out []steps.Finding) {
	if s.Unmatched {
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "answer-unmatched",
			Text: fmt.Sprintf("it is not known which script the answer of %s belongs to: none was left from this state directory in the last 30 days", s.Host),
			Fix:  "leave one (--writeback-method handoff --handoff-script FILE), have it run, and bring its answer"})
	}
	if s.LeftOut != "" {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "answer-short",
			Text: fmt.Sprintf("the answer of %s was copied in a short form (left out: %s)", s.Host, s.LeftOut), Fix: "for more, bring the file that the script left on the server"})
	}
	return out
}

// aboutVersion is what there is to know of the version of the product that writes
// back. It never blocks: what the table says is second-hand, and an error here
// would keep permissions from being granted, which need no sync server.
func (c *Cloud) aboutVersion(s cloudconfig.Server, now time.Time) []steps.Finding {
	product, version := s.Judged(c.Expected.Product)
	f := steps.Finding{Level: steps.LevelWarning, Code: "sync-version", Fix: "install a current version on " + shell.Name(s.Host)}
	switch v := cloudconfig.Versions(product, version, c.Links.Cloud(), now); v.State {
	case cloudconfig.VersionOld, cloudconfig.VersionDead:
		f.Text = v.Text
	case cloudconfig.VersionNewer:
		f.Level, f.Text, f.Fix = steps.LevelInfo, v.Text, ""
	default:
		return nil
	}
	return []steps.Finding{f}
}

// eventFindings are a warning for each event that still needs somebody, and one
// line to know for those that something later mended.
func eventFindings(s cloudconfig.Server, all []cloudconfig.Testimony) (out []steps.Finding) {
	var past []string
	var last cloudconfig.Trouble
	for _, t := range s.Troubles(all) {
		if t.Past() {
			past = append(past, strconv.Itoa(t.ID))
			if t.At.After(last.At) {
				last = t
			}
			continue
		}
		text := fmt.Sprintf("%s logged event %d at %s: %s", s.Host, t.ID, t.At.UTC().Format(time.RFC3339), t.Text)
		if t.Cause.Code != "" {
			text += fmt.Sprintf(" (%s: %s)", t.Cause.Code, t.Cause.Text)
		}
		if t.OneUser() {
			text += "; this is about one user, and shows that requests do reach Active Directory"
		}
		out = append(out, steps.Finding{Level: steps.LevelWarning, Code: "server-event", Text: text, Fix: t.Advice()})
	}
	if len(past) > 0 {
		out = append(out, steps.Finding{Level: steps.LevelInfo, Code: "server-event",
			Text: fmt.Sprintf("%s logged errors that are past (events %s, the last at %s): later, at %s, it shows %s",
				s.Host, strings.Join(slices.Compact(past), ", "), last.At.UTC().Format(time.RFC3339), last.Mended.At.UTC().Format(time.RFC3339), last.Mended.What)})
	}
	return out
}
