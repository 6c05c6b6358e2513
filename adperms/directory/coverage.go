package directory

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"writeback/adperms"
	"writeback/adperms/coverage"
	"writeback/adperms/directory/frame"
	"writeback/adperms/directory/scan"
	"writeback/adperms/secdesc"
)

// Covering says how a [Conn.Cover] goes.
type Covering struct {
	// Question is what is asked. Protected, Holder and ListObject are filled in, and Fresh where it
	// is nil: an empty one skips the search.
	Question coverage.Question
	// Each is told of every user; an error ends the survey. nil: nobody is. What
	// it is given is good until it returns.
	Each func(u *coverage.User, class string, v coverage.Verdict) error
	// Progress is told from time to time how many users there have been so far.
	Progress func(users int)
}

// The objects that are asked for. That objects have others below them shows in
// their class, with few exceptions, which are read one by one where they come
// up (a user below a computer is unusual, but may be).
const (
	aboveFilter = "(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=builtinDomain)(objectClass=domainDNS))"
	usersFilter = "(&(objectCategory=person)(objectClass=user))"
)

const (
	progressEvery = 500     // users
	maxAbove      = 1 << 20 // OUs and containers, which are kept
	maxClasses    = 20_000  // that are kept of a schema, which has some three hundred
)

// Cover asks the question about every user of the connection's domain that
// [adperms.Counts]: two scans, one of what is above users and one of the users, and a search for each fifty users whose DACL is protected, which tells whether
// AdminSDHolder's task looks after them: these users come later than their neighbors.
// Who is in a protected group and has no protected DACL is found before, as by [Conn.Guarded].
// Nothing of it grows with the number of users.
//
// A user whose descriptor is not shown, or makes no sense, is counted as that.
// Errors: those of Scan, those of an edit that cannot be made, and what Each
// returned.
func (c *Conn) Cover(ctx context.Context, how Covering) (*coverage.Survey, error) {
	x := newCover(c)
	x.how, x.scans.c = how, c
	defer x.close()
	how.Question.Protected = func(secdesc.SID) (bool, error) { return x.protected() }
	how.Question.Holder = func() (raw []byte, err error) {
		err = x.beside(ctx, func(c *Conn) error { raw, err = c.SDHolder(ctx); return err })
		return raw, err
	}
	if how.Question.Fresh == nil {
		fresh, err := x.fresh(ctx)
		if err != nil {
			return nil, err
		}
		how.Question.Fresh = fresh
	}
	how.Question.ListObject = func() (bool, error) {
		err := x.beside(ctx, func(*Conn) error { return x.heuristics(ctx) })
		return adperms.ListObjectMode(x.forest), err
	}
	x.self = how.Question.Connector.Bytes()
	x.survey = coverage.New(how.Question)
	if err := x.above(ctx); err != nil {
		return nil, err
	}
	if err := x.users(ctx); err != nil {
		return nil, err
	}
	return x.survey, nil
}

// cover is one Cover.
type cover struct {
	c          *Conn
	how        Covering
	survey     *coverage.Survey
	classes    map[string]secdesc.GUID // by lDAPDisplayName; none: the schema does not show it
	allClasses bool                    // they are known
	user       coverage.User           // the one that is looked at
	scans      scanner
	waiting    waiting
	members    members
	other      *Conn // in place of a connection that was lost, nil: none was
	count      int
	parents    int      // that were read one by one
	names      [][]byte // classes of the row at hand
	self       []byte   // the connector's objectSid

	forest string // its dSHeuristics
	asked  bool   // that is known
}

// beside asks something else than the scan: where the connection is lost
// meanwhile, once more on another one.
func (x *cover) beside(ctx context.Context, ask func(*Conn) error) error {
	err := ask(x.c)
	var lost *LostError
	if x.scans.c == nil || ctx.Err() != nil || !errors.As(err, &lost) || frame.IsExcess(err) { // nil: this is no Cover
		return err
	}
	other, failed := x.c.again(ctx)
	if failed != nil {
		return errors.Join(err, fmt.Errorf("connecting again: %w", failed))
	}
	if x.other != nil {
		x.other.Close()
	}
	x.c, x.other = other, other
	return ask(x.c)
}

// close ends the connections that were made for this.
func (x *cover) close() {
	x.scans.c.hangUp()
	if x.other != nil {
		x.other.Close()
	}
}

// heuristics asks for the forest's dSHeuristics, once.
func (x *cover) heuristics(ctx context.Context) (err error) {
	if x.asked {
		return nil
	}
	x.forest, err = x.c.heuristics(ctx)
	x.asked = err == nil
	return err
}

// above reads everything that is a container by its class.
func (x *cover) above(ctx context.Context) error {
	if err := x.learnClasses(ctx); err != nil { // before a scan has the connection
		return err
	}
	q := ScanQuery{Base: x.c.root.DefaultNC, Scope: Subtree, Filter: aboveFilter,
		Attributes: []string{"objectClass", "nTSecurityDescriptor"}, Most: maxAbove}
	return x.scans.scan(ctx, q, func(r *scan.Row) error {
		class, err := x.class(ctx, r)
		if err != nil {
			return err
		}
		x.survey.Add(coverage.Object{DN: string(r.DN()), Class: class, Descriptor: r.Value(1)})
		return nil
	})
}

func (x *cover) users(ctx context.Context) error {
	q := ScanQuery{Base: x.c.root.DefaultNC, Scope: Subtree, Filter: usersFilter,
		Attributes: []string{"objectClass", "nTSecurityDescriptor", "objectSid", "adminCount", "userAccountControl", "servicePrincipalName"}}
	err := x.scans.scan(ctx, q, func(r *scan.Row) error { return x.one(ctx, r) })
	if err == nil {
		err = x.catchUp(ctx)
	}
	if err == nil && x.how.Progress != nil {
		x.how.Progress(x.count)
	}
	return err
}

