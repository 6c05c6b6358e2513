package settings

import (
	"fmt"
	"slices"
	"strings"

	"writeback/adperms/secdesc"
	"writeback/internal/shell"
	"writeback/steps"
)

// A run that is gone on with has settings, too. They count below the command line, the
// environment and a file; but whom to speak to and whom to trust the run knows better
// than any file.

// FoundInDNS is where a DC comes from that nobody named.
const FoundInDNS = "found in DNS"

// Joiner stands between the domains of one target.
const Joiner = ", "

// overruled is what the configuration file said about whom to trust.
type overruled struct {
	all   []given
	apart map[string][]given
}

// overrule takes back what a file says of whom to trust. What was taken is put back
// where no run is gone on with any more.
func (s *Settings) overrule(run steps.Run) {
	s.reinstate()
	s.overruled = &overruled{apart: s.apart}
	for _, x := range With(Trusted) {
		if s.Origin(x).Kind == IsFile {
			s.overruled.all = append(s.overruled.all, given{of: x, values: s.texts(x), from: s.Origin(x)})
			delete(s.values, x)
		}
	}
	first, _, _ := strings.Cut(strings.ToLower(run.Target.Domain), Joiner)
	s.apart = s.ofEach()
	s.apart[first] = withoutTrust(s.apart[first])
	for key := range run.Settings {
		if domain, is := strings.CutPrefix(key, DC.Name+"@"); is {
			s.trustAsIn(run, strings.ToLower(domain))
		}
	}
}

// trustAsIn has a further domain trust whom the run trusted there.
func (s *Settings) trustAsIn(run steps.Run, domain string) {
	out := withoutTrust(s.apart[domain])
	for _, x := range With(PerDomain) {
		if !x.Has(Trusted) {
			continue
		}
		one := given{of: x, values: []string{""}, from: Origin{Kind: IsRun, Name: run.ID}} // nor does what the first domain trusts count there
		if was, is := run.Settings[x.Name+"@"+domain]; is {
			one.values, one.found = recorded(was.Value), x == DC.Setting && was.From == FoundInDNS
		}
		out = append(out, one)
	}
	s.apart[domain] = out
}

// reinstate puts back what overrule took.
func (s *Settings) reinstate() {
	if s.overruled == nil {
		return
	}
	for _, o := range s.overruled.all {
		_ = s.set(o.of, o.values, o.from) // it was taken before
	}
	s.apart, s.overruled = s.overruled.apart, nil
}

// GoOnWith takes from a run what was done, where, and how we got there. What belongs
// together is taken together or not at all: another DC has another certificate, and
// another user another key.
//
// Errors: [UsageError].
func (s *Settings) GoOnWith(run steps.Run) error {
	apart := []*Setting{DC.Setting, CACert.Setting, TLSPin.Setting, TLSName.Setting}
	whose := []*Setting{ADUser.Setting, Kerberos.Setting, Keytab.Setting}
	if slices.ContainsFunc(whose, func(x *Setting) bool { return !s.Unset(x) }) {
		apart = append(apart, whose...)
	}
	take := slices.DeleteFunc(With(Shown|Reached), func(x *Setting) bool { return slices.Contains(apart, x) })
	return s.goOnTaking(run, take)
}

// GoOnAt takes from a run whom it spoke to and trusted, and nothing else.
//
// Errors: [UsageError].
func (s *Settings) GoOnAt(run steps.Run) error {
	apart := []*Setting{DC.Setting, CACert.Setting, TLSPin.Setting, TLSName.Setting}
	return s.goOnTaking(run, slices.DeleteFunc(With(Trusted), func(x *Setting) bool { return slices.Contains(apart, x) }))
}

func (s *Settings) goOnTaking(run steps.Run, take []*Setting) error {
	s.overrule(run)
	alone := s.LeavesOut(delegate) && s.Unset(DC) // nothing of the domain is needed
	if alone {
		take = slices.DeleteFunc(take, func(x *Setting) bool { return x.Has(PerDomain) || x == Domains.Setting })
	}
	sameDC := s.Unset(DC) && !alone
	if sameDC {
		take = append(take, DC.Setting, TLSName.Setting)
	}
	if !alone && s.Unset(CACert) && s.Unset(TLSPin) {
		take = append(take, CACert.Setting)
		if sameDC {
			take = append(take, TLSPin.Setting)
		}
	}
	from := Origin{Kind: IsRun, Name: run.ID}
	if err := s.take(run.Settings, take, from); err != nil {
		return err
	}
	s.DCFound = s.Origin(DC) == from && run.Settings[DC.Name].From == FoundInDNS
	if !alone && s.Domain() == "" && run.Target.Domain != "" && run.Target.DC != "" { // without a DC, others saw the domain
		if err := s.set(Domains.Setting, strings.Split(run.Target.Domain, Joiner), from); err != nil {
			return err
		}
	}
	if err := s.own(); err != nil {
		return err
	}
	return s.Check()
}

