package tenant

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// directory/onPremisesSynchronization, whose id is the tenant's.

// writebackFlag is the feature that Microsoft documents as not in use: it can be written, and does nothing.
const writebackFlag = "passwordWritebackEnabled"

// featureNames are those of onPremisesDirectorySynchronizationFeature in the CSDL.
var featureNames = strings.Fields(`allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled blockCloudObjectTakeoverThroughHardMatchEnabled
	blockSoftMatchEnabled bypassDirSyncOverridesEnabled cloudPasswordPolicyForPasswordSyncedUsersEnabled concurrentCredentialUpdateEnabled
	concurrentOrgIdProvisioningEnabled deviceWritebackEnabled directoryExtensionsEnabled fopeConflictResolutionEnabled groupWriteBackEnabled
	passwordSyncEnabled passwordWritebackEnabled quarantineUponProxyAddressesConflictEnabled quarantineUponUpnConflictEnabled
	softMatchOnUpnEnabled synchronizeUpnForManagedUsersEnabled unifiedGroupWritebackEnabled userForcePasswordChangeOnLogonEnabled
	userWritebackEnabled`)

func (t *Tenant) syncDocument(c *call) object {
	t.mu.Lock()
	defer t.mu.Unlock()
	features := object{}
	for _, name := range featureNames {
		features[name] = t.features[name]
	}
	return object{
		"id": c.options.ID, "features": features,
		"configuration": object{"accidentalDeletionPrevention": object{"synchronizationPreventionType": "enabledForCount", "alertThreshold": 500}},
	}
}

func (t *Tenant) synchronizations(c *call, _ string) answer {
	return c.collection(syncEntity, "directory/onPremisesSynchronization", []string{"$select"}, []object{t.syncDocument(c)})
}

func (t *Tenant) synchronization(c *call, id string) answer {
	if !strings.EqualFold(id, c.options.ID) {
		return c.notFound(id)
	}
	return c.entity(syncEntity, "directory/onPremisesSynchronization", t.syncDocument(c))
}

// patchSynchronization takes features, and refuses what is not a Boolean of the CSDL. configuration exists, and nothing here writes it: refused.
func (t *Tenant) patchSynchronization(c *call, id string) answer {
	if !strings.EqualFold(id, c.options.ID) {
		return c.notFound(id)
	}
	if _, err := c.queryOptions(syncEntity, nil); err != nil {
		return c.bad("BadRequest", err.Error())
	}
	if kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); kind != "application/json" {
		return c.bad("BadRequest", "Write requests (excluding DELETE) must contain the Content-Type header declaration.")
	}
	features, err := readFeatures(c.body)
	if err != nil {
		return c.bad("Request_BadRequest", err.Error())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, on := range features {
		t.features[name] = on
	}
	return answer{status: http.StatusNoContent}
}

func readFeatures(body []byte) (map[string]bool, error) {
	const owner = "onPremisesDirectorySynchronization"
	top, err := readObject(body, owner)
	if err != nil {
		return nil, err
	}
	for name := range top {
		switch name {
		case "features":
		case "configuration":
			return nil, inWords("Property 'configuration' is not written by anything that this tenant serves.")
		case "id":
			return nil, inWords("Property 'id' is read-only and cannot be set.")
		default:
			return nil, unknownProperty(name, owner)
		}
	}
	if len(top) == 0 {
		return nil, inWords("Empty Payload. JSON content expected.")
	}
	fields, err := readObject(top["features"], owner+"Feature")
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for name, value := range fields {
		if !slices.Contains(featureNames, name) {
			return nil, unknownProperty(name, owner+"Feature")
		}
		var on *bool
		if json.Unmarshal(value, &on) != nil || on == nil {
			return nil, inWords("Cannot convert the value of property '%s' to the type 'Edm.Boolean'.", name)
		}
		out[name] = *on
	}
	return out, nil
}

// readObject reads one JSON object, in which no name is there twice, and leaves out the type annotation if it is right.
func readObject(body []byte, owner string) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(body))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, inWords("Unable to read JSON request payload: an object is expected.")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, inWords("Unable to read JSON request payload.")
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, inWords("Unable to read JSON request payload.")
		}
		if _, twice := out[name.(string)]; twice {
			return nil, inWords("Duplicate property name '%s'.", name)
		}
		out[name.(string)] = value
	}
	if _, err := d.Token(); err != nil || d.More() {
		return nil, inWords("Unable to read JSON request payload.")
	}
	if kind, ok := out["@odata.type"]; ok && owner != "" {
		if string(kind) != `"#microsoft.graph.`+owner+`"` {
			return nil, inWords("A type named %s could not be resolved by the model.", kind)
		}
		delete(out, "@odata.type")
	}
	return out, nil
}

func unknownProperty(name, owner string) error {
	return inWords("The property '%s' does not exist on type 'microsoft.graph.%s'. Make sure to only use property names that are defined by the type.", name, owner)
}
