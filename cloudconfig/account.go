package cloudconfig

import "strings"

// Account names an account of Active Directory.
type Account struct {
	SAM     string // its sAMAccountName; "": it is not known
	UPN     string // its userPrincipalName; "": it has none
	Domain  string // the DNS name of the domain that it is in
	NetBIOS string // that domain's short name
}

// String is DOMAIN\name, or the name alone where the domain is not known.
func (a Account) String() string {
	if a.NetBIOS == "" {
		return a.SAM
	}
	return a.NetBIOS + `\` + a.SAM
}

// Likeness says whether a name stands for an account.
type Likeness int

// The answers. A forest may have an account of the same name in each of its domains.
const (
	NotSaid      Likeness = iota // the name leaves it open
	SameAccount                  // it is the account
	OtherAccount                 // it is another one
)

// SignsInAs says whether a connector signs in with an account. The server keeps its
// name as it was typed: DOMAIN\name, a UPN, or the name alone, with the domain beside
// it in a field of its own, which may be short or not. Where it says no domain at all,
// which no installation does, the name alone decides.
func (c ServerConnector) SignsInAs(a Account) Likeness {
	name, home, upn := c.split()
	switch {
	case name == "":
		return NotSaid
	case upn && strings.EqualFold(c.Account, a.UPN):
		return SameAccount
	case !strings.EqualFold(name, a.SAM):
		return OtherAccount
	case home == "" || strings.EqualFold(home, a.Domain) || strings.EqualFold(home, a.NetBIOS):
		return SameAccount
	case upn, a.Domain == "", a.NetBIOS == "" && !strings.Contains(home, "."):
		return NotSaid // a UPN may end in a name that is no domain's
	}
	return OtherAccount
}

// split is the account's name and its domain as far as the server says. A UPN's
// suffix is taken for the domain.
func (c ServerConnector) split() (name, home string, upn bool) {
	if home, name, is := strings.Cut(c.Account, `\`); is {
		return name, home, false
	}
	if name, home, is := strings.Cut(c.Account, "@"); is {
		return name, home, true
	}
	return c.Account, c.Domain, false
}

// AccountName is how the account is named to this program; "": the server does not say.
func (c ServerConnector) AccountName() string {
	name, home, upn := c.split()
	switch {
	case upn:
		return c.Account
	case home == "":
		return name
	}
	return home + `\` + name
}

// account is name, for people.
func (c ServerConnector) account() string {
	if c.Account == "" {
		return "an account that it does not name"
	}
	return c.AccountName()
}
