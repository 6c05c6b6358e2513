package guide

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"writeback/internal/session"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/wizard"
)

// Where: the domain, and the DC that is read and written.

const (
	domainWhy = "The rights are granted in this domain, and its domain controllers are found by it."
	dcWhy     = "One domain controller (DC) is read and written. Left at what DNS names, the first of them that answers is taken."
	dcHelp    = "Write HOST or ldaps://HOST, or ldap://HOST for StartTLS, with :PORT where it is another.\nThe password is sent only after the DC has proved who it is."
)

func (g *Guide) domain(context.Context) (asking, error) {
	s := g.set()
	if s.Domain() != "" || settings.DC.Of(s) != "" {
		return asking{}, nil
	}
	return asking{Group: wizard.Group{Title: "The domain", Questions: []wizard.Question{g.domainQuestion()}}, take: g.takeDomain}, nil
}

func (g *Guide) domainQuestion() wizard.Question {
	q := wizard.Question{
		Key: "domain", Title: "Which Active Directory domain is it?", Why: domainWhy,
		Help:  "Its DNS name, as in corp.example.\nThat of the users whose passwords are to be written back.",
		Value: g.set().Domain(), From: g.origin(settings.Domains), Check: checkDomain,
	}
	if q.Value == "" {
		q.Value, q.From = g.domainFound()
	}
	return q
}

func (g *Guide) takeDomain(_ context.Context, answers map[string]string) error {
	return g.set().Answer(settings.Domains, strings.TrimSuffix(answers["domain"], "."))
}

func checkDomain(name string) error {
	name = strings.TrimSuffix(name, ".")
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return errors.New("write its DNS name, as in corp.example")
		}
	}
	if !strings.Contains(name, ".") {
		return errors.New("write the whole DNS name, as in corp.example")
	}
	return nil
}

// domainFound is the domain that this computer is in, as far as it tells.
func (g *Guide) domainFound() (domain, from string) {
	if domain = g.caller.DomainOfHere(); domain != "" {
		return domain, "this computer's domain"
	}
	conf, ok := g.caller.LookupEnv("KRB5_CONFIG")
	if !ok {
		conf = "/etc/krb5.conf"
	}
	if domain = defaultRealm(conf); domain != "" && checkDomain(domain) == nil {
		return domain, "the default realm of Kerberos here"
	}
	return "", ""
}

const maxKrb5Conf = 1 << 20 // bytes

// defaultRealm reads default_realm of a krb5.conf (krb5.conf(5), section
// libdefaults). The realm of an AD domain is its DNS name in capitals.
func defaultRealm(file string) string {
	raw, err := statedir.ReadGuarded(file, maxKrb5Conf)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(raw)) {
		name, value, found := strings.Cut(line, "=")
		if found && strings.TrimSpace(name) == "default_realm" {
			return strings.ToLower(strings.TrimSpace(value))
		}
	}
	return ""
}

// controller asks for the DC, and goes there: until it is there and trusted,
// nothing is asked that is meant for it.
func (g *Guide) controller(ctx context.Context) (asking, error) {
	s := g.set()
	switch {
	case g.reached:
		return asking{}, nil
	case g.wantCA:
		return g.authority(), nil
	case s.Unset(settings.DC) || g.untried:
		return g.whichDC(ctx), nil
	}
	err := g.reach(ctx)
	switch untrusted := session.UntrustedIn(err); {
	case err == nil:
		g.reached = true
		return asking{}, nil
	case untrusted != nil && s.Answerable(settings.TLSPin) && s.Answerable(settings.CACert):
		return g.certificate(untrusted), nil
	case ctx.Err() != nil || !s.Answerable(settings.DC) || !session.AboutDC(err):
		return asking{}, err
	}
	g.problem = err.Error()
	return g.whichDC(ctx), nil
}

// reach goes as far as a certificate that is trusted. Nothing is sent to the DC
// until then.
func (g *Guide) reach(ctx context.Context) error {
	s := g.set()
	defer g.busy("Connecting to " + cmp.Or(settings.DC.Of(s), "a DC of "+s.Domain()))()
	return g.caller.Reach(ctx)
}

// whichDC asks for the DC with the one that DNS names filled in; where the
// domain was an answer, too, it can be mended here.
func (g *Guide) whichDC(ctx context.Context) asking {
	s := g.set()
	found := ""
	q := wizard.Question{Key: "dc", Title: "Which domain controller?", Why: dcWhy, Help: dcHelp, Value: settings.DC.Of(s), From: g.origin(settings.DC), Check: checkDC}
	if all := g.inDNS(ctx); len(all) > 0 {
		found = all[0]
		q.Help += "\nDNS names: " + strings.Join(all, ", ")
		if q.Value == "" {
			q.Value, q.From = found, settings.FoundInDNS
		}
	}
	group := wizard.Group{Title: "The domain controller"}
	if g.problem != "" && s.Answerable(settings.Domains) && s.Domain() != "" {
		group.Questions = append(group.Questions, g.domainQuestion())
	}
	group.Questions = append(group.Questions, q)
	return asking{Group: group, take: func(ctx context.Context, answers map[string]string) error {
		g.untried = false
		return g.takeDC(ctx, answers, found)
	}}
}

// takeDC leaves the DC open where it is the one that DNS names: then the next
// one is taken should that one not answer.
func (g *Guide) takeDC(ctx context.Context, answers map[string]string, found string) error {
	s := g.set()
	moved := false
	if domain, is := answers["domain"]; is && !strings.EqualFold(domain, s.Domain()) {
		if err := g.takeDomain(ctx, answers); err != nil {
			return err
		}
		moved = true
	}
	dc, err := s.WholeDC(answers["dc"])
	if err != nil {
		return err
	}
	if dc == found {
		dc = ""
	}
	if moved && (dc == "" || dc == settings.DC.Of(s)) {
		s.Forget(settings.DC)
		return nil
	}
	if dc != settings.DC.Of(s) && s.Origin(settings.TLSPin).Kind == settings.IsAnswer {
		s.Forget(settings.TLSPin) // another DC has another certificate
	}
	return s.Answer(settings.DC, dc)
}

// inDNS are the DCs of the domain that DNS names.
func (g *Guide) inDNS(ctx context.Context) []string {
	if g.set().Domain() == "" {
		return nil
	}
	defer g.busy("Looking for the domain controllers of " + g.set().Domain())()
	return g.caller.InDNS(ctx)
}

// checkDC lets a person type a host, too.
func checkDC(dc string) error {
	if strings.TrimSpace(dc) == "" {
		return errors.New("name the DC, as in dc1.corp.example")
	}
	return session.CheckDC(dc)
}
