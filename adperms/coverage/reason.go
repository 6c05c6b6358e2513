package coverage

import (
	"strings"

	"writeback/adperms"
)

// Reason is why a password cannot be written back, as a stable code.
type Reason uint8

// The reasons, the heaviest first: where several rights are missing for several
// reasons, the user is counted under the first of them.
const (
	None                  Reason = iota // it can
	OtherConnector                      // the sync server uses another account
	NotConnector                        // the connector account is another kind of account
	ConnectorDisabled                   // the connector account is
	ConnectorExpired                    // the connector account is
	ConnectorMustChange                 // the connector account has to choose a new password first
	ConnectorPastPassword               // the connector account's password has expired
	Hidden                              // the user's descriptor is not shown to whoever asks
	Unreadable                          // the descriptor does not parse
	ParentUnknown                       // an object above is not shown: what will be cannot be told
	DeniedByACE                         // a deny decides
	ConditionUnknown                    // it hangs on the condition of an ACE
	OutOfScope                          // the user is below none of the scopes
	ProtectedAccount                    // AdminSDHolder's task takes the rights away
	OrphanedAdminCount                  // it once was, and nobody has put it back
	InheritanceBlocked                  // a DACL between scope and user is protected
	ClassNotCovered                     // the rights are for other classes
	NotGranted                          // nothing grants it
	HiddenFromConnector                 // the connector account does not see the user
	ControlHidden                       // whether the account is disabled is not shown to whoever asks
	Disabled                            // the account is: the sync server refuses it
	NotSynchronized                     // the tenant does not have the user from AD
	OtherForest                         // the sync server is another forest's
	OtherTenant                         // the sync server is another tenant's
	MaybeDisabled                       // the connector account is, and that may not matter
	MaybeExpired                        // the connector account is, and that may not matter
	MaybeMustChange                     // the connector account has to choose a new password, and that may not matter
	MaybePastPassword                   // the connector account's password has expired, and that may not matter
	MaybeCardOnly                       // a smart card is required of the connector account
	GroupsUnasked                       // not all groups of the connector account could be asked for
	GrantedByHolder                     // it can, and should not: AdminSDHolder grants it
	ReservedCharacters                  // it can, and the sync server may not find it
	reasons
)

var codes = [reasons]string{
	"", adperms.NotUsed, adperms.NotAnAccount, adperms.OutOfUse, adperms.PastItsEnd, adperms.MustChange, adperms.PastPassword, "descriptor-hidden", "descriptor-unreadable", "parent-unreadable", "denied-by-ace", "condition-unknown", "out-of-scope",
	"protected-account", "orphaned-admincount", "inheritance-blocked", "class-not-covered", "not-granted", "hidden-from-connector", "account-control-hidden", "disabled", "not-synced", "wrong-server", "wrong-tenant",
	adperms.OutOfUse, adperms.PastItsEnd, adperms.MustChange, adperms.PastPassword, adperms.CardOnly, adperms.GroupsUnasked,
	string(adperms.HeldOut), "reserved-characters",
}

// Code is the reason as documents have it; "" for None.
func (r Reason) Code() string { return codes[r] }

// Text says the reason in words.
func (r Reason) Text() string { return texts[r].text }

// One says the reason of a single user; by is the object that [Verdict] names,
// "" for the user itself.
func (r Reason) One(by string) string {
	if by == "" {
		by = "the user"
	}
	text := strings.ReplaceAll(texts[r].one, "%", by)
	switch r {
	case DeniedByACE, OutOfScope, ProtectedAccount, OrphanedAdminCount, InheritanceBlocked, ClassNotCovered, NotGranted:
		text += " (" + adperms.RefusedEvents + ")"
	}
	return text
}

// Fix says what to do about it.
func (r Reason) Fix() string { return texts[r].fix }

// OfConnector finds the reason for what is wrong with the connector account; None for
// the zero value, and for a code that is none of these.
func OfConnector(why adperms.Reason) Reason {
	for r := None + 1; r < reasons; r++ {
		if r.Code() == why.Code && r.Weight() == why.Weight {
			return r
		}
	}
	return None
}

