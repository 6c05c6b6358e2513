package directory

import (
	"context"
	"errors"
	"slices"

	"writeback/adperms/coverage"
)

// Users about whom the DC has to be asked more wait until no page is on its way.
// To ask while one is would be to hold it: a page of memory for a question.

// errLater puts a user off.
var errLater = errors.New("asked later")

// later are the users that were put off.
type later struct {
	open  bool // the user at hand may be put off
	users []waiting
	size  int // octets
}

type waiting struct {
	user  coverage.User
	class []byte
}

// What waits is bounded. In a domain with more protected DACLs than that on two
// pages, the rest is asked for at once.
const laterSize = 1 << 20 // octets

// add copies a user into memory that is used again from page to page.
func (l *later) add(u *coverage.User, class []byte) {
	l.users = slices.Grow(l.users, 1)[:len(l.users)+1]
	w := &l.users[len(l.users)-1]
	old := w.user
	w.user = *u
	w.user.DN, w.user.SID = append(old.DN[:0], u.DN...), append(old.SID[:0], u.SID...)
	w.user.Descriptor = append(old.Descriptor[:0], u.Descriptor...)
	w.class = append(w.class[:0], class...)
	l.size += len(u.DN) + len(u.SID) + len(u.Descriptor)
}

// catchUp decides for those that were put off.
func (x *cover) catchUp(ctx context.Context) error {
	l := &x.later
	l.open = false
	for i := range l.users {
		x.user = l.users[i].user
		if err := x.tell(&x.user, l.users[i].class); err != nil {
			return err
		}
	}
	l.users, l.size = l.users[:0], 0
	return ctx.Err()
}
