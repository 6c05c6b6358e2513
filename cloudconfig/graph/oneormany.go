package graph

import (
	"maps"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// oneOrMany reads a document that is either an object or a collection of them:
// the field names do not overlap.
type oneOrMany struct {
	one  *models.OnPremisesDirectorySynchronization
	many *models.OnPremisesDirectorySynchronizationCollectionResponse
}

func newOneOrMany(serialization.ParseNode) (serialization.Parsable, error) {
	return &oneOrMany{models.NewOnPremisesDirectorySynchronization(), models.NewOnPremisesDirectorySynchronizationCollectionResponse()}, nil
}

// GetFieldDeserializers are those of both.
func (o *oneOrMany) GetFieldDeserializers() map[string]func(serialization.ParseNode) error {
	all := o.one.GetFieldDeserializers()
	maps.Copy(all, o.many.GetFieldDeserializers())
	return all
}

// Serialize writes the object: it is here for the interface alone.
func (o *oneOrMany) Serialize(w serialization.SerializationWriter) error { return o.one.Serialize(w) }
