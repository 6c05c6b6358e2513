package adperms

import "writeback/adperms/secdesc"

// What the connector account may do to a protected account, its DACL tells only
// until AdminSDHolder's task comes by: then it has AdminSDHolder's. So a right
// there is one to count on where AdminSDHolder gives it; and where it does,
// whoever has the connector account owns the domain, which is why the documents
// say that it is not supported and this program never grants it.

// Held says how a protected account stands to the rights of a connector account.
type Held string

// The ways to stand. Their texts are the codes of the reasons.
const (
	// HeldBack: it does not have them, or they go within the hour.
	HeldBack Held = "protected-account"
	// HeldOut: AdminSDHolder gives them, and the task puts them back each time.
	HeldOut Held = "granted-by-adminsdholder"
)

// HeldBy tells it from the rights that the account's own DACL gives and those that
// AdminSDHolder's does, each as "all of them". Where AdminSDHolder is not shown it
// is taken to give none.
func HeldBy(own, holder bool) Held {
	if own && holder {
		return HeldOut
	}
	return HeldBack
}

// HolderGives tells which of the rights AdminSDHolder's descriptor gives the token
// on a protected account: the task copies its DACL as it is, so that what is
// inherit-only there is so here, too. class and self are the account's.
func HolderGives(holder *secdesc.Descriptor, class secdesc.GUID, self secdesc.SID, token Token, rights ...Right) (out []Right) {
	t := Target{Descriptor: holder, Class: class, Self: self}
	for i := range rights {
		if Check(&t, token, &rights[i]).Granted {
			out = append(out, rights[i])
		}
	}
	return out
}

// HolderDN is the DN of AdminSDHolder in a domain (MS-ADTS 6.1.1.4.4).
func HolderDN(domainDN string) string { return "CN=AdminSDHolder,CN=System," + domainDN }
