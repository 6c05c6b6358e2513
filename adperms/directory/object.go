package directory

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-ldap/ldap/v3"

	"writeback/adperms"
	"writeback/adperms/secdesc"
)

// HiddenDescriptorError says that an object is there but its security
// descriptor was not shown: reading it needs READ_CONTROL.
type HiddenDescriptorError struct {
	DC string
	DN string
}

func (e *HiddenDescriptorError) Error() string {
	return fmt.Sprintf("%s shows %s, but not its permissions: reading them needs Read permissions (READ_CONTROL) on this object: "+
		"sign in with an account that has it", e.DC, Visible(e.DN))
}

var objectAttributes = []string{
	"nTSecurityDescriptor", "sDRightsEffective", "replPropertyMetaData", "objectClass",
	"objectSid", "objectGUID", "distinguishedName", "adminCount", "userAccountControl",
}

// Object reads one object and its security descriptor: one base search.
//
// Errors: [NotFoundError], [HiddenDescriptorError], [ReferralError], [LostError].
func (c *Conn) Object(ctx context.Context, dn string) (adperms.Object, error) {
	if adperms.SameDN(dn, c.root.DefaultNC) {
		e, err := c.rootObject(ctx)
		if err != nil {
			return adperms.Object{}, err
		}
		if e == nil {
			return adperms.Object{}, &NotFoundError{DN: dn}
		}
		return c.object(e)
	}
	q := query{base: dn, scope: Base, filter: "(objectClass=*)", attributes: objectAttributes, controls: []ldap.Control{sdFlags(ownerGroupDACL)}}
	if found, known := c.answers(ctx).answer(accountQuery(dn)); known && len(found) == 1 {
		return c.object(found[0])
	}
	found, err := c.ask(ctx, "search", q)
	if err != nil {
		return adperms.Object{}, err
	}
	if len(found) != 1 {
		return adperms.Object{}, &NotFoundError{DN: dn}
	}
	return c.object(found[0])
}

func (c *Conn) object(e *Entry) (adperms.Object, error) {
	o := adperms.Object{DN: e.DN, Classes: e.Texts("objectClass"), Descriptor: e.Raw("nTSecurityDescriptor")}
	if len(o.Descriptor) == 0 {
		return o, &HiddenDescriptorError{DC: c.at.String(), DN: e.DN}
	}
	var err error
	if o.GUID, o.SID, err = identity(e); err == nil && o.GUID.IsZero() {
		err = errNoGUID
	}
	if err != nil {
		return o, c.nonsense(e.DN, err)
	}
	if err := stamp(&o, e.Raw("replPropertyMetaData")); err != nil {
		return o, c.nonsense(e.DN, err)
	}
	o.AdminCount, _ = strconv.Atoi(e.Text("adminCount")) // absent: 0
	o.Control = adperms.AccountControl(integer(e, "userAccountControl"))
	rights, _ := strconv.ParseInt(e.Text("sDRightsEffective"), 10, 64)
	o.RightsEffective = uint32(rights)
	return o, nil
}

// stamp fills in who wrote the descriptor last. Without the right to read
// replPropertyMetaData that stays zero.
func stamp(o *adperms.Object, metadata []byte) error {
	if len(metadata) == 0 {
		return nil
	}
	all, err := parseMetadata(metadata)
	if err != nil {
		return err
	}
	m := all[attrSecurityDescriptor]
	o.Version, o.Changed, o.ChangedBy, o.ChangedUSN = m.version, m.changed, m.invocation, m.usn
	return nil
}

// errNoGUID: every object has one, and whoever may read the object may read it
// (MS-ADTS 3.1.1.1.3). Without it nobody could say later which object it was.
var errNoGUID = errors.New("objectGUID is missing")

// identity reads objectGUID and objectSid; a missing one is zero.
func identity(e *Entry) (g secdesc.GUID, s secdesc.SID, err error) {
	if b := e.Raw("objectGUID"); b != nil {
		if g, err = secdesc.GUIDFromBytes(b); err != nil {
			return g, s, fmt.Errorf("objectGUID: %w", err)
		}
	}
	if b := e.Raw("objectSid"); b != nil {
		if s, err = secdesc.SIDFromBytes(b); err != nil {
			return g, s, fmt.Errorf("objectSid: %w", err)
		}
	}
	return g, s, nil
}

// nonsense is for an answer that breaks the format it should have.
func (c *Conn) nonsense(dn string, err error) error {
	return fmt.Errorf("%s gave a malformed answer about %s: %w", c.at, targetName(dn), err)
}

// WriteDACL replaces the DACL of an object: one modify with SD flags 4, so that
// the DC takes nothing but the DACL from descriptor, whatever else is in it. The
// DC computes the inherited ACEs itself. descriptor is self-relative.
//
// Errors: [AccessDeniedError], [NotFoundError], [ResultError]; after [LostError]
// it is not known whether the DACL was written.
func (c *Conn) WriteDACL(ctx context.Context, dn string, descriptor []byte) error {
	if len(descriptor) == 0 {
		return fmt.Errorf("writing the DACL of %s: the descriptor is empty", targetName(dn))
	}
	op := &Operation{Kind: "modify", Target: dn, Attributes: []string{"nTSecurityDescriptor"}}
	return c.run(ctx, op, func() error {
		m := ldap.NewModifyRequest(dn, []ldap.Control{sdFlags(partDACL)})
		m.Replace("nTSecurityDescriptor", []string{string(descriptor)})
		return c.ldap.Modify(m)
	})
}
