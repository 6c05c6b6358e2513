package bind

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/iana/patype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// A ticket for a password: who we are is asked first, without proof; the KDC says how
// it wants it, and is given one proof (RFC 4120 section 3.1, PA-ENC-TIMESTAMP). What
// it answers then is final. The password itself is not sent.

// account is a client as a KDC knows it.
type account struct {
	name  types.PrincipalName
	realm string // as the request says it
	at    string // the realm whose KDC is asked
	canon bool   // the KDC may know the account by another name (RFC 6806 section 5)
}

func (a account) String() string {
	if a.name.NameType == nametype.KRB_NT_ENTERPRISE {
		return a.name.PrincipalNameString()
	}
	return a.name.PrincipalNameString() + "@" + a.realm
}

// accountOf reads a name as a simple bind would (MS-ADTS 5.1.1.1.1): a UPN is of any
// suffix, and the domain knows whose; DOMAIN\name is of that domain. ok is false for
// a DN.
func (s *attempt) accountOf(user string, dn bool) (a account, ok bool) {
	here := strings.ToUpper(s.Domain)
	a = account{realm: here, at: here}
	one := func(kind int32, name string) types.PrincipalName {
		return types.PrincipalName{NameType: kind, NameString: []string{name}}
	}
	domain, sam, apart := strings.Cut(user, `\`)
	switch {
	case dn:
		return a, false
	case apart:
		a.name = one(nametype.KRB_NT_PRINCIPAL, sam)
		if label, _, _ := strings.Cut(here, "."); !strings.EqualFold(domain, label) && !strings.EqualFold(domain, here) {
			a.realm, a.canon = strings.ToUpper(domain), true
		}
	case strings.Contains(user, "@"):
		a.name, a.canon = one(nametype.KRB_NT_ENTERPRISE, user), true
	default:
		a.name = one(nametype.KRB_NT_PRINCIPAL, user)
	}
	return a, true
}

// granting is a ticket-granting ticket and who got it.
type granting struct {
	ticket
	client types.PrincipalName // as the KDC knows it
	realm  string              // of the client
	at     string              // the realm whose KDC takes the ticket
}

const maxReferrals = 5 // from realm to realm

// grantingTicket proves the password. It is asked for when the KDC has answered.
//
// Errors: [NoKDCError] where nobody answered before the password was proved;
// messages.KRBError.
func (k *kdcs) grantingTicket(ctx context.Context, a account, password func() (string, error)) (g granting, err error) {
	request, err := k.request(a)
	if err != nil {
		return g, err
	}
	var said messages.KRBError
	for n := 0; ; n++ {
		answer, err := k.exchange(ctx, a.at, request)
		switch {
		case err == nil: // an account that needs no proof beforehand
			word, err := password()
			if err != nil {
				return g, err
			}
			return unproved(request, answer, word)
		case !errors.As(err, &said):
			return g, err
		case said.ErrorCode == errorcode.KDC_ERR_WRONG_REALM && said.CRealm != "" && !strings.EqualFold(said.CRealm, a.realm) && n < maxReferrals:
			a.realm, a.at = said.CRealm, said.CRealm
			if request, err = k.request(a); err != nil {
				return g, err
			}
			continue
		case said.ErrorCode == errorcode.KDC_ERR_WRONG_REALM: // and the right one is not known, or is pointed to in a circle
			return g, &NoKDCError{Realm: a.realm, Err: said}
		case said.ErrorCode != errorcode.KDC_ERR_PREAUTH_REQUIRED:
			return g, said
		}
		break
	}
	word, err := password()
	if err != nil {
		return g, err
	}
	key, err := noPanic("a KDC's list of keys", func() (types.EncryptionKey, error) {
		var offered types.PADataSequence
		if err := offered.Unmarshal(said.EData); err != nil {
			return types.EncryptionKey{}, err
		}
		return a.keyFrom(offered, request.ReqBody.EType, word)
	})
	if err != nil {
		return g, err
	}
	if err := addProof(&request, key); err != nil {
		return g, err
	}
	answer, err := k.exchange(ctx, a.at, request)
	if err != nil {
		return g, err
	}
	return granted(request, answer, key)
}

func (k *kdcs) request(a account) (messages.ASReq, error) {
	r, err := messages.NewASReqForTGT(a.realm, k.conf, a.name)
	if a.canon {
		types.SetFlag(&r.ReqBody.KDCOptions, flags.Canonicalize)
	}
	return r, err
}

// exchange is one AS exchange.
func (k *kdcs) exchange(ctx context.Context, realm string, request messages.ASReq) (rep messages.ASRep, err error) {
	b, err := request.Marshal()
	if err != nil {
		return rep, err
	}
	answer, err := k.ask(ctx, realm, b)
	if err != nil {
		return rep, err
	}
	return rep, unmarshal(answer, &rep)
}

// unmarshal reads an answer, which may be an error instead.
func unmarshal(b []byte, into interface{ Unmarshal([]byte) error }) error {
	_, err := noPanic("an answer of a KDC", func() (int, error) {
		var refused messages.KRBError
		if refused.Unmarshal(b) == nil {
			return 0, refused
		}
		return 0, into.Unmarshal(b)
	})
	return err
}

// maxRounds bounds what a KDC makes us compute for the key: 4096 is usual (RFC 3962
// section 4), and 0 means 2^32.
const maxRounds = 1 << 20

// keyFrom makes the key in the first way that the KDC offers and that is wanted.
func (a account) keyFrom(offered types.PADataSequence, wanted []int32, password string) (types.EncryptionKey, error) {
	for _, pa := range offered {
		if pa.PADataType != patype.PA_ETYPE_INFO2 {
			continue
		}
		ways, err := pa.GetETypeInfo2()
		if err != nil {
			return types.EncryptionKey{}, err
		}
		for _, w := range ways {
			if !slices.Contains(wanted, w.EType) {
				continue
			}
			if w.Salt == "" {
				w.Salt = a.name.GetSalt(a.realm) // RFC 4120 section 5.2.7.5
			}
			return keyBy(w, password)
		}
	}
	return types.EncryptionKey{}, errors.New("the KDC offers no way to prove the password that is known here")
}

func keyBy(w types.ETypeInfo2Entry, password string) (key types.EncryptionKey, err error) {
	e, err := crypto.GetEtype(w.EType)
	if err != nil {
		return key, err
	}
	rounds := e.GetDefaultStringToKeyParams()
	if len(w.S2KParams) == 4 {
		if n := binary.BigEndian.Uint32(w.S2KParams); n == 0 || n > maxRounds {
			return key, fmt.Errorf("the KDC asks for %d rounds to make a key, and %d are too many", n, maxRounds)
		}
		rounds = hex.EncodeToString(w.S2KParams)
	}
	value, err := e.StringToKey(password, w.Salt, rounds)
	return types.EncryptionKey{KeyType: w.EType, KeyValue: value}, err
}

func addProof(request *messages.ASReq, key types.EncryptionKey) error {
	now, err := types.GetPAEncTSEncAsnMarshalled()
	if err != nil {
		return err
	}
	sealed, err := crypto.GetEncryptedData(now, key, keyusage.AS_REQ_PA_ENC_TIMESTAMP, 0)
	if err != nil {
		return err
	}
	b, err := sealed.Marshal()
	request.PAData = append(request.PAData, types.PAData{PADataType: patype.PA_ENC_TIMESTAMP, PADataValue: b})
	return err
}

// errNotTheKDC: only the domain can seal an answer with the key of the password.
var errNotTheKDC = errors.New("the KDC did not prove that it knows the password, so it is none of the domain, or the password is wrong (it was not sent)")

// unproved opens the answer for an account that needs no proof beforehand.
func unproved(request messages.ASReq, rep messages.ASRep, password string) (granting, error) {
	key, err := noPanic("an answer of a KDC", func() (types.EncryptionKey, error) {
		return account{name: rep.CName, realm: rep.CRealm}.keyFrom(rep.PAData, []int32{rep.EncPart.EType}, password)
	})
	if err != nil {
		return granting{}, err
	}
	return granted(request, rep, key)
}

// granted opens the answer, which proves the KDC: only with the account's key could
// it be sealed.
func granted(request messages.ASReq, rep messages.ASRep, key types.EncryptionKey) (g granting, err error) {
	if rep.EncPart.EType != key.KeyType {
		return g, errNotTheKDC
	}
	var part messages.EncKDCRepPart
	_, err = noPanic("an answer of a KDC", func() (int, error) {
		plain, err := crypto.DecryptEncPart(rep.EncPart, key, keyusage.AS_REP_ENCPART)
		if err != nil {
			return 0, errNotTheKDC
		}
		return 0, part.Unmarshal(plain)
	})
	if err == nil && (part.Nonce != request.ReqBody.Nonce || len(part.SName.NameString) != 2 || part.SName.NameString[0] != "krbtgt") {
		err = errNotTheKDC
	}
	return granting{ticket{rep.Ticket, part.Key}, rep.CName, rep.CRealm, part.SRealm}, err
}
