package cloudconfig

// Policy is the portal's "On-premises integration" of self-service password
// reset. The service is undocumented; the names are those that it was seen to
// answer with.
//
// Which field is the switch "Enable password write back for synced users" is
// read in two ways by others: as EnablementForTenant, and as
// PasswordWritebackSupported. It is taken as on where both are true, as off where
// both are false, and as unknown where they differ.
type Policy struct {
	ObjectID                   string // may be null
	PasswordWritebackSupported bool
	AccountUnlockSupported     bool
	AccountUnlockEnabled       bool
	EnablementForTenant        bool
	CloudProvisioningEnabled   bool // cloudProvisioningEnablementForTenant: write back with cloud sync
}

// Writeback says whether writeback is on for synced users, as far as the two
// readings agree.
func (p Policy) Writeback() Says {
	switch {
	case p.PasswordWritebackSupported && p.EnablementForTenant:
		return On
	case !p.PasswordWritebackSupported && !p.EnablementForTenant:
		return Off
	}
	return Unclear
}

// Unlock says whether users may unlock without resetting.
func (p Policy) Unlock() Says { return says(p.AccountUnlockEnabled) }

// Enablement says whom the tenant lets reset a forgotten password at all, as the page
// Password reset > Properties has it.
type Enablement string

// The choices of the page.
const (
	EnablementUnknown Enablement = ""
	ForNobody         Enablement = "nobody"
	ForGroup          Enablement = "group" // selected: the members of a group
	ForEverybody      Enablement = "everybody"
)
