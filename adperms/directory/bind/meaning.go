package bind

import "strings"

// What a refused sign-in means, and what to do next: one table.
//
// Rules of the table
//
//   - Each reason has a next step of its own.
//   - The next step is never what was just done: where it depends on the way that
//     was tried, the table has one for that way.
//   - What is not known is refused, and no more: a second try with the same
//     password may lock the account, so that nothing asks for one.

// Way is how a sign-in was tried.
type Way string

const (
	BySimpleBind Way = "simple bind"
	ByKerberos   Way = "Kerberos, password"
	ByKeytab     Way = "Kerberos, keytab"
	ByTicket     Way = "Kerberos, ticket cache"
	BySession    Way = "Kerberos, Windows session"
)

// Mends is what another answer could mend of a refused sign-in.
type Mends int

const (
	MendsNothing    Mends = iota // no answer does: do not ask for a password again
	AnotherUser                  // the account cannot sign in: its password may be right
	AnotherPassword              // name or password may have been mistyped
)

// meaning is what a reason says, and what to do about it.
type meaning struct {
	data  string // AD's code for it, in hex; "": it has none
	says  string
	next  string
	after map[Way]string // the next step after one way, where it is another one
	mends Mends
}

// afterKerberos is the next step after any of its ways.
func afterKerberos(next string) map[Way]string {
	return map[Way]string{ByKerberos: next, ByKeytab: next, ByTicket: next, BySession: next}
}

const (
	ownPolicy     = "Kerberos is refused, too: look at its authentication policy or silo, its logon hours and workstations, and whether it needs a smart card; or sign in with another account"
	bindDirect    = "connect to the DC itself, by its own host name (--dc), with no proxy or load balancer with TLS of its own in between: the binding did not fit its certificate"
	signOtherwise = "sign in with a password at a DC that was named (--dc and --ad-user, without --kerberos); on Samba, allow_sasl_over_tls is a way, too"
	anotherUser   = ", or sign in with another account"
)

