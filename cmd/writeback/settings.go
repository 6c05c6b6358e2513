package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"writeback/steps"
)

// Every setting is a flag. What the flag does not say, the environment does
// (WRITEBACK_ and the flag in capitals), then the configuration file, then the
// plan or run that the verb goes on with, then the default. All ways end in the
// flag's own variable, so that there is one path; where each value came from is
// kept for the preview.

type settings struct {
	domain, dc, caCert, tlsPin, tlsName string
	adUser, adPasswordFile              string
	kerberos                            bool
	keytab, krb5Conf                    string
	connector, unexpire                 string
	scopes, classes, only, skip         []string
	config, output, stateDir, logFile   string
	yes, noInput, debug, noColour       bool
	from                                map[string]string // flag → where its value came from
	flags                               *pflag.FlagSet
}

// shown are the settings that say what is done, and to which domain: they stand
// in previews, plan files and journals. The others say how we get there.
var shown = []string{"domain", "connector", "scope", "class", "unexpire", "only", "skip"}

// reached are the settings that say whom we speak to and trust. A journal
// remembers them for undo; a plan file does not: whoever could write one could
// send our password elsewhere.
var reached = []string{"dc", "ca-cert", "tls-pin", "tls-name", "ad-user", "kerberos", "keytab", "krb5-conf"}

func (s *settings) declare(f *pflag.FlagSet) {
	s.flags = f
	s.from = map[string]string{}
	f.StringVar(&s.domain, "domain", "", "AD domain, as `FQDN`; its DCs are found in DNS unless --dc is given")
	f.StringVar(&s.dc, "dc", "", "the one DC for the whole run: ldaps://host[:port], or ldap://host[:port] with StartTLS (`URL`)")
	f.StringVar(&s.caCert, "ca-cert", "", "PEM `FILE` with the certificate authorities to trust for the DC")
	f.StringVar(&s.tlsPin, "tls-pin", "", "trust the DC's certificate with this fingerprint, and no other (`SHA256:HEX`)")
	f.StringVar(&s.tlsName, "tls-name", "", "the `NAME` to verify in the certificate, where it differs from the address")
	f.StringVar(&s.adUser, "ad-user", "", "`NAME` to sign in with: UPN or DOMAIN\\name; without it the signed-in user or the Kerberos ticket")
	f.StringVar(&s.adPasswordFile, "ad-password-file", "", "`FILE` that holds the password; - is standard input (or set WRITEBACK_AD_PASSWORD)")
	f.BoolVar(&s.kerberos, "kerberos", false, "sign in with Kerberos")
	f.StringVar(&s.keytab, "keytab", "", "`FILE` with the Kerberos keys of --ad-user")
	f.StringVar(&s.krb5Conf, "krb5-conf", "", "Kerberos configuration `FILE`")
	f.StringVar(&s.connector, "connector", "", "the account that the sync product uses in AD: DN, UPN, sAMAccountName or SID (`NAME`); found by itself when there is just one")
	f.StringArrayVar(&s.scopes, "scope", nil, "where the rights on users are granted (`DN`, repeatable; default: the domain's root)")
	f.StringSliceVar(&s.classes, "class", []string{"user"}, "the classes that the grants apply to: user, inetOrgPerson")
	f.StringVar(&s.unexpire, "unexpire", "auto", "Unexpire Password on the domain's root: auto (only where missing), always, never")
	f.StringSliceVar(&s.only, "only", nil, "only these `STAGE`s: delegate")
	f.StringSliceVar(&s.skip, "skip", nil, "not these `STAGE`s")
	f.StringVar(&s.config, "config", "", "YAML `FILE` with settings, keys as the flags (default: writeback.yaml here, if it is there)")
	f.StringVar(&s.output, "output", "text", "text, or json: one document on standard output")
	f.StringVar(&s.stateDir, "state-dir", "", "`DIR` for journals (default: the platform's state directory)")
	f.StringVar(&s.logFile, "log-file", "", "append what --debug shows to `FILE`")
	f.BoolVar(&s.yes, "yes", false, "approve what the plan shows")
	f.BoolVar(&s.noInput, "no-input", false, "never ask; fail where something would have to be asked")
	f.BoolVar(&s.debug, "debug", false, "show every LDAP operation, without secrets")
	f.BoolVar(&s.noColour, "no-color", false, "no colours (also NO_COLOR)")
}

