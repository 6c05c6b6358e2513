package graph

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// personRegistration reads the user's entry in the registration report.
func (c *Client) personRegistration(ctx context.Context, p *cloudconfig.TenantPerson) error {
	e := registrationOf(p.ID)
	doc, err := read[*registrationDocument](ctx, c, e, e.at(c.base), newRegistrationDocument)
	if err != nil {
		return notReported(err)
	}
	r := doc.one
	if doc.wrapped != nil {
		r = doc.wrapped
	}
	if !strings.EqualFold(text(r.GetId()), p.ID) {
		return &Error{Kind: Malformed, Doing: e.doing(), Text: "the answer is about another user"}
	}
	p.Registration = &cloudconfig.Registration{
		Admin: r.GetIsAdmin(), Enabled: r.GetIsSsprEnabled(), Registered: r.GetIsSsprRegistered(), Capable: r.GetIsSsprCapable(),
	}
	if at := r.GetLastUpdatedDateTime(); at != nil {
		p.Registration.At = at.UTC()
	}
	return nil
}

// notReported makes a 404 what it means here: the user exists, so that it is the
// entry that is missing.
func notReported(err error) error {
	if e := asError(err); e != nil && e.Status == http.StatusNotFound {
		told := *e
		told.Text = "the report has no entry of the user: it lags behind, and leaves disabled accounts out"
		return &told
	}
	return err
}

// registrationDocument reads one entry. The reference shows it inside of "value",
// the schema says that it stands by itself: both are read.
type registrationDocument struct {
	one, wrapped models.UserRegistrationDetailsable
}

func newRegistrationDocument(serialization.ParseNode) (serialization.Parsable, error) {
	return &registrationDocument{one: models.NewUserRegistrationDetails()}, nil
}

// GetFieldDeserializers are those of the entry, and its wrapping.
func (d *registrationDocument) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	fields := maps.Clone(d.one.GetFieldDeserializers())
	fields["value"] = func(n serialization.ParseNode) error {
		got, err := n.GetObjectValue(models.CreateUserRegistrationDetailsFromDiscriminatorValue)
		if r, is := got.(models.UserRegistrationDetailsable); is {
			d.wrapped = r
		}
		return err
	}
	return fields
}

// Serialize is here for the interface alone: nothing is written of it.
func (d *registrationDocument) Serialize(serialization.SerializationWriter) error { return nil }
