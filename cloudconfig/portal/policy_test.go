package portal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"writeback/cloudconfig"
)

const answered = `{"objectId":null,"passwordWritebackSupported":true,"accountUnlockSupported":true,"accountUnlockEnabled":false,"enablementForTenant":true,"cloudProvisioningEnablementForTenant":false}`

func TestParsePolicy(t *testing.T) {
	all := cloudconfig.Policy{PasswordWritebackSupported: true, AccountUnlockSupported: true, EnablementForTenant: true}
	with := func(id string) cloudconfig.Policy { p := all; p.ObjectID = id; return p }
	for name, c := range map[string]struct {
		old, new string
		want     cloudconfig.Policy
	}{
		"as it was seen":     {"", "", all},
		"spaces":             {"{", " \r\n{ ", all},
		"a name":             {`"objectId":null`, `"objectId":"default"`, with("default")},
		"an object":          {`"objectId":null`, `"objectId":{ "id": 1 }`, with(`{"id":1}`)},
		"a hostile name":     {`"objectId":null`, `"objectId":"a\u001b[31m\nb"`, with(`a\u001b[31m b`)},
		"fields beside them": {`{`, `{"new":[1,{"passwordWritebackSupported":false}],`, all},
		"another's name":     {`{`, `{"passwordWriteBackSupported":false,`, all},
		"all on": {
			answered, strings.ReplaceAll(answered, "false", "true"),
			cloudconfig.Policy{PasswordWritebackSupported: true, AccountUnlockSupported: true, AccountUnlockEnabled: true, EnablementForTenant: true, CloudProvisioningEnabled: true},
		},
	} {
		got, err := parsePolicy([]byte(strings.Replace(answered, c.old, c.new, 1)))
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	type swap struct{ old, new, says string }
	cases := map[string]swap{
		"nothing":             {answered, "", "not a JSON object"},
		"null":                {answered, "null", "not a JSON object"},
		"a list":              {answered, "[" + answered + "]", "not a JSON object"},
		"half":                {answered, answered[:60], "not valid JSON"},
		"no end":              {`false}`, `false`, "not valid JSON"},
		"two":                 {answered, answered + answered, "text after"},
		"no objectId":         {`"objectId":null,`, ``, "objectId is missing"},
		"objectId a number":   {`"objectId":null`, `"objectId":7`, "objectId is neither"},
		"objectId a list":     {`"objectId":null`, `"objectId":[]`, "objectId is neither"},
		"objectId a boolean":  {`"objectId":null`, `"objectId":true`, "objectId is neither"},
		"twice":               {`{`, `{"enablementForTenant":false,`, "enablementForTenant is there twice"},
		"a hostile name":      {`{`, `{"a\u001b":1,"a\u001b":1,`, `field a\u001b is there twice`},
		"capital B alone":     {"passwordWritebackSupported", "passwordWriteBackSupported", "passwordWritebackSupported is missing"},
		"names in small":      {"enablementForTenant", "enablementfortenant", "enablementForTenant is missing"},
		"inside another":      {answered, `{"value":` + answered + `}`, "is missing"},
		"a broken field more": {`{`, `{"x":tru,`, "not valid JSON"},
	}
	for _, field := range []string{"passwordWritebackSupported", "accountUnlockSupported", "accountUnlockEnabled", "enablementForTenant", "cloudProvisioningEnablementForTenant"} {
		cases["no "+field] = swap{`"` + field + `"`, `"_"`, field + " is missing"}
		for _, value := range []string{`null`, `"true"`, `1`, `{}`, `[true]`} {
			cases[field+" "+value] = swap{`"` + field + `":`, `"` + field + `":` + value + `,"_":`, field + " is not a boolean"}
		}
	}
	for name, c := range cases {
		_, err := parsePolicy([]byte(strings.Replace(answered, c.old, c.new, 1)))
		var e *ShapeError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want a ShapeError with %q", name, err, c.says)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(answered))
	f.Add([]byte(`{"objectId":{"a":[1]},"objectId":""}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := parsePolicy(in)
		if err != nil {
			if len(err.Error()) > 500 || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsGraphic(r) }) {
				t.Errorf("this is said: %q", err)
			}
			return
		}
		// What is taken is what any JSON parser takes it for.
		var plain map[string]any
		if err := json.Unmarshal(in, &plain); err != nil {
			t.Fatal(err)
		}
		if plain["passwordWritebackSupported"] != p.PasswordWritebackSupported || plain["accountUnlockEnabled"] != p.AccountUnlockEnabled || plain["enablementForTenant"] != p.EnablementForTenant {
			t.Errorf("%+v from %s", p, in)
		}
	})
}

func TestReadClaims(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	soon := now.Add(time.Hour).Unix()
	for name, c := range map[string]struct {
		payload string
		fault   TokenFault
	}{
		"as Azure CLI gets it": {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"user_impersonation","idtyp":"user","tid":"t"}`, Audience, soon), ""},
		"without idtyp":        {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"user_impersonation"}`, Audience, soon), ""},
		"audience in capitals": {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"x"}`, strings.ToUpper(Audience), soon), ""},
		"several audiences":    {fmt.Sprintf(`{"aud":["a",%q],"exp":%d,"scp":"x"}`, Audience, soon), ""},
		"a fraction":           {fmt.Sprintf(`{"aud":%q,"exp":%d.5,"scp":"x"}`, Audience, soon), ""},
		"other audiences":      {fmt.Sprintf(`{"aud":["a","b"],"exp":%d,"scp":"x"}`, soon), WrongAudience},
		"no audience":          {fmt.Sprintf(`{"exp":%d,"scp":"x"}`, soon), WrongAudience},
		"the scope, not aud":   {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"x"}`, Scope, soon), WrongAudience},
		"application":          {fmt.Sprintf(`{"aud":%q,"exp":%d,"roles":["x"]}`, Audience, soon), NotDelegated},
		"application by idtyp": {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"x","idtyp":"app"}`, Audience, soon), NotDelegated},
		"this very second":     {fmt.Sprintf(`{"aud":%q,"exp":%d,"scp":"x"}`, Audience, now.Unix()), Expired},
		"no end":               {fmt.Sprintf(`{"aud":%q,"scp":"x"}`, Audience), Expired},
		"an end in letters":    {fmt.Sprintf(`{"aud":%q,"exp":"soon","scp":"x"}`, Audience), NotAToken},
		"an end beyond all":    {fmt.Sprintf(`{"aud":%q,"exp":1e300,"scp":"x"}`, Audience), NotAToken},
		"an end before all":    {fmt.Sprintf(`{"aud":%q,"exp":-1,"scp":"x"}`, Audience), NotAToken},
		"not JSON":             {`{`, NotAToken},
		"a list":               {`[]`, NotAToken},
		"too long":             {`{"x":"` + strings.Repeat("x", 64<<10) + `"}`, NotAToken},
	} {
		for _, encoding := range []*base64.Encoding{base64.RawURLEncoding, base64.URLEncoding} {
			claims, err := readClaims("e30."+encoding.EncodeToString([]byte(c.payload))+".signature", now)
			var e *TokenError
			if c.fault == "" && (err != nil || claims.Expires.Unix() != soon) || c.fault != "" && (!errors.As(err, &e) || e.Fault != c.fault) {
				t.Errorf("%s: %+v, %v, want %q", name, claims, err, c.fault)
			}
		}
	}
	_, err := readClaims("e30."+base64.RawURLEncoding.EncodeToString([]byte(`{"aud":"a\u001b]0;x\u0007`+strings.Repeat("y", 1000)+`"}`))+".s", now)
	if text := err.Error(); len(text) > 700 || strings.ContainsAny(text, "\x1b\x07") {
		t.Errorf("this is said: %q", text)
	}
}

func FuzzReadClaims(f *testing.F) {
	f.Add("e30.e30.e30")
	f.Add("a." + base64.RawURLEncoding.EncodeToString([]byte(`{"aud":["x"],"exp":1e9,"scp":""}`)) + ".b")
	f.Fuzz(func(t *testing.T, token string) {
		_, err := readClaims(token, time.Unix(0, 0))
		if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsGraphic(r) }) {
			t.Errorf("this is said: %q", err)
		}
	})
}
