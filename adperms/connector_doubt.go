package adperms

import (
	"regexp"
	"strings"

	"writeback/adperms/secdesc"
)

// Nothing in a directory proves that an account is a sync product's: whoever may
// create accounts may name and describe one as they like. What follows only tells
// a slip from what was meant. The sync server itself knows.

// CheckConnector is for a [ConnectorDoubt].
const CheckConnector = "check that it is the account that the sync product signs in to Active Directory with; if not, name that one with --connector"

// Traits are attributes of an account that tell a person's from a service's.
type Traits struct {
	Mail    bool // mail, msExchMailboxGuid or homeMDB is set
	Manager bool // manager is set
	Named   bool // givenName and sn are set
	// Synced says that mS-DS-ConsistencyGuid is set, which Entra Connect writes to
	// the users that it synchronizes.
	Synced  bool
	Service bool // servicePrincipalName is set
}

// replicatingAll is the extended right DS-Replication-Get-Changes-All (MS-ADTS
// 5.1.3.2.1): an account that synchronizes password hashes holds it on the
// domain's root.
var replicatingAll = Right{Name: "Replicating Directory Changes All", Mask: secdesc.ControlAccess,
	Type: secdesc.MustGUID("1131f6ad-9c07-11d1-f79f-00c04fc2dcd2")}

// replicating is DS-Replication-Get-Changes, without which the other gives nothing.
var replicating = Right{Name: "Replicating Directory Changes", Mask: secdesc.ControlAccess,
	Type: secdesc.MustGUID("1131f6aa-9c07-11d1-f79f-00c04fc2dcd2")}

var (
	expressName = regexp.MustCompile(`(?i)^MSOL_[0-9a-f]{12}$`)
	agentName   = regexp.MustCompile(`(?i)^pGMSA_[0-9a-f]{8}\$$`)
	// installation is the identifier in the description of an express account. The
	// words around it are in the language of the installation.
	installation = regexp.MustCompile(`(?i)\b[0-9a-f]{32}\b`)
)

// ConnectorDoubt says why a person has to confirm that a is the connector account;
// "" where something says that it is one, and nothing that it is a person's. root
// is the domain's root; used says that the sync server itself signs in with it.
func ConnectorDoubt(a Account, root Target, used bool) string {
	if has := personal(a.Traits); len(has) > 0 {
		return "looks like a person's account: it has " + strings.Join(has, " and ")
	}
	switch {
	case used:
	case ConnectorName(a.SAM), installation.MatchString(a.Description):
	case Access(root, a.Token, replicatingAll).Granted:
	case !a.Traits.Service && (a.Control.Has(PasswordNeverExpires) || a.Kind() == ServiceAccount):
	case a.Traits.Service:
		return "has a service principal name, as the account of another service has, and nothing that tells a sync product's account: neither the name nor the description of one, and no replication rights on the domain"
	default:
		return "has nothing that tells a sync product's account: neither the name nor the description of one, no replication rights on the domain, and no password that never expires"
	}
	return ""
}

// ConnectorName says that a sAMAccountName is one that a sync product gives to its own
// connector account.
func ConnectorName(sam string) bool {
	return expressName.MatchString(sam) || agentName.MatchString(sam)
}

func personal(t Traits) (has []string) {
	for _, x := range []struct {
		is   bool
		what string
	}{{t.Mail, "a mail address or mailbox"}, {t.Manager, "a manager"}, {t.Named, "a first and a last name"}, {t.Synced, "a source anchor (mS-DS-ConsistencyGuid), as synchronized users have"}} {
		if x.is {
			has = append(has, x.what)
		}
	}
	return has
}