func (x *cover) one(ctx context.Context, r *scan.Row) (err error) {
	u := &x.user
	*u = coverage.User{DN: r.DN(), SID: r.Value(2), Descriptor: r.Value(1), AdminCount: positive(r.Value(3)),
		ControlHidden: r.Value(4) == nil, Disabled: control(r.Value(4)).Has(adperms.AccountDisabled), Service: len(r.Value(5)) > 0}
	if !x.counts(r) {
		return nil
	}
	if u.Class, err = x.class(ctx, r); err != nil {
		return err
	}
	for _, dn := range x.survey.Missing(u.DN, x.c.root.DefaultNC) {
		if err := x.parent(ctx, dn); err != nil {
			return err
		}
	}
	err = x.tell(ctx, u, last(r, 0))
	if !errors.Is(err, errLater) {
		return err
	}
	if x.waiting.add(u, last(r, 0)); x.waiting.full() {
		return x.catchUp(ctx)
	}
	return nil
}

// counts says that a row is one to be counted: usersFilter finds others, too. It
// is asked of what is read anyway, so that the DC has no more to do.
func (x *cover) counts(r *scan.Row) bool {
	x.names = x.names[:0]
	for v := range r.Values(0) {
		x.names = append(x.names, v)
	}
	var sid secdesc.SID
	if raw := r.Value(2); bytes.Equal(raw, x.self) || builtInRID(raw) { // to read every one would be an allocation for each
		sid, _ = secdesc.SIDFromBytes(raw) // zero where it is not shown
	}
	kind := adperms.AccountKindOf(x.names, control(r.Value(4)), sid, r.DN())
	return adperms.Counts(kind, sid, x.how.Question.Connector)
}

// builtInRID says that the RID at the end of a SID is one of those below 1000, which
// accounts have that every domain comes with (MS-DTYP 2.4.2.4).
func builtInRID(sid []byte) bool {
	return len(sid) >= 4 && binary.LittleEndian.Uint32(sid[len(sid)-4:]) < 1000
}

// tell decides for one user, and counts it.
func (x *cover) tell(ctx context.Context, u *coverage.User, class []byte) error {
	v, err := x.survey.User(u)
	if err != nil {
		return err
	}
	if x.count++; x.count%progressEvery == 0 {
		x.c.stayAwake(ctx)
		if x.how.Progress != nil {
			x.how.Progress(x.count)
		}
	}
	if x.how.Each == nil {
		return nil
	}
	return x.how.Each(u, string(class), v)
}

// parent reads an object that has a user below it and is no container by its
// class. One that is not shown counts as not known.
func (x *cover) parent(ctx context.Context, dn string) error {
	if x.parents++; x.parents > maxAbove {
		return fmt.Errorf("%s says of more than %d objects that users are below them: no domain has that many: name another DC (--dc), and find out what answers as this one", x.c.at, maxAbove)
	}
	var o adperms.Object
	err := x.beside(ctx, func(c *Conn) (err error) { o, err = c.Object(ctx, dn); return err })
	var (
		hidden *HiddenDescriptorError
		gone   *NotFoundError
	)
	switch {
	case errors.As(err, &hidden), errors.As(err, &gone):
		x.survey.Add(coverage.Object{DN: dn})
		return nil
	case err != nil:
		return err
	}
	class, err := x.guid(ctx, o.Classes[len(o.Classes)-1])
	if err != nil {
		return err
	}
	x.survey.Add(coverage.Object{DN: dn, Class: class, Descriptor: o.Descriptor})
	return nil
}

// protectedBy finds the protected groups that a user is in, whatever the
// nesting. A user that vanished meanwhile is in none.
func (x *cover) protectedBy(ctx context.Context, dn string) ([]adperms.Protected, error) {
	if err := x.heuristics(ctx); err != nil {
		return nil, err
	}
	unprotected := adperms.Unprotected(x.forest)
	e, err := x.c.one(ctx, dn, "objectSid", "tokenGroups", "primaryGroupID")
	if e == nil || err != nil {
		return nil, err
	}
	_, self, err := identity(e)
	if err == nil && self.IsZero() { // not shown: its groups may be
		var domain secdesc.SID
		if domain, err = x.c.domainSID(ctx); !domain.IsZero() {
			self = domain.Child(0) // nobody's
		}
	}
	if err != nil || self.IsZero() {
		return nil, err
	}
	groups, err := sids(e.RawAll("tokenGroups"))
	if err == nil && len(groups) == 0 {
		groups, err = x.c.nestedGroups(ctx, dn, self, e.Text("primaryGroupID"))
	}
	if err != nil {
		return nil, err
	}
	by, err := x.c.protectedOf(ctx, self, adperms.NewToken(self, groups...), unprotected)
	if len(by) > 0 || err != nil {
		return by, err
	}
	// Distribution groups are not in tokenGroups, and protect as well (MS-ADTS
	// 3.1.1.6.1.2).
	groups, err = x.c.groupsBy(ctx, "(&"+memberFilter(dn)+"(|"+anySID(adperms.ProtectedGroups(self.Domain()))+"))")
	if err != nil {
		return nil, err
	}
	return x.c.protectedOf(ctx, self, adperms.NewToken(self, groups...), unprotected)
}

func positive(number []byte) bool {
	n, err := strconv.ParseInt(string(number), 10, 64)
	return err == nil && n > 0
}

func control(number []byte) adperms.AccountControl {
	n, _ := strconv.ParseInt(string(number), 10, 64)
	return adperms.AccountControl(n)
}