var meanings = map[Reason]meaning{
	NoSuchUser: {data: "525", says: "the domain does not know this user", next: `check the spelling, and write the user as UPN or DOMAIN\name`, mends: AnotherPassword,
		after: map[Way]string{ByTicket: "get a ticket for an account of this domain with kinit", ByKeytab: "make the keytab again for an account of this domain"}},
	WrongPassword: {data: "52e", says: "user name or password is wrong", next: `write the user as UPN or DOMAIN\name, and check the password first: each try counts towards a lockout`, mends: AnotherPassword,
		after: map[Way]string{
			ByKeytab:  "the keytab holds the key of an earlier password, or of another account: make it again",
			ByTicket:  "get a new ticket with kinit",
			BySession: "sign in to Windows again, or give --ad-user",
		}},
	Restricted: {data: "52f", says: "account restriction: the account may not sign in like this", next: "use --kerberos: to members of Protected Users, simple bind and NTLM are refused", mends: AnotherUser, after: afterKerberos(ownPolicy)},
	NotNow:     {data: "530", says: "the account may not sign in at this hour", next: "wait for its logon hours, or have them changed" + anotherUser, mends: AnotherUser},
	NotFromHere: {data: "531", says: "the account may not sign in from this computer", next: "add the computer to those that the account may log on to (userWorkstations), run this on one of them" + anotherUser,
		mends: AnotherUser},
	PasswordExpired: {data: "532", says: "the password has expired", next: "change it, then try again", mends: AnotherUser,
		after: map[Way]string{ByKeytab: "change it, then make the keytab again"}},
	Disabled:      {data: "533", says: "the account is disabled", next: "have it enabled" + anotherUser, mends: AnotherUser},
	TooManyGroups: {data: "568", says: "the account is in more groups than a sign-in can hold (some 1,000, nested ones included)", next: "take it out of groups" + anotherUser, mends: AnotherUser},
	NotGranted: {data: "569", says: "the account was not granted the right to sign in over the network on a domain controller",
		next: `grant it "Access this computer from the network" in the policy of the domain controllers` + anotherUser, mends: AnotherUser},
	AccountExpired: {data: "701", says: "the account has expired", next: "have its end date changed" + anotherUser, mends: AnotherUser},
	MustChange:     {data: "773", says: "the password must be changed before the first sign-in", next: "change it, then try again with the new one", mends: AnotherUser},
	Locked:         {data: "775", says: "the account is locked out", next: "unlock it, or wait until the lockout ends", mends: AnotherUser},
	Revoked:        {says: "the account is disabled, locked out or expired", next: "look at it on a DC (the KDC does not say which of the three it is)" + anotherUser, mends: AnotherUser},
	ChannelBinding: {data: "80090346", says: "the DC demands channel binding to its TLS certificate", next: "use --kerberos, which binds to it: a simple bind cannot", after: afterKerberos(bindDirect)},
	SigningRequired: {says: "the DC demands a stronger sign-in, or signed LDAP even inside TLS (Samba: ldap server require strong auth = yes)", next: "use --kerberos",
		after: afterKerberos(signOtherwise)},
	NoSuchWay:     {says: "the DC does not offer this way to sign in", next: "use --kerberos", after: afterKerberos("sign in with a password at a DC that was named (--dc and --ad-user, without --kerberos)")},
	EmptyPassword: {says: "the password is empty, and a bind without password would be taken for an anonymous one (RFC 4513 section 5.1.2): nothing was sent", next: "give the password", mends: AnotherPassword},
	NoTLS:         {says: "a password is sent over TLS only, and there is none on this connection: nothing was sent", next: "use ldaps://"},
	NoTicket:      {says: "there is no Kerberos ticket to use", next: "get one with kinit, or give --ad-user or --keytab"},
	NoSession: {says: "Windows has no Kerberos credentials in this session",
		next: `sign in to Windows as a user of the domain, begin with runas /netonly /user:DOMAIN\name, or give --ad-user; in a PowerShell remoting session the credentials stayed behind (the "double hop"): give --ad-user there`},
	TicketExpired: {says: "the Kerberos ticket has expired", next: "renew it with kinit", after: map[Way]string{
		ByKerberos: "check this computer's clock: it was issued just now", ByKeytab: "check this computer's clock: it was issued just now", BySession: "lock Windows and unlock it, which renews the ticket, or give --ad-user"}},
	TicketRefused: {says: "the DC does not accept the Kerberos ticket, though its KDC gave it", next: "name the DC by its own host name (--dc), and check that its clock and its account replicate",
		after: map[Way]string{ByTicket: "get a new ticket with kdestroy and kinit, for the DC may have a new key; then name the DC by its own host name (--dc)", BySession: "drop the tickets with klist purge, for the DC may have a new key; then name the DC by its own host name (--dc)"}},
	ClockSkew:    {says: "the clocks of this computer and of the DC differ too much for Kerberos (5 minutes are allowed)", next: "set the clock"},
	NoService:    {says: "the domain does not know the DC's LDAP service by this name", next: "wait until its name has replicated, or name another DC with --dc"},
	NoKDC:        {says: "no Kerberos KDC could be reached", next: "is port 88 open from here, and does --krb5-conf name the KDC?"},
	UnprovenKDC:  {says: "the KDC did not prove that it knows the password, which was not sent", next: "check the password; if it is right, name a KDC of the domain with --krb5-conf", mends: AnotherPassword},
	NoEncryption: {says: "the account and the domain have no Kerberos encryption type in common with this program", next: "let the account have AES keys: change its password once on a DC, and look at msDS-SupportedEncryptionTypes"},
	BadKeytab:    {says: "the keytab holds no usable key for this user", next: "make it again for this account, with AES keys"},
	NoKerberosName: {says: "Kerberos knows accounts by name, not by DN", next: `write the user as UPN or DOMAIN\name`,
		mends: AnotherUser},
	Refused: {says: "the domain refused the sign-in for a reason that is not known here", next: "find out why before another try, which may count towards a lockout: the DC's Security log has it"},
}

// reasonOf is the reason for a code of AD.
func reasonOf(data string) Reason {
	for reason, m := range meanings {
		if m.data != "" && strings.EqualFold(m.data, data) {
			return reason
		}
	}
	return Refused
}