// texts speak of many users, of one (% is the object in the way), and of what to do.
var texts = [reasons]struct{ text, one, fix string }{
	OtherConnector:        unfit("the sync server does not sign in with the account whose rights these are"),
	NotConnector:          unfit("the account whose rights these are cannot be the connector account"),
	OtherForest:           unfit("the sync server is another forest's, so that it is not known which account the right one uses"),
	OtherTenant:           unfit("the sync server is another tenant's, so that it is not known which account the right one uses"),
	ConnectorDisabled:     unfit("the account whose rights these are is disabled"),
	ConnectorExpired:      unfit("the account whose rights these are has expired"),
	MaybeDisabled:         unfit("the account whose rights these are is disabled"),
	MaybeExpired:          unfit("the account whose rights these are has expired"),
	ConnectorMustChange:   unfit("the account whose rights these are has to change its password first"),
	ConnectorPastPassword: unfit("the password of the account whose rights these are has expired"),
	MaybeMustChange:       unfit("the account whose rights these are has to change its password first"),
	MaybePastPassword:     unfit("the password of the account whose rights these are has expired"),
	MaybeCardOnly:         unfit("a smart card is required of the account whose rights these are"),
	GroupsUnasked: {"the connector account's memberships could not all be read: one of its groups may have a deny, or the right",
		"the connector account's memberships could not all be read: one of its groups may have a deny, or the right",
		"plan with an account that may read the groups of both domains"},
	Hidden: {"their permissions cannot be read by whoever is signed in",
		"its permissions cannot be read by whoever is signed in",
		"sign in as an account that may read permissions (READ_CONTROL) on them"},
	Unreadable: {"their security descriptor is not well-formed",
		"its security descriptor is not well-formed",
		"look at their permissions by hand"},
	ParentUnknown: {"the permissions of an object above them cannot be read, so that nobody can tell what they will inherit, and whether the connector account sees them",
		"the permissions of % cannot be read, so that nobody can tell what it will inherit, and whether the connector account sees it",
		"sign in as an account that may read permissions (READ_CONTROL) there"},
	DeniedByACE: {"a deny takes a right away from the account or one of its groups",
		"a deny takes a right away from the connector account or one of its groups",
		"ask who set the deny and why; writeback does not remove what others set"},
	ConditionUnknown: {"whether a right is granted hangs on the condition of an ACE, which only the DC evaluates",
		"whether a right is granted hangs on the condition of an ACE, which only the DC evaluates",
		"try one of them out with a pilot reset"},
	OutOfScope: {"they are below none of the scopes",
		"it is below none of the scopes",
		"add what they are in with --scope, if their passwords are to be written back"},
	ProtectedAccount: {"they are in a protected group: AdminSDHolder's task replaces their permissions within the hour, whatever is granted above them",
		"it is in a protected group: AdminSDHolder's task replaces its permissions within the hour, whatever is granted above it",
		"nothing: writeback to protected accounts is not supported by design, and AdminSDHolder is left alone, for whoever may reset administrators' passwords owns the domain"},
	OrphanedAdminCount: {"they are marked as protected (adminCount) and no longer in a protected group: their inheritance was switched off and never on again",
		"it is marked as protected (adminCount) and no longer in a protected group: its inheritance was switched off and never on again",
		"look at why they were protected; those that are ordinary accounts now, and in no protected group of another domain either: enable inheritance on them and clear adminCount"},
	InheritanceBlocked: {"a protected DACL keeps them from inheriting the rights",
		"the DACL of % is protected: nothing that is granted above comes through",
		"grant the rights on what blocks, with --scope, or enable inheritance there"},
	ClassNotCovered: {"the rights, granted or planned, are for other classes than theirs",
		"the rights, granted or planned, are for other classes than its own",
		"grant them for that class as well: --class user,inetOrgPerson"},
	NotGranted: {"nothing grants the right",
		"no ACE grants it",
		"writeback plan shows what is missing"},
	HiddenFromConnector: {"the connector account may not list what they are in, or a deny takes all of Read from it there: the sync server does not find them (event 33002)",
		"the connector account may not list what it is in, or a deny takes all of Read from it there: the sync server does not find it (event 33002)",
		"give the connector account Read (List contents among it) on the OU or container and on what is below it, by default Authenticated Users have that; ask who set the deny and why, where there is one"},
	ControlHidden: {"whether they are disabled cannot be read by whoever is signed in, and the sync server refuses the write to disabled users",
		"whether it is disabled cannot be read by whoever is signed in, and the sync server refuses the write to a disabled user",
		"sign in as an account that may read userAccountControl of them"},
	Disabled: {"they are disabled: the sync server refuses the write (event 33005)",
		"it is disabled: the sync server refuses the write (event 33005)",
		"enable those that are to be used"},
	NotSynchronized: {"the tenant does not have them as users synchronized from this domain: nothing is written back to them",
		"the tenant does not have it as a user synchronized from this domain: nothing is written back to it",
		"writeback explain USER says why; as a rule, the user has to be brought into the scope of synchronization"},
	GrantedByHolder: {"they are in a protected group, and AdminSDHolder gives the connector account the rights on them: undocumented, not supported, and whoever has the connector account can take over every administrator",
		"it is in a protected group, and AdminSDHolder gives the connector account the rights on it: undocumented, not supported, and whoever has the connector account can take over every administrator",
		adperms.HolderFix},
	ReservedCharacters: {"an OU that they are in has a name with characters that Microsoft names among the causes of event 33001: the sync server may not find them",
		"an OU that it is in has a name with characters that Microsoft names among the causes of event 33001: the sync server may not find it",
		"look for event 33001 on the sync server; if it is there, rename the OU"},
}

// unfit speaks of everybody alike; [Question.Unfit] has better words.
func unfit(text string) struct{ text, one, fix string } {
	return struct{ text, one, fix string }{text, text, "name the account that the sync product signs in to Active Directory with: --connector"}
}

// Reasons is a set of reasons.
type Reasons uint64

func (s Reasons) with(r Reason) Reasons { return s | 1<<r }

// Weight is what a reason does to the answer.
func (r Reason) Weight() adperms.Weight {
	switch r {
	case OtherForest, OtherTenant, MaybeDisabled, MaybeExpired, MaybeMustChange, MaybePastPassword, MaybeCardOnly, GroupsUnasked, Hidden, ControlHidden, Unreadable, ParentUnknown, ConditionUnknown:
		return adperms.Unknown
	case GrantedByHolder, ReservedCharacters:
		return adperms.Hinders
	}
	return adperms.Blocks
}

// blocks says that one of them is in the way.
func (s Reasons) blocks() bool { return s&^(1<<GrantedByHolder|1<<ReservedCharacters) != 0 }

// First is the heaviest reason of the set, None for an empty one.
func (s Reasons) First() Reason {
	for r := None + 1; r < reasons; r++ {
		if s&(1<<r) != 0 {
			return r
		}
	}
	return None
}

// All lists the set, the heaviest first.
func (s Reasons) All() (out []Reason) {
	for r := None + 1; r < reasons; r++ {
		if s&(1<<r) != 0 {
			out = append(out, r)
		}
	}
	return out
}

// Codes lists the codes of the set, the heaviest first.
func (s Reasons) Codes() []string {
	out := []string{}
	for _, r := range s.All() {
		out = append(out, r.Code())
	}
	return out
}
