package bind

import (
	"context"
	"errors"

	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

// serviceTicket takes a ticket-granting ticket to the KDC of the service, from realm
// to realm where that is another one (RFC 6806 section 8).
func (k *kdcs) serviceTicket(ctx context.Context, g granting, spn, home string) (*ticket, error) {
	service := types.NewPrincipalName(nametype.KRB_NT_SRV_INST, spn)
	conf := *k.conf
	conf.LibDefaults.Canonicalize = g.at != home // asks to be pointed to the realm of the service
	for range maxReferrals {
		request, err := messages.NewTGSReq(g.client, g.at, &conf, g.Ticket, g.key, service, false)
		if err != nil {
			return nil, err
		}
		b, err := request.Marshal()
		if err != nil {
			return nil, err
		}
		answer, err := k.ask(ctx, g.at, b)
		if err != nil {
			return nil, err
		}
		var rep messages.TGSRep
		if err := unmarshal(answer, &rep); err != nil {
			return nil, err
		}
		if err := opened(&rep, request, g); err != nil {
			return nil, err
		}
		given := rep.Ticket.SName.NameString
		g.ticket = ticket{rep.Ticket, rep.DecryptedEncPart.Key}
		if len(given) != 2 || given[0] != "krbtgt" {
			return &g.ticket, nil
		}
		g.at = given[1]
	}
	return nil, errors.New("the KDCs point from one realm to the next, and none gives a ticket for the DC")
}

// opened opens and checks an answer.
func opened(rep *messages.TGSRep, request messages.TGSReq, g granting) error {
	_, err := noPanic("an answer of a KDC", func() (int, error) {
		if err := rep.DecryptEncPart(g.key); err != nil {
			return 0, err
		}
		if rep.DecryptedEncPart.Nonce != request.ReqBody.Nonce {
			return 0, errNotTheKDC
		}
		return 0, nil
	})
	return err
}