// resolve fills what the command line did not say from the environment and the
// configuration file.
func (s *settings) resolve(f *pflag.FlagSet, env func(string) (string, bool)) error {
	s.flags = f
	f.Visit(func(x *pflag.Flag) { s.from[x.Name] = "flag" })
	if err := s.fromEnv(env); err != nil {
		return err
	}
	return s.fromConfig()
}

// unset says that nothing stronger has given the flag a value yet.
func (s *settings) unset(name string) bool { return s.from[name] == "" }

func (s *settings) fromEnv(env func(string) (string, bool)) (err error) {
	s.flags.VisitAll(func(x *pflag.Flag) {
		name := envName(x.Name)
		value, ok := env(name)
		if !ok || !s.unset(x.Name) || err != nil || x.Name == "help" {
			return
		}
		values := []string{value}
		if x.Value.Type() == "stringArray" { // a DN has commas in it: one a line
			values = strings.Split(strings.TrimSpace(value), "\n")
		}
		err = s.set(x.Name, values, "environment "+name)
	})
	return err
}

func envName(flag string) string {
	return "WRITEBACK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// set gives a flag its value, unless something stronger already has.
func (s *settings) set(name string, values []string, from string) error {
	x := s.flags.Lookup(name)
	if x == nil || !s.unset(name) {
		return nil
	}
	err := error(nil)
	if list, ok := x.Value.(pflag.SliceValue); ok && x.Value.Type() == "stringArray" {
		err = list.Replace(values)
	} else {
		err = x.Value.Set(strings.Join(values, ","))
	}
	if err != nil {
		return &usageError{err: fmt.Errorf("--%s from %s: %w", name, from, err)}
	}
	s.from[name] = from
	return nil
}

// goOn takes what is not set yet from the settings of a plan or a run.
func (s *settings) goOn(all map[string]steps.Setting, names []string, from string) error {
	for _, name := range names {
		was, ok := all[name]
		if !ok || strings.HasPrefix(was.From, "found") || was.From == "default" {
			continue
		}
		if err := s.set(name, texts(was.Value), from); err != nil {
			return err
		}
	}
	return nil
}

// texts is a setting's value as it came out of JSON or YAML.
func texts(v any) []string {
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

// record gives the settings of names for a preview or a journal. Empty ones are
// left out.
func (s *settings) record(names []string) map[string]steps.Setting {
	out := map[string]steps.Setting{}
	for _, name := range names {
		x := s.flags.Lookup(name)
		if x == nil {
			continue
		}
		from := s.from[name]
		if from == "" {
			from = "default"
		}
		switch v := x.Value.(type) {
		case pflag.SliceValue:
			if list := v.GetSlice(); len(list) > 0 {
				out[name] = steps.Setting{Value: anys(list), From: from}
			}
		default:
			if text := v.String(); text != "" && text != "false" {
				out[name] = steps.Setting{Value: text, From: from}
			}
		}
	}
	return out
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

var stageIDs = []string{"delegate"}

// check refuses wrong values and combinations, each with what would be right.
func (s *settings) check() error {
	for _, c := range []struct {
		flag, value string
		allowed     []string
	}{{"output", s.output, []string{"text", "json"}}, {"unexpire", s.unexpire, []string{"auto", "always", "never"}}} {
		if !slices.Contains(c.allowed, c.value) {
			return usagef("--%s %q: use one of %s", c.flag, c.value, strings.Join(c.allowed, ", "))
		}
	}
	for _, stage := range slices.Concat(s.only, s.skip) {
		if !slices.Contains(stageIDs, stage) {
			return usagef("there is no stage %q: the stages are %s", stage, strings.Join(stageIDs, ", "))
		}
	}
	if _, err := s.classNames(); err != nil {
		return err
	}
	return nil
}

// usageError is a mistake in the command line, the environment or the
// configuration file: exit code 2.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{err: fmt.Errorf(format, args...)} }

// exactArgs and friends say what was expected, which cobra's own do not.
func atMostOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("one %s at most is expected, not %d arguments", what, len(args))
		}
		return nil
	}
}

// openLog opens the file of --log-file.
func (a *app) openLog() (closeLog func() error, err error) {
	if a.settings.logFile == "" {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(a.settings.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	a.log = f
	return f.Close, nil
}
