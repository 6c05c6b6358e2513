package adperms

import "writeback/adperms/secdesc"

// Who is counted among the users: people, and services that sign in like people. Whose
// password nobody resets by self-service is told apart, and never as out of reach.

// ofItself says why nobody needs the password of such an account written back.
var ofItself = map[AccountKind]string{
	ServiceAccount: "Active Directory itself makes its passwords",
	TrustAccount:   "the two domains keep its password between them",
	MachineAccount: "the computer keeps its password itself",
	GuestAccount:   "anyone without an account can use it; it belongs to nobody",
	DefaultAccount: "the system manages it, and nobody signs in with it",
	KrbtgtAccount:  "its password is the key of the domain's Kerberos tickets",
}

// NotCounted says why an account is not one of those whose passwords somebody may want
// back; no code where [Counts] says that it is. connector is the account that writes
// them, zero where it is not known.
func NotCounted(a Account, connector secdesc.SID) Reason {
	const uncounted = "plan and verify do not count it"
	switch kind := a.Kind(); {
	case Counts(kind, a.SID, connector):
		return Reason{}
	case !a.SID.IsZero() && a.SID == connector && (kind == Person || kind == ServiceAccount):
		return Reason{Code: "connector-itself", Weight: Blocks,
			Text: "it is the connector account itself, with which the sync product writes the passwords of others: its own stands in the sync product's configuration, and whoever replaced it would stop the sync product. So " + uncounted,
			Fix:  "to change its password, change it in Active Directory and in the sync product's configuration"}
	case kind == NoAccount:
		return Reason{Code: "not-a-user", Weight: Blocks,
			Text: "it is no user but of class " + a.Class + ": the sync product writes back users' passwords only, and " + uncounted}
	default:
		return Reason{Code: "not-a-user", Weight: Blocks,
			Text: "it is no user but " + string(kind) + ": " + ofItself[kind] + ". The sync product writes back users' passwords only, and " + uncounted}
	}
}

// Counts says that an account is one of those whose passwords somebody may want
// back: a person's, and not the one that writes them.
func Counts(kind AccountKind, sid, connector secdesc.SID) bool {
	return kind == Person && (sid.IsZero() || sid != connector)
}
