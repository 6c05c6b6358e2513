package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"writeback/adperms"
	"writeback/adperms/directory"
	"writeback/internal/shell"
)

// Every setting is a flag. What the flag does not say, the environment does
// (WRITEBACK_ and the flag in capitals), then the configuration file that was named,
// then the plan or run that the verb goes on with, then the default. All ways end in the
// flag's own variable, so that there is one path; where each value came from is
// kept for the preview.

type settings struct {
	domain, dc, caCert, tlsPin, tlsName string
	dcFound                             bool // dc is what DNS named, now or for the run that goes on: nobody's word
	adUser, adPasswordFile              string
	kerberos                            bool
	keytab, krb5Conf                    string
	connector, unexpire                 string
	scopes, classes, only, skip         []string
	config, output, stateDir, logFile   string
	yes, noInput, debug, noColour       bool
	accept                              []string // CODE or CODE=VALUE
	noPager                             bool
	coverage                            bool
	usersOut                            string
	domains                             []string // all that are meant; domain is the first
	allDomains                          bool
	apart                               map[string][]setting // by domain, lower case: what differs there
	folder                              string               // where the configuration file really is; "": there is none, or it is no file
	overruled                           *overruled           // by the run that is gone on with
	practice                            bool
	practiceBase                        string // --state-dir, before the practice world took it over
	cloud                               cloudSettings

	flags *pflag.FlagSet    // of the verb that runs
	all   map[string]bool   // names of the flags of any verb: what a configuration file may hold
	from  map[string]string // flag → where its value came from; not there: the default
}

// shown are the settings that say what is done, and to which domain.
var shown = []string{"domain", "connector", "scope", "class", "unexpire", "only", "skip",
	"tenant", "sync", "sync-server", "writeback-method", "sspr-method", "account-unlock"}

// reached are the settings that say whom we speak to, whom we trust and who we
// are. Previews show them and journals remember them for undo. Nothing takes
// them from a plan file: whoever wrote that could send our password elsewhere.
var reached = []string{"dc", "ca-cert", "tls-pin", "tls-name", "ad-user", "kerberos", "keytab", "krb5-conf",
	"cloud", "auth", "client-id", "graph-endpoint", "portal-endpoint", "powershell", "allow-undocumented-api"}

func (s *settings) declare(f *pflag.FlagSet) {
	s.from, s.all = map[string]string{}, map[string]bool{}
	f.Var(&domainList{s: s}, "domain", "AD domain, as `FQDN` (repeatable); its DCs are found in DNS unless --dc is given")
	f.BoolVar(&s.allDomains, "all-domains", false, "every domain of the forest that --domain, or --dc, is in")
	f.StringVar(&s.dc, "dc", "", "the one DC for the whole run: ldaps://host[:port] or just host[:port], or ldap://host[:port] with StartTLS (`URL`)")
	f.StringVar(&s.caCert, "ca-cert", "", "`FILE` with the certificate authorities to trust for the DC: PEM, DER (.cer) or PKCS #7 (.p7b)")
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
	f.StringSliceVar(&s.only, "only", nil, "only these `STAGE`s: delegate, writeback, sspr")
	f.StringSliceVar(&s.skip, "skip", nil, "not these `STAGE`s")
	s.cloud.declare(f)
	f.BoolVar(&s.coverage, "coverage", true, "look at every user: how many passwords can be written back, and why not the others")
	f.StringVar(&s.usersOut, "users-out", "", "plan, verify: write one JSON line for every user to `FILE`")
	f.StringVar(&s.config, "config", "", "YAML `FILE` with settings, keys as the flags; none is read that is not named")
	f.StringVar(&s.output, "output", "text", "text, or json: one document on standard output; verify also prometheus, plan also github (a summary in Markdown)")
	f.StringVar(&s.stateDir, "state-dir", "", "`DIR` for journals (default: the platform's state directory)")
	f.StringVar(&s.logFile, "log-file", "", "append what --debug shows to `FILE`")
	f.BoolVar(&s.practice, "practice", false, "use the practice domain and tenant inside the program, and nothing real")
	f.BoolVar(&s.yes, "yes", false, "approve what the plan shows")
	f.StringArrayVar(&s.accept, "accept", nil, "accept a finding by its name: `CODE`, or CODE=VALUE as the finding says (repeatable)")
	f.BoolVar(&s.noInput, "no-input", false, "never ask; fail where something would have to be asked")
	f.BoolVar(&s.debug, "debug", false, "show every LDAP operation, without secrets")
	f.BoolVar(&s.noColour, "no-color", false, "no colours (also NO_COLOR)")
	f.BoolVar(&s.noPager, "no-pager", false, "show long output at once, and not through PAGER")
}

var stageIDs = []string{"delegate", "writeback", "sspr"}

// check refuses wrong values, each with what would be right.
func (s *settings) check() error {
	for _, list := range [][]string{s.classes, s.only, s.skip, s.scopes} {
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
	}
	if err := oneOf(
		choice{"output", s.output, allowed("output")},
		choice{"unexpire", s.unexpire, allowed("unexpire")},
	); err != nil {
		return err
	}
	if err := s.cloud.check(); err != nil {
		return err
	}
	dc, err := directory.DCURL(s.dc)
	if err != nil {
		return err
	}
	s.dc = dc // whole from here on, wherever it came from: as it is shown, recorded and gone on with
	if err := checkAccept(s.accept); err != nil {
		return err
	}
	for _, stage := range slices.Concat(s.only, s.skip) {
		if !slices.Contains(stageIDs, stage) {
			return usagef("there is no stage %s: the stages are %s%s", shell.Quoted(stage), strings.Join(stageIDs, ", "), didYouMean(stage, stageIDs))
		}
	}
	for _, dn := range s.scopes {
		if !adperms.IsDN(dn) {
			return usagef("--scope %s is not a DN, such as %s: a comma, plus sign or quote within a name has a backslash before it", shell.Quoted(dn), `"OU=Sales,DC=corp,DC=example"`)
		}
	}
	if len(s.domains) > 1 && s.from["dc"] == "flag" {
		return usagef("--dc names one domain controller, and several domains are named: say which is whose under domains: in the configuration file")
	}
	if err := checkOut("users-out", s.usersOut); err != nil { // before every user of a domain was looked at
		return err
	}
	if err := checkOut("handoff-script", s.cloud.handoffScript); err != nil {
		return err
	}
	_, err = s.classNames()
	return err
}

// classNames are the classes of --class as the schema names them.
func (s *settings) classNames() ([]adperms.SchemaName, error) {
	all := adperms.WritebackClasses()
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	var out []adperms.SchemaName
	for _, name := range s.classes {
		i := slices.IndexFunc(names, func(c string) bool { return strings.EqualFold(c, name) })
		if i < 0 {
			return nil, usagef("--class %s: passwords are written back to objects of class %s%s", shell.Quoted(name), strings.Join(names, " or "), didYouMean(name, names))
		}
		if !slices.Contains(out, all[i]) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// choice is a flag that takes one of a few words.
type choice struct {
	flag, value string
	allowed     []string
}

func oneOf(all ...choice) error {
	for _, c := range all {
		if !slices.Contains(c.allowed, c.value) {
			return usagef("--%s %s: use one of %s%s", c.flag, shell.Quoted(c.value), strings.Join(slices.DeleteFunc(slices.Clone(c.allowed), func(word string) bool { return word == "" }), ", "), didYouMean(c.value, c.allowed))
		}
	}
	return nil
}
