package bundle

import (
	_ "embed"
	"regexp"
	"strings"

	"writeback/adperms/secdesc"
)

// The words that pass: what every forest has is nobody's secret. A schema name or GUID
// that is not here is a company's own extension, and is replaced.

//go:embed words.tsv
var wordTable string

var (
	schemaWords = map[string]string{} // by lower case: as the schema writes it
	schemaGUIDs = map[secdesc.GUID]bool{}
	placeWords  = map[string]string{} // names of objects, by lower case
)

func init() {
	for line := range strings.Lines(wordTable) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		schemaWords[strings.ToLower(cells[1])] = cells[1]
		schemaGUIDs[secdesc.MustGUID(cells[2])] = true
	}
	for line := range strings.Lines(places) {
		if word := strings.TrimSpace(line); word != "" {
			placeWords[strings.ToLower(word)] = word
		}
	}
}

// places are the names that a new domain gives to its objects, and those that Windows gives
// to well-known accounts and groups. A name in another language is replaced.
const places = `
Users
Computers
Builtin
System
AdminSDHolder
Password Settings Container
ForeignSecurityPrincipals
Managed Service Accounts
Deleted Objects
LostAndFound
LostAndFoundConfig
Infrastructure
NTDS Quotas
Program Data
Microsoft
Keys
Domain Controllers
Configuration
Schema
Partitions
Sites
Services
Windows NT
Directory Service
Extended-Rights
Default-First-Site-Name
Servers
NTDS Settings
Enterprise Configuration
Enterprise Schema
WellKnown Security Principals
RID Manager$
Administrator
Guest
krbtgt
krbtgt_AzureAD
DefaultAccount
Administrators
Guests
Account Operators
Server Operators
Print Operators
Backup Operators
Replicator
Pre-Windows 2000 Compatible Access
Remote Desktop Users
Network Configuration Operators
Incoming Forest Trust Builders
Performance Monitor Users
Performance Log Users
Windows Authorization Access Group
Terminal Server License Servers
Distributed COM Users
IIS_IUSRS
Cryptographic Operators
Event Log Readers
Certificate Service DCOM Access
RDS Remote Access Servers
RDS Endpoint Servers
RDS Management Servers
Hyper-V Administrators
Access Control Assistance Operators
Remote Management Users
Storage Replica Administrators
Domain Admins
Domain Users
Domain Guests
Domain Computers
Schema Admins
Enterprise Admins
Cert Publishers
Group Policy Creator Owners
Read-only Domain Controllers
Enterprise Read-only Domain Controllers
Cloneable Domain Controllers
Protected Users
Key Admins
Enterprise Key Admins
RAS and IAS Servers
Allowed RODC Password Replication Group
Denied RODC Password Replication Group
DnsAdmins
DnsUpdateProxy
ADSyncAdmins
ADSyncBrowse
ADSyncOperators
ADSyncPasswordSet
provAgentgMSA
provAgentgMSA$
`

// Forms of values that pass as they are.
var (
	numberForm = regexp.MustCompile(`^-?[0-9]{1,20}$`)
	digitsForm = regexp.MustCompile(`^[0-9a-fA-F]{0,64}$`) // dSHeuristics
	// Microsoft's, the IETF's, OpenLDAP's, Samba's and Netscape's: an OID names who made it up.
	oidForm     = regexp.MustCompile(`^(1\.2\.840\.113556\.1\.4|1\.2\.826\.0\.1\.3344810|1\.3\.6\.1\.1|1\.3\.6\.1\.4\.1\.(1466|4203|7165)|2\.16\.840\.1\.113730)(\.[0-9]{1,6}){1,12}$`)
	versionForm = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,6}){0,4}( \([0-9]{1,8}\))?$`)
	codeForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,60}$`)
	serverForm  = regexp.MustCompile(`^Windows Server\D{0,3} (20[0-9]{2}(?: R2)?)\b`)
	programForm = regexp.MustCompile(`^(unreleased|\(devel\)|v?[0-9]{1,4}(\.[0-9]{1,4}){1,2}(-(rc|beta|alpha)[0-9.]{0,4}|-[0-9.]{1,4}[0-9]{14}-[0-9a-f]{12})?(\+(dirty|incompatible))?)$`)
	mechanism   = regexp.MustCompile(`^(GSSAPI|GSS-SPNEGO|EXTERNAL|DIGEST-MD5|NTLM)$`)
)

// among is the word if it is one of a list, else "".
func among(word string, list ...string) string {
	for _, one := range list {
		if strings.EqualFold(word, one) {
			return one
		}
	}
	return ""
}

func matching(text string, form *regexp.Regexp) string {
	if !form.MatchString(text) {
		return ""
	}
	return text
}