// TakePlan takes from a plan file what is done and where, and nothing of whom we speak
// to and trust: whoever wrote the file could send our password elsewhere. Which stages
// are meant, the file says to whoever makes them, not to whoever plans some of them
// anew. Nothing is taken for stages that are left out: without the one in the domain,
// nothing of the domain.
//
// Errors: [UsageError].
func (s *Settings) TakePlan(p steps.Plan, file string) error {
	from, list := Origin{Kind: IsPlan, Name: file}, With(Shown)
	if s.verb == planVerb {
		list = slices.DeleteFunc(list, func(x *Setting) bool { return x == Only.Setting || x == Skip.Setting })
	} else if err := s.take(p.Settings, []*Setting{Only.Setting, Skip.Setting}, from); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, s.ofOthers)
	if err := s.take(p.Settings, list, from); err != nil || s.Domain() != "" || p.Target.Domain == "" || s.LeavesOut(delegate) {
		return err
	}
	return s.set(Domains.Setting, strings.Split(p.Target.Domain, Joiner), from)
}

// What a saved plan calls the connector account as the directory has it. Nobody sets these.
const (
	ConnectorAccount = "connector-account"
	ConnectorDomain  = "connector-domain"
)

// ofOthers says that a setting is about a stage that is left out.
func (s *Settings) ofOthers(x *Setting) bool {
	return s.LeavesOut(x.Stage) || s.LeavesOut(delegate) && (x.Has(PerDomain) || x == Domains.Setting)
}

// KeepOthers puts the settings of stages that are left out back to what the plan file of
// the change has: they are those of who planned these stages.
func (s *Settings) KeepOthers(all, file map[string]steps.Setting) {
	for _, x := range All() {
		if v, there := file[x.Name]; there && s.ofOthers(x) {
			all[x.Name] = v
		}
	}
	for _, name := range []string{ConnectorAccount, ConnectorDomain} {
		if v, there := file[name]; there && s.LeavesOut(delegate) {
			all[name] = v
		}
	}
}

// LeavesOut says that --only or --skip leaves a stage out.
func (s *Settings) LeavesOut(stage string) bool {
	only := Only.Of(s)
	return stage != "" && (slices.Contains(Skip.Of(s), stage) || len(only) > 0 && !slices.Contains(only, stage))
}

// LeaveOut leaves stages out that a plan file has no lines of.
func (s *Settings) LeaveOut(file string, stages ...string) error {
	for _, stage := range stages {
		if err := Skip.check(stage); err != nil {
			return err
		}
	}
	Skip.Put(s, slices.Concat(Skip.Of(s), stages), Origin{Kind: IsPlan, Name: file})
	return nil
}

// take takes what is not set yet from the settings of a plan or a run.
func (s *Settings) take(all map[string]steps.Setting, list []*Setting, from Origin) error {
	for _, x := range list {
		was, ok := all[x.Name]
		if !ok || was.From == (Origin{}).String() {
			continue
		}
		values := recorded(was.Value)
		if x.IsPath() && s.Unset(x) && len(values) == 1 && x.rooted(values[0], "") != values[0] {
			return Usagef("%s names %s for --%s, and not the folder that it was in: name it with --%[3]s", from, values[0], x.Name)
		}
		if err := s.set(x, values, from); err != nil {
			return err
		}
	}
	return nil
}

// recorded are a setting's values as they came out of JSON.
func recorded(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{fmt.Sprint(v)}
	}
	out := make([]string, 0, len(list))
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

// TenantID is the tenant where its ID is named, in lower case; "": none is, or a domain of it.
func (s *Settings) TenantID() string {
	id := Tenant.Of(s)
	if _, err := secdesc.ParseGUID(id); err != nil {
		return ""
	}
	return strings.ToLower(id)
}

