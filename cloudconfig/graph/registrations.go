package graph

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// Registrations counts the synchronised users of the registration report. It
// holds 16 bytes and a bit of each synchronised user, and one page. Each user is
// counted once, however often the report shows it. Users that the report does not
// show (it lags behind, and leaves disabled accounts out) are not counted.
//
// each, which may be nil, is told of the synchronised users as by [Client.SyncedUsers],
// before the report is read. progress, which may be nil, is told
// how many entries have been read, of users and then of registrations, after each page.
func (c *Client) Registrations(ctx context.Context, each func(*SyncedUser), progress func(done int)) (cloudconfig.Registrations, error) {
	read := adding(progress)
	var ids []objectID
	err := c.syncedUsers(ctx, read, func(u *listed) error {
		id, err := parseID(u.id, syncedUsers)
		if err != nil {
			return err
		}
		if ids = append(ids, id); each != nil {
			each(u.synced())
		}
		return nil
	})
	if err != nil {
		return cloudconfig.Registrations{}, err
	}
	if each != nil {
		each(nil)
	}
	synced := newIDSet(ids)
	var n cloudconfig.Registrations
	err = pages(ctx, c, registrations, models.CreateUserRegistrationDetailsCollectionResponseFromDiscriminatorValue,
		func(page models.UserRegistrationDetailsCollectionResponseable) (bool, error) {
			for _, r := range page.GetValue() {
				if r == nil {
					continue
				}
				id, err := parseID(r.GetId(), registrations)
				if err != nil {
					return false, err
				}
				if synced.first(id) {
					count(&n, r)
				}
			}
			read(len(page.GetValue()))
			return true, nil
		})
	return n, err
}

func count(n *cloudconfig.Registrations, r models.UserRegistrationDetailsable) {
	n.Users++
	if yes(r.GetIsSsprEnabled()) {
		n.Enabled++
	}
	if yes(r.GetIsSsprRegistered()) {
		n.Registered++
	}
	if yes(r.GetIsSsprCapable()) {
		n.Capable++
	}
}

// SyncedUser is a user that comes from AD.
type SyncedUser struct {
	SID string // onPremisesSecurityIdentifier; "": Graph does not say
	Off bool   // accountEnabled is false; where Graph does not say, it is not
	// Guest says that userType is Guest: guests cannot reset a forgotten password.
	Guest bool
}

// SyncedUsers tells each of every synchronised user, and of nil once that were all. It
// holds one page of them. A user may come more than once. progress, which may be nil, is
// told how many have been read, after each page.
func (c *Client) SyncedUsers(ctx context.Context, each func(*SyncedUser), progress func(done int)) error {
	err := c.syncedUsers(ctx, adding(progress), func(u *listed) error { each(u.synced()); return nil })
	if err == nil {
		each(nil)
	}
	return err
}

func (c *Client) syncedUsers(ctx context.Context, read func(int), each func(*listed) error) error {
	return pages(ctx, c, syncedUsers, newListing,
		func(page *listing) (bool, error) {
			for _, u := range page.value {
				if err := each(u); err != nil {
					return false, err
				}
			}
			read(len(page.value))
			return true, nil
		})
}

func (l *listed) synced() *SyncedUser {
	return &SyncedUser{SID: text(l.sid), Off: l.enabled != nil && !*l.enabled, Guest: strings.EqualFold(text(l.userType), "Guest")}
}

// adding tells progress of a sum. progress may be nil.
func adding(progress func(done int)) func(n int) {
	done := 0
	return func(n int) {
		done += n
		if progress != nil {
			progress(done)
		}
	}
}

// objectID is a GUID in the order in which it is written.
type objectID [16]byte

func parseID(s *string, e endpoint) (id objectID, err error) {
	if s != nil {
		digits := strings.ReplaceAll(*s, "-", "")
		if len(digits) == hex.EncodedLen(len(id)) {
			if _, err := hex.Decode(id[:], []byte(digits)); err == nil {
				return id, nil
			}
		}
	}
	return id, &Error{Kind: Malformed, Doing: e.doing(), Text: fmt.Sprintf("%q is not the id of a user", text(s))}
}

// idSet is a sorted set that knows which of its members were met.
type idSet struct {
	ids []objectID
	met []uint64 // one bit each
}

func newIDSet(ids []objectID) *idSet {
	slices.SortFunc(ids, compareIDs)
	ids = slices.Compact(ids)
	return &idSet{ids, make([]uint64, (len(ids)+63)/64)}
}

// first says that id is in the set and was not met before.
func (s *idSet) first(id objectID) bool {
	i, in := slices.BinarySearchFunc(s.ids, id, compareIDs)
	if !in || s.met[i/64]&(1<<(i%64)) != 0 {
		return false
	}
	s.met[i/64] |= 1 << (i % 64)
	return true
}

func compareIDs(a, b objectID) int { return bytes.Compare(a[:], b[:]) }
