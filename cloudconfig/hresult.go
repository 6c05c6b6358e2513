package cloudconfig

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Cause is what a code in the message of an event names as the cause.
type Cause struct {
	Code string // "0x8023062C"
	Text string
	Fix  string
	// Everyone says that it concerns every user of the connector, and not the one
	// whose event it stands in.
	Everyone bool
}

// causes are the codes of the sync engine whose causes are known, by Microsoft's
// troubleshooting pages where nothing else is said.
var causes = []Cause{
	{"0x80230619", "Active Directory's policy refused the password: age, history, complexity or a password filter; Microsoft's page also names User cannot change password",
		"look at the minimum password age and the history of the domain and of the user's password settings object, and at password filters on the domain controllers", false},
	{"0x80230626", "User cannot change password is set on the account (by reports from the field; not documented)",
		"clear User cannot change password on the account: it is two ACEs that deny Change Password to Self and Everyone", false},
	{"0x8023062C", "the connector to AD does not sign and encrypt its LDAP traffic, and passwords are not set without",
		"in Synchronization Service Manager switch Sign and Encrypt LDAP Traffic on, in all three places of the connector's properties: Connect to Active Directory Forest, Configure Directory Partitions, and there for the partition's own credentials", true},
	{"0x8023061F", "writeback is not enabled for this forest's connector, as happens where a forest was added later", switchAgain, true},
	{"0x800700CE", "the password of the connector account is longer than 256 characters",
		"give the connector account a password of at most 256 characters, and enter it in Synchronization Service Manager", true},
	{"0x80230402", "one user is enabled in two forests (duplicate anchor)", "synchronise the user from one forest only", false},
}

// accessDenied is how AD's refusal reads where no code of the engine stands.
var accessDenied = Cause{"ERROR_ACCESS_DENIED", "Active Directory refused the connector account: it lacks the right on this user, or may not make remote calls to SAM (RestrictRemoteSam)", checkRights, false}

// noPolicyControl is part of the message where the DC does not know policy hints.
var noPolicyControl = Cause{"LDAP password policy control", "the domain controller lacks the control for policy hints (1.2.840.113556.1.4.2066)",
	"have the connector use a domain controller with Windows Server 2016 or later", false}

var hresult = regexp.MustCompile(`(?i)(?:^|[^0-9a-z])(?:0x)?([0-9a-f]{8})(?:$|[^0-9a-z])`)

// Causes are the known causes that the message of an event names, each once.
func Causes(message string) (out []Cause) {
	for _, m := range hresult.FindAllStringSubmatch(message, -1) {
		i := slices.IndexFunc(causes, func(c Cause) bool { return strings.EqualFold(c.Code, "0x"+m[1]) })
		if i >= 0 && !slices.Contains(out, causes[i]) {
			out = append(out, causes[i])
		}
	}
	for _, c := range []Cause{accessDenied, noPolicyControl} {
		if len(out) == 0 && strings.Contains(strings.ToLower(message), strings.ToLower(c.Code)) {
			out = append(out, c)
		}
	}
	return out
}

// CauseWords are what [Causes] looks for in a message: codes without their 0x, and words.
func CauseWords() (out []string) {
	for _, c := range slices.Concat(causes, []Cause{accessDenied, noPolicyControl}) {
		out = append(out, strings.TrimPrefix(c.Code, "0x"))
	}
	return out
}

// causesOf are the known causes of an event. What the sync engine says in the same
// moment (6329) is about the event that the writeback service logs beside it.
func (s Server) causesOf(e Event) []Cause {
	own := Causes(e.Message)
	if len(own) > 0 || events[e.ID].Sign != Reached {
		return own
	}
	for _, other := range s.Events {
		if beside := other.At.Sub(e.At).Abs(); other.ID == engineError && beside <= sameMoment {
			own = append(own, Causes(other.Message)...)
		}
	}
	return own
}

// engineError is the event of the sync engine that carries its codes, and sameMoment
// is how far it may be from the one that it explains.
const (
	engineError = 6329
	sameMoment  = 5 * time.Second
)

// barring is the cause of an event that keeps every password of the connector from
// being written; false where it names none.
func (s Server) barring(e Event) (Cause, bool) {
	all := s.causesOf(e)
	i := slices.IndexFunc(all, func(c Cause) bool { return c.Everyone })
	if i < 0 {
		return Cause{}, false
	}
	return all[i], true
}
