package graph

import "github.com/microsoft/kiota-abstractions-go/serialization"

// listing is a page of users or directory roles, of which few properties are
// asked for. The SDK's models of directory objects know all their kinds, and
// those know nearly all of Graph: linking them takes 30 MB, and reading one user
// prepares 130 fields.
type listing struct {
	value []*listed
	next  *string
}

// listed is one of them; nil is what Graph left out.
type listed struct {
	id, displayName, roleTemplateID *string
	sid                             *string // onPremisesSecurityIdentifier
	enabled                         *bool   // accountEnabled
	userType                        *string
}

func newListing(serialization.ParseNode) (serialization.Parsable, error) { return &listing{}, nil }

// GetOdataNextLink is where the next page is; nil: there is none.
func (l *listing) GetOdataNextLink() *string { return l.next }

// GetFieldDeserializers are those of an OData collection.
func (l *listing) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"@odata.nextLink": into(&l.next),
		"value": func(n serialization.ParseNode) error {
			all, err := n.GetCollectionOfObjectValues(func(serialization.ParseNode) (serialization.Parsable, error) { return &listed{}, nil })
			if err != nil {
				return err
			}
			l.value = make([]*listed, 0, len(all))
			for _, one := range all {
				if entry, is := one.(*listed); is {
					l.value = append(l.value, entry)
				}
			}
			return nil
		},
	}
}

// Serialize is here for the interface alone: nothing is written of it.
func (l *listing) Serialize(serialization.SerializationWriter) error { return nil }

// GetFieldDeserializers are those of the properties that are asked for.
func (l *listed) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	return map[string]func(serialization.ParseNode) error{
		"id": into(&l.id), "displayName": into(&l.displayName), "roleTemplateId": into(&l.roleTemplateID),
		"onPremisesSecurityIdentifier": into(&l.sid), "userType": into(&l.userType),
		"accountEnabled": func(n serialization.ParseNode) (err error) {
			l.enabled, err = n.GetBoolValue()
			return err
		},
	}
}

// Serialize is here for the interface alone: nothing is written of it.
func (l *listed) Serialize(serialization.SerializationWriter) error { return nil }

// into reads a string.
func into(field **string) func(serialization.ParseNode) error {
	return func(n serialization.ParseNode) (err error) {
		*field, err = n.GetStringValue()
		return err
	}
}
