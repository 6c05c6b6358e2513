package tenant

import (
	"strings"

	"writeback/cloudconfig"
)

// The small documents: the organization, its subscriptions, its authorization policy, and who is signed in.

type object = map[string]any

func (o Options) organization(full bool) object {
	doc := object{"id": o.ID, "displayName": o.Name, "verifiedDomains": o.verifiedDomains()}
	if !full {
		return doc // "All other properties return with null values", says the reference of User.Read
	}
	for _, name := range []string{"businessPhones", "marketingNotificationEmails", "provisionedPlans", "securityComplianceNotificationMails",
		"securityComplianceNotificationPhones", "technicalNotificationMails"} {
		doc[name] = []string{}
	}
	doc["assignedPlans"] = o.assignedPlans()
	doc["countryLetterCode"] = "US"
	doc["createdDateTime"] = "2015-03-04T05:06:07Z"
	doc["mobileDeviceManagementAuthority"] = "unknown"
	doc["tenantType"] = "AAD"
	doc["onPremisesLastSyncDateTime"] = o.lastSync()
	switch o.Sync {
	case SyncOn:
		doc["onPremisesSyncEnabled"] = true
	case SyncOff:
		doc["onPremisesSyncEnabled"] = false
	}
	return doc
}

func (o Options) verifiedDomains() []object {
	out := []object{}
	for i, name := range o.Domains {
		out = append(out, object{
			"capabilities": "Email, OfficeCommunicationsOnline", "isDefault": i == 0,
			"isInitial": strings.HasSuffix(name, ".onmicrosoft.com"), "name": name, "type": "Managed",
		})
	}
	return out
}

func (o Options) assignedPlans() []object {
	out := []object{}
	for _, s := range o.SKUs {
		for _, p := range s.Plans {
			status := s.Status
			set(&status, "Enabled")
			out = append(out, object{"assignedDateTime": "2024-01-02T03:04:05Z", "capabilityStatus": status, "service": "AADPremiumService", "servicePlanId": p.ID})
		}
	}
	return out
}

func (c *call) organization() object {
	return c.options.organization(c.claims.application() || c.claims.scope(fullOrganization))
}

func (t *Tenant) organizations(c *call, _ string) answer {
	return c.collection(organizationEntity, "organization", one, []object{c.organization()})
}

func (t *Tenant) organization(c *call, id string) answer {
	if !strings.EqualFold(id, c.options.ID) {
		return c.notFound(id)
	}
	return c.entity(organizationEntity, "organization", c.organization())
}

func (t *Tenant) subscribedSKUs(c *call, _ string) answer {
	var all []object
	for _, s := range c.options.SKUs {
		all = append(all, s.document(c.options))
	}
	// The reference offers $select and $search alone.
	return c.collection(skuEntity, "subscribedSkus", []string{"$select"}, all)
}

func (s SKU) document(o Options) object {
	plans := []object{}
	for _, p := range s.Plans {
		set(&p.Status, "Success")
		plans = append(plans, object{"appliesTo": "User", "provisioningStatus": p.Status, "servicePlanId": p.ID, "servicePlanName": p.Name})
	}
	set(&s.Status, "Enabled")
	set(&s.Units, o.People.Users)
	units := object{"enabled": 0, "lockedOut": 0, "suspended": 0, "warning": 0}
	switch s.Status {
	case "Enabled":
		units["enabled"] = s.Units
	case "Warning":
		units["warning"] = s.Units
	case "Suspended":
		units["suspended"] = s.Units
	case "LockedOut":
		units["lockedOut"] = s.Units
	}
	return object{
		"id": o.ID + "_" + s.ID, "accountId": o.ID, "accountName": o.Name, "appliesTo": "User", "capabilityStatus": s.Status, "consumedUnits": s.Units,
		"prepaidUnits": units, "servicePlans": plans, "skuId": s.ID, "skuPartNumber": s.PartNumber, "subscriptionIds": []string{guid("subscription", s.ID)},
	}
}

// licensed says that one of the plans with P1 or P2 can be used.
func (o Options) licensed() bool {
	for _, s := range o.SKUs {
		for _, p := range s.Plans {
			usable := (s.Status == "" || s.Status == "Enabled" || s.Status == "Warning") && (p.Status == "" || p.Status == "Success")
			if usable && (p.ID == cloudconfig.PlanP1 || p.ID == cloudconfig.PlanP2) {
				return true
			}
		}
	}
	return false
}

func (t *Tenant) authorizationPolicy(c *call, _ string) answer {
	return c.entity(policyEntity, "policies/authorizationPolicy", object{
		"id": "authorizationPolicy", "description": "Used to manage authorization related settings across the company.", "displayName": "Authorization Policy",
		"allowedToSignUpEmailBasedSubscriptions": true, "allowedToUseSSPR": *c.options.AdminSSPR, "allowEmailVerifiedUsersToJoinOrganization": false,
		"allowInvitesFrom": "everyone", "blockMsolPowerShell": false, "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
		"defaultUserRolePermissions": object{"allowedToCreateApps": true, "allowedToCreateSecurityGroups": true, "allowedToReadOtherUsers": true},
	})
}

func (t *Tenant) me(c *call, _ string) answer {
	return c.entity(userEntity, "users", object{
		"id": c.claims.Object, "displayName": c.claims.Name, "userPrincipalName": c.claims.UPN, "mail": c.claims.UPN, "businessPhones": []string{},
		"accountEnabled": true, "userType": "Member",
	})
}

// myRoles are the directory roles in the token. Without a scope that reads roles they are there, but bare: an object that may not be read is listed
// by its id alone.
func (t *Tenant) myRoles(c *call, _ string) answer {
	all := []object{}
	full := c.claims.scope(readRoles)
	for _, r := range c.options.roles() {
		if !c.claims.directoryRole([]cloudconfig.Role{r}) {
			continue
		}
		all = append(all, c.options.roleDocument(r, full))
	}
	return c.collection(roleEntity, "directoryRoles", []string{"$select", "$top", "$count", "$skiptoken"}, all)
}

// roleDocument is a directory role, or its id alone.
func (o Options) roleDocument(r cloudconfig.Role, full bool) object {
	doc := object{"id": guid("role in "+o.ID, r.TemplateID)}
	if full {
		doc["displayName"], doc["roleTemplateId"] = r.Name, r.TemplateID
		doc["description"] = "May do what a " + r.Name + " may do."
	}
	return doc
}
