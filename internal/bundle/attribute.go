package bundle

import (
	"regexp"
	"strconv"
	"strings"

	"writeback/adperms/secdesc"
)

// form is how the values of an attribute pass.
type form int

const (
	asNumber   form = iota // decimal digits, and nothing else
	asBool                 // TRUE or FALSE
	asDigits               // a row of hexadecimal digits
	asWord                 // a word of the schema
	asOID                  // an object identifier, and nothing else
	asSystem               // a version of Windows
	asVersion              // numbers with dots
	asSID                  // binary
	asRID                  // the end of a SID of the object's own domain
	asGUID                 // binary
	asSecurity             // a security descriptor
	asDN
	asName
	asHost
	asUPN
	asDescription // of an account that a sync product made; of others nothing
	asFileTime    // moved, as are the others
	asTime
	asPresence // that there is a value, and nothing of it
	asMechanism
	asCategory // DN of a class; its name alone passes
)

// attribute is one that is asked for, and passes.
type attribute struct {
	name string // as the schema has it
	form form
}

// attributes are all that pass: what is not here is never asked for.
var attributes = []attribute{
	{"objectClass", asWord}, {"objectCategory", asCategory}, {"objectGUID", asGUID}, {"objectSid", asSID}, {"nTSecurityDescriptor", asSecurity},
	{"sAMAccountName", asName}, {"userPrincipalName", asUPN}, {"description", asDescription}, {"whenCreated", asTime},
	{"userAccountControl", asNumber}, {"adminCount", asNumber}, {"groupType", asNumber}, {"sAMAccountType", asNumber}, {"primaryGroupID", asRID},
	{"pwdLastSet", asFileTime}, {"lockoutTime", asFileTime}, {"accountExpires", asFileTime},
	{"isCriticalSystemObject", asBool}, {"isDeleted", asBool}, {"systemFlags", asNumber}, {"instanceType", asNumber}, {"options", asNumber},
	{"msDS-Behavior-Version", asNumber}, {"msDS-SupportedEncryptionTypes", asNumber}, {"msDS-ManagedPasswordInterval", asNumber},

	// The domain's policy, and others in its place.
	{"minPwdAge", asNumber}, {"maxPwdAge", asNumber}, {"minPwdLength", asNumber}, {"pwdHistoryLength", asNumber}, {"pwdProperties", asNumber},
	{"lockoutThreshold", asNumber}, {"lockoutDuration", asNumber}, {"lockOutObservationWindow", asNumber},
	{"msDS-PasswordSettingsPrecedence", asNumber}, {"msDS-PSOAppliesTo", asDN}, {"msDS-MinimumPasswordAge", asNumber}, {"msDS-MaximumPasswordAge", asNumber},
	{"msDS-MinimumPasswordLength", asNumber}, {"msDS-PasswordHistoryLength", asNumber}, {"msDS-PasswordComplexityEnabled", asBool},
	{"msDS-PasswordReversibleEncryptionEnabled", asBool}, {"msDS-LockoutThreshold", asNumber}, {"msDS-LockoutDuration", asNumber}, {"msDS-LockoutObservationWindow", asNumber},
	{"msDS-ResultantPSO", asDN},

	// What tells a connector account, and makes one doubtful.
	{"msDS-GroupMSAMembership", asSecurity}, {"msDS-AssignedAuthNPolicy", asDN}, {"msDS-AssignedAuthNPolicySilo", asDN},
	{"mail", asPresence}, {"msExchMailboxGuid", asPresence}, {"homeMDB", asPresence}, {"manager", asPresence}, {"givenName", asPresence}, {"sn", asPresence},
	{"mS-DS-ConsistencyGuid", asPresence}, {"servicePrincipalName", asPresence},

	// The forest, and its DCs.
	{"nCName", asDN}, {"nETBIOSName", asName}, {"dnsRoot", asHost}, {"Enabled", asBool}, {"dSHeuristics", asDigits}, {"fSMORoleOwner", asDN},
	{"serverReference", asDN}, {"dNSHostName", asHost}, {"operatingSystem", asSystem}, {"operatingSystemVersion", asVersion}, {"invocationId", asGUID},
}

// rootAttributes are those of the rootDSE.
var rootAttributes = map[string]form{
	"defaultNamingContext": asDN, "configurationNamingContext": asDN, "schemaNamingContext": asDN, "rootDomainNamingContext": asDN, "serverName": asDN,
	"dnsHostName": asHost, "domainFunctionality": asNumber, "forestFunctionality": asNumber, "domainControllerFunctionality": asNumber,
	"supportedCapabilities": asOID, "supportedControl": asOID, "supportedExtension": asOID, "supportedSASLMechanisms": asMechanism,
	"isSynchronized": asBool, "isGlobalCatalogReady": asBool,
}