// Meant says that a target is of the tenant, and of the domains, that are named, if any are.
func (s *Settings) Meant(t steps.Target) bool {
	if id := s.TenantID(); id != "" && t.Tenant != "" && !strings.EqualFold(t.Tenant, id) {
		return false
	}
	named := Domains.Of(s)
	if len(named) == 0 {
		return true
	}
	of := strings.Split(strings.ToLower(t.Domain), Joiner)
	for _, name := range named {
		if !slices.Contains(of, strings.ToLower(name)) {
			return false
		}
	}
	return AllDomains.Of(s) || len(of) == len(named)
}

// Record gives settings for a preview or a journal. Empty ones are left out.
func (s *Settings) Record(list []*Setting) map[string]steps.Setting {
	out := map[string]steps.Setting{}
	for _, x := range list {
		if !x.of(s.verb) {
			continue
		}
		from := s.Origin(x)
		if x.IsList() {
			switch all := s.texts(x); {
			case len(all) == 1 && x == Domains.Setting:
				out[x.Name] = steps.Setting{Value: all[0], From: from.String()}
			case len(all) > 0:
				out[x.Name] = steps.Setting{Value: anys(all), From: from.String()}
			}
			continue
		}
		text := s.text(x)
		if x.IsPath() {
			text = x.rooted(text, "") // whoever goes on may be elsewhere
		}
		if text != "" && (text != "false" || from.Kind == IsFile) {
			out[x.Name] = steps.Setting{Value: text, From: from.String()}
		}
	}
	return out
}

// RecordAll records what is done, where and by whom, and everything that a configuration
// file set, including the file's name: whoever approves sees it.
func (s *Settings) RecordAll() map[string]steps.Setting {
	return s.Record(slices.DeleteFunc(All(), func(x *Setting) bool {
		return !x.Has(Shown|Reached) && s.Origin(x).Kind != IsFile && (x != Config.Setting || s.Unset(x))
	}))
}

// RecordOwn gives the settings of a further domain that are its own.
func (s *Settings) RecordOwn() map[string]steps.Setting {
	return s.Record(slices.DeleteFunc(With(PerDomain), func(x *Setting) bool {
		return !s.Origin(x).Own && !x.Has(Trusted)
	}))
}

// WithoutCloud removes settings that only the cloud stages use, unless a file set them.
func WithoutCloud(record map[string]steps.Setting) {
	without(record, AccountUnlock, NationalCloud, SSPRMethod, WritebackMethod)
}

// WithoutGrant removes settings that only the stage delegate uses, unless a file set them.
func WithoutGrant(record map[string]steps.Setting) { without(record, Scopes, Classes, Unexpire) }

// WithoutDomain removes settings that only the stage in a domain uses, unless a file set
// them; and the practice domain's.
func WithoutDomain(record map[string]steps.Setting) {
	without(record, Classes, Unexpire)
	for _, x := range With(PerDomain) {
		if record[x.Name].From == FromPractice.String() {
			delete(record, x.Name)
		}
	}
}

func without(record map[string]steps.Setting, unused ...Any) {
	for _, x := range unused {
		if name := x.setting().Name; !recordedFromFile(record[name].From) {
			delete(record, name)
		}
	}
}

// anys is a list as it will be when it comes out of JSON again.
func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// Command gives settings as flags, as they can be pasted into any shell: those that
// somebody gave a value. What the practice world set is not one of them: it is another
// one the next time. Files that hold secrets are named; the secrets themselves are
// nowhere in the settings.
func (s *Settings) Command(list ...*Setting) (out shell.Line) {
	add := func(own string, values ...string) { out = append(out, shell.Words(own, values...)...) }
	for _, x := range list {
		if !x.of(s.verb) || s.Unset(x) || s.Origin(x).Kind == IsPractice {
			continue
		}
		switch value := s.text(x); {
		case x.Kind == Switch && value == "true":
			add("--" + x.Name)
		case x.Kind == Switch:
			if x.initial() != any(false) {
				add("--" + x.Name + "=" + value)
			}
		case x.Kind == Lines:
			for _, v := range s.texts(x) {
				add("--"+x.Name+" %s", v)
			}
		case value != "":
			add("--"+x.Name+" %s", value)
		}
	}
	return out
}

// World is the flags that select the practice world, or nil outside it.
func (s *Settings) World() shell.Line {
	switch {
	case !Practice.Of(s):
		return nil
	case s.outer == "":
		return shell.Words("--practice")
	}
	return shell.Words("--practice --state-dir %s", s.outer)
}
