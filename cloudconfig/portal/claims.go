package portal

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"writeback/internal/visible"
)

// Audience is the first-party application "ADIbizaUX": the service's audience.
const Audience = "74658136-14ec-4630-ad9b-26e160ff0fc6"

// Scope is what a token is asked with.
const Scope = Audience + "/.default"

// Claims are what a token says of itself. Nothing of it is proved: the service
// checks the signature, this program only spares people a refusal that explains
// nothing.
type Claims struct {
	Tenant  string // tid: to be compared with the tenant that Graph answers for
	User    string // upn, or the object id; "" where it says neither
	Client  string // appid
	Expires time.Time
}

// TokenFault is why a token cannot be used, as a stable code.
type TokenFault string

const (
	NoToken       TokenFault = "no-token"
	NotAToken     TokenFault = "not-a-token"
	WrongAudience TokenFault = "wrong-audience"
	Expired       TokenFault = "expired"
	NotDelegated  TokenFault = "not-delegated"
)

// TokenError is a token that the service would refuse. It was not sent.
type TokenError struct {
	Fault    TokenFault
	Audience string    // as the token says; shortened
	Expired  time.Time // as the token says
	Err      error     // of the source of tokens, for NoToken; may be nil
	SignedIn string    // how the sign-in was made, as --auth names it; "": not said
}

// how to get a token, otherwise than it was tried.
func (e *TokenError) how() string {
	words := "sign in with --auth azure-cli or azure-powershell, or give"
	switch e.SignedIn {
	case "azure-cli":
		words = "sign in again with az login, or use --auth azure-powershell, or give"
	case "azure-powershell":
		words = "sign in again with Connect-AzAccount, or use --auth azure-cli, or give"
	case "token":
		words = "sign in with --auth azure-cli, or give in --portal-token-file or"
	}
	return words + fmt.Sprintf(" WRITEBACK_PORTAL_TOKEN a token of \"az account get-access-token --resource %s\"", Audience)
}

func (e *TokenError) Error() string {
	how := e.how()
	switch e.Fault {
	case NoToken:
		if e.Err != nil {
			return fmt.Sprintf("there is no token for the portal: %s: %s", visible.Words(e.Err.Error(), 300), how)
		}
		return "there is no token for the portal: " + how
	case WrongAudience:
		return fmt.Sprintf("the token for the portal is for another service (audience %q, needed is %s): %s", e.Audience, Audience, how)
	case Expired:
		return fmt.Sprintf("the token for the portal expired at %s by this computer's clock: get a new one, or set the clock", e.Expired.UTC().Format(time.RFC3339))
	case NotDelegated:
		return "the token for the portal is an application's: the service takes tokens of signed-in users only: " + how
	}
	return "the token for the portal cannot be read: it is not a JSON Web Token: " + how
}

func (e *TokenError) Unwrap() error { return e.Err }

// NotWritten says that nothing was written.
func (e *TokenError) NotWritten() bool { return true }

// Claims gets a token and reads what it says of itself. Errors: [TokenError].
func (c *Client) Claims(ctx context.Context) (Claims, error) {
	_, claims, err := c.token(ctx)
	return claims, err
}

func (c *Client) token(ctx context.Context) (string, Claims, error) {
	token, claims, err := c.readToken(ctx)
	var refused *TokenError
	if errors.As(err, &refused) {
		refused.SignedIn = c.SignedIn
	}
	return token, claims, err
}

func (c *Client) readToken(ctx context.Context) (string, Claims, error) {
	if c.Token == nil {
		return "", Claims{}, &TokenError{Fault: NoToken}
	}
	token, err := c.Token(ctx)
	token = strings.TrimSpace(token)
	switch {
	case ctx.Err() != nil:
		return "", Claims{}, ctx.Err()
	case err != nil:
		return "", Claims{}, &TokenError{Fault: NoToken, Err: err}
	case token == "":
		return "", Claims{}, &TokenError{Fault: NoToken}
	}
	claims, err := readClaims(token, c.now())
	return token, claims, err
}

// readClaims reads a token (RFC 7519) without checking its signature, which only
// its audience can.
func readClaims(token string, now time.Time) (Claims, error) {
	var t struct {
		Aud   audience    `json:"aud"`
		Exp   numericDate `json:"exp"`
		Tid   string      `json:"tid"`
		Oid   string      `json:"oid"`
		Upn   string      `json:"upn"`
		AppID string      `json:"appid"`
		Scp   string      `json:"scp"`
		IDTyp string      `json:"idtyp"`
	}
	if err := payload(token, &t); err != nil {
		return Claims{}, &TokenError{Fault: NotAToken}
	}
	expires := time.Time(t.Exp)
	switch {
	case !t.Aud.is(Audience):
		return Claims{}, &TokenError{Fault: WrongAudience, Audience: visible.Words(strings.Join(t.Aud, ", "), 120)}
	case strings.EqualFold(t.IDTyp, "app") || t.Scp == "":
		return Claims{}, &TokenError{Fault: NotDelegated}
	case !now.Before(expires):
		return Claims{}, &TokenError{Fault: Expired, Expired: expires}
	}
	user := t.Upn
	if user == "" {
		user = t.Oid
	}
	return Claims{Tenant: visible.Words(t.Tid, 60), User: visible.Words(user, 120), Client: visible.Words(t.AppID, 60), Expires: expires}, nil
}

// payload decodes the middle part of a signed token (RFC 7515 section 7.1).
func payload(token string, to any) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > 64<<10 {
		return errors.New("not a signed token")
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// audience is a string or an array of strings (RFC 7519 section 4.1.3).
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

func (a audience) is(want string) bool {
	for _, have := range a {
		if strings.EqualFold(have, want) {
			return true
		}
	}
	return false
}

// numericDate is seconds since 1970 and may have a fraction (RFC 7519 section
// 2). Where it is missing, the token has expired.
type numericDate time.Time

func (d *numericDate) UnmarshalJSON(b []byte) error {
	var s float64
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	// The year 9999: beyond it, a time cannot be written in RFC 3339.
	if math.IsNaN(s) || s < 0 || s > 253402300799 {
		return errors.New("not a time")
	}
	*d = numericDate(time.Unix(int64(s), 0))
	return nil
}