// categories are the classes that objects are found by.
var categories = []string{"Person", "Group", "Computer", "Contact", "Organizational-Unit", "Container", "Domain-DNS", "Builtin-Domain", "Foreign-Security-Principal",
	"ms-DS-Group-Managed-Service-Account", "ms-DS-Managed-Service-Account", "ms-DS-Password-Settings", "Cross-Ref", "Server", "NTDS-DSA", "Configuration", "DMD"}

// Attributes are the names of all attributes that pass: nothing else is to be read for a bundle.
func Attributes() (out []string) {
	for _, a := range attributes {
		out = append(out, a.name)
	}
	return out
}

// present stands for a value of which it only counts that there is one.
const present = "present"

// value is a value as it passes; "": it does not. of is the SID of the object.
func (m *Maker) value(f form, raw []byte, of secdesc.SID) string {
	text := string(raw)
	switch f {
	case asSecurity:
		return string(m.descriptor(raw))
	case asSID:
		if s, err := secdesc.SIDFromBytes(raw); err == nil {
			return string(m.names.SID(s).Bytes())
		}
	case asRID:
		if rid, err := strconv.ParseUint(text, 10, 32); err == nil && !of.IsZero() {
			return strconv.FormatUint(uint64(m.names.SID(of.Domain().Child(uint32(rid))).RID()), 10)
		}
	case asGUID:
		if g, err := secdesc.GUIDFromBytes(raw); err == nil {
			g = m.names.GUID(g)
			return string(g[:])
		}
	case asDN:
		dn, _ := m.names.DN(text)
		return dn
	case asPresence:
		return present
	case asCategory:
		head, _, _ := strings.Cut(text, ",")
		return among(strings.TrimPrefix(head, "CN="), categories...)
	case asFileTime:
		return m.moveFileTime(text)
	case asTime:
		return m.moveTime(text)
	case asDescription:
		return m.description(text)
	}
	return m.text(f, text)
}

// text is a value that is one of text.
func (m *Maker) text(f form, text string) string {
	if len(text) > maxText {
		return ""
	}
	switch f {
	case asNumber:
		return matching(text, numberForm)
	case asBool:
		return among(text, "TRUE", "FALSE")
	case asDigits:
		return matching(text, digitsForm)
	case asWord:
		if word, passes := schemaWords[strings.ToLower(text)]; passes {
			return word
		}
		return m.names.Name(text)
	case asOID:
		return matching(text, oidForm)
	case asMechanism:
		return matching(text, mechanism)
	case asSystem:
		return systemOf(text)
	case asVersion:
		return matching(text, versionForm)
	case asName:
		return m.names.Name(text)
	case asHost:
		return m.names.Host(text)
	case asUPN:
		return m.names.UPN(text)
	}
	return ""
}

// systemOf is the year of a Windows Server, or that it is Samba: no edition, and no words of
// a translation.
func systemOf(text string) string {
	if found := serverForm.FindStringSubmatch(text); found != nil {
		return "Windows Server " + found[1]
	}
	return among(text, "Samba")
}

// maxText is how long a name may be: no attribute of AD that holds one is longer.
const maxText = 4096

// created is the description that sync products give to their account; the words between
// the values are the products' own. identifier is that of an installation, which tells such an
// account whatever the language around it.
var (
	created    = regexp.MustCompile(`(?i)^Account created by (.{1,100}?)(?: with installation identifier (\S{1,100}) running on computer (\S{1,300}) configured to synchronize to tenant (\S{1,300}?)\.?(?:\s.*)?)?$`)
	identifier = regexp.MustCompile(`(?i)\b[0-9a-f]{32}\b`)
	hexadecim  = regexp.MustCompile(`(?i)^[0-9a-f]{8,64}$`)
)

// products are those whose descriptions are known.
var products = []string{"Microsoft Entra Connect", "Microsoft Azure Active Directory Connect", "the Windows Azure Active Directory Sync tool", "the Windows Azure Active Directory Sync"}

// description keeps the form of a sync product's description, with what it names replaced.
func (m *Maker) description(text string) string {
	found := created.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	if found == nil {
		if id := identifier.FindString(text); id != "" {
			return m.installation(id)
		}
		return ""
	}
	product := among(found[1], products...)
	if product == "" {
		product = products[0]
	}
	if found[2] == "" {
		return "Account created by " + product
	}
	bare := func(s string) string { return strings.Trim(s, `'"{}.`) }
	return "Account created by " + product + " with installation identifier " + m.installation(bare(found[2])) +
		" running on computer " + strings.ToUpper(m.names.Host(bare(found[3]))) + " configured to synchronize to tenant " + m.names.TenantID(bare(found[4])) + "."
}

// installation is what stands for the identifier of one.
func (m *Maker) installation(id string) string {
	return m.names.drawn(kindGUID, id, func() string {
		if hexadecim.MatchString(id) {
			return randomHex(len(id) &^ 1)
		}
		return "name-" + randomLetters(8)
	})
}
