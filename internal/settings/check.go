package settings

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"writeback/adperms"
	"writeback/cloudconfig"
	"writeback/internal/shell"
	"writeback/internal/spelling"
	"writeback/internal/statedir"
	"writeback/steps"
	"writeback/steps/stages"
)

// Check refuses wrong values, each with what would be right.
//
// Errors: [UsageError].
func (s *Settings) Check() error {
	if err := cloudconfig.Cloud(NationalCloud.Of(s)).Unsupported(); err != nil {
		return Usagef("--%s %s: %w", NationalCloud.Name, NationalCloud.Of(s), err)
	}
	for _, x := range all {
		if err := s.checkOne(x); err != nil {
			return err
		}
	}
	for _, more := range []func() error{s.checkTogether, s.wholeDC, s.checkFiles} {
		if err := more(); err != nil {
			return err
		}
	}
	return nil
}

// checkOne looks at the values of one setting, which a list has without the spaces
// around them from here on.
func (s *Settings) checkOne(x *Setting) error {
	if !x.of(s.verb) {
		return nil
	}
	values := s.texts(x)
	if x.IsList() && !x.Has(Consent) && !s.Unset(x) {
		values = slices.Clone(values)
		for i := range values {
			values[i] = strings.TrimSpace(values[i])
		}
		s.put(x, values, s.Origin(x))
	}
	for _, v := range values {
		err := error(nil)
		switch {
		case x.check != nil && (v != "" || !s.Unset(x)): // an empty default means that there is none
			err = x.check(v)
		case x.Kind == Text && x.Words != nil && v != x.Default:
			err = x.oneOf(v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkTogether refuses what does not go together.
func (s *Settings) checkTogether() error {
	auth := Auth.Of(s)
	switch {
	case SSPRMethod.Of(s) == ByPortal && !AllowUndocumented.Of(s) && s.Origin(SSPRMethod).Kind != IsPlan && // what a plan file has is left to a person
		slices.Contains([]string{"apply", "setup", "practice"}, s.verb): // reading takes no consent
		return Usagef("--sspr-method portal writes through a service that Microsoft does not document: add --allow-undocumented-api to consent, or use --sspr-method manual")
	case (auth == "client-secret" || auth == "client-certificate") && (Tenant.Of(s) == "" || ClientID.Of(s) == ""):
		return Usagef("--auth %s needs --tenant and --client-id", auth)
	case auth == "client-certificate" && ClientCertificate.Of(s) == "":
		return Usagef("--auth client-certificate needs --client-certificate FILE")
	case Wait.Of(s) && WaitTimeout.Of(s) <= 0:
		return Usagef("--wait-timeout %s: how long may it take? write 90s, 30m or 2h", WaitTimeout.Of(s))
	case len(Domains.Of(s)) > 1 && s.ByFlag(DC):
		return Usagef("--dc names one domain controller, and several domains are named: say which is whose under domains: in the configuration file")
	}
	return nil
}

// wholeDC makes the DC's address whole, wherever it came from: as it is shown,
// recorded and gone on with.
func (s *Settings) wholeDC() error {
	dc, err := s.WholeDC(DC.Of(s))
	if err == nil && dc != DC.Of(s) {
		DC.Put(s, dc, s.Origin(DC))
	}
	return err
}

// WholeDC is the whole address for what a person wrote for a DC.
func (s *Settings) WholeDC(text string) (string, error) {
	if s.DCForm == nil || text == "" {
		return text, nil
	}
	return s.DCForm(text)
}

// checkFiles looks for a place for what is written at the end, before every user of a
// domain was looked at.
func (s *Settings) checkFiles() error {
	for _, k := range []Key[string]{UsersOut, HandoffScript} {
		if err := CheckOut(k, k.Of(s)); err != nil {
			return err
		}
	}
	return nil
}

func (x *Setting) oneOf(value string) error {
	words := x.Words()
	if slices.Contains(words, value) {
		return nil
	}
	return Usagef("--%s %s: use one of %s%s", x.Name, shell.Quoted(value), strings.Join(words, ", "), spelling.DidYouMean(value, words))
}

func checkStage(stage string) error {
	if slices.Contains(Stages, stage) {
		return nil
	}
	return Usagef("there is no stage %s: the stages are %s%s", shell.Quoted(stage), strings.Join(Stages, ", "), spelling.DidYouMean(stage, Stages))
}

func checkScope(dn string) error {
	if adperms.IsDN(dn) {
		return nil
	}
	return Usagef("--scope %s is not a DN, such as %s: a comma, plus sign or quote within a name has a backslash before it", shell.Quoted(dn), `"OU=Sales,DC=corp,DC=example"`)
}

func checkClass(name string) error {
	if slices.ContainsFunc(classNames(), func(c string) bool { return strings.EqualFold(c, name) }) {
		return nil
	}
	return Usagef("--class %s: passwords are written back to objects of class %s%s", shell.Quoted(name), strings.Join(classNames(), " or "), spelling.DidYouMean(name, classNames()))
}

// SchemaClasses are the classes of --class as the schema names them.
func (s *Settings) SchemaClasses() (out []adperms.SchemaName) {
	for _, name := range Classes.Of(s) {
		for _, c := range adperms.WritebackClasses() {
			if strings.EqualFold(c.Name, name) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Some findings of level error may be accepted by whoever runs the program, each by
// its name. Neither --yes nor a file accepts anything, and what was accepted once
// has to be accepted again by whoever applies next.

// checkAccepted refuses what nothing could be accepted by.
func checkAccepted(text string) error {
	a := steps.ReadAcceptance(text)
	value, known := stages.Acceptable[a.Code]
	switch {
	case !known:
		return Usagef("--accept %q: what can be accepted is %s%s", text, acceptable(), spelling.DidYouMean(a.Code, slices.Collect(maps.Keys(stages.Acceptable))))
	case value != "" && a.Value == "":
		return Usagef("--accept %s: say which one, as --accept %s=%s", a.Code, a.Code, value)
	case value == "" && a.Value != "":
		return Usagef("--accept %s takes no value: say --accept %s", text, a.Code)
	}
	return nil
}

func acceptable() string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(stages.Acceptable)) {
		if value := stages.Acceptable[code]; value != "" {
			code += "=" + value
		}
		out = append(out, code)
	}
	return strings.Join(out, ", ")
}

// CheckOutput refuses an output that is another verb's.
func (s *Settings) CheckOutput(verb string) error {
	output := Output.Of(s)
	if of := OutputVerb(output); of != "" && of != verb {
		return Usagef("--output %s is for writeback %s alone: other verbs write text or json", output, of)
	}
	return nil
}

// OutputVerb is the verb that an output belongs to; "" for an output of all.
func OutputVerb(output string) string {
	return map[string]string{Prometheus: "verify", GitHub: "plan"}[output]
}

// CheckOut refuses a name under which no file of ours can be put, before any work is
// done; "" is for none.
func CheckOut(x Any, path string) error {
	if path == "" {
		return nil
	}
	if err := CheckFileName(x, path); err != nil {
		return err
	}
	if err := statedir.CheckPlace(path); err != nil {
		return Usagef("--%s %s: %w", x.setting().Name, shell.Name(path), err)
	}
	return nil
}

// formats are the words that scripts confuse with names of files.
var formats = []string{JSON, "yaml", "table", "text", "html", "md", "markdown", Prometheus, GitHub}

// CheckFileName refuses what is meant for another flag.
func CheckFileName(x Any, path string) error {
	flag := x.setting().Name
	switch {
	case path == "-":
		return Usagef("--%s: name a file; - is not one", flag)
	case slices.Contains(formats, strings.ToLower(path)):
		return Usagef("--%s %s: that is the name of a format, and a file is meant: --output says the format (of a report --format); for a file of this name write .%c%[2]s", flag, path, filepath.Separator)
	}
	return nil
}
