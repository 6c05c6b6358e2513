package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"writeback/adperms/directory"
	"writeback/internal/settings"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/wizard"
)

// Where: the domain, and the DC that is read and written.

const (
	domainWhy = "The rights are granted in this domain, and its domain controllers are found by it."
	dcWhy     = "One domain controller (DC) is read and written. Left at what DNS names, the first of them that answers is taken."
	dcHelp    = "Write HOST or ldaps://HOST, or ldap://HOST for StartTLS, with :PORT where it is another.\nThe password is sent only after the DC has proved who it is."
)

func (g *guide) domain(context.Context) (asking, error) {
	s := g.set()
	if s.Domain() != "" || settings.DC.Of(s) != "" {
		return asking{}, nil
	}
	return asking{Group: wizard.Group{Title: "The domain", Questions: []wizard.Question{g.domainQuestion()}}, take: g.takeDomain}, nil
}

func (g *guide) domainQuestion() wizard.Question {
	q := wizard.Question{
		Key: "domain", Title: "Which Active Directory domain is it?", Why: domainWhy,
		Help:  "Its DNS name, as in corp.example.\nThat of the users whose passwords are to be written back.",
		Value: g.set().Domain(), From: g.origin(settings.Domains), Check: checkDomain,
	}
	if q.Value == "" {
		q.Value, q.From = g.app.domainFound()
	}
	return q
}

func (g *guide) takeDomain(_ context.Context, answers map[string]string) error {
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
func (a *app) domainFound() (domain, from string) {
	if domain = a.caller().DomainOfHere(); domain != "" {
		return domain, "this computer's domain"
	}
	conf, ok := a.lookupEnv("KRB5_CONFIG")
	if !ok {
		conf = "/etc/krb5.conf"
	}
	if domain = defaultRealm(conf); domain != "" && checkDomain(domain) == nil {
		return domain, "the default realm of Kerberos here"
	}
	return "", ""
}

// defaultRealm reads default_realm of a krb5.conf (krb5.conf(5), section
// libdefaults). The realm of an AD domain is its DNS name in capitals.
const maxKrb5Conf = 1 << 20 // bytes

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
func (g *guide) controller(ctx context.Context) (asking, error) {
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
	var untrusted *directory.CertError
	switch {
	case err == nil:
		g.reached = true
		return asking{}, nil
	case errors.As(err, &untrusted) && s.Answerable(settings.TLSPin) && s.Answerable(settings.CACert):
		return g.certificate(untrusted), nil
	case ctx.Err() != nil || !s.Answerable(settings.DC) || !aboutDC(err):
		return asking{}, err
	}
	g.problem = err.Error()
	return g.whichDC(ctx), nil
}

// aboutDC says that another DC, or domain, could mend it.
func aboutDC(err error) bool {
	var (
		none   *directory.DiscoveryError
		dead   *directory.UnreachableError
		wrong  *directory.WrongDomainError
		option *directory.OptionError
		lost   *directory.LostError
		cert   *directory.CertError
	)
	return errors.As(err, &none) || errors.As(err, &dead) || errors.As(err, &wrong) || errors.As(err, &lost) || errors.As(err, &cert) ||
		errors.As(err, &option) && option.Option == "--dc"
}

// reach goes as far as a certificate that is trusted. Nothing is sent to the DC
// until then.
func (g *guide) reach(ctx context.Context) error {
	s := g.set()
	if err := g.app.caller().GuardTrust(); err != nil {
		return err
	}
	defer g.busy("Connecting to " + cmp.Or(settings.DC.Of(s), "a DC of "+s.Domain()))()
	return directory.Reach(ctx, directory.Options{
		Domain: s.Domain(), DC: settings.DC.Of(s), CACert: settings.CACert.Of(s), TLSPin: settings.TLSPin.Of(s), TLSName: settings.TLSName.Of(s),
		Resolver: g.app.resolver, Observe: g.app.traceLDAP(),
	})
}

// whichDC asks for the DC with the one that DNS names filled in; where the
// domain was an answer, too, it can be mended here.
func (g *guide) whichDC(ctx context.Context) asking {
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
func (g *guide) takeDC(ctx context.Context, answers map[string]string, found string) error {
	s := g.set()
	moved := false
	if domain, is := answers["domain"]; is && !strings.EqualFold(domain, s.Domain()) {
		if err := g.takeDomain(ctx, answers); err != nil {
			return err
		}
		moved = true
	}
	dc, err := directory.DCURL(answers["dc"])
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

// lookUp is how long DNS may take to name a DC to be filled in.
const lookUp = 3 * time.Second

// inDNS are the DCs of the domain, in the order of their priorities (RFC 2782;
// MS-ADTS 6.3.2.3).
func (g *guide) inDNS(ctx context.Context) (urls []string) {
	s := g.set()
	if s.Domain() == "" {
		return nil
	}
	defer g.busy("Looking for the domain controllers of " + s.Domain())()
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	resolver := g.app.resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	_, records, err := resolver.LookupSRV(ctx, "ldap", "tcp", "dc._msdcs."+s.Domain())
	if err != nil && len(records) == 0 {
		return nil
	}
	for _, r := range records {
		urls = append(urls, "ldaps://"+steps.Plain(strings.TrimSuffix(r.Target, ".")))
	}
	return urls
}

// checkDC lets a person type a host, too.
func checkDC(dc string) error {
	if strings.TrimSpace(dc) == "" {
		return errors.New("name the DC, as in dc1.corp.example")
	}
	_, err := directory.DCURL(dc)
	var option *directory.OptionError
	if errors.As(err, &option) {
		return errors.New(option.Text) // the question is not about a flag
	}
	return err
}
