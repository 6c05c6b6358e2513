package csdl

import (
	"strings"
	"testing"

	"writeback/internal/practice/tenant"
)

const small = `<?xml version="1.0"?><Schema Namespace="microsoft.graph" Alias="graph">
	<EntityType Name="entity" Abstract="true"><Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>
	<EntityType Name="organization" BaseType="graph.entity">
		<Property Name="onPremisesSyncEnabled" Type="Edm.Boolean"/><Property Name="createdDateTime" Type="Edm.DateTimeOffset"/>
		<Property Name="skuId" Type="Edm.Guid"/><Property Name="units" Type="Edm.Int32"/><Property Name="parts" Type="Collection(graph.part)" Nullable="false"/>
		<Property Name="kind" Type="graph.kind"/><Property Name="elsewhere" Type="graph.elsewhere"/>
	</EntityType>
	<EntityType Name="onPremisesDirectorySynchronization" BaseType="graph.entity"><Property Name="features" Type="graph.features"/></EntityType>
	<ComplexType Name="features"><Property Name="passwordWritebackEnabled" Type="Edm.Boolean"/><Property Name="otherEnabled" Type="Edm.Boolean"/></ComplexType>
	<ComplexType Name="part"><Property Name="name" Type="Edm.String"/></ComplexType>
	<EnumType Name="kind"><Member Name="good"/><Member Name="bad"/></EnumType>
</Schema>`

func read(t *testing.T) *Schema {
	t.Helper()
	s, err := Read(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wrong compares what was found with the words that must stand in it; none: nothing may be found.
func wrong(t *testing.T, what string, err error, words string) {
	t.Helper()
	switch {
	case words == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case words != "" && (err == nil || !strings.Contains(err.Error(), words)):
		t.Errorf("%s: %v, want %q in it", what, err, words)
	}
}

func TestDocuments(t *testing.T) {
	s := read(t)
	for doc, words := range map[string]string{
		`{"@odata.context":"x","id":"a","onPremisesSyncEnabled":true,"createdDateTime":"2026-01-02T03:04:05.1234567Z","units":7,"kind":"bad"}`: "",
		`{"onPremisesSyncEnabled":null,"parts":[{"name":"a"},{"name":null}],"skuId":"41781fb2-bc02-4b7c-bd55-b576c07bb09d"}`:                   "",
		`{"id":null}`:                         "may not be",
		`{"id":7}`:                            "not a value of Edm.String",
		`{"Id":"a"}`:                          "no property Id",
		`{"onPremisesSyncEnabled":"true"}`:    "Edm.Boolean",
		`{"createdDateTime":"yesterday"}`:     "Edm.DateTimeOffset",
		`{"createdDateTime":1}`:               "Edm.DateTimeOffset",
		`{"skuId":"41781fb2"}`:                "Edm.Guid",
		`{"units":1.5}`:                       "Edm.Int32",
		`{"units":3000000000}`:                "Edm.Int32",
		`{"units":"1"}`:                       "Edm.Int32",
		`{"kind":"ugly"}`:                     "graph.kind",
		`{"parts":{"name":"a"}}`:              "not a collection",
		`{"parts":[{"name":"a","size":1}]}`:   "parts[0]: graph.part has no property size",
		`{"parts":null}`:                      "may not be",
		`{"parts":["a"]}`:                     "not an object",
		`{"elsewhere":{}}`:                    "not in the schema",
		`{"onPremisesSyncEnabled":1,"x":"y"}`: "no property x",
		`[`:                                   "read a organization",
	} {
		wrong(t, doc, s.Check("organization", []byte(doc)), words)
	}
	wrong(t, "a collection", s.CheckCollection("organization", []byte(`{"value":[{"id":"a"},{"id":1}]}`)), "Edm.String")
	wrong(t, "a good collection", s.CheckCollection("organization", []byte(`{"value":[{"id":"a"}]}`)), "")
	wrong(t, "no collection", s.CheckCollection("organization", []byte(`[]`)), "collection of organization")
}

func TestRequests(t *testing.T) {
	s := read(t)
	const sync = "/v1.0/directory/onPremisesSynchronization/x"
	get := func(path, query string) tenant.Request {
		return tenant.Request{Service: tenant.Graph, Method: "GET", Path: path, Query: query}
	}
	patch := func(body string) tenant.Request {
		return tenant.Request{Service: tenant.Graph, Method: "PATCH", Path: sync, Body: body}
	}
	put := func(method, body string) tenant.Request {
		return tenant.Request{Service: tenant.Portal, Method: method, Path: "/api", Body: body}
	}
	for _, tc := range []struct {
		request tenant.Request
		words   string
	}{
		{get("/v1.0/organization", ""), ""},
		{get("/v1.0/organization", "$select=id,kind&$filter=kind%20eq%20'no%20such''%20x'%20and%20createdDateTime%20ge%202026-01-02T03:04:05Z&$orderby=units%20desc"), ""},
		{get("/v1.0/organization/x", "$select=id"), ""},
		{get("/v1.0/organization", "$select=id,nonsense"), "no property nonsense"},
		{get("/v1.0/organization", "$filter=nonsense%20eq%20true"), "no property nonsense"},
		{get("/v1.0/organization", "$orderby=nonsense"), "no property nonsense"},
		{get("/v1.0/organization", "%zz"), "%zz"},
		{get("/v1.0/applications", ""), "address is not known"},
		{get("/v1.0/applications/x", ""), "address is not known"},
		{get("/beta/organization", ""), "not of v1.0"},
		{tenant.Request{Service: tenant.Graph, Method: "GET", Path: "/v1.0/organization", Body: "{}"}, "a GET has a body"},
		{patch(`{"features":{"passwordWritebackEnabled":true}}`), ""},
		{patch(`{"@odata.type":"x","features":{"passwordWritebackEnabled":false}}`), ""},
		{patch(`{"features":{"otherEnabled":true}}`), "it writes features.otherEnabled"},
		{patch(`{"features":{"passwordWritebackEnabled":true},"id":"x"}`), "it writes id"},
		{patch(`{"features":{"passwordWriteBackEnabled":true}}`), "no property passwordWriteBackEnabled"},
		{patch(`{"features":{"passwordWritebackEnabled":"true"}}`), "Edm.Boolean"},
		{patch(`{"features":{}}`), "writes nothing"},
		{patch(``), "read a"},
		{put("GET", ""), ""},
		{put("PUT", `{"passwordWriteBackSupported":true}`), ""},
		{put("PUT", `{"accountUnlockEnabled":false}`), ""},
		{put("PUT", `{"accountUnlockEnabled":false,"passwordWriteBackSupported":true}`), "among 2 settings"},
		{put("PUT", `{"enablementForTenant":true}`), "it writes enablementForTenant"},
		{put("PUT", `{"accountUnlockEnabled":"false"}`), "not a PUT of a setting"},
		{put("PUT", `{}`), "writes nothing"},
		{put("POST", `{"accountUnlockEnabled":false}`), "not a PUT"},
		{tenant.Request{Service: tenant.Login, Method: "POST", Path: "/x"}, ""},
	} {
		wrong(t, tc.request.Method+" "+tc.request.Path+" "+tc.request.Query+" "+tc.request.Body, s.CheckRequests([]tenant.Request{tc.request}), tc.words)
	}
}

func TestABrokenSchema(t *testing.T) {
	for _, text := range []string{"", "<Schema", "<Other/>"} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
