package graph

import (
	"strings"
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// userList is a page of users with the properties that oneUser asks for; see
// listing for why the SDK's model of a user is not taken.
type userList struct {
	value []*user
	next  *string
}

// user is one of them; nil is what Graph left out.
type user struct {
	listed
	upn, sid, domain *string
	userType         *string
	enabled, synced  *bool
	lastSync         *time.Time
	plans            []serialization.Parsable // nil: left out, or null
}

func newUserList(serialization.ParseNode) (serialization.Parsable, error) { return &userList{}, nil }

// GetOdataNextLink is where the next page is; nil: there is none.
func (l *userList) GetOdataNextLink() *string { return l.next }

// GetFieldDeserializers are those of an OData collection.
func (l *userList) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"@odata.nextLink": into(&l.next),
		"value": func(n serialization.ParseNode) error {
			all, err := n.GetCollectionOfObjectValues(func(serialization.ParseNode) (serialization.Parsable, error) { return &user{}, nil })
			if err != nil {
				return err
			}
			for _, one := range all {
				if u, is := one.(*user); is {
					l.value = append(l.value, u)
				}
			}
			return nil
		},
	}
}

// Serialize is here for the interface alone: nothing is written of it.
func (l *userList) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers are those of the properties that are asked for.
func (u *user) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := u.listed.GetFieldDeserializers()
	fields["userPrincipalName"] = into(&u.upn)
	fields["onPremisesSecurityIdentifier"] = into(&u.sid)
	fields["onPremisesDomainName"] = into(&u.domain)
	fields["userType"] = into(&u.userType)
	fields["accountEnabled"] = intoBool(&u.enabled)
	fields["onPremisesSyncEnabled"] = intoBool(&u.synced)
	fields["onPremisesLastSyncDateTime"] = func(n serialization.ParseNode) (err error) {
		u.lastSync, err = n.GetTimeValue()
		return err
	}
	fields["assignedPlans"] = func(n serialization.ParseNode) (err error) {
		u.plans, err = n.GetCollectionOfObjectValues(models.CreateAssignedPlanFromDiscriminatorValue)
		return err
	}
	return fields
}

// intoBool reads a Boolean.
func intoBool(field **bool) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) (err error) {
		*field, err = n.GetBoolValue()
		return err
	}
}

// hidden says that the user was shown by names only: every user has accountEnabled,
// while null for onPremisesSyncEnabled also means "never synchronised".
func (u *user) hidden() bool { return u.enabled == nil }

// read fills in what Graph shows of the user.
func (u *user) read(p *cloudconfig.TenantPerson) {
	p.Found = true
	p.ID, p.UPN, p.DisplayName = text(u.id), text(u.upn), text(u.displayName)
	p.SID, p.Domain, p.Enabled = text(u.sid), text(u.domain), u.enabled
	p.Guest = strings.EqualFold(text(u.userType), "Guest")
	if u.lastSync != nil {
		p.LastSync = u.lastSync.UTC()
	}
	if u.hidden() {
		return
	}
	switch {
	case u.synced == nil && text(u.sid) != "":
		p.Sync = cloudconfig.Moved
	case u.synced == nil:
		p.Sync = cloudconfig.NeverSynced
	case *u.synced:
		p.Sync = cloudconfig.Synced
	default:
		p.Sync = cloudconfig.SyncedOnce
	}
	if u.plans != nil {
		p.Plans = assigned(u.plans)
	}
}

// assigned are a user's plans. One that is assigned and was taken away again stays
// in the list with the status Deleted.
func assigned(all []serialization.Parsable) []cloudconfig.Plan {
	out := []cloudconfig.Plan{}
	for _, one := range all {
		plan, is := one.(models.AssignedPlanable)
		if !is || plan.GetServicePlanId() == nil {
			continue
		}
		id := plan.GetServicePlanId().String()
		name := cloudconfig.PlanName(id)
		if name == "" {
			name = text(plan.GetService())
		}
		out = append(out, cloudconfig.Plan{ID: id, Name: name, Usable: inUse(text(plan.GetCapabilityStatus()))})
	}
	return out
}
