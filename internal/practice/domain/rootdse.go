package domain

import "strings"

// The rootDSE (MS-ADTS 3.1.1.3.2) is shown to everybody.

const (
	capActiveDirectory = "1.2.840.113556.1.4.800"
	capIntegrity       = "1.2.840.113556.1.4.1791"
	capV51             = "1.2.840.113556.1.4.1670"
	capV60             = "1.2.840.113556.1.4.1935"
	capV61R2           = "1.2.840.113556.1.4.2080"
	capW8              = "1.2.840.113556.1.4.2237"

	levelV2016 = "7"
)

// rootDSE gives the attributes; only those in byName are left out unless they
// are asked for.
func (t *tree) rootDSE(c *caller) []field {
	out := []field{
		{"domainFunctionality", []string{levelV2016}},
		{"forestFunctionality", []string{levelV2016}},
		{"domainControllerFunctionality", []string{levelV2016}},
		{"rootDomainNamingContext", []string{t.forest().root.dn()}},
		{"ldapServiceName", []string{t.domain + ":" + first(t.host) + "$@" + strings.ToUpper(t.domain)}},
		{"isGlobalCatalogReady", []string{"TRUE"}},
		{"supportedLDAPPolicies", []string{"MaxPageSize", "MaxConnIdleTime", "MaxReceiveBuffer", "MaxValRange"}},
		{"supportedControl", supportedControls},
		{"supportedLDAPVersion", []string{"3", "2"}},
		{"supportedCapabilities", []string{capActiveDirectory, capV51, capIntegrity, capV60, capV61R2, capW8}},
		{"serverName", []string{t.server}},
		{"schemaNamingContext", []string{t.schema.dn()}},
		{"namingContexts", []string{t.root.dn(), t.config.dn(), t.schema.dn()}},
		{"isSynchronized", []string{"TRUE"}},
		{"highestCommittedUSN", []string{numberText(t.usn)}},
		{"dsServiceName", []string{"CN=NTDS Settings," + t.server}},
		{"dnsHostName", []string{t.host}},
		{"defaultNamingContext", []string{t.root.dn()}},
		{"currentTime", []string{stampText(t.now())}},
		{"configurationNamingContext", []string{t.config.dn()}},
		{"supportedExtension", []string{oidStartTLS, oidWhoAmI}},
	}
	if c != nil {
		var sids []string
		for s := range c.token {
			sids = append(sids, string(s.Bytes()))
		}
		out = append(out, field{"tokenGroups", sids})
	}
	return out
}

// byName are shown only to who asks for them by name.
func byName(attribute string) bool { return attribute == "tokenGroups" }

// first is the first label of a DNS name.
func first(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}

// field is one attribute of an answer.
type field struct {
	name   string
	values []string
}

// pickRoot is what a search for the rootDSE gets.
func pickRoot(all []field, asked []string) (out []field) {
	wantsAll := len(asked) == 0
	for _, a := range asked {
		wantsAll = wantsAll || a == "*" || a == "+"
	}
	for _, f := range all {
		wanted := wantsAll && !byName(f.name)
		for _, a := range asked {
			wanted = wanted || strings.EqualFold(a, f.name)
		}
		if wanted {
			out = append(out, f)
		}
	}
	return out
}
