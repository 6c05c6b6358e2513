package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"writeback/cloudconfig"
)

// SignedIn is the user principal name of the signed-in user. An *Error of kind NotAUser
// says that the sign-in is an application's.
func (c *Client) SignedIn(ctx context.Context) (string, error) {
	u, err := read[models.Userable](ctx, c, signedIn, signedIn.at(c.base), models.CreateUserFromDiscriminatorValue)
	if err != nil {
		return "", err
	}
	return text(u.GetUserPrincipalName()), nil
}

// Roles are the active directory roles of the signed-in user, also those held
// through a group; roles that are merely eligible in PIM are not among them. An
// *Error of kind NotAUser says that the sign-in is an application's.
func (c *Client) Roles(ctx context.Context) ([]cloudconfig.Role, error) {
	var out []cloudconfig.Role
	nameless := 0
	err := pages(ctx, c, ownRoles, newListing,
		func(page *listing) (bool, error) {
			for _, r := range page.value {
				if text(r.roleTemplateID) == "" {
					nameless++
					continue
				}
				out = append(out, cloudconfig.Role{TemplateID: text(r.roleTemplateID), Name: text(r.displayName)})
			}
			return true, nil
		})
	if err == nil && nameless > 0 && len(out) == 0 {
		return nil, &Error{Kind: Forbidden, Doing: ownRoles.doing(), Text: "Graph lists them without names; " + ownRoles.needs("")}
	}
	return out, err
}
