package domain

import "crypto/rand"

// Account is somebody that the practice can sign in as.
type Account struct {
	Role     string `json:"role"` // what the account is there for
	DN       string `json:"-"`    // "": it was deleted
	Name     string `json:"name"` // sAMAccountName
	UPN      string `json:"-"`
	SID      string `json:"sid"`      // S-1-…
	Password string `json:"password"` // as the practice set it; "" from [Domain.Accounts]: it was changed since
}

// The roles of accounts.
const (
	RoleAdmin     = "domain administrator"
	RoleConnector = "Entra Connect's account in AD"
	RoleHelpdesk  = "help desk: may reset passwords in Sales alone"
	RoleUser      = "an ordinary user"
)

// Accounts are those whose passwords the practice knows, to be printed. They
// are as they are now: a password that somebody else has set is not known.
func (d *Domain) Accounts() (out []Account) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, a := range d.world.accounts {
		a.DN = ""
		for sid, e := range d.world.bySID {
			if sid.String() != a.SID || e.deleted {
				continue
			}
			a.DN, a.Name, a.UPN = e.dn(), e.one("sAMAccountName"), e.one("userPrincipalName")
			if a.UPN == "" {
				a.UPN = a.Name + "@" + d.world.domain
			}
			if !e.secret.fits(a.Password) {
				a.Password = ""
			}
		}
		out = append(out, a)
	}
	return out
}

// Rekey gives a password of its own to every account whose password the practice
// knows, for a domain that stands open to other programs. Those that somebody has
// set stay.
func (d *Domain) Rekey() error {
	d.mu.Lock()
	for sid, e := range d.world.bySID {
		for i, a := range d.world.accounts {
			if sid.String() == a.SID && e.secret.fits(a.Password) {
				d.world.accounts[i].Password = "Practice-7-" + rand.Text()
				e.secret = newSecret(d.world.accounts[i].Password)
			}
		}
	}
	d.mu.Unlock()
	return d.changed()
}

// Account is the first account with the role.
func (d *Domain) Account(role string) Account {
	for _, a := range d.Accounts() {
		if a.Role == role {
			return a
		}
	}
	return Account{}
}
